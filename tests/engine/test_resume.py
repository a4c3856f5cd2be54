"""Exact resume: 120 rounds straight equal 70, a saved file, a fresh process and 50 more, bit for bit."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from recipes import POINTS, played, same, tiny, tiny_pictures
from torch import Tensor

from engine.checkpoint import Checkpoint, read, write
from engine.config import BadRecipe, RunConfig
from engine.games import GAMES
from engine.optim import OPTIMIZERS
from engine.trainer import Trainer, kept, restored

LONG, SHORT = (70, 50), (18, 12)  # rounds before and after; the long way for every game, the short one for variants
GO_ON = """
import sys
from pathlib import Path
import torch
from engine.checkpoint import Checkpoint, read, write
from engine.trainer import kept, restored

torch.set_num_threads(1)
for folder in sys.argv[1:]:
    trainer = restored(read(Path(folder)))
    for _ in range(int(Path(folder, "after").read_text())):
        trainer.round()
    rows = {"rows": torch.tensor(trainer.recorder.take().values)}
    end = kept(trainer)
    write(Path(folder), Checkpoint(end.tensors | rows, end.facts))
"""


def both(**knobs: object) -> dict[str, object]:
    """Knobs of G's and of D's network."""
    return {part: POINTS[part] | knobs for part in ("generator", "discriminator")}


NOISE = {"instance-noise": {"rounds": 100}, "noisy-labels": {}}
LAZY = {"r1": {"interval": 16}, "r2": {"interval": 3}}
EVERY_GAME: dict[str, RunConfig] = {game: tiny(game=game) for game in GAMES}
CASES: dict[str, RunConfig] = (
    EVERY_GAME
    | {f"{game} on pictures": tiny_pictures(game=game) for game in GAMES}
    | {f"with {optimizer}": tiny(g_optimizer=optimizer, d_optimizer=optimizer) for optimizer in OPTIMIZERS}
    | {
        "with momentum": tiny(d_optimizer={"name": "sgd", "momentum": 0.9, "clip": 0.1}),
        "with few points": tiny(data={"name": "ring", "examples": 50}),
        "with dropout": tiny(**both(dropout=0.3)),
        "with batch norm": tiny(**both(norm="batch")),
        "with spectral norm": tiny(**both(norm="spectral")),
        "with noise": tiny(augment=NOISE),
        "with lazy penalties": tiny(penalties=LAZY),
        "with random penalties": tiny(
            penalties={"gradient-penalty": {}, "dragan": {}}, loss="wasserstein", game={"name": "gan", "d_turns": 2}
        ),
        "without an average": tiny(training={"batch": 8, "average": 0.0}),
        "from a sphere": tiny(latent={"dim": 3, "shape": "sphere"}),
    }
)


def folder_of_pictures(path: Path, wide: int = 1) -> str:
    """20 pictures so many times as wide as high, so that an epoch ends in every third round of 8."""
    path.mkdir()
    for i in range(20):
        grey = np.random.default_rng(i).integers(0, 256, (16, 16 * wide), dtype=np.uint8)
        Image.fromarray(grey).save(path / f"{i}.png")
    return str(path)


def with_rows(trainer: Trainer) -> dict[str, Tensor]:
    return trainer.state()[0] | {"rows": torch.tensor(trainer.recorder.take().values)}


@pytest.fixture(scope="module")
def ends(tmp_path_factory) -> dict[str, tuple[dict[str, Tensor], dict[str, Tensor]]]:
    """For each case the state at the end: straight, and with a fresh process in between."""
    root = tmp_path_factory.mktemp("resume")
    pictures = folder_of_pictures(root / "pictures")
    pairs = folder_of_pictures(root / "pairs", wide=2)
    cases = CASES | {
        "stored pictures": tiny_pictures(data={"name": "folder", "path": pictures, "size": 16, "grey": True}),
        "stored pairs": tiny(game="pix2pix", data={"name": "pairs", "path": pairs, "size": 16}),
    }
    straight = {}
    for name, config in cases.items():
        before, after = LONG if name in EVERY_GAME else SHORT
        trainer = played(config, before)
        (root / name).mkdir()
        (root / name / "after").write_text(str(after))
        write(root / name, kept(trainer))
        trainer.recorder.take()
        for _ in range(after):
            trainer.round()
        straight[name] = with_rows(trainer)
    command = [sys.executable, "-c", GO_ON, *(str(root / name) for name in cases)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    subprocess.run(command, check=True, cwd=Path(__file__).parents[2], env=environment, timeout=300)
    return {name: (state, read(root / name).tensors) for name, state in straight.items()}


@pytest.mark.parametrize("name", [*CASES, "stored pictures", "stored pairs"])
def test_a_run_goes_on_exactly_where_it_was_saved(ends, name):
    straight, resumed = ends[name]
    assert straight.keys() == resumed.keys()
    assert [key for key in straight if not same({key: straight[key]}, {key: resumed[key]})] == []
    assert len(straight["rows"]) == (LONG if name in EVERY_GAME else SHORT)[1]


@pytest.mark.parametrize("rounds", [1, 2047, 2048, 2049, 4100])
def test_a_row_of_readings_that_was_begun_is_finished_after_the_resume(rounds):
    """Late in a run a row is the mean of many rounds; a checkpoint falls between them."""
    straight = Trainer(tiny())
    straight.rules.rounds = rounds  # as if so many had been played
    for _ in range(3):
        straight.round()
    resumed = Trainer(tiny())
    resumed.load_state(*straight.state())
    straight.recorder.take()
    for _ in range(6):
        straight.round()
        resumed.round()
    assert same(with_rows(straight), with_rows(resumed))


def test_a_half_played_round_is_not_kept():
    trainer = Trainer(tiny())
    trainer.turn()
    assert not trainer.between_rounds
    with pytest.raises(RuntimeError, match="finish it with round"):
        trainer.state()
    trainer.round()
    assert trainer.between_rounds
    assert trainer.rounds == 1
    assert trainer.state()


@pytest.mark.parametrize(
    "other",
    [
        {"generator": POINTS["generator"] | {"width": 9}},
        {"discriminator": POINTS["discriminator"] | {"depth": 3}},
        {"g_optimizer": "sgd"},
        {"game": "began"},
        {"discriminator": POINTS["discriminator"] | {"norm": "batch"}},
    ],
    ids=["width", "depth", "optimizer", "game", "norm"],
)
def test_the_state_of_another_recipe_is_refused_in_a_sentence(other):
    state = played(tiny(), 1).state()
    with pytest.raises(ValueError, match=r"it belongs to another recipe$"):
        Trainer(tiny(**other)).load_state(*state)


def test_a_recipe_inside_a_file_is_checked_like_any_other(tmp_path):
    checkpoint = kept(Trainer(tiny()))
    spoilt = Checkpoint(checkpoint.tensors, checkpoint.facts | {"config": {"data": "nonsense"}})
    write(tmp_path, spoilt)
    with pytest.raises(BadRecipe, match="'nonsense' is no data set"):
        restored(read(tmp_path))
