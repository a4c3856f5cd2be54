"""Translation: what is handed in, what is told beside it, what comes back."""

import base64
import io
import json

import numpy as np
import pytest
import torch
from PIL import Image
from recipes import CPU, played, tiny

from engine import answers
from engine.config import BadRecipe
from engine.data import ToyPairs, Wish
from engine.games import Way
from engine.observer import Observer
from engine.probes import ask_probe
from engine.probes.translate import planes, spoken
from engine.questions import BadQuestion
from engine.trained import Trained

WAY = Way(("outline", "toy"), (1, 8, 8), (Wish("colour", "colour"), Wish("material", "choice", ("clay", "fur"))), (3, 8, 8))


@pytest.fixture(scope="module")
def model() -> Trained:
    trainer = played(tiny(game="pix2pix"), 1)
    return Trained(trainer.config, trainer.shown, CPU)


def file(width: int = 16, height: int = 16, kind: str = "PNG") -> str:
    held = io.BytesIO()
    Image.new("L", (width, height), 200).save(held, kind)
    return base64.b64encode(held.getvalue()).decode()


def opened(text: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))


def asked(model: Trained, probe: str = "translate", **question: object) -> dict:
    return ask_probe(model, probe, json.dumps(question))


def refused(model: Trained, probe: str = "translate", **question: object) -> str:
    with pytest.raises(BadQuestion) as error:
        asked(model, probe, **question)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_a_picture_of_any_size_becomes_one_of_the_models(model):
    for size in ((16, 16), (40, 30), (1, 1)):
        answer = asked(model, picture=file(*size))
        assert opened(answer["result"]).shape[:2] == (16, 16)
        assert answer == asked(model, picture=file(*size))


def test_an_example_comes_with_what_it_should_have_become(model):
    first, second = (asked(model, "example", index=index) for index in (0, 1))
    assert {"given", "truth", "result"} <= first.keys()
    assert first["given"] != second["given"]
    assert not np.array_equal(opened(first["given"]), opened(first["truth"]))


def test_the_controls_say_what_can_be_asked_for(model):
    controls = asked(model, "controls")
    assert controls["kind"] == "translation"
    (way,) = controls["ways"]
    assert list(way["takes"]) == list(way["gives"]) == [1, 16, 16]
    assert way["wishes"] == []
    json.dumps(controls)


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"picture": "%"}, "The picture is no base64."),
        ({"picture": base64.b64encode(base64.b64decode(file(64, 64, "JPEG"))[:300]).decode()}, "The picture is damaged."),
        ({"picture": base64.b64encode(b"hello").decode()}, "The picture is not a PNG, JPEG, WEBP, GIF or BMP picture."),
        ({"picture": ""}, "The picture is not a PNG, JPEG, WEBP, GIF or BMP picture."),
        ({"picture": file(), "way": 1}, "This model knows 1 ways to translate, from 0; there is no way 1."),
        ({"picture": file(), "told": {"size": "big"}}, "There is nothing called 'size' to be told. Known: none."),
    ],
)
def test_what_cannot_be_translated_is_one_sentence(model, question, sentence):
    assert refused(model, **question) == sentence


def test_a_bomb_is_refused_by_its_header(model):
    held = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(held, "PNG")
    assert refused(model, picture=base64.b64encode(held.getvalue()).decode()) == "The picture has more than 4096 x 4096 pixels."


def test_a_long_question_is_refused_before_it_is_read(model):
    assert refused(model, picture="A" * 400_000).startswith("The question is 400,")


def test_wishes_become_planes_and_planes_are_read_back():
    told = {"colour": "#ff8000", "material": "fur"}
    laid = planes(WAY, told, torch.zeros(1, 1, 8, 8))
    assert laid.shape == (1, 5, 8, 8)
    assert laid[0, :, 3, 3].tolist() == pytest.approx([1, 128 / 127.5 - 1, -1, -1, 1])
    assert spoken(WAY, laid[0]) == told


def test_what_is_not_told_is_something_plain():
    laid = planes(WAY, {}, torch.zeros(1, 1, 8, 8))
    assert laid[0, 3:, 0, 0].tolist() == [1, -1]


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"colour": "red"}, "colour must be a colour as #rrggbb, but it is 'red'."),
        ({"material": "stone"}, "material must be one of clay, fur, but it is 'stone'."),
        ({"smell": "sweet"}, "There is nothing called 'smell' to be told. Known: colour, material."),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_is_one_sentence(told, sentence):
    with pytest.raises(BadQuestion) as error:
        planes(WAY, told, torch.zeros(1, 1, 8, 8))
    assert str(error.value) == sentence


def test_the_sheet_that_is_saved_is_what_g_made_not_what_it_was_given():
    trainer = played(tiny(game="srgan"), 1)
    saved = Image.open(io.BytesIO(answers.sheet(Observer(trainer))))
    assert saved.size == (3 * 4 * 16, 3 * 2 * 16)  # four by two fakes of 16 pixels, each three times as large


def test_a_game_that_starts_from_noise_is_not_asked_to_translate():
    trainer = played(tiny(), 1)
    assert refused(Trained(trainer.config, trainer.shown, CPU), picture=file()) == (
        "This can be asked only of games whose G makes pictures of pictures."
    )


def test_where_nobody_tells_a_material_it_is_candy_which_others_can_go_on_with():
    data = ToyPairs()
    colour, material = data.wishes
    given = planes(Way(data.sides, data.picture, data.wishes, data.shape), {}, torch.zeros(1, 1, 8, 8))[0, 3:, 0, 0]
    assert [material.names[int(k)] for k in given.argsort(descending=True)[:1]] == ["candy"] == [material.first]
    assert ToyPairs(material="fur").wishes[1].first == "fur"
    assert colour.first == ""


def test_what_is_told_beside_an_outline_is_not_added_as_its_colours():
    outlines = {"data": {"name": "toys", "size": 32}, "game": "pix2pix"}
    with pytest.raises(BadRecipe, match=r"generator.added must be off here: what is told beside the picture would be taken"):
        tiny(**outlines, generator={"name": "unet", "width": 4, "added": True})
    untold = {"name": "toys", "size": 32, "told": False}
    assert played(tiny(game="pix2pix", data=untold, generator={"name": "unet", "width": 4, "added": True}), 1).healthy()
