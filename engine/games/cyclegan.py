"""CycleGAN: two translators that must undo each other, and two judges."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from torch import Tensor, nn
from torch.nn.functional import l1_loss

from engine.batches import Unpaired
from engine.games.base import Make, Players, Task, Turn
from engine.games.cycle import Cycle
from engine.games.pool import exchanged, with_pool
from engine.games.rules import Rules
from engine.parts import knob


class CycleGAN(Cycle):
    """What goes from a to b and back must be what it was.  Zhu et al. 2017, arXiv:1703.10593, equations 1 to 3.

    So G_ab cannot make just any b of an a: it must be one from which G_ba finds the a again. With a cycle of no weight it is the
    paper's "GAN alone". The paper trains with the least-squares loss, which can be chosen; our presets take the hinge.
    """

    title: ClassVar[str] = "CycleGAN"
    cycle: float = knob(10.0, 0.0, 50.0, "weight of the cycle loss, lambda; 10 in the paper", live=True)
    identity: float = knob(
        0.0,
        0.0,
        2.0,
        "weight of the identity loss, a share of the cycle's: a translator leaves alone what is of its own side already; 0.5 for "
        "the paper's paintings, whose colours it keeps. Only where both sides have one shape",
        live=True,
    )
    pool: int = knob(
        50, 0, 200, "past fakes from which half of what D sees is drawn; 50 in the paper; 0: it sees the newest alone"
    )

    def players(self, make: Make) -> dict[str, nn.Module]:
        nets, shapes = super().players(make), {"D_a": make.picture, "D_b": make.data}
        return nets | {name: with_pool(nets[name], self.pool, shape) for name, shape in shapes.items()}

    def tasks(self, make: Make) -> tuple[Task, ...]:
        if self.identity and make.picture != make.data:
            raise ValueError("game.identity must be 0 here: the two sides of these data have different shapes")
        return super().tasks(make)

    def round(self, p: Players, batches: Iterator[Unpaired], rules: Rules) -> Iterator[Turn]:
        a, b = next(batches)
        fake_b, fake_a = p.G_ab(a), p.G_ba(b)
        adversarial = rules.g_loss(p.D_b, b, fake_b) + rules.g_loss(p.D_a, a, fake_a)
        cycle = l1_loss(p.G_ba(fake_b), a) + l1_loss(p.G_ab(fake_a), b)
        loss, readings = adversarial + self.cycle * cycle, {"cycle": cycle}
        if self.identity:
            readings["identity"] = l1_loss(p.G_ab(b), b) + l1_loss(p.G_ba(a), a)
            loss = loss + self.cycle * self.identity * readings["identity"]
        yield Turn(("G_ab", "G_ba"), loss, readings)
        fake_a, fake_b = self.remembered(p.D_a, fake_a, rules), self.remembered(p.D_b, fake_b, rules)
        yield Turn(("D_a", "D_b"), rules.d_loss(p.D_a, a, fake_a) + rules.d_loss(p.D_b, b, fake_b))

    def remembered(self, D: nn.Module, fake: Tensor, rules: Rules) -> Tensor:
        """What D sees instead of the newest fakes (N, ...)."""
        return exchanged(D, fake, rules.generator) if self.pool else fake
