"""The unrolled GAN: G looks ahead at how D will answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import nn
from torch.autograd import grad

from engine.batches import Samples
from engine.games.base import Game, Make, Players, Turn
from engine.games.rules import Rules
from engine.parts import knob


class UnrolledGAN(Game):
    """G's loss is that of the D to which a few steps against this G would lead.  Metz et al. 2017, arXiv:1611.02163.

    G learns through the steps, equation 10, and so hears how D will answer; D itself takes one ordinary step, equation 11. The
    steps are gradient descent on D's loss as equation 7 writes it, penalties included, all on one batch. The paper and its code
    unroll Adam instead: where G learns ten times as fast as D, so that a GAN finds no mode of our ring, plain steps of 0.03 find
    and keep all 8, and Adam's, begun anew in each round, lose them again. G minimises the recipe's loss for G, not the negative
    of D's, whose term of real samples changed nothing there. The arrows on the stage are those of D as it is.
    """

    title: ClassVar[str] = "Unrolled GAN"
    packs: ClassVar[bool] = True
    steps: int = knob(5, 0, 10, "K, steps of D that G looks ahead; 5 in the authors' code for the ring, 0 = the GAN", live=True)
    lr: float = knob(0.03, 1e-4, 10.0, "eta, how far a step goes against D's gradient; 0.03 is ours", live=True, log=True)

    def players(self, make: Make) -> dict[str, nn.Module]:
        return {"D": make.discriminator(), "G": make.generator()}

    def refuses(self, make: Make, *, penalised: bool) -> str:
        if not penalised:
            return ""
        with torch.device("meta"):
            layers = make.discriminator().modules()
        if not any(isinstance(layer, nn.modules.batchnorm._NormBase) for layer in layers):
            return ""
        return (
            "UnrolledGAN cannot look ahead through a penalty on D's slope where D has batch or instance norm, whose third "
            "derivative torch lacks; choose another norm of the discriminator, or no penalty"
        )

    def round(self, p: Players, batches: Iterator[Samples], rules: Rules) -> Iterator[Turn]:
        real = next(batches).x
        with torch.no_grad():
            fake = p.G(rules.z(len(real)))
        yield Turn(("D",), rules.d_loss(p.D, real, fake))
        fake = p.G(rules.z(len(real)))
        weights = dict(p.D.named_parameters())
        for _ in range(self.steps):
            loss = rules.d_ahead(p.D, weights, real, fake)
            slopes = grad(loss, list(weights.values()), create_graph=True)
            weights = {name: w - self.lr * slope for (name, w), slope in zip(weights.items(), slopes, strict=True)}
        yield Turn(("G",), rules.g_ahead(p.D, weights, real, fake))
