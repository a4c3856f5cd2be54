"""How many modes a generator has found, and how well: the protocol of PacGAN, Lin et al. 2018, arXiv:1712.04086.

A sample belongs to the nearest mode and is of high quality within three standard deviations of it (a disc, not a
box); a mode counts as found with one sample of high quality. All distances are in standard deviations of the mode.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple

import torch
from torch import Tensor

from engine.batches import portions


class Coverage(NamedTuple):
    """Scalars on the samples' device; NaN where there is nothing to compute from.

    modes: modes found, 0..K.  hq: share of all samples that are of high quality.  reverse_kl: KL(generated || true)
    in nats over the histogram of high-quality samples by mode, NaN without any.  median_distance: of all samples to
    their mode, in sigmas.
    """

    modes: Tensor
    hq: Tensor
    reverse_kl: Tensor
    median_distance: Tensor


def coverage(samples: Tensor, modes: Tensor, sigma: Tensor | float, weights: Tensor | None = None) -> Coverage:
    """samples: (N, d).  modes: (K, d).  sigma: of a mode, one for all or (K, d).  weights: (K,), else all are alike.

    Never waits for the device if all are there. What a perfect generator scores: `hq_ceiling`, `reverse_kl_floor`,
    `median_distance_ideal`.
    """
    distance, nearest = _nearest(samples, modes, sigma)
    good = (distance < 3).to(samples.dtype)
    counts = _counts(nearest, good, len(modes))
    share = counts / counts.sum()
    true = torch.full_like(share, 1 / len(modes)) if weights is None else weights.to(samples)
    kl = (torch.xlogy(share, share) - torch.xlogy(share, true)).sum().clamp(min=0)
    return Coverage((counts > 0).sum().to(samples.dtype), good.mean(), kl, distance.median())


class Gathered(NamedTuple):
    """Scalars.

    main: the mode with most samples, 0..K-1.  share: its share.  distance: the middle one of good samples, in sigmas, NaN where
    none is good.  held: modes that have at least a tenth of their part of the good samples.
    """

    main: Tensor
    share: Tensor
    distance: Tensor
    held: Tensor


def gathered(samples: Tensor, modes: Tensor, sigma: Tensor | float, weights: Tensor) -> Gathered:
    """Where samples (N, d) are that lie unevenly.  modes: (K, d).  sigma: as for `coverage`.  weights: (K,), of the modes."""
    distance, nearest = _nearest(samples, modes, sigma)
    good = (distance < 3).to(samples.dtype)
    counts = _counts(nearest, good, len(modes))
    held = (counts / counts.sum().clamp(min=1) >= weights.to(samples) / 10).sum()
    share, main = (_counts(nearest, torch.ones_like(distance), len(modes)) / len(samples)).max(0)
    return Gathered(main, share, torch.where(distance < 3, distance, torch.nan).nanmedian(), held)


def _nearest(samples: Tensor, modes: Tensor, sigma: Tensor | float) -> tuple[Tensor, Tensor]:
    """Of each sample the distance from its nearest mode, in sigmas, and which that is: (N,) each."""
    modes = modes.to(samples)
    sigmas = sigma.to(samples).expand_as(modes) if isinstance(sigma, Tensor) else torch.full_like(modes, sigma)
    squared = torch.zeros(len(samples), len(modes), dtype=samples.dtype, device=samples.device)
    for axis in range(modes.shape[1]):
        squared += ((samples[:, axis, None] - modes[:, axis]) / sigmas[:, axis]).square()
    distance, nearest = squared.sqrt().min(1)
    return distance, nearest


def _counts(nearest: Tensor, weight: Tensor, modes: int) -> Tensor:
    return torch.zeros(modes, dtype=weight.dtype, device=weight.device).index_add(0, nearest, weight)


def hq_ceiling(dim: int) -> float:
    """The share of a Gaussian's own samples within three sigmas: 98.889 % in the plane, 99.730 % on the line."""
    return {1: math.erf(3 / math.sqrt(2)), 2: 1 - math.exp(-4.5)}[dim]


def modes_ideal(weights: Tensor, samples: int, *, quality: float = 1.0) -> float:
    """How many modes (K,) so many of the data's own samples find on average: a rare one may get none.

    quality: the share of them that is good enough to count.
    """
    return float((1 - (1 - weights.double() * quality) ** samples).sum())


def median_distance_ideal(dim: int) -> float:
    """Half of a Gaussian's own samples lie within so many sigmas: 1.1774 in the plane, 0.6745 on the line."""
    return {1: NormalDist().inv_cdf(0.75), 2: math.sqrt(2 * math.log(2))}[dim]


def reverse_kl_floor(weights: Tensor, samples: int) -> float:
    """What a perfect generator's reverse KL is on average, exactly: chance alone makes the counts of modes (K,) uneven.

    Of N samples n fall on a mode of weight p, and E[n f(n)] = N p E[f(1 + m)], n being binomial with N and m with N - 1 chances.
    To first order that is (K - 1) / 2N.
    """
    chances = samples - 1
    m = torch.arange(samples, dtype=torch.float64)
    ways = math.lgamma(samples) - torch.lgamma(m + 1) - torch.lgamma(chances - m + 1)  # ln of N - 1 over m
    total = 0.0
    for p in portions(weights.double().cpu()[:, None], 100):  # all at once may be gigabytes
        likely = (ways + torch.xlogy(m, p) + torch.xlogy(chances - m, 1 - p)).exp()  # (modes, N)
        total += float((p[:, 0] * ((likely * torch.log1p(m)).sum(1) - (samples * p[:, 0]).log())).sum())
    return total
