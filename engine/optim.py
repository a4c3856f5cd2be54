"""Optimizers, and a player's weights as one flat tensor.

Flat weights make everything that happens to all of a player's weights one operation on one tensor: the optimizer's step, the
gradient's norm, clipping, the moving average, the check for NaN. For a small network that is most of a turn's time.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.autograd.graph import increment_version

from engine.parts import Part, knob

LR = "how far a step goes; too large and the players fly apart"
CLIP = "after each step, weights are clipped to [-this, this] (WGAN: 0.01); 0 = off"

HISTORY = "weight of a pull back to the mean of all weights so far: historical averaging, Improved GAN; 0 = off"


class Optimizer(Part):
    """How a player's weights follow its gradient."""

    lr: float = knob(2e-4, 1e-7, 10.0, LR, live=True, log=True)
    clip: float = knob(0.0, 0.0, 10.0, CLIP, live=True)
    history: float = knob(0.0, 0.0, 10.0, HISTORY)

    def build(self, weights: Tensor) -> torch.optim.Optimizer:
        """An optimizer of these flat weights; its options are this part's knobs."""
        raise NotImplementedError


class Adam(Optimizer):
    """Adam, fused.  Kingma and Ba 2015, arXiv:1412.6980; the defaults are DCGAN's (Radford et al. 2016, arXiv:1511.06434)."""

    beta1: float = knob(0.5, 0.0, 0.999, "memory of the gradient; 0.5 in DCGAN, 0 in many since", live=True)
    beta2: float = knob(0.999, 0.0, 0.99999, "memory of its square", live=True)

    def build(self, weights: Tensor) -> torch.optim.Optimizer:
        return torch.optim.Adam([weights], lr=self.lr, betas=(self.beta1, self.beta2), fused=weights.device.type != "mps")


class RMSprop(Optimizer):
    """RMSprop (Hinton's lecture 6e), WGAN's choice: arXiv:1701.07875, algorithm 1."""

    title: ClassVar[str] = "RMSprop"
    lr: float = knob(5e-5, 1e-7, 10.0, LR, live=True, log=True)
    alpha: float = knob(0.99, 0.0, 0.9999, "memory of the gradient's square", live=True)

    def build(self, weights: Tensor) -> torch.optim.Optimizer:
        return torch.optim.RMSprop([weights], lr=self.lr, alpha=self.alpha)


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if wished; what the theory of arXiv:1801.04406 speaks of."""

    title: ClassVar[str] = "SGD"
    lr: float = knob(1e-2, 1e-7, 10.0, LR, live=True, log=True)
    momentum: float = knob(0.0, 0.0, 0.999, "share of the last step that is repeated")

    def build(self, weights: Tensor) -> torch.optim.Optimizer:
        return torch.optim.SGD([weights], lr=self.lr, momentum=self.momentum, fused=weights.device.type != "mps")


OPTIMIZERS: dict[str, type[Optimizer]] = {"adam": Adam, "rmsprop": RMSprop, "sgd": SGD}


def prepared(optimizer: torch.optim.Optimizer) -> torch.optim.Optimizer:
    """The optimizer with its state already made, all zero, so that a checkpoint has the same table before the first step.

    A step with a gradient of zero moves no weight.
    """
    optimizer.step()
    for held in optimizer.state.values():
        for value in held.values():
            if isinstance(value, Tensor):
                value.zero_()
    return optimizer


def step(optimizer: torch.optim.Optimizer) -> None:
    """`optimizer.step()` of a prepared optimizer of flat weights: the same fused kernel without torch's bookkeeping around it.

    Hooks, profiler ranges and grouping by device cost a small network 50 us per step, the kernel itself 5.
    """
    (group,) = optimizer.param_groups
    if not group.get("fused"):
        optimizer.step()
        return
    (weights,) = group["params"]
    held, gradient = optimizer.state[weights], weights.grad
    if isinstance(optimizer, torch.optim.Adam):
        beta1, beta2 = group["betas"]
        torch._fused_adam_(
            [weights.detach()],
            [gradient],
            [held["exp_avg"]],
            [held["exp_avg_sq"]],
            [],
            [held["step"].add_(1)],
            lr=group["lr"],
            beta1=beta1,
            beta2=beta2,
            weight_decay=0.0,
            eps=group["eps"],
            amsgrad=False,
            maximize=False,
        )
    else:
        torch._fused_sgd_(
            [weights.detach()],
            [gradient],
            list(held.values()),  # the momentum; nothing where there is none
            weight_decay=0.0,
            momentum=group["momentum"],
            lr=group["lr"],
            dampening=0.0,
            nesterov=False,
            maximize=False,
            is_first_step=False,
        )


def set_knobs(optimizer: torch.optim.Optimizer, part: Optimizer) -> None:
    """Give a running optimizer the live knobs of `part`, which is of the kind that built it."""
    fresh = part.build(torch.zeros_like(optimizer.param_groups[0]["params"][0][:1]).requires_grad_()).param_groups[0]
    for group in optimizer.param_groups:
        group.update({key: value for key, value in fresh.items() if key != "params"})


class Weights:
    """A network's parameters laid end to end in `flat`, a leaf whose `grad` holds all gradients likewise.

    The network's own parameters become views, so that both names mean the same memory. Order and layout of each parameter
    (channels-last among them) are kept.
    """

    def __init__(self, net: nn.Module) -> None:
        self.net = net
        self.parameters = list(net.parameters())
        total = sum(parameter.numel() for parameter in self.parameters)
        device = self.parameters[0].device
        self.flat = torch.empty(total, device=device).requires_grad_()
        self.flat.grad = torch.zeros(total, device=device)
        for parameter, value, gradient in zip(
            self.parameters, self._views(self.flat.data), self._views(self.flat.grad), strict=True
        ):
            value.copy_(parameter.data)
            parameter.data = value
            parameter.grad = gradient
        for module in net.modules():
            module.__dict__.update(module._parameters)  # found at once, not by nn.Module.__getattr__: 1 us for each weight

    def _views(self, flat: Tensor) -> Iterator[Tensor]:
        start = 0
        for parameter in self.parameters:
            yield flat[start : start + parameter.numel()].as_strided(parameter.shape, parameter.stride(), start)
            start += parameter.numel()

    @property
    def gradient(self) -> Tensor:
        """The gradient of the last turn: (number of weights,)."""
        assert self.flat.grad is not None
        return self.flat.grad

    def slope(self) -> Tensor:
        """How long that gradient is, a scalar."""
        length: Tensor = torch.linalg.vector_norm(self.gradient)
        return length

    def moved(self) -> None:
        """Tell autograd that the weights changed, so that a graph built before the step is refused, not silently wrong."""
        increment_version(self.parameters)


def called_with(net: nn.Module, weights: Mapping[str, Tensor], x: Tensor) -> Tensor:
    """What a network says of x, were these its weights, by their names in it: differentiable in them, too.

    torch.func.functional_call does the same, but not to a network whose weights `Weights` has laid where they are found first.
    """
    places = [(net.get_submodule(path), name) for path, _, name in (name.rpartition(".") for name in weights)]
    for (module, name), weight in zip(places, weights.values(), strict=True):
        module.__dict__[name] = weight
    try:
        return net(x)  # type: ignore[no-any-return]
    finally:
        for module, name in places:
            module.__dict__[name] = module._parameters[name]


class Past:
    """The mean of a network's weights over all its steps: historical averaging.  Salimans et al. 2016, arXiv:1606.03498, 3.3.

    The paper adds |theta - mean of the past|^2 to a player's loss; here its gradient is added, which comes to the same.
    """

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.mean = torch.zeros_like(weights.flat.data)
        self.steps = torch.zeros((), device=self.mean.device)

    @torch.no_grad()
    def pull(self, weight: float) -> None:
        """Add the pull to the gradient, and the weights of now to the past."""
        self.steps += 1
        self.mean.lerp_(self.weights.flat.data, 1 / self.steps)
        self.weights.gradient.add_(self.weights.flat.data - self.mean, alpha=2 * weight)

    def state(self) -> dict[str, Tensor]:
        """What a checkpoint keeps."""
        return {"mean": self.mean, "steps": self.steps}


class Average:
    """A network's twin whose weights are a moving average (EMA) of the network's; what the page shows and `sample` draws from.

    Karras et al. 2018, arXiv:1710.10196; why it helps: Yazici et al. 2019, arXiv:1806.04498. Floating-point buffers (batch
    norm's statistics) are averaged too.  decay 0: the twin is a plain copy.
    """

    def __init__(self, weights: Weights) -> None:
        self.source = weights
        self.net = copy.deepcopy(weights.net).eval().requires_grad_(False)
        self.weights = type(weights)(self.net)
        self.buffers = [
            (mine, theirs)
            for mine, theirs in zip(self.net.buffers(), weights.net.buffers(), strict=True)
            if mine.is_floating_point()
        ]

    @torch.no_grad()
    def follow(self, decay: float, rounds: int) -> None:
        """Move towards the network.  The decay warms up, min(decay, (1 + t) / (10 + t)), so that the start is forgotten."""
        share = 1 - min(decay, (1 + rounds) / (10 + rounds))
        self.weights.flat.lerp_(self.source.flat, share)
        for mine, theirs in self.buffers:
            mine.lerp_(theirs, share)

    @torch.no_grad()
    def copy(self) -> None:
        """Become the network as it is now."""
        self.weights.flat.copy_(self.source.flat)
        for mine, theirs in self.buffers:
            mine.copy_(theirs)
