"""A Chromium for the tests that look at the page as a person does."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest


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
