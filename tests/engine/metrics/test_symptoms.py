"""Symptoms are told where they are and nowhere else."""

import numpy as np

from engine.metrics.symptoms import PATIENCE, symptom
from engine.recorder import Rows

FLOORS = {"modes": 8.0}


NAMES = {"real": "D(real)", "fake": "D(fake)", "G_gradient": "G gradient", "D_gradient": "D gradient"}


def rows(**latest: float) -> Rows:
    """One row of readings."""
    names = tuple(NAMES.get(name, name) for name in latest)
    return Rows(names, np.array([PATIENCE]), np.array([list(latest.values())], np.float32))


def test_a_healthy_run_has_none() -> None:
    healthy = rows(d_loss=1.3, g_loss=0.7, real=0.4, fake=-0.3, G_gradient=0.2, D_gradient=0.3)
    assert symptom(healthy, rows(modes=8.0), FLOORS, 5_000) == ""


def test_a_long_gradient_is_told_with_its_player() -> None:
    assert "The gradient of D is 4,321 long" in symptom(rows(D_gradient=4321.0), None, {}, 1)


def test_a_d_that_is_always_right_and_a_g_that_hears_nothing() -> None:
    won = rows(d_loss=0.004, real=9.0, fake=-9.0, G_gradient=1e-5)
    assert symptom(won, None, {}, PATIENCE - 1) == ""  # it may be young
    assert symptom(won, None, {}, PATIENCE).startswith("D is always right (its loss is 0.004)")


def test_a_wasserstein_loss_near_zero_is_a_d_that_cannot_tell() -> None:
    clipped = rows(d_loss=-0.00002, real=0.00876, fake=0.00874, G_gradient=1e-5)  # WGAN on the ring, clipped at 0.01
    assert symptom(clipped, None, {}, 3_000) == ""


def test_missing_modes_are_told_when_half_of_them_are_gone() -> None:
    assert symptom(rows(d_loss=1.0), rows(modes=5.0), FLOORS, 5_000) == ""
    assert "miss at least half of the 8 modes" in symptom(rows(d_loss=1.0), rows(modes=4.0), FLOORS, 5_000)


def test_the_most_urgent_comes_first() -> None:
    both = symptom(rows(G_gradient=500.0), rows(modes=0.0), FLOORS, 5_000)
    assert both.startswith("The gradient of G")
