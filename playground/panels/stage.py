"""The panel that draws everything that moves: the stage, the curves, the numbers and the status line.

Gradio only holds it. Its JavaScript listens to `/runs/<id>/events` and draws on canvas, because a Gradio plot that is
sent anew for each picture costs twenty times as much. The server must offer each file of `playground/static/` under
`/static/` and Plotly.js under `/vendor/plotly.min.js`.
"""

import gradio as gr

from playground.panels import own_panel

EVENTS = ("state", "branch", "close", "instead", "cure")


def stage_panel(run_id: str = "") -> gr.HTML:
    """Watch the run with this id; "" watches none. A new value moves the panel to another run, or to several (onstage.py).

    It triggers `state` whenever a run's state changes, `branch` with a round of the past, `close` with a run to take away,
    `instead` with a run for which other data are wanted than those that cannot be had, `cure` with a run and the link of a recipe
    that may cure it.
    """
    return own_panel("panel", events=EVENTS, value=run_id, styles=("playground", "film", "health"), elem_id="stage")
