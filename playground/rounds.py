"""Rounds of "Spot the fake": what was dealt to whom until it is judged, and how all have done so far.

All of it lives in memory, bounded, and is forgotten when the server ends. Everything happens in the server's own thread.
"""

from __future__ import annotations

import secrets
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

LASTS = 30 * 60.0  # seconds within which a round must be judged
MOST_OPEN, OWN_OPEN = 10_000, 8  # rounds that wait to be judged: of all visitors, of one; the oldest make room
MOST_TALLIES, COUNTED = 500, 500  # models and stretches of runs of which scores are kept, and rounds that count of each


class Whose(NamedTuple):
    """Whose samples: of a model that ships, or of a run in a stretch of its rounds."""

    model: str
    stretch: range | None


@dataclass(frozen=True)
class Dealt:
    """A round that waits to be judged."""

    visitor: str
    whose: Whose
    fakes: tuple[bool, ...]  # which cards are generated
    doubted: tuple[bool, ...] | None  # which of them D takes for generated; None where there is no D to ask
    until: float  # when it is forgotten


class Scores(NamedTuple):
    """On how many cards of a round a visitor was right, and D."""

    right: int
    by_d: int | None


class Rounds:
    """Each round is judged once, by whom it was dealt to, and in time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._open: OrderedDict[str, Dealt] = OrderedDict()  # the oldest first
        self._tallies: OrderedDict[Whose, deque[Scores]] = OrderedDict()  # the one that longest had no round first

    def deal(self, visitor: str, whose: Whose, fakes: Sequence[bool], doubted: Sequence[bool] | None) -> str:
        """Keep the answers; returns the token under which they are found again."""
        now, token = self.clock(), secrets.token_urlsafe(16)
        own = [known for known, dealt in self._open.items() if dealt.visitor == visitor]
        for known in own[: max(len(own) - OWN_OPEN + 1, 0)]:
            del self._open[known]
        while self._open and (len(self._open) >= MOST_OPEN or next(iter(self._open.values())).until <= now):
            self._open.popitem(last=False)
        said = None if doubted is None else tuple(doubted)
        self._open[token] = Dealt(visitor, whose, tuple(fakes), said, now + LASTS)
        return token

    def take(self, token: str, visitor: str) -> Dealt | None:
        """The answers, once; None for a token that is not this visitor's, was used, or is too old."""
        dealt = self._open.get(token)
        if dealt is None or dealt.visitor != visitor:
            return None
        del self._open[token]
        return dealt if self.clock() < dealt.until else None

    def count(self, whose: Whose, scores: Scores) -> tuple[Scores, ...]:
        """Add a round to those of the same model; returns the newest of them, this one included."""
        tally = self._tallies.setdefault(whose, deque(maxlen=COUNTED))
        tally.append(scores)
        self._tallies.move_to_end(whose)
        if len(self._tallies) > MOST_TALLIES:
            self._tallies.popitem(last=False)
        return tuple(tally)


def stretch(rounds: int) -> range:
    """The rounds of a run whose scores add up: from a power of two to the next, for what a run learns it learns ever slower."""
    return range(1) if rounds < 1 else range(1 << (rounds.bit_length() - 1), 1 << rounds.bit_length())
