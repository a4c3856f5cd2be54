"""Whoever watches over a run remembers what was wrong with it, over the end of a process as well."""

from recipes import tiny

from engine.metrics.symptoms import Episode
from engine.monitor import EVERY, SURE, Monitor
from engine.observer import Observer
from engine.trainer import Trainer


def test_what_lasted_when_a_run_was_put_away_lasts_until_enough_was_seen() -> None:
    trainer = Trainer(tiny(), "cpu")
    observer = Observer(trainer)
    monitor = Monitor(observer, [Episode("mode-collapse", 0, 0, None, "1 of 8")])
    assert not monitor.due
    play(trainer, EVERY)
    assert monitor.due
    assert [each.ended for each in monitor.look(observer.checks(), trainer.recorder.take())] == [None]
    assert not monitor.due
    play(trainer, SURE)
    assert [each.ended for each in monitor.look(observer.checks(), trainer.recorder.take())] == [EVERY + SURE]
    monitor.cut(0)
    assert monitor.next == EVERY


def play(trainer: Trainer, rounds: int) -> None:
    for _ in range(rounds):
        trainer.round()
