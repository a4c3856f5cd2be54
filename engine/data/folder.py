"""The user's own pictures, from a folder or a zip."""

from __future__ import annotations

from typing import ClassVar

import torch

from engine.batches import Batch, Shape
from engine.data.archive import counted, files_in, first_few
from engine.data.base import Data, DataUnavailable, Tell, silent
from engine.data.picture import BadUpload
from engine.data.reading import read_pictures, together
from engine.data.stored import Stored
from engine.parts import knob


class Folder(Data):
    """Your own pictures, from a folder or a zip: the middle square of each, made small.  Ours."""

    title: ClassVar[str] = "Your own pictures"
    instead: ClassVar[str] = "glyphs"
    path: str = knob("", help="a folder or a .zip with PNG, JPEG, WEBP, GIF or BMP pictures", upload=True)
    size: int = knob(32, 16, 128, "side of the pictures in pixels")
    grey: bool = knob(False, help="without colour")

    @property
    def shape(self) -> Shape:
        return (1 if self.grey else 3, self.size, self.size)

    @property
    def files(self) -> str:
        return self.path

    def open(self, device: torch.device, tell: Tell = silent) -> Stored:
        """Read every picture, leaving out bad files.  BadUpload if the path or the archive as a whole is of no use."""
        with files_in(self.path) as files:
            pictures, problems = read_pictures(files, files.names, size=self.size, grey=self.grey, tell=tell)
            if not pictures:
                raise BadUpload(f"{files.title} has no picture that can be used{first_few(problems)}.")
        left_out = f", {counted(len(problems), 'file')} left out{first_few(problems)}" if problems else ""
        tell(f"{counted(len(pictures), 'picture')}{left_out}.", 1.0)
        return Stored(together(pictures, device))

    def held_out(self, n: int, device: torch.device, tell: Tell = silent) -> Batch:
        raise DataUnavailable("All pictures of a folder are trained on, so none is kept back to measure with.")
