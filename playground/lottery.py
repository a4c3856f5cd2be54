"""The routes of the page "Luck or loss": lotteries are asked for, watched while they are drawn, and taken home as tables.

A plan is JSON of a few hundred bytes, checked by the engine's strict model. What is drawn is nobody's: whoever asks for the same
table sees the same.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from functools import cache
from typing import Any, Literal

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from engine import (
    COLUMNS,
    GROUPS,
    MEASURES,
    PRESETS,
    ROWS,
    BadRecipe,
    Plan,
    Standing,
    blame,
    drawable,
    failed_if,
    tables,
    title_of_row,
    wilson,
)
from playground.guard import asking
from playground.hall import Asked, Hall
from playground.limits import Refused
from playground.theory import beginning, in_json, plain

MOST_WAITING, OWN_WAITING = 24, 4  # wishes at the same time: of all visitors, of one
LONGEST = 24_000  # bytes of a plan; a recipe's link is the most of it
REAL = 200  # points of the data that a wall shows
RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2)
KINDS = {"csv": "text/csv", "html": "text/html; charset=utf-8", "tex": "application/x-tex"}


def lottery_routes(hall: Hall) -> APIRouter:
    """GET /lottery/choices, POST /lottery/draw, and of each table what is new, its walls, its files."""
    router, one = APIRouter(prefix="/lottery"), asyncio.Lock()
    waiting: Counter[str] = Counter()

    @router.get("/choices")
    async def choices() -> Response:
        async with one:  # the first takes seconds
            return in_json(await asyncio.to_thread(_choices), "no-cache")

    @router.post("/draw")
    async def draw(request: Request) -> Response:
        text, visitor = await beginning(request, LONGEST), asking(request.scope)
        if waiting.total() >= MOST_WAITING or waiting[visitor] >= OWN_WAITING:
            raise HTTPException(503, "Many tables are being laid out; please try again in a moment.")
        waiting[visitor] += 1
        try:
            plan = Plan.read(text)
            async with one:  # building a table takes tenths of a second
                name = await asyncio.to_thread(hall.ask, plan, visitor)
                return in_json(await asyncio.to_thread(_opened, name, _found(hall, name)))
        except BadRecipe as error:
            raise HTTPException(422, str(error)) from None
        except Refused as error:
            raise HTTPException(503, str(error)) from None
        finally:
            waiting[visitor] -= 1
            if not waiting[visitor]:
                del waiting[visitor]

    @router.get("/{name}")
    async def news(name: str, request: Request, since: int = 0, cell: int = 0) -> Response:
        asked = _found(hall, name)
        return in_json(await asyncio.to_thread(_news, hall, asked, asking(request.scope), since, cell))

    @router.post("/{name}/stop", status_code=204)
    async def stop(name: str, request: Request) -> None:
        hall.stop(_found(hall, name), asking(request.scope))

    @router.get("/{name}/wall/{cell}")
    async def wall(name: str, cell: int) -> Response:
        asked = _found(hall, name)
        standing = await asyncio.to_thread(hall.standing, asked, _cell(asked, cell))
        if standing is None:
            raise HTTPException(404, "This lottery is not drawn yet.")
        return in_json(_wall(standing))

    @router.get("/{name}/play/{cell}/{seed}")
    async def play(name: str, cell: int, seed: int) -> RedirectResponse:
        asked = _found(hall, name)
        config = asked.draws[_cell(asked, cell)].config
        if not 0 <= seed < asked.plan.seeds:
            raise HTTPException(404, "There is no such seed in this lottery.")
        return RedirectResponse(f"/?r={config.with_knobs({'seed': seed}).to_link()}", 303)

    @router.get("/{name}/table.{kind}")
    async def table(name: str, kind: Literal["csv", "html", "tex"], measure: str = "failed") -> Response:
        asked = _found(hall, name)
        if measure not in MEASURES:
            raise HTTPException(404, f"There is no such measure. Known: {', '.join(MEASURES)}.")
        text = await asyncio.to_thread(_table, hall, asked, kind, measure)
        headers = {"Content-Disposition": f'attachment; filename="lottery.{kind}"', "Cache-Control": "no-store"}
        return Response(text, media_type=KINDS[kind], headers=headers)

    return router


@cache
def _choices() -> dict[str, Any]:
    """What a plan may name."""
    suiting = {
        group: [{"name": name, "title": preset.title, "about": preset.about} for name, preset in some]
        for group, presets in GROUPS.items()
        if (some := [(name, preset) for name, preset in presets.items() if drawable(preset.config)])
    }
    return {
        "recipes": suiting,
        "methods": [{"name": name, "title": method.title, "about": method.about} for name, method in ROWS.items()],
        "data": COLUMNS,
        "rates": RATES,
        "measures": MEASURES,
    }


def _found(hall: Hall, name: str) -> Asked:
    asked = hall.find(name)
    if asked is None:
        raise HTTPException(404, "This table is not known any more; draw it again, and what was drawn of it is still there.")
    return asked


def _cell(asked: Asked, cell: int) -> int:
    if not 0 <= cell < len(asked.draws):
        raise HTTPException(404, "There is no such cell in this table.")
    return cell


def _opened(name: str, asked: Asked) -> dict[str, Any]:
    """What does not change while a table is drawn."""
    plan, first = asked.plan, asked.draws[: len(asked.plan.columns)]
    preset = PRESETS.get(plan.recipe)
    return {
        "name": name,
        "title": preset.title if preset else "A recipe of your own",
        "rows": [{"name": row, "title": title_of_row(row)} for row in plan.rows],
        "across": "rates" if plan.rates else "data" if plan.data else "recipe",
        "columns": [{"name": column, "title": COLUMNS.get(column, column)} for column in plan.columns],
        "seeds": plan.seeds,
        "rounds": plan.rounds,
        "real": [draw.real(REAL) for draw in first],
        "dims": [draw.data.dim for draw in first],
    }


def _news(hall: Hall, asked: Asked, visitor: str, since: int, cell: int) -> dict[str, Any]:
    """cell: whose wall is looked at; of the others it is only told how far they are."""
    news = hall.news(asked, visitor, since)
    return {
        "version": news.version,
        "drawn": {at: _summary(standing) for at, standing in news.drawn.items()},
        "now": {at: _wall(standing) if at == cell else {"rounds": standing.rounds} for at, standing in news.now.items()},
        "lost": news.lost,
        "over": news.over,
        "share": round(news.share, 4),
        "ahead": news.ahead,
        "left": news.left and round(news.left),
        "blame": _blame(hall, asked) if news.over else None,
    }


def _summary(standing: Standing) -> dict[str, Any]:
    """A cell of the table."""
    low, high = wilson(standing.failed, len(standing.tickets))
    means = {measure: plain(list(standing.mean(measure)[:2])) for measure in MEASURES}
    share = {"failed": standing.failed, "of": len(standing.tickets), "low": round(low, 3), "high": round(high, 3)}
    return share | {"modes": standing.of, "means": means}


def _wall(standing: Standing) -> dict[str, Any]:
    """Every seed as it is."""
    tickets = [plain({"modes": one.modes, "hq": one.hq, "js": one.js}) | {"failed": one.failed} for one in standing.tickets]
    summary = _summary(standing) if tickets else {}
    told = {"rounds": standing.rounds, "modes": standing.of, "rule": failed_if(standing.of)}
    return summary | told | {"tickets": tickets, "points": standing.points, "past": standing.past}


def _blame(hall: Hall, asked: Asked) -> dict[str, float] | None:
    """What the variance in failing goes with, of a whole table."""
    drawn, wide = hall.drawn(asked), len(asked.plan.columns)
    if len(drawn) < len(asked.draws) or len(drawn) == 1:
        return None
    shares = [drawn[cell].failed / len(drawn[cell].tickets) for cell in range(len(drawn))]
    found = blame([shares[at : at + wide] for at in range(0, len(shares), wide)], asked.plan.seeds)
    return {name: round(share, 3) for name, share in found._asdict().items()} if found else None


def _table(hall: Hall, asked: Asked, kind: str, measure: str) -> str:
    """For a spreadsheet every lottery has its line; a page and a paper want one measure."""
    *wide, lines = tables(asked.plan, hall.drawn(asked))
    chosen = wide[list(MEASURES).index(measure)]
    return {"csv": lines.csv, "html": chosen.html, "tex": chosen.latex}[kind]()
