"""Characters as the pen writes them, and the pen's path as a matrix.

A character is a few strokes over a box 6 wide and 9 high, y down: "~" starts a curved stroke through the points that
follow, "-" a straight one. A place named twice is one place, so a joint stays joined however the hand trembles. Drawn
by us.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

DIGITS = {
    "0": "~ 3,0 1,1.4 0.4,4.5 1,7.6 3,9 5,7.6 5.6,4.5 5,1.4 3,0",
    "1": "- 1.2,2.2 3.4,0 3.4,9",
    "2": "~ 0.6,2.4 1.4,0.6 3.1,0 5,0.8 5.3,2.8 4.2,4.9 0.4,9 - 0.4,9 5.8,9",
    "3": "~ 0.7,1.3 2.7,0 4.8,0.7 5,2.8 2.4,4.2 ~ 2.4,4.2 5,5 5.5,7 4.2,8.7 2,8.9 0.3,7.6",
    "4": "- 4.4,9 4.4,0 0.2,6.3 6,6.3",
    "5": "- 5.2,0 1.2,0 0.8,4.2 ~ 0.8,4.2 2.8,3.4 4.9,4.3 5.5,6.2 4.7,8.2 2.6,9 0.4,8",
    "6": "~ 4.6,0 2.4,1.6 0.9,4.2 0.5,6.6 1.3,8.4 3,9 4.8,8.3 5.4,6.5 4.6,4.8 3,4.3 1.3,5 0.5,6.6",
    "7": "- 0.4,0 5.6,0 ~ 5.6,0 3.6,3.8 2.2,9",
    "8": "~ 3,4.2 1.1,2.9 1.1,1.1 3,0 4.9,1.1 4.9,2.9 3,4.2 0.9,5.7 0.7,7.7 3,9 5.3,7.7 5.1,5.7 3,4.2",
    "9": "~ 5.4,2.6 4.7,0.7 2.9,0 1.1,0.8 0.5,2.6 1.2,4.3 2.9,4.9 4.7,4.2 5.4,2.6 ~ 5.4,2.6 5.2,6 4.2,9",
}
LETTERS = {
    "A": "- 0,9 3,0 6,9 - 1.1,5.8 4.9,5.8",
    "B": "- 0.6,0 0.6,9 ~ 0.6,0 3.5,0.2 4.7,2.1 3.5,4 0.6,4.2 ~ 0.6,4.2 4,4.6 5.4,6.6 4,8.7 0.6,9",
    "C": "~ 5.6,1.8 4.7,0.4 3.2,0 1.2,1.3 0.3,4.5 1.2,7.7 3.2,9 4.7,8.6 5.6,7.2",
    "D": "- 0.6,0 0.6,9 ~ 0.6,0 3.6,0.5 5.5,2.9 5.5,6.1 3.6,8.5 0.6,9",
    "E": "- 5.4,0 0.7,0 0.7,9 5.6,9 - 0.7,4.4 4.6,4.4",
    "F": "- 5.4,0 0.8,0 0.8,9 - 0.8,4.4 4.6,4.4",
    "G": "~ 5.4,1.6 4.6,0.4 3.2,0 1.2,1.3 0.3,4.5 1.2,7.7 3.2,9 4.9,8.4 5.7,6.9 - 5.7,6.9 5.7,5.2 3.4,5.2",
    "H": "- 0.5,0 0.5,9 - 5.5,0 5.5,9 - 0.5,4.4 5.5,4.4",
    "I": "- 3,0 3,9 - 1.3,0 3,0 4.7,0 - 1.3,9 3,9 4.7,9",
    "J": "- 2.6,0 5.6,0 - 4.6,0 4.6,6 ~ 4.6,6 4.2,8.2 2.6,9 1,8.2 0.5,6.6",
    "K": "- 0.6,0 0.6,9 - 5.4,0 0.6,5.2 - 2.3,3.6 5.7,9",
    "L": "- 0.8,0 0.8,9 5.6,9",
    "M": "- 0,9 0.3,0 3,6 5.7,0 6,9",
    "N": "- 0.5,9 0.5,0 5.5,9 5.5,0",
    "O": "~ 3,0 0.5,1.3 -0.5,4.5 0.5,7.7 3,9 5.5,7.7 6.5,4.5 5.5,1.3 3,0",
    "P": "- 0.6,0 0.6,9 ~ 0.6,0 3.8,0.2 5.4,2.4 3.8,4.7 0.6,4.9",
    "Q": "~ 3,0 0.5,1.3 -0.5,4.5 0.5,7.7 3,9 5.5,7.7 6.5,4.5 5.5,1.3 3,0 - 3.6,6.2 6.2,9.4",
    "R": "- 0.6,0 0.6,9 ~ 0.6,0 3.8,0.2 5.3,2.3 3.8,4.4 0.6,4.6 - 2.4,4.6 5.8,9",
    "S": "~ 5.3,1.6 4.4,0.4 2.9,0 1.2,0.7 0.8,2.4 2.4,4 4.4,5.1 5.4,6.8 4.7,8.4 2.9,9 1.2,8.6 0.4,7.3",
    "T": "- 0,0 3,0 6,0 - 3,0 3,9",
    "U": "- 0.5,0 0.5,5.8 ~ 0.5,5.8 1.2,8.1 3,9 4.8,8.1 5.5,5.8 - 5.5,5.8 5.5,0",
    "V": "- 0,0 3,9 6,0",
    "W": "- 0,0 1.4,9 3,2.8 4.6,9 6,0",
    "X": "- 0.3,0 5.7,9 - 5.7,0 0.3,9",
    "Y": "- 0.2,0 3,4.5 5.8,0 - 3,4.5 3,9",
    "Z": "- 0.4,0 5.6,0 0.4,9 5.7,9",
}

Array = npt.NDArray[np.float64]
STEPS = 32  # fine steps along the pen's way between two places, to measure its length


class Character(NamedTuple):
    """A character's places and the pen's path through them.

    places: (P, 2), where the pen must pass; the box's middle is 0 and its height 1.  path: (V, P); the V dots are
    path @ places.
    """

    places: Array
    path: Array


def character(strokes: str, dots: int) -> Character:
    """Spread that many dots along the strokes at even distances; every stroke keeps both its ends."""
    words = strokes.split()
    names = list(dict.fromkeys(word for word in words if "," in word))
    places = np.array([[float(number) for number in name.split(",")] for name in names])
    fine = []
    for stroke in _strokes(words):
        columns = [names.index(word) for word in stroke[1:]]
        way = _spline(places[columns]) if stroke[0] == "~" else _polyline(len(columns))
        fine.append(way @ np.eye(len(names))[columns])  # (steps, P)
    lengths = [_along(way @ places)[-1] for way in fine]
    shares = np.diff(np.round(np.cumsum([0.0, *lengths]) / sum(lengths) * dots).astype(int))
    path = np.concatenate([_evenly(way, places, int(share)) for way, share in zip(fine, shares, strict=True)])
    return Character((places - [3.0, 4.5]) / 9, path)


def _strokes(words: list[str]) -> list[list[str]]:
    starts = [i for i, word in enumerate(words) if word in "~-"]
    return [words[start:end] for start, end in zip(starts, [*starts[1:], len(words)], strict=True)]


def _along(line: Array) -> Array:
    """Distance from the start, (n,), of each vertex of a line (n, 2)."""
    return np.concatenate([[0.0], np.linalg.norm(np.diff(line, axis=0), axis=1).cumsum()])


def _evenly(way: Array, places: Array, n: int) -> Array:
    """The rows (n, P) of a fine way (steps, P) at even distances of the line it makes of these places."""
    along = _along(way @ places)
    target = np.linspace(0, along[-1], n)
    left = np.clip(np.searchsorted(along, target, side="right") - 1, 0, len(along) - 2)
    part = ((target - along[left]) / (along[left + 1] - along[left]))[:, None]
    return np.asarray((1 - part) * way[left] + part * way[left + 1])


def _polyline(n: int) -> Array:
    """(steps, n): straight from place to place."""
    t = np.linspace(0, n - 1, (n - 1) * STEPS + 1)
    return np.asarray(np.clip(1 - np.abs(t[:, None] - np.arange(n)), 0, 1))


def _spline(places: Array) -> Array:
    """(steps, n): the natural cubic spline through places (n, 2); a closed one where the last is the first."""
    n = len(places)
    if not np.array_equal(places[0], places[-1]):
        return _natural(places, np.arange(n), first=0, last=n - 1)
    around = np.arange(-(n - 1), 2 * (n - 1) + 1) % (n - 1)  # three times round: the middle turn feels no ends
    return _natural(places, around, first=n - 1, last=2 * (n - 1))


def _natural(places: Array, order: npt.NDArray[np.int64], *, first: int, last: int) -> Array:
    """Rows of the natural cubic spline through places[order], from its knot `first` to its knot `last`."""
    knots = _along(places[order])
    h, n = np.diff(knots), len(order)
    slopes = (np.eye(n)[1:] - np.eye(n)[:-1]) / h[:, None]  # (n-1, n)
    bends = np.eye(n)  # second derivatives m solve  h0 m0 + 2 (h0 + h1) m1 + h1 m2 = 6 (slope1 - slope0), and 0 at the ends
    for i in range(1, n - 1):
        bends[i, i - 1 : i + 2] = h[i - 1], 2 * (h[i - 1] + h[i]), h[i]
    right = np.concatenate([np.zeros((1, n)), 6 * np.diff(slopes, axis=0), np.zeros((1, n))])
    m = np.linalg.solve(bends, right)
    t = np.linspace(first, last, (last - first) * STEPS + 1)
    left = np.minimum(t.astype(int), last - 1)
    b = (t - left)[:, None]
    a, square = 1 - b, h[left, None] ** 2 / 6
    eye = np.eye(n)
    rows = a * eye[left] + b * eye[left + 1] + square * ((a**3 - a) * m[left] + (b**3 - b) * m[left + 1])
    return np.asarray(rows @ np.eye(len(places))[order])
