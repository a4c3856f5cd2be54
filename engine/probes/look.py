"""What is looked at: inputs of G with some of their codes held, as the sliders of the page say."""

from __future__ import annotations

from typing import ClassVar

import torch
from pydantic import Field
from torch import Generator, Tensor

from engine.batches import hot
from engine.config import RunConfig
from engine.games import Code, in_order
from engine.parts import knob
from engine.probes.base import Probe, draws_pictures
from engine.probes.latents import between, settled, truncated, way_of
from engine.questions import BadQuestion
from engine.trained import Trained

ROWS, WIDEST = 8, 12  # of a sheet of samples
POINTS = 512
BEYOND = 2.0  # how far a continuous code may leave [-1, 1], as in figure 2 of InfoGAN (arXiv:1606.03657)
FURTHEST = 3.0  # and a number of z its place
SEEDS = 2**31


class Look(Probe):
    """Samples from a seed; of the same seed, however they are held, the same ones."""

    seed: int = knob(0, 0, SEEDS - 1, "decides z, and the codes that are not held")
    psi: float = knob(1.0, 0.0, 1.0, "truncation: how far z is from the middle; 1 = as it was drawn")
    u: float = knob(0.0, 0.0, 1.0, "the latent pad, to the right: from this seed to the next")
    v: float = knob(0.0, 0.0, 1.0, "the latent pad, downwards: from this seed to the one after the next; the fourth is across")
    codes: dict[str, float] = Field({}, description="a number for each code that is held, by its name")
    dims: dict[int, float] = Field({}, description="numbers to add to single numbers of z, by their place from 0")

    pad: ClassVar[int] = 4  # seeds

    def inputs(self, trained: Trained) -> Tensor:
        """What G is fed, (n, code). Where no choice is held, the first category goes round from column to column."""
        config, held = trained.config, self.held(trained.config)
        fed = self._drawn(trained, self.seed)
        z = config.codes[0].columns
        fed[:, z] = self._turned(config, self._blended(trained, fed[:, z]))
        for code, value in held.items():
            fed[:, code.columns] = _column(code, value, fed)
        if draws_pictures(config):
            fed = fed if _category(config) in held else in_order(config.codes, fed)
            return fed[: ROWS * self.columns(config)]
        return fed

    def columns(self, config: RunConfig) -> int:
        """Of a sheet: one for each choice of the first category, unless that is held."""
        return 8 if _category(config) in self.held(config) else config.columns

    def held(self, config: RunConfig) -> dict[Code, float]:
        """The codes that are held, and at what.  BadQuestion where one is not to be had."""
        known = {code.name: code for code in config.codes if code.kind != "noise"}
        for name, value in self.codes.items():
            if name not in known:
                raise BadQuestion(f"There is no code {name[:40]!r} here. Known: {', '.join(known) or 'none'}.")
            if not _fits(known[name], value):
                raise BadQuestion(f"{name} must be {_range(known[name])}, but it is {value:g}.")
        return {known[name]: value for name, value in self.codes.items()}

    def one(self, fed: Tensor, index: int) -> Tensor:
        """One of the samples' inputs, (1, code).  BadQuestion where there are not so many."""
        if not 0 <= index < len(fed):
            raise BadQuestion(f"There are {len(fed)} samples, from 0; there is no sample {index}.")
        return fed[index : index + 1]

    def _drawn(self, trained: Trained, seed: int) -> Tensor:
        n = ROWS * WIDEST if draws_pictures(trained.config) else POINTS
        return trained.config.fed(n, Generator(trained.device).manual_seed(seed % SEEDS), trained.device)

    def _blended(self, trained: Trained, z: Tensor) -> Tensor:
        """Each z (n, dim) between its fellows of four seeds."""
        if self.u == self.v == 0:
            return z
        columns, way = trained.config.codes[0].columns, way_of(trained.config.latent)
        right, below, across = (self._drawn(trained, self.seed + i)[:, columns] for i in range(1, self.pad))
        return between(between(z, right, self.u, way), between(below, across, self.u, way), self.v, way)

    def _turned(self, config: RunConfig, z: Tensor) -> Tensor:
        """Truncated, and single numbers moved."""
        latent = config.latent
        z = truncated(latent, z, self.psi)
        if not self.dims:
            return z
        for place, offset in self.dims.items():
            if not 0 <= place < latent.dim or abs(offset) > FURTHEST:
                raise BadQuestion(
                    f"dims must be numbers from {-FURTHEST:g} to {FURTHEST:g} for places from 0 to {latent.dim - 1}."
                )
            z[:, place] += offset
        return settled(latent, z)


def _category(config: RunConfig) -> Code | None:
    return next((code for code in config.codes if code.kind == "category"), None)


def _column(code: Code, value: float, fed: Tensor) -> Tensor:
    if code.kind == "continuous":
        return fed.new_full((len(fed), code.size), value)
    return hot(torch.full((len(fed),), int(value), device=fed.device), code.size)


def _fits(code: Code, value: float) -> bool:
    return abs(value) <= BEYOND if code.kind == "continuous" else value in range(code.size)


def _range(code: Code) -> str:
    if code.kind == "continuous":
        return f"a number from {-BEYOND:g} to {BEYOND:g}"
    return f"a whole number from 0 to {code.size - 1}"
