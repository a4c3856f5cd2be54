"""The conditional GAN: both players are told the class."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import embedding

from engine.batches import Labelled, Shape, hot
from engine.games.base import Game, Make, Players, Turn
from engine.games.codes import Code, with_class
from engine.games.diagram import Diagram, told_the_class
from engine.games.latent import Latent
from engine.games.rules import Rules
from engine.parts import knob


class ConditionalGAN(Game):
    """G is told which class to draw, and D which class it is to find.  Mirza and Osindero 2014, arXiv:1411.1784.

    Fakes are made with the labels of the real batch, so that D compares like with like. Beside a point the label is a one-hot
    vector, beside a picture one more channel that D learns for each class; or it meets D's features in a product.
    """

    title: ClassVar[str] = "Conditional GAN"
    label: Literal["concatenation", "projection"] = knob(
        "concatenation",
        help="concatenation: the label lies beside what D sees, as in the paper. projection: D's score has a term that is D's "
        "features times a vector for the class, Miyato and Koyama 2018 (arXiv:1802.05637)",
    )
    features: int = knob(64, 1, 512, "numbers in that product; ours, since the paper takes D's last layer itself", log=True)
    eats: ClassVar[type] = Labelled

    def players(self, make: Make) -> dict[str, nn.Module]:
        return {"D": self._judge(make), "G": make.generator()}

    def _judge(self, make: Make) -> nn.Module:
        if self.label == "projection":
            return Projection(make.discriminator(self.features), make.classes, self.features)
        net = make.discriminator_part.build(self.judges(make), (1,))
        return Beside(net, make.classes) if len(make.data) == 1 else Channel(net, make.classes, make.data[1:])

    def judges(self, make: Make) -> Shape:
        if self.label == "projection":
            return make.data
        channels, *side = make.data
        return (channels + 1, *side) if side else (channels + make.classes,)

    def feeds(self, make: Make, n: int) -> dict[str, tuple[Tensor, ...]]:
        x, y = torch.empty(n, *make.data), torch.zeros(n, dtype=torch.int64)
        return {"D": (x, y), "G": (torch.empty(n, make.code),)}

    def codes(self, latent: Latent, class_names: tuple[str, ...]) -> tuple[Code, ...]:
        return with_class(latent, class_names)

    def round(self, p: Players, batches: Iterator[Labelled], rules: Rules) -> Iterator[Turn]:
        real, y = next(batches)
        with torch.no_grad():
            fake = p.G(rules.of_class(y))
        yield Turn(("D",), rules.d_verdict(p.D, real, fake, y).loss)
        fake = p.G(rules.of_class(y))
        yield Turn(("G",), rules.g_verdict(p.D, real, fake, y).loss)

    def score(self, p: Players, x: Tensor, fed: Tensor | None = None) -> Tensor:
        """How real D finds x as the class that was asked for; where that is not known, as the one that suits it best."""
        classes = p.D.classes
        if fed is not None:  # one pass, where the other way takes one for each class
            return p.D(x, fed[:, -classes:].argmax(1)).flatten(1).mean(1)  # type: ignore[no-any-return]
        y = torch.arange(classes, device=x.device).repeat_interleave(len(x))
        of_each: Tensor = p.D(x.repeat(classes, *[1] * (x.dim() - 1)), y).flatten(1).mean(1)
        return of_each.view(classes, len(x)).amax(0)

    def diagram(self) -> Diagram:
        return told_the_class(super().diagram(), creators=("G",), judges=("D",))


class Beside(nn.Module):
    """A network that is shown the label beside a point, as a one-hot vector."""

    def __init__(self, net: nn.Module, classes: int) -> None:
        super().__init__()
        self.net, self.classes = net, classes

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.net(torch.cat((x, hot(y, self.classes)), 1))  # type: ignore[no-any-return]


class Channel(nn.Module):
    """A network that is shown the label beside a picture, as one more channel that is learned for each class."""

    def __init__(self, net: nn.Module, classes: int, side: Shape) -> None:
        super().__init__()
        self.net, self.classes, self.side = net, classes, side
        self.channel = nn.Parameter(torch.randn(classes, *side))

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return self.net(torch.cat((x, self.channel[y][:, None]), 1))  # type: ignore[no-any-return]


class Projection(nn.Module):
    """score(x) + <v_y, features(x)>: arXiv:1802.05637, figure 1d, where the features are one linear map further up."""

    def __init__(self, net: nn.Module, classes: int, features: int) -> None:
        super().__init__()
        self.net, self.classes, self.features = net, classes, features
        self.of_class = nn.Parameter(torch.randn(classes, features) / features**0.5)

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        said: Tensor = self.net(x)
        return said[:, :1] + (said[:, 1:] * embedding(y, self.of_class)).sum(1, keepdim=True)
