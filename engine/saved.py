"""A saved run as one file, to go on with elsewhere: its state, and all that it has told, so that its curves come along."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from engine.checkpoint import MOST_COLUMNS, BadCheckpoint, Checkpoint, pack, read, unpack, write
from engine.journal import Journal
from engine.recorder import Rows

TOLD = ("readings", "checks")  # each a file of the run's folder, <name>.csv
MOST_ROWS = 200_000


def bundle(state: bytes, told: Mapping[str, Rows]) -> bytes:
    """A packed checkpoint with these rows, by name of TOLD, beside its state."""
    checkpoint = unpack(state)
    tensors = dict(checkpoint.tensors)
    for name, rows in told.items():
        tensors |= {f"told/{name}": torch.tensor(rows.values), f"told/{name}-rounds": torch.tensor(rows.rounds)}
    columns = {name: list(rows.columns) for name, rows in told.items()}
    return pack(Checkpoint(tensors, checkpoint.facts | {"told": columns}))


def bundle_folder(folder: Path) -> bytes:
    """The run that lies in this folder, as it was saved last.  BadCheckpoint if there is none."""
    return bundle(pack(read(folder)), {name: Journal(folder / f"{name}.csv").read() for name in TOLD})


def unfold(checkpoint: Checkpoint, folder: Path) -> None:
    """Lay a checked bundle out as a run's folder.  OSError if the disk is full."""
    for name, rows in told(checkpoint).items():
        Journal(folder / f"{name}.csv").replace(rows)
    state = {key: value for key, value in checkpoint.tensors.items() if not key.startswith("told/")}
    write(folder, Checkpoint(state, {key: value for key, value in checkpoint.facts.items() if key != "told"}))


def told(checkpoint: Checkpoint) -> dict[str, Rows]:
    """The rows that a bundle carries; none for a bare checkpoint.  BadCheckpoint if they do not hang together."""
    columns = checkpoint.facts.get("told", {})
    try:
        return {name: _rows(checkpoint, name, columns[name]) for name in TOLD if name in columns}
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise BadCheckpoint("This saved run does not fit itself: its curves are damaged.") from error


def _rows(checkpoint: Checkpoint, name: str, columns: list[str]) -> Rows:
    values: Tensor = checkpoint.tensors[f"told/{name}"]
    rounds: Tensor = checkpoint.tensors[f"told/{name}-rounds"]
    known = isinstance(columns, list) and all(isinstance(column, str) and len(column) <= 80 for column in columns)
    if not known or len(columns) > MOST_COLUMNS or len(rounds) > MOST_ROWS or values.shape != (len(rounds), len(columns)):
        raise ValueError("rows and their names differ")
    if len(rounds) and (rounds.min() < 0 or rounds.max() > checkpoint.facts["rounds"] or (rounds.diff() <= 0).any()):
        raise ValueError("rounds do not rise")
    return Rows(tuple(columns), rounds.numpy().astype(np.int64), values.numpy().astype(np.float32))
