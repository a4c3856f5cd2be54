"""The latent: where G starts from."""

from __future__ import annotations

from typing import Literal

import torch
from torch import Generator, Tensor

from engine.parts import Part, knob

TAIL = 0.0227501319  # of a normal law, beyond two standard deviations on one side


class Latent(Part):
    """Where G starts from: the distribution of z."""

    dim: int = knob(64, 1, 1024, "numbers in z; 100 in DCGAN, 64 in Lucic et al. 2018 (arXiv:1711.10337)", log=True)
    shape: Literal["normal", "uniform", "sphere", "truncated"] = knob(
        "normal",
        help="normal: N(0, 1). uniform: in [-1, 1]. sphere: on the sphere of radius sqrt(dim), where normal vectors nearly live. "
        "truncated: normal of width 1/2 without what lies beyond 1, GAN Lab's Gaussian noise",
    )

    def draw(self, n: int, generator: Generator, device: torch.device) -> Tensor:
        """(n, dim)."""
        if self.shape == "uniform":
            return torch.empty(n, self.dim, device=device).uniform_(-1, 1, generator=generator)
        if self.shape == "truncated":
            return self.quantile(torch.rand(n, self.dim, generator=generator, device=device))
        z = torch.randn(n, self.dim, generator=generator, device=device)
        return z if self.shape == "normal" else z * (self.dim**0.5 / z.norm(dim=1, keepdim=True))

    def quantile(self, share: Tensor) -> Tensor:
        """The numbers below which these shares of one number of z lie; for all shapes but the sphere."""
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
