"""Runs side by side keep step."""

import threading
from types import SimpleNamespace
from typing import Any

from playground.conductor import Conductor, keep_step


class Paced:
    """A run as the conductor sees it."""

    alive = True

    def __init__(self, rounds: int, state: str = "playing", rate: float | None = 100.0) -> None:
        self.rounds, self.state, self.rate = rounds, state, rate
        self.ceiling: int | None = -1

    def set_ceiling(self, rounds: int | None) -> None:
        self.ceiling = rounds


class Quiet:
    """A registry that is closing, so that no beat comes by itself."""

    closing = threading.Event()
    closing.set()


def entry(run: Paced | None, watchers: int = 1) -> Any:
    return SimpleNamespace(run=run, watchers=watchers, alive=run is not None)


def test_who_has_left_a_group_is_free_and_a_group_without_anybody_is_forgotten() -> None:
    conductor, ahead, behind = Conductor(Quiet()), Paced(500), Paced(100)  # type: ignore[arg-type]
    first, second = entry(ahead), entry(behind)
    conductor.together([first, second])
    conductor._beat()
    assert ahead.ceiling == 130
    conductor.together([first])
    conductor._beat()
    assert ahead.ceiling is None
    conductor.together([entry(None, watchers=0), entry(None, watchers=0)])
    conductor._beat()
    assert conductor._groups == []


def conducted(*runs: Paced) -> list[int | None]:
    entries: Any = [SimpleNamespace(run=run) for run in runs]
    keep_step(entries)
    return [run.ceiling for run in runs]


def test_nobody_goes_far_beyond_the_one_that_is_behind() -> None:
    assert conducted(Paced(5000), Paced(100), Paced(120)) == [130, None, 130]  # 0.3 s of its 100 rounds a second


def test_a_slow_run_lets_the_others_go_two_rounds_ahead() -> None:
    assert conducted(Paced(7), Paced(3, rate=None)) == [5, None]


def test_who_waits_for_its_process_is_waited_for_and_who_is_paused_is_not() -> None:
    assert conducted(Paced(500), Paced(0, "starting", None)) == [2, None]
    assert conducted(Paced(500), Paced(0, "paused", None)) == [None, 530]


def test_one_alone_is_free() -> None:
    assert conducted(Paced(500)) == [None]
    assert conducted(Paced(500, "paused"), Paced(3, "paused")) == [None, None]
