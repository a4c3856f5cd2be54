"""Players that have learned something, whoever trained them: a run's own, or weights that ship."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

import torch

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
        """The players as one asks them: no gradients, no dropout, batch norm's statistics at rest; afterwards as they were."""
        learning = [net for net in vars(self.players).values() if net.training]
        for net in learning:
            net.eval()
        try:
            with torch.no_grad():
                yield self.players
        finally:
            for net in learning:
                net.train()
