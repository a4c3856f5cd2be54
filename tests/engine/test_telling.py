"""Slow motion: the numbers it tells are the turn's own, and a told round is the round that was not told."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from recipes import played, same, tiny
from torch import nn

from engine.games import Game, Turn
from engine.observer import Observer
from engine.plane import LAYERS
from engine.snapshot import Move, Told
from engine.telling import Teller
from engine.trainer import Trainer


class Known(Game):
    """D holds w = (3, 4) and pays |w|^2 / 2, G holds v = 2 and pays 5v.  Ours."""

    def players(self, make):
        nets = {"D": nn.Linear(2, 1, bias=False), "G": nn.Linear(1, 1, bias=False)}
        with torch.no_grad():
            nets["D"].weight.copy_(torch.tensor([[3.0, 4.0]]))
            nets["G"].weight.fill_(2.0)
        return nets

    def round(self, p, batches, rules) -> Iterator[Turn]:
        next(batches)
        yield Turn(("D",), p.D.weight.square().sum() / 2, {"D(real)": torch.tensor([1.0, 3.0]), "w": p.D.weight.sum()})
        rules.z(6)
        yield Turn(("G",), 5 * p.G.weight.sum(), scores={"D(fake)": torch.tensor([-1.0, -3.0])})


def teller(**sections: object) -> Teller:
    return Teller(Trainer(tiny(**sections)))


def known() -> Teller:
    descent = {"name": "sgd", "lr": 0.1}
    config = tiny(d_optimizer=descent, g_optimizer=descent)
    return Teller(Trainer(config.model_construct(**(dict(config) | {"game": Known()}))))


def states(trainer: Trainer) -> dict[str, torch.Tensor]:
    return trainer.state()[0]


def told_to_the_end(teller: Teller, who: str = "round") -> list[Told]:
    turns = [teller.turn(who)]
    while not turns[-1].over:
        turns.append(teller.turn(who))
    return turns


def test_its_numbers_are_those_worked_by_hand():
    d, g = told_to_the_end(known())
    assert (d.round, d.turn, d.over, d.players, d.latents, d.samples, d.batch) == (1, 1, False, ("D",), 0, 8, 8)
    assert (d.loss, d.readings) == (12.5, {"w": 7.0})
    assert d.moves["D"] == pytest.approx(Move(gradient=5.0, step=0.5, share=0.1))
    assert [(score.judge, score.of, score.n, score.raw) for score in d.scores] == [("D", "real", 2, 2.0)]
    assert d.scores[0].belief is None  # for want of fakes to compare with, on whatever scale
    assert (g.turn, g.over, g.players, g.latents, g.samples, g.loss) == (2, True, ("G",), 6, 0, 10.0)
    assert g.moves["G"] == pytest.approx(Move(gradient=5.0, step=0.5, share=0.25))
    assert g.scores[0].belief == pytest.approx((1 / (1 + math.exp(1)) + 1 / (1 + math.exp(3))) / 2)


GAMES = [
    {},
    {"game": {"name": "gan", "d_turns": 3, "new_noise": False}},
    {"loss": "rpgan", "penalties": {"r1": {}, "gradient-penalty": {"interval": 2}}, "augment": {"instance-noise": {}}},
    {"game": "began"},
]


@pytest.mark.parametrize("sections", GAMES, ids=["gan", "three turns of D", "pairs and penalties", "began"])
def test_told_rounds_are_the_rounds_that_were_not_told(sections):
    told, plain = teller(**sections), played(tiny(**sections), 3)
    observer = Observer(told.trainer)
    for _ in range(3):
        while not told.turn("round").over:
            observer.stage(LAYERS)  # looking in the middle of a round moves nothing either
    assert told.trainer.rounds == 3
    assert same(states(told.trainer), states(plain))
    assert np.array_equal(told.trainer.recorder.take().values, plain.recorder.take().values, equal_nan=True)


def test_a_round_that_is_left_in_the_middle_is_finished_and_is_the_same():
    told, plain = teller(game={"name": "gan", "d_turns": 3}), played(tiny(game={"name": "gan", "d_turns": 3}), 1)
    told.turn("round")
    with pytest.raises(RuntimeError, match="half played"):
        told.trainer.state()
    told.finish()
    assert told.trainer.between_rounds
    assert same(states(told.trainer), states(plain))


def test_who_does_not_learn_does_not_move():
    d, g = told_to_the_end(teller(), "D")
    assert (set(d.moves), set(g.moves)) == ({"D"}, set())
    assert math.isfinite(g.loss)


def test_another_wish_in_the_middle_finishes_the_round_first():
    told = teller()
    told.turn("round")
    other = told.turn("D")
    assert (other.round, other.turn) == (2, 1)


def test_the_turns_of_a_round_are_counted_and_new_noise_is_told_from_old():
    turns = told_to_the_end(teller(game={"name": "gan", "d_turns": 2, "new_noise": False}))
    assert [(told.turn, told.players, told.latents, told.samples) for told in turns] == [
        (1, ("D",), 8, 8),
        (2, ("D",), 8, 8),
        (3, ("G",), 0, 0),
    ]


def test_penalties_are_named_and_beliefs_are_shares():
    d, g = told_to_the_end(teller(penalties={"r1": {}}))
    assert set(d.readings) == {"D r1"}
    assert [(score.of, score.n) for score in d.scores] == [("real", 8), ("fake", 8)]
    assert all(0 < score.belief < 1 for score in (*d.scores, *g.scores))


def test_a_turn_that_fails_leaves_no_round_to_finish(monkeypatch):
    told = teller()
    told.turn("round")
    monkeypatch.setattr(told.trainer, "_minimise", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        told.turn("round")
    told.finish()
    assert not told.trainer.between_rounds
