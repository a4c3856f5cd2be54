"""Glyphs: what the pen writes, and that it says why."""

import numpy as np
import pytest
import torch

from engine.data import Factors, Glyphs
from engine.data.alphabet import DIGITS, LETTERS, character
from engine.data.glyphs import Pen

CPU = torch.device("cpu")
STILL = {"slant": 0.0, "thickness": 0.0, "scale": 0.0, "shift": 0.0, "wobble": 0.0}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def written(y: int, **factors: float) -> torch.Tensor:
    """The ink, (28, 28) from 0 to 1, of one digit written by a steady hand."""
    average = {"slant": 0.0, "thickness": 1.0, "scale": 1.0, "dx": 0.0, "dy": 0.0} | factors
    why = Factors(torch.tensor([y]), **{name: torch.tensor([value]) for name, value in average.items()})
    return (Pen(Glyphs(**STILL), CPU).picture(why, seeded())[0, 0] + 1) / 2


def middle(ink: torch.Tensor) -> tuple[float, float]:
    """The centre of mass, (x, y) in pixels."""
    place = torch.arange(28) + 0.5
    return (float((ink.sum(0) * place).sum() / ink.sum()), float((ink.sum(1) * place).sum() / ink.sum()))


def test_a_batch_is_white_ink_on_black_with_labels():
    batch = Glyphs().open(CPU).batch(6, seeded())
    assert batch.x.shape == (6, 1, 28, 28)
    assert batch.x.min() == -1
    assert batch.x.amax((1, 2, 3)).min() > 0.9
    assert (batch.x > 0).float().mean() < 0.3
    assert batch.y.dtype == torch.int64


@pytest.mark.parametrize(("characters", "names"), [("digits", "0123456789"), ("letters", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")])
def test_the_classes_are_the_characters(characters, names):
    glyphs = Glyphs(characters=characters)
    assert "".join(glyphs.class_names) == names
    assert glyphs.classes == len(names)
    assert Pen(glyphs, CPU).factors(500, seeded()).y.unique().tolist() == list(range(len(names)))


def test_digits_and_letters_together_are_36():
    assert Glyphs(characters="both").classes == 36


def test_a_seven_has_its_bar_on_top_and_a_foot_to_the_left():
    ink = written(7)
    top, foot = ink[4:6].amax(0), ink[22]
    assert top[8:18].min() > 0.5
    assert 10 <= int(foot.argmax()) <= 13
    assert ink[12:, 19:].sum() == 0


def test_every_character_looks_like_itself_and_no_other():
    """A picture is nearest to the steady-handed picture of its own class: the classes are as distinct as they look."""
    glyphs = Glyphs(characters="both", slant=0.0, scale=0.0, shift=0.0)
    pen = Pen(glyphs, CPU)
    ones = torch.ones(36)
    models = Pen(Glyphs(characters="both", **STILL), CPU).picture(
        Factors(torch.arange(36), 0 * ones, ones, ones, 0 * ones, 0 * ones), seeded()
    )
    batch, _ = pen.draw(180, seeded(1))
    guess = torch.cdist(batch.x.flatten(1), models.flatten(1)).argmin(1)
    assert (guess == batch.y).float().mean() > 0.97


def test_shift_moves_the_ink_by_that_share_of_the_picture():
    x, y = middle(written(3))
    moved_x, moved_y = middle(written(3, dx=0.05, dy=-0.1))
    assert moved_x - x == pytest.approx(0.05 * 28, abs=0.05)
    assert moved_y - y == pytest.approx(-0.1 * 28, abs=0.05)


def test_slant_leans_the_top_to_the_right():
    upright, leaning = written(1), written(1, slant=0.3)
    assert middle(leaning[:8].repeat(4, 1)[:28])[0] > middle(upright[:8].repeat(4, 1)[:28])[0] + 1
    assert middle(leaning[20:].repeat(4, 1)[:28])[0] < middle(upright[20:].repeat(4, 1)[:28])[0] - 1


def test_thickness_is_proportional_to_the_ink():
    """The stem of a 1 is as wide as the pen: twice the radius of 0.042 * 28 pixels."""
    assert float(written(1)[14].sum()) == pytest.approx(2 * 0.042 * 28, abs=0.05)
    assert float(written(1, thickness=1.5)[14].sum()) == pytest.approx(3 * 0.042 * 28, abs=0.05)


def test_scale_makes_a_character_taller():
    small, average, large = (float(written(1, scale=scale).amax(1).sum()) for scale in (0.8, 1.0, 1.2))
    assert average - small == pytest.approx(0.2 * 0.68 * 28, abs=0.3)
    assert large - average == pytest.approx(0.2 * 0.68 * 28, abs=0.3)


def test_factors_keep_within_their_knobs_and_use_them_up():
    factors = Pen(Glyphs(), CPU).factors(2_000, seeded())
    for name, most in {"slant": 0.25, "dx": 0.04, "dy": 0.04}.items():
        assert 0.95 * most < getattr(factors, name).abs().max() <= most
    assert 0.65 <= factors.thickness.min() < 0.67
    assert 1.11 < factors.scale.max() <= 1.12


def test_without_spread_every_picture_of_a_class_is_the_same():
    batch = Glyphs(**STILL).open(CPU).batch(60, seeded())
    threes = batch.x[batch.y == 3]
    assert len(threes) > 1
    assert torch.equal(threes, threes[:1].expand_as(threes))


def test_the_hand_wobbles():
    still, alive = Glyphs(**STILL), Glyphs(**STILL | {"wobble": 0.03})
    _, factors = still.draw(8, seeded(), CPU)
    pictures = [Pen(glyphs, CPU).picture(factors, seeded()) for glyphs in (still, alive)]
    assert not torch.equal(*pictures)


def test_the_same_seed_writes_the_same():
    first, second = (Glyphs(characters="both", size=16).open(CPU).batch(8, seeded(5)) for _ in range(2))
    assert torch.equal(first.x, second.x)
    assert torch.equal(first.y, second.y)


@pytest.mark.parametrize("name", (DIGITS | LETTERS).keys())
def test_the_pen_passes_every_place_in_even_steps_within_the_box(name):
    one = character((DIGITS | LETTERS)[name], 300)
    dots = one.path @ one.places
    assert np.allclose(one.path.sum(1), 1)  # moving all places moves the whole character
    distances = np.linalg.norm(dots[:, None] - one.places[None], axis=2).min(0)
    assert distances.max() < 0.02
    steps = np.linalg.norm(np.diff(dots, axis=0), axis=1)
    assert np.sort(steps)[:-6].max() < 2 * np.median(steps)  # but for the hops between strokes
    assert np.abs(dots).max() < 0.57


def test_a_closed_stroke_meets_itself_smoothly():
    one = character(DIGITS["0"], 400)
    dots = one.path @ one.places
    assert np.allclose(dots[0], dots[-1])
    begin, end = dots[1] - dots[0], dots[-1] - dots[-2]
    assert begin @ end / np.linalg.norm(begin) / np.linalg.norm(end) > 0.99
