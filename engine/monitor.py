"""Watches over one run: takes its vital signs at every look, and remembers what went wrong, since when, and until when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine import files
from engine.history import MOST, History
from engine.metrics.symptoms import BROKEN, SYMPTOMS, Course, Episode, Facts, Found, diagnose, noted
from engine.observer import Observer
from engine.recorder import Rows
from engine.vitals import Vitals

EVERY = 50  # rounds at least between two looks, as in the studies: some symptoms count looks
SURE = 600  # rounds that must have been looked at in this life before an earlier life's symptom is gone


class Monitor:
    """The looks at one run, and the episodes in which something was wrong with it."""

    def __init__(self, observer: Observer, episodes: Sequence[Episode] = ()) -> None:
        config, self.floors = observer.config, observer.floors()
        self.vitals = Vitals(observer)
        self.looks = History(MOST)
        self.facts = Facts(
            judged=config.game.judged,
            logistic=config.loss.logistic,
            averaged=config.training.average > 0,
            modes=self.floors.get("modes", 0.0),
        )
        self.episodes = tuple(episodes)
        self.next = EVERY  # the round from which on it is worth looking again

    @property
    def due(self) -> bool:
        """Whether there is something new to see."""
        return self.vitals.trainer.rounds >= self.next

    def look(self, checks: Rows, readings: Rows) -> tuple[Episode, ...]:
        """Take the signs of now.  checks: of this round.  readings: since the last look.  Returns all episodes so far."""
        self.looks.add(with_middle(self.vitals.take(checks), readings))
        course = self.course
        self.next = course.now + EVERY
        self.episodes = noted(self.episodes, (*self._unsure(course), *diagnose(course)), course.now)
        return self.episodes

    def _unsure(self, course: Course) -> list[Found]:
        """What a run had when it was put away, while too little of it was seen since to say that it is over."""
        first = int(course.rounds[0])
        if course.now - first >= SURE:
            return []
        return [
            Found(each.symptom, each.began, each.seen) for each in self.episodes if each.ended is None and each.noticed < first
        ]

    def give_up(self) -> None:
        """The run has ended in something that is no number."""
        now = self.vitals.trainer.rounds
        seen = f"By round {now:,} a loss or a weight is no longer a finite number."
        self.episodes = noted(self.episodes, (Found(BROKEN, self.course.now, seen),), now)

    @property
    def course(self) -> Course:
        """The run so far."""
        return Course(self.looks.since(-1), self.facts, self.floors)

    def cut(self, rounds: int) -> None:
        """Forget what came after this round: the run goes on from there."""
        self.looks.cut(rounds)
        self.next = min(self.next, rounds + EVERY)
        self.episodes = tuple(each for each in self.episodes if each.noticed <= rounds)


def with_middle(row: Rows, readings: Rows) -> Rows:
    """A look's row, and behind it the middle of each reading since the look before."""
    if not len(readings.rounds):
        return row
    middle = [np.median(known) if len(known := column[np.isfinite(column)]) else np.nan for column in readings.values.T]
    values = np.concatenate((row.values, np.array([middle], np.float32)), 1)
    return Rows(row.columns + readings.columns, row.rounds, values)


def write_episodes(folder: Path, episodes: Sequence[Episode]) -> None:
    """Keep them beside a run.  OSError if the disk is full."""
    files.replace(folder / "episodes.json", json.dumps([each._asdict() for each in episodes]).encode())


def read_episodes(folder: Path) -> tuple[Episode, ...]:
    """What was kept there; nothing where the file is missing or damaged."""
    try:
        told = json.loads((folder / "episodes.json").read_text())
        return tuple(Episode(**each) for each in told if each["symptom"] in SYMPTOMS)
    except (OSError, ValueError, TypeError, KeyError):
        return ()
