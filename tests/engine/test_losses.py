"""Losses against numbers worked by hand, at equilibrium, and far from it."""

import math

import pytest
import torch
from recipes import drawn
from torch import Tensor, tensor

from engine.losses import LOSSES, GanLabLog, Hinge, LeastSquares, Minimax, NonSaturating, RelativisticPairing, Wasserstein

every = pytest.mark.parametrize("loss", [kind() for kind in LOSSES.values()], ids=LOSSES)
LN2 = math.log(2)
LN3 = math.log(3)  # a score of ln 3 is the probability 3/4

BY_HAND = {  # loss, real scores, fake scores, d_loss, g_loss
    "non-saturating": (NonSaturating(), [LN3], [-LN3], 2 * math.log(4 / 3), math.log(4)),
    "minimax": (Minimax(), [LN3], [-LN3], 2 * math.log(4 / 3), -math.log(4 / 3)),
    "wasserstein": (Wasserstein(), [3.0, 1.0], [-1.0, 2.0], 0.5 - 2.0, -0.5),
    "least-squares": (LeastSquares(), [0.5, 1.5], [1.0, -2.0], 0.5 * 0.25 + 0.5 * 2.5, 0.5 * 4.5),
    "hinge": (Hinge(), [2.0, 0.0], [-2.0, 1.0], 0.5 + 1.0, 0.5),
    "gan-lab": (GanLabLog(), [0.0], [0.0], 1.95 * LN2, LN2),
    "rpgan": (RelativisticPairing(), [LN3], [0.0], math.log(4 / 3), math.log(4)),
}

AT_EQUILIBRIUM = {  # the score where D cannot tell, d_loss, g_loss
    "non-saturating": (0.0, 2 * LN2, LN2),
    "minimax": (0.0, 2 * LN2, -LN2),
    "wasserstein": (0.0, 0.0, 0.0),
    "least-squares": (0.5, 0.25, 0.125),
    "hinge": (0.0, 2.0, 0.0),
    "rpgan": (0.0, LN2, LN2),
    "gan-lab": (math.log(0.95), 0.95 * math.log(1.95 / 0.95) + math.log(1.95), math.log(1.95 / 0.95)),
}


def test_every_loss_has_its_numbers_here():
    assert set(BY_HAND) == set(AT_EQUILIBRIUM) == set(LOSSES)


@pytest.mark.parametrize(("loss", "real", "fake", "d_loss", "g_loss"), BY_HAND.values(), ids=BY_HAND)
def test_it_is_what_one_works_out_by_hand(loss, real, fake, d_loss, g_loss):
    assert loss.d_loss(tensor(real), tensor(fake)).item() == pytest.approx(d_loss, abs=1e-6)
    assert loss.g_loss(tensor(fake), tensor(real)).item() == pytest.approx(g_loss, abs=1e-6)


@pytest.mark.parametrize("name", LOSSES)
def test_at_equilibrium_it_has_the_known_value(name):
    score, d_loss, g_loss = AT_EQUILIBRIUM[name]
    scores, loss = torch.full((5, 1), score), LOSSES[name]()
    assert loss.d_loss(scores, scores).item() == pytest.approx(d_loss, abs=1e-6)
    assert loss.g_loss(scores, scores).item() == pytest.approx(g_loss, abs=1e-6)


def test_the_value_of_the_minimax_game_is_minus_ln_4():
    undecided = torch.zeros(4)
    assert -Minimax().d_loss(undecided, undecided).item() == pytest.approx(-math.log(4))


def test_the_log_loss_bounds_the_distance_of_two_distributions():
    """JS >= ln 2 - d_loss / 2 with equality at the best D, here for p = (3/4, 1/4) and q = (1/4, 3/4)."""
    p, q = tensor([0.75, 0.25]), tensor([0.25, 0.75])
    best = (p / q).log()  # the score whose sigmoid is p / (p + q)
    scores_of_p, scores_of_q = best[[0, 0, 0, 1]], best[[0, 1, 1, 1]]  # four samples each, as likely as they are
    middle = (p + q) / 2
    js = ((p * (p / middle).log()).sum() + (q * (q / middle).log()).sum()) / 2
    bound = LN2 - NonSaturating().d_loss(scores_of_p, scores_of_q) / 2
    assert bound.item() == pytest.approx(js.item(), abs=1e-6)
    assert LN2 - NonSaturating().d_loss(1.1 * scores_of_p, 1.1 * scores_of_q) / 2 < js


@every
@pytest.mark.parametrize("score", [-100.0, 100.0])
def test_a_sure_d_gives_finite_losses_and_gradients(loss, score):
    real = tensor([[score], [-score]], requires_grad=True)
    fake = tensor([[score], [score]], requires_grad=True)
    losses = loss.d_loss(real, fake), loss.g_loss(fake, real)
    gradients = torch.autograd.grad(sum(losses), (real, fake))
    assert all(value.isfinite().all() for value in (*losses, *gradients))


@every
def test_it_is_a_mean_not_a_sum(loss):
    real, fake = drawn(6, 1), drawn(6, 1, seed=1)
    twice_real, twice_fake = real.repeat(2, 1), fake.repeat(2, 1)
    assert torch.allclose(loss.d_loss(twice_real, twice_fake), loss.d_loss(real, fake))
    assert torch.allclose(loss.g_loss(twice_fake, twice_real), loss.g_loss(fake, real))


@every
def test_scores_may_come_as_a_map(loss):
    """A patch discriminator gives (N, 1, H, W); the loss is the mean over all of it."""
    real, fake = drawn(2, 1, 3, 3), drawn(2, 1, 3, 3, seed=1)
    assert loss.d_loss(real, fake).shape == loss.g_loss(fake, real).shape == ()
    assert torch.allclose(loss.d_loss(real, fake), loss.d_loss(real.flatten(), fake.flatten()))


@every
def test_d_wants_real_scores_up_and_fakes_down_and_g_wants_fakes_up(loss):
    real, fake = tensor([0.2], requires_grad=True), tensor([0.1], requires_grad=True)
    of_real, of_fake = torch.autograd.grad(loss.d_loss(real, fake), (real, fake))
    (wish,) = torch.autograd.grad(loss.g_loss(fake, real.detach()), fake)
    assert of_real < 0 < of_fake
    assert wish < 0


@pytest.mark.parametrize("score", [-8.0, -1.0, 0.0, 2.0])
def test_minimax_saturates_where_non_saturating_does_not(score):
    """G's gradient is -sigmoid(score) for the one and -(1 - sigmoid(score)) for the other."""
    fake = tensor([score], requires_grad=True)
    (minimax,) = torch.autograd.grad(Minimax().g_loss(fake), fake)
    (non_saturating,) = torch.autograd.grad(NonSaturating().g_loss(fake), fake)
    sigma = 1 / (1 + math.exp(-score))
    assert minimax.item() == pytest.approx(-sigma, rel=1e-4)
    assert non_saturating.item() == pytest.approx(sigma - 1, rel=1e-4)


def test_least_squares_is_zero_at_one_and_zero_and_looks_beyond():
    assert LeastSquares().d_loss(tensor([1.0]), tensor([0.0])) == 0
    assert LeastSquares().d_loss(tensor([3.0]), tensor([-1.0])) == 0.5 * 4 + 0.5 * 1  # no sigmoid in between


def test_hinge_does_not_care_beyond_one():
    assert Hinge().d_loss(tensor([2.0]), tensor([-2.0])) == 0
    assert Hinge().d_loss(tensor([1.0]), tensor([-1.0])) == 0


@pytest.mark.parametrize("smoothing", [0.1, 0.3])
def test_smoothing_moves_the_target_of_real_samples_only(smoothing):
    best = math.log((1 - smoothing) / smoothing)  # the score whose sigmoid is 1 - smoothing
    real, fake = tensor([best], requires_grad=True), tensor([-30.0])
    (slope,) = torch.autograd.grad(NonSaturating(smoothing=smoothing).d_loss(real, fake), real)
    assert slope.item() == pytest.approx(0, abs=1e-6)
    entropy = -smoothing * math.log(smoothing) - (1 - smoothing) * math.log(1 - smoothing)
    assert NonSaturating(smoothing=smoothing).d_loss(real, fake).item() == pytest.approx(entropy, abs=1e-5)
    assert LeastSquares(smoothing=smoothing).d_loss(tensor([1 - smoothing]), tensor([0.0])).item() == pytest.approx(0)


@pytest.mark.parametrize("kind", [NonSaturating, Minimax, LeastSquares])
def test_smoothing_leaves_g_alone(kind):
    assert kind(smoothing=0.3).g_loss(tensor([0.7])) == kind().g_loss(tensor([0.7]))


def test_relativistic_pairing_compares_pairs():
    """Adding the same number to all scores changes nothing, and the roles of real and fake are exchangeable."""
    loss, real, fake = RelativisticPairing(), drawn(5), drawn(5, seed=1)
    assert torch.allclose(loss.d_loss(real + 7, fake + 7), loss.d_loss(real, fake), atol=1e-5)
    assert torch.equal(loss.d_loss(real, fake), loss.g_loss(real, fake))
    assert not torch.allclose(loss.d_loss(real, fake.flip(0)), loss.d_loss(real, fake))


@every
def test_belief_lies_between_sure_fake_and_sure_real(loss):
    real, fake = tensor([1.0, 0.8]), tensor([-0.3, -0.1])
    belief = loss.belief(tensor([-100.0, -0.2, 0.9, 100.0]), real, fake)
    assert (belief.diff() >= 0).all()
    assert belief[0] < 0.1
    assert belief[-1] > 0.9
    assert ((belief >= 0) & (belief <= 1)).all()


@pytest.mark.parametrize("name", LOSSES)
def test_where_d_cannot_tell_it_believes_a_half(name):
    scores = torch.full((4,), AT_EQUILIBRIUM[name][0])
    assert torch.allclose(LOSSES[name]().belief(scores, scores, scores), torch.tensor(0.5))


def test_the_best_relativistic_scores_are_read_as_d_star_whatever_constant_they_carry() -> None:
    """p = N(0, 1), q = N(0, 0.3): the middle between the mean scores is not where D cannot tell."""
    generator, wide, narrow = (
        torch.Generator().manual_seed(0),
        torch.distributions.Normal(0, 1),
        torch.distributions.Normal(0, 0.3),
    )
    real = torch.randn(20_000, generator=generator)
    fake = 0.3 * torch.randn(20_000, generator=generator)
    x = torch.linspace(-3, 3, 61)

    def best(x: Tensor) -> Tensor:
        return wide.log_prob(x) - narrow.log_prob(x) + 3.7

    belief = RelativisticPairing().belief(best(x), best(real), best(fake))
    p, q = wide.log_prob(x).exp(), narrow.log_prob(x).exp()
    assert torch.allclose(belief, p / (p + q), atol=0.01)
