"""The user's own pairs of pictures, from a folder or a zip, as pix2pix or as CycleGAN lays them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Literal

import torch
from torch import Tensor

from engine.batches import Batch, Pairs
from engine.data.archive import counted, files_in, first_few, without
from engine.data.base import DataUnavailable, Tell, TwoSided, silent
from engine.data.picture import BadUpload, Pixels
from engine.data.reading import read_couples, together
from engine.data.sides import pairs_in, with_fifth
from engine.data.stored import StoredPairs, numbers
from engine.data.unpaired import TwoFolders
from engine.parts import knob

Direction = Literal["a to b", "b to a"]


class OwnPairs(TwoSided):
    """Your own pairs: pictures twice as wide as high, a beside b, or two folders in which partners have the same name.

    The first is the format of Isola et al. 2017, arXiv:1611.07004; of two folders the first by name is a. Every fifth pair by
    name is held out.
    """

    title: ClassVar[str] = "Your own pairs"
    gives: ClassVar[type] = Pairs
    instead: ClassVar[str] = "derived"
    path: str = knob("", help="a folder or a .zip with pairs of pictures", upload=True)
    size: int = knob(64, 16, 128, "side of the pictures in pixels")
    direction: Direction = knob("a to b", help="what is to become what: a is the left half, or the folder that comes first")

    @property
    def sides(self) -> tuple[str, str]:
        return ("a", "b") if self.direction == "a to b" else ("b", "a")

    @property
    def files(self) -> str:
        return self.path

    def open(self, device: torch.device, tell: Tell = silent) -> StoredPairs:
        """Read all but every fifth, leaving out what is of no use.  BadUpload if all of it is, or has no pairs."""
        with files_in(self.path) as files:
            couples, left_out = pairs_in(files.names, files.title, TwoFolders.title)
            train, held = with_fifth(couples)
            pairs, problems = read_couples(files, train, size=self.size, tell=tell)
            left_out += problems
            if not pairs:
                raise BadUpload(
                    f"{files.title} has no pair that can be used{first_few(left_out)}: "
                    "a pair is a picture twice as wide as high, or two of the same name in two folders."
                )
        kept = f"{len(held):,} held out" if held else "none held out of less than five"
        tell(f"{counted(len(pairs), 'pair')} to train on, {kept}{without(left_out)}.", 1.0)
        return StoredPairs(*directed(pairs, self.direction, device))

    def held_out(self, n: int, device: torch.device, tell: Tell = silent) -> Batch:
        """Of every fifth pair the first n."""
        try:
            with files_in(self.path) as files:
                couples, _ = pairs_in(files.names, files.title, TwoFolders.title)
                pairs, problems = read_couples(files, with_fifth(couples)[1][:n], size=self.size, tell=tell)
        except BadUpload as error:
            raise DataUnavailable(str(error)) from None
        if not pairs:
            raise DataUnavailable(
                f"The pairs that are held out cannot be used{first_few(problems)}."
                if problems
                else "There are less than five pairs, so all are trained on and none is kept back to measure with."
            )
        a, b = directed(pairs, self.direction, device)
        return Pairs(numbers(a), numbers(b))


def directed(pairs: Sequence[tuple[Pixels, Pixels]], direction: Direction, device: torch.device) -> tuple[Tensor, Tensor]:
    """What is given and what it becomes, (N, 3, H, W) uint8 each."""
    a, b = (together(side, device) for side in zip(*pairs, strict=True))
    return (a, b) if direction == "a to b" else (b, a)
