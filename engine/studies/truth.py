"""What is wrong with a run, told by somebody who may look as closely as he likes: the truth that detectors are held against.

It uses other samples than they do, and more of them. What it asks is independent of them for exploding and vanishing gradients
(D's slope and pull where samples lie), for collapse within modes (their spread) and for a weak D (a second D of our own). For
the others it is the same question, with the same bound, put to other samples: there it tells whether a detector's answer holds,
not whether the question is the right one. It looks at the end of a run only.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Generator, Tensor, nn
from torch.nn.functional import softplus

from engine.data import Points
from engine.data.base import Drawn
from engine.metrics import divergence
from engine.studies.watched import Watched
from engine.trained import at_rest
from engine.trainer import aside
from engine.vitals import away, right

SAMPLES = 5_000
ASKED = 1_000  # of them, that D is asked about
ROUNDS = 600  # at the end of a run in which it looks


class Seen(NamedTuple):
    """One look, of G itself but for what is `shown`."""

    js: float
    shown_js: float
    missing: float  # share of the modes that have less than a tenth of their part of the good samples, of what is shown
    main: int
    main_share: float
    right: float  # on samples that nobody has trained on
    home: float  # on training samples; the same where they are drawn afresh
    scores: float  # mean distance of D's scores of real and fake from one another
    slope: float  # of D, where samples are
    pull: float  # the mean length of what G's loss asks of a fake
    narrow: float  # the spread of good samples within their mode, over the mode's own; 1 is right
    copied: float  # distance from the nearest training example over that of unseen samples; 1 where there is no set


class Truth:
    """Looks at one run; `told` is what is wrong with it."""

    def __init__(self, run: Watched, rounds: int) -> None:
        self.run, self.begin = run, rounds - ROUNDS
        trainer = run.trainer
        self.generator = Generator(trainer.device).manual_seed(trainer.config.seed + 77)
        self.seen: list[Seen] = []
        self.first: Seen | None = None
        self.weights: dict[str, list[Tensor]] = {name: [] for name in trainer.weights}

    def look(self, run: Watched) -> None:
        """After each look of the monitor."""
        if self.first is None:
            self.first = self._look()
        if run.trainer.rounds > self.begin:
            self.seen.append(self._look())
            for name, weights in run.trainer.weights.items():
                self.weights[name].append(weights.flat.detach().clone())

    def _look(self) -> Seen:
        trainer, data = self.run.trainer, self.run.trainer.config.data
        assert isinstance(data, Points)
        game, players = trainer.config.game, trainer.players
        trainer.catch_up()
        real = data.law(trainer.device).sample(SAMPLES, self.generator)
        z = trainer.config.fed(SAMPLES, self.generator, trainer.device)
        with at_rest(vars(players).values()):
            with torch.no_grad():
                raw, shown = game.generate(players, z), game.generate(trainer.shown, z)
                home = real if isinstance(trainer.source, Drawn) else aside(trainer.source, ASKED, self.generator).real
                of_real, of_fake, of_home = (game.score(players, x[:ASKED]) for x in (real, raw, home))
            both = torch.cat((real[:ASKED], raw[:ASKED])).requires_grad_()
            (slope,) = torch.autograd.grad(game.score(players, both).sum(), both)
            fake = raw[:ASKED].detach().requires_grad_()
            (pull,) = torch.autograd.grad(game.pull(players, fake, real[:ASKED], trainer.rules), fake)
        nearest, narrow = _modes(raw, data)
        shown_at, _ = _modes(shown, data)
        masses, cells = self.run.observer.masses, self.run.observer.cells
        weights = data.weights
        shares = torch.bincount(nearest, minlength=1).float() / SAMPLES
        missing = 0.0
        if weights is not None:
            good = torch.bincount(shown_at[_good(shown, data)], minlength=len(weights)).float()
            missing = float((good / good.sum().clamp(min=1) < 0.1 * weights).float().mean())
        return Seen(
            js=float(divergence(masses, cells.histogram(raw), SAMPLES).js),
            shown_js=float(divergence(masses, cells.histogram(shown), SAMPLES).js),
            missing=missing,
            main=int(shares.argmax()),
            main_share=float(shares.max()),
            right=float(right(of_real, of_fake)),
            home=float(right(of_home, of_fake)),
            scores=float((of_real.mean() - of_fake.mean()).abs()),
            slope=float(torch.linalg.vector_norm(slope, dim=1).mean()),
            pull=float(torch.linalg.vector_norm(pull, dim=1).mean() * ASKED),
            narrow=narrow,
            copied=1.0 if isinstance(trainer.source, Drawn) else float(away(raw[:ASKED], home) / away(real[:ASKED], home)),
        )

    def told(self) -> frozenset[str]:
        """What is wrong, by the names that detectors use."""
        run, first = self.run, self.first
        if not run.finite:
            return frozenset({"not-finite"})
        assert first is not None
        assert self.seen
        middle = {name: float(torch.tensor([getattr(each, name) for each in self.seen]).median()) for name in Seen._fields}
        mains = [each.main for each in self.seen]
        moved = [_moved(self.weights[name]) for name in ("D", "G")]
        logistic = run.monitor.facts.logistic
        stuck = middle["pull"] < 0.02 * first.pull or middle["js"] > 0.3
        judgements = {
            "diverging": middle["slope"] > 100 or max(_growth(run)) > 10,
            "d-wins": middle["right"] > 0.98 and stuck,
            "mode-collapse": middle["missing"] > 0.2 or (run.monitor.facts.modes == 0 and middle["shown_js"] > 0.5),
            "cycling": middle["main_share"] > 0.4 and len(set(mains)) >= 3 and sum(a != b for a, b in pairwise(mains)) >= 4,
            "d-too-weak": abs(middle["right"] - 0.5) < 0.1 and middle["js"] > 0.3 and self._another_d() > 0.8,
            "overfitted": middle["home"] - middle["right"] > 0.1,
            "memorised": middle["copied"] < 0.4,
            "tight": middle["narrow"] < 0.5,
            "saturated": logistic and middle["scores"] > 15,
            "unbalanced": max(moved[0], 1e-12) / max(moved[1], 1e-12) > 25 or max(moved[1], 1e-12) / max(moved[0], 1e-12) > 25,
            "not-settling": run.monitor.facts.averaged and middle["js"] > 0.42 and middle["js"] - middle["shown_js"] > 0.15,
        }
        return frozenset(name for name, true in judgements.items() if true)

    def _another_d(self) -> float:
        """How often a D of our own, taught for 400 rounds on what G makes now, is right."""
        trainer, data = self.run.trainer, self.run.trainer.config.data
        assert isinstance(data, Points)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(7)
            net = nn.Sequential(nn.Linear(data.dim, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU(), nn.Linear(64, 1)).to(
                trainer.device
            )
        optimizer, law = torch.optim.Adam(net.parameters(), 2e-3), data.law(trainer.device)

        def samples(n: int) -> tuple[Tensor, Tensor]:
            z = trainer.config.fed(n, self.generator, trainer.device)
            with at_rest(vars(trainer.players).values()), torch.no_grad():
                return law.sample(n, self.generator), trainer.config.game.generate(trainer.players, z)

        for _ in range(400):
            real, fake = samples(256)
            loss = softplus(-net(real)).mean() + softplus(net(fake)).mean()
            optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        real, fake = samples(ASKED)
        with torch.no_grad():
            return float(right(net(real).flatten(), net(fake).flatten()))


def _modes(x: Tensor, data: Points) -> tuple[Tensor, float]:
    """The nearest mode of each sample, and the spread of the good ones within it, over a mode's own; NaN without any."""
    if data.centres is None or data.scales is None:
        return torch.zeros(len(x), dtype=torch.int64), float("nan")
    centres, scales = data.centres.to(x), data.scales.to(x)
    nearest = torch.cdist(x, centres).argmin(1)
    away_from = (x - centres[nearest]) / scales[nearest]
    good = away_from.square().sum(1) < 9
    return nearest, float(away_from[good].square().mean().sqrt()) if good.any() else float("nan")


def _good(x: Tensor, data: Points) -> Tensor:
    assert data.centres is not None
    assert data.scales is not None
    centres, scales = data.centres.to(x), data.scales.to(x)
    nearest = torch.cdist(x, centres).argmin(1)
    return ((x - centres[nearest]) / scales[nearest]).square().sum(1) < 9


def _moved(past: list[Tensor]) -> float:
    """The mean share of their length that weights moved between two looks."""
    steps = [float(torch.linalg.vector_norm(b - a) / torch.linalg.vector_norm(a)) for a, b in pairwise(past)]
    return sum(steps) / max(len(steps), 1)


def _growth(run: Watched) -> list[float]:
    """How many times as long each player's weights are as at the first look."""
    return [values[-1] / values[0] for values in run.course.ending(" weights").values()]
