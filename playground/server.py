"""The web server: our own routes, and Gradio's page beside them.

Routes: /runs/<id>/events (what happens, as server-sent events), /runs/<id>/<file> (downloads), /static, /vendor. A visitor is
known by an unguessable cookie; a run of another visitor does not exist (404).
"""

from __future__ import annotations

import asyncio
import csv
import io
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import plotly
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles

from playground.feed import Feed, Heard
from playground.registry import Entry, Registry

HERE = Path(__file__).parent
COOKIE = "visitor"
TICK = 0.04  # seconds between two looks at whether there is news
MOST_STREAMS = 300  # at the same time, of all visitors


def make_server(registry: Registry) -> FastAPI:
    """The application without Gradio's page."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        registry.tend_forever()
        yield
        await asyncio.to_thread(registry.shutdown)

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    feeds: dict[str, Feed] = {}
    streams = 0

    @app.middleware("http")
    async def visitor_cookie(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        known = request.cookies.get(COOKIE, "")
        fresh = "" if 16 <= len(known) <= 64 else secrets.token_urlsafe(24)
        request.state.visitor = fresh or known
        response = await call_next(request)
        if fresh and request.url.path == "/":
            response.set_cookie(COOKIE, fresh, max_age=365 * 86400, httponly=True, samesite="lax")
        return response

    @app.get("/healthz")
    async def healthz() -> dict[str, int]:
        running, waiting = registry.counts()
        return {"running": running, "waiting": waiting}

    @app.get("/runs/{run_id}/events")
    async def events(run_id: str, request: Request) -> StreamingResponse:
        nonlocal streams
        entry = _own(registry, run_id, request)
        if streams >= MOST_STREAMS:
            raise HTTPException(503, "Too many people are watching; please try again in a minute.")
        feed = feeds.setdefault(run_id, Feed(registry, entry))

        async def stream() -> AsyncIterator[str]:
            nonlocal streams
            streams += 1
            registry.watching(entry, +1)
            heard, quiet = Heard(), 0.0
            try:
                while not await request.is_disconnected():
                    if (text := feed.message(heard)) is not None:
                        yield f"data: {text}\n\n"
                        quiet = 0.0
                    elif (quiet := quiet + TICK) > 15:
                        yield ": still here\n\n"  # keeps proxies from closing the stream
                        quiet = 0.0
                    await asyncio.sleep(TICK)
            finally:
                streams -= 1
                registry.watching(entry, -1)

        return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})

    @app.get("/runs/{run_id}/readings.csv")
    def readings(run_id: str, request: Request) -> Response:
        run = _alive(_own(registry, run_id, request))
        rows = run.readings.since(-1)
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["round", *rows.columns])
        writer.writerows([int(at), *(f"{value:.6g}" if value == value else "" for value in line)] for at, line in zip(rows.rounds, rows.values, strict=True))
        return _download(text.getvalue().encode(), "readings.csv", "text/csv")

    @app.get("/runs/{run_id}/weights.safetensors")
    def weights(run_id: str, request: Request) -> Response:
        return _asked(_own(registry, run_id, request), "weights", "generator.safetensors", "application/octet-stream")

    @app.get("/runs/{run_id}/sheet.png")
    def sheet(run_id: str, request: Request) -> Response:
        return _asked(_own(registry, run_id, request), "sheet", "sheet.png", "image/png")

    @app.get("/runs/{run_id}/run.gan")
    def whole(run_id: str, request: Request) -> Response:
        return _asked(_own(registry, run_id, request), "checkpoint", "run.gan", "application/octet-stream")

    @app.get("/vendor/plotly.min.js")
    def plotly_js() -> FileResponse:
        path = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
        return FileResponse(path, media_type="text/javascript", headers={"Cache-Control": "public, max-age=86400"})

    app.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    return app


def visitor_of(request: Request) -> str:
    """Who asks, by the cookie; the same for our routes and for Gradio's events."""
    return request.cookies.get(COOKIE, "")


def _own(registry: Registry, run_id: str, request: Request) -> Entry:
    entry = registry.get(run_id, visitor_of(request)) if visitor_of(request) else None
    if entry is None:
        raise HTTPException(404, "There is no such run.")
    return entry


def _alive(entry: Entry):  # type: ignore[no-untyped-def]
    if entry.run is None or not entry.run.alive:
        raise HTTPException(409, "This run is not loaded; press Play first.")
    return entry.run


def _asked(entry: Entry, question: str, name: str, kind: str) -> Response:
    try:
        return _download(_alive(entry).ask(question), name, kind)
    except ValueError as error:
        raise HTTPException(409, str(error)) from None


def _download(content: bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"})
