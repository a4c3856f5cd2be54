"""Where questions to trained players are handed in, and the routes that the pages about models have in common.

A pretrained model answers in this process, one question after another, in 10 to 80 ms; a run answers in its own, between two
rounds. A run that was put away is loaded again, paused, as soon as somebody asks for its controls.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response

from engine import BadQuestion, BadWeights, frames_in, pretrained_names
from playground.entry import Entry
from playground.guard import asking, known_visitor
from playground.onstage import title
from playground.registry import Registry
from playground.shipped import Shipped
from playground.theory import beginning, in_json, plain

MOST_WAITING, OWN_WAITING = 48, 6  # questions at the same time: of all visitors, of one
MOST_RUNS = 24  # of a visitor's own that are listed


class Desk:
    """Nobody may have more than a few questions waiting."""

    def __init__(self, registry: Registry) -> None:
        self.registry, self.shipped = registry, Shipped()
        self._one, self._listing = asyncio.Lock(), asyncio.Lock()
        self._waiting: Counter[str] = Counter()

    def find(self, model: str, request: Request, *, translates: bool) -> Entry | None:
        """A visitor's own run; None for a pretrained model. All else does not exist."""
        if model in pretrained_names(translates=translates):
            return None
        entry = self.registry.get(model, known_visitor(request.headers))
        if entry is None or entry.config.game.translates != translates:
            raise HTTPException(404, "There is no such model.")
        return entry

    async def pretrained(self, *, translates: bool) -> list[dict[str, Any]]:
        """What ships, each with a small picture. No question waits until it is listed."""
        async with self._listing:
            return plain(await asyncio.to_thread(self.shipped.listed, translates=translates))  # type: ignore[no-any-return]

    async def own(self, request: Request, *, translates: bool) -> list[dict[str, Any]]:
        """A visitor's own runs, the newest first."""
        entries = self.registry.own(known_visitor(request.headers))
        suiting = [entry for entry in entries if entry.config.game.translates == translates][:MOST_RUNS]
        return await asyncio.to_thread(lambda: [_listed(self.registry, entry) for entry in suiting])

    async def answer(self, request: Request, model: str, entry: Entry | None, probe: str, text: bytes) -> Any:
        """Plain data; one sentence where there is no answer."""
        with self.place(request):
            try:
                if entry is None:
                    return plain(await self.in_turn(lambda: self.shipped.ask(model, probe, text)))
                return plain(await asyncio.to_thread(_ask_run, entry, probe, text))
            except BadWeights as error:
                raise HTTPException(409, str(error)) from None
            except BadQuestion as error:
                raise HTTPException(422, str(error)) from None
            except ValueError as error:  # of a run, which may be gone by now
                raise HTTPException(422 if entry and entry.alive else 409, str(error)) from None

    async def in_turn(self, work: Callable[[], Any]) -> Any:
        """Work done in a thread, after all that came before it."""
        async with self._one:
            return await asyncio.to_thread(work)

    @contextmanager
    def place(self, request: Request) -> Iterator[None]:
        """A place among those who wait; 503 where there is none."""
        who = asking(request.scope)
        if self._waiting.total() >= MOST_WAITING or self._waiting[who] >= OWN_WAITING:
            raise HTTPException(503, "Many questions are being answered; please try again in a moment.")
        self._waiting[who] += 1
        try:
            yield
        finally:
            self._waiting[who] -= 1
            if not self._waiting[who]:
                del self._waiting[who]


def model_routes(desk: Desk, page: str, *, translates: bool, longest: int) -> APIRouter:
    """GET /<page>/models, GET /<page>/runs, GET /<page>/<model>/controls, POST /<page>/<model>/<probe>.

    translates: whether the page is about models that make pictures of pictures.  longest: bytes that are read of a question;
    the engine says how long it may be.
    """
    router = list_routes(desk, page, translates=translates)

    @router.get(f"/{page}/{{model}}/controls")
    async def controls(model: str, request: Request) -> Response:
        entry = desk.find(model, request, translates=translates)
        if entry is not None and (status := woken(desk.registry, entry)):
            return in_json({"status": status}, status=202)
        return in_json(await desk.answer(request, model, entry, "controls", b"{}"))

    @router.post(f"/{page}/{{model}}/{{probe}}")
    async def probe(model: str, probe: str, request: Request) -> Response:
        text, entry = await beginning(request, longest), desk.find(model, request, translates=translates)
        if entry is not None and woken(desk.registry, entry):
            raise HTTPException(409, "This run is still loading.")
        return in_json(await desk.answer(request, model, entry, probe[:40], text))

    return router


def list_routes(desk: Desk, page: str, *, translates: bool) -> APIRouter:
    """GET /<page>/models, GET /<page>/runs."""
    router = APIRouter()

    @router.get(f"/{page}/models")
    async def models(request: Request) -> Response:
        shipped = await desk.pretrained(translates=translates)
        return in_json({"pretrained": shipped, "runs": await desk.own(request, translates=translates)})

    @router.get(f"/{page}/runs")  # what changes of it, for pages that look again every two seconds
    async def runs(request: Request) -> Response:
        return in_json({"runs": await desk.own(request, translates=translates)})

    return router


def _ask_run(entry: Entry, probe: str, text: bytes) -> Any:
    """The answer, and where the run stands."""
    run = entry.run
    if run is None:
        raise ValueError("This run was put away in the meantime.")
    return run.ask("probe", name=probe, text=text) | {"round": run.rounds, "playing": run.state == "playing"}


def woken(registry: Registry, entry: Entry) -> str:
    """Why a run cannot answer yet, in a few words; it is loaded again if need be. Nothing where it can."""
    run = entry.run
    if run is not None and run.state == "failed":
        raise HTTPException(409, run.problem)
    if run is not None and run.alive:
        return (run.sentence or "Loading") if run.state in ("starting", "loading") else ""
    if registry.place(entry) is None:
        registry.wake(entry, play=False)
    place = registry.place(entry)
    return "Loading" if place is None else f"Waiting for a free place: number {place} in the queue"


def _listed(registry: Registry, entry: Entry) -> dict[str, Any]:
    """How a run stands in the list.  round: of a run that was put away the last one of which there is a key frame."""
    run = entry.run
    kept = frames_in(entry.folder) if run is None else ()
    state = run.state if run is not None else "queued" if registry.place(entry) is not None else "put away"
    return {
        "id": entry.id,
        "title": title(entry.config),
        "state": state,
        "round": run.rounds if run is not None else kept[-1] if kept else None,
        "live": state == "playing",
    }
