"""Architectures: whatever shapes they are told, every row of NETWORKS maps them, with every norm."""

import pytest
import torch
from recipes import CPU, NORMS, OF_PICTURES, drawn, seeded, tiny_pictures

from engine.config import BadRecipe
from engine.games import Latent
from engine.networks import DCGAN, DISCRIMINATORS, GENERATORS, MLP, GanLab, Residual, UNet
from engine.networks.base import FAINTER
from engine.parts import Part, knobs
from engine.presets import PRESETS

SIDES = (16, 17, 20, 28, 31, 32, 48, 63, 64)
every_network = pytest.mark.parametrize("network", OF_PICTURES.values(), ids=OF_PICTURES)


def small(network: type[Part], **chosen: object) -> Part:
    return network(width=8 if network is MLP else 4, **chosen)


@every_network
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("side", SIDES)
def test_a_network_maps_codes_to_pictures_and_pictures_to_scores(network, channels, side):
    picture, part = (channels, side, side), small(network)
    made = part.build((5,), picture)(drawn(2, 5))
    assert made.shape == (2, *picture)
    assert made.abs().max() <= 1
    assert part.build(picture, (1,))(made).shape == (2, 1)
    assert part.build(picture, (7,))(made).shape == (2, 7)  # an encoder


ACTING = [(kind, activation) for kind in OF_PICTURES.values() for activation in knobs(kind)["activation"].options]


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize(("network", "activation"), ACTING, ids=lambda value: value if isinstance(value, str) else value.__name__)
def test_a_network_takes_every_norm_and_activation(network, norm, activation):
    part = small(network, norm=norm, activation=activation, dropout=0.2)
    G, D = part.build((5,), (3, 16, 16)), part.build((3, 16, 16), (1,))
    scores = D(G(drawn(4, 5)))
    assert scores.isfinite().all()
    scores.square().sum().backward()
    assert all(weight.grad.isfinite().all() for net in (G, D) for weight in net.parameters())


@every_network
def test_at_both_ends_of_its_knobs_a_network_still_works(network):
    for k in knobs(network).values():
        if k.kind in ("number", "whole") and k.name != "width":
            for end in (k.low, k.high):
                part = small(network, **{k.name: int(end) if k.kind == "whole" else end})
                assert part.build((1, 16, 16), (1,))(part.build((2,), (1, 16, 16))(drawn(2, 2))).isfinite().all()


@pytest.mark.parametrize("norm", NORMS)
def test_an_mlp_starts_where_it_is_told(norm):
    torch.manual_seed(0)
    G = MLP(width=300, depth=2, norm=norm, start=0.02).build((2,), (2,))
    layers = [layer for layer in G.modules() if isinstance(layer, torch.nn.Linear)]
    for layer in layers:
        held = layer.parametrizations.weight if norm in ("spectral", "weight") else None
        weight = layer.weight if held is None else held.original if norm == "spectral" else held.original1
        assert weight.std().item() == pytest.approx(0.02, rel=0.1)
        assert not layer.bias.any()
    assert len(layers) == 3


@pytest.mark.parametrize("takes", [1, 2, 5])
@pytest.mark.parametrize("gives", [1, 2])
@pytest.mark.parametrize("norm", NORMS)
def test_an_mlp_maps_points(takes, gives, norm):
    assert MLP(width=8, norm=norm).build((takes,), (gives,))(drawn(3, takes)).shape == (3, gives)


@pytest.mark.parametrize("network", [kind for kind in OF_PICTURES.values() if kind is not MLP])
@pytest.mark.parametrize(("takes", "gives"), [((2,), (2,)), ((1, 16, 16), (1, 16, 16))])
def test_a_convolutional_network_says_which_shapes_it_does_not_fit(network, takes, gives):
    with pytest.raises(ValueError, match="choose the network mlp"):
        network().build(takes, gives)


def test_gan_labs_networks_are_gan_labs():
    """Its ring: 2-10-10-2 for G and 2-9-9-9-1 for D, first weights N(0, 1/2), the others N(0, 1/width); G within its square."""
    preset = PRESETS["ganlab-ring"].config
    G, D = preset.make.generator(), preset.make.discriminator()
    sizes = [[(layer.in_features, layer.out_features) for layer in net if isinstance(layer, torch.nn.Linear)] for net in (G, D)]
    assert sizes == [[(2, 10), (10, 10), (10, 2)], [(2, 9), (9, 9), (9, 9), (9, 1)]]
    assert -3 <= G(drawn(500, 2) * 100).min() < G(drawn(500, 2) * 100).max() <= 1  # 2 tanh - 1
    torch.manual_seed(0)
    first, second, *_ = (layer for layer in GanLab(width=100).build((2,), (2,)) if isinstance(layer, torch.nn.Linear))
    assert first.weight.std().item() == pytest.approx(2**-0.5, rel=0.15)
    assert second.weight.std().item() == pytest.approx(0.1, rel=0.05)
    assert not first.bias.any()
    with pytest.raises(ValueError, match="choose the network mlp"):
        GanLab().build((64,), (1, 28, 28))


def test_gan_labs_networks_are_for_points_alone():
    with pytest.raises(BadRecipe, match="as discriminator draws points, but Glyphs are pictures; choose mlp"):
        tiny_pictures(discriminator="gan-lab")


def test_truncated_noise_is_gan_labs():
    """Normal with mean 1/2 and deviation 1/4 in its unit square, redrawn beyond two deviations."""
    z = (Latent(dim=2, shape="truncated").draw(20_000, seeded(), CPU) + 1) / 2
    assert 0 <= z.min() < z.max() <= 1
    assert z.mean().item() == pytest.approx(0.5, abs=0.005)
    assert z.std().item() == pytest.approx(0.25 * 0.8796, abs=0.003)  # a normal law cut at two deviations is that much narrower


def test_a_dcgan_has_the_papers_sizes_at_64_pixels():
    """Radford et al. 2016, figure 1: 4x4x1024 up to 64x64x3, each step half the channels."""
    G = DCGAN(width=128).build((100,), (3, 64, 64))
    assert [layer.in_channels for layer in G if isinstance(layer, torch.nn.ConvTranspose2d)] == [1024, 512, 256, 128]


# -- from pictures to pictures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("up", ["shuffle", "resize"])
@pytest.mark.parametrize("halvings", [0, 1, 3])
@pytest.mark.parametrize(
    ("takes", "gives"),
    [
        ((1, 32, 32), (3, 32, 32)),
        ((3, 8, 8), (3, 32, 32)),
        ((4, 28, 28), (1, 28, 28)),
        ((1, 7, 7), (1, 28, 28)),
        ((3, 32, 32), (1, 8, 8)),
    ],
)
def test_a_residual_translator_maps_pictures_to_pictures_of_any_side_that_doublings_lead_to(takes, gives, halvings, up):
    part = Residual(width=4, blocks=1, halvings=halvings, up=up)
    assert part.leads(takes, gives)
    made = part.build(takes, gives)(drawn(2, *takes))
    assert made.shape == (2, *gives)
    assert made.abs().max() <= 1


@pytest.mark.parametrize("norm", NORMS)
def test_a_residual_translator_takes_every_norm(norm):
    net = Residual(width=4, blocks=1, norm=norm, dropout=0.2).build((2, 16, 16), (1, 16, 16))
    net(drawn(4, 2, 16, 16)).square().sum().backward()
    assert all(weight.grad.isfinite().all() for weight in net.parameters())


@pytest.mark.parametrize(
    ("takes", "gives"), [((2,), (1, 16, 16)), ((1, 16, 16), (1,)), ((1, 16, 16), (1, 24, 24)), ((1, 8, 8), (1, 2, 2))]
)
def test_a_residual_translator_says_which_shapes_it_does_not_fit(takes, gives):
    assert not Residual().leads(takes, gives)
    with pytest.raises(ValueError, match="leads from a picture to one of the same side"):
        Residual().build(takes, gives)


def test_a_residual_translator_hears_what_is_told_in_planes_of_one_number():
    """Instance norm right behind the first layer would take the mean of each channel away, and with it what was told."""
    torch.manual_seed(0)
    net, x = Residual(width=4, blocks=1).build((2, 16, 16), (1, 16, 16)), drawn(1, 1, 16, 16)
    one, other = (net(torch.cat((x, torch.full_like(x, told)), 1)) for told in (-1.0, 1.0))
    assert (one - other).abs().max() > 0.01


@pytest.mark.parametrize(
    ("part", "takes"),
    [
        *((Residual(width=4, blocks=1, added=True), (n, side, side)) for n, side in ((3, 32), (8, 32), (1, 32), (3, 8), (3, 64))),
        (UNet(width=4, added=True), (3, 32, 32)),
        (UNet(width=4, added=True, up="resize"), (3, 32, 32)),
        (UNet(width=4, added=True, skips=False), (8, 32, 32)),
    ],
)
def test_what_is_given_is_added_at_the_end(part, takes):
    """A net that adds nothing leaves the picture as it was, enlarged if need be, but for the faintest black and white."""
    net, x = part.build(takes, (3, 32, 32)), drawn(2, *takes).clamp(-1, 1)
    for weight in net.parameters():
        weight.data.zero_()
    picture = x[:, :3] if takes[0] >= 3 else x.expand(2, 3, *x.shape[2:])
    assert torch.allclose(net(x), (FAINTER * resized(picture, 32)).clamp(-FAINTER, FAINTER), atol=1e-5)


def resized(x: torch.Tensor, side: int) -> torch.Tensor:
    if x.shape[-1] > side:
        return torch.nn.functional.avg_pool2d(x, x.shape[-1] // side)
    return x if x.shape[-1] == side else torch.nn.functional.interpolate(x, size=(side, side), mode="bicubic")


def test_a_network_says_how_many_planes_it_would_take_for_the_picture():
    for part in (UNet(added=True), Residual(added=True)):
        assert [part.adds((planes, 8, 8), (3, 8, 8)) for planes in (1, 2, 3, 9)] == [1, 1, 3, 3]
        assert part.adds((3, 8, 8), (1, 8, 8)) == 1
    assert {kind().adds((3, 8, 8), (3, 8, 8)) for kind in GENERATORS.values()} == {0}


def test_what_is_added_is_learned():
    torch.manual_seed(0)
    net = Residual(width=8, blocks=1, added=True, norm="spectral").build((3, 16, 16), (3, 16, 16))
    net(drawn(2, 3, 16, 16).sign()).sum().backward()  # black and white, where tanh has no slope
    assert all(weight.grad.isfinite().all() and weight.grad.any() for weight in net.parameters() if weight.dim() > 1)


def test_who_makes_pictures_of_pictures_does_not_judge():
    assert {"unet", "residual"} <= GENERATORS.keys() - DISCRIMINATORS.keys()
    assert "patchgan" in DISCRIMINATORS.keys() - GENERATORS.keys()
