"""The routes of the theory page: what can be chosen there, and the answers to its questions.

A question is JSON of a few hundred bytes, checked by the engine's strict models. Those of the page take 10 ms to 0.8 s of CPU
time, the dearest one that can be written 3.5 s. They are worked out one after another, so that whoever asks a lot slows down
nobody's training, and nobody may have more than a few waiting.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from fastapi import APIRouter, HTTPException, Request, Response

from engine import METHODS, QUESTIONS, TABLES, BadQuestion, Part, all_curves, ask, knobs
from playground.guard import asking
from playground.words import label, title_of

LONGEST = 8192  # bytes that are read of a question; the engine says how long it may be
MOST_WAITING, OWN_WAITING = 24, 6  # questions at the same time: of all visitors, of one


def theory_routes() -> APIRouter:
    """GET /theory/choices and POST /theory/<question>."""
    router, one = APIRouter(), asyncio.Lock()
    waiting: Counter[str] = Counter()

    @router.get("/theory/choices")
    def choices() -> Response:
        return in_json(_choices(), "public, max-age=3600")

    @router.post("/theory/{name}")
    async def question(name: str, request: Request) -> Response:
        text, who = await beginning(request), asking(request.scope)
        if waiting.total() >= MOST_WAITING or waiting[who] >= OWN_WAITING:
            raise HTTPException(503, "Many questions are being worked out; please try again in a moment.")
        waiting[who] += 1
        try:
            async with one:
                answer = await asyncio.to_thread(lambda: plain(ask(name[:40], text)))
        except BadQuestion as error:
            raise HTTPException(422, str(error)) from None
        finally:
            waiting[who] -= 1
            if not waiting[who]:
                del waiting[who]
        return in_json(answer)

    return router


async def beginning(request: Request, most: int = LONGEST) -> bytes:
    """A request's body; of one that is longer than this, somewhat more than this."""
    text = bytearray()
    async for piece in request.stream():
        text += piece
        if len(text) > most:
            break
    return bytes(text)


@cache
def _choices() -> dict[str, Any]:
    """Every menu of the page with its knobs, the losses as curves, and how each exhibit opens."""
    return {
        "methods": _menu(METHODS),
        "losses": _menu(TABLES["loss"]),
        "penalties": _menu(TABLES["penalties"]),
        "curves": plain(all_curves()),
        "opens": {name: question().model_dump() for name, question in QUESTIONS.items()},
    }


def _menu(table: Mapping[str, type[Part]]) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "title": title_of(name, part),
            "about": " ".join((part.__doc__ or "").split()),
            "knobs": [knob.model_dump() | {"title": label(knob.name)} for knob in knobs(part).values()],
        }
        for name, part in table.items()
    ]


def plain(value: Any) -> Any:
    """Arrays and numbers as JSON has them: six digits, and null for what is not finite."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return float(f"{value:.6g}") if math.isfinite(value) else None
    return value


def in_json(value: Any, cache_control: str = "no-store", status: int = 200) -> Response:
    text = json.dumps(value, allow_nan=False, separators=(",", ":"))
    return Response(text, status, media_type="application/json", headers={"Cache-Control": cache_control})
