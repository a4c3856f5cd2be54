"""Maps of classes, counted by hand."""

import pytest
import torch

from engine.metrics import Segments, confusion, segments


def test_counts_are_by_true_class_and_by_what_was_said():
    said, true = torch.tensor([[0, 1], [1, 1]]), torch.tensor([[0, 0], [1, 1]])
    assert confusion(said, true, 2).tolist() == [[1, 1], [0, 2]]


def test_the_three_numbers_are_worked_by_hand():
    """Class 0: 1 of 2 right, union 2; class 1: 2 of 2 right, union 3.  Class 2 is nowhere and left out."""
    found = segments(torch.tensor([[1, 1, 0], [0, 2, 0], [0, 0, 0]]))
    assert found == pytest.approx(Segments(3 / 4, (1 / 2 + 1) / 2, (1 / 2 + 2 / 3) / 2))


def test_a_class_that_is_only_said_costs_the_true_one():
    found = segments(torch.tensor([[3, 1], [0, 0]]))
    assert found == pytest.approx(Segments(3 / 4, 3 / 4, 3 / 4))
