"""The readings of a run on disk, as CSV: one line per row, a header, columns added as they appear."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from engine import files
from engine.recorder import Rows


class Journal:
    """Appends rows to a CSV file. A reading that a row lacks is an empty cell."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.columns: tuple[str, ...] = ()
        self._waiting: list[Rows] = []
        if path.exists():
            self.columns = self.read().columns

    def write(self, rows: Rows) -> None:
        """Keep rows; they reach the disk with `flush`."""
        if len(rows.rounds):
            self._waiting.append(rows)

    def flush(self) -> None:
        """Append what waits.  OSError if the disk is full: then all of it still waits."""
        if not self._waiting:
            return
        widest = max((rows.columns for rows in self._waiting), key=len)
        if len(widest) > len(self.columns) or not self.path.exists():
            self._widen(widest)
        files.append(self.path, _text(line for rows in self._waiting for line in _lines(rows, len(self.columns))))
        self._waiting.clear()

    def cut(self, rounds: int) -> None:
        """Forget what came after this round: the run goes on from there."""
        self._waiting.clear()
        if self.path.exists():
            known = self.read()
            kept = known.rounds <= rounds
            self.replace(Rows(known.columns, known.rounds[kept], known.values[kept]))

    def read(self) -> Rows:
        """All that is on disk. A last line that was never finished is left out."""
        text = self.path.read_text(errors="replace") if self.path.exists() else ""
        header, *lines = list(csv.reader(text[: text.rfind("\n") + 1].splitlines())) or [["round"]]
        columns = tuple(header[1:])
        rows = [row for line in lines if (row := _row(line, len(columns))) is not None]
        values = np.array([values for _, values in rows], np.float32).reshape(len(rows), len(columns))
        return Rows(columns, np.array([at for at, _ in rows], np.int64), values)

    def _widen(self, columns: tuple[str, ...]) -> None:
        """A longer header; it happens once or twice in a run's first rounds."""
        known = self.read()
        self.replace(Rows(columns, known.rounds, known.values))

    def replace(self, rows: Rows) -> None:
        """Put these rows in the place of all that is there.  OSError, and the file as it was, if the disk is full."""
        files.replace(self.path, _text([["round", *rows.columns], *_lines(rows, len(rows.columns))]))
        self.columns = rows.columns


def _lines(rows: Rows, width: int) -> Iterable[list[str]]:
    for at, values in zip(rows.rounds, rows.values, strict=True):
        cells = [_cell(value) for value in values]
        yield [str(int(at)), *cells, *[""] * (width - len(cells))]


def _text(lines: Iterable[list[str]]) -> bytes:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows(lines)
    return file.getvalue().encode()


def _row(line: list[str], width: int) -> tuple[int, list[float]] | None:
    """A line as numbers; None if it is damaged."""
    try:
        values = [float(cell) if cell else np.nan for cell in line[1:]]
        return (int(line[0]), values) if len(values) == width else None
    except (ValueError, IndexError):
        return None


def _cell(value: np.float32) -> str:
    return f"{value:.6g}" if np.isfinite(value) else ""
