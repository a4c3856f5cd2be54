"""Reconstruction: what an autoencoder makes of pictures that it has never seen."""

from __future__ import annotations

from typing import Any

import torch

from engine.config import RunConfig
from engine.parts import knob
from engine.probes.base import Encodes, Probe, kept_back, labels_of, shown
from engine.trained import Trained

COLUMNS = 8
MOST = 512


class Reconstruct(Probe):
    """Held-out examples, each above its copy."""

    start: int = knob(0, 0, MOST - 2 * COLUMNS, "the first of the held-out examples")

    @classmethod
    def lacks(cls, config: RunConfig) -> str:
        if isinstance(config.game, Encodes):
            return ""
        return "Only autoencoders can reconstruct: this game has no network that turns a sample into its code."

    def answer(self, trained: Trained) -> dict[str, Any]:
        """Rows of inputs and copies take turns; errors: the mean squared error of each, in the order of the inputs."""
        config = trained.config
        assert isinstance(config.game, Encodes)
        batch = kept_back(config.data, MOST, trained.device)
        place = slice(self.start, self.start + 2 * COLUMNS)
        x = batch[0][place]
        with trained.at_rest() as p:
            copies = config.game.generate(p, config.game.encode(p, x))
        rows = [part for pair in zip(torch.split(x, COLUMNS), torch.split(copies, COLUMNS), strict=True) for part in pair]
        return shown(config, torch.cat(rows), COLUMNS) | {
            "errors": (copies - x).square().flatten(1).mean(1).tolist(),
            "classes": labels_of(batch, config.data.class_names)[place],
        }
