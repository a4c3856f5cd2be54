"""Whatever is sent to the page's handlers: no traceback from our code, one sentence where there is a place for it, nothing lost.

Gradio checks some of what arrives and refuses it without a word; NaN, null, lists and wrong types it hands on.
"""

import base64
import json
import random
import sys
import traceback
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from posts import Page
from starlette.testclient import TestClient
from visits import ALICE, BOB, small
from waiting import until

from engine import HOSTED, PRESETS, RunConfig
from playground import guard
from playground.entry import Entry
from playground.registry import Limits, Registry
from playground.serve import whole_app

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning", "ignore::UserWarning")

JUNK: dict[str, Any] = {
    "NaN": float("nan"),
    "infinity": float("inf"),
    "below zero": -1,
    "beyond 64 bits": 2**70,
    "true": True,
    "null": None,
    "text": "abc",
    "a number as text": "5",
    "a list": [],
    "lists in lists": [[["ring"]]],
    "an object": {"name": "ring", "__class__": "x"},
    "a long text": "x" * 100_000,
    "control characters": "\0\x1b[31m\u202e<script>alert(1)</script>",
    "a file": {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}},
    "a file from elsewhere": {
        "path": "http://169.254.169.254/",
        "url": "http://169.254.169.254/",
        "meta": {"_type": "gradio.FileData"},
    },
    "a file above": {"path": "../../../../etc/passwd", "orig_name": "../x", "meta": {"_type": "gradio.FileData"}},
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    patch = pytest.MonkeyPatch()
    patch.setattr(guard, "BURST", 1e9)  # this file is one visitor in a hurry
    registry = Registry(
        tmp_path_factory.mktemp("runs"), limits=Limits(total=3, per_visitor=2, gives_way=1e9, own_files=False, budget=HOSTED)
    )
    with TestClient(whole_app(registry, hosts=guard.HOME), base_url="http://localhost") as client:
        yield Page(client, registry)
    patch.undo()


@pytest.fixture(scope="module")
def bobs(page: Page) -> Entry:
    """A run of somebody else, which nothing here may touch."""
    entry = page.registry.start(small(), BOB, play=False)
    until(lambda: entry.run.state == "paused")
    return entry


@pytest.fixture(autouse=True)
def _nothing_of_ours_breaks(page: Page, bobs: Entry, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No exception came from our code, and the other visitor's run is as it was."""
    ours: list[str] = []
    here = str(Path(__file__).parents[2])

    def note(*arguments: Any, **options: Any) -> None:
        error = sys.exc_info()[1]
        frames = traceback.extract_tb(error.__traceback__ if error else None)
        if any(frame.filename.startswith((f"{here}/playground", f"{here}/engine")) for frame in frames):
            ours.append("".join(traceback.format_exception(error)))

    monkeypatch.setattr(traceback, "print_exc", note)
    before = (bobs.run.pid, bobs.run.rounds, bobs.run.config)
    yield
    assert not ours, ours[0]
    assert (bobs.run.pid, bobs.run.rounds, bobs.run.config) == before
    assert bobs.run.state == "paused"
    assert page.registry.counts()[0] <= 3


@pytest.mark.parametrize("junk", JUNK)
def test_junk_in_every_place_starts_nothing(page: Page, junk: str) -> None:
    for name in page.handlers:
        if name == "load":  # takes nothing
            continue
        runs = set(page.registry.root.iterdir())
        page.call(name, [JUNK[junk]] * len(page.values[name]))
        started = {path for path in page.registry.root.iterdir() if path not in runs and path.name != "uploads"}
        assert not started, (name, junk)


@pytest.mark.parametrize("data", [None, [], {}, "abc", 1, [None] * 1000, [[]]], ids=repr)
def test_the_wrong_number_of_values_is_no_accident(page: Page, data: Any) -> None:
    for name in page.handlers:
        if name != "load":
            page.call(name, data)


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", "1", '{"data": NaN}', "[" * 50_000, '{"data":' * 5_000, "\0", "x" * 10_000]
)
def test_bodies_that_are_none(page: Page, body: str) -> None:
    page.post(body)
    page.client.post("/gradio_api/queue/join", content=body, headers={"content-type": "application/json"})


@pytest.mark.parametrize("fn_index", [-1, 10**9, None, "0", 1.5, [], {}], ids=repr)
def test_handlers_that_are_none(page: Page, fn_index: Any) -> None:
    page.post(json.dumps({"data": [], "fn_index": fn_index, "session_hash": "session"}))


def test_one_wrong_value_among_right_ones(page: Page) -> None:
    """A hundred and fifty times: any junk in any control, chosen by chance with a fixed seed."""
    chance = random.Random(0)
    for _ in range(150):
        name = chance.choice(("change", "play", "reset", "new_seed"))
        data = list(page.values[name])
        data[chance.randrange(len(data))] = JUNK[chance.choice(list(JUNK))]
        page.call(name, data)


@pytest.mark.parametrize("junk", ["NaN", "null", "text", "a list", "an object", "below zero"])
def test_a_wrong_knob_is_named_in_one_sentence(page: Page, junk: str) -> None:
    """The learning rate of G's Adam, a menu of numbers that takes any other, as `change` gets it."""
    recipe = PRESETS["ring-r3gan"].config
    place = page.values["change"].index(f"{recipe.g_optimizer.lr:g}")
    data = list(page.values["change"])
    data[place] = JUNK[junk]
    answer = page.call("change", data)
    said = answer["data"][0] if "data" in answer else answer["error"]
    assert said is None or "\n" not in said
    if "data" in answer:
        assert said.startswith("⚠"), said


def test_other_peoples_runs_cannot_be_steered_even_with_their_session(page: Page, bobs: Entry) -> None:
    page.call("load", [], visitor=BOB, session="bobs-session")
    for name in ("handler", "handler_1", "handler_2", "rewind"):
        answer = page.call(name, [bobs.id], visitor=ALICE, session="bobs-session")
        assert answer["data"] == ["There is no run to steer yet: press Play."]
    assert page.client.get(f"/runs/{bobs.id}/run.gan", headers={"cookie": f"visitor={ALICE}"}).status_code == 404


def link(recipe: Any) -> str:
    packed = zlib.compress(json.dumps(recipe).encode(), 9)
    return "1" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


LINKS: dict[str, str] = {
    "empty": "",
    "text": "abc",
    "only the version": "1",
    "another version": "2" + link({})[1:],
    "not base64": "1%%%%",
    "not compressed": "1aGVsbG8",
    "a bomb": link(" " * 50_000_000),
    "a list": link([]),
    "null": link(None),
    "deep": "1" + base64.urlsafe_b64encode(zlib.compress(b"[" * 60_000)).decode(),
    "unknown": link({"data": {"name": "evil"}}),
    "not a number": link({"seed": float("nan")}),
    "other people's files": link({"data": {"name": "folder", "path": "/etc"}}),
    "other people's files, with a NUL": link({"data": {"name": "folder", "path": "/etc\0"}}),
    "no drawing": link({"data": {"name": "drawing", "drawing": "<script>alert(1)</script>"}}),
    "an endless drawing": link({"data": {"name": "drawing", "drawing": "p9999" * 10_000}}),
    "too large": link(
        {
            "generator": {"name": "mlp", "width": 1024, "depth": 8},
            "discriminator": {"name": "mlp", "width": 1024, "depth": 8},
            "data": {"name": "cifar10"},
        }
    ),
    "very long": "1" + "A" * 60_000,
}


@pytest.mark.parametrize("text", LINKS.values(), ids=LINKS)
def test_a_link_is_checked_like_the_form(page: Page, text: str) -> None:
    answer = page.call("load", [], visitor=ALICE + "2", query=f"?r={text}")
    assert len(answer["data"]) > 5
    latest = page.registry.latest(ALICE + "2")
    assert latest is None or latest.config == PRESETS["ring-r3gan"].config


def test_a_file_that_is_no_saved_run_is_refused_by_name(page: Page, tmp_path: Path) -> None:
    for content in (b"", b"hello", b"PK\3\4", b"GAN playground 2\n", b"\x80\x04K\1."):
        headers = {"cookie": f"visitor={ALICE}"}
        upload = page.client.post("/gradio_api/upload", files={"files": ("run.gan", content)}, headers=headers)
        (path,) = upload.json()
        file = {"path": path, "orig_name": "run.gan", "size": len(content), "meta": {"_type": "gradio.FileData"}}
        assert page.sentence("load_saved", [file, *page.values["load_saved"][1:]]).startswith("⚠ This")


def test_foreign_pages_cannot_post_to_gradio_either(page: Page) -> None:
    body = {"data": [], "fn_index": 0, "session_hash": "session"}
    headers = {"origin": "http://evil.example", "cookie": f"visitor={ALICE}"}
    for path in ("/gradio_api/run/predict", "/gradio_api/queue/join", "/gradio_api/upload"):
        assert page.client.post(path, json=body, headers=headers).status_code == 403
    assert page.client.get("/config", headers={"host": "evil.example"}).status_code == 403


def test_without_a_cookie_one_is_asked_for_and_nothing_is_started(page: Page) -> None:
    runs = set(page.registry.root.iterdir())
    assert "cookie" in page.sentence("load", [], visitor="")
    assert set(page.registry.root.iterdir()) == runs


def test_the_right_values_still_play(page: Page) -> None:
    visitor = ALICE + "3"
    assert "error" not in page.call("play", page.values["play"], visitor=visitor, session="another")
    entry = page.registry.latest(visitor)
    assert entry.config == RunConfig.from_json(PRESETS["ring-r3gan"].config.to_json())
