"""The sketch page in a real Chromium: one draws, and the picture follows while the pen is down; nothing is lost on an error."""

import base64
import io
import json
import os
import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect
from sketching import around, ink, opened, pixels, settled, stroke, told
from toys import TOYS

from engine import RunConfig
from playground.registry import Registry

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")]

PROMISED = 150  # ms from the hand to the picture, at the 95th percentile
CIRCLES = 4  # are tried until one is as quick as promised

# -- one draws --------------------------------------------------------------------------------------------------------


def test_it_opens_with_a_drawing_and_what_becomes_of_it(open_at: Page) -> None:
    assert 0.02 < ink(open_at) < 0.3
    assert pixels(open_at, "result").std() > 1
    expect(open_at.locator(".took")).to_have_text(re.compile(r"^\d+ ms$"))
    expect(open_at.get_by_role("button", name="Undo")).to_be_disabled()


FIGURES: dict[str, Callable[[Page], None]] = {
    "circle": lambda page: stroke(page, *around()),
    "fish": lambda page: [
        stroke(page, *[(0.42 + 0.27 * (x - 0.5) / 0.3, 0.5 + 0.17 * (y - 0.5) / 0.3) for x, y in around()]),
        stroke(page, (0.68, 0.47), (0.88, 0.33), (0.86, 0.66), (0.68, 0.54)),
        stroke(page, *[(0.28 + (x - 0.5) / 10, 0.46 + (y - 0.5) / 10) for x, y in around(count=12)]),
    ][0],
    "open line": lambda page: stroke(page, *around(share=0.6)),
    "dot": lambda page: stroke(page, (0.5, 0.5)),
    "beyond the edge": lambda page: stroke(page, (0.9, 0.9), (1.3, 1.2), (0.5, 1.1), (0.4, 0.5)),
    "scribble": lambda page: stroke(page, *[tuple(at) for at in np.random.default_rng(0).random((60, 2)).tolist()], steps=2),
    "nothing": lambda page: None,
    "all black": lambda page: (
        page.get_by_role("slider", name="How wide").press("End"),
        [stroke(page, (0, y), (1, y)) for y in np.linspace(0.02, 0.98, 9)],
    )[0],
}


@pytest.mark.parametrize("figure", FIGURES)
def test_whatever_is_drawn_there_is_an_answer(blank: Page, figure: str) -> None:
    FIGURES[figure](blank)
    settled(blank)
    expect(blank.locator("#sketch .trouble")).to_be_hidden()
    assert pixels(blank, "result").shape[0] > 300
    assert (ink(blank) > 0) == (figure != "nothing")
    if figure == "all black":
        assert ink(blank) > 0.95


def shade(picture: np.ndarray) -> float:
    """How dark it is on the whole: 0 white, 1 black."""
    return float(1 - picture.mean() / 255)


def shown_to_the_model(page: Page) -> list[np.ndarray]:
    """From now on, every picture that is asked about, in grey."""
    seen: list[np.ndarray] = []

    def look(request: Request) -> None:
        if request.url.endswith("/translate"):
            file = io.BytesIO(base64.b64decode(json.loads(request.post_data or "{}")["picture"]))
            seen.append(np.asarray(Image.open(file).convert("L")).astype(float))

    page.on("request", look)
    return seen


def test_the_model_is_shown_all_of_the_stroke_while_it_grows_and_afterwards(blank: Page) -> None:
    seen = shown_to_the_model(blank)
    stroke(blank, *around(count=60), steps=3)
    settled(blank)
    shades = [shade(picture) for picture in seen]
    assert len(shades) > 3
    assert all(later > earlier - 0.003 for earlier, later in pairwise(shades))  # its end is smoothed anew at each step
    assert shades[-1] == pytest.approx(shade(pixels(blank, "paper")), rel=0.4)  # of 32 pixels thin lines are pale
    stroke(blank, (0.1, 0.1), (0.2, 0.1))
    settled(blank)
    assert shade(seen[-1]) == pytest.approx(shade(pixels(blank, "paper")), rel=0.4)  # of 32 pixels thin lines are pale
    blank.keyboard.press("Control+z")
    settled(blank)
    assert shade(seen[-1]) == pytest.approx(shades[-1])


def test_while_one_draws_one_question_is_on_its_way_and_no_answer_is_older_than_the_last(blank: Page) -> None:
    blank.evaluate("""() => {
        window.seen = [];
        const root = document.querySelector('.sketch');
        const look = () => window.seen.push(Number(root.dataset.shown));
        new MutationObserver(look).observe(root, { attributeFilter: ['data-shown'] });
    }""")
    before = int(told(blank)["answered"])
    stroke(blank, *around(count=80), steps=3)
    settled(blank)
    now = told(blank)
    seen = blank.evaluate("window.seen")
    assert now["most"] == "1"
    assert now["asked"] == now["answered"]
    assert seen == sorted(seen)
    assert len(seen) > 3  # while the pen was down
    assert seen[-1] == int(now["drawn"])
    assert int(now["answered"]) - before < 240  # moves of the hand


def test_from_the_hand_to_the_picture_of_a_network_that_ships(page: Page, place: str, capsys: pytest.CaptureFixture[str]) -> None:
    page.goto(f"{place}/sketch#model=shipped")
    opened(page, "shipped")
    page.evaluate("""() => {
        window.took = [];
        const root = document.querySelector('.sketch');
        new MutationObserver(() => window.took.push(Number(root.dataset.ms))).observe(root, { attributeFilter: ['data-ms'] });
    }""")
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # where more trains than the computer can, everything waits
    p95 = np.inf
    for _ in range(CIRCLES):
        stroke(page, *around(0.35, count=50))
        settled(page)
        took = page.evaluate("window.took.splice(0)")
        assert len(took) > 10
        p50, p95 = np.percentile(took, [50, 95])
        with capsys.disabled():
            print(f"\nfrom hand to picture: {p50:.0f} ms in the middle, {p95:.0f} ms at the 95th percentile; load {crowd:.1f}")
        if p95 <= crowd * PROMISED:
            break
    assert p95 <= crowd * PROMISED


def test_undo_redo_clear_and_eraser(blank: Page) -> None:
    stroke(blank, (0.2, 0.5), (0.8, 0.5))
    line = ink(blank)
    stroke(blank, (0.5, 0.2), (0.5, 0.8))
    cross = ink(blank)
    assert 0 < line < cross
    blank.get_by_role("button", name="Undo").click()
    assert ink(blank) == line
    blank.get_by_role("button", name="Redo").click()
    assert ink(blank) == cross
    blank.get_by_role("button", name="Eraser").click()
    stroke(blank, (0.5, 0.1), (0.5, 0.9))
    assert 0 < ink(blank) < line
    blank.keyboard.press("Control+z")
    assert ink(blank) == cross
    blank.keyboard.press("x")
    assert ink(blank) == 0
    for _ in range(2):
        blank.keyboard.press("Control+z")
    blank.keyboard.press("Control+Shift+Z")
    assert ink(blank) == cross
    blank.keyboard.press("p")
    expect(blank.get_by_role("button", name="Pen")).to_have_attribute("aria-pressed", "true")
    settled(blank)


def test_the_brush_is_moved_by_keys(blank: Page) -> None:
    blank.locator(".paper canvas").focus()
    blank.keyboard.down("Space")
    for _ in range(3):
        blank.keyboard.press("Shift+ArrowRight")
    blank.keyboard.up("Space")
    settled(blank)
    assert ink(blank) > 0.005


def test_a_finger_draws_and_a_pen_that_is_pressed_draws_wider(blank: Page) -> None:
    box = blank.locator(".paper canvas").bounding_box()
    assert box
    hand = blank.context.new_cdp_session(blank)
    at = [{"x": box["x"] + x * box["width"], "y": box["y"] + 0.5 * box["height"]} for x in (0.2, 0.4, 0.6, 0.8)]
    for kind, point in zip(("touchStart", "touchMove", "touchMove", "touchMove"), at, strict=True):
        hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    hand.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    finger = ink(blank)
    assert finger > 0.005
    drawn = []
    for force in (0.2, 0.9):
        blank.keyboard.press("x")
        for kind, point in zip(("mousePressed", "mouseMoved", "mouseMoved", "mouseReleased"), at, strict=True):
            options = {"button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen", "force": force}
            hand.send("Input.dispatchMouseEvent", {"type": kind, **point, **options})
        drawn.append(ink(blank))
    assert 0 < drawn[0] < drawn[1]
    settled(blank)


# -- when something is missing ----------------------------------------------------------------------------------------


def test_who_waits_for_the_first_model_is_told_so(page: Page, place: str) -> None:
    page.route("**/sketch/models", lambda route: None)  # never answered
    page.goto(f"{place}/sketch")
    expect(page.locator("#sketch .waiting")).to_have_text("Looking for models …")
    page.unroute("**/sketch/models")
    page.route("**/sketch/toys/controls", lambda route: None)
    page.reload()
    expect(page.locator("#sketch .waiting")).to_have_text("Loading “The toys” …")


def test_where_there_is_no_model_the_way_to_play_is_shown(page: Page, place: str) -> None:
    page.route("**/sketch/models", lambda route: route.fulfill(json={"pretrained": [], "runs": []}))
    page.goto(f"{place}/sketch")
    expect(page.get_by_role("link", name="Train one on the Play page")).to_have_attribute("href", "/")


def test_a_server_that_does_not_answer_is_said_and_nothing_is_lost(open_at: Page) -> None:
    open_at.route("**/sketch/toys/translate", lambda route: route.abort())
    stroke(open_at, (0.1, 0.1), (0.9, 0.1))
    expect(open_at.get_by_role("alert")).to_contain_text("The server does not answer")
    before = ink(open_at)
    open_at.unroute("**/sketch/toys/translate")
    expect(open_at.locator("#sketch .trouble")).to_be_hidden()
    settled(open_at)
    assert ink(open_at) == before


def test_a_run_that_trains_is_asked_again_and_again(open_at: Page, place: str, registry: Registry) -> None:
    visitor = next(cookie["value"] for cookie in open_at.context.cookies() if cookie["name"] == "visitor")
    entry = registry.start(RunConfig.from_dict(TOYS), visitor)
    card = open_at.locator(f".models button[data-model='{entry.id}']")
    card.click()  # it appears by itself
    opened(open_at, entry.id)
    expect(open_at.locator(".waiting")).to_have_text(re.compile("^Training now, round"))
    before = pixels(open_at, "result")
    first = int(told(open_at)["answered"])
    open_at.wait_for_function("n => Number(document.querySelector('.sketch').dataset.answered) > n + 1", arg=first)
    assert (pixels(open_at, "result") != before).any()
    registry.put_away(entry)
    stroke(open_at, (0.1, 0.1), (0.9, 0.1))
    opened(open_at, entry.id)  # it is loaded again
    expect(open_at.locator(".waiting")).to_have_text(re.compile("^Round [0-9,]+, paused"))


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen_and_everything_has_a_name(open_at: Page, width: int) -> None:
    open_at.set_viewport_size({"width": width, "height": 844})
    nameless = """() => [...document.querySelectorAll('#sketch :is(button, input, canvas, [role=slider])')]
        .filter(each => !each.closest('[aria-hidden], [aria-label]:is(button)') && each.getClientRects().length)
        .filter(each => !(each.ariaLabel || each.textContent.trim() || each.labels?.[0]?.textContent.trim()))
        .map(each => each.outerHTML)"""
    for model in ("The toys", "The hole", "The grey"):
        open_at.get_by_role("button", name=model).click()
        settled(open_at)
        assert open_at.evaluate("document.documentElement.scrollWidth") <= width
        assert open_at.evaluate(nameless) == []


def test_on_a_phone_what_one_does_with_the_result_is_right_below_it(open_at: Page) -> None:
    open_at.set_viewport_size({"width": 390, "height": 844})
    open_at.get_by_role("button", name="The hole").click()
    opened(open_at, "hole")
    result, button = open_at.locator(".result").bounding_box(), open_at.get_by_role("button", name="Go on with it").bounding_box()
    assert result
    assert button
    assert 0 <= button["y"] - (result["y"] + result["height"]) < 60


GREY = {"ssim": 0.998, "ssim_unchanged": 1.0, "features": 1.587, "features_unchanged": 2.78}
SMALL = {"ssim": 0.877, "ssim_bicubic": 0.829, "features": 0.54, "features_bicubic": 1.363}
CANDY = {"ratio_pixel": 0.924, "ratio_pixel_unchanged": 0.785}


@pytest.mark.parametrize(
    ("quality", "said"),
    [
        (GREY, "to our classifier 57 % as far from the truth as what was given"),  # and nothing of SSIM, of which grey has more
        (SMALL, "SSIM with the truth 0.88 · to our classifier 40 % as far from the truth as a plain enlargement"),
        (CANDY, "what it shows is recognised 92.4 % as often as in true pictures (what was given 79 %)"),
    ],
)
def test_a_card_boasts_of_nothing_that_needs_no_thought(page: Page, place: str, quality: dict[str, float], said: str) -> None:
    page.goto(f"{place}/static/sketch.html")
    found = page.evaluate(
        "async quality => (await import('/static/explore-models.js')).facts({id: 'x', title: 'X', about: 'A.', quality})", quality
    )
    assert found == f"A · {said}"


def test_paper_stays_white_in_the_dark(page: Page, place: str) -> None:
    page.goto(f"{place}/sketch?__theme=dark")
    opened(page, "toys")
    assert np.median(pixels(page, "paper")) == 255
    assert page.evaluate("document.body.classList.contains('dark')")
