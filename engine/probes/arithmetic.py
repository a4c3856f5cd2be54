"""Arithmetic: smiling woman - neutral woman + neutral man. Radford, Metz and Chintala 2016, arXiv:1511.06434, figure 7."""

from __future__ import annotations

from typing import Any

import torch
from pydantic import Field
from torch import Generator, Tensor

from engine.probes.base import made, shown
from engine.probes.latents import settled
from engine.probes.look import Look
from engine.questions import BadQuestion
from engine.trained import Trained

NOISE = 0.25  # uniform to either side, as in the paper
AROUND = 8
GROUP = "one to three places of samples"


class Arithmetic(Look):
    """The mean of each group's inputs, and of a - b + c the sample, with eight neighbours that differ by a little noise."""

    a: tuple[int, ...] = Field((), max_length=3, description=GROUP)
    b: tuple[int, ...] = Field((), max_length=3, description=GROUP)
    c: tuple[int, ...] = Field((), max_length=3, description=GROUP)

    def answer(self, trained: Trained) -> dict[str, Any]:
        """groups: what G makes of each mean; result: 3 x 3, with a - b + c in the middle."""
        means, result = self.worked_out(trained)
        groups = shown(trained.config, made(trained, means), 3)
        return {"groups": groups, "result": shown(trained.config, made(trained, result), 3)}

    def worked_out(self, trained: Trained) -> tuple[Tensor, Tensor]:
        """The means (3, code), and a - b + c in the middle of its neighbours (9, code)."""
        fed = self.inputs(trained)
        if not (self.a and self.b and self.c):
            raise BadQuestion("Choose one to three samples for each of the three groups.")
        a, b, c = (torch.cat([self.one(fed, i) for i in group]).mean(0) for group in (self.a, self.b, self.c))
        return torch.stack((a, b, c)), self._around(trained, a - b + c)

    def _around(self, trained: Trained, found: Tensor) -> Tensor:
        config, z = trained.config, trained.config.codes[0].columns
        generator = Generator(trained.device).manual_seed(self.seed)
        noise = torch.empty(AROUND + 1, config.latent.dim, device=found.device).uniform_(-NOISE, NOISE, generator=generator)
        noise[AROUND // 2] = 0
        fed = found.repeat(AROUND + 1, 1)
        fed[:, z] = settled(config.latent, fed[:, z] + noise)
        return fed
