"""Spot the fake in a real Chromium: a round by keys on a model that ships, one by mouse on a run that trains."""

import re
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, BrowserContext, Page, expect
from shipping import next_tab, shipping, visiting

from engine import RunConfig, pretrained
from playground.registry import Limits, Registry

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")]

RING = {"generator": {"name": "mlp", "width": 16, "depth": 2}, "discriminator": {"name": "mlp", "width": 16, "depth": 2}}
NAMELESS = """() => [...document.querySelectorAll('#spot :is(button, canvas, svg)')]
    .filter(each => !each.closest('[aria-hidden]') && each.getClientRects().length)
    .filter(each => !(each.ariaLabel || each.textContent.trim())).map(each => each.outerHTML)"""


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    registry = Registry(tmp_path_factory.mktemp("runs"), limits=Limits(idle=60.0))
    yield registry
    registry.shutdown()


@pytest.fixture(scope="module")
def place(registry: Registry) -> Iterator[str]:
    models = {"glyphs-infogan": pretrained("glyphs-infogan")}
    with shipping(models, registry, rounds=1, data="glyphs", translates=False) as address:
        yield address


@pytest.fixture(scope="module")
def alice(browser: Browser) -> Iterator[BrowserContext]:
    with visiting(browser) as visitor:
        yield visitor


@pytest.fixture
def page(alice: BrowserContext, place: str) -> Iterator[Page]:
    with next_tab(alice, place) as tab:
        yield tab


def phase(page: Page, wanted: str) -> None:
    expect(page.locator(".spot")).to_have_attribute("data-phase", wanted)


def fits(page: Page) -> None:
    """Nothing is wider than the screen, of a computer and of a phone, and everything has a name."""
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        cut = "parts => parts.filter(part => part.scrollWidth > part.clientWidth + 1).map(part => part.textContent)"
        assert page.locator("#spot :is(.said, .kinds dd, .you)").evaluate_all(cut) == []
    assert page.evaluate(NAMELESS) == []


def test_a_round_by_keys_on_a_model_that_ships(page: Page, place: str) -> None:
    with page.expect_response("**/round") as dealt:
        page.goto(f"{place}/spot")
    phase(page, "open")
    assert "fakes" not in dealt.value.text()
    expect(page).to_have_url(re.compile(r"/spot\?model=glyphs-infogan$"))
    expect(page.locator(".about")).to_contain_text("the model has not trained on them")
    cards = page.get_by_role("button", name=re.compile("^Card "))
    expect(cards).to_have_count(24)
    fits(page)
    cards.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".marked")).to_contain_text("once in 16,777,216 rounds")
    for key in ("ArrowRight", "Space", "ArrowDown", "Space", "ArrowLeft", "Space", "Space"):
        page.keyboard.press(key)
    expect(page.locator(".cards [aria-pressed=true]")).to_have_count(2)
    expect(cards.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(cards.nth(7)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".marked")).to_have_text("2 of 24 marked as generated")
    page.keyboard.press("Enter")
    phase(page, "judged")
    expect(page.locator(".outcome > .you")).to_have_text(re.compile(r"^You were right on \d+ of 24; by guessing alone "))
    expect(page.locator(".of-d")).to_have_text(re.compile(r"^D was right on \d+ of 24; "))
    was = page.get_by_role("button", name=re.compile("is (real|generated); you were (right|wrong); D was (right|wrong)$"))
    expect(was).to_have_count(24)
    right = page.get_by_role("button", name=re.compile("you were right")).count()
    expect(page.locator(".score")).to_have_text(f"{right}of 24 right")
    expect(page.get_by_role("img", name=f"1 round: 1 with {right} right. Guessing gives 12 on average.")).to_be_visible()
    fits(page)
    page.keyboard.press("Enter")  # another round
    phase(page, "open")
    expect(cards.first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    phase(page, "judged")
    expect(page.locator(".everybody figcaption")).to_have_text(re.compile(r"^Everybody so far: \d+ of 48 right; "))


def test_a_round_that_is_refused_can_be_asked_for_again(page: Page, place: str) -> None:
    def refuse() -> None:
        page.route("**/round", lambda route: route.fulfill(status=503, json={"detail": "Please try again in a moment."}))

    refuse()
    page.goto(f"{place}/spot")
    trouble = page.locator(".spot").get_by_role("alert")
    expect(trouble).to_have_text("Please try again in a moment.")
    phase(page, "refused")
    page.unroute("**/round")
    page.get_by_role("button", name="Try again").click()
    phase(page, "open")
    page.locator(".cards button").first.click()
    page.get_by_role("button", name="Submit").click()
    phase(page, "judged")
    refuse()
    page.get_by_role("button", name="Another round").click()
    expect(trouble).to_have_text("Please try again in a moment.")
    phase(page, "judged")
    expect(page.locator(".cards [data-was]")).to_have_count(24)  # what the last round was is still to be seen
    expect(page.locator(".outcome > .you")).to_be_visible()
    page.unroute("**/round")
    page.get_by_role("button", name="Another round").click()
    phase(page, "open")
    expect(trouble).to_be_hidden()


def test_a_round_by_mouse_on_a_ring_that_trains(page: Page, place: str, registry: Registry) -> None:
    page.goto(f"{place}/spot")
    phase(page, "open")
    visitor = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "visitor")
    entry = registry.start(RunConfig.from_dict(RING), visitor)
    try:
        page.locator(f'[data-model="{entry.id}"]').click()
        expect(page.locator(".waiting")).to_contain_text("the cards are of this moment")
        phase(page, "open")
        expect(page.locator(".about")).to_contain_text("a cloud of 40 points")
        for card in (0, 5, 11):
            page.locator(".cards button").nth(card).click()
        page.get_by_role("button", name="Submit").click()
        phase(page, "judged")
        expect(page.locator(".outcome > .you")).to_contain_text("You were right on ")
        expect(page.locator(".everybody figcaption")).to_contain_text("You so far, with this run in round")
        expect(page.locator(".cards [data-was]")).to_have_count(24)
        fits(page)
        expect(page.get_by_role("button", name="Another round")).to_be_enabled()
    finally:
        registry.put_away(entry)
