"""The clinic in a real Chromium: a lesson of points and one of pictures, from the question to the cure."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from engine import LESSONS

pytest.importorskip("playwright.sync_api")

from browsing import PATIENCE
from playwright.sync_api import Browser, Page, Route, expect
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

    why.get_by_role("button", name="Equal rates, no momentum, an average").click()
    expect(clinic.locator("#stage .scene")).to_have_count(2)
    standing = clinic.locator(".standing tbody tr", has_text="modes")
    expect(standing.locator("td").last).to_have_text(re.compile(r"^[78] of 8"))
    expect(standing.locator("td").first).to_have_text(re.compile(r"^[0-4] of 8"))
    expect(clinic.locator(".changed")).to_contain_text("Optimizer of D")
    assert "beside" in (clinic.get_by_role("link", name="Open both in Play").get_attribute("href") or "")

    clinic.locator(".clinic .back").click()  # whoever leaves a lesson leaves no run behind
    expect(clinic.locator(".done .count")).to_have_text(re.compile(f"^1 of {len(LESSONS)} "))
    expect(clinic.locator("#stage .scene")).to_have_count(1)  # where the next one will be
    expect(clinic.locator("#stage .scene[data-run]")).to_have_count(0)


def test_a_lesson_of_pictures_shows_how_alike_they_are_and_that_its_cure_parts_them(clinic: Page) -> None:
    clinic.locator(".lessons a[href$='=digits']").click()
    clinic.get_by_role("button", name="I only want to look").click()
    why = clinic.locator("[data-step=why]")
    expect(why).to_have_attribute("open", "")
    expect(clinic.locator(".noticed")).to_contain_text("as far apart as real ones")
    expect(clinic.locator("#stage .checks .tabs [aria-pressed=true]")).to_have_text("Variety")  # the curve that says it best

    why.get_by_role("button", name="Packing").click()
    standing = clinic.locator(".standing tbody tr", has_text="variety")
    expect(standing.locator("td").last).to_have_text(re.compile(r"^(0\.[6-9]|1)"))
    expect(standing.locator("td").first).to_have_text(re.compile(r"^0\.[0-3]"))


def test_the_late_answer_of_a_lesson_that_was_left_lands_on_no_other(clinic: Page) -> None:
    late: list[Route] = []
    clinic.locator(".lessons a[href$='=collapse']").click()
    with clinic.expect_request("**/run/predict**"):
        clinic.route("**/run/predict**", lambda route: route.continue_() if late else late.append(route))
        clinic.get_by_role("button", name="I only want to look").click()
    clinic.keyboard.press("n")
    expect(clinic.locator(".clinic .nth")).to_contain_text("Lesson 2 of")
    with clinic.expect_request("**/run/predict**", timeout=PATIENCE * 1000) as leaves:  # what nobody waits for is put away
        late[0].continue_()
    leaves.value.response()
    expect(clinic.locator("#stage .scene[data-run]")).to_have_count(0)
    expect(clinic.locator("#stage")).to_be_hidden()
    expect(clinic.locator(".noticed")).to_be_hidden()

    clinic.get_by_role("button", name="I only want to look").click()
    expect(clinic.locator("#stage .state")).to_have_text("playing")
    expect(clinic.locator("a.play")).to_have_attribute("href", re.compile(r"^/\?r="))  # the lesson knows what is on the stage


def test_where_the_lessons_cannot_be_had_the_page_says_why(clinic: Page) -> None:
    refusal = "Requests from other sites' pages are not answered."
    clinic.route("**/clinic/lessons", lambda route: route.fulfill(status=403, json={"detail": refusal}))
    clinic.reload()
    expect(clinic.locator("#clinic").get_by_role("alert")).to_have_text(refusal)


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
