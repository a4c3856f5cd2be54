"""Multi-layer perceptron."""

from __future__ import annotations

from typing import ClassVar

from torch import nn

from engine.batches import Shape
from engine.layers import ACTIVATIONS, Activation, Norm, dropped, normed
from engine.networks.base import Chain, Network, Reshape, output, size
from engine.parts import knob


class MLP(Network):
    """Fully connected layers, for points and for small pictures.  Goodfellow et al. 2014, arXiv:1406.2661."""

    title: ClassVar[str] = "MLP"
    width: int = knob(128, 1, 2048, "units in each hidden layer; ours", log=True)
    depth: int = knob(3, 1, 10, "hidden layers; ours")
    activation: Activation = knob("leaky-relu", help="what a unit does with its sum")
    norm: Norm = knob("none", help="normalisation of each hidden layer")
    dropout: float = knob(0.0, 0.0, 0.9, "share of units silenced while training")

    def suits(self, data: Shape) -> bool:
        return True

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        layers: list[nn.Module] = [] if len(takes) == 1 else [nn.Flatten()]
        features = size(takes)
        for _ in range(self.depth):
            layers += [
                *normed(nn.Linear(features, self.width), self.norm),
                ACTIVATIONS[self.activation](),
                *dropped(self.dropout),
            ]
            features = self.width
        last = normed(nn.Linear(features, size(gives)), "spectral" if self.norm == "spectral" else "none")
        return Chain(*layers, *last, *output(gives), *([] if len(gives) == 1 else [Reshape(*gives)]))
