"""The GAN itself: two players, any loss, any penalty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import nn

from engine.batches import Samples
from engine.games.base import Game, Make, Players, Turn
from engine.games.rules import Rules
from engine.parts import knob


class GAN(Game):
    """A forger G and a detective D.  Goodfellow et al. 2014, arXiv:1406.2661, algorithm 1.

    With the choices of loss, penalties and networks it is also DCGAN, WGAN, WGAN-GP, LSGAN, DRAGAN, SNGAN and R3GAN.
    """

    title: ClassVar[str] = "GAN"
    packs: ClassVar[bool] = True
    d_turns: int = knob(1, 1, 20, "turns of D in each round; 1 in the paper, 5 for WGAN", live=True)

    new_noise: bool = knob(
        True,
        help="G's turn draws new noise, as in the paper; off: it learns from the samples D has just judged, one pass of G less",
        live=True,
    )

    def players(self, make: Make) -> dict[str, nn.Module]:
        return {"D": make.discriminator(), "G": make.generator()}

    def round(self, p: Players, batches: Iterator[Samples], rules: Rules) -> Iterator[Turn]:
        for turns_left in reversed(range(self.d_turns)):
            real = next(batches).x
            with torch.set_grad_enabled(not self.new_noise and not turns_left):  # G learns from its last samples, or from none
                fake = p.G(rules.z(len(real)))
            yield Turn(("D",), rules.d_loss(p.D, real, fake))
        if self.new_noise:
            fake = p.G(rules.z(len(real)))
        yield Turn(("G",), rules.g_loss(p.D, real, fake))
