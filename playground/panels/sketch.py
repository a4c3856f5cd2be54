"""The sketch page: draw, and see what becomes of it. Its JavaScript asks `/sketch/<model>/translate` while the pen is down."""

import gradio as gr

from playground.panels import own_panel


def sketch_panel() -> gr.HTML:
    """Models, a pad, and what they make of what is on it."""
    return own_panel("sketch", styles=("pages", "sketch"), elem_id="sketch")
