"""Vital signs of a run: what symptoms are read from, beside the measurements of quality that everybody sees.

Like all looking they are taken with latents of their own and players at rest. They are of G itself, not of its average, which
hides how G moves.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Generator, Tensor

from engine.batches import Batch
from engine.data import Data, DataUnavailable, Points
from engine.data.base import Drawn
from engine.metrics import divergence, gathered, median_distance_ideal
from engine.observer import Observer
from engine.recorder import Rows
from engine.trained import at_rest
from engine.trainer import aside

ASKED = {1: 500, 3: 64}  # samples of each kind that D is shown: of points, and of pictures, which cost more
KNOWN = 2_000  # a training set that is larger nobody learns by heart here, and is not searched

Signs = dict[str, Tensor | float]


class Vitals:
    """Takes the vital signs of one run, given who looks at it.

    right: how often D scores a real sample above a fake (0.5: cannot tell; the area under its ROC curve), on real samples that it
    has not trained on; right at home: the same on its training set, where that has an end.
    raw variety: how far apart fakes of G itself are, over how far apart real samples are.
    copied: how far fakes are from the nearest training example, over how far unseen ones are.
    tight: the middle distance of good samples from their mode, over a Gaussian's.
    main mode, main share: where most of G's samples are, and which share of them.
    held modes: of what is shown, those that have at least a tenth of their part.  raw js: of G itself.
    weights, moved: the length of each player's weights, and which share of it they have moved, in 100 rounds.
    """

    def __init__(self, observer: Observer) -> None:
        self.observer, self.trainer, self.config = observer, observer.trainer, observer.config
        n = ASKED[len(self.config.data.shape)]
        self.generator = Generator(self.trainer.device).manual_seed(self.config.seed + 3)
        points = isinstance(self.config.data, Points)
        self.z = observer.z if points else self.config.fed(n, self.generator, self.trainer.device)
        self.home = aside(self.trainer.source, n, self.generator).real
        self.unseen = self._unseen(n)
        self.known = self._all_known()
        self.apart = spread(self.home)
        self.beyond = None if self.known is None or self.unseen is None else away(self.unseen, self.known)
        self.modes = _modes_of(self.config.data)
        self._before: dict[str, Tensor] = {}
        self._round = 0

    def take(self, checks: Rows) -> Rows:
        """The signs of now, laid behind the measurements of this round. The one place that waits for the device."""
        with at_rest(vars(self.trainer.players).values()), torch.no_grad():
            signs = self._of_weights()
            if not self.config.game.translates:
                signs |= self._of_samples(self.config.game.generate(self.trainer.players, self.z))
        row = torch.stack([torch.as_tensor(value, device=self.trainer.device).float() for value in signs.values()])
        values = np.concatenate((checks.values, row.cpu().numpy()[None]), 1)
        return Rows(checks.columns + tuple(signs), checks.rounds, values)

    def forget(self) -> None:
        """The run goes on from another state than that of the last look."""
        self._before = {}

    def _of_weights(self) -> Signs:
        signs: Signs = {}
        past, self._round = max(self.trainer.rounds - self._round, 1), self.trainer.rounds
        for name, weights in self.trainer.weights.items():
            now = weights.flat.detach().clone()
            signs[f"{name} weights"] = length = torch.linalg.vector_norm(now)
            moved = torch.linalg.vector_norm(now - self._before[name]) if name in self._before else torch.nan
            signs[f"{name} moved"] = moved / length * (100 / past)
            self._before[name] = now
        return signs

    def _of_samples(self, fake: Tensor) -> Signs:
        signs: Signs = {"raw variety": spread(fake) / self.apart}
        if self.config.game.judged:
            signs |= self._of_scores(fake)
        if self.known is not None and self.beyond is not None:
            signs["copied"] = away(fake, self.known) / self.beyond
        return signs | (self._of_modes(fake, self.config.data) if isinstance(self.config.data, Points) else {})

    def _of_scores(self, fake: Tensor) -> Signs:
        score, players = self.config.game.score, self.trainer.players
        of_fake, at_home = score(players, fake[: len(self.home)]), score(players, self.home)
        if self.unseen is None:
            return {"right": right(at_home, of_fake)}
        return {"right": right(score(players, self.unseen), of_fake), "right at home": right(at_home, of_fake)}

    def _of_modes(self, fake: Tensor, data: Points) -> Signs:
        seen = self.observer
        signs: Signs = {"raw js": divergence(seen.masses, seen.cells.histogram(fake), len(fake)).js}
        if self.modes is None:
            return signs
        shown = gathered(self.config.game.generate(self.trainer.shown, self.z), *self.modes)
        where = gathered(fake, *self.modes)
        tight = where.distance / median_distance_ideal(data.dim)
        return signs | {"held modes": shown.held, "main mode": where.main, "main share": where.share, "tight": tight}

    def _unseen(self, n: int) -> Tensor | None:
        """Real samples that nobody trains on, where the training set has an end."""
        if isinstance(self.trainer.source, Drawn) or self.config.game.translates:
            return None
        try:
            held: Batch = self.config.data.held_out(n, self.trainer.device)
        except DataUnavailable:
            return None
        return held.real

    def _all_known(self) -> Tensor | None:
        """The whole training set, where it is small enough to be learned by heart."""
        examples = getattr(self.trainer.source, "examples", None)
        if examples is None or examples > KNOWN or self.config.game.translates:
            return None
        return aside(self.trainer.source, examples, self.generator).real


def _modes_of(data: Data) -> tuple[Tensor, Tensor, Tensor] | None:
    """Where modes are, how wide, and how likely; None where there are none to count."""
    if not isinstance(data, Points) or data.centres is None or data.scales is None or data.weights is None:
        return None
    return data.centres, data.scales, data.weights


def right(real: Tensor, fake: Tensor) -> Tensor:
    """How often a real score (N,) is above a fake one (M,); one that is equal counts half.  Returns a scalar."""
    apart = real[:, None] - fake
    return (apart > 0).float().mean() + (apart == 0).float().mean() / 2


def spread(x: Tensor) -> Tensor:
    """The mean distance between samples (N, ...) and others, each from the one before.  Returns a scalar."""
    x = x.flatten(1)
    steps: Tensor = torch.linalg.vector_norm(x - x.roll(1, 0), dim=1)
    return steps.mean()


def away(x: Tensor, known: Tensor) -> Tensor:
    """The middle distance of x (N, ...) from the nearest of known (M, ...).  Returns a scalar."""
    return torch.cdist(x.flatten(1), known.flatten(1)).amin(1).median()
