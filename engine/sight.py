"""The network that judges pictures, and what it sees in them."""

from __future__ import annotations

from typing import NamedTuple

from torch import Tensor, nn


class Sight(NamedTuple):
    """What a classifier sees in pictures.

    features: (N, features), its last layer but one, never negative.  logits: (N, classes).  factors: (N, F), each in standard
    deviations from its mean over the data; F is 0 where there are none to read.
    """

    features: Tensor
    logits: Tensor
    factors: Tensor

    @property
    def probabilities(self) -> Tensor:
        """p(y|x), (N, classes)."""
        return self.logits.softmax(1)

    @property
    def classes(self) -> Tensor:
        """The most likely class of each picture, (N,)."""
        return self.logits.argmax(1)


class Eye(nn.Module):
    """Blocks of convolution, batch norm, ReLU and halving until a side is 5 pixels or less; then features; then what they say.

    x: (N, C, side, side) in [-1, 1].
    """

    def __init__(self, channels: int, side: int, classes: int, factors: int, *, width: int, features: int) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        more = width  # after the first block; then twice as many
        while side > 5:
            blocks += [nn.Conv2d(channels, more, 3, padding=1, bias=False), nn.MaxPool2d(2), nn.BatchNorm2d(more), nn.ReLU()]
            channels, more, side = more, 2 * width, side // 2
        self.blocks = nn.Sequential(*blocks)
        self.features = nn.Sequential(nn.Flatten(), nn.Linear(channels * side**2, features), nn.ReLU())
        self.classes = nn.Linear(features, classes)
        self.factors = nn.Linear(features, factors) if factors else None

    def depths(self, x: Tensor) -> list[Tensor]:
        """What it has made of pictures after each block: (N, channels, h, w) each."""
        seen = []
        for layer in self.blocks:
            x = layer(x)
            if isinstance(layer, nn.ReLU):
                seen.append(x)
        return seen

    def forward(self, x: Tensor) -> Sight:
        features = self.features(self.blocks(x))
        factors = x.new_zeros(len(x), 0) if self.factors is None else self.factors(features)
        return Sight(features, self.classes(features), factors)
