"""What is wrong with a run: how its watchers hear of it, and a cure that is one press away."""

import json
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from visits import ALICE, BOB, small
from waiting import until

import playground.feed
from engine import SYMPTOMS, Episode, RunConfig
from playground.entry import Entry
from playground.feed import Feed, Heard
from playground.form import Form, build_form
from playground.handlers import ALONE, Handlers
from playground.health import health
from playground.registry import Registry
from playground.staging import Staging

COLLAPSE = Episode("mode-collapse", 1_200, 1_600, None, "G makes 1 of 8 modes.")
WEAK = Episode("d-too-weak", 400, 900, 1_100, "D guesses.")


@pytest.fixture(scope="module")
def form() -> Form:
    with gr.Blocks():
        return build_form(small())


@pytest.fixture
def entry(registry: Registry) -> Entry:
    """Alice's run, paused at round 0."""
    entry = registry.start(small(), ALICE, play=False)
    until(lambda: entry.run is not None and entry.run.state == "paused")
    return entry


def test_what_lasts_comes_first_and_what_is_over_is_only_named() -> None:
    wins = Episode("d-wins", 1_300, 1_700, None, "D is right.")
    told = health((WEAK, COLLAPSE, wins), small())
    assert [each["symptom"] for each in told["health"]] == ["d-wins", "mode-collapse"]  # the most urgent first
    assert told["past"] == [{"symptom": "d-too-weak", "began": 400, "ended": 1_100}]
    assert set(told["symptoms"]) == {"d-wins", "mode-collapse", "d-too-weak"}


def test_a_cure_is_the_link_of_this_very_recipe_with_the_cure_in_it() -> None:
    config = small(seed=7)
    (first, *_) = health([COLLAPSE], config)["symptoms"]["mode-collapse"]["cures"]
    assert RunConfig.from_link(first["link"]) == config.with_knobs(SYMPTOMS["mode-collapse"].cures[0].changes)
    assert RunConfig.from_link(first["link"]).seed == 7


def test_a_cure_that_a_recipe_has_already_is_not_offered() -> None:
    every = SYMPTOMS["mode-collapse"].cures
    cured = small().with_knobs(every[0].changes)
    offered = [cure["title"] for cure in health([COLLAPSE], cured)["symptoms"]["mode-collapse"]["cures"]]
    assert every[0].title not in offered


def test_a_watcher_hears_why_and_what_helps_once_and_then_only_the_numbers(registry: Registry, entry: Entry) -> None:
    heard, feed = Heard(), Feed(registry, entry)
    first = news(feed, heard, entry, ())
    assert (first["health"], first["past"], first["symptoms"]) == ([], [], {})
    assert "R1 and R2" in json.dumps(news(feed, heard, entry, (COLLAPSE,))["symptoms"])
    later = news(feed, heard, entry, (COLLAPSE._replace(seen="G makes 2 of 8 modes."),))
    assert later["health"] == [{"symptom": "mode-collapse", "began": 1_200, "seen": "G makes 2 of 8 modes."}]
    assert {"past", "symptoms"} & set(later) == set()
    over = news(feed, heard, entry, (COLLAPSE._replace(ended=2_300),))
    assert (over["health"], len(over["past"])) == ([], 1)
    assert "symptoms" not in over
    assert "health" not in news(feed, heard, entry, (COLLAPSE._replace(ended=2_300),))


def test_what_is_wrong_is_worked_out_once_however_many_watch_and_however_often_they_look(
    registry: Registry, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked: list[RunConfig] = []
    monkeypatch.setattr(playground.feed, "health", lambda episodes, config: worked.append(config) or health(episodes, config))
    feed, watchers, episodes = Feed(registry, entry), (Heard(), Heard()), (COLLAPSE,)
    told = [news(feed, heard, entry, episodes) for _ in range(3) for heard in watchers]
    assert ["health" in each for each in told] == [True, True, False, False, False, False]
    assert worked == [small()]
    registry.update(entry, small().with_knobs({"g_optimizer.lr": 1e-5}))  # a cure is a link of the recipe as it is now
    later = news(feed, watchers[0], entry, episodes)["symptoms"]["mode-collapse"]["cures"][0]["link"]
    assert later == cure(entry)


def news(feed: Feed, heard: Heard, entry: Entry, episodes: tuple[Episode, ...]) -> Any:
    """The next message, after the run was looked at."""
    assert entry.run is not None
    entry.run.episodes, entry.run.version = episodes, entry.run.version + 1
    return json.loads(feed.message(heard) or "{}")


# -- a cure ----------------------------------------------------------------------------------------------------------


def press(registry: Registry, form: Form, ids: str, visitor: str = ALICE, **told: Any) -> tuple[str, str, Any, list[str]]:
    """Press a cure.  Returns what is said, the link, the form's answer for Compare, and the runs on the stage then."""
    request: Any = SimpleNamespace(cookies={"visitor": visitor}, query_params={})
    values = [control.value for control in form.controls]  # type: ignore[attr-defined]
    event: Any = SimpleNamespace(_data=told)
    shown, _, said, link, _, *recipe = Handlers(Staging(registry), form).cure(event, ids, request, *values)
    return said, link, recipe[-1], shown.split(",") if isinstance(shown, str) else []


def cure(entry: Entry) -> str:
    return str(health([COLLAPSE], entry.config)["symptoms"]["mode-collapse"]["cures"][0]["link"])


def test_the_cured_recipe_starts_beside_the_sick_run_and_one_is_told_who_waits(
    registry: Registry, form: Form, entry: Entry
) -> None:
    said, link, compare, shown = press(registry, form, entry.id, run=entry.id, link=cure(entry))
    assert said == "B has the cure and begins at round 0, from the same seed; A stays at round 0."
    assert link == cure(entry)
    assert compare["value"] is True
    assert shown[0] == entry.id
    other = registry.get(shown[1], ALICE)
    assert other is not None
    assert other.config == RunConfig.from_link(cure(entry))
    assert entry.alive
    again, *_ = press(registry, form, ",".join(shown), run=entry.id, link=cure(entry))
    assert again == "The recipe with this cure is on the stage already."


def test_where_one_run_is_the_most_it_is_replaced_and_that_is_said(make_registry: Any, form: Form) -> None:
    registry = make_registry(per_visitor=1)
    entry = registry.start(small(), ALICE, play=False)
    said, _, compare, shown = press(registry, form, entry.id, run=entry.id, link=cure(entry))
    assert said == ALONE
    assert compare == gr.skip()
    assert len(shown) == 1
    assert shown != [entry.id]


def test_a_full_stage_takes_no_cure(make_registry: Any, form: Form) -> None:
    registry = make_registry(per_visitor=2)
    ids = [registry.start(small(seed), ALICE, play=False).id for seed in range(2)]
    sick = registry.get(ids[0], ALICE)
    said, _, compare, _ = press(registry, form, ",".join(ids), run=ids[0], link=cure(sick))
    assert "2 runs are the most" in said
    assert compare == gr.skip()


def test_a_link_that_is_none_is_one_sentence_and_starts_nothing(registry: Registry, form: Form, entry: Entry) -> None:
    for link in ("1nonsense", "", None, 5, ["1"], "1" + "A" * 60_000, {"link": "x"}):
        said, *_, shown = press(registry, form, entry.id, run=entry.id, link=link)
        assert said.endswith(".")
        assert shown == []
    assert len(registry.own(ALICE)) == 1


def test_nobody_cures_the_run_of_another(registry: Registry, form: Form, entry: Entry) -> None:
    said, *_ = press(registry, form, entry.id, visitor=BOB, run=entry.id, link=cure(entry))
    assert said == "There is no such run to cure: press Play."
    assert registry.own(BOB) == []
