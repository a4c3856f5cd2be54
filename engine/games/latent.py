"""The latent: where G starts from."""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Generator, Tensor
from torch.nn.functional import pad

from engine.parts import Part, knob

TAIL = 0.0227501319  # of a normal law, beyond two standard deviations on one side


class Latent(Part):
    """Where G starts from: the distribution of z."""

    dim: int = knob(64, 1, 1024, "numbers in z; 100 in DCGAN, 64 in Lucic et al. 2018 (arXiv:1711.10337)", log=True)
    shape: Literal["normal", "uniform", "sphere", "truncated", "mixture"] = knob(
        "normal",
        help="normal: N(0, 1). uniform: in [-1, 1]. sphere: on the sphere of radius sqrt(dim), where normal vectors nearly live. "
        "truncated: normal of width 1/2 without what lies beyond 1, GAN Lab's Gaussian noise. "
        "mixture: Gaussians far apart, so that data in pieces need no bridges between them",
    )
    modes: int = knob(8, 2, 64, "Gaussians of a mixture; as many as the data have pieces")

    @property
    def apart(self) -> bool:
        """Whether its numbers are independent and all alike, so that quantiles of one are those of all."""
        return self.shape not in ("sphere", "mixture")

    @property
    def gap(self) -> float:
        """From the middle of one Gaussian of a mixture to the next."""
        return 2 * self.dim**0.5 * math.sin(math.pi / self.modes) if self.dim > 1 else 2 * 3**0.5 / (self.modes - 1)

    @property
    def width(self) -> float:
        """The standard deviation of each: halfway to the next one it is four of them away."""
        return self.gap / 8

    def middle(self, k: Tensor) -> Tensor:
        """Where the middles of these Gaussians (n,) of a mixture are: (n, dim), evenly on a circle of the first two numbers.

        It is as wide as the sphere on which normal vectors nearly live; a single number has them on a line instead. A G that is
        fed a mixture is DeLiGAN's (Gurumurthy et al. 2017, arXiv:1706.02071), but there the middles and widths are learned.
        """
        if self.dim == 1:
            return self.gap * (k[:, None] - (self.modes - 1) / 2)
        angle = k * (2 * math.pi / self.modes)
        return pad(self.dim**0.5 * torch.stack((angle.cos(), angle.sin()), 1), (0, self.dim - 2))

    def draw(self, n: int, generator: Generator, device: torch.device) -> Tensor:
        """(n, dim)."""
        if self.shape == "uniform":
            return torch.empty(n, self.dim, device=device).uniform_(-1, 1, generator=generator)
        if self.shape == "truncated":
            return self.quantile(torch.rand(n, self.dim, generator=generator, device=device))
        if self.shape == "mixture":
            k = torch.randint(self.modes, (n,), generator=generator, device=device)
            return self.middle(k) + self.width * torch.randn(n, self.dim, generator=generator, device=device)
        z = torch.randn(n, self.dim, generator=generator, device=device)
        return z if self.shape == "normal" else z * (self.dim**0.5 / z.norm(dim=1, keepdim=True))

    def quantile(self, share: Tensor) -> Tensor:
        """The numbers below which these shares of one number of z lie; for all shapes whose numbers are `apart`."""
        if self.shape == "uniform":
            return 2 * share - 1
        normal: Tensor = torch.special.ndtri(TAIL + (1 - 2 * TAIL) * share if self.shape == "truncated" else share)
        return normal / 2 if self.shape == "truncated" else normal

    def share(self, z: Tensor) -> Tensor:
        """The inverse: how much lies below these numbers of z, in [0, 1]."""
        if self.shape == "uniform":
            return (z.clamp(-1, 1) + 1) / 2
        below: Tensor = torch.special.ndtr(2 * z if self.shape == "truncated" else z)
        return ((below - TAIL) / (1 - 2 * TAIL)).clamp(0, 1) if self.shape == "truncated" else below
