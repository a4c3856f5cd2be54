"""The routes of the page "Spot the fake": cards are dealt, and which of them are generated is told to who has answered.

The coins are tossed from a seed that never leaves the server; the answers wait there (rounds.py).
"""

from __future__ import annotations

import json
import secrets
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine import guessing
from playground.desk import Desk, list_routes, woken
from playground.guard import asking
from playground.rounds import Dealt, Rounds, Scores, Whose, stretch
from playground.theory import beginning, in_json
from playground.verdict import verdict

CARDS = 24
LONGEST = 1024  # bytes that are read of an answer
GONE = "This round is over: it was answered already, half an hour has passed, or many others were begun. Begin another one."
MALFORMED = f"An answer is a round's token and the marked cards, whole numbers from 0 to {CARDS - 1}."


class Answer(BaseModel):
    """What a visitor says: which cards look generated."""

    model_config = ConfigDict(strict=True, extra="forbid")

    token: str = Field(max_length=64)
    marked: list[Annotated[int, Field(ge=0, lt=CARDS)]] = Field(max_length=CARDS)


def spot_routes(desk: Desk, rounds: Rounds | None = None) -> APIRouter:
    """GET /spot/models, GET /spot/runs; POST /spot/<model>/round deals, POST /spot/judge says which were generated."""
    router, rounds = APIRouter(), rounds or Rounds()
    router.include_router(list_routes(desk, "spot", translates=False))

    @router.post("/spot/{model}/round")
    async def deal(model: str, request: Request) -> Response:
        entry = desk.find(model, request, translates=False)
        if entry is not None and (status := woken(desk.registry, entry)):
            return in_json({"status": status}, status=202)
        question = json.dumps({"seed": secrets.randbelow(2**31), "n": CARDS}).encode()
        told = await desk.answer(request, model, entry, "lineup", question)
        fakes, beliefs = told.pop("fakes"), told.pop("beliefs")
        doubted = None if beliefs is None or None in beliefs else [belief < 0.5 for belief in beliefs]
        whose = Whose(model, stretch(told["round"]) if "round" in told else None)
        return in_json(told | {"token": rounds.deal(asking(request.scope), whose, fakes, doubted)})

    @router.post("/spot/judge")
    async def judge(request: Request) -> Response:
        try:
            answer = Answer.model_validate_json(await beginning(request, LONGEST))
        except ValidationError:
            raise HTTPException(422, MALFORMED) from None
        dealt = rounds.take(answer.token, asking(request.scope))
        if dealt is None:
            raise HTTPException(409, GONE)
        return in_json(judged(dealt, frozenset(answer.marked), rounds))

    return router


def judged(dealt: Dealt, marked: frozenset[int], rounds: Rounds) -> dict[str, Any]:
    """Which cards were generated, which D takes for that, and in a sentence each how the visitor, D and all have done."""
    of = len(dealt.fakes)
    right = sum((card in marked) == fake for card, fake in enumerate(dealt.fakes))
    by_d = None if dealt.doubted is None else sum(map(bool.__eq__, dealt.doubted, dealt.fakes))
    return {
        "fakes": dealt.fakes,
        "doubted": dealt.doubted,
        "right": right,
        "of": of,
        "by_d": by_d,
        "you": verdict(f"You were right on {right} of {of}", "you", right, of),
        "D": "" if by_d is None else verdict(f"D was right on {by_d} of {of}", "D", by_d, of),
        "all": everybody(rounds.count(dealt.whose, Scores(right, by_d)), dealt.whose, of),
    }


def everybody(tally: tuple[Scores, ...], whose: Whose, of: int) -> dict[str, Any]:
    """All rounds so far of a model: in a sentence, and as a histogram of scores beside what guessing would give."""
    right, cards = sum(scores.right for scores in tally), of * len(tally)
    by_d = [scores.by_d for scores in tally if scores.by_d is not None]
    counts = [0] * (of + 1)
    for scores in tally:
        counts[scores.right] += 1
    opening, who = "Everybody so far", "people"
    if whose.stretch is not None:  # nobody else sees a run
        first, last = whose.stretch[0], whose.stretch[-1]
        when = f"rounds {first:,} to {last:,}" if last > first else f"round {first}"
        opening, who = f"You so far, with this run in {when}", "you"
    return {
        "rounds": len(tally),
        "scores": counts,
        "guessing": [len(tally) * chance for chance in guessing(of)],
        "sentence": verdict(f"{opening}: {right:,} of {cards:,} right", who, right, cards),
        "D": f"D on the same cards: {sum(by_d):,} of {of * len(by_d):,}." if by_d else "",
    }
