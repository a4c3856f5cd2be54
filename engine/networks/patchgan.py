"""A judge of patches: it scores every neighbourhood of a picture instead of the picture."""

from __future__ import annotations

from typing import ClassVar

from torch import nn

from engine.batches import Shape
from engine.layers import ACTIVATIONS, Activation, Norm, dropped, last_norm, normed
from engine.networks.base import Convolutional, is_picture, referenced
from engine.parts import knob

MOST = 8  # times the width


class PatchGAN(Convolutional):
    """Convolutions that end in a map of scores, each of which has seen one patch.  Isola et al. 2017, arXiv:1611.07004, 6.1.2.

    (N, C, H, W) -> (N, 1, h, w). How large a patch is follows from the number of halvings.
    """

    title: ClassVar[str] = "PatchGAN"
    patches: ClassVar[bool] = True
    width: int = knob(32, 4, 128, "channels of the first layer, doubled with each further one; 64 in the paper", log=True)
    halvings: int = knob(
        2,
        0,
        4,
        "how wide a patch is, in pixels: 0: 1, 1: 16, 2: 34, 3: 70, the paper's best, 4: 142; fewer where a picture is small",
    )
    activation: Activation = knob("leaky-relu", help="leaky-relu in the paper")
    norm: Norm = knob("batch", help="batch in the paper; with a gradient penalty use another, for it looks at each sample alone")
    dropout: float = knob(0.0, 0.0, 0.9, "share of features silenced while training")
    start: float = knob(0.02, 0.001, 1.0, "standard deviation of the weights at the start; 0.02 in the paper", log=True)

    def leads(self, takes: Shape, gives: Shape) -> bool:
        return is_picture(takes) and not is_picture(gives)

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        if not self.leads(takes, gives):
            raise ValueError("PatchGAN leads from a picture to scores of its patches")
        side, channels, out = takes[1], takes[0], self.width
        size, pad = (4, 1) if self.halvings else (1, 0)
        halves = min(self.halvings, max(side.bit_length() - 4, 1)) if self.halvings else 0  # 16 -> 1: two more layers need room
        layers: list[nn.Module] = []
        for step in range(max(halves, 1)):
            norm = self.norm if step else last_norm(self.norm)
            layers += self._layer(nn.Conv2d(channels, out, size, 2 if halves else 1, pad), norm)
            channels, out = out, min(2 * out, MOST * self.width)
        layers += self._layer(nn.Conv2d(channels, out, size, 1, pad), self.norm)
        layers += normed(nn.Conv2d(out, gives[0], size, 1, pad), last_norm(self.norm))
        return referenced(self.begin(nn.Sequential(*layers)), takes, self.norm)

    def _layer(self, convolution: nn.Conv2d, norm: str) -> list[nn.Module]:
        return [*normed(convolution, norm), ACTIVATIONS[self.activation](), *dropped(self.dropout)]
