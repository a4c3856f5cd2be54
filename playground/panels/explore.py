"""The explore page: put questions to trained players. Its JavaScript asks `/explore/<model>/<probe>` and draws on canvas."""

import gradio as gr

from playground.panels import own_panel


def explore_panel() -> gr.HTML:
    """Models, their controls, and what they answer."""
    return own_panel("explore", styles=("pages", "explore"), elem_id="explore")
