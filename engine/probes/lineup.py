"""A line-up: real and generated samples mixed, to see whether somebody can tell them apart. D takes the same test.

The study of Salimans et al. 2016 (arXiv:1606.03498, section 4), with one change of ours: each card is real with probability 1/2
whatever the others are, so that counting them helps nobody and guessing follows the binomial law exactly (metrics/chance.py).
Of points, a card is a small cloud.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import torch
from torch import Generator, Tensor

from engine.data import Points
from engine.games import Rules
from engine.parts import knob
from engine.probes.base import Probe, kept_back, made, shown
from engine.probes.look import SEEDS
from engine.probes.neighbours import as_floats, gallery_of
from engine.questions import BadQuestion
from engine.trained import Trained

HELD = 512  # held-out examples to draw from
REFERENCE = 128  # other samples of each kind, for the scale of D's scores
SUREST = 1e-9  # no belief in a single sample counts as closer to 0 or 1


class Drawn(NamedTuple):
    """x: (N, *data), real samples.  held_out: whether nobody trained on them."""

    x: Tensor
    held_out: bool


class Scale(NamedTuple):
    """Other samples (R, *data), by which D's scores are read under a loss where only differences of scores mean something."""

    real: Tensor
    fake: Tensor


class Lineup(Probe):
    """Cards of which each is real or generated, by the toss of a coin."""

    seed: int = knob(0, 0, SEEDS - 1, "decides the coins, the real samples, and what G is fed, its class included")
    n: int = knob(24, 4, 48, "cards")
    cloud: int = knob(40, 4, 128, "points on a card, where samples are points")

    def answer(self, trained: Trained) -> dict[str, Any]:
        """cards: the samples, card by card. fakes: which are generated. held_out: whether nobody trained on the real ones.

        beliefs: how surely D takes each card for real, from 0 to 1; None where nobody judges.
        """
        config, generator = trained.config, Generator(trained.device).manual_seed(self.seed)
        each = self.cloud if isinstance(config.data, Points) else 1
        fakes = torch.rand(self.n, generator=generator, device=trained.device) < 0.5
        samples = self.n * each + REFERENCE
        generated = made(trained, config.fed(samples, generator, trained.device))
        if not generated.isfinite().all():
            raise BadQuestion("G's samples are no finite numbers any more, so there is nothing to tell apart.")
        real = real_samples(trained, samples, generator)
        of_cards = fakes.repeat_interleave(each).view(-1, *[1] * len(config.data.shape))  # (samples, 1, ...)
        mixed = torch.where(of_cards, generated[REFERENCE:], real.x[REFERENCE:])
        scale = Scale(real.x[:REFERENCE], generated[:REFERENCE])
        return {
            "cards": shown(config, mixed, each if each > 1 else self.n),
            "fakes": fakes.tolist(),
            "beliefs": beliefs(trained, mixed.view(self.n, each, *config.data.shape), scale, generator),
            "held_out": real.held_out,
        }


def real_samples(trained: Trained, n: int, generator: Generator) -> Drawn:
    """Real samples, none of which was trained on where some are kept back; at most as many different ones as there are."""
    data = trained.config.data
    if isinstance(data, Points):
        return Drawn(data.sample(n, generator, trained.device), held_out=True)
    try:
        x, held_out = kept_back(data, HELD, trained.device).real, True
    except BadQuestion:  # of a folder all are trained on; data that cannot be had at all say so in the next line
        x, held_out = gallery_of(trained).x, False
    places = torch.randperm(len(x), generator=generator, device=x.device)
    return Drawn(as_floats(x[places.repeat(-(-n // len(x)))[:n]]), held_out)


def beliefs(trained: Trained, cards: Tensor, scale: Scale, generator: Generator) -> list[float] | None:
    """D's belief that a card is real, for each of the cards (n, samples, *data); None where nobody judges.

    All cards are scored in one pass, since their kinds are mixed for D as for everybody. Of a cloud, the odds of its points are
    multiplied: the best test there is if D's odds are p/q (Neyman and Pearson 1933).
    """
    config, n = trained.config, len(cards)
    if not config.game.judged:
        return None
    with trained.at_rest() as p:
        scores, real, fake = (config.game.score(p, x) for x in (cards.flatten(0, 1), *scale))
    rules = Rules(config.loss, (), (), config.latent, generator, trained.device, probe=torch.empty(0))
    belief = config.game.belief(scores, real, fake, rules)
    together = torch.logit(belief.double(), eps=SUREST).view(n, -1).sum(1)
    return together.sigmoid().tolist()
