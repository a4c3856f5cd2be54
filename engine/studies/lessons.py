"""Whether the failures of the clinic fail, and its cures do not: at least four of five seeds each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from engine.classifier import classifier_of
from engine.lessons import LESSONS, Lesson
from engine.observer import has_pictures
from engine.presets import PRESETS
from engine.studies.base import Cell, Result, Study, by_row
from engine.studies.watched import watched
from engine.tables import Entry, Mean, Table

ENOUGH = 0.8  # of the seeds


class Lessons(Study):
    """A run fails if it has one of its lesson's signs at most looks of its last third, or ends worse than the lesson allows."""

    title: ClassVar[str] = "The clinic: failures that fail, and cures that do not"
    seeds: ClassVar[tuple[int, ...]] = (0, 1, 2, 3, 4)

    def cells(self, seeds: Sequence[int]) -> list[Cell]:
        names = dict.fromkeys(name for lesson in LESSONS.values() for name in lesson.presets)
        return [
            Cell(name, PRESETS[name].config.model_copy(update={"seed": seed}), PRESETS[name].rounds)
            for name in names
            for seed in seeds
        ]

    def measure(self, cell: Cell) -> Result:
        if has_pictures(cell.config):
            classifier_of(cell.config.data.named_by)  # so that whoever looks counts classes, too: half a minute, once
        run = watched(cell)
        last = run.course.rounds > cell.rounds * 2 // 3
        names = {each.symptom for each in run.episodes}
        measured = {name: _middle(run.course[name][last]) for name in ("js", "modes", "hq", "variety", "class KL")}
        shares = {name: round(run.share(name, since=cell.rounds * 2 // 3), 3) for name in sorted(names)}
        return {"finite": run.finite, "signs": shares, **measured, "episodes": [each._asdict() for each in run.episodes]}

    def figures(self, results: Sequence[Result]) -> dict[str, Any]:
        rows = by_row(results)
        told: dict[str, Any] = {}
        for name, lesson in LESSONS.items():
            told[name] = {preset: _share(lesson, rows.get(preset, [])) for preset in lesson.presets}
        kept = {name: _holds(LESSONS[name], shares) for name, shares in told.items()}
        return {
            "runs": len(results),
            "lessons": len(LESSONS),
            "lessons_that_hold": sum(kept.values()),
            "share_failed": told,
            "hold": kept,
        }

    def tables(self, results: Sequence[Result]) -> list[Table]:
        rows, lines = by_row(results), list[tuple[Entry, ...]]()
        for lesson in LESSONS.values():
            for name in lesson.presets:
                some = rows.get(name, [])
                failed = sum(fails(lesson, result) for result in some)
                kind = "failure" if name == lesson.failure else "cure"
                means = (Mean.of([_number(result[key]) for result in some]) for key in ("js", "modes", "variety", "class KL"))
                lines.append((lesson.title, name, kind, f"{failed} of {len(some)}", *means, _signs(some)))
        heading = ("lesson", "preset", "is", "failed", "JS", "modes", "variety", "class KL", "signs, share of looks")
        return [Table(self.title, heading, tuple(lines))]


def fails(lesson: Lesson, result: Result) -> bool:
    """Whether a run has failed as its lesson says."""
    name, most = lesson.worst
    worse = bool(name) and not _number(result[name]) <= most
    return not result["finite"] or worse or any(result["signs"].get(sign, 0.0) >= 0.5 for sign in lesson.signs)


def _holds(lesson: Lesson, failed: Mapping[str, float]) -> bool:
    """Whether enough seeds of the failure fail, and enough of each cure do not.  failed: shares by preset."""
    return failed[lesson.failure] >= ENOUGH and all(1 - failed[cure] >= ENOUGH for cure in lesson.cures)


def _share(lesson: Lesson, results: Sequence[Result]) -> float:
    return sum(fails(lesson, result) for result in results) / len(results) if results else math.nan


def _signs(results: Sequence[Result]) -> str:
    names = dict.fromkeys(name for result in results for name in result["signs"])
    means = {name: sum(result["signs"].get(name, 0.0) for result in results) / len(results) for name in names}
    return ", ".join(f"{name} {share:.2f}" for name, share in means.items() if share >= 0.05)


def _middle(values: Any) -> float | None:
    known = values[np.isfinite(values)]
    return round(float(np.median(known)), 4) if len(known) else None


def _number(value: float | None) -> float:
    return math.nan if value is None else value
