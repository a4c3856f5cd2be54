"""The files of a folder or a zip, by name. A zip is a stranger's: read under hard caps, never unpacked."""

from __future__ import annotations

import os
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from engine.data.picture import BadUpload

MiB = 1 << 20
SIMPLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the other methods expand without limit inside the library
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError)


class Caps(NamedTuple):
    """How much is read at most: files, and bytes of a zip, of one file, and of all files of a zip together.

    The last as really read: what a header claims is not believed.  expansion: how many times its own size a zip may hold,
    once that is more than one largest file.
    """

    archive: int = 50 * MiB
    files: int = 5_000
    file: int = 20 * MiB
    content: int = 200 * MiB
    expansion: int = 200


OF_A_VISITOR = Caps()


class File(NamedTuple):
    """A file that may be a picture: its name, its bytes, and if they could not be had why not."""

    name: str
    data: bytes
    problem: str = ""


class Files(ABC):
    """Files that are read one by one.  title: what a person calls the whole.  names: in their order."""

    def __init__(self, title: str, names: list[str], caps: Caps) -> None:
        self.title, self.names, self.caps = printable(title), names, caps

    @abstractmethod
    def read(self, name: str) -> File:
        """One of the files.  BadUpload if the whole must not be read any further."""

    def _checked(self, name: str, data: bytes) -> File:
        large = f"is larger than {self.caps.file // MiB} MiB" if len(data) > self.caps.file else ""
        return File(name, data, large)


@contextmanager
def files_in(given: str, caps: Caps = OF_A_VISITOR) -> Iterator[Files]:
    """The files below a folder or in a zip.  BadUpload if the path or the whole is of no use."""
    path = _place(given)
    if path.is_dir():
        yield OfFolder(path, caps)
        return
    with _zip(path, caps) as archive:
        yield OfZip(path, archive, caps)


def _place(given: str) -> Path:
    """The folder or file a person means; anything else, a device or a pipe included, is refused."""
    try:
        path = Path(given).expanduser()
        if given and (path.is_dir() or path.is_file()):
            return path
    except (OSError, RuntimeError, ValueError):  # a name too long, ~nobody, a NUL byte
        pass
    raise BadUpload(f"There is no folder or zip {printable(given)!r}: give the path of your pictures.")


def _hidden(name: str) -> bool:
    """Files that systems leave behind: .DS_Store, __MACOSX/."""
    return any(part.startswith(("__MACOSX", ".")) and part not in (".", "..") for part in name.split("/"))


class OfFolder(Files):
    """Ordinary files below a folder; links are not followed."""

    def __init__(self, root: Path, caps: Caps) -> None:
        super().__init__(root.name, _names_below(root, caps.files), caps)
        self.root = root

    def read(self, name: str) -> File:
        path = self.root / name
        if path.is_symlink() or not path.is_file():
            return File(name, b"", "is no ordinary file")
        try:
            with path.open("rb") as file:
                return self._checked(name, file.read(self.caps.file + 1))
        except OSError:
            return File(name, b"", "cannot be read")


def _names_below(root: Path, most: int) -> list[str]:
    names: list[str] = []
    for here, _, files in os.walk(root):  # does not follow links to folders
        below = [(Path(here) / file).relative_to(root).as_posix() for file in files]
        names += [name for name in below if not _hidden(name)]
        if len(names) > most:
            raise BadUpload(f"{printable(root.name)} has more than {most:,} files: choose a smaller folder.")
    return sorted(names)


class OfZip(Files):
    """The files in a zip, read into memory and bounded by what has really come out so far."""

    def __init__(self, path: Path, archive: zipfile.ZipFile, caps: Caps) -> None:
        shown, weight = printable(path.name), path.stat().st_size
        self.archive = archive
        entries = [member for member in archive.infolist() if not member.is_dir() and not _hidden(member.filename)]
        if len(entries) > caps.files:
            raise BadUpload(f"{shown} has more than {caps.files:,} files: put fewer pictures into it.")
        self.members = {member.filename: member for member in entries}  # of two with one name the later, as when unpacked
        super().__init__(path.name, sorted(self.members), caps)
        self.left = min(caps.content, max(caps.expansion * weight, caps.file))

    def read(self, name: str) -> File:
        file = self._member(self.members[name], min(self.caps.file, self.left) + 1)
        self.left -= len(file.data)
        if self.left < 0:
            raise BadUpload(f"{self.title} expands to far more than its size, in {printable(name)}: it looks like a bomb.")
        return file

    def _member(self, member: zipfile.ZipInfo, most: int) -> File:
        """At most that many bytes of a member."""
        name = member.filename
        if member.flag_bits & 1:
            return File(name, b"", "is locked with a password")
        if member.compress_type not in SIMPLE:
            return File(name, b"", "is packed in an unusual way")
        try:
            with self.archive.open(member) as file:
                return self._checked(name, file.read(most))
        except UNREADABLE:
            return File(name, b"", "is damaged")


def _zip(path: Path, caps: Caps) -> zipfile.ZipFile:
    shown = printable(path.name)
    if path.stat().st_size > caps.archive:
        raise BadUpload(f"{shown} is larger than {caps.archive // MiB} MiB: put fewer or smaller pictures into it.")
    try:
        return zipfile.ZipFile(path)
    except UNREADABLE:
        raise BadUpload(f"{shown} is neither a folder nor a zip that can be read.") from None


def printable(name: str) -> str:
    """A file's name as it may be shown: one short line, whatever a stranger put into it."""
    line = "".join(letter if letter.isprintable() else "?" for letter in name)
    return line if len(line) <= 60 else f"{line[:40]}...{line[-17:]}"


def first_few(problems: Sequence[str]) -> str:
    """The first three in brackets, and how many more; nothing of nothing."""
    more = f", and {len(problems) - 3:,} more" if len(problems) > 3 else ""
    return f" ({', '.join(problems[:3])}{more})" if problems else ""


def without(problems: Sequence[str]) -> str:
    """The end of a sentence that says how many are left out, and why the first ones are; nothing of nothing."""
    return f", {len(problems):,} left out{first_few(problems)}" if problems else ""


def counted(number: int, noun: str) -> str:
    """1 file, 2 files."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
