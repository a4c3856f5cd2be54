"""What the tests of the sketch page do and see."""

import base64
import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Page

from engine import PRESETS, BadWeights, Trained, pretrained
from engine.trainer import Trainer

ROUNDS = 12
PICTURES: dict[str, Any] = {  # by what a person brings
    "grey": {"name": "derived", "size": 32, "task": "colour"},
    "hole": {"name": "derived", "size": 32, "task": "complete"},
    "picture": {"name": "toys", "size": 32, "task": "night"},
}
BOTH_WAYS: dict[str, Any] = {
    "data": {"name": "toys", "size": 32, "task": "material", "material": "candy", "into": "metal"},
    "game": "cyclegan",
}


def as_shipped() -> Trained:
    """What ships; as long as nothing does, networks of the same size that have learned nothing."""
    try:
        return pretrained("toys-pix2pix")
    except BadWeights:
        trainer = Trainer(PRESETS["toys-pix2pix"].config)
        return Trained(trainer.config, trainer.shown)


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
