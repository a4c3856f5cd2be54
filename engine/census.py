"""A census of pictures: how many of the data's modes a generator draws, and how evenly.

A mode is a class, or in pictures that are stacked as channels of one a class of each: 1,000 of three digits (Metz et al. 2017,
arXiv:1611.02163). Our own classifier says which; a mode counts as found with one picture, and the reverse KL is that of PacGAN,
Lin et al. 2018, arXiv:1712.04086. Where chance leaves even a perfect generator is known exactly (metrics/coverage.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Any, NamedTuple

import torch
from torch import Generator, Tensor

from engine.batches import portions
from engine.classifier import Classifier, classifier_of
from engine.data import Data, Tell, silent
from engine.games import Players
from engine.metrics import class_histogram, class_kl, frechet, modes_ideal, reverse_kl_floor
from engine.steered import AT_ONCE
from engine.trained import Trained, of_whom

OF_STACKED = 26_000  # pictures of each kind: PacGAN's protocol
CHANNELS = 10_000  # of each kind, at most, whose features are compared


class Counted(NamedTuple):
    """modes: that were found.  kl: KL(these || those), in nats."""

    modes: int
    kl: float


def stacked(data: Data) -> int:
    """How many pictures are stacked in one: 1 where none are."""
    return data.shape[0] // data.named_by.shape[0]


def shares(data: Data) -> Tensor:
    """How much of the data each mode is, (K,) in double precision: of channels a, b, c the mode 100 a + 10 b + c."""
    one = torch.tensor(data.named_by.shares, dtype=torch.float64)
    return reduce(lambda before, _: torch.outer(before, one).flatten(), range(1, stacked(data)), one)


def named(data: Data, eye: Classifier, x: Tensor) -> Tensor:
    """The mode of each picture (N, C, H, W): (N,) int64, on the CPU."""
    return _modes(eye.see(_channels(data, x)).classes, data)


def counted(names: Tensor, true: Tensor) -> Counted:
    """names: (N,), modes.  true: (K,), how much of the data each is."""
    found = class_histogram(names, len(true))
    return Counted(int((found > 0).sum()), class_kl(found, true, len(names)))


def ideal(true: Tensor, samples: int) -> dict[str, float]:
    """What so many of the data's own pictures reach on average, under the names that the page has for what is `counted`."""
    return {"modes": round(modes_ideal(true, samples)), "class KL": reverse_kl_floor(true, samples)}


def stacked_measured(trained: Trained, p: Players, n: int, generator: Generator, tell: Tell = silent) -> dict[str, Any]:
    """The table of a generator of stacked pictures, by name: its modes, and whether its channels look like the digits'."""
    data, device = trained.config.data, trained.device
    true, eye = shares(data), classifier_of(data.named_by, device, tell)
    some = min(n, CHANNELS // stacked(data))
    training = data.open(device, tell).batch(some, generator).real  # first: so the floor is that of all players alike
    tell(f"Drawing and naming {n:,} pictures.", None)
    real = _seen(portions(data.held_out(n, device, tell).real, AT_ONCE), data, eye)
    fed = portions(trained.config.fed(n, generator, device), AT_ONCE)
    fake = _seen((trained.config.game.generate(p, few) for few in fed), data, eye)
    found, reachable = counted(fake.names, true), counted(real.names, true)
    seen = real.features[: some * stacked(data)]
    return {
        "modes": found.modes,
        "modes_ideal": modes_ideal(true, n),
        "modes_real": reachable.modes,
        "reverse_kl": found.kl,
        "reverse_kl_floor": reverse_kl_floor(true, n),
        "reverse_kl_real": reachable.kl,
        "reverse_kl_uniform": counted(fake.names, torch.full_like(true, 1 / len(true))).kl,
        "fid": frechet(seen, fake.features[: len(seen)]),
        "fid_floor": frechet(seen, eye.see(_channels(data, training)).features),
        "classifier_accuracy": eye.accuracy,
        "samples": n,
        "protocol": _protocol(trained, eye, n, len(seen)),
    }


def _protocol(trained: Trained, eye: Classifier, n: int, compared: int) -> str:
    data = trained.config.data
    return (
        f"{n:,} {of_whom(trained.config)}, named a channel at a time by our own classifier of {data.named_by.title} "
        f"({eye.accuracy:.2%} right on held-out pictures); one picture finds a mode; reverse_kl: KL(fakes || data) in nats, the "
        "data's digits as frequent as they are, and reverse_kl_uniform all alike, as published; modes_ideal, reverse_kl_floor: "
        f"what a perfect generator reaches on average; real: held-out pictures in the fakes' place; fid of {compared:,} channels."
    )


class _Seen(NamedTuple):
    """names: (N,), modes.  features: (N * stacked, d), of the channels."""

    names: Tensor
    features: Tensor


def _seen(pictures: Iterable[Tensor], data: Data, eye: Classifier) -> _Seen:
    """What is seen in pictures that come some at a time, so that never all of them are there."""
    sights = [eye.see(_channels(data, few)) for few in pictures]
    return _Seen(_modes(torch.cat([sight.classes for sight in sights]), data), torch.cat([sight.features for sight in sights]))


def _channels(data: Data, x: Tensor) -> Tensor:
    """Pictures (N, C, H, W) as those that are stacked in them, (N * stacked, c, H, W)."""
    return x.reshape(-1, *data.named_by.shape)


def _modes(classes: Tensor, data: Data) -> Tensor:
    """Classes of all channels (N * stacked,), as modes (N,)."""
    digits = classes.view(-1, stacked(data)).unbind(1)
    return reduce(lambda before, digit: before * data.named_by.classes + digit, digits)
