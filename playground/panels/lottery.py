"""The page "Luck or loss". Its JavaScript asks `/lottery/draw` for a table, and of it what is new until it is drawn."""

import gradio as gr

from playground.panels import own_panel


def lottery_panel() -> gr.HTML:
    """What to draw, the table, and the wall of one lottery."""
    return own_panel("lottery", styles=("pages", "lottery"), elem_id="lottery")
