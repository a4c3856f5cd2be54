"""The map of a latent with two numbers: what G makes at each place, and where real examples land.

The grid stands at the quantiles of the prior, so that every tile is as likely as any other: figure 4 of Kingma and Welling 2014,
arXiv:1312.6114.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from engine.config import RunConfig
from engine.parts import knob
from engine.probes.base import Encodes, Probe, kept_back, labels_of, made, shown
from engine.questions import BadQuestion
from engine.trained import Trained

LANDED = 512  # held-out examples


class LatentMap(Probe):
    """G over the unit square of the prior's quantiles; the first number of z to the right, the second upwards."""

    side: int = knob(16, 4, 20, "tiles along each side")

    @classmethod
    def lacks(cls, config: RunConfig) -> str:
        if len(config.codes) > 1 or config.latent.dim != 2:
            return "A map needs a latent of two numbers and nothing else that G is fed."
        return "" if config.latent.apart else f"A {config.latent.shape} has no map of quantiles."

    def answer(self, trained: Trained) -> dict[str, Any]:
        """landed: (x, y) in [0, 1] of each held-out example where somebody encodes, and its class.

        absent: why there are none, where data cannot be had; the map itself needs none.
        """
        places, classes, absent = torch.empty(0, 2), list[str](), ""
        try:
            places, classes = self.landed(trained)
        except BadQuestion as error:
            absent = str(error)
        answer = shown(trained.config, made(trained, self.grid(trained)), self.side)
        answer |= {"landed": places.tolist(), "classes": classes, "class_names": list(trained.config.data.class_names)}
        return answer | {"absent": absent}

    def grid(self, trained: Trained) -> Tensor:
        """(side * side, 2), the highest row first."""
        even = (torch.arange(self.side, device=trained.device) + 0.5) / self.side
        y, x = torch.meshgrid(even.flip(0), even, indexing="ij")
        return trained.config.latent.quantile(torch.stack((x, y), 2).flatten(0, 1))

    def landed(self, trained: Trained) -> tuple[Tensor, list[str]]:
        """Where held-out examples land, (n, 2), and their classes."""
        config = trained.config
        if not isinstance(config.game, Encodes):
            return torch.empty(0, 2), []
        batch = kept_back(config.data, LANDED, trained.device)
        with trained.at_rest() as p:
            z = config.game.encode(p, batch[0])
        return config.latent.share(z).nan_to_num(0.5), labels_of(batch, config.data.class_names)
