"""Runs side by side keep step: none goes far beyond the one that is behind, so that they are compared at equal rounds."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from playground.entry import Entry
from playground.registry import Registry

log = logging.getLogger(__name__)

BEAT = 0.1  # seconds between two looks
LEAD = 0.3  # seconds of its own speed that a run may be ahead


class Conductor:
    """Watches over the groups of runs on all stages."""

    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self._lock = threading.Lock()
        self._groups: list[tuple[Entry, ...]] = []
        threading.Thread(target=self._live, name="conductor", daemon=True).start()

    def together(self, group: Sequence[Entry]) -> None:
        """From now on these keep step; one alone goes as fast as it can. Whoever was in another group leaves it."""
        with self._lock:
            self._groups = [kept for each in self._groups if len(kept := tuple(e for e in each if e not in group)) > 1]
            if len(group) > 1:
                self._groups.append(tuple(group))
            for entry in group if len(group) == 1 else ():
                if (run := entry.run) is not None:
                    run.set_ceiling(None)

    def _live(self) -> None:
        while not self.registry.closing.wait(BEAT):
            try:
                self._beat()
            except Exception:
                log.exception("keeping step failed; trying again")

    def _beat(self) -> None:
        """Under the lock, so that nobody who has just left a group is held back by it."""
        with self._lock:
            self._groups = [group for group in self._groups if any(entry.watchers or entry.alive for entry in group)]
            for group in self._groups:
                keep_step(group)


def keep_step(group: Sequence[Entry]) -> None:
    """Let nobody go far beyond the one that is behind, of those that play."""
    runs = [run for entry in group if (run := entry.run) is not None and run.alive]
    behind = min(
        (run for run in runs if run.state in ("playing", "starting", "loading")), key=lambda run: run.rounds, default=None
    )
    if behind is None or len(runs) < 2:
        for run in runs:
            run.set_ceiling(None)
        return
    lead = max(2, round(LEAD * (behind.rate or 0.0)))
    for run in runs:
        run.set_ceiling(None if run is behind else behind.rounds + lead)
