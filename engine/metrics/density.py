"""Densities on a grid: of samples, by a kernel estimate; of a known law, blurred alike, so that the two can be compared.

An estimate of width h from samples of q is one of q blurred by N(0, h^2). A law that is to stand beside it is blurred by the
same h, which for mixtures of Gaussians is exact. So a perfect generator's D* is 1/2 everywhere, up to chance.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from engine.data.points import Points

FAINT, PLAIN = 1e-4, 1e-1  # of an even density: with less than FAINT together there is nothing to decide, with PLAIN there is


def axis_of(points: Points, n: int, device: torch.device) -> Tensor:
    """(n,) the nodes along an axis of the stage, both ends included."""
    return torch.linspace(*points.limits, n, device=device)


def nodes_of(axis: Tensor, dim: int) -> Tensor:
    """(n**dim, dim): the nodes of a grid, x fastest, from the low corner."""
    if dim == 1:
        return axis[:, None]
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack((x.flatten(), y.flatten()), 1)


def estimated(x: Tensor, axis: Tensor, width: float) -> Tensor:
    """The density of samples x (N, d) at the nodes of a grid, (n**d,): a Gaussian kernel of this width.  NaN counts nowhere.

    Never waits for the device. The kernel is a product over the axes, so the plane costs one (n, N) by (N, n) product.
    """
    z = (axis[None, :, None] - x[:, None, :]) / width  # (N, n, d)
    kernel = (torch.exp(-z.square() / 2) / (width * math.sqrt(2 * math.pi))).nan_to_num(0.0)
    if x.shape[1] == 1:
        return kernel.squeeze(2).mean(0)
    across, up = kernel.unbind(2)
    return (up.t() @ across / len(x)).flatten()


def blurred(points: Points, axis: Tensor, width: float) -> Tensor:
    """The data's own density at the nodes, blurred by as much as `estimated` blurs; exact, (n**d,)."""
    law = points.law(axis.device)
    wide = type(law)(law.centres, (law.scales.square() + width**2).sqrt(), law.weights)
    return wide.log_density(nodes_of(axis, points.dim)).exp()


def presence(p: Tensor, q: Tensor, area: float) -> Tensor:
    """1 where data or fakes are, fading to 0 where neither are and any D is as good as any other, (n,).  area: of the stage."""
    tenfolds = torch.log10((p + q) * (area / FAINT))  # a tail falls by tenfolds within a cell or two: so the edge is soft
    return (tenfolds / math.log10(PLAIN / FAINT)).clamp(0, 1)


def decided(optimal: Tensor, there: Tensor) -> Tensor:
    """D* (n,), fading to 1/2 where nobody is `there`."""
    return 0.5 + (optimal.nan_to_num(0.5) - 0.5) * there
