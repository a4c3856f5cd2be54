"""Flat weights train like ordinary ones, and the moving average follows."""

import copy

import pytest
import torch
from recipes import drawn
from torch import nn

from engine.layers import normed
from engine.optim import SGD, Adam, Average, Optimizer, Past, RMSprop, Weights, prepared, set_knobs


def small_net() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))


def convolutions() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4), nn.Conv2d(4, 2, 3)).to(
        memory_format=torch.channels_last
    )


# -- flat weights -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [small_net, convolutions])
def test_laying_weights_flat_changes_no_number_and_no_layout(make):
    net, twin = make(), make()
    Weights(net)
    for mine, theirs in zip(net.parameters(), twin.parameters(), strict=True):
        assert torch.equal(mine, theirs)
        assert mine.stride() == theirs.stride()


@pytest.mark.parametrize("make", [small_net, convolutions])
def test_both_names_mean_the_same_memory(make):
    net = make()
    weights = Weights(net)
    weights.flat.data.fill_(2.0)
    weights.gradient.fill_(3.0)
    assert all((p == 2).all() and (p.grad == 3).all() for p in net.parameters())
    next(net.parameters()).data.zero_()
    assert (weights.flat == 0).sum() == next(net.parameters()).numel()
    assert len(weights.flat) == sum(p.numel() for p in net.parameters())


def test_a_backward_pass_lands_in_the_flat_gradient():
    net, twin = small_net(), small_net()
    weights = Weights(net)
    for some in (net, twin):
        some(drawn(4, 3)).square().mean().backward()
    assert torch.allclose(weights.gradient, torch.cat([p.grad.flatten() for p in twin.parameters()]))


PAIRS = {  # ours beside torch's own, as everybody writes it
    "adam": (Adam(lr=0.01), lambda p: torch.optim.Adam(p, 0.01, (0.5, 0.999))),
    "adam without momentum": (Adam(lr=0.01, beta1=0.0, beta2=0.9), lambda p: torch.optim.Adam(p, 0.01, (0.0, 0.9))),
    "rmsprop": (RMSprop(lr=0.01), lambda p: torch.optim.RMSprop(p, 0.01)),
    "sgd": (SGD(lr=0.1), lambda p: torch.optim.SGD(p, 0.1)),
    "sgd with momentum": (SGD(lr=0.1, momentum=0.9), lambda p: torch.optim.SGD(p, 0.1, momentum=0.9)),
}


@pytest.mark.parametrize("make", [small_net, convolutions])
@pytest.mark.parametrize(("part", "plain"), PAIRS.values(), ids=PAIRS)
def test_step_by_step_it_is_the_plain_optimizer(part, plain, make):
    ours, theirs = make(), make()
    weights, theirs_optimizer = Weights(ours), plain(theirs.parameters())
    optimizer = prepared(part.build(weights.flat))
    shape = (4, 3) if make is small_net else (4, 3, 7, 7)
    for step in range(8):
        x = drawn(*shape, seed=step)
        weights.gradient.zero_()
        ours(x).square().mean().backward()
        optimizer.step()
        weights.moved()
        theirs_optimizer.zero_grad()
        theirs(x).square().mean().backward()
        theirs_optimizer.step()
        for mine, plain_one in zip(ours.parameters(), theirs.parameters(), strict=True):
            assert torch.allclose(mine, plain_one, atol=1e-6, rtol=0)


@pytest.mark.parametrize("part", [Adam(), RMSprop(), SGD(momentum=0.9)])
def test_preparing_moves_no_weight_and_leaves_a_state_of_zeros(part):
    weights = Weights(small_net())
    before = weights.flat.detach().clone()
    optimizer = prepared(part.build(weights.flat))
    assert torch.equal(weights.flat, before)
    held = [value for state in optimizer.state.values() for value in state.values()]
    assert held
    assert not any(value.any() for value in held)


@pytest.mark.parametrize(
    ("old", "new"), [(Adam(), Adam(lr=0.5, beta1=0.1)), (RMSprop(), RMSprop(lr=0.5, alpha=0.5)), (SGD(), SGD(lr=0.5))]
)
def test_live_knobs_are_those_of_an_optimizer_built_with_them(old, new):
    weights = Weights(small_net())
    optimizer = prepared(old.build(weights.flat))
    set_knobs(optimizer, new)
    fresh = new.build(torch.zeros(1, requires_grad=True)).param_groups[0]
    (group,) = optimizer.param_groups
    assert {key: value for key, value in group.items() if key != "params"} == {
        key: value for key, value in fresh.items() if key != "params"
    }
    assert group["params"] == [weights.flat]


def test_a_graph_built_before_a_step_is_refused_not_silently_wrong():
    net = small_net()
    weights = Weights(net)
    optimizer = Adam().build(weights.flat)
    stale = net(drawn(4, 3)).square().mean()
    optimizer.step()
    weights.moved()
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        stale.backward()


def test_an_optimizer_that_says_not_how_is_none():
    with pytest.raises(NotImplementedError):
        Optimizer().build(torch.zeros(1))


# -- the moving average -----------------------------------------------------------------------------------------------


def constant(value: float) -> Weights:
    net = nn.Sequential(*normed(nn.Linear(2, 2), "batch"))
    weights = Weights(net)
    weights.flat.data.fill_(value)
    return weights


def test_the_average_moves_by_the_share_that_is_left():
    source = constant(0.0)
    average = Average(source)
    source.flat.data.fill_(1.0)
    average.follow(0.9, rounds=1_000)
    assert torch.allclose(average.weights.flat, torch.tensor(0.1))
    average.follow(0.9, rounds=1_001)
    assert torch.allclose(average.weights.flat, torch.tensor(0.19))


@pytest.mark.parametrize(("rounds", "share"), [(1, 1 - 2 / 11), (10, 1 - 11 / 20), (100_000, 0.001)])
def test_the_average_warms_up(rounds, share):
    source = constant(0.0)
    average = Average(source)
    source.flat.data.fill_(1.0)
    average.follow(0.999, rounds)
    assert torch.allclose(average.weights.flat, torch.tensor(share), rtol=1e-4)


def test_statistics_are_averaged_too():
    source = constant(0.0)
    average = Average(source)
    source.net[1].running_mean.fill_(2.0)
    average.follow(0.75, rounds=1_000)
    assert average.net[1].running_mean.tolist() == [0.5, 0.5]
    average.copy()
    assert average.net[1].running_mean.tolist() == [2.0, 2.0]


def test_copying_becomes_the_network_as_it_is():
    source = constant(0.0)
    average = Average(source)
    source.flat.data.fill_(3.0)
    average.copy()
    assert (average.weights.flat == 3).all()
    source.flat.data.fill_(4.0)
    assert (average.weights.flat == 3).all()  # a copy, not the same memory


@pytest.mark.parametrize("make", [small_net, convolutions])
def test_following_leaves_the_network_alone(make):
    source = Weights(make())
    before = copy.deepcopy(source.net.state_dict())
    average = Average(source)
    average.follow(0.5, rounds=10)
    assert all(torch.equal(value, before[key]) for key, value in source.net.state_dict().items())
    assert not average.net.training


# -- historical averaging ---------------------------------------------------------------------------------------------


def test_the_pull_of_the_past_is_the_gradient_of_the_distance_to_its_mean():
    weights = Weights(nn.Linear(1, 1, bias=False))
    past = Past(weights)
    weights.flat.data.fill_(1.0)
    past.pull(0.5)
    assert weights.gradient.item() == 0  # the past is the present
    weights.flat.data.fill_(4.0)
    past.pull(0.5)  # the mean is (1 + 4) / 2
    assert weights.gradient.item() == 2 * 0.5 * (4 - 2.5)
