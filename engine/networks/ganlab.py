"""GAN Lab's networks, exactly: they live in the unit square and start as its code starts them."""

from __future__ import annotations

from itertools import pairwise
from typing import ClassVar

from torch import Tensor, nn

from engine.batches import Shape
from engine.layers import fan_in_start
from engine.networks.base import Chain, Network
from engine.parts import knob


class Affine(nn.Module):
    """x * factor + shift, fixed."""

    def __init__(self, factor: float, shift: float) -> None:
        super().__init__()
        self.factor, self.shift = factor, shift

    def forward(self, x: Tensor) -> Tensor:
        return x * self.factor + self.shift


class GanLab(Network):
    """Layers of ReLU as GAN Lab has them, for points on the plane.  Kahng et al. 2018, arXiv:1809.01587, and its code.

    It computes in [0, 1], so what comes in is moved there from [-1, 1] and what G gives is moved back; G ends in tanh, of which
    in [0, 1] one half is never needed. Weights start as N(0, 1/fan-in), those of the first layer as N(0, 1/2), biases 0.
    """

    title: ClassVar[str] = "GAN Lab’s"
    width: int = knob(8, 1, 100, "units in each hidden layer; GAN Lab's own presets have 5 to 11")
    hidden: int = knob(1, 0, 5, "hidden layers beside the first, as GAN Lab counts them")

    draws: ClassVar[str] = "points"

    def leads(self, takes: Shape, gives: Shape) -> bool:
        return len(takes) == 1 and gives in ((1,), (2,))

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        if len(takes) != 1 or gives not in ((1,), (2,)):
            raise ValueError("GAN Lab's networks are for points; for other data choose the network mlp")
        widths = [takes[0], *[self.width] * (self.hidden + 1)]
        layers: list[nn.Module] = [Affine(0.5, 0.5)]
        for before, after in pairwise(widths):
            layers += [nn.Linear(before, after), nn.ReLU()]
        ending = [nn.Tanh(), Affine(2.0, -1.0)] if gives == (2,) else []
        return self.begin(Chain(*layers, nn.Linear(self.width, gives[0]), *ending))

    def begin(self, net: nn.Module) -> nn.Module:
        return fan_in_start(net, 0.5)
