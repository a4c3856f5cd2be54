"""What toys are made of: closed outlines and rods, as points in [-1, 1] x [-1, 1], x to the right and y down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float64]
Role = Literal["body", "accent", "bead", "pane"]

ROLES: tuple[str, ...] = ("ground", "body", "accent", "bead", "pane")
"""What a place in the picture can be; a label is an index into this."""

TURN = 2 * math.pi
CORNERS = 36  # of a round outline


class Part(NamedTuple):
    """points: (V, 2).  closed: an outline that is filled; otherwise a rod along the points, of one thickness for all toys."""

    points: Points
    role: Role = "body"
    closed: bool = True


def _round() -> Points:
    angle = np.arange(CORNERS) * (TURN / CORNERS)
    return np.stack([np.cos(angle), np.sin(angle)], 1)


def _splines(steps: int) -> Points:
    """(steps, 4): the weights of four neighbours on the way from the second to the third.  Catmull and Rom 1974."""
    t = np.arange(steps)[:, None] / steps
    powers = np.concatenate([np.ones_like(t), t, t**2, t**3], 1)
    weights: Points = powers @ (np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2)
    return weights


ROUND = _round()
SPLINES = _splines(8)
CORNER = np.array([[(1 - t) ** 2, 2 * t * (1 - t), t**2] for t in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)])  # a Bezier curve's weights


def turned(points: Points, angle: float, about: tuple[float, float] = (0.0, 0.0)) -> Points:
    """The points turned clockwise, as seen on the sheet, by an angle in radians."""
    c, s = math.cos(angle), math.sin(angle)
    there: Points = (points - about) @ np.array([[c, s], [-s, c]]) + about
    return there


def ellipse(x: float, y: float, wide: float, high: float | None = None, turn: float = 0.0) -> Points:
    """An ellipse about (x, y) with half axes `wide` and `high` (a circle without the second), turned by an angle."""
    points = ROUND * (wide, wide if high is None else high)
    return (turned(points, turn) if turn else points) + (x, y)


def smooth(points: Points | Sequence[tuple[float, float]]) -> Points:
    """A closed curve without corners through the points, (8 V, 2)."""
    through = np.asarray(points, dtype=np.float64)
    four = np.stack([np.roll(through, shift, 0) for shift in (1, 0, -1, -2)], 1)  # (V, 4, 2)
    return (SPLINES @ four).reshape(-1, 2)


def bent(points: Points | Sequence[tuple[float, float]]) -> Points:
    """An open curve without corners through the points, (8 (V - 1) + 1, 2)."""
    through = np.asarray(points, dtype=np.float64)
    padded = np.concatenate([2 * through[:1] - through[1:2], through, 2 * through[-1:] - through[-2:-1]])
    four = np.stack([padded[at : at + len(through) - 1] for at in range(4)], 1)  # (V - 1, 4, 2)
    return np.concatenate([(SPLINES @ four).reshape(-1, 2), through[-1:]])


def polygon(points: Points | Sequence[tuple[float, float]], rounding: float = 0.06) -> Points:
    """A polygon with rounded corners, (6 V, 2): each is cut at `rounding` from its tip, or at a third of a shorter side."""
    tips = np.asarray(points, dtype=np.float64)
    sides = np.roll(tips, -1, 0) - tips
    lengths = np.hypot(sides[:, 0], sides[:, 1])[:, None]
    cuts = sides / np.maximum(lengths, 1e-9) * np.minimum(rounding, lengths / 3)
    three = np.stack([tips - np.roll(cuts, 1, 0), tips, tips + cuts], 1)  # (V, 3, 2)
    return (CORNER @ three).reshape(-1, 2)


def box(x: float, y: float, wide: float, high: float, rounding: float = 0.06) -> Points:
    """A rectangle about (x, y) with half sides `wide` and `high`."""
    return polygon([(x - wide, y - high), (x + wide, y - high), (x + wide, y + high), (x - wide, y + high)], rounding)


def star(tips: int, inner: float, rounding: float = 0.06) -> Points:
    """A star of radius 1 about the middle, one tip up; its inner corners have the radius `inner`."""
    angle = np.arange(2 * tips) * (math.pi / tips) - math.pi / 2
    radius = np.where(np.arange(2 * tips) % 2, inner, 1.0)
    return polygon(radius[:, None] * np.stack([np.cos(angle), np.sin(angle)], 1), rounding)
