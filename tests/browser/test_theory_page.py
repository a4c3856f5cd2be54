"""The theory page in a real Chromium: by mouse, by keyboard, on a narrow screen, in the dark."""

import re
import subprocess
from collections.abc import Iterator

import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, Locator, Page, expect
from shipping import next_tab, visiting

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

XY, DIRAC, LOSSES, DENSITIES = (f'[data-exhibit="{name}"]' for name in ("xy", "dirac", "losses", "densities"))


@pytest.fixture
def theory(browser: Browser, server: subprocess.Popen[bytes]) -> Iterator[Page]:
    """The theory page with its first answers. At the end it has made no error and asked nobody else for anything."""
    address: str = server.address  # type: ignore[attr-defined]
    with visiting(browser) as visitor, next_tab(visitor, address) as page:
        page.goto(address + "/theory")
        for exhibit in (XY, DIRAC, DENSITIES):
            answered(page, exhibit, more_than=0)
        yield page


def answered(page: Page, exhibit: str, *, more_than: int) -> None:
    page.wait_for_function(
        "([exhibit, n]) => Number(document.querySelector(exhibit)?.dataset.answers ?? 0) > n", arg=[exhibit, more_than]
    )


def answers(page: Page, exhibit: str) -> int:
    return int(page.locator(exhibit).get_attribute("data-answers") or 0)


def fact(page: Page, exhibit: str, name: str) -> Locator:
    return page.locator(f"{exhibit} .facts div", has_text=name).locator("dd")


def number(page: Page, exhibit: str, name: str) -> float:
    return float(re.match(r"[−\d.]+", fact(page, exhibit, name).inner_text())[0].replace("−", "-"))  # type: ignore[index]


def settled(page: Page, exhibit: str) -> bytes:
    """The picture, once no repainting is due."""
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.locator(f"{exhibit} .view canvas").first.screenshot()


def drag(page: Page, handle: Locator, dx: float, dy: float) -> None:
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2)
    page.mouse.move(x + dx, y + dy)
    page.mouse.up()


def test_it_opens_with_a_game_that_drifts_outwards_and_a_cure_is_one_click_away(theory: Page) -> None:
    expect(theory.locator(XY)).to_have_attribute("data-verdict", "moves away")
    assert number(theory, XY, "predicted") == number(theory, XY, "measured") == 1.0198
    before = settled(theory, XY)
    theory.get_by_role("button", name="Extragradient").click()
    expect(theory.locator(XY)).to_have_attribute("data-verdict", "approaches")
    expect(fact(theory, XY, "predicted")).to_contain_text("0.9806")
    assert settled(theory, XY) != before


def test_the_start_is_dragged_with_the_mouse_and_path_and_numbers_follow(theory: Page) -> None:
    handle = theory.locator(f"{XY} .square .handle")
    before, far = settled(theory, XY), number(theory, XY, "distance after")
    expect(handle).to_have_attribute("aria-label", re.compile(r"Start: x 0\.60, y 0\.60"))
    seen = answers(theory, XY)
    drag(theory, handle, 120, -60)
    answered(theory, XY, more_than=seen)
    expect(handle).not_to_have_attribute("aria-label", re.compile(r"x 0\.60"))
    theory.wait_for_function(
        "([row, far]) => parseFloat(document.querySelector(row).textContent) > far",
        arg=[f"{XY} .facts div:last-child dd", far],
    )
    assert settled(theory, XY) != before


def test_the_start_moves_by_arrow_keys_and_further_with_shift(theory: Page) -> None:
    handle = theory.locator(f"{XY} .square .handle")
    handle.focus()
    handle.press("ArrowRight")
    expect(handle).to_have_attribute("aria-label", re.compile(r"x 0\.65, y 0\.60"))
    handle.press("Shift+ArrowDown")
    expect(handle).to_have_attribute("aria-label", re.compile(r"x 0\.65, y 0\.35"))


def test_a_step_size_beyond_the_border_makes_the_cure_fail(theory: Page) -> None:
    theory.get_by_role("button", name="Extragradient").click()
    expect(theory.locator(XY)).to_have_attribute("data-verdict", "approaches")
    slider = theory.locator(f'{XY} .knobs input[type="range"]').first
    slider.fill("1.2")
    expect(theory.locator(XY)).to_have_attribute("data-verdict", "moves away")
    theory.locator(f"{XY} .radii .handle").press("Home")  # not a key of ours: nothing happens
    theory.locator(f"{XY} .radii .handle").press("Shift+ArrowLeft")
    expect(slider).to_have_value("1.1")


def test_while_one_drags_the_server_is_not_flooded(theory: Page) -> None:
    sent: list[str] = []
    theory.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    handle = theory.locator(f"{XY} .square .handle")
    box = handle.bounding_box()
    assert box
    theory.mouse.move(box["x"] + 15, box["y"] + 15)
    theory.mouse.down()
    began = theory.evaluate("performance.now()")
    for i in range(60):
        theory.mouse.move(box["x"] + 15 + i, box["y"] + 15)
    theory.mouse.up()
    seconds = (theory.evaluate("performance.now()") - began) / 1000
    assert 1 <= len(sent) <= 2 + seconds * 15  # one every 70 ms at most


def test_r1_brings_the_dirac_gan_to_rest_and_the_gradient_penalty_has_no_prediction(theory: Page) -> None:
    assert number(theory, DIRAC, "predicted") == 1.005
    theory.locator(DIRAC).get_by_role("button", name="R1").click()
    expect(theory.locator(DIRAC)).to_have_attribute("data-verdict", "approaches")
    expect(fact(theory, DIRAC, "predicted")).to_contain_text("0.9000")
    theory.locator(DIRAC).get_by_role("button", name="Gradient penalty").click()
    expect(fact(theory, DIRAC, "predicted")).to_have_text(re.compile("^–"))
    expect(fact(theory, DIRAC, "eigenvalues")).to_have_text("–")
    expect(theory.locator(f"{DIRAC} .note")).to_contain_text("slope of 1")


def test_minimax_tells_g_nothing_where_d_is_sure(theory: Page) -> None:
    assert number(theory, LOSSES, "Minimax") < 0.01
    assert number(theory, LOSSES, "Non-saturating") > 0.9
    before = settled(theory, LOSSES)
    theory.locator(LOSSES).get_by_role("button", name="Hinge").click()
    expect(theory.locator(LOSSES)).to_have_attribute("data-told", "1.00")
    assert settled(theory, LOSSES) != before


def test_q_is_dragged_onto_p_and_d_cannot_tell(theory: Page) -> None:
    centre = theory.get_by_role("button", name=re.compile("^Centre of fake:"))
    before, w1 = settled(theory, DENSITIES), number(theory, DENSITIES, "Wasserstein")
    drag(theory, centre, -120, 0)
    theory.wait_for_function(
        "([exhibit, w1]) => parseFloat([...document.querySelectorAll(exhibit + ' .facts dd')][4].textContent) < w1",
        arg=[DENSITIES, w1],
    )
    assert settled(theory, DENSITIES) != before
    width = theory.get_by_role("button", name=re.compile("^Width of fake:"))
    width.focus()
    width.press("ArrowRight")
    expect(width).to_have_attribute("aria-label", re.compile(r"standard deviation 0\.95"))


def test_a_second_gaussian_is_switched_on(theory: Page) -> None:
    second = theory.get_by_role("button", name=re.compile("^Centre of real, second"))
    expect(second).to_be_hidden()
    theory.get_by_label("a second Gaussian in real").check()
    expect(second).to_be_visible()


def test_a_server_that_does_not_answer_is_said_and_forgotten_when_it_does(theory: Page) -> None:
    theory.route("**/theory/bilinear", lambda route: route.abort())
    theory.get_by_role("button", name="Alternating").click()
    expect(theory.get_by_role("alert")).to_contain_text("The server does not answer")
    theory.unroute("**/theory/bilinear")
    theory.get_by_role("button", name="Extragradient").click()
    expect(theory.locator(XY)).to_have_attribute("data-verdict", "approaches")
    expect(theory.locator("#theory .trouble")).to_be_hidden()


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen_and_everything_has_a_name(theory: Page, width: int) -> None:
    theory.set_viewport_size({"width": width, "height": 844})
    assert theory.evaluate("document.documentElement.scrollWidth") <= width
    nameless = """() => [...document.querySelectorAll('#theory :is(button, input, canvas)')]
        .filter(each => !(each.ariaLabel || each.textContent.trim() || each.labels?.[0]?.textContent.trim()))
        .map(each => each.outerHTML)"""
    assert theory.evaluate(nameless) == []


def test_the_pages_lead_to_one_another_and_play_loads_nothing_of_this_one(theory: Page) -> None:
    loaded: list[str] = []
    theory.on("request", lambda request: loaded.append(request.url))
    theory.get_by_role("link", name="Play").click()
    expect(theory.locator("#stage .state")).to_be_visible()
    theory.wait_for_function("window.__paints > 0")
    assert [url for url in loaded if "/theory" in url or "/static/theory" in url] == []
    assert any(cookie["name"] == "visitor" for cookie in theory.context.cookies())
    expect(theory.get_by_role("link", name="Theory")).to_be_visible()
