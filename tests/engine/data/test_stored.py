"""Stored pictures: epochs, what is left over of them, and coming back to the same place."""

import pytest
import torch

from engine.batches import Labelled, Samples
from engine.data import Drawn, Ring, Stored
from engine.data.stored import StoredApart, StoredPairs


def numbered(n: int, labels: bool = False) -> Stored:
    """n pictures of one pixel; picture i has the grey i."""
    pictures = torch.arange(n, dtype=torch.uint8).view(n, 1, 1, 1)
    return Stored(pictures, torch.arange(n) if labels else None)


def rows(batch: Samples | Labelled) -> list[int]:
    return ((batch.x.flatten() + 1) * 127.5).round().int().tolist()


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_black_is_minus_one_and_white_is_one():
    source = Stored(torch.tensor([0, 255], dtype=torch.uint8).view(2, 1, 1, 1))
    assert sorted(source.batch(2, seeded()).x.flatten().tolist()) == [-1.0, 1.0]


def test_an_epoch_shows_every_picture_once():
    source, generator = numbered(10), seeded()
    assert sorted(rows(source.batch(5, generator)) + rows(source.batch(5, generator))) == list(range(10))
    assert source.examples == 10


def test_what_is_left_of_an_epoch_begins_the_next_batch():
    source, generator = numbered(10), seeded()
    seen = [row for _ in range(5) for row in rows(source.batch(4, generator))]  # 20 pictures: two epochs
    assert sorted(seen[:10]) == list(range(10))
    assert sorted(seen[10:]) == list(range(10))
    assert seen[:10] != seen[10:]


def test_a_batch_may_be_larger_than_the_data_set():
    seen = rows(numbered(3).batch(8, seeded()))
    assert sorted(seen[:3]) == sorted(seen[3:6]) == [0, 1, 2]
    assert len(seen) == 8


def test_labels_stay_with_their_pictures():
    batch = numbered(20, labels=True).batch(20, seeded())
    assert isinstance(batch, Labelled)
    assert batch.y.dtype == torch.int64
    assert batch.y.tolist() == rows(batch)


def test_it_resumes_to_the_same_next_batches():
    source, generator = numbered(10), seeded()
    source.batch(7, generator)
    state, generator_state = source.state(), generator.get_state()
    expected = [rows(source.batch(4, generator)) for _ in range(5)]

    resumed, generator = numbered(10), seeded(99)
    resumed.load_state(state)
    generator.set_state(generator_state)
    assert [rows(resumed.batch(4, generator)) for _ in range(5)] == expected
    assert state["order"].dtype == torch.int32


def test_the_place_of_another_data_set_is_refused():
    with pytest.raises(ValueError, match="made with 10 examples, but here are 12"):
        numbered(12).load_state(numbered(10).state())
    with pytest.raises(ValueError, match="other data"):
        numbered(12).load_state({})


@pytest.mark.parametrize(("order", "cursor"), [([0, 0, 1], 1), ([0, 1, 3], 1), ([0, 1, 2], 4), ([0, 1, 2], -1)])
def test_a_damaged_place_is_refused(order, cursor):
    state = {"order": torch.tensor(order, dtype=torch.int32), "cursor": torch.tensor(cursor)}
    with pytest.raises(ValueError, match="damaged"):
        numbered(3).load_state(state)


def test_pairs_stay_together():
    shades = torch.arange(20, dtype=torch.uint8).view(20, 1, 1, 1)
    batch = StoredPairs(shades, 255 - shades).batch(50, seeded())
    assert torch.equal(batch.a, -batch.b)


def test_sides_that_are_apart_have_a_place_each():
    shades = torch.arange(10, dtype=torch.uint8).view(10, 1, 1, 1)
    source = StoredApart(shades, shades[:7])
    batch = source.batch(10, seeded())
    assert not torch.equal(batch.a, batch.b)
    assert {name: int(place) for name, place in source.state().items() if "cursor" in name} == {"a/cursor": 10, "b/cursor": 3}


def test_the_place_of_other_sides_is_refused_and_changes_nothing():
    shades = torch.arange(10, dtype=torch.uint8).view(10, 1, 1, 1)
    source, other = StoredApart(shades, shades[:7]), StoredApart(shades, shades)
    source.batch(3, seeded())
    before = source.state()
    with pytest.raises(ValueError, match="made with 10 examples, but here are 7"):
        source.load_state(other.state())
    with pytest.raises(ValueError, match="other data"):
        source.load_state(numbered(10).state())
    assert all(torch.equal(value, before[name]) for name, value in source.state().items())


def test_a_source_that_draws_has_no_place_to_remember():
    source = Ring().open(torch.device("cpu"))
    assert isinstance(source, Drawn)
    assert source.state() == {}
    source.load_state({})
    with pytest.raises(ValueError, match="drawn as it goes"):
        source.load_state(numbered(3).state())
