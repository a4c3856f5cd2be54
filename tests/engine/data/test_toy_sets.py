"""Toys as data: what is given, what is told beside it, what it becomes."""

import pytest
import torch

from engine.data import ToyPairs, ToyPictures
from engine.data.toys import MATERIALS

CPU = torch.device("cpu")
SMALL = 32


def seeded() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def test_beside_an_outline_stand_the_colour_and_the_material():
    data = ToyPairs(size=SMALL)
    pairs, toys = data.draw(6, seeded())
    assert data.given == (1 + 3 + len(MATERIALS), SMALL, SMALL)
    assert data.pictured == 1
    planes = pairs.a[:, 1:]
    assert (planes == planes[..., :1, :1]).all()
    assert torch.equal(planes[:, :3, 0, 0], toys.colour)
    assert torch.equal(planes[:, 3:, 0, 0].argmax(1), toys.material)
    assert set(planes[:, 3:].unique().tolist()) == {-1.0, 1.0}


def test_what_is_not_told_is_not_given():
    data = ToyPairs(size=SMALL, told=False)
    assert data.given == (1, SMALL, SMALL)
    assert data.wishes == ()
    assert torch.equal(data.draw(3, seeded())[0].a, ToyPairs(size=SMALL).draw(3, seeded())[0].a[:, :1])


def test_a_toy_of_another_material_is_the_same_toy():
    data = ToyPairs(size=SMALL, task="material", into="metal")
    pairs, toys = data.draw(8, seeded())
    assert data.sides == ("clay", "metal")
    assert (toys.material == MATERIALS.index("metal")).all()
    ground = (toys.labels == 0)[:, None].expand_as(pairs.a)
    body = (toys.labels == 1)[:, None].expand_as(pairs.a)
    assert (pairs.a - pairs.b)[body].abs().mean() > 0.1
    assert (pairs.a - pairs.b)[ground].abs().mean() < 0.05


def test_a_night_is_darker_than_its_day():
    pairs, _ = ToyPairs(size=SMALL, task="night").draw(8, seeded())
    assert pairs.b.mean() < pairs.a.mean() - 0.3


@pytest.mark.parametrize("label", ["material", "colour"])
def test_a_toy_can_be_drawn_again_with_another_label(label):
    data = ToyPictures(size=SMALL, label=label)
    (x, y), again = data.draw(8, seeded())
    wanted = (y + 1) % data.classes
    other = again(wanted)
    assert (other - x).abs().mean() > 0.01
    assert torch.equal(other, ToyPictures(size=SMALL, label=label).draw(8, seeded())[1](wanted))
    if label == "material":
        assert torch.equal(again(y), x)


def test_of_another_kind_it_is_another_toy():
    (_, y), again = ToyPictures(size=SMALL, label="kind").draw(2, seeded())
    assert again(y) is None


@pytest.mark.parametrize("task", ["outline", "material", "night"])
def test_held_out_toys_are_always_the_same_and_no_run_draws_them(task):
    data = ToyPairs(size=SMALL, task=task)
    held, again = data.held_out(4, CPU), data.held_out(4, CPU)
    assert torch.equal(held.b, again.b)
    assert not torch.equal(held.b, data.open(CPU).batch(4, seeded()).b)


def test_one_material_alone_can_be_asked_for():
    assert set(ToyPairs(size=SMALL, material="fur").draw(5, seeded())[1].material.tolist()) == {MATERIALS.index("fur")}


@pytest.mark.parametrize("label", ["material", "colour", "kind"])
def test_labelled_pictures_name_what_their_labels_mean(label):
    data = ToyPictures(size=SMALL, label=label)
    batch = data.open(CPU).batch(32, seeded())
    assert batch.y.dtype == torch.int64
    assert batch.y.min() >= 0
    assert batch.y.max() < data.classes
    assert len(batch.y.unique()) > 3
