"""How good pictures are, from what a classifier sees in real and generated ones: pure functions of features and probabilities.

Features are (N, d), probabilities (N, classes). All sums are in double precision. A number depends on the classifier and on N:
compare only what was measured alike, and quote what real data reach in the fakes' place.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import conv2d

from engine.batches import portions


def frechet(real: Tensor, fake: Tensor) -> float:
    """Distance between the Gaussians that fit the features, |m1 - m2|^2 + tr(S1 + S2 - 2 (S1 S2)^(1/2)); 0 is best.

    Heusel et al. 2017, arXiv:1706.08500. Where centred features factor as Q R, S = R' R / (N - 1), so the roots of
    S1 S2's eigenvalues are the singular values of R1 R2': no root of a matrix is taken and no covariance is degenerate.
    """
    (mean1, root1), (mean2, root2) = _gaussian(real), _gaussian(fake)
    common = torch.linalg.svdvals(root1 @ root2.t()).sum()
    squared = (mean1 - mean2).square().sum() + root1.square().sum() + root2.square().sum() - 2 * common
    return float(squared.clamp(min=0))  # rounding may leave -1e-12


def _gaussian(x: Tensor) -> tuple[Tensor, Tensor]:
    """The mean (d,) and an R (min(N, d), d) with R' R the unbiased covariance."""
    x = x.double()
    mean = x.mean(0)
    triangle = torch.linalg.qr(x - mean, mode="r").R
    return mean, triangle / max(len(x) - 1, 1) ** 0.5


class Score(NamedTuple):
    """mean, and standard deviation over the splits."""

    mean: float
    std: float


def score(probabilities: Tensor, splits: int = 10) -> Score:
    """exp E KL(p(y|x) || p(y)), from 1 to the number of classes: each picture clear, and together all classes.

    Salimans et al. 2016, arXiv:1606.03498, there with Inception; the mean over splits in order, 10 as there.
    """
    values = []
    for p in probabilities.double().chunk(splits):
        y = p.mean(0)
        values.append((torch.xlogy(p, p) - torch.xlogy(p, y)).sum(1).mean().exp())
    all_values = torch.stack(values)
    return Score(float(all_values.mean()), float(all_values.std(correction=0)))


def class_histogram(choices: Tensor, classes: int) -> Tensor:
    """The share of each class among choices (N,): (classes,), in double precision."""
    return choices.bincount(minlength=classes).double() / max(len(choices), 1)


def class_kl(fake: Tensor, real: Tensor, samples: int) -> float:
    """KL(fake || real) of two class histograms in nats: 0 is best; one class of K equal ones scores ln K.

    The reverse KL of PacGAN, Lin et al. 2018, arXiv:1712.04086. A class that real data lack would make it infinite, so it is
    given half an example of so many real `samples`; where all classes are there, nothing is changed.
    """
    there = torch.where(real > 0, real, 0.5 / samples)
    there = there / there.sum()
    return float((torch.xlogy(fake, fake) - torch.xlogy(fake, there)).sum().clamp(min=0))


def edges(pictures: Tensor) -> float:
    """Mean absolute Laplacian of pictures (N, C, H, W), the five-point one, without the outermost pixels: blur makes it small."""
    stencil = pictures.new_tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]).expand(1, 1, 3, 3)
    planes = pictures.flatten(0, 1)[:, None]
    each = torch.cat([conv2d(few, stencil).abs().mean((1, 2, 3)) for few in portions(planes, 1024)])  # (N * C,)
    return float(each.cpu().double().mean())


def sharpness(fake: Tensor, real: Tensor) -> float:
    """`edges` of generated pictures over those of real ones: 1 is best, less is blurred, more is noisy.  Ours."""
    return edges(fake) / max(edges(real), 1e-12)


def spread(x: Tensor) -> float:
    """Mean distance between two different ones of the features (N, d), 0 if there is but one."""
    if len(x) < 2:
        return 0.0
    return float(torch.pdist(x.double()).mean())


def variety(fake: Tensor, real: Tensor) -> float:
    """How far apart fakes (N, ...) lie, over how far apart real samples do: 1 is best, 0 is all alike.  Ours."""
    return spread(fake.flatten(1).cpu()) / max(spread(real.flatten(1).cpu()), 1e-12)


def within_class_diversity(
    real: Tensor, real_classes: Tensor, fake: Tensor, fake_classes: Tensor, classes: int, most: int = 1000
) -> float | None:
    """The mean over the classes of how far apart a class's fakes are, over how far its real samples are: 1 is best.  Ours.

    After the pairwise distances (there MS-SSIM) of Odena et al. 2017, arXiv:1610.09585. At most so many of each
    class; None if no class has two of each kind.
    """
    ratios = []
    for k in range(classes):
        a, b = real[real_classes == k][:most], fake[fake_classes == k][:most]
        if len(a) > 1 and len(b) > 1 and (apart := spread(a)) > 0:
            ratios.append(spread(b) / apart)
    return sum(ratios) / len(ratios) if ratios else None


def vendi(x: Tensor) -> float:
    """How many different samples there are, in effect: exp of the entropy of the eigenvalues of K/N, from 1 to N.

    Friedman and Dieng 2023, arXiv:2210.02410, with the cosine of the features (N, d) as similarity K; K/N has the
    eigenvalues of the small X'X/N.
    """
    unit = x.double() / x.double().norm(dim=1, keepdim=True).clamp(min=1e-12)
    values = torch.linalg.eigvalsh(unit.t() @ unit / len(x)).clamp(min=0)
    values = values / values.sum().clamp(min=1e-12)
    return float((-torch.xlogy(values, values)).sum().exp())
