"""StarGAN: one translator for any number of classes, told which one is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, l1_loss

from engine.batches import Labelled, Shape, hot
from engine.data import Data, Wish
from engine.games.base import Make, Players, Turn
from engine.games.diagram import Diagram, returned, told_the_class, translated
from engine.games.rules import Rules
from engine.games.translation import Translation, Way
from engine.parts import knob

SHOWN = 12  # classes at most that are looked at


class StarGAN(Translation):
    """G changes the class of a picture and nothing else: told the old class, it must find the old picture again.

    Choi et al. 2018, arXiv:1711.09020, equations 1 to 6. D tells real from fake and names the class; its first output is the
    score, the others are the classes, of a D that scores patches their means (the paper's looks at the whole picture for that).
    """

    title: ClassVar[str] = "StarGAN"
    weight: float = knob(1.0, 0.0, 20.0, "weight of the classes in both losses; 1 in the paper", live=True)
    reconstruction: float = knob(10.0, 0.0, 50.0, "weight of the way back, an L1 distance; 10 in the paper", live=True)
    d_turns: int = knob(1, 1, 20, "turns of D in each round; 5 in the paper, whose loss is WGAN-GP's", live=True)
    eats: ClassVar[type] = Labelled
    sheet: ClassVar[tuple[int, int]] = (1, 8)  # below each of these, it stands once for each class

    def players(self, make: Make) -> dict[str, nn.Module]:
        G = make.generator_part.build(self.starts(make), make.data)
        return {"D": make.discriminator(make.classes), "G": Told(G, make.classes)}

    def starts(self, make: Make) -> Shape:
        channels, *side = make.data
        return (channels + make.classes, *side)

    def feeds(self, make: Make, n: int) -> dict[str, tuple[Tensor, ...]]:
        x = torch.empty(n, *make.data)
        return {"D": (x,), "G": (x, torch.zeros(n, dtype=torch.int64))}

    def round(self, p: Players, batches: Iterator[Labelled], rules: Rules) -> Iterator[Turn]:
        for _ in range(self.d_turns):
            real, y = next(batches)
            with torch.no_grad():
                fake = p.G(real, self.wanted(p, y, rules))
            loss, of_real, _ = rules.d_verdict(p.D, real, fake)
            named, right = recognised(of_real, y)
            yield Turn(("D",), loss + self.weight * named, {"real classes named": right, "class loss": named})
        wanted = self.wanted(p, y, rules)
        fake = p.G(real, wanted)
        loss, _, of_fake = rules.g_verdict(p.D, real, fake)
        named, right = recognised(of_fake, wanted)
        back = l1_loss(p.G(fake, y), real)
        readings = {"fake classes named": right, "cycle": back}
        yield Turn(("G",), loss + self.weight * named + self.reconstruction * back, readings)

    def wanted(self, p: Players, y: Tensor, rules: Rules) -> Tensor:
        """A class for each of these labels (N,), any of them."""
        return torch.randint(p.G.classes, y.shape, generator=rules.generator, device=rules.device)

    def show(self, p: Players, batch: Labelled, rules: Rules) -> dict[str, Tensor]:
        """Some pictures in a row, and below each what becomes of it in every class."""
        x, classes = batch.x, min(p.G.classes, SHOWN)
        wanted = torch.arange(classes, device=x.device).repeat_interleave(len(x))
        return {"given": x, "fake": p.G(x.repeat(classes, 1, 1, 1), wanted)}

    def classify(self, p: Players, x: Tensor) -> Tensor:
        return over_places(p.D(x)[:, 1:])

    def ways(self, data: Data) -> tuple[Way, ...]:
        wish = Wish(data.label_name, "choice", data.class_names)
        return (Way(("a picture", f"the same in this {data.label_name}"), data.shape, (wish,), data.shape),)

    def translate(self, p: Players, a: Tensor, way: int = 0) -> Tensor:
        return p.G.net(a)  # type: ignore[no-any-return]

    def diagram(self) -> Diagram:
        return told_the_class(returned(translated(super().diagram()), "G"), creators=("G",), judges=())


class Told(nn.Module):
    """A translator that is told a class, in a plane for each: 1 for the one that is meant, -1 for the others.

    x: (N, C, H, W), y: (N,) -> (N, C, H, W).  net: from (N, C + classes, H, W).
    """

    def __init__(self, net: nn.Module, classes: int) -> None:
        super().__init__()
        self.net, self.classes = net, classes

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        told = 2 * hot(y, self.classes) - 1
        return self.net(torch.cat((x, told[:, :, None, None].expand(-1, -1, *x.shape[2:])), 1))  # type: ignore[no-any-return]


def recognised(said: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """How badly D names the classes y (N,), and the share that it names rightly.  said: (N, classes, ...), its logits."""
    logits = over_places(said)
    return cross_entropy(logits, y), (logits.argmax(1) == y).to(torch.float32).mean()


def over_places(said: Tensor) -> Tensor:
    """Of logits for each patch (N, classes, h, w) the means: (N, classes)."""
    return said.flatten(2).mean(2) if said.dim() > 2 else said
