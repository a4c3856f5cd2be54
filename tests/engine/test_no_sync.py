"""A round never waits for the device: no `.item()`, no `.cpu()`, no Python branch on a tensor.

On a CPU nothing ever waits, so nothing is slow and nothing fails; these tests find what *would* wait on a GPU, in two nets laid
out around a round. Below Python (`TorchDispatchMode`) every operator passes, those of autograd's backward and of fused
optimizers among them: there `.item()`, `bool(tensor)`, `int(tensor)`, masks used as indices and all else whose result has a
size that only the device knows ends in a few operators. Above it (`TorchFunctionMode`) the calls pass that read a CPU tensor's
memory without an operator, `.numpy()` and `.tolist()`, and those that are free only on a CPU: `.cpu()`, `.to(device)` and a
tensor made from Python numbers on the device, whose copy would wait. torch's "meta" device would refuse `.item()` too, but has
no random numbers, no fused optimizers and lets a copy to the CPU pass. Where there is a GPU, the last test asks CUDA itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import torch
from recipes import NORMS, POINTS, fitting_augments, tiny, tiny_pictures
from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from engine.augment import AUGMENTS
from engine.config import RunConfig
from engine.data import DATA
from engine.games import GAMES, GAN
from engine.losses import LOSSES
from engine.networks import MLP, NETWORKS
from engine.optim import OPTIMIZERS
from engine.penalties import PENALTIES
from engine.trainer import Trainer


class Waits(AssertionError):
    """Something in a round would wait for the device."""


OPERATORS = {  # by the name below Python
    "_local_scalar_dense": "a tensor was read as a Python number (item, bool, int, float, or a branch on it)",
    "is_nonzero": "a tensor was used as a condition",
    "equal": "two tensors were compared as a whole",
    "allclose": "two tensors were compared as a whole",
    "nonzero": "the size of the result is known to the device alone",
    "masked_select": "the size of the result is known to the device alone",
    "_unique2": "the size of the result is known to the device alone",
    "unique_dim": "the size of the result is known to the device alone",
    "unique_consecutive": "the size of the result is known to the device alone",
    "bincount": "the size of the result is known to the device alone",
    "repeat_interleave": "the size of the result is known to the device alone",
}
READS = {
    "item",
    "tolist",
    "numpy",
    "cpu",
    "__bool__",
    "__int__",
    "__float__",
    "__index__",
    "__array__",
    "__contains__",
    "is_nonzero",
}
MAKERS = {torch.tensor, torch.as_tensor, torch.asarray, torch.from_numpy}


class BelowPython(TorchDispatchMode):
    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func.overloadpacket.__name__
        if name in OPERATORS:
            raise Waits(f"{func}: {OPERATORS[name]}")
        if name.startswith(("index", "_index")) and any(_is_mask(index) for index in args[1] or ()):
            raise Waits(f"{func}: a mask as an index; the size of the result is known to the device alone")
        return func(*args, **(kwargs or {}))


class AbovePython(TorchFunctionMode):
    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        name = getattr(func, "__name__", "")
        if name in READS and args and isinstance(args[0], Tensor):
            raise Waits(f"{name}: the device's numbers were read by Python")
        if func in MAKERS and kwargs.get("device") is not None:
            raise Waits(f"torch.{name} on the device: Python's numbers must be copied there, and the copy waits")
        moves = name == "to" and any(isinstance(given, torch.device | str) for given in (*args[1:], kwargs.get("device")))
        if moves and not kwargs.get("non_blocking"):
            raise Waits("to(device): the copy waits; non_blocking=True does not")
        return func(*args, **kwargs)


def _is_mask(index: object) -> bool:
    return isinstance(index, Tensor) and index.dtype in (torch.bool, torch.uint8)


@contextmanager
def never_waiting() -> Iterator[None]:
    with BelowPython(), AbovePython():
        yield


def play(config: RunConfig, *, rounds: int = 3, start: int = 0) -> None:
    """The first rounds of a run, from building to the last reading, or later ones (`start`)."""
    trainer = Trainer(config)
    trainer.rules.rounds = start
    with never_waiting():
        for _ in range(rounds):
            trainer.round()


# -- the nets have no holes -------------------------------------------------------------------------------------------

WAITING: dict[str, Callable[[Tensor], object]] = {
    "item": lambda x: x.sum().item(),
    "float": lambda x: float(x.sum()),
    "int": lambda x: int(x.sum()),
    "bool": lambda x: bool(x.sum() > 0),
    "if": lambda x: 1 if x.sum() > 0 else 2,
    "as an index": lambda x: [1, 2, 3][(x.sum() * 0).long()],
    "all": lambda x: torch.all(x > 0).item(),
    "equal": lambda x: torch.equal(x, x),
    "allclose": lambda x: torch.allclose(x, x),
    "tolist": lambda x: x.tolist(),
    "numpy": lambda x: x.numpy(),
    "cpu": lambda x: x.cpu(),
    "to cpu": lambda x: x.to("cpu"),
    "to a device": lambda x: x.to(torch.device("cpu")),
    "tensor": lambda x: torch.tensor([1.0, 2.0], device=x.device),
    "as_tensor": lambda x: torch.as_tensor([1.0], device=x.device),
    "nonzero": lambda x: x.nonzero(),
    "where": lambda x: torch.where(x > 0),
    "mask": lambda x: x[x > 0],
    "mask to set": lambda x: x.clone().__setitem__(x > 0, torch.ones(int(x.numel() * 0) + 1)),
    "masked_select": lambda x: x.masked_select(x > 0),
    "unique": lambda x: x.unique(),
    "format": lambda x: f"{x.sum():.3f}",
    "in": lambda x: 1.0 in x,
}


@pytest.mark.parametrize("wait", WAITING.values(), ids=WAITING)
def test_what_waits_is_caught(wait):
    with pytest.raises(Waits), never_waiting():
        wait(torch.arange(3.0))


FREE: dict[str, Callable[[Tensor], object]] = {
    "arithmetic": lambda x: (x + 1).clamp(0, 1).mean(),
    "where": lambda x: torch.where(x > 0, x, 0),
    "gather": lambda x: x[torch.arange(2)],
    "slice": lambda x: x[1:],
    "write": lambda x: x.clone().__setitem__(0, 1.0),
    "host numbers": lambda x: torch.tensor([1.0]),
    "not waiting": lambda x: torch.tensor([1.0]).to(x.device, non_blocking=True),
    "to a kind": lambda x: x.to(torch.float64),
    "chance": lambda x: torch.rand(3, generator=torch.Generator()),
    "sizes": lambda x: len(x) + x.numel(),
}


@pytest.mark.parametrize("run", FREE.values(), ids=FREE)
def test_what_does_not_wait_passes(run):
    with never_waiting():
        run(torch.arange(3.0))


class Peeking(GAN):
    """A game that looks at its loss, as many a tutorial does."""

    def round(self, p, batches, rules):
        for turn in super().round(p, batches, rules):
            if turn.loss < 1e9:
                yield turn


class PeekingBackwards(GAN):
    """A game whose gradient is looked at, deep in the backward pass."""

    def round(self, p, batches, rules):
        for turn in super().round(p, batches, rules):
            turn.loss.register_hook(lambda slope: slope * slope.item())
            yield turn


@pytest.mark.parametrize("game", [Peeking, PeekingBackwards])
def test_a_game_that_waits_is_caught(game):
    trainer = Trainer(tiny())
    trainer.config = trainer.config.model_copy(update={"game": game()})
    with pytest.raises(Waits), never_waiting():
        trainer.round()


# -- a round does not wait --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("kind", [tiny, tiny_pictures], ids=["points", "pictures"])
def test_a_round_of_any_game_does_not_wait(game, kind):
    play(kind(game=game))


@pytest.mark.parametrize("penalty", ["none", *PENALTIES])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("game", GAMES)
def test_a_round_with_any_loss_and_penalty_does_not_wait(game, loss, penalty):
    play(tiny(game=game, loss=loss, penalties={} if penalty == "none" else {penalty: {"interval": 2}}))


@pytest.mark.parametrize(("game", "augment"), [(game, augment) for game in GAMES for augment in fitting_augments(game)])
def test_a_round_with_any_change_to_what_d_sees_does_not_wait(game, augment):
    play(tiny(game=game, augment={augment: {}}))


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_a_round_with_any_optimizer_does_not_wait(optimizer):
    play(tiny(d_optimizer={"name": optimizer, "clip": 0.1}, g_optimizer=optimizer))


@pytest.mark.parametrize("norm", NORMS)
@pytest.mark.parametrize("network", [name for name, kind in NETWORKS.items() if kind().leads((8,), (1, 28, 28))])
def test_a_round_of_any_network_does_not_wait(network, norm):
    chosen = {"name": network, "width": 8 if NETWORKS[network] is MLP else 4, "norm": norm, "dropout": 0.1}
    play(tiny_pictures(generator=chosen, discriminator=chosen), rounds=2)


@pytest.mark.parametrize("data", [name for name, kind in DATA.items() if len(kind().shape) == 1])
def test_a_round_on_any_points_does_not_wait(data):
    play(tiny(data=data))


def test_a_round_on_few_points_does_not_wait():
    play(tiny(data={"name": "ring", "examples": 10}), rounds=5)


@pytest.mark.parametrize("latent", ["normal", "uniform", "sphere", "truncated", "mixture"])
@pytest.mark.parametrize("average", [0.0, 0.9])
def test_a_round_from_any_latent_does_not_wait(latent, average):
    play(tiny(latent={"dim": 2, "shape": latent}, training={"batch": 8, "average": average}))


@pytest.mark.parametrize("start", [2046, 4094, 100_000])
def test_late_in_a_run_gathering_the_readings_does_not_wait(start):
    """There a row is the mean of several rounds."""
    play(tiny(penalties={"r1": {"interval": 3}}), rounds=40, start=start)


def test_all_at_once_does_not_wait():
    chosen = {part: POINTS[part] | {"norm": "spectral", "dropout": 0.1} for part in ("generator", "discriminator")}
    every = {"penalties": {name: {} for name in PENALTIES}, "augment": {name: {} for name in AUGMENTS}}
    play(tiny(game={"name": "gan", "d_turns": 3}, loss="rpgan", **chosen, **every), rounds=5)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="asks CUDA itself")
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("kind", [tiny, tiny_pictures], ids=["points", "pictures"])
def test_on_a_gpu_a_round_does_not_wait(game, kind):
    config = kind(game=game, augment=fitting_augments(game)).with_knobs({"discriminator.norm": "none", "penalties": "r1"})
    trainer = Trainer(config, "cuda")
    trainer.round()
    torch.cuda.set_sync_debug_mode("error")
    try:
        for _ in range(5):
            trainer.round()
    finally:
        torch.cuda.set_sync_debug_mode("default")
