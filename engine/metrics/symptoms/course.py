"""A run as symptoms read it: a table with one row for each look at it, and stretches of looks in which something held."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.recorder import Rows

Values = NDArray[np.float64]
Held = NDArray[np.bool_]
LOOKS = 3  # for so many at least, whatever the rounds
FORGIVEN = 1  # looks in a row at which something did not hold do not end a stretch


class Facts(NamedTuple):
    """What symptoms need to know of a recipe."""

    judged: bool = True  # somebody tells real from fake
    logistic: bool = True  # D's scores are log odds, so that 15 is next to certainty
    averaged: bool = True  # what is shown is G's moving average
    modes: float = 0.0  # how many a perfect generator would find; 0: there are none to count


class Course:
    """The looks so far. `course["name"]` is a column, NaN where a look had no such number.

    begin: the round at which looking began, which is not 0 where a run was taken up again.  start: what columns were when the run
    was young, where these looks did not see it.
    """

    def __init__(
        self,
        rows: Rows,
        facts: Facts,
        floors: Mapping[str, float],
        *,
        begin: int = 0,
        start: Mapping[str, float] = MappingProxyType({}),
    ) -> None:
        self.rounds = rows.rounds
        self.facts, self.floors, self.begin, self.start = facts, floors, begin, start
        self._columns: dict[str, Values] = dict(zip(rows.columns, rows.values.T.astype(np.float64), strict=True))

    def __getitem__(self, name: str) -> Values:
        nothing: Values = np.full(len(self.rounds), np.nan)
        known: Values = self._columns.get(name, nothing)
        return known

    def ending(self, end: str) -> dict[str, Values]:
        """The columns whose names end like this, by what stands before."""
        return {name.removesuffix(end): values for name, values in self._columns.items() if name.endswith(end)}

    @property
    def now(self) -> int:
        """The round of the newest look."""
        return int(self.rounds[-1]) if len(self.rounds) else self.begin

    def latest(self, name: str) -> float:
        """A column's newest number, the middle one of three looks."""
        return _middle(self[name][-LOOKS:])

    def early(self, name: str) -> float:
        """The same when the run was young."""
        return self.start[name] if name in self.start else _middle(self[name][:LOOKS])

    def youth(self) -> dict[str, float]:
        """All columns as they were then; nothing before there are enough looks."""
        early = {name: self.early(name) for name in self._columns} if len(self.rounds) >= LOOKS else {}
        return {name: value for name, value in early.items() if np.isfinite(value)}

    def since(self, held: Held, rounds: int, *, window: int = 1) -> int | None:
        """Where the stretch begins in which something held until now, if it is so many rounds long; else None.

        held: for each look, of the last so many looks. Comparisons with NaN are False: what is not measured never holds.
        """
        begin, missed = None, 0
        for place in range(len(held) - 1, -1, -1):
            if held[place]:
                begin, missed = place, 0
            else:
                missed += 1
                if missed > FORGIVEN or place == len(held) - 1:
                    break
        if begin is None or len(held) - begin < LOOKS:
            return None
        first = begin - window
        at = int(self.rounds[first]) if first >= 0 else self.begin  # it began after the look at which all was well
        return at if self.now - at >= rounds else None

    def rolling(self, values: Values, looks: int) -> Values:
        """The middle of the last so many looks, for each look; NaN before there are as many."""
        some = np.sort(_windows(values, looks), axis=1)  # NaN comes last
        known = np.isfinite(some).sum(1)
        rows, none = np.arange(len(some)), known == 0
        middle = (some[rows, np.maximum(known - 1, 0) // 2] + some[rows, np.minimum(known // 2, looks - 1)]) / 2
        return _behind(np.where(none, np.nan, middle), len(values))

    def visits(self, values: Values, looks: int) -> Values:
        """How often a whole number was another than at the look before, among the last so many looks; NaN before."""
        return _behind((np.diff(_windows(values, looks), axis=1) != 0).sum(1), len(values))

    def kinds(self, values: Values, looks: int) -> Values:
        """How many different whole numbers there were among the last so many looks; NaN before."""
        some = np.sort(_windows(values, looks), axis=1)
        another = np.diff(some, axis=1, prepend=-np.inf) > 0  # with NaN, never
        return _behind(another.sum(1), len(values))

    def falling(self, values: Values, looks: int) -> Held:
        """Whether the lowest of the last so many looks is clearly lower than all before; also while there are no more."""
        lowest = np.fmin.accumulate(values)
        return np.concatenate((np.ones(min(looks, len(values)), bool), lowest[looks:] < 0.95 * lowest[:-looks]))

    def rising(self, values: Values, looks: int) -> Held:
        """Whether the highest of the last so many looks is higher than all before; also while there are no more."""
        highest = np.fmax.accumulate(values)
        return np.concatenate((np.ones(min(looks, len(values)), bool), highest[looks:] > highest[:-looks]))


def _windows(values: Values, looks: int) -> Values:
    """(n) -> (n - looks + 1, looks): each look with those before it; none while there are fewer."""
    return np.lib.stride_tricks.sliding_window_view(values, looks) if len(values) >= looks else np.empty((0, looks))


def _behind(values: NDArray[Any], looks: int) -> Values:
    """As many as there are looks, NaN before the first."""
    return np.concatenate((np.full(looks - len(values), np.nan), values))


def _middle(values: Values) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
