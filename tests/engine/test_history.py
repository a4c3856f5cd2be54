"""What a run has told so far."""

import threading

import numpy as np

from engine.history import History
from engine.recorder import Rows


def rows(*rounds: int, columns: tuple[str, ...] = ("d_loss",)) -> Rows:
    return Rows(columns, np.array(rounds), np.array([[at] * len(columns) for at in rounds], np.float32))


def test_since_gives_what_came_after_as_wide_as_the_newest() -> None:
    history = History()
    history.add(rows(1, 2))
    history.add(rows(3, columns=("d_loss", "g_loss")))
    told = history.since(1)
    assert told.columns == ("d_loss", "g_loss")
    assert told.rounds.tolist() == [2, 3]
    assert np.isnan(told.values[0, 1])
    assert len(history.since(-1).rounds) == 3


def test_cut_forgets_what_came_later() -> None:
    history = History()
    history.add(rows(1, 2, 3))
    history.cut(2)
    assert history.since(-1).rounds.tolist() == [1, 2]


def test_of_one_round_the_newest_row_counts() -> None:
    history = History()
    history.add(rows(1, 2))
    history.add(Rows(("d_loss",), np.array([2]), np.array([[7.0]], np.float32)))
    assert history.since(-1).rounds.tolist() == [1, 2]
    assert history.last() == {"d_loss": 7.0}


def test_last_names_what_is_a_number() -> None:
    history = History()
    assert history.last() == {}
    history.add(Rows(("d_loss", "g_loss"), np.array([1]), np.array([[0.5, np.nan]], np.float32)))
    assert history.last() == {"d_loss": 0.5}


def test_of_very_many_rows_the_older_half_is_thinned_and_the_newest_stay() -> None:
    history = History(most=64)
    for at in range(10_000):
        history.add(rows(at))
    kept = history.since(-1).rounds.tolist()
    assert len(kept) <= 64
    assert kept == sorted(set(kept))
    assert kept[-20:] == list(range(9_980, 10_000))


def test_readers_never_see_half_an_addition() -> None:
    history, broken = History(most=100), []
    history.add(rows(0))
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            told = history.since(-1)
            if told.rounds.tolist() != told.values[:, 0].tolist():
                broken.append(told)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for at in range(1, 3_001, 3):
        history.add(rows(at, at + 1, at + 2))
        if at % 90 == 1:
            history.cut(at - 10)
    done.set()
    for reader in readers:
        reader.join()
    assert not broken
