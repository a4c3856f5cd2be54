"""Putting it together: registry, routes, Gradio's page, one uvicorn."""

from __future__ import annotations

import os
import signal
import socket
import threading
import warnings
from collections.abc import Collection, Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import gradio as gr
import uvicorn
from fastapi import FastAPI

from engine import HOSTED, LOCAL, RunConfig, check_budget, choose_device, warm
from playground.app import build_page
from playground.guard import HOME
from playground.registry import Limits, Registry
from playground.server import make_server


class Server(uvicorn.Server):
    """Ends in order: streams first, then every run is saved and its process ended, exit code 0."""

    def __init__(self, registry: Registry, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.registry = registry

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            host, port = self.servers[0].sockets[0].getsockname()[:2]
            shown = "localhost" if host in ("0.0.0.0", "127.0.0.1", "::", "::1") else host
            print(f"GAN playground: http://{shown}:{port}", flush=True)
            # Its first call imports for a second; not a daemon, since whoever ends in the middle of that must wait for it.
            threading.Thread(target=check_budget, args=(RunConfig(),)).start()

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Like uvicorn's, but being asked to end is no failure, so the signal is not raised again afterwards."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self.registry.closing.set()
        super().handle_exit(sig, frame)


def serve(
    *,
    host: str,
    port: int,
    device: str,
    runs: Path | None,
    max_runs: int,
    per_visitor: int,
    idle: float,
    local: bool,
    names: tuple[str, ...] = (),
) -> None:
    """Serve until told to stop; then every run is saved and its process ended."""
    warm()  # while the page is being built, so that the first Play need not wait
    budget, lotteries = (LOCAL, 2) if local else (HOSTED, 1)
    limits = Limits(total=max_runs, per_visitor=per_visitor, idle=idle, lotteries=lotteries, budget=budget, own_files=local)
    registry = Registry(runs or default_runs(), limits=limits, device=str(choose_device(device)))
    hosts = (*HOME, *names) if local else names or None
    config = uvicorn.Config(
        whole_app(registry, hosts=hosts),
        host=host,
        port=port,
        log_level="warning",
        timeout_graceful_shutdown=1,
        limit_concurrency=1000,
    )
    Server(registry, config).run()


def whole_app(registry: Registry, *, hosts: Collection[str] | None = None) -> FastAPI:
    """Our routes with the page mounted at the root."""
    demo = build_page(registry)
    demo.queue(max_size=100, default_concurrency_limit=8)
    with warnings.catch_warnings(action="ignore", category=UserWarning):  # of several pages: no SSR, which is off anyway
        app: FastAPI = gr.mount_gradio_app(
            make_server(registry, hosts=hosts),
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
    return app


SYSTEM_FONT = ["ui-sans-serif", "system-ui", "sans-serif"]  # what the reader's computer reads best; nothing to fetch


def theme() -> gr.themes.Base:
    """Calm, with the colours of real and fake left to what they mean."""
    soft = gr.themes.Soft(primary_hue="indigo", neutral_hue="slate", radius_size="md", text_size="md", font=SYSTEM_FONT)
    return soft.set(
        block_title_background_fill="transparent",
        block_title_background_fill_dark="transparent",
        block_title_padding="0",
        block_title_text_color="*body_text_color",
        block_title_text_color_dark="*body_text_color",
        block_label_background_fill="transparent",
        block_label_text_color="*body_text_color",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_400",
        block_shadow="none",
        block_border_width="0",
        checkbox_border_color="*neutral_400",
        checkbox_border_color_dark="*neutral_500",
        input_border_color="*neutral_300",
        input_border_color_dark="*neutral_600",
    )


def default_runs() -> Path:
    """PLAYGROUND_RUNS, else a folder in the user's cache."""
    if chosen := os.environ.get("PLAYGROUND_RUNS"):
        return Path(chosen)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gan-playground" / "runs"
