"""The theory page: small games to play with by hand. Its JavaScript asks `/theory/<question>` and draws on canvas."""

from pathlib import Path

import gradio as gr

STATIC = Path(__file__).parents[1] / "static"

HEAD = '<link rel="stylesheet" href="/static/theory.css">'

ON_LOAD = """
import('/static/theory.js').then(
  (page) => page.mount(element),
  () => { element.textContent = 'The page cannot be drawn: /static/theory.js did not load.'; },
);
"""


def theory_panel() -> gr.HTML:
    """The exhibits."""
    return gr.HTML(
        value="",
        html_template=(STATIC / "theory.html").read_text(encoding="utf-8"),
        js_on_load=ON_LOAD,
        head=HEAD,
        elem_id="theory",
        apply_default_css=False,
    )
