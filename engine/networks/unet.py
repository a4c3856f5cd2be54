"""From a picture to a picture of the same size: down to a narrow place and up again, with short cuts across."""

from __future__ import annotations

from typing import ClassVar, Literal

import torch
from torch import Tensor, nn

from engine.batches import Shape
from engine.layers import ACTIVATIONS, Activation, Norm, dropped, last_norm, normed
from engine.networks.base import ADDED, Added, Convolutional, is_picture, output, referenced, resized
from engine.networks.dcgan import halvings
from engine.parts import knob

MOST = 8  # times the width, at the narrow end, as in the paper


class Level(nn.Module):
    """One halving and what undoes it, with everything narrower in between; the short cut lays what came in beside what comes out.

    (N, C, H, W) -> (N, C + out, H, W), or (N, out, H, W) without the short cut.
    """

    def __init__(self, down: nn.Module, inner: nn.Module, up: nn.Module, *, skips: bool) -> None:
        super().__init__()
        self.down, self.inner, self.up, self.skips = down, inner, up, skips

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.up(self.inner(self.down(x)))
        return torch.cat((x, y), 1) if self.skips else y


class UNet(Convolutional):
    """An encoder and a decoder, and from each layer of the one to its mirror in the other a short cut for what need not change.

    Ronneberger et al. 2015, arXiv:1505.04597, as pix2pix has it: Isola et al. 2017, arXiv:1611.07004, section 6.1.1. Without
    short cuts it is the paper's encoder-decoder. The paper halves 256 pixels down to one; we stop at four or five.
    """

    title: ClassVar[str] = "U-Net"
    draws: ClassVar[str] = "pictures of pictures"
    judges: ClassVar[bool] = False
    width: int = knob(
        32, 4, 128, "channels after the first halving, at most 8 times as many further in; 64 in the paper", log=True
    )
    skips: bool = knob(True, help="the short cuts; off: the paper's encoder-decoder")
    up: Literal["transposed", "resize"] = knob(
        "transposed",
        help="transposed: convolutions as in the paper, which may leave a fine grid. resize: enlarged, then convolved; slower",
    )
    added: bool = knob(False, help=ADDED)
    activation: Activation = knob("relu", help="of the decoder; relu in the paper. The encoder has leaky-relu, as there")
    norm: Norm = knob("batch", help="batch in the paper")
    dropout: float = knob(
        0.0, 0.0, 0.9, "share of features silenced in the decoder while training; 0.5 in the paper, as its only noise"
    )
    start: float = knob(0.02, 0.001, 1.0, "standard deviation of the weights at the start; 0.02 in the paper", log=True)

    def adds(self, takes: Shape, gives: Shape) -> int:
        return Added.planes(takes, gives) if self.added else 0

    def leads(self, takes: Shape, gives: Shape) -> bool:
        return is_picture(takes) and is_picture(gives) and takes[1:] == gives[1:] and halvings(gives[1]) > 0

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        if not self.leads(takes, gives):
            raise ValueError("U-Net leads from a picture to a picture of the same size, whose side can be halved")
        steps = halvings(gives[1])
        outs = [self.width * min(2**step, MOST) for step in range(steps)]  # channels after each halving
        block: nn.Module = nn.Identity()
        for step in reversed(range(1, steps)):
            block = self._level(outs[step - 1], outs[step], block, deepest=step == steps - 1)
        inner = outs[0] * (2 if self.skips and steps > 1 else 1)
        net = nn.Sequential(
            *normed(nn.Conv2d(takes[0], outs[0], 4, 2, 1), last_norm(self.norm)),
            block,
            ACTIVATIONS[self.activation](),
            *self._twice(inner, gives[0], last_norm(self.norm)),
            *([] if self.added else output(gives)),
        )
        begun = self.begin(net)
        return referenced(Added(begun, gives) if self.added else begun, takes, self.norm)

    def _level(self, channels: int, out: int, inner: nn.Module, *, deepest: bool) -> Level:
        """From (N, channels, H, W) through (N, out, H/2, W/2) and back."""
        norm = last_norm(self.norm) if deepest and self.norm in ("batch", "group", "layer", "instance") else self.norm
        down = [nn.LeakyReLU(0.2), *normed(nn.Conv2d(channels, out, 4, 2, 1), norm)]
        comes = out * (2 if self.skips and not deepest else 1)
        up = [
            ACTIVATIONS[self.activation](),
            *self._twice(comes, channels, self.norm),
            *dropped(self.dropout),
        ]
        return Level(nn.Sequential(*down), inner, nn.Sequential(*up), skips=self.skips)

    def _twice(self, channels: int, out: int, norm: str) -> list[nn.Module]:
        """(N, channels, H, W) -> (N, out, 2H, 2W)."""
        if self.up == "resize":
            return resized(channels, out, norm, border="zeros")
        return normed(nn.ConvTranspose2d(channels, out, 4, 2, 1), norm)
