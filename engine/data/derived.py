"""Pairs for nothing: take something away from a picture, and the picture itself is what it is to become."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

import torch
from torch import Generator, Tensor
from torch.nn.functional import avg_pool2d

from engine.batches import Batch, Pairs, Shape, Source
from engine.data.base import HELD_OUT, Brought, Data, Tell, silent
from engine.data.classic import Cifar10, FashionMnist, Mnist
from engine.data.folder import Folder
from engine.data.glyphs import Glyphs
from engine.data.toy_sets import ToyPictures
from engine.parts import knob

GREY = (0.299, 0.587, 0.114)
"""What red, green and blue add to the brightness that is seen: ITU-R BT.601."""
NARROW, WIDE = 0.25, 0.55  # sides of a hole, as shares of the picture's
GREY_LEVEL = 0.0  # what a hole is filled with

SETS: dict[str, Callable[[int, str], Data]] = {
    "glyphs": lambda size, path: Glyphs(size=size),
    "toys": lambda size, path: ToyPictures(size=max(size, ToyPictures.least)),
    "mnist": lambda size, path: Mnist(),
    "fashion-mnist": lambda size, path: FashionMnist(),
    "cifar10": lambda size, path: Cifar10(),
    "folder": lambda size, path: Folder(size=size, path=path),
}
"""Whose pictures: size is heard by those that can be drawn or made small in any size."""


BROUGHT: dict[str, Brought] = {"colour": "grey", "enlarge": "small", "complete": "hole"}


class Derived(Data):
    """Pictures and what is left of them when colour, detail or a piece is taken away; the task is to put it back.  Ours.

    Grey to colour as in Zhang et al. 2016 (arXiv:1603.08511), small to large as in Ledig et al. 2017 (arXiv:1609.04802), a hole
    as in Pathak et al. 2016 (arXiv:1604.07379), but a rectangle anywhere, so that any that is rubbed out later has been seen.
    """

    title: ClassVar[str] = "A picture and what is left of it"
    gives: ClassVar[type] = Pairs
    of: Literal["glyphs", "toys", "mnist", "fashion-mnist", "cifar10", "folder"] = knob("glyphs", help="whose pictures")
    task: Literal["colour", "enlarge", "complete"] = knob(
        "complete", help="colour: from grey. enlarge: from a picture of a quarter of the side. complete: from one with a hole"
    )
    size: int = knob(
        32, 16, 128, "side of the pictures in pixels, for glyphs, toys (32 at least) and your own; the others have theirs"
    )
    path: str = knob("", help="of your own pictures: a folder or a .zip", upload=True)

    @property
    def whole(self) -> Data:
        """The data that the pictures are from."""
        return SETS[self.of](self.size, self.path)

    @property
    def files(self) -> str | None:
        return self.whole.files

    @property
    def shape(self) -> Shape:
        return self.whole.shape

    @property
    def given(self) -> Shape:
        channels, *side = self.shape
        if self.task == "colour":
            return (1, *side)
        return (channels, *(length // 4 for length in side)) if self.task == "enlarge" else self.shape

    @property
    def brought(self) -> Brought:
        return BROUGHT[self.task]

    @property
    def sides(self) -> tuple[str, str]:
        return {"colour": ("grey", "colour"), "enlarge": ("small", "large"), "complete": ("with a hole", "whole")}[self.task]

    def open(self, device: torch.device, tell: Tell = silent) -> Remnants:
        return Remnants(self.whole.open(device, tell), self)

    def held_out(self, n: int, device: torch.device, tell: Tell = silent) -> Batch:
        whole = self.whole.held_out(n, device, tell).real
        return Pairs(self.left(whole, Generator(device).manual_seed(HELD_OUT)), whole)

    def left(self, x: Tensor, generator: Generator) -> Tensor:
        """What is left of pictures: (N, *shape) -> (N, *given)."""
        if self.task == "colour":
            return grey(x)
        if self.task == "enlarge":
            return avg_pool2d(x, 4)
        return torch.where(holes(x, generator), GREY_LEVEL, x)


class Remnants:
    """A source of pairs over a source of whole pictures."""

    def __init__(self, source: Source, data: Derived) -> None:
        self.source, self.data = source, data

    def batch(self, n: int, generator: Generator) -> Pairs:
        whole = self.source.batch(n, generator).real
        return Pairs(self.data.left(whole, generator), whole)

    def state(self) -> dict[str, Tensor]:
        return self.source.state()

    def load_state(self, state: dict[str, Tensor]) -> None:
        self.source.load_state(state)


def holes(x: Tensor, generator: Generator) -> Tensor:
    """A rectangle in each picture (N, C, H, W), somewhere within: (N, 1, H, W), true inside."""
    n, _, height, width = x.shape
    sides, places = torch.rand(2, n, 2, generator=generator, device=x.device)
    sides = NARROW + (WIDE - NARROW) * sides
    inside = []
    for axis, length in enumerate((height, width)):
        at = (torch.arange(length, device=x.device) + 0.5) / length
        low = places[:, axis : axis + 1] * (1 - sides[:, axis : axis + 1])
        inside.append((at >= low) & (at < low + sides[:, axis : axis + 1]))  # (n, length)
    both: Tensor = inside[0][:, :, None] & inside[1][:, None]
    return both[:, None]


def grey(x: Tensor) -> Tensor:
    """The brightness of pictures (N, 1 or 3, H, W): (N, 1, H, W)."""
    if x.shape[1] == 1:
        return x
    return (x * x.new_tensor(GREY)[:, None, None]).sum(1, keepdim=True)
