"""Layers that torch lacks, and the small vocabulary that all our networks share: activations, normalisations, starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import torch
from torch import Generator, Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm, weight_norm
from torch.nn.utils.parametrize import is_parametrized, remove_parametrizations

Activation = Literal["relu", "leaky-relu", "tanh", "softplus"]
Norm = Literal["none", "batch", "layer", "group", "instance", "spectral", "weight", "virtual"]
WEIGHTED: dict[str, Callable[[nn.Module], nn.Module]] = {"spectral": spectral_norm, "weight": weight_norm}
"""Normalisations of a layer's weight, not of its output."""

ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky-relu": lambda: nn.LeakyReLU(0.2),  # DCGAN's slope
    "tanh": nn.Tanh,
    "softplus": nn.Softplus,
}


class Maxout(nn.Module):
    """The largest of several linear pieces.  Goodfellow et al. 2013, arXiv:1302.4389.

    (N, units * pieces) -> (N, units), the pieces of a unit side by side.
    """

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.pieces = pieces

    def forward(self, x: Tensor) -> Tensor:
        return x.view(len(x), -1, self.pieces).max(2).values


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


class GaussianNoise(Stochastic):
    """Adds normal noise of this width while training."""

    def __init__(self, width: float) -> None:
        super().__init__()
        self.width = width

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        return x + self.width * torch.randn(x.shape, generator=self.generator, device=x.device)


MANY = 1024
"""Samples in the largest batch that is trained on. Who asks about more at once asks about places, not about a batch."""
BESIDE = 64
"""Of so many places, those beside which each is judged."""


class MinibatchDiscrimination(nn.Module):
    """Lets D see how close a sample lies to the others of its batch.  Salimans et al. 2016, arXiv:1606.03498, section 3.2.

    (N, features) -> (N, features + kernels): beside the features o(x_i)_b = sum_j exp(-|M_ib - M_jb|_1), with M = x T.
    Its cost grows with N^2; of more than MANY each is judged beside BESIDE that lie evenly among them, as if those were a batch
    of the size that D was last trained on (ours).
    """

    def __init__(self, features: int, kernels: int, dims: int = 5) -> None:
        super().__init__()
        self.features, self.kernels, self.dims = features, kernels, dims
        self.tensor = nn.Parameter(torch.randn(features, kernels * dims) * 0.1)
        self.batch = BESIDE  # of the last that was trained on

    def forward(self, x: Tensor) -> Tensor:
        m = (x @ self.tensor).view(len(x), self.kernels, self.dims)
        if self.training:
            self.batch = len(x)
        if len(x) > MANY:
            some = m[torch.linspace(0, len(x) - 1, BESIDE, device=x.device).long()]
            close = torch.exp(-(m[:, None] - some).abs().sum(3)).mean(1) * (self.batch - 1)
        else:
            close = torch.exp(-(m[:, None] - m[None]).abs().sum(3)).sum(1) - 1  # less itself
        return torch.cat((x, close), 1)


REFERENCE = 32
"""Samples in the reference batch of virtual batch norm."""


class VirtualBatchNorm(nn.Module):
    """Batch norm by the statistics of a reference batch and the sample itself.  Salimans et al. 2016, arXiv:1606.03498, 3.5.

    (REFERENCE + N, C, ...): the reference, which is normalised by its own statistics, comes first; see WithReference.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.features = features
        self.weight, self.bias = nn.Parameter(torch.ones(features)), nn.Parameter(torch.zeros(features))

    def forward(self, x: Tensor) -> Tensor:
        rest, share = tuple(range(2, x.dim())), REFERENCE / (REFERENCE + 1)
        mean, square = (x.mean(rest), x.square().mean(rest)) if rest else (x, x.square())  # (REFERENCE + N, C)
        of_all = [of.narrow(0, 0, REFERENCE).mean(0, keepdim=True).expand(REFERENCE, -1) for of in (mean, square)]
        of_each = [
            share * ours[:1] + (1 - share) * of.narrow(0, REFERENCE, len(x) - REFERENCE)
            for ours, of in zip(of_all, (mean, square), strict=True)
        ]
        mean, square = (torch.cat(both) for both in zip(of_all, of_each, strict=True))
        scale = self.weight * torch.rsqrt((square - mean.square()).clamp(min=0) + 1e-5)
        shift = self.bias - mean * scale
        return x * scale.view(*scale.shape, *[1] * len(rest)) + shift.view(*shift.shape, *[1] * len(rest))


class WithReference(nn.Module):
    """A network under virtual batch norm: the first batch that it sees while training is its reference from then on."""

    def __init__(self, net: nn.Module, takes: tuple[int, ...]) -> None:
        super().__init__()
        self.net, self.takes = net, takes
        self.register_buffer("reference", torch.zeros(REFERENCE, *takes))
        self.register_buffer("seen", torch.zeros(()))
        self.reference: Tensor
        self.seen: Tensor

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            first = x.detach().index_select(0, torch.arange(REFERENCE, device=x.device) % len(x))
            self.reference.copy_(torch.where(self.seen > 0, self.reference, first))
            self.seen.fill_(1)
        return self.net(torch.cat((self.reference, x)))[REFERENCE:]  # type: ignore[no-any-return]


COMPANIES = 8
"""Sets of real samples beside which a judge of packs is asked about a single one."""


def packed(x: Tensor, n: int) -> Tensor:
    """Samples, n of them at a time laid end to end along their first axis: (N, C, ...) -> (N / n, n * C, ...)."""
    return x.reshape(len(x) // n, n * x.shape[1], *x.shape[2:])


class Packed(nn.Module):
    """A judge of packs of n samples that can be asked about a single one.  (N, n * C, ...) or (N, C, ...) -> (N, ...).

    A pack is judged as it is; a single sample in the company of real ones, once beside each of a few sets that never change, and
    the mean is told: how real D finds it where all else is real. The company is ours; PacGAN asks D about packs alone.
    """

    def __init__(self, net: nn.Module, n: int, shape: tuple[int, ...]) -> None:
        """net: (N, n * C, ...) -> (N, ...).  shape: of one sample, (C, ...)."""
        super().__init__()
        self.net, self.n, self.channels = net, n, shape[0]
        self.register_buffer("company", torch.zeros(COMPANIES, (n - 1) * shape[0], *shape[1:]))
        self.company: Tensor

    @property
    def wanted(self) -> int:
        """Real samples that it wants for company."""
        return COMPANIES * (self.n - 1)

    def meet(self, real: Tensor) -> None:
        """Here they are, (wanted, C, ...)."""
        self.company.copy_(packed(real, self.n - 1))

    def forward(self, x: Tensor) -> Tensor:
        if x.shape[1] != self.channels:
            return self.net(x)  # type: ignore[no-any-return]
        each = x.expand(COMPANIES, *x.shape)
        beside = self.company[:, None].expand(-1, len(x), *self.company.shape[1:])
        said = self.net(torch.cat((each, beside), 2).flatten(0, 1))
        return said.unflatten(0, (COMPANIES, len(x))).mean(0)  # type: ignore[no-any-return]


def mixes_samples(net: nn.Module) -> bool:
    """Whether a sample's output depends on the others of its batch while training (batch norm, minibatch discrimination)."""
    return any(isinstance(module, nn.modules.batchnorm._BatchNorm | MinibatchDiscrimination) for module in net.modules())


def normed(layer: nn.Linear | nn.Conv2d | nn.ConvTranspose2d, norm: str) -> list[nn.Module]:
    """A layer with its normalisation, as a list to be strung together.

    Spectral normalisation (Miyato et al. 2018, arXiv:1802.05957) and weight normalisation (Salimans and Kingma 2016,
    arXiv:1602.07868) change the layer's weight, the others its output. On pictures "layer" is group norm with one group;
    "group" has groups of about 16 channels (Wu and He 2018, arXiv:1803.08494), "instance" has each channel of each picture
    alone (Ulyanov et al. 2016, arXiv:1607.08022); where there are no places to take a mean over, it is layer norm.
    """
    if norm in WEIGHTED:
        return [WEIGHTED[norm](layer)]
    features = layer.out_features if isinstance(layer, nn.Linear) else layer.out_channels
    return [layer, *norm_layer(norm, features, flat=isinstance(layer, nn.Linear))]


def norm_layer(norm: str, features: int, *, flat: bool) -> list[nn.Module]:
    """The normalisation of a layer's output, or nothing; flat: (N, features), else (N, features, H, W)."""
    if norm == "batch":
        return [nn.BatchNorm1d(features) if flat else nn.BatchNorm2d(features)]
    if norm == "layer" or (norm == "instance" and flat):
        return [nn.LayerNorm(features) if flat else nn.GroupNorm(1, features)]
    if norm == "instance":
        return [nn.InstanceNorm2d(features, affine=True)]
    if norm == "group":
        return [nn.GroupNorm(groups(features), features)]
    return [VirtualBatchNorm(features)] if norm == "virtual" else []


def last_norm(norm: str) -> str:
    """The normalisation of a network's last layer: that of its weights, if they have one."""
    return norm if norm in WEIGHTED else "none"


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
    return start_again(net, std, spectral_norm)


def weight_start(net: nn.Module, std: float) -> nn.Module:
    """The same where layers are under weight norm, whose lengths belong to the weights that it was made with."""
    return start_again(net, std, weight_norm)


def start_again(net: nn.Module, std: float, norm: Callable[[nn.Module], nn.Module]) -> nn.Module:
    """DCGAN's start of layers under a norm of their weights, which is put on anew."""
    for layer in list(net.modules()):
        if is_parametrized(layer, "weight"):
            remove_parametrizations(layer, "weight")
            norm(normal_start(layer, std))
        elif isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            normal_start(layer, std)
    return net
