"""What a run has told so far, kept by its handle for those who look later. Bounded, because rows grow with the logarithm of
the rounds (see recorder.py); the measurements of quality are thinned the same way."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.recorder import Rows

MOST = 4096  # measurements kept; beyond that every second one of the older half goes


class History:
    """Rows of one kind, in the order of their rounds. One thread may add while others read."""

    def __init__(self, most: int | None = None) -> None:
        self.columns: tuple[str, ...] = ()
        self.most = most
        self._rounds: list[int] = []
        self._values: list[NDArray[Any]] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._rounds)

    def add(self, rows: Rows) -> None:
        """Append rows; columns may have been added at the end since the last ones. Of one round the newest row counts."""
        with self._lock:
            while len(rows.rounds) and self._rounds and self._rounds[-1] >= rows.rounds[0]:
                self._rounds.pop()
                self._values.pop()
            if len(rows.columns) > len(self.columns):
                self.columns = rows.columns
            self._rounds.extend(int(at) for at in rows.rounds)
            self._values.extend(rows.values)
            while self.most is not None and len(self) > self.most:
                middle = len(self) // 2
                self._rounds = self._rounds[:middle:2] + self._rounds[middle:]
                self._values = self._values[:middle:2] + self._values[middle:]

    def cut(self, rounds: int) -> None:
        """Forget what came after this round."""
        with self._lock:
            while self._rounds and self._rounds[-1] > rounds:
                self._rounds.pop()
                self._values.pop()

    def since(self, rounds: int) -> Rows:
        """The rows after this round, as wide as the newest; -1: all of them."""
        with self._lock:
            start = len(self._rounds)
            while start and self._rounds[start - 1] > rounds:
                start -= 1
            values = np.full((len(self) - start, len(self.columns)), np.nan, np.float32)
            for row, known in zip(values, self._values[start:], strict=True):
                row[: len(known)] = known
            return Rows(self.columns, np.array(self._rounds[start:], np.int64), values)

    def last(self) -> dict[str, float]:
        """The newest row by name, without what is missing."""
        with self._lock:
            if not self._rounds:
                return {}
            pairs = zip(self.columns, self._values[-1], strict=False)
            return {name: float(value) for name, value in pairs if np.isfinite(value)}
