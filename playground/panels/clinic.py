"""The clinic: the course and the words of a lesson, drawn by our own JavaScript, and the few buttons above its stage."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

from playground.panels import own_panel


@dataclass(frozen=True)
class Ward:
    """What stands above a lesson's stage."""

    play: gr.Button
    anew: gr.Button
    luck: gr.Button


def clinic_panel() -> gr.HTML:
    """It triggers `begin` and `cure` with a wish (see clinic.py), and `leave` with a lesson's name.

    Its value is what is on the stage, as JSON.
    """
    return own_panel("clinic", events=("begin", "cure", "leave"), styles=("pages", "clinic"), elem_id="clinic")


def ward_panel(play: str) -> Ward:
    """A row of buttons; the space bar presses the first.  play: what it says."""
    with gr.Row(elem_id="transport"):
        return Ward(
            play=gr.Button(play, elem_id="play", variant="primary", size="sm", scale=0, min_width=0),
            anew=gr.Button("From the start", elem_id="anew", size="sm", scale=0, min_width=0),
            luck=gr.Button("Another seed", elem_id="luck", size="sm", scale=0, min_width=0),
        )
