"""Strided convolutions down to a score, transposed convolutions up to a picture."""

from __future__ import annotations

from typing import ClassVar

from torch import nn

from engine.batches import Shape
from engine.layers import (
    ACTIVATIONS,
    Activation,
    MinibatchDiscrimination,
    Norm,
    dropped,
    last_norm,
    norm_layer,
    normed,
)
from engine.networks.base import MINIBATCH, Convolutional, Reshape, is_picture, output, referenced, size
from engine.parts import knob


def halvings(side: int) -> int:
    """How often a side can be halved and stay whole and at least 4: 28 -> 2 (7), 32 -> 3 (4), 64 -> 4 (4)."""
    count = 0
    while side % 2 == 0 and side // 2 >= 4:
        side //= 2
        count += 1
    return count


class DCGAN(Convolutional):
    """Deep convolutional GAN.  Radford, Metz and Chintala 2016, arXiv:1511.06434.

    From a picture it gives a score or a code, from a code a picture; the number of steps follows from the picture's side.
    Channels double with each halving. As in the paper G's output and D's input layer are not normalised.
    """

    title: ClassVar[str] = "DCGAN"
    width: int = knob(
        32,
        4,
        256,
        "channels beside the picture, doubled with each halving; 128 in the paper for 64 pixels, ours is sized for a CPU",
        log=True,
    )
    activation: Activation = knob("relu", help="the paper has relu in G, leaky-relu in D")
    norm: Norm = knob("batch", help="batch in the paper; with a gradient penalty use another, for it looks at each sample alone")
    dropout: float = knob(0.0, 0.0, 0.9, "share of features silenced while training")
    dense: int = knob(
        0, 0, 1024, "units of a fully connected layer at the narrow end; 0 in the paper, 1024 in InfoGAN's", log=True
    )
    minibatch: int = knob(0, 0, 100, MINIBATCH)
    start: float = knob(0.02, 0.001, 1.0, "standard deviation of the weights at the start; 0.02 in the paper", log=True)

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        if is_picture(takes) and not is_picture(gives):
            return referenced(self.begin(self._down(takes, gives)), takes, self.norm)
        if is_picture(gives) and not is_picture(takes):
            return referenced(self.begin(self._up(takes, gives)), takes, self.norm)
        raise ValueError("DCGAN leads from a code to a picture or from a picture to a score; for points choose the network mlp")

    def _down(self, takes: Shape, gives: Shape) -> nn.Sequential:
        channels, side, _ = takes
        steps = halvings(side)
        layers: list[nn.Module] = []
        for step in range(max(steps, 1)):
            out = self.width * 2**step
            convolution = nn.Conv2d(channels, out, 4, 2, 1) if steps else nn.Conv2d(channels, out, 3, padding=1)
            norm = self.norm if step else last_norm(self.norm)
            layers += [*normed(convolution, norm), ACTIVATIONS[self.activation](), *dropped(self.dropout)]
            channels = out
        features = channels * (side >> steps) ** 2
        layers.append(nn.Flatten())
        if self.dense:
            layers += [*normed(nn.Linear(features, self.dense), self.norm), ACTIVATIONS[self.activation]()]
            features = self.dense
        if self.minibatch:
            layers.append(MinibatchDiscrimination(features, self.minibatch))
            features += self.minibatch
        return nn.Sequential(*layers, *normed(nn.Linear(features, size(gives)), last_norm(self.norm)))

    def _up(self, takes: Shape, gives: Shape) -> nn.Sequential:
        side, steps = gives[1], halvings(gives[1])
        small, channels = side >> steps, self.width * 2 ** max(steps - 1, 0)
        wide: list[nn.Module] = []
        if self.dense:
            wide = [*normed(nn.Linear(size(takes), self.dense), self.norm), ACTIVATIONS[self.activation]()]
        first = [*wide, nn.Linear(self.dense or size(takes), channels * small**2), Reshape(channels, small, small)]
        layers = [*first, *norm_layer(self.norm, channels, flat=False), ACTIVATIONS[self.activation]()]
        for step in reversed(range(1, steps)):
            out = self.width * 2 ** (step - 1)
            up = nn.ConvTranspose2d(channels, out, kernel_size=4, stride=2, padding=1)
            layers += [*normed(up, self.norm), ACTIVATIONS[self.activation](), *dropped(self.dropout)]
            channels = out
        last = nn.ConvTranspose2d(channels, gives[0], 4, 2, 1) if steps else nn.Conv2d(channels, gives[0], 3, padding=1)
        return nn.Sequential(*layers, last, *output(gives))
