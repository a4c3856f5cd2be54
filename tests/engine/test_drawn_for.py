"""What ships makes of drawings: toys of the colour that was told, inside the lines, on a table that is left alone."""

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw
from torch import Tensor

from engine.data.toys import MATERIALS
from engine.pretrained import BadWeights, pretrained
from engine.probes.translate import planes
from engine.trained import Trained

RED = {"colour": "#d02020", "material": "clay"}


@pytest.fixture(scope="module")
def model() -> Trained:
    try:
        return pretrained("toys-pix2pix")
    except BadWeights as error:
        pytest.skip(str(error))


def drawn(model: Trained, *lines: list[tuple[float, float]], told: dict[str, str] = RED) -> Tensor:
    """What becomes of lines through places from 0 to 1: (3, H, W) in [-1, 1]."""
    (way,) = model.config.game.ways(model.config.data)
    side = way.takes[1]
    sheet = Image.new("L", (4 * side, 4 * side), 255)
    for line in lines:
        ImageDraw.Draw(sheet).line([(x * 4 * side, y * 4 * side) for x, y in line], fill=0, width=side // 10, joint="curve")
    x = torch.from_numpy(np.asarray(sheet.resize((side, side), Image.Resampling.BOX)).astype(np.float32))[None, None] / 127.5 - 1
    with model.at_rest() as p:
        return model.config.game.translate(p, torch.cat((x, planes(way, told, x)), 1))[0]


def around(radius: float = 0.3, share: float = 1.0) -> list[tuple[float, float]]:
    turn = np.linspace(0, 2 * np.pi * share, 60)
    return [(0.5 + radius * float(np.cos(t)), 0.5 + radius * float(np.sin(t))) for t in turn]


def middle(picture: Tensor) -> Tensor:
    """Its mean colour about the centre."""
    low, high = int(0.4 * picture.shape[1]), int(0.6 * picture.shape[1])
    return picture[:, low:high, low:high].mean((1, 2))


def corner(picture: Tensor) -> Tensor:
    return picture[:, :6, :6].mean((1, 2))


def test_a_circle_is_filled_with_the_colour_and_the_table_is_left_alone(model):
    empty, full = drawn(model), drawn(model, around())
    assert (corner(full) - corner(empty)).abs().max() < 0.15
    red, green, blue = middle(full).tolist()
    assert red > max(green, blue) + 0.5


def test_nothing_is_an_empty_table(model):
    table = drawn(model)
    assert table.std((1, 2)).max() < 0.2
    assert (table.amax(0) - table.amin(0)).max() < 0.3  # it is grey


def test_a_line_that_is_not_closed_has_no_inside(model):
    full = drawn(model, around(share=0.5))
    assert (middle(full) - middle(drawn(model))).abs().max() < 0.35


def test_a_black_sheet_is_one_large_toy(model):
    black = drawn(model, [(0.0, 0.5), (1.0, 0.5)], *[[(0.0, y), (1.0, y)] for y in np.linspace(0, 1, 40)])
    red, green, blue = middle(black).tolist()
    assert red > max(green, blue) + 0.5


@pytest.mark.parametrize("material", MATERIALS)
def test_each_material_looks_different_from_clay_and_all_are_finite(model, material):
    made = drawn(model, around(), told=RED | {"material": material})
    assert made.isfinite().all()
    assert (material == "clay") == bool((made - drawn(model, around())).abs().mean() < 0.01)


def test_a_colour_of_ones_own_is_heard(model):
    blue = middle(drawn(model, around(), told={"colour": "#2040d0", "material": "clay"}))
    assert blue[2] > blue[0] + 0.5
