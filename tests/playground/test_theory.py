"""The theory page's routes: answers of a bounded size, one sentence for whatever is no question."""

import json
import math
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from engine import METHODS, QUESTIONS, TABLES
from playground import theory
from playground.registry import Registry
from playground.server import make_server
from playground.theory import plain

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")

JUNK: list[Any] = [
    float("nan"),
    float("inf"),
    -1e300,
    2**70,
    True,
    None,
    "",
    "5",
    [],
    [[[]]],
    {},
    {"name": "ring"},
    "\0<script>",
    "x" * 1000,
]
KNOBS = [
    ("bilinear", "x"),
    ("bilinear", "method"),
    ("dirac", "loss"),
    ("dirac", "penalties"),
    ("dirac", "rounds"),
    ("densities", "p"),
]


@pytest.fixture
def client(registry: Registry) -> TestClient:
    return TestClient(make_server(registry))


def test_the_choices_are_the_engines_own(client: TestClient) -> None:
    answer = client.get("/theory/choices")
    choices = answer.json()
    assert [row["name"] for row in choices["methods"]] == list(METHODS)
    assert [row["name"] for row in choices["losses"]] == list(TABLES["loss"]) == list(choices["curves"]["curves"])
    assert [row["name"] for row in choices["penalties"]] == list(TABLES["penalties"])
    assert choices["methods"][0]["title"] == "Simultaneous"
    assert len(answer.content) < 100_000


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_answered_in_few_bytes(client: TestClient, name: str) -> None:
    answer = client.post(f"/theory/{name}", content=b"{}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert len(answer.content) < 60_000


def test_what_cannot_be_computed_is_null(client: TestClient) -> None:
    answer = client.post("/theory/dirac", json={"penalties": {"gradient-penalty": {}}, "rounds": 2}).json()
    assert answer["predicted"] is None
    assert answer["eigenvalues"] == [[None, None], [None, None]]
    assert client.post("/theory/bilinear", json={"x": 0, "y": 0}).json()["measured"] is None


@pytest.mark.parametrize("junk", JUNK, ids=lambda junk: repr(junk)[:20])
@pytest.mark.parametrize(("question", "knob"), KNOBS)
def test_junk_gets_one_sentence_or_a_finite_answer(client: TestClient, question: str, knob: str, junk: Any) -> None:
    answer = client.post(f"/theory/{question}", content=json.dumps({knob: junk}))
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        sentence = answer.json()["detail"]
        assert sentence.endswith(".")
        assert "Traceback" not in sentence
        assert len(sentence) < 400


def test_a_wrong_number_is_told_what_fits(client: TestClient) -> None:
    answer = client.post("/theory/dirac", json={"rounds": 10**6})
    assert answer.status_code == 422
    assert answer.json() == {"detail": "rounds must be a whole number from 1 to 500, but it is 1000000."}


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"x" * 10_000_000], ids=["none", "half", "bytes", "deep", "long"]
)
def test_a_body_that_is_no_question_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post("/theory/bilinear", content=body)
    assert answer.status_code == 422
    assert answer.json()["detail"].endswith(".")


@pytest.mark.parametrize("name", ["luck", "x" * 5000, "%00", "..%2f", "choices"])
def test_an_unknown_question_is_refused(client: TestClient, name: str) -> None:
    assert client.post(f"/theory/{name}", content=b"{}").status_code in (404, 405, 422)


@pytest.mark.parametrize("limit", ["MOST_WAITING", "OWN_WAITING"])
def test_who_comes_when_too_many_ask_is_told_to_try_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(theory, limit, 0)
    answer = client.post("/theory/bilinear", content=b"{}")
    assert (answer.status_code, "try again" in answer.json()["detail"]) == (503, True)


def test_who_opens_this_page_first_is_given_a_cookie_too(client: TestClient) -> None:
    assert "visitor=" in client.get("/theory").headers["set-cookie"]
    assert "set-cookie" not in client.get("/theory").headers


def test_plain_has_six_digits_and_no_number_that_json_lacks() -> None:
    assert plain({"a": np.array([1 / 3, math.nan]), "b": -math.inf, "c": "word", "d": [1, True]}) == {
        "a": [0.333333, None],
        "b": None,
        "c": "word",
        "d": [1, True],
    }
