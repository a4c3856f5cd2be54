"""Multi-layer perceptron."""

from __future__ import annotations

from typing import ClassVar, Literal

from torch import nn

from engine.batches import Shape
from engine.layers import (
    ACTIVATIONS,
    Activation,
    GaussianNoise,
    Maxout,
    MinibatchDiscrimination,
    Norm,
    dropped,
    last_norm,
    normal_start,
    normed,
    spectral_start,
    weight_start,
)
from engine.networks.base import MINIBATCH, Chain, Network, Reshape, is_picture, output, referenced, size
from engine.parts import knob


class MLP(Network):
    """Fully connected layers, for points and for small pictures.  Goodfellow et al. 2014, arXiv:1406.2661."""

    title: ClassVar[str] = "MLP"
    width: int = knob(128, 1, 2048, "units in each hidden layer; ours", log=True)
    depth: int = knob(3, 1, 10, "hidden layers; ours")
    activation: Literal[Activation, "maxout"] = knob("leaky-relu", help="what a unit does with its sum")
    norm: Norm = knob("none", help="normalisation of each hidden layer")
    dropout: float = knob(0.0, 0.0, 0.9, "share of units silenced while training")
    noise: float = knob(
        0.0, 0.0, 1.0, "normal noise on each hidden layer while training; 0.5 in Improved GAN's D, and 0.6 of it on x"
    )
    minibatch: int = knob(0, 0, 100, MINIBATCH)
    pieces: int = knob(5, 2, 10, "linear pieces of a maxout unit, which is the largest of them; 5 in PacGAN's D")
    start: float = knob(0.0, 0.0, 1.0, "standard deviation of the weights at the start; 0.02 in PacGAN, 0 = torch's own start")

    def leads(self, takes: Shape, gives: Shape) -> bool:
        return not (is_picture(takes) and is_picture(gives))

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        layers: list[nn.Module] = [] if len(takes) == 1 else [nn.Flatten()]
        layers += [GaussianNoise(0.6 * self.noise)] if self.noise else []
        features, pieces = size(takes), self.pieces if self.activation == "maxout" else 1
        for _ in range(self.depth):
            layers += [
                *normed(nn.Linear(features, self.width * pieces), self.norm),
                Maxout(pieces) if self.activation == "maxout" else ACTIVATIONS[self.activation](),
                *dropped(self.dropout),
                *([GaussianNoise(self.noise)] if self.noise else []),
            ]
            features = self.width
        if self.minibatch and len(gives) == 1:
            layers.append(MinibatchDiscrimination(features, self.minibatch))
            features += self.minibatch
        last = normed(nn.Linear(features, size(gives)), last_norm(self.norm))
        net = Chain(*layers, *last, *output(gives), *([] if len(gives) == 1 else [Reshape(*gives)]))
        return referenced(self.begin(net), takes, self.norm)

    def begin(self, net: nn.Module) -> nn.Module:
        if not self.start:
            return net
        if self.norm == "spectral":
            return spectral_start(net, self.start)
        return weight_start(net, self.start) if self.norm == "weight" else normal_start(net, self.start)
