"""Files that are either as they were or whole and new, whatever happens while they are written."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import IO


def replace(path: Path, content: bytes, *, previous: Path | None = None) -> None:
    """Put `content` into a file at once; what was there before goes to `previous`.

    OSError, and the old file intact, if it cannot.
    """
    fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if previous is not None and path.exists():
            _keep(path, previous)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(path.parent)


def append(path: Path, content: bytes) -> None:
    """Add to the end of a file all of `content` or nothing.  OSError if it cannot."""
    with path.open("ab", buffering=0) as file:
        start, left = file.seek(0, os.SEEK_END), memoryview(content)
        try:
            while left:
                left = left[file.write(left) :]
        except OSError:
            file.truncate(start)
            raise


def sweep(folder: Path, names: tuple[str, ...]) -> None:
    """Remove what a killed process left half written of these files. Only for the one process that writes them."""
    for name in names:
        for path in folder.glob(f"{name}.*.tmp"):
            path.unlink(missing_ok=True)


def claim(folder: Path, patience: float = 0.0) -> IO[str]:
    """A lock on a folder that lasts as long as the file that is returned, at most as long as this process.

    TimeoutError if another process still has it after `patience` seconds.
    """
    file = (folder / "owner.lock").open("w")
    if os.name != "posix":
        return file  # no such locks there
    import fcntl

    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return file
        except BlockingIOError:
            if time.monotonic() >= until:
                file.close()
                raise TimeoutError(f"another process works in {folder.name}") from None
            time.sleep(0.1)


def _keep(path: Path, previous: Path) -> None:
    """A hard link, so that at no moment is there no good file."""
    step = previous.with_name(f"{previous.name}.{os.getpid()}.tmp")
    step.unlink(missing_ok=True)
    os.link(path, step)
    step.replace(previous)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # only there can a folder be synced
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
