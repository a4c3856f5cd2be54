"""Looking at a run without changing it: pictures for the page and measurements of quality.

Looking has its own fixed latents and its own generator, judges with D in evaluation mode, and shows G's moving average. A run
that was watched is, bit for bit, the run that was not.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Generator, Tensor

from engine.batches import Batch
from engine.data import Points
from engine.games import is_judge
from engine.metrics import Cells, coverage, divergence, floor, hq_ceiling
from engine.recorder import Rows
from engine.snapshot import Stage, arrows, belief_bytes, quantised, sheet
from engine.trainer import Trainer

SHOWN_POINTS = 400
SHOWN_PICTURES = 64
COLUMNS = 8
GRID = 36  # cells of D's heat map along a side
SAMPLES = 2500  # for the measurements: PacGAN's protocol


class Observer:
    """Looks at one trainer. Its own randomness never touches the run's."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.config = trainer.config
        generator = Generator(trainer.device).manual_seed(self.config.seed + 2)
        self.real = _fresh_batch(trainer, SHOWN_PICTURES if self.pictures else SHOWN_POINTS, generator)
        self.z = self.config.latent.draw(SAMPLES, generator, trainer.device)
        if isinstance(self.config.data, Points):
            self.field = _field(self.config.data, trainer.device)
            self.cells = Cells.of(self.config.data)
            self.masses = self.cells.exact(self.config.data, trainer.device)
            self.floor = floor(self.masses, SAMPLES, generator)

    @property
    def pictures(self) -> bool:
        """Whether the data are pictures rather than points."""
        return len(self.config.data.shape) == 3

    def stage(self) -> Stage:
        """What G and D do now, as the page draws it."""
        with _looking(self.trainer):
            return self._sheets() if self.pictures else self._points()

    def real_stage(self) -> Stage:
        """Real samples, in the same form."""
        x = self.real[0]
        if self.pictures:
            return {"kind": "images", "sheets": [sheet(x[:SHOWN_PICTURES], COLUMNS, name="real")]}
        assert isinstance(self.config.data, Points)
        low, high = self.config.data.limits
        kind = "points" if self.config.data.dim == 2 else "line"
        return {"kind": kind, "low": low, "high": high, "points": quantised(x, low, high)}

    def checks(self) -> Rows | None:
        """Quality of G's moving average on points: modes covered, share of high quality, KL and JS. None for pictures."""
        data = self.config.data
        if not isinstance(data, Points):
            return None
        with _looking(self.trainer), torch.no_grad():
            fake = self.config.game.generate(self.trainer.shown, self.z)
        values: dict[str, Tensor] = {}
        if (modes := data.centres) is not None and data.scales is not None:
            covered = coverage(fake, modes, data.scales)
            values |= {"modes": covered.modes, "hq": covered.hq}
        values |= divergence(self.masses, self.cells.histogram(fake), SAMPLES)._asdict()
        row = torch.stack(list(values.values())).cpu().numpy()
        return Rows(tuple(values), np.array([self.trainer.rounds]), row[None])

    def floors(self) -> dict[str, float]:
        """What a perfect generator would reach in `checks`, with as many samples."""
        data = self.config.data
        if not isinstance(data, Points):
            return {}
        floors = {name: float(value) for name, value in self.floor._asdict().items()}
        if (modes := data.centres) is not None:
            floors |= {"modes": float(len(modes)), "hq": hq_ceiling(data.dim)}
        return floors

    def _points(self) -> Stage:
        data, trainer = self.config.data, self.trainer
        assert isinstance(data, Points)
        low, high = data.limits
        game, rules = self.config.game, trainer.rules
        with torch.no_grad():
            fake = game.show(trainer.shown, self.real, rules)["fake"][:SHOWN_POINTS]
            scores = game.score(trainer.players, torch.cat((self.field, self.real[0], fake)))
            field, of_real, of_fake = torch.split(scores, [len(self.field), len(self.real[0]), len(fake)])
            belief = game.belief(field, of_real, of_fake, rules)
        stage: Stage = {
            "kind": "points" if data.dim == 2 else "line",
            "low": low,
            "high": high,
            "fake": quantised(fake, low, high),
            "belief": {"n": GRID if data.dim == 2 else len(self.field), "data": belief_bytes(belief)},
        }
        if data.dim == 2:
            stage["arrows"] = arrows(self._steps(fake), (high - low) / 4)
        return stage

    def _steps(self, fake: Tensor) -> Tensor:
        """Where G's loss asks each fake (N, 2) to go: minus its gradient for one sample of the mean."""
        x = fake.detach().requires_grad_()
        loss = self.config.game.pull(self.trainer.players, x, self.real[0][: len(x)], self.trainer.rules)
        (slope,) = torch.autograd.grad(loss, x)
        return -slope * (len(x) * 0.15)  # 0.15 as in GAN Lab: a slope of 1 is drawn 0.15 long

    def _sheets(self) -> Stage:
        trainer, game = self.trainer, self.config.game
        with torch.no_grad():
            shown = game.show(trainer.shown, self.real, trainer.rules)
            sheets = []
            for name, pictures in shown.items():
                pictures = pictures[:SHOWN_PICTURES]
                scores = game.score(trainer.players, pictures).tolist()
                sheets.append(sheet(pictures, COLUMNS, scores, name=name))
        return {"kind": "images", "sheets": sheets}


def _fresh_batch(trainer: Trainer, n: int, generator: Generator) -> Batch:
    """Real samples from the source, whose place in the data is put back."""
    place = trainer.source.state()
    batch = trainer.source.batch(n, generator)
    trainer.source.load_state(place)
    return batch


def _field(data: Points, device: torch.device) -> Tensor:
    """Where D is asked for its belief: a grid from the low corner, x fastest, or a line."""
    low, high = data.limits
    axis = torch.linspace(low, high, GRID if data.dim == 2 else 200, device=device)
    if data.dim == 1:
        return axis[:, None]
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    return torch.stack((x.flatten(), y.flatten()), 1)


@contextmanager
def _looking(trainer: Trainer) -> Iterator[None]:
    """D judges in evaluation mode, so that looking moves no statistic and draws no dropout."""
    judges = [net for name, net in vars(trainer.players).items() if is_judge(name)]
    trainer.catch_up()
    for net in judges:
        net.eval()
    try:
        yield
    finally:
        for net in judges:
            net.train()
