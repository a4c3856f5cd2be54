"""The picture of the game and its slow motion, in a real Chromium fed by panel_feed.py."""
# ruff: noqa: F811  (a fixture that is imported is an argument's name too)

import re
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

from panel_feed import Feed
from playwright.sync_api import Page, expect
from test_panel import Open, address, feed, open_page, paints, window  # noqa: F401
from waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def drawn(page: Page, more: int) -> None:
    """Wait until the picture of the game has been drawn so many times more."""
    expect(page.locator("#stage .film")).to_be_visible()
    film = "Number(document.querySelector('#stage .film').dataset.drawn ?? 0)"
    page.evaluate(f"window.__film = {film}")
    page.wait_for_function(f"{film} >= window.__film + {more}")


def node(page: Page, name: str) -> Any:
    return page.locator(f"#stage .strip button[data-name='{name}']")


def inked(page: Page, name: str) -> int:
    """How many pixels of a node's plot are painted."""
    count = """(name) => { const c = document.querySelector(`#stage .strip button[data-name='${name}'] canvas`);
      return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((x, i) => i % 4 === 3 && x > 0).length; }"""
    return int(page.evaluate(count, name))


def slow(page: Page) -> None:
    page.locator("#slow input").click()
    expect(page.locator("#stage .story li[aria-current]")).to_be_visible()


@pytest.mark.parametrize("run", ["ring", "line", "sheet"])
def test_every_node_is_a_small_live_plot(run: str, open_page: Open) -> None:
    page = open_page(run)
    paints(page, 3)
    drawn(page, 2)
    names = ["z", "G", "fake", "real", "D", "D loss", "G loss"]
    assert {name for name in names if not inked(page, name)} == set()
    expect(node(page, "D loss").locator("b")).to_have_text(re.compile(r"\d"))
    assert page.locator("#stage .strip path.back").count() == 4


def test_it_draws_nothing_while_it_is_folded(open_page: Open) -> None:
    page = open_page("ring")
    drawn(page, 2)
    page.locator("#stage .film summary").click()
    before = page.locator("#stage .film").get_attribute("data-drawn")
    paints(page, 20)
    assert page.locator("#stage .film").get_attribute("data-drawn") == before
    page.locator("#stage .film summary").click()
    drawn(page, 1)


def test_another_run_while_it_is_out_of_sight_does_not_still_it(open_page: Open) -> None:
    """The redraw that is due when another run comes must not be waited for for ever."""
    page = open_page("ring")
    drawn(page, 2)
    page.evaluate("""async () => {
      const { Film } = await import('/static/film.js'), root = document.querySelector('#stage .film');
      const film = new Film(root), scene = { known: { diagram: null } };
      window.__redraws = () => film.timer;
      film.timer = setTimeout(() => {}, 1e6);  // one is due
      film.show(scene, null);                  // another scene, and nothing to see of it yet
    }""")
    assert page.evaluate("window.__redraws()") == 0


def test_a_node_opens_its_knobs_and_takes_hold_of_the_first(open_page: Open) -> None:
    page = open_page("ring")
    drawn(page, 1)
    expect(page.locator("#knob textarea, #knob input")).to_be_hidden()
    node(page, "real").press("Enter")
    expect(page.locator("#knob textarea, #knob input")).to_be_focused()


def test_slow_motion_tells_one_step_after_the_other_and_lights_it_up(feed: Feed, open_page: Open) -> None:
    feed.asked.clear()
    page = open_page("ring")
    paints(page, 2)
    slow(page)
    page.locator("#stage .go").click()  # pause
    current, further = page.locator("#stage .story li[aria-current]"), page.get_by_role("button", name="Next step")
    expect(page.locator("#stage .whose b")).to_have_text("D’s turn")
    while current.inner_text() != "D’s loss is 0.60.":
        further.click()
    expect(node(page, "D")).to_have_class("turn lit")
    expect(node(page, "D loss")).to_have_class("lit")
    expect(node(page, "G loss")).to_have_class("")
    expect(page.locator("#stage .strip path.forth.lit")).to_have_count(1)
    further.click()
    expect(current).to_have_text("The gradient flows back.")
    expect(page.locator("#stage .strip path.back.lit")).to_have_count(1)
    page.locator("#stage .go").click()  # play: the next turn comes by itself, and is counted on
    page.wait_for_function("""document.querySelector('#stage .whose b').textContent === 'G’s turn'
      && document.querySelector('#stage .story ol').start === 5""")
    page.locator("#slow input").click()
    expect(page.locator("#stage .story")).to_be_hidden()
    expect(page.locator("#stage .strip .lit")).to_have_count(0)


def test_within_a_round_it_can_be_paused_and_stepped_through(feed: Feed, open_page: Open) -> None:
    feed.asked.clear()
    page = open_page("ring")
    paints(page, 2)
    slow(page)
    page.locator("#stage .head").click()
    page.keyboard.press("Space")  # the space bar is the story's now
    expect(page.locator("#stage .go")).to_have_text("Play")
    first = page.locator("#stage .story li").first
    before = page.locator("#stage .story li[aria-current]").inner_text()
    page.get_by_role("button", name="Next step").click()
    assert page.locator("#stage .story li[aria-current]").inner_text() != before
    assert feed.asked["ring"] == ["round"]
    page.locator("#step-d").click()
    until(lambda: feed.asked["ring"] == ["round", "D"], "a round of D alone is asked for")
    expect(first).to_have_attribute("aria-current", "step")


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("run", ["ring", "pairs"])
def test_no_label_is_cut(run: str, width: int, open_page: Open) -> None:
    """Also not the names of CycleGAN's players below its losses."""
    page = open_page(run, width=width)
    drawn(page, 1)
    cut = page.evaluate("""() => {
      const reel = document.querySelector('#stage .reel'), box = reel.getBoundingClientRect(), range = document.createRange();
      const seen = [...reel.querySelectorAll('.strip span')].filter(label => {
        range.selectNodeContents(label);
        const { left, right } = range.getBoundingClientRect();
        return left < box.left - 0.5 || right > box.right + 0.5;
      });
      return [seen.map(label => label.textContent), reel.scrollWidth - reel.clientWidth];
    }""")
    assert cut == [[], 0]


def test_on_a_phone_the_picture_fits(open_page: Open) -> None:
    page = open_page("ring", width=390)
    drawn(page, 1)
    slow(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
