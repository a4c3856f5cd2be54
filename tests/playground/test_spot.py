"""Spot the fake: the answers stay on the server until somebody has answered, each round is judged once, and scores add up."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient
from visits import ALICE, BOB, small
from waiting import until

from engine import BadWeights, RunConfig, Trained
from engine.trainer import Trainer
from playground import desk, rounds, shipped, spot
from playground.registry import Registry
from playground.rounds import Rounds, Scores, Whose, stretch
from playground.server import make_server
from playground.verdict import share, verdict

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")

TINY: dict[str, Any] = {
    "data": {"name": "glyphs", "size": 16},
    "latent": {"dim": 4},
    "generator": {"name": "dcgan", "width": 4},
    "discriminator": {"name": "dcgan", "width": 4},
    "training": {"batch": 8},
}
OURS = Whose("glyphs", None)


@pytest.fixture
def client(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Alice's browser, at a server with one model that ships and one that is damaged. The coins are those of seed 7."""
    trainer = Trainer(RunConfig.from_dict(TINY))

    def load(name: str) -> Trained:
        if name == "lost":
            raise BadWeights("The weights of this model are damaged.")
        return Trained(trainer.config, trainer.shown)

    for module in (shipped, desk):
        monkeypatch.setattr(module, "pretrained_names", lambda translates: [] if translates else ["tiny", "lost"])
    monkeypatch.setattr(shipped, "pretrained", load)
    monkeypatch.setattr(spot.secrets, "randbelow", lambda most: 7)
    return TestClient(make_server(registry), cookies={"visitor": ALICE})


def deal(client: TestClient, model: str = "tiny") -> dict[str, Any]:
    answer = client.post(f"/spot/{model}/round", json={})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    return answer.json()  # type: ignore[no-any-return]


def truth(client: TestClient) -> list[int]:
    """Which cards are generated, as only who knows the seed can ask."""
    fakes = client.post("/explore/tiny/lineup", json={"seed": 7}).json()["fakes"]
    return [card for card, fake in enumerate(fakes) if fake]


def judge(client: TestClient, token: str, marked: list[int]) -> Any:
    return client.post("/spot/judge", json={"token": token, "marked": marked})


# -- a round ----------------------------------------------------------------------------------------------------------


def test_what_is_dealt_says_nothing_of_the_answers(client: TestClient) -> None:
    dealt = deal(client)
    assert set(dealt) == {"cards", "held_out", "token"}
    assert set(dealt["cards"]) == {"kind", "name", "sheet", "columns", "rows", "tile", "scores"}
    assert (dealt["cards"]["columns"], dealt["cards"]["scores"], dealt["held_out"]) == (24, None, True)


def test_who_finds_all_of_them_is_right_on_every_card(client: TestClient) -> None:
    fakes = truth(client)
    judged = judge(client, deal(client)["token"], fakes).json()
    assert judged["fakes"] == [card in fakes for card in range(24)]
    assert (judged["right"], judged["of"]) == (24, 24)
    assert judged["you"] == (
        "You were right on 24 of 24; by guessing alone one gets that or better in less than 0.0001 % of cases: "
        "you can tell them apart."
    )
    by_d = sum(doubted == fake for doubted, fake in zip(judged["doubted"], judged["fakes"], strict=True))
    assert judged["D"].startswith(f"D was right on {by_d} of 24; ")


def test_who_marks_nothing_is_right_on_the_real_ones(client: TestClient) -> None:
    judged = judge(client, deal(client)["token"], []).json()
    assert judged["right"] == 24 - len(truth(client))


def test_the_scores_of_all_visitors_add_up(client: TestClient) -> None:
    fakes = truth(client)
    judge(client, deal(client)["token"], fakes)
    client.cookies.set("visitor", BOB)
    told = judge(client, deal(client)["token"], [card for card in range(24) if card not in fakes]).json()["all"]
    assert told["sentence"].startswith("Everybody so far: 24 of 48 right; by guessing alone")
    assert told["sentence"].endswith("nothing says that people can tell them apart.")
    assert (told["rounds"], told["scores"][24], told["scores"][0], sum(told["scores"])) == (2, 1, 1, 2)
    assert sum(told["guessing"]) == pytest.approx(2)
    assert told["guessing"][12] == pytest.approx(2 * 2_704_156 / 2**24)


def test_a_run_deals_clouds_and_its_scores_are_those_of_a_stretch_of_rounds(client: TestClient, registry: Registry) -> None:
    entry = registry.start(small(), ALICE, play=False)
    until(lambda: entry.run is not None and entry.run.state == "paused")
    dealt = deal(client, entry.id)
    assert (dealt["cards"]["kind"], dealt["cards"]["rows"], dealt["round"], dealt["playing"]) == ("points", 24, 0, False)
    told = judge(client, dealt["token"], [0]).json()
    assert told["all"]["sentence"].startswith("You so far, with this run in round 0: ")
    registry.put_away(entry)
    until(lambda: registry.counts() == (0, 0))
    waits = client.post(f"/spot/{entry.id}/round", json={})
    assert (waits.status_code, set(waits.json())) == (202, {"status"})


# -- what is refused --------------------------------------------------------------------------------------------------


def test_a_round_is_judged_once(client: TestClient) -> None:
    token = deal(client)["token"]
    assert judge(client, token, [1]).status_code == 200
    again = judge(client, token, [2])
    assert (again.status_code, again.json()) == (409, {"detail": spot.GONE})


def test_nobody_else_can_have_it_judged_and_it_waits_on(client: TestClient) -> None:
    token = deal(client)["token"]
    client.cookies.set("visitor", BOB)
    assert judge(client, token, [1]).status_code == 409
    client.cookies.set("visitor", ALICE)
    assert judge(client, token, [1]).status_code == 200


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"x" * 10_000_000, b"[]", b"null", b"{}"]
    + [json.dumps({"token": token, "marked": []}).encode() for token in (None, 3, ["x"], "x" * 65)]
    + [
        json.dumps({"token": "x", "marked": marked}).encode()
        for marked in (None, 3, "1", [24], [-1], [1.5], [True], ["1"], [[1]], [None], [0] * 25, [10**400])
    ]
    + [b'{"token": "x", "marked": [], "right": 24}', b'{"token": "x", "marked": [NaN]}'],
)
def test_a_body_that_is_no_answer_gets_one_sentence(client: TestClient, body: bytes) -> None:
    answer = client.post("/spot/judge", content=body)
    assert (answer.status_code, answer.json()) == (422, {"detail": spot.MALFORMED})


def test_the_coins_cannot_be_chosen(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = deal(client)
    monkeypatch.setattr(spot.secrets, "randbelow", lambda most: 8)
    answer = client.post("/spot/tiny/round", json={"seed": 7, "n": 4})
    assert answer.json()["cards"]["sheet"] != first["cards"]["sheet"]
    assert client.post("/spot/tiny/lineup", json={"seed": 7}).status_code in (404, 405)


def test_models_that_are_not_there_deal_nothing(client: TestClient, registry: Registry) -> None:
    theirs = registry.start(small(), BOB, play=False)
    for model in (theirs.id, "guess", "toys-pix2pix"):
        answer = client.post(f"/spot/{model}/round", json={})
        assert (answer.status_code, answer.json()) == (404, {"detail": "There is no such model."})
    damaged = client.post("/spot/lost/round", json={})
    assert (damaged.status_code, damaged.json()["detail"]) == (409, "The weights of this model are damaged.")


def test_who_opens_this_page_first_is_given_a_cookie_too(client: TestClient) -> None:
    client.cookies.clear()
    assert "visitor=" in client.get("/spot").headers["set-cookie"]


# -- what is kept -----------------------------------------------------------------------------------------------------


def test_a_round_is_forgotten_after_half_an_hour() -> None:
    now = [0.0]
    kept = Rounds(lambda: now[0])
    early, late = kept.deal(ALICE, OURS, [True], None), kept.deal(ALICE, OURS, [False], None)
    now[0] = rounds.LASTS - 1
    assert kept.take(early, ALICE) is not None
    now[0] = rounds.LASTS
    assert kept.take(late, ALICE) is None


def test_of_a_visitor_and_of_all_only_so_many_rounds_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Rounds()
    mine = [kept.deal(ALICE, OURS, [True], None) for _ in range(rounds.OWN_OPEN + 1)]
    assert [kept.take(token, ALICE) is not None for token in mine] == [False] + [True] * rounds.OWN_OPEN
    monkeypatch.setattr(rounds, "MOST_OPEN", 2)
    tokens = [kept.deal(visitor, OURS, [True], None) for visitor in "abc"]
    assert [kept.take(token, visitor) is not None for token, visitor in zip(tokens, "abc", strict=True)] == [False, True, True]


def test_of_a_model_the_newest_rounds_count_and_the_model_that_longest_had_none_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rounds, "COUNTED", 2)
    monkeypatch.setattr(rounds, "MOST_TALLIES", 2)
    kept, one, two, three = Rounds(), Whose("one", None), Whose("two", None), Whose("one", range(2, 4))
    assert [len(kept.count(one, Scores(right, None))) for right in (1, 2, 3)] == [1, 2, 2]
    kept.count(two, Scores(5, 6))
    assert kept.count(one, Scores(4, None)) == (Scores(3, None), Scores(4, None))
    kept.count(three, Scores(7, 8))
    assert len(kept.count(two, Scores(5, 6))) == 1


@pytest.mark.parametrize(("round", "first", "last"), [(0, 0, 0), (1, 1, 1), (3, 2, 3), (1_024, 1_024, 2_047)])
def test_stretches_of_a_run_double(round: int, first: int, last: int) -> None:
    assert (stretch(round)[0], stretch(round)[-1]) == (first, last)


# -- what is said -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("right", "end"),
    [
        (17, "that or better in 3 % of cases: you can tell them apart."),
        (16, "that or better in 8 % of cases: nothing says that you can tell them apart."),
        (12, "that or better in 58 % of cases: nothing says that you can tell them apart."),
        (7, "that or worse in 3 % of cases: nothing says that you can tell them apart."),
        (5, "that or worse in 0.3 % of cases: you can tell them apart, but the wrong way round."),
    ],
)
def test_a_score_is_held_against_guessing(right: int, end: str) -> None:
    said = verdict(f"You were right on {right} of 24", "you", right, 24)
    assert said == f"You were right on {right} of 24; by guessing alone one gets {end}"


def test_shares_are_never_told_as_nothing() -> None:
    told = [share(chance) for chance in (1.0, 0.58, 0.0096, 0.0033, 0.00077, 1.2e-6, 6e-8)]
    assert told == ["100 %", "58 %", "1 %", "0.3 %", "0.08 %", "0.0001 %", "less than 0.0001 %"]
