"""Readings of every round, kept on the device until somebody looks.

A round's scalars are stacked into one row; rows pile up in a ring on the device and are copied to the host once per snapshot.
So that hours of training stay a few thousand rows, a row is the mean over a stride of rounds that grows with the run:
every round up to 4,095, then every second, every fourth, ... 2,048 rows for each doubling. Strides follow from the
round's number alone, so the same run has the same rows however often it was looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

RING = 4096  # rows that wait for a look; beyond that the oldest are overwritten


class Rows(NamedTuple):
    """rounds: (n,) the last round of each row.  values: (n, columns) float32, NaN where a round had no such reading."""

    columns: tuple[str, ...]
    rounds: NDArray[np.int64]
    values: NDArray[np.float32]


def stride(rounds: int) -> int:
    """How many rounds the row that holds this round covers."""
    return 1 << max(rounds.bit_length() - 12, 0)


class Recorder:
    """Gathers scalars by name."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.columns: list[str] = []
        self._counts: list[int] = []  # rounds of the open row that had each reading
        self._sum = torch.zeros(0, device=device)
        self._ring = torch.zeros(RING, 0, device=device)
        self._rounds: list[int] = []  # of the rows in the ring that nobody has taken yet
        self._next = 0

    def add(self, rounds: int, readings: Mapping[str, Tensor]) -> None:
        """The readings of the round with this number (1, 2, ...): scalars on the device. Waits for nothing."""
        self._widen([name for name in readings if name not in self.columns])
        if len(readings) == len(self.columns):
            present = [readings[name] for name in self.columns]
        else:
            nothing = torch.zeros((), device=self.device)
            present = [readings.get(name, nothing) for name in self.columns]
        row = torch.stack(present)
        wide = stride(rounds)
        if wide == 1:
            self._write(rounds, row, [name in readings for name in self.columns])
            return
        self._sum += row
        for column, name in enumerate(self.columns):
            self._counts[column] += name in readings
        if rounds % wide == 0:
            counts = torch.tensor(self._counts, dtype=torch.float32).to(self.device, non_blocking=True)
            self._write(rounds, self._sum / counts, [True] * len(self.columns))  # 0/0 is NaN: no such reading in the stride
            self._sum.zero_()
            self._counts = [0] * len(self.columns)

    def take(self) -> Rows:
        """The rows that were completed since the last call, on the host. The one place that waits for the device."""
        count = min(len(self._rounds), RING)
        places = [(self._next - count + i) % RING for i in range(count)]
        values = self._ring[places].cpu().numpy().copy() if count else np.zeros((0, len(self.columns)), np.float32)
        rounds = np.array(self._rounds[-count:] if count else [], np.int64)
        self._rounds.clear()
        return Rows(tuple(self.columns), rounds, values)

    def state(self) -> dict[str, Tensor]:
        """The open row, for a checkpoint; `columns` must be kept beside it."""
        return {"sum": self._sum, "counts": torch.tensor(self._counts, dtype=torch.int64)}

    def load_state(self, columns: list[str], state: Mapping[str, Tensor]) -> None:
        self.__init__(self.device)  # type: ignore[misc]
        self._widen(columns)
        self._sum.copy_(state["sum"])
        self._counts = state["counts"].tolist()

    def _write(self, rounds: int, row: Tensor, present: list[bool]) -> None:
        self._ring[self._next] = row
        for column, there in enumerate(present):
            if not there:
                self._ring[self._next, column] = float("nan")
        self._next = (self._next + 1) % RING
        self._rounds.append(rounds)
        if len(self._rounds) > 2 * RING:
            del self._rounds[:-RING]

    def _widen(self, names: list[str]) -> None:
        if not names:
            return
        self.columns += names
        self._counts += [0] * len(names)
        self._sum = torch.cat((self._sum, torch.zeros(len(names), device=self.device)))
        gap = torch.full((RING, len(names)), float("nan"), device=self.device)
        self._ring = torch.cat((self._ring, gap), 1)
