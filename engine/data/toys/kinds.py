"""All the toys we know, and how often each is drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

from engine.data.toys import creatures, freeforms, things
from engine.data.toys.shapes import Part, Points

Kind = Callable[[Generator], list[Part]]


def nothing(rng: Generator) -> list[Part]:
    """An empty sheet."""
    return []


KINDS: dict[str, Kind] = {
    "nothing": nothing,
    "blob": freeforms.blob,
    "blobs": freeforms.blobs,
    "dotted blob": freeforms.dotted,
    "line": freeforms.line,
    "scribble": freeforms.scribble,
    "silhouette": freeforms.blob,
    "fish": creatures.fish,
    "cat": creatures.cat,
    "bear": creatures.bear,
    "bird": creatures.bird,
    "snail": creatures.snail,
    "ladybird": creatures.ladybird,
    "butterfly": creatures.butterfly,
    "whale": creatures.whale,
    "caterpillar": creatures.caterpillar,
    "cup": things.cup,
    "mushroom": things.mushroom,
    "house": things.house,
    "car": things.car,
    "apple": things.apple,
    "balloon": things.balloon,
    "star": things.stars,
    "heart": things.heart,
    "tree": things.tree,
    "boat": things.boat,
    "flower": things.flower,
    "ice cream": things.ice_cream,
    "rocket": things.rocket,
    "robot": things.robot,
    "cake": things.cake,
}
"""Each draws a toy from randomness: its parts, from the back to the front."""

SHARES = {"nothing": 0.02, "blob": 0.2, "blobs": 0.07, "dotted blob": 0.07, "line": 0.05, "scribble": 0.05, "silhouette": 0.04}
"""The free forms' shares; all the others share the rest evenly.  Blobs make a third: they stand for whatever is drawn."""

CLOSING = ("line", "scribble")
"""Kinds of which everything is filled that their lines close, together or alone."""

INKED = ("silhouette",)
"""Kinds that are inked all over, now and then to beyond the edge of the sheet."""

MARGIN = 0.06  # between a toy of full size and the edge of the sheet


def chances() -> Points:
    """The share of each kind, in the order of KINDS."""
    rest = (1 - sum(SHARES.values())) / (len(KINDS) - len(SHARES))
    return np.array([SHARES.get(name, rest) for name in KINDS])


def placed(parts: list[Part], scale: float, rng: Generator) -> list[Part]:
    """The parts turned a little, mirrored or not, bent softly, and laid on the sheet: its longer side fills `scale` of it."""
    if not parts:
        return parts
    points = np.concatenate([part.points for part in parts])
    angle = rng.normal(0, 0.14)
    c, s = np.cos(angle), np.sin(angle)
    stretch = np.exp(rng.normal(0, 0.08))
    points = points @ (np.array([[c, s], [-s, c]]) * (rng.choice([-stretch, stretch]), 1 / stretch))
    across = rng.uniform(1.5, 3.5, 2) * points[:, ::-1] + rng.uniform(0, 6.3, 2)  # x bends with y, and y with x
    points = points + rng.uniform(0, 0.08) * np.sin(across)
    low, high = points.min(0), points.max(0)
    reach = (1 - MARGIN) * scale
    points = (points - (low + high) / 2) * (2 * reach / max(*(high - low), 0.2))
    room = 1 - MARGIN - np.abs(points).max(0)
    points = points + rng.uniform(-1, 1, 2) * np.clip(room, 0, None)
    ends = np.cumsum([len(part.points) for part in parts])[:-1]
    return [part._replace(points=own) for part, own in zip(parts, np.split(points, ends), strict=True)]
