"""The benchmark compares like with like, and says what it found under the names that others read."""

import pytest
import torch
from torch import nn

from engine.bench import CASES, _copies, abreast, bench, one_by_one, points
from engine.config import BadRecipe
from engine.games import GAN
from engine.trainer import Trainer

GANLAB = [name for name in CASES if name.startswith("ganlab")]


def count(net: nn.Module) -> int:
    return sum(parameter.numel() for parameter in net.parameters())


def test_a_short_measurement_has_every_documented_key():
    told = []
    found = bench(["ganlab-disjoint"], seconds=0.01, tell=lambda text, share=None: told.append(text))
    assert list(found["ratios"]) == ["ganlab-disjoint"]
    assert found["ratios"]["ganlab-disjoint"] > 0
    (details,) = found["details"].values()
    assert all(details[key] > 0 for key in ("naive_ms", "ours_ms", "ratio", "rounds_per_cpu_second"))
    assert details["weights"] == {"D": 309, "G": 272}  # 2-11-11-11-1 and 2-10-10-10-2
    assert (found["threads"], found["torch"], found["skipped"]) == (1, torch.__version__, {})
    assert found["cpu"]
    assert len(told) == 1


@pytest.mark.parametrize("name", GANLAB)
def test_both_loops_train_the_same_networks_from_the_same_weights(name):
    trainer = Trainer(CASES[name].config)
    for copied, net in zip(_copies(trainer), (trainer.players.G, trainer.players.D), strict=True):
        assert count(copied) == count(net)
        assert all(torch.equal(a, b) for a, b in zip(copied.parameters(), net.parameters(), strict=True))


def test_the_naive_networks_are_torchs_own_layers_without_our_shortcuts():
    for net in _copies(Trainer(CASES["ganlab-ring"].config)):
        assert type(net) is nn.Sequential
        assert {type(layer) for layer in net} <= {nn.Linear, nn.ReLU, nn.Sigmoid}
        assert not any("weight" in vars(layer) for layer in net)


@pytest.mark.parametrize("name", GANLAB)
def test_the_naive_loop_plays_as_many_turns_as_ours(name, monkeypatch):
    trainer, steps = Trainer(CASES[name].config), []
    plain = torch.optim.SGD.step
    monkeypatch.setattr(torch.optim.SGD, "step", lambda self, closure=None: (steps.append(1), plain(self, closure))[1])
    next(points(trainer))
    assert isinstance(trainer.config.game, GAN)
    assert len(steps) == trainer.config.game.d_turns + 1


def test_of_the_lottery_both_loops_play_the_same_runs():
    case = CASES["lottery"]
    (details,) = bench(["lottery"], seconds=0.01)["details"].values()
    assert details["ratio"] == pytest.approx(details["naive_ms"] / details["ours_ms"], rel=0.5)
    assert (case.naive, case.ours) == (one_by_one, abreast)
    assert details["weights"] == {"D": 1185, "G": 1218}  # 2-32-32-1 and 2-32-32-2


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(BadRecipe, match="ganlab-ring"):
        bench(["gan-lab"])
