"""Luck or loss in a real Chromium: a wall of seeds, a table that fills, a cell that is looked at, a seed that goes to Play."""

import re
import subprocess
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("playwright.sync_api")

from browsing import is_foreign
from playwright.sync_api import BrowserContext, Page, expect

from engine import PRESETS, RunConfig

pytestmark = pytest.mark.browser

NAMELESS = """() => [...document.querySelectorAll('#lottery :is(button, a, select, canvas, svg, progress)')]
    .filter(each => !each.closest('[aria-hidden]') && each.getClientRects().length)
    .filter(each => !['aria-label', 'aria-labelledby'].some(name => each.getAttribute(name)) && !each.textContent.trim())
    .map(each => each.outerHTML)"""
TABLE = "methods=ns,hinge&rates=0.001,0.01&seeds=2&rounds=30"


@pytest.fixture
def tab(visitor: BrowserContext, server: subprocess.Popen[bytes]) -> Iterator[Page]:
    """A tab in which nothing goes wrong and nobody else is asked for anything."""
    address: str = server.address  # type: ignore[attr-defined]
    troubles: list[str] = []
    tab = visitor.new_page()
    tab.on("pageerror", lambda error: troubles.append(str(error)))
    tab.on("request", lambda request: troubles.append(request.url) if is_foreign(request.url, address) else None)
    tab.address = address  # type: ignore[attr-defined]
    yield tab
    assert troubles == []


def lottery(tab: Page, query: str) -> None:
    tab.goto(f"{tab.address}/lottery?{query}")  # type: ignore[attr-defined]


def state(tab: Page, wanted: str) -> None:
    expect(tab.locator(".lottery")).to_have_attribute("data-state", wanted)


def fits(tab: Page) -> None:
    """Nothing is wider than the screen, of a computer and of a phone, and everything has a name."""
    for width in (390, 1280):
        tab.set_viewport_size({"width": width, "height": 844})
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        cut = "parts => parts.filter(part => part.scrollWidth > part.clientWidth + 1).map(part => part.textContent)"
        assert tab.locator("#lottery :is(.tiles span, .tally, .cost, .rule)").evaluate_all(cut) == []
    assert tab.evaluate(NAMELESS) == []


def test_a_wall_of_seeds_and_one_of_them_in_play(tab: Page, visitor: BrowserContext):
    lottery(tab, "recipe=ring-coin&seeds=8&rounds=40")
    state(tab, "done")
    tiles = tab.locator(".tiles a")
    expect(tiles).to_have_count(8)
    expect(tab.locator(".tally")).to_have_text(
        re.compile(r"^\d of 8 seeds fail: \d+ %, and with 95 % confidence \d+ % to \d+ % of all seeds\.$")
    )
    expect(tab.locator(".past svg")).to_have_attribute("aria-label", re.compile("^Seeds that fail, over 40 rounds"))
    drawn = "canvas => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some(Boolean)"
    assert tiles.locator("canvas").evaluate_all(f"all => all.every({drawn})")
    fits(tab)
    with visitor.expect_page() as opened:
        tiles.nth(5).click()
    expect(opened.value.locator("#stage .state")).to_have_text("playing")
    shown = RunConfig.from_link(parse_qs(urlsplit(opened.value.url).query)["r"][0])
    assert shown == PRESETS["ring-coin"].config.with_knobs({"seed": 5})


def test_a_table_fills_and_is_read(tab: Page):
    lottery(tab, TABLE)
    state(tab, "done")
    cells = tab.locator("td button")
    expect(cells).to_have_count(4)
    expect(tab.locator("td [data-state=drawn]")).to_have_count(4)
    expect(tab.locator(".wish [data-for=rates] [aria-pressed=true]")).to_have_text(["0.001", "0.01"])
    cells.nth(3).click()
    expect(cells.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(tab.locator(".wall h2")).to_have_text("Hinge GAN, learning rate 0.01")
    expect(tab.locator(".wall")).to_have_attribute("data-rounds", "30")
    tab.get_by_role("button", name="JS in nats").click()
    expect(cells.nth(3)).to_have_text(re.compile(r"^0\.\d\d"))
    fits(tab)
    with tab.expect_download() as download:
        tab.get_by_role("link", name="LaTeX").click()
    assert "JS in nats, methods by learning rate, 2 seeds, 30 rounds" in download.value.path().read_text()


def test_a_wish_by_hand_is_in_the_address_and_can_be_stopped(tab: Page):
    lottery(tab, "recipe=ring-coin&seeds=8&rounds=1")
    state(tab, "done")
    tab.get_by_role("button", name="Losses × data").click()
    tab.locator(".methods").get_by_role("button", name="R3GAN").click()
    tab.locator(".rounds").get_by_role("button", name="4,000").click()
    expect(tab.locator(".cost")).to_have_text("12 lotteries, 192 runs of 4,000 rounds")
    tab.get_by_role("button", name="Draw").click()
    expect(tab).to_have_url(re.compile(r"/lottery\?methods=mm,ns,lsgan,hinge&data=ring,grid,blobs&seeds=16&rounds=4000$"))
    expect(tab.locator("td [data-state=now]").first).to_be_visible()
    tab.get_by_role("button", name="Stop").click()
    state(tab, "stopped")
    expect(tab.locator(".way .said")).to_contain_text("press Draw to go on")


def test_what_cannot_be_drawn_is_said_and_the_form_stays(tab: Page):
    lottery(tab, "recipe=glyphs-dcgan")
    state(tab, "refused")
    expect(tab.get_by_role("alert")).to_contain_text("Only points are few enough")
    tab.locator("select").select_option("ring-small")
    tab.locator(".rounds").get_by_role("button", name="500").click()
    expect(tab.get_by_role("button", name="Draw")).to_be_enabled()


def test_an_address_that_makes_no_sense_is_read_as_far_as_it_does(tab: Page):
    lottery(tab, "methods=ns,hings&rates=0.001,-1,x&seeds=abc&rounds=2")
    state(tab, "done")
    expect(tab.locator("td button")).to_have_count(1)
    expect(tab).to_have_url(re.compile(r"/lottery\?methods=ns&rates=0.001&seeds=16&rounds=2$"))


def test_play_leads_to_the_lottery_of_its_recipe(page: Page):
    page.locator("#keep").get_by_role("button", name="Save, load, share").click()
    link = page.get_by_role("link", name="This recipe from many seeds")
    expect(link).to_have_attribute("href", "/lottery?recipe=ring-r3gan")
