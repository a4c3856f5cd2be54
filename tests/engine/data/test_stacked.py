"""Stacked digits: a colour each, a thousand modes, and no digit that is held out."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from engine.data import Glyphs, Mnist, StackedGlyphs, StackedMnist
from engine.data.classic import Cifar10, Classic, FashionMnist

CPU = torch.device("cpu")


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def grey_digits(monkeypatch):
    """In place of MNIST: 30 pictures for training, each of one grey, 0 to 29, and 6 to test with, 200 to 205."""

    def load(data, tell, *, train=True):
        greys = np.arange(30) if train else np.arange(200, 206)
        pictures = np.broadcast_to(greys[:, None, None], (len(greys), 28, 28)).astype(np.uint8)
        return SimpleNamespace(data=pictures, targets=greys % 10)

    monkeypatch.setattr(Classic, "_load", load)


def greys(x: torch.Tensor) -> torch.Tensor:
    """The grey of each channel, (N, 3), as a byte."""
    assert torch.equal(x.amin((2, 3)), x.amax((2, 3)))  # no channel is mixed of two digits
    return ((x[:, :, 0, 0] + 1) * 127.5).round().long()


def test_a_picture_is_the_next_three_digits_a_channel_each():
    x = StackedGlyphs(size=16).open(CPU).batch(5, seeded()).x
    digits = Glyphs(size=16).open(CPU).batch(15, seeded()).x
    assert x.shape == (5, 3, 16, 16)
    assert torch.equal(x[1, 2], digits[5, 0])


def test_an_epoch_of_ten_pictures_has_every_one_of_thirty_digits_once(grey_digits):
    source = StackedMnist().open(CPU)
    assert greys(source.batch(10, seeded()).x).flatten().sort().values.tolist() == list(range(30))


def test_its_place_is_the_place_in_the_digits(grey_digits):
    one, other, generator = StackedMnist().open(CPU), StackedMnist().open(CPU), seeded()
    one.batch(4, generator)
    other.load_state(one.state())
    assert torch.equal(one.batch(3, seeded(1)).x, other.batch(3, seeded(1)).x)


def test_what_is_held_out_is_stacked_of_test_digits_again_and_again_and_always_the_same(grey_digits):
    held = greys(StackedMnist().held_out(40, CPU).x)
    assert held.shape == (40, 3)
    assert set(held.flatten().tolist()) == set(range(200, 206))
    assert torch.equal(held, greys(StackedMnist().held_out(40, CPU).x))


@pytest.mark.parametrize("kind", [StackedGlyphs, StackedMnist])
def test_it_has_no_classes_but_knows_whose_classifier_names_its_channels(kind):
    assert kind().classes == 0
    assert (kind(size=32).named_by.classes, kind(size=32).named_by.shape) == (10, (1, 32, 32))


def test_some_digits_are_rarer_than_others_and_all_glyphs_are_alike():
    assert [sum(kind.counts) for kind in (Mnist, FashionMnist, Cifar10)] == [60_000, 60_000, 50_000]
    assert min(Mnist().shares) == Mnist().shares[5] == pytest.approx(0.09035)
    assert set(Glyphs().shares) == set(FashionMnist().shares) == {0.1}
