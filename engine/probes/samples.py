"""Samples: what G makes now of inputs whose codes the page holds."""

from __future__ import annotations

from typing import Any

from engine.parts import knob
from engine.probes.base import draws_pictures, made, shown
from engine.probes.look import ROWS, Look
from engine.trained import Trained


class Samples(Look):
    """A sheet of samples, or a cloud of points."""

    rows: int = knob(ROWS, 1, ROWS, "of the sheet")

    def answer(self, trained: Trained) -> dict[str, Any]:
        columns = self.columns(trained.config)
        fed = self.inputs(trained)
        if draws_pictures(trained.config):
            fed = fed[: self.rows * columns]
        return shown(trained.config, made(trained, fed), columns)
