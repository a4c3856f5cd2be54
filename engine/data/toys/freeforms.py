"""What is no thing in particular: blobs, plain shapes, lines and scribbles, so that any drawing finds something like it."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from numpy.random import Generator

from engine.data.toys.shapes import TURN, Part, Points, bent, box, ellipse, polygon, smooth, turned

LARGEST_BEAD = 0.13  # a circle of this radius or less, inside something else, is a bead


def lump(rng: Generator, x: float = 0.0, y: float = 0.0, radius: float = 0.9) -> Points:
    """A smooth closed outline about (x, y), round or lumpy."""
    corners = int(rng.integers(4, 11))
    angle = (np.arange(corners) + rng.uniform(-0.3, 0.3, corners)) * (TURN / corners)
    reach = radius * (1 - rng.uniform(0.05, 0.6) * rng.random(corners))
    stretch = (1.0, rng.uniform(0.55, 1.0))
    points = reach[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1) * stretch
    return smooth(turned(points, rng.uniform(0, TURN)) + np.array([x, y]))


def plain(rng: Generator, x: float = 0.0, y: float = 0.0, radius: float = 0.9) -> Points:
    """A circle, an ellipse, a box, a triangle or a polygon about (x, y)."""
    which, turn = int(rng.integers(6)), rng.uniform(0, TURN)
    if which == 0:
        return ellipse(x, y, radius)
    if which == 1:
        return ellipse(x, y, radius, radius * rng.uniform(0.4, 0.9), turn)
    if which == 2:
        return turned(box(x, y, radius, radius * rng.uniform(0.4, 1.0), rng.uniform(0.02, 0.2)), rng.normal(0, 0.2), (x, y))
    corners = 3 if which < 5 else int(rng.integers(4, 8))
    angle = (np.arange(corners) + rng.uniform(-0.2, 0.2, corners)) * (TURN / corners) + turn
    points = np.stack([np.cos(angle), np.sin(angle)], 1)
    return polygon(radius * points + (x, y), rng.uniform(0.02, 0.2))


def closed(rng: Generator, x: float = 0.0, y: float = 0.0, radius: float = 0.9) -> Points:
    """A lump, or now and then a plain shape."""
    return lump(rng, x, y, radius) if rng.random() < 0.6 else plain(rng, x, y, radius)


def blob(rng: Generator) -> list[Part]:
    """One closed outline."""
    return [Part(closed(rng))]


def blobs(rng: Generator) -> list[Part]:
    """Two or three closed outlines, apart or one over the other."""
    turn, far = rng.uniform(0, TURN), rng.uniform(0.35, 0.75)
    count = int(rng.integers(2, 4))
    angles = turn + np.arange(count) * (TURN / count)
    size = rng.uniform(0.3, 0.6, count)
    return [Part(closed(rng, far * math.cos(a), far * math.sin(a), r)) for a, r in zip(angles, size, strict=True)]


def dotted(rng: Generator) -> list[Part]:
    """A blob with smaller closed curves in it: beads if they are small circles, accents otherwise."""
    whole = Part(closed(rng))
    if rng.random() < 0.5:
        return [whole, Part(closed(rng, rng.uniform(-0.12, 0.12), rng.uniform(-0.12, 0.12), rng.uniform(0.2, 0.45)), "accent")]
    turn, far, count = rng.uniform(0, TURN), rng.uniform(0.2, 0.35), int(rng.integers(1, 5))
    radius = rng.uniform(0.06, LARGEST_BEAD)
    places = [(far * math.cos(turn + i * TURN / count), far * math.sin(turn + i * TURN / count)) for i in range(count)]
    return [whole, *(Part(ellipse(x, y, radius), "bead") for x, y in places)]


def line(rng: Generator) -> list[Part]:
    """One to three open lines that may cross."""
    count = int(rng.choice([1, 1, 2, 2, 3]))
    parts = []
    for _ in range(count):
        bends = int(rng.integers(0, 4))
        turn, half = rng.uniform(0, TURN), rng.uniform(0.3, 0.9)
        way = half * np.array([math.cos(turn), math.sin(turn)])
        ends = rng.uniform(-0.5, 0.5, 2) + np.stack([-way, way])
        between = np.linspace(0, 1, bends + 2)[:, None]
        points = ends[0] + between * (ends[1] - ends[0])
        points[1:-1] += rng.normal(0, 0.25, (bends, 2))
        parts += erased(bent(points))
    return parts


def scribble(rng: Generator) -> list[Part]:
    """A line that wanders and crosses itself: what it closes is filled, the rest is a rod."""
    corners = int(rng.integers(4, 8))
    steps = rng.normal(0, 0.5, (corners, 2)).cumsum(0) if rng.random() < 0.5 else rng.uniform(-0.9, 0.9, (corners, 2))
    return erased(bent(steps))


def erased(path: Points) -> list[Part]:
    """A line as parts: what is left of it without its loops (Lawler's loop erasure) as a rod, and each loop as a filled outline,
    or as a rod too if it is thin.
    """
    loops: list[Part] = []
    while (found := _crossing(path)) is not None:
        first, last, where = found
        loop = np.concatenate([where[None], path[first + 1 : last + 1]])
        wide = _wide(loop)
        loops.append(Part(loop if wide else np.concatenate([loop, where[None]]), closed=wide))
        path = np.concatenate([path[: first + 1], where[None], path[last + 1 :]])
    return [Part(path, closed=False), *loops]


def _wide(loop: Points) -> bool:
    """Whether it is worth filling: by its area over its length, which is half the radius of a circle."""
    ahead = np.roll(loop, -1, 0)
    area = abs((loop[:, 0] * ahead[:, 1] - loop[:, 1] * ahead[:, 0]).sum()) / 2
    return bool(area > 0.07 * np.hypot(*(ahead - loop).T).sum())


def _crossing(path: Points) -> tuple[int, int, Points] | None:
    """The first piece that crosses an earlier one: (the earlier piece, this piece, where), or None."""
    start, way = path[:-1], path[1:] - path[:-1]
    gap = start[None] - start[:, None]  # from piece i to piece j
    area = way[:, None, 0] * way[None, :, 1] - way[:, None, 1] * way[None, :, 0]
    area = np.where(np.abs(area) < 1e-12, np.inf, area)
    at = (gap[..., 0] * way[None, :, 1] - gap[..., 1] * way[None, :, 0]) / area  # how far along piece i
    to = (gap[..., 0] * way[:, None, 1] - gap[..., 1] * way[:, None, 0]) / area  # and along piece j
    cross = np.triu((at > 0) & (at < 1) & (to > 0) & (to < 1), 2)
    later = cross.any(0)
    if not later.any():
        return None
    last = int(later.argmax())
    first = int(cross[:, last].nonzero()[0][-1])
    return first, last, start[first] + at[first, last] * way[first]


def enclosed(drawn: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """What cannot be reached from beyond the sheet's edge without crossing what is drawn, (S, S).

    Each pass goes along all rows and columns, to and fro: a place is reached if, looking back, something reached is nearer
    than something drawn.
    """
    drawn = np.pad(drawn, 1)
    out = np.zeros_like(drawn)
    out[0, 0] = True
    before = 0
    while (count := int(out.sum())) > before:
        before = count
        for axis in (0, 1):
            for back in (1, -1):
                out, wall = np.swapaxes(out, 0, axis)[::back], np.swapaxes(drawn, 0, axis)[::back]
                steps = np.arange(1, len(out) + 1)[:, None]
                reached = np.maximum.accumulate(np.where(out, steps, 0)) > np.maximum.accumulate(np.where(wall, steps, 0))
                out = np.swapaxes(reached[::back], 0, axis)
    return ~(out | drawn)[1:-1, 1:-1]
