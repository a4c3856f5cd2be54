"""Losses as curves: what G is told for each score."""

import math

import numpy as np
import pytest
import torch

from engine.losses import LOSSES
from engine.theory.curves import SCORES, all_curves, g_curves


def at(name: str, score: float) -> tuple[float, float]:
    """G's loss and its gradient at a score."""
    curve, where = g_curves(LOSSES[name]()), int(np.abs(SCORES - score).argmin())
    return float(curve["loss"][where]), float(curve["gradient"][where])


def test_minimax_is_silent_where_d_is_sure_and_the_non_saturating_loss_is_not() -> None:
    assert at("minimax", -6.0)[1] == pytest.approx(-1 / (1 + math.exp(6)))  # -sigmoid(-6)
    assert at("non-saturating", -6.0)[1] == pytest.approx(-1 / (1 + math.exp(-6)))  # -sigmoid(6)


@pytest.mark.parametrize(
    ("name", "loss", "gradient"),
    [
        ("minimax", -math.log(2), -0.5),
        ("non-saturating", math.log(2), -0.5),
        ("wasserstein", 0.0, -1.0),
        ("least-squares", 0.5, -1.0),
        ("hinge", 0.0, -1.0),
        ("rpgan", math.log(2), -0.5),
    ],
)
def test_at_a_score_of_zero_by_hand(name: str, loss: float, gradient: float) -> None:
    assert at(name, 0.0) == pytest.approx((loss, gradient))


@pytest.mark.parametrize(
    ("name", "score", "d_loss"),
    [
        ("non-saturating", 0.0, 2 * math.log(2)),
        ("minimax", 0.0, 2 * math.log(2)),
        ("least-squares", 0.5, 0.25),
        ("hinge", 0.0, 2.0),
        ("rpgan", 0.0, math.log(2)),
        ("wasserstein", 0.0, 0.0),
    ],
)
def test_equilibrium_constants(name: str, score: float, d_loss: float) -> None:
    scores = torch.full((4,), score, dtype=torch.float64)
    assert float(LOSSES[name]().d_loss(scores, scores)) == pytest.approx(d_loss, abs=1e-12)


def test_every_loss_has_its_curve_in_the_menus_order() -> None:
    curves = all_curves()["curves"]
    assert list(curves) == list(LOSSES)
    assert all(np.isfinite(curve[key]).all() and len(curve[key]) == len(SCORES) for curve in curves.values() for key in curve)
