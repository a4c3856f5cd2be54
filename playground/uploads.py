"""Pictures that visitors bring: stored under the server's own names, and only their owner may train on them."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

from engine import BadRecipe, RunConfig
from playground.registry import Refused, Registry

LARGEST = 20 * 1024 * 1024  # bytes of a zip


def uploads_of(registry: Registry, visitor: str) -> Path:
    """The folder of a visitor's uploads."""
    return registry.root / "uploads" / hashlib.sha256(visitor.encode()).hexdigest()[:24]


def store_upload(registry: Registry, path: Any, visitor: str) -> str:
    """Keep an uploaded zip; returns where.  Refused if it is too large. What is in it is checked when it is opened."""
    source = Path(str(path))
    if not isinstance(path, str) or not source.is_file():
        raise Refused("The upload did not arrive; please try again.")
    if source.stat().st_size > LARGEST:
        raise Refused(f"This file is larger than {LARGEST // 2**20} MB; please bring fewer or smaller pictures.")
    folder = uploads_of(registry, visitor)
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{hashlib.sha256(source.read_bytes()).hexdigest()[:16]}.zip"
    shutil.copyfile(source, kept)
    return str(kept)


def allowed(registry: Registry, config: RunConfig, visitor: str) -> RunConfig:
    """The recipe, if the files it names are this visitor's own or the server is a person's own.  BadRecipe otherwise."""
    named = getattr(config.data, "path", None)
    if named is None or registry.limits.own_files:
        return config
    if not named:
        raise BadRecipe("Upload a zip of pictures first, below the menu of data sets.")
    if uploads_of(registry, visitor).resolve() not in Path(named).resolve().parents:
        raise BadRecipe("Only pictures that you have uploaded yourself can be used here.")
    return config
