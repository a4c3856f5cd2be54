"""What games share in which two translators, there and back, must undo each other: no pairs, and a judge at either end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import Tensor, nn

from engine.batches import Pairs, Shape, Source, Unpaired
from engine.data import Data
from engine.data.unpairing import Unpairing
from engine.games.base import Make, Players, Task, mean_score
from engine.games.diagram import Diagram, Edge, Node
from engine.games.rules import Rules
from engine.games.translation import Translation, Way

G, D = ("G_ab", "G_ba"), ("D_a", "D_b")
WHOSE = {"given": "D_a", "fake": "D_b", "back": "D_a", "fake a": "D_a"}
"""For what is shown, the judge of its kind."""


class Cycle(Translation):
    """A game of G_ab, G_ba, D_a and D_b on two heaps of pictures. From pairs it takes the pictures, and tears them apart."""

    eats: ClassVar[type] = Unpaired

    def players(self, make: Make) -> dict[str, nn.Module]:
        a, b = make.picture, make.data
        judges = {name: make.discriminator_part.build(shape, (1,)) for name, shape in zip(D, (a, b), strict=True)}
        return judges | {"G_ab": make.generator_part.build(a, b), "G_ba": make.generator_part.build(b, a)}

    def starts(self, make: Make) -> Shape:
        return make.picture

    def tasks(self, make: Make) -> tuple[Task, ...]:
        back = Task("generator", make.data, make.picture, make.data[0]), Task("discriminator", make.picture, (1,))
        return *super().tasks(make), *back

    def reads(self, source: Source, data: Data, seed: int, device: torch.device) -> Source:
        return Unpairing(source, data.pictured) if data.gives is Pairs else source

    def feeds(self, make: Make, n: int) -> dict[str, tuple[Tensor, ...]]:
        a, b = torch.empty(n, *make.picture), torch.empty(n, *make.data)
        return {"D_a": (a,), "D_b": (b,), "G_ab": (a,), "G_ba": (b,)}

    def show(self, p: Players, batch: Unpaired, rules: Rules) -> dict[str, Tensor]:
        """One way there and back, and the other way there, which starts from what is real to the first."""
        fake = p.G_ab(batch.a)
        return {"given": batch.a, "fake": fake, "back": p.G_ba(fake), "fake a": p.G_ba(batch.b)}

    def scored(self, p: Players, name: str, x: Tensor, batch: Unpaired, rules: Rules) -> Tensor:
        return mean_score(getattr(p, WHOSE[name]), x)

    def ways(self, data: Data) -> tuple[Way, ...]:
        a, b = data.sides
        return Way((a, b), data.picture, (), data.shape, data.brought), Way((b, a), data.shape, (), data.picture)

    def translate(self, p: Players, a: Tensor, way: int = 0) -> Tensor:
        return (p.G_ab, p.G_ba)[way](a)  # type: ignore[no-any-return]

    def diagram(self) -> Diagram:
        sides = Node("a", "data", "data a", "data", 0), Node("b", "data", "data b", "data", 0)
        losses = [
            Node(f"{', '.join(side)} loss", "loss", f"loss {', '.join(side)}", "loss", 4, side, reading)
            for side, reading in ((D, "d_loss"), (G, "g_loss"))
        ]
        nodes = [*sides, *_players("a", "b"), *_players("b", "a"), *losses]
        return Diagram(tuple(nodes), (*_edges("a", "b"), *_edges("b", "a")))


def _players(a: str, b: str) -> Iterator[Node]:
    """Who makes b of a, what comes of it, and who judges it."""
    there, judge = f"G_{a}{b}", f"D_{b}"
    yield Node(there, "player", there, "generator", 1, (there,), f"{there} gradient")
    yield Node(f"fake {b}", "samples", f"fakes {b}", "training", 2, (there,))
    yield Node(judge, "player", judge, "discriminator", 3, (judge,), f"{judge} gradient")


def _edges(a: str, b: str) -> Iterator[Edge]:
    """From a to b and back to a, and the gradients of that."""
    there, back, judge, fake = f"G_{a}{b}", f"G_{b}{a}", f"D_{b}", f"fake {b}"
    d_loss, g_loss = (f"{', '.join(side)} loss" for side in (D, G))
    yield Edge(a, there, D + G)
    yield Edge(there, fake, D + G)
    yield Edge(fake, judge, D + G)
    yield Edge(b, judge, D + G)
    yield Edge(judge, d_loss, D)
    yield Edge(d_loss, judge, D, gradient=True)
    yield Edge(judge, g_loss, G)
    yield Edge(g_loss, judge, G, gradient=True)
    yield Edge(judge, fake, G, gradient=True)
    yield Edge(fake, there, G, gradient=True)
    yield Edge(fake, back, G)  # its way back is compared with where it came from
    yield Edge(back, g_loss, G)
    yield Edge(a, g_loss, G)
    yield Edge(g_loss, back, G, gradient=True)
    yield Edge(back, fake, G, gradient=True)
