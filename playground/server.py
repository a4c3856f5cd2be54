"""The web server: our own routes, and Gradio's page beside them.

Routes: /runs/<id>/events (what happens, as server-sent events), /runs/<id>/view (which layers a watcher looks at),
/runs/<id>/tell (one turn in slow motion), /runs/<id>/frames/<round> (a picture of the past), /runs/<id>/name (what its files are
called), /runs/<id>/<file> (downloads), /lesson (packs one), /explore/<model>/<probe>, /spot/<model>/round,
/lottery/<table>, /theory/<question>, /clinic/lessons, /clinic/sheet, /static, /vendor. A visitor is known by an unguessable
cookie; a run of another visitor does not exist (404).
"""

from __future__ import annotations

import asyncio
import csv
import io
import secrets
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Collection
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal, Protocol
from weakref import WeakValueDictionary

import plotly
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Message, Send

from engine import LAYERS, USUAL, BadRecipe, Rows, bundle_folder, picture_of, script
from playground.course import clinic_routes
from playground.desk import Desk
from playground.entry import Entry
from playground.explore import explore_routes
from playground.feed import Feed, Heard
from playground.guard import COOKIE, Guard, checked
from playground.hall import Hall
from playground.lesson import LONGEST, BadLesson, Lesson
from playground.lottery import lottery_routes
from playground.onstage import file_name, title
from playground.registry import Registry
from playground.sketch import sketch_routes
from playground.spot import spot_routes
from playground.theory import beginning, theory_routes

HERE = Path(__file__).parent
TICK = 0.04  # seconds between two looks at whether there is news
QUIET = 15.0  # seconds without news after which a sign of life is sent, so that no proxy closes the stream
READ_WITHIN = 60.0  # seconds; who takes nothing for so long does not watch
MOST_STREAMS, OWN_STREAMS = 300, 24  # at the same time: of all visitors, of one
BYTES = "application/octet-stream"


class View(BaseModel):
    """What a watcher looks at: layers of the picture by name; what is none is left out."""

    model_config = ConfigDict(strict=True, extra="forbid")

    watcher: str = Field(max_length=64)
    layers: list[str] = Field(max_length=32)


class Tell(BaseModel):
    """In slow motion: play one more turn, in which of `who` learns who is in it; None: no more, finish the round."""

    model_config = ConfigDict(strict=True, extra="forbid")

    who: Literal["round", "D", "G"] | None


class HasCookies(Protocol):
    """FastAPI's request and Gradio's."""

    @property
    def cookies(self) -> dict[str, str]: ...


def make_server(registry: Registry, *, hosts: Collection[str] | None = None) -> FastAPI:
    """The application without Gradio's page. hosts: the names under which it may be called; None: any."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        registry.tend_forever()
        yield
        await asyncio.gather(asyncio.to_thread(registry.shutdown), asyncio.to_thread(hall.shutdown))

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.add_middleware(Guard, hosts=hosts)
    hall = Hall(registry.root / "lottery", workers=registry.limits.lotteries, budget=registry.limits.budget)
    feeds: WeakValueDictionary[str, Feed] = WeakValueDictionary()  # a feed lives as long as somebody listens
    streams: Counter[str] = Counter()

    @app.get("/healthz")
    async def healthz() -> dict[str, int]:
        running, waiting = registry.counts()
        return {"running": running, "waiting": waiting}

    @app.get("/runs/{run_id}/events")
    async def events(run_id: str, request: Request, layers: str = "") -> Events:
        entry = _own(registry, run_id, request)
        if streams.total() >= MOST_STREAMS:
            raise HTTPException(503, "Too many people are watching; please try again in a minute.")
        if streams[entry.visitor] >= OWN_STREAMS:
            raise HTTPException(503, "This page is open too often already; please close some of its tabs.")
        feed, watcher = feeds.setdefault(run_id, Feed(registry, entry)), secrets.token_urlsafe(8)
        wanted = frozenset(layers.split(",")) & set(LAYERS) if layers else USUAL

        async def stream() -> AsyncGenerator[str, None]:
            streams[entry.visitor] += 1
            registry.watching(entry, watcher, wanted)
            try:
                async for text in _news(feed, registry, watcher):
                    yield text
            finally:
                registry.watching(entry, watcher, None)
                streams[entry.visitor] -= 1
                if not streams[entry.visitor]:
                    del streams[entry.visitor]

        return Events(stream())

    @app.post("/runs/{run_id}/view")
    def view(run_id: str, view: View, request: Request) -> dict[str, list[str]]:
        entry, wanted = _own(registry, run_id, request), frozenset(view.layers) & set(LAYERS)
        if view.watcher not in entry.views:
            raise HTTPException(409, "This tab does not watch the run any more.")
        registry.watching(entry, view.watcher, wanted)
        return {"layers": sorted(wanted)}

    @app.post("/runs/{run_id}/tell", status_code=204)
    def tell(run_id: str, tell: Tell, request: Request) -> None:
        entry = _own(registry, run_id, request)
        if entry.run is None or not entry.run.alive:
            raise HTTPException(409, "This run is not loaded; press Play first.")
        if entry.run.diverged:
            raise HTTPException(409, "This run has diverged; rewind it first.")
        entry.run.tell(tell.who)

    @app.get("/runs/{run_id}/frames/{rounds}")
    def frame(run_id: str, rounds: int, request: Request) -> FileResponse:
        path = picture_of(_own(registry, run_id, request).folder, rounds)
        if path is None:
            raise HTTPException(404, f"There is no key frame of round {rounds:,} any more.")
        return FileResponse(path, media_type="application/json", headers={"Cache-Control": "no-store"})

    @app.get("/runs/{run_id}/readings.csv")
    def readings(run_id: str, request: Request) -> Response:
        entry = _own(registry, run_id, request)
        told = entry.run.readings.since(-1) if entry.run else None
        return _download(_csv(told), "readings.csv", "text/csv") if told else _kept(entry, "readings.csv", "text/csv")

    @app.get("/runs/{run_id}/checks.csv")
    def checks(run_id: str, request: Request) -> Response:
        entry = _own(registry, run_id, request)
        told = entry.run.checks.since(-1) if entry.run else None
        return _download(_csv(told), "checks.csv", "text/csv") if told else _kept(entry, "checks.csv", "text/csv")

    @app.get("/runs/{run_id}/name")
    def name(run_id: str, request: Request) -> dict[str, str]:
        config = _own(registry, run_id, request).config
        return {"file": file_name(config), "title": title(config)}

    @app.get("/runs/{run_id}/weights.safetensors")
    def weights(run_id: str, request: Request) -> Response:
        return _asked(_own(registry, run_id, request), "weights", "generator.safetensors", BYTES)

    @app.get("/runs/{run_id}/sheet.png")
    def sheet(run_id: str, request: Request) -> Response:
        return _asked(_own(registry, run_id, request), "sheet", "sheet.png", "image/png")

    @app.get("/runs/{run_id}/run.gan")
    def whole(run_id: str, request: Request) -> Response:
        entry = _own(registry, run_id, request)
        try:
            return _download(entry.run.bundle() if entry.run and entry.alive else bundle_folder(entry.folder), "run.gan", BYTES)
        except ValueError as error:  # BadCheckpoint is one too
            raise HTTPException(409, str(error)) from None

    @app.get("/runs/{run_id}/train.py")
    def code(run_id: str, request: Request) -> Response:
        entry = _own(registry, run_id, request)
        try:
            return _download(script(entry.config).encode(), "train.py", "text/x-python")
        except BadRecipe as error:
            raise HTTPException(409, str(error)) from None

    @app.post("/lesson")
    async def lesson(request: Request) -> dict[str, str]:
        try:
            return {"lesson": Lesson.from_json(await beginning(request, LONGEST)).to_link()}
        except BadLesson as error:
            raise HTTPException(422, str(error)) from None

    desk = Desk(registry)
    app.include_router(explore_routes(desk))
    app.include_router(sketch_routes(desk))
    app.include_router(spot_routes(desk))
    app.include_router(lottery_routes(hall))
    app.include_router(theory_routes())
    app.include_router(clinic_routes())

    @app.get("/vendor/plotly.min.js")
    def plotly_js() -> FileResponse:
        path = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
        return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": "public, max-age=86400"})

    files = StaticFiles(directory=HERE / "static")

    @app.get("/static/{name}")  # one segment, so that Gradio's own /static/fonts/... stay Gradio's
    async def static(name: str, request: Request) -> Response:
        response = await files.get_response(name, request.scope)
        response.headers["Cache-Control"] = "no-cache"  # ask each time: an upgraded page must not run old modules
        return response

    return app


def visitor_of(request: HasCookies) -> str:
    """Who asks, by the cookie; the same for our routes and for Gradio's events. Nothing for who has none."""
    return checked(request.cookies.get(COOKIE, ""))


class Events(StreamingResponse):
    """Server-sent events. Who reads nothing for a while is let go, so that a run is not kept for nobody."""

    media_type = "text/event-stream"

    def __init__(self, content: AsyncGenerator[str, None]) -> None:
        super().__init__(content, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        self._content = content

    async def stream_response(self, send: Send) -> None:
        async def in_time(message: Message) -> None:
            await asyncio.wait_for(send(message), READ_WITHIN)

        try:
            await super().stream_response(in_time)
        except TimeoutError:
            pass  # the server closes what is left of the connection
        finally:
            await self._content.aclose()


async def _news(feed: Feed, registry: Registry, watcher: str) -> AsyncIterator[str]:
    """Messages as they come, until the server ends. Who is slow gets fewer, never old ones."""
    heard, quiet = Heard(watcher), 0.0
    while not registry.closing.is_set():
        if (text := feed.message(heard)) is not None:
            yield f"data: {text}\n\n"
            quiet = 0.0
        elif (quiet := quiet + TICK) > QUIET:
            yield ": still here\n\n"
            quiet = 0.0
        await asyncio.sleep(TICK)


def _own(registry: Registry, run_id: str, request: Request) -> Entry:
    entry = registry.get(run_id, visitor_of(request))
    if entry is None:
        raise HTTPException(404, "There is no such run.")
    return entry


def _asked(entry: Entry, question: str, name: str, kind: str) -> Response:
    if entry.run is None or not entry.run.alive:
        raise HTTPException(409, "This run is not loaded; press Play first.")
    try:
        return _download(entry.run.ask(question), name, kind)
    except ValueError as error:
        raise HTTPException(409, str(error)) from None


def _kept(entry: Entry, name: str, kind: str) -> Response:
    """A file of a run that is not loaded, as it was saved last."""
    path = entry.folder / name
    if not path.is_file():
        raise HTTPException(409, "This run has not saved anything yet; press Play first.")
    return _download(path.read_bytes(), name, kind)


def _csv(rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["round", *rows.columns])
    for at, line in zip(rows.rounds, rows.values, strict=True):
        writer.writerow([int(at), *(f"{value:.6g}" if value == value else "" for value in line)])  # NaN is no number
    return text.getvalue().encode()


def _download(content: bytes, name: str, kind: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, media_type=kind, headers=headers)
