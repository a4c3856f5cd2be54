"""Coverage, with histograms worked by hand."""

import math

import pytest
import torch

from engine.data import Grid, Mixture1D, Ring, TwoGaussians
from engine.metrics import coverage, hq_ceiling, median_distance_ideal, modes_ideal, reverse_kl_floor

CROSS = torch.tensor([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def even(modes: int) -> torch.Tensor:
    return torch.full((modes,), 1 / modes)


def test_samples_on_every_mode_are_perfect():
    assert [value.item() for value in coverage(CROSS, CROSS, 0.1)] == [4.0, 1.0, 0.0, 0.0]


def test_one_mode_of_four_costs_ln_4():
    found = coverage(CROSS[:1].repeat(10, 1), CROSS, 0.1)
    assert found.modes == 1
    assert found.reverse_kl.item() == pytest.approx(math.log(4))


def test_three_to_one_on_two_of_four_modes():
    found = coverage(CROSS[[0, 0, 0, 1]], CROSS, 0.1)
    by_hand = 0.75 * math.log(0.75 / 0.25) + 0.25 * math.log(0.25 / 0.25)
    assert found.reverse_kl.item() == pytest.approx(by_hand)


def test_three_sigmas_are_a_disc_and_not_a_box():
    just_inside, in_the_box_only = torch.tensor([[1.29, 0.0]]), torch.tensor([[1.25, 0.25]])
    assert coverage(just_inside, CROSS, 0.1).hq == 1
    assert coverage(in_the_box_only, CROSS, 0.1).hq == 0


def test_a_mode_counts_with_a_single_good_sample():
    far = torch.full((99, 2), 5.0)
    found = coverage(torch.cat([far, CROSS[:1]]), CROSS, 0.1)
    assert (found.modes.item(), found.hq.item()) == (1.0, pytest.approx(0.01))


def test_without_a_good_sample_the_divergence_is_unknown():
    found = coverage(torch.full((10, 2), 5.0), CROSS, 0.1)
    assert (found.modes, found.hq) == (0, 0)
    assert math.isnan(found.reverse_kl)


def test_broken_samples_are_no_good_samples():
    found = coverage(torch.tensor([[math.nan, 0.0], [math.inf, 0.0], [1.0, 0.0], [0.0, 1.0]]), CROSS, 0.1)
    assert (found.modes, found.hq) == (2, 0.5)


def test_no_samples_at_all_have_no_quality():
    found = coverage(torch.empty(0, 2), CROSS, 0.1)
    assert found.modes == 0
    assert all(math.isnan(value) for value in found[1:])


def test_rare_modes_may_be_rare():
    """Weights 3:1 and samples 3:1 agree; against even weights they would not."""
    samples = CROSS[[0, 0, 0, 1]]
    assert coverage(samples, CROSS[:2], 0.1, weights=torch.tensor([0.75, 0.25])).reverse_kl == 0
    assert coverage(samples, CROSS[:2], 0.1).reverse_kl > 0.1


@pytest.mark.parametrize("points", [Ring(), Grid(), TwoGaussians(), Mixture1D()], ids=lambda points: type(points).__name__)
def test_a_perfect_generator_reaches_ceiling_and_floor(points):
    found = coverage(points.sample(50_000, seeded()), points.centres, points.scales, points.weights)
    assert found.modes == len(points.centres)
    assert found.hq.item() == pytest.approx(hq_ceiling(points.dim), abs=0.003)
    assert found.median_distance.item() == pytest.approx(median_distance_ideal(points.dim), abs=0.02)
    assert found.reverse_kl.item() < 4 * reverse_kl_floor(points.weights, 50_000)


def test_the_floors_and_ceilings_are_the_published_ones():
    assert hq_ceiling(2) == pytest.approx(0.98889, abs=5e-6)
    assert hq_ceiling(1) == pytest.approx(0.99730, abs=5e-6)
    assert median_distance_ideal(2) == pytest.approx(1.1774, abs=5e-5)
    assert reverse_kl_floor(even(8), 2500) == pytest.approx(0.0014, rel=0.01)
    assert reverse_kl_floor(even(25), 2500) == pytest.approx(0.0048, rel=0.01)
    assert reverse_kl_floor(even(1000), 26_000) == pytest.approx(0.0193, abs=5e-5)
    assert reverse_kl_floor(even(1000), 2_500) == pytest.approx(0.22, abs=5e-3)  # where the first order says 0.20


def test_one_sample_is_in_one_mode():
    assert reverse_kl_floor(even(5), 1) == pytest.approx(math.log(5))
    assert modes_ideal(even(5), 1) == pytest.approx(1)


def test_two_samples_of_two_modes_agree_half_the_time():
    assert reverse_kl_floor(even(2), 2) == pytest.approx(0.5 * math.log(2))
    assert modes_ideal(even(2), 2) == pytest.approx(1.5)


def test_how_many_of_a_thousand_modes_so_many_samples_find():
    assert modes_ideal(even(1000), 2_500) == pytest.approx(918, abs=0.1)
    assert modes_ideal(even(1000), 26_000) == pytest.approx(1000, abs=1e-6)
    assert modes_ideal(even(1000), 2_500, quality=0.5) == pytest.approx(modes_ideal(even(1000), 1_250), abs=0.5)


def test_the_floor_is_what_perfect_generators_average():
    ring = Ring()
    scores = [coverage(ring.sample(2_500, seeded(i)), ring.centres, ring.sigma).reverse_kl.item() for i in range(40)]
    assert sum(scores) / 40 == pytest.approx(reverse_kl_floor(even(8), 2_500), abs=4 * 0.00075 / math.sqrt(40))
