"""Watches over one run: takes its vital signs at every look, and remembers what went wrong, since when, and until when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine import files
from engine.history import MOST, History
from engine.metrics.symptoms import BROKEN, SYMPTOMS, Course, Episode, Facts, Found, diagnose, noted, until
from engine.observer import Observer
from engine.recorder import Rows, stride
from engine.vitals import Vitals

NAME = "health.json"  # in a run's folder
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
            modes=self.floors.get("modes", 0.0) if self.vitals.modes else 0.0,  # of pictures none are held, only named
        )
        self.episodes = tuple(episodes)
        self.begin = 0  # the round at which these looks begin
        self.start: dict[str, float] = {}  # what the run was like when it was young
        self.next = EVERY  # the round from which on it is worth looking again

    @property
    def due(self) -> bool:
        """Whether there is something new to see."""
        return self.vitals.trainer.rounds >= self.next

    def look(self, checks: Rows, readings: Rows) -> tuple[Episode, ...]:
        """Take the signs of now.  checks: of this round.  readings: since the last look.  Returns all episodes so far."""
        self.looks.add(with_middle(self.vitals.take(checks), readings))
        course = self.course
        self.next = course.now + max(EVERY, stride(course.now))  # in between there would be no reading
        if not self.start and not self.begin:
            self.start = course.youth()
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
        course = self.course
        found = Found(BROKEN, course.now, SYMPTOMS[BROKEN].seen(course))
        self.episodes = noted(self.episodes, (found,), self.vitals.trainer.rounds)

    @property
    def course(self) -> Course:
        """The run so far."""
        return Course(self.looks.since(-1), self.facts, self.floors, begin=self.begin, start=self.start)

    def cut(self, rounds: int) -> None:
        """Forget what came after this round: the run goes on from there."""
        self.looks.cut(rounds)
        self.vitals.forget()
        self.begin = self.begin if len(self.looks) else rounds
        self.next = rounds + max(EVERY, stride(rounds))
        self.episodes = until(self.episodes, rounds)

    def save(self, folder: Path) -> None:
        """Keep beside a run what its next life must know.  OSError if the disk is full."""
        told = {"start": self.start, "episodes": [each._asdict() for each in self.episodes]}
        files.replace(folder / NAME, json.dumps(told).encode())

    def load(self, folder: Path) -> None:
        """The inverse; where the file is missing or damaged, nothing is known."""
        try:
            told = json.loads((folder / NAME).read_text())
            episodes = tuple(Episode(**each) for each in told["episodes"] if each["symptom"] in SYMPTOMS)
            self.start = {str(name): float(value) for name, value in told["start"].items()}
            self.episodes = episodes
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            self.start, self.episodes = {}, ()


def with_middle(row: Rows, readings: Rows) -> Rows:
    """A look's row, and behind it the middle of each reading since the look before."""
    if not len(readings.rounds):
        return row
    middle = [np.median(known) if len(known := column[np.isfinite(column)]) else np.nan for column in readings.values.T]
    values = np.concatenate((row.values, np.array([middle], np.float32)), 1)
    return Rows(row.columns + readings.columns, row.rounds, values)
