"""The banner of a lesson: its sentence above the stage, and the way out. Its JavaScript also hides what the lesson hides."""

from pathlib import Path

import gradio as gr

STATIC = Path(__file__).parents[1] / "static"

HEAD = '<link rel="stylesheet" href="/static/lesson.css">'

ON_LOAD = "import('/static/lesson.js').then((lesson) => lesson.mount(element, props, watch));"


def banner_panel() -> gr.HTML:
    """Nothing to see without a lesson; its value is what Lesson.shown() says."""
    return gr.HTML(
        value="",
        html_template=(STATIC / "lesson.html").read_text(encoding="utf-8"),
        js_on_load=ON_LOAD,
        head=HEAD,
        elem_id="lesson",
        apply_default_css=False,
    )
