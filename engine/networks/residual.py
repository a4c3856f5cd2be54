"""From a picture to a picture: residual blocks at a smaller side, and up from there to the side that is wanted."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from torch import Tensor, nn

from engine.batches import Shape
from engine.layers import (
    ACTIVATIONS,
    Activation,
    Norm,
    dropped,
    last_norm,
    norm_layer,
    normed,
)
from engine.networks.base import ADDED, Added, Convolutional, is_picture, output, referenced, resized
from engine.networks.dcgan import halvings
from engine.parts import knob

MOST = 4  # times the width, at the narrow end, as in the paper
LEAST = 4  # pixels a side: a 7x7 convolution needs 3 on either side to mirror


class Block(nn.Module):
    """What its layers make of the features is added to them.  (N, C, H, W) -> (N, C, H, W)."""

    def __init__(self, layers: nn.Module) -> None:
        super().__init__()
        self.layers = layers

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)  # type: ignore[no-any-return]


class Residual(Convolutional):
    """Down, through residual blocks, and up: most of a picture stays as it is.  Johnson et al. 2016, arXiv:1603.08155.

    As CycleGAN, StarGAN and (without halvings) SRGAN have it. Up goes by pixel shuffle, Shi et al. 2016 (arXiv:1609.05158): four
    channels of a small picture are one of a picture of twice the side; or by enlarging first and a convolution then, which
    leaves no checkerboard. It goes up as often as need be, so that small pictures can become large ones. The first layer is not
    normalised, other than in the paper: instance norm there would take away all that is told in planes of one number.
    """

    title: ClassVar[str] = "Residual translator"
    draws: ClassVar[str] = "pictures of pictures"
    judges: ClassVar[bool] = False
    width: int = knob(
        32, 4, 128, "channels of the first layer, doubled with each halving, at most 4 times as many; 64 in CycleGAN", log=True
    )
    blocks: int = knob(4, 0, 16, "residual blocks; 6 in CycleGAN for 128 pixels, 9 for 256, 16 in SRGAN; ours is sized for a CPU")
    halvings: int = knob(2, 0, 3, "halvings before the blocks; 2 in CycleGAN and StarGAN, 0 in SRGAN")
    up: Literal["shuffle", "resize"] = knob(
        "shuffle", help="shuffle: pixel shuffle, as in SRGAN. resize: enlarged, then convolved"
    )
    added: bool = knob(False, help=ADDED)
    activation: Activation = knob("relu", help="relu in the paper")
    norm: Norm = knob(
        "instance",
        help="instance in CycleGAN and StarGAN, batch in SRGAN, for which none is better here. Where G is told a class, batch: "
        "it hardly hears it under instance",
    )
    dropout: float = knob(
        0.0, 0.0, 0.9, "share of features silenced in the blocks while training; 0.5 in CycleGAN's code, if wanted"
    )
    start: float = knob(0.02, 0.001, 1.0, "standard deviation of the weights at the start; 0.02 in CycleGAN", log=True)

    def adds(self, takes: Shape, gives: Shape) -> int:
        return Added.planes(takes, gives) if self.added else 0

    def leads(self, takes: Shape, gives: Shape) -> bool:
        return is_picture(takes) and is_picture(gives) and doublings(takes, gives) is not None

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        times = doublings(takes, gives) if is_picture(takes) and is_picture(gives) else None
        if times is None:
            raise ValueError(
                "Residual leads from a picture to one of the same side, or of that side doubled or halved some times"
            )
        downs = max(min(self.halvings, halvings(takes[1])), -times)
        layers, channels = self._layer(takes[0], self.width, 7, norm=last_norm(self.norm)), self.width
        for _ in range(downs):
            out = min(2 * channels, MOST * self.width)
            layers += self._layer(channels, out, 3, stride=2, norm=self.norm)
            channels = out
        layers += [self._block(channels) for _ in range(self.blocks)]
        for _ in range(downs + times):
            out = max(channels // 2, self.width)
            layers += self._twice(channels, out)
            channels = out
        last = normed(nn.Conv2d(channels, gives[0], 7, padding=3, padding_mode="reflect"), last_norm(self.norm))
        net = self.begin(nn.Sequential(*layers, *last, *([] if self.added else output(gives))))
        return referenced(Added(net, gives) if self.added else net, takes, self.norm)

    def _layer(self, channels: int, out: int, size: int, *, norm: str, stride: int = 1) -> list[nn.Module]:
        convolution = nn.Conv2d(channels, out, size, stride, size // 2, padding_mode="reflect")
        return [*normed(convolution, norm), ACTIVATIONS[self.activation]()]

    def _block(self, channels: int) -> Block:
        first, second = (nn.Conv2d(channels, channels, 3, padding=1, padding_mode="reflect") for _ in range(2))
        activation = [ACTIVATIONS[self.activation](), *dropped(self.dropout)]
        return Block(nn.Sequential(*normed(first, self.norm), *activation, *normed(second, self.norm)))

    def _twice(self, channels: int, out: int) -> list[nn.Module]:
        """(N, channels, H, W) -> (N, out, 2H, 2W)."""
        if self.up == "resize":
            return [*resized(channels, out, self.norm, border="reflect"), ACTIVATIONS[self.activation]()]
        convolution = nn.Conv2d(channels, 4 * out, 3, padding=1, padding_mode="reflect")
        norm = norm_layer(self.norm, out, flat=False)
        return [*normed(convolution, last_norm(self.norm)), nn.PixelShuffle(2), *norm, ACTIVATIONS[self.activation]()]


def doublings(takes: Shape, gives: Shape) -> int | None:
    """How often the sides of a picture (C, H, W) are doubled to be another's; negative: halved.  None: that never fits."""
    times = round(math.log2(gives[1] / takes[1]))
    fits = all(theirs == mine * 2.0**times for mine, theirs in zip(takes[1:], gives[1:], strict=True))
    return times if fits and min(*takes[1:], *gives[1:]) >= LEAST else None
