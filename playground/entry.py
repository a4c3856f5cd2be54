"""One visitor's run, as the registry keeps it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from engine import Run, RunConfig


@dataclass(eq=False)
class Entry:
    """One visitor's run: waiting, alive, or put away (no `run` then)."""

    id: str
    visitor: str
    config: RunConfig
    folder: Path
    started: float
    seen: float  # when somebody last watched or commanded
    run: Run | None = None
    playing_wanted: bool = True
    until: int | None = None  # the round at which its first life pauses
    pace: float | None = None  # rounds a second; None: as fast as it goes
    views: dict[str, frozenset[str]] = field(default_factory=dict)  # who watches, and which layers of the picture

    @property
    def watchers(self) -> int:
        """How many watch."""
        return len(self.views)

    @property
    def layers(self) -> frozenset[str] | None:
        """The layers that any of them looks at; None while nobody watches."""
        return frozenset().union(*self.views.values()) if self.views else None

    @property
    def alive(self) -> bool:
        """Whether it can be commanded."""
        return self.run is not None and self.run.alive
