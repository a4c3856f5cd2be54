"""The outline of a toy as somebody would draw it: dark lines on white paper, hidden lines left out.

Each part's outline is a stroke. A careful hand follows it to a fraction of a pixel; the others tremble, press unevenly,
start anywhere, close too early or too late, leave a gap, or draw a line twice. Everything is done for all strokes of all
toys at once.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from engine.data.toys.shapes import TURN, Part, Points

CAREFUL = 0.35  # the share of clean drawings
SHORT = 0.8  # of a stroke that may be forgotten, on a sheet 2 wide
THIN, THICK = 1.2, 3.0  # of the pen, in pixels of a sheet of 64
WAVES = np.array([0.35, 0.9, 1.9, 3.7])  # of a tremble, per unit of length (the sheet is 2 wide)
HEIGHTS = np.array([1.0, 0.6, 0.3, 0.15])


class Strokes(NamedTuple):
    """The outlines of all toys end to end.  x, y, far: (V,), far is the length drawn so far; between outlines it grows
    by 1.  toy, rank, closed, start, length: (J,), one per stroke; rank is the part's number, start where it begins in far.
    """

    x: Points
    y: Points
    far: Points
    toy: npt.NDArray[np.int64]
    rank: npt.NDArray[np.int64]
    closed: npt.NDArray[np.bool_]
    start: Points
    length: Points


def sketched(
    toys: list[list[Part]], parts: npt.NDArray[np.uint8], rng: Generator, *, size: int, inked: npt.NDArray[np.bool_] | None = None
) -> npt.NDArray[np.float32]:
    """The drawings, (n, 1, size, size) in [-1, 1].

    parts: (n, S, S), which part is seen where, to leave out hidden lines.  inked: (n,), the toys that are inked all over.
    """
    careful = rng.random(len(toys)) < CAREFUL
    width = rng.uniform(THIN, THICK, len(toys)) * (size / 64)
    sloppy = np.where(careful, 0.0, rng.uniform(0.15, 1.0, len(toys)))
    if not any(toys):
        return np.ones((len(toys), 1, size, size), np.float32)
    strokes = _strokes(toys)
    strokes = _drawn(strokes, sloppy, rng)
    stroke, along, points = _walked(strokes, sloppy, rng, size=size)
    toy = strokes.toy[stroke]
    keep = _seen(toys, strokes, stroke, points, parts) & ~_skipped(strokes, stroke, along, sloppy, rng)
    stroke, along, points, toy = stroke[keep], along[keep], points[keep], toy[keep]
    tremble = 0.004 + 0.022 * sloppy[toy]
    points = points + tremble[:, None] * _waves(stroke, along, len(strokes.toy), rng, count=2)
    uneven = np.where(careful, 0.05, 0.3 * sloppy + 0.05)[toy]
    pressure = 1 + uneven * _waves(stroke, along, len(strokes.toy), rng, count=1)[:, 0]
    radius = np.clip(width[toy] / 2 * pressure, 0.35 * size / 64, None)
    ink = stamped(toy, (points + 1) * (size / 2) - 0.5, radius, n=len(toys), size=size)
    if inked is not None and inked.any():
        covered = (parts[inked] > 0).reshape(-1, size, parts.shape[-1] // size, size, parts.shape[-1] // size).mean((2, 4))
        ink[inked] = np.maximum(ink[inked], covered)
    return (1 - 2 * ink)[:, None]


def _strokes(toys: list[list[Part]]) -> Strokes:
    parts = [(i, rank, part) for i, toy in enumerate(toys) for rank, part in enumerate(toy, 1)]
    lines = [np.concatenate([part.points, part.points[:1]]) if part.closed else part.points for _, _, part in parts]
    counts = np.array([len(line) for line in lines])
    points = np.concatenate(lines)
    steps = np.hypot(*np.diff(points, axis=0, prepend=points[:1]).T)
    first = np.cumsum(counts) - counts
    steps[first] = 1  # a gap, so that no place belongs to two outlines
    far = np.cumsum(steps)
    start, end = far[first], far[first + counts - 1]
    toy, rank = np.array([i for i, _, _ in parts]), np.array([rank for _, rank, _ in parts])
    return Strokes(points[:, 0], points[:, 1], far, toy, rank, np.array([p.closed for _, _, p in parts]), start, end - start)


def _drawn(strokes: Strokes, sloppy: Points, rng: Generator) -> Strokes:
    """The strokes that are drawn: now and then a short one is forgotten, or any drawn twice."""
    chance = rng.random(len(strokes.toy))
    hasty = sloppy[strokes.toy]
    times = 1 + (chance < 0.15 * hasty).astype(np.int64) - ((chance > 1 - 0.03 * hasty) & (strokes.length < SHORT))
    which = np.repeat(np.arange(len(times)), times)
    return strokes._replace(**{name: getattr(strokes, name)[which] for name in ("toy", "rank", "closed", "start", "length")})


def _walked(strokes: Strokes, sloppy: Points, rng: Generator, *, size: int) -> tuple[npt.NDArray[np.int64], Points, Points]:
    """Places of the pen at even steps: the stroke (M,), how far along it (M,), and the points (M, 2)."""
    step = 1.4 / size if size <= 64 else 1.8 / size
    over = np.abs(rng.normal(0, 0.07, len(strokes.toy))) * sloppy[strokes.toy] * rng.choice([-0.6, 1, 1], len(strokes.toy))
    length = strokes.length + np.where(strokes.closed, np.maximum(over, -0.2 * strokes.length), 0)
    counts = np.ceil(length / step).astype(np.int64) + 1
    stroke = np.repeat(np.arange(len(counts)), counts)
    along = (np.arange(len(stroke)) - (np.cumsum(counts) - counts)[stroke]) * (length / np.maximum(counts - 1, 1))[stroke]
    begin = np.where(strokes.closed, rng.random(len(counts)) * strokes.length, 0)
    whole = np.maximum(strokes.length, 1e-9)[stroke]
    around = along + begin[stroke]
    at = strokes.start[stroke] + np.where(strokes.closed[stroke], around % whole, np.minimum(around, whole))
    return stroke, along, np.stack([np.interp(at, strokes.far, strokes.x), np.interp(at, strokes.far, strokes.y)], 1)


def _seen(
    toys: list[list[Part]], strokes: Strokes, stroke: npt.NDArray[np.int64], points: Points, parts: npt.NDArray[np.uint8]
) -> npt.NDArray[np.bool_]:
    """Which points are not covered by a closed part in front; a rod hides nothing."""
    fine = parts.shape[-1]
    solid = np.zeros((len(toys), max(len(toy) for toy in toys) + 1), np.bool_)
    for row, toy in zip(solid, toys, strict=True):
        row[1 : len(toy) + 1] = [part.closed for part in toy]
    x, y = np.clip(((points + 1) * (fine / 2)).astype(np.int64), 0, fine - 1).T
    toy_of = strokes.toy[stroke]
    front = parts[toy_of, y, x]
    seen: npt.NDArray[np.bool_] = (front <= strokes.rank[stroke]) | ~solid[toy_of, front]
    return seen


def _skipped(
    strokes: Strokes, stroke: npt.NDArray[np.int64], along: Points, sloppy: Points, rng: Generator
) -> npt.NDArray[np.bool_]:
    """Points in the gap of a hasty stroke."""
    count = len(strokes.toy)
    middle = rng.random(count) * strokes.length
    wide = np.where(rng.random(count) < 0.25 * sloppy[strokes.toy], rng.uniform(0.02, 0.08, count), 0)
    return np.abs(along - middle[stroke]) < wide[stroke]


def _waves(stroke: npt.NDArray[np.int64], along: Points, strokes: int, rng: Generator, *, count: int) -> Points:
    """Smooth noise along each stroke, (M, count), near [-1, 1]."""
    phase = rng.uniform(0, TURN, (strokes, count, len(WAVES))).astype(np.float32)
    pace = (WAVES * rng.uniform(0.8, 1.2, (strokes, 1, len(WAVES))) * TURN).astype(np.float32)
    angle = along.astype(np.float32)[:, None, None] * pace[stroke] + phase[stroke]
    waved: Points = np.sin(angle) @ (HEIGHTS / HEIGHTS.sum())
    return waved


def stamped(toy: npt.NDArray[np.int64], points: Points, radius: Points, *, n: int, size: int) -> npt.NDArray[np.float32]:
    """Soft discs of ink, (n, size, size) in 0..1: what a round pen leaves on the way.

    toy: (M,), the sheet.  points: (M, 2) in pixels, a whole number is a pixel's middle.  radius: (M,) in pixels.
    """
    reach = int(np.ceil(radius.max(initial=0) + 0.5))
    padded = size + 2 * reach
    corner = np.clip(np.rint(points), 0, size - 1)
    x, y = (points - corner).astype(np.float32).T
    base = (toy * padded + corner[:, 1].astype(np.int64) + reach) * padded + corner[:, 0].astype(np.int64) + reach
    rim = radius.astype(np.float32) + np.float32(0.5)
    sheet = np.zeros(n * padded * padded, np.float32)
    for down in range(-reach, reach + 1):
        for across in range(-reach, reach + 1):
            cover = rim - np.sqrt((down - y) ** 2 + (across - x) ** 2)
            on = (cover > 0).nonzero()[0]
            np.maximum.at(sheet, base[on] + (down * padded + across), cover[on])
    inner = sheet.reshape(n, padded, padded)[:, reach:-reach, reach:-reach]
    return np.minimum(inner, 1)
