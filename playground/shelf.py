"""Runs on disk: whose each folder is, which of them are too many, what earlier servers left."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from engine import RunConfig
from playground.limits import Limits

OWNER, GONE = "owner.json", ".gone"


def sign(folder: Path, visitor: str, config: RunConfig) -> None:
    """Write down whose a run is, and its recipe.  OSError if the disk is full."""
    (folder / OWNER).write_text(json.dumps({"visitor": visitor}))
    (folder / "config.json").write_text(config.to_json())


def left_in(root: Path) -> Iterator[tuple[Path, str, RunConfig, float]]:
    """Folder, visitor, recipe and age in seconds of every run that earlier servers left; what they were removing goes."""
    wall = time.time()
    for folder in root.iterdir():
        if folder.suffix == GONE:
            shutil.rmtree(folder, ignore_errors=True)
            continue
        try:
            visitor = str(json.loads((folder / OWNER).read_text())["visitor"])
            config = RunConfig.from_json((folder / "config.json").read_text())
            age = max(wall - (folder / OWNER).stat().st_mtime, 0)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            continue  # the uploads, or a run of another version
        yield folder, visitor, config, age


def surplus(root: Path, busy: Collection[str], limits: Limits) -> Iterator[Path]:
    """The oldest folders beyond the limits of number and disk, less those whose run is busy."""
    found = {path: _weight(path) for path in root.iterdir() if (path / OWNER).exists()}
    idle = sorted((path for path in found if path.name not in busy), key=lambda path: found[path], reverse=True)
    taken = sum(size for path, (_, size) in found.items() if path.name in busy)
    for number, path in enumerate(idle):
        taken += found[path][1]
        if number >= limits.kept or taken > limits.disk:
            yield path


def set_aside(folder: Path) -> Path:
    """Give a folder a name under which it counts no more; returns it."""
    trash = folder.with_suffix(GONE)
    return folder.rename(trash)


def _weight(folder: Path) -> tuple[float, int]:
    """When a folder last changed, and its bytes, key frames included; nothing for one that is gone."""
    try:
        return folder.stat().st_mtime, sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    except OSError:
        return 0.0, 0
