"""The page's panels, one visible thing per file; panels never import each other.

Those that draw for themselves are files of `static/`: a piece of HTML, and a module of the same name that fills it with life.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gradio as gr

STATIC = Path(__file__).parents[1] / "static"

ON_LOAD = """
import('/static/NAME.js').then(
  (panel) => panel.mount(element, props, watch, trigger),  // EVENTS
  () => { element.textContent = 'This part of the page cannot be shown: /static/NAME.js did not load.'; },
);
"""


def html_of(name: str) -> str:
    """The HTML of a panel of our own."""
    return (STATIC / f"{name}.html").read_text(encoding="utf-8")


def own_panel(
    name: str,
    *,
    events: Sequence[str] = (),
    styles: Sequence[str] = (),
    html: str | None = None,
    value: Any = "",
    **options: Any,
) -> gr.HTML:
    """What `static/<name>.html` and `static/<name>.js` make; a new value reaches the module's `mount` as `props.value`.

    events: what it triggers.  styles: names of style sheets.  html: instead of the file's.  options: those of gr.HTML.
    """
    return gr.HTML(
        value=value,
        html_template=html_of(name) if html is None else html,
        js_on_load=ON_LOAD.replace("NAME", name).replace("EVENTS", str(list(events))),  # Gradio looks for their names in it
        head="".join(f'<link rel="stylesheet" href="/static/{style}.css">' for style in styles) or None,
        apply_default_css=False,
        **options,
    )
