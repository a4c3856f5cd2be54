"""pix2pix: pairs, a distance to the truth, and a judge who sees both halves of a pair."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss

from engine.batches import Pairs, Shape
from engine.games.base import Make, Players, Turn
from engine.games.diagram import Diagram, translated
from engine.games.rules import Rules
from engine.games.translation import Translation
from engine.parts import knob


class Pix2Pix(Translation):
    """G turns a into b, and D must tell true pairs from pairs that G completed.  Isola et al. 2017, arXiv:1611.07004, equation 4.

    Without the L1 distance or without D it is one of the losses that the paper's table 1 compares. There dropout is the noise;
    ours has none unless the U-Net's knob says so.
    """

    title: ClassVar[str] = "pix2pix"
    l1: float = knob(100.0, 0.0, 1000.0, "weight of the L1 distance to the truth, lambda; 100 in the paper", live=True)
    adversarial: float = knob(
        1.0, 0.0, 10.0, "weight of D's opinion; 1 in the paper; 0: L1 alone, and D does not play", live=True
    )
    conditional: bool = knob(True, help="D sees what b was made of beside b; off: it sees b alone, the paper's GAN against cGAN")
    eats: ClassVar[type] = Pairs

    def players(self, make: Make) -> dict[str, nn.Module]:
        return {"D": make.discriminator_part.build(self.judges(make), (1,)), "G": make.translator()}

    def judges(self, make: Make) -> Shape:
        return (make.given[0] + make.data[0], *make.data[1:]) if self.conditional else make.data

    def feeds(self, make: Make, n: int) -> dict[str, tuple[Tensor, ...]]:
        return {"D": (torch.empty(n, *self.judges(make)),), "G": (torch.empty(n, *make.given),)}

    def round(self, p: Players, batches: Iterator[Pairs], rules: Rules) -> Iterator[Turn]:
        a, b = next(batches)
        fake = p.G(a)
        true, made = self.seen(a, b), self.seen(a, fake)
        if self.adversarial:
            yield Turn(("D",), rules.d_loss(p.D, true, made))
        away = l1_loss(fake, b)
        opinion = self.adversarial * rules.g_loss(p.D, true, made) if self.adversarial else 0.0
        yield Turn(("G",), opinion + self.l1 * away, {"L1": away})

    def seen(self, a: Tensor, b: Tensor) -> Tensor:
        """What D is shown of a pair: (N, *judges)."""
        return torch.cat((a, b), 1) if self.conditional else b

    def show(self, p: Players, batch: Pairs, rules: Rules) -> dict[str, Tensor]:
        return {"given": batch.a, "fake": p.G(batch.a), "truth": batch.b}

    def diagram(self) -> Diagram:
        return translated(super().diagram(), shown=("D",) if self.conditional else (), truth=("G",))

    def scored(self, p: Players, name: str, x: Tensor, batch: Pairs, rules: Rules) -> Tensor | None:
        return None if name == "given" else self.score(p, self.seen(batch.a, x))
