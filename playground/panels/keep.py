"""Keeping and sharing: the link, downloads, and a saved run to go on with."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr

FILES = {
    "run.gan": "The whole run, to go on with",
    "weights.safetensors": "G’s weights (safetensors)",
    "readings.csv": "Readings (CSV)",
    "checks.csv": "Checks (CSV)",
    "train.py": "This recipe as a PyTorch script",
    "sheet.png": "Sheet of samples (PNG)",
}

DRAWN = {
    "gif": "The run so far, moving (GIF); runs side by side together",
    "png": "The stage as it is now (PNG)",
}
"""What the page's own scripts draw (saving.js); the curves have a menu of their own."""


@dataclass(frozen=True)
class Keep:
    """The controls by what they do."""

    link: gr.Button
    links: gr.HTML
    saved: gr.File


def keep_panel() -> Keep:
    """Folded away below the stage."""
    with gr.Accordion("Save, load, share", open=False, elem_id="keep"):
        link = gr.Button("Copy the link to this recipe", elem_id="copy-link", size="sm")
        links = gr.HTML(downloads("", pictures=False), elem_id="downloads", apply_default_css=False)
        saved = gr.File(
            label="Go on with a saved run (run.gan)", file_types=[".gan"], type="binary", elem_id="load-run", height=120
        )
    return Keep(link, links, saved)


def downloads(run_id: str, *, pictures: bool, lottery: str = "") -> str:
    """The list of what can be downloaded of a run.

    lottery: where its recipe is played from many seeds. Both are made here, never a visitor's text.
    """
    if not run_id:
        return "<p>Nothing to save yet: press Play.</p>"
    files = {name: text for name, text in FILES.items() if pictures or name != "sheet.png"}
    links = "".join(f'<li><a href="/runs/{run_id}/{name}" download>{text}</a></li>' for name, text in files.items())
    drawn = "".join(f'<li><button type="button" data-save="{kind}">{text}</button></li>' for kind, text in DRAWN.items())
    seeds = f'<li><a href="{lottery}" target="_blank">This recipe from many seeds: luck or loss?</a></li>' if lottery else ""
    return f"<ul>{links}{drawn}{seeds}</ul>"
