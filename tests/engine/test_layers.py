"""The vocabulary of our networks: starts, norms, dropout."""

import math

import pytest
import torch
from recipes import drawn, seeded
from torch import nn

from engine.layers import (
    BESIDE,
    MANY,
    Dropout,
    GaussianNoise,
    Maxout,
    MinibatchDiscrimination,
    VirtualBatchNorm,
    WithReference,
    groups,
    mixes_samples,
    normal_start,
    normed,
    spectral_start,
)
from engine.networks import NETWORKS


def spectral_norms(net: nn.Module) -> list[float]:
    """The largest singular value of each layer's weight as it is used."""
    weights = [module.weight.detach() for module in net.modules() if hasattr(module, "parametrizations")]
    return [torch.linalg.matrix_norm(weight.flatten(1), 2).item() for weight in weights]


@pytest.mark.parametrize("network", [name for name, kind in NETWORKS.items() if kind().leads((8,), (1, 28, 28))])
def test_spectral_normalisation_holds_from_the_first_look_on(network):
    """Its estimate must belong to the weights of the start, not to those the layer had when it was made."""
    torch.manual_seed(0)
    D = NETWORKS[network](norm="spectral").build((1, 28, 28), (1,)).eval()
    norms = spectral_norms(D)
    assert len(norms) >= 3
    assert norms == pytest.approx([1.0] * len(norms), abs=0.15)
    assert D(drawn(8, 1, 28, 28)).abs().max() < 50


@pytest.mark.parametrize("norm", ["none", "batch", "spectral"])
def test_dcgans_start(norm):
    torch.manual_seed(0)
    start = spectral_start if norm == "spectral" else normal_start
    net = start(nn.Sequential(*normed(nn.Linear(300, 200), norm)), std=0.02)
    layer = net[0]
    weight = layer.parametrizations.weight.original if norm == "spectral" else layer.weight
    assert weight.std().item() == pytest.approx(0.02, rel=0.02)
    assert weight.mean().item() == pytest.approx(0, abs=1e-3)
    assert not layer.bias.any()


def test_maxout_is_the_largest_of_a_units_pieces():
    x = torch.tensor([[1.0, -2.0, 3.0, 0.0, -1.0, -5.0]])
    assert Maxout(3)(x).tolist() == [[3.0, 0.0]]
    assert Maxout(2)(x).tolist() == [[1.0, 3.0, -1.0]]


def test_dropout_silences_its_share_and_keeps_the_mean():
    layer = Dropout(0.3)
    layer.generator = seeded()
    y = layer(torch.ones(20_000))
    assert (y == 0).float().mean().item() == pytest.approx(0.3, abs=0.02)
    assert y.mean().item() == pytest.approx(1, abs=0.02)
    assert torch.equal(y.unique(), torch.tensor([0, 1 / 0.7]))


def test_dropout_rests_while_nobody_trains():
    layer, x = Dropout(0.9).eval(), drawn(5)
    assert torch.equal(layer(x), x)


def test_dropout_draws_from_the_generator_it_was_handed():
    layer = Dropout(0.5)
    layer.generator = seeded(3)
    once = layer(torch.ones(100))
    layer.generator = seeded(3)
    torch.manual_seed(99)
    assert torch.equal(layer(torch.ones(100)), once)


@pytest.mark.parametrize(("features", "count"), [(1, 1), (4, 1), (16, 1), (32, 2), (48, 3), (64, 4), (100, 5), (128, 8), (17, 1)])
def test_groups_divide_the_features_and_hold_about_16(features, count):
    assert groups(features) == count
    assert features % count == 0


@pytest.mark.parametrize(
    ("norm", "mixes"),
    [("none", False), ("batch", True), ("layer", False), ("group", False), ("instance", False), ("spectral", False)],
)
def test_batch_norm_alone_mixes_samples(norm, mixes):
    torch.manual_seed(0)
    net = nn.Sequential(*normed(nn.Conv2d(3, 32, 3), norm))
    x, others = drawn(4, 3, 5, 5), drawn(4, 3, 5, 5, seed=1)
    others[0] = x[0]
    assert mixes_samples(net) is mixes
    net(x)  # one more step of the power iteration, for spectral norm
    net.train(mixes)
    assert torch.allclose(net(x)[0], net(others)[0], atol=1e-6) is not mixes


def test_spectral_norm_lets_two_passes_share_one_backward():
    """D(real) - D(fake): the first pass must survive the second one's power iteration."""
    D = nn.Sequential(*normed(nn.Linear(2, 1), "spectral"))
    (D(drawn(4, 2)) - D(drawn(4, 2, seed=1))).mean().backward()
    assert D[0].parametrizations.weight.original.grad.isfinite().all()


def test_minibatch_discrimination_sees_how_alike_samples_are():
    layer = MinibatchDiscrimination(1, 1, dims=1)
    with torch.no_grad():
        layer.tensor.fill_(1.0)
    said = layer(torch.tensor([[0.0], [0.0], [math.log(2)]]))
    assert said.tolist() == [pytest.approx([0, 1.5]), pytest.approx([0, 1.5]), pytest.approx([math.log(2), 1])]
    assert mixes_samples(nn.Sequential(layer))


def test_of_very_many_places_each_is_judged_beside_a_few_of_them():
    layer = MinibatchDiscrimination(2, 3, dims=2)
    layer(torch.randn(16, 2))
    places = torch.rand(MANY + 1, 2)
    told = layer.eval()(places)
    beside = layer(places[torch.linspace(0, MANY, BESIDE).long()])[:, 2:] + 1  # beside the same and itself
    at = int(torch.linspace(0, MANY, BESIDE)[5])
    assert told.shape == (MANY + 1, 5)
    assert torch.allclose(told[at, 2:], beside[5] / BESIDE * 15, atol=1e-5)


def test_virtual_batch_norm_looks_at_the_reference_and_the_sample_alone():
    net = WithReference(nn.Sequential(VirtualBatchNorm(1)), (1,))
    net(torch.tensor([[-1.0], [1.0]]))  # the reference: mean 0, mean square 1
    net.eval()
    alone, beside = net(torch.tensor([[3.0]])), net(torch.tensor([[3.0], [100.0]]))
    assert alone.item() == pytest.approx(beside[0].item())
    mean, square = 3 / 33, (32 + 9) / 33
    assert alone.item() == pytest.approx((3 - mean) / (square - mean**2) ** 0.5, rel=1e-4)


def test_virtual_batch_norms_reference_stays_what_was_seen_first():
    net = WithReference(nn.Identity(), (1,))
    net(torch.ones(4, 1))
    net(torch.zeros(4, 1))
    assert net.reference.tolist() == [[1.0]] * 32


def test_noise_rests_while_nobody_trains():
    layer = GaussianNoise(0.5)
    layer.generator = seeded()
    assert (layer(torch.zeros(4000)).std() - 0.5).abs() < 0.02
    assert not layer.eval()(torch.zeros(4)).any()
