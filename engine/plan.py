"""What lotteries are asked for: one recipe, or a table of methods by learning rates or by data. And what is read from it.

Whether a loss is good, or a seed was lucky, one run cannot tell (Lucic et al. 2018, arXiv:1711.10337). A table of lotteries can:
of all the variance in who fails, so much goes with the row, so much with the column, and the rest is luck.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from itertools import product
from typing import Annotated, Any, NamedTuple

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Generator

from engine.budget import LOCAL, Budget, check_budget
from engine.config import BadRecipe, RunConfig
from engine.data import DATA, Points
from engine.lottery import Lottery, Standing, wilson
from engine.presets import PRESETS
from engine.recipes import METHODS, TOY, recipe
from engine.snapshot import quantised
from engine.stacked import law_of
from engine.tables import Entry, Table

ROWS = {name: method for name, method in METHODS.items() if name != "began"}
"""Methods that can be played from many seeds abreast."""
COLUMNS = {
    name: kind.__name__
    for name, kind in DATA.items()
    if issubclass(kind, Points) and kind.dim == 2 and kind().centres is not None
}
"""Data whose modes can be counted, and drawn."""
MOST_CELLS, MOST_SEEDS, MOST_ROUNDS = 64, 50, 20_000
PER_CALL, PER_OPERATION = 8e-4, 2.5e-10  # seconds of a core: what a turn takes at least, and for each operation of its batch
AS_IT_IS = "as it is"
RULES = 1  # grows whenever the same lottery comes to something else than before


class Draw(NamedTuple):
    """One lottery: this recipe from seeds 0, 1, ..., so many rounds."""

    config: RunConfig
    seeds: int
    rounds: int

    @property
    def data(self) -> Points:
        """Where all seeds draw from."""
        assert isinstance(self.config.data, Points)  # or there would be no lottery
        return self.config.data

    def real(self, n: int) -> str:
        """n points of the data, as a standing has its samples."""
        return quantised(self.data.sample(n, Generator().manual_seed(0)), *self.data.limits)

    @property
    def key(self) -> str:
        """The same for the same lottery only."""
        whole = [RULES, self.config.with_knobs({"seed": 0}).model_dump(), self.seeds, self.rounds]
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:20]


class Plan(BaseModel):
    """A table of lotteries; without rows and columns, one.  Strict, as all that a browser sends."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    recipe: Annotated[str, Field(max_length=20_000)] = "ring-small"  # a preset's name or a recipe's link
    methods: Annotated[tuple[str, ...], Field(max_length=16)] = ()  # rows, of ROWS; none: the recipe as it is
    rates: Annotated[tuple[float, ...], Field(max_length=12)] = ()  # columns: both players' learning rate
    data: Annotated[tuple[str, ...], Field(max_length=8)] = ()  # or columns, of COLUMNS
    seeds: Annotated[int, Field(ge=2, le=MOST_SEEDS)] = 16
    rounds: Annotated[int, Field(ge=1, le=MOST_ROUNDS)] = 2_000

    @classmethod
    def read(cls, text: str | bytes) -> Plan:
        """A plan from JSON.  BadRecipe, in one sentence, for anything that is none."""
        try:
            return cls.model_validate_json(text)
        except ValueError:
            fits = f"2 to {MOST_SEEDS} seeds and 1 to {MOST_ROUNDS:,} rounds"
            raise BadRecipe(f"This is no plan of a lottery: it has a recipe, methods, rates or data, {fits}.") from None

    @property
    def key(self) -> str:
        """The same for the same plan only."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:20]

    @property
    def rows(self) -> tuple[str, ...]:
        return self.methods or (AS_IT_IS,)

    @property
    def columns(self) -> tuple[str, ...]:
        """A learning rate is written as "0.001"."""
        return tuple(map(_rate, self.rates)) or self.data or (AS_IT_IS,)

    def draws(self, limits: Budget = LOCAL) -> list[Draw]:
        """The lotteries, row by row.  BadRecipe, in one sentence, if one of them cannot be or all are too much."""
        self._fits()
        columns: Sequence[dict[str, Any]]
        columns = [{"g_optimizer.lr": rate, "d_optimizer.lr": rate} for rate in self.rates] or [
            {"data": name} for name in self.data
        ]
        base = self._base()
        rows = [_by(base, name) for name in self.methods] or [base]
        draws = [Draw(row.with_knobs(column), self.seeds, self.rounds) for row, column in product(rows, columns or [{}])]
        distinct = draws[:: max(len(self.rates), 1)]  # rates change neither what it costs nor whether it can be
        for draw in distinct:
            law_of(draw.config, (0,), torch.device("cpu"))  # or it is refused here, which costs nothing to find
        seconds = sum(_seconds(draw, limits) for draw in distinct) * len(draws) / len(distinct)
        if seconds > limits.lotteries:
            long = f"This would take some {seconds / 60:,.0f} minutes of a core, and {limits.lotteries / 60:,.0f} are allowed"
            raise BadRecipe(f"{long}; choose fewer seeds, rounds or cells, or smaller networks.")
        for draw in distinct:
            Lottery(draw.config, (0,))  # or here
        return draws

    def _fits(self) -> None:
        if self.rates and self.data:
            raise BadRecipe("Columns are learning rates or data; choose one of the two.")
        for names, known, kind in ((self.methods, ROWS, "method"), (self.data, COLUMNS, "data set with modes to count")):
            if wrong := next((name for name in names if name not in known), None):
                raise BadRecipe(f"{wrong[:40]!r} is no {kind}; known are {', '.join(known)}.")
        if any(len(set(names)) < len(names) for names in (self.methods, self.data, self.rates)):
            raise BadRecipe("A row or a column is there twice.")
        if (cells := len(self.rows) * len(self.columns)) > MOST_CELLS:
            raise BadRecipe(f"The table has {cells} cells; {MOST_CELLS} are allowed.")

    def _base(self) -> RunConfig:
        return PRESETS[self.recipe].config if self.recipe in PRESETS else RunConfig.from_link(self.recipe)


def _by(base: RunConfig, method: str) -> RunConfig:
    """A recipe with the loss, penalties and game of a method, and its optimizers where it brings its own; else unclipped."""
    plain = base.with_knobs({"game": "gan", "penalties": "", "g_optimizer.clip": 0.0, "d_optimizer.clip": 0.0})
    return recipe(plain.model_dump(), METHODS[method].sections, TOY.get(method, {}))


def _seconds(draw: Draw, limits: Budget) -> float:
    """About how much of a core a lottery takes.  BadRecipe if its networks, all seeds' together, are more than the limits."""
    config, has = draw.config, check_budget(draw.config, limits)
    if (weights := has.parameters * draw.seeds) > limits.parameters:
        raise BadRecipe(
            f"All seeds together have {weights / 1e6:,.1f} million weights; {limits.parameters / 1e6:,.0f} million are allowed. "
            "Choose fewer seeds or smaller networks."
        )
    turns = 1 + getattr(config.game, "d_turns", 1)
    calls = PER_CALL * turns * (1 + len(config.penalties))
    return draw.rounds * max(calls, PER_OPERATION * has.flops * turns * draw.seeds)


def _rate(rate: float) -> str:
    return f"{rate:g}"


def drawable(config: RunConfig) -> bool:
    """Whether there can be a lottery of a recipe."""
    try:
        Plan(recipe=config.to_link(), rounds=1).draws()
    except BadRecipe:
        return False
    return True


class Blame(NamedTuple):
    """Shares of the variance in failing, 0 or 1 for each run of a table: what goes with what. Their sum is 1.

    The analysis of variance of a balanced table (Fisher 1925): means of rows, means of columns, what a cell's mean differs from
    both together, and runs within their cell, which differ in nothing but the seed. Means of few runs differ by luck alone; so
    much as luck adds to a term on average is taken from it (omega squared, Hays 1963) and left to luck.
    """

    rows: float
    columns: float
    both: float  # what a certain row has with a certain column only
    luck: float


def blame(failed: Sequence[Sequence[float]], seeds: int) -> Blame | None:
    """failed: the share of so many seeds that failed, for each row and column.  None where all end alike, or of a single seed."""
    shares = np.array(failed, float)
    rows, columns = shares.shape
    mean, over_rows, over_columns = shares.mean(), shares.mean(1), shares.mean(0)
    total = mean * (1 - mean)
    if seeds < 2 or total <= 0:
        return None
    within = (shares * (1 - shares)).mean()
    of_rows, of_columns = ((over_rows - mean) ** 2).mean(), ((over_columns - mean) ** 2).mean()
    of_both = ((shares - over_rows[:, None] - over_columns + mean) ** 2).mean()
    chance = within / (rows * columns * (seeds - 1))  # what luck adds for each degree of freedom
    freedom = (rows - 1, columns - 1, (rows - 1) * (columns - 1))
    parts = [max(part - free * chance, 0.0) / total for part, free in zip((of_rows, of_columns, of_both), freedom, strict=True)]
    return Blame(*map(float, (*parts, 1 - sum(parts))))


def title_of_row(row: str) -> str:
    """What a table calls it."""
    return ROWS[row].title if row in ROWS else row


MEASURES = {"failed": "share that failed", "modes": "modes found", "hq": "share of high quality", "js": "JS in nats"}
"""What a table can show."""


def tables(plan: Plan, drawn: Mapping[int, Standing]) -> list[Table]:
    """A table for each measure, and one with a line for each lottery.  drawn: by cell, row by row; a cell may be missing yet."""
    wide, names = len(plan.columns), [title_of_row(row) for row in plan.rows]
    made = []
    for measure, title in MEASURES.items():
        lines = tuple(
            (name, *(_entry(drawn[r * wide + c], measure) if r * wide + c in drawn else None for c in range(wide)))
            for r, name in enumerate(names)
        )
        by = "methods by learning rate, " if plan.rates else "methods by data, " if plan.data else ""
        how = f"{title}, {by}{plan.seeds} seeds, {plan.rounds:,} rounds"
        made.append(Table(f"{how[0].upper()}{how[1:]}", ("method", *plan.columns), lines))
    measured = [measure for measure in MEASURES if measure != "failed"]
    each: tuple[tuple[Entry, ...], ...] = tuple(
        (
            names[cell // wide],
            plan.columns[cell % wide],
            len(one.tickets),
            one.failed,
            *(round(end, 4) for end in wilson(one.failed, len(one.tickets))),
            *map(one.mean, measured),
        )
        for cell, one in sorted(drawn.items())
    )
    heads = ("method", "column", "seeds", "failed", "share, 95 % from", "to", *(MEASURES[measure] for measure in measured))
    made.append(Table("Lotteries", heads, each))
    return made


def _entry(standing: Standing, measure: str) -> Entry:
    """A share with its interval, for a share of none or of all has no standard error; else a mean."""
    if measure != "failed":
        return standing.mean(measure)
    failed, of = standing.failed, len(standing.tickets)
    low, high = wilson(failed, of)
    return f"{failed}/{of} ({low:.2f} to {high:.2f})"
