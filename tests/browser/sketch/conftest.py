"""The sketch page with models that have learned a little, and who draws there."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from shipping import next_tab, shipping, visiting
from sketching import BOTH_WAYS, PICTURES, ROUNDS, as_shipped, opened, settled
from toys import taught

from engine import Trained
from playground.registry import Limits, Registry

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture(scope="module")
def models() -> dict[str, Trained]:
    made = {"toys": taught(ROUNDS), "shipped": as_shipped(), "cycle": taught(2, **BOTH_WAYS)}
    return made | {kind: taught(2, data=data) for kind, data in PICTURES.items()}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    registry = Registry(tmp_path_factory.mktemp("runs"), limits=Limits(idle=60.0))
    yield registry
    registry.shutdown()


@pytest.fixture(scope="module")
def place(models: dict[str, Trained], registry: Registry) -> Iterator[str]:
    with shipping(models, registry, rounds=ROUNDS, data="toys", translates=True) as address:
        yield address


@pytest.fixture(scope="module")
def alice(browser: "Browser") -> Iterator["BrowserContext"]:
    with visiting(browser, has_touch=True) as visitor:
        yield visitor


@pytest.fixture
def page(alice: "BrowserContext", place: str) -> Iterator["Page"]:
    with next_tab(alice, place) as tab:
        yield tab


@pytest.fixture
def open_at(page: "Page", place: str) -> "Page":
    """The page as it opens, with its first answer."""
    page.goto(f"{place}/sketch")
    return opened(page, "toys")


@pytest.fixture
def blank(open_at: "Page") -> "Page":
    """White paper."""
    open_at.get_by_role("button", name="Clear").click()
    return settled(open_at)
