"""What a watcher of a run hears: one JSON object after another, each with what is new since the last.

A picture is turned to text once, however many watch.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from engine import Run, rows_packed
from playground.registry import Entry, Registry


@dataclass
class Heard:
    """What one watcher knows already."""

    life: int = -1
    version: int = -1
    stage: int = -1
    reading: int = -1
    check: int = -1
    columns: int = 0
    place: int | None = None
    real: bool = False


class Feed:
    """Writes messages for watchers of one run, sharing what is the same for all."""

    def __init__(self, registry: Registry, entry: Entry) -> None:
        self.registry, self.entry = registry, entry
        self._stage = (-1, "")  # the newest picture's number and its JSON

    def message(self, heard: Heard) -> str | None:
        """The next message for a watcher who has heard this; None if there is nothing new.  Updates `heard`."""
        run, place = self.entry.run, self.registry.place(self.entry)
        if run is None:
            return self._without_run(heard, place)
        if (heard.version, heard.life, heard.place) == (run.version, run.life, place):
            return None
        version = run.version
        news: dict[str, Any] = {
            "run": self.entry.id,
            "state": run.state,
            "status": run.sentence,
            "problem": run.problem,
            "round": run.rounds,
            "rate": run.rate,
            "device": run.device_name,
            "progress": run.share,
            "place": None,
        }
        if heard.life != run.life:
            heard.life, heard.reading, heard.check, heard.columns, heard.real = run.life, -1, -1, 0, False
            news["reset"] = True
        self._readings(run, heard, news)
        if run.real is not None and not heard.real:
            news |= {"real": run.real, "floors": run.floors}
            heard.real = True
        text = json.dumps(news, allow_nan=False)
        if run.stage is not None and heard.stage != run.stage_version:
            heard.stage = run.stage_version
            text = f'{text[:-1]}, "stage": {self._stage_text(run)}}}'
        heard.version, heard.place = version, place
        return text

    def _without_run(self, heard: Heard, place: int | None) -> str | None:
        state = "stopped" if place is None else "queued"
        sentence = "Put away because nobody watched. Press Play to go on." if place is None else f"Waiting for a free place: number {place} in the queue."
        if heard.version == -2 and heard.place == place:
            return None
        heard.version, heard.place = -2, place
        return json.dumps({"run": self.entry.id, "state": state, "status": sentence, "round": 0, "place": place, "reset": True})

    def _readings(self, run: Run, heard: Heard, news: dict[str, Any]) -> None:
        rows = run.readings.since(heard.reading)
        if len(rows.columns) != heard.columns:
            news["columns"] = list(rows.columns)
            heard.columns = len(rows.columns)
            rows = run.readings.since(-1)
            news["reset"] = True
        if len(rows.rounds):
            news["rows"] = rows_packed(rows)
            heard.reading = int(rows.rounds[-1])
        checks = run.checks.since(-1 if news.get("reset") else heard.check)
        if len(checks.rounds):
            news |= {"check_columns": list(checks.columns), "checks": rows_packed(checks)}
            heard.check = int(checks.rounds[-1])

    def _stage_text(self, run: Run) -> str:
        number = run.stage_version
        if self._stage[0] != number:
            self._stage = (number, json.dumps(run.stage, allow_nan=False))
        return self._stage[1]
