"""The readings of a run on disk, as CSV: one line per row, a header, columns added as they appear."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from engine.recorder import Rows


class Journal:
    """Appends rows to a CSV file. A reading that a row lacks is an empty cell."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.columns: tuple[str, ...] = ()
        self._waiting: list[Rows] = []
        if path.exists():
            with path.open(newline="") as file:
                self.columns = tuple(next(csv.reader(file), ["round"])[1:])

    def write(self, rows: Rows) -> None:
        """Keep rows; they reach the disk with `flush`."""
        if len(rows.rounds):
            self._waiting.append(rows)

    def flush(self) -> None:
        """Append what waits.  OSError if the disk is full."""
        if not self._waiting:
            return
        if any(rows.columns != self.columns for rows in self._waiting):
            self._widen(self._waiting[-1].columns)
        with self.path.open("a", newline="") as file:
            writer = csv.writer(file)
            for rows in self._waiting:
                gap = [""] * (len(self.columns) - len(rows.columns))
                writer.writerows([int(at), *map(_cell, values), *gap] for at, values in zip(rows.rounds, rows.values, strict=True))
        self._waiting.clear()

    def cut(self, rounds: int) -> None:
        """Forget what came after this round: the run goes on from there."""
        self._waiting.clear()
        if not self.path.exists():
            return
        with self.path.open(newline="") as file:
            lines = list(csv.reader(file))
        kept = [line for number, line in enumerate(lines) if number == 0 or int(line[0]) <= rounds]
        with self.path.open("w", newline="") as file:
            csv.writer(file).writerows(kept)

    def read(self) -> Rows:
        """All that is on disk."""
        if not self.path.exists():
            return Rows((), np.zeros(0, np.int64), np.zeros((0, 0), np.float32))
        with self.path.open(newline="") as file:
            header, *lines = list(csv.reader(file)) or [["round"]]
        width = len(header) - 1
        values = [[float(cell) if cell else np.nan for cell in line[1:]] for line in lines]
        return Rows(tuple(header[1:]), np.array([int(line[0]) for line in lines], np.int64), np.array(values, np.float32).reshape(-1, width))

    def _widen(self, columns: tuple[str, ...]) -> None:
        """Rewrite the file with a longer header; it happens once or twice in a run's first rounds."""
        known = self.read()
        self.columns = columns
        with self.path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["round", *columns])
            gap = [""] * (len(columns) - len(known.columns))
            writer.writerows([int(at), *map(_cell, values), *gap] for at, values in zip(known.rounds, known.values, strict=True))


def _cell(value: np.float32) -> str:
    return f"{value:.6g}" if np.isfinite(value) else ""
