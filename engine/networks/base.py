"""A network part builds a torch module from the shapes it is told: what it takes and what it gives, without the batch axis.

One part serves every role. The shapes say which: codes to a picture is a generator, a picture to one score a discriminator.
"""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from torch import Tensor, nn
from torch.nn.functional import interpolate

from engine.batches import Shape
from engine.layers import WithReference, normal_start, normed, spectral_start, weight_start
from engine.parts import Part


class Network(Part):
    """An architecture."""

    draws: ClassVar[str] = "pictures"  # what it is for, in a sentence
    patches: ClassVar[bool] = False
    """Whether it gives a score for each patch of a picture, (N, 1, h, w), instead of one for all of it."""
    judges: ClassVar[bool] = True
    """Whether it can give scores at all."""

    def adds(self, takes: Shape, gives: Shape) -> int:
        """How many of the first planes of what is given are added to what is drawn, as a picture; 0 where nothing is."""
        return 0

    def leads(self, takes: Shape, gives: Shape) -> bool:
        """Whether `build` can lead from one shape to the other: here from codes to a picture, or from a picture to scores."""
        return is_picture(takes) != is_picture(gives)

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        """A module from (N, *takes) to (N, *gives).  ValueError, in one sentence, for shapes it does not fit."""
        raise NotImplementedError

    def begin(self, net: nn.Module) -> nn.Module:
        """Give a net just built its first weights, where torch's own are not wanted; `build` calls it.  Returns the net."""
        return net


class Convolutional(Network):
    """Convolutions that start as DCGAN's do, whatever norm they are under."""

    norm: str
    start: float

    def begin(self, net: nn.Module) -> nn.Module:
        if self.norm == "spectral":
            return spectral_start(net, self.start)
        return weight_start(net, self.start) if self.norm == "weight" else normal_start(net, self.start)


def is_picture(shape: Shape) -> bool:
    """(C, H, W), against codes, points and scores (d,)."""
    return len(shape) == 3


def size(shape: Shape) -> int:
    return math.prod(shape)


class Reshape(nn.Module):
    """(N, *any) -> (N, *shape)."""

    def __init__(self, *shape: int) -> None:
        super().__init__()
        self.shape = shape

    def forward(self, x: Tensor) -> Tensor:
        return x.reshape(len(x), *self.shape)


class Chain(nn.Sequential):
    """Layers in a row, called without nn.Module's search for hooks, which a small network pays as dearly as its layers."""

    def forward(self, x: Tensor) -> Tensor:
        for layer in self:
            x = layer.forward(x)
        return x


MINIBATCH = "kernels of minibatch discrimination, by which a judge sees how alike the samples of a batch are; 100 in Improved GAN"


def referenced(net: nn.Module, takes: Shape, norm: str) -> nn.Module:
    """The net with what virtual batch norm needs around it, if that is its norm."""
    return WithReference(net, takes) if norm == "virtual" else net


def split(net: nn.Module) -> tuple[nn.Module, nn.Module]:
    """A judge's or encoder's layers up to its last features (N, ...), and its last layer.  All our networks end in one."""
    if isinstance(net, WithReference):
        body, last = split(net.net)
        return WithReference(body, net.takes), last
    *layers, last = net.children()
    return Chain(*layers), last


def resized(channels: int, out: int, norm: str, *, border: Literal["zeros", "reflect"]) -> list[nn.Module]:
    """(N, channels, H, W) -> (N, out, 2H, 2W): enlarged first and convolved then, which leaves no grid.

    Odena et al. 2016, doi:10.23915/distill.00003.  border: what the convolution finds beyond the edge. A translator of pictures
    mirrors them there, as all its layers do (CycleGAN's), so that no dark frame can be seen; the U-Net has zeros, as in pix2pix.
    """
    return [nn.Upsample(scale_factor=2.0), *normed(nn.Conv2d(channels, out, 3, padding=1, padding_mode=border), norm)]


class Added(nn.Module):
    """The picture that is given is added before the last tanh, so that the net draws what changes.  (N, *takes) -> (N, C, H, W).

    Enlarged or made small if need be. Kim et al. 2016, arXiv:1511.04587 (VDSR), who enlarge before the net and add without a
    tanh; ours keeps to [-1, 1]. Of x the first C planes are the picture, or its first alone if it has fewer; which of them really
    are a net cannot know, but a game's task says so, and a recipe in which they are others is refused (config.py).
    """

    def __init__(self, net: nn.Module, gives: Shape) -> None:
        super().__init__()
        self.net, self.gives = net, gives

    def forward(self, x: Tensor) -> Tensor:
        picture, sides = x[:, : self.planes(x.shape[1:], self.gives)], self.gives[1:]
        x = self.net(x)
        if picture.shape[2:] != x.shape[2:]:
            mode = "bicubic" if picture.shape[2] < x.shape[2] else "area"  # bicubic would skip pixels of a larger one
            picture = interpolate(picture, size=tuple(sides), mode=mode)
        return (x + (FAINTER * picture).clamp(-FAINTER, FAINTER).atanh()).tanh()

    @staticmethod
    def planes(takes: Shape, gives: Shape) -> int:
        """How many planes it takes for the picture."""
        return gives[0] if takes[0] >= gives[0] else 1


FAINTER = 0.98  # or black and white had no inverse of tanh
ADDED = "the picture that is given is added at the end, so that only what changes is drawn, as in VDSR: colours keep their places"


def output(gives: Shape) -> list[nn.Module]:
    """The last activation: pictures live in [-1, 1], so they end in tanh; points and scores are left alone."""
    return [nn.Tanh()] if is_picture(gives) else []
