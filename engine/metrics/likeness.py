"""How like its truth a picture is: distances of pictures that belong together, and whether edges lie where lines were drawn.

Pictures are (N, C, H, W) in [-1, 1]. Each is one number for all of them; `apart` alone has one for each.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import conv2d, max_pool2d, normalize, pad

from engine.batches import portions
from engine.data.derived import grey

WINDOW, SIGMA = 11, 1.5  # of SSIM's Gaussian, pixels
C1, C2 = 0.01**2, 0.03**2  # its constants, for brightness in [0, 1]
STEEP = 0.5  # the slope of brightness, in units of a whole step from black to white over a pixel, from which on there is an edge
NEAR = 1  # pixels by which an edge may miss its line


def brightness(x: Tensor) -> Tensor:
    """(N, 1 or 3, H, W) in [-1, 1] -> (N, 1, H, W) in [0, 1]."""
    return (grey(x) + 1) / 2


def l1(x: Tensor, truth: Tensor) -> float:
    """Mean absolute difference of a value in [-1, 1]; 0 is best."""
    return float((x - truth).abs().flatten(1).mean(1).cpu().double().mean())


def ssim(x: Tensor, truth: Tensor) -> float:
    """Structural similarity of brightness, up to 1.  Wang et al. 2004 (IEEE Transactions on Image Processing 13, 600-612).

    With the paper's Gaussian window of 11 pixels, without borders; pictures have at least that side. In double precision, for a
    variance is a small difference of large numbers.
    """
    line = torch.exp(-((torch.arange(WINDOW) - WINDOW // 2).double() ** 2) / (2 * SIGMA**2))
    window = torch.outer(line, line)[None, None] / line.sum() ** 2
    each = [_similar(*both, window) for both in zip(portions(x, 50), portions(truth, 50), strict=True)]
    return float(torch.cat(each).mean())


def _similar(x: Tensor, truth: Tensor, window: Tensor) -> Tensor:
    """The index of each pair of pictures, (N,)."""
    a, b = brightness(x.cpu().double()), brightness(truth.cpu().double())
    mean_a, mean_b = conv2d(a, window), conv2d(b, window)
    var_a, var_b = conv2d(a * a, window) - mean_a**2, conv2d(b * b, window) - mean_b**2
    together = conv2d(a * b, window) - mean_a * mean_b
    index = (2 * mean_a * mean_b + C1) * (2 * together + C2) / ((mean_a**2 + mean_b**2 + C1) * (var_a + var_b + C2))
    return index.flatten(1).mean(1)


def apart(seen: Sequence[Tensor], truth: Sequence[Tensor]) -> Tensor:
    """How differently a network sees two heaps of pictures that belong together: (N,), 0 where it sees the same.

    Zhang et al. 2018, arXiv:1801.03924 (LPIPS), equation 1 with all weights 1: seen, truth: its features at several depths,
    (N, C, h, w) each; at every place of unit length, their squared difference there, the mean of places, the sum of depths.
    """
    depths = [(normalize(a) - normalize(b)).square().sum(1).flatten(1).mean(1) for a, b in zip(seen, truth, strict=True)]
    return torch.stack(depths).sum(0)


def nearest(x: Tensor, truth: Tensor) -> float:
    """The share of pictures (N, C, H, W) to which, of all N truths, their own is the nearest in squared distance.  Ours.

    By chance 1 / N. Whether two heaps of pictures were put together rightly.
    """
    all_of_them, own = truth.flatten(1), torch.arange(len(x), device=x.device)
    found = [torch.cdist(few.flatten(1), all_of_them).argmin(1) for few in portions(x, 50)]
    return float((torch.cat(found) == own).cpu().double().mean())


def slopes(x: Tensor) -> Tensor:
    """Where brightness changes steeply, by Sobel's operator: (N, 1, H, W) of 0 and 1."""
    across = x.new_tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]) / 4
    kernel = torch.stack((across, across.t()))[:, None]
    grey = pad(brightness(x), (1, 1, 1, 1), mode="replicate")
    return (conv2d(grey, kernel).square().sum(1, keepdim=True).sqrt() > STEEP / 2).float()


def edge_f1(x: Tensor, drawing: Tensor) -> float:
    """Whether edges lie where lines were drawn and nowhere else: F1 of precision and recall, a pixel's distance allowed.  Ours.

    drawing: (N, 1, H, W), dark lines on white. Precision: the edges that have a line near; recall: the ink that has an edge near.
    Counted over all pictures together; 0 where there is neither.
    """
    edges, ink = slopes(x), (drawing < 0).float()
    near = 2 * NEAR + 1
    precision = (edges * max_pool2d(ink, near, 1, NEAR)).sum() / edges.sum().clamp(min=1)
    recall = (ink * max_pool2d(edges, near, 1, NEAR)).sum() / ink.sum().clamp(min=1)
    return float(2 * precision * recall / (precision + recall).clamp(min=1e-12))
