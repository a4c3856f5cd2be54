"""The clinic: a failure and its cure from the same seed, one sentence for whatever is no wish, and a sheet to print."""

import json
import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from starlette.testclient import TestClient
from visits import ALICE, BOB, small

from engine import LESSONS, PRESETS, RunConfig
from playground.clinic import PACE, Clinic
from playground.course import printed
from playground.entry import Entry
from playground.handlers import Handlers
from playground.panels.transport import PAUSE
from playground.registry import Registry
from playground.server import make_server
from playground.staging import Staging
from playground.words import changed

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")

COLLAPSE, SATURATED = LESSONS["collapse"], LESSONS["saturated"]


class Ward:
    """A visitor in the clinic of a registry in which nothing ever starts: all places are taken."""

    def __init__(self, registry: Registry, visitor: str = ALICE) -> None:
        self.registry, self.clinic, self.ids, self.lesson = registry, Clinic(Staging(registry)), "", ""
        self.request: Any = SimpleNamespace(cookies={"visitor": visitor}, query_params={})
        self.told: dict[str, Any] = {}
        self.said = ""

    def press(self, handler: str, wish: Any = None) -> None:
        """What the page does with the answer."""
        event = [] if handler in ("luck", "anew") else [SimpleNamespace(_data=wish)]
        known = [self.ids] if handler in ("begin", "cure") else [self.ids, self.lesson]
        ids, lesson, self.stage, self.said, told = getattr(self.clinic, handler)(*event, *known, self.request)
        self.ids = self.ids if ids == gr.skip() else ids
        self.lesson = self.lesson if lesson == gr.skip() else lesson
        self.told = self.told if told == gr.skip() else json.loads(told)

    @property
    def group(self) -> list[Entry]:
        return self.clinic.stage.group(self.ids, self.request)

    @property
    def recipes(self) -> list[RunConfig]:
        return [entry.config for entry in self.group]


@pytest.fixture
def ward(make_registry: Callable[..., Registry]) -> Ward:
    return Ward(make_registry(total=0))


def seeded(preset: str, seed: int) -> RunConfig:
    return PRESETS[preset].config.with_knobs({"seed": seed})


def test_a_cure_stands_beside_its_failure_from_the_same_seed_and_another_takes_its_place(ward: Ward) -> None:
    ward.press("begin", {"lesson": "saturated", "seed": 7})
    assert ward.recipes == [seeded(SATURATED.failure, 7)]
    (failure,) = ward.group
    assert (failure.pace, failure.until) == (PACE, PRESETS[SATURATED.failure].rounds)  # to be watched, and nothing new after that
    for cure in SATURATED.cures:
        ward.press("cure", {"lesson": "saturated", "cure": cure, "seed": 7})
        assert ward.recipes == [seeded(SATURATED.failure, 7), seeded(cure, 7)]
        assert ward.group[0] is failure
        assert ward.told["on"] == [[SATURATED.failure], [cure]]
        assert [each["caption"] for each in json.loads(ward.stage)] == ["A · failure", "B · cure"]
        assert ward.registry.counts() == (0, 2)  # the other cure was put away


def test_another_seed_repeats_the_pair_and_leaving_puts_both_away(ward: Ward) -> None:
    ward.press("begin", {"lesson": "collapse", "seed": 0})
    ward.press("cure", {"lesson": "collapse", "cure": COLLAPSE.cures[0], "seed": 0})
    ward.press("luck")
    seed = ward.told["seed"]
    assert seed
    assert ward.said == f"Seed {seed}: was it luck?"
    assert ward.recipes == [seeded(COLLAPSE.failure, seed), seeded(COLLAPSE.cures[0], seed)]
    ward.press("leave", {"lesson": "collapse"})
    assert (ward.ids, ward.stage, ward.told["on"]) == ("", "", [])
    assert ward.registry.counts() == (0, 0)


def test_one_of_the_two_is_taken_off_and_what_is_not_there_changes_nothing(ward: Ward) -> None:
    ward.press("begin", {"lesson": "collapse", "seed": 0})
    ward.press("cure", {"lesson": "collapse", "cure": COLLAPSE.cures[0], "seed": 0})
    pair, ward.stage = ward.group, gr.skip()
    for nothing in ({"run": "x"}, {"run": None}, {}, None, "x"):
        ward.press("dismiss", nothing)
        assert (ward.group, ward.stage) == (pair, gr.skip())
    ward.press("dismiss", {"run": pair[0].id})
    assert (ward.group, ward.stage) == (pair[1:], pair[1].id)


def test_who_leaves_a_lesson_late_leaves_the_next_ones_run_alone(ward: Ward) -> None:
    ward.press("begin", {"lesson": "collapse", "seed": 0})
    assert ward.told["lesson"] == "collapse"
    ward.press("begin", {"lesson": "saturated", "seed": 0})  # in its place
    ward.press("leave", {"lesson": "collapse"})
    assert ward.recipes == [seeded(SATURATED.failure, 0)]
    ward.press("luck")
    assert ward.told["lesson"] == "saturated"
    for nothing in (None, {}, "saturated", {"lesson": 3}):
        ward.press("leave", nothing)
    assert ward.registry.counts() == (0, 1)
    ward.press("leave", {"lesson": "saturated"})
    assert ward.registry.counts() == (0, 0)


def test_a_recipe_that_two_lessons_call_two_names_is_told_by_both(ward: Ward) -> None:
    for lesson in ("rate", "cycling"):
        (cure,) = LESSONS[lesson].cures
        ward.press("cure", {"lesson": lesson, "cure": cure, "seed": 5})
        assert cure in ward.told["on"][1]


def test_a_cure_without_its_failure_on_the_stage_brings_it_along(ward: Ward) -> None:
    ward.press("begin", {"lesson": "saturated", "seed": 3})
    ward.press("cure", {"lesson": "collapse", "cure": COLLAPSE.cures[0], "seed": 3})
    assert ward.recipes == [seeded(COLLAPSE.failure, 3), seeded(COLLAPSE.cures[0], 3)]


def test_a_pair_keeps_both_its_runs_where_all_of_a_visitors_places_are_taken(make_registry: Callable[..., Registry]) -> None:
    ward = Ward(make_registry(total=0, per_visitor=2))
    ward.press("begin", {"lesson": "saturated", "seed": 7})
    (failure,) = ward.group
    elsewhere = ward.registry.start(small(), ALICE)  # on another tab
    for cure in SATURATED.cures:
        ward.press("cure", {"lesson": "saturated", "cure": cure, "seed": 7})
        assert ward.group[0] is failure
        assert [ward.registry.place(entry) is None for entry in (*ward.group, elsewhere)] == [False, False, True]
    ward.press("luck")
    assert [ward.registry.place(entry) is None for entry in ward.group] == [False, False]


def test_who_opens_two_recipes_keeps_the_one_that_trains_already(make_registry: Callable[..., Registry]) -> None:
    stage = Staging(make_registry(total=0, per_visitor=2))
    request: Any = SimpleNamespace(cookies={"visitor": ALICE}, query_params={})
    cure, elsewhere = (stage.registry.start(config, ALICE) for config in (seeded(COLLAPSE.cures[0], 0), small()))
    ids, *_ = stage.together([seeded(COLLAPSE.failure, 0), cure.config], request)
    assert stage.group(ids, request)[1] is cure
    assert [stage.registry.place(entry) is None for entry in (*stage.group(ids, request), elsewhere)] == [False, False, True]


def test_who_may_have_one_run_sees_them_one_after_another(make_registry: Callable[..., Registry]) -> None:
    ward = Ward(make_registry(total=0, per_visitor=1))
    ward.press("begin", {"lesson": "collapse", "seed": 0})
    ward.press("cure", {"lesson": "collapse", "cure": COLLAPSE.cures[0], "seed": 0})
    assert ward.recipes == [seeded(COLLAPSE.cures[0], 0)]
    assert ward.said.startswith("One run at a time here")
    assert ward.registry.counts() == (0, 1)


WISHES: dict[str, Any] = {
    "nothing": None,
    "text": "collapse",
    "a list": ["collapse"],
    "no lesson": {"seed": 0},
    "an unknown lesson": {"lesson": "../../etc/passwd", "seed": 0},
    "a lesson that is a number": {"lesson": 1},
    "a long name": {"lesson": "x" * 100_000},
    "an attribute": {"lesson": "__class__"},
    "a preset for a lesson": {"lesson": "ring-collapse"},
    "more than a wish has": {"lesson": "collapse", "config": {"seed": 1}},
    "a seed that is text": {"lesson": "collapse", "seed": "1"},
    "a seed that is true": {"lesson": "collapse", "seed": True},
    "a seed below zero": {"lesson": "collapse", "seed": -1},
    "a seed without end": {"lesson": "collapse", "seed": 10**30},
    "a seed that is no number": {"lesson": "collapse", "seed": float("nan")},
}


@pytest.mark.parametrize("wish", WISHES.values(), ids=WISHES)
@pytest.mark.parametrize("handler", ["begin", "cure"])
def test_what_is_no_wish_is_one_sentence_and_starts_nothing(ward: Ward, handler: str, wish: Any) -> None:
    ward.press("begin", {"lesson": "saturated", "seed": 0})
    before = ward.group
    if handler == "cure" and isinstance(wish, dict):
        wish = {"cure": COLLAPSE.cures[0], **wish}
    ward.press(handler, wish)
    assert re.fullmatch(r"⚠ [^\n]{10,200}\.", ward.said)
    assert (ward.group, ward.registry.counts()) == (before, (0, 1))


@pytest.mark.parametrize("cure", ["", "ring-collapse", SATURATED.cures[0], "mnist-dcgan", "x" * 10_000])
def test_only_a_lessons_own_cures_cure_it(ward: Ward, cure: str) -> None:
    ward.press("begin", {"lesson": "collapse", "seed": 0})
    ward.press("cure", {"lesson": "collapse", "cure": cure, "seed": 0})
    assert ward.said == "⚠ This lesson has no such cure; choose one of its buttons."
    assert ward.recipes == [seeded(COLLAPSE.failure, 0)]


def test_the_runs_of_another_visitor_are_not_on_ones_stage(ward: Ward) -> None:
    ward.press("begin", {"lesson": "collapse", "seed": 0})
    bob = Ward(ward.registry, BOB)
    bob.ids = ward.ids
    for handler, wish in (("luck", None), ("anew", None), ("leave", {"lesson": "collapse"})):
        bob.ids, bob.lesson = ward.ids, ward.lesson
        bob.press(handler, wish)
    bob.ids = ward.ids
    bob.press("dismiss", {"run": ward.ids})
    bob.clinic.toggle(ward.ids, PAUSE, bob.request)
    assert ward.registry.counts() == (0, 1)
    assert bob.group == []


def test_play_takes_both_runs_over(ward: Ward) -> None:
    ward.press("begin", {"lesson": "collapse", "seed": 0})
    ward.press("cure", {"lesson": "collapse", "cure": COLLAPSE.cures[0], "seed": 0})
    play = TestClient(make_server(ward.registry)).build_request("GET", ward.told["play"])
    form: Any = SimpleNamespace(show=lambda *_: [], lock=lambda *_: [])
    request: Any = SimpleNamespace(cookies={"visitor": ALICE}, query_params=dict(play.url.params))
    ids, _, said, link, _, compare, *_ = Handlers(ward.clinic.stage, form).load(request)
    assert ids == ward.ids  # the very runs
    assert (said, compare, RunConfig.from_link(link)) == ("", True, ward.recipes[1])
    assert [(entry.pace, entry.until) for entry in ward.group] == [(None, None)] * 2  # a speed that Play's menu has, no end
    again, *_ = ward.clinic.stage.again(ward.clinic.stage.group(ids, request))  # Reset
    assert [(entry.pace, entry.until) for entry in ward.clinic.stage.group(again, request)] == [(None, None)] * 2
    request.query_params["beside"] = "1nonsense"
    ids, *_, compare = Handlers(ward.clinic.stage, form).load(request)[:6]
    assert [entry.config for entry in ward.clinic.stage.group(ids, request)] == ward.recipes[:1]  # a damaged half is left out
    assert compare is False


def test_from_the_start_a_lessons_runs_play_at_its_pace_and_to_its_end_also_when_they_were_in_play(ward: Ward) -> None:
    ward.press("begin", {"lesson": "collapse", "seed": 0})
    end = ward.group[0].until
    for handler in ("anew", "luck"):
        ward.clinic.stage.release(ward.group)
        assert (ward.group[0].pace, ward.group[0].until) == (None, None)
        ward.press(handler)
        assert (ward.group[0].pace, ward.group[0].until) == (PACE, end)


def test_the_course_says_of_each_cure_what_it_changes(ward: Ward) -> None:
    course = TestClient(make_server(ward.registry)).get("/clinic/lessons").json()
    assert [lesson["name"] for lesson in course] == list(LESSONS)
    assert all(cure["changed"] for lesson in course for cure in lesson["cures"])
    (noise, _) = next(lesson for lesson in course if lesson["name"] == "saturated")["cures"]
    assert noise["changed"] == [
        {"section": "What D sees", "knob": "Instance noise", "before": "off", "after": "on (σ 0.2, rounds 6000)", "help": ""}
    ]


def test_a_change_is_told_as_the_form_tells_it() -> None:
    ring = PRESETS["ring-clipped"].config
    (row,) = changed(ring, ring.with_knobs({"d_optimizer.clip": 0.005}))
    assert (row["section"], row["knob"], row["before"], row["after"]) == ("Optimizer of D", "weight clipping", "0.1", "0.005")
    assert "weight" in row["help"].lower()
    (off,) = changed(ring, ring.with_knobs({"d_optimizer.clip": 0.0}))
    assert (off["before"], off["after"]) == ("0.1", "off")
    (loss,) = changed(ring, ring.with_knobs({"loss": "hinge"}))
    assert (loss["section"], loss["knob"], loss["before"], loss["after"]) == ("Loss", "", "Wasserstein", "Hinge")


def test_the_sheet_asks_every_question_and_answers_it_only_on_the_teachers_part(ward: Ward) -> None:
    answer = TestClient(make_server(ward.registry)).get("/clinic/sheet")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.text == printed()
    students, teacher = answer.text.replace("&#x27;", "'").split('class="answers"')
    for lesson in LESSONS.values():
        assert all(words in students for words in (lesson.question, *lesson.answers))
        assert f">{lesson.title}<" not in students  # it says too much
        assert lesson.why not in students
        assert lesson.why in teacher
        assert lesson.answers[lesson.right] in teacher
    assert students.count('class="line"') == len(LESSONS)


def test_who_opens_the_clinic_first_is_given_a_cookie(ward: Ward) -> None:
    assert "visitor=" in TestClient(make_server(ward.registry)).get("/clinic").headers["set-cookie"]
