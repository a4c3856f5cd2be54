"""The auxiliary classifier GAN: D also says which class it sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engine.batches import Labelled
from engine.games.base import Game, Make, Players, Turn
from engine.games.codes import Code, with_class
from engine.games.diagram import Diagram, told_the_class
from engine.games.latent import Latent
from engine.games.rules import Rules
from engine.parts import knob


class ACGAN(Game):
    """G is told a class, D is not: it has to name it, and G wants it named.  Odena, Olah and Shlens 2017, arXiv:1610.09585.

    Equations 2 and 3: D maximises L_S + L_C and G maximises L_C - L_S, where L_C is the log-likelihood of the right class for
    real and fake samples alike. D's first output is the score, the others are the classes.
    """

    title: ClassVar[str] = "AC-GAN"
    weight: float = knob(1.0, 0.0, 20.0, "weight of the classes in both losses; 1 in the paper", live=True)
    eats: ClassVar[type] = Labelled

    def players(self, make: Make) -> dict[str, nn.Module]:
        return {"D": make.discriminator(make.classes), "G": make.generator()}

    def codes(self, latent: Latent, class_names: tuple[str, ...]) -> tuple[Code, ...]:
        return with_class(latent, class_names)

    def round(self, p: Players, batches: Iterator[Labelled], rules: Rules) -> Iterator[Turn]:
        real, y = next(batches)
        with torch.no_grad():
            fake = p.G(rules.of_class(y))
        loss, of_real, of_fake = rules.d_verdict(p.D, real, fake)
        named = cross_entropy(of_real, y) + cross_entropy(of_fake, y)
        right = (of_real.argmax(1) == y).to(torch.float32).mean()
        yield Turn(("D",), loss + self.weight * named, {"real classes named": right, "class loss": named})
        loss, _, of_fake = rules.g_verdict(p.D, real, p.G(rules.of_class(y)))
        right = (of_fake.argmax(1) == y).to(torch.float32).mean()
        yield Turn(("G",), loss + self.weight * cross_entropy(of_fake, y), {"fake classes named": right})

    def classify(self, p: Players, x: Tensor) -> Tensor:
        return p.D(x)[:, 1:]  # type: ignore[no-any-return]

    def diagram(self) -> Diagram:
        return told_the_class(super().diagram(), creators=("G",), judges=())
