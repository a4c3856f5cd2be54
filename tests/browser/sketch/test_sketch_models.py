"""What models of the sketch page are told and given, and what one takes home: wishes, examples, pictures, links."""

import base64
import io
from itertools import pairwise

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sketching import PICTURES, around, bring, downloaded, ink, opened, picture_file, pixels, settled, stroke

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")]

# -- what is told beside it -------------------------------------------------------------------------------------------


def test_wishes_change_the_picture(open_at: Page) -> None:
    seen = [pixels(open_at, "result")]
    candy = open_at.get_by_role("group", name="material").get_by_role("button", name="candy")
    expect(candy).to_have_attribute("aria-pressed", "true")  # at first
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


@pytest.mark.parametrize("how", ["drop", "paste"])
def test_a_picture_is_dropped_on_the_paper_or_pasted(open_at: Page, how: str) -> None:
    before = pixels(open_at, "paper")
    open_at.evaluate(
        """([how, file]) => {
            const held = new DataTransfer(), bytes = Uint8Array.from(atob(file), each => each.charCodeAt(0));
            held.items.add(new File([bytes], "square.png", {type: "image/png"}));
            const event = how === "drop" ? new DragEvent("drop", {dataTransfer: held, bubbles: true, cancelable: true})
                                         : new ClipboardEvent("paste", {clipboardData: held, bubbles: true, cancelable: true});
            document.querySelector(".paper canvas").dispatchEvent(event);
        }""",
        [how, base64.b64encode(picture_file()).decode()],
    )
    open_at.wait_for_function("!document.querySelector('[data-tool=undo]').disabled")
    assert (pixels(settled(open_at), "paper") != before).any()


CAMERA = """async () => {
    const canvas = Object.assign(document.createElement("canvas"), {width: 64, height: 48}), pen = canvas.getContext("2d");
    const fill = (colour, ...box) => { pen.fillStyle = colour; pen.fillRect(...box); };
    const draw = () => { fill("#fff", 0, 0, 64, 48); fill("#d02", 20, 12, 24, 24); };
    draw();
    window.filming = setInterval(draw, 40);
    window.film = canvas.captureStream(25);
    return window.film;
}"""


def test_the_camera_takes_a_picture_and_is_switched_off(open_at: Page) -> None:
    before = pixels(open_at, "paper")
    open_at.evaluate(f"() => {{ navigator.mediaDevices.getUserMedia = {CAMERA}; }}")
    open_at.get_by_role("button", name="Camera").click()
    open_at.wait_for_function("document.querySelector('#sketch dialog video').videoWidth > 0")
    open_at.locator("#sketch dialog .shoot").click()
    open_at.wait_for_function("!document.querySelector('[data-tool=undo]').disabled")
    assert (pixels(settled(open_at), "paper") != before).any()
    assert open_at.evaluate("window.film.getTracks().map(track => track.readyState)") == ["ended"]


def test_a_page_without_a_camera_says_so(open_at: Page) -> None:
    open_at.evaluate(
        "() => { navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', 'NotFoundError'); }; }"
    )
    open_at.get_by_role("button", name="Camera").click()
    expect(open_at.get_by_role("alert")).to_have_text("There is no camera that this page may use.")


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


def onto(page: Page, model: str) -> Page:
    """Another model is chosen, and has answered."""
    page.locator(f".models button[data-model='{model}']").click()
    return opened(page, model)


def said(page: Page, sentence: str) -> None:
    expect(page.locator("#sketch .saved")).to_have_text(sentence)


def test_another_model_goes_on_with_what_one_has_made(open_at: Page) -> None:
    made = pixels(open_at, "result")
    onto(open_at, "picture")
    said(open_at, "On the pad lies what “The toys” has made.")
    assert np.abs(pixels(open_at, "paper") - made).mean() < 8
    before = pixels(open_at, "result")
    open_at.get_by_role("button", name="Go on with it").click()
    said(open_at, "On the pad lies what “The picture” has made.")
    assert np.abs(pixels(settled(open_at), "paper") - before).mean() < 8
    open_at.get_by_role("button", name="Undo").click()
    said(open_at, "On the pad lies what “The toys” has made.")
    assert np.abs(pixels(settled(open_at), "paper") - made).mean() < 8
    open_at.get_by_role("button", name="One from the data").click()
    said(open_at, "")


def test_of_two_models_that_are_given_pictures_one_goes_on_with_the_others(open_at: Page) -> None:
    for one, other in (("picture", "cycle"), ("cycle", "picture")):
        made = pixels(onto(open_at, one), "result")
        onto(open_at, other)
        said(open_at, f"On the pad lies what “The {one}” has made.")
        assert np.abs(pixels(open_at, "paper") - made).mean() < 8


def test_a_model_that_has_not_answered_yet_hands_nothing_on(open_at: Page) -> None:
    made = pixels(open_at, "result")
    open_at.route("**/sketch/picture/translate", lambda route: route.abort())
    open_at.locator(".models button[data-model='picture']").click()
    open_at.wait_for_function("document.querySelector('.sketch').dataset.model === 'picture'")
    onto(open_at, "cycle")
    said(open_at, "On the pad lies what “The toys” has made.")
    assert np.abs(pixels(open_at, "paper") - made).mean() < 8


def test_each_way_begins_with_an_example_of_its_own_but_what_one_brought_stays(page: Page, place: str) -> None:
    page.goto(f"{place}/sketch#model=cycle")
    candy = pixels(opened(page, "cycle"), "paper")
    ways = page.get_by_role("group", name="From what to what")
    with page.expect_response(lambda answer: answer.url.endswith("/example") and answer.request.post_data_json["way"] == 1):
        ways.get_by_role("button", name="metal → candy").click()
    assert (pixels(settled(page), "paper") != candy).any()
    page.get_by_role("button", name="Go on with it").click()
    own = pixels(settled(page), "paper")
    ways.get_by_role("button", name="candy → metal").click()
    assert (pixels(settled(page), "paper") == own).all()
    said(page, "On the pad lies what “The cycle” has made.")


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
    open_at.route(
        "**/sketch/picture/*", lambda route: route.fulfill(json=controls if "controls" in route.request.url else answer)
    )
    open_at.get_by_role("button", name="The picture").click()
    opened(open_at, "picture")
    assert [shades(square) for square in squares(pixels(open_at, "paper"), 8)] == [1] * 64  # what the model before has made
    open_at.get_by_role("slider", name="How much of what was given is laid over it").press("End")
    assert [shades(square) for square in squares(pixels(open_at, "result"), 8)] == [1] * 64
    bring(open_at, "square.png", picture_file())
    said(open_at, "")
    paper = pixels(settled(open_at), "paper")
    assert [shades(square) for square in squares(paper, 8)] == [1] * 64
    assert len({square.mean() for square in squares(paper, 8)}) > 1
    ways = open_at.get_by_role("group", name="From what to what")
    ways.get_by_role("button", name="a → b").click()
    settled(open_at)
    assert "way=1" in open_at.url
    expect(open_at.get_by_role("button", name="Pen")).to_be_visible()
    ways.get_by_role("button", name="small → large").click()
    settled(open_at)
    expect(open_at.get_by_role("button", name="Pen")).to_be_hidden()


def squares(picture: np.ndarray, side: int) -> list[np.ndarray]:
    """The squares of which it is enlarged, so many to a side, less their borders."""
    edges = np.linspace(0, len(picture), side + 1)
    spans = [slice(int(low) + 2, int(high) - 1) for low, high in pairwise(edges)]
    return [picture[across, down] for across in spans for down in spans]


def shades(square: np.ndarray) -> int:
    return len(np.unique(square))


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
