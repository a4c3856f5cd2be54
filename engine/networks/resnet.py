"""Residual blocks, as in SNGAN: a generator with batch norm, a discriminator with spectral norm."""

from __future__ import annotations

from typing import ClassVar, Literal

from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate

from engine.batches import Shape
from engine.layers import ACTIVATIONS, Activation, Norm, dropped, last_norm, norm_layer, normed
from engine.networks.base import Network, Reshape, is_picture, output, referenced, size
from engine.networks.dcgan import halvings
from engine.parts import knob


class Block(nn.Module):
    """Two 3x3 convolutions beside a 1x1 short cut, doubling the side, halving it or leaving it.

    (N, C, H, W) -> (N, out, H * scale, W * scale).  With `scale` 0.5 the pooling comes last, with 2 the enlarging first.
    """

    def __init__(
        self, channels: int, out: int, *, scale: float, norm: str, activation: str, dropout: float, bare: bool = False
    ) -> None:
        super().__init__()
        self.scale = scale
        before = (
            [] if bare else [*norm_layer(norm, channels, flat=False), ACTIVATIONS[activation]()]
        )  # raw pixels go in as they are
        self.before = nn.Sequential(*before)
        weighted = last_norm(norm)
        self.main = nn.Sequential(
            *normed(nn.Conv2d(channels, out, 3, padding=1), weighted),
            *norm_layer(norm, out, flat=False),
            ACTIVATIONS[activation](),
            *dropped(dropout),
            *normed(nn.Conv2d(out, out, 3, padding=1), weighted),
        )
        self.shortcut = nn.Sequential(*normed(nn.Conv2d(channels, out, 1), weighted))

    def forward(self, x: Tensor) -> Tensor:
        y = self.before(x)
        if self.scale == 2:
            y, x = interpolate(y, scale_factor=2.0), interpolate(x, scale_factor=2.0)
        y = self.main(y)
        if self.scale == 0.5:
            y, x = avg_pool2d(y, 2), avg_pool2d(x, 2)
        return y + self.shortcut(x)  # type: ignore[no-any-return]


class SumPool(nn.Module):
    """(N, C, H, W) -> (N, C), the sum over places."""

    def forward(self, x: Tensor) -> Tensor:
        return x.sum((2, 3))


class ResNet(Network):
    """SNGAN's residual networks.  Miyato et al. 2018, arXiv:1802.05957, appendix B.4 (there 128 to 256 channels)."""

    title: ClassVar[str] = "ResNet (SNGAN)"
    width: int = knob(
        32, 4, 256, "channels of every block; 256 in the paper's G and 128 in its D, ours is sized for a CPU", log=True
    )
    activation: Activation = knob("relu", help="relu in the paper")
    norm: Literal["paper", Norm] = knob("paper", help="paper: batch in G, spectral in D")
    dropout: float = knob(0.0, 0.0, 0.9, "share of features silenced while training")

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        if is_picture(takes) and not is_picture(gives):
            return referenced(self._down(takes, gives, "spectral" if self.norm == "paper" else self.norm), takes, self.norm)
        if is_picture(gives) and not is_picture(takes):
            return referenced(self._up(takes, gives, "batch" if self.norm == "paper" else self.norm), takes, self.norm)
        raise ValueError("ResNet leads from a code to a picture or from a picture to a score; for points choose the network mlp")

    def _block(self, channels: int, scale: float, norm: str, *, bare: bool = False) -> Block:
        return Block(channels, self.width, scale=scale, norm=norm, activation=self.activation, dropout=self.dropout, bare=bare)

    def _down(self, takes: Shape, gives: Shape, norm: str) -> nn.Sequential:
        channels, side, _ = takes
        halves = min(halvings(side), 2) or 1  # 32 -> 8 as in the paper; 64 gets the others below
        more = max(halvings(side) - 3, 0)
        blocks = [self._block(channels, 0.5 if side % 2 == 0 else 1, norm, bare=True)]
        blocks += [self._block(self.width, 0.5, norm) for _ in range(halves - 1 + more)]
        blocks += [self._block(self.width, 1, norm) for _ in range(2)]
        last = normed(nn.Linear(self.width, size(gives)), last_norm(norm))
        return nn.Sequential(*blocks, ACTIVATIONS[self.activation](), SumPool(), *last)

    def _up(self, takes: Shape, gives: Shape, norm: str) -> nn.Sequential:
        side, steps = gives[1], halvings(gives[1])
        small = side >> steps
        first: list[nn.Module] = [nn.Linear(size(takes), self.width * small**2), Reshape(self.width, small, small)]
        blocks = [self._block(self.width, 2, norm) for _ in range(steps)]
        last = [
            *norm_layer(norm, self.width, flat=False),
            ACTIVATIONS[self.activation](),
            nn.Conv2d(self.width, gives[0], 3, padding=1),
        ]
        return nn.Sequential(*first, *blocks, *last, *output(gives))
