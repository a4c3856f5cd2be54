"""Presets: every paper of the usual table and a recipe for each kind of data, one expression each.

A preset is a recipe, how many rounds it needs, and one sentence. `TABLE` pairs the methods of Lucic et al. 2018
(arXiv:1711.10337) and since with what defines them; the same definition serves points and pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from engine.config import RunConfig


@dataclass(frozen=True)
class Preset:
    """A recipe with a name in PRESETS."""

    title: str
    config: RunConfig
    rounds: int
    about: str


def recipe(**sections: Any) -> RunConfig:
    """A checked recipe from plain values, as JSON would hold them."""
    return RunConfig.from_dict(sections)


METHODS: dict[str, tuple[str, dict[str, Any], str]] = {
    "mm": ("MM GAN", {"loss": "minimax"}, "The zero-sum game of 2014; G's gradient vanishes when D is sure."),
    "ns": ("NS GAN", {"loss": "non-saturating"}, "The loss of 2014 that people use: G maximises log D."),
    "wgan": (
        "WGAN",
        {"loss": "wasserstein", "game": {"name": "gan", "d_turns": 5}, "d_optimizer": {"name": "rmsprop", "clip": 0.05}, "g_optimizer": "rmsprop"},
        "D estimates the Wasserstein distance; its weights are clipped to keep it smooth.",
    ),
    "wgan-gp": (
        "WGAN-GP",
        {"loss": "wasserstein", "game": {"name": "gan", "d_turns": 5}, "penalties": {"gradient-penalty": {}}},
        "The Wasserstein loss with D's slope held near 1 between real and fake.",
    ),
    "lsgan": ("LSGAN", {"loss": "least-squares"}, "D's scores are regressed to 1 and 0."),
    "dragan": ("DRAGAN", {"loss": "non-saturating", "penalties": {"dragan": {}}}, "The log loss with D's slope held near 1 around real data."),
    "began": ("BEGAN", {"game": "began"}, "D is an autoencoder; a controller keeps G and D in balance."),
    "hinge": ("Hinge GAN", {"loss": "hinge"}, "D stops caring about samples it has clearly told apart."),
    "r3gan": (
        "R3GAN",
        {"loss": "rpgan", "penalties": {"r1": {}, "r2": {}}},
        "Each fake is judged against a real one, with zero-centred penalties on both: no tricks, and no collapse.",
    ),
}


def small(width: int = 64, depth: int = 2) -> dict[str, Any]:
    """A network for points."""
    return {"name": "mlp", "width": width, "depth": depth}


def adam(lr: float, beta1: float = 0.5, beta2: float = 0.999) -> dict[str, Any]:
    return {"name": "adam", "lr": lr, "beta1": beta1, "beta2": beta2}


RING: dict[str, Any] = {
    "data": "ring",
    "latent": {"dim": 2},
    "generator": small(),
    "discriminator": small(),
    "g_optimizer": adam(1e-3),
    "d_optimizer": adam(1e-3),
    "training": {"batch": 128, "average": 0.998},
}

PICTURES: dict[str, Any] = {
    "latent": {"dim": 64},
    "generator": {"name": "dcgan", "width": 32, "activation": "relu", "norm": "batch"},
    "discriminator": {"name": "dcgan", "width": 32, "activation": "leaky-relu", "norm": "none"},
    "g_optimizer": adam(5e-4),
    "d_optimizer": adam(5e-4),
    "training": {"batch": 64, "average": 0.995},
}


def _on(base: dict[str, Any], *changes: dict[str, Any]) -> RunConfig:
    """A base with a method's sections laid over it; a section given as a bare name keeps nothing of the base's."""
    value = dict(base)
    for change in changes:
        value |= change
    return recipe(**value)


PRESETS: dict[str, Preset] = {
    f"ring-{name}": Preset(f"{title} on the ring", _on(RING, method), 20_000, about) for name, (title, method, about) in METHODS.items()
} | {
    "mnist-dcgan": Preset("DCGAN on MNIST", _on(PICTURES, {"data": "mnist"}), 3_000, "Handwritten digits from strided convolutions."),
    "glyphs-dcgan": Preset("DCGAN on glyphs", _on(PICTURES, {"data": "glyphs"}), 3_000, "Characters that we draw ourselves: no download."),
}
"""By name, in the order of the menu."""
