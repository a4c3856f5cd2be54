"""StarGAN: one translator for all classes, which must find its way back."""

import base64
import io
import json

import numpy as np
import pytest
import torch
from PIL import Image
from recipes import CPU, drawn, played, tiny
from torch import Tensor, nn

from engine.batches import Labelled
from engine.config import BadRecipe
from engine.games import Players, StarGAN
from engine.games.rules import NOTHING, Verdict
from engine.games.stargan import Told, over_places, recognised
from engine.observer import Observer
from engine.presets import PRESETS
from engine.probes import ask_probe
from engine.probes.translate import planes
from engine.questions import BadQuestion
from engine.trained import Trained
from engine.trainer import Trainer


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    return played(tiny(game="stargan"), 1)


class Shifted(nn.Module):
    """A translator that adds the number of the class to every pixel."""

    classes = 4

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x + y[:, None, None, None]


class Rules:
    """Rules under which D has no opinion and names no class better than another; the wanted class is always the last."""

    device, generator = CPU, torch.Generator()

    def d_verdict(self, D: nn.Module, real: Tensor, fake: Tensor) -> Verdict:
        return Verdict(torch.zeros(()), torch.zeros(len(real), 4), NOTHING)

    def g_verdict(self, D: nn.Module, real: Tensor, fake: Tensor) -> Verdict:
        return Verdict(torch.zeros(()), NOTHING, torch.zeros(len(real), 4))


class ToTheLast(StarGAN):
    def wanted(self, p: Players, y: Tensor, rules: Rules) -> Tensor:
        return torch.full_like(y, 3)


def test_the_way_back_is_told_the_old_class_and_ends_at_the_old_picture():
    """There adds 3, back adds y: both classes 0, so there and back is 3 off; its price is 10 times that."""
    x, y = torch.zeros(2, 1, 4, 4), torch.zeros(2, dtype=torch.int64)
    d_turn, g_turn = ToTheLast().round(Players(G=Shifted(), D=nn.Identity()), iter([Labelled(x, y)]), Rules())
    assert (d_turn.players, g_turn.players) == (("D",), ("G",))
    assert g_turn.readings["cycle"].item() == 3
    named = torch.tensor(4.0).log().item()  # of four classes none is preferred
    assert d_turn.loss.item() == pytest.approx(named)
    assert g_turn.loss.item() == pytest.approx(named + 10 * 3)


def test_a_translator_that_changes_nothing_comes_back_for_nothing():
    x, y = drawn(2, 1, 4, 4), torch.tensor([1, 2])
    game = StarGAN(weight=0.0)
    still = Told(nn.Identity(), 4)
    still.net.forward = lambda told: told[:, :1]
    *_, g_turn = game.round(Players(G=still, D=nn.Identity()), iter([Labelled(x, y)]), Rules())
    assert g_turn.loss.item() == 0


def test_d_gets_its_turns_and_fresh_pictures_for_each():
    trainer = Trainer(tiny(game={"name": "stargan", "d_turns": 3}))
    assert [trainer.turn().players for _ in range(4)] == [("D",)] * 3 + [("G",)]


def test_the_classes_that_are_wanted_are_all_equally_likely(trainer):
    wanted = trainer.config.game.wanted(trainer.players, torch.zeros(4000, dtype=torch.int64), trainer.rules)
    assert (wanted.bincount(minlength=10) / 4000 - 0.1).abs().max() < 0.02


def test_a_class_is_told_as_planes_the_way_a_person_tells_it(trainer):
    """What the probe lays behind a picture is what training laid there."""
    (way,) = trainer.config.game.ways(trainer.config.data)
    x = drawn(1, 1, 16, 16)
    for y, name in enumerate(trainer.config.data.class_names):
        asked = torch.cat((x, planes(way, {"class": name}, x)), 1)
        with torch.no_grad():
            told = trainer.shown.G(x, torch.tensor([y]))
            assert torch.equal(told, trainer.config.game.translate(trainer.shown, asked))


def test_below_each_picture_it_stands_in_every_class(trainer):
    observer = Observer(trainer)
    given, fake = observer.stage()["sheets"]
    assert (given["rows"], given["columns"]) == (1, 8)
    assert (fake["rows"], fake["columns"]) == (10, 8)
    assert len(given["scores"]) == 8
    with torch.no_grad():
        shown = trainer.config.game.show(trainer.shown, observer.real, trainer.rules)["fake"]
        third = trainer.shown.G(observer.real.x, torch.full((8,), 3))
    assert torch.allclose(shown.view(10, 8, 1, 16, 16)[3], third, atol=1e-5)


def test_what_patches_say_of_a_class_is_taken_together():
    said = torch.zeros(2, 3, 2, 2)
    said[0, 1] = torch.tensor([[4.0, 0.0], [0.0, 0.0]])
    assert over_places(said).tolist() == [[0, 1, 0], [0, 0, 0]]
    assert torch.equal(over_places(said[:, :, 0, 0]), said[:, :, 0, 0])
    assert recognised(said, torch.tensor([1, 0]))[1].item() == 1


def test_d_is_tried_on_digits_that_nobody_trains_on(trainer):
    assert "test error" in Observer(trainer).checks().columns


def test_a_class_can_be_asked_for_by_its_name(trainer):
    model = Trained(trainer.config, trainer.shown, CPU)
    (way,) = ask_probe(model, "controls", "{}")["ways"]
    assert [(wish["name"], wish["names"]) for wish in way["wishes"]] == [("class", list("0123456789"))]
    one, other = (ask_probe(model, "example", json.dumps({"told": {"class": digit}})) for digit in "37")
    assert (one["given"], one["truth"]) == (other["given"], None)
    assert not np.array_equal(*(np.asarray(Image.open(io.BytesIO(base64.b64decode(each["result"])))) for each in (one, other)))
    with pytest.raises(BadQuestion, match="class must be one of 0, 1,"):
        ask_probe(model, "example", '{"told": {"class": "x"}}')


def test_what_is_changed_is_called_what_the_data_call_it():
    config = PRESETS["toys-stargan"].config
    (way,) = config.game.ways(config.data)
    assert way.sides == ("a picture", "the same in this colour")
    assert [(wish.name, len(wish.names)) for wish in way.wishes] == [("colour", 11)]
    trainer = played(tiny(game="stargan", data={"name": "toy-pictures", "label": "colour", "size": 32}), 1)
    assert Observer(trainer).stage()["sheets"][1]["rows"] == 11  # a row for each


def test_points_are_no_pictures():
    with pytest.raises(BadRecipe, match=r"StarGAN makes pictures of pictures, but these data are none; choose pictures\."):
        tiny(game="stargan", data="ring")
