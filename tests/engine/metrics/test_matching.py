"""Categories matched to classes, numbers to causes."""

from itertools import permutations

import pytest
import torch
from torch import Tensor

from engine.metrics import assignment, code_error, rank_correlation


def drawn(*shape: int, seed: int = 0) -> Tensor:
    """Normal numbers, always the same for the same seed."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def test_the_best_for_all_may_be_the_second_best_for_one():
    """The first row would take 9, but then the second gets 1: 8 + 8 is more."""
    assert assignment(torch.tensor([[9, 8], [8, 1]])) == [1, 0]


def test_no_other_assignment_is_worth_more():
    for seed in range(40):
        gain = torch.randint(0, 9, (4, 5), generator=torch.Generator().manual_seed(seed))
        mine = assignment(gain)
        assert len(set(mine)) == 4
        best = max(sum(int(gain[row, columns[row]]) for row in range(4)) for columns in permutations(range(5), 4))
        assert sum(int(gain[row, column]) for row, column in enumerate(mine)) == best


def test_a_code_that_only_renames_the_classes_is_without_error():
    y = torch.arange(30) % 10
    assert code_error((3 * y + 1) % 10, y, 10, 10) == 0


def test_code_error_by_hand():
    """Category 0 holds classes 0, 0, 1; category 1 holds 1, 1, 0: two of six are wrong."""
    choices, classes = torch.tensor([0, 0, 0, 1, 1, 1]), torch.tensor([0, 0, 1, 1, 1, 0])
    assert code_error(choices, classes, 2, 2) == pytest.approx(1 / 3)


def test_categories_that_no_class_is_left_for_are_in_error_and_so_are_classes_without_one():
    assert code_error(torch.tensor([0, 1, 2, 2]), torch.tensor([0, 0, 1, 1]), 3, 2) == pytest.approx(1 / 4)
    assert code_error(torch.tensor([0, 0, 1, 1]), torch.tensor([0, 1, 2, 2]), 2, 3) == pytest.approx(1 / 4)


def test_rank_correlation_follows_any_rise_and_fall():
    x = drawn(50)
    assert rank_correlation(x, x.exp()) == pytest.approx(1)
    assert rank_correlation(x, -(x**3)) == pytest.approx(-1)


def test_rank_correlation_by_hand():
    """Ranks 0 1 2 3 against 1 0 3 2: 1 - 6 * 4 / (4 * 15) = 0.6."""
    assert rank_correlation(torch.tensor([1.0, 2, 3, 4]), torch.tensor([5.0, 4, 9, 7])) == pytest.approx(0.6)


def test_equal_numbers_share_their_rank_and_what_does_not_vary_follows_nothing():
    assert rank_correlation(torch.tensor([1.0, 1, 2]), torch.tensor([3.0, 3, 8])) == pytest.approx(1)
    assert rank_correlation(torch.ones(9), drawn(9)) == 0
