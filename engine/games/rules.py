"""How the recipe wants the game to be played: loss, penalties, what D sees and the latent, behind two calls.

`d_loss` and `g_loss` are what every adversarial game needs, whatever the loss: they show D its samples in as few passes as
can be, let the penalties read their slopes off those passes, and note the scores for the curves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import torch
from torch import Generator, Tensor, nn

from engine.augment import Augment
from engine.layers import mixes_samples
from engine.losses import Loss
from engine.parts import Part, knob, name_in
from engine.penalties import PENALTIES, Penalty, squared_slope

TAIL = 0.0227501319  # of a normal law, beyond two standard deviations on one side


class Latent(Part):
    """Where G starts from: the distribution of z."""

    dim: int = knob(64, 1, 1024, "numbers in z; 100 in DCGAN, 64 in Lucic et al. 2018 (arXiv:1711.10337)", log=True)
    shape: Literal["normal", "uniform", "sphere", "truncated"] = knob(
        "normal",
        help="normal: N(0, 1). uniform: in [-1, 1]. sphere: on the sphere of radius sqrt(dim), where normal vectors nearly live. "
        "truncated: normal of width 1/2 without what lies beyond 1, GAN Lab's Gaussian noise",
    )

    def draw(self, n: int, generator: Generator, device: torch.device) -> Tensor:
        """(n, dim)."""
        if self.shape == "uniform":
            return torch.empty(n, self.dim, device=device).uniform_(-1, 1, generator=generator)
        if self.shape == "truncated":
            return self.quantile(torch.rand(n, self.dim, generator=generator, device=device))
        z = torch.randn(n, self.dim, generator=generator, device=device)
        return z if self.shape == "normal" else z * (self.dim**0.5 / z.norm(dim=1, keepdim=True))

    def quantile(self, share: Tensor) -> Tensor:
        """The numbers below which these shares of one number of z lie; for all shapes but the sphere."""
        if self.shape == "uniform":
            return 2 * share - 1
        normal: Tensor = torch.special.ndtri(TAIL + (1 - 2 * TAIL) * share if self.shape == "truncated" else share)
        return normal / 2 if self.shape == "truncated" else normal


class Judged(NamedTuple):
    """D's scores (N, ...) of some samples and, if asked for, its squared slopes there (N,)."""

    scores: Tensor
    slope: Tensor | None


def judge(D: nn.Module, x: Tensor, *, slope: bool) -> Judged:
    """One pass of D over x (N, ...)."""
    if not slope:
        return Judged(D(x), None)
    x = x.detach().requires_grad_()
    scores = D(x)
    return Judged(scores, squared_slope(scores, x))


@dataclass
class Rules:
    """One run's way to play. The trainer counts `rounds` and `clock` on; a live change replaces the parts."""

    loss: Loss
    penalties: Sequence[Penalty]
    augment: Sequence[Augment]
    latent: Latent
    generator: Generator  # the run's own; all randomness of training comes from it
    device: torch.device
    probe: Tensor  # (n, dim): the latents that are looked at, always the same
    rounds: int = 0  # rounds played
    clock: Tensor = field(default_factory=lambda: torch.zeros(()))  # the same as a tensor on the device, for schedules
    names: dict[nn.Module, str] = field(default_factory=dict)
    readings: dict[str, Tensor] = field(default_factory=dict)  # noted since the trainer last took them
    scores: dict[str, Tensor] = field(default_factory=dict)  # what G's turn heard from D since the trainer last took it
    latents: int = 0  # drawn since then
    mixing: dict[nn.Module, bool] = field(default_factory=dict)

    def z(self, n: int) -> Tensor:
        """Fresh latents (n, dim)."""
        self.latents += n
        return self.latent.draw(n, self.generator, self.device)

    def d_loss(self, D: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        """D's loss on real and fake samples (N, ...), penalties included; G gets no gradient from it.  Returns a scalar."""
        real, fake = self._seen(real.detach()), self._seen(fake.detach())
        for augment in self.augment:
            real, fake = augment.exchange(real, fake, generator=self.generator)
        due = [penalty for penalty in self.penalties if self.rounds % penalty.interval == 0]
        places = [penalty.where(real, fake, generator=self.generator) for penalty in due]
        of_real, of_fake = self._judge(D, real, fake, places)
        loss = self.loss.d_loss(of_real.scores, of_fake.scores)
        self._note(D, "(real)", of_real.scores)
        self._note(D, "(fake)", of_fake.scores)
        for penalty, place in zip(due, places, strict=True):
            slope = of_real.slope if place is real else of_fake.slope if place is fake else judge(D, place, slope=True).slope
            assert slope is not None
            price = penalty.weight * penalty.cost(slope)
            self._note(D, f" {name_in(PENALTIES, penalty)}", price)
            loss = loss + price * penalty.interval
        return loss

    def _judge(self, D: nn.Module, real: Tensor, fake: Tensor, places: Sequence[Tensor]) -> tuple[Judged, Judged]:
        """D's scores of both, and its slopes where penalties read them right there.

        One pass over both together costs least, except where a sample's score depends on its batch (batch norm: real and
        fake are told apart by their statistics, so they must not share a batch) or where only one half needs its slope.
        """
        at_real, at_fake = (bool(places) and any(place is x for place in places) for x in (real, fake))
        if self._mixes(D) or at_real != at_fake:
            return judge(D, real, slope=at_real), judge(D, fake, slope=at_fake)
        scores, slope = judge(D, torch.cat((real, fake)), slope=at_real)
        of_real, of_fake = scores.chunk(2)
        halves = (None, None) if slope is None else slope.chunk(2)
        return Judged(of_real, halves[0]), Judged(of_fake, halves[1])

    def g_loss(self, D: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        """G's loss on its samples; the real ones (N, ...) are looked at only if the loss compares pairs.  Returns a scalar."""
        judged, name = D(self._seen(fake)), self.names.get(D, "D")
        self.scores[f"{name}(fake)"] = judged.detach()
        if not self.loss.pairs:
            return self.loss.g_loss(judged)
        with torch.no_grad():
            partners = D(self._seen(real))
        self.scores[f"{name}(real)"] = partners
        return self.loss.g_loss(judged, partners)

    def take_readings(self) -> dict[str, Tensor]:
        """What was noted since the last call; of scores (N, ...) the mean is meant."""
        taken, self.readings = self.readings, {}
        return taken

    def take_scores(self) -> tuple[dict[str, Tensor], int]:
        """D's scores (N, ...) in G's turn, and how many latents were drawn, since the last call."""
        taken = self.scores, self.latents
        self.scores, self.latents = {}, 0
        return taken

    def _note(self, D: nn.Module, what: str, value: Tensor) -> None:
        self.readings[self.names.get(D, "D") + what] = value.detach()

    def _mixes(self, D: nn.Module) -> bool:
        if D not in self.mixing:
            self.mixing[D] = mixes_samples(D)
        return self.mixing[D]

    def _seen(self, x: Tensor) -> Tensor:
        for augment in self.augment:
            x = augment.view(x, clock=self.clock, generator=self.generator)
        return x
