"""The panel that draws everything that moves: the stage, the curves, the numbers and the status line.

Gradio only holds it. Its JavaScript listens to `/runs/<id>/events` and draws on canvas, because a Gradio plot that is
sent anew for each picture costs twenty times as much. The server must offer each file of `playground/static/` under
`/static/` and Plotly.js under `/vendor/plotly.min.js`.
"""

from pathlib import Path

import gradio as gr

STATIC = Path(__file__).parents[1] / "static"

STYLES = ("playground.css", "film.css")
HEAD = "".join(f'<link rel="stylesheet" href="/static/{name}">' for name in STYLES)  # no script: Gradio would wait for it first

# `trigger` sends 'state' whenever a run's state changes, 'branch' with a round of the past, 'close' with a run to take away.
ON_LOAD = """
import('/static/panel.js').then(
  (panel) => panel.mount(element, props, watch, trigger),  // triggers 'state', 'branch' and 'close'
  () => { element.textContent = 'The picture cannot be drawn: /static/panel.js did not load.'; },
);
"""


def stage_panel(run_id: str = "") -> gr.HTML:
    """Watch the run with this id; "" watches none. A new value moves the panel to another run."""
    return gr.HTML(
        value=run_id,
        html_template=(STATIC / "panel.html").read_text(encoding="utf-8"),
        js_on_load=ON_LOAD,
        head=HEAD,
        elem_id="stage",
        apply_default_css=False,
    )
