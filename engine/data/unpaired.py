"""Two folders of the user's own pictures that need not belong together: what CycleGAN takes."""

from __future__ import annotations

from typing import ClassVar

import torch

from engine.batches import Batch, Unpaired
from engine.data.archive import Files, counted, files_in, first_few, without
from engine.data.base import DataUnavailable, Tell, TwoSided, silent
from engine.data.picture import BadUpload
from engine.data.reading import read_pictures, together
from engine.data.sides import Folders, folders_in, with_fifth
from engine.data.stored import StoredApart, numbers
from engine.parts import knob


class TwoFolders(TwoSided):
    """Pictures of two kinds, each in its folder, in any numbers: horses and zebras.  Zhu et al. 2017, arXiv:1703.10593.

    The folder that comes first by name is a. Every fifth of each by name is held out.
    """

    title: ClassVar[str] = "Two folders of your own"
    gives: ClassVar[type] = Unpaired
    instead: ClassVar[str] = "derived"
    path: str = knob("", help="a folder or a .zip with two folders of pictures", upload=True)
    size: int = knob(64, 16, 128, "side of the pictures in pixels")

    @property
    def files(self) -> str:
        return self.path

    def open(self, device: torch.device, tell: Tell = silent) -> StoredApart:
        """Read all but every fifth of each.  BadUpload if a folder has nothing of use, or there are not two."""
        said, sides = [], []
        with files_in(self.path) as files:
            folders = two_folders(files)
            left_out = folders.problems
            for title, names in zip(folders.titles, (folders.a, folders.b), strict=True):
                train, held = with_fifth(list(names.values()))
                pictures, problems = read_pictures(files, train, size=self.size, grey=False, tell=tell)
                if not pictures:
                    raise BadUpload(f"{title} in {files.title} has no picture that can be used{first_few(problems)}.")
                sides.append(together(pictures, device))
                said.append(f"{counted(len(pictures), 'picture')} of {title}, {len(held) or 'none'} held out")
                left_out += problems
        tell(f"{'; '.join(said)}{without(left_out)}.", 1.0)
        return StoredApart(*sides)

    def held_out(self, n: int, device: torch.device, tell: Tell = silent) -> Batch:
        """Of every fifth picture of each folder the first n, of both equally many."""
        try:
            with files_in(self.path) as files:
                folders = two_folders(files)
                fifths = [with_fifth(list(names.values()))[1][:n] for names in (folders.a, folders.b)]
                a, b = (read_pictures(files, fifth, size=self.size, grey=False, tell=tell)[0] for fifth in fifths)
        except BadUpload as error:
            raise DataUnavailable(str(error)) from None
        if not a or not b:
            raise DataUnavailable("A folder has less than five pictures, so none is kept back to measure with.")
        some = min(len(a), len(b))
        return Unpaired(numbers(together(a[:some], device)), numbers(together(b[:some], device)))


def two_folders(files: Files) -> Folders:
    """BadUpload where there are not two."""
    folders = folders_in(files.names, files.title)
    if folders is None:
        raise BadUpload(f"{files.title} has no two folders: put the pictures of each kind into a folder of its own.")
    return folders
