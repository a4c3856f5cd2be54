"""f(x, y) = x·y: the radius of every method against its closed form, what is kept, and where stability ends."""

import math
from math import sqrt

import numpy as np
import pytest

from engine.theory.bilinear import Bilinear, kept, matrix
from engine.theory.methods import (
    METHODS,
    Alternating,
    At,
    Consensus,
    Extragradient,
    Method,
    Momentum,
    Optimistic,
    Proximal,
    Simultaneous,
)
from engine.theory.path import follow, radius, verdict

H = [0.05, 0.2, 0.45]


@pytest.mark.parametrize("h", H)
def test_the_radius_of_each_method_is_its_closed_form(h: float) -> None:
    closed = {
        Simultaneous(step=h): sqrt(1 + h**2),
        Alternating(step=h): 1.0,
        Extragradient(step=h): sqrt(1 - h**2 + h**4),
        Proximal(step=h): 1 / sqrt(1 + h**2),
        Optimistic(step=h): sqrt((1 + sqrt(1 - 4 * h**2)) / 2),
        Consensus(step=h, coefficient=0.7): sqrt((1 - 0.7 * h) ** 2 + h**2),
    }
    for method, expected in closed.items():
        assert radius(matrix(method)) == pytest.approx(expected, abs=1e-6), method


@pytest.mark.parametrize(("beta", "expected"), [(-0.5, 0.9941), (-0.25, 0.9949), (0.0, 1.0), (0.5, 1.0918)])
def test_negative_momentum_converges_and_positive_flies_off(beta: float, expected: float) -> None:
    assert radius(matrix(Momentum(step=0.2, momentum=beta))) == pytest.approx(expected, abs=1e-4)


def test_negative_momentum_does_not_help_simultaneous_steps() -> None:
    assert radius(matrix(Momentum(step=0.2, momentum=-0.5, alternating=False))) == pytest.approx(1.0030, abs=1e-4)


@pytest.mark.parametrize(
    ("method", "border"),
    [
        (Extragradient(), 1.0),
        (Optimistic(), 1 / sqrt(3)),
        (Consensus(coefficient=0.5), 2 * 0.5 / (1 + 0.5**2)),
        (Alternating(), 2.0),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Method) else "",
)
def test_stability_ends_where_theory_says(method: Method, border: float) -> None:
    inside, outside = (radius(matrix(method.model_copy(update={"step": border + by}))) for by in (-1e-3, 1e-3))
    assert inside < 1 + 1e-9
    assert outside > 1 + 1e-5


def test_alternating_steps_keep_their_ellipse_and_turn_by_a_known_angle() -> None:
    h = 0.3
    x, y = np.array(Bilinear(method=Alternating(step=h), x=1.0, y=-0.5).answer()["path"]).T
    assert kept(At(x, y), h) == pytest.approx(kept(At(1.0, -0.5), h), abs=1e-9)
    turns = np.angle(np.linalg.eigvals(matrix(Alternating(step=h))))
    assert abs(turns).max() == pytest.approx(math.acos(1 - h**2 / 2), abs=1e-6)


@pytest.mark.parametrize("method", [Simultaneous(), Extragradient(), Proximal(), Consensus()], ids=lambda m: type(m).__name__)
def test_a_run_whose_distance_changes_evenly_measures_the_radius_exactly(method: Method) -> None:
    answer = Bilinear(method=method).answer()
    assert answer["measured"] == pytest.approx(answer["predicted"], abs=1e-6)


@pytest.mark.parametrize("name", METHODS)
def test_every_run_measures_about_what_theory_predicts(name: str) -> None:
    answer = Bilinear(method=METHODS[name]()).answer()
    assert answer["measured"] == pytest.approx(answer["predicted"], abs=2e-3)


def test_two_rounds_of_simultaneous_steps_by_hand() -> None:
    answer = Bilinear(method=Simultaneous(step=0.5), x=1.0, y=1.0, rounds=2).answer()
    assert answer["path"].tolist() == [[1.0, 1.0], [0.5, 1.5], [-0.25, 1.75]]


def test_a_path_that_flies_off_ends_early_with_finite_numbers() -> None:
    answer = Bilinear(method=Simultaneous(step=2.5), rounds=1000).answer()
    assert len(answer["path"]) < 30
    assert np.isfinite(answer["path"]).all()
    assert answer["verdict"] == "moves away"


def test_at_the_equilibrium_there_is_nothing_to_measure() -> None:
    assert math.isnan(Bilinear(x=0.0, y=0.0).answer()["measured"])
    assert math.isnan(follow((1.0, 0.0), lambda now: now, 0).growth)


def test_a_verdict_is_three_plain_words_or_none() -> None:
    assert [verdict(factor) for factor in (1.1, 1.0, 0.9, math.nan)] == [
        "moves away",
        "keeps its distance",
        "approaches",
        "unknown",
    ]
