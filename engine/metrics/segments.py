"""How well a map of classes fits the true one, pixel by pixel: the three numbers of the FCN-score."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor


class Segments(NamedTuple):
    """pixel: share of pixels that are right.  mean: of each class, in the mean.  iou: the mean intersection over union."""

    pixel: float
    mean: float
    iou: float


def confusion(said: Tensor, true: Tensor, classes: int) -> Tensor:
    """How often each true class was taken for each: (classes, classes), whole numbers.  said, true: of any shape, int64."""
    return torch.bincount(true.flatten() * classes + said.flatten(), minlength=classes**2).view(classes, classes).cpu()


def segments(counts: Tensor) -> Segments:
    """The three of a confusion.  Long et al. 2015, arXiv:1411.4038, section 5; classes that are nowhere are left out."""
    counts = counts.double()
    right, true, said = counts.diagonal(), counts.sum(1), counts.sum(0)
    there = true > 0
    union = true + said - right
    return Segments(
        float(right.sum() / counts.sum()),
        float((right[there] / true[there]).mean()),
        float((right[there] / union[there]).mean()),
    )
