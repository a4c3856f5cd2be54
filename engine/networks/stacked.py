"""Networks of one architecture as one network: S small ones cost little more than one, where calling is dearer than counting.

Outside, the samples of one network lie behind those of the network before: (S * N, in) -> (S * N, out). Inside, a layer sees
(S, N, features). Every weight has the networks as its first axis.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import layer_norm
from torch.nn.utils.parametrize import is_parametrized

from engine.networks.base import Chain
from engine.networks.ganlab import Affine


class Stacked(nn.Module):
    """These networks, layer by layer.  ValueError, in one sentence, for a layer that cannot be stacked."""

    def __init__(self, nets: Sequence[nn.Module]) -> None:
        super().__init__()
        self.runs = len(nets)
        if any(type(net) is not Chain for net in nets):
            raise ValueError(f"networks of the kind {type(nets[0]).__name__} cannot be stacked, only layers in a row")
        self.layers = Chain(*(_stacked(alike) for alike in zip(*(net.children() for net in nets), strict=True)))

    def forward(self, x: Tensor) -> Tensor:
        return self.layers.forward(x.reshape(self.runs, -1, x.shape[1])).flatten(0, 1)


class Linears(nn.Module):
    """(S, N, in) -> (S, N, out)."""

    def __init__(self, layers: Sequence[nn.Linear]) -> None:
        super().__init__()
        self.weight = _parameter([layer.weight for layer in layers])  # (S, out, in)
        self.bias = _parameter([layer.bias[None] for layer in layers])  # (S, 1, out)

    def forward(self, x: Tensor) -> Tensor:
        return torch.baddbmm(self.bias, x, self.weight.transpose(1, 2))


class LayerNorms(nn.Module):
    """(S, N, features), each sample normalised alone."""

    def __init__(self, layers: Sequence[nn.LayerNorm]) -> None:
        super().__init__()
        self.shape, self.eps = layers[0].normalized_shape, layers[0].eps
        self.weight = _parameter([layer.weight[None] for layer in layers])  # (S, 1, features)
        self.bias = _parameter([layer.bias[None] for layer in layers])

    def forward(self, x: Tensor) -> Tensor:
        return torch.addcmul(self.bias, layer_norm(x, self.shape, eps=self.eps), self.weight)


class BatchNorms(nn.Module):
    """(S, N, features), each network's batch normalised alone: to torch, one batch of S * features."""

    def __init__(self, layers: Sequence[nn.BatchNorm1d]) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(len(layers) * layers[0].num_features, affine=False)
        self.weight = _parameter([layer.weight[None] for layer in layers])  # (S, 1, features)
        self.bias = _parameter([layer.bias[None] for layer in layers])

    def forward(self, x: Tensor) -> Tensor:
        runs, _, features = x.shape
        even = self.norm(x.transpose(0, 1).flatten(1)).view(-1, runs, features).transpose(0, 1)
        return torch.addcmul(self.bias, even, self.weight)


def _parameter(values: Sequence[Tensor]) -> nn.Parameter:
    return nn.Parameter(torch.stack([value.detach() for value in values]))


def _stacked(layers: Sequence[nn.Module]) -> nn.Module:
    """The same layer of every network as one."""
    kind = type(layers[0])
    if kind not in STACKS:
        known = ", ".join(sorted(layer.__name__ for layer in STACKS))
        name = kind.__name__.removeprefix("Parametrized") + " under a norm of its weights" * is_parametrized(layers[0])
        raise ValueError(f"the layer {name} cannot be stacked; those that can are {known}")
    return STACKS[kind](layers)


def _as_it_is(layers: Sequence[nn.Module]) -> nn.Module:
    return layers[0]  # it looks at one number at a time, whoever's that is


STACKS: dict[type[nn.Module], Callable[[Any], nn.Module]] = {
    nn.Linear: Linears,
    nn.LayerNorm: LayerNorms,
    nn.BatchNorm1d: BatchNorms,
    Affine: _as_it_is,
    nn.ReLU: _as_it_is,
    nn.LeakyReLU: _as_it_is,
    nn.Tanh: _as_it_is,
    nn.Softplus: _as_it_is,
}
