"""How the recipe wants the game to be played: loss, penalties, what D sees and the latent, behind two calls.

`d_loss` and `g_loss` are what every adversarial game needs, whatever the loss: they show D its samples in as few passes as
can be, let the penalties read their slopes off those passes, and note the scores for the curves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple, TypeVar

import torch
from torch import Generator, Tensor, nn

from engine.augment import Augment
from engine.batches import hot
from engine.games.codes import Code, draw
from engine.games.latent import Latent
from engine.layers import mixes_samples
from engine.losses import Loss
from engine.optim import called_with
from engine.parts import name_in
from engine.penalties import PENALTIES, Penalty, squared_slope

Some = TypeVar("Some", Tensor, tuple[Tensor, Tensor])
NOTHING = torch.empty(0)
"""What D says beside the score where the score is all it says."""


class Judged(NamedTuple):
    """D's scores (N, ...) of some samples, what it says beside them and, if asked for, its squared slopes there (N,)."""

    scores: Tensor
    more: Tensor  # (N, columns), all but the first, which is the score; NOTHING where there is no other
    slope: Tensor | None

    def halves(self, cut: Callable[[Tensor], Sequence[Tensor]]) -> tuple[Judged, Judged]:
        """Of a pass over two batches in one, what was said of each; `cut` makes two of one."""
        more = cut(self.more) if len(self.more) else (NOTHING, NOTHING)
        slopes = (None, None) if self.slope is None else cut(self.slope)
        of_real, of_fake = map(Judged, cut(self.scores), more, slopes)
        return of_real, of_fake


class Verdict(NamedTuple):
    """A loss, and what D said beside its scores of the real and the fake samples (N, columns), where it said anything."""

    loss: Tensor
    real: Tensor
    fake: Tensor


class Ahead(nn.Module):
    """A judge as it would be with other weights, which may be functions of anything."""

    def __init__(self, D: nn.Module, weights: Mapping[str, Tensor]) -> None:
        """weights: by their names in D, those that are other ones."""
        super().__init__()
        self.D, self.weights = D, weights

    def forward(self, x: Tensor) -> Tensor:
        return called_with(self.D, self.weights, x)


def judge(D: nn.Module, x: Tensor, y: Tensor | None = None, *, slope: bool) -> Judged:
    """One pass of D over x (N, ...), with labels y (N,) where D is shown them."""
    if slope:  # of D alone: where G is to learn from it too, D's weights may have been made of x
        x = x.view_as(x) if x.requires_grad else x.detach().requires_grad_()
    said = D(x) if y is None else D(x, y)
    scores, more = (said[:, :1], said[:, 1:]) if said.dim() > 1 and said.shape[1] > 1 else (said, NOTHING)
    return Judged(scores, more, squared_slope(scores, x) if slope else None)


@dataclass
class Rules:
    """One run's way to play. The trainer counts `rounds` and `clock` on; a live change replaces the parts."""

    loss: Loss
    penalties: Sequence[Penalty]
    augment: Sequence[Augment]
    latent: Latent
    generator: Generator  # the run's own; all randomness of training comes from it
    device: torch.device
    probe: Tensor  # (n, code): the inputs of G that are looked at, always the same
    codes: tuple[Code, ...] = ()  # what G is fed
    rounds: int = 0  # rounds played
    clock: Tensor = field(default_factory=lambda: torch.zeros(()))  # the same as a tensor on the device, for schedules
    names: dict[nn.Module, str] = field(default_factory=dict)
    readings: dict[str, Tensor] = field(default_factory=dict)  # noted since the trainer last took them
    scores: dict[str, Tensor] = field(default_factory=dict)  # what G's turn heard from D since the trainer last took it
    latents: int = 0  # drawn since then
    mixing: dict[nn.Module, bool] = field(default_factory=dict)

    @property
    def pack(self) -> int:
        """How many samples D judges at once."""
        return math.prod(augment.pack for augment in self.augment)

    def z(self, n: int) -> Tensor:
        """Fresh latents (n, dim)."""
        self.latents += n
        return self.latent.draw(n, self.generator, self.device)

    def fed(self, n: int) -> Tensor:
        """Fresh inputs of G (n, code): latents, and random codes beside them."""
        self.latents += n
        return draw(self.codes, self.latent, n, self.generator, self.device)

    def of_class(self, y: Tensor) -> Tensor:
        """Fresh inputs of G that ask for these classes (N,): (N, code)."""
        return torch.cat((self.z(len(y)), hot(y, self.codes[-1].size)), 1)

    def normal(self, like: Tensor) -> Tensor:
        """Normal numbers in the shape of a tensor."""
        return torch.randn(like.shape, generator=self.generator, device=self.device)

    def d_loss(self, D: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        """D's loss on real and fake samples (N, ...), penalties included; G gets no gradient from it.  Returns a scalar."""
        return self.d_verdict(D, real, fake).loss

    def d_verdict(self, D: nn.Module, real: Tensor, fake: Tensor, y: Tensor | None = None) -> Verdict:
        """The same, with what D said beside its scores.  y: (N,) labels of both, where D is shown them."""
        return self._told(D, real.detach(), fake.detach(), y)

    def d_ahead(self, D: nn.Module, weights: Mapping[str, Tensor], real: Tensor, fake: Tensor) -> Tensor:
        """D's loss were these its weights, by their names in D: a function of them and of G, too.  Returns a scalar."""
        noted = dict(self.readings)
        loss = self._told(Ahead(D, weights), real.detach(), fake, None).loss
        self.readings = noted  # it is not the loss of a turn
        return loss

    def _told(self, D: nn.Module, real: Tensor, fake: Tensor, y: Tensor | None) -> Verdict:
        """What D is told of real and fake samples, and whatever these were made of with it."""
        real, fake = self._seen(real), self._seen(fake)
        for augment in self.augment:
            real, fake = self._by_chance(augment.exchange, real, fake)
        due = [penalty for penalty in self.penalties if self.rounds % penalty.interval == 0]
        places = [self._by_chance(penalty.where, real, fake) for penalty in due]
        of_real, of_fake = self._judge(D, real, fake, y, places)
        loss = self._over_batch(self.loss.d_loss, of_real.scores, of_fake.scores)
        self._note(D, "(real)", of_real.scores)
        self._note(D, "(fake)", of_fake.scores)
        for penalty, place in zip(due, places, strict=True):
            slope = of_real.slope if place is real else of_fake.slope if place is fake else judge(D, place, y, slope=True).slope
            assert slope is not None
            price = penalty.weight * self._over_batch(penalty.cost, slope)
            self._note(D, f" {name_in(PENALTIES, penalty)}", price)
            loss = loss + price * penalty.interval
        return Verdict(loss, of_real.more, of_fake.more)

    def _judge(
        self, D: nn.Module, real: Tensor, fake: Tensor, y: Tensor | None, places: Sequence[Tensor]
    ) -> tuple[Judged, Judged]:
        """D's scores of both, and its slopes where penalties read them right there.

        One pass over both together costs least, except where a sample's score depends on its batch (batch norm: real and
        fake are told apart by their statistics, so they must not share a batch) or where only one half needs its slope.
        """
        at_real, at_fake = (bool(places) and any(place is x for place in places) for x in (real, fake))
        if self._mixes(D) or at_real != at_fake:
            return judge(D, real, y, slope=at_real), judge(D, fake, y, slope=at_fake)
        both = judge(D, self._joined(real, fake), None if y is None else self._joined(y, y), slope=at_real)
        return both.halves(self._cut)

    def g_loss(self, D: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        """G's loss on its samples; the real ones (N, ...) are looked at only if the loss compares pairs.  Returns a scalar."""
        return self.g_verdict(D, real, fake).loss

    def g_ahead(self, D: nn.Module, weights: Mapping[str, Tensor], real: Tensor, fake: Tensor) -> Tensor:
        """G's loss were these D's weights, by their names in D: a function of them, too.  Returns a scalar."""
        return self.g_loss(Ahead(D, weights), real, fake)

    def g_verdict(self, D: nn.Module, real: Tensor, fake: Tensor, y: Tensor | None = None) -> Verdict:
        """The same, with what D said beside its scores of the fakes.  y: (N,) labels of both, where D is shown them."""
        judged, name = judge(D, self._seen(fake), y, slope=False), self.names.get(D, "D")
        self.scores[f"{name}(fake)"] = judged.scores.detach()
        if not self.loss.pairs:
            return Verdict(self._over_batch(self.loss.g_loss, judged.scores), NOTHING, judged.more)
        with torch.no_grad():
            partners = judge(D, self._seen(real), y, slope=False)
        self.scores[f"{name}(real)"] = partners.scores
        loss = self._over_batch(self.loss.g_loss, judged.scores, partners.scores)
        return Verdict(loss, partners.more, judged.more)

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
        if isinstance(D, Ahead):
            D = D.D
        if D not in self.mixing:
            self.mixing[D] = mixes_samples(D)
        return self.mixing[D]

    def _seen(self, x: Tensor) -> Tensor:
        for augment in self.augment:
            x = self._by_chance(partial(augment.view, clock=self.clock), x)
        return x

    # Runs that are played abreast have a generator, a batch and a loss each: these four are all that knows of one run only.

    def _by_chance(self, draw: Callable[..., Some], *samples: Tensor) -> Some:
        """What `draw` makes of samples (N, ...) with the run's random numbers."""
        return draw(*samples, generator=self.generator)

    def _over_batch(self, of: Callable[..., Tensor], *each: Tensor) -> Tensor:
        """What `of` makes of all samples' numbers (N, ...), a scalar."""
        return of(*each)

    def _joined(self, one: Tensor, other: Tensor) -> Tensor:
        """Two batches (N, ...) as one (2 N, ...)."""
        return torch.cat((one, other))

    def _cut(self, both: Tensor) -> Sequence[Tensor]:
        """The inverse."""
        return both.chunk(2)
