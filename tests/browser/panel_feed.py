"""A server with made-up runs for the panel's tests: it speaks the page's language and trains nothing.

`python tests/browser/panel_feed.py` serves it at http://127.0.0.1:7861/?run=ring for a look by eye. Runs: ring, line,
sheet, pairs, sick, and one for each state in which nothing is played.
"""

import asyncio
import base64
import io
import json
import math
import os
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
sys.path.insert(0, str(Path(__file__).parents[2]))

import gradio as gr
import numpy as np
import plotly
from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from fastapi.staticfiles import StaticFiles
from numpy.typing import NDArray
from PIL import Image

from engine import PRESETS, RunConfig
from playground.panels import STATIC
from playground.panels.stage import stage_panel
from playground.story import picture

Array = NDArray[Any]
Message = dict[str, Any]

LOW, HIGH = -1.6, 1.6
ROUNDS = 60  # played between two messages
FAKES, REALS, TILES = 512, 1024, 64
COLUMNS = ["d_loss", "g_loss", "D(real)", "D(fake)", "D grad", "G grad", "noise", "penalty"]
CHECKS = ["modes", "hq", "kl", "js"]
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"

rng = np.random.default_rng(0)


def packed(values: Array, kind: str) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype=kind).tobytes()).decode()


def quantised(values: Array) -> str:
    return packed(np.clip((values - LOW) / (HIGH - LOW), 0, 1) * 65535, "<u2")


def skill(tick: int) -> float:
    """How good G is by now: 0 = noise, 1 = perfect."""
    return 1 - math.exp(-tick / 120)


# Eight Gaussians on a ring

CENTRES = np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1)
NOISE = rng.normal(size=(FAKES, 2))
HOME = CENTRES[rng.integers(0, 8, FAKES)]
RING = CENTRES[rng.integers(0, 8, REALS)] + 0.05 * rng.normal(size=(REALS, 2))


def ring_fakes(tick: int) -> Array:
    wobble = 0.25 * np.exp(-tick / 200) * np.sin(tick / 7 + NOISE)
    return np.asarray(skill(tick) * HOME + (0.5 - 0.45 * skill(tick)) * NOISE + wobble)


def spread(at: Array, around: Array, width: float) -> Array:
    """How much of `around` is near each place: a kernel density, (N,)."""
    gaps: Array = ((at[:, None] - around[None]) ** 2).sum(2)
    return np.asarray(np.exp(-gaps / (2 * width**2)).mean(1))


def ring_score(at: Array, fakes: Array) -> Array:
    return np.asarray(np.log((spread(at, CENTRES, 0.22) + 1e-3) / (spread(at, fakes[::8], 0.22) + 1e-3)))


def ring(tick: int) -> Message:
    fakes = ring_fakes(tick)
    axis = np.linspace(LOW, HIGH, 40)
    grid = np.stack(np.meshgrid(axis, axis), axis=2).reshape(-1, 2)
    scores = ring_score(grid, fakes)
    step = 0.02
    slope = [ring_score(fakes + step * e, fakes) - ring_score(fakes - step * e, fakes) for e in np.eye(2)]
    arrows = np.clip(np.stack(slope, axis=1) / (2 * step) * 0.02 / ((HIGH - LOW) / 4), -1, 1)
    belief = {"n": 40, "data": packed(255 / (1 + np.exp(-scores)), "u1"), "low": scores.min(), "high": scores.max()}
    stage = {"fake": quantised(fakes), "belief": belief, "arrows": packed(arrows * 32767, "<i2")}
    return {"kind": "points", "low": LOW, "high": HIGH} | stage


def ring_real() -> Message:
    return {"kind": "points", "low": LOW, "high": HIGH, "points": quantised(RING)}


# One dimension

BUMPS = np.where(rng.random(2000) < 0.6, -0.5 + 0.18 * rng.normal(size=2000), 0.65 + 0.12 * rng.normal(size=2000))


def bell(at: Array, centre: float, width: float) -> Array:
    return np.asarray(np.exp(-(((at - centre) / width) ** 2) / 2) / width)


def line(tick: int) -> Message:
    fakes = skill(tick) * BUMPS[:600] + (1 - skill(tick)) * (0.4 + 0.35 * NOISE.ravel()[:600])
    axis = np.linspace(LOW, HIGH, 200)
    real = 0.6 * bell(axis, -0.5, 0.18) + 0.4 * bell(axis, 0.65, 0.12)
    fake = np.mean([bell(axis, x, 0.1) for x in fakes[::4]], axis=0)
    belief = {"n": 200, "data": packed(255 * (real + 0.02) / (real + fake + 0.04), "u1"), "low": -3.1, "high": 4.2}
    return {"kind": "line", "low": LOW, "high": HIGH, "fake": quantised(fakes), "belief": belief}


def line_real() -> Message:
    return {"kind": "line", "low": LOW, "high": HIGH, "points": quantised(BUMPS)}


# Pictures: rings and discs rising out of noise

SIZE = 28
STATIC_NOISE = rng.normal(size=(TILES, SIZE, SIZE))


def tile(kind: int) -> Array:
    y, x = np.mgrid[-1 : 1 : SIZE * 1j, -1 : 1 : SIZE * 1j]
    far = np.hypot(x + 0.2 * math.sin(kind), y + 0.2 * math.cos(kind))
    shape = np.abs(far - 0.55) < 0.15 if kind % 3 else far < 0.5
    return np.asarray(np.where(shape, 1.0, -1.0))


SHAPES = np.stack([tile(k) for k in range(TILES)])


def sheet(pictures: Array, scores: Array | None, name: str = "") -> Message:
    rows = len(pictures) // 8
    grey = np.clip((pictures + 1) * 127.5, 0, 255).astype("u1")
    whole = grey.reshape(rows, 8, SIZE, SIZE).swapaxes(1, 2).reshape(rows * SIZE, 8 * SIZE)
    file = io.BytesIO()
    Image.fromarray(whole).save(file, "WEBP", quality=88, method=0)
    rounded = None if scores is None else [round(float(s), 3) for s in scores]
    coded = base64.b64encode(file.getvalue()).decode()
    return {"name": name, "sheet": coded, "columns": 8, "rows": rows, "tile": [SIZE, SIZE], "scores": rounded}


def sheet_fakes(tick: int) -> Array:
    return skill(tick) * SHAPES + (1 - skill(tick)) * STATIC_NOISE


def images(tick: int) -> Message:
    scores = -3 * (1 - skill(tick)) + 0.8 * np.sin(np.arange(TILES) + tick / 9)
    return {"kind": "images"} | sheet(sheet_fakes(tick), scores)


def images_real() -> Message:
    return {"kind": "images"} | sheet(SHAPES[::-1], None)


def pairs(tick: int) -> Message:
    fakes = sheet_fakes(tick)[:16]
    sheets = [
        sheet(SHAPES[:16], None, "a"),
        sheet(fakes, fakes.mean((1, 2)), "fake b"),
        sheet(-fakes, None, "back to a"),
    ]
    return {"kind": "images", "sheets": sheets}


STAGES: dict[str, tuple[Callable[[], Message] | None, Callable[[int], Message]]] = {
    "ring": (ring_real, ring),
    "line": (line_real, line),
    "sheet": (images_real, images),
    "pairs": (None, pairs),
    "sick": (line_real, line),
}
STILL: dict[str, Message] = {
    "queued": {"place": 3},
    "starting": {},
    "loading": {"progress": 0.4, "status": "MNIST is being unpacked."},
    "failed": {"status": "The worker ran out of memory.", "problem": "This network needs 9 GB; 4 GB are left."},
}


# What goes wrong

COLLAPSE = {"symptom": "mode-collapse", "began": 1_200}
SYMPTOMS = {
    "mode-collapse": {
        "title": "Mode collapse",
        "why": "G's loss asks of every sample alone whether D believes it, never whether all kinds are there.",
        "cures": [
            {"title": "R3GAN: compare in pairs, with R1 and R2", "link": "1abc"},
            {"title": "Calm", "link": "1def"},
        ],
    },
    "cycling": {"title": "Cycling", "why": "The two chase each other.", "cures": []},
}


def health(tick: int, first: bool) -> Message:
    """G makes now one, now two of eight modes."""
    seen = f"G makes {1 + tick % 2} of 8 modes, and finds no more; {60 + tick % 9} % of G's samples are in one of them."
    over = {"symptom": "cycling", "began": 900, "ended": 2_300}
    told = {"symptoms": SYMPTOMS, "past": [over], "frames": list(range(0, 2_401, 300))}
    return {"health": [COLLAPSE | {"seen": seen}]} | (told if first else {})


# Slow motion: D and G take turns


def turn(number: int) -> Message:
    player = "DG"[number % 2]
    lit = [
        ["z", "G", "fake"],
        ["fake", "D"],
        ["D", f"{player} loss"],
        [f"{player} loss", "D", *["fake", "G"]][: 4 if number % 2 else 2],
    ]
    texts = ["G makes 128 fakes.", "D scores them.", f"{player}’s loss is 0.6{number}.", "The gradient flows back."]
    steps = [{"text": text, "lit": names, "gradient": text.startswith("The")} for text, names in zip(texts, lit, strict=True)]
    whose = {"players": [player], "whose": f"{player}’s turn"}
    return whose | {"round": 1 + number // 2, "turn": 1 + number % 2, "over": number % 2 == 1, "steps": steps}


# Numbers


def readings(tick: int) -> Array:
    """The rounds of one message, (ROUNDS, 1 + columns); G's gradient cannot be computed, D's only now and then."""
    rounds = np.arange(tick * ROUNDS + 1, (tick + 1) * ROUNDS + 1)
    noise = np.random.default_rng(tick).normal(size=(ROUNDS, len(COLUMNS)))
    s = skill(tick)
    level = np.array([0.5 + 0.86 * s, 3.5 - 2.8 * s, 2.5 - 2.4 * s, -2.6 + 2.5 * s, 1.4 - s, np.nan, 0.1 * (1 - s), 0.3])
    values = level + noise * np.array([0.12, 0.2, 0.3, 0.3, 0.1, 0, 0, 0.02])
    values[:, :2] = np.abs(values[:, :2])  # a loss below zero would have no logarithm, and its chart no log scale
    values[:, 4] = np.where(rounds % 4000 < 600, np.nan, values[:, 4])
    return np.column_stack([rounds, values])


def checks(run: str, tick: int) -> Array:
    """The measurements of one message; of pictures, whose modes nobody is there to name, these cannot be computed."""
    s = skill(tick)
    modes = math.nan if run in ("sheet", "pairs") else round(8 * min(1, 1.1 * s))
    return np.array([[tick * ROUNDS, modes, 0.96 * s, 3 * (1 - s) + 0.01, 0.7 * (1 - s) + 0.004]])


def message(run: str, tick: int, first: bool) -> Message:
    news: Message = {"run": run, "round": (tick + 1) * ROUNDS}
    if run in STILL:
        return news | {"round": 0, "state": run, "reset": first} | STILL[run]
    real, stage = STAGES[run]
    if first:
        news |= {"reset": True, "columns": COLUMNS, "check_columns": CHECKS, "device": "cpu"}
        news |= {"floors": {"modes": 8, "hq": 0.989, "kl": 0.012, "js": 0.005}, "problem": ""}
        news |= {"real": real()} if real else {}
        news["diagram"] = picture(PRESETS["toys-cyclegan"].config if run == "pairs" else RunConfig())
        past = range(max(0, tick - 150), tick)
        news["rows"] = packed(np.concatenate([readings(t) for t in [*past, tick]]), "<f4")
        news["checks"] = packed(np.concatenate([checks(run, t) for t in [*past, tick] if t % 5 == 0 or t == tick]), "<f4")
    else:
        news["rows"] = packed(readings(tick), "<f4")
        news |= {"checks": packed(checks(run, tick), "<f4")} if tick % 5 == 0 else {}
    if run == "sick":
        news |= health(tick, first)
    return news | {"state": "playing", "rate": 600 + 20 * math.sin(tick), "stage": stage(tick)}


class Feed:
    """What the runs say, how often, and who listens. Time goes on only while somebody does."""

    def __init__(self, interval: float = 0.1) -> None:
        self.interval = interval
        self.watchers: Counter[str] = Counter()
        self.opened: Counter[str] = Counter()
        self.ticks: Counter[str] = Counter()
        self.cuts: Counter[str] = Counter()
        self.asked: dict[str, list[Any]] = {}  # for turns in slow motion

    def cut(self, run: str) -> None:
        """Break the streams of this run, as a proxy might."""
        self.cuts[run] += 1

    async def events(self, run: str, request: Request) -> AsyncIterator[str]:
        self.watchers[run] += 1
        self.opened[run] += 1
        cuts = self.cuts[run]
        try:
            first, due, told = True, time.monotonic(), 0
            while self.cuts[run] == cuts and not await request.is_disconnected():
                news = message(run, self.ticks[run], first)
                asked = self.asked.get(run, [])
                news |= {"state": "paused", "rate": None} if asked and asked[-1] else {}
                if len(asked) > told and asked[-1]:
                    news["turn"], told = turn(told), len(asked)
                yield f"data: {json.dumps(news, allow_nan=False)}\n\n"
                first = False
                self.ticks[run] += 1
                due = max(due + self.interval, time.monotonic())
                await asyncio.sleep(due - time.monotonic())
        finally:
            self.watchers[run] -= 1


def chosen(request: gr.Request) -> str:
    return str(request.query_params.get("run", ""))


def heard(event: gr.EventData) -> str:
    return str(event.state)


def tried(event: gr.EventData) -> str:
    return f"{event.run} {event.link}"


def make_page() -> gr.Blocks:
    page = gr.Blocks(title="Panel")
    with page:
        with gr.Row():
            play = gr.Button("Play", elem_id="play", variant="primary", scale=0)
            other = gr.Button("Another run", elem_id="other", scale=0)
            gr.Checkbox(False, label="Slow motion", elem_id="slow", container=False, scale=0)
            gr.Button("Step D", elem_id="step-d", scale=0)
            gr.Textbox(show_label=False, container=False, elem_id="name", placeholder="Name", scale=1)
        stage = stage_panel()
        with gr.Accordion("Data", open=False, elem_id="section-data"):
            gr.Textbox(label="knob", elem_id="knob")
        pressed = gr.Number(0, elem_id="pressed", visible="hidden")
        state = gr.Textbox("", elem_id="state", visible="hidden")
        cured = gr.Textbox("", elem_id="cured", visible="hidden")
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        play.click(lambda n: n + 1, pressed, pressed, **quiet)
        other.click(lambda: "line", None, stage, **quiet)
        stage.state(heard, None, state, **quiet)
        stage.cure(tried, None, cured, **quiet)
        page.load(chosen, None, stage, **quiet)
    return page


def make_app(feed: Feed) -> FastAPI:
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    files = StaticFiles(directory=STATIC)

    @app.get("/static/{name}")
    async def static(name: str, request: Request) -> Response:
        return await files.get_response(name, request.scope)  # a mount would hide Gradio's own /static/fonts

    @app.get("/vendor/plotly.min.js")
    async def plotly_js() -> FileResponse:
        return FileResponse(PLOTLY, media_type="text/javascript", headers={"Cache-Control": "max-age=86400"})

    @app.get("/runs/{run}/events")
    async def events(run: str, request: Request) -> StreamingResponse:
        if run not in STAGES and run not in STILL:
            raise HTTPException(404)
        headers = {"Cache-Control": "no-store"}
        return StreamingResponse(feed.events(run, request), media_type="text/event-stream", headers=headers)

    @app.post("/runs/{run}/tell", status_code=204)
    async def tell(run: str, request: Request) -> None:
        feed.asked.setdefault(run, []).append((await request.json())["who"])

    options: dict[str, Any] = {"footer_links": [], "run_history": False, "enable_monitoring": False}
    gr.mount_gradio_app(app, make_page(), path="/", theme=gr.themes.Soft(), **options)
    return app


if __name__ == "__main__":
    import uvicorn

    uvicorn.run(make_app(Feed()), port=7861, log_level="warning")
