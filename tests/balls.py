"""Balls: the smallest data that a person can draw, with a colour and a material that are told; and a model that has seen a few."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from torch import Generator

from engine import RunConfig, Trained
from engine.batches import Pairs, Shape
from engine.data import Data, Drawn, Tell, Wish, silent
from engine.data.base import Brought
from engine.trainer import Trainer

RECIPE: dict[str, Any] = {
    "data": {"name": "derived", "size": 64},
    "game": "pix2pix",
    "generator": {"name": "unet", "width": 8},
    "discriminator": {"name": "patchgan", "width": 4},
    "g_optimizer": {"name": "adam", "lr": 0.002},
    "training": {"batch": 8, "average": 0.0},
}


class Balls(Data):
    """A circle's outline, and the ball that it means: of a colour, of clay or of glass."""

    gives: ClassVar[type] = Pairs
    size: int = 64

    @property
    def shape(self) -> Shape:
        return (3, self.size, self.size)

    @property
    def wishes(self) -> tuple[Wish, ...]:
        return (Wish("colour", "colour"), Wish("material", "choice", ("clay", "glass")))

    @property
    def given(self) -> Shape:
        return (6, self.size, self.size)

    @property
    def brought(self) -> Brought:
        return "outline"

    @property
    def sides(self) -> tuple[str, str]:
        return ("outline", "ball")

    def open(self, device: torch.device, tell: Tell = silent) -> Drawn:
        return Drawn(self.drawn)

    def drawn(self, n: int, generator: Generator) -> Pairs:
        u = torch.rand(n, 6, generator=generator)
        along = (torch.arange(self.size) + 0.5) / self.size
        x, y = along[None, None] - 0.5 - 0.2 * (u[:, 0, None, None] - 0.5), along[None, :, None] - 0.5 - 0.2 * (u[:, 1, None, None] - 0.5)
        away = torch.hypot(x, y)[:, None] - (0.2 + 0.15 * u[:, 2, None, None, None])
        outline = 2 * ((away.abs() - 1 / 80) * self.size).clamp(0, 1) - 1
        colour = (2 * u[:, 3:] - 1)[:, :, None, None]
        glass = torch.randint(2, (n, 1, 1, 1), generator=generator) * 2.0 - 1
        shade = (x - y)[:, None] * (1 - 0.5 * glass)
        ball = torch.where(away < 0, (colour + shade).clamp(-1, 1), torch.ones(()))
        told = torch.cat((colour, -glass, glass), 1).expand(n, 5, self.size, self.size)
        return Pairs(torch.cat((outline, told), 1), ball)


def model_of_balls(rounds: int) -> Trained:
    """A pix2pix that has learned for so many rounds."""
    config = RunConfig.from_dict(RECIPE)
    return model_of(config.model_copy(update={"data": Balls()}), rounds)


def model_of(config: RunConfig, rounds: int) -> Trained:
    trainer = Trainer(config)
    for _ in range(rounds):
        trainer.round()
    trainer.catch_up()
    return Trained(trainer.config, trainer.shown)


