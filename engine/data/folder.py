"""The user's own pictures, from a folder or a zip. A zip is a stranger's: read under hard caps, never unpacked."""

from __future__ import annotations

import os
import zipfile
import zlib
from collections.abc import Iterator, Sized
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from engine.batches import Batch, Shape
from engine.data.base import Data, DataUnavailable, Stored, Tell, silent
from engine.data.picture import BadUpload, square
from engine.parts import knob

MiB = 1 << 20
LARGEST_ARCHIVE = 50 * MiB
MOST_FILES = 5_000
LARGEST_FILE = 20 * MiB
LARGEST_CONTENT = 200 * MiB  # all files of an archive together, as really read: what a header claims is not believed
MOST_EXPANSION = 200  # how many times its own size an archive may hold, once that is more than one largest file
SIMPLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the other methods expand without limit inside the library
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


class File(NamedTuple):
    """A file that may be a picture: its name, its bytes, and if they could not be had why not."""

    name: str
    data: bytes
    problem: str = ""


class Folder(Data):
    """Your own pictures, from a folder or a zip: the middle square of each, made small.  Ours."""

    title: ClassVar[str] = "Your own pictures"
    instead: ClassVar[str] = "glyphs"
    path: str = knob("", help="a folder or a .zip with PNG, JPEG, WEBP, GIF or BMP pictures")
    size: int = knob(32, 16, 128, "side of the pictures in pixels")
    grey: bool = knob(False, help="without colour")

    @property
    def shape(self) -> Shape:
        return (1 if self.grey else 3, self.size, self.size)

    def open(self, device: torch.device, tell: Tell = silent) -> Stored:
        """Read every picture, leaving out bad files.  BadUpload if the path or the archive as a whole is of no use."""
        path = _place(self.path)
        pictures, problems = self._read(path, tell)
        if not pictures:
            raise BadUpload(f"{printable(path.name)} has no picture that can be used{_first_few(problems)}.")
        left_out = f", {_count(problems, 'file')} left out{_first_few(problems)}" if problems else ""
        tell(f"{_count(pictures, 'picture')}{left_out}.", 1.0)
        return Stored(torch.from_numpy(np.stack(pictures)).to(device))

    def held_out(self, n: int, device: torch.device, tell: Tell = silent) -> Batch:
        raise DataUnavailable("All pictures of a folder are trained on, so none is kept back to measure with.")

    def _read(self, path: Path, tell: Tell) -> tuple[list[npt.NDArray[np.uint8]], list[str]]:
        """The pictures, (C, size, size) each, and for each file left out its name and why."""
        pictures, problems = [], []
        for i, (file, count) in enumerate(_files(path)):
            tell(f"Reading picture {i + 1:,} of {count:,}.", i / count)
            try:
                if file.problem:
                    raise BadUpload(file.problem)
                pictures.append(square(file.data, size=self.size, grey=self.grey))
            except BadUpload as error:
                problems.append(f"{printable(file.name)} {error}")
        return pictures, problems


def _place(given: str) -> Path:
    """The folder or file a person means; anything else, a device or a pipe included, is refused."""
    try:
        path = Path(given).expanduser()
        if given and (path.is_dir() or path.is_file()):
            return path
    except (OSError, RuntimeError, ValueError):  # a name too long, ~nobody, a NUL byte
        pass
    raise BadUpload(f"There is no folder or zip {printable(given)!r}: give the path of your pictures.")


def printable(name: str) -> str:
    """A file's name as it may be shown: one short line, whatever a stranger put into it."""
    line = "".join(letter if letter.isprintable() else "?" for letter in name)
    return line if len(line) <= 60 else f"{line[:40]}...{line[-17:]}"


def _count(things: Sized, noun: str) -> str:
    return f"{len(things):,} {noun}{'' if len(things) == 1 else 's'}"


def _first_few(problems: list[str]) -> str:
    more = f", and {len(problems) - 3:,} more" if len(problems) > 3 else ""
    return f" ({', '.join(problems[:3])}{more})" if problems else ""


def _files(path: Path) -> Iterator[tuple[File, int]]:
    """The files of a folder or a zip in the order of their names, each with how many there are."""
    if path.is_dir():
        names = _names_below(path)
        return ((_read_file(path, name), len(names)) for name in names)
    return _members(path)


def _hidden(name: str) -> bool:
    """Files that systems leave behind: .DS_Store, __MACOSX/."""
    return any(part.startswith(("__MACOSX", ".")) and part not in (".", "..") for part in name.split("/"))


def _names_below(root: Path) -> list[str]:
    names: list[str] = []
    for here, _, files in os.walk(root):  # does not follow links to folders
        below = [(Path(here) / file).relative_to(root).as_posix() for file in files]
        names += [name for name in below if not _hidden(name)]
        if len(names) > MOST_FILES:
            raise BadUpload(f"{printable(root.name)} has more than {MOST_FILES:,} files: choose a smaller folder.")
    return sorted(names)


def _read_file(root: Path, name: str) -> File:
    path = root / name
    if path.is_symlink() or not path.is_file():
        return File(name, b"", "is no ordinary file")
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError:
        return File(name, b"", "cannot be read")
    return File(name, data, "is larger than 20 MiB" if len(data) > LARGEST_FILE else "")


def _members(path: Path) -> Iterator[tuple[File, int]]:
    """The files in a zip, read into memory one by one and bounded by what has really come out so far."""
    weight, shown = path.stat().st_size, printable(path.name)
    if weight > LARGEST_ARCHIVE:
        raise BadUpload(f"{shown} is larger than 50 MiB: put fewer or smaller pictures into it.")
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE:
        raise BadUpload(f"{shown} is neither a folder nor a zip that can be read.") from None
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir() and not _hidden(member.filename)]
        if len(members) > MOST_FILES:
            raise BadUpload(f"{shown} has more than {MOST_FILES:,} files: put fewer pictures into it.")
        left = min(LARGEST_CONTENT, max(MOST_EXPANSION * weight, LARGEST_FILE))
        for member in sorted(members, key=lambda one: one.filename):
            file = _read_member(archive, member, min(LARGEST_FILE, left) + 1)
            left -= len(file.data)
            if left < 0:
                raise BadUpload(
                    f"{shown} expands to far more than its size, in {printable(member.filename)}: it looks like a bomb."
                )
            yield file, len(members)


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> File:
    """At most that many bytes of a member."""
    name = member.filename
    if member.flag_bits & 1:
        return File(name, b"", "is locked with a password")
    if member.compress_type not in SIMPLE:
        return File(name, b"", "is packed in an unusual way")
    try:
        with archive.open(member) as file:
            data = file.read(most)
    except UNREADABLE:
        return File(name, b"", "is damaged")
    return File(name, data, "is larger than 20 MiB" if len(data) > LARGEST_FILE else "")
