"""Drawing a distribution: with the mouse, a finger and keys, from a file, into the recipe, onto the stage and through a link."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import torch

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, Page, expect
from seen import playing
from waiting import until

from engine.config import RunConfig
from engine.data.drawing import SIDE, Drawing, read

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

Place = tuple[float, float]  # in squares from the upper left corner


def take_the_pad(page: Page) -> None:
    page.locator("#choose-data input").click()
    page.get_by_role("option", name="Your own drawing", exact=True).click()
    expect(page.locator("#message")).to_contain_text("This recipe starts a new run: press Start new run.")
    expect(page.locator(".pad canvas")).to_have_attribute("aria-label", re.compile("A drawing of"))


def clear(page: Page) -> None:
    page.locator(".pad [data-act=clear]").click()
    expect(page.locator("#message")).to_have_text(
        "⚠ Data, drawing: nothing is drawn yet; draw something, or bring a file of points."
    )


def on_screen(page: Page, place: Place) -> Place:
    canvas = page.locator(".pad canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    return box["x"] + place[0] / SIDE * box["width"], box["y"] + place[1] / SIDE * box["height"]


def stroke(page: Page, *places: Place) -> None:
    """As fast as a hand can be: no event between two places."""
    page.mouse.move(*on_screen(page, places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*on_screen(page, place), steps=1)
    page.mouse.up()


def link_of(page: Page) -> str:
    return parse_qs(urlsplit(str(page.evaluate("location.href"))).query).get("r", [""])[0]


def levels(page: Page) -> Any:
    """The ink of the drawing in the link, (SIDE, SIDE), or None if the link is of other data."""
    data = RunConfig.from_link(link_of(page)).data
    return read(data.drawing) if isinstance(data, Drawing) else None


def until_drawn(page: Page, there: Any, what: str) -> None:
    """Until the drawing in the link is as `there` wants it."""
    until(lambda: (ink := levels(page)) is not None and there(ink), what)


def picture(page: Page) -> str:
    return str(page.evaluate("document.querySelector('.pad canvas').toDataURL()"))


def bring(page: Page, text: str, name: str = "mine.csv") -> None:
    page.locator(".pad input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": text.encode()})


def test_a_fast_stroke_has_no_gaps_and_is_sent_once_when_it_ends(page: Page) -> None:
    take_the_pad(page)
    clear(page)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.mouse.move(*on_screen(page, (6, 32)))
    page.mouse.down()
    page.mouse.move(*on_screen(page, (58, 32)), steps=1)
    page.mouse.move(*on_screen(page, (58, 50)), steps=40)
    expect(page.locator(".pad canvas")).to_have_attribute("aria-label", "Nothing drawn yet")
    assert sent == []
    page.mouse.up()
    expect(page.locator(".pad canvas")).to_have_attribute("aria-label", re.compile("A drawing of"))
    until_drawn(page, lambda ink: ink[32, 6:58].all() and ink[32:50, 58].all(), "the whole stroke is in the link")
    assert len([url for url in sent if "/run/" in url or "/queue/join" in url]) == 1
    assert not levels(page)[:28].any()
    expect(page.locator("#message")).to_have_text("This recipe starts a new run: press Start new run.")


def test_the_eraser_rubs_out_and_undo_and_redo_go_back_and_forth(page: Page) -> None:
    take_the_pad(page)
    clear(page)
    stroke(page, (6, 32), (58, 32))
    until_drawn(page, lambda ink: ink[32, 6:58].all(), "a line")
    page.get_by_role("button", name="Erase").click()
    stroke(page, (32, 10), (32, 54))
    until_drawn(page, lambda ink: not ink[32, 31:33].any() and ink[32, 20], "a gap in the line")
    page.locator(".pad [data-act=undo]").click()
    until_drawn(page, lambda ink: ink[32, 6:58].all(), "the line again")
    page.locator(".pad canvas").focus()
    page.keyboard.press("Control+Shift+Z")
    until_drawn(page, lambda ink: not ink[32, 31:33].any(), "the gap again")
    for _ in range(3):
        page.keyboard.press("Control+Z")
    until(lambda: RunConfig.from_link(link_of(page)).data == Drawing(), "the drawing that was there at first")


def test_keys_draw_and_do_not_press_play(page: Page) -> None:
    take_the_pad(page)
    clear(page)
    page.locator(".pad canvas").focus()
    page.keyboard.down("Space")
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.keyboard.up("Space")
    page.keyboard.press("Shift+ArrowUp")
    until_drawn(page, lambda ink: ink[32, 32:42].all() and not ink[:28].any(), "ten steps to the right")
    playing(page)


def test_a_finger_draws_and_does_not_scroll(browser: Browser, server: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = context.new_page()
    phone.goto(server.address)
    playing(phone)
    take_the_pad(phone)
    clear(phone)
    (x, top), (_, bottom) = on_screen(phone, (20, 8)), on_screen(phone, (20, 56))
    before, hand = phone.evaluate("scrollY"), context.new_cdp_session(phone)
    hand.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": bottom}]})
    hand.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": top}]})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    until_drawn(phone, lambda ink: ink[8:56, 20].all(), "a line down the sheet")
    assert phone.evaluate("scrollY") == before
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    phone.locator("#play", has_text="Pause").click()
    context.close()


def test_a_file_of_points_becomes_the_drawing_and_a_wrong_one_a_sentence(page: Page) -> None:
    take_the_pad(page)
    bring(page, "x,y\n" + "".join(f"{i},{3 * i}\n" for i in range(1000)))
    expect(page.locator(".pad .said")).to_have_text("1,000 points from mine.csv, scaled to fit.")
    until_drawn(page, lambda ink: ink[3:61].any(1).all() and not ink[:, :20].any() and not ink[:, 44:].any(), "a steep line")
    before = link_of(page)
    bring(page, "x,y\n1,2\n3,four\n")
    expect(page.locator(".pad .said")).to_have_text("Line 3 of this file has “four” where a number must be.")
    assert link_of(page) == before


READ = {
    "1,2\n3,4": [[1, 2], [3, 4]],
    "\ufeffx;y\r\n1,5;-2e3\r\n": [[1.5, -2000]],
    "a\tb\n\n1\t.5\n# a remark\n2\t3.\n": [[1, 0.5], [2, 3]],
    "  1   2\n 3 4  ": [[1, 2], [3, 4]],
    '"x","y"\n"1","2"': [[1, 2]],
    "": "This file is empty; it needs lines with two numbers, x and y.",
    "\n\n# only a remark\n": "This file is empty; it needs lines with two numbers, x and y.",
    "x,y\n": "This file has a header but no points; it needs lines with two numbers, x and y.",
    "1,2\n3\n": "Line 2 of this file has 1 column; it must have two, x and y.",
    "x,y\n\n1,2,3\n": "Line 3 of this file has 3 columns; it must have two, x and y.",
    "1,2\n3,\n": "Line 2 of this file has nothing where a number must be.",
    "1,2\nNaN,3\n": "Line 2 of this file has “NaN” where a number must be.",
    "1,2\n1e999,3\n": "Line 2 of this file has “1e999” where a number must be.",
    "1,2\n0x10,3\n": "Line 2 of this file has “0x10” where a number must be.",
    "PK\x03\x04\x00\x00": "This file has a header but no points; it needs lines with two numbers, x and y.",
    "1,2\n" * 100_001: "This file has more than 100,000 points; bring a part of them.",
}
POINTS = """text => import('/static/csv.js').then(csv => {
  try { return csv.points(text); } catch (error) { if (error instanceof csv.BadFile) return error.message; throw error; }
})"""
INK = "places => import('/static/csv.js').then(csv => csv.inkOf(places).text())"


def test_files_are_read_as_people_write_them_and_what_is_wrong_names_its_line(modules: Page) -> None:
    for text, read_as in READ.items():
        assert modules.evaluate(POINTS, text) == read_as, text[:40]


def test_any_points_fit_the_sheet(modules: Page) -> None:
    for places in ([[7, 7]], [[0, 0], [1e-310, 0]], [[-1e308, -1e308], [1e308, 1e308]], [[1e9, 0], [1e9 + 1, 1]]):
        ink = read(modules.evaluate(INK, places))
        assert ink.count_nonzero() in (1, 2), places
    corners = read(modules.evaluate(INK, [[0, 0], [10, 0], [10, 5]])).nonzero().tolist()
    assert corners == [[17, 60], [46, 3], [46, 60]]  # twice as wide as high, like the points


def test_pad_and_engine_write_the_same_text(modules: Page) -> None:
    text = Drawing().drawing
    there_and_back = "text => import('/static/ink.js').then(ink => ink.Ink.read(text)?.text() ?? null)"
    assert modules.evaluate(there_and_back, text) == text
    for bad in ("", "p4095", "p4097", "q4096", "p9999" * 1000):
        assert modules.evaluate(there_and_back, bad) is None


DENSITY = """([text, n, sigma]) => import('/static/ink.js').then(ink => Array.from(ink.Ink.read(text).density(n, sigma)))"""


def test_the_pad_shows_the_density_of_the_law(modules: Page) -> None:
    n, data = 32, Drawing(sigma=0.06)
    line = (torch.arange(n) + 0.5) * (2 / n) - 1
    y, x = torch.meshgrid(-line, line, indexing="ij")
    law = data.log_density(torch.stack([x.flatten(), y.flatten()], 1)).exp()
    shown = torch.tensor(modules.evaluate(DENSITY, [data.drawing, n, data.sigma * SIDE / 2]))
    assert torch.allclose(shown / shown.sum(), law / law.sum(), atol=1e-5)


def test_every_stamp_is_a_drawing(page: Page) -> None:
    take_the_pad(page)
    for button in page.locator(".pad [data-stamp]").all():
        before = link_of(page)
        button.click()
        until(lambda before=before: link_of(page) != before, f"{button.inner_text()} is in the link")
        assert 200 < levels(page).count_nonzero() < 1200
        assert not levels(page)[[0, -1]].any()


REAL = """() => {  // where the stage is blue, in squares of the sheet
  const canvas = document.querySelector('#stage .view canvas'), n = canvas.width;
  const pixels = canvas.getContext('2d').getImageData(0, 0, n, n).data, found = [];
  for (let i = 0; i < n * n; i++) {
    const [r, g, b, a] = pixels.subarray(4 * i, 4 * i + 4);
    if (a > 200 && b > 150 && r < 80) found.push([((i % n) / n - 0.1) / 0.8 * 64, (Math.floor(i / n) / n - 0.1) / 0.8 * 64]);
  }
  return found;
}"""


def test_a_drawing_is_trained_on_kept_in_the_link_and_found_again_by_somebody_else(page: Page, browser: Browser) -> None:
    take_the_pad(page)
    clear(page)
    stroke(page, (10, 54), (32, 10), (54, 54))
    until_drawn(page, lambda ink: ink[54, 10] and ink[10, 32] and ink[54, 54], "a roof")
    page.locator("#reset").click()
    expect(page.locator("#reset")).to_have_text("Reset")
    playing(page)
    for layer in ("fake", "belief", "gradients"):
        page.locator(f"#stage [data-layer={layer}]").click()
    until(lambda: len(page.evaluate(REAL)) > 500, "real points are on the stage")
    real = page.evaluate(REAL)
    aside = [abs(row - (10 + 2 * abs(column - 32))) / 5**0.5 for column, row in real]  # from the roof
    assert sum(far < 6 for far in aside) > 0.98 * len(real)
    assert min(column for column, _ in real) < 14
    assert max(column for column, _ in real) > 50
    assert page.locator("#stage .numbers.measured").inner_text()

    page.mouse.move(1200, 700)  # no brush over the sheet
    other = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    other.goto(str(page.evaluate("location.href")))
    playing(other)
    expect(other.locator("#choose-data input")).to_have_value("Your own drawing")
    label = page.locator(".pad canvas").get_attribute("aria-label") or ""
    expect(other.locator(".pad canvas")).to_have_attribute("aria-label", label)
    assert link_of(other) == link_of(page)
    until(lambda: picture(other) == picture(page), "the same drawing is on the pad")
    other.locator("#play", has_text="Pause").click()
    other.context.close()


def test_a_drawing_comes_back_with_undo_after_other_data_were_chosen(page: Page) -> None:
    take_the_pad(page)
    clear(page)
    stroke(page, (6, 32), (58, 32))
    until_drawn(page, lambda ink: ink[32, 6:58].all(), "a line")
    page.locator("#choose-data input").click()
    page.get_by_role("option", name="Two moons", exact=True).click()
    expect(page.locator(".pad")).to_have_count(0)
    take_the_pad(page)
    assert RunConfig.from_link(link_of(page)).data == Drawing()
    page.locator(".pad [data-act=undo]").click()
    until_drawn(page, lambda ink: ink[32, 6:58].all(), "the line again")
