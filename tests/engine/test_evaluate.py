"""Evaluating what is kept: every game has its numbers, all finite, with the protocol they were measured by."""

import json
import math
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from recipes import CPU, played, tiny, tiny_pictures
from typer.testing import CliRunner

from engine.__main__ import app
from engine.batches import Labelled, hot
from engine.checkpoint import BadCheckpoint, write
from engine.classifier import Unmeasurable, classifier_of
from engine.config import RunConfig
from engine.evaluate import evaluate, trained_of
from engine.games import Code, InfoGAN, Latent
from engine.sight import Sight
from engine.steered import Fake, Real, codes_measured
from engine.teaching import Recipe
from engine.trainer import kept

HASTY = Recipe(examples=1_280, batch=64, width=8, features=16, tested=100)
OF_ALL = {
    *("fid", "fid_floor", "precision", "recall", "density", "coverage", "score", "score_real", "class_histogram", "class_kl"),
    *("sharpness", "vendi", "classifier_accuracy", "samples", "rounds", "seed", "protocol"),
}
OF_CLASSES = {"label_consistency", "within_class_diversity"}
OF_CHOICES = {"code_error", "code_error_fake", "information"}


@pytest.fixture(scope="module", autouse=True)
def hasty(tmp_path_factory):
    """A classifier that is trained in a second, in a data folder of these tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_DATA", str(tmp_path_factory.mktemp("data")))
        patch.setattr("engine.evaluate.classifier_of", partial(classifier_of, recipe=HASTY))
        yield


def folder(path: Path, config: RunConfig, rounds: int = 2) -> Path:
    """The folder of a run that has played so many rounds."""
    write(path, kept(played(config, rounds)))
    return path


def finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    if isinstance(value, list):
        return all(map(finite, value))
    return isinstance(value, str) or math.isfinite(value)


@pytest.mark.parametrize(
    ("game", "more"),
    [
        ("gan", set()),
        ("conditional", OF_CLASSES),
        ("acgan", OF_CLASSES | {"test_error"}),
        ("infogan", OF_CHOICES | {"codes"}),
        ({"name": "infogan", "continuous": 0}, OF_CHOICES),
        ({"name": "infogan", "categorical": 0}, {"codes"}),
        ("vae", {"reconstruction", "reconstruction_sharpness"}),
    ],
    ids=["gan", "conditional", "acgan", "infogan", "infogan with a choice alone", "infogan with numbers alone", "vae"],
)
def test_every_game_of_pictures_has_its_numbers(tmp_path, game, more):
    table = evaluate(folder(tmp_path, tiny_pictures(game=game)), 60, "cpu")
    assert set(table) == OF_ALL | more
    assert finite(table)
    assert json.loads(json.dumps(table, allow_nan=False)) == table
    assert table["fid_floor"] > 0
    assert (table["samples"], table["rounds"], table["seed"]) == (60, 2, 0)
    assert sum(table["class_histogram"]) == pytest.approx(1)


def test_the_protocol_says_who_was_measured_how_and_by_whom(tmp_path):
    said = evaluate(folder(tmp_path, tiny_pictures()), 60, "cpu")["protocol"]
    assert said.startswith("60 held-out real pictures against 60 fakes of G's moving average in evaluation mode")
    assert "our own classifier of Handwriting, drawn by us" in said
    assert "of 60 of each" in said


def test_the_same_seed_measures_the_same_and_another_does_not(tmp_path):
    kept_here = folder(tmp_path, tiny_pictures(game="infogan"))
    first, second, other = (evaluate(kept_here, 40, "cpu", seed) for seed in (1, 1, 2))
    assert first == second
    assert first["fid"] != other["fid"]


def test_each_continuous_code_is_held_against_each_factor(tmp_path):
    codes = evaluate(folder(tmp_path, tiny_pictures(game="infogan")), 60, "cpu")["codes"]
    assert set(codes) == {"number 1", "number 2"}
    for follows in codes.values():
        assert follows["best"] in ("slant", "thickness", "scale", "dx", "dy")
        assert all(0 <= follows[name] <= follows[follows["best"]] for name in follows["within"])
        assert all(0 <= follows["within"][name] <= 1 for name in follows["within"])


def test_points_are_measured_as_on_the_page(tmp_path):
    table = evaluate(folder(tmp_path, tiny()), 4_000, "cpu")
    assert set(table) == {
        *("modes", "hq", "hq_ceiling", "kl", "kl_floor", "js", "js_floor"),
        *("samples", "rounds", "seed", "protocol"),
    }
    assert table["samples"] == 2_500
    assert finite(table)
    assert table["kl"] > table["kl_floor"]
    assert "modes" not in evaluate(folder(tmp_path, tiny(data="moons")), 100, "cpu")


# -- what codes mean, on fakes whose truth is known -----------------------------------------------------------------------


def sight(classes: torch.Tensor, factors: torch.Tensor | None = None) -> Sight:
    """Somebody who is sure."""
    logits = 20 * hot(classes, 10)
    return Sight(logits + torch.rand(logits.shape), logits, torch.zeros(len(classes), 5) if factors is None else factors)


def test_labels_that_are_obeyed_three_times_out_of_four():
    config = tiny_pictures(game="conditional")
    asked = torch.arange(40) % 10
    drawn = torch.where(torch.arange(40) < 30, asked, (asked + 1) % 10)
    fed = torch.cat((torch.zeros(40, config.latent.dim), hot(asked, 10)), 1)
    x = torch.zeros(40, 1, 16, 16)
    table = codes_measured(config, None, Real(x, asked, sight(asked)), Fake(x, fed, sight(drawn)), ())
    assert table["label_consistency"] == pytest.approx(0.75)


class Telling(InfoGAN):
    """Q reads the picture's first pixels: the logits of the choice are written there."""

    def read(self, p: Any, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1)[:, :12]


def test_an_infogan_whose_choice_is_the_class_but_for_its_name_has_no_code_error():
    config = tiny_pictures(game="infogan").model_copy(update={"game": Telling()})
    y = torch.arange(50) % 10
    choice = (7 * y + 3) % 10
    x = torch.zeros(50, 1, 16, 16)
    x[:, 0, 0, :10] = 30 * hot(choice, 10)
    number = torch.linspace(-1, 1, 50)[:, None]
    fed = torch.cat((torch.zeros(50, config.latent.dim), hot(choice, 10), number, -number), 1)
    factors = torch.cat((torch.rand(50, 1), number**3, *torch.rand(3, 50, 1)), 1)
    table = codes_measured(config, None, Real(x, y, sight(y)), Fake(x, fed, sight(y, factors)), ("slant", "thickness", "dx"))
    assert (table["code_error"], table["code_error_fake"]) == (0, 0)
    assert table["information"] == {"choice 1": pytest.approx(math.log(10))}
    assert set(table["codes"]["number 1"]) == {"slant", "thickness", "dx", "best", "within"}
    assert table["codes"]["number 2"]["best"] == "thickness"
    assert table["codes"]["number 2"]["thickness"] == pytest.approx(1)


def test_a_number_whose_sign_depends_on_the_choice_follows_its_factor_within_choices_alone():
    config = tiny_pictures(game="infogan").model_copy(update={"game": Telling()})
    choice = torch.arange(60) % 10
    number = torch.linspace(-1, 1, 60)
    fed = torch.cat((torch.zeros(60, config.latent.dim), hot(choice, 10), number[:, None], number[:, None]), 1)
    factors = torch.cat((torch.where(choice % 2 == 0, number, -number)[:, None], torch.rand(60, 4)), 1)
    x = torch.zeros(60, 1, 16, 16)
    seen = sight(choice, factors)
    codes = codes_measured(config, None, Real(x, choice, seen), Fake(x, fed, seen), ("slant", "thickness"))["codes"]
    assert codes["number 1"]["slant"] < 0.3
    assert codes["number 1"]["within"]["slant"] == pytest.approx(1)


def test_columns_of_what_g_is_fed_are_laid_out_as_these_tests_say():
    assert InfoGAN().codes(Latent(dim=2), ())[1] == Code("choice 1", "category", 10, 2, tuple("ABCDEFGHIJ"))


# -- what cannot be measured ----------------------------------------------------------------------------------------------


def test_pictures_without_labels_cannot_be_judged(tmp_path):
    from PIL import Image

    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for i in range(2):
        Image.new("RGB", (16, 16), (40 * i, 0, 0)).save(pictures / f"{i}.png")
    config = tiny_pictures(data={"name": "folder", "path": str(pictures), "size": 16})
    with pytest.raises(
        Unmeasurable, match="Your own pictures: no classifier can be trained, for that takes pictures with labels"
    ):
        evaluate(folder(tmp_path, config), 20, "cpu")


def test_too_few_samples_and_empty_folders_are_refused(tmp_path):
    with pytest.raises(Unmeasurable, match="19 samples are too few"):
        evaluate(tmp_path, 19, "cpu")
    with pytest.raises(BadCheckpoint, match="There is no saved state"):
        evaluate(tmp_path, 20, "cpu")


def test_who_is_kept_is_the_moving_average(tmp_path):
    trainer = played(tiny(), 3)
    write(tmp_path, kept(trainer))
    trained, rounds = trained_of(tmp_path, CPU)
    assert rounds == 3
    z = torch.ones(1, 2)
    assert torch.equal(trained.players.G(z), trainer.averages["G"].net(z))


def test_a_file_is_weights(tmp_path, monkeypatch):
    trained, _ = trained_of(folder(tmp_path, tiny()), CPU)
    monkeypatch.setattr("engine.evaluate.load_weights", lambda path: trained)
    (tmp_path / "some.safetensors").write_bytes(b"")
    assert trained_of(tmp_path / "some.safetensors", CPU) == (trained, None)
    assert evaluate(tmp_path / "some.safetensors", 100, "cpu")["rounds"] is None


def test_the_command_prints_one_object_or_one_sentence(tmp_path):
    kept_here = folder(tmp_path, tiny_pictures())
    said = CliRunner().invoke(app, ["evaluate", str(kept_here), "-n", "40", "--device", "cpu", "--json"])
    assert set(json.loads(said.stdout.splitlines()[-1])) == OF_ALL
    said = CliRunner().invoke(app, ["evaluate", "nowhere", "--device", "cpu"])
    assert said.exit_code == 2
    assert said.stderr == "Error: There is no saved state in nowhere.\n"


def test_held_out_glyphs_have_labels():
    assert isinstance(tiny_pictures().data.held_out(2, CPU), Labelled)
