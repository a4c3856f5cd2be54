"""The unrolled GAN: G looks ahead at how D will answer, by numbers worked out by hand and by what training shows."""

import pytest
import torch
from recipes import drawn, fitting_augments, played, same, tiny, tiny_pictures, weights
from torch import nn

from engine.config import BadRecipe
from engine.games import Rules, UnrolledGAN
from engine.games.base import Players
from engine.optim import Weights, called_with
from engine.penalties import PENALTIES
from engine.trainer import Trainer

MLP = {"name": "mlp", "width": 8, "depth": 2}
OTHERWISE = {
    "plain": {},
    "every penalty, in pairs": {"penalties": {name: {} for name in PENALTIES}, "loss": "rpgan"},
    "every change to what D sees": {"augment": fitting_augments("unrolled")},
    "batch norm and minibatch discrimination": {"discriminator": MLP | {"norm": "batch", "minibatch": 2}},
    "spectral norm and dropout": {"discriminator": MLP | {"norm": "spectral", "dropout": 0.3}, "penalties": {"r2": {}}},
    "virtual batch norm": {"discriminator": MLP | {"norm": "virtual"}},
    "weight norm": {"discriminator": MLP | {"norm": "weight"}, "penalties": {"dragan": {}}},
}
every_way = pytest.mark.parametrize("sections", OTHERWISE.values(), ids=OTHERWISE)


def unrolled(steps: int, lr: float = 0.1) -> dict[str, object]:
    return {"name": "unrolled", "steps": steps, "lr": lr}


@every_way
def test_without_a_step_it_is_the_gan_to_the_last_bit(sections):
    one, other = (played(tiny(game=game, **sections), 4).state()[0] for game in (unrolled(0), "gan"))
    assert same(one, other)


@every_way
def test_looking_ahead_moves_g_and_leaves_d_where_it_was(sections):
    ahead, plain = Trainer(tiny(game=unrolled(2, lr=0.5), **sections)), Trainer(tiny(**sections))
    for trainer in (ahead, plain):
        trainer.turn()
    before = weights(ahead)
    for trainer in (ahead, plain):
        trainer.turn()
    assert torch.equal(weights(ahead)["D"], before["D"])
    assert not torch.equal(weights(ahead)["G"], weights(plain)["G"])
    assert ahead.healthy()


def test_on_pictures_too():
    D = {"name": "dcgan", "width": 4, "norm": "none"}
    for sections in ({}, {"discriminator": D, "penalties": {"r1": {}}}):
        assert played(tiny_pictures(game=unrolled(2), **sections), 2).healthy()


@pytest.mark.parametrize("norm", ["batch", "instance"])
def test_what_cannot_be_differentiated_often_enough_is_refused(norm):
    D = {"name": "dcgan", "width": 4, "norm": norm}
    tiny_pictures(game=unrolled(2), discriminator=D)
    before = torch.get_rng_state()
    with pytest.raises(BadRecipe, match="whose third derivative torch lacks; choose another norm of the discriminator"):
        tiny_pictures(game=unrolled(2), discriminator=D, penalties={"r1": {}})
    assert torch.equal(torch.get_rng_state(), before)


def test_the_slope_under_a_penalty_is_ds_alone_not_that_of_the_weights_made_of_the_sample():
    """With Wasserstein's loss and a fake at x a step of 0.1 leads from w to w - 0.1 (x + w): 1, 0.7, 0.43 at x = 2."""
    rules = Trainer(tiny(loss="wasserstein", penalties={"r2": {}})).rules
    D, x = Slope(w=1.0), torch.full((4, 1), 2.0).requires_grad_()
    weights = {"w": D.w}
    for expected in (0.7, 0.43):
        (slope,) = torch.autograd.grad(rules.d_ahead(D, weights, torch.zeros(4, 1), x), [weights["w"]], create_graph=True)
        weights = {"w": weights["w"] - 0.1 * slope}
        assert weights["w"].item() == pytest.approx(expected)


class Slope(nn.Module):
    """D(x) = w x."""

    def __init__(self, w: float = 0.0) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.tensor(w))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.w * x


class Place(nn.Module):
    """G(z) = theta."""

    def __init__(self, theta: float) -> None:
        super().__init__()
        self.theta = nn.Parameter(torch.tensor(theta))

    def forward(self, z: torch.Tensor) -> torch.Tensor:
        return self.theta.expand(len(z), 1)


def dirac(steps: int) -> tuple[Players, object]:
    """The Dirac-GAN with Wasserstein's loss, data at 0 and G at 2, in G's turn."""
    trainer = Trainer(tiny(loss="wasserstein"))
    rules: Rules = trainer.rules
    p = Players(D=Slope(), G=Place(2.0))
    batches = iter([type("Batch", (), {"x": torch.zeros(4, 1)})()])
    turns = UnrolledGAN(steps=steps, lr=0.1).round(p, batches, rules)
    next(turns)  # D's
    return p, next(turns)


@pytest.mark.parametrize(("steps", "w"), [(0, 0.0), (1, -0.2), (5, -1.0)])
def test_the_steps_of_d_are_gradient_descent_and_g_learns_through_them(steps, w):
    """d_loss = w theta, so each step moves w by -0.1 theta; G's loss is -w_K theta = 0.1 K theta^2, whose slope is 0.2 K theta.

    A G that took w_K for a constant would see half of it.
    """
    p, turn = dirac(steps)
    assert turn.loss.item() == pytest.approx(-w * 2.0)
    (slope,) = torch.autograd.grad(turn.loss, p.G.theta)
    assert slope.item() == pytest.approx(0.2 * steps * 2.0)
    assert p.D.w.item() == 0


def test_the_readings_of_a_round_are_those_of_ds_own_turn():
    ahead, plain = (played(tiny(game=game, penalties={"r1": {}}), 1).recorder.take() for game in (unrolled(3), "gan"))
    column = {name: place for place, name in enumerate(ahead.columns)}
    for name, place in {name: place for place, name in enumerate(plain.columns)}.items():
        if not name.startswith(("g_loss", "G")):
            assert ahead.values[0, column[name]] == plain.values[0, place]
    assert ahead.columns == plain.columns


@pytest.mark.parametrize("norm", ["none", "batch", "spectral", "weight"])
def test_a_network_says_what_it_would_with_other_weights_and_keeps_its_own(norm):
    config = tiny(discriminator=MLP | {"norm": norm})
    D, twin = config.make.discriminator().eval(), config.make.discriminator().eval()
    twin.load_state_dict(D.state_dict())
    with torch.no_grad():
        for weight in twin.parameters():
            weight.mul_(1.5)
    for of in (D, twin):
        Weights(of)
    x = drawn(6, 2)
    before = D(x)
    assert torch.allclose(called_with(D, dict(twin.named_parameters()), x), twin(x))
    assert torch.equal(D(x), before)
