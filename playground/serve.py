"""Putting it together: registry, routes, Gradio's page, one uvicorn."""

from __future__ import annotations

import os
from pathlib import Path

import gradio as gr
import uvicorn
from fastapi import FastAPI

from engine import HOSTED, LOCAL, choose_device, warm
from playground.app import build_page
from playground.registry import Limits, Registry
from playground.server import make_server


def serve(*, host: str, port: int, device: str, runs: Path | None, max_runs: int, per_visitor: int, local: bool) -> None:
    """Serve until told to stop; then every run is saved and its process ended."""
    warm()  # while the page is being built, so that the first Play need not wait
    limits = Limits(total=max_runs, per_visitor=per_visitor, budget=LOCAL if local else HOSTED, own_files=local)
    registry = Registry(runs or default_runs(), limits=limits, device=str(choose_device(device)))
    config = uvicorn.Config(whole_app(registry), host=host, port=port, log_level="warning", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    shown = "localhost" if host in ("0.0.0.0", "127.0.0.1") else host
    print(f"GAN playground: http://{shown}:{port}", flush=True)
    server.run()


def whole_app(registry: Registry) -> FastAPI:
    """Our routes with the page mounted at the root."""
    demo = build_page(registry)
    demo.queue(max_size=100, default_concurrency_limit=8)
    return gr.mount_gradio_app(
        make_server(registry),
        demo,
        path="/",
        theme=theme(),
        css_paths=[Path(__file__).parent / "static" / "page.css"],
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        max_file_size="64mb",
    )


def theme() -> gr.themes.Base:
    """Calm, with the colours of real and fake left to what they mean."""
    soft = gr.themes.Soft(primary_hue="indigo", neutral_hue="slate", radius_size="md", text_size="md")
    return soft.set(
        block_title_background_fill="transparent",
        block_title_background_fill_dark="transparent",
        block_title_padding="0",
        block_title_text_color="*body_text_color",
        block_title_text_color_dark="*body_text_color",
        block_label_background_fill="transparent",
        block_label_text_color="*body_text_color",
        block_shadow="none",
        block_border_width="0",
    )


def default_runs() -> Path:
    """PLAYGROUND_RUNS, else a folder in the user's cache."""
    if chosen := os.environ.get("PLAYGROUND_RUNS"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gan-playground" / "runs"
