"""Going through a run's time, as a person does, and runs side by side."""

import re

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Locator, Page, expect
from seen import frames, playing, rounds
from waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

WRITE_DOWN = """() => {  // each moment that the time line shows
  const output = document.querySelector('#stage .timeline output');
  window.__said = [];
  new MutationObserver(() => window.__said.push(output.textContent)).observe(output, { childList: true });
}"""
SLIDE = "(slider, place) => { slider.value = place; slider.dispatchEvent(new Event('input', { bubbles: true })); }"


def ids(page: Page) -> list[str]:
    """The runs on the stage."""
    return [scene.get_attribute("data-run") or "" for scene in page.locator("#stage .scene").all()]


def picture(page: Page) -> bytes:
    return page.locator("#stage canvas").first.screenshot()


def choose(page: Page, menu: str, option: str) -> None:
    box: Locator = page.locator(f"{menu} input")
    box.click()
    page.get_by_role("option", name=option, exact=True).click()


def in_step(page: Page) -> bool:
    """Whether the runs side by side are at nearly the same round."""
    at = [int(re.sub(r"\D", "", each) or 0) for each in page.locator("#stage .round").all_inner_texts()]
    return min(at) > 100 and max(at) < 1.3 * min(at)


def pause(page: Page) -> None:
    page.locator("#play", has_text="Pause").click()
    for state in page.locator("#stage .state").all():
        expect(state).to_have_text("paused")


def test_the_past_is_visited_and_left_again(page: Page) -> None:
    until(lambda: frames(page) > 8, "some key frames are there")
    pause(page)
    now = picture(page)
    slider, said = page.locator("#stage .timeline input"), page.locator("#stage .timeline output")
    expect(said).to_have_text("now")
    slider.evaluate(SLIDE, 0)
    expect(said).to_have_text("round 0")
    until(lambda: picture(page) != now, "the first picture is another")
    first = picture(page)
    slider.press("ArrowRight")
    expect(said).not_to_have_text("round 0")
    until(lambda: picture(page) != first, "the next moment is another")
    page.locator("#stage .present").click()
    expect(said).to_have_text("now")
    until(lambda: picture(page) == now, "the present is as it was")


def test_the_past_plays_back_up_to_the_present(page: Page) -> None:
    until(lambda: frames(page) > 6, "some key frames are there")
    pause(page)
    page.locator("#stage .timeline select").select_option("5")
    page.evaluate(WRITE_DOWN)
    page.locator("#stage .timeline .back").click()
    page.wait_for_function("window.__said.at(-1) === 'now' && window.__said.length > 6")
    said = page.evaluate("window.__said")
    gone = [int(re.sub(r"\D", "", each)) for each in said[:-1]]
    assert gone == sorted(gone)
    assert gone[0] == 0


def test_a_branch_begins_where_the_time_line_stands_and_brings_its_curves(page: Page) -> None:
    until(lambda: frames(page) > 12, "some key frames are there")
    pause(page)
    before = ids(page)
    page.locator("#stage .timeline input").evaluate(SLIDE, 8)
    expect(page.locator("#stage .timeline")).to_have_attribute("data-past", "true")
    at = int(re.sub(r"\D", "", page.locator("#stage .timeline output").inner_text()))
    assert 0 < at < rounds(page)
    page.locator("#stage .branch").click()
    until(lambda: ids(page) != before, "another run is shown")
    playing(page)
    until(lambda: rounds(page) > at, "it goes on")
    first = "document.querySelector('#stage .readings .plot').data?.[0].x[0]"
    page.wait_for_function(f"{first} === 1")  # the curve of what went before


def test_a_run_that_was_put_away_shows_how_it_was(page: Page) -> None:
    until(lambda: frames(page) > 3, "some key frames are there")
    pause(page)
    run = ids(page)[0]
    assert page.request.get(f"{page.url.split('?')[0]}runs/{run}/frames/0").json()["round"] == 0
    assert page.request.get(f"{page.url.split('?')[0]}runs/{run}/frames/1").status in (200, 404)
    assert page.request.get(f"{page.url.split('?')[0]}runs/{run}/frames/-1").status == 404
    assert page.request.get(f"{page.url.split('?')[0]}runs/{run}/frames/x").status == 422


def test_runs_stand_side_by_side_named_by_what_differs(page: Page) -> None:
    first = ids(page)
    page.locator("#compare input").check()
    expect(page.locator("#message")).to_contain_text("starts beside this one")
    choose(page, "#choose-loss", "Hinge")
    expect(page.locator("#reset")).to_have_text("Start beside")
    page.locator("#reset").click()
    expect(page.locator("#stage .scene")).to_have_count(2)
    until(lambda: all(ids(page)), "both are heard of")
    assert ids(page)[:1] == first
    expect(page.locator("#stage .caption span").nth(0)).to_have_text("A · R3GAN on the ring")
    expect(page.locator("#stage .caption span").nth(1)).to_have_text("B · Loss: Hinge")
    for state in page.locator("#stage .state").all():
        expect(state).to_have_text("playing")
    until(lambda: in_step(page), "the second has caught up with the first")
    page.wait_for_function("document.querySelector('#stage .readings .plot').data?.length === 4")  # two losses of two runs
    expect(page.locator("#stage .readings .key span:has(svg)")).to_have_text(["A", "B"])  # which dash is whose
    expect(page.locator("#stage .numbers.said li b").first.locator("span")).to_have_count(2)
    pause(page)  # both
    page.locator("#reset").click()  # both from the beginning, together
    until(lambda: ids(page)[:1] != first and len(ids(page)) == 2, "both are new")
    for state in page.locator("#stage .state").all():
        expect(state).to_have_text("playing")
    kept = ids(page)[1]
    page.locator("#stage .close").first.click()
    expect(page.locator("#stage .scene")).to_have_count(1)
    assert ids(page) == [kept]
    expect(page.locator("#stage .caption")).to_be_hidden()


def test_while_runs_are_compared_a_live_knob_starts_another_and_four_are_the_most(page: Page) -> None:
    page.locator("#compare input").check()
    page.locator("#section-seed .label-wrap, #recipe .label-wrap:has-text('Seed')").last.click()
    seed = page.locator("#knob-seed input")
    for count in (2, 3, 4):
        seed.fill(str(count))
        expect(page.locator("#message")).to_contain_text("beside the others")
        page.locator("#reset").click()
        expect(page.locator("#stage .scene")).to_have_count(count)
    expect(page.locator("#stage .caption span").nth(3)).to_have_text("D · Seed 4")
    seed.fill("5")
    expect(page.locator("#reset")).to_have_text("Start beside")
    page.locator("#reset").click()
    expect(page.locator("#message")).to_contain_text("4 runs are the most")
    expect(page.locator("#stage .scene")).to_have_count(4)
    page.locator("#preset select").select_option("WGAN on the ring")  # what is refused leaves the menu as it was
    expect(page.locator("#preset select")).to_have_value("ring-r3gan")
    expect(seed).to_have_value("5")
    right = "Math.max(...[...document.querySelectorAll('#stage .numbers b')].map((each) => each.getBoundingClientRect().right))"
    assert page.evaluate(right) <= 1280  # the fourth run's numbers are on the page
    page.locator("#compare input").uncheck()
    expect(page.locator("#stage .scene")).to_have_count(1)


def test_the_layers_are_worked_out_when_they_are_asked_for(page: Page) -> None:
    pause(page)
    before = picture(page)
    for word in ("optimal D*", "contours", "manifold", "D − D*"):
        button = page.locator("#stage .legend").get_by_role("button", name=word, exact=True)
        button.click()
        expect(button).to_have_attribute("aria-pressed", "true")
        until(lambda before=before: picture(page) != before, f"{word} is drawn")  # type: ignore[misc]
        before = picture(page)
    expect(page.locator("#stage .legend [data-layer=optimal]")).to_have_attribute("aria-pressed", "false")  # one map at a time
    expect(page.locator("#stage .ramp")).to_contain_text("believes too little")


def test_what_is_known_of_a_place_is_said_at_the_pointer(page: Page) -> None:
    page.locator("#stage .legend [data-layer=optimal]").click()
    page.locator("#stage .view canvas").hover(position={"x": 200, "y": 100})
    for word in ("x ", "D ", "D* ", "p data ", "p G ", "∇D "):
        expect(page.locator("#stage .readout")).to_contain_text(word)
    page.mouse.move(5, 5)
    expect(page.locator("#stage .readout")).to_be_hidden()
