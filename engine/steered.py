"""What a game's codes have come to mean, measured on what they draw: classes that were asked for, choices, numbers."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import log_softmax

from engine.batches import portions
from engine.config import RunConfig
from engine.games import Code, InfoGAN, Players
from engine.metrics import code_error, rank_correlation, within_class_diversity
from engine.sight import Sight
from engine.teaching import FACTORS

AT_ONCE = 250  # pictures that a player is shown at once


class Real(NamedTuple):
    """x: (N, C, H, W), pictures that no run trains on.  y: (N,), their classes.  sight: what the classifier sees in them.

    The pictures are on the players' device, all else on the CPU.
    """

    x: Tensor
    y: Tensor
    sight: Sight


class Fake(NamedTuple):
    """x: (N, C, H, W).  fed: (N, code), what G made them of.  sight: what the classifier sees in them.  Devices as of Real."""

    x: Tensor
    fed: Tensor
    sight: Sight


def codes_measured(config: RunConfig, p: Players, real: Real, fake: Fake, factors: Collection[str]) -> dict[str, Any]:
    """By name, whatever there is to say of this game's codes; empty where it has none.

    factors: those of FACTORS that vary in the data, and so can be read; none but of glyphs.
    """
    table: dict[str, Any] = {}
    choices = [code for code in config.codes if code.kind == "category"]
    for code in choices:
        if code.name == "class":
            table |= _of_class(code, real, fake)
    if isinstance(config.game, InfoGAN) and choices:
        table |= _of_choices(config.game, p, choices, real, fake)
    if factors and (numbers := [code for code in config.codes if code.kind == "continuous"]):
        chosen = choices[0].of(fake.fed).argmax(1) if choices else torch.zeros(len(fake.fed), dtype=torch.int64)
        table["codes"] = {code.name: _causes(code.of(fake.fed)[:, 0], fake.sight.factors, factors, chosen) for code in numbers}
    return table


def _of_class(code: Code, real: Real, fake: Fake) -> dict[str, Any]:
    """Whether G draws the class that it was asked for, and draws it in as many ways as there are."""
    asked = code.of(fake.fed).argmax(1)
    return {
        "label_consistency": float((fake.sight.classes == asked).double().mean()),
        "within_class_diversity": within_class_diversity(real.sight.features, real.y, fake.sight.features, asked, code.size),
    }


def _of_choices(game: InfoGAN, p: Players, choices: Sequence[Code], real: Real, fake: Fake) -> dict[str, Any]:
    """How far choices have become the classes, of the choice that has most; and what Q can read of each, in nats."""
    classes = real.sight.logits.shape[1]
    errors, errors_fake, information = [], [], {}
    of_real, of_fake = (_apart(choices, _read(game, p, x)) for x in (real.x, fake.x))
    for code, of_reals, of_fakes in zip(choices, of_real, of_fake, strict=True):
        meant = code.of(fake.fed)
        errors.append(code_error(of_reals.argmax(1), real.y, code.size, classes))
        errors_fake.append(code_error(meant.argmax(1), fake.sight.classes, code.size, classes))
        information[code.name] = math.log(code.size) + float((meant * log_softmax(of_fakes, 1)).sum(1).mean())
    return {"code_error": min(errors), "code_error_fake": min(errors_fake), "information": information}


def _read(game: InfoGAN, p: Players, x: Tensor) -> Tensor:
    return torch.cat([game.read(p, few) for few in portions(x, AT_ONCE)]).cpu()


def _apart(choices: Sequence[Code], read: Tensor) -> Iterator[Tensor]:
    """The logits of each choice, which come in their order and before the numbers."""
    start = 0
    for code in choices:
        yield read[:, start : start + code.size]
        start += code.size


def _causes(number: Tensor, read: Tensor, factors: Collection[str], chosen: Tensor) -> dict[str, Any]:
    """How closely each factor that is read off the fakes (N, F) follows a continuous code (N,), and which does most.

    chosen: (N,), the first choice. `within`: the same for the fakes of one choice, in the mean over choices; where it is
    far higher, each choice has found the factor for itself, but not with the same sign, or not all of them the same one.
    """
    read_of = {name: factor for name, factor in zip(FACTORS, read.unbind(1), strict=True) if name in factors}
    follows = {name: abs(rank_correlation(number, factor)) for name, factor in read_of.items()}
    apart = [chosen == choice for choice in sorted(set(chosen.tolist()))]
    within = {
        name: sum(abs(rank_correlation(number[rows], factor[rows])) for rows in apart) / len(apart)
        for name, factor in read_of.items()
    }
    return {**follows, "best": max(follows, key=lambda name: follows[name]), "within": within}
