"""A recipe as a script: it needs nothing of ours, reads well, and its losses are the trainer's, to the last digit it prints."""

import contextlib
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from recipes import fitting_augments, played, tiny, tiny_pictures

from engine.augment import AUGMENTS
from engine.batches import Labelled, Samples
from engine.config import BadRecipe, RunConfig
from engine.data import DATA
from engine.games import GAMES, GAN, Players, Rules, Turn
from engine.losses import LOSSES, Loss
from engine.networks import NETWORKS
from engine.optim import OPTIMIZERS
from engine.parts import knobs
from engine.penalties import PENALTIES
from engine.presets import PRESETS
from engine.script import script

CLOSE = 1e-5
MLP = {"name": "mlp", "width": 8, "depth": 2}
Losses = dict[str, list[float]]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Scripts save G's weights where they run; and the well-known pictures are noise here."""
    monkeypatch.chdir(tmp_path)

    def dataset(shape: tuple[int, ...]) -> Any:
        pictures = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
        return lambda *_, **__: SimpleNamespace(data=pictures, targets=[i % 10 for i in range(len(pictures))])

    monkeypatch.setattr(torchvision.datasets, "MNIST", dataset((50, 28, 28)))
    monkeypatch.setattr(torchvision.datasets, "FashionMNIST", dataset((50, 28, 28)))
    monkeypatch.setattr(torchvision.datasets, "CIFAR10", dataset((50, 32, 32, 3)))


def printed(lines: str) -> Losses:
    """What a script prints, by name."""
    found: Losses = {}
    for name, value in re.findall(r"([A-Za-z]\w*(?: \w+)*) (-?\d+\.\d+)", lines):
        found.setdefault(name, []).append(float(value))
    return found


def run(text: str) -> Losses:
    """Run a script in a namespace of its own, as quickly as a test wants it."""
    lines = io.StringIO()
    with contextlib.redirect_stdout(lines), torch.random.fork_rng(devices=[]):
        exec(compile(text, "train.py", "exec"), {"__name__": "__main__"})
    return printed(lines.getvalue())


def trained(config: RunConfig, rounds: int) -> Losses:
    rows = played(config, rounds).recorder.take()
    return {name: rows.values[:, column].tolist() for column, name in enumerate(rows.columns)}


def assert_same(config: RunConfig, rounds: int) -> None:
    theirs, ours = run(script(config, rounds)), trained(config, rounds)
    assert {"d_loss", "g_loss", "loss"} & ours.keys() <= theirs.keys()
    for name, values in theirs.items():
        assert values == pytest.approx(ours[name], abs=CLOSE, rel=1e-6), f"{name} of the script is not the trainer's"


def complaints(text: str) -> str:
    """What ruff says of names and of long lines."""
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F,E501,E9", "--line-length", "110", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True).stdout.replace("All checks passed!", "").strip()


# -- every preset -----------------------------------------------------------------------------------------------------

WRITTEN = {name: preset for name, preset in PRESETS.items() if not preset.config.game.translates}
OF_POINTS = [name for name, preset in WRITTEN.items() if len(preset.config.data.shape) == 1]
OF_PICTURES = [name for name in WRITTEN if name not in OF_POINTS]


SENSITIVE = ("ring-unpenalised-spectral",)
"""D's last bias has a gradient that is nothing but rounding, and Adam makes whole steps of it: compared in double precision."""


@pytest.mark.parametrize("name", OF_POINTS)
def test_the_script_of_a_preset_on_points_trains_like_the_trainer(name: str) -> None:
    usual = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64 if name in SENSITIVE else usual)
    try:
        assert_same(PRESETS[name].config, 20)
    finally:
        torch.set_default_dtype(usual)


@pytest.mark.parametrize("name", OF_PICTURES)
def test_the_script_of_a_preset_on_pictures_trains_like_the_trainer(name: str) -> None:
    small: dict[str, Any] = {"training.batch": 8, "generator.width": 4, "discriminator.width": 4}
    assert_same(PRESETS[name].config.with_knobs(small), 5)  # a lazy penalty acts twice


@pytest.mark.parametrize("name", WRITTEN)
def test_a_script_has_no_unused_names_and_no_long_lines(name: str) -> None:
    assert complaints(script(PRESETS[name].config)) == ""


@pytest.mark.parametrize("name", ["ring-r3gan", "ring-began"])
def test_a_script_needs_nothing_of_ours(name: str, tmp_path: Path) -> None:
    """Python's isolated mode sees neither this checkout nor where it is run from; an import of engine would be ours anyway."""
    text = script(PRESETS[name].config, 3)
    assert set(re.findall(r"^(?:import|from) (\w+)", text, re.MULTILINE)) <= {"copy", "math", "torch"}
    (tmp_path / "train.py").write_text(text)
    alone = subprocess.run([sys.executable, "-I", "train.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    ours = trained(PRESETS[name].config, 3)
    for reading, values in printed(alone.stdout).items():
        assert values == pytest.approx(ours[reading], abs=CLOSE)
    assert (tmp_path / "G_average.pt").exists()


# -- every row of every table: who adds one learns here whether a script can show it -----------------------------------


APART = ("folder", "toy-pictures")
"""A folder needs pictures: see below.  Toys take two thousand lines to draw."""


@pytest.mark.parametrize("name", ["toy-pictures"])
def test_data_that_cannot_be_shown_say_so(name: str) -> None:
    with pytest.raises(BadRecipe, match=r"cannot be written out as a script yet\."):
        script(tiny_pictures(data=name))


def rows() -> dict[str, RunConfig]:
    """A tiny recipe for each row, under the name of its table."""
    found = {f"loss {name}": tiny(loss=name) for name in LOSSES}
    games = [name for name, game in GAMES.items() if not game.translates]
    found |= {f"game {name}": tiny(game=name) for name in games}
    found |= {f"game {name} of pictures": tiny_pictures(game=name) for name in games}
    found["game vae bernoulli"] = tiny_pictures(game={"name": "vae", "pixels": "bernoulli"})
    found |= {f"penalty {name}": tiny(penalties={name: {}}) for name in PENALTIES}
    found |= {f"lazy penalty {name}": tiny(penalties={name: {"interval": 3}}) for name in PENALTIES}
    found |= {f"augment {name}": tiny(augment={name: {}}) for name in AUGMENTS}
    found |= {
        f"optimizer {name}": tiny(g_optimizer={"name": name}, d_optimizer={"name": name, "clip": 0.1}) for name in OPTIMIZERS
    }
    for name in (name for name, kind in DATA.items() if name not in APART and not kind().given):
        of = tiny if len(DATA[name]().shape) == 1 else tiny_pictures
        found[f"data {name}"] = of(data=name)
        if DATA[name].gives is Labelled:
            found[f"data {name} with labels"] = of(data=name, game="conditional")
            found[f"data {name} with few labels"] = of(data=name, game={"name": "semisupervised", "labels": 2})
    found["network gan-lab"] = tiny(generator="gan-lab", discriminator="gan-lab", latent={"dim": 2, "shape": "truncated"})
    for name, kind in (each for each in NETWORKS.items() if each[1]().leads((8,), (1, 28, 28))):
        for norm in knobs(kind)["norm"].options:
            net = {"name": name, "norm": norm, "width": 4, "dropout": 0.2} | ({"noise": 0.1} if name == "mlp" else {})
            found[f"network {name} {norm}"] = tiny_pictures(generator=net, discriminator=net)
    return found


ROWS = rows()


@pytest.mark.parametrize("game", [name for name, game in GAMES.items() if game.translates])
def test_a_game_that_translates_says_that_it_cannot_be_shown(game: str) -> None:
    with pytest.raises(BadRecipe, match=r"cannot be written as a script yet\.$"):
        script(tiny(game=game))


@pytest.mark.parametrize("name", ROWS)
def test_every_row_can_be_shown_and_trains_like_the_trainer(name: str) -> None:
    try:
        text = script(ROWS[name], 4)
    except BadRecipe as error:
        pytest.fail(f"the row {name} cannot be written out as a script: {error}")
    assert complaints(text) == ""
    assert_same(ROWS[name], 4)


TOGETHER: dict[str, dict[str, Any]] = {
    "every penalty": {"penalties": {name: {} for name in PENALTIES}},
    "r1 and r2, lazy": {"penalties": {"r1": {"interval": 3}, "r2": {"interval": 3}}},
    "r1 lazier than r2": {"penalties": {"r1": {"interval": 3}, "r2": {"interval": 2}}},
    "r1 with dropout and spectral norm": {
        "discriminator": MLP | {"norm": "spectral", "dropout": 0.3},
        "penalties": {"r1": {"interval": 3}},
    },
    "r1 with batch norm": {"discriminator": MLP | {"norm": "batch"}, "penalties": {"r1": {}}},
    "every change to what D sees, in pairs": {"augment": {name: {} for name in AUGMENTS}, "loss": "rpgan"},
    "minibatch discrimination": {"discriminator": MLP | {"minibatch": 3}, "penalties": {"r1": {"interval": 2}}},
    "virtual batch norm": {"discriminator": MLP | {"norm": "virtual"}, "generator": MLP | {"norm": "virtual"}},
    "historical averaging": {
        "d_optimizer": {"name": "adam", "lr": 0.01, "history": 0.5},
        "g_optimizer": {"name": "sgd", "history": 2.0},
        "game": {"name": "gan", "d_turns": 2},
    },
    "infogan with all kinds of codes, penalties and pairs": {
        "game": {"name": "infogan", "categorical": 2, "categories": 3, "continuous": 3, "weight": 0.5},
        "discriminator": MLP | {"norm": "batch"},
        "penalties": {"gradient-penalty": {}, "r1": {"interval": 2}},
        "loss": "rpgan",
    },
    "infogan without codes": {"game": {"name": "infogan", "categorical": 0, "continuous": 0}},
    "infogan under r1 and r2": {"game": "infogan", "penalties": {"r1": {}, "r2": {}}},
    "conditional, every penalty": {"game": "conditional", "penalties": {name: {} for name in PENALTIES}},
    "conditional under r1 and r2, in pairs": {"game": "conditional", "penalties": {"r1": {}, "r2": {}}, "loss": "rpgan"},
    "projection": {"game": {"name": "conditional", "label": "projection", "features": 5}, "augment": {"instance-noise": {}}},
    "ac-gan, lazy penalties": {
        "game": {"name": "acgan", "weight": 0.3},
        "penalties": {"r1": {"interval": 3}, "r2": {"interval": 2}, "dragan": {}},
        "augment": fitting_augments("acgan"),
    },
    "packs under every penalty, in pairs": {
        "augment": {"packing": {"samples": 4}, "noisy-labels": {}},
        "penalties": {name: {} for name in PENALTIES},
        "loss": "rpgan",
    },
    "packs that are normalised": {
        "augment": {"packing": {}},
        "discriminator": MLP | {"norm": "batch", "minibatch": 3},
        "penalties": {"r1": {"interval": 2}},
    },
    "packs under virtual batch norm": {"augment": {"packing": {}}, "discriminator": MLP | {"norm": "virtual"}},
    "unrolled, every penalty, in pairs": {
        "game": {"name": "unrolled", "steps": 2},
        "penalties": {name: {} for name in PENALTIES},
        "loss": "rpgan",
    },
    "unrolled, lazy penalties, packs and changes": {
        "game": {"name": "unrolled", "steps": 3},
        "penalties": {"r1": {"interval": 2}, "r2": {"interval": 3}},
        "augment": {name: {} for name in AUGMENTS},
    },
    "unrolled, batch and spectral norm": {
        "game": "unrolled",
        "discriminator": MLP | {"norm": "batch", "minibatch": 2},
        "generator": MLP | {"norm": "spectral"},
    },
    "unrolled under virtual batch norm": {
        "game": "unrolled",
        "discriminator": MLP | {"norm": "virtual", "dropout": 0.2},
    },
    "unrolled, spectral": {
        "game": "unrolled",
        "discriminator": MLP | {"norm": "spectral"},
        "penalties": {"r1": {}, "r2": {}},
    },
    "maxout, begun as PacGAN's nets": {
        "discriminator": MLP | {"activation": "maxout", "pieces": 3, "start": 0.02},
        "generator": MLP | {"norm": "batch", "activation": "relu", "start": 0.02},
        "penalties": {"r1": {}},
    },
    "maxout under spectral norm": {"discriminator": MLP | {"activation": "maxout", "norm": "spectral", "start": 0.1}},
    "unrolled, not at all": {"game": {"name": "unrolled", "steps": 0}},
    "semi-supervised, g follows the loss": {
        "game": {"name": "semisupervised", "goal": "loss"},
        "penalties": {"r1": {"interval": 2}},
        "discriminator": MLP | {"norm": "virtual"},
    },
    "labels alone": {"game": {"name": "semisupervised", "unlabelled": False}},
    "one-sided label smoothing": {"loss": {"name": "non-saturating", "smoothing": 0.1}},
    "G learns from the samples that D has judged": {"game": {"name": "gan", "new_noise": False}, "penalties": {"r2": {}}},
    "the last of three turns is kept for G": {"game": {"name": "gan", "d_turns": 3, "new_noise": False}},
    "uniform latents": {"latent": {"dim": 3, "shape": "uniform"}},
    "latents on the sphere": {"latent": {"dim": 3, "shape": "sphere"}},
    "uneven modes": {"data": {"name": "mixture-1d", "uneven": 0.3}},
    "latents of three modes": {"latent": {"dim": 3, "shape": "mixture", "modes": 3}},
    "latents of modes on a line": {"latent": {"dim": 1, "shape": "mixture"}},
    "few points": {"data": {"name": "moons", "examples": 20}},
    "few points with classes": {"data": {"name": "ring", "examples": 20}, "game": "conditional"},
    "few points, of which few are labelled": {
        "data": {"name": "ring", "examples": 60},
        "game": {"name": "semisupervised", "labels": 2},
    },
    "one mode": {"data": {"name": "mixture-1d", "modes": 1}},
    "nothing averaged": {"training": {"batch": 8, "average": 0.0}},
    "another seed": {"seed": 5},
}


@pytest.mark.parametrize("name", TOGETHER)
def test_knobs_that_change_the_course_of_a_round(name: str) -> None:
    config = tiny(**TOGETHER[name])
    assert complaints(script(config, 10)) == ""
    assert_same(config, 10)


PICTURES: dict[str, dict[str, Any]] = {
    "packs": {"augment": {"packing": {}}, "penalties": {"r1": {}, "gradient-penalty": {}}},
    "projection": {"game": {"name": "conditional", "label": "projection", "features": 5}},
    "minibatch discrimination": {"discriminator": {"name": "dcgan", "width": 4, "minibatch": 3}},
    "classes of a network that was begun in its own way": {"game": "semisupervised"},
}


@pytest.mark.parametrize("name", PICTURES)
def test_what_differs_on_pictures(name: str) -> None:
    config = tiny_pictures(**PICTURES[name])
    assert complaints(script(config, 4)) == ""
    assert_same(config, 4)


def test_a_folder_is_read_from_beside_the_script_and_its_place_is_not_told(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(4):
        Image.fromarray(np.random.default_rng(i).integers(0, 256, (20, 30, 3), dtype=np.uint8)).save(folder / f"{i}.png")
    config = tiny_pictures(data={"name": "folder", "path": str(folder), "size": 16})
    assert str(tmp_path) not in script(config, 3)
    assert complaints(script(config, 3)) == ""
    assert_same(config, 3)


# -- what it looks like -----------------------------------------------------------------------------------------------


def test_a_script_says_only_what_its_recipe_uses() -> None:
    text = script(tiny(loss="wasserstein", training={"batch": 8, "average": 0.0}), 4)
    assert "return fake_scores.mean() - real_scores.mean()" in text
    for word in ("squared_slope", "deepcopy", "lerp_", "clock", "detach", "clamp_", "self"):
        assert word not in text


def test_the_loss_of_a_new_row_is_shown_without_a_further_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of a table is a class in a file; here the file is this test."""
    monkeypatch.setitem(LOSSES, "cubic", Cubic)
    text = script(RunConfig.model_construct(**dict(tiny()) | {"loss": Cubic()}), 4)
    assert "return (fake_scores - 1) ** 3" in text


class Odd(GAN):
    """Ours, for a test."""

    def round(self, p: Players, batches: Iterator[Samples], rules: Rules) -> Iterator[Turn]:
        real = next(batches).x
        yield Turn(("D",), rules.loss.d_loss(p.D(real), p.D(p.G(rules.z(8)))))
        yield Turn(("G",), rules.g_loss(p.D, real, p.G(rules.z(8))))


class Heir(GAN):
    """Ours, for a test."""

    def round(self, p: Players, batches: Iterator[Samples], rules: Rules) -> Iterator[Turn]:
        return super().round(p, batches, rules)


@pytest.mark.parametrize(("game", "sentence"), [(Odd(), "no script can show yet: rules in"), (Heir(), "round asks super\\(\\)")])
def test_what_no_script_can_show_is_refused_in_a_sentence(game: GAN, sentence: str) -> None:
    with pytest.raises(BadRecipe, match=sentence):
        script(RunConfig.model_construct(**dict(tiny()) | {"game": game}), 4)


class Cubic(Loss):
    """Ours, for a test."""

    power: int = 3

    def d_loss(self, real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
        return real.mean() - fake.mean()

    def g_loss(self, fake: torch.Tensor, real: torch.Tensor | None = None) -> torch.Tensor:
        return (fake - 1) ** self.power


def test_infogan_says_code_by_code_what_q_reads() -> None:
    text = script(tiny(game={"name": "infogan", "categories": 4, "continuous": 1}), 4)
    assert "hot(torch.randint(4, (n,), generator=generator), 4),  # choice 1" in text
    assert "nats = math.log(4) + (meant * log_softmax(said, 1)).sum(1).mean()" in text
    assert {"information of choice 1", "number 1 read"} <= run(text).keys()


def test_a_player_that_never_learns_is_left_out() -> None:
    text = script(tiny(game={"name": "semisupervised", "unlabelled": False}), 4)
    assert "draw_z" not in text
    assert 'torch.save(D.state_dict(), "D.pt")' in text


def test_a_long_run_prints_about_a_hundred_lines() -> None:
    assert "if round == 1 or round % 160 == 0:" in script(PRESETS["ring-r3gan"].config)


def test_r3gan_fits_on_two_pages() -> None:
    assert len(script(PRESETS["ring-r3gan"].config).splitlines()) < 120
