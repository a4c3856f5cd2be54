"""Models that translate, after a few rounds: what the tests of the sketch page ask in the place of those that ship."""

from __future__ import annotations

from typing import Any

from engine import RunConfig, Trained
from engine.trainer import Trainer

TOYS: dict[str, Any] = {
    "data": {"name": "toys", "size": 32},
    "game": "pix2pix",
    "generator": {"name": "unet", "width": 8},
    "discriminator": {"name": "patchgan", "width": 4},
    "g_optimizer": {"name": "adam", "lr": 0.002},
    "training": {"batch": 8, "average": 0.0},
}
"""From an outline to a toy whose colour and material are told."""


def taught(rounds: int, **sections: Any) -> Trained:
    """A pix2pix on toys, or with these sections in their recipe's place, that has played so many rounds."""
    trainer = Trainer(RunConfig.from_dict(TOYS | sections))
    for _ in range(rounds):
        trainer.round()
    trainer.catch_up()
    return Trained(trainer.config, trainer.shown)
