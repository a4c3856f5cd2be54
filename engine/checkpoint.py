"""Checkpoints that survive a power cut: atomic, checksummed, the previous one kept.

A file is a short envelope (magic, length, sha256) around a safetensors file, so nothing in it can run code: a checkpoint may
come from a stranger. Tensors carry names; plain facts (recipe, rounds, versions) stand in the safetensors header as JSON.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

MAGIC = b"GAN playground 1\n"
HEAD = len(MAGIC) + 8 + 32  # magic, length of the payload, its sha256
NAME = "checkpoint.gan"
LARGEST = 512 * 1024 * 1024  # bytes


class BadCheckpoint(ValueError):
    """A checkpoint that is damaged or not one of ours; the message is one sentence for a person."""


class Checkpoint(NamedTuple):
    """tensors: by name.  facts: plain data, among them config (a dict) and rounds."""

    tensors: dict[str, Tensor]
    facts: dict[str, Any]


def pack(checkpoint: Checkpoint) -> bytes:
    """The file's bytes."""
    tensors = {name: value.detach().cpu().contiguous().clone() for name, value in checkpoint.tensors.items()}
    facts = checkpoint.facts | {"torch": torch.__version__}
    payload = save(tensors, metadata={"facts": json.dumps(facts, allow_nan=False)})
    return MAGIC + len(payload).to_bytes(8, "little") + hashlib.sha256(payload).digest() + payload


def unpack(content: bytes) -> Checkpoint:
    """The inverse of `pack`.  BadCheckpoint for anything else than an undamaged file of ours."""
    if not content.startswith(MAGIC):
        raise BadCheckpoint("This file is no saved run of the GAN playground.")
    length = int.from_bytes(content[len(MAGIC) : len(MAGIC) + 8], "little")
    digest, payload = content[HEAD - 32 : HEAD], content[HEAD:]
    if len(payload) != length or hashlib.sha256(payload).digest() != digest:
        raise BadCheckpoint("This saved run is damaged: its checksum does not fit.")
    try:
        header = json.loads(payload[8 : 8 + int.from_bytes(payload[:8], "little")])
        return Checkpoint(load(payload), json.loads(header["__metadata__"]["facts"]))
    except (SafetensorError, KeyError, TypeError, ValueError) as error:
        raise BadCheckpoint("This saved run cannot be read; it was made by another version.") from error


def write(folder: Path, checkpoint: Checkpoint) -> Path:
    """Save into a run's folder. Either the new file is there, whole, or the old one still is.  OSError if the disk is full."""
    path, content = folder / NAME, pack(checkpoint)
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    try:
        with fresh.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            _keep_previous(path)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync_folder(folder)
    return path


def read(folder: Path) -> Checkpoint:
    """The newest undamaged checkpoint of a run's folder.  BadCheckpoint if there is none."""
    reason = f"There is no saved state in {folder.name}."
    for path in (folder / NAME, previous(folder)):
        try:
            return unpack(path.read_bytes())
        except FileNotFoundError:
            continue
        except BadCheckpoint as error:
            reason = str(error)
    raise BadCheckpoint(reason)


def previous(folder: Path) -> Path:
    """Where the checkpoint before the newest is."""
    return (folder / NAME).with_suffix(".previous.gan")


def sweep(folder: Path) -> None:
    """Remove what a killed process left half written."""
    for path in folder.glob("*.tmp"):
        path.unlink(missing_ok=True)


def _keep_previous(path: Path) -> None:
    kept = previous(path.parent)
    step = kept.with_suffix(".tmp")
    step.unlink(missing_ok=True)
    os.link(path, step)  # a hard link, so that at no moment is there no good file
    step.replace(kept)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # only there can a folder be synced
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
