"""What codes have come to mean: categories matched to classes, numbers ranked against causes.

InfoGAN's categories carry no names, so each is first given the class that makes the whole come out best.
"""

from __future__ import annotations

import torch
from torch import Tensor


def assignment(gain: Tensor) -> list[int]:
    """For each row of a table of whole numbers (R, C), R <= C, a column of its own, so that the sum is as large as can be.

    The assignment problem of Kuhn 1955, row by row along cheapest paths (found as Bellman 1958 does, for tables are small): a new
    row takes a column, whose owner takes another, and so on to one that is free.
    """
    cost = -gain.cpu().double()
    owner = torch.full((cost.shape[1],), -1)  # the row that has a column
    for row in range(len(cost)):
        taken = (owner >= 0).nonzero()[:, 0]
        length, before = cost[row], torch.full_like(owner, -1)  # of the path to each column; the column before it
        for _ in range(row):  # no path is longer
            left = length[taken] - cost[owner[taken], taken]
            best, via = (left[:, None] + cost[owner[taken]]).min(0)
            if not bool((best < length).any()):
                break
            before = torch.where(best < length, taken[via], before)
            length = torch.minimum(best, length)
        column = int(length.masked_fill(owner >= 0, torch.inf).argmin())
        while column >= 0:
            previous = int(before[column])
            owner[column] = owner[previous] if previous >= 0 else row
            column = previous
    return [int((owner == row).nonzero()) for row in range(len(cost))]


def code_error(choices: Tensor, classes: Tensor, categories: int, kinds: int) -> float:
    """Share of samples whose category is not their class's, after the best matching of each category to one class.

    choices: (N,) in 0..categories-1.  classes: (N,) in 0..kinds-1.  Chen et al. 2016, arXiv:1606.03657, who
    tell of 5 % on MNIST. Where there are more categories than classes, or fewer, what is left over is in error.
    """
    side = max(categories, kinds)
    together = (choices * side + classes).bincount(minlength=side**2).view(side, side)
    kept = sum(int(together[row, column]) for row, column in enumerate(assignment(together)))
    return 1 - kept / len(choices)


def ranks(x: Tensor) -> Tensor:
    """The place of each of x (N,) in order, from 0; equal ones share the mean of theirs."""
    x = x.contiguous()
    in_order = x.sort().values
    return (torch.searchsorted(in_order, x) + torch.searchsorted(in_order, x, right=True) - 1).double() / 2


def rank_correlation(a: Tensor, b: Tensor) -> float:
    """Spearman's rank correlation of a and b (N,), from -1 to 1; 0 where one of them does not vary.  Spearman 1904."""
    one, other = ranks(a), ranks(b)
    one, other = one - one.mean(), other - other.mean()
    lengths = one.norm() * other.norm()
    return float((one @ other / lengths).clamp(-1, 1)) if lengths > 0 else 0.0
