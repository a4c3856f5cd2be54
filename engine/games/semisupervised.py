"""The semi-supervised GAN: a classifier that learns from fakes and from what nobody has labelled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from engine.batches import FewLabels, Source
from engine.data import Data
from engine.data.few import FewLabelled
from engine.games.base import Game, Make, Players, Turn
from engine.games.diagram import Diagram, told_the_class
from engine.games.rules import Rules
from engine.networks.base import split
from engine.parts import knob


class SemiSupervisedGAN(Game):
    """D names the class of a few labelled samples, and tells all others from fakes.  Salimans et al. 2016, arXiv:1606.03498.

    Section 5: D has K outputs, the fake class being the one whose output is held at 0, so that D's score is the logarithm of the
    sum of their exponentials and any loss of two players fits. G matches the mean of D's last features (section 3.1).
    """

    title: ClassVar[str] = "Semi-supervised GAN"
    labels: int = knob(10, 1, 1000, "labelled samples of each class; 10 in the paper's best known table", log=True)
    unlabelled: bool = knob(True, help="off: D learns from the labelled samples alone, to see what the others are worth")
    goal: Literal["features", "loss"] = knob(
        "features", help="what G follows: D's features, whose mean it matches, or the loss below as in every GAN"
    )
    weight: float = knob(1.0, 0.0, 10.0, "weight of real against fake beside the classes; 1 in the paper", live=True)
    eats: ClassVar[type] = FewLabels

    def players(self, make: Make) -> dict[str, nn.Module]:
        return {"D": Classifier(make.encoder(make.classes)), "G": make.generator()}

    def reads(self, source: Source, data: Data, seed: int, device: torch.device) -> Source:
        return FewLabelled(source, self.labels, data.classes, torch.Generator(device).manual_seed(seed))

    def round(self, p: Players, batches: Iterator[FewLabels], rules: Rules) -> Iterator[Turn]:
        real, few, y = next(batches)
        said = p.D.classes(few)
        named = cross_entropy(said, y)
        readings = {"class loss": named, "labelled named": (said.argmax(1) == y).to(torch.float32).mean()}
        if not self.unlabelled:
            yield Turn(("D",), named, readings)
            return
        with torch.no_grad():
            fake = p.G(rules.z(len(real)))
        yield Turn(("D",), named + self.weight * rules.d_verdict(p.D, real, fake).loss, readings)
        fake = p.G(rules.z(len(real)))
        yield Turn(("G",), rules.g_verdict(p.D, real, fake).loss if self.goal == "loss" else self.apart(p, real, fake))

    def apart(self, p: Players, real: Tensor, fake: Tensor) -> Tensor:
        """How far the mean features of real and fake samples are apart, a scalar."""
        with torch.no_grad():
            aim = p.D.body(real).mean(0)
        return (p.D.body(fake).mean(0) - aim).square().mean()  # type: ignore[no-any-return]

    def classify(self, p: Players, x: Tensor) -> Tensor:
        return p.D.classes(x)  # type: ignore[no-any-return]

    def diagram(self) -> Diagram:
        return told_the_class(super().diagram(), creators=(), judges=("D",))


class Classifier(nn.Module):
    """A network from (N, *data) to K classes as a judge: its score, and beside it the classes, (N, 1 + K)."""

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.body, self.last = split(net)

    def classes(self, x: Tensor) -> Tensor:
        """(N, K), logits."""
        return self.last(self.body(x))  # type: ignore[no-any-return]

    def forward(self, x: Tensor) -> Tensor:
        said = self.classes(x)
        return torch.cat((said.logsumexp(1, keepdim=True), said), 1)
