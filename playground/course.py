"""The course of the clinic for who takes it and for who prints it: lessons as plain data, and a sheet of questions."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

from fastapi import APIRouter, Response

from engine import LESSONS, PRESETS, SYMPTOMS, Lesson, minutes
from playground.onstage import lottery_of
from playground.panels import html_of
from playground.theory import in_json
from playground.words import changed


def clinic_routes() -> APIRouter:
    """GET /clinic/lessons, GET /clinic/sheet."""
    router = APIRouter(prefix="/clinic")

    @router.get("/lessons")
    async def lessons() -> Response:
        return in_json(_course(), "no-cache")

    @router.get("/sheet")
    async def sheet() -> Response:
        return Response(printed(), media_type="text/html; charset=utf-8", headers={"Cache-Control": "no-cache"})

    return router


@cache
def _course() -> list[dict[str, Any]]:
    return [told(name, lesson) for name, lesson in LESSONS.items()]


def told(name: str, lesson: Lesson) -> dict[str, Any]:
    """A lesson for the page: its words, and each cure with what it changes, knob by knob."""
    failure = PRESETS[lesson.failure]
    words = {key: getattr(lesson, key) for key in ("title", "minutes", "watch", "question", "answers", "right", "why", "paper")}
    return words | {
        "name": name,
        "curves": lesson.curves,
        "signs": {sign: SYMPTOMS[sign].title for sign in lesson.signs},
        "failure": lesson.failure,
        "luck": _luck(lesson),
        "rounds": failure.rounds,
        "cures": [
            {
                "name": cure,
                "title": PRESETS[cure].title,
                "about": PRESETS[cure].about,
                "changed": changed(failure.config, PRESETS[cure].config),
            }
            for cure in lesson.cures
        ],
    }


COUNTED = {"mode-collapse", "cycling", "d-wins", "d-too-weak", "not-a-number"}
"""Signs that a lottery, which counts modes and quality, would see."""


def _luck(lesson: Lesson) -> str:
    """Where the failure is played from many seeds, as long as in the lesson; nothing where a lottery would not see it fail."""
    failure = PRESETS[lesson.failure]
    there = lottery_of(failure.config) if COUNTED & set(lesson.signs) else ""
    return there and f"{there}&seeds=30&rounds={failure.rounds}"


@cache
def printed() -> str:
    """Questions for the students, and on a sheet of its own the answers for the teacher."""
    questions = "".join(_question(nth, name, lesson) for nth, (name, lesson) in enumerate(LESSONS.items(), 1))
    answers = "".join(_answer(nth, lesson) for nth, lesson in enumerate(LESSONS.values(), 1))
    page = html_of("clinic-sheet").replace("<!-- minutes -->", str(minutes(list(LESSONS))))
    return page.replace("<!-- questions -->", questions).replace("<!-- answers -->", answers)


def _question(nth: int, name: str, lesson: Lesson) -> str:
    """Without the lesson's title, which says too much."""
    boxes = "".join(f"<li>{escape(answer)}</li>" for answer in lesson.answers)
    return (
        f'<section><h2><b>{nth}</b> <small>{lesson.minutes} min · <span class="address">/clinic?lesson={name}</span></small></h2>'
        f"<p>{escape(lesson.question)}</p><ul>{boxes}</ul>"
        '<p class="seen">What I saw:</p><p class="line"></p></section>'
    )


def _answer(nth: int, lesson: Lesson) -> str:
    cures = "; ".join(PRESETS[cure].title for cure in lesson.cures)
    return (
        f"<section><h2><b>{nth}</b> {escape(lesson.title)}</h2><p><strong>{escape(lesson.answers[lesson.right])}.</strong> "
        f"{escape(lesson.why)}</p><p><em>Cure:</em> {escape(cures)}. <small>{escape(lesson.paper)}</small></p></section>"
    )
