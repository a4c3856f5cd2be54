"""Prepare a lesson: a sentence, and for each area of the page whether a student sees it and may move it."""

from collections.abc import Collection, Mapping
from html import escape

import gradio as gr

from playground.panels import html_of, own_panel

CHOICES = {"": "shown", "locked": "locked", "hidden": "hidden"}


def prepare_panel(areas: Mapping[str, str], lockable: Collection[str], longest: int) -> None:
    """Folded away.  areas: their names and titles; longest: characters of the sentence."""
    rows = "".join(
        _row(name, title, CHOICES if name in lockable else {"": "shown", "hidden": "hidden"}) for name, title in areas.items()
    )
    template = html_of("prepare").replace("<!-- rows -->", rows).replace("<!-- longest -->", str(longest))
    with gr.Accordion("Prepare a lesson", open=False, elem_id="prepare"):
        own_panel("prepare", html=template)


def _row(name: str, title: str, choices: Mapping[str, str]) -> str:
    """A set of radio buttons."""
    words = "".join(
        f'<label><input type="radio" name="lesson-{name}" value="{value}"{"" if value else " checked"}>{word}</label>'
        for value, word in choices.items()
    )
    return f'<fieldset data-area="{name}"><legend>{escape(title)}</legend><div>{words}</div></fieldset>'
