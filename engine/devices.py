"""Which device a run trains on."""

from __future__ import annotations

import torch

from engine.config import BadRecipe

NAMES = ("auto", "cpu", "cuda", "mps")


def choose(name: str) -> torch.device:
    """The device of this name; auto: the best one there is.  BadRecipe if it is unknown or not there."""
    there = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if name == "auto":
        return torch.device("cuda" if there["cuda"] else "mps" if there["mps"] else "cpu")
    if name not in there:
        raise BadRecipe(f"{name!r} is no device. Known: {', '.join(NAMES)}.")
    if not there[name]:
        raise BadRecipe(f"There is no {name} device here; choose --device auto or cpu.")
    return torch.device(name)
