"""Readings: rows of single rounds at first, means of more and more rounds later, nothing lost between two looks."""

import numpy as np
import pytest
import torch
from torch import Tensor, tensor

from engine.recorder import RING, Recorder, stride


def recorder() -> Recorder:
    return Recorder(torch.device("cpu"))


def reading(**values: float) -> dict[str, Tensor]:
    return {name: tensor(float(value)) for name, value in values.items()}


def test_a_row_for_every_round():
    r = recorder()
    r.add(1, reading(loss=0.5, score=2))
    r.add(2, reading(loss=0.25, score=3))
    rows = r.take()
    assert rows.columns == ("loss", "score")
    assert rows.rounds.tolist() == [1, 2]
    assert rows.values.tolist() == [[0.5, 2], [0.25, 3]]
    assert rows.values.dtype == np.float32


def test_what_was_taken_is_not_taken_again():
    r = recorder()
    assert r.take().rounds.tolist() == []
    r.add(1, reading(loss=1))
    assert r.take().rounds.tolist() == [1]
    assert r.take().values.shape == (0, 1)
    r.add(2, reading(loss=2))
    assert r.take().values.tolist() == [[2]]


def test_what_a_round_has_no_reading_of_is_nan_never_zero():
    r = recorder()
    r.add(1, reading(loss=1, price=4))
    r.add(2, reading(loss=2))
    r.add(3, reading(price=5))
    assert np.isnan(r.take().values).tolist() == [[False, False], [False, True], [True, False]]


def test_a_reading_that_begins_late_is_nan_before():
    r = recorder()
    r.add(1, reading(loss=1))
    r.add(2, reading(loss=2, price=4))
    rows = r.take()
    assert rows.columns == ("loss", "price")
    np.testing.assert_equal(rows.values, [[1, np.nan], [2, 4]])


@pytest.mark.parametrize(
    ("rounds", "wide"), [(1, 1), (2047, 1), (2048, 1), (2049, 1), (4095, 1), (4096, 2), (8191, 2), (8192, 4), (1_000_000, 256)]
)
def test_rows_get_wider_as_the_run_gets_longer(rounds, wide):
    assert stride(rounds) == wide


def test_a_run_of_a_million_rounds_has_some_thousand_rows():
    rows = sum(1 for n in range(1, 1_000_001) if n % stride(n) == 0)
    assert 4096 < rows < 4096 + 8 * 2048 + 2048


def test_a_wide_row_is_the_mean_of_its_rounds():
    r = recorder()
    for n in range(8189, 8201):  # 8189..8191 in twos, then 8192.. in fours
        r.add(n, reading(loss=n))
    rows = r.take()
    assert rows.rounds.tolist() == [8190, 8192, 8196, 8200]
    assert rows.values[-2:, 0].tolist() == [np.mean([8193, 8194, 8195, 8196]), np.mean([8197, 8198, 8199, 8200])]


def test_a_wide_row_is_the_mean_of_the_rounds_that_had_the_reading():
    r = recorder()
    for n in range(8193, 8197):
        r.add(n, reading(loss=1, **({"price": n} if n in (8194, 8196) else {})))
    assert r.take().values.tolist() == [[1, 8195]]


def test_a_wide_row_without_any_reading_is_nan():
    r = recorder()
    for n in range(8193, 8197):
        r.add(n, reading(loss=1, price=2))
    for n in range(8197, 8201):
        r.add(n, reading(loss=1))
    np.testing.assert_equal(r.take().values, [[1, 2], [1, np.nan]])


def test_a_loss_that_is_no_number_is_seen():
    r = recorder()
    for n in range(8193, 8197):
        r.add(n, reading(loss=float("nan") if n == 8194 else 1))
    assert np.isnan(r.take().values).all()
    for n in range(8197, 8201):
        r.add(n, reading(loss=1))
    assert r.take().values.tolist() == [[1]]


def test_how_often_somebody_looks_changes_no_row():
    seldom, often, rows = recorder(), recorder(), []
    for n in range(4090, 4130):
        for r in (seldom, often):
            r.add(n, reading(loss=n, score=-n))
        rows.append(often.take())
    whole = seldom.take()
    assert np.concatenate([part.rounds for part in rows]).tolist() == whole.rounds.tolist()
    np.testing.assert_equal(np.concatenate([part.values for part in rows]), whole.values)


def test_when_nobody_looks_for_long_the_newest_rows_are_kept():
    r = recorder()
    extra = 3 * RING
    for n in range(1, RING + extra + 1):
        r._write(n, tensor([float(n)]), [True]) if r.columns else r.add(n, reading(loss=n))
    rows = r.take()
    assert rows.rounds.tolist() == list(range(extra + 1, RING + extra + 1))
    assert rows.values[:, 0].tolist() == rows.rounds.tolist()


def test_a_row_that_was_begun_is_kept_in_the_state():
    r, fresh = recorder(), recorder()
    r.add(8193, reading(loss=1, price=5))
    r.add(8194, reading(loss=2))
    fresh.load_state(list(r.columns), r.state())
    for one in (r, fresh):
        one.add(8195, reading(loss=3))
        one.add(8196, reading(loss=6, price=7))
    assert fresh.take().values.tolist() == r.take().values.tolist() == [[3, 6]]


def test_a_recorder_that_takes_on_a_state_forgets_its_own_rows():
    r = recorder()
    r.add(1, reading(loss=1))
    r.load_state(["score"], {"sum": torch.zeros(1), "counts": torch.zeros(1, dtype=torch.int64)})
    assert r.take().rounds.tolist() == []
    assert r.columns == ["score"]
