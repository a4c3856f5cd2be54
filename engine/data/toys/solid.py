"""From flat parts to round bodies: each region is inflated like a cushion.

The height over a region is h = 2 sqrt(u) with laplace(u) = -1 inside and u = 0 at its border: over a disc that is half a
sphere, over a long strip half a cylinder (root two times higher). It is solved by Jacobi sweeps from coarse to fine. Maps lie
flat in memory, sheet after sheet and row after row, so that a neighbour is a shift by 1 or by a row.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import interpolate

COARSEST = 16
SWEEPS = (80, 14, 4, 2, 2)  # on the coarsest sheet first
SOFT = 2e-4  # keeps slopes finite at a border


class Links(NamedTuple):
    """right, down: (m * S * S,), 1 where a place and its neighbour to the right, or below, lie in one region; 0 elsewhere."""

    right: Tensor
    down: Tensor


class Cushion(NamedTuple):
    """height: (m * S * S,), 0 at borders and outside.  right, down: the same shape, how steeply it rises that way.  Lengths are
    those of a sheet 2 wide.
    """

    height: Tensor
    right: Tensor
    down: Tensor


def inflated(regions: Tensor) -> Cushion:
    """Each region as a cushion.  regions: (m, S, S) of small numbers, 0 outside."""
    size = regions.shape[-1]
    u, links = membrane(regions)
    root = (u + SOFT).rsqrt_().mul_(size / 4)  # the gradient of 2 sqrt(u) is grad(u) / sqrt(u)
    return Cushion(2 * u.sqrt(), _rise(u, links.right, 1).mul_(root), _rise(u, links.down, size).mul_(root))


def membrane(regions: Tensor) -> tuple[Tensor, Links]:
    """u with laplace(u) = -1 in each region and 0 at its border, (m * S * S,), and the links.  regions: (m, S, S), 0 outside."""
    levels = [regions]
    while levels[-1].shape[-1] > COARSEST and levels[-1].shape[-1] % 2 == 0:
        start = len(levels) % 2  # now this, now that corner, so that the coarse sheets do not drift
        levels.append(levels[-1][:, start::2, start::2].contiguous())
    u, links = _swept(torch.zeros(levels[-1].numel(), device=regions.device), levels[-1], SWEEPS[0])
    for coarse, level, sweeps in zip(reversed(levels), reversed(levels[:-1]), SWEEPS[1:], strict=False):
        u = interpolate(u.view(coarse.shape)[:, None], scale_factor=2, mode="bilinear").flatten()
        u, links = _swept(u, level, sweeps)
    return u, links


def _swept(u: Tensor, regions: Tensor, sweeps: int) -> tuple[Tensor, Links]:
    """u after some Jacobi sweeps: each place becomes the mean of its neighbours, plus its share of the source."""
    size, links = regions.shape[-1], linked(regions)
    inside = (regions.flatten() > 0).float()
    source = inside / size**2  # a quarter of a place's area on a sheet 2 wide
    u, other = u * inside, torch.empty_like(u)
    for _ in range(sweeps):
        other.copy_(source)
        for step, link in ((1, links.right[:-1]), (size, links.down[:-size])):
            other[:-step].addcmul_(link, u[step:], value=0.25)
            other[step:].addcmul_(link, u[:-step], value=0.25)
        u, other = other, u
    return u, links


def linked(regions: Tensor) -> Links:
    """The links between neighbours.  regions: (m, S, S), 0 outside."""
    size, flat = regions.shape[-1], regions.flatten()
    right, down = torch.zeros(2, len(flat), device=flat.device)
    right[:-1] = (flat[1:] == flat[:-1]) & (flat[1:] > 0)
    down[:-size] = (flat[size:] == flat[:-size]) & (flat[size:] > 0)
    right.view(regions.shape)[:, :, -1] = 0
    down.view(regions.shape)[:, -1] = 0
    return Links(right, down)


def _rise(u: Tensor, link: Tensor, step: int) -> Tensor:
    """The difference of the neighbours at both sides; beyond a region's border u is 0."""
    rise = torch.zeros_like(u)
    rise[:-step].addcmul_(link[:-step], u[step:])
    rise[step:].addcmul_(link[:-step], u[:-step], value=-1)
    return rise
