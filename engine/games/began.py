"""Boundary equilibrium GAN: D is an autoencoder, and a controller keeps the two in balance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.batches import Samples
from engine.games.base import Game, Make, Players, Turn
from engine.games.rules import Rules
from engine.losses import relative_belief
from engine.parts import knob


class BEGAN(Game):
    """D learns to reconstruct real samples and not fakes; the balance k decides how much the fakes count.

    Berthelot, Schumm and Metz 2017, arXiv:1703.10717, section 3.4. k is a buffer of D, so a checkpoint carries it.
    """

    title: ClassVar[str] = "BEGAN"
    gamma: float = knob(
        0.5, 0.05, 1.0, "diversity ratio E[L(fake)] / E[L(real)] that is aimed at; 0.3 to 0.7 in the paper", live=True
    )
    lambda_k: float = knob(0.001, 0.0, 0.1, "how fast the balance k follows; 0.001 in the paper", live=True, log=True)
    code: int = knob(32, 1, 512, "numbers between D's encoder and decoder; 64 in the paper for small models", log=True)
    uses: ClassVar[tuple[str, ...]] = ("latent", "generator", "discriminator")

    def players(self, make: Make) -> dict[str, nn.Module]:
        D = make.autoencoder(self.code)
        D.register_buffer("k", torch.zeros(()))
        return {"D": D, "G": make.generator()}

    def round(self, p: Players, batches: Iterator[Samples], rules: Rules) -> Iterator[Turn]:
        real = next(batches).x
        with torch.no_grad():
            fake = p.G(rules.z(len(real)))
        of_real, of_fake = self.error(p, real), self.error(p, fake)
        yield Turn(("D",), of_real.mean() - p.D.k * of_fake.mean(), {"D(real)": -of_real, "D(fake)": -of_fake})
        of_new = self.error(p, p.G(rules.z(len(real))))
        balance = (self.gamma * of_real.mean() - of_new.mean()).detach()
        measure = of_real.mean().detach() + balance.abs()  # the paper's measure of convergence, section 3.4.1
        scores = {"D(fake)": -of_new.detach()}
        yield Turn(("G",), of_new.mean(), {"k": p.D.k.clone(), "convergence": measure}, scores=scores)
        p.D.k.add_(self.lambda_k * balance).clamp_(0, 1)

    def error(self, p: Players, x: Tensor) -> Tensor:
        """How far D's reconstruction is from x (N, ...): mean absolute difference, (N,)."""
        return (p.D(x) - x).abs().flatten(1).mean(1)  # type: ignore[no-any-return]

    def score(self, p: Players, x: Tensor, fed: Tensor | None = None) -> Tensor:
        return -self.error(p, x)

    def pull(self, p: Players, fake: Tensor, real: Tensor, rules: Rules) -> Tensor:
        return self.error(p, fake).mean()

    def optimal(self, p: Tensor, q: Tensor, rules: Rules) -> None:
        return None  # D is an autoencoder: what it does best is not to tell densities apart

    def belief(self, scores: Tensor, real: Tensor, fake: Tensor, rules: Rules) -> Tensor:
        return relative_belief(scores, real, fake)
