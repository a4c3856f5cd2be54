"""The seed lottery: the same small recipe from many seeds at once, and how many of them fail.

Lucic et al. 2018, arXiv:1711.10337, found that what one seed shows of a GAN says little: budgets and restarts matter more than
losses. Here a person sees it: thirty tiny GANs, and a map of the share that fails over losses and learning rates.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator

from engine.config import BadRecipe, RunConfig
from engine.data import Points
from engine.data.base import Tell, silent
from engine.metrics import Cells, hq_ceiling, modes_ideal
from engine.observer import SAMPLES, looked_at, quality_of_points
from engine.stacked import StackedTrainer

LEAST_HQ = 0.5
"""A seed has failed if it misses a mode, or if less than this share of its samples is of high quality; ours."""
TOLD = 64  # rounds between two words on how far a lottery has come


class Ticket(NamedTuple):
    """What came of one seed, measured as `Observer.checks` does; `failed`: fewer than all modes, or hq below LEAST_HQ."""

    seed: int
    modes: int
    hq: float
    kl: float
    js: float
    failed: bool


class Lottery:
    """A recipe from these seeds, one round of all at a time.  BadRecipe, in one sentence, for what cannot be stacked.

    Each seed's run is its single run, `Trainer(config with that seed)`, but for rounding: sums are added up in another order.
    Where a gradient is nothing but rounding, as that of D's last bias under a loss that only compares scores, Adam makes steps
    of it, and in single precision the two part slowly, as runs on two machines do; in double precision they agree.
    """

    def __init__(self, config: RunConfig, seeds: Sequence[int], device: str | torch.device = "cpu") -> None:
        self.config, self.seeds = config, tuple(seeds)
        self.trainer = StackedTrainer(config, seeds, device)
        assert isinstance(config.data, Points)  # or the trainer had refused it
        if config.data.centres is None or config.data.weights is None:
            raise BadRecipe("The lottery counts modes, and these points have none to count; choose ring, grid or blobs.")
        self.data = config.data
        good = hq_ceiling(config.data.dim)
        self.modes = round(modes_ideal(config.data.weights, SAMPLES, quality=good))  # all that so many samples can find
        self.cells = Cells.of(config.data)
        self.masses = self.cells.exact(config.data, self.trainer.device)
        own = [Generator(self.trainer.device).manual_seed(seed + 2) for seed in seeds]  # each observer's
        self.z = torch.stack([looked_at(config, self.trainer.source, generator)[1] for generator in own])  # (S, SAMPLES, code)

    @property
    def rounds(self) -> int:
        """Rounds that each seed has played."""
        return self.trainer.rounds

    def round(self) -> None:
        """One round of every seed."""
        self.trainer.round()

    def samples(self, n: int = SAMPLES) -> NDArray[np.float32]:
        """Of each seed's moving average n samples, always for the same latents: (S, n, d); n is at most SAMPLES."""
        self.trainer.catch_up()
        z = self.z[:, :n]
        with torch.no_grad():
            x = self.config.game.generate(self.trainer.shown, z.flatten(0, 1))
        drawn: NDArray[np.float32] = x.view(*z.shape[:2], -1).cpu().numpy()
        return drawn

    def checks(self) -> list[Ticket]:
        """What has come of each seed so far."""
        tickets = []
        for seed, fake in zip(self.seeds, torch.from_numpy(self.samples()).to(self.masses.device), strict=True):
            found = {k: float(v) for k, v in quality_of_points(fake, self.data, self.cells, self.masses).items()}
            failed = found["modes"] < self.modes or not found["hq"] >= LEAST_HQ
            tickets.append(Ticket(seed, int(found["modes"]), found["hq"], found["kl"], found["js"], failed))
        return tickets

    def failed(self) -> list[bool]:
        """Whether each seed misses a mode, or fewer than LEAST_HQ of its samples are of high quality."""
        return [ticket.failed for ticket in self.checks()]


class Cell(NamedTuple):
    """How many seeds failed with this loss and this learning rate of both players; low, high: the share's 95 % interval."""

    loss: str
    rate: float
    seeds: int
    failed: int
    low: float
    high: float

    @property
    def share(self) -> float:
        return self.failed / self.seeds


def sweep(
    config: RunConfig,
    losses: Sequence[str],
    rates: Sequence[float],
    seeds: Sequence[int],
    rounds: int,
    tell: Tell = silent,
    device: str | torch.device = "cpu",
) -> Iterator[Cell]:
    """A map of losses (names of LOSSES) and learning rates, row by row, each cell as soon as it is played.

    Both players learn at the cell's rate; all else is the recipe's. BadRecipe, in one sentence, before the first cell is
    played if any of them cannot be. Whoever has seen enough closes the generator, or raises from `tell`.
    """
    cells = {(loss, rate): config.with_knobs(_knobs(loss, rate)) for loss in losses for rate in rates}
    for done, ((loss, rate), chosen) in enumerate(cells.items()):
        lottery = Lottery(chosen, seeds, device)
        for _ in _played(lottery, rounds):
            tell(f"{loss} at {rate:g}: round {lottery.rounds:,}", (done + lottery.rounds / rounds) / len(cells))
        failed = sum(lottery.failed())
        yield Cell(loss, rate, len(seeds), failed, *wilson(failed, len(seeds)))


def draw(config: RunConfig, seeds: Sequence[int], rounds: int, device: str | torch.device, tell: Tell = silent) -> dict[str, Any]:
    """One lottery from beginning to end, as plain data: what `python -m engine lottery` prints."""
    start = time.process_time()
    lottery = Lottery(config, seeds, device)
    for _ in _played(lottery, rounds):
        tell(f"round {lottery.rounds:,} of {rounds:,}", lottery.rounds / rounds)
    tickets = lottery.checks()
    failed = sum(ticket.failed for ticket in tickets)
    return {
        "rounds": lottery.rounds,
        "seeds": [_plain(ticket) for ticket in tickets],
        "failed_if": f"fewer than {lottery.modes} modes, or hq below {LEAST_HQ}",
        "failed": failed,
        "share": round(failed / len(tickets), 4),
        "interval": [round(end, 4) for end in wilson(failed, len(tickets))],
        "cpu_seconds": round(time.process_time() - start, 3),
    }


def wilson(hits: int, tries: int, z: float = 1.959964) -> tuple[float, float]:
    """The interval that holds a share with 95 % confidence, both ends in [0, 1].  Wilson 1927, J. Am. Stat. Assoc. 22."""
    share, weight = hits / tries, z * z / tries
    middle = (share + weight / 2) / (1 + weight)
    half = (share * (1 - share) * weight + weight * weight / 4) ** 0.5 / (1 + weight)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _played(lottery: Lottery, rounds: int) -> Iterator[None]:
    """Plays so many rounds, and stops to be looked at now and then, and at the end."""
    while lottery.rounds < rounds:
        lottery.round()
        if lottery.rounds % TOLD == 0 or lottery.rounds == rounds:
            yield


def _knobs(loss: str, rate: float) -> dict[str, Any]:
    return {"loss": loss, "g_optimizer.lr": rate, "d_optimizer.lr": rate}


def _plain(ticket: Ticket) -> dict[str, Any]:
    return {name: round(value, 6) if isinstance(value, float) else value for name, value in ticket._asdict().items()}
