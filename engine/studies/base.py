"""A study: many seeded runs, each measured, and a table of what they came to.

Runs are spread over worker processes. What each came to is appended to a file as soon as it is there, so that a study which is
interrupted goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from engine import files
from engine.config import RunConfig
from engine.processes import settle
from engine.tables import Table

Result = dict[str, Any]
"""What one run came to, as plain data; under "row", "seed" and "key" which run it was."""


class Change(NamedTuple):
    """Live knobs that are moved once this round has been played."""

    rounds: int
    knobs: Mapping[str, Any]


class Cell(NamedTuple):
    """One run of a study, or as many as there are seeds that are played abreast."""

    row: str  # the line of the table that it belongs to
    config: RunConfig  # with its seed
    rounds: int
    changes: tuple[Change, ...] = ()
    seeds: tuple[int, ...] = ()  # if there is more than one

    @property
    def key(self) -> str:
        """The same for the same run only."""
        whole = [self.row, self.config.model_dump(), self.rounds, self.changes, *self.seeds]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:16]


class Study(ABC):
    """What is run, what is measured of each run, and what is told of all of them."""

    title: ClassVar[str]
    seeds: ClassVar[tuple[int, ...]]
    """Which seeds are tried where nobody says otherwise."""

    @abstractmethod
    def cells(self, seeds: Sequence[int]) -> list[Cell]:
        """The runs, in the order in which they are begun."""

    @abstractmethod
    def measure(self, cell: Cell) -> Result:
        """Play a run, in this process, and measure it."""

    @abstractmethod
    def figures(self, results: Sequence[Result]) -> dict[str, Any]:
        """All figures, as plain data."""

    @abstractmethod
    def tables(self, results: Sequence[Result]) -> list[Table]:
        """The same for people."""


Heard = Callable[[Result, int, int], None]
"""Hears of each run that is done: what it came to, how many are done, and of how many."""


def conduct(study: Study, cells: Sequence[Cell], folder: Path, *, workers: int, heard: Heard) -> list[Result]:
    """What all cells came to, in their order. Those that the folder knows are not run again.

    Stops where `heard` raises, and keeps what is done.
    """
    folder.mkdir(parents=True, exist_ok=True)
    journal = folder / "results.jsonl"
    known = {result["key"]: result for result in _read(journal)}
    for result in _measured(study, [cell for cell in cells if cell.key not in known], workers):
        known[result["key"]] = result
        files.append(journal, (json.dumps(result) + "\n").encode())
        heard(result, sum(cell.key in known for cell in cells), len(cells))
    return [known[cell.key] for cell in cells]


def _measured(study: Study, cells: Sequence[Cell], workers: int) -> Iterator[Result]:
    """In the order in which they are done."""
    if workers <= 1 or len(cells) <= 1:
        yield from (_one(study, cell) for cell in cells)
        return
    with ProcessPoolExecutor(min(workers, len(cells)), get_context("spawn"), settle) as pool:
        try:
            for done in as_completed([pool.submit(_one, study, cell) for cell in cells]):
                yield done.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _one(study: Study, cell: Cell) -> Result:
    start = time.process_time()
    told = study.measure(cell)
    seconds = round(time.process_time() - start, 2)
    return {"key": cell.key, "row": cell.row, "seed": cell.config.seed, "cpu_seconds": seconds, **told}


def _read(journal: Path) -> Iterable[Result]:
    """What is in the file; a last line that was never finished is left out."""
    if not journal.exists():
        return
    for line in journal.read_text(errors="replace").splitlines():
        try:
            yield json.loads(line)
        except ValueError:
            continue


def by_row(results: Sequence[Result]) -> dict[str, list[Result]]:
    """Results under their row, in order."""
    rows: dict[str, list[Result]] = {}
    for result in results:
        rows.setdefault(result["row"], []).append(result)
    return rows
