"""A network part builds a torch module from the shapes it is told: what it takes and what it gives, without the batch axis.

One part serves every role. The shapes say which: codes to a picture is a generator, a picture to one score a discriminator.
"""

from __future__ import annotations

import math
from typing import ClassVar

from torch import Tensor, nn

from engine.batches import Shape
from engine.parts import Part


class Network(Part):
    """An architecture."""

    draws: ClassVar[str] = "pictures"  # what it is for, in a sentence

    def suits(self, data: Shape) -> bool:
        """Whether it can draw and judge data of this shape."""
        return is_picture(data)

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        """A module from (N, *takes) to (N, *gives).  ValueError, in one sentence, for shapes it does not fit."""
        raise NotImplementedError

    def begin(self, net: nn.Module) -> nn.Module:
        """Give a net just built its first weights, where torch's own are not wanted; `build` calls it.  Returns the net."""
        return net


def is_picture(shape: Shape) -> bool:
    """(C, H, W), against codes, points and scores (d,)."""
    return len(shape) == 3


def size(shape: Shape) -> int:
    return math.prod(shape)


class Reshape(nn.Module):
    """(N, *any) -> (N, *shape)."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(len(x), *self.shape)


class Chain(nn.Sequential):
    """Layers in a row, called without nn.Module's search for hooks, which a small network pays as dearly as its layers."""

    def forward(self, x: Tensor) -> Tensor:
        for layer in self:
            x = layer.forward(x)
        return x


def output(gives: Shape) -> list[nn.Module]:
    """The last activation: pictures live in [-1, 1], so they end in tanh; points and scores are left alone."""
    return [nn.Tanh()] if is_picture(gives) else []
