"""A run that is played to its end under the eyes of the monitor."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from engine.metrics.symptoms import Course, Episode
from engine.monitor import Monitor
from engine.observer import Observer
from engine.studies.base import Cell
from engine.trainer import Trainer


@dataclass
class Watched:
    """A run that was played, whoever watched over it, and which symptoms it had at each look."""

    trainer: Trainer
    observer: Observer
    monitor: Monitor
    sick: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    finite: bool = True

    @property
    def course(self) -> Course:
        return self.monitor.course

    @property
    def episodes(self) -> tuple[Episode, ...]:
        return self.monitor.episodes

    def share(self, symptom: str, *, since: int) -> float:
        """The share of looks after this round at which it had a symptom; a run that broke off has its last ones for good."""
        looks = [here for at, here in self.sick if at > since] or [here for _, here in self.sick[-1:]]
        return sum(symptom in here for here in looks) / max(len(looks), 1)

    def lasting(self) -> frozenset[str]:
        """What it has at the end."""
        return frozenset(each.symptom for each in self.episodes if each.ended is None)


def watched(cell: Cell, device: str = "cpu", after: Callable[[Watched], None] | None = None) -> Watched:
    """Play a cell.  after: is called after every look."""
    trainer = Trainer(cell.config, device)
    observer = Observer(trainer)
    run = Watched(trainer, observer, Monitor(observer))
    changes = list(cell.changes)
    while trainer.rounds < cell.rounds:
        while changes and changes[0].rounds <= trainer.rounds:
            trainer.update(trainer.config.with_knobs(changes.pop(0).knobs))
            observer.config = trainer.config
        trainer.round()
        if run.monitor.due:
            readings = trainer.recorder.take()
            if not trainer.healthy():
                run.finite = False
                run.monitor.give_up()
                run.sick.append((trainer.rounds, run.lasting()))
                break
            run.monitor.look(observer.checks(), readings)
            run.sick.append((trainer.rounds, run.lasting()))
            if after:
                after(run)
    return run
