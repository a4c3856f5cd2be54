"""The clinic in a real Chromium: one lesson from its question to its cure."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from engine import LESSONS

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, Page, expect
from shipping import next_tab, visiting

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture
def clinic(browser: Browser, server: subprocess.Popen[bytes]) -> Iterator[Page]:
    """The list of lessons, on a laptop's screen. At the end the page has made no error and asked nobody else for anything."""
    address: str = server.address  # type: ignore[attr-defined]
    with visiting(browser, viewport={"width": 1280, "height": 720}) as visitor, next_tab(visitor, address) as page:
        page.goto(address + "/clinic")
        yield page


def test_a_lesson_leads_from_a_guess_to_a_failure_and_to_its_cure(clinic: Page) -> None:
    clinic.locator(".lessons a[href$='=collapse']").click()
    guess = clinic.get_by_role("button", name="Press Play and see")
    expect(guess).to_be_disabled()  # one has to guess first
    clinic.get_by_label("Sit on one, or jump from one to the next").check()
    guess.click()

    why = clinic.locator("[data-step=why]")
    expect(why).to_have_attribute("open", "")  # the symptom has come
    expect(clinic.locator(".noticed")).to_contain_text("Mode collapse")
    expect(why.locator(".reason")).to_contain_text("judged alone")

    why.get_by_role("button", name="Mode collapse, cured by equal rates").click()
    expect(clinic.locator("#stage .scene")).to_have_count(2)
    standing = clinic.locator(".standing tbody tr", has_text="modes")
    expect(standing.locator("td").last).to_have_text(re.compile(r"^[78] of 8"))
    expect(standing.locator("td").first).to_have_text(re.compile(r"^[0-4] of 8"))
    expect(clinic.locator(".changed")).to_contain_text("Optimizer of D")
    assert "beside" in (clinic.get_by_role("link", name="Open both in Play").get_attribute("href") or "")

    clinic.locator(".clinic .back").click()  # whoever leaves a lesson leaves no run behind
    expect(clinic.locator(".done .count")).to_contain_text("1")


NAMELESS = """() => [...document.querySelectorAll('#clinic :is(button, input, a, progress)')]
    .filter(each => !(each.ariaLabel || each.textContent.trim() || each.labels?.[0]?.textContent.trim()))
    .map(each => each.outerHTML)"""


def test_course_and_question_fit_a_phone_and_keys_turn_the_pages(clinic: Page) -> None:
    clinic.set_viewport_size({"width": 390, "height": 844})
    for lesson in ("", "small-d"):
        if lesson:
            clinic.locator(f".lessons a[href$='={lesson}']").click()
        expect(clinic.locator(".answers" if lesson else ".lessons")).to_be_visible()
        assert clinic.evaluate("document.documentElement.scrollWidth") <= 390
        assert clinic.evaluate(NAMELESS) == []
    expect(clinic.locator("#stage")).to_be_hidden()  # first the guess
    clinic.keyboard.press("2")
    expect(clinic.get_by_label("No: it learns only what D can tell apart")).to_be_checked()
    clinic.keyboard.press("p")
    expect(clinic.locator(".clinic .nth")).to_contain_text(f"Lesson {len(LESSONS) - 1} of {len(LESSONS)}")
    clinic.go_back()
    expect(clinic.locator(".clinic .nth")).to_contain_text(f"Lesson {len(LESSONS)} of {len(LESSONS)}")
