"""The edges of a picture: a pen goes along them, and along nothing else."""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from engine.data import BadUpload, outlined


def file(picture: Image.Image, kind: str = "PNG") -> bytes:
    held = io.BytesIO()
    picture.save(held, kind)
    return held.getvalue()


def disc(colour: str, paper: str) -> Image.Image:
    """A disc of radius 75 in the middle of 300 x 300."""
    picture = Image.new("RGB", (300, 300), paper)
    ImageDraw.Draw(picture).ellipse((75, 75, 225, 225), colour)
    return picture


def from_the_middle(side: int) -> np.ndarray:
    y, x = np.indices((side, side)) + 0.5 - side / 2
    return np.hypot(x, y) / side


@pytest.mark.parametrize("side", [32, 64, 128])
@pytest.mark.parametrize("colours", [("red", "white"), ("white", "black"), ("#406080", "#404080")])
def test_a_disc_becomes_a_circle_of_the_pens_width(side, colours):
    picture, lines = outlined(file(disc(*colours)), side)
    assert (picture.shape, lines.shape, lines.dtype) == ((3, side, side), (side, side), np.uint8)
    away = np.abs(from_the_middle(side) - 0.25)
    assert lines[away < 0.004].max() < 130  # ink all along the circle
    assert (lines[away > 0.05] == 255).all()  # paper elsewhere
    ink = (255 - lines.astype(float)).sum() / 255 / side**2
    assert ink == pytest.approx(2 * np.pi * 0.25 / 40, rel=0.5)


def test_a_picture_without_edges_is_white_paper():
    assert (outlined(file(Image.new("RGB", (50, 40), "#777")), 64)[1] == 255).all()


def test_the_grain_of_a_jpeg_and_specks_are_no_edges():
    grain = np.random.default_rng(0).normal(0, 6, (300, 300, 3))
    noisy = Image.fromarray((np.asarray(disc("#c05040", "#80a080")) + grain).clip(0, 255).astype(np.uint8))
    ImageDraw.Draw(noisy).ellipse((20, 20, 25, 25), "black")  # a fly
    lines = outlined(file(noisy, "JPEG"), 128)[1]
    assert (lines[np.abs(from_the_middle(128) - 0.25) > 0.05] == 255).all()
    assert (lines < 128).any()


def test_where_a_line_is_weak_for_a_stretch_it_is_drawn_through():
    shade = np.linspace(60, 200, 300)[None, :, None] * np.ones((300, 1, 3))
    picture = shade.copy()
    picture[150:] = 230  # at the left a strong edge, at the right a weak one
    lines = outlined(file(Image.fromarray(picture.astype(np.uint8))), 64)[1]
    assert (lines[31:33, 4:60].min(0) < 130).all()


def test_what_is_no_picture_is_refused():
    with pytest.raises(BadUpload, match="is not a PNG"):
        outlined(b"<svg/>", 64)
