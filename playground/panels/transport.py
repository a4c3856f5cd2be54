"""The transport: play, pause, step, start again, how fast. The words are the engine's verbs."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

PACES: dict[str, float | None] = {"1 round/s": 1.0, "5 rounds/s": 5.0, "25 rounds/s": 25.0, "100 rounds/s": 100.0, "full speed": None}

PLAY, PAUSE, PLAY_NEW = "▶ Play", "⏸ Pause", "▶ Play as a new run"


@dataclass(frozen=True)
class Transport:
    """The buttons by what they do."""

    play: gr.Button
    round: gr.Button
    step_d: gr.Button
    step_g: gr.Button
    reset: gr.Button
    new_seed: gr.Button
    rewind: gr.Button
    pace: gr.Dropdown


def transport_panel() -> Transport:
    """A row of buttons; the space bar presses the first."""
    with gr.Row(elem_id="transport"):
        return Transport(
            play=gr.Button(PLAY, variant="primary", elem_id="play", min_width=150),
            round=gr.Button("One round", elem_id="round", min_width=90, size="md"),
            step_d=gr.Button("Step D", elem_id="step-d", min_width=80),
            step_g=gr.Button("Step G", elem_id="step-g", min_width=80),
            reset=gr.Button("↺ Reset", elem_id="reset", min_width=80),
            new_seed=gr.Button("New seed", elem_id="new-seed", min_width=90),
            rewind=gr.Button("Last good state", elem_id="rewind", min_width=120),
            pace=gr.Dropdown(list(PACES), value="full speed", show_label=False, label="Speed", container=False, elem_id="pace", min_width=120),
        )
