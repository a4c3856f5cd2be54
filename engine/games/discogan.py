"""DiscoGAN: what two heaps of pictures have in common is found by going there and back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, Literal

from torch import Tensor
from torch.nn.functional import cosine_similarity, mse_loss

from engine.batches import Unpaired
from engine.games.base import Players, Turn
from engine.games.cycle import Cycle
from engine.games.rules import Rules
from engine.parts import knob

FREE = 0.1  # a difference that the hinge forgives


def cosine(x: Tensor, y: Tensor) -> Tensor:
    """One less the cosine of the angle between two pictures (N, ...), the mean of all."""
    return 1 - cosine_similarity(x.flatten(1), y.flatten(1)).mean()


def hinge(x: Tensor, y: Tensor) -> Tensor:
    """By how much two pictures (N, ...) differ more than is forgiven, the mean of all pixels."""
    return ((x - y).abs() - FREE).clamp(min=0).mean()


DISTANCES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {"squared": mse_loss, "cosine": cosine, "hinge": hinge}


class DiscoGAN(Cycle):
    """Two GANs whose generators reconstruct each other's input.  Kim et al. 2017, arXiv:1703.05192, section 2.

    CycleGAN's twin, found at the same time: the distance is squared, weighs no more than D's opinion, and no fake is kept. The
    paper leaves the distance open; its hinge is ours, since it is not written out there.
    """

    title: ClassVar[str] = "DiscoGAN"
    distance: Literal["squared", "cosine", "hinge"] = knob(
        "squared", help="how far a picture is from what comes back. hinge: differences below 0.1 cost nothing"
    )
    weight: float = knob(1.0, 0.0, 50.0, "weight of the two reconstruction losses; 1 in the paper", live=True)

    def round(self, p: Players, batches: Iterator[Unpaired], rules: Rules) -> Iterator[Turn]:
        a, b = next(batches)
        apart = DISTANCES[self.distance]
        fake_b, fake_a = p.G_ab(a), p.G_ba(b)
        adversarial = rules.g_loss(p.D_b, b, fake_b) + rules.g_loss(p.D_a, a, fake_a)
        back_a, back_b = apart(p.G_ba(fake_b), a), apart(p.G_ab(fake_a), b)
        readings = {"reconstruction a": back_a, "reconstruction b": back_b}
        yield Turn(("G_ab", "G_ba"), adversarial + self.weight * (back_a + back_b), readings)
        yield Turn(("D_a", "D_b"), rules.d_loss(p.D_a, a, fake_a) + rules.d_loss(p.D_b, b, fake_b))
