"""The pad on which a distribution is drawn; a control like any other: its value is the text of the knob.

Its JavaScript sends `input` once at the end of a stroke. What it sends is checked by the recipe's model, like a link.
"""

from typing import Any

import gradio as gr

from playground.panels import own_panel


def drawing_pad(value: Any, elem_id: str) -> gr.HTML:
    """A pad that shows the drawing with this text."""
    return own_panel("pad", events=("input",), styles=("pad",), value=value, elem_id=elem_id, elem_classes=["drawing-pad"])
