"""KL and JS divergence between data and generator, in nats, over the cells of a grid and one cell for all outside.

KL(data || generator) is infinite as soon as the samples miss one cell that has data. So the generated histogram counts
one sample more, spread over the cells as the data are: q' = (N q + p) / (N + 1). Then KL is at most ln(N + 1), never
negative, 0 exactly where the histograms agree, and cells without data need no smoothing. JS is finite as it stands (at
most ln 2) and is not smoothed. GAN Lab's curves of the same names cannot be compared: its code loses samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Generator, Tensor

from engine.data.points import Points

BINS = {1: 100, 2: 30}  # cells along an axis, by the number of axes; GAN Lab's 30 in the plane


class Divergence(NamedTuple):
    """Scalars on the samples' device, in nats.  kl: KL(data || generator), 0..ln(N + 1).  js: 0..ln 2."""

    kl: Tensor
    js: Tensor


@dataclass(frozen=True)
class Cells:
    """A grid of bins**dim cells over low..high along every axis, and one cell more for what lies outside."""

    dim: int
    low: float
    high: float
    bins: int

    @staticmethod
    def of(points: Points) -> Cells:
        """The grid over the square in which the stage shows these points."""
        return Cells(points.dim, *points.limits, BINS[points.dim])

    def exact(self, points: Points, device: torch.device) -> Tensor:
        """The exact probability of each cell, (bins**dim + 1,)."""
        edges = torch.linspace(self.low, self.high, self.bins + 1, device=device)
        return points.law(device).masses(edges)

    def histogram(self, x: Tensor) -> Tensor:
        """The share of x (N, dim) in each cell, (bins**dim + 1,); NaN and infinity are outside."""
        place = ((x - self.low) * (self.bins / (self.high - self.low))).floor()
        inside = ((place >= 0) & (place < self.bins)).all(1)
        index = torch.zeros(len(x), dtype=torch.int64, device=x.device)
        for axis in place.nan_to_num(0).clamp(0, self.bins - 1).long().unbind(1):
            index = index * self.bins + axis
        index = torch.where(inside, index, self.bins**self.dim)
        return _shares(index, self.bins**self.dim + 1)


def divergence(real: Tensor, fake: Tensor, samples: int) -> Divergence:
    """real: (cells,) the data's `exact` masses, or a histogram.  fake: (cells,) the histogram of so many `samples`.

    Never waits for the device.
    """
    smooth = (samples * fake + real) / (samples + 1)
    middle = (real + fake) / 2
    kl = _cross(real, real) - _cross(real, smooth)
    js = (_cross(real, real) + _cross(fake, fake)) / 2 - _cross(middle, middle)
    return Divergence(kl.clamp(min=0), js.clamp(min=0))  # rounding may leave -1e-8


def floor(real: Tensor, samples: int, generator: Generator, *, repeats: int = 20) -> Divergence:
    """What a perfect generator scores with so many samples, on average: real samples are measured in its place."""
    scores = []
    for _ in range(repeats):
        index = torch.multinomial(real, samples, replacement=True, generator=generator)
        scores.append(torch.stack(divergence(real, _shares(index, len(real)), samples)))
    return Divergence(*torch.stack(scores).mean(0))


def _shares(index: Tensor, cells: int) -> Tensor:
    ones = torch.ones(len(index), device=index.device)
    return torch.zeros(cells, device=index.device).index_add(0, index, ones) / len(index)


def _cross(p: Tensor, q: Tensor) -> Tensor:
    """Sum of p ln q, where 0 ln 0 is 0."""
    return torch.xlogy(p, q).sum()
