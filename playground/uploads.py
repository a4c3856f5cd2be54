"""Pictures that visitors bring: stored under the server's own names, and only their owner may train on them."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import BadRecipe, RunConfig
from playground.limits import Refused

if TYPE_CHECKING:
    from playground.registry import Registry

FOLDER = "uploads"  # below the runs
LARGEST = 20 * 1024 * 1024  # bytes of a zip
OLD = 24 * 3600.0  # seconds after which one that is not used goes
MOST = 5  # zips of one visitor; the oldest goes


def uploads_of(root: Path, visitor: str) -> Path:
    """The folder of a visitor's uploads, below the folder of all runs."""
    return root / FOLDER / hashlib.sha256(visitor.encode()).hexdigest()[:24]


def store_upload(registry: Registry, path: Any, visitor: str) -> str:
    """Keep an uploaded zip; returns where.  Refused if it is too large. What is in it is checked when it is opened."""
    if not visitor:
        raise Refused("This page knows your pictures again by a cookie: please allow it.")
    if not isinstance(path, str) or not Path(path).is_file():
        raise Refused("The upload did not arrive; please try again.")
    source = Path(path)
    if source.stat().st_size > LARGEST:
        raise Refused(f"This file is larger than {LARGEST // 2**20} MB; please bring fewer or smaller pictures.")
    folder = uploads_of(registry.root, visitor)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        kept = folder / f"{hashlib.sha256(source.read_bytes()).hexdigest()[:16]}.zip"
        shutil.copyfile(source, kept)
        for old in sorted(folder.glob("*.zip"), key=lambda file: file.stat().st_mtime, reverse=True)[MOST:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise Refused(f"The upload could not be kept: {error.strerror}.") from None
    return str(kept)


def stale(root: Path, named: Collection[str], now: float) -> Iterator[Path]:
    """Uploads older than OLD that no recipe of a kept run names."""
    for file in (root / FOLDER).glob("*/*.zip"):
        try:
            if str(file) not in named and now - file.stat().st_mtime > OLD:
                yield file
        except OSError:
            continue  # somebody else has removed it


def check_files(config: RunConfig, root: Path, visitor: str) -> None:
    """BadRecipe unless the files that the recipe names are this visitor's own uploads."""
    named = config.data.files
    if named is None:
        return
    if not named:
        raise BadRecipe("Upload a zip of pictures first, below the menu of data sets.")
    try:
        path = Path(named).resolve()
        theirs = uploads_of(root, visitor).resolve() in path.parents and path.is_file()
    except (OSError, ValueError, RuntimeError):  # a name too long, a NUL byte, links in a circle
        theirs = False
    if not theirs:
        raise BadRecipe("Only pictures that you have uploaded yourself can be used here.")


def allowed(registry: Registry, config: RunConfig, visitor: str) -> RunConfig:
    """The recipe, if the files it names are this visitor's own or the server is a person's own.  BadRecipe otherwise."""
    if config.data.files == "":
        raise BadRecipe("There are no pictures yet: upload a zip below the menu of data sets, or give the path of a folder.")
    if not registry.limits.own_files:
        check_files(config, registry.root, visitor)
    return config
