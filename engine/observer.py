"""Looking at a run without changing it: pictures for the page and measurements of quality.

Looking has its own fixed latents and its own generator, judges with D in evaluation mode, and shows G's moving average. A run
that was watched is, bit for bit, the run that was not.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Generator, Tensor

from engine.batches import Batch, Labelled, Pairs, Source
from engine.census import counted, ideal, named, shares, stacked
from engine.classifier import kept_classifier
from engine.config import RunConfig
from engine.data import Points
from engine.games import Game, is_judge
from engine.metrics import Cells, coverage, divergence, floor, hq_ceiling, modes_ideal, sharpness, variety
from engine.plane import SHOWN, USUAL, Plane
from engine.recorder import Rows
from engine.snapshot import Stage, sheet
from engine.trained import at_rest
from engine.trainer import Trainer, aside

SAMPLES = 2500  # for the measurements: PacGAN's protocol
COUNTED = 300  # pictures of one channel or colour that are named for a count of modes: 60 to 80 ms of a core, every two seconds
TESTED = 500  # held-out examples that a classifier is tried on while it learns; it does so every two seconds


class Observer:
    """Looks at one trainer. Its own randomness never touches the run's."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.config = trainer.config
        generator = Generator(trainer.device).manual_seed(self.config.seed + 2)
        self.real, self.z = looked_at(self.config, trainer.source, generator)
        self.held_out = self._held_out()
        self.ideal = self._ideal()
        self.eye = kept_classifier(self.config.data.named_by, trainer.device) if self.ideal else None
        if isinstance(self.config.data, Points):
            self.plane = Plane(trainer, self.config.data, self.z)
            self.cells = Cells.of(self.config.data)
            self.masses = self.cells.exact(self.config.data, trainer.device)
            self.floor = floor(self.masses, SAMPLES, generator)

    @property
    def pictures(self) -> bool:
        """Whether the data are pictures rather than points."""
        return has_pictures(self.config)

    def stage(self, layers: Collection[str] = USUAL) -> Stage:
        """What G and D do now, as the page draws it, with these layers of LAYERS."""
        with _looking(self.trainer):
            if self.pictures:
                return self._sheets()
            with torch.no_grad():
                fake = self.config.game.show(self.trainer.shown, self.real, self.trainer.rules)["fake"][:SHOWN]
            return self.plane.stage(self.real.real, fake, layers)

    def real_stage(self) -> Stage:
        """Real samples, in the same form; where they are translated, none: their truth is shown beside each."""
        x = self.real.real
        if self.config.game.translates:
            return {"kind": "images", "sheets": []}
        if self.pictures:
            return {"kind": "images", "sheets": [sheet(x, self.config.columns, name="real")]}
        return self.plane.real(x)

    def checks(self) -> Rows:
        """Quality of G's moving average: of points, modes covered, share of high quality, KL and JS; of pictures, sharpness,
        variety and the modes that our classifier names.

        Where somebody names classes, also how often that is wrong on examples that are not trained on.
        """
        with _looking(self.trainer), torch.no_grad():
            values = self._of_points(self.config.data) if isinstance(self.config.data, Points) else self._of_pictures()
            values |= self._of_modes() | self._of_classes()
        row = np.array([[float(value) for value in values.values()]], np.float32)
        return Rows(tuple(values), np.array([self.trainer.rounds]), row)

    def _of_points(self, data: Points) -> dict[str, Tensor | float]:
        return quality_of_points(self.config.game.generate(self.trainer.shown, self.z), data, self.cells, self.masses)

    def _of_pictures(self) -> dict[str, Tensor | float]:
        game, trainer = self.config.game, self.trainer
        if not game.translates:
            fake, real = game.generate(trainer.shown, trainer.rules.probe), self.real.real
            return {"sharpness": sharpness(fake, real), "variety": variety(fake, real)}
        fake = game.show(trainer.shown, self.real, trainer.rules)["fake"]
        away = {"L1 to truth": (fake - self.real.b).abs().mean()} if isinstance(self.real, Pairs) else {}
        return {"sharpness": sharpness(fake, self.real.real), **away}

    def _of_modes(self) -> dict[str, Tensor | float]:
        """The classes found, by name; unknown while no classifier is kept, for to train one takes minutes."""
        if self.eye is None:
            return dict.fromkeys(self.ideal, math.nan)
        x = self.config.game.generate(self.trainer.shown, self.z[: self.counted])
        found = counted(named(self.config.data, self.eye, x), shares(self.config.data))
        return dict(zip(self.ideal, found, strict=True))

    def _of_classes(self) -> dict[str, Tensor | float]:
        if self.held_out is None:
            return {}
        x, y = self.held_out
        said = self.config.game.classify(self.trainer.players, x)
        return {} if said is None else {"test error": (said.argmax(1) != y).float().mean()}

    def _ideal(self) -> dict[str, float]:
        """What a perfect generator would reach in `_of_modes`; nothing where there are no modes to name."""
        game, data = self.config.game, self.config.data
        return ideal(shares(data), self.counted) if self.pictures and not game.translates and data.named_by.classes else {}

    @property
    def counted(self) -> int:
        """How many pictures are named."""
        return COUNTED // stacked(self.config.data)

    def _held_out(self) -> Labelled | None:
        """Examples to try a classifier on, if the game has one."""
        game, data = self.config.game, self.config.data
        if type(game).classify is Game.classify:
            return None
        held = data.held_out(TESTED, self.trainer.device)
        return held if isinstance(held, Labelled) else None

    def floors(self) -> dict[str, float]:
        """What a perfect generator would reach in `checks`, with as many samples."""
        data, limits = self.config.data, self.config.game.limits()
        if not isinstance(data, Points):
            return limits | {"sharpness": 1.0} | ({} if self.config.game.translates else {"variety": 1.0}) | self.ideal
        floors = limits | {name: float(value) for name, value in self.floor._asdict().items()}
        if data.centres is not None:
            assert data.weights is not None  # where there are centres
            good = hq_ceiling(data.dim)
            floors |= {"modes": round(modes_ideal(data.weights, SAMPLES, quality=good)), "hq": good}
        return floors

    def _sheets(self) -> Stage:
        trainer, game = self.trainer, self.config.game
        with torch.no_grad():
            shown = game.show(trainer.shown, self.real, trainer.rules)
            sheets = []
            for name, pictures in shown.items():
                said = game.scored(trainer.players, name, pictures, self.real, trainer.rules)
                scores = said if said is None else said.tolist()
                sheets.append(sheet(pictured(self.config, name, pictures), self.config.columns, scores, name=name))
        return {"kind": "images", "sheets": sheets}


def pictured(config: RunConfig, name: str, x: Tensor) -> Tensor:
    """What can be looked at of samples that a game shows under this name: of what it was given the picture, without planes."""
    return x[:, : config.data.pictured] if name == "given" and config.data.given else x


def has_pictures(config: RunConfig) -> bool:
    return len(config.data.shape) == 3


def looked_at(config: RunConfig, source: Source, generator: Generator) -> tuple[Batch, Tensor]:
    """What a run is looked at with: real samples, and inputs of G (SAMPLES, code)."""
    real = aside(source, config.rows * config.columns if has_pictures(config) else SHOWN, generator)
    return real, config.fed(SAMPLES, generator, generator.device)


def quality_of_points(fake: Tensor, data: Points, cells: Cells, masses: Tensor) -> dict[str, Tensor | float]:
    """Modes covered and share of high quality of samples (SAMPLES, d), where there are modes; KL and JS.

    cells, masses: a grid, and how likely each of its cells is to the data.
    """
    values: dict[str, Tensor | float] = {}
    if (modes := data.centres) is not None and data.scales is not None:
        covered = coverage(fake, modes, data.scales)
        values |= {"modes": covered.modes, "hq": covered.hq}
    return values | divergence(masses, cells.histogram(fake), SAMPLES)._asdict()


@contextmanager
def _looking(trainer: Trainer) -> Iterator[None]:
    """Judges are at rest, so that looking moves no statistic and draws no dropout; the moving average is up to date."""
    trainer.catch_up()
    with at_rest(net for name, net in vars(trainer.players).items() if is_judge(name)):
        yield
