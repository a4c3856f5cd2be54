"""Whether what the page offers against a symptom helps: each cure put into each failure that has the symptom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from engine.config import BadRecipe, RunConfig
from engine.failures import FAILURES
from engine.lessons import LESSONS
from engine.metrics.symptoms import SYMPTOMS, Cure
from engine.studies.base import Cell, Result, Study, by_row
from engine.studies.watched import watched
from engine.tables import Table

ROUNDS = 3_000
OFFERED: dict[str, Cure] = {cure.title: cure for symptom in SYMPTOMS.values() for cure in symptom.cures}
SICK: dict[str, tuple[str, ...]] = {lesson.failure: lesson.signs for lesson in LESSONS.values() if lesson.signs}
"""The failures, and the symptoms that they have."""


class Cures(Study):
    """A run is cured if at most looks of its last third it has no symptom at all."""

    title: ClassVar[str] = "What the page offers against a symptom, put into each failure that has it"
    seeds: ClassVar[tuple[int, ...]] = (20, 21)

    def cells(self, seeds: Sequence[int]) -> list[Cell]:
        tried = [
            (f"{name} + {cure.title}", config)
            for name, signs in SICK.items()
            for cure in {cure.title: cure for sign in signs for cure in SYMPTOMS[sign].cures}.values()
            if (config := cured(FAILURES[name].config, cure)) is not None
        ]
        return [Cell(row, config.model_copy(update={"seed": seed}), ROUNDS) for row, config in tried for seed in seeds]

    def measure(self, cell: Cell) -> Result:
        run = watched(cell)
        signs = {each.symptom for each in run.episodes}
        lasting = sorted(sign for sign in signs if run.share(sign, since=ROUNDS * 2 // 3) >= 0.5)
        js = run.course.latest("js")
        return {"lasting": lasting, "js": None if js != js else round(js, 3)}

    def figures(self, results: Sequence[Result]) -> dict[str, Any]:
        helped: dict[str, list[int]] = {title: [0, 0] for title in OFFERED}
        for result in results:
            title = result["row"].partition(" + ")[2]
            helped[title][0] += not result["lasting"]
            helped[title][1] += 1
        return {"runs": len(results), "cured": {title: f"{well} of {tries}" for title, (well, tries) in helped.items()}}

    def tables(self, results: Sequence[Result]) -> list[Table]:
        lines = tuple(
            (*row.split(" + ", 1), f"{sum(not one['lasting'] for one in some)} of {len(some)}", _what_lasts(some))
            for row, some in by_row(results).items()
        )
        return [Table(self.title, ("failure", "cure", "cured", "what lasts"), lines)]


def cured(config: RunConfig, cure: Cure) -> RunConfig | None:
    """The recipe with a cure in it; None if it cannot take it, or has it."""
    try:
        changed = config.with_knobs(cure.changes)
    except BadRecipe:
        return None
    return None if changed == config else changed


def _what_lasts(results: Sequence[Result]) -> str:
    return ", ".join(sorted({sign for result in results for sign in result["lasting"]}))
