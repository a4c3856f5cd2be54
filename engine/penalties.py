"""Penalties on D's slope, the norm of the gradient of its score with respect to its input.

Every one of them asks for the slope somewhere (`where`) and puts a price on it (`cost`), and is a callable
`(D, real, fake) -> scalar` like any other. Told apart like this, the rules can read several slopes off the pass of D that the
loss needs anyway: R1 and R2 together cost one extra backward, not two passes more.

With `interval` n a penalty acts in every n-th round, n times as strong (lazy regularisation, Karras et al. 2020,
arXiv:1912.04958, appendix B).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import torch
from torch import Generator, Tensor

from engine.parts import Part, knob


class Penalty(Part):
    """A price on D's slope, added to D's loss."""

    weight: float = knob(1.0, 0.0, 1000.0, "how strong", live=True, log=True)
    interval: int = knob(1, 1, 64, "acts in every n-th round, n times as strong; 1 = always", live=True)

    def where(self, real: Tensor, fake: Tensor, *, generator: Generator) -> Tensor:
        """Where the slope is read: (N, ...). Return `real` or `fake` itself where it is read right there."""
        raise NotImplementedError

    def cost(self, squared_slope: Tensor) -> Tensor:
        """The price of squared slopes (N,), without weight.  Returns a scalar."""
        raise NotImplementedError

    def __call__(self, D: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, *, generator: Generator) -> Tensor:
        """weight * cost of D's slope.  real, fake: (N, ...); D maps them to scores (N, ...).  Returns a scalar."""
        x = self.where(real, fake, generator=generator).detach().requires_grad_()
        return self.weight * self.cost(squared_slope(D(x), x))


def squared_slope(scores: Tensor, x: Tensor) -> Tensor:
    """|grad_x D(x)|^2 of each sample, differentiable again.  scores: (N, ...) computed from x: (N, ...).  Returns (N,)."""
    (slope,) = torch.autograd.grad(scores.sum(), x, create_graph=True)
    return slope.square().flatten(1).sum(1)


def distance_from_one(squared: Tensor) -> Tensor:
    """E[(|slope| - 1)^2]; the small constant keeps the root's derivative finite where D is flat."""
    return ((squared + 1e-12).sqrt() - 1).square().mean()


class GradientPenalty(Penalty):
    """A slope of 1 on straight lines between real and fake: weight * E[(|grad D(x)| - 1)^2].

    Gulrajani et al. 2017, arXiv:1704.00028 (WGAN-GP).
    """

    title: ClassVar[str] = "Gradient penalty (WGAN-GP)"
    weight: float = knob(10.0, 0.0, 1000.0, "lambda; 10 in the paper, 0.1 for its toy data", live=True, log=True)

    def where(self, real: Tensor, fake: Tensor, *, generator: Generator) -> Tensor:
        one_each = (len(real), *[1] * (real.dim() - 1))
        share = torch.rand(one_each, generator=generator, device=real.device, dtype=real.dtype)
        return torch.lerp(real, fake, share)

    def cost(self, squared_slope: Tensor) -> Tensor:
        return distance_from_one(squared_slope)


class Dragan(Penalty):
    """A slope of 1 near real data: weight * E[(|grad D(x)| - 1)^2], x = real + noise.  Kodali et al. 2017, arXiv:1705.07215.

    The noise is the one of the authors' code: uniform in [0, spread * std of the batch].
    """

    title: ClassVar[str] = "DRAGAN"
    weight: float = knob(10.0, 0.0, 1000.0, "lambda; 10 in the paper", live=True, log=True)
    spread: float = knob(
        0.5,
        0.0,
        2.0,
        "size of the noise around real data, in standard deviations of the batch; 0.5 in the authors' code",
        live=True,
    )

    def where(self, real: Tensor, fake: Tensor, *, generator: Generator) -> Tensor:
        noise = torch.rand(real.shape, generator=generator, device=real.device, dtype=real.dtype)
        return real + self.spread * real.std() * noise

    def cost(self, squared_slope: Tensor) -> Tensor:
        return distance_from_one(squared_slope)


class R1(Penalty):
    """No slope on real data: weight/2 * E[|grad D(real)|^2].  Mescheder et al. 2018, arXiv:1801.04406, equation 9."""

    title: ClassVar[str] = "R1"
    weight: float = knob(1.0, 0.0, 1000.0, "gamma", live=True, log=True)

    def where(self, real: Tensor, fake: Tensor, *, generator: Generator) -> Tensor:
        return real

    def cost(self, squared_slope: Tensor) -> Tensor:
        return 0.5 * squared_slope.mean()


class R2(R1):
    """No slope on generated data: weight/2 * E[|grad D(fake)|^2].  Mescheder et al. 2018, arXiv:1801.04406, equation 10."""

    title: ClassVar[str] = "R2"

    def where(self, real: Tensor, fake: Tensor, *, generator: Generator) -> Tensor:
        return fake


PENALTIES: dict[str, type[Penalty]] = {
    "gradient-penalty": GradientPenalty,
    "dragan": Dragan,
    "r1": R1,
    "r2": R2,
}
