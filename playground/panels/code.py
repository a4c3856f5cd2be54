"""Show me the code: the recipe as a PyTorch script."""

from __future__ import annotations

from dataclasses import dataclass

import gradio as gr


@dataclass(frozen=True)
class CodePanel:
    """The controls by what they do."""

    fold: gr.Accordion
    refresh: gr.Button
    text: gr.Code


def code_panel() -> CodePanel:
    """Folded away; written when it is opened, and again on demand."""
    with gr.Accordion("Show me the code", open=False, elem_id="code") as fold:
        gr.Markdown("The recipe of this page in plain PyTorch: the same losses from the same seed, and it needs nothing of ours.")
        refresh = gr.Button("Write it anew", elem_id="write-code", size="sm")
        text = gr.Code(language="python", interactive=False, max_lines=40, label="train.py", elem_id="script")
    return CodePanel(fold, refresh, text)
