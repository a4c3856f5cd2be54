"""Multi-layer perceptron."""

from __future__ import annotations

from typing import ClassVar

from torch import nn

from engine.batches import Shape
from engine.layers import ACTIVATIONS, Activation, GaussianNoise, MinibatchDiscrimination, Norm, dropped, last_norm, normed
from engine.networks.base import MINIBATCH, Chain, Network, Reshape, is_picture, output, referenced, size
from engine.parts import knob


class MLP(Network):
    """Fully connected layers, for points and for small pictures.  Goodfellow et al. 2014, arXiv:1406.2661."""

    title: ClassVar[str] = "MLP"
    width: int = knob(128, 1, 2048, "units in each hidden layer; ours", log=True)
    depth: int = knob(3, 1, 10, "hidden layers; ours")
    activation: Activation = knob("leaky-relu", help="what a unit does with its sum")
    norm: Norm = knob("none", help="normalisation of each hidden layer")
    dropout: float = knob(0.0, 0.0, 0.9, "share of units silenced while training")
    noise: float = knob(
        0.0, 0.0, 1.0, "normal noise on each hidden layer while training; 0.5 in Improved GAN's D, and 0.6 of it on x"
    )
    minibatch: int = knob(0, 0, 100, MINIBATCH)

    def leads(self, takes: Shape, gives: Shape) -> bool:
        return not (is_picture(takes) and is_picture(gives))

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        layers: list[nn.Module] = [] if len(takes) == 1 else [nn.Flatten()]
        layers += [GaussianNoise(0.6 * self.noise)] if self.noise else []
        features = size(takes)
        for _ in range(self.depth):
            layers += [
                *normed(nn.Linear(features, self.width), self.norm),
                ACTIVATIONS[self.activation](),
                *dropped(self.dropout),
                *([GaussianNoise(self.noise)] if self.noise else []),
            ]
            features = self.width
        if self.minibatch and len(gives) == 1:
            layers.append(MinibatchDiscrimination(features, self.minibatch))
            features += self.minibatch
        last = normed(nn.Linear(features, size(gives)), last_norm(self.norm))
        return referenced(
            Chain(*layers, *last, *output(gives), *([] if len(gives) == 1 else [Reshape(*gives)])), takes, self.norm
        )
