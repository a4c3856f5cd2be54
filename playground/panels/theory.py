"""The theory page: small games to play with by hand. Its JavaScript asks `/theory/<question>` and draws on canvas."""

import gradio as gr

from playground.panels import own_panel


def theory_panel() -> gr.HTML:
    """The exhibits."""
    return own_panel("theory", styles=("pages", "theory"), elem_id="theory")
