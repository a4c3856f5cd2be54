"""GIFs, pictures and tables that a person takes home, read by somebody else's programs."""

import csv
import io
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("playwright.sync_api")

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect
from seen import frames, rounds
from waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


def saved(page: Page, place: Locator, choice: str) -> tuple[str, bytes]:
    """The name and the content of what is chosen from a menu, by keyboard alone."""
    sign = place.locator("summary")
    sign.focus()
    sign.press("Enter")
    with page.expect_download() as download:
        place.get_by_role("button", name=choice).press("Enter")
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def opened(content: bytes) -> Any:
    return Image.open(io.BytesIO(content))


PICTURES = {
    "one colour": np.zeros((7, 300)),
    "stripes": np.tile(np.arange(250), (40, 2)),
    "noise, which fills the dictionary many times": np.random.default_rng(0).integers(0, 255, (200, 300)),
    "one pixel": np.full((1, 1), 254),
}


@pytest.mark.parametrize("first", PICTURES.values(), ids=PICTURES)
def test_every_pixel_of_a_gif_is_read_as_it_was_written(modules: Page, first: np.ndarray) -> None:
    second = first.copy()
    second[0, 0] = 17  # all else stays as it is
    content = modules.evaluate(
        """async ([width, height, frames]) => {
      const { Gif } = await import('/static/gif.js');
      const gif = new Gif(width, height, Uint8Array.from({ length: 765 }, (_, i) => Math.floor(i / 3)));  // greys
      for (const frame of frames) gif.add(Uint8Array.from(frame), 120);
      return [...new Uint8Array(await gif.finish().arrayBuffer())];
    }""",
        [first.shape[1], first.shape[0], [frame.ravel().tolist() for frame in (first, second)]],
    )
    gif = opened(bytes(content))
    assert (gif.n_frames, gif.info["duration"], gif.info["loop"]) == (2, 120, 0)
    for nth, frame in enumerate((first, second)):
        gif.seek(nth)
        assert np.array_equal(np.asarray(gif.convert("RGB"))[..., 0], frame)


def test_the_run_becomes_a_gif_that_any_viewer_opens(page: Page) -> None:
    until(lambda: frames(page) > 6, "some key frames are kept")
    name, content = saved(page, page.locator("#stage .view"), "The run so far")
    assert name == "gan-ring-r3gan-0.gif"
    gif = opened(content)
    assert (gif.format, gif.size) == ("GIF", (480, 502))
    assert gif.n_frames > 5
    ends = []
    for nth in (0, gif.n_frames - 1):
        gif.seek(nth)
        ends.append(gif.convert("RGB"))
    first, last = ends
    assert first.tobytes() != last.tobytes()
    for frame in ends:  # real data are blue, fakes orange, in each frame
        pixels = list(frame.get_flattened_data())
        assert sum(r < 60 and g > 90 and b > 150 for r, g, b in pixels) > 200
        assert sum(r > 180 and 60 < g < 130 and b < 60 for r, g, b in pixels) > 200
    dialog = page.get_by_role("dialog", name="The run as a GIF")
    expect(dialog.get_by_role("status")).to_contain_text(f"{name}: {gif.n_frames} frames")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


SLOW = """() => { const { fetch } = window;
  window.fetch = async (address, ...rest) => {
    if (String(address).includes("/frames/")) await new Promise((done) => setTimeout(done, 150));
    return fetch(address, ...rest);
  }; }"""


def test_a_gif_can_be_stopped_and_begun_again(page: Page) -> None:
    until(lambda: frames(page) > 8, "some key frames are kept")
    page.evaluate(SLOW)
    page.locator("#keep .label-wrap").click()
    dialog = page.get_by_role("dialog", name="The run as a GIF")
    made: list[str] = []
    page.on("download", lambda download: made.append(download.suggested_filename))
    for button in ("Stop", "Close"):  # the second time it is left to its end
        page.get_by_role("button", name="The run so far, moving").click()
        expect(dialog.get_by_role("status")).to_contain_text("Frame " if button == "Stop" else "MB")
        dialog.get_by_role("button", name=button).click()
        expect(dialog).to_be_hidden()
    assert made == ["gan-ring-r3gan-0.gif"]


def test_runs_side_by_side_become_one_gif(page: Page) -> None:
    page.locator("#compare input").click()
    page.locator("#preset select").select_option("WGAN on the ring")
    expect(page.locator("#stage .scene")).to_have_count(2)
    until(lambda: frames(page) > 6, "some key frames are kept")
    until(lambda: page.locator("#stage .view[data-kind=points]").count() == 2, "both are seen")
    page.locator("#keep .label-wrap").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="The run so far, moving").click()
    assert download.value.suggested_filename == "gan-ring-r3gan-0-and-1-more.gif"
    gif = opened(Path(download.value.path()).read_bytes())
    gif.seek(gif.n_frames - 1)
    picture = np.asarray(gif.convert("RGB")).astype(int)
    assert picture.shape == (358, 682, 3)
    for half in (picture[:336, :336], picture[:336, 346:]):  # real data are blue in each half
        assert ((half[..., 0] < 60) & (half[..., 1] > 90) & (half[..., 2] > 150)).sum() > 20
    page.keyboard.press("Escape")


def test_the_stage_as_it_is_seen_is_a_picture(page: Page) -> None:
    name, content = saved(page, page.locator("#stage .view"), "As it is now")
    assert name.startswith("gan-ring-r3gan-0-round-")
    picture = opened(content)
    assert picture.size == tuple(
        page.evaluate("(({ width, height }) => [width, height])(document.querySelector('#stage canvas'))")
    )
    assert min(picture.convert("RGBA").getchannel("A").getextrema()) == 255  # on paper, not on nothing


def test_a_chart_is_a_picture_a_drawing_and_a_table(page: Page) -> None:
    until(lambda: rounds(page) > 50, "there are curves")
    chart = page.locator("#stage .readings")
    page.wait_for_function("document.querySelector('#stage .readings .plot').data?.length === 2")
    name, content = saved(page, chart, "Picture (PNG)")
    assert name == "gan-ring-r3gan-0-losses.png"
    assert opened(content).size == (1800, 1000)
    name, content = saved(page, chart, "Drawing (SVG)")
    assert name == "gan-ring-r3gan-0-losses.svg"
    words = " ".join(ET.fromstring(content).itertext())
    assert all(each in words for each in ("R3GAN on the ring, seed 0: losses", "round", "d_loss", "g_loss"))
    for place, which, column in ((chart, "readings", "d_loss"), (page.locator("#stage .checks"), "checks", "modes")):
        name, content = saved(page, place, f"All {which}")
        assert name == f"gan-ring-r3gan-0-{which}.csv"
        head, *lines = csv.reader(content.decode().splitlines())
        assert head[0] == "round"
        assert column in head
        assert lines


def test_sheets_become_a_gif_too(page: Page) -> None:
    page.locator("#preset select").select_option("DCGAN on glyphs")
    expect(page.locator("#stage .view")).to_have_attribute("data-kind", "images")  # a preset starts at once
    expect(page.get_by_role("group", name="Time line")).to_be_visible()  # there are two key frames
    name, content = saved(page, page.locator("#stage .view"), "The run so far")
    gif = opened(content)
    assert (name, gif.size) == ("gan-glyphs-dcgan-0.gif", (560, 582))
    assert gif.n_frames > 1
    page.keyboard.press("Escape")
