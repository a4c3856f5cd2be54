"""The whole page: the real server, real training, a real Chromium."""

import os
import re
import signal
import subprocess
from pathlib import Path

import psutil
import pytest

pytest.importorskip("playwright.sync_api")

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from seen import playing, rounds
from waiting import until

from engine import PRESETS

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def run_id(page: Page) -> str:
    """The run that the panel shows."""
    return page.locator("#stage .scene").first.get_attribute("data-run") or ""


def address_bar(page: Page) -> str:
    return str(page.evaluate("location.href"))


def address(page: Page, path: str) -> str:
    return str(page.evaluate("path => new URL(path, location.href).href", path))


def pause(page: Page) -> int:
    page.locator("#play", has_text="Pause").click()
    expect(page.locator("#stage .state")).to_have_text("paused")
    return rounds(page)


def choose(page: Page, menu: str, option: str) -> None:
    box: Locator = page.locator(f"{menu} input")
    box.click()
    page.get_by_role("option", name=option, exact=True).click()


def unfold(page: Page, section: str) -> None:
    page.locator(f"#section-{section} .label-wrap").click()


def test_the_page_opens_moving_and_the_picture_changes(page: Page) -> None:
    first = page.locator("#stage canvas").first.screenshot()
    paints = page.evaluate("window.__paints")
    page.wait_for_function(f"window.__paints > {paints + 10}")
    assert page.locator("#stage canvas").first.screenshot() != first


def test_play_pauses_and_the_space_bar_plays_on(page: Page) -> None:
    at = pause(page)
    expect(page.locator("#play")).to_have_text("Play")
    page.locator("body").press("Space")
    playing(page)
    until(lambda: rounds(page) > at, "rounds are played again")


def test_the_stage_alone_fills_the_screen_and_escape_brings_the_rest_back(page: Page) -> None:
    button, width = page.get_by_role("button", name="The stage alone"), "document.querySelector('#stage canvas').clientWidth"
    before = page.evaluate(width)
    button.click()
    expect(page.locator("#recipe")).to_be_hidden()
    page.wait_for_function(f"{width} > 1.2 * {before}")
    page.keyboard.press("Escape")
    expect(page.locator("#recipe")).to_be_visible()
    page.locator("body").press("f")
    expect(page.locator("#recipe")).to_be_hidden()
    button.click()
    page.wait_for_function(f"{width} === {before}")


def test_the_menu_of_presets_is_in_groups_and_holds_each_of_them_once(page: Page) -> None:
    groups = page.locator("#preset optgroup")
    assert groups.first.get_attribute("label") == "Start here"
    names = groups.locator("option").evaluate_all("options => options.map(option => option.value)")
    assert sorted(names) == sorted(PRESETS)


def test_a_step_plays_one_round(page: Page) -> None:
    at = pause(page)
    for played, button in enumerate(("round", "step-d", "step-g"), start=1):
        page.locator(f"#{button}").click()
        until(lambda played=played: rounds(page) == at + played, "one round is played")


def test_slow_motion_tells_a_round_in_its_own_numbers_and_play_goes_on(page: Page) -> None:
    page.locator("#slow input").click()
    current, whose = page.locator("#stage .story li[aria-current]"), page.locator("#stage .story .whose b")
    expect(whose).to_have_text("D’s turn")
    page.locator("#stage .story .go").click()  # pause: from here on, step by step
    told = re.compile(r"gradient of this loss flows back to D; its norm there is \d")
    while not told.search(current.inner_text()):
        page.locator("#stage .story .next").click()
    expect(page.locator("#stage .strip [data-name=D]")).to_have_class("turn lit")
    at = rounds(page)
    page.locator("#round").click()  # tells this round to its end
    expect(whose).to_have_text("G’s turn")
    expect(page.locator("#stage .story .go")).to_have_text("Play")
    assert rounds(page) == at + 1
    page.locator("#play", has_text="Play").click()
    playing(page)
    expect(page.locator("#slow input")).not_to_be_checked()
    expect(page.locator("#stage .story")).to_be_hidden()


def test_a_node_of_the_picture_opens_its_section_of_the_form(page: Page) -> None:
    page.locator("#stage .strip [data-name=z]").click()
    expect(page.locator("#knob-latent-dim input")).to_be_focused()


def test_a_live_knob_acts_on_the_running_run(page: Page) -> None:
    before, link = run_id(page), address_bar(page)
    unfold(page, "d_optimizer")
    box = page.locator("#knob-d_optimizer-adam-lr input")
    box.fill("0.0005")
    box.press("Enter")
    until(lambda: address_bar(page) != link, "the link follows")
    expect(page.locator("#play")).to_have_text("Pause")
    assert run_id(page) == before


def test_another_loss_says_that_it_starts_a_new_run_and_does(page: Page) -> None:
    before = run_id(page)
    choose(page, "#choose-loss", "Hinge")
    expect(page.locator("#message")).to_contain_text("starts a new run")
    expect(page.locator("#reset")).to_have_text("Start new run")
    expect(page.locator("#preset select")).to_have_value("own")
    pause(page)  # what plays can still be paused, and played on
    page.locator("#play", has_text="Play").click()
    playing(page)
    assert run_id(page) == before
    page.locator("#reset").click()
    until(lambda: run_id(page) != before, "a new run is shown")
    playing(page)
    expect(page.locator("#reset")).to_have_text("Reset")


def test_with_pictures_the_networks_follow_and_with_points_they_come_back(page: Page) -> None:
    unfold(page, "generator")
    choose(page, "#choose-data", "Handwriting, drawn by us")
    expect(page.locator("#message")).to_contain_text("now suit pictures")
    expect(page.locator("#choose-generator input")).to_have_value("DCGAN")
    choose(page, "#choose-data", "Two moons")
    expect(page.locator("#message")).to_contain_text("now suit points")
    expect(page.locator("#choose-generator input")).to_have_value("MLP")
    before = run_id(page)
    page.locator("#reset").click()
    until(lambda: run_id(page) != before, "the moons are shown")
    playing(page)


def test_a_number_beyond_a_slider_is_one_sentence_and_nothing_is_lost(page: Page) -> None:
    before = run_id(page)
    box = page.locator("#knob-data-ring-modes input[type=number]")
    box.fill("99")
    expect(page.locator("#message")).to_contain_text("Data, modes must be a whole number from 2 to 24, but it is 99.")
    playing(page)
    assert run_id(page) == before


def test_a_reload_and_a_second_tab_come_back_to_the_run(page: Page) -> None:
    before, at = run_id(page), rounds(page)
    page.reload()
    playing(page)
    assert run_id(page) == before
    second = page.context.new_page()
    second.goto(address_bar(page))
    playing(second)
    assert run_id(second) == before
    assert rounds(second) >= at


def test_a_link_gives_another_visitor_the_same_recipe(page: Page, browser: Browser) -> None:
    choose(page, "#choose-data", "Two moons")
    expect(page.locator("#message")).to_contain_text("starts a new run")
    other = browser.new_context().new_page()
    other.goto(address_bar(page))
    playing(other)
    expect(other.locator("#choose-data input")).to_have_value("Two moons")
    assert run_id(other) != run_id(page)
    pause(other)
    other.context.close()


def test_data_that_cannot_be_had_offer_others(page: Page, tmp_path: Path) -> None:
    config = PRESETS["glyphs-dcgan"].config.with_knobs({"data": {"name": "folder", "path": str(tmp_path / "nowhere")}})
    page.goto(address(page, f"/?r={config.to_link()}"))
    expect(page.locator("#stage [role=alert]")).to_contain_text("nowhere")
    page.get_by_role("button", name="instead").click()
    expect(page.locator("#stage .view")).to_have_attribute("data-kind", "images")
    playing(page)
    expect(page.locator("#choose-data input")).to_have_value("Handwriting, drawn by us")


def test_a_damaged_link_becomes_one_sentence_and_a_ring(visitor: BrowserContext, server: subprocess.Popen[bytes]) -> None:
    page = visitor.new_page()
    page.goto(server.address + "/?r=1nonsense")  # type: ignore[attr-defined]
    expect(page.locator("#message")).to_contain_text("This link is damaged")
    playing(page)


def test_a_wrong_number_is_one_sentence_and_nothing_is_lost(page: Page) -> None:
    before = run_id(page)
    unfold(page, "g_optimizer")
    box = page.locator("#knob-g_optimizer-adam-lr input")
    box.fill("much")
    box.press("Enter")
    expect(page.locator("#message")).to_contain_text("'much' is not a number")
    playing(page)
    assert run_id(page) == before


def test_a_killed_worker_is_reported_and_comes_back(page: Page, server: subprocess.Popen[bytes]) -> None:
    until(lambda: rounds(page) > 50, "some rounds are played")
    pause(page)  # saves
    page.locator("#play", has_text="Play").click()
    playing(page)
    for worker in workers(server.pid):
        os.kill(worker, signal.SIGSEGV)
    expect(page.locator("#stage .sentence")).to_contain_text("Resumed from round")
    playing(page)


def workers(server: int) -> list[int]:
    """The run processes of a server: children of its forkserver."""
    return [worker.pid for forkserver in psutil.Process(server).children() for worker in forkserver.children()]


def test_pictures_show_a_sheet_with_scores_and_real_ones(page: Page) -> None:
    before = run_id(page)
    page.locator("#preset select").select_option("DCGAN on glyphs")  # a preset starts at once
    until(lambda: run_id(page) != before, "another run is shown")
    playing(page)
    expect(page.locator("#stage .view canvas")).to_have_attribute("aria-label", re.compile("64 pictures, fake; D scores"))
    until(lambda: rounds(page) >= 3, "some rounds are played")


def test_everything_can_be_downloaded(page: Page) -> None:
    until(lambda: rounds(page) > 20, "some rounds are played")
    page.locator("#keep .label-wrap").click()
    for name in ("run.gan", "weights.safetensors", "readings.csv", "train.py"):
        link = page.locator(f"#downloads a[href$='{name}']")
        expect(link).to_be_visible()
        answer = page.request.get(address(page, link.get_attribute("href") or ""))
        assert answer.ok
        assert len(answer.body()) > 100


def test_the_code_of_the_recipe_is_written_when_somebody_looks(page: Page) -> None:
    page.locator("#code .label-wrap").click()
    expect(page.locator("#script .cm-content")).to_contain_text("R3GAN on the ring, as in the GAN playground")


def test_a_saved_run_goes_on_where_it_was(page: Page, tmp_path: Path) -> None:
    until(lambda: rounds(page) > 20, "some rounds are played")
    at, before = pause(page), run_id(page)
    saved = tmp_path / "run.gan"
    saved.write_bytes(page.request.get(address(page, f"/runs/{before}/run.gan")).body())
    page.locator("#keep .label-wrap").click()
    page.locator("#load-run input[type=file]").set_input_files(saved)
    until(lambda: run_id(page) != before, "the saved run is shown")
    expect(page.locator("#stage .state")).to_have_text("paused")
    until(lambda: rounds(page) == at, "it stands where it was saved")
    expect(page.locator("#stage .numbers.said")).to_contain_text("d_loss")  # its curves came along
    page.wait_for_function("document.querySelector('#stage .readings .plot').data?.[0].x.length > 10")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_at_390_pixels_nothing_sticks_out(visitor: BrowserContext, server: subprocess.Popen[bytes], theme: str) -> None:
    page = visitor.new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.address}/?__theme={theme}")  # type: ignore[attr-defined]
    playing(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_symptom_is_told_and_its_cure_trains_beside_it(page: Page) -> None:
    first = run_id(page)
    page.locator("#preset select").select_option("ring-collapse")
    until(lambda: run_id(page) not in ("", first), "another run is shown")
    sick = run_id(page)
    card = page.locator("#stage .ailment", has_text="Mode collapse")
    expect(card.locator(".seen")).to_contain_text("of 8 modes")
    if card.get_attribute("open") is None:  # a more urgent one came first
        card.locator("summary").first.click()
    card.get_by_role("button", name="The same low rate").click()
    expect(page.locator("#stage .scene")).to_have_count(2)
    expect(page.locator("#message")).to_contain_text("B has the cure and begins at round 0, from the same seed; A waits at round")
    expect(page.locator("#stage .caption span").nth(1)).to_contain_text("B · Optimizer of G, learning rate 0.0005")
    unfold(page, "d_optimizer")
    expect(page.locator("#knob-d_optimizer-adam-lr input")).to_have_value("0.0005")
    expect(page.locator("#compare input")).to_be_checked()
    assert run_id(page) == sick
