"""Registries that leave no process behind, and servers that end with their test."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from waiting import until

from playground.registry import Limits, Registry


@pytest.fixture
def make_registry(tmp_path: Path) -> Iterator[Callable[..., Registry]]:
    """Makes registries in one folder with these limits; they are shut down after the test."""
    made: list[Registry] = []

    def make(clock: Callable[[], float] | None = None, **limits: object) -> Registry:
        options = {} if clock is None else {"clock": clock}
        made.append(Registry(tmp_path / "runs", limits=Limits(**limits), **options))
        return made[-1]

    yield make
    for registry in made:
        registry.shutdown()


@pytest.fixture
def registry(make_registry: Callable[..., Registry]) -> Registry:
    return make_registry()


@pytest.fixture
def serve_app() -> Iterator[Callable[[Any], str]]:
    """Serves an application on a free port, in a thread; returns its address."""
    servers: list[tuple[uvicorn.Server, threading.Thread]] = []

    def serve_app(app: Any) -> str:
        config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="critical", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        servers.append((server, thread))
        until(lambda: server.started or not thread.is_alive())
        return f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"

    yield serve_app
    for server, thread in servers:
        server.should_exit = True
        thread.join()
