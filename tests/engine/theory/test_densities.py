"""Two densities and the best D against closed forms."""

import math
from typing import Any

import numpy as np
import pytest

from engine.theory.densities import EDGE, LN2, Densities, Density, belief


def distances(p: dict[str, Any], q: dict[str, Any]) -> dict[str, float]:
    return Densities(p=Density(**p), q=Density(**q)).distances()


def kl(m: float, s: float, m2: float, s2: float) -> float:
    """Of two Gaussians: ln(s2/s) + (s² + (m - m2)²)/(2 s2²) - 1/2."""
    return math.log(s2 / s) + (s**2 + (m - m2) ** 2) / (2 * s2**2) - 0.5


@pytest.mark.parametrize(("m", "s", "m2", "s2"), [(0, 1, 0, 1), (-1, 0.6, 1.5, 0.9), (0, 0.05, 0, 3.0), (-4, 0.05, 4, 0.05)])
def test_kl_of_two_gaussians_is_its_closed_form_both_ways(m: float, s: float, m2: float, s2: float) -> None:
    found = distances({"centre": m, "width": s}, {"centre": m2, "width": s2})
    assert found["kl"] == pytest.approx(kl(m, s, m2, s2), rel=1e-6, abs=1e-9)
    assert found["reverse"] == pytest.approx(kl(m2, s2, m, s), rel=1e-6, abs=1e-9)


def test_wasserstein_of_a_shift_is_the_shift() -> None:
    assert distances({"centre": -1.25, "width": 0.3}, {"centre": 2.0, "width": 0.3})["w1"] == pytest.approx(3.25, abs=1e-6)


def test_wasserstein_of_a_stretch_is_the_mean_distance_it_moves() -> None:
    found = distances({"width": 0.5}, {"width": 2.0})["w1"]
    assert found == pytest.approx(1.5 * math.sqrt(2 / math.pi), abs=1e-6)  # (2 - 0.5)·E|z|


def test_total_variation_of_equal_widths_is_erf() -> None:
    apart, width = 1.4, 0.7
    found = distances({"centre": 0.0, "width": width}, {"centre": apart, "width": width})["tv"]
    assert found == pytest.approx(math.erf(apart / (2 * math.sqrt(2) * width)), abs=1e-6)


def test_equal_densities_are_the_equilibrium() -> None:
    answer = Densities(p=Density(), q=Density()).answer()
    assert [answer[name] for name in ("kl", "reverse", "js", "w1", "tv")] == pytest.approx([0.0] * 5, abs=1e-12)
    assert answer["d_loss"] == pytest.approx(2 * math.log(2), abs=1e-12)
    assert answer["best"] == pytest.approx(0.5)


def test_densities_far_apart_reach_the_bounds_of_js_and_tv_and_d_wins() -> None:
    found = distances({"centre": -4.0, "width": 0.1}, {"centre": 4.0, "width": 0.1})
    assert (found["js"], found["tv"]) == pytest.approx((LN2, 1.0), abs=1e-9)
    assert found["d_loss"] == pytest.approx(0.0, abs=1e-9)
    assert found["w1"] == pytest.approx(8.0, abs=1e-6)  # it alone still says how far


@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
def test_every_density_has_mass_one(share: float) -> None:
    x = np.linspace(-40, 40, 40_001)
    mixture = Density(centre=-2.0, width=0.05, share=share, centre2=1.0, width2=2.0)
    assert np.trapezoid(np.exp(mixture.log(x)), x) == pytest.approx(1.0, abs=1e-9)
    assert mixture.below(np.array([-40.0, 40.0])).tolist() == pytest.approx([0.0, 1.0], abs=1e-12)


def test_a_share_of_one_is_the_second_gaussian_alone() -> None:
    assert distances({"centre": -3.0, "share": 1.0, "centre2": 1.0, "width2": 0.5}, {"centre": 1.0, "width": 0.5})["kl"] == 0.0


def test_the_best_d_is_known_where_both_densities_are_too_small_for_a_float() -> None:
    assert belief(np.array([-2000.0, -2000.0]), np.array([-2000.0, -3000.0])).tolist() == [0.5, 1.0]


def test_js_and_the_best_d_do_not_depend_on_who_is_real_but_kl_does() -> None:
    p, q = {"centre": -1.0, "width": 0.4}, {"centre": 0.5, "width": 1.5}
    one, other = distances(p, q), distances(q, p)
    assert (one["js"], one["w1"], one["tv"]) == pytest.approx((other["js"], other["w1"], other["tv"]), abs=1e-12)
    assert (one["kl"], one["reverse"]) == pytest.approx((other["reverse"], other["kl"]), abs=1e-12)
    assert one["kl"] < one["reverse"]


def test_the_picture_lies_between_the_edges() -> None:
    answer = Densities().answer()
    assert (answer["x"][0], answer["x"][-1]) == (-EDGE, EDGE)
    assert all(np.isfinite(answer[name]).all() and len(answer[name]) == len(answer["x"]) for name in ("p", "q", "best"))
