"""A Chromium for the tests that look at the page as a person does."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import PATIENCE, is_foreign
from waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """Where there is none the tests are skipped, but under CI they fail."""
    api = pytest.importorskip("playwright.sync_api")
    with api.sync_playwright() as driver:
        found = shutil.which("chromium") or driver.chromium.executable_path
        if not Path(found).exists():
            missing = "No Chromium: install one, or run `playwright install chromium`."
            if os.environ.get("CI"):
                pytest.fail(missing)
            pytest.skip(missing)
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[bytes]]:
    """python -m playground on a free port; `address` is where it answers."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    runs = tmp_path_factory.mktemp("runs")
    command = [
        sys.executable,
        "-m",
        "playground",
        "--port",
        str(port),
        "--runs",
        str(runs),
        "--device",
        "cpu",
        "--max-runs",
        "64",
        "--idle",
        "30",  # what a test leaves behind does not slow the next ones down
    ]
    process = subprocess.Popen(command)
    process.address = f"http://127.0.0.1:{port}"  # type: ignore[attr-defined]
    until(lambda: answers(process.address), 60)  # type: ignore[attr-defined]
    yield process
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def answers(address: str) -> bool:
    try:
        return urllib.request.urlopen(address + "/healthz", timeout=1).status == 200
    except OSError:
        return False


@pytest.fixture
def visitor(browser: "Browser") -> Iterator["BrowserContext"]:
    from playwright.sync_api import expect

    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    yield context
    for page in context.pages:  # a run that plays on would slow the next test down
        if "playing" in page.locator("#stage .state").all_text_contents():  # of one run, or of several side by side
            page.locator("#play", has_text="Pause").click()
            expect(page.locator("#stage .state", has_text="playing")).to_have_count(0)
    context.close()


@pytest.fixture
def modules(visitor: "BrowserContext", server: subprocess.Popen[bytes]) -> "Page":
    """A page from which our modules can be imported, and on which nothing runs."""
    page = visitor.new_page()
    page.goto(f"{server.address}/static/panel.html")  # type: ignore[attr-defined]
    return page


@pytest.fixture
def page(visitor: "BrowserContext", server: subprocess.Popen[bytes]) -> Iterator["Page"]:
    """A visitor's first tab, with the ring moving. At the end the page has made no error and asked nobody else for anything."""
    from seen import playing

    troubles: list[str] = []
    page = visitor.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: troubles.append(request.url) if is_foreign(request.url, server.address) else None)  # type: ignore[attr-defined]
    page.goto(server.address)  # type: ignore[attr-defined]
    playing(page)
    yield page
    assert troubles == []
