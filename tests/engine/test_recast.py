"""How well the class of a picture is changed: by translators whose answer is known."""

import json
from functools import partial
from typing import Any

import pytest
import torch
from recipes import CPU, played, tiny
from torch import Tensor, nn

from engine.checkpoint import write
from engine.classifier import classifier_of
from engine.data import ToyPictures
from engine.data.base import HELD_OUT
from engine.evaluate import evaluate
from engine.games import Players
from engine.recast import other, recastings_measured
from engine.teaching import Recipe
from engine.trained import Trained
from engine.trainer import kept

HASTY = Recipe(examples=1_280, batch=64, width=8, features=16, tested=100)
TOYS = {"name": "toy-pictures", "size": 32}


@pytest.fixture(scope="module", autouse=True)
def hasty(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_DATA", str(tmp_path_factory.mktemp("data")))
        patch.setattr("engine.recast.classifier_of", partial(classifier_of, recipe=HASTY))
        yield


class Still(nn.Module):
    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        return x


class Knowing(nn.Module):
    """Who draws the toys again as they are wanted. It is asked for all of them at once, in the order that they were drawn in."""

    def forward(self, x: Tensor, y: Tensor) -> Tensor:
        _, again = ToyPictures(size=32).draw(len(x), torch.Generator().manual_seed(HELD_OUT))
        return again(y)


def measured(G: nn.Module, n: int = 40, **data: str) -> dict[str, Any]:
    config = tiny(game="stargan", data=TOYS | data)
    return recastings_measured(Trained(config, Players(G=G, D=nn.Identity()), CPU), Players(G=G), n, lambda *said: None)


def test_each_is_asked_to_be_something_else_and_all_others_in_turn():
    y = torch.zeros(8, dtype=torch.int64)
    assert other(y, 5).tolist() == [1, 2, 3, 4] * 2
    assert (other(torch.arange(40) % 5, 5) != torch.arange(40) % 5).all()


def test_who_changes_nothing_keeps_everything_and_is_seen_through():
    table = measured(Still())
    assert table["cycle"] == table["own"] == table["changed"] == 0
    assert table["seen"] == table["seen_unchanged"]
    assert (table["l1"], table["ssim"]) == (table["l1_unchanged"], table["ssim_unchanged"])


def test_who_draws_the_same_toy_as_it_is_wanted_is_right():
    table = measured(Knowing())
    assert (table["l1"], table["cycle"], table["own"]) == (0, 0, 0)
    assert table["ssim"] == pytest.approx(1)
    assert table["l1_unchanged"] > 0.01


def test_a_class_that_nobody_was_asked_for_has_no_share_and_of_another_kind_nothing_is_drawn_again():
    table = measured(Still(), 20, label="kind")
    assert None in table["seen_by_class"]
    assert "drawn again" not in table["protocol"]
    json.dumps(table, allow_nan=False)


def test_a_run_is_measured_to_its_classifier(tmp_path):
    write(tmp_path, kept(played(tiny(game="stargan"), 2)))
    table = evaluate(tmp_path, n=30)
    assert table["samples"] == 30
    assert len(table["seen_by_class"]) == 10
    assert 0 <= table["seen"] <= 1
    assert "ssim" not in table  # nobody knows how the digit would look
    assert "each asked to be of another class" in table["protocol"]
