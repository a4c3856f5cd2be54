"""Checkpoints that survive a power cut: atomic, checksummed, the previous one kept.

A file is a short envelope (magic, length, sha256) around a safetensors file, so nothing in it can run code: a checkpoint
may come from a stranger. Tensors carry names; plain facts (recipe, rounds, versions) stand in the safetensors header as
JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from engine import files

FAMILY = b"GAN playground "
MAGIC = FAMILY + b"1\n"
HEAD = len(MAGIC) + 8 + 32  # magic, length of the payload, its sha256
NAME = "checkpoint.gan"
LEARNED = ("net", "average", "optimizer", "past")  # what stands before the first slash of a tensor that training changes
MOST_ROUNDS = 2**53
MOST_COLUMNS = 256  # readings; each costs memory in the recorder


class BadCheckpoint(ValueError):
    """A checkpoint that is damaged or not one of ours; the message is one sentence for a person."""


class Checkpoint(NamedTuple):
    """tensors: by name.  facts: plain data, among them config (a dict) and rounds."""

    tensors: dict[str, Tensor]
    facts: dict[str, Any]


def pack(checkpoint: Checkpoint) -> bytes:
    """The file's bytes.  BadCheckpoint if what was learned is not finite: nobody could go on from that."""
    tensors = {name: value.detach().cpu().contiguous().clone() for name, value in checkpoint.tensors.items()}
    _check_finite(tensors)
    facts = checkpoint.facts | {"torch": torch.__version__}
    payload = save(tensors, metadata={"facts": json.dumps(facts, allow_nan=False)})
    return MAGIC + len(payload).to_bytes(8, "little") + hashlib.sha256(payload).digest() + payload


def unpack(content: bytes) -> Checkpoint:
    """The inverse of `pack`.  BadCheckpoint for anything else than an undamaged file of ours."""
    if not content.startswith(MAGIC):
        ours = content.startswith(FAMILY)
        raise BadCheckpoint(
            "This saved run was made by another version of the GAN playground."
            if ours
            else "This file is no saved run of the GAN playground."
        )
    length = int.from_bytes(content[len(MAGIC) : len(MAGIC) + 8], "little")
    digest, payload = content[HEAD - 32 : HEAD], content[HEAD:]
    if len(payload) != length or hashlib.sha256(payload).digest() != digest:
        raise BadCheckpoint("This saved run is damaged: its checksum does not fit.")
    try:
        header = json.loads(payload[8 : 8 + int.from_bytes(payload[:8], "little")])
        checkpoint = Checkpoint(load(payload), json.loads(header["__metadata__"]["facts"]))
        _check_facts(checkpoint.facts)
    except (SafetensorError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise BadCheckpoint("This saved run cannot be read; it was made by another version.") from error
    _check_finite(checkpoint.tensors)
    return checkpoint


def write(folder: Path, checkpoint: Checkpoint) -> Path:
    """Save into a run's folder. Either the new file is there, whole, or the old one still is.

    OSError if the disk is full.  BadCheckpoint if what was learned is not finite.
    """
    path = folder / NAME
    files.replace(path, pack(checkpoint), previous=previous(folder))
    return path


def read(folder: Path, warn: Callable[[str], None] = lambda sentence: None) -> Checkpoint:
    """The newest undamaged checkpoint of a run's folder; `warn` hears why an older one was taken.

    BadCheckpoint if there is none.
    """
    reason = ""
    for path in (folder / NAME, previous(folder)):
        try:
            checkpoint = unpack(path.read_bytes())
        except FileNotFoundError:
            continue
        except OSError as error:
            reason = reason or f"The saved state cannot be read: {error.strerror}."
        except BadCheckpoint as error:
            reason = reason or str(error)
        else:
            if reason:
                warn(f"{reason} Going on from the state that was saved before it.")
            return checkpoint
    raise BadCheckpoint(reason or f"There is no saved state in {folder.name}.")


def previous(folder: Path) -> Path:
    """Where the checkpoint before the newest is."""
    return (folder / NAME).with_suffix(".previous.gan")


def holds_any(folder: Path) -> bool:
    """Whether a run has ever been saved here, readable or not."""
    return (folder / NAME).exists() or previous(folder).exists()


def sweep(folder: Path) -> None:
    """Remove what a killed process left half written."""
    files.sweep(folder, (NAME, previous(folder).name, "readings.csv", "checks.csv"))


def _check_finite(tensors: Mapping[str, Tensor]) -> None:
    for name, value in tensors.items():
        if name.partition("/")[0] in LEARNED and value.is_floating_point() and not bool(value.isfinite().all()):
            raise BadCheckpoint(f"This state is not finite: {name[:80]!r} holds NaN or infinity.")


def _check_facts(facts: Any) -> None:
    """ValueError unless the facts that every checkpoint has are of their kind and size."""
    rounds, columns = facts["rounds"], facts.get("columns", [])
    if type(rounds) is not int or not 0 <= rounds < MOST_ROUNDS:
        raise ValueError("rounds is no number of rounds")
    if not isinstance(columns, list) or len(columns) > MOST_COLUMNS or not all(isinstance(c, str) for c in columns):
        raise ValueError("columns are no names of readings")
