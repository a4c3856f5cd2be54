"""What a page's address asks for: a recipe, a lesson, or nothing."""

from __future__ import annotations

import gradio as gr

from engine import PRESETS, BadRecipe, RunConfig
from playground.lesson import PARAMETER, BadLesson, Lesson

BESIDE = "beside"  # in the address, beside `r`
FIRST = "ring-r3gan"  # what the page opens with, moving


def lesson_of(request: gr.Request) -> Lesson | None:
    """The lesson in the page's address, which comes with each of its events.  BadLesson if it is none."""
    text = request.query_params.get(PARAMETER)
    return Lesson.from_link(text) if text else None


def asked(request: gr.Request) -> tuple[RunConfig | None, Lesson | None, str]:
    """What the page's address asks for: recipe, lesson, and what is wrong with it."""
    lesson, said = None, ""
    try:
        lesson = lesson_of(request)
    except BadLesson as error:
        said = f"{error} Here is the page without a lesson."
    config = lesson.config if lesson else None
    if text := request.query_params.get("r"):
        try:
            config = kept(RunConfig.from_link(text), request)
        except BadRecipe as error:
            said = f"{error} Here is {'the lesson as it begins' if lesson else 'a ring'} instead."
            config = config or PRESETS[FIRST].config
    return config, lesson, said


def asked_beside(request: gr.Request) -> RunConfig | None:
    """A second recipe in the page's address, to stand beside the first; None if there is none that can be run here."""
    try:
        return kept(RunConfig.from_link(text), request) if (text := request.query_params.get(BESIDE)) else None
    except BadRecipe:
        return None


def kept(config: RunConfig, request: gr.Request) -> RunConfig:
    """The recipe.  BadRecipe if the lesson in the page's address keeps what it changes; a damaged lesson keeps nothing."""
    try:
        lesson = lesson_of(request)
    except BadLesson:
        lesson = None
    return lesson.check(config) if lesson else config
