"""The seed lottery: the same small recipe from many seeds at once, and how many of them fail.

Lucic et al. 2018, arXiv:1711.10337, found that what one seed shows of a GAN says little: budgets and restarts matter more than
losses. Here a person sees it: thirty tiny GANs, and a map of the share that fails over losses and learning rates.
"""

from __future__ import annotations

import json
import math
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
from engine.snapshot import quantised
from engine.stacked import StackedTrainer
from engine.tables import Mean

LEAST_HQ = 0.25
"""A seed has failed if it misses a mode, or if less than this share of its samples is of high quality; ours."""
LOOKS = 24  # of a lottery, from its first round to its last
SHOWN = 80  # samples of a seed on a page


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

    def shown(self) -> tuple[str, ...]:
        """Of each seed SHOWN samples for a page."""
        return tuple(quantised(torch.from_numpy(x), *self.data.limits) for x in self.samples(SHOWN))


class Standing(NamedTuple):
    """How a lottery stands after so many rounds, as plain data: for a file, for a page."""

    rounds: int
    of: int  # modes that there are to find
    tickets: tuple[Ticket, ...]
    points: tuple[str, ...]  # of each seed SHOWN samples: x, y, x, y, ..., see `snapshot.quantised`
    past: tuple[tuple[int, int], ...]  # after how many rounds how many seeds failed; the last is the newest look
    cpu_seconds: float

    @property
    def failed(self) -> int:
        """Seeds."""
        return sum(ticket.failed for ticket in self.tickets)

    def mean(self, measure: str) -> Mean:
        """Over seeds, of a ticket's entry; "failed" is the share."""
        return Mean.of([float(getattr(ticket, measure)) for ticket in self.tickets], digits=1 if measure == "modes" else 2)

    def to_json(self) -> str:
        """What is not finite is null."""
        return json.dumps(self._asdict() | {"tickets": [list(map(_plain, ticket)) for ticket in self.tickets]}, allow_nan=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Standing:
        """The inverse.  ValueError for anything else."""
        try:
            value: dict[str, Any] = json.loads(text)
            entries: Any = ((math.nan if entry is None else entry for entry in ticket) for ticket in value.pop("tickets"))
            tickets, points, past = map(Ticket._make, entries), value.pop("points"), map(tuple, value.pop("past"))
            return cls(tickets=tuple(tickets), points=tuple(points), past=tuple(past), **value)
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"this is no lottery: {error}") from None


def played(
    config: RunConfig, seeds: Sequence[int], rounds: int, device: str | torch.device = "cpu", every: float = math.inf
) -> Iterator[Standing]:
    """A lottery from beginning to end: how it stands at LOOKS rounds evenly apart, the last of them the end.

    every: seconds after which its samples are told in between, too; tickets are then those of the last look.  BadRecipe, in one
    sentence and before anything is played, for what cannot be stacked.
    """
    lottery, start, told = Lottery(config, seeds, device), time.process_time(), time.monotonic()
    standing = Standing(0, lottery.modes, (), (), (), 0.0)
    looks = {max(1, round(rounds * (look + 1) / LOOKS)) for look in range(LOOKS)}
    while lottery.rounds < rounds:
        lottery.round()
        if (judged := lottery.rounds in looks) or time.monotonic() - told > every:
            if judged:
                tickets = tuple(lottery.checks())
                past = (*standing.past, (lottery.rounds, sum(ticket.failed for ticket in tickets)))
                standing = standing._replace(tickets=tickets, past=past)
            seconds = round(time.process_time() - start, 3)
            standing = standing._replace(rounds=lottery.rounds, points=lottery.shown(), cpu_seconds=seconds)
            yield standing
            told = time.monotonic()


def draw(config: RunConfig, seeds: Sequence[int], rounds: int, device: str | torch.device, tell: Tell = silent) -> dict[str, Any]:
    """One lottery from beginning to end, as plain data: what `python -m engine lottery` prints."""
    standing = None
    for standing in played(config, seeds, rounds, device):
        tell(f"round {standing.rounds:,} of {rounds:,}", standing.rounds / rounds)
    assert standing is not None  # there is a last round
    failed, of = standing.failed, len(standing.tickets)
    return {
        "rounds": standing.rounds,
        "seeds": [{name: _plain(value) for name, value in ticket._asdict().items()} for ticket in standing.tickets],
        "failed_if": failed_if(standing.of),
        "failed": failed,
        "share": round(failed / of, 4),
        "interval": [round(end, 4) for end in wilson(failed, of)],
        "cpu_seconds": standing.cpu_seconds,
    }


def failed_if(modes: int) -> str:
    """What counts as a failure where there are so many modes."""
    return f"fewer than {modes} modes, or hq below {LEAST_HQ}"


def wilson(hits: int, tries: int, z: float = 1.959964) -> tuple[float, float]:
    """The interval that holds a share with 95 % confidence, both ends in [0, 1].  Wilson 1927, J. Am. Stat. Assoc. 22."""
    share, weight = hits / tries, z * z / tries
    middle = (share + weight / 2) / (1 + weight)
    half = (share * (1 - share) * weight + weight * weight / 4) ** 0.5 / (1 + weight)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _plain(value: float) -> float | None:
    """A number as JSON has it."""
    return value if not isinstance(value, float) else round(value, 6) if math.isfinite(value) else None
