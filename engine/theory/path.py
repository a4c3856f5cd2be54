"""The path of a small game through its plane, and what can be read off it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FAR = 1e6  # from the equilibrium; a path that has come so far does not come back
NEAR = 1e-100  # what is left of a distance there is rounding
SAME = 1e-9  # by which a radius may differ from 1 and still mean "for ever"


class Trail(NamedTuple):
    """Where a game was before the first round and after each.  points: (rounds + 1, 2), shorter if it left for FAR away."""

    points: Array

    @property
    def distances(self) -> Array:
        """From the equilibrium, which is the origin."""
        return np.hypot(self.points[:, 0], self.points[:, 1])

    @property
    def growth(self) -> float:
        """The factor by which the distance changes in a round, over the later half of the path; NaN where there is none.

        It is the slope of log distance against rounds: a path that turns in an ellipse swings about that line.
        """
        far = self.distances
        far = far[len(far) // 2 :]
        if len(far) < 2 or far.min() < NEAR:
            return math.nan
        return float(np.exp(np.polynomial.polynomial.polyfit(np.arange(len(far)), np.log(far), 1)[1]))


def follow(start: tuple[float, float], move: Callable[[tuple[float, float]], tuple[float, float]], rounds: int) -> Trail:
    """Play `rounds` rounds, or until the game is FAR away."""
    points = [start]
    while len(points) <= rounds and math.hypot(*points[-1]) < FAR:
        points.append(move(points[-1]))
    return Trail(np.array([point for point in points if all(map(math.isfinite, point))]))


def radius(matrix: Array) -> float:
    """The spectral radius: the largest |eigenvalue|, by which a linear game's distance changes in a round at last."""
    return float(np.abs(np.linalg.eigvals(matrix)).max())


def verdict(factor: float) -> str:
    """What a factor a round does to the distance from the equilibrium."""
    if not math.isfinite(factor):
        return "unknown"
    return "keeps its distance" if abs(factor - 1) < SAME else "moves away" if factor > 1 else "approaches"
