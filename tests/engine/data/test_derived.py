"""Pairs made of any pictures: what is taken away, and that nothing else is."""

import pytest
import torch

from engine.data import Derived
from engine.data.derived import grey, holes

CPU = torch.device("cpu")


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_a_hole_is_grey_and_around_it_nothing_has_changed():
    a, b = Derived(task="complete", size=32).open(CPU).batch(16, seeded())
    changed = (a != b).flatten(1).float().mean(1)
    assert torch.equal(a[a != b], torch.zeros_like(a[a != b]))
    assert (changed > 0).any()
    assert (changed <= 0.56**2).all()


def test_holes_are_rectangles_of_many_sizes_in_many_places():
    found = holes(torch.zeros(64, 3, 32, 32), seeded())
    assert found.shape == (64, 1, 32, 32)
    rows, columns = found[:, 0].any(2), found[:, 0].any(1)
    assert torch.equal(found[:, 0], rows[:, :, None] & columns[:, None])
    assert ((rows.sum(1) >= 7) & (rows.sum(1) <= 18)).all()
    assert len({tuple(row.tolist()) for row in rows}) > 20


def test_a_small_picture_is_the_mean_of_what_it_stands_for():
    a, b = Derived(task="enlarge", size=32).open(CPU).batch(2, seeded())
    assert a.shape == (2, 1, 8, 8)
    assert a[0, 0, 3, 5] == pytest.approx(b[0, 0, 12:16, 20:24].mean())


def test_toys_lose_their_detail_too_and_are_never_too_small_to_be_drawn():
    a, b = Derived(of="toys", task="enlarge", size=16).open(CPU).batch(2, seeded())
    assert (a.shape, b.shape) == ((2, 3, 8, 8), (2, 3, 32, 32))


def test_grey_is_as_bright_as_the_colour():
    assert grey(torch.tensor([1.0, -1.0, 0.5]).view(1, 3, 1, 1)).item() == pytest.approx(0.299 - 0.587 + 0.057)
    assert grey(torch.full((1, 1, 2, 2), 0.3)).unique().item() == pytest.approx(0.3)


@pytest.mark.parametrize("task", ["colour", "enlarge", "complete"])
def test_held_out_pairs_are_always_the_same(task):
    one, other = Derived(task=task).held_out(5, CPU), Derived(task=task).held_out(5, CPU)
    assert torch.equal(one.a, other.a)
    assert torch.equal(one.b, other.b)
