"""Traversal: one code is swept along each row, the others are held. Figure 2 of InfoGAN, arXiv:1606.03657."""

from __future__ import annotations

from typing import Any

import torch
from pydantic import Field
from torch import Tensor

from engine.config import RunConfig
from engine.games import Code
from engine.parts import knob
from engine.probes.base import made, shown
from engine.probes.controls import strongest
from engine.probes.latents import reach_of, settled
from engine.probes.look import Look
from engine.questions import BadQuestion
from engine.trained import Trained

MOST_ROWS = 10


class Traverse(Look):
    """A row for each of these codes; or, with one code and several samples, a row for each sample.

    A code is a name of the game's, or a number of z by its place from 0: "z 0".
    """

    rows: tuple[str, ...] = Field(
        (), max_length=MOST_ROWS, description=f"at most {MOST_ROWS} names of codes, or none for those that tell most"
    )
    sample: int = knob(0, 0, 511, "which sample is swept; of several, the first")
    samples: int = knob(1, 1, MOST_ROWS, "how many samples, where it is one code that is swept")
    apart: int = knob(1, 1, 512, "places from one of several samples to the next: where a choice goes round, those of one choice")
    steps: int = knob(10, 3, 16, "columns; a choice has as many as it has choices")
    reach: float = knob(2.0, 0.5, 2.0, "how far a continuous code goes to either side; 2 in the paper's figure")

    def answer(self, trained: Trained) -> dict[str, Any]:
        names, fed, lengths = self.swept(trained)
        values = [self.values(trained.config, name).tolist() for name in names]
        columns = max(lengths)
        x = made(trained, fed)
        for row, length in enumerate(lengths):
            x[row * columns + length : (row + 1) * columns] = torch.nan  # an empty place
        return shown(trained.config, x, columns) | {"names": names, "lengths": lengths, "values": values}

    def swept(self, trained: Trained) -> tuple[list[str], Tensor, list[int]]:
        """The name of each row, its inputs one after another (rows * columns, code), and how many of them are meant."""
        config, base = trained.config, self.inputs(trained)
        self.one(base, self.sample)
        names = list(self.rows) or telling(trained)
        samples = self.samples if len(names) == 1 else 1
        starts = range(self.sample, len(base), self.apart)[:samples]
        rows = [(name, start) for name in names for start in starts]
        lengths = [len(self.values(config, name)) for name, _ in rows]
        columns = max(lengths)
        fed = torch.cat([self.row(config, base[start], name, columns) for name, start in rows])
        return [name for name, _ in rows], fed, lengths

    def row(self, config: RunConfig, base: Tensor, name: str, columns: int) -> Tensor:
        """One input of G (code,), so many times, with one code swept: (columns, code)."""
        code, place = find(config, name)
        values = self.values(config, name).to(base)
        fed = base.repeat(columns, 1)
        if code.kind == "category":
            fed[: len(values), code.columns] = torch.eye(code.size).to(base)[values.to(torch.int64)]
        elif code.kind == "continuous":
            fed[: len(values), code.columns] = values[:, None]
        else:
            fed[: len(values), place] = values
            fed[:, code.columns] = settled(config.latent, fed[:, code.columns])
        return fed

    def values(self, config: RunConfig, name: str) -> Tensor:
        """What the code is set to, from left to right; of a choice with very many, as many as fit, evenly."""
        code, _ = find(config, name)
        if code.kind == "category":
            return torch.linspace(0, code.size - 1, min(code.size, 16)).round()
        end = self.reach if code.kind == "continuous" else reach_of(config.latent)
        return torch.linspace(-end, end, self.steps)


def find(config: RunConfig, name: str) -> tuple[Code, int]:
    """The code of this name; of a number of z, its place too.  BadQuestion if there is none."""
    z = config.codes[0]
    for code in config.codes[1:]:
        if code.name == name:
            return code, code.start
    place = name.removeprefix("z ")
    if place != name and place.isascii() and place.isdecimal() and int(place[:9]) < z.size:
        return z, int(place)
    known = [code.name for code in config.codes[1:]] + [f"z 0 to z {z.size - 1}"]
    raise BadQuestion(f"There is no code {name[:40]!r} here. Known: {', '.join(known)}.")


def telling(trained: Trained) -> list[str]:
    """The codes that mean something; where there are few, the numbers of z that change most."""
    codes = [code.name for code in trained.config.codes if code.kind != "noise"][:MOST_ROWS]
    return codes + [f"z {place}" for place in strongest(trained)][: max(6 - len(codes), 2)]
