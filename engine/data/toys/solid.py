"""From flat parts to round bodies: each region is inflated like a cushion.

The height over a region is h = 2 sqrt(u) with laplace(u) = -1 inside and u = 0 at its border: over a disc that is half a
sphere, over a long strip half a cylinder (root two times flatter). It is solved by Jacobi sweeps from coarse to fine.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

COARSEST = 16
SWEEPS = (40, 16, 8, 5, 5)  # on the coarsest sheet first
SOFT = 2e-4  # keeps slopes finite at a border
WHOLE = 0.55  # the share of the silhouette's own roundness; the rest is each part's


class Solid(NamedTuple):
    """slope: (n, 2, S, S), how steeply the surface rises to the right and downwards.  height: (n, S, S), of the whole.
    deep: (n, S, S), of each part over its own border.  inside: (n, S, S), 1 where there is a toy.  Lengths as on a sheet 2 wide.
    """

    slope: Tensor
    height: Tensor
    deep: Tensor
    inside: Tensor


def inflated(parts: Tensor, alone: Tensor) -> Solid:
    """Bodies from maps of parts, (n, S, S) int64, 0 outside.  alone: the same shape, bool, where a part is round by itself."""
    n, inside = len(parts), parts > 0
    u = membrane(torch.cat([parts, inside.to(parts.dtype)]))
    of_part, of_whole = u[:n], u[n:]
    part, whole = _slope(of_part, parts), _slope(of_whole, inside.to(parts.dtype))
    share = torch.where(alone, 0.15, WHOLE)[:, None]
    height, deep = 2 * of_whole.sqrt(), 2 * of_part.sqrt()
    return Solid(share * whole + (1 - share) * part, height, deep, inside.float())


def membrane(regions: Tensor) -> Tensor:
    """u with laplace(u) = -1 in each region and 0 at its border, (m, S, S).  regions: (m, S, S) int64, 0 outside."""
    size = regions.shape[-1]
    levels = [regions]
    while levels[-1].shape[-1] > COARSEST and levels[-1].shape[-1] % 2 == 0:
        levels.append(levels[-1][:, ::2, ::2])
    u = torch.zeros(levels[-1].shape, device=regions.device)
    for level, sweeps in zip(reversed(levels), SWEEPS, strict=False):
        if level.shape[-1] != u.shape[-1]:
            u = F.interpolate(u[:, None], scale_factor=2, mode="bilinear")[:, 0]
        u = _swept(u, level, sweeps, (2 / level.shape[-1]) ** 2)
    assert u.shape[-1] == size
    return u


def _swept(u: Tensor, regions: Tensor, sweeps: int, area: float) -> Tensor:
    inside = (regions > 0).float()
    right, down = _joined(regions)
    source = inside * (area / 4)
    right, down = right / 4, down / 4
    u = u * inside
    for _ in range(sweeps):
        new = source.clone()
        new[:, :, :-1].addcmul_(right, u[:, :, 1:])
        new[:, :, 1:].addcmul_(right, u[:, :, :-1])
        new[:, :-1].addcmul_(down, u[:, 1:])
        new[:, 1:].addcmul_(down, u[:, :-1])
        u = new
    return u


def _joined(regions: Tensor) -> tuple[Tensor, Tensor]:
    """1 where a place and its neighbour, to the right (m, S, S - 1) and below (m, S - 1, S), lie in one region."""
    inside = regions > 0
    right = (regions[:, :, 1:] == regions[:, :, :-1]) & inside[:, :, 1:]
    down = (regions[:, 1:] == regions[:, :-1]) & inside[:, 1:]
    return right.float(), down.float()


def _slope(u: Tensor, regions: Tensor) -> Tensor:
    """The gradient of 2 sqrt(u), (m, 2, S, S), as grad(u) / sqrt(u); beyond a region's border u is 0."""
    right, down = _joined(regions)
    x, y = torch.zeros_like(u), torch.zeros_like(u)
    x[:, :, :-1].addcmul_(right, u[:, :, 1:])
    x[:, :, 1:].addcmul_(right, u[:, :, :-1], value=-1)
    y[:, :-1].addcmul_(down, u[:, 1:])
    y[:, 1:].addcmul_(down, u[:, :-1], value=-1)
    return torch.stack([x, y], 1) * (u.shape[-1] / 4) / (u + SOFT).sqrt()[:, None]
