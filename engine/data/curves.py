"""Points scattered about a curve: no modes to count, but a density that is known.

A curve blurred by a Gaussian has the density of an integral along it. We take the midpoint rule of that integral, 512
equal Gaussians strung along the curve, as the law itself, for sampling too: so density and samples agree exactly.
With nodes no further apart than sigma it differs from the integral by less than 2 exp(-2 pi^2), a hundred-millionth.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import ClassVar

import torch
from torch import Tensor

from engine.batches import Labelled
from engine.data.mixture import Mixture
from engine.data.points import CPU, Points
from engine.parts import knob

NODES = 512


class Curve(Points):
    """A path with a Gaussian blur of width `sigma`, which a curve declares as its knob."""

    sigma: float

    @abstractmethod
    def path(self, t: Tensor) -> Tensor:
        """Points on the curve, (n, 2), for t (n,) in 0..1; equal steps of t are equally likely."""

    def law(self, device: torch.device = CPU) -> Mixture:
        n = NODES * (self.strands or 1)  # each strand gets nodes of its own
        t = (torch.arange(n, device=device) + 0.5) / n
        return Mixture.even(self.path(t), self.sigma)

    @property
    def centres(self) -> None:
        return None


class Line(Curve):
    """A straight piece: GAN Lab's "line".  Kahng et al. 2018, arXiv:1809.01587."""

    title: ClassVar[str] = "Line"
    sigma: float = knob(0.02, 0.01, 0.1, "blur, a standard deviation; 0.02 is GAN Lab's", log=True)

    def path(self, t: Tensor) -> Tensor:
        return torch.stack([0.6 - 1.5 * t, 0.2 + 0.6 * t], 1)


class Circle(Curve):
    """A slightly flat circle without modes: GAN Lab's "ring".  Kahng et al. 2018, arXiv:1809.01587."""

    title: ClassVar[str] = "Circle"
    sigma: float = knob(0.05, 0.01, 0.1, "blur, a standard deviation; 0.05 is GAN Lab's", log=True)

    def path(self, t: Tensor) -> Tensor:
        angle = 2 * math.pi * t
        return torch.stack([0.6 * angle.cos(), -0.1 + 0.5 * angle.sin()], 1)


class Moons(Curve):
    """Two half circles that reach into each other: scikit-learn's, centred and 0.6 as large.  Default blur ours."""

    title: ClassVar[str] = "Two moons"
    gives: ClassVar[type] = Labelled
    sigma: float = knob(0.04, 0.01, 0.1, "blur, a standard deviation; 0.04 is ours", log=True)

    @property
    def strands(self) -> int:
        return 2

    def path(self, t: Tensor) -> Tensor:
        angle, lower = 2 * math.pi * (t % 0.5), t >= 0.5  # (n,) 0..pi, and which moon
        x = torch.where(lower, 1 - angle.cos(), angle.cos()) - 0.5
        y = torch.where(lower, 0.5 - angle.sin(), angle.sin()) - 0.25
        return 0.6 * torch.stack([x, y], 1)


class Spiral(Curve):
    """Arms wound about the middle, points nearly even along them.  Ours."""

    title: ClassVar[str] = "Spiral"
    gives: ClassVar[type] = Labelled
    arms: int = knob(2, 1, 5, "number of arms")
    turns: float = knob(1.0, 0.25, 2.0, "how often an arm goes round")
    sigma: float = knob(0.02, 0.01, 0.1, "blur, a standard deviation; 0.02 is ours", log=True)

    @property
    def strands(self) -> int:
        return self.arms

    def path(self, t: Tensor) -> Tensor:
        arm = (t * self.arms).floor()
        out = (t * self.arms - arm).sqrt()  # a root, because the outer turns are longer
        angle = 2 * math.pi * (self.turns * out + arm / self.arms)
        return 0.9 * out[:, None] * torch.stack([angle.cos(), angle.sin()], 1)
