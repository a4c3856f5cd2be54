"""How fast a run plays: as fast as it goes, at a pace, or no farther than others have come."""

from __future__ import annotations

import math
import time
from collections import deque

OF_LATE = 1.5  # seconds over which the rate is taken


class Tempo:
    """Says when the next round may be played, and how many were played a second of late."""

    def __init__(self) -> None:
        self.pace: float | None = None  # rounds a second; None: as fast as it goes
        self.ceiling = math.inf  # the round beyond which it waits for others
        self._due = time.monotonic()  # when the next round may begin
        self._spans: deque[tuple[float, int]] = deque(maxlen=64)  # (time, round) of late

    def begin(self) -> None:
        """Playing begins, or begins again after something else."""
        self._spans.clear()
        self._due = time.monotonic()

    def wait(self, rounds: int) -> float:
        """Seconds until the round after this one may be played; infinite while others are not there yet."""
        if rounds >= self.ceiling:
            return math.inf
        return max(self._due - time.monotonic(), 0.0) if self.pace else 0.0

    def played(self) -> None:
        """One more round was played. What a slow one has lost is caught up by no more than one round."""
        if self.pace:
            self._due = max(self._due + 1 / self.pace, time.monotonic() - 1 / self.pace)

    def note(self, rounds: int) -> None:
        """So many rounds stand played now."""
        self._spans.append((time.monotonic(), rounds))

    @property
    def rate(self) -> float | None:
        """Rounds a second of late; None where too little is known."""
        while len(self._spans) > 2 and self._spans[-1][0] - self._spans[0][0] > OF_LATE:
            self._spans.popleft()
        if len(self._spans) < 2:
            return None
        (early, first), (late, last) = self._spans[0], self._spans[-1]
        return (last - first) / (late - early) if late > early else None
