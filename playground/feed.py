"""What a watcher of a run hears: one JSON object after another, each with what is new since the last.

A picture is turned to text once, however many watch, and so is what is wrong with the run, which changes more rarely.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import TABLES, Episode, Run, RunConfig, frames_in, rows_packed
from playground.entry import Entry
from playground.health import health
from playground.registry import Registry
from playground.story import picture, story
from playground.words import title_of


@dataclass
class Heard:
    """What one watcher knows already."""

    watcher: str = ""  # by what name it says which layers it looks at
    run: Run | None = None
    life: int = -1
    version: int = -1
    stage: int = -1
    reading: int = -1
    check: int = -1
    columns: int = 0
    place: int | None = None
    real: bool = False
    turns: int = 0  # told in slow motion
    frames: tuple[int, ...] | None = None
    health: dict[str, str] = field(default_factory=dict)  # part by part, as JSON

    def forget(self, run: Run) -> None:
        """Begin again with this run, or with what is left of its history."""
        stage = self.stage if run is self.run else -1
        self.__init__(self.watcher, run, run.life, stage=stage, place=self.place)  # type: ignore[misc]


class Feed:
    """Writes messages for watchers of one run, sharing what is the same for all."""

    def __init__(self, registry: Registry, entry: Entry) -> None:
        self.registry, self.entry = registry, entry
        self._stage: tuple[Run | None, int, str] = (None, -1, "")  # the newest picture's run and number, and its JSON
        self._health: tuple[Sequence[Episode], RunConfig | None, dict[str, str]] = ((), None, {})  # of what, and as JSON

    def message(self, heard: Heard) -> str | None:
        """The next message for a watcher who has heard this; None if there is nothing new.  Updates `heard`."""
        run, place = self.entry.run, self.registry.place(self.entry)
        if run is None:
            return self._without_run(heard, place)
        if (heard.run, heard.version, heard.life) == (run, run.version, run.life):
            return None
        version = run.version  # before all that it counts, so that nothing which changes meanwhile is missed
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
            "instead": _instead(run),
        }
        if heard.run is not run or heard.life != run.life:
            heard.forget(run)
            news |= {"reset": True, "watcher": heard.watcher}
        self._readings(run, heard, news)
        if run.frames != heard.frames:
            heard.frames, news["frames"] = run.frames, list(run.frames)
        if run.real is not None and not heard.real:
            news |= {"real": run.real, "floors": run.floors}
            news["diagram"] = picture(run.config)
            heard.real = True
        if run.turn is not None and run.turns != heard.turns:
            heard.turns, news["turn"] = run.turns, story(run.config, run.turn)
        text = json.dumps(news, allow_nan=False)
        changed = {part: now for part, now in self._health_text(run).items() if heard.health.get(part) != now}
        heard.health |= changed
        for part, now in changed.items():
            text = f'{text[:-1]}, "{part}": {now}}}'
        if run.stage is not None and heard.stage != run.stage_version:
            heard.stage, stage = self._stage_text(run)
            text = f'{text[:-1]}, "stage": {stage}}}'
        heard.version = version
        return text

    def _without_run(self, heard: Heard, place: int | None) -> str | None:
        if heard.run is None and heard.version == -2 and heard.place == place:
            return None
        heard.run, heard.version, heard.place = None, -2, place
        if place is None:
            state, sentence = "stopped", "Put away because nobody watched. Press Play to go on."
        else:
            state, sentence = "queued", f"Waiting for a free place: number {place} in the queue."
        news = {"run": self.entry.id, "state": state, "status": sentence, "problem": "", "round": 0, "rate": None}
        frames = list(frames_in(self.entry.folder))
        return json.dumps(news | {"place": place, "reset": True, "watcher": heard.watcher, "frames": frames})

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

    def _stage_text(self, run: Run) -> tuple[int, str]:
        """The newest picture's number, and it as JSON."""
        number = run.stage_version  # before the picture: a newer one under an old number is sent again, no harm
        if self._stage[:2] != (run, number):
            self._stage = (run, number, json.dumps(run.stage, allow_nan=False))
        return number, self._stage[2]

    def _health_text(self, run: Run) -> dict[str, str]:
        """What is wrong with the run, part by part as JSON."""
        episodes, config = run.episodes, run.config  # whoever changes them puts others in their place
        if self._health[0] is not episodes or self._health[1] is not config:
            parts = health(episodes, config).items()
            self._health = (episodes, config, {part: json.dumps(now, allow_nan=False) for part, now in parts})
        return self._health[2]


def _instead(run: Run) -> str:
    """What else could be done, where a run failed because its data cannot be had."""
    other = run.config.data.instead
    if not other or run.state != "failed" or run.real is not None:
        return ""
    return f"Use “{title_of(other, TABLES['data'][other])}” instead"
