"""What a data source hands to a game, as named tuples, and what anybody may know of it before it is loaded.

Pictures are (N, C, H, W) float in [-1, 1]; points are (N, d) near [-1, 1]; labels are (N,) int64 in 0..classes-1.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

import torch
from torch import Generator, Tensor

Shape = tuple[int, ...]


class Samples(NamedTuple):
    """x: (N, *shape)."""

    x: Tensor

    @property
    def real(self) -> Tensor:
        """What G is to draw like, of every kind of batch: (N, *shape)."""
        return self.x


class Labelled(NamedTuple):
    """x: (N, *shape).  y: (N,) int64, the class of each.  A game that eats Samples eats these too."""

    x: Tensor
    y: Tensor

    @property
    def real(self) -> Tensor:
        return self.x


class Pairs(NamedTuple):
    """a: (N, *given), with a plane behind its picture for each number that is told beside it.  b: (N, *shape), what a becomes."""

    a: Tensor
    b: Tensor

    @property
    def real(self) -> Tensor:
        return self.b


class Unpaired(NamedTuple):
    """a: (N, *given).  b: (N, *shape).  a[i] and b[i] have nothing to do with one another."""

    a: Tensor
    b: Tensor

    @property
    def real(self) -> Tensor:
        return self.b


class FewLabels(NamedTuple):
    """x: (N, *shape), without labels.  few: (N, *shape), drawn from the few that have one.  y: (N,) int64, their classes."""

    x: Tensor
    few: Tensor
    y: Tensor

    @property
    def real(self) -> Tensor:
        return self.x


Batch = Samples | Labelled | Pairs | Unpaired | FewLabels

SERVES: dict[type, tuple[type, ...]] = {
    Samples: (Samples, Labelled),
    Labelled: (Labelled,),
    FewLabels: (Labelled,),
    Pairs: (Pairs,),
    Unpaired: (Unpaired, Pairs),
}
"""For what a game eats, the kinds of batches that will do."""


class Source(Protocol):
    """An opened data set on its device. All its randomness comes from the generator it is handed."""

    def batch(self, n: int, generator: Generator) -> Batch:
        """The next n examples; moves the source's place in the data set on."""
        ...

    def state(self) -> dict[str, Tensor]:
        """Its place in the data set, for a checkpoint; empty for a source that draws."""
        ...

    def load_state(self, state: dict[str, Tensor]) -> None:
        """The inverse of `state`.  ValueError if the state belongs to another data set."""
        ...


def portions(x: Tensor, most: int) -> Iterator[Tensor]:
    """x (N, ...) in order, at most so many at a time."""
    return (x[start : start + most] for start in range(0, len(x), most))


def hot(choices: Tensor, size: int) -> Tensor:
    """Whole numbers (N,) in 0..size-1 as one-hot vectors (N, size), without a look at them that would wait for the device."""
    return (choices[:, None] == torch.arange(size, device=choices.device)).to(torch.float32)
