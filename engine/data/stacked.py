"""A thousand modes: three pictures of digits are the red, the green and the blue of one, so that lost modes can be counted.

Nobody needs a thousand labels: what is in a picture is named a channel at a time by the classifier of the digits (census.py).
So these data have no classes, and games that are told classes do not take them.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import torch
from torch import Generator, Tensor

from engine.batches import Samples, Shape, Source
from engine.data.base import HELD_OUT, Data, Tell, silent
from engine.data.classic import Mnist
from engine.data.glyphs import Glyphs
from engine.parts import knob

CHANNELS = 3
POOL = 10_000  # held-out digits, at most, that held-out pictures are stacked from


class Stacked(Data):
    """Digits of three pictures that have nothing to do with one another, a channel each.  x: (N, 3, size, size)."""

    size: int = knob(28, 16, 64, "side of the pictures in pixels")

    @property
    @abstractmethod
    def named_by(self) -> Data:
        """The digits, of one channel."""

    @property
    def shape(self) -> Shape:
        return (CHANNELS, *self.named_by.shape[1:])

    def open(self, device: torch.device, tell: Tell = silent) -> Threes:
        return Threes(self.named_by.open(device, tell))

    def held_out(self, n: int, device: torch.device, tell: Tell = silent) -> Samples:
        """n pictures of held-out digits, of which one may be in many."""
        digits = self.named_by.held_out(min(CHANNELS * n, POOL), device, tell)[0]
        chance = Generator(device).manual_seed(HELD_OUT)
        return Samples(digits[torch.randint(len(digits), (n, CHANNELS), generator=chance, device=device)].flatten(1, 2))


class Threes:
    """The next three pictures of a source as the channels of one; its place is that source's."""

    def __init__(self, digits: Source) -> None:
        self.digits = digits

    def batch(self, n: int, generator: Generator) -> Samples:
        x = self.digits.batch(CHANNELS * n, generator)[0]  # (3 N, 1, H, W)
        return Samples(x.view(n, CHANNELS, *x.shape[2:]))

    def state(self) -> dict[str, Tensor]:
        return self.digits.state()

    def load_state(self, state: dict[str, Tensor]) -> None:
        self.digits.load_state(state)


class StackedGlyphs(Stacked):
    """Three digits that we draw, a colour each: 1,000 modes and no download.  Ours, after Metz et al. 2017, arXiv:1611.02163."""

    title: ClassVar[str] = "Stacked handwriting, drawn by us"

    @property
    def named_by(self) -> Glyphs:
        return Glyphs(size=self.size)


class StackedMnist(Stacked):
    """Three digits of MNIST, a colour each: 1,000 modes.  Metz et al. 2017, arXiv:1611.02163, stacked as training goes."""

    title: ClassVar[str] = "Stacked MNIST"
    licence: ClassVar[str] = Mnist.licence
    instead: ClassVar[str] = "stacked-glyphs"

    @property
    def named_by(self) -> Mnist:
        return Mnist(size=self.size)
