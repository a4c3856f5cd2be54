"""The banner of a lesson: its sentence above the stage, and the way out. Its JavaScript also hides what the lesson hides."""

import gradio as gr

from playground.panels import own_panel


def banner_panel() -> gr.HTML:
    """Nothing to see without a lesson; its value is what Lesson.shown() says."""
    return own_panel("lesson", styles=("lesson",), elem_id="lesson")
