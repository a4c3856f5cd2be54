"""A living run's place on disk: its checkpoint, its readings and measurements, what went wrong, its key frames.

Only the run's own worker writes there. A disk that is full stops no run: it goes on and says since when it is not saved.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from engine.checkpoint import BadCheckpoint, holds_any, read, write
from engine.frames import Frames
from engine.history import MOST, History
from engine.journal import Journal
from engine.monitor import Monitor
from engine.observer import Observer
from engine.plane import LAYERS
from engine.recorder import Rows
from engine.trainer import kept


class Keeper:
    """Keeps one run, and brings it back."""

    def __init__(self, folder: Path, observer: Observer, monitor: Monitor) -> None:
        self.folder, self.observer, self.trainer, self.monitor = folder, observer, observer.trainer, monitor
        self.saved: int | None = None  # the round of the last good checkpoint
        self.trouble = ""  # why the newest state is not on disk
        self.readings = Journal(folder / "readings.csv")
        self.checks = Journal(folder / "checks.csv")
        self.checked = History(MOST)  # measurements so far; few, so that the file is written anew each time
        self.checked.add(self.checks.read())
        self.frames = Frames(folder)
        monitor.load(folder)

    def load(self) -> str:
        """Go on where the checkpoint was taken; one sentence if it is not the newest.  BadCheckpoint if there is none."""
        warnings: list[str] = []
        if holds_any(self.folder):
            self.trainer.restore(read(self.folder, warnings.append))
            self.saved = self.trainer.rounds
        elif self.trainer.rounds:
            raise BadCheckpoint("There is no saved state to go back to.")
        self.trouble = ""
        self.readings.cut(self.trainer.rounds)
        self.checked.cut(self.trainer.rounds)
        self.monitor.cut(self.trainer.rounds)
        self.frames.cut(self.trainer.rounds)
        return " ".join(warnings)

    def save(self) -> bool:
        """Write a checkpoint, and what was told until then. Whether one was written; if not, `trouble` may say why.

        BadCheckpoint, and the last good one stays, if the state is not finite.
        """
        if self.saved == self.trainer.rounds:
            return False
        try:
            self.readings.flush()
            self.checks.replace(self.checked.since(-1))
            self.monitor.save(self.folder)
            write(self.folder, kept(self.trainer))
        except OSError as error:
            self.trouble = f"Not saved since round {self.saved or 0:,}: {error.strerror}."
            return False
        self.saved, self.trouble = self.trainer.rounds, ""
        return True

    def told(self, rows: Rows) -> None:
        """Readings, which reach the disk with the next checkpoint."""
        self.readings.write(rows)

    def measured(self, rows: Rows) -> None:
        """Measurements of quality, likewise."""
        self.checked.add(rows)

    def add_frame(self) -> bool:
        """A key frame of now, unless there is one. Whether one was added: one that cannot be kept is no loss."""
        if self.trainer.rounds in self.frames.sizes:
            return False
        with suppress(OSError, BadCheckpoint):
            self.frames.add(kept(self.trainer), self.observer.stage(LAYERS))
            return True
        return False
