"""Numbers of quality: worked by hand, and FID also by somebody else's code."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, one_hot

from engine.metrics import (
    class_histogram,
    class_kl,
    edges,
    frechet,
    score,
    sharpness,
    spread,
    variety,
    vendi,
    within_class_diversity,
)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    """Normal numbers, always the same for the same seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def exactly(mean: list[float], deviations: list[float], n: int = 200) -> Tensor:
    """n points of just this mean and these standard deviations along the axes, without correlation."""
    x = drawn(n, len(mean)).double()
    q = torch.linalg.qr(x - x.mean(0)).Q * (n - 1) ** 0.5
    return q * torch.tensor(deviations) + torch.tensor(mean)


def checkerboard(side: int = 16) -> Tensor:
    line = torch.arange(side) // 4
    return ((line[:, None] + line) % 2 * 2.0 - 1)[None, None]


# -- Frechet distance ---------------------------------------------------------------------------------------------------


def test_two_gaussians_on_the_axes_are_as_far_apart_as_the_formula_says():
    """(3, 4) apart is 25; deviations 1, 2 against 3, 5 are (1 - 3)^2 + (2 - 5)^2 = 13."""
    assert frechet(exactly([0, 0], [1, 2]), exactly([3, 4], [3, 5])) == pytest.approx(25 + 13)


def test_a_set_is_no_distance_from_itself_and_the_distance_has_no_direction():
    a, b = drawn(50, 4), 2 * drawn(70, 4, seed=1) + 1
    assert frechet(a, a) == pytest.approx(0, abs=1e-10)
    assert frechet(a, b) == pytest.approx(frechet(b, a))


def test_correlation_counts():
    """Covariances [[1, r], [r, 1]] and 1: the roots of the product's eigenvalues are those of 1 + r and 1 - r."""
    x = exactly([0, 0], [1, 1])
    mixed = x @ torch.linalg.cholesky(torch.tensor([[1, 0.6], [0.6, 1]], dtype=torch.float64)).t()
    assert frechet(x, mixed) == pytest.approx(4 - 2 * (1.6**0.5 + 0.4**0.5))


@pytest.mark.parametrize("n", [1, 2, 300])
def test_degenerate_covariances_have_a_distance(n):
    """All samples alike, fewer samples than features, features that are always 0."""
    x = drawn(n, 32)
    x[:, 5:] = 0
    assert frechet(x, torch.zeros(10, 32)) == pytest.approx(
        float(x.double().mean(0).square().sum() + (x.double().var(0).sum() if n > 1 else 0))
    )


def test_torch_fidelity_says_the_same():
    theirs = pytest.importorskip("torch_fidelity.metric_fid")
    real, fake = drawn(400, 24).relu() * 3, (drawn(300, 24, seed=1) @ drawn(24, 24, seed=2)).relu()
    statistics = [theirs.fid_features_to_statistics(x.double()) for x in (real, fake)]
    said = theirs.fid_statistics_to_metric(*statistics, False)["frechet_inception_distance"]
    assert frechet(real, fake) == pytest.approx(said, rel=1e-6)


# -- classes ------------------------------------------------------------------------------------------------------------


def test_the_score_of_clear_pictures_of_all_classes_is_their_number():
    clear = one_hot(torch.arange(40) % 4, 4).float()
    assert score(clear, splits=5).mean == pytest.approx(4)
    assert score(clear, splits=5).std == pytest.approx(0, abs=1e-12)


def test_the_score_of_a_single_class_or_of_no_opinion_is_one():
    assert score(one_hot(torch.zeros(20, dtype=torch.int64), 4).float()).mean == pytest.approx(1)
    assert score(torch.full((20, 4), 0.25)).mean == pytest.approx(1)


def test_the_score_worked_by_hand():
    """KL of (3/4, 1/4) to (1/2, 1/2) is 3/4 ln(3/2) + 1/4 ln(1/2)."""
    p = torch.tensor([[0.75, 0.25], [0.25, 0.75]])
    assert score(p, splits=1).mean == pytest.approx(math.exp(0.75 * math.log(1.5) + 0.25 * math.log(0.5)))


def test_a_generator_of_one_class_is_ln_k_from_all_classes_alike():
    shares = class_histogram(torch.tensor([2, 2, 2]), 4)
    assert shares.tolist() == [0, 0, 1, 0]
    assert class_kl(shares, torch.full((4,), 0.25), 100) == pytest.approx(math.log(4))
    assert class_kl(shares, shares, 100) == pytest.approx(0, abs=0.02)


def test_a_class_that_real_data_lack_costs_much_but_not_everything():
    missing = torch.tensor([0.0, 1.0]).double()
    assert math.log(50) < class_kl(1 - missing, missing, 100) < math.log(500)


# -- diversity ----------------------------------------------------------------------------------------------------------


def test_the_spread_of_a_three_four_five_triangle_is_four():
    assert spread(torch.tensor([[0.0, 0], [3, 0], [0, 4]])) == pytest.approx(4)
    assert spread(torch.zeros(1, 2)) == 0


def test_variety_is_how_far_apart_fakes_lie_over_how_far_apart_real_ones_do():
    real = torch.tensor([[0.0, 0], [3, 0], [0, 4]])
    assert variety(real / 2, real) == pytest.approx(1 / 2)
    assert variety(real[:1].expand(3, 2), real) == 0  # all alike


def test_fakes_half_as_far_apart_have_half_the_diversity_whatever_lies_between_the_classes():
    real, y = drawn(40, 3), torch.arange(40) % 2
    far = 100 * one_hot(y, 3)
    assert within_class_diversity(real + far, y, real / 2 + far, y, 2) == pytest.approx(0.5)
    assert within_class_diversity(real, y, torch.zeros(40, 3), y, 2) == 0


def test_diversity_within_classes_of_one_is_nothing_that_can_be_said():
    assert within_class_diversity(drawn(2, 3), torch.arange(2), drawn(2, 3), torch.arange(2), 2) is None


def test_ten_clusters_far_apart_are_ten_samples_to_vendi():
    assert vendi(one_hot(torch.arange(50) % 10, 12).float() * 7) == pytest.approx(10)
    assert vendi(torch.ones(50, 12)) == pytest.approx(1)


def test_vendi_worked_by_hand():
    """Two samples at 60 degrees: the eigenvalues of K/2 are 3/4 and 1/4."""
    x = torch.tensor([[1, 0], [0.5, 0.75**0.5]])
    assert vendi(x) == pytest.approx(math.exp(-0.75 * math.log(0.75) - 0.25 * math.log(0.25)))


# -- sharpness ----------------------------------------------------------------------------------------------------------


def test_a_single_bright_pixel_has_the_edges_of_the_stencil():
    """On 5 x 5 the nine inner pixels hold 4 + 1 + 1 + 1 + 1."""
    x = torch.zeros(1, 1, 5, 5)
    x[0, 0, 2, 2] = 1
    assert edges(x) == pytest.approx(8 / 9)
    assert edges(torch.ones(2, 3, 8, 8)) == 0


def test_blur_is_below_one_and_noise_above():
    board = checkerboard()
    assert sharpness(board, board) == pytest.approx(1)
    assert sharpness(avg_pool2d(board, 3, 1, 1), board) < 0.8
    assert sharpness(board + drawn(1, 1, 16, 16), board) > 1.2
