"""The sketch page's routes: who translates, what a picture becomes, its edges; one sentence for whatever is none."""

import base64
import io
import json
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from httpx import Response
from PIL import Image
from starlette.testclient import TestClient
from toys import TOYS, taught
from visits import ALICE, BOB, small
from waiting import until

from engine import BadWeights, Card, RunConfig, Trained
from engine.pretrain import pictured
from playground import desk, shipped, sketch
from playground.entry import Entry
from playground.registry import Registry
from playground.server import make_server

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning")

NO_PICTURE = "is not a PNG, JPEG, WEBP, GIF or BMP picture."


@pytest.fixture(scope="module")
def toys() -> Trained:
    return taught(1)


@pytest.fixture
def client(registry: Registry, monkeypatch: pytest.MonkeyPatch, toys: Trained) -> TestClient:
    """Alice's browser, at a server with two pretrained models that translate, of which one is damaged."""

    def load(name: str) -> Trained:
        if name == "lost":
            raise BadWeights("The weights of this model are damaged.")
        return toys

    def card(name: str) -> Card:
        facts: dict[str, Any] = {"preset": "pix2pix", "config": {}, "data": "toys", "seed": 0, "rounds": 1, "bytes": 1}
        how = {"seconds": 1.0, "device": "cpu", "torch": "2", "sha256": "", "quality": {}}
        return Card(
            title=f"The {name}",
            about="Tiny.",
            licence="MIT",
            picture=pictured(load(name)) if name != "lost" else {},
            **facts,
            **how,
        )

    for module in (shipped, desk):
        monkeypatch.setattr(module, "pretrained_names", lambda translates: ["toys", "lost"] if translates else [])
    monkeypatch.setattr(shipped, "pretrained", load)
    monkeypatch.setattr(shipped, "card", card)
    monkeypatch.setattr(shipped, "check_weights", load)
    return TestClient(make_server(registry), cookies={"visitor": ALICE})


@pytest.fixture
def entry(registry: Registry) -> Entry:
    """Alice's run that translates, paused at round 0."""
    entry = registry.start(RunConfig.from_dict(TOYS), ALICE, play=False)
    until(lambda: entry.run is not None and entry.run.state == "paused")
    return entry


def file(picture: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    held = io.BytesIO()
    picture.save(held, kind, **options)
    return held.getvalue()


def drawing(side: int = 64, level: int = 200) -> str:
    return base64.b64encode(file(Image.new("L", (side, side), level))).decode()


def opened(text: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))


def sentence(answer: Response, *statuses: int) -> str:
    assert answer.status_code in (statuses or (422,)), answer.text[:300]
    said = answer.json()["detail"]
    assert isinstance(said, str)
    assert said.endswith(".")
    assert "Traceback" not in said
    assert len(said) < 400
    return said


# -- who is asked here ------------------------------------------------------------------------------------------------


def test_here_are_those_who_translate_and_on_explore_the_others(client: TestClient, registry: Registry, entry: Entry) -> None:
    other = registry.start(small(), ALICE, play=False)
    registry.start(RunConfig.from_dict(TOYS), BOB, play=False)
    here, there = client.get("/sketch/models").json(), client.get("/explore/models").json()
    assert [run["id"] for run in here["runs"]] == [run["id"] for run in client.get("/sketch/runs").json()["runs"]] == [entry.id]
    assert [run["id"] for run in there["runs"]] == [other.id]
    assert [model["id"] for model in here["pretrained"]] == ["toys", "lost"]
    assert there["pretrained"] == []
    for address in (f"/sketch/{other.id}/controls", f"/explore/{entry.id}/controls", "/explore/toys/controls"):
        assert sentence(client.get(address), 404) == "There is no such model."


def test_a_model_is_known_by_an_example(client: TestClient) -> None:
    good, lost = client.get("/sketch/models").json()["pretrained"]
    assert good["picture"]["kind"] == "translation"
    assert opened(good["picture"]["given"]).shape[:2] == opened(good["picture"]["result"]).shape[:2] == (32, 32)
    assert lost["problem"] == "The weights of this model are damaged."


def test_without_any_there_is_an_empty_list(registry: Registry) -> None:
    assert "runs" in TestClient(make_server(registry)).get("/sketch/models").json()


def test_who_opens_this_page_first_is_given_a_cookie_too(client: TestClient) -> None:
    client.cookies.clear()
    assert "visitor=" in client.get("/sketch").headers["set-cookie"]


# -- questions --------------------------------------------------------------------------------------------------------


def test_a_drawing_becomes_a_picture_and_wishes_change_it(client: TestClient) -> None:
    (way,) = client.get("/sketch/toys/controls").json()["ways"]
    assert (way["brought"], way["takes"], [wish["name"] for wish in way["wishes"]]) == (
        "outline",
        [1, 32, 32],
        ["colour", "material"],
    )
    one, same, other = (
        client.post("/sketch/toys/translate", json={"picture": drawing(), "told": told}).json()["result"]
        for told in ({"colour": "#ff0000"}, {"colour": "#ff0000"}, {"colour": "#0000ff"})
    )
    assert opened(one).shape == (32, 32, 3)
    assert one == same
    assert one != other


def test_an_example_comes_with_what_is_told_and_its_truth(client: TestClient) -> None:
    answer = client.post("/sketch/toys/example", json={"index": 3}).json()
    assert set(answer["told"]) == {"colour", "material"}
    assert opened(answer["given"]).shape[:2] == opened(answer["truth"]).shape[:2] == (32, 32)


def test_a_run_answers_and_says_where_it_stands(client: TestClient, entry: Entry) -> None:
    assert client.get(f"/sketch/{entry.id}/controls").json()["ways"][0]["brought"] == "outline"
    answer = client.post(f"/sketch/{entry.id}/translate", json={"picture": drawing(300)}).json()
    assert (opened(answer["result"]).shape[:2], answer["round"], answer["playing"]) == ((32, 32), 0, False)


def test_a_run_that_was_put_away_is_loaded_again(client: TestClient, registry: Registry, entry: Entry) -> None:
    registry.put_away(entry)
    until(lambda: registry.counts() == (0, 0))
    assert (
        sentence(client.post(f"/sketch/{entry.id}/translate", json={"picture": drawing()}), 409) == "This run is still loading."
    )
    until(lambda: client.get(f"/sketch/{entry.id}/controls").status_code == 200)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[]", b"null", b"[" * 100_000, b"x" * 5_000_000, b'{"picture": 3}', b'{"way": -1, "picture": ""}']
    + [json.dumps({"picture": picture}).encode() for picture in ("", "%", "AAAA", "A" * 400_000)]
    + [
        json.dumps({"picture": drawing(), "told": told}).encode()
        for told in ({"colour": "red"}, {"smell": "sweet"}, {"material": 1}, [])
    ],
)
def test_a_body_that_is_no_question_gets_one_sentence(client: TestClient, body: bytes) -> None:
    sentence(client.post("/sketch/toys/translate", content=body))


# -- edges ------------------------------------------------------------------------------------------------------------


def disc(size: tuple[int, int] = (90, 60)) -> Image.Image:
    picture = Image.new("RGB", size, "white")
    picture.paste((200, 30, 30), (size[0] // 2 - 15, size[1] // 2 - 15, size[0] // 2 + 15, size[1] // 2 + 15))
    return picture


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_picture_becomes_a_square_and_dark_lines_on_white(client: TestClient, kind: str) -> None:
    answer = client.post("/sketch/edges?side=64", content=file(disc(), kind)).json()
    picture, edges = opened(answer["picture"]), opened(answer["edges"])
    assert (picture.shape, edges.shape) == ((64, 64, 3), (64, 64))
    assert edges[0, 0] == 255
    assert edges.min() < 50
    assert (edges > 200).mean() > 0.8


def test_without_a_word_it_is_128_pixels_wide(client: TestClient) -> None:
    assert opened(client.post("/sketch/edges", content=file(disc())).json()["edges"]).shape == (128, 128)


def test_of_an_animation_the_first_picture_is_taken(client: TestClient) -> None:
    film = file(disc(), "GIF", save_all=True, append_images=[Image.new("RGB", (90, 60), "black")])
    assert opened(client.post("/sketch/edges", content=film).json()["picture"])[2, 2].min() > 250


def bomb() -> bytes:
    """A PNG of 100 megapixels in 12 kB."""
    rows = zlib.compress(b"\0" * 1251 * 10_000, 9)
    parts = ((b"IHDR", struct.pack(">IIBBBBB", 10_000, 10_000, 1, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b""))
    chunks = [struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "This picture is empty."),
    "words": (b"hello", f"This picture {NO_PICTURE}"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', f"This picture {NO_PICTURE}"),
    "tiff": (file(disc(), "TIFF"), f"This picture {NO_PICTURE}"),
    "zip": (b"PK\x03\x04" + zlib.compress(b"\0" * 10_000_000), f"This picture {NO_PICTURE}"),
    "half a png": (file(Image.effect_noise((200, 200), 90))[:9000], "This picture is damaged."),
    "half a jpeg": (file(Image.effect_noise((200, 200), 90), "JPEG")[:3000], "This picture is damaged."),
    "100 megapixels": (bomb(), "This picture has more than 4096 x 4096 pixels."),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_picture_gets_one_sentence(client: TestClient, kind: str) -> None:
    content, said = HOSTILE[kind]
    assert sentence(client.post("/sketch/edges", content=content)) == said


def test_what_is_too_large_is_not_read_to_its_end(client: TestClient) -> None:
    read = 0

    def pieces() -> Any:
        nonlocal read
        for _ in range(60):
            read += 2**20
            yield b"\0" * 2**20

    said = "This picture is larger than 20 MB; please bring a smaller one."
    assert sentence(client.post("/sketch/edges", content=b"\0" * 21 * 2**20), 413) == said
    assert sentence(client.post("/sketch/edges", content=pieces()), 413) == said


@pytest.mark.parametrize("side", ["0", "15", "513", "1e2", "-64", "", "x", "9" * 5000, "٣٢"])
def test_a_side_that_is_none_gets_one_sentence(client: TestClient, side: str) -> None:
    answer = client.post("/sketch/edges", params={"side": side}, content=file(disc()))
    assert sentence(answer) == "side must be a whole number from 16 to 512."


@pytest.mark.parametrize("address", ["/sketch/toys/translate", "/sketch/edges"])
@pytest.mark.parametrize("limit", ["MOST_WAITING", "OWN_WAITING"])
def test_who_comes_when_too_many_ask_is_told_to_try_again(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, limit: str, address: str
) -> None:
    monkeypatch.setattr(desk, limit, 0)
    assert "try again" in sentence(client.post(address, content=b"{}"), 503)


def test_a_question_may_be_as_long_as_a_picture_but_no_longer(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sketch.LONGEST > 300_000
    assert sentence(client.post("/sketch/toys/translate", content=b'{"picture": "' + b"A" * 350_000)).startswith(
        "The question is "
    )
