"""Mixtures of Gaussians: the law of every set of points, exact to sample, to evaluate and to integrate over cells."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Generator, Tensor

BLOCK = 512  # points whose density is computed at once


@dataclass(frozen=True, eq=False)
class Mixture:
    """sum_k weights[k] * N(centres[k], diag(scales[k]^2)), on the device of its tensors.

    centres: (K, d).  scales: (K, d), standard deviations along the axes.  weights: (K,), positive, sum 1.
    """

    centres: Tensor
    scales: Tensor
    weights: Tensor
    alike: bool = False  # all scales are the same, so that nobody need look up whose is whose

    @staticmethod
    def even(centres: Tensor, sigma: float) -> Mixture:
        """Round Gaussians of one width, all equally likely.  centres: (K, d)."""
        weights = torch.full((len(centres),), 1 / len(centres), device=centres.device)
        return Mixture(centres, torch.full_like(centres, sigma), weights, alike=True)

    @cached_property
    def _stairs(self) -> Tensor:
        """(K-1,) the cumulative weights without the last, so that no rounding can lead past the last Gaussian."""
        return self.weights.cumsum(0)[:-1]

    @cached_property
    def _width(self) -> Tensor:
        """(d,) the scales of any of them, where they are alike."""
        return self.scales[0]

    def sample(self, n: int, generator: Generator) -> Tensor:
        """n independent draws, (n, d)."""
        return self.labelled(n, generator)[0]

    def labelled(self, n: int, generator: Generator) -> tuple[Tensor, Tensor]:
        """n independent draws, (n, d), and which Gaussian each is of, (n,)."""
        return self.placed(*self.chances(n, generator))

    def chances(self, n: int, generator: Generator) -> tuple[Tensor, Tensor]:
        """The random numbers of n draws: uniform (n,), normal (n, d)."""
        device = self.centres.device
        share = torch.rand(n, generator=generator, device=device)
        return share, torch.randn(n, self.centres.shape[1], generator=generator, device=device)

    def placed(self, share: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        """What these random numbers come to, whoever drew them: (n, d), and which Gaussian each is of, (n,)."""
        k = torch.searchsorted(self._stairs, share, right=True)
        scales = self._width if self.alike else self.scales.index_select(0, k)
        return torch.addcmul(self.centres.index_select(0, k), noise, scales), k

    def log_density(self, x: Tensor) -> Tensor:
        """ln p(x), (m,) for x (m, d); block by block, because (m, K) tables of curves outgrow a processor's cache."""
        return torch.cat([self._log_density(block) for block in x.chunk(-(-len(x) // BLOCK) or 1)])

    def _log_density(self, x: Tensor) -> Tensor:
        d = self.centres.shape[1]
        exponent = self.weights.log() - self.scales.log().sum(1) - d / 2 * math.log(2 * math.pi)  # (K,)
        for axis in range(d):  # one (m, K) table per axis, never (m, K, d)
            exponent = exponent - ((x[:, axis, None] - self.centres[:, axis]) / self.scales[:, axis]).square() / 2
        return exponent.logsumexp(1)

    def masses(self, edges: Tensor) -> Tensor:
        """The probability of each cell of a grid with the same edges along every axis, exact by the error function.

        edges: (B+1,) rising.  Returns (B**d + 1,): the cells, first axis slowest, and last what lies outside the grid.
        """
        below = torch.special.ndtr((edges[:, None, None] - self.centres) / self.scales)  # (B+1, K, d)
        columns = below.diff(dim=0).unbind(2)  # d tables (B, K)
        cells = self.weights[None] * columns[0]
        for column in columns[1:]:
            cells = (cells[:, None] * column).flatten(0, 1)
        inside = cells.sum(1)
        return torch.cat([inside, (1 - inside.sum(keepdim=True, dim=0)).clamp(min=0)])
