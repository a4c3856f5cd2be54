"""The edges of a picture as somebody would draw them: dark lines of an even pen on white paper.

Canny 1986 (IEEE PAMI 8(6)) on a grid of twice the side: the slope of the smoothed colours, thinned to its crests, of which the
strong lines stay whole, weaker stretches included. Ours: scraps are left out, and a pen goes along what is left.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engine.data.picture import square

FINE = 2  # squares of the grid to a pixel
SIGMA = 1 / 85  # of the smoothing, as a share of the side: 1.5 pixels of 128
PEN = 1 / 40  # width of the pen, as a share of the side
STRONG, WEAK = 0.3, 0.12  # slopes, as shares of the steepest ones
FLAT = 2.5  # a slope below this is noise or the grain of a JPEG: colours from 0 to 1, across the whole side
SCRAP = 1 / 10  # a line shorter than this share of the side is left out

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]


def outlined(data: bytes, side: int) -> tuple[Bytes, Bytes]:
    """A picture file's middle square (3, side, side), and its edges (side, side): 0 is ink, 255 paper.  BadUpload."""
    fine = square(data, size=FINE * side, grey=False).astype(np.float32) / np.float32(255)
    return _bytes(_halved(fine)), _bytes(edges(fine))


def edges(picture: Floats) -> Floats:
    """Colours (3, 2*side, 2*side) from 0 to 1 -> a drawing (side, side), 0 where there is ink."""
    fine = picture.shape[-1]
    slope, dx, dy = _slope(_smoothed(picture, SIGMA * fine))
    crests = np.where(_is_crest(slope, dx, dy), slope, 0)
    steepest = max(float(np.quantile(slope, 0.98)), FLAT / fine / STRONG)
    lines = _lines(crests > WEAK * steepest, crests > STRONG * steepest, round(SCRAP * fine))
    return _halved(1 - _inked(lines, PEN * fine / 2))


def _smoothed(x: Floats, sigma: float) -> Floats:
    """(C, H, W) under a Gaussian; beyond the frame its outermost pixels go on."""
    reach = max(1, round(3 * sigma))
    bell = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * sigma**2)).astype(np.float32)
    bell /= bell.sum()
    for axis in (1, 2):
        wide = np.pad(x, [(reach, reach) if each == axis else (0, 0) for each in range(3)], mode="edge")
        x = sum(weight * np.take(wide, range(at, at + x.shape[axis]), axis) for at, weight in enumerate(bell))
    return x


def _slope(x: Floats) -> tuple[Floats, Floats, Floats]:
    """Of the colour that changes most at each place: how steeply, and which way, a unit vector; (H, W) each."""
    dy, dx = np.gradient(x, axis=(1, 2))
    steep = np.hypot(dx, dy)
    which = steep.argmax(0)[None]
    slope, dx, dy = (np.take_along_axis(part, which, 0)[0] for part in (steep, dx, dy))
    length = np.maximum(slope, 1e-9)
    return slope, dx / length, dy / length


def _is_crest(slope: Floats, dx: Floats, dy: Floats) -> Places:
    """Where nothing one step up or down the slope's own way is steeper: (H, W)."""
    rows, columns = np.indices(slope.shape)
    right, down = np.rint(dx).astype(np.int64), np.rint(dy).astype(np.int64)
    high, wide = slope.shape
    ahead, behind = (
        slope[np.clip(rows + sign * down, 0, high - 1), np.clip(columns + sign * right, 0, wide - 1)] for sign in (1, -1)
    )
    crest: Places = (slope > ahead) & (slope >= behind)  # of two that are the same, one
    return crest


def _lines(places: Places, strong: Places, least: int) -> Places:
    """Of all lines, places that hang together, those with a strong place and at least so many places."""
    names = _names(places)
    counts = np.bincount(names, minlength=len(names))
    has_strong = np.zeros(len(names), np.bool_)
    has_strong[names[strong[places]]] = True
    out = np.zeros_like(places)
    out[places] = (has_strong & (counts >= least))[names]
    return out


def _names(places: Places) -> npt.NDArray[np.int64]:
    """For each place, in reading order, the number of the first that it hangs together with, corners included."""
    count = int(places.sum())
    numbers = np.full((places.shape[0] + 1, places.shape[1] + 2), -1)
    numbers[:-1, 1:-1][places] = np.arange(count)
    here = numbers[:-1, 1:-1]
    beside = (numbers[:-1, 2:], numbers[1:, 1:-1], numbers[1:, 2:], numbers[1:, :-2])
    one, other = np.concatenate([np.stack([here, there])[:, (here >= 0) & (there >= 0)] for there in beside], 1)
    names = np.arange(count)
    while True:  # each round hands smaller names across all bonds and then down to whoever goes by a name that has changed
        smaller = np.minimum(names[one], names[other])
        after = names.copy()
        np.minimum.at(after, names[one], smaller)
        np.minimum.at(after, names[other], smaller)
        after = after[after]
        if np.array_equal(after, names):
            return names
        names = after


def _inked(lines: Places, radius: float) -> Floats:
    """Ink (H, W) from 0 to 1 where a round pen went along the lines; its edge is softened over one square."""
    reach = int(np.ceil(radius + 0.5))
    high, wide = lines.shape
    wet = np.zeros((high + 2 * reach, wide + 2 * reach), np.float32)
    rows, columns = np.nonzero(lines)
    for down in range(2 * reach + 1):
        for right in range(2 * reach + 1):
            cover = np.float32(min(1.0, radius + 0.5 - np.hypot(down - reach, right - reach)))
            if cover > 0:
                at = rows + down, columns + right  # no place comes twice
                wet[at] = np.maximum(wet[at], cover)
    return wet[reach : reach + high, reach : reach + wide]


def _halved(x: Floats) -> Floats:
    """The mean of each FINE x FINE squares."""
    *more, high, wide = x.shape
    mean: Floats = x.reshape(*more, high // FINE, FINE, wide // FINE, FINE).mean((-3, -1))
    return mean


def _bytes(x: Floats) -> Bytes:
    return np.clip(np.rint(x * 255), 0, 255).astype(np.uint8)
