"""The explore page's routes: what can be asked of which model, whose runs they are, one sentence for all that is no question."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient
from visits import ALICE, BOB, small
from waiting import until

from engine import BadWeights, Card, RunConfig, Trained
from engine.pretrain import pictured
from engine.trainer import Trainer
from playground import desk, shipped
from playground.entry import Entry
from playground.registry import Registry
from playground.server import make_server

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")

TINY: dict[str, Any] = {
    "data": {"name": "glyphs", "size": 16},
    "game": {"name": "infogan", "categories": 5, "width": 8},
    "latent": {"dim": 4},
    "generator": {"name": "dcgan", "width": 4},
    "discriminator": {"name": "dcgan", "width": 4},
    "training": {"batch": 8},
}
BODIES = [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"x" * 10_000_000, b"[]", b"null", b'{"seed": "0"}', b'{"dims": {"0": 9}}']
JUNK = (None, True, -1e300, "x" * 1000, [[]])


@pytest.fixture
def client(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Alice's browser, at a server with two pretrained models of which one is damaged."""

    def load(name: str) -> Trained:
        if name == "lost":
            raise BadWeights("The weights of this model are damaged.")
        trainer = Trainer(RunConfig.from_dict(TINY))
        return Trained(trainer.config, trainer.shown)

    def card(name: str) -> Card:
        facts: dict[str, Any] = {"preset": "infogan", "config": {}, "data": "glyphs", "seed": 0, "rounds": 1, "bytes": 1}
        how = {"seconds": 1.0, "device": "cpu", "torch": "2", "sha256": "", "quality": {}}
        return Card(
            title=f"The {name}",
            about="Tiny.",
            licence="MIT",
            picture=pictured(load(name)) if name != "lost" else {},
            **facts,
            **how,
        )

    for module in (shipped, desk):
        monkeypatch.setattr(module, "pretrained_names", lambda translates: [] if translates else ["tiny", "lost"])
    monkeypatch.setattr(shipped, "pretrained", load)
    monkeypatch.setattr(shipped, "card", card)
    monkeypatch.setattr(shipped, "check_weights", load)
    return TestClient(make_server(registry), cookies={"visitor": ALICE})


@pytest.fixture
def entry(registry: Registry) -> Entry:
    """Alice's run, paused at round 0."""
    entry = registry.start(small(), ALICE, play=False)
    until(lambda: entry.run is not None and entry.run.state == "paused")
    return entry


# -- what there is ----------------------------------------------------------------------------------------------------


def test_the_list_has_what_ships_and_says_which_of_it_is_damaged(client: TestClient) -> None:
    good, lost = client.get("/explore/models").json()["pretrained"]
    assert (good["id"], good["title"], good["problem"], good["picture"]["rows"]) == ("tiny", "The tiny", "", 1)
    assert (lost["id"], lost["title"], lost["problem"]) == ("lost", "The lost", "The weights of this model are damaged.")
    answer = client.get("/explore/lost/controls")
    assert (answer.status_code, answer.json()["detail"]) == (409, "The weights of this model are damaged.")
    assert client.get("/explore/tiny/controls").status_code == 200


def test_for_the_list_nothing_is_loaded(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipped, "pretrained", lambda name: pytest.fail("loaded"))
    assert client.get("/explore/models").json()["pretrained"][0]["picture"]["kind"] == "images"


def test_the_list_has_ones_own_runs_the_newest_first(client: TestClient, registry: Registry, entry: Entry) -> None:
    registry.start(small(1), BOB, play=False)
    newest = registry.start(small(2), ALICE)
    until(lambda: newest.run is not None and newest.run.state == "playing")
    runs = client.get("/explore/models").json()["runs"]
    assert [run["id"] for run in runs] == [newest.id, entry.id]
    assert [(run["state"], run["live"]) for run in runs] == [("playing", True), ("paused", False)]
    assert [run["id"] for run in client.get("/explore/runs").json()["runs"]] == [newest.id, entry.id]
    assert runs[1] | {"id": ""} == {"id": "", "title": runs[1]["title"], "state": "paused", "round": 0, "live": False}


def test_a_stranger_is_told_what_ships_and_nothing_else(client: TestClient, entry: Entry) -> None:
    client.cookies.clear()
    assert client.get("/explore/models").json()["runs"] == []
    assert client.get("/explore/runs").json() == {"runs": []}
    assert client.post("/explore/tiny/samples", content=b"{}").status_code == 200


# -- questions --------------------------------------------------------------------------------------------------------


def test_a_pretrained_model_is_loaded_once_and_answers(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    controls = client.get("/explore/tiny/controls").json()
    assert controls["probes"] == ["samples", "traverse", "interpolate", "arithmetic", "neighbours", "lineup"]
    monkeypatch.setattr(shipped, "pretrained", lambda name: pytest.fail("loaded again"))
    answer = client.post("/explore/tiny/samples", json={"codes": {"number 1": 0.5}})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert (answer.json()["columns"], answer.json()["rows"]) == (5, 8)
    assert len(answer.content) < 60_000


def test_a_run_answers_and_says_where_it_stands(client: TestClient, entry: Entry) -> None:
    assert client.get(f"/explore/{entry.id}/controls").json()["kind"] == "points"
    answer = client.post(f"/explore/{entry.id}/samples", json={"seed": 3}).json()
    assert (answer["kind"], answer["round"], answer["playing"]) == ("points", 0, False)


def test_a_run_that_trains_answers_while_it_does(client: TestClient, registry: Registry) -> None:
    entry = registry.start(small(), ALICE)
    until(lambda: entry.run is not None and entry.run.state == "playing" and entry.run.rounds > 20)
    first = client.post(f"/explore/{entry.id}/samples", json={}).json()
    until(lambda: entry.run.rounds > first["round"] + 20)
    later = client.post(f"/explore/{entry.id}/samples", json={}).json()
    assert first["playing"]
    assert first["fake"] != later["fake"]


def test_a_run_that_was_put_away_is_loaded_again_and_waits(client: TestClient, registry: Registry, entry: Entry) -> None:
    registry.put_away(entry)
    until(lambda: registry.counts() == (0, 0))
    asked = client.post(f"/explore/{entry.id}/samples", json={})
    assert (asked.status_code, asked.json()["detail"]) == (409, "This run is still loading.")
    until(lambda: client.get(f"/explore/{entry.id}/controls").status_code == 200)
    assert (entry.run.state, entry.run.rounds) == ("paused", 0)


def test_a_run_that_waits_for_a_place_says_so(
    client: TestClient, registry: Registry, entry: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "place", lambda entry: 2)
    monkeypatch.setattr(entry, "run", None)
    answer = client.get(f"/explore/{entry.id}/controls")
    assert (answer.status_code, answer.json()) == (202, {"status": "Waiting for a free place: number 2 in the queue"})


# -- what is refused --------------------------------------------------------------------------------------------------


def test_the_run_of_somebody_else_does_not_exist(client: TestClient, registry: Registry) -> None:
    theirs = registry.start(small(), BOB, play=False)
    for answer in (client.get(f"/explore/{theirs.id}/controls"), client.post(f"/explore/{theirs.id}/samples", json={})):
        assert (answer.status_code, answer.json()) == (404, {"detail": "There is no such model."})
    assert client.get("/explore/guess/controls").json() == {"detail": "There is no such model."}


@pytest.mark.parametrize(
    "body",
    BODIES + [json.dumps({knob: junk}).encode() for knob in ("psi", "codes", "rows", "u") for junk in JUNK],
)
def test_a_body_that_is_no_question_gets_one_sentence(client: TestClient, body: bytes) -> None:
    is_one_sentence(client.post("/explore/tiny/samples", content=body))


def test_so_it_does_from_a_run(client: TestClient, entry: Entry) -> None:
    for body in (b"{", b"\xff\xfe", b"[" * 100_000, b'{"psi": 2}', b'{"codes": {"slant": 1}}'):
        is_one_sentence(client.post(f"/explore/{entry.id}/samples", content=body))


def is_one_sentence(answer: Response) -> None:
    assert answer.status_code == 422
    sentence = answer.json()["detail"]
    assert sentence.endswith(".")
    assert "Traceback" not in sentence
    assert len(sentence) < 400


@pytest.mark.parametrize("probe", ["luck", "x" * 5000, "%00", "..%2f"])
def test_an_unknown_probe_is_refused(client: TestClient, probe: str) -> None:
    assert client.post(f"/explore/tiny/{probe}", content=b"{}").status_code in (404, 422)


@pytest.mark.parametrize("limit", ["MOST_WAITING", "OWN_WAITING"])
def test_who_comes_when_too_many_ask_is_told_to_try_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(desk, limit, 0)
    answer = client.post("/explore/tiny/samples", content=b"{}")
    assert (answer.status_code, "try again" in answer.json()["detail"]) == (503, True)


def test_a_run_that_failed_says_why(client: TestClient, entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    assert entry.run is not None
    entry.run.failed("The data cannot be had.")
    answer = client.get(f"/explore/{entry.id}/controls")
    assert (answer.status_code, answer.json()["detail"]) == (409, "The data cannot be had.")


def test_who_opens_this_page_first_is_given_a_cookie_too(client: TestClient) -> None:
    client.cookies.clear()
    assert "visitor=" in client.get("/explore").headers["set-cookie"]


def test_a_question_is_answered_while_what_ships_is_still_listed(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, read = threading.Event(), threading.Event()

    def check(name: str) -> None:
        reading.set()
        assert read.wait(30)

    monkeypatch.setattr(shipped, "check_weights", check)

    async def ask() -> Any:
        counter = desk.Desk(registry)
        listing = asyncio.create_task(counter.pretrained(translates=False))
        await asyncio.to_thread(reading.wait, 30)
        try:
            return await asyncio.wait_for(counter.in_turn(lambda: "an answer"), 20)
        finally:
            read.set()
            await listing

    # In a thread of its own: once a browser test has run here, Playwright's loop goes on in this one.
    with ThreadPoolExecutor(1) as apart:
        assert apart.submit(asyncio.run, ask()).result() == "an answer"
