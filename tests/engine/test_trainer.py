"""The trainer: it alone steps, it notes what happened, and a live knob acts from the next turn."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from recipes import POINTS, changed, played, tiny, tiny_pictures, weights
from torch import nn

from engine.games import GAN, Game, Turn
from engine.trainer import WHO, Trainer, creators, everybody


def readings(trainer: Trainer) -> dict[str, float]:
    """The newest row by name."""
    rows = trainer.recorder.take()
    return dict(zip(rows.columns, rows.values[-1].tolist(), strict=True))


def test_a_round_of_the_gan_is_a_turn_of_d_and_a_turn_of_g():
    trainer = Trainer(tiny())
    assert [trainer.turn().players for _ in range(4)] == [("D",), ("G",)] * 2


def test_more_turns_of_d():
    trainer = Trainer(tiny(game={"name": "gan", "d_turns": 3}))
    assert [trainer.turn().players for _ in range(5)] == [("D",), ("D",), ("D",), ("G",), ("D",)]
    assert trainer.rounds == 1  # the first is over, the second has begun


def test_a_round_that_was_begun_by_turns_is_finished_not_played_again():
    by_turns, by_rounds = Trainer(tiny()), Trainer(tiny())
    by_turns.turn()
    by_turns.round()
    by_rounds.round()
    assert by_turns.rounds == by_rounds.rounds == 1
    assert changed(weights(by_turns), weights(by_rounds)) == set()


def test_the_clock_is_the_number_of_rounds_on_the_device():
    trainer = played(tiny(), 3)
    assert trainer.rules.clock.item() == trainer.rounds == 3


def test_who_learns():
    assert everybody("D")
    assert everybody("G_ab")
    assert not creators("D_a")
    assert {name: [who(player) for player in ("D", "D_a", "G", "Q")] for name, who in WHO.items()} == {
        "round": [True, True, True, True],
        "D": [True, True, False, True],
        "G": [False, False, True, False],
    }


def test_a_step_of_g_alone_still_shows_ds_loss():
    trainer = Trainer(tiny())
    trainer.round(WHO["G"])
    now = readings(trainer)
    assert {"d_loss", "g_loss", "G gradient"} <= set(now)
    assert "D gradient" not in now


def test_it_notes_losses_scores_gradients_and_prices():
    now = readings(played(tiny(penalties={"r1": {}}), 1))
    assert list(now) == ["d_loss", "D(real)", "D(fake)", "D r1", "D gradient", "g_loss", "G gradient"]
    assert all(np.isfinite(value) for value in now.values())


class Known(Game):
    """A game whose every number is known: D holds w = 3 and pays w^2 / 2, G holds v = 2 and pays 5v.  Ours."""

    def players(self, make):
        nets = {"D": nn.Linear(1, 1, bias=False), "G": nn.Linear(1, 1, bias=False)}
        nn.init.constant_(nets["D"].weight, 3.0)
        nn.init.constant_(nets["G"].weight, 2.0)
        return nets

    def round(self, p, batches, rules) -> Iterator[Turn]:
        yield Turn(("D",), p.D.weight.square().sum() / 2 + 0 * p.G.weight.sum(), {"w": p.D.weight.sum()})
        yield Turn(("G",), 5 * p.G.weight.sum() + 0 * p.D.weight.sum())


class KnownTogether(Known):
    """The same as one turn of a team.  Ours."""

    def round(self, p, batches, rules) -> Iterator[Turn]:
        yield Turn(("D", "G"), p.D.weight.square().sum() / 2 + 5 * p.G.weight.sum())


def known(game: Game, **optimizers: object) -> Trainer:
    """A trainer of a game that is in no table."""
    descent = {"name": "sgd", "lr": 0.1}
    config = tiny(**({"d_optimizer": descent, "g_optimizer": descent} | optimizers))
    return Trainer(config.model_construct(**(dict(config) | {"game": game})))


@pytest.mark.parametrize("game", [Known(), KnownTogether()])
def test_one_step_of_gradient_descent_by_hand(game):
    trainer = known(game)
    trainer.round()
    assert trainer.players.D.weight.item() == pytest.approx(3 - 0.1 * 3)
    assert trainer.players.G.weight.item() == pytest.approx(2 - 0.1 * 5)


def test_readings_are_those_of_before_the_step():
    trainer = known(Known())
    trainer.round()
    assert readings(trainer) == pytest.approx({"d_loss": 4.5, "w": 3.0, "D gradient": 3.0, "g_loss": 10.0, "G gradient": 5.0})


def test_the_loss_of_a_mixed_team_has_the_teams_name():
    trainer = known(KnownTogether())
    trainer.round()
    assert readings(trainer) == pytest.approx({"D+G loss": 14.5, "D gradient": 3.0, "G gradient": 5.0})


def test_each_side_has_its_own_optimizer():
    trainer = known(Known(), d_optimizer={"name": "sgd", "lr": 1.0}, g_optimizer={"name": "sgd", "lr": 0.01})
    trainer.round()
    assert trainer.players.D.weight.item() == pytest.approx(0.0)
    assert trainer.players.G.weight.item() == pytest.approx(1.95)


def test_weights_are_clipped_after_each_step_of_that_side():
    trainer = known(Known(), d_optimizer={"name": "sgd", "lr": 0.1, "clip": 0.25})
    trainer.round()
    assert trainer.players.D.weight.item() == 0.25
    assert trainer.players.G.weight.item() == pytest.approx(1.5)


def test_a_live_learning_rate_acts_from_the_next_turn():
    trainer = known(Known())
    trainer.turn()
    game, trainer.config = trainer.config.game, trainer.config.model_copy(update={"game": GAN()})
    trainer.update(trainer.config.with_knobs({"d_optimizer.lr": 0.0000001, "g_optimizer.lr": 1.0}))
    trainer.config = trainer.config.model_construct(**(dict(trainer.config) | {"game": game}))
    trainer.turn()
    assert trainer.players.G.weight.item() == pytest.approx(2 - 5)


def test_a_change_of_the_learning_rate_keeps_the_optimizers_memory():
    trainer = played(tiny(), 3)
    before = trainer.optimizers["D"].state_dict()["state"]
    kept = {key: value.clone() for key, value in before[0].items()}
    trainer.update(trainer.config.with_knobs({"d_optimizer.lr": 0.1, "d_optimizer.beta1": 0.9}))
    now = trainer.optimizers["D"]
    assert all(torch.equal(value, kept[key]) for key, value in now.state_dict()["state"][0].items())
    assert now.param_groups[0]["lr"] == 0.1
    assert now.param_groups[0]["betas"] == (0.9, 0.999)


def test_what_is_shown_is_gs_average_and_d_itself():
    trainer = played(tiny(), 3)
    assert trainer.shown.D is trainer.players.D
    assert trainer.shown.G is not trainer.players.G
    assert not trainer.shown.G.training
    assert not any(weight.requires_grad for weight in trainer.shown.G.parameters())


def test_without_an_average_g_itself_is_shown():
    trainer = played(tiny(training={"batch": 8, "average": 0.0}), 3)
    trainer.catch_up()
    z = trainer.rules.probe
    assert torch.equal(trainer.shown.G(z), trainer.players.G(z))


def test_an_average_that_is_switched_on_late_starts_from_the_weights_of_then():
    """Not from those at the run's beginning, nor from those when somebody last looked."""
    trainer = played(tiny(training={"batch": 8, "average": 0.0}), 30)
    then = trainer.weights["G"].flat.detach().clone()
    trainer.update(trainer.config.with_knobs({"training.average": 0.999}))
    assert torch.equal(trainer.averages["G"].weights.flat, then)


def test_the_latents_that_are_looked_at_are_always_the_same():
    one, other = Trainer(tiny()), played(tiny(), 2)
    assert torch.equal(one.rules.probe, other.rules.probe)
    assert not torch.equal(one.rules.probe, Trainer(tiny(seed=1)).rules.probe)


def test_a_weight_that_is_no_number_is_noticed():
    trainer = played(tiny(), 1)
    assert trainer.healthy()
    trainer.weights["G"].flat.data[3] = float("nan")
    assert not trainer.healthy()


def test_a_learning_rate_that_is_far_too_large_is_survived_until_somebody_looks():
    trainer = played(
        tiny(loss="wasserstein", d_optimizer={"name": "sgd", "lr": 10.0}, g_optimizer={"name": "sgd", "lr": 10.0}), 60
    )
    assert not trainer.healthy()
    rows = trainer.recorder.take()
    assert len(rows.rounds) == 60
    assert not np.isfinite(rows.values[-1]).all()


class Stale(GAN):
    """A game that judges G's samples before D's step and lets G learn from it after.  Ours."""

    def round(self, p, batches, rules) -> Iterator[Turn]:
        real, fake = next(batches).x, p.G(rules.z(8))
        of_before = rules.g_loss(p.D, real, fake)
        yield Turn(("D",), rules.d_loss(p.D, real, fake))
        yield Turn(("G",), of_before)


def test_a_turn_whose_graph_is_older_than_a_step_is_refused_not_silently_wrong():
    trainer = known(Stale())
    trainer.turn()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        trainer.turn()


def test_pictures_are_laid_out_channels_last():
    trainer = Trainer(tiny_pictures())
    kernels = [p for net in vars(trainer.players).values() for p in net.parameters() if p.dim() == 4 and min(p.shape[:2]) > 1]
    assert kernels
    assert all(kernel.is_contiguous(memory_format=torch.channels_last) for kernel in kernels)


@pytest.mark.parametrize("norm", ["batch", "spectral"])
def test_d_only_learns_from_what_g_would_make_anyway(norm):
    """Steps of D alone, then of G alone: nothing of the other side's weights moves, with statistics that do."""
    trainer = Trainer(tiny(**{part: POINTS[part] | {"norm": norm} for part in ("generator", "discriminator")}))
    before = weights(trainer)
    trainer.round(WHO["D"])
    between = weights(trainer)
    trainer.round(WHO["G"])
    assert changed(before, between) == {"D"}
    assert changed(between, weights(trainer)) == {"G"}
