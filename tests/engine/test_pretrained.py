"""The weights that ship: whole or refused in one sentence, and small."""

import base64
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from recipes import CPU, played, seeded, tiny_pictures

from engine.evaluate import trained_of
from engine.games import Players
from engine.presets import PRESETS
from engine.pretrain import card_anew, pictured
from engine.pretrained import (
    LARGEST,
    SHIPPED,
    WEIGHTS,
    BadWeights,
    Card,
    card,
    check_weights,
    keep,
    load_weights,
    packed,
    pretrained,
)
from engine.probes import ask_probe

SMALL_CARD = 12_000  # bytes: a list has a dozen of them


def shipped(folder: Path, name: str = "some") -> Path:
    """The weights of a tiny conditional GAN with their card, in this folder."""
    trainer = played(tiny_pictures(game="conditional"), 2)
    content = packed(trainer.shown)
    described = Card(
        title="Some digits", about="For a test.", preset=name, config=trainer.config.model_dump(), data="glyphs", licence="ours",
        seed=0, rounds=2, seconds=0.1, device="cpu", torch=torch.__version__, quality={}, bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )  # fmt: skip
    keep(folder / f"{name}.safetensors", content, described)
    return folder / f"{name}.safetensors"


def test_weights_come_back_as_the_players_they_were(tmp_path: Path) -> None:
    trainer = played(tiny_pictures(game="conditional"), 2)
    trained = load_weights(shipped(tmp_path))
    fed = trainer.config.fed(6, seeded(), CPU)
    with trained.at_rest() as p, torch.no_grad():
        off = trained.config.game.generate(p, fed) - trainer.config.game.generate(trainer.shown, fed)
    assert off.abs().max() < 2 / 256  # half precision does not show


@pytest.mark.parametrize("place", [0, 100, -1])
def test_one_other_byte_is_one_sentence(tmp_path: Path, place: int) -> None:
    path = shipped(tmp_path)
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.write_bytes(content)
    with pytest.raises(BadWeights, match=r"^some\.safetensors is damaged, .*python -m engine pretrain some`\.$"):
        load_weights(path)


def test_what_is_missing_is_one_sentence(tmp_path: Path) -> None:
    path = shipped(tmp_path)
    path.unlink()
    with pytest.raises(BadWeights, match=r"^some\.safetensors is not here: get it again"):
        load_weights(path)
    path.with_suffix(".json").unlink()
    with pytest.raises(BadWeights, match=r"^some\.json is not here"):
        trained_of(path, CPU, lambda *_: None)


def test_a_file_that_is_not_what_its_card_means_is_found_without_being_loaded(tmp_path: Path) -> None:
    path = shipped(tmp_path, "glyphs-conditional")
    check_weights("glyphs-conditional", tmp_path)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BadWeights, match=r"^glyphs-conditional\.safetensors is damaged"):
        check_weights("glyphs-conditional", tmp_path)


def test_a_card_is_written_anew_beside_weights_that_stay(tmp_path: Path) -> None:
    path = shipped(tmp_path, "glyphs-conditional")
    before = path.read_bytes()
    card_anew("glyphs-conditional", out=tmp_path)
    described = card("glyphs-conditional", tmp_path)
    assert described.title == PRESETS["glyphs-conditional"].title
    assert described.picture == pictured(pretrained("glyphs-conditional", tmp_path))
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", ["", "{", "[]", '{"title": 1}', "x" * 100_000])
def test_a_damaged_card_is_one_sentence(tmp_path: Path, text: str) -> None:
    path = shipped(tmp_path)
    path.with_suffix(".json").write_text(text)
    with pytest.raises(BadWeights, match=r"^some\.json is damaged: "):
        load_weights(path)


def test_weights_of_another_recipe_are_refused(tmp_path: Path) -> None:
    path = shipped(tmp_path)
    written = json.loads(path.with_suffix(".json").read_text())
    written["config"]["generator"]["width"] = 8
    path.with_suffix(".json").write_text(json.dumps(written))
    with pytest.raises(BadWeights, match=r"^some\.safetensors does not fit its card: .*belongs to another recipe\.$"):
        load_weights(path)


def test_an_unknown_name_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadWeights, match=r"There is no pretrained model '\.\./\.\./etc'"):
        card("../../etc", tmp_path)


# -- those that ship ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_what_ships_is_small_is_what_its_card_says_and_draws(name: str) -> None:
    described, trained = card(name), pretrained(name)
    assert (WEIGHTS / f"{name}.safetensors").stat().st_size == described.bytes <= LARGEST
    assert described.preset == name
    assert (described.title, described.about) == (PRESETS[name].title, PRESETS[name].about)
    assert described.picture["kind"] == ("translation" if PRESETS[name].config.game.translates else "images")
    assert (WEIGHTS / f"{name}.json").stat().st_size < SMALL_CARD
    assert described.licence
    assert trained.config == PRESETS[name].config.model_copy(update={"seed": described.seed})
    assert isinstance(trained.players, Players)
    game, data = trained.config.game, trained.config.data
    if game.translates:
        return  # below
    with trained.at_rest() as p:
        drawn = game.generate(p, trained.config.fed(8, seeded(), CPU))
    assert described.quality["fid"] > described.quality["fid_floor"] > 0
    assert drawn.shape == (8, *data.shape)
    assert drawn.isfinite().all()
    assert drawn.std() > 0.2


PROMISED: dict[str, Callable[[dict[str, Any]], bool]] = {
    "toys-pix2pix": lambda measured: measured["ratio_pixel"] > 0.825,  # pix2pix's own, on its streets
    "toys-cyclegan": lambda measured: (
        measured["l1"] < measured["l1_unchanged"]
        and measured["ratio_iou"] > 0.73
        and all(measured[f"ratio_{what}"] > measured[f"ratio_{what}_unchanged"] for what in ("pixel", "mean", "iou"))
        and measured["ratio_material"] > 0.5  # where the untouched candy has next to none
    ),
    "toys-stargan": lambda measured: measured["seen"] > 0.9 and measured["l1"] < measured["l1_unchanged"],
    "toys-srgan": lambda measured: measured["features"] < measured["features_bicubic"],
    "toys-colour": lambda measured: measured["features"] < measured["features_unchanged"],
}


@pytest.mark.parametrize("name", [name for name in SHIPPED if PRESETS[name].config.game.translates])
def test_what_ships_translates_as_well_as_its_card_promises(name: str) -> None:
    described, trained = card(name), pretrained(name)
    assert PROMISED[name](described.quality)
    for number, way in enumerate(trained.config.game.ways(trained.config.data)):
        told = {wish.name: wish.names[-1] for wish in way.wishes if wish.kind == "choice"}
        answer = ask_probe(trained, "example", json.dumps({"index": 3, "way": number, "told": told}))
        result, given = (np.asarray(Image.open(io.BytesIO(base64.b64decode(answer[key])))) for key in ("result", "given"))
        assert result.std() > 10
        if result.shape == given.shape:
            assert np.abs(result.astype(int) - given).max() > 40  # more than what is added loses, and the files
