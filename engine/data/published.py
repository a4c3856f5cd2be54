"""Pairs of pictures that others have published: CycleGAN's archives whose two folders belong together.

pix2pix's own archives (also edges2shoes and edges2handbags) are not here, for nobody has published their checksums; nor are
Cityscapes, which their owner no longer lets others hand on.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar, Literal, NamedTuple

import torch
from torch import Tensor

from engine.batches import Batch, Pairs
from engine.data.archive import Caps, MiB, counted, files_in
from engine.data.base import DataUnavailable, Tell, TwoSided, silent
from engine.data.download import data_root, fetch
from engine.data.pairs import Direction, directed
from engine.data.picture import BadUpload
from engine.data.reading import read_couples
from engine.data.sides import couples_of, folders_in
from engine.data.stored import StoredPairs, numbers
from engine.parts import knob

FOLDER = "cyclegan"  # of the archives, below the data folder
PLACES = ("https://efrosgans.eecs.berkeley.edu/cyclegan/datasets/", "http://efrosgans.eecs.berkeley.edu/cyclegan/datasets/")
CAPS = Caps(archive=2048 * MiB, files=20_000, content=4096 * MiB)


class Archive(NamedTuple):
    """What is known of an archive.  size: in bytes.  sha256: as TensorFlow Datasets has it (url_checksums/cycle_gan.txt).

    sides: what its a and b are.
    """

    sha256: str
    size: int
    sides: tuple[str, str]
    pairs: int


ARCHIVES = {
    "facades": Archive("9a31ebf3a31b9b5cd195dd5bf62e9308e00cb94604d1019e3889ac84248695c0", 35_135_868, ("photo", "labels"), 400),
    "maps": Archive(
        "639534f69dbf9f36bef8d6292a7698006361221f83f0285d7c9ca78afe6e8a9e", 1_476_754_427, ("aerial photo", "map"), 1_096
    ),
}


class Published(TwoSided):
    """Facades and their labels, or aerial photos and their maps, as in Isola et al. 2017, arXiv:1611.07004.

    400 facades of Tylecek and Sara 2013 (35 MB), or 1,096 pieces of New York (1.5 GB). The archives are those of Zhu et al.
    2017, arXiv:1703.10593; their test pictures are held out.
    """

    title: ClassVar[str] = "Published pairs"
    gives: ClassVar[type] = Pairs
    instead: ClassVar[str] = "derived"
    licence: ClassVar[str] = (
        "facades: CMP Facade Database, Radim Tylecek and Radim Sara; maps: from Google Maps; we know of no licence for either"
    )
    of: Literal["facades", "maps"] = knob("facades", help="facades: 35 MB to download; maps: 1.5 GB")
    size: int = knob(64, 16, 128, "side of the pictures in pixels")
    direction: Direction = knob("b to a", help="a is the photo: b to a makes photos of labels or maps, a to b the other way")

    @property
    def archive(self) -> Archive:
        return ARCHIVES[self.of]

    @property
    def sides(self) -> tuple[str, str]:
        a, b = self.archive.sides
        return (a, b) if self.direction == "a to b" else (b, a)

    @property
    def download(self) -> int:
        return 0 if self._path.is_file() else self.archive.size

    @property
    def _path(self) -> Path:
        return data_root() / FOLDER / f"{self.of}.zip"

    def open(self, device: torch.device, tell: Tell = silent) -> StoredPairs:
        a, b = self._read("train", None, device, tell)
        tell(f"Loaded {counted(len(a), 'pair')} of {self.of}.", 1.0)
        return StoredPairs(a, b)

    def held_out(self, n: int, device: torch.device, tell: Tell = silent) -> Batch:
        """The first n of the test pictures."""
        a, b = self._read("test", n, device, tell)
        return Pairs(numbers(a), numbers(b))

    def _read(self, split: str, most: int | None, device: torch.device, tell: Tell) -> tuple[Tensor, Tensor]:
        """What is given and what it becomes, (N, 3, H, W) uint8 each, of all pairs or the first so many."""
        self._fetch(tell)
        try:
            with files_in(str(self._path), CAPS) as files:
                wanted = {f"{split}A", f"{split}B"}
                folders = folders_in([name for name in files.names if wanted & set(name.split("/")[:-1])], files.title)
                couples = couples_of(folders)[0][:most] if folders else []
                pairs, _ = read_couples(files, couples, size=self.size, tell=tell)
        except BadUpload as error:
            raise DataUnavailable(f"{self.title} cannot be read: {error}") from None
        if not pairs:
            raise DataUnavailable(f"{self._path} holds no pairs to {split} with.")
        return directed(pairs, self.direction, device)

    def _fetch(self, tell: Tell) -> None:
        try:
            fetch([f"{place}{self.of}.zip" for place in PLACES], self._path, self.archive.sha256, tell)
        except DataUnavailable as error:
            raise DataUnavailable(
                f"The {self.of} are not on this computer, and {error} Put {self._path.name} into {self._path.parent}, "
                "or choose a picture and what is left of it, drawn by us, which needs no network."
            ) from error
