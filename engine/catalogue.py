"""Every choice and every knob as plain data: for `python -m engine list`, and for whoever writes another front."""

from __future__ import annotations

import inspect
from typing import Any

from engine.augment import AUGMENTS
from engine.config import Training
from engine.data import DATA
from engine.games import GAMES, Latent
from engine.losses import LOSSES
from engine.networks import NETWORKS
from engine.optim import OPTIMIZERS
from engine.parts import Part, knobs
from engine.penalties import PENALTIES
from engine.presets import PRESETS

LISTED: dict[str, dict[str, type[Part]]] = {
    "games": dict(GAMES),
    "losses": dict(LOSSES),
    "penalties": dict(PENALTIES),
    "networks": dict(NETWORKS),
    "data": dict(DATA),
    "augments": dict(AUGMENTS),
    "optimizers": dict(OPTIMIZERS),
    "others": {"latent": Latent, "training": Training},
}


def catalogue() -> dict[str, Any]:
    """An object per table: name -> {about, knobs: {name: {default, low, high, help, ...}}}; presets: name -> {title, ...}."""
    tables: dict[str, Any] = {table: {name: describe(part) for name, part in rows.items()} for table, rows in LISTED.items()}
    presets = {
        name: {"title": preset.title, "about": preset.about, "rounds": preset.rounds, "knobs": preset.config.model_dump()}
        for name, preset in PRESETS.items()
    }
    return tables | {"presets": presets}


def describe(part: type[Part]) -> dict[str, Any]:
    """A part's first sentence and its knobs."""
    about = " ".join((inspect.getdoc(part) or "").split("\n\n")[0].split())
    described = {
        name: k.model_dump(exclude={"name"}, exclude_defaults=True) | {"default": k.default} for name, k in knobs(part).items()
    }
    return {"about": about, "knobs": described}
