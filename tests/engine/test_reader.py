"""The reader of toys: what it is taught, and how translations are judged by it."""

from functools import partial

import pytest
import torch
from recipes import played, seeded, tiny

from engine.checkpoint import write
from engine.classifier import classifier_of
from engine.data.base import HELD_OUT
from engine.data.toys import MATERIALS, draw
from engine.evaluate import evaluate
from engine.reader import CLASSES, Lessons, judged, material_in, path_of, reader_of, truth
from engine.teaching import Recipe
from engine.trainer import kept

HASTY = Lessons(steps=60, batch=8, width=8, tested=20)
JUDGE = Recipe(examples=1_280, batch=64, width=8, features=16, tested=100)


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_DATA", str(tmp_path_factory.mktemp("data")))
        patch.setattr("engine.translated.reader_of", lambda size, device, tell: reader_of(size, device, tell, lessons=HASTY))
        yield reader_of(32, lessons=HASTY)


def test_every_pixel_has_a_true_class():
    toys = draw(6, seeded(), size=32)
    classes = truth(toys)
    assert classes.shape == (6, 32, 32)
    assert ((classes == CLASSES.index("ground")) == (toys.labels == 0)).all()
    made_of = {CLASSES[k].split()[0] for k in classes[0].unique().tolist() if " " in CLASSES[k]}
    assert made_of <= {MATERIALS[int(toys.material[0])]}


def test_large_pictures_are_read_when_they_have_been_made_small():
    toys = draw(2, seeded(), size=128)
    assert truth(toys).shape == (2, 64, 64)
    assert path_of(64, HASTY) != path_of(32, HASTY)


def test_the_material_of_a_picture_is_what_most_of_it_is_made_of():
    maps = torch.zeros(3, 4, 4, dtype=torch.int64)
    maps[0, 0, 0], maps[0, 0, 1:3] = CLASSES.index("clay body"), CLASSES.index("fur accent")
    maps[1, 0, 0] = CLASSES.index("metal body")
    assert material_in(maps).tolist() == [MATERIALS.index("fur"), MATERIALS.index("metal"), -1]


def test_a_hasty_reader_knows_the_ground_and_is_kept(reader):
    assert reader.scores.pixel > 0.6
    path = path_of(32, HASTY)
    before = path.stat().st_mtime_ns
    again = reader_of(32, lessons=HASTY)
    assert path.stat().st_mtime_ns == before
    assert again.scores == reader.scores


def test_the_truth_is_read_as_well_as_the_truth_and_noise_is_not(reader):
    toys = draw(40, seeded(), size=32)
    real, _ = judged(reader, toys.picture, toys)
    noise, _ = judged(reader, torch.rand(40, 3, 32, 32, generator=seeded()) * 2 - 1, toys)
    assert real.pixel > noise.pixel
    assert real == judged(reader, toys.picture, toys)[0]


def test_translations_are_measured_beside_their_truth(reader, tmp_path):
    write(tmp_path, kept(played(tiny(game="pix2pix", data={"name": "toys", "size": 32}), 2)))
    table = evaluate(tmp_path, n=30)
    assert table["samples"] == 30
    assert 0 < table["l1"] < 2
    assert table["ratio_pixel"] == pytest.approx(table["read_pixel"] / table["read_pixel_truth"])
    assert {"ssim", "ssim_blank", "l1_mean", "edge_f1", "edge_f1_truth", "ratio_material", "protocol"} <= table.keys()


def test_what_was_given_is_read_in_the_translations_place_too(reader, tmp_path):
    candy = {"name": "toys", "size": 32, "task": "material", "material": "candy", "into": "metal"}
    config = tiny(game="pix2pix", data=candy)
    write(tmp_path, kept(played(config, 2)))
    table = evaluate(tmp_path, n=30)
    given, toys = config.data.draw(30, torch.Generator().manual_seed(HELD_OUT))
    scores, material = judged(reader, given.a, toys)
    assert (table["read_iou_unchanged"], table["read_material_unchanged"]) == (scores.iou, material)
    assert table["ratio_pixel_unchanged"] == pytest.approx(scores.pixel / table["read_pixel_truth"])
    assert f"({reader.scores.pixel:.1%} of pixels and" in table["protocol"]


def test_other_pairs_are_measured_without_a_reader(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    monkeypatch.setattr("engine.translated.classifier_of", partial(classifier_of, recipe=JUDGE))
    write(tmp_path, kept(played(tiny(game="pix2pix"), 2)))
    table = evaluate(tmp_path, n=30)
    assert {"l1", "ssim", "l1_blank", "l1_mean"} <= table.keys()
    assert "ratio_pixel" not in table
    assert table["nearest_unchanged"] > 0.5  # most of a picture with a hole is still there


def test_who_enlarges_is_measured_beside_a_plain_enlargement(monkeypatch, tmp_path):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    monkeypatch.setattr("engine.translated.classifier_of", partial(classifier_of, recipe=JUDGE))
    write(tmp_path, kept(played(tiny(game="srgan"), 2)))
    table = evaluate(tmp_path, n=30)
    assert table["l1_bicubic"] < table["l1"]  # after two rounds
    assert 0 < table["features_bicubic"] < table["features_blank"]
    assert table["nearest_bicubic"] > 2 / 30  # by chance 1 / 30
    assert table["sharpness_blank"] == 0 < table["sharpness_bicubic"] < 1
    judge = classifier_of(tiny(game="srgan").data.whole, recipe=JUDGE)
    assert f"{judge.accuracy:.2%} right on pictures that it had not seen" in table["protocol"]
    assert "nearest_unchanged" not in table
