"""What every probe is, and the form in which its answers show samples."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, ClassVar, Protocol, runtime_checkable

import torch
from torch import Tensor

from engine.batches import Batch, Labelled
from engine.config import RunConfig
from engine.data import Data, DataUnavailable, Points
from engine.games import Players
from engine.parts import Part
from engine.questions import BadQuestion
from engine.snapshot import quantised, sheet
from engine.trained import Trained


class Probe(Part, ABC):
    """A question to trained players."""

    translates: ClassVar[bool] = False
    """Whether it is for players who make pictures of pictures, not for those who make samples of noise."""

    @classmethod
    def lacks(cls, config: RunConfig) -> str:
        """Why this cannot be asked of such a recipe, in one sentence; nothing where it can."""
        return ""

    @abstractmethod
    def answer(self, trained: Trained) -> dict[str, Any]:
        """Plain data."""


@runtime_checkable
class Encodes(Protocol):
    """A game that finds the code of a sample."""

    def encode(self, p: Players, x: Tensor) -> Tensor:
        """Samples (N, *data) -> what G is to be fed for them (N, code)."""
        ...


def draws_pictures(config: RunConfig) -> bool:
    """Whether the samples are pictures rather than points."""
    return len(config.data.shape) == 3


def made(trained: Trained, fed: Tensor) -> Tensor:
    """What G makes of its inputs (N, code): (N, *data)."""
    with trained.at_rest() as p:
        return trained.config.game.generate(p, fed)


def shown(config: RunConfig, x: Tensor, columns: int) -> dict[str, Any]:
    """Samples (N, *data) row by row, as the page draws them: a sheet of pictures, or quantised points."""
    if draws_pictures(config):
        return {"kind": "images"} | sheet(x, columns)
    assert isinstance(config.data, Points)
    low, high = config.data.limits
    kind = "line" if config.data.dim == 1 else "points"
    rows = -(-len(x) // columns)
    return {"kind": kind, "low": low, "high": high, "fake": quantised(x, low, high), "columns": columns, "rows": rows}


@lru_cache(maxsize=16)  # more than models ship: who goes from one to the next waits once for each
def kept_back(data: Data, n: int, device: torch.device) -> Batch:
    """At most n examples that nobody trained on.  BadQuestion where there are none."""
    try:
        return data.held_out(n, device)
    except DataUnavailable as error:
        raise BadQuestion(str(error)) from None


def labels_of(batch: Batch, names: Sequence[str]) -> list[str]:
    """What a person calls the class of each example; nothing where there are no labels."""
    return [names[int(y)] for y in batch.y] if isinstance(batch, Labelled) else []
