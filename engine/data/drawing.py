"""A distribution that somebody drew: ink on a sheet of small squares, each square the middle of a Gaussian.

A sheet has SIDE x SIDE squares over [-1, 1] x [-1, 1]; each holds ink of a level from 0 to LEVELS, and is as likely as its
level squared, so that a faint square may be 225 times rarer than a full one.

As text a sheet is its squares in reading order (row by row from the upper left) as runs: a letter for the level, "a" for
none to "p" for full, and how many squares in a row have it if more than one. "a130p3" is 130 empty squares, then 3 full
ones. It is safe in a link, needs no unpacking that could explode, and the link compresses it. The page's twin of this
file is playground/static/ink.js.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import ClassVar

import torch
from pydantic import field_validator
from torch import Tensor

from engine.data.mixture import Mixture
from engine.data.points import CPU, Points
from engine.parts import knob

SIDE = 64
SQUARES = SIDE * SIDE
LEVELS = 15
LETTERS = "abcdefghijklmnop"  # one for each level
RUN = re.compile(r"([a-p])([1-9][0-9]{0,3})?")
RUNS = re.compile(r"(?:[a-p](?:[1-9][0-9]{0,3})?)*")


def read(text: str) -> Tensor:
    """The levels of a sheet, (SIDE, SIDE) uint8, row 0 at the top.  ValueError, in words for a person, if it is none."""
    if len(text) > SQUARES:
        raise ValueError(f"{len(text):,} letters are more than any drawing needs; draw it again")
    if not RUNS.fullmatch(text):
        raise ValueError("this text is no drawing, or a damaged one; draw it again")
    runs = [(LETTERS.index(letter), int(times or 1)) for letter, times in RUN.findall(text)]
    squares = sum(times for _, times in runs)
    if text and squares != SQUARES:
        raise ValueError(f"it has {squares:,} squares instead of {SQUARES:,}, so a part of it is lost or doubled; draw it again")
    if not any(level for level, _ in runs):
        raise ValueError("nothing is drawn yet; draw something, or bring a file of points")
    levels, times = torch.tensor(runs).unbind(1)
    return levels.to(torch.uint8).repeat_interleave(times).view(SIDE, SIDE)


def written(levels: Tensor) -> str:
    """The inverse of `read`, as short as it can be.  levels: (SIDE, SIDE) whole numbers in 0..LEVELS."""
    runs = [(LETTERS[level], len(list(same))) for level, same in groupby(levels.flatten().tolist())]
    return "".join(letter if times == 1 else f"{letter}{times}" for letter, times in runs)


def middles() -> Tensor:
    """(SIDE * SIDE, 2): where the squares' middles are, in reading order."""
    line = (torch.arange(SIDE) + 0.5) * (2 / SIDE) - 1
    y, x = torch.meshgrid(-line, line, indexing="ij")  # the first row is the highest
    return torch.stack([x.flatten(), y.flatten()], 1)


def smiley() -> str:
    """A face: a circle, two eyes and half a circle below them, in strokes about 0.1 wide."""
    x, y = middles().unbind(1)
    face = (torch.hypot(x, y) - 0.8).abs()
    eyes = torch.hypot(x.abs() - 0.28, y - 0.25) - 0.04
    mouth = torch.hypot((torch.hypot(x, y) - 0.45), (y + 0.12).clamp(min=0))
    far = torch.stack([face, eyes, mouth]).amin(0) / (2 / SIDE)  # in squares
    coverage = (1.5 + 0.5 - far).clamp(0, 1)
    return written((LEVELS * coverage.sqrt()).round().long())


class Drawing(Points):
    """Whatever you draw, or a file of your own points, blurred so that its density is known.  Ours."""

    title: ClassVar[str] = "Your own drawing"
    drawing: str = knob(smiley(), help="where the points are: 64 x 64 squares of ink, as text", pad=True)
    sigma: float = knob(0.03, 0.015, 0.1, "blur, a standard deviation; 0.03 is ours, about a square of the drawing")

    @field_validator("drawing")
    @classmethod
    def _can_be_read(cls, text: str) -> str:
        read(text)
        return text

    def law(self, device: torch.device = CPU) -> Mixture:
        """One Gaussian per square with ink: inside a full area even to 1 in 10,000, with the smallest sigma to 1 in 20."""
        ink = read(self.drawing).flatten().float()
        places = ink.nonzero()[:, 0]
        weights = ink[places].square()
        even = Mixture.even(middles()[places].to(device), self.sigma)
        return Mixture(even.centres, even.scales, (weights / weights.sum()).to(device))

    @property
    def centres(self) -> None:
        return None
