"""Penalties against their closed form on a linear D, and the same penalties as the rules weave them into D's loss."""

import math

import pytest
import torch
from recipes import drawn, seeded, tiny
from torch import Tensor, nn

from engine.augment import InstanceNoise, NoisyLabels
from engine.games import Rules
from engine.games.rules import Latent
from engine.layers import normed
from engine.losses import Hinge, NonSaturating, RelativisticPairing
from engine.parts import Part
from engine.penalties import PENALTIES, R1, R2, Dragan, GradientPenalty, Penalty, squared_slope
from engine.trainer import Trainer

every = pytest.mark.parametrize("kind", PENALTIES.values(), ids=PENALTIES)
SHAPES = {"points": (2,), "pictures": (3, 4, 4)}
in_every_shape = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)

SLOPE = 0.5  # |w| of the linear D below
CLOSED_FORM = {  # on a D whose slope is 0.5 everywhere, with weight 3
    GradientPenalty: 3 * (SLOPE - 1) ** 2,
    Dragan: 3 * (SLOPE - 1) ** 2,
    R1: 3 / 2 * SLOPE**2,
    R2: 3 / 2 * SLOPE**2,
}


def linear(*shape: int, slope: float = SLOPE) -> nn.Module:
    """D(x) = w.x with |w| = slope."""
    layer = nn.Linear(math.prod(shape), 1)
    with torch.no_grad():
        layer.weight.mul_(slope / layer.weight.norm())
    return nn.Sequential(nn.Flatten(), layer)


def rules(loss: Part, *penalties: Penalty, augment: tuple[Part, ...] = ()) -> Rules:
    return Rules(
        loss, penalties, augment, Latent(), seeded(), torch.device("cpu"), probe=torch.zeros(1, 2), clock=torch.zeros(())
    )


def curved(norm: str = "none") -> nn.Module:
    """A small D that is not linear."""
    torch.manual_seed(0)
    return nn.Sequential(*normed(nn.Linear(2, 8), norm), nn.Tanh(), nn.Linear(8, 1))


def test_every_penalty_has_its_closed_form_here():
    assert set(CLOSED_FORM) == set(PENALTIES.values())


@every
@in_every_shape
@pytest.mark.parametrize("n", [1, 64])
def test_on_a_linear_d_it_is_the_closed_form_however_many_samples(kind, shape, n):
    """A norm over the whole batch, or over channels only, would depend on n or on the shape."""
    if kind is Dragan and n == 1:
        pytest.skip("the spread of one sample does not exist; a batch has at least two")
    penalty = kind(weight=3.0)
    value = penalty(linear(*shape), drawn(n, *shape), drawn(n, *shape, seed=1), generator=seeded())
    assert value.item() == pytest.approx(CLOSED_FORM[kind], rel=1e-5)


@every
@in_every_shape
def test_each_sample_pays_for_its_own_slope(kind, shape):
    """D(x) = a/2 * |x|^2 has the slope a*|x|, another one for each sample."""
    x = drawn(16, *shape)
    slopes = 0.7 * x.flatten(1).norm(dim=1)
    zero_centred = issubclass(kind, R1)
    by_hand = (0.5 * slopes.square()).mean() if zero_centred else (slopes - 1).square().mean()
    penalty = kind(weight=1.0, **({"spread": 0.0} if kind is Dragan else {}))
    value = penalty(lambda v: 0.35 * v.square().flatten(1).sum(1), x, x, generator=seeded())
    assert value.item() == pytest.approx(by_hand.item(), rel=1e-5)


@in_every_shape
def test_the_gradient_penalty_looks_somewhere_else_between_each_pair(shape):
    real, fake = torch.zeros(200, *shape), torch.ones(200, *shape)
    between = GradientPenalty().where(real, fake, generator=seeded()).flatten(1)
    assert (between == between[:, :1]).all()  # one share for all numbers of a sample
    assert between[:, 0].unique().numel() > 190  # another one for each sample
    assert between.min() >= 0
    assert between.max() <= 1
    assert between.mean().item() == pytest.approx(0.5, abs=0.07)


def test_dragan_looks_near_real_data_only():
    real = drawn(500, 2)
    near = Dragan(spread=0.5).where(real, torch.full_like(real, 1e6), generator=seeded())
    steps = (near - real) / real.std()
    assert steps.min() >= -1e-5
    assert steps.max() <= 0.5 + 1e-5
    assert steps.mean().item() == pytest.approx(0.25, abs=0.02)


def test_r1_looks_at_real_and_r2_at_fake_samples():
    real, fake = drawn(3, 2), drawn(3, 2, seed=1)
    assert R1().where(real, fake, generator=seeded()) is real
    assert R2().where(real, fake, generator=seeded()) is fake


@every
@in_every_shape
def test_where_d_is_flat_it_has_the_known_value_and_a_finite_gradient(kind, shape):
    D = linear(*shape, slope=0.0)
    penalty = kind(weight=3.0)(D, drawn(8, *shape), drawn(8, *shape, seed=1), generator=seeded())
    assert penalty.item() == pytest.approx(0 if issubclass(kind, R1) else 3, abs=1e-4)
    penalty.backward()
    assert all(weight.grad.isfinite().all() for weight in D.parameters() if weight.grad is not None)


@every
def test_it_is_a_mean_not_a_sum(kind):
    D, real, fake = curved(), drawn(6, 2), drawn(6, 2, seed=1)
    # without chance: on the line's end and without noise
    penalty = kind(spread=0.0) if kind is Dragan else kind()
    fake = real if kind is GradientPenalty else fake
    once = penalty(D, real, fake, generator=seeded())
    twice = penalty(D, real.repeat(2, 1), fake.repeat(2, 1), generator=seeded())
    assert torch.allclose(once, twice)


@every
def test_it_pulls_at_ds_weights_and_at_nobody_elses(kind):
    D, fake = curved(), drawn(6, 2, seed=1).requires_grad_()
    kind()(D, drawn(6, 2), fake, generator=seeded()).backward()
    assert D[0].weight.grad.norm() > 0
    assert fake.grad is None


def test_a_slope_is_that_of_each_samples_own_score():
    x = torch.tensor([[3.0, 4.0], [0.0, 1.0]], requires_grad=True)
    assert squared_slope(x.square().sum(1) / 2, x).tolist() == [25.0, 1.0]
    assert squared_slope((x.square() / 2)[:, :, None], x).tolist() == [25.0, 1.0]  # scores of any shape are summed


# -- woven into D's loss ----------------------------------------------------------------------------------------------

SETS = {
    "nothing": (),
    "r1": (R1(weight=0.3),),
    "r2": (R2(weight=0.3),),
    "r1 and r2": (R1(weight=0.3), R2(weight=0.7)),
    "gradient penalty": (GradientPenalty(),),
    "gradient penalty and r1": (GradientPenalty(), R1()),
    "dragan and r2": (Dragan(), R2()),
    "all four": (GradientPenalty(), Dragan(), R1(), R2()),
    "lazy r1": (R1(interval=4),),
    "r1 and lazy r2": (R1(), R2(interval=3)),
}


@pytest.mark.parametrize("norm", ["none", "layer", "batch"])
@pytest.mark.parametrize("loss", [NonSaturating(), RelativisticPairing()], ids=["log loss", "pairs"])
@pytest.mark.parametrize("penalties", SETS.values(), ids=SETS)
def test_ds_loss_is_the_loss_plus_the_penalties_on_their_own(penalties, loss, norm):
    """However few passes of D the rules make of it."""
    D, real, fake = curved(norm), drawn(6, 2), drawn(6, 2, seed=1)
    woven = rules(loss, *penalties).d_loss(D, real, fake)

    generator = seeded()  # the same chance, drawn in the same order
    apart = loss.d_loss(D(real), D(fake))
    for penalty in penalties:
        apart = apart + penalty.interval * penalty(D, real, fake, generator=generator)
    assert woven.item() == pytest.approx(apart.item(), rel=1e-5)

    weights = list(D.parameters())
    for mine, theirs in zip(torch.autograd.grad(woven, weights), torch.autograd.grad(apart, weights), strict=True):
        assert torch.allclose(mine, theirs, rtol=1e-4, atol=1e-5)


@every
def test_a_lazy_penalty_acts_in_every_nth_round_n_times_as_strong(kind):
    game, D = rules(Hinge(), kind(weight=3.0, interval=4)), linear(2)
    real, fake = drawn(8, 2), drawn(8, 2, seed=1)
    plain = Hinge().d_loss(D(real), D(fake)).item()
    extra = []
    for game.rounds in range(8):
        extra.append(game.d_loss(D, real, fake).item() - plain)
    acting, resting = 4 * CLOSED_FORM[kind], 0
    assert extra == pytest.approx([acting, resting, resting, resting] * 2, abs=1e-4)


@every
def test_its_price_is_noted_for_the_curves(kind):
    game, D = rules(Hinge(), kind(weight=3.0)), linear(2)
    game.d_loss(D, drawn(8, 2), drawn(8, 2, seed=1))
    name = next(name for name, row in PENALTIES.items() if row is kind)
    assert game.take_readings()[f"D {name}"].item() == pytest.approx(CLOSED_FORM[kind], rel=1e-5)
    assert game.take_readings() == {}


@every
def test_a_run_with_it_is_another_run(kind):
    name = next(name for name, row in PENALTIES.items() if row is kind)
    plain, penalised = Trainer(tiny()), Trainer(tiny(penalties={name: {}}))
    plain.round()
    penalised.round()
    assert not torch.equal(plain.weights["D"].flat, penalised.weights["D"].flat)


# -- what D sees ------------------------------------------------------------------------------------------------------


def noise_at(clock: float, noise: InstanceNoise) -> Tensor:
    return noise.view(torch.zeros(20_000), clock=torch.tensor(clock), generator=seeded())


@pytest.mark.parametrize(("clock", "level"), [(0, 0.8), (25, 0.6), (50, 0.4), (99, 0.008), (100, 0.0), (500, 0.0)])
def test_instance_noise_fades_linearly(clock, level):
    noise = InstanceNoise(sigma=0.8, rounds=100)
    assert torch.allclose(noise_at(clock, noise), noise_at(0, noise) * (level / 0.8), atol=1e-6)
    assert noise_at(clock, noise).std().item() == pytest.approx(level, rel=0.02)


def test_instance_noise_without_an_end_stays():
    noise = InstanceNoise(sigma=0.8, rounds=0)
    assert torch.equal(noise_at(1_000_000, noise), noise_at(0, noise))


def test_the_trainers_clock_lets_instance_noise_fade():
    trainer = Trainer(tiny(augment={"instance-noise": {"sigma": 1.0, "rounds": 2}}))
    levels: list[float] = []

    def D(seen: Tensor) -> Tensor:
        levels.append(seen.std().item())
        return seen

    for _ in range(3):
        trainer.rules.g_loss(D, torch.zeros(4_000, 1), torch.zeros(4_000, 1))
        trainer.round()
    assert levels == pytest.approx([1.0, 0.5, 0.0], abs=0.05)


def test_d_sees_real_and_fake_samples_through_the_same_kind_of_noise_in_both_turns():
    game, seen = rules(Hinge(), augment=(InstanceNoise(sigma=0.5),)), []

    class D(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            seen.append(x)
            return x.sum(1, keepdim=True)

    real, fake = torch.ones(2_000, 2), torch.zeros(2_000, 2)
    game.d_loss(D(), real, fake)
    game.g_loss(D(), real, fake)
    in_ds_turn, in_gs_turn = seen
    noise = torch.cat((in_ds_turn - torch.cat((real, fake)), in_gs_turn - fake)).chunk(3)
    assert [part.std().item() for part in noise] == pytest.approx([0.5] * 3, abs=0.02)
    assert not torch.equal(noise[0], noise[1])
    assert not torch.equal(noise[1], noise[2])


def test_instance_noise_lets_gradients_through_to_g():
    fake = drawn(4, 2).requires_grad_()
    InstanceNoise().view(fake, clock=torch.zeros(()), generator=seeded()).sum().backward()
    assert torch.equal(fake.grad, torch.ones(4, 2))


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5])
@in_every_shape
def test_noisy_labels_exchange_whole_samples_in_the_share_asked_for(share, shape):
    real, fake = torch.ones(4_000, *shape), torch.zeros(4_000, *shape)
    told_real, told_fake = NoisyLabels(share=share).exchange(real, fake, generator=seeded())
    exchanged = told_fake.flatten(1)
    assert (exchanged == exchanged[:, :1]).all()
    assert exchanged.mean().item() == pytest.approx(share, abs=0.025)
    assert torch.equal(told_real + told_fake, torch.ones_like(real))  # nothing is lost, nothing twice


def test_noisy_labels_are_ds_alone():
    game, D, fake = rules(Hinge(), augment=(NoisyLabels(share=0.5),)), linear(2), drawn(64, 2)
    real = drawn(64, 2, seed=1) + 5
    assert game.d_loss(D, real, fake).item() != pytest.approx(Hinge().d_loss(D(real), D(fake)).item())
    assert game.g_loss(D, real, fake).item() == pytest.approx(Hinge().g_loss(D(fake)).item())
