"""The transport: play, pause, step, start again, how fast. The words are the engine's verbs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import gradio as gr

PACES: dict[str, float | None] = {
    "1 round/s": 1.0,
    "5 rounds/s": 5.0,
    "25 rounds/s": 25.0,
    "100 rounds/s": 100.0,
    "full speed": None,
}

PLAY, PAUSE = "Play", "Pause"
RESET, START = "Reset", "Start new run"  # the same button: with the recipe as it was, and with another one
BESIDE = "Start beside"  # and where runs are compared


@dataclass(frozen=True)
class Transport:
    """The buttons by what they do."""

    play: gr.Button
    reset: gr.Button
    round: gr.Button
    step_d: gr.Button
    step_g: gr.Button
    new_seed: gr.Button
    rewind: gr.Button
    pace: gr.Dropdown
    slow: gr.Checkbox
    compare: gr.Checkbox


def transport_panel(*, compares: bool) -> Transport:
    """A row of buttons; the space bar presses the first.  compares: whether a visitor may have several runs at a time."""
    with gr.Row(elem_id="transport"):
        return Transport(
            play=_button(PLAY, "play", variant="primary"),
            reset=_button(RESET, "reset"),
            round=_button("One round", "round"),
            step_d=_button("Step D", "step-d"),
            step_g=_button("Step G", "step-g"),
            new_seed=_button("New seed", "new-seed"),
            rewind=_button("Rewind", "rewind"),
            pace=gr.Dropdown(
                list(PACES),
                value="full speed",
                filterable=False,
                show_label=False,
                label="Speed",
                container=False,
                elem_id="pace",
                scale=0,
                min_width=132,
            ),
            slow=gr.Checkbox(False, label="Slow motion", container=False, elem_id="slow", scale=0, min_width=116),
            compare=gr.Checkbox(
                False, label="Compare", container=False, elem_id="compare", scale=0, min_width=100, visible=compares
            ),
        )


def _button(text: str, elem_id: str, variant: Literal["primary", "secondary"] = "secondary") -> gr.Button:
    return gr.Button(text, elem_id=elem_id, variant=variant, size="sm", scale=0, min_width=0)
