"""The pad on which a distribution is drawn; a control like any other: its value is the text of the knob.

Its JavaScript sends `input` once at the end of a stroke. What it sends is checked by the recipe's model, like a link.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

STATIC = Path(__file__).parents[1] / "static"

HEAD = '<link rel="stylesheet" href="/static/pad.css">'

ON_LOAD = """
import('/static/pad.js').then(
  (pad) => pad.mount(element, props, watch, trigger),  // triggers 'input'
  () => { element.textContent = 'There is nothing to draw on: /static/pad.js did not load.'; },
);
"""


def drawing_pad(value: Any, elem_id: str) -> gr.HTML:
    """A pad that shows the drawing with this text."""
    return gr.HTML(
        value=value,
        html_template=(STATIC / "pad.html").read_text(encoding="utf-8"),
        js_on_load=ON_LOAD,
        head=HEAD,
        elem_id=elem_id,
        elem_classes=["drawing-pad"],
        apply_default_css=False,
    )
