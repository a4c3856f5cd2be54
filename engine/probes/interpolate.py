"""Interpolation: what lies between two samples.

A G that had learned samples by heart would jump from one to the next; walking on its latent space was the first test of that
(Radford et al. 2016, arXiv:1511.06434, section 6.1).
"""

from __future__ import annotations

from typing import Any, Literal

import torch
from torch import Tensor

from engine.parts import knob
from engine.probes.base import made, shown
from engine.probes.latents import between
from engine.probes.look import Look
from engine.trained import Trained


class Interpolate(Look):
    """A strip from one sample to another; its ends are the samples. Codes beside z go straight."""

    start: int = knob(0, 0, 511, "the sample on the left")
    end: int = knob(1, 0, 511, "the sample on the right")
    way: Literal["spherical", "straight"] = knob(
        "spherical", help="spherical: at the distance from the middle where normal vectors live. straight: through the middle"
    )
    steps: int = knob(31, 2, 64, "pictures, both ends among them")

    def answer(self, trained: Trained) -> dict[str, Any]:
        return shown(trained.config, made(trained, self.walked(trained)), self.steps)

    def walked(self, trained: Trained) -> Tensor:
        """What G is fed along the way, (steps, code)."""
        fed = self.inputs(trained)
        a, b = self.one(fed, self.start), self.one(fed, self.end)
        t = torch.linspace(0, 1, self.steps, device=fed.device)[:, None]
        way, z = torch.lerp(a.expand(self.steps, -1), b, t), trained.config.codes[0].columns
        way[:, z] = between(a[:, z].expand(self.steps, -1), b[:, z].expand(self.steps, -1), t, self.way)
        return way
