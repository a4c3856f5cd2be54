"""How fast a run plays, on a clock that stands still until it is told to go on."""

import math

import pytest

from engine import tempo
from engine.tempo import Tempo


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(tempo, "time", clock)
    return clock


def test_without_a_pace_the_next_round_may_always_begin(clock: Clock) -> None:
    mine = Tempo()
    mine.played()
    assert mine.wait(1) == 0


def test_at_a_pace_rounds_stand_equally_far_apart(clock: Clock) -> None:
    mine = Tempo()
    mine.pace = 4.0
    mine.begin()
    assert mine.wait(0) == 0
    mine.played()
    assert mine.wait(1) == 0.25
    clock.now += 0.3  # a round that took longer than its share
    assert mine.wait(1) == 0
    mine.played()
    assert mine.wait(2) == pytest.approx(0.2)  # is made up for


def test_what_was_lost_in_a_long_stop_is_not_caught_up(clock: Clock) -> None:
    mine = Tempo()
    mine.pace = 4.0
    mine.begin()
    clock.now += 60
    mine.played()
    mine.played()
    assert mine.wait(2) == pytest.approx(0.0)
    mine.played()
    assert mine.wait(3) == pytest.approx(0.25)


def test_at_its_ceiling_it_waits_for_as_long_as_it_takes(clock: Clock) -> None:
    mine = Tempo()
    mine.ceiling = 10
    assert (mine.wait(9), mine.wait(10)) == (0, math.inf)


def test_who_waits_for_others_has_a_rate_of_nothing(clock: Clock) -> None:
    mine = Tempo()
    for _ in range(40):
        clock.now += 0.1
        mine.note(500)
    assert mine.rate == 0


def test_the_rate_is_that_of_the_last_moments(clock: Clock) -> None:
    mine = Tempo()
    assert mine.rate is None
    for rounds in range(0, 100, 10):  # slowly at first
        clock.now += 1.0
        mine.note(rounds)
    for rounds in range(100, 400, 10):
        clock.now += 0.1
        mine.note(rounds)
    assert mine.rate == pytest.approx(100)
    mine.begin()
    assert mine.rate is None
