"""A teacher prepares a lesson, and a student opens its link; what is looked at is in the link too."""

import re
import subprocess
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("playwright.sync_api")

from browsing import PATIENCE
from playwright.sync_api import Browser, Page, expect
from seen import playing
from waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

SENTENCE = "Raise D’s learning rate. <b>What</b> happens first?"


@pytest.fixture
def student(browser: Browser) -> Iterator[Page]:
    """Somebody else's browser."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    page = context.new_page()
    yield page
    if "playing" in (page.locator("#stage .state").text_content() or ""):
        page.locator("#play", has_text="Pause").click()
        expect(page.locator("#stage .state")).not_to_have_text("playing")
    context.close()


def address_bar(page: Page) -> str:
    return str(page.evaluate("location.href"))


def looked_at(page: Page) -> list[str]:
    return parse_qs(urlsplit(address_bar(page)).query).get("v", [""])[0].split("_")


def pressed(page: Page, name: str | re.Pattern[str]) -> str | None:
    return (
        page.locator("#stage").get_by_role("button", name=name, exact=isinstance(name, str)).first.get_attribute("aria-pressed")
    )


def test_a_student_finds_what_the_teacher_prepared(page: Page, student: Page) -> None:
    page.locator("#stage").get_by_role("button", name="gradients", exact=True).click()
    page.locator("#prepare .label-wrap").click()
    page.get_by_label("What shall they do?").fill(SENTENCE)
    form = page.locator(".prepare")
    for area, choice in (("Data", "locked"), ("Generator G", "hidden"), ("Seed and New seed", "locked"), ("Speed", "hidden")):
        form.get_by_role("group", name=area, exact=True).get_by_role("radio", name=choice).check()
    address = form.get_by_label("The lesson’s link")
    expect(address).to_have_value(re.compile("lesson=1.+&v=real_fake_belief$"))
    until(lambda: form.get_by_role("link", name="Try it").get_attribute("href") == address.input_value())
    form.get_by_role("button", name="Copy the lesson link").focus()
    page.keyboard.press("Enter")
    expect(form.get_by_role("status")).to_have_text(re.compile(r"Copied|copy it"))

    student.goto(address.input_value())
    playing(student)
    banner = student.get_by_role("complementary", name="Lesson")
    expect(banner).to_contain_text(SENTENCE)  # as text: no markup was made of it
    expect(student.locator("#section-generator")).to_be_hidden()
    expect(student.locator("#pace")).to_be_hidden()
    expect(student.locator("#new-seed")).to_be_hidden()
    expect(student.locator("#prepare")).to_be_hidden()
    expect(student.locator("#choose-data input")).to_be_disabled()
    expect(student.locator("#knob-data-ring-modes input[type=range]")).to_be_disabled()
    expect(student.locator("#choose-loss input")).to_be_enabled()
    assert pressed(student, "gradients") == "false"
    student.locator("#section-d_optimizer .label-wrap").click()
    box = student.locator("#knob-d_optimizer-adam-lr input")
    box.fill("0.0005")
    box.press("Enter")
    expect(student.locator("#preset select")).to_have_value("own")
    until(
        lambda: {"r", "lesson", "v"} <= parse_qs(urlsplit(address_bar(student)).query).keys(), "the lesson stays in the address"
    )
    banner.get_by_role("link", name="Leave the lesson").click()
    playing(student)
    expect(banner).to_be_hidden()
    expect(student.locator("#section-generator")).to_be_visible()
    expect(student.locator("#choose-data input")).to_be_enabled()


def test_a_damaged_lesson_is_one_sentence_and_the_ordinary_page(student: Page, server: subprocess.Popen[bytes]) -> None:
    student.goto(server.address + "/?lesson=1nonsense&v=<b>_nobody_readings-nothing")  # type: ignore[attr-defined]
    playing(student)
    expect(student.locator("#message")).to_contain_text("This link is damaged")
    expect(student.get_by_role("complementary", name="Lesson")).to_be_hidden()
    assert pressed(student, "gradients") == "true"


def test_what_is_looked_at_comes_back_with_the_link(page: Page) -> None:
    assert looked_at(page) == [""]
    page.locator("#stage").get_by_role("button", name="optimal D*").click()
    page.locator("#stage .readings").get_by_role("button", name="Scores").click()
    page.locator("#stage .checks").get_by_role("button", name="KL and JS").click()
    page.get_by_role("button", name="log scale").click()
    page.get_by_label("smoothing").fill("0.9")
    for section in ("data", "generator"):  # the first is unfolded at the start, the other is not
        page.locator(f"#section-{section} .label-wrap").click()
    words = ["real", "fake", "gradients", "optimal", "readings-scores", "checks-kl-and-js", "log"]
    words += ["fold-data", "open-generator", "smooth-90"]
    until(lambda: looked_at(page) == words, "the address follows")
    page.reload()
    playing(page)
    for name, on in (("optimal D*", "true"), (re.compile("belief"), "false"), ("log scale", "true")):
        assert pressed(page, name) == on, name
    for chart, tab in (("readings", "Scores"), ("checks", "KL and JS")):
        expect(page.locator(f"#stage .{chart}").get_by_role("button", name=tab)).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_label("smoothing")).to_have_value("0.9")
    expect(page.locator("#knob-generator-mlp-width input").first).to_be_visible()
    expect(page.locator("#choose-data")).to_be_hidden()
    assert looked_at(page) == words
