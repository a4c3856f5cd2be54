"""The lottery's routes: a real lottery from wish to table, in a process of its own, and one sentence for all that is no wish."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient
from visits import ALICE, BOB
from waiting import until

from engine import Plan, RunConfig, Standing, play_apart
from playground import lottery
from playground.registry import Registry
from playground.server import make_server

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")

TABLE: dict[str, Any] = {"methods": ["ns", "hinge"], "data": ["ring", "blobs"], "seeds": 2, "rounds": 3}


@pytest.fixture
def client(registry: Registry) -> TestClient:
    return TestClient(make_server(registry), cookies={"visitor": ALICE})


def opened(client: TestClient, plan: dict[str, Any]) -> dict[str, Any]:
    answer = client.post("/lottery/draw", json=plan)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


def news(client: TestClient, name: str, since: int = 0) -> dict[str, Any]:
    return client.get(f"/lottery/{name}?since={since}").json()  # type: ignore[no-any-return]


def test_a_lottery_apart_is_the_lottery_itself_and_can_be_left():
    (draw,) = Plan(seeds=2, rounds=40).draws()
    heard: list[Standing] = []
    last = play_apart(draw, "cpu", heard.append, lambda: True)
    assert last is not None
    assert (last.rounds, len(last.tickets), heard[-1]) == (40, 2, last)
    (long,) = Plan(seeds=2, rounds=20_000).draws()
    heard.clear()
    assert play_apart(long, "cpu", heard.append, lambda: not heard) is None


def test_a_table_from_wish_to_file(client: TestClient):
    table = opened(client, TABLE)
    name = table["name"]
    assert [row["title"] for row in table["rows"]] == ["NS GAN", "Hinge GAN"]
    assert [column["title"] for column in table["columns"]] == ["Ring", "Blobs"]
    assert len(table["real"]) == 2
    until(lambda: news(client, name)["over"], 60)
    told = news(client, name)
    assert set(told["drawn"]) == {"0", "1", "2", "3"}
    assert told["now"] == told["lost"] == {}
    cell = told["drawn"]["3"]
    assert (cell["of"], cell["failed"]) == (2, 2)  # nobody has learned anything after three rounds
    assert cell["means"]["failed"] == [1.0, 0.0]
    assert told["blame"] is None  # all fail alike
    assert news(client, name, told["version"])["drawn"] == {}
    wall = client.get(f"/lottery/{name}/wall/3").json()
    assert (wall["rounds"], wall["modes"], len(wall["tickets"]), len(wall["points"])) == (3, 3, 2, 2)
    assert wall["rule"] == "fewer than 3 modes, or hq below 0.25"
    lines = client.get(f"/lottery/{name}/table.csv")
    assert lines.headers["content-disposition"] == 'attachment; filename="lottery.csv"'
    assert [line.split(",")[:4] for line in lines.text.splitlines()[1:]] == [
        [method, data, "2", "2"] for method in ("NS GAN", "Hinge GAN") for data in ("ring", "blobs")
    ]
    assert "JS in nats" in client.get(f"/lottery/{name}/table.html?measure=js").text
    assert r"\toprule" in client.get(f"/lottery/{name}/table.tex").text


def test_another_visitor_sees_the_same_table_and_a_seed_opens_in_play(client: TestClient):
    name = opened(client, {"recipe": "ring-coin", "seeds": 3, "rounds": 2})["name"]
    until(lambda: news(client, name)["over"], 60)
    client.cookies.set("visitor", BOB)
    assert news(client, name)["drawn"]["0"]["of"] == 3
    answer = client.get(f"/lottery/{name}/play/0/2", follow_redirects=False)
    assert answer.status_code == 303
    config = RunConfig.from_link(answer.headers["location"].removeprefix("/?r="))
    assert (config.seed, config.g_optimizer.beta1) == (2, 0.7)  # type: ignore[attr-defined]


def test_a_stopped_table_is_no_longer_drawn(client: TestClient, registry: Registry):
    name = opened(client, {"seeds": 2, "rounds": 20_000})["name"]
    until(lambda: news(client, name)["now"], 60)
    told = news(client, name)
    assert set(told["now"]["0"]) >= {"points", "rounds"}
    assert set(client.get(f"/lottery/{name}?cell=1").json()["now"]["0"]) == {"rounds"}
    assert client.post(f"/lottery/{name}/stop").status_code == 204
    until(lambda: client.get(f"/lottery/{name}/wall/0").status_code == 404, 60)  # which does not look for it


def test_nobody_may_ask_for_many_tables_at_once(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(lottery, "OWN_WAITING", 0)
    answer = client.post("/lottery/draw", json={"seeds": 2, "rounds": 1})
    assert (answer.status_code, answer.json()["detail"]) == (503, "Many tables are being laid out; please try again in a moment.")


@pytest.mark.parametrize(
    ("body", "status", "why"),
    [
        (b"", 422, "no plan"),
        (b"\xff\xfe", 422, "no plan"),
        (b"[" * 100_000, 422, "no plan"),
        (b'{"seeds": true}', 422, "no plan"),
        (json.dumps({"recipe": "x" * 30_000}).encode(), 422, "no plan"),
        (b'{"methods": ["<script>"]}', 422, "is no method"),
        (b'{"recipe": "glyphs-dcgan"}', 422, "Only points"),
        (b'{"recipe": "ring-few", "seeds": 50, "rounds": 20000}', 422, "fewer seeds"),
    ],
)
def test_what_is_no_wish_is_answered_in_one_sentence(client: TestClient, body: bytes, status: int, why: str):
    answer = client.post("/lottery/draw", content=body)
    assert answer.status_code == status
    assert why in answer.json()["detail"]
    assert answer.json()["detail"].rstrip(".").count(". ") == 0


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "nothing/wall/0",
        "{name}/wall/1",
        "{name}/wall/-1",
        "{name}/play/0/2",
        "{name}/play/1/0",
        "{name}/table.csv?measure=x",
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, path: str):
    name = opened(client, {"seeds": 2, "rounds": 1})["name"]
    answer = client.get(f"/lottery/{path.format(name=name)}", follow_redirects=False)
    assert answer.status_code == 404
    assert answer.json()["detail"].endswith(".")


def test_the_menu_has_only_what_can_be_drawn(client: TestClient):
    choices = client.get("/lottery/choices").json()
    names = [recipe["name"] for group in choices["recipes"].values() for recipe in group]
    assert "ring-coin" in names
    assert not {"ring-collapse-unrolled", "moons-wgan-gp", "glyphs-dcgan"} & set(names)
    assert {"began"} & {method["name"] for method in choices["methods"]} == set()
    assert set(choices["data"]) == {"ring", "grid", "two-gaussians", "blobs"}
