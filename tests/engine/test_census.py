"""A census of pictures: modes are named a channel at a time, counted, and held against what chance leaves."""

import json
import math
from functools import partial
from pathlib import Path

import pytest
import torch
from recipes import played, seeded, tiny_pictures
from torch import Tensor

from engine.batches import hot
from engine.census import counted, ideal, named, shares
from engine.checkpoint import write
from engine.classifier import Classifier, classifier_of
from engine.data import Cifar10, Glyphs, Mnist, StackedGlyphs, StackedMnist, ToyPictures
from engine.evaluate import evaluate
from engine.metrics import reverse_kl_floor
from engine.sight import Eye, Sight
from engine.teaching import Recipe
from engine.trainer import kept

HASTY = Recipe(examples=1_280, batch=64, width=8, features=16, tested=100)


class FirstPixel(Eye):
    """Names a picture by its first pixel, 0.0 to 0.9."""

    def __init__(self) -> None:
        super().__init__(1, 16, 10, 0, width=2, features=2)

    def forward(self, x: Tensor) -> Sight:
        classes = (10 * x[:, 0, 0, 0]).round().long()
        return Sight(x.new_zeros(len(x), 2), hot(classes, 10), x.new_zeros(len(x), 0))


EYE = Classifier(FirstPixel(), 1.0, {}, 0.0, Path())


def stacked(*digits: tuple[int, int, int]) -> Tensor:
    """A picture of these digits each, as FirstPixel reads them."""
    return (torch.tensor(digits) / 10)[:, :, None, None].expand(-1, -1, 16, 16)


def test_the_digits_of_a_mode_are_its_channels():
    names = named(StackedGlyphs(size=16), EYE, stacked((1, 2, 3), (0, 0, 7), (9, 9, 9)))
    assert names.tolist() == [123, 7, 999]


def test_a_picture_of_one_channel_is_named_as_it_is():
    assert named(Glyphs(size=16), EYE, stacked((4, 4, 4))[:, :1]).tolist() == [4]


def test_a_mode_is_as_frequent_as_its_digits_together():
    one, all_ = Mnist().shares, shares(StackedMnist())
    assert len(all_) == 1000
    assert float(all_.sum()) == pytest.approx(1)
    assert float(all_[123]) == pytest.approx(one[1] * one[2] * one[3])
    assert shares(StackedGlyphs()).tolist() == pytest.approx([0.001] * 1000)


def test_of_pictures_that_are_not_stacked_modes_are_classes():
    assert shares(Cifar10()).tolist() == pytest.approx([0.1] * 10)
    assert float(shares(ToyPictures(label="kind")).sum()) == pytest.approx(1)


def test_one_mode_of_a_thousand_costs_ln_1000():
    assert counted(torch.full((50,), 123), shares(StackedGlyphs())) == (1, pytest.approx(math.log(1000)))


def test_half_of_the_modes_cost_ln_2():
    assert counted(torch.arange(500), shares(StackedGlyphs())) == (500, pytest.approx(math.log(2)))


def test_chance_leaves_a_perfect_generator_at_its_ideal():
    true = shares(StackedMnist())
    looks = [counted(torch.multinomial(true, 256, replacement=True, generator=seeded(i)), true) for i in range(40)]
    assert sum(look.modes for look in looks) / 40 == pytest.approx(ideal(true, 256)["modes"], abs=2)
    assert sum(look.kl for look in looks) / 40 == pytest.approx(ideal(true, 256)["class KL"], abs=0.03)


# -- the table --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """What `evaluate` says of a run of two rounds."""
    folder = tmp_path_factory.mktemp("run")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_DATA", str(tmp_path_factory.mktemp("data")))
        patch.setattr("engine.census.classifier_of", partial(classifier_of, recipe=HASTY))
        write(folder, kept(played(tiny_pictures(data={"name": "stacked-glyphs", "size": 16}), 2)))
        yield evaluate(folder, 60, "cpu")


def test_the_table_has_its_modes_with_their_floor_and_whether_they_are_digits(table):
    assert set(table) == {
        *("modes", "modes_ideal", "modes_real", "reverse_kl", "reverse_kl_floor", "reverse_kl_real", "reverse_kl_uniform"),
        *("fid", "fid_floor", "classifier_accuracy", "samples", "rounds", "seed", "protocol"),
    }
    assert json.loads(json.dumps(table, allow_nan=False)) == table
    assert table["modes"] < table["modes_ideal"] == pytest.approx(1000 * (1 - 0.999**60))
    assert table["reverse_kl"] > table["reverse_kl_floor"] == pytest.approx(reverse_kl_floor(shares(StackedGlyphs()), 60))
    assert table["fid"] > table["fid_floor"]


def test_the_protocol_says_how_many_were_named_by_whom(table):
    assert table["protocol"].startswith("60 fakes of G's moving average in evaluation mode, named a channel at a time by our own")
    assert "% right on held-out pictures" in table["protocol"]


def test_so_many_are_measured_as_in_the_paper_where_nobody_says_how_many(tmp_path, monkeypatch):
    write(tmp_path, kept(played(tiny_pictures(data={"name": "stacked-glyphs", "size": 16}), 1)))
    monkeypatch.setattr("engine.evaluate.stacked_measured", lambda trained, p, n, generator, tell: {"samples": n})
    assert evaluate(tmp_path, device="cpu")["samples"] == 26_000
