"""The sketch page in a real Chromium: one draws, and the picture follows while the pen is down; nothing is lost on an error."""

import base64
import io
import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("playwright.sync_api")

import uvicorn
from browsing import PATIENCE, is_foreign
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from toys import TOYS, taught
from waiting import until

from engine import PRESETS, BadWeights, Card, RunConfig, Trained, pretrained, warm
from engine.trainer import Trainer
from playground import desk, shipped
from playground.registry import Limits, Registry
from playground.serve import whole_app

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")]

ROUNDS = 12
PROMISED = 150  # ms from the hand to the picture, at the 95th percentile
CIRCLES = 4  # are tried until one is as quick as promised
PICTURES: dict[str, Any] = {  # by what a person brings
    "grey": {"name": "derived", "size": 32, "task": "colour"},
    "hole": {"name": "derived", "size": 32, "task": "complete"},
    "picture": {"name": "toys", "size": 32, "task": "night"},
}


def as_shipped() -> Trained:
    """What ships; as long as nothing does, networks of the same size that have learned nothing."""
    try:
        return pretrained("toys-pix2pix")
    except BadWeights:
        trainer = Trainer(PRESETS["toys-pix2pix"].config)
        return Trained(trainer.config, trainer.shown)


@pytest.fixture(scope="module")
def models() -> dict[str, Trained]:
    made = {"toys": taught(ROUNDS), "shipped": as_shipped()}
    return made | {kind: taught(2, data=data) for kind, data in PICTURES.items()}


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    registry = Registry(tmp_path_factory.mktemp("runs"), limits=Limits(idle=60.0))
    yield registry
    registry.shutdown()


@pytest.fixture(scope="module")
def place(models: dict[str, Trained], registry: Registry) -> Iterator[str]:
    """The address of a playground at which these models ship, and a damaged one."""

    def load(name: str) -> Trained:
        if name not in models:
            raise BadWeights("The weights of this model are damaged.")
        return models[name]

    def card(name: str) -> Card:
        facts: dict[str, Any] = {"preset": name, "config": {}, "data": "toys", "seed": 0, "rounds": ROUNDS, "bytes": 1}
        how = {"seconds": 1.0, "device": "cpu", "torch": "2", "sha256": "", "quality": {}}
        return Card(title=f"The {name}", about="A few rounds.", licence="MIT", **facts, **how)

    warm()  # the run of the last test need not wait
    with pytest.MonkeyPatch.context() as patch:
        for module in (shipped, desk):
            patch.setattr(module, "pretrained_names", lambda translates: [*models, "lost"] if translates else [])
        patch.setattr(shipped, "pretrained", load)
        patch.setattr(shipped, "card", card)
        config = uvicorn.Config(whole_app(registry), host="127.0.0.1", port=0, log_level="critical", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        until(lambda: server.started or not thread.is_alive())
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def alice(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor, whose browser remembers what it has loaded."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce", has_touch=True)
    context.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    yield context
    context.close()


@pytest.fixture
def page(alice: BrowserContext, place: str) -> Iterator[Page]:
    """Her next tab. At the end it has made no error and asked nobody else for anything."""
    troubles: list[str] = []
    page = alice.new_page()
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: troubles.append(request.url) if is_foreign(request.url, place) else None)
    yield page
    page.close()
    assert troubles == []


@pytest.fixture
def open_at(page: Page, place: str) -> Page:
    """The page as it opens, with its first answer."""
    page.goto(f"{place}/sketch")
    return opened(page, "toys")


@pytest.fixture
def blank(open_at: Page) -> Page:
    """White paper."""
    open_at.get_by_role("button", name="Clear").click()
    return settled(open_at)


def opened(page: Page, model: str) -> Page:
    page.wait_for_function("model => document.querySelector('.sketch')?.dataset.model === model", arg=model)
    page.wait_for_function("Number(document.querySelector('.sketch').dataset.answered) > 0")
    return settled(page)


def settled(page: Page) -> Page:
    """Everything that was asked is answered and shown."""
    page.wait_for_function(
        "(({busy, drawn, shown}) => busy === 'false' && drawn === shown)(document.querySelector('.sketch').dataset)"
    )
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page


def told(page: Page) -> dict[str, str]:
    return page.evaluate("({...document.querySelector('.sketch').dataset})")  # type: ignore[no-any-return]


def pixels(page: Page, which: str) -> np.ndarray:
    """What is on a canvas, in grey; the ring of the brush, which follows the mouse, is left out by moving that away."""
    page.mouse.move(2, 2)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    data = page.evaluate("which => document.querySelector(which).toDataURL().split(',')[1]", f".{which} canvas")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("L")).astype(float)


def ink(page: Page) -> float:
    """The share of the paper that is dark."""
    return float((pixels(page, "paper") < 128).mean())


def stroke(page: Page, *points: tuple[float, float], steps: int = 4) -> None:
    """With the mouse, through places from 0 to 1."""
    box = page.locator(".paper canvas").bounding_box()
    assert box
    (x, y), *others = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y, steps=steps)
    page.mouse.up()


def around(radius: float = 0.3, count: int = 24, share: float = 1.0) -> list[tuple[float, float]]:
    turn = np.linspace(0, 2 * np.pi * share, count)
    return [(0.5 + radius * float(np.cos(t)), 0.5 + radius * float(np.sin(t))) for t in turn]


def downloaded(page: Page, button: str) -> tuple[str, Image.Image]:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    path: Path = download.value.path()
    return download.value.suggested_filename, Image.open(io.BytesIO(path.read_bytes()))


def picture_file(kind: str = "PNG") -> bytes:
    held = io.BytesIO()
    picture = Image.new("RGB", (300, 200), "white")
    picture.paste((200, 40, 30), (100, 50, 200, 150))
    picture.save(held, kind)
    return held.getvalue()


def bring(page: Page, name: str, content: bytes) -> None:
    page.locator(".bring input").set_input_files({"name": name, "mimeType": "image/png", "buffer": content})


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


# -- what is told beside it -------------------------------------------------------------------------------------------


def test_wishes_change_the_picture(open_at: Page) -> None:
    seen = [pixels(open_at, "result")]
    for group, wish in (("colour", "blue"), ("material", "glass")):
        open_at.get_by_role("group", name=group).get_by_role("button", name=wish).click()
        settled(open_at)
        expect(open_at.get_by_role("group", name=group).get_by_role("button", name=wish)).to_have_attribute(
            "aria-pressed", "true"
        )
        seen.append(pixels(open_at, "result"))
    open_at.get_by_label("any colour").fill("#00ff00")
    settled(open_at)
    seen.append(pixels(open_at, "result"))
    open_at.get_by_role("button", name="Surprise me").click()
    settled(open_at)
    seen.append(pixels(open_at, "result"))
    assert all((one != other).any() for one, other in pairwise(seen))


def test_an_example_comes_with_what_the_data_say_until_one_draws_on_it(open_at: Page) -> None:
    before = pixels(open_at, "paper")
    open_at.get_by_role("button", name="One from the data").click()
    expect(open_at.get_by_role("img", name="What the data say")).to_be_visible()
    settled(open_at)
    assert (pixels(open_at, "paper") != before).any()
    stroke(open_at, (0.1, 0.1), (0.3, 0.1))
    settled(open_at)
    expect(open_at.get_by_role("img", name="What the data say")).to_be_hidden()
    for _ in range(2):
        open_at.get_by_role("button", name="Undo").click()
    settled(open_at)
    assert (pixels(open_at, "paper") == before).all()


def test_drawings_to_start_from(open_at: Page) -> None:
    names = open_at.get_by_role("group", name="Drawings to start from").get_by_role("button")
    expect(names).to_have_count(8)
    seen = set()
    for button in names.all():
        button.click()
        settled(open_at)
        seen.add(pixels(open_at, "paper").tobytes())
    assert len(seen) == 8


# -- pictures that are brought ----------------------------------------------------------------------------------------


def test_of_a_picture_the_edges_are_taken(open_at: Page) -> None:
    bring(open_at, "square.png", picture_file())
    open_at.wait_for_function("!document.querySelector('[data-tool=undo]').disabled")
    settled(open_at)
    paper = pixels(open_at, "paper")
    side = len(paper)
    assert paper[side // 2, side // 2] > 200  # the square is empty
    assert (paper < 100).any()


HOSTILE = {
    "words.png": (b"hello", "This picture is not a PNG, JPEG, WEBP, GIF or BMP picture."),
    "empty.png": (b"", "This picture is empty."),
    "half.png": (picture_file()[:300], "This picture is damaged."),
    "large.png": (b"\x89PNG" + b"\0" * 21 * 2**20, "This picture is larger than 20 MB; please bring a smaller one."),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_picture_is_said_and_the_drawing_stays(open_at: Page, name: str) -> None:
    content, sentence = HOSTILE[name]
    before = pixels(open_at, "paper")
    bring(open_at, name, content)
    expect(open_at.get_by_role("alert")).to_have_text(sentence)
    assert (pixels(open_at, "paper") == before).all()
    stroke(open_at, (0.2, 0.2), (0.3, 0.3))
    settled(open_at)
    expect(open_at.locator("#sketch .trouble")).to_be_hidden()


@pytest.mark.parametrize("kind", PICTURES)
def test_where_a_picture_is_brought_an_example_lies_there_at_first(page: Page, place: str, kind: str) -> None:
    page.goto(f"{place}/sketch#model={kind}")
    opened(page, kind)
    expect(page.get_by_role("img", name="What the data say")).to_be_visible()
    settled(page)
    assert pixels(page, "paper").std() > 5
    expect(page.get_by_role("button", name="Clear")).to_be_visible(visible=kind == "hole")
    before = pixels(page, "paper")
    bring(page, "square.png", picture_file())
    expect(page.get_by_role("img", name="What the data say")).to_be_hidden()
    settled(page)
    assert (pixels(page, "paper") != before).any()


def test_holes_are_rubbed_and_what_was_there_is_brought_back(page: Page, place: str) -> None:
    page.goto(f"{place}/sketch#model=hole")
    opened(page, "hole")
    bring(page, "square.png", picture_file())
    expect(page.get_by_role("img", name="What the data say")).to_be_hidden()
    settled(page)
    before = pixels(page, "paper")
    page.get_by_role("button", name="Rubber").click()
    stroke(page, (0.3, 0.3), (0.7, 0.3))
    rubbed = pixels(page, "paper")
    side = len(rubbed)
    assert rubbed[int(0.3 * side), side // 2] == pytest.approx(128, abs=1)
    page.get_by_role("button", name="Bring back").click()
    page.get_by_role("slider", name="How wide").press("End")
    stroke(page, (0.2, 0.3), (0.8, 0.3))
    assert (pixels(page, "paper") == before).all()
    settled(page)


def test_a_small_picture_shows_its_pixels_and_a_way_more_than_one(open_at: Page) -> None:
    way = {"wishes": [], "brought": "small", "sides": ["small", "large"], "takes": [1, 8, 8], "gives": [1, 32, 32]}
    controls = {"kind": "translation", "examples": 4, "ways": [way, way | {"brought": "outline", "sides": ["a", "b"]}]}
    picture = base64.b64encode(file_of(8)).decode()
    answer = {"kind": "translation", "given": picture, "truth": None, "told": {}, "result": picture}
    open_at.route("**/sketch/night/controls", lambda route: route.fulfill(json=controls))
    open_at.route("**/sketch/picture/controls", lambda route: route.fulfill(json=controls))
    open_at.route(
        "**/sketch/picture/*", lambda route: route.fulfill(json=controls if "controls" in route.request.url else answer)
    )
    open_at.get_by_role("button", name="The picture").click()
    opened(open_at, "picture")
    assert len(np.unique(pixels(open_at, "paper"))) < 40  # eight by eight squares of a few levels
    ways = open_at.get_by_role("group", name="From what to what")
    ways.get_by_role("button", name="a → b").click()
    settled(open_at)
    assert "way=1" in open_at.url
    expect(open_at.get_by_role("button", name="Pen")).to_be_visible()
    ways.get_by_role("button", name="small → large").click()
    settled(open_at)
    expect(open_at.get_by_role("button", name="Pen")).to_be_hidden()


def file_of(side: int) -> bytes:
    held = io.BytesIO()
    Image.fromarray((np.indices((side, side)).sum(0) % 4 * 60).astype(np.uint8)).save(held, "WEBP", lossless=True)
    return held.getvalue()


# -- to take home -----------------------------------------------------------------------------------------------------


def test_before_and_after_are_compared_by_mouse_and_keys(open_at: Page) -> None:
    after = pixels(open_at, "result")
    handle = open_at.get_by_role("slider", name="How much of what was given is laid over it")
    handle.press("End")
    expect(handle).to_have_attribute("aria-valuenow", "100")
    covered = pixels(open_at, "result")
    assert np.abs(covered - pixels(open_at, "paper")).mean() < 1
    box = open_at.locator(".result").bounding_box()
    assert box
    open_at.mouse.move(box["x"] + box["width"] - 2, box["y"] + 50)
    open_at.mouse.down()
    open_at.mouse.move(box["x"] + box["width"] / 2, box["y"] + 90, steps=3)
    open_at.mouse.up()
    expect(handle).to_have_attribute("aria-valuenow", "50")
    half, middle = pixels(open_at, "result"), len(after) // 2
    assert (half[:, : middle - 2] == covered[:, : middle - 2]).all()
    assert (half[:, middle + 2 :] == after[:, middle + 2 :]).all()


def test_pictures_are_taken_home(open_at: Page) -> None:
    name, picture = downloaded(open_at, "Picture (PNG)")
    assert (name, picture.size) == ("the-toys.png", (512, 512))
    name, both = downloaded(open_at, "Side by side (PNG)")
    assert (name, both.size) == ("the-toys-both.png", (1024, 512))
    assert (np.asarray(both)[:, 512:] == np.asarray(picture)).all()
    assert (np.asarray(both.convert("L"))[:, :512] < 100).any()


def test_the_link_brings_back_drawing_and_wishes(blank: Page) -> None:
    stroke(blank, *around())
    stroke(blank, (0.2, 0.2), (0.8, 0.8))
    blank.get_by_role("group", name="colour").get_by_role("button", name="purple").click()
    settled(blank)
    before, address = ink(blank), blank.url
    assert len(address) < 2500
    blank.goto("about:blank")
    blank.goto(address)
    opened(blank, "toys")
    assert ink(blank) == pytest.approx(before, rel=0.02)
    expect(blank.get_by_role("group", name="colour").get_by_role("button", name="purple")).to_have_attribute(
        "aria-pressed", "true"
    )


@pytest.mark.parametrize("damage", ["d=zzz", "d=pAA", "way=99&t.colour=red&t.smell=sweet", "d=" + "p" * 3000])
def test_what_is_damaged_in_a_link_is_ignored(page: Page, place: str, damage: str) -> None:
    page.goto(f"{place}/sketch#model=toys&{damage}")
    opened(page, "toys")
    expect(page.locator("#sketch .trouble")).to_be_hidden()
    assert ink(page) > 0.02


def test_a_link_to_a_damaged_model_says_so(page: Page, place: str) -> None:
    page.goto(f"{place}/sketch#model=lost")
    opened(page, "toys")
    expect(page.get_by_role("alert")).to_have_text("The weights of this model are damaged. This is another one.")


# -- when something is missing ----------------------------------------------------------------------------------------


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


def test_paper_stays_white_in_the_dark(page: Page, place: str) -> None:
    page.goto(f"{place}/sketch?__theme=dark")
    opened(page, "toys")
    assert np.median(pixels(page, "paper")) == 255
    assert page.evaluate("document.body.classList.contains('dark')")
