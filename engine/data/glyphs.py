"""Handwritten characters that we draw ourselves: unlimited, labelled, with every cause of variation known.  Ours.

A pen passes through a character's places (alphabet.py), displaced a little by an unsteady hand; its path is then
slanted, sized and put in place, and inked by each pixel's distance to the nearest of the dots strung along it. 64
pictures of 28 x 28 take about 5 ms on one core.
"""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

import numpy as np
import torch
from torch import Generator, Tensor

from engine.batches import Labelled, Shape
from engine.data.alphabet import DIGITS, LETTERS, character
from engine.data.base import Data, Drawn, Tell, silent
from engine.parts import knob

HEIGHT = 0.68  # of a character of scale 1, as a share of the picture; MNIST's digits are 20 of 28 pixels
PEN = 0.042  # radius of the pen, as a share of the picture
DOTS = 3.5  # dots along a character's path for each pixel of the picture's side


class Factors(NamedTuple):
    """Why each picture looks as it does, (N,) each.

    y: the class.  slant: shear, positive leans right.  thickness, scale: 1 is the average.  dx, dy: shares of the
    picture's side, right and down.
    """

    y: Tensor
    slant: Tensor
    thickness: Tensor
    scale: Tensor
    dx: Tensor
    dy: Tensor


class Glyphs(Data):
    """Handwriting drawn afresh in every round, white on black like MNIST's.  x: (N, 1, size, size).  Defaults ours."""

    title: ClassVar[str] = "Handwriting, drawn by us"
    gives: ClassVar[type] = Labelled

    characters: Literal["digits", "letters", "both"] = knob("digits", help="which characters: 10 digits, 26 letters, or all 36")
    size: int = knob(28, 16, 128, "side of the picture in pixels; 28 is MNIST's")
    slant: float = knob(0.25, 0.0, 0.6, "largest lean to either side, a shear")
    thickness: float = knob(0.35, 0.0, 0.6, "by how much the pen may be thicker or thinner than average, a share")
    scale: float = knob(0.12, 0.0, 0.3, "by how much a character may be larger or smaller than average, a share")
    shift: float = knob(0.04, 0.0, 0.12, "how far a character may be off the middle, a share of the picture's side")
    wobble: float = knob(0.02, 0.0, 0.05, "unsteadiness of the hand: displacement of the pen, a share of the height")

    @property
    def alphabet(self) -> dict[str, str]:
        """The strokes of each character, in the order of the labels."""
        return {"digits": DIGITS, "letters": LETTERS, "both": DIGITS | LETTERS}[self.characters]

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(self.alphabet)

    @property
    def shape(self) -> Shape:
        return (1, self.size, self.size)

    def open(self, device: torch.device, tell: Tell = silent) -> Drawn:
        pen = Pen(self, device)
        return Drawn(lambda n, generator: pen.draw(n, generator)[0])

    def draw(self, n: int, generator: Generator, device: torch.device) -> tuple[Labelled, Factors]:
        """n fresh pictures, and why each looks as it does."""
        return Pen(self, device).draw(n, generator)


class Pen:
    """The characters of some glyphs as tensors on a device, ready to be written."""

    def __init__(self, glyphs: Glyphs, device: torch.device) -> None:
        self.glyphs = glyphs
        written = [character(strokes, round(DOTS * glyphs.size)) for strokes in glyphs.alphabet.values()]
        most = max(len(one.places) for one in written)
        places = np.stack([np.pad(one.places, ((0, most - len(one.places)), (0, 0))) for one in written])
        paths = np.stack([np.pad(one.path, ((0, 0), (0, most - one.path.shape[1]))) for one in written])
        self.places = torch.tensor(places, dtype=torch.float32, device=device)  # (classes, P, 2)
        self.paths = torch.tensor(paths, dtype=torch.float32, device=device)  # (classes, V, P)

    def draw(self, n: int, generator: Generator) -> tuple[Labelled, Factors]:
        factors = self.factors(n, generator)
        return Labelled(self.picture(factors, generator), factors.y), factors

    def factors(self, n: int, generator: Generator) -> Factors:
        """Every class equally likely, everything else uniform within its knob and independent."""
        g = self.glyphs
        y = torch.randint(len(self.places), (n,), generator=generator, device=self.places.device)
        u = torch.rand(5, n, generator=generator, device=self.places.device) * 2 - 1
        return Factors(y, g.slant * u[0], 1 + g.thickness * u[1], 1 + g.scale * u[2], g.shift * u[3], g.shift * u[4])

    def picture(self, factors: Factors, generator: Generator) -> Tensor:
        """Write these characters, (N, 1, H, W) in [-1, 1]; the generator moves the unsteady hand."""
        size = self.glyphs.size
        places = self.places[factors.y]  # (N, P, 2)
        hand = torch.randn(places.shape, generator=generator, device=places.device)
        x, y = torch.bmm(self.paths[factors.y], places + self.glyphs.wobble * hand).unbind(2)  # (N, V) each, y down
        x = x - factors.slant[:, None] * y
        height = HEIGHT * size * factors.scale[:, None]
        x = height * x + size * (0.5 + factors.dx[:, None])
        y = height * y + size * (0.5 + factors.dy[:, None])
        return _ink(x, y, radius=PEN * size * factors.thickness, size=size)


def _ink(x: Tensor, y: Tensor, *, radius: Tensor, size: int) -> Tensor:
    """Dots at x, y (N, V) and a pen of this radius (N,), in pixels -> (N, 1, size, size) in [-1, 1], soft edges.

    The squared distance to a dot is a row plus a column, so a dot costs a sum and a minimum for each pixel.
    """
    centre = torch.arange(size, device=x.device) + 0.5
    across = (centre - x.t()[:, :, None]).square()[:, :, None, :]  # (V, N, 1, W)
    down = (centre - y.t()[:, :, None]).square()[:, :, :, None]  # (V, N, H, 1)
    nearest = across[0] + down[0]
    scratch = torch.empty_like(nearest)
    for column, row in zip(across[1:], down[1:], strict=True):
        torch.minimum(nearest, torch.add(column, row, out=scratch), out=nearest)
    ink = (radius[:, None, None] + 0.5 - nearest.sqrt_()).clamp_(0, 1)
    return ink.mul_(2).sub_(1)[:, None]
