"""What the page is shown is what there is, and measurements of a perfect generator sit at their floor."""

import base64
import io
import json

import numpy as np
import pytest
import torch
from PIL import Image
from recipes import CPU, played, seeded, tiny, tiny_pictures
from torch.nn.functional import avg_pool2d

from engine.batches import hot
from engine.classifier import classifier_of
from engine.config import RunConfig
from engine.data import DATA
from engine.games import GAMES, GAN
from engine.observer import Observer
from engine.plane import NODES, SHOWN
from engine.recipes import kind_of
from engine.snapshot import arrows, belief_bytes, quantised, rows_packed, sheet, tiles
from engine.teaching import Recipe
from engine.trainer import Trainer


def points_in(text: str, low: float, high: float, dim: int = 2) -> np.ndarray:
    """Points as the page reads them: uint16 over the stage's square."""
    whole = np.frombuffer(base64.b64decode(text), "<u2").reshape(-1, dim)
    return low + (high - low) * (whole / 65535)


def picture_in(text: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))


# -- measurements -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [name for name in DATA if kind_of(name) == "points"])
def test_a_perfect_generators_checks_sit_at_their_floor(data, monkeypatch):
    trainer = Trainer(tiny(data=data))
    law, generator = trainer.config.data, seeded(5)
    monkeypatch.setattr(GAN, "generate", lambda self, p, z: law.sample(len(z), generator))
    observer = Observer(trainer)
    looks, floors = [observer.checks() for _ in range(10)], observer.floors()
    now = dict(zip(looks[0].columns, np.mean([look.values[0] for look in looks], 0).tolist(), strict=True))
    assert set(now) == set(floors)
    assert now["kl"] == pytest.approx(floors["kl"], rel=0.2)
    assert now["js"] == pytest.approx(floors["js"], rel=0.1)
    if "modes" in now:
        assert now["modes"] == floors["modes"] == len(law.centres)
        assert now["hq"] == pytest.approx(floors["hq"], abs=0.01)


def test_rare_modes_that_even_real_samples_miss_are_not_asked_for(monkeypatch):
    trainer = Trainer(tiny(data={"name": "mixture-1d", "modes": 12, "uneven": 0.9}))
    law, generator = trainer.config.data, seeded(5)
    monkeypatch.setattr(GAN, "generate", lambda self, p, z: law.sample(len(z), generator))
    observer = Observer(trainer)
    found = [dict(zip((look := observer.checks()).columns, look.values[0], strict=True))["modes"] for _ in range(10)]
    assert observer.floors()["modes"] == round(np.mean(found)) < 6


def test_a_collapsed_generators_checks_are_bad(monkeypatch):
    trainer = Trainer(tiny())
    monkeypatch.setattr(GAN, "generate", lambda self, p, z: trainer.config.data.centres[:1].expand(len(z), 2))
    observer = Observer(trainer)
    now = dict(zip(observer.checks().columns, observer.checks().values[0].tolist(), strict=True))
    assert now["modes"] == 1
    assert now["hq"] == 1
    assert now["kl"] > 10 * observer.floors()["kl"]
    assert now["js"] > 0.4


def test_of_pictures_the_sharpness_is_measured(monkeypatch):
    trainer = Trainer(tiny_pictures())
    law, generator = trainer.config.data.open(CPU), seeded()
    observer = Observer(trainer)
    monkeypatch.setattr(GAN, "generate", lambda self, p, z: law.batch(len(z), generator).x)
    sharp = observer.checks()
    monkeypatch.setattr(GAN, "generate", lambda self, p, z: avg_pool2d(law.batch(len(z), generator).x, 3, 1, 1))
    blurred = observer.checks()
    assert sharp.columns[0] == blurred.columns[0] == "sharpness"
    assert sharp.values[0, 0] == pytest.approx(observer.floors()["sharpness"], abs=0.1)
    assert blurred.values[0, 0] < 0.6


def test_of_pictures_that_are_all_alike_the_variety_is_0(monkeypatch):
    trainer = Trainer(tiny_pictures())
    law, generator = trainer.config.data.open(CPU), seeded()
    observer = Observer(trainer)
    one = law.batch(1, generator).x
    for drawn, expected in ((one.expand(64, -1, -1, -1), 0.0), (law.batch(64, generator).x, observer.floors()["variety"])):
        monkeypatch.setattr(GAN, "generate", lambda self, p, z, drawn=drawn: drawn[: len(z)])
        now = dict(zip((look := observer.checks()).columns, look.values[0].tolist(), strict=True))
        assert now["variety"] == pytest.approx(expected, abs=0.1)


def test_classes_are_unknown_while_no_classifier_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    observer = Observer(Trainer(tiny_pictures()))
    now = dict(zip((look := observer.checks()).columns, look.values[0].tolist(), strict=True))
    assert np.isnan(now["modes"])
    assert np.isnan(now["class KL"])
    assert observer.floors()["modes"] == 10
    assert not list(tmp_path.rglob("*.safetensors"))  # and none is trained for it


def test_classes_are_counted_while_one_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    monkeypatch.setattr("engine.classifier.usual", lambda data: Recipe(examples=128, batch=64, width=8, features=16, tested=20))
    classifier_of(tiny_pictures().data)
    trainer = Trainer(tiny_pictures(data={"name": "stacked-glyphs", "size": 16}))
    observer = Observer(trainer)
    one = observer.real.real[:1]
    monkeypatch.setattr(GAN, "generate", lambda self, p, z: one.expand(len(z), -1, -1, -1))  # it has collapsed
    now = dict(zip((look := observer.checks()).columns, look.values[0].tolist(), strict=True))
    assert now["modes"] == 1
    assert now["class KL"] == pytest.approx(np.log(1000), rel=1e-5)
    assert observer.floors()["modes"] == 95  # of 1,000, with 100 pictures


@pytest.mark.parametrize("game", ["acgan", "semisupervised"])
def test_whoever_names_classes_is_tried_on_examples_that_nobody_trains_on(game, monkeypatch):
    trainer = Trainer(tiny(game=game))
    observer = Observer(trainer)
    x, y = observer.held_out
    monkeypatch.setattr(GAMES[game], "classify", lambda self, p, given: hot(y, 8) if torch.equal(given, x) else None)
    assert dict(zip((look := observer.checks()).columns, look.values[0], strict=True))["test error"] == 0


# -- points -----------------------------------------------------------------------------------------------------------


def test_the_stage_shows_gs_average_from_fixed_latents():
    trainer = played(tiny(), 3)
    observer = Observer(trainer)
    stage = observer.stage()
    shown = points_in(stage["fake"], stage["low"], stage["high"])
    with torch.no_grad():
        drawn = trainer.shown.G(trainer.rules.probe)[:SHOWN].numpy()
    assert shown.shape == (SHOWN, 2)
    assert np.abs(shown - drawn).max() < 1e-4
    assert observer.stage() == stage  # looking twice shows the same


def test_real_points_are_the_datas():
    observer = Observer(Trainer(tiny()))
    stage = observer.real_stage()
    real = torch.tensor(points_in(stage["points"], stage["low"], stage["high"]), dtype=torch.float32)
    nearest = torch.cdist(real, observer.config.data.centres).min(1).values
    assert len(real) == SHOWN
    assert nearest.max() < 5 * observer.config.data.sigma


def test_belief_is_ds_on_a_grid_row_by_row_from_the_low_corner():
    trainer = Trainer(tiny())
    with torch.no_grad():  # a D that looks at x alone
        trainer.weights["D"].flat.zero_()
        first, second, last = (layer for layer in trainer.players.D if isinstance(layer, torch.nn.Linear))
        first.weight[0, 0], second.weight[0, 0], last.weight[0, 0] = 1.0, 1.0, 5.0
    stage = Observer(trainer).stage()
    belief = np.frombuffer(base64.b64decode(stage["belief"]["data"]), np.uint8).reshape(NODES[2], NODES[2])
    assert stage["belief"]["n"] == NODES[2]
    assert (belief == belief[:1]).all()  # every row, one y each, is the same
    assert (np.diff(belief[0].astype(int)) >= 0).all()
    assert belief[0, 0] < 128 < belief[0, -1]


def test_arrows_point_where_gs_loss_falls():
    """A D whose score rises with x pulls every fake to the right."""
    trainer = Trainer(tiny(loss="wasserstein"))
    with torch.no_grad():
        trainer.weights["D"].flat.zero_()
        first, second, last = (layer for layer in trainer.players.D if isinstance(layer, torch.nn.Linear))
        first.weight[0, 0], first.bias[0], second.weight[0, 0], last.weight[0, 0] = 1.0, 10.0, 1.0, 2.0
    stage = Observer(trainer).stage()
    steps = np.frombuffer(base64.b64decode(stage["arrows"]), "<i2").reshape(-1, 2) / 32767 * (stage["high"] - stage["low"]) / 4
    assert steps == pytest.approx(np.tile([0.3, 0.0], (SHOWN, 1)), abs=1e-3)  # slope 2, drawn 0.15 as long


def test_points_on_a_line_have_a_line_of_belief_and_no_arrows():
    stage = Observer(Trainer(tiny(data="mixture-1d"))).stage()
    assert stage["kind"] == "line"
    assert "arrows" not in stage
    assert len(base64.b64decode(stage["belief"]["data"])) == stage["belief"]["n"] == 200
    assert points_in(stage["fake"], stage["low"], stage["high"], 1).shape == (SHOWN, 1)


def test_a_diverged_run_can_still_be_looked_at():
    trainer = Trainer(tiny())
    for held in trainer.weights.values():
        held.flat.data.fill_(float("nan"))
    trainer.averages["G"].copy()
    observer = Observer(trainer)
    stage, checks = observer.stage(), observer.checks()
    assert set(base64.b64decode(stage["belief"]["data"])) == {128}  # undecided
    assert dict(zip(checks.columns, checks.values[0].tolist(), strict=True))["modes"] == 0


# -- pictures ---------------------------------------------------------------------------------------------------------


def test_the_sheet_shows_64_fakes_with_ds_score_under_each():
    trainer = played(tiny_pictures(), 1)
    (shown,) = Observer(trainer).stage()["sheets"]
    assert (shown["name"], shown["columns"], shown["rows"], shown["tile"]) == ("fake", 8, 8, [16, 16])
    assert picture_in(shown["sheet"]).shape[:2] == (8 * 16, 8 * 16)
    trainer.players.D.eval()
    with torch.no_grad():
        fake = trainer.shown.G(trainer.rules.probe)
        scores = trainer.players.D(fake).flatten().tolist()
    assert shown["scores"] == pytest.approx(scores, abs=1e-3)


def test_no_more_is_generated_than_is_shown():
    """Pictures are costly: each one that nobody sees is time that training lacks."""
    assert len(Trainer(tiny_pictures()).rules.probe) == 64
    assert len(Trainer(tiny()).rules.probe) >= SHOWN


def test_stored_pictures_are_shown_without_moving_the_runs_place_in_them(tmp_path):
    for i in range(5):
        Image.new("L", (16, 16), 50 * i).save(tmp_path / f"{i}.png")
    config = tiny_pictures(data={"name": "folder", "path": str(tmp_path), "size": 16, "grey": True})
    alone, watched = Trainer(config), Trainer(config)
    Observer(watched)
    for trainer in (alone, watched):
        trainer.round()
    assert torch.equal(alone.weights["D"].flat, watched.weights["D"].flat)


# -- the encodings ----------------------------------------------------------------------------------------------------


def test_numbers_outside_the_stage_land_on_its_border():
    x = torch.tensor([[-9.0, 0.0], [float("inf"), -float("inf")], [1.0, -1.0]])
    assert points_in(quantised(x, -1, 1), -1, 1) == pytest.approx(np.array([[-1, 0], [1, -1], [1, -1]]), abs=1e-4)


def test_belief_is_a_byte_and_undecided_where_it_is_no_number():
    assert list(base64.b64decode(belief_bytes(torch.tensor([0.0, 0.5, 1.0, 7.0, float("nan")])))) == [0, 128, 255, 255, 128]


def test_long_arrows_keep_their_direction():
    steps = np.frombuffer(
        base64.b64decode(arrows(torch.tensor([[3.0, 4.0], [0.3, 0.4], [float("nan"), 0]]), 1.0)), "<i2"
    ).reshape(-1, 2)
    assert steps / 32767 == pytest.approx(np.array([[0.6, 0.8], [0.3, 0.4], [0, 0]]), abs=1e-4)


def test_rows_are_packed_with_the_round_first():
    rows = played(tiny(), 3).recorder.take()
    packed = np.frombuffer(base64.b64decode(rows_packed(rows)), "<f4").reshape(3, -1)
    assert packed[:, 0].tolist() == [1, 2, 3]
    np.testing.assert_equal(packed[:, 1:], rows.values)


@pytest.mark.parametrize("channels", [1, 3])
def test_tiles_are_laid_row_by_row(channels):
    grey = torch.tensor([-1.0, 0.0, 1.0, -3.0, 3.0]).view(5, 1, 1, 1).expand(5, channels, 2, 2)
    whole = np.asarray(tiles(grey, 3))
    assert whole.shape == ((4, 6) if channels == 1 else (4, 6, 3))
    assert whole.reshape(4, 6, -1)[::2, ::2, 0].tolist() == [[0, 128, 255], [0, 255, 128]]  # the last tile is empty


def test_scores_that_are_no_numbers_are_none():
    assert sheet(torch.zeros(2, 1, 4, 4), 2, [0.12345, float("nan")])["scores"] == [0.123, None]


@pytest.mark.parametrize("data", ["ring", "mixture-1d", "moons"])
def test_a_stage_is_plain_json(data):
    config = RunConfig.from_dict({"data": data, "latent": {"dim": 2}})
    assert json.loads(json.dumps(Observer(Trainer(config)).stage()))
