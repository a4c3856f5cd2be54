"""The same recipe from many seeds at once, in one trainer: calling is what costs a tiny GAN its time, so all are called together.

Games, losses, penalties and augmentations are those of a single run. A turn's loss is a vector, a number for each seed; the
gradient of its sum is every seed's own, because no weight of one seed has a part in another's loss. Each seed draws from its
own generator, in the order in which its single run would.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Generator, Tensor, nn

from engine.batches import Batch, Samples
from engine.config import TABLES, BadRecipe, RunConfig
from engine.data import Points
from engine.data.mixture import Mixture
from engine.games import GAN, Players, Rules
from engine.games.rules import Some
from engine.networks.stacked import Stacked
from engine.optim import Weights
from engine.parts import name_in
from engine.trainer import Trainer, fresh_players


class StackedWeights(Weights):
    """The weights of `Stacked` networks: of each layer those of all seeds."""

    def of_each(self) -> Tensor:
        """(S, number of weights), the weights of each seed as its single run has them in `flat`."""
        return self._rows(self.flat.detach())

    def slope(self) -> Tensor:
        """How long each seed's gradient is, (S,)."""
        lengths: Tensor = torch.linalg.vector_norm(self._rows(self.gradient), dim=1)
        return lengths

    def _rows(self, flat: Tensor) -> Tensor:
        return torch.cat([view.flatten(1) for view in self._views(flat)], 1)


@dataclass
class StackedRules(Rules):
    """The rules of S plain GANs abreast: samples are (S * N, ...) as `Stacked` takes them, losses (S,)."""

    generators: Sequence[Generator] = ()

    def z(self, n: int) -> Tensor:
        self.latents += n
        each = n // len(self.generators)
        return torch.cat([self.latent.draw(each, generator, self.device) for generator in self.generators])

    def _by_chance(self, draw: Callable[..., Some], *samples: Tensor) -> Some:
        own = [x.chunk(len(self.generators)) for x in samples]
        drawn = [draw(*mine, generator=generator) for *mine, generator in zip(*own, self.generators, strict=True)]

        def together(pieces: Sequence[Tensor]) -> Tensor:
            for x, mine in zip(samples, own, strict=True):
                if pieces[0] is mine[0]:
                    return x  # handed back untouched, and the rules ask whether it is the same
            return torch.cat(tuple(pieces))

        if isinstance(drawn[0], Tensor):
            return together(drawn)
        reals, fakes = zip(*drawn, strict=True)
        return together(reals), together(fakes)

    def _over_batch(self, of: Callable[..., Tensor], *each: Tensor) -> Tensor:
        of_all: Tensor = torch.vmap(of)(*map(self._runs, each))
        return of_all

    def _joined(self, one: Tensor, other: Tensor) -> Tensor:
        return torch.cat((self._runs(one), self._runs(other)), 1).flatten(0, 1)

    def _cut(self, both: Tensor) -> Sequence[Tensor]:
        return [half.flatten(0, 1) for half in self._runs(both).chunk(2, 1)]

    def _runs(self, x: Tensor) -> Tensor:
        """(S * N, ...) -> (S, N, ...)."""
        return x.reshape(len(self.generators), -1, *x.shape[1:])


class StackedTrainer(Trainer):
    """The trainer of a recipe from several seeds at once.  BadRecipe, in one sentence, for what cannot be stacked.

    It remembers the readings of the last round and no others, and has no state to keep: its runs are over in seconds.
    """

    def __init__(self, config: RunConfig, seeds: Sequence[int], device: str | torch.device = "cpu") -> None:
        self.law = law_of(config, seeds, torch.device(device))
        self.configs = [config.with_knobs({"seed": seed}) for seed in seeds]
        self.generators = [Generator(device).manual_seed(seed) for seed in seeds]
        self._heard: Mapping[str, Tensor] = {}
        super().__init__(self.configs[0], device)
        self._one = torch.ones(len(seeds), device=self.device)

    @property
    def readings(self) -> dict[str, Tensor]:
        """Of the last round: (S,) each."""
        return {name: value.view(len(self.configs), -1).mean(1) for name, value in self._heard.items()}

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        raise NotImplementedError("runs that are played abreast are not kept; the single run of any of their seeds can be")

    def _build(self) -> Players:
        runs = [fresh_players(config) for config in self.configs]
        try:
            return Players(**{name: Stacked([nets[name] for nets in runs]).to(self.device) for name in runs[0]})
        except ValueError as error:
            raise BadRecipe(f"These runs cannot be played abreast: {error}.") from None

    def _flat(self, net: nn.Module) -> StackedWeights:
        return StackedWeights(net)

    def _rules(self) -> StackedRules:
        return StackedRules(**self._chosen(), **self._given(), generator=self.generator, generators=self.generators)

    def _batches(self) -> Iterator[Batch]:
        batch, law = self.config.training.batch, self.law
        while True:
            self._drawn += batch * len(self.generators)
            share, noise = zip(*(law.chances(batch, generator) for generator in self.generators), strict=True)
            yield Samples(law.placed(torch.cat(share), torch.cat(noise))[0])

    def _record(self, readings: Mapping[str, Tensor]) -> None:
        self._heard = readings


def law_of(config: RunConfig, seeds: Sequence[int], device: torch.device) -> Mixture:
    """Where all seeds draw their points from.  BadRecipe, in one sentence, for what cannot be played abreast."""
    if not seeds:
        raise BadRecipe("Name at least one seed.")
    if type(config.game) is not GAN:
        game = name_in(TABLES["game"], config.game)
        raise BadRecipe(f"Only the plain GAN is played from many seeds abreast, and this recipe's game is {game}; choose gan.")
    if not isinstance(config.data, Points):
        raise BadRecipe(f"Only points are few enough to be trained abreast, and these data are {config.data.are}.")
    return config.data.law(device)
