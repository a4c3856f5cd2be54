"""Prepare a lesson: a sentence, and for each area of the page whether a student sees it and may move it."""

from collections.abc import Collection, Mapping
from html import escape
from pathlib import Path

import gradio as gr

STATIC = Path(__file__).parents[1] / "static"

ON_LOAD = "import('/static/prepare.js').then((prepare) => prepare.mount(element));"

CHOICES = {"": "shown", "locked": "locked", "hidden": "hidden"}


def prepare_panel(areas: Mapping[str, str], lockable: Collection[str], longest: int) -> None:
    """Folded away.  areas: their names and titles; longest: characters of the sentence."""
    rows = "".join(
        _row(name, title, CHOICES if name in lockable else {"": "shown", "hidden": "hidden"}) for name, title in areas.items()
    )
    template = (STATIC / "prepare.html").read_text(encoding="utf-8")
    with gr.Accordion("Prepare a lesson", open=False, elem_id="prepare"):
        gr.HTML(
            value="",
            html_template=template.replace("<!-- rows -->", rows).replace("<!-- longest -->", str(longest)),
            js_on_load=ON_LOAD,
            apply_default_css=False,
        )


def _row(name: str, title: str, choices: Mapping[str, str]) -> str:
    """A set of radio buttons."""
    words = "".join(
        f'<label><input type="radio" name="lesson-{name}" value="{value}"{"" if value else " checked"}>{word}</label>'
        for value, word in choices.items()
    )
    return f'<fieldset data-area="{name}"><legend>{escape(title)}</legend><div>{words}</div></fieldset>'
