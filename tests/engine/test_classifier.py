"""Our classifier of pictures: it learns in seconds what a child knows, is kept, and is not trusted when damaged."""

import json
from functools import partial

import pytest
import torch
from recipes import CPU, seeded
from typer.testing import CliRunner

from engine.__main__ import app
from engine.batches import Labelled
from engine.classifier import Unmeasurable, classifier_of, path_of
from engine.data import Glyphs, Ring, Stored
from engine.data.classic import Mnist
from engine.teaching import Recipe, moved, standardised

SMALL = Recipe(examples=8_000, batch=64, width=8, features=32, tested=500)
HASTY = SMALL._replace(examples=128)
GLYPHS = Glyphs(size=16)


@pytest.fixture(scope="module")
def learned(tmp_path_factory):
    """A classifier of small glyphs, trained once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_DATA", str(tmp_path_factory.mktemp("data")))
        yield classifier_of(GLYPHS, recipe=SMALL)


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    return tmp_path


def test_it_learns_small_digits_in_seconds(learned):
    assert learned.accuracy > 0.95
    assert learned.seconds < 60


def test_it_reads_from_a_glyph_how_it_was_drawn(learned):
    assert set(learned.r_squared) == {"slant", "thickness", "scale", "dx", "dy"}
    assert learned.r_squared["slant"] > 0.7
    assert learned.r_squared["thickness"] > 0.7


def test_it_sees_any_number_of_pictures_at_once_or_in_portions(learned):
    x = GLYPHS.held_out(700, CPU)[0]
    seen = learned.see(x)
    assert (seen.features.shape, seen.logits.shape, seen.factors.shape) == ((700, 32), (700, 10), (700, 5))
    assert torch.allclose(seen.probabilities.sum(1), torch.ones(700))
    assert torch.equal(seen.classes[:3], learned.see(x[:3]).classes)
    assert not seen.features.requires_grad


def test_a_factor_that_does_not_vary_is_not_read(root):
    still = Glyphs(size=16, slant=0.0)
    assert "slant" not in classifier_of(still, recipe=HASTY).r_squared
    _, factors = still.draw(50, seeded(), CPU)
    assert standardised(factors, still)[:, 0].abs().max() == 0


def test_factors_are_standardised():
    _, factors = GLYPHS.draw(4_000, seeded(), CPU)
    columns = standardised(factors, GLYPHS)
    assert columns.mean(0).abs().max() < 0.06
    assert columns.std(0).sub(1).abs().max() < 0.04


def test_it_is_trained_once_and_found_again(root):
    first, said = classifier_of(GLYPHS, recipe=HASTY), []
    again = classifier_of(GLYPHS, tell=lambda sentence, share=None: said.append(sentence), recipe=HASTY)
    assert said == []
    assert (again.accuracy, again.r_squared, again.path) == (first.accuracy, first.r_squared, first.path)
    x = GLYPHS.held_out(5, CPU)[0]
    assert torch.equal(first.see(x).logits, again.see(x).logits)


def test_the_same_recipe_gives_the_same_classifier(root):
    first = classifier_of(GLYPHS, recipe=HASTY).path.read_bytes()
    second = classifier_of(GLYPHS, recipe=HASTY, rebuild=True)
    assert len(first) == len(second.path.read_bytes())
    assert first[-2000:] == second.path.read_bytes()[-2000:]  # numbers; the header holds the seconds it took


@pytest.mark.parametrize("damage", ["cut off", "a bit flipped", "emptied", "another's"])
def test_what_is_damaged_is_trained_again(root, damage):
    path = classifier_of(GLYPHS, recipe=HASTY).path
    whole = path.read_bytes()
    flipped = whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:]
    other = classifier_of(GLYPHS, recipe=HASTY._replace(features=16)).path.read_bytes()
    path.write_bytes({"cut off": whole[:500], "a bit flipped": flipped, "emptied": b"", "another's": other}[damage])
    said = []
    again = classifier_of(GLYPHS, tell=lambda sentence, share=None: said.append(sentence), recipe=HASTY)
    assert any(sentence.startswith("Training our classifier") for sentence in said)
    assert again.path.read_bytes()[-2000:] == whole[-2000:]


def test_another_recipe_or_other_data_have_another_place(root):
    places = {path_of(GLYPHS, HASTY), path_of(GLYPHS, SMALL), path_of(Glyphs(size=28), HASTY), path_of(Mnist(), HASTY)}
    assert len(places) == 4


def test_points_have_no_classifier(root):
    with pytest.raises(Unmeasurable, match=r"Ring of Gaussians: .* takes pictures with labels; choose glyphs, toy-pictures"):
        classifier_of(Ring())


def test_stored_pictures_are_learned_from_too_and_only_from_the_training_set(root, monkeypatch):
    """Black is 0 and white is 1, in MNIST's place; all held-out pictures have the labels the wrong way round."""
    y = torch.arange(200) % 2
    pictures = (y * 255).to(torch.uint8)[:, None, None, None].expand(200, 1, 16, 16).contiguous()
    held = Labelled((1 - y)[:, None, None, None].expand(200, 1, 16, 16) * 2.0 - 1, y)
    monkeypatch.setattr(Mnist, "open", lambda self, device, tell=None: Stored(pictures, y))
    monkeypatch.setattr(Mnist, "held_out", lambda self, n, device, tell=None: held)
    found = classifier_of(Mnist(size=16), recipe=SMALL._replace(examples=1_280))
    assert found.accuracy == 0
    assert found.r_squared == {}


def test_a_shift_moves_every_picture_alike_and_keeps_their_size():
    x = torch.zeros(2, 1, 8, 8)
    x[:, 0, 4, 4] = 1
    for seed in range(5):
        there = moved(x, 2, seeded(seed)).nonzero()[:, 2:]
        assert torch.equal(there[0], there[1])
        assert (there[0] - 4).abs().max() <= 2
    assert moved(x, 0, seeded()) is x


def test_the_command_prints_one_object(root, monkeypatch):
    monkeypatch.setattr("engine.classifier.classifier_of", partial(classifier_of, recipe=HASTY))
    said = CliRunner().invoke(app, ["classifier", "glyphs", "--set", "size=16", "--device", "cpu", "--json"])
    result = json.loads(said.stdout.splitlines()[-1])
    assert set(result) == {"path", "seconds", "accuracy", "r_squared"}
    assert result["path"].startswith(str(root))
    assert "Training our classifier of Handwriting" in said.stderr


def test_the_command_refuses_points_in_one_sentence(root):
    said = CliRunner().invoke(app, ["classifier", "ring", "--device", "cpu"])
    assert said.exit_code == 2
    assert said.stderr.startswith("Error: Ring of Gaussians: no classifier can be trained")
