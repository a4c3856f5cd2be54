"""python -m playground: the server."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

Host = Annotated[
    str,
    typer.Option(envvar="GRADIO_SERVER_NAME", help="127.0.0.1: only this computer; 0.0.0.0: everybody who can reach it."),
]
Port = Annotated[int, typer.Option(envvar="GRADIO_SERVER_PORT", min=0, max=65535)]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]
Runs = Annotated[Path | None, typer.Option(help="Folder of the runs.", show_default="the user's cache folder")]
MaxRuns = Annotated[int, typer.Option(min=1, help="Runs that train at the same time, of all visitors; the rest wait in a queue.")]
PerVisitor = Annotated[int, typer.Option(min=1, help="Runs of one visitor; the oldest is put away for a new one.")]
Idle = Annotated[
    float, typer.Option(min=1.0, help="Seconds after which a run that nobody watches is saved and its process ended.")
]
Hosted = Annotated[
    bool,
    typer.Option(help="For strangers: smaller networks, no files of this computer. On unless the host is 127.0.0.1."),
]
Names = Annotated[
    list[str] | None,
    typer.Option("--name", help="A name under which the server is called; may be given more than once."),
]


def main(
    host: Host = "127.0.0.1",
    port: Port = 7860,
    device: Device = "auto",
    runs: Runs = None,
    max_runs: MaxRuns = 8,
    per_visitor: PerVisitor = 4,
    idle: Idle = 15 * 60.0,
    hosted: Hosted = False,
    name: Names = None,
) -> None:
    """Train a generative adversarial network before your own eyes, in the browser."""
    print("GAN playground: starting ...", flush=True)  # importing gradio and torch takes seconds
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    from playground.serve import serve

    local = host in ("127.0.0.1", "localhost", "::1") and not hosted
    serve(
        host=host,
        port=port,
        device=device,
        runs=runs,
        max_runs=max_runs,
        per_visitor=per_visitor,
        idle=idle,
        local=local,
        names=tuple(name or ()),
    )


def cli() -> None:
    typer.run(main)


if __name__ == "__main__":
    cli()
