"""The whole server in a process of its own, ended in three ways: every run is saved and no process stays behind."""

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from visits import ALICE, BOB
from waiting import has_ended, until

from engine import unpack
from playground.registry import Registry


class Server:
    """`python -m playground` with a folder of runs."""

    def __init__(self, runs: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as door:
            port = door.getsockname()[1]
        self.runs, self.address = runs, f"http://127.0.0.1:{port}"
        command = [sys.executable, "-m", "playground", "--port", str(port), "--runs", str(runs), "--device", "cpu"]
        self.log = (runs.parent / f"{runs.name}.log").open("w+")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT)

    def client(self, visitor: str) -> httpx.Client:
        return httpx.Client(base_url=self.address, cookies={"visitor": visitor}, timeout=60)

    def answers(self) -> bool:
        assert self.process.poll() is None, self.said()
        try:
            return httpx.get(f"{self.address}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def said(self) -> str:
        self.log.seek(0)
        return self.log.read()

    def children(self) -> list[int]:
        """All processes that come from it: the forkserver, the workers, the tracker of shared memory."""
        return descendants(self.process.pid)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.log.close()


def descendants(pid: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False)
    below = [int(line) for line in found.stdout.split()]
    return [*below, *(each for one in below for each in descendants(one))]


def open_page(server: Server, visitor: str) -> str:
    """As a browser does: the page, then its load event, which starts the first run; returns the run's id."""
    with server.client(visitor) as client:
        assert client.get("/").status_code == 200
        load = next(each for each in client.get("/config").json()["dependencies"] if each["api_name"] == "load")
        answer = client.post("/gradio_api/run/predict", json={"data": [], "fn_index": load["id"], "session_hash": visitor})
        found = re.search(r"/runs/([\w-]{22})/", answer.text)
        assert found, answer.text[:500]
        return found.group(1)


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Server]]:
    """One for each end, started at the same time because starting takes a while; each with a run that plays."""
    servers = {end: Server(tmp_path_factory.mktemp(end)) for end in ("SIGINT", "SIGTERM", "SIGKILL")}
    try:
        for server in servers.values():
            until(server.answers, server.said, seconds=180)
        yield servers
    finally:
        for server in servers.values():
            server.close()


@pytest.mark.parametrize(("end", "seconds"), [("SIGINT", 15.0), ("SIGTERM", 15.0), ("SIGKILL", 30.0)])
def test_however_the_server_ends_every_run_is_saved_and_no_process_stays(
    servers: dict[str, Server], end: str, seconds: float
) -> None:
    server = servers[end]
    runs = [open_page(server, visitor) for visitor in (ALICE, BOB)]
    with ExitStack() as stack:
        client = stack.enter_context(server.client(ALICE))
        stream = stack.enter_context(client.stream("GET", f"/runs/{runs[0]}/events"))
        lines = stream.iter_lines()  # open, and read no more, when the server ends
        seen = rounds(lines, until=20)
        children = server.children()
        assert len(children) >= 3
        server.process.send_signal(getattr(signal, end))
        began = time.monotonic()
        code = server.process.wait(seconds)
        until(lambda: all(has_ended(pid) for pid in children), lambda: server.said(), seconds=seconds)
        took = time.monotonic() - began
        print(f"{end}: gone after {took:.1f} s")
    assert code == (-9 if end == "SIGKILL" else 0), server.said()
    assert took < seconds
    assert unpack((server.runs / runs[0] / "checkpoint.gan").read_bytes()).facts["rounds"] >= seen
    assert "Traceback" not in server.said()


def rounds(lines: Iterator[str], until: int) -> int:
    """Follow a stream until its run has come so far."""
    for line in lines:
        if line.startswith("data: "):
            message: dict[str, Any] = json.loads(line[6:])
            if message["state"] == "playing" and message["round"] >= until:
                return int(message["round"])
    raise AssertionError("the stream ended")


def test_the_next_server_finds_what_a_killed_one_left(servers: dict[str, Server]) -> None:
    """Also while a worker of the old one is still saving: a folder has one worker at a time."""
    registry = Registry(servers["SIGKILL"].runs)
    try:
        entry = registry.latest(ALICE)
        assert entry is not None
        saved = unpack((entry.folder / "checkpoint.gan").read_bytes()).facts["rounds"]
        registry.wake(entry, play=True)
        until(lambda: entry.run is not None and entry.run.state == "playing" and entry.run.rounds > saved)
    finally:
        registry.shutdown()
