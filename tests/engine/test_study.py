"""A study is run once, whatever interrupts it; the runs of ours are what they are said to be."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import pytest
from recipes import tiny

from engine.config import BadRecipe
from engine.lessons import LESSONS, minutes
from engine.metrics.symptoms import SYMPTOMS
from engine.presets import PRESETS
from engine.studies import STUDIES, conducted
from engine.studies.base import Cell, Change, Result, Study, conduct
from engine.studies.detectors import TRIED, Detectors
from engine.studies.lessons import fails
from engine.studies.watched import watched
from engine.tables import Table


class Seconds(Study):
    """Notes that it was run."""

    title: ClassVar[str] = "Seconds"
    seeds: ClassVar[tuple[int, ...]] = (0, 1, 2)

    def __init__(self) -> None:
        self.run: list[int] = []

    def cells(self, seeds: Sequence[int]) -> list[Cell]:
        return [Cell("tiny", tiny(seed=seed), 3) for seed in seeds]

    def measure(self, cell: Cell) -> Result:
        self.run.append(cell.config.seed)
        return {"double": 2 * cell.config.seed}

    def figures(self, results: Sequence[Result]) -> dict[str, Any]:
        return {"sum": sum(result["double"] for result in results)}

    def tables(self, results: Sequence[Result]) -> list[Table]:
        return []


def never(result: Result, done: int, of: int) -> None:
    pass


def test_what_is_done_is_not_done_again(tmp_path: Path) -> None:
    study = Seconds()

    def tired(result: Result, done: int, of: int) -> None:
        assert of == 3
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        conduct(study, study.cells(study.seeds), tmp_path, workers=1, heard=tired)
    results = conduct(study, study.cells(study.seeds), tmp_path, workers=1, heard=never)
    assert study.run == [0, 1, 2]
    assert [result["double"] for result in results] == [0, 2, 4]


def test_a_line_that_was_never_finished_is_run_again(tmp_path: Path) -> None:
    study = Seconds()
    conduct(study, study.cells((0, 1)), tmp_path, workers=1, heard=never)
    journal = tmp_path / "results.jsonl"
    journal.write_text(journal.read_text()[:-20])
    assert len(conduct(study, study.cells((0, 1)), tmp_path, workers=1, heard=never)) == 2
    assert study.run == [0, 1, 1]


def test_another_recipe_is_another_run() -> None:
    cell = Cell("row", tiny(), 3)
    others = [
        cell._replace(row="other"),
        cell._replace(config=tiny(seed=1)),
        cell._replace(rounds=4),
        cell._replace(changes=(Change(1, {"g_optimizer.lr": 1e-4}),)),
    ]
    assert len({cell.key, *(other.key for other in others)}) == 5


def test_an_unknown_study_is_answered_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(BadRecipe, match="'luck' is no study"):
        conducted("luck", None, tmp_path, workers=1, tell=lambda sentence, share: None)


def test_a_live_knob_is_moved_at_its_round() -> None:
    seen = []
    cell = Cell("row", tiny(), 150, (Change(60, {"g_optimizer.lr": 0.0123}),))
    watched(cell, after=lambda run: seen.append((run.trainer.rounds, run.trainer.config.g_optimizer.lr == 0.0123)))
    assert seen == [(50, False), (100, True), (150, True)]


def test_a_run_that_breaks_is_over_and_has_that_symptom() -> None:
    config = PRESETS["ring-ns"].config.with_knobs({"loss": "wasserstein", "g_optimizer": {"name": "sgd", "lr": 9.0}})
    run = watched(Cell("row", config.with_knobs({"d_optimizer": {"name": "sgd", "lr": 9.0}}), 2_000))
    assert not run.finite
    assert run.lasting() == {"not-finite"}
    assert run.share("not-finite", since=1_900) == 1


def test_detectors_are_tried_on_runs_of_which_half_are_meant_to_fail() -> None:
    causes = [tried.cause for tried in TRIED.values()]
    assert len(Detectors().cells(Detectors.seeds)) >= 40
    assert 0.4 <= sum(map(bool, causes)) / len(causes) <= 0.6
    assert set(causes) - {""} <= set(SYMPTOMS)


def test_precision_and_recall_are_counted_over_runs_and_symptoms() -> None:
    results = [
        {"row": "R3GAN on the ring", "cause": "", "told": ["cycling"], "true": [], "delay": None},
        {
            "row": "a D of two units",
            "cause": "cycling",
            "told": ["cycling", "tight"],
            "true": ["cycling", "tight"],
            "delay": None,
        },
        {"row": "a D of two units", "cause": "cycling", "told": [], "true": ["cycling"], "delay": 200},
    ]
    figures = Detectors().figures(results)
    assert (figures["precision"], figures["recall"], figures["runs"]) == (2 / 3, 2 / 3, 3)
    assert figures["per_symptom"]["tight"]["precision"] == 1
    assert figures["per_symptom"]["saturated"]["recall"] is None
    assert figures["healthy_runs_without_alarm"] == 0


def test_a_lesson_fails_by_its_signs_or_by_its_figure() -> None:
    collapse, average = LESSONS["collapse"], LESSONS["average"]
    well = {"finite": True, "signs": {}, "js": 0.1}
    assert not fails(collapse, well)
    assert fails(collapse, well | {"signs": {"mode-collapse": 0.9}})
    assert not fails(collapse, well | {"signs": {"tight": 0.9}})
    assert fails(average, well | {"js": 0.3})
    assert fails(collapse, well | {"finite": False})


def test_digits_that_are_told_apart_but_of_few_classes_have_failed() -> None:
    digits = LESSONS["digits"]
    assert not fails(digits, {"finite": True, "signs": {}, "class KL": 0.2})
    assert fails(digits, {"finite": True, "signs": {}, "class KL": 1.6})  # two classes of ten
    assert fails(digits, {"finite": True, "signs": {}, "class KL": None})  # nobody counted


def test_the_course_fits_into_ninety_minutes() -> None:
    assert minutes(list(LESSONS)) <= 90


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_knows_its_presets_and_its_signs(name: str) -> None:
    lesson = LESSONS[name]
    assert lesson.cures
    assert set(lesson.presets) <= set(PRESETS)
    assert set(lesson.signs) <= set(SYMPTOMS)
    assert lesson.signs or lesson.worst[0]
    assert 0 <= lesson.right < len(lesson.answers)


@pytest.mark.parametrize("name", STUDIES)
def test_no_two_runs_of_a_study_are_the_same(name: str) -> None:
    study = STUDIES[name]()
    cells = study.cells(study.seeds)
    assert len({cell.key for cell in cells}) == len(cells)
    assert json.dumps(study.figures([]), allow_nan=True)


def test_four_of_five_seeds_are_enough_and_three_are_not() -> None:
    def hold(failures: int, cured: int) -> bool:
        lesson = LESSONS["collapse"]
        results = [
            {"row": name, "finite": seed >= failed, "signs": {}}
            for name, failed in {lesson.failure: failures, **dict.fromkeys(lesson.cures, 5 - cured)}.items()
            for seed in range(5)
        ]
        return STUDIES["lessons"]().figures(results)["hold"]["collapse"]

    assert hold(4, 4)
    assert not hold(3, 4)
    assert not hold(4, 3)
