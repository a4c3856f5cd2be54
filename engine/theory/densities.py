"""Two densities on a line, what the best D makes of them, and how far apart they are.

For fixed p (real) and q (fake) the best D is D*(x) = p/(p + q), and its loss is 2 ln 2 - 2 JS(p, q): proposition 1 and theorem 1
of Goodfellow et al. 2014, arXiv:1406.2661. Divergences are in nats, Wasserstein-1 is in the unit of x.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from engine.parts import Part, knob
from engine.theory.path import Array

EDGE = 5.0  # centres lie within plus or minus this, and so does the picture
SHOWN = 401  # points of the picture
FINE = 40_001  # points of the integrals
LN2 = math.log(2)


class Density(Part):
    """One Gaussian, or a mixture of two."""

    centre: float = knob(0.0, -EDGE, EDGE, "where the first Gaussian stands")
    width: float = knob(1.0, 0.05, 3.0, "standard deviation of the first")
    share: float = knob(0.0, 0.0, 1.0, "how much of the whole is the second Gaussian; 0 = there is one only")
    centre2: float = knob(2.0, -EDGE, EDGE, "where the second stands")
    width2: float = knob(0.5, 0.05, 3.0, "standard deviation of the second")

    def log(self, x: Array) -> Array:
        """ln of the density. Far out the density itself is 0 in floating point, but its logarithm is not lost."""
        with np.errstate(divide="ignore"):  # the logarithm of a share of 0 is as good as any
            first = np.log1p(-self.share) + _log_gaussian(x, self.centre, self.width)
            second = np.log(self.share) + _log_gaussian(x, self.centre2, self.width2)
        return np.asarray(np.logaddexp(first, second))

    def below(self, x: Array) -> Array:
        """The mass below each x."""
        first, second = _below((x - self.centre) / self.width), _below((x - self.centre2) / self.width2)
        return (1 - self.share) * first + self.share * second


def _log_gaussian(x: Array, centre: float, width: float) -> Array:
    return -0.5 * ((x - centre) / width) ** 2 - math.log(width * math.sqrt(2 * math.pi))


def _below(z: Array) -> Array:
    """The standard normal distribution."""
    return np.asarray(torch.special.ndtr(torch.from_numpy(z)))


class Densities(Part):
    """A question: what does the best D make of these two?  p is real, q is fake."""

    p: Density = Density(centre=-1.0, width=0.6)
    q: Density = Density(centre=1.5, width=0.9)

    def answer(self) -> dict[str, Any]:
        """x, p, q, best: (401,); then the distances."""
        x = np.linspace(-EDGE, EDGE, SHOWN)
        log_p, log_q = self.p.log(x), self.q.log(x)
        return {"x": x, "p": np.exp(log_p), "q": np.exp(log_q), "best": belief(log_p, log_q)} | self.distances()

    def distances(self) -> dict[str, float]:
        """kl: KL(p, q), reverse: KL(q, p), js, w1: Wasserstein-1, tv: total variation, d_loss: the log loss of the best D."""
        x = np.linspace(-EDGE - 8 * 3, EDGE + 8 * 3, FINE)  # eight of the largest widths beyond every centre
        log_p, log_q = self.p.log(x), self.q.log(x)
        p, q, log_m = np.exp(log_p), np.exp(log_q), np.logaddexp(log_p, log_q) - LN2
        js = (_integral(p * (log_p - log_m), x) + _integral(q * (log_q - log_m), x)) / 2
        js = min(max(js, 0.0), LN2)  # rounding may step over either bound
        return {
            "kl": _integral(p * (log_p - log_q), x),
            "reverse": _integral(q * (log_q - log_p), x),
            "js": js,
            "w1": _integral(np.abs(self.p.below(x) - self.q.below(x)), x),
            "tv": _integral(np.abs(p - q), x) / 2,
            "d_loss": 2 * LN2 - 2 * js,
        }


def belief(log_p: Array, log_q: Array) -> Array:
    """p/(p + q), from the logarithms, so that it is known where both densities are too small for a float."""
    return np.exp(-np.logaddexp(0.0, log_q - log_p))


def _integral(values: Array, x: Array) -> float:
    return float(np.trapezoid(values, x))
