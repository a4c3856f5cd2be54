"""Players that have learned something, whoever trained them: a run's own, or weights that ship."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch
from torch import nn

from engine.batches import Source
from engine.config import RunConfig
from engine.games import Players


class Trained(NamedTuple):
    """A recipe, and its players as they are shown: of those that create, the moving average."""

    config: RunConfig
    players: Players
    device: torch.device = torch.device("cpu")
    source: Source | None = None  # the training data, where somebody has opened them already

    @contextmanager
    def at_rest(self) -> Iterator[Players]:
        """The players as one asks them: at rest, and without gradients."""
        with at_rest(vars(self.players).values()), torch.no_grad():
            yield self.players


@contextmanager
def at_rest(nets: Iterable[nn.Module]) -> Iterator[None]:
    """Networks in evaluation mode: no dropout, and batch norm's statistics are used, not moved; afterwards as they were."""
    learning = [net for net in nets if net.training]
    for net in learning:
        net.eval()
    try:
        yield
    finally:
        for net in learning:
            net.train()


def of_whom(config: RunConfig) -> str:
    """Whose samples are measured, in words."""
    whom = "G's moving average" if config.training.average else "G itself"
    return f"fakes of {whom} in evaluation mode"
