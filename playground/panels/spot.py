"""The page "Spot the fake". Its JavaScript asks `/spot/<model>/round` for cards and `/spot/judge` for what they were."""

import gradio as gr

from playground.panels import own_panel


def spot_panel() -> gr.HTML:
    """Models, a round of cards, and how it went."""
    return own_panel("spot", styles=("pages", "spot"), elem_id="spot")
