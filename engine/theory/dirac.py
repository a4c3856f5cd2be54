"""The Dirac-GAN: data are the point 0, G makes the point theta, and D(x) = psi·x is a line through the origin.

Mescheder, Geiger and Nowozin 2018, arXiv:1801.04406, definition 2.1. The only place where both rest is theta = psi = 0; which
losses and penalties get there is the question. Losses and penalties are the engine's own, their gradients autograd's.

Many of these games are computed at once, one per sample of a batch: a loss is a mean over samples, so the gradient of its sum
with respect to each game's own theta and psi is that game's gradient.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
import torch
from pydantic import model_validator
from torch import Tensor

from engine.losses import LOSSES, Loss, Minimax
from engine.parts import AnyOf, OneOf, Part, knob
from engine.penalties import PENALTIES, Penalty
from engine.theory.path import Array, follow, radius, verdict

Order = Literal["simultaneous", "alternating", "five-d-turns"]
D_TURNS = {"simultaneous": 1, "alternating": 1, "five-d-turns": 5}
WIDE = 2.5  # the field is drawn on [-WIDE, WIDE]²
ARROWS = 17  # along each side


class Dirac(Part):
    """A question: where do this loss and these penalties go from here?"""

    loss: Annotated[Loss, OneOf("loss", LOSSES)] = Minimax()
    penalties: Annotated[tuple[Penalty, ...], AnyOf("penalty", PENALTIES)] = ()
    order: Order = knob("simultaneous", help="who steps when; otherwise than simultaneously, G steps first")
    step: float = knob(0.2, 0.001, 1.0, "h, the step size of both players")
    clip: float = knob(0.0, 0.0, 10.0, "psi is kept within plus or minus this, as in WGAN; 0 = it is free")
    theta: float = knob(1.0, -10.0, 10.0, "where G starts")
    psi: float = knob(1.0, -10.0, 10.0, "where D starts")
    rounds: int = knob(300, 1, 500, "how many rounds are played")

    @model_validator(mode="after")
    def _every_round(self) -> Dirac:
        if any(penalty.interval != 1 for penalty in self.penalties):
            raise ValueError("a penalty acts in every round here; leave its interval at 1")
        return self

    def answer(self) -> dict[str, Any]:
        """path: (rounds + 1, 2) of (theta, psi); field: (n², 4) of place and direction; numbers that do not exist are NaN."""
        trail = follow((self.theta, self.psi), self._round, self.rounds)
        jacobian = self.jacobian
        eigenvalues = np.linalg.eigvals(jacobian) if np.isfinite(jacobian).all() else np.full(2, complex(np.nan, np.nan))
        predicted = radius(self.of_a_round) if np.isfinite(jacobian).all() else np.nan
        return {
            "path": trail.points,
            "distances": trail.distances,
            "field": self.field(),
            "eigenvalues": np.stack([eigenvalues.real, eigenvalues.imag], axis=1),
            "predicted": predicted,
            "measured": trail.growth,
            "verdict": verdict(predicted),
            "stalls": self.stalls,
        }

    def velocity(self, theta: Tensor, psi: Tensor, *, graph: bool = False) -> tuple[Tensor, Tensor]:
        """Where G and D want to go: minus the gradient of each one's own loss.  theta, psi: (N,) float64; so are both results."""
        theta, psi = (value if graph else value.detach().requires_grad_() for value in (theta, psi))
        return self._of_g(theta, psi, graph), self._of_d(theta, psi, graph)

    def _of_g(self, theta: Tensor, psi: Tensor, graph: bool = False) -> Tensor:
        real = torch.zeros_like(theta)
        g_loss = self.loss.g_loss(psi * theta, psi * real if self.loss.pairs else None)
        return -torch.autograd.grad(g_loss * len(theta), theta, create_graph=graph)[0]

    def _of_d(self, theta: Tensor, psi: Tensor, graph: bool = False) -> Tensor:
        def D(x: Tensor) -> Tensor:  # (N, 1) -> (N,)
            return psi * x[:, 0]

        real, fake = torch.zeros_like(theta)[:, None], theta[:, None]
        d_loss, chance = self.loss.d_loss(D(real), D(fake)), torch.Generator().manual_seed(0)
        for penalty in self.penalties:
            d_loss = d_loss + penalty(D, real, fake, generator=chance)
        return -torch.autograd.grad(d_loss * len(theta), psi, create_graph=graph)[0]

    def _round(self, now: tuple[float, float]) -> tuple[float, float]:
        theta, psi = (_twice(value).requires_grad_() for value in now)
        step_g = self.step * self._of_g(theta, psi)
        after = (theta + step_g).detach().requires_grad_()
        seen = theta if self.order == "simultaneous" else after
        for _ in range(D_TURNS[self.order]):
            psi = (psi + self.step * self._of_d(seen, psi)).detach()
            psi = (psi.clamp(-self.clip, self.clip) if self.clip else psi).requires_grad_()
        return after[0].item(), psi[0].item()

    def field(self) -> Array:
        """Places on a grid and the direction there: (ARROWS², 4) of theta, psi, d theta, d psi."""
        line = torch.linspace(-WIDE, WIDE, ARROWS, dtype=torch.float64)
        theta, psi = torch.meshgrid(line, line, indexing="xy")
        theta, psi = theta.flatten(), psi.flatten()
        return np.asarray(torch.stack([theta, psi, *self.velocity(theta, psi)], dim=1).detach())

    @property
    def stalls(self) -> bool:
        """Whether everything stops once D is flat, wherever the fake is: a D that says 0 of it has what it wants."""
        return all(bool((speed == 0).all()) for speed in self.velocity(_twice(1.0), _twice(0.0)))

    @cached_property
    def jacobian(self) -> Array:
        """Of the velocity at the equilibrium, (2, 2), rows theta and psi; NaN where it jumps there, as WGAN-GP's does."""
        if self._jumps():
            return np.full((2, 2), np.nan)
        theta, psi = _twice(0.0).requires_grad_(), _twice(0.0).requires_grad_()
        rows = []
        for speed in self.velocity(theta, psi, graph=True):
            speed = (speed + 0 * (theta + psi)).sum() / 2  # what depends on neither has a gradient too: zero
            slopes = torch.autograd.grad(speed, (theta, psi), retain_graph=True, materialize_grads=True)
            rows.append([float(slope.sum()) for slope in slopes])
        return np.array(rows)

    def _jumps(self) -> bool:
        """Whether secants through the equilibrium get steeper and steeper the shorter they are."""

        def secant(reach: float) -> Tensor:
            theta, psi = torch.tensor([[reach, -reach, 0.0, 0.0], [0.0, 0.0, reach, -reach]], dtype=torch.float64)
            speeds = torch.stack(self.velocity(theta, psi))
            return (speeds[:, ::2] - speeds[:, 1::2]) / (2 * reach)

        long, short = secant(1e-3), secant(1e-4)
        return bool(((short - long).abs() > 0.01 * (1 + long.abs())).any())

    @property
    def of_a_round(self) -> Array:
        """A whole round near the equilibrium as a matrix: 1 + h·J, or G's step first and then D's."""
        J = self.step * self.jacobian
        if self.order == "simultaneous":
            return np.eye(2) + J
        g, d = np.eye(2), np.eye(2)
        g[0] += J[0]
        d[1] += J[1]
        return np.linalg.matrix_power(d, D_TURNS[self.order]) @ g


def _twice(value: float) -> Tensor:
    """A game as a batch of two equal ones: the spread of a batch of one does not exist, and DRAGAN asks for it."""
    return torch.full((2,), value, dtype=torch.float64)
