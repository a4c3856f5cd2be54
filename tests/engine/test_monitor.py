"""Whoever watches over a run remembers what was wrong with it, over the end of a process as well."""

from pathlib import Path

import numpy as np
from recipes import tiny, tiny_pictures

from engine.metrics.symptoms import Course, Episode, Facts
from engine.monitor import EVERY, NAME, SURE, Monitor
from engine.observer import Observer
from engine.recorder import Rows
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


def test_a_run_that_is_taken_up_again_is_looked_at_for_as_long_as_a_new_one() -> None:
    sick = Rows(("held modes",), np.arange(50_050, 50_300, 50), np.full((5, 1), 2.0, np.float32))
    course = Course(sick, Facts(modes=8.0), {}, begin=50_000)
    assert course.since(course["held modes"] < 6, 300) is None  # 250 rounds, not 50,250
    assert course.since(course["held modes"] < 6, 250) == 50_000


def test_what_a_run_was_like_when_young_is_known_to_its_next_life(tmp_path: Path) -> None:
    monitor = looked_at(Trainer(tiny(), "cpu"), looks=4)
    assert monitor.start["G weights"] == monitor.course.early("G weights")
    monitor.save(tmp_path)
    next_life = Monitor(monitor.vitals.observer)
    next_life.load(tmp_path)
    next_life.cut(200)
    assert next_life.course.early("G weights") == monitor.start["G weights"]
    assert next_life.course.now == 200
    (tmp_path / NAME).write_text('{"start": 3}')
    next_life.load(tmp_path)
    assert (next_life.start, next_life.episodes) == ({}, ())


def test_going_back_forgets_what_came_after() -> None:
    trainer = Trainer(tiny(), "cpu")
    monitor = looked_at(trainer, looks=2)
    monitor.episodes = (
        Episode("cycling", 0, 40, 90, "then over"),
        Episode("mode-collapse", 0, 40, 60, "over only later"),
        Episode("tight", 70, 80, None, "not yet"),
    )
    monitor.cut(60)
    assert [(each.symptom, each.ended) for each in monitor.episodes] == [("cycling", None), ("mode-collapse", 60)]
    trainer.round()
    moved = monitor.vitals.take(monitor.vitals.observer.checks())
    assert np.isnan(moved.values[0, moved.columns.index("G moved")])  # there is nothing that it can have moved from


def test_looks_are_no_closer_than_readings() -> None:
    trainer = Trainer(tiny(), "cpu")
    monitor = Monitor(Observer(trainer))
    monitor.cut(262_144)  # from here on a row covers 128 rounds
    assert monitor.next == 262_144 + 128


def test_of_pictures_variety_is_asked_although_their_classes_can_be_counted() -> None:
    monitor = Monitor(Observer(Trainer(tiny_pictures(), "cpu")))
    assert monitor.floors["modes"] == 10
    assert monitor.facts.modes == 0  # nobody counts which of them G holds


def looked_at(trainer: Trainer, *, looks: int) -> Monitor:
    monitor = Monitor(Observer(trainer))
    for _ in range(looks):
        play(trainer, EVERY)
        monitor.look(monitor.vitals.observer.checks(), trainer.recorder.take())
    return monitor
