"""What a person sees on the page."""

import re

from playwright.sync_api import Page, expect


def playing(page: Page) -> None:
    """The run plays and its picture has moved."""
    expect(page.locator("#stage .state")).to_have_text("playing")
    page.wait_for_function("window.__paints > 2")


def frames(page: Page) -> int:
    """How many key frames the time line holds."""
    return int(page.locator("#stage .timeline input").get_attribute("max") or 0)


def rounds(page: Page) -> int:
    """The round that the status line shows."""
    return int(re.sub(r"\D", "", page.locator("#stage .round").inner_text()) or 0)
