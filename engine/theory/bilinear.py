"""The smallest game there is: f(x, y) = x·y, min over x, max over y. The only equilibrium is the origin.

Every method is linear in where the players are and were, so one round is a matrix and its spectral radius decides. The matrix
is read off the method itself, by letting it move the unit vectors.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from engine.parts import OneOf, Part, knob
from engine.theory.methods import METHODS, At, Method, Simultaneous
from engine.theory.path import Array, follow, radius, verdict

STEPS = np.linspace(0.01, 2.5, 125)  # the step sizes for which the page draws the radius


class Bilinear(Part):
    """A question: where does this method go from here?"""

    method: Annotated[Method, OneOf("method", METHODS)] = Simultaneous()
    x: float = knob(1.0, -10.0, 10.0, "where x starts")
    y: float = knob(1.0, -10.0, 10.0, "where y starts")
    rounds: int = knob(200, 1, 1000, "how many rounds are played")

    def answer(self) -> dict[str, Any]:
        """path: (rounds + 1, 2); predicted, measured: the factor by which the distance changes in a round."""
        before = start = At(self.x, self.y)

        def move(now: tuple[float, float]) -> At:
            nonlocal before
            here = At(*now)
            there, before = self.method.move(here, before), here
            return there

        trail, predicted = follow(start, move, self.rounds), radius(matrix(self.method))
        return {
            "path": trail.points,
            "distances": trail.distances,
            "predicted": predicted,
            "measured": trail.growth,
            "verdict": verdict(predicted),
            "steps": STEPS,
            "radii": np.array([radius(matrix(self.method.model_copy(update={"step": h}))) for h in STEPS]),
        }


def matrix(method: Method) -> Array:
    """One round as a matrix on (x, y, x before, y before).  Returns (4, 4)."""
    columns = [[*method.move(At(*unit[:2]), At(*unit[2:])), *unit[:2]] for unit in np.eye(4).tolist()]
    return np.array(columns).T


def kept(at: At, h: float) -> float:
    """x² + y² - h·x·y, which alternating steps of size h leave as it is."""
    return at.x**2 + at.y**2 - h * at.x * at.y
