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

from pydantic import BaseModel, ConfigDict, Field
from torch import Generator

from engine.budget import LOCAL, Budget, check_budget
from engine.config import BadRecipe, RunConfig
from engine.data import DATA, Points
from engine.lottery import Lottery, Standing
from engine.presets import PRESETS
from engine.recipes import METHODS, TOY, recipe
from engine.snapshot import quantised
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
MOST_WORK = 2e13  # operations: one pass of all networks over a batch, times turns, rounds, seeds; about an hour of one core
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
        work = 0.0
        for draw in draws:
            work += check_budget(draw.config, limits).flops * _turns(draw.config) * self.seeds * self.rounds
            Lottery(draw.config, (0,))  # or it is refused here
        if work > MOST_WORK:
            times = f"{work / MOST_WORK:.1f} times as much as a lottery may be"
            raise BadRecipe(f"This is {times}; choose fewer seeds, rounds or cells, or smaller networks.")
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
    """A recipe with the loss, penalties and game of a method, and its optimizers where it brings its own."""
    plain = {"game": "gan", "penalties": {}}
    return recipe(base.model_dump(), plain, METHODS[method].sections, TOY.get(method, {}))


def _turns(config: RunConfig) -> int:
    """In a round, of D and of G."""
    return 1 + getattr(config.game, "d_turns", 1)


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
    both together, and runs within their cell, which differ in nothing but the seed.
    """

    rows: float
    columns: float
    both: float  # what a certain row has with a certain column only
    luck: float


def blame(failed: Sequence[Sequence[float]]) -> Blame | None:
    """failed: the share that failed, for each row and column.  None where all runs end alike: there is nothing to explain."""
    cells = [share for row in failed for share in row]
    mean = sum(cells) / len(cells)
    total = mean * (1 - mean)
    if total <= 0:
        return None
    over_rows = _spread([sum(row) / len(row) for row in failed], mean)
    over_columns = _spread([sum(column) / len(column) for column in zip(*failed, strict=True)], mean)
    luck = sum(share * (1 - share) for share in cells) / len(cells)
    return Blame(over_rows / total, over_columns / total, max(total - over_rows - over_columns - luck, 0.0) / total, luck / total)


def _spread(means: Sequence[float], mean: float) -> float:
    return sum((one - mean) ** 2 for one in means) / len(means)


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
            (name, *(drawn[r * wide + c].mean(measure) if r * wide + c in drawn else None for c in range(wide)))
            for r, name in enumerate(names)
        )
        how = f"{title}, {plan.seeds} seeds, {plan.rounds:,} rounds"
        made.append(Table(f"{how[0].upper()}{how[1:]}", ("method", *plan.columns), lines))
    each: tuple[tuple[Entry, ...], ...] = tuple(
        (names[cell // wide], plan.columns[cell % wide], len(one.tickets), one.failed, *map(one.mean, MEASURES))
        for cell, one in sorted(drawn.items())
    )
    made.append(Table("Lotteries", ("method", "column", "seeds", "failed", *MEASURES.values()), each))
    return made
