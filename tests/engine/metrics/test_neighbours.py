"""Precision, recall, density and coverage: on a line by hand, in general against the definition written out."""

import sys

import pytest
import torch
from torch import Tensor

from engine.metrics import neighbours
from engine.metrics.neighbours import BLOCK, radii


def drawn(*shape: int, seed: int = 0) -> Tensor:
    """Normal numbers, always the same for the same seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def line(*places: float) -> Tensor:
    return torch.tensor(places)[:, None]


def by_definition(real: Tensor, fake: Tensor, k: int, many: int) -> tuple[float, float, float, float]:
    """One pair at a time."""

    def ball(i: int, x: Tensor, k: int) -> float:
        return sorted(float((x[i] - x[j]).norm()) for j in range(len(x)) if j != i)[k - 1]

    def share(of: Tensor, within: Tensor) -> float:
        balls = [ball(i, within, k) for i in range(len(within))]
        return sum(any((x - y).norm() <= r for y, r in zip(within, balls, strict=True)) for x in of) / len(of)

    balls = [ball(i, real, many) for i in range(len(real))]
    hits = [[bool((x - y).norm() <= r) for x in fake] for y, r in zip(real, balls, strict=True)]
    density = sum(map(sum, hits)) / (many * len(fake))
    return share(fake, real), share(real, fake), density, sum(map(any, hits)) / len(real)


def test_the_distance_to_the_k_th_nearest_other():
    assert radii(line(0.0, 1, 3, 7), 1, 2).tolist() == [[1, 1, 2, 4], [3, 2, 3, 6]]


def test_fakes_on_a_line_by_hand():
    """Real balls with one neighbour: 0 +- 1, 1 +- 1, 10 +- 9. Fakes: 0.5 lies in two of them, 30 in none, -5 in none."""
    found = neighbours(line(0, 1, 10), line(0.5, 30, -5), k=1, many=1)
    assert found.precision == pytest.approx(1 / 3)
    assert found.density == pytest.approx(2 / 3)
    assert found.coverage == pytest.approx(2 / 3)
    assert found.recall == 1  # the ball around 0.5 reaches to -5, the one around 30 to 0.5


def test_the_definition_written_out_says_the_same():
    real, fake = drawn(60, 3).double(), 0.8 * drawn(50, 3, seed=1).double() + 0.4
    assert tuple(neighbours(real, fake)) == pytest.approx(by_definition(real, fake, 3, 5))
    assert tuple(neighbours(real, fake, k=2, many=4)) == pytest.approx(by_definition(real, fake, 2, 4))


def test_blocks_join_without_a_seam(monkeypatch):
    real, fake = drawn(100, 4), drawn(90, 4, seed=1)
    whole = neighbours(real, fake)
    monkeypatch.setattr(sys.modules["engine.metrics.neighbours"], "BLOCK", 7)
    assert BLOCK > 100
    assert neighbours(real, fake) == whole


def test_a_generator_of_one_picture_has_precision_but_no_recall():
    real = drawn(200, 4)
    found = neighbours(real, torch.zeros(200, 4))
    assert (found.precision, found.recall) == (1, 0)
    assert found.coverage < 0.6


def test_a_second_sample_of_the_same_gaussian_has_density_one_and_the_coverage_of_naeem():
    """E[coverage] = 1 - (N - 1)...(N - k) / ((2 N - 1)...(2 N - k)), about 1 - 2^-5 = 0.969: arXiv:2002.09797."""
    found = neighbours(drawn(1000, 64), drawn(1000, 64, seed=1), k=5)
    assert abs(found.precision - found.recall) < 0.1
    assert found.density == pytest.approx(1, abs=0.1)
    assert found.coverage == pytest.approx(1 - 2**-5, abs=0.02)
