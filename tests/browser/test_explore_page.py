"""The explore page in a real Chromium: a slider moves a digit at once, answers never queue up, pictures can be taken home."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api")

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect
from shipping import next_tab, shipping, visiting

from engine import RunConfig, Trained, pretrained
from engine.trainer import Trainer
from playground.registry import Limits, Registry

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")]

SHIPPED: dict[str, Any] = {  # as large as what ships, but it has hardly learned anything
    "data": "glyphs",
    "game": {"name": "infogan", "categories": 10, "continuous": 2},
    "latent": {"dim": 32},
    "generator": {"name": "dcgan", "width": 32, "norm": "batch"},
    "discriminator": {"name": "dcgan", "width": 8},
    "g_optimizer": {"name": "adam", "lr": 0.002},
    "training": {"batch": 16, "average": 0.0},
}
ROUNDS = 12
FLAT: dict[str, Any] = SHIPPED | {"game": "vae", "latent": {"dim": 2}, "generator": {"name": "dcgan", "width": 8}}
SLACK = 4  # times as long as promised: this computer may train beside it
PROMISED = 100  # ms for 64 pictures


@pytest.fixture(scope="module")
def models() -> dict[str, Trained]:
    """Two networks after a few rounds, and one that ships."""
    made = {}
    for name, recipe in (("infogan", SHIPPED), ("vae", FLAT)):
        trainer = Trainer(RunConfig.from_dict(recipe))
        for _ in range(ROUNDS):
            trainer.round()
        trainer.catch_up()
        made[name] = Trained(trainer.config, trainer.shown)
    return made | {"shipped": pretrained("mnist-infogan")}


@pytest.fixture(scope="module")
def place(models: dict[str, Trained], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    registry = Registry(tmp_path_factory.mktemp("runs"), limits=Limits(idle=60.0))
    with shipping(models, registry, rounds=ROUNDS, data="glyphs", translates=False) as address:
        yield address
    registry.shutdown()


@pytest.fixture(scope="module")
def alice(browser: Browser) -> Iterator[BrowserContext]:
    with visiting(browser) as visitor:
        yield visitor


@pytest.fixture
def page(alice: BrowserContext, place: str) -> Iterator[Page]:
    with next_tab(alice, place) as tab:
        yield tab


@pytest.fixture
def open_at(page: Page, place: str) -> Page:
    """The page as it opens, with its first samples."""
    page.goto(f"{place}/explore")
    return opened(page, "infogan")


def opened(page: Page, model: str) -> Page:
    page.wait_for_function("model => document.querySelector('.explore')?.dataset.model === model", arg=model)
    return settled(page)


def settled(page: Page) -> Page:
    """Everything that was asked is answered and shown."""
    page.wait_for_function("document.querySelector('.explore').dataset.busy === 'false'")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page


def told(page: Page) -> dict[str, str]:
    return page.evaluate("({...document.querySelector('.explore').dataset})")  # type: ignore[no-any-return]


def turn(page: Page, code: str, *values: float) -> None:
    """As fast as a slider can be dragged: all in one go."""
    page.evaluate(
        """([code, values]) => {
          const slider = document.querySelector(`.explore input[data-code="${code}"]`);
          for (const value of values) {
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
          }
        }""",
        [code, values],
    )


def sheet(page: Page) -> bytes:
    return page.locator(".samples canvas").screenshot()


def downloaded(page: Page, button: str) -> tuple[str, Image.Image]:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    path: Path = download.value.path()
    return download.value.suggested_filename, Image.open(io.BytesIO(path.read_bytes()))


# -- a slider moves a digit -------------------------------------------------------------------------------------------


def test_it_opens_with_an_example_and_a_slider_changes_every_picture(open_at: Page) -> None:
    expect(open_at.get_by_role("button", name="Sample 80")).to_be_visible()
    expect(open_at.get_by_role("button", name="Sample 46")).to_have_attribute("aria-pressed", "true")  # one from the middle
    expect(open_at.locator(".said")).to_contain_text("a smaller truncation gives tamer ones")
    expect(open_at.locator(".samples .head")).to_have_text(list("ABCDEFGHIJ"))
    before = sheet(open_at)
    slider = open_at.get_by_label("number 1", exact=False).and_(open_at.get_by_role("slider"))
    slider.focus()
    for _ in range(3):
        slider.press("PageUp")
    settled(open_at)
    assert sheet(open_at) != before
    assert json.loads(told(open_at)["shown"])["codes"]["number 1"] > 0


def test_while_one_drags_one_question_is_on_its_way_and_the_last_value_is_shown(open_at: Page) -> None:
    asked = int(told(open_at)["asked"])
    for start in (0, 10, 20):
        turn(open_at, "number 1", *((start + i) / 20 - 1 for i in range(1, 11)))
    settled(open_at)
    assert told(open_at)["most"] == "1"
    assert json.loads(told(open_at)["shown"])["codes"]["number 1"] == 0.5
    assert int(told(open_at)["asked"]) - asked < 10  # of thirty


def test_64_pictures_of_a_network_that_ships_are_there_at_once(
    page: Page, place: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page.goto(f"{place}/explore?model=shipped")
    opened(page, "shipped")
    page.get_by_role("group", name="choice 1").get_by_role("button", name="D", exact=True).click()
    settled(page)
    expect(page.get_by_role("button", name=re.compile("^Sample "))).to_have_count(64)
    took = []
    for i in range(40):
        turn(page, "number 2", i / 20 - 1)
        settled(page)
        took.append(float(told(page)["ms"]))
    p50, p95 = np.percentile(took, [50, 95])
    with capsys.disabled():
        print(f"\n64 pictures, from the slider to the screen: {p50:.0f} ms in the middle, {p95:.0f} ms at the 95th percentile")
    assert p95 < SLACK * PROMISED


def test_a_choice_is_held_let_go_and_all_goes_back_to_the_middle(open_at: Page) -> None:
    choice = open_at.get_by_role("group", name="choice 1")
    choice.get_by_role("button", name="H", exact=True).click()
    open_at.get_by_role("button", name="Let number 1 vary").click()
    settled(open_at)
    assert json.loads(told(open_at)["shown"])["codes"] == {"number 2": 0, "choice 1": 7}
    open_at.get_by_role("button", name="All back to the middle").click()
    settled(open_at)
    assert json.loads(told(open_at)["shown"])["codes"] == {"number 1": 0, "number 2": 0}


def test_what_was_just_pressed_looks_chosen_while_the_pointer_rests_on_it(open_at: Page) -> None:
    chosen = open_at.get_by_role("group", name="choice 1").get_by_role("button", name="C", exact=True)
    vary = open_at.get_by_role("button", name="Let number 1 vary")
    for button in (chosen, vary):
        button.click()
        open_at.mouse.move(1, 1)
        away = button.evaluate("button => getComputedStyle(button).backgroundColor")
        button.hover()
        assert button.evaluate("button => getComputedStyle(button).backgroundColor") == away


def test_the_pad_is_dragged_and_moved_by_keys(open_at: Page) -> None:
    before = sheet(open_at)
    pad = open_at.locator(".latent-pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    open_at.mouse.move(box["x"] + 15, box["y"] + 15)
    open_at.mouse.down()
    open_at.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 2, steps=5)
    open_at.mouse.up()
    settled(open_at)
    look = json.loads(told(open_at)["shown"])
    assert (look["u"], look["v"]) == (pytest.approx(0.5, abs=0.02), 1)
    assert sheet(open_at) != before
    pad.get_by_role("button").press("Shift+ArrowUp")
    settled(open_at)
    assert json.loads(told(open_at)["shown"])["v"] == pytest.approx(0.9)


# -- the other ways to look -------------------------------------------------------------------------------------------


def test_a_traversal_names_its_rows_and_becomes_a_gif(open_at: Page) -> None:
    open_at.get_by_role("tab", name="Traverse").click()
    settled(open_at)
    expect(open_at.locator(".answer .name").first).to_have_text(re.compile(r"choice 1\s*10 choices"))
    expect(open_at.locator(".answer .name").nth(1)).to_have_text(re.compile(r"number 1\s*−2 … 2"))
    rows = [name.split("\n")[0] for name in open_at.locator(".answer .name").all_inner_texts()]
    assert rows == open_at.locator(".choices button").all_inner_texts()[1:]  # a chip for each row, and no other
    name, film = downloaded(open_at, "Animation (GIF)")
    assert (name, film.n_frames) == ("the-infogan-traverse.gif", 18)  # ten columns, to and fro
    open_at.get_by_role("group", name="What is swept").get_by_role("button", name="number 2").click()
    settled(open_at)
    expect(open_at.locator(".answer .name")).to_have_count(6)


def test_a_choice_is_swept_for_six_samples_that_differ(open_at: Page) -> None:
    expect(open_at.locator(".about")).to_have_text(re.compile("^Each row is one z, each column one choice;"))
    open_at.get_by_role("tab", name="Traverse").click()
    open_at.get_by_role("group", name="What is swept").get_by_role("button", name="choice 1").click()
    settled(open_at)
    expect(open_at.locator(".answer .name")).to_have_text([f"sample {6 + 10 * row}" for row in range(2, 8)])


def test_where_the_choice_is_held_each_sample_is_another_z(open_at: Page) -> None:
    open_at.get_by_role("tab", name="Arithmetic").click()
    settled(open_at)
    open_at.get_by_role("group", name="choice 1").get_by_role("button", name="B", exact=True).click()  # 64 samples, not 80
    settled(open_at)
    expect(open_at.locator("#explore .trouble")).to_be_hidden()
    open_at.get_by_role("tab", name="Samples").click()
    expect(open_at.locator(".about")).to_have_text(re.compile("^Each of them is another z;"))


def test_on_a_phone_names_and_captions_have_room(open_at: Page) -> None:
    open_at.set_viewport_size({"width": 390, "height": 844})
    cut = "spans => spans.filter(span => span.scrollWidth > span.clientWidth).map(span => span.textContent)"
    for tab, kind in (("Traverse", "name"), ("Neighbours", "caption")):
        open_at.get_by_role("tab", name=tab).click()
        settled(open_at)
        expect(open_at.locator(f".answer .{kind}").first).to_be_visible()
        assert open_at.locator(f".answer .{kind}").evaluate_all(cut) == []


def test_the_ends_of_a_way_are_chosen_on_the_sheet(open_at: Page) -> None:
    open_at.get_by_role("tab", name="Interpolate").click()
    settled(open_at)
    open_at.get_by_role("button", name="Sample 3", exact=True).click()
    open_at.get_by_role("button", name="Sample 25", exact=True).click()
    settled(open_at)
    expect(open_at.get_by_role("button", name="Sample 3, A")).to_have_attribute("aria-pressed", "true")
    expect(open_at.get_by_role("button", name="Sample 25, B")).to_be_visible()
    place = open_at.get_by_role("slider", name="Place on the way")
    place.fill("30")
    assert open_at.locator(".film canvas").screenshot()
    name, film = downloaded(open_at, "Animation (GIF)")
    assert (name, film.size, film.n_frames) == ("the-infogan-interpolate.gif", (224, 224), 60)


def test_groups_are_filled_by_pressing_samples(open_at: Page) -> None:
    open_at.get_by_role("tab", name="Arithmetic").click()
    settled(open_at)
    expect(open_at.get_by_role("button", name="Sample 2, C")).to_be_visible()  # rows are z: each group has others
    open_at.get_by_role("button", name=re.compile("^Group B")).click()
    open_at.get_by_role("button", name="Sample 31, B").click()
    settled(open_at)
    expect(open_at.get_by_role("button", name="Group B, mean of 2: choose samples for it")).to_be_visible()
    for index in (41, 51):
        open_at.get_by_role("button", name=f"Sample {index}, B").click()
    expect(open_at.get_by_role("alert")).to_have_text("Choose one to three samples for each of the three groups.")


def test_neighbours_come_with_a_distance_and_a_scale(open_at: Page) -> None:
    open_at.get_by_role("tab", name="Neighbours").click()
    settled(open_at)
    expect(open_at.locator(".answer .caption")).to_have_count(9)
    expect(open_at.locator(".said")).to_contain_text("5,000 examples drawn for this")
    expect(open_at.locator(".said")).to_contain_text("real examples that nobody trained on are typically")
    expect(open_at.locator(".said")).to_contain_text("These data never repeat, so there is nothing to learn by heart.")
    expect(open_at.locator(".about")).to_contain_text("pixel by pixel")


def test_an_autoencoder_shows_copies_and_a_map(page: Page, place: str) -> None:
    page.goto(f"{place}/explore?model=vae&tab=map")
    opened(page, "vae")
    expect(page.locator(".said")).to_have_text(re.compile("^512 examples"))
    page.get_by_role("tab", name="Map").press("ArrowLeft")
    settled(page)
    expect(page.get_by_role("tab", name="Reconstruct")).to_be_focused()
    expect(page.locator(".answer .name")).to_have_text(["real", "copy", "real", "copy"])


# -- links, files, models ---------------------------------------------------------------------------------------------


def test_the_address_brings_back_what_was_seen(open_at: Page) -> None:
    turn(open_at, "number 1", 1.25)
    open_at.get_by_role("group", name="choice 1").get_by_role("button", name="E", exact=True).click()
    settled(open_at)
    assert "c.number+1=1.25" in open_at.url
    before, address = told(open_at)["shown"], open_at.url
    open_at.goto("about:blank")
    open_at.goto(address)
    opened(open_at, "infogan")
    assert json.loads(told(open_at)["shown"]) == json.loads(before)


@pytest.mark.parametrize(
    ("tab", "state"),
    [
        ("traverse", "t.row=number+2&t.sample=23"),
        ("interpolate", "t.start=3&t.end=41&t.way=straight"),
        ("arithmetic", "t.a=1.2.3&t.b=4&t.c=50.6"),
        ("neighbours", "t.sample=17"),
    ],
)
def test_a_link_brings_back_what_a_tab_was_set_to(page: Page, place: str, tab: str, state: str) -> None:
    page.goto(f"{place}/explore?model=infogan&tab={tab}&seed=0&c.number+1=0&c.number+2=0&{state}")
    opened(page, "infogan")
    assert page.url.endswith(f"&{state}")
    chosen = page.locator(".choices [aria-pressed='true']")
    if tab in ("traverse", "interpolate"):
        expect(chosen).to_have_text({"traverse": "number 2", "interpolate": "straight"}[tab])


def test_what_is_damaged_in_a_link_is_ignored(page: Page, place: str) -> None:
    page.goto(f"{place}/explore?model=infogan&tab=interpolate&t.start=x&t.end=9999&t.way=round")
    opened(page, "infogan")
    expect(page.locator("#explore .trouble")).to_be_hidden()
    expect(page.locator(".choices [aria-pressed='true']")).to_have_text("spherical")


def test_a_link_that_cannot_be_understood_is_said_and_the_model_opens(page: Page, place: str) -> None:
    page.goto(f"{place}/explore?model=infogan&seed=1&c.slant=1")
    opened(page, "infogan")
    expect(page.get_by_role("alert")).to_contain_text("There is no code 'slant' here.")


def test_the_sheet_is_taken_home_three_times_as_large(open_at: Page) -> None:
    name, picture = downloaded(open_at, "Picture (PNG)")
    assert (name, picture.size) == ("the-infogan-samples.png", (10 * 28 * 3, 8 * 28 * 3))
    pixels = np.asarray(picture.convert("L"))
    assert (pixels[::3, ::3] == pixels[1::3, 2::3]).all()  # each pixel is a square of nine


def test_where_there_is_nothing_to_explore_the_way_to_play_is_shown(page: Page, place: str) -> None:
    page.route("**/explore/models", lambda route: route.fulfill(json={"pretrained": [], "runs": []}))
    page.goto(f"{place}/explore")
    expect(page.get_by_text("There is nothing to explore yet.")).to_be_visible()
    expect(page.get_by_role("link", name="Train something on the Play page")).to_have_attribute("href", "/")


def test_a_server_that_does_not_answer_is_said_and_forgotten_when_it_does(open_at: Page) -> None:
    open_at.route("**/explore/infogan/samples", lambda route: route.abort())
    turn(open_at, "number 1", 0.5)
    expect(open_at.get_by_role("alert")).to_contain_text("The server does not answer")
    open_at.unroute("**/explore/infogan/samples")
    expect(open_at.locator("#explore .trouble")).to_be_hidden()
    settled(open_at)
    assert json.loads(told(open_at)["shown"])["codes"]["number 1"] == 0.5


def test_it_tries_again_by_itself_and_a_link_to_a_damaged_model_says_so(page: Page, place: str) -> None:
    page.route("**/explore/models", lambda route: route.abort())
    page.goto(f"{place}/explore?model=lost")
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    page.unroute("**/explore/models")
    opened(page, "infogan")
    expect(page.get_by_role("alert")).to_have_text("The weights of this model are damaged. This is another one.")


def test_a_damaged_model_says_so_and_the_others_work(open_at: Page) -> None:
    lost = open_at.get_by_role("button", name=re.compile("The lost"))
    expect(lost).to_be_disabled()
    expect(lost).to_contain_text("The weights of this model are damaged.")
    open_at.get_by_role("button", name=re.compile("The vae")).click()
    opened(open_at, "vae")
    expect(open_at.get_by_role("tab")).to_have_count(7)


def test_a_run_that_trains_on_the_play_page_is_explored_while_it_does(page: Page, place: str) -> None:
    page.goto(place)
    expect(page.locator("#stage .state")).to_have_text("playing")
    page.get_by_role("link", name="Explore").click()  # it opens there, without being chosen
    expect(page.locator(".models li").first).to_contain_text("seed 0")
    page.wait_for_function("document.querySelector('.explore').dataset.drawn === 'points'")
    settled(page)
    expect(page.locator(".waiting")).to_have_text(re.compile("^Training now, round"))
    first = int(told(page)["answered"])
    page.wait_for_function("n => Number(document.querySelector('.explore').dataset.answered) > n", arg=first)  # it follows
    page.get_by_role("button", name="Sample 1 of 512 is chosen. Arrow keys choose another.").press("ArrowRight")
    expect(page.get_by_role("button", name=re.compile("^Sample 2 of 512"))).to_be_visible()
    page.get_by_role("tab", name="Interpolate").click()
    assert downloaded(page, "Animation (GIF)")[1].n_frames == 60
    assert downloaded(page, "Picture (PNG)")[1].width > 300
    page.get_by_role("link", name="Play").click()
    page.locator("#play", has_text="Pause").click()
    expect(page.locator("#stage .state")).to_have_text("paused")


def test_a_run_that_pauses_and_goes_on_is_followed_again(open_at: Page) -> None:
    heard = int(told(open_at)["answered"])
    live = {"id": "infogan", "title": "A run", "state": "playing", "round": 1, "live": True}  # as if it were one that was paused
    open_at.route("**/explore/runs", lambda route: route.fulfill(json={"runs": [live]}))
    open_at.wait_for_function("n => Number(document.querySelector('.explore').dataset.answered) > n", arg=heard)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen_and_everything_has_a_name(open_at: Page, width: int) -> None:
    open_at.set_viewport_size({"width": width, "height": 844})
    nameless = """() => [...document.querySelectorAll('#explore :is(button, input, canvas)')]
        .filter(each => !each.closest('[aria-hidden]') && each.getClientRects().length)
        .filter(each => !(each.ariaLabel || each.textContent.trim() || each.labels?.[0]?.textContent.trim()))
        .map(each => each.outerHTML)"""
    for tab in ("Samples", "Traverse", "Interpolate", "Arithmetic", "Neighbours"):
        open_at.get_by_role("tab", name=tab).click()
        settled(open_at)
        assert open_at.evaluate("document.documentElement.scrollWidth") <= width
        assert open_at.evaluate(nameless) == []
