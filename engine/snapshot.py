"""What a run tells the world, as plain data: bytes and numbers, no tensors.

Pictures are encoded once, in the worker, and shared by all who watch. Arrays travel as base64 of little-endian numbers,
because JSON numbers are three times as long and cannot say NaN.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from engine.recorder import Rows

Stage = dict[str, Any]
"""A picture for the page, plain JSON: kind "points", "line" or "images" and what that kind needs."""


class Episode(NamedTuple):
    """A time in which a run had a symptom."""

    symptom: str  # its name in SYMPTOMS
    began: int  # round
    noticed: int
    ended: int | None  # None: it lasts
    seen: str  # what of it is to be seen, in this run's numbers


class Snapshot(NamedTuple):
    """One look at a run."""

    rounds: int
    rate: float | None  # rounds per second of late; None while nothing is played
    playing: bool
    rows: Rows  # readings since the last snapshot
    checks: Rows | None  # measurements of quality, if they were due
    stage: Stage | None
    problem: str  # why nothing can be played or kept, in one sentence, or nothing
    episodes: tuple[Episode, ...] = ()  # when it had which symptom


class Score(NamedTuple):
    """What a judge said of some samples, on average."""

    judge: str
    of: str  # "real" or "fake"
    n: int  # samples
    raw: float
    belief: float | None  # in [0, 1]; None where this turn and the last ones say too little for a scale


class Move(NamedTuple):
    """What a turn did to a player's weights."""

    gradient: float  # its norm
    step: float  # the L2 norm of the change
    share: float  # of the norm of all its weights


class Told(NamedTuple):
    """One turn, as it was."""

    round: int  # its round's number, from 1
    turn: int  # its place there, from 1
    over: bool  # it was the last of its round
    players: tuple[str, ...]
    latents: int  # drawn for it
    samples: int  # of real data, drawn for it
    batch: int  # samples of each kind
    loss: float
    scores: tuple[Score, ...]
    readings: dict[str, float]  # what else was noted
    moves: dict[str, Move]  # of the players that learned


def quantised(x: Tensor, low: float, high: float) -> str:
    """Numbers in [low, high] as uint16; what is outside lands on the border; NaN too."""
    share = (x.float() - low) / (high - low)
    whole = (share.nan_to_num(0.0).clamp(0, 1) * 65535).round().to(torch.int32).cpu().numpy().astype("<u2")
    return packed(whole)


def belief_bytes(belief: Tensor) -> str:
    """Beliefs in [0, 1] as uint8: 0 surely fake, 128 undecided, 255 surely real."""
    return packed((belief.float().nan_to_num(0.5).clamp(0, 1) * 255).round().to(torch.uint8).cpu().numpy())


def density_bytes(density: Tensor, top: float) -> str:
    """Densities in [0, top] as uint8, on the scale of their square root, which keeps thin places apart; beyond top is top."""
    share = (density.float().nan_to_num(0.0) / top).clamp(0, 1)
    return packed((share.sqrt() * 255).round().to(torch.uint8).cpu().numpy())


def arrows(steps: Tensor, longest: float) -> str:
    """Vectors (N, 2) as int16, where 32767 means `longest`; longer ones keep their direction."""
    steps = steps.float().nan_to_num(0.0)
    length = steps.norm(dim=1, keepdim=True)
    share = steps / longest * (longest / length.clamp(min=longest))
    return packed((share * 32767).round().to(torch.int16).cpu().numpy().astype("<i2"))


def packed(values: NDArray[Any]) -> str:
    return base64.b64encode(values.tobytes()).decode()


def rows_packed(rows: Rows) -> str:
    """(n, 1 + columns) float32, the round first."""
    return packed(np.column_stack((rows.rounds.astype("<f4"), rows.values.astype("<f4"))))


def tiles(pictures: Tensor, columns: int) -> Image.Image:
    """Pictures (N, C, H, W) in [-1, 1] as one image, row by row; an unfinished row ends in grey."""
    count, channels, height, width = pictures.shape
    rows = -(-count // columns)
    bytes_ = ((pictures.float().nan_to_num(0.0).clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8)
    sheet = torch.full((rows * columns, channels, height, width), 128, dtype=torch.uint8)
    sheet[:count] = bytes_.cpu()
    whole = (
        sheet.view(rows, columns, channels, height, width)
        .permute(0, 3, 1, 4, 2)
        .reshape(rows * height, columns * width, channels)
    )
    return Image.fromarray(whole.squeeze(2).numpy() if channels == 1 else whole.numpy())


def sheet(pictures: Tensor, columns: int, scores: Sequence[float] | None = None, *, name: str = "") -> Stage:
    """A sheet of pictures for the page, as WebP."""
    file = io.BytesIO()
    tiles(pictures, columns).save(file, "WEBP", quality=88, method=0)
    return {
        "name": name,
        "sheet": base64.b64encode(file.getvalue()).decode(),
        "columns": columns,
        "rows": -(-len(pictures) // columns),
        "tile": [pictures.shape[2], pictures.shape[3]],
        "scores": None if scores is None else [round(score, 3) if np.isfinite(score) else None for score in scores],
    }
