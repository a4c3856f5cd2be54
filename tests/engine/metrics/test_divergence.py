"""Divergences, with histograms worked by hand and generators whose faults are known."""

import math

import pytest
import torch

from engine.data import DATA, Blobs, Mixture1D, Points, Ring
from engine.metrics import Cells, divergence, floor

CPU = torch.device("cpu")
LN2 = math.log(2)
POINTS = {name: kind for name, kind in DATA.items() if issubclass(kind, Points)}


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def measured(points: Points, fake: torch.Tensor) -> tuple[float, float]:
    cells = Cells.of(points)
    kl, js = divergence(cells.exact(points, CPU), cells.histogram(fake), len(fake))
    return kl.item(), js.item()


def test_the_first_axis_is_the_slow_one_and_the_rest_is_outside():
    cells = Cells(dim=2, low=0.0, high=2.0, bins=2)
    x = torch.tensor([[0.5, 0.5], [0.5, 1.5], [1.5, 0.5], [1.5, 0.5], [2.5, 0.5], [0.5, -0.1], [math.nan, 1.0], [math.inf, 1.0]])
    assert (cells.histogram(x) * 8).tolist() == [1, 1, 2, 0, 4]


def test_on_a_line_cells_are_intervals():
    cells = Cells(dim=1, low=-1.0, high=1.0, bins=4)
    assert (cells.histogram(torch.tensor([[-0.9], [0.1], [0.2], [7.0]])) * 4).tolist() == [1, 0, 2, 0, 1]


@pytest.mark.parametrize("kind", POINTS.values(), ids=POINTS)
def test_exact_masses_are_what_many_samples_show(kind):
    points = kind()
    cells = Cells.of(points)
    exact = cells.exact(points, CPU)
    shown = cells.histogram(points.sample(100_000, seeded()))
    assert exact.sum().item() == pytest.approx(1, abs=1e-5)
    assert (exact - shown).abs().max().item() < 5 * math.sqrt(exact.max() / 100_000)


def test_equal_histograms_do_not_diverge():
    p = torch.tensor([0.5, 0.3, 0.2, 0.0])
    assert [value.item() for value in divergence(p, p, 100)] == pytest.approx([0, 0], abs=1e-7)


def test_disjoint_histograms_are_ln_2_apart():
    kl, js = divergence(torch.tensor([1.0, 0.0]), torch.tensor([0.0, 1.0]), 99)
    assert js.item() == pytest.approx(LN2)
    assert kl.item() == pytest.approx(math.log(100), rel=1e-5)  # the ceiling: only the one extra sample is in the data's cell


def test_half_the_data_missed():
    """p = (1/2, 1/2), q = (1, 0), N = 3, so q' = (7/8, 1/8); the middle is (3/4, 1/4)."""
    kl, js = divergence(torch.tensor([0.5, 0.5]), torch.tensor([1.0, 0.0]), 3)
    assert kl.item() == pytest.approx(0.5 * math.log(4 / 7) + 0.5 * math.log(4))
    assert js.item() == pytest.approx(0.5 * math.log(4 / 3) + 0.5 * (0.5 * math.log(2 / 3) + 0.5 * math.log(2)))


@pytest.mark.parametrize("kind", POINTS.values(), ids=POINTS)
def test_a_perfect_generator_is_at_the_floor(kind):
    points, n = kind(), 2_500
    real = Cells.of(points).exact(points, CPU)
    expected = floor(real, n, seeded())
    scores = torch.tensor([measured(points, points.sample(n, seeded(1 + i))) for i in range(20)])
    assert torch.allclose(scores.mean(0), torch.stack(expected), rtol=0.15)


def test_more_samples_lower_the_floor():
    ring = Ring()
    real = Cells.of(ring).exact(ring, CPU)
    few, many = floor(real, 500, seeded()), floor(real, 5_000, seeded())
    assert many.js < few.js / 5
    assert many.kl < few.kl / 5


def test_the_floor_grows_with_the_cells_that_have_data():
    """To first order JS is (cells with data - 1) / 8N: chi squared over 8N."""
    real = torch.full((50,), 0.02)
    assert floor(real, 10_000, seeded(), repeats=50).js.item() == pytest.approx(49 / 80_000, rel=0.1)


def test_a_shifted_generator_is_far_above_the_floor():
    points = Blobs()
    expected = floor(Cells.of(points).exact(points, CPU), 2_500, seeded())
    kl, js = measured(points, points.sample(2_500, seeded()) + 0.1)
    assert js > 20 * expected.js
    assert kl > 20 * expected.kl


def test_a_lost_mode_of_four_costs_what_the_textbook_says():
    """p = 4 x 1/4, q = 3 x 1/3: JS = ln 2 + 3/4 * ... worked below; the finite sample adds a little."""
    points = Mixture1D(modes=4)
    x = points.sample(40_000, seeded())
    m_kept, m_lost = (1 / 4 + 1 / 3) / 2, 1 / 8
    by_hand = 0.5 * (0.75 * math.log(0.25 / m_kept) + 0.25 * math.log(0.25 / m_lost)) + 0.5 * math.log((1 / 3) / m_kept)
    assert measured(points, x[x[:, 0] < 0.55])[1] == pytest.approx(by_hand, abs=0.002)


@pytest.mark.parametrize("scale", [0.0, 0.01, 1.0, 100.0])
def test_divergences_keep_within_their_bounds(scale):
    fake = scale * torch.randn(1_000, 2, generator=seeded())
    kl, js = measured(Ring(), fake)
    assert 0 <= js <= LN2 + 1e-6
    assert 0 <= kl <= math.log(1_001) + 1e-6


def test_a_generator_that_broke_counts_as_far_away():
    kl, js = measured(Ring(), torch.full((100, 2), math.nan))
    assert js == pytest.approx(LN2, abs=1e-3)
    assert kl == pytest.approx(math.log(101), abs=1e-3)
