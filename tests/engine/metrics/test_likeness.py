"""Distances of pictures that belong together, on pictures whose answer is known."""

import numpy as np
import pytest
import torch

from engine.metrics import apart, edge_f1, l1, nearest, ssim
from engine.metrics.likeness import slopes


def noise(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0)).clamp(-1, 1)


def ring(side: int = 32, radius: float = 9.0) -> torch.Tensor:
    """A dark circle of ink, two pixels wide, on white: (1, 1, side, side)."""
    at = torch.arange(side) - side / 2 + 0.5
    far = (at[:, None].square() + at.square()).sqrt()
    return torch.where((far - radius).abs() < 1, -1.0, 1.0)[None, None]


def disc(side: int = 32, radius: float = 9.0) -> torch.Tensor:
    at = torch.arange(side) - side / 2 + 0.5
    far = (at[:, None].square() + at.square()).sqrt()
    return torch.where(far < radius, -1.0, 1.0).expand(1, 3, side, side)


def test_l1_is_the_mean_distance_of_a_value():
    assert l1(torch.full((1, 3, 4, 4), 0.5), torch.full((1, 3, 4, 4), -0.25)) == 0.75


def test_ssim_of_a_picture_with_itself_is_one_and_with_its_negative_is_below_nothing():
    x = noise(2, 3, 32, 32)
    assert ssim(x, x) == pytest.approx(1, abs=1e-6)
    assert ssim(x, -x) < 0


def test_ssim_of_two_flat_pictures_is_worked_by_hand():
    """Without variance only brightness counts: (2 ab + C1) / (a^2 + b^2 + C1), with a = 0.5 and b = 0.75."""
    said = ssim(torch.zeros(1, 1, 16, 16), torch.full((1, 1, 16, 16), 0.5))
    assert said == pytest.approx((2 * 0.5 * 0.75 + 1e-4) / (0.25 + 0.5625 + 1e-4), abs=1e-5)


def test_ssim_is_that_of_its_definition_at_one_place():
    """In a picture of eleven pixels there is one window, so the index is one number."""
    a, b = (np.random.default_rng(seed).random((11, 11)) for seed in (0, 1))
    line = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
    w = np.outer(line, line) / line.sum() ** 2
    ma, mb = (w * a).sum(), (w * b).sum()
    va, vb, ab = (w * a * a).sum() - ma**2, (w * b * b).sum() - mb**2, (w * a * b).sum() - ma * mb
    expected = (2 * ma * mb + 1e-4) * (2 * ab + 9e-4) / ((ma**2 + mb**2 + 1e-4) * (va + vb + 9e-4))
    x, y = (torch.tensor(picture * 2 - 1, dtype=torch.float32)[None, None] for picture in (a, b))
    assert ssim(x, y) == pytest.approx(expected, abs=1e-5)


def test_blur_costs_similarity():
    x = noise(1, 1, 32, 32)
    blurred = torch.nn.functional.avg_pool2d(x, 3, 1, 1)
    assert ssim(blurred, x) < 0.9


def test_an_edge_is_where_brightness_changes():
    x = torch.ones(1, 1, 8, 8)
    x[..., 4:] = -1
    found = slopes(x)
    assert found[0, 0, :, 3:5].all()
    assert not found[0, 0, :, :3].any()
    assert not found[0, 0, :, 5:].any()


def test_a_disc_has_its_edges_where_its_outline_was_drawn():
    assert edge_f1(disc(), ring()) > 0.95
    assert edge_f1(disc(radius=4), ring()) < 0.05


def test_edges_without_lines_and_lines_without_edges_both_cost():
    nothing, blank = torch.ones(1, 1, 32, 32), torch.zeros(1, 3, 32, 32)
    assert edge_f1(blank, ring()) == 0
    assert edge_f1(disc(), nothing) == 0
    both = torch.cat((disc()[..., :16], blank[..., 16:]), 3)
    assert 0.3 < edge_f1(both, ring()) < 0.9


def test_features_that_point_elsewhere_are_apart_whatever_their_length():
    """At right angles the squared difference of unit vectors is 2, of opposite ones 4; at half of all places, then at all."""
    one = torch.tensor([[1.0, 0.0], [1.0, 0.0]]).t().reshape(1, 2, 1, 2)
    turned = torch.tensor([[5.0, 0.0], [0.0, 3.0]]).t().reshape(1, 2, 1, 2)
    assert apart([one], [7 * one]).tolist() == [0]
    assert apart([one, one], [turned, -one]).tolist() == pytest.approx([1 + 4])


def test_a_truth_is_found_where_it_is_the_nearest_of_all():
    truth = noise(100, 3, 8, 8)
    assert nearest(truth + 0.1, truth) == 1
    assert nearest(truth.roll(1, 0), truth) == 0
    assert nearest(torch.cat((truth[:50], truth[:50])), truth) == 0.5
