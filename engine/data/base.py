"""What every data source is: a part that says what it gives, and opens into a source on a device."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar, Literal, NamedTuple

import torch
from torch import Generator, Tensor

from engine.batches import Batch, Samples, Shape, Source
from engine.parts import Part

Tell = Callable[[str, float | None], None]
"""Hears how a slow step is going: a sentence, and the share that is done from 0 to 1 (None: unknown)."""


def silent(sentence: str, share: float | None = None) -> None:
    """The `Tell` of somebody who does not want to know."""


HELD_OUT = 2**32 - 1  # a seed beyond those of all runs; the CPU's generator takes no more than 32 bits, 2**33 would be 0 to it


class DataUnavailable(RuntimeError):
    """The data cannot be had here; the message is one sentence that says what to do about it."""


class Wish(NamedTuple):
    """Something that is told beside a picture that is to be translated: in planes of one number each, behind its channels.

    A colour has three, red, green and blue in [-1, 1]; a choice has one for each of its names, 1 for the one that is meant and
    -1 for the others.
    """

    name: str
    kind: Literal["colour", "choice"]
    names: tuple[str, ...] = ()
    first: str = ""  # of a choice, what is told where nobody has chosen; empty: the first of its names

    @property
    def planes(self) -> int:
        return 3 if self.kind == "colour" else len(self.names)


Brought = Literal["outline", "picture", "grey", "small", "hole"]
"""What is handed to whoever translates: dark lines on white, a picture, one without colour, a small one, one with a grey hole."""


class Data(Part, ABC):
    """A data source, closed: its shape and classes are known before a single example is read."""

    gives: ClassVar[type] = Samples
    are: ClassVar[str] = "pictures"  # what its examples are, in a sentence
    licence: ClassVar[str] = "drawn by us; MIT, as all of this"
    instead: ClassVar[str] = ""
    """Data of the same kind, by name, that can always be had; empty where these can."""

    @property
    @abstractmethod
    def shape(self) -> Shape:
        """The shape of one example, (C, H, W) of a picture or (d,) of a point."""

    @property
    def files(self) -> str | None:
        """The path of a person's own files that it reads, empty if none is named yet; None where it reads none."""
        return None

    @property
    def download(self) -> int:
        """How many bytes somebody would have to wait for first, where they are so many that a host may refuse it."""
        return 0

    @property
    def given(self) -> Shape:
        """Of pairs, the shape of what is to be translated, the planes of its wishes among its channels; else nothing."""
        return ()

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """What is told beside it, in the order of its last channels."""
        return ()

    @property
    def pictured(self) -> int:
        """How many channels of what is given are its picture, where pictures are given; the planes come behind."""
        return (self.given or self.shape)[0] - sum(wish.planes for wish in self.wishes)

    @property
    def picture(self) -> Shape:
        """Of pairs, the shape of what is given without the planes of its wishes; else nothing."""
        return (self.pictured, *self.given[1:]) if self.given else ()

    @property
    def brought(self) -> Brought:
        """Of pairs, what a person has to bring for a translation: the kind of picture a."""
        return "picture"

    @property
    def sides(self) -> tuple[str, str]:
        """Of pairs, what a person calls the two pictures."""
        return ("a", "b")

    @property
    def class_names(self) -> tuple[str, ...]:
        """What a person calls each class, in the order of the labels; empty where there are no labels."""
        return ()

    @property
    def label_name(self) -> str:
        """What a label tells of an example, in a word."""
        return "class"

    @property
    def classes(self) -> int:
        """The number of classes; 0 where there are no labels."""
        return len(self.class_names)

    @property
    def shares(self) -> tuple[float, ...]:
        """How much of the data each class is, in the order of the labels: all are alike, where nothing else is said."""
        return (1 / self.classes,) * self.classes

    @property
    def named_by(self) -> Data:
        """Where several pictures are stacked in one, as its channels, the data that they are from; else these."""
        return self

    @abstractmethod
    def open(self, device: torch.device, tell: Tell = silent) -> Source:
        """Get the data onto the device.  May be slow and says so through `tell`; DataUnavailable where it cannot."""

    def training(self, seed: int, device: torch.device, tell: Tell = silent) -> Source:
        """What a run of this seed learns from: all there is, but where data that are drawn are said to be few."""
        return self.open(device, tell)

    def held_out(self, n: int, device: torch.device, tell: Tell = silent) -> Batch:
        """At most n examples that no run trains on, always the same: here freshly drawn; a test set, where there is one.

        DataUnavailable where the data cannot be had, or none of them is kept back.
        """
        return self.open(device, tell).batch(n, Generator(device).manual_seed(HELD_OUT))


class TwoSided(Data):
    """Somebody's pictures of two kinds, in colour, both made squares of one side, which is their knob."""

    size: int

    @property
    def shape(self) -> Shape:
        return (3, self.size, self.size)

    @property
    def given(self) -> Shape:
        return self.shape


class Drawn:
    """A source that makes every example afresh: it has no place to remember and no end."""

    def __init__(self, draw: Callable[[int, Generator], Batch]) -> None:
        self._draw = draw

    def batch(self, n: int, generator: Generator) -> Batch:
        return self._draw(n, generator)

    def state(self) -> dict[str, Tensor]:
        return {}

    def load_state(self, state: dict[str, Tensor]) -> None:
        if state:
            raise ValueError("This checkpoint was made with stored pictures, but this run's data are drawn as it goes.")
