"""Our own routes: what a watcher hears, what can be downloaded, who is let in."""

import csv
import io
import json
import socket
import struct
import tracemalloc
import types
from base64 import b64decode
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import numpy as np
import pytest
from safetensors.torch import load
from visits import ALICE, BOB, small
from waiting import until

from engine import RunConfig, script, unpack
from engine.history import History
from engine.recorder import Rows, stride
from playground import feed as feeds
from playground import server as module
from playground.entry import Entry
from playground.feed import Feed, Heard
from playground.guard import HOME
from playground.registry import Registry
from playground.server import make_server

Json = dict[str, Any]


@pytest.fixture
def address(registry: Registry, serve_app: Callable[[Any], str]) -> str:
    return serve_app(make_server(registry, hosts=HOME))


@pytest.fixture
def alice(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, cookies={"visitor": ALICE}, timeout=60) as client:
        yield client


@pytest.fixture
def entry(registry: Registry) -> Entry:
    """Alice's run, paused at round 0."""
    return paused(registry.start(small(), ALICE, play=False))


def paused(entry: Entry, rounds: int = 0) -> Entry:
    until(lambda: entry.run is not None and entry.run.state == "paused" and entry.run.rounds == rounds)
    return entry


def messages(lines: Iterator[str]) -> Iterator[Json]:
    """The messages of a stream, which `merge` of message.js would see."""
    return (json.loads(line[6:]) for line in lines if line.startswith("data: "))


def numbers(text: str, columns: int) -> np.ndarray:
    return np.frombuffer(b64decode(text), "<f4").reshape(-1, 1 + columns)


# -- the stream -------------------------------------------------------------------------------------------------------


def test_a_watcher_hears_what_the_schema_says(alice: httpx.Client, registry: Registry) -> None:
    entry = registry.start(small(), ALICE)
    known: Json = {}
    rows = []
    with alice.stream("GET", f"/runs/{entry.id}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for message in messages(stream.iter_lines()):
            if not known:
                assert message["reset"] is True
            if message.get("reset"):
                rows = []
            known |= message
            if "rows" in message:
                rows.extend(numbers(message["rows"], len(known["columns"]))[:, 0].tolist())
            if known["round"] > 50 and "stage" in known and "checks" in known:
                break
    assert known["run"] == entry.id
    assert (known["state"], known["problem"], known["place"], known["device"]) == ("playing", "", None, "cpu")
    assert isinstance(known["status"], str)
    assert known["rate"] is None or known["rate"] > 0
    assert {"d_loss", "g_loss"} <= set(known["columns"])
    assert rows == list(range(1, len(rows) + 1))  # each reading once, none missing
    assert {"modes", "hq", "kl", "js"} <= set(known["check_columns"])
    assert set(known["check_columns"]) <= set(known["floors"])
    assert known["real"]["kind"] == known["stage"]["kind"] == "points"
    assert len(b64decode(known["stage"]["fake"])) % 4 == 0
    assert len(b64decode(known["stage"]["belief"]["data"])) == known["stage"]["belief"]["n"] ** 2


def test_two_who_watch_share_one_picture(registry: Registry, entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.watching(entry, "a tab")
    until(lambda: entry.run.stage is not None)
    encoded = []
    monkeypatch.setattr(
        feeds, "json", types.SimpleNamespace(dumps=lambda value, **options: encoded.append(value) or json.dumps(value))
    )
    feed = Feed(registry, entry)
    first, second = feed.message(Heard()), feed.message(Heard())
    assert json.loads(first)["stage"] == json.loads(second)["stage"] == entry.run.stage
    assert sum(value is entry.run.stage for value in encoded) == 1


def test_who_waits_hears_their_number(alice: httpx.Client, make_registry: Callable[..., Registry]) -> None:
    registry = make_registry(total=1)
    blocks, waits = registry.start(small(), BOB, play=False), registry.start(small(), ALICE, play=False)
    heard = Heard()
    feed = Feed(registry, waits)
    first = json.loads(feed.message(heard))
    assert (first["state"], first["place"]) == ("queued", 1)
    assert "number 1 in the queue" in first["status"]
    assert feed.message(heard) is None
    blocks.run.end()
    until(lambda: waits.run is not None)
    assert json.loads(feed.message(heard))["reset"] is True


def test_who_watches_hears_a_crash_and_then_everything_anew(registry: Registry, entry: Entry) -> None:
    entry.run.step(20)
    paused(entry, 20)
    heard, feed = Heard(), Feed(registry, entry)
    json.loads(feed.message(heard))
    entry.run._supervisor.kill()
    until(lambda: entry.run.sentence.startswith("Resumed"))
    message = json.loads(feed.message(heard))
    assert message["reset"] is True
    assert message["status"].startswith("Resumed from round 20: the run had stopped unexpectedly")
    assert numbers(message["rows"], len(message["columns"]))[:, 0].tolist() == list(range(1, 21))


def test_a_run_is_watched_while_a_stream_is_open(alice: httpx.Client, entry: Entry) -> None:
    with alice.stream("GET", f"/runs/{entry.id}/events") as stream:
        news = messages(stream.iter_lines())  # held, because a stream that nobody holds is closed
        next(news)
        assert entry.watchers == 1
    until(lambda: entry.watchers == 0)


def test_a_visitor_may_not_open_streams_without_end(alice: httpx.Client, entry: Entry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "OWN_STREAMS", 2)
    with alice.stream("GET", f"/runs/{entry.id}/events") as one, alice.stream("GET", f"/runs/{entry.id}/events") as two:
        news = [messages(stream.iter_lines()) for stream in (one, two)]
        assert all(next(each) for each in news)
        assert alice.get(f"/runs/{entry.id}/events").status_code == 503
    until(lambda: entry.watchers == 0)
    with alice.stream("GET", f"/runs/{entry.id}/events") as again:
        assert again.status_code == 200


def test_a_reader_who_never_reads_costs_nothing_and_is_let_go(
    address: str, registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "READ_WITHIN", 1.0)
    said = []
    message = Feed.message
    long = "x" * 100_000
    monkeypatch.setattr(
        Feed, "message", lambda feed, heard: said.append(1) or (message(feed, heard) or "{}")[:-1] + f', "x": "{long}"}}'
    )
    entry = registry.start(small(), ALICE)
    host, port = address.removeprefix("http://").split(":")
    with socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        reader.connect((host, int(port)))
        request = f"GET /runs/{entry.id}/events HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: visitor={ALICE}\r\n\r\n"
        reader.sendall(request.encode())
        until(lambda: entry.watchers == 1)
        until(lambda: entry.watchers == 0)
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # hang up at once
    assert len(said) < 100  # what a socket holds, some MB, and then no more was even written


# -- downloads --------------------------------------------------------------------------------------------------------


def test_downloads_are_what_they_say(alice: httpx.Client, entry: Entry) -> None:
    entry.run.step(12)
    paused(entry, 12)
    until(lambda: len(entry.run.readings) == 12)
    table = list(csv.reader(io.StringIO(alice.get(f"/runs/{entry.id}/readings.csv").text)))
    assert table[0][:2] == ["round", "d_loss"]
    assert [line[0] for line in table[1:]] == [str(at) for at in range(1, 13)]
    weights = alice.get(f"/runs/{entry.id}/weights.safetensors")
    assert weights.headers["content-disposition"] == 'attachment; filename="generator.safetensors"'
    assert all(name.startswith("G.") for name in load(weights.content))
    assert unpack(alice.get(f"/runs/{entry.id}/run.gan").content).facts["rounds"] == 12
    sheet = alice.get(f"/runs/{entry.id}/sheet.png")
    assert (sheet.status_code, sheet.json()["detail"]) == (409, "A sheet is for pictures; these data are points.")


def test_a_sheet_of_pictures_is_a_png(alice: httpx.Client, registry: Registry) -> None:
    tiny = {"name": "dcgan", "width": 4}
    pictures = {"data": {"name": "glyphs", "size": 16}, "generator": tiny, "discriminator": tiny, "training": {"batch": 4}}
    entry = paused(registry.start(RunConfig.from_dict(pictures), ALICE, play=False))
    assert alice.get(f"/runs/{entry.id}/sheet.png").content.startswith(b"\x89PNG")


def test_a_run_that_was_put_away_can_still_be_downloaded(alice: httpx.Client, registry: Registry, entry: Entry) -> None:
    entry.run.step(5)
    paused(entry, 5)
    entry.run.stop()
    entry.run = None
    assert unpack(alice.get(f"/runs/{entry.id}/run.gan").content).facts["rounds"] == 5
    assert alice.get(f"/runs/{entry.id}/readings.csv").text.startswith("round,d_loss")
    refused = alice.get(f"/runs/{entry.id}/weights.safetensors")
    assert (refused.status_code, refused.json()["detail"]) == (409, "This run is not loaded; press Play first.")


def test_the_recipe_of_a_run_is_a_script(alice: httpx.Client, entry: Entry) -> None:
    answer = alice.get(f"/runs/{entry.id}/train.py")
    assert answer.headers["content-disposition"] == 'attachment; filename="train.py"'
    assert answer.text == script(entry.config)


# -- who is let in ----------------------------------------------------------------------------------------------------

FILES = ("events", "readings.csv", "weights.safetensors", "sheet.png", "run.gan", "train.py")


@pytest.mark.parametrize("name", FILES)
def test_other_peoples_runs_are_not_found(address: str, entry: Entry, name: str) -> None:
    for cookies in ({"visitor": BOB}, {}, {"visitor": ""}, {"visitor": "x" * 10_000}):
        with httpx.Client(base_url=address, cookies=cookies) as stranger:
            answer = stranger.get(f"/runs/{entry.id}/{name}")
            assert (answer.status_code, answer.json()) == (404, {"detail": "There is no such run."})


@pytest.mark.parametrize("run_id", ["x", "..", "%2e%2e", "..%2f..%2fetc", "%00" * 20, "x" * 10_000, "a" * 22, "uploads", "%ff"])
def test_what_is_no_run_is_not_found(alice: httpx.Client, entry: Entry, run_id: str) -> None:
    for name in FILES:
        assert alice.get(f"/runs/{run_id}/{name}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/%2e%2e/server.py",
        "/static/..%2fserver.py",
        "/static//etc/passwd",
        "/static/",
        "/static/x\\..\\y",
    ],
)
def test_nothing_above_the_static_files_is_served(address: str, path: str) -> None:
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:  # a client library would tidy the path up
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        assert line.makefile("rb").readline().split()[1] in (b"404", b"405")


def test_static_files_are_served_as_what_they_are(alice: httpx.Client) -> None:
    script = alice.get("/static/panel.js")
    assert (script.status_code, script.headers["x-content-type-options"]) == (200, "nosniff")
    assert alice.get("/vendor/plotly.min.js").headers["cache-control"] == "public, max-age=86400"
    assert alice.get("/healthz").json() == {"running": 0, "waiting": 0}


# -- memory -----------------------------------------------------------------------------------------------------------


def test_ten_thousand_rounds_of_news_do_not_grow_the_server(registry: Registry, entry: Entry) -> None:
    """What a run tells in 10,000 rounds, heard by two watchers, at its own pace; then 10,000 more."""
    run, feed, watchers = entry.run, Feed(registry, entry), [Heard(), Heard()]
    history = History()
    run.readings = history
    columns = tuple(f"reading {number}" for number in range(8))

    def hear(rounds: range) -> None:
        for at in rounds:
            if at % stride(at) == 0:
                history.add(Rows(columns, np.array([at]), np.zeros((1, 8), np.float32)))
            if at % 50 == 0:
                with run._lock:
                    run.stage, run.stage_version = {"kind": "points", "fake": f"{at:06}" * 1000}, run.stage_version + 1
                    run.rounds, run.version = at, run.version + 1
                for heard in watchers:
                    assert feed.message(heard) is not None

    tracemalloc.start()
    hear(range(1, 10_001))
    first, _ = tracemalloc.get_traced_memory()
    hear(range(10_001, 20_001))
    second, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(history) < 9_000
    assert second - first < 1_000_000  # some 2,000 rows of 8 readings


def test_a_turn_in_slow_motion_is_told_to_whoever_watches_and_asked_for_by_nobody_else(alice: httpx.Client, entry: Entry) -> None:
    with alice.stream("GET", f"/runs/{entry.id}/events") as stream:
        heard = messages(stream.iter_lines())
        first = next(news for news in heard if "diagram" in news)
        assert {node["name"] for node in first["diagram"]["nodes"]} >= {"z", "G", "D"}
        assert alice.post(f"/runs/{entry.id}/tell", json={"who": "round"}).status_code == 204
        turn = next(news["turn"] for news in heard if "turn" in news)
        assert (turn["round"], turn["whose"], turn["over"]) == (1, "D’s turn", False)
    assert alice.post(f"/runs/{entry.id}/tell", json={"who": "nobody"}).status_code == 422
    assert alice.post(f"/runs/{entry.id}/tell", json={"who": None}).status_code == 204
    paused(entry, rounds=1)
    alice.cookies.set("visitor", BOB)
    assert alice.post(f"/runs/{entry.id}/tell", json={"who": "D"}).status_code == 404
