"""Layers that torch lacks, and the small vocabulary that all our networks share: activations, normalisations, starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Generator, Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm
from torch.nn.utils.parametrize import is_parametrized, remove_parametrizations

Activation = Literal["relu", "leaky-relu", "tanh"]
Norm = Literal["none", "batch", "layer", "group", "spectral"]

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky-relu": lambda: nn.LeakyReLU(0.2),  # DCGAN's slope
    "tanh": nn.Tanh,
}


class Stochastic(nn.Module):
    """A layer that draws random numbers while training, from the run's own generator, which the trainer puts here.

    Never from torch's global one: two runs in one process must not disturb each other, and a checkpoint must hold it all.
    """

    generator: Generator | None = None


class Dropout(Stochastic):
    """Zeroes a share `p` of its inputs while training.  Srivastava et al. 2014, JMLR 15."""

    def __init__(self, p: float) -> None:
        super().__init__()
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        kept = torch.rand(x.shape, generator=self.generator, device=x.device) >= self.p
        return x * kept / (1 - self.p)


def mixes_samples(net: nn.Module) -> bool:
    """Whether a sample's output depends on the others of its batch while training (batch norm)."""
    return any(isinstance(module, nn.modules.batchnorm._BatchNorm) for module in net.modules())


def normed(layer: nn.Linear | nn.Conv2d | nn.ConvTranspose2d, norm: str) -> list[nn.Module]:
    """A layer with its normalisation, as a list to be strung together.

    Spectral normalisation changes the layer's weight (Miyato et al. 2018, arXiv:1802.05957), the others its output. On
    pictures "layer" is group norm with one group; "group" has groups of about 16 channels (Wu and He 2018, arXiv:1803.08494).
    """
    if norm == "spectral":
        return [spectral_norm(layer)]
    features = layer.out_features if isinstance(layer, nn.Linear) else layer.out_channels
    return [layer, *norm_layer(norm, features, flat=isinstance(layer, nn.Linear))]


def norm_layer(norm: str, features: int, *, flat: bool) -> list[nn.Module]:
    """The normalisation of a layer's output, or nothing; flat: (N, features), else (N, features, H, W)."""
    if norm == "batch":
        return [nn.BatchNorm1d(features) if flat else nn.BatchNorm2d(features)]
    if norm == "layer":
        return [nn.LayerNorm(features) if flat else nn.GroupNorm(1, features)]
    if norm == "group":
        return [nn.GroupNorm(groups(features), features)]
    return []


def groups(features: int) -> int:
    """The largest number of groups that divides the features and leaves about 16 in each."""
    return max(count for count in range(1, max(1, features // 16) + 1) if features % count == 0)


def dropped(p: float) -> list[nn.Module]:
    return [Dropout(p)] if p else []


def fan_in_start(net: nn.Module, first: float) -> nn.Module:
    """Weights N(0, 1/fan-in), in the first layer N(0, first); biases 0.  The start of GAN Lab's code."""
    for place, layer in enumerate(module for module in net.modules() if isinstance(module, nn.Linear)):
        nn.init.normal_(layer.weight, 0.0, (1 / layer.in_features if place else first) ** 0.5)
        nn.init.zeros_(layer.bias)
    return net


def normal_start(net: nn.Module, std: float) -> nn.Module:
    """DCGAN's start: weights N(0, std), biases 0.  Radford et al. 2016, arXiv:1511.06434, section 4."""
    for layer in net.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(layer.weight, 0.0, std)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return net


def spectral_start(net: nn.Module, std: float) -> nn.Module:
    """The same where layers are under spectral norm, whose estimate belongs to the weights that it was made with."""
    for layer in list(net.modules()):
        if is_parametrized(layer, "weight"):
            remove_parametrizations(layer, "weight", leave_parametrized=False)
            spectral_norm(normal_start(layer, std))
        elif isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            normal_start(layer, std)
    return net
