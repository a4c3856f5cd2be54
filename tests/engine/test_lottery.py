"""A lottery's runs are the single runs of their seeds; what cannot be played abreast is refused; shares have their interval."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from recipes import tiny
from torch import Tensor

from engine.config import BadRecipe, RunConfig
from engine.losses import LOSSES
from engine.lottery import LEAST_HQ, LOOKS, Lottery, Standing, Ticket, draw, played, wilson
from engine.observer import Observer
from engine.penalties import PENALTIES
from engine.stacked import StackedTrainer
from engine.trainer import Trainer

SEEDS = (0, 1, 7)
ROUNDS = 50
FAST: dict[str, Any] = {"name": "adam", "lr": 2e-3}


def network(**knobs: Any) -> dict[str, Any]:
    mlp = {"name": "mlp", "width": 8, "depth": 2, **knobs}
    return {"generator": mlp, "discriminator": mlp}


def optimizer(**knobs: Any) -> dict[str, Any]:
    return {"g_optimizer": knobs, "d_optimizer": knobs}


WGAN = {"loss": "wasserstein", "game": {"name": "gan", "d_turns": 5}} | optimizer(name="rmsprop", lr=1e-3, clip=0.05)
"""Weight clipping, five turns of D."""
RECIPES: dict[str, dict[str, Any]] = {
    **{loss: {"loss": loss} for loss in LOSSES},
    **{penalty: {"penalties": {penalty: {}}} for penalty in PENALTIES},
    "r1 now and then, and r2": {"penalties": {"r1": {"interval": 4}, "r2": {}}},
    "all augmentations": {"augment": {"instance-noise": {}, "noisy-labels": {}}},
    "wgan": WGAN,
    "sgd": optimizer(name="sgd", lr=0.1),
    "sgd with momentum": optimizer(name="sgd", lr=0.1, momentum=0.5),
    "adam of other betas": optimizer(name="adam", lr=2e-3, beta1=0.0, beta2=0.99),
    "historical averaging": optimizer(name="adam", history=1.0),
    "the noise of D's turn again": {"game": {"name": "gan", "d_turns": 5, "new_noise": False}},
    "no average": {"training": {"batch": 8, "average": 0.0}},
    "latents on a sphere": {"latent": {"dim": 3, "shape": "sphere"}},
    "truncated latents": {"latent": {"dim": 2, "shape": "truncated"}},
    "on a line": {"data": "mixture-1d"},
    "layer norm": network(norm="layer"),
    "batch norm": network(norm="batch"),
    "gan lab": {"generator": {"name": "gan-lab"}, "discriminator": {"name": "gan-lab"}},
}
SOFT = (
    "non-saturating",
    "minimax",
    "least-squares",
    "r1",
    "r2",
    "gradient-penalty",
    "dragan",
    "sgd",
    "wgan",
    "all augmentations",
)
"""Recipes of which no gradient is nothing but rounding, which Adam would make steps of."""


@pytest.fixture
def double() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


class Listening(Trainer):
    """Keeps the readings of the last round."""

    def _record(self, readings: Any) -> None:
        self.heard: dict[str, Tensor] = {name: value.mean() for name, value in readings.items()}


def recipe(**sections: Any) -> RunConfig:
    return tiny(**(optimizer(**FAST) | sections))


def after(trainer: Trainer) -> Trainer:
    for _ in range(ROUNDS):
        trainer.round()
    trainer.catch_up()
    return trainer


def away(one: Tensor, other: Tensor) -> float:
    return float((one - other).detach().abs().max())


def furthest(config: RunConfig) -> float:
    """How far weights, averages or readings of a stack are from those of the single runs, at most, after ROUNDS rounds."""
    stack, distances = StackedTrainer(config, SEEDS), []
    after(stack)
    for run, seed in enumerate(SEEDS):
        single = Listening(config.with_knobs({"seed": seed}))
        after(single)
        distances += [away(stack.weights[name].of_each()[run], single.weights[name].flat) for name in ("D", "G")]
        distances += [away(stack.averages["G"].weights.of_each()[run], single.averages["G"].weights.flat)]
        assert stack.readings.keys() == single.heard.keys()
        distances += [away(values[run], single.heard[name]) for name, values in stack.readings.items()]
    return max(distances)


@pytest.mark.usefixtures("double")
@pytest.mark.parametrize("sections", RECIPES.values(), ids=RECIPES)
def test_each_run_is_the_single_run_of_its_seed(sections):
    assert furthest(recipe(**sections)) < 1e-7  # rounding of 1e-16, and what Adam makes of it where a gradient is nothing else


@pytest.mark.parametrize("name", SOFT)
def test_it_is_so_in_single_precision_too_where_gradients_are_more_than_rounding(name):
    assert furthest(recipe(**RECIPES[name])) < 1e-5


def test_checks_are_those_of_each_runs_observer():
    config = recipe()
    lottery = Lottery(config, SEEDS)
    for _ in range(ROUNDS):
        lottery.round()
    assert lottery.rounds == ROUNDS
    for ticket, seed in zip(lottery.checks(), SEEDS, strict=True):
        rows = Observer(after(Trainer(config.with_knobs({"seed": seed})))).checks()
        assert ticket.seed == seed
        np.testing.assert_allclose([ticket.modes, ticket.hq, ticket.kl, ticket.js], rows.values[0], atol=1e-3)


def test_samples_are_many_small_clouds_always_for_the_same_latents():
    lottery = Lottery(recipe(), SEEDS)
    assert lottery.samples(5).shape == (3, 5, 2)
    np.testing.assert_allclose(lottery.samples(5), lottery.samples()[:, :5], atol=1e-6)
    assert Lottery(recipe(data="mixture-1d"), SEEDS).samples(5).shape == (3, 5, 1)


def test_looking_changes_no_run():
    looked_at, alone = Lottery(recipe(), SEEDS), Lottery(recipe(), SEEDS)
    for _ in range(3):
        looked_at.checks()
        for lottery in (looked_at, alone):
            lottery.round()
    assert torch.equal(looked_at.trainer.weights["G"].flat, alone.trainer.weights["G"].flat)


def test_a_run_that_blows_up_fails_alone():
    broken, whole = (Lottery(recipe(penalties={"r1": {}}), SEEDS) for _ in range(2))
    broken.trainer.players.G.layers[0].weight.data[1].fill_(float("nan"))
    for lottery in (broken, whole):
        for _ in range(3):
            lottery.round()
    assert not broken.trainer.weights["G"].of_each()[1].isfinite().any()
    for run in (0, 2):
        assert torch.equal(broken.trainer.weights["G"].of_each()[run], whole.trainer.weights["G"].of_each()[run])
    ticket = broken.checks()[1]
    assert (ticket.modes, ticket.hq, ticket.failed) == (0, 0.0, True)


def test_a_seed_has_failed_if_a_mode_or_most_of_the_quality_is_missing(monkeypatch):
    lottery = Lottery(recipe(), (0, 1, 2))
    angle = torch.arange(2500) % 8 * (torch.pi / 4)
    perfect = 0.8 * torch.stack((angle.cos(), angle.sin()), 1)
    few, far = perfect.clone(), perfect.clone()
    few[perfect[:, 0] > 0.7] = -perfect[0]  # nobody is left on the right
    far[: int(2500 * (1 - LEAST_HQ)) + 8] = 0.0  # between all modes
    monkeypatch.setattr(lottery, "samples", lambda: torch.stack((perfect, few, far)).numpy())
    assert [(ticket.modes, ticket.failed) for ticket in lottery.checks()] == [(8, False), (7, True), (8, True)]


def test_what_cannot_be_played_abreast_is_refused_in_one_sentence():
    refused = {
        "game is infogan; choose gan": {"game": "infogan"},
        "these data are pictures": {"data": "glyphs"},
        "have none to count; choose ring": {"data": "moons"},
        "the layer Dropout cannot be stacked": network(dropout=0.1),
        "the layer Linear under a norm of its weights": network(norm="spectral"),
        "the layer MinibatchDiscrimination": network(minibatch=2),
        "WithReference cannot be stacked": network(norm="virtual"),
    }
    for why, sections in refused.items():
        with pytest.raises(BadRecipe, match=why) as error:
            Lottery(recipe(**sections), SEEDS)
        assert str(error.value).count(". ") == 0
    with pytest.raises(BadRecipe, match="at least one seed"):
        Lottery(recipe(), ())


def test_wilsons_interval_is_never_empty_and_never_outside():
    assert wilson(0, 30) == (0.0, pytest.approx(0.1135, abs=1e-4))  # z^2 / (30 + z^2)
    assert wilson(30, 30) == (pytest.approx(0.8865, abs=1e-4), 1.0)
    assert wilson(15, 30) == (pytest.approx(0.3315, abs=1e-4), pytest.approx(0.6685, abs=1e-4))


def test_it_is_looked_at_evenly_and_told_in_between():
    told = list(played(recipe(), SEEDS, 10))
    assert [standing.rounds for standing in told] == list(range(1, 11))  # fewer rounds than looks: each of them
    assert told[-1].past == tuple((rounds, 3) for rounds in range(1, 11))  # nobody finds a mode so soon
    often = list(played(recipe(), SEEDS, LOOKS * 2, every=0.0))
    assert [standing.rounds for standing in often] == list(range(1, LOOKS * 2 + 1))
    assert often[0].tickets == ()
    assert often[1].tickets == often[2].tickets  # told, not looked at again
    assert often[-1].past[-1] == (LOOKS * 2, 3)
    assert often[-1].points != often[-2].points


def test_a_standing_is_plain_data_and_comes_back():
    *_, last = played(recipe(), SEEDS, 3)
    back = Standing.from_json(last.to_json())
    assert back._replace(tickets=()) == last._replace(tickets=())
    assert back.tickets == tuple(Ticket(*(pytest.approx(value, abs=1e-6) for value in ticket)) for ticket in last.tickets)
    broken = last._replace(tickets=(Ticket(0, 0, math.nan, math.inf, math.nan, True),))
    assert "NaN" not in broken.to_json()
    assert math.isnan(Standing.from_json(broken.to_json()).tickets[0].kl)
    for text in ("", "[]", "null", '{"tickets": 3}', last.to_json().replace('"of"', '"if"')):
        with pytest.raises(ValueError, match=r"no lottery|Expecting value"):
            Standing.from_json(text)


def test_means_are_over_seeds_and_a_failure_counts_one():
    tickets = tuple(
        Ticket(seed, modes, hq, math.nan, 0.1, failed) for seed, modes, hq, failed in [(0, 8, 0.5, False), (1, 4, 0.1, True)]
    )
    standing = Standing(1, 8, tickets, (), (), 0.0)
    assert standing.failed == 1
    assert (standing.mean("failed").value, standing.mean("modes").value, standing.mean("hq").value) == (
        0.5,
        6.0,
        pytest.approx(0.3),
    )
    assert standing.mean("kl").n == 0


def test_a_lottery_from_beginning_to_end_is_plain_data():
    found = draw(recipe(), range(4), 2, "cpu")
    assert [ticket["seed"] for ticket in found["seeds"]] == [0, 1, 2, 3]
    assert (found["rounds"], found["failed"], found["share"]) == (2, 4, 1.0)
    assert found["interval"] == [pytest.approx(0.5101, abs=1e-4), 1.0]
    assert found["failed_if"] == "fewer than 8 modes, or hq below 0.25"
    assert found["cpu_seconds"] > 0
