"""Whether fakes lie where real samples lie, and real ones where fakes: precision, recall, density and coverage of features.

A set's neighbourhood is the union of balls around its members, each as large as the distance to the k-th nearest other member.
Distances are worked out a block of rows at a time, so memory grows with N and time with N squared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

BLOCK = 1024  # rows of distances at once: 1024 x 10,000 doubles are 82 MB


class Neighbours(NamedTuple):
    """precision, recall, coverage: shares in 0..1.  density: about 1 for a perfect generator; may be more."""

    precision: float
    recall: float
    density: float
    coverage: float


def neighbours(real: Tensor, fake: Tensor, *, k: int = 3, many: int = 5) -> Neighbours:
    """real: (N, d).  fake: (M, d).  k, many: how many neighbours make a ball; N and M are larger than either.

    precision: share of fakes in the real neighbourhood; recall: share of real samples in the fakes'. Kynkaanniemi et al. 2019,
    arXiv:1904.06991, k = 3 as there. density: in how many real balls a fake is, over `many`; coverage: share of
    real balls with a fake in them. Naeem et al. 2020, arXiv:2002.09797, where 5 is advised.
    """
    centre = real.double().mean(0)
    real, fake = real.double() - centre, fake.double() - centre  # near 0 distances lose fewer digits
    of_real, of_fake = radii(real, k, many), radii(fake, k)
    inside = torch.zeros(len(real), dtype=torch.bool, device=real.device)  # real samples in the fakes' neighbourhood
    nearest = torch.full((len(real),), float("inf"), dtype=torch.float64, device=real.device)  # fake to each
    precise, dense = 0, 0
    for rows, distance in _blocks(fake, real):
        precise += int((distance <= of_real[0]).any(1).sum())
        dense += int((distance <= of_real[1]).sum())
        inside |= (distance <= of_fake[0][rows, None]).any(0)
        nearest = torch.minimum(nearest, distance.amin(0))
    covered = (nearest <= of_real[1]).double().mean()
    return Neighbours(precise / len(fake), float(inside.double().mean()), dense / (many * len(fake)), float(covered))


def radii(x: Tensor, *ks: int) -> Tensor:
    """The distance from each of x (N, d) to its k-th nearest other, (len(ks), N)."""
    found = []
    for _, distance in _blocks(x, x):
        nearest = distance.topk(max(ks) + 1, largest=False).values  # the very nearest is itself
        found.append(nearest[:, list(ks)])
    return torch.cat(found).t()


def _blocks(a: Tensor, b: Tensor) -> Iterator[tuple[slice, Tensor]]:
    """Which rows of a, and their distances to all of b, (rows, len(b))."""
    for start in range(0, len(a), BLOCK):
        rows = slice(start, start + BLOCK)
        yield rows, torch.cdist(a[rows], b)
