"""The menu of presets, in groups: a plain select, which Gradio's menus cannot be.

Its value is a preset's name; it triggers `input` when a person has chosen.
"""

from collections.abc import Mapping
from html import escape

import gradio as gr

from playground.panels import html_of, own_panel


def presets_panel(groups: Mapping[str, Mapping[str, str]], chosen: str, own: tuple[str, str]) -> gr.HTML:
    """groups: by their title, titles by name.  own: name and title of a recipe that is none of them."""
    options = "".join(
        f'<optgroup label="{escape(title)}">{"".join(_option(*row) for row in rows.items())}</optgroup>'
        for title, rows in groups.items()
    )
    html = html_of("presets").replace("<!-- options -->", options + _option(*own))
    return own_panel("presets", events=("input",), html=html, value=chosen, elem_id="preset")


def _option(name: str, title: str) -> str:
    return f'<option value="{escape(name)}">{escape(title)}</option>'
