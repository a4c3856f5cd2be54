"""The edges of a picture as somebody would draw them: dark lines of an even pen on white paper.

Canny 1986 ("A Computational Approach to Edge Detection"), on a grid of twice the side: the slope of the smoothed colours, thinned
to its crests, of which the strong ones stay and the weaker ones that hang on to them; scraps are left out, and a pen goes along.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, conv2d, max_pool2d, pad

from engine.data.picture import square

FINE = 2  # squares of the grid to a pixel
SIGMA = 1 / 85  # of the smoothing, as a share of the side: 1.5 pixels of 128
PEN = 1 / 40  # width of the pen, as a share of the side
STRONG, WEAK = 0.3, 0.12  # slopes, as shares of the steepest one but a few
FLAT = 0.02  # a slope below this is noise or the grain of a JPEG: colours from 0 to 1, per pixel of 128
SCRAP = 1 / 16  # a line shorter than this share of the side is left out


def outlined(data: bytes, side: int) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.uint8]]:
    """A picture file's middle square (3, side, side), and its edges (side, side): 0 is ink, 255 paper.  BadUpload."""
    fine = torch.from_numpy(square(data, size=FINE * side, grey=False).astype(np.float32)) / 255
    picture = avg_pool2d(fine[None], FINE)[0]
    return _bytes(picture), _bytes(edges(fine))


def edges(picture: Tensor) -> Tensor:
    """Colours (3, 2*side, 2*side) from 0 to 1 -> a drawing (side, side), 0 where there is ink."""
    fine = picture.shape[-1]
    slope, towards = _slope(_smoothed(picture, SIGMA * fine))
    crests = slope * _is_crest(slope, towards)
    steepest = max(float(slope.flatten().quantile(0.98)), FLAT * 128 / fine / WEAK)
    lines = _linked(crests > STRONG * steepest, crests > WEAK * steepest)
    lines = _without_scraps(lines, round(SCRAP * fine))
    return avg_pool2d(1 - _inked(lines, PEN * fine / 2)[None, None], FINE)[0, 0]


def _smoothed(x: Tensor, sigma: float) -> Tensor:
    """(C, H, W) under a Gaussian; beyond the frame its outermost pixels go on."""
    reach = max(1, round(3 * sigma))
    bell = torch.exp(-(torch.arange(-reach, reach + 1, dtype=torch.float32) ** 2) / (2 * sigma**2))
    bell = bell / bell.sum()
    across = conv2d(pad(x[:, None], (reach, reach, 0, 0), mode="replicate"), bell.view(1, 1, 1, -1))
    return conv2d(pad(across, (0, 0, reach, reach), mode="replicate"), bell.view(1, 1, -1, 1))[:, 0]


def _slope(x: Tensor) -> tuple[Tensor, Tensor]:
    """Of the colour that changes most at each place: how steeply (H, W), and which way (2, H, W), a unit vector."""
    padded = pad(x[None], (1, 1, 1, 1), mode="replicate")[0]
    dx, dy = (padded[:, 1:-1, 2:] - padded[:, 1:-1, :-2]) / 2, (padded[:, 2:, 1:-1] - padded[:, :-2, 1:-1]) / 2
    steep = torch.hypot(dx, dy)
    slope, which = steep.max(0)
    way = torch.stack([part.gather(0, which[None])[0] for part in (dx, dy)])
    return slope, way / slope.clamp(min=1e-9)


def _is_crest(slope: Tensor, towards: Tensor) -> Tensor:
    """Where nothing one step up or down the slope's own way is steeper: (H, W) bool."""
    high, wide = slope.shape
    rows, columns = torch.meshgrid(torch.arange(high), torch.arange(wide), indexing="ij")
    aside = []
    for sign in (1, -1):
        x = (columns + sign * towards[0].round().long()).clamp(0, wide - 1)
        y = (rows + sign * towards[1].round().long()).clamp(0, high - 1)
        aside.append(slope[y, x])
    return (slope > aside[0]) & (slope >= aside[1])


def _linked(strong: Tensor, weak: Tensor) -> Tensor:
    """The strong places and, from them, every weak one that can be reached from neighbour to neighbour: (H, W) bool."""
    found, before = strong, torch.zeros_like(strong)
    while not torch.equal(found, before):
        before = found
        found = _grown(found) & weak | found
    return found


def _grown(places: Tensor) -> Tensor:
    return max_pool2d(places[None, None].float(), 3, 1, 1)[0, 0] > 0


def _without_scraps(lines: Tensor, least: int) -> Tensor:
    """Only lines of at least so many places, each place counted with all that hang together with it."""
    names = torch.arange(1, lines.numel() + 1, dtype=torch.float32).view_as(lines) * lines
    before = torch.zeros_like(names)
    while not torch.equal(names, before):  # the largest name of each line walks along it
        before = names
        names = max_pool2d(names[None, None], 3, 1, 1)[0, 0] * lines
    counts = torch.bincount(names.long().flatten(), minlength=1)
    counts[0] = 0
    return counts[names.long()] >= least


def _inked(lines: Tensor, radius: float) -> Tensor:
    """Ink (H, W) from 0 to 1 where a round pen went along the lines; its edge is softened over one square."""
    reach = int(np.ceil(radius + 0.5))
    ink = torch.zeros_like(lines, dtype=torch.float32)
    padded = pad(lines[None, None].float(), (reach, reach, reach, reach))[0, 0]
    high, wide = lines.shape
    for down in range(2 * reach + 1):
        for right in range(2 * reach + 1):
            cover = min(1.0, radius + 0.5 - float(np.hypot(down - reach, right - reach)))
            if cover > 0:
                ink = torch.maximum(ink, cover * padded[down : down + high, right : right + wide])
    return ink


def _bytes(x: Tensor) -> npt.NDArray[Any]:
    return (x * 255).round().clamp(0, 255).to(torch.uint8).numpy()
