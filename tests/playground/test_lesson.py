"""A lesson: what a teacher prepares comes back whole, what is none is one sentence, and what it keeps stays as it is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from posts import Page
from starlette.testclient import TestClient
from visits import small

from engine import PRESETS, pack_link
from playground import guard
from playground.lesson import AREAS, RECIPE, BadLesson, Lesson
from playground.registry import Limits, Registry
from playground.serve import whole_app

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning", "ignore::UserWarning")

RING = PRESETS["ring-r3gan"].config
TEACHER, STUDENT = "teacher-" + "t" * 16, "student-" + "s" * 16


def prepared(**changes: Any) -> Lesson:
    """A lesson about D's learning rate."""
    lesson = {
        "sentence": "Raise D’s learning rate until G loses modes.",
        "locked": ["data", "loss", "seed"],
        "hidden": ["generator", "steps"],
        "recipe": RING.differences(),
    }
    return Lesson.from_json(json.dumps(lesson | changes))


def test_a_lesson_comes_back_from_its_link_whole() -> None:
    lesson = prepared()
    link = lesson.to_link()
    assert Lesson.from_link(link) == lesson
    assert lesson.config == RING
    assert len(link) < 450
    assert link.replace("-", "").replace("_", "").isalnum()


def test_whatever_can_be_hidden_and_locked_fits_into_a_link() -> None:
    everything = prepared(sentence="x" * 300, hidden=[area for area in AREAS if area not in RECIPE], locked=list(RECIPE))
    assert len(everything.to_link()) < 700
    assert everything.kept == tuple(RECIPE)


def test_a_name_that_comes_twice_counts_once_and_in_the_order_of_the_page() -> None:
    assert prepared(locked=["loss", "data", "loss"]).locked == ("data", "loss")


def test_a_sentence_is_plain_text_and_cannot_turn_the_reading_around() -> None:
    assert prepared(sentence="one\n\u202etwo\x00 <b>three</b> ").sentence == "one two  <b>three</b>"


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown area": ({"hidden": ["everything"]}, "A lesson cannot hide or lock 'everything'. It can: data, game,"),
    "what can only be hidden": ({"locked": ["preset"]}, "A lesson cannot hide or lock 'preset'"),
    "both": ({"hidden": ["data"], "locked": ["data"]}, "A lesson cannot both hide and lock Data."),
    "a long sentence": ({"sentence": "x" * 301}, "The sentence of a lesson has at most 300 characters."),
    "no sentence": ({"sentence": 7}, "This lesson is damaged"),
    "a text for a list": ({"hidden": "data"}, "This lesson is damaged"),
    "more than it has": ({"script": "alert(1)"}, "A lesson has no 'script'. It has: sentence, hidden, locked, recipe."),
    "a wrong recipe": ({"recipe": {"seed": -1}}, "This lesson's recipe cannot be run. seed must be"),
    "no recipe": ({"recipe": []}, "This lesson is damaged"),
}


@pytest.mark.parametrize(("changes", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_with_a_lesson_is_one_sentence(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(BadLesson) as caught:
        prepared(**changes)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_a_recipe_may_move_what_the_lesson_leaves_free_and_nothing_else() -> None:
    lesson = prepared()
    free = RING.with_knobs({"d_optimizer.lr": 0.01})
    assert lesson.check(free) == free
    for knob, value, name in (("loss", "hinge", "Loss"), ("generator.width", 32, "Generator G"), ("seed", 5, "the seed")):
        with pytest.raises(ValueError, match=f"This lesson keeps {name} as it is"):
            lesson.check(RING.with_knobs({knob: value}))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    patch = pytest.MonkeyPatch()
    patch.setattr(guard, "BURST", 1e9)
    registry = Registry(tmp_path_factory.mktemp("runs"), limits=Limits(total=2, per_visitor=1, gives_way=1e9))
    with TestClient(whole_app(registry, hosts=guard.HOME), base_url="http://localhost") as client:
        yield Page(client, registry)
    patch.undo()


LINKS: dict[str, str] = {
    "text": "abc",
    "only the version": "1",
    "not compressed": "1aGVsbG8",
    "a bomb": pack_link({"sentence": " " * 50_000_000}),
    "an unknown area": pack_link({"hidden": ["constructor"]}),
    "a wrong recipe": pack_link({"recipe": {"data": {"name": "evil"}}}),
    "deep": pack_link({"recipe": json.loads('{"a":' * 200 + "1" + "}" * 200)}),
    "very long": "1" + "A" * 60_000,
}


@pytest.mark.parametrize("text", LINKS.values(), ids=LINKS)
def test_a_link_that_is_no_lesson_is_one_sentence_and_the_ordinary_page(page: Page, text: str) -> None:
    said = page.sentence("load", [], visitor=STUDENT, query=f"?lesson={text}")
    assert said.endswith("Here is the page without a lesson.")
    assert page.registry.latest(STUDENT).config == RING


def test_a_lesson_opens_with_its_recipe_its_sentence_and_grey_controls(page: Page) -> None:
    lesson = Lesson(sentence="<script>alert(1)</script>", locked=("loss",), recipe=small(7).differences())
    answer = page.call("load", [], visitor=STUDENT, query=f"?lesson={lesson.to_link()}")["data"]
    shown = next(json.loads(part) for part in answer if isinstance(part, str) and part.startswith('{"sentence"'))
    assert shown == {"sentence": "<script>alert(1)</script>", "hidden": [], "locked": ["loss"]}  # text; the page writes no markup
    assert page.registry.latest(STUDENT).config == small(7)
    grey = [part for part in answer if isinstance(part, dict) and part.get("interactive") is False]
    assert len(grey) >= 2


def changed(page: Page, name: str, shown: Any, value: Any) -> list[Any]:
    """What a handler is sent when one control shows something else."""
    data = list(page.values[name])
    data[data.index(shown)] = value
    return data


def test_a_locked_knob_that_arrives_changed_is_refused_and_a_free_one_is_not(page: Page) -> None:
    query = f"?lesson={prepared().to_link()}"
    page.call("load", [], visitor=STUDENT, query=query)
    entry = page.registry.latest(STUDENT)
    for name, data in {
        "change": changed(page, "change", "rpgan", "hinge"),
        "reset": changed(page, "reset", "rpgan", "hinge"),
        "choose_data": changed(page, "choose_data", "ring", "moons"),
        "preset": changed(page, "preset", "ring-r3gan", "moons-wgan-gp"),
        "new_seed": page.values["new_seed"],
    }.items():
        said = page.sentence(name, data, visitor=STUDENT, query=query)
        assert said.startswith("⚠ This lesson keeps "), (name, said)
        assert page.registry.latest(STUDENT) is entry
        assert entry.config == RING
    free = changed(page, "change", f"{RING.d_optimizer.lr:g}", "0.0007")
    assert not page.sentence("change", free, visitor=STUDENT, query=query).startswith("⚠")


def test_a_link_to_a_recipe_cannot_break_the_lesson_it_comes_with(page: Page) -> None:
    lesson, other = prepared().to_link(), RING.with_knobs({"loss": "hinge"}).to_link()
    said = page.sentence("load", [], visitor=STUDENT, query=f"?lesson={lesson}&r={other}")
    assert said == "This lesson keeps Loss as it is; leave the lesson to change it. Here is the lesson as it begins instead."
    assert page.registry.latest(STUDENT).config == RING
    free = RING.with_knobs({"d_optimizer.lr": 0.01})
    assert page.sentence("load", [], visitor=STUDENT, query=f"?lesson={lesson}&r={free.to_link()}") == "Not one of the presets."
    assert page.registry.latest(STUDENT).config == free


def test_without_the_lesson_everything_moves_again(page: Page) -> None:
    page.call("load", [], visitor=STUDENT)
    assert "⚠" not in page.sentence("change", changed(page, "change", "rpgan", "hinge"), visitor=STUDENT)


def test_the_page_prepares_a_lesson_from_the_link_to_its_recipe(page: Page) -> None:
    draft = {"sentence": "Look.", "locked": ["loss"], "hidden": [], "recipe": RING.to_link()}
    answer = page.client.post("/lesson", json=draft)
    assert Lesson.from_link(answer.json()["lesson"]) == Lesson(sentence="Look.", locked=("loss",), recipe=RING.differences())


@pytest.mark.parametrize(
    "body", ["", "[]", "{", '{"recipe": "abc"}', '{"recipe": "1eJw"}', '{"hidden": ["x"]}', "[" * 200_000], ids=len
)
def test_a_draft_that_is_none_is_one_sentence(page: Page, body: str) -> None:
    answer = page.client.post("/lesson", content=body)
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")
    assert "\n" not in answer.json()["detail"]
