"""Losses of the two-player game, as functions of D's scores (raw outputs, never probabilities).

`d_loss(real, fake)` and `g_loss(fake, real)` take scores (N, ...) and return a scalar, the mean over all of them. Each value
at equilibrium (D cannot tell, p_G = p_data) stands in its docstring; the tests hold them to it.

To add a loss: a class of about six lines and a row in LOSSES.
"""

from __future__ import annotations

import math
from typing import ClassVar

import torch
from torch import Tensor
from torch.nn.functional import relu, softplus

from engine.parts import Part, knob

BISECTIONS = 24  # halve the span of all scores so often
SMOOTHING = "one-sided label smoothing: real samples are labelled 1 minus this (Salimans et al. 2016); 0 = off"


class Loss(Part):
    """What D and G minimise."""

    pairs: ClassVar[bool] = False  # G's loss compares each fake with a real sample, so it needs real scores too
    logistic: ClassVar[bool] = False  # scores are log odds, and what is far from 0 is flat

    def d_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        """D's loss from its scores (N, ...) of real and of fake samples.  Returns a scalar."""
        raise NotImplementedError

    def g_loss(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """G's loss from D's scores (N, ...) of its samples; `real` is given if `pairs`.  Returns a scalar."""
        raise NotImplementedError

    def belief(self, scores: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        """Scores as a belief in [0, 1], 0.5 where D is undecided.  real, fake: D's scores of samples, for a scale."""
        return torch.sigmoid(scores)

    def optimal(self, p: Tensor, q: Tensor) -> Tensor | None:
        """The belief of the best possible D where data have the density p and fakes q; None if no single D is best.

        Goodfellow et al. 2014, arXiv:1406.2661, proposition 1: D* = p / (p + q).
        """
        return p / (p + q)


def relative_belief(scores: Tensor, real: Tensor, fake: Tensor) -> Tensor:
    """Belief where only differences of scores mean something: the middle between the mean scores is undecided."""
    gap = (real.mean() - fake.mean()).abs() / 2
    return torch.sigmoid((scores - (real.mean() + fake.mean()) / 2) / (gap + scores.std() / 2 + 1e-6))


def undecided(real: Tensor, fake: Tensor) -> Tensor:
    """The score c at which D cannot tell, where its scores are log(p/q) plus an unknown constant.  Returns a scalar.

    The best D's beliefs have means over real and over fake samples that add up to 1, since the integral of (p + q) D* is the one
    of p; so c is where those of sigmoid(score - c) do. Found by bisection, which waits for no device.
    """
    both = torch.cat((real.flatten(), fake.flatten())).float()
    low, high = both.min(), both.max()
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        too_low = torch.sigmoid(real - middle).mean() + torch.sigmoid(fake - middle).mean() > 1
        low, high = torch.where(too_low, middle, low), torch.where(too_low, high, middle)
    return (low + high) / 2


class NonSaturating(Loss):
    """Log loss in which G maximises log D(fake), so that its gradient does not vanish when D wins.

    Goodfellow et al. 2014, arXiv:1406.2661, section 3.  At equilibrium d_loss = 2 ln 2, g_loss = ln 2.
    """

    title: ClassVar[str] = "Non-saturating"
    logistic: ClassVar[bool] = True
    smoothing: float = knob(0.0, 0.0, 0.5, SMOOTHING, live=True)

    def optimal(self, p: Tensor, q: Tensor) -> Tensor:
        return (1 - self.smoothing) * p / (p + q)

    def d_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        told_real = softplus(-real)  # -log sigmoid(real)
        if self.smoothing:
            told_real = torch.add(told_real, real, alpha=self.smoothing)  # softplus(real) = softplus(-real) + real
        return told_real.mean() + softplus(fake).mean()

    def g_loss(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        return softplus(-fake).mean()


class Minimax(NonSaturating):
    """The zero-sum log loss: G minimises log(1 - D(fake)), whose gradient vanishes when D is sure.

    Goodfellow et al. 2014, arXiv:1406.2661, equation 1.  At equilibrium d_loss = 2 ln 2, g_loss = -ln 2.
    """

    title: ClassVar[str] = "Minimax (saturating)"

    def g_loss(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        return -softplus(fake).mean()


class GanLabLog(Loss):
    """GAN Lab's log loss: the real half counts 0.95 of the fake one, which its code calls label smoothing.

    Kahng et al. 2018, arXiv:1809.01587, and its code; G's is non-saturating.  At equilibrium, where D says 0.95/1.95 = 0.487,
    d_loss = 1.351.
    """

    title: ClassVar[str] = "GAN Lab’s"
    logistic: ClassVar[bool] = True
    real: float = knob(0.95, 0.1, 1.0, "weight of the real half; 0.95 in GAN Lab", live=True)

    def d_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        return self.real * softplus(-real).mean() + softplus(fake).mean()

    def g_loss(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        return softplus(-fake).mean()

    def belief(self, scores: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        return torch.sigmoid(scores - math.log(self.real))  # the odds without the weight


class Wasserstein(Loss):
    """Difference of mean scores; D must be kept Lipschitz, by weight clipping (WGAN) or a gradient penalty (WGAN-GP).

    Arjovsky, Chintala and Bottou 2017, arXiv:1701.07875.  -d_loss estimates the Wasserstein distance; at equilibrium 0.
    """

    def d_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        return fake.mean() - real.mean()

    def g_loss(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        return -fake.mean()

    def optimal(self, p: Tensor, q: Tensor) -> None:
        return None  # any bound on the slope has another best D, and without one there is none

    def belief(self, scores: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        return relative_belief(scores, real, fake)


class LeastSquares(Loss):
    """Scores are regressed to 1 for real and 0 for fake.  Mao et al. 2017, arXiv:1611.04076, equation 9 (a=0, b=c=1).

    At equilibrium every score is 0.5: d_loss = 0.25, g_loss = 0.125.
    """

    title: ClassVar[str] = "Least squares (LSGAN)"
    smoothing: float = knob(0.0, 0.0, 0.5, SMOOTHING, live=True)

    def d_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        return 0.5 * (real - (1 - self.smoothing)).square().mean() + 0.5 * fake.square().mean()

    def g_loss(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        return 0.5 * (fake - 1).square().mean()

    def optimal(self, p: Tensor, q: Tensor) -> Tensor:
        return (1 - self.smoothing) * p / (p + q)

    def belief(self, scores: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        return scores.clamp(0, 1)


class Hinge(Loss):
    """D stops caring once a real score is above 1 and a fake one below -1.

    Lim and Ye 2017, arXiv:1705.02894; Miyato et al. 2018, arXiv:1802.05957, equations 16 and 17.  At equilibrium d_loss = 2.
    """

    def d_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        return relu(1 - real).mean() + relu(1 + fake).mean()

    def g_loss(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        return -fake.mean()

    def optimal(self, p: Tensor, q: Tensor) -> Tensor:
        return 0.5 + (p - q).sign() / 2  # a score of 1 wherever data are denser, else -1

    def belief(self, scores: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        return (scores.clamp(-1, 1) + 1) / 2


class RelativisticPairing(Loss):
    """Each fake is judged against a real partner: softplus(D(fake) - D(real)), and G the other way round (RpGAN).

    Jolicoeur-Martineau 2018, arXiv:1807.00734; with R1 and R2 it is R3GAN: Huang et al. 2024, arXiv:2501.05441, equation 2.
    At equilibrium both losses are ln 2.
    """

    title: ClassVar[str] = "Relativistic pairing (RpGAN)"
    pairs: ClassVar[bool] = True
    logistic: ClassVar[bool] = True

    def d_loss(self, real: Tensor, fake: Tensor) -> Tensor:
        return softplus(fake - real).mean()

    def g_loss(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        assert real is not None, "relativistic pairing needs real scores"
        return softplus(real - fake).mean()

    def belief(self, scores: Tensor, real: Tensor, fake: Tensor) -> Tensor:
        return torch.sigmoid(scores - undecided(real, fake))  # the best scores are log(p/q) plus any constant


LOSSES: dict[str, type[Loss]] = {
    "non-saturating": NonSaturating,
    "minimax": Minimax,
    "wasserstein": Wasserstein,
    "least-squares": LeastSquares,
    "hinge": Hinge,
    "rpgan": RelativisticPairing,
    "gan-lab": GanLabLog,
}
