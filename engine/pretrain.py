"""Making the weights that ship: train a preset, measure it, write the file and its card.  `python -m engine pretrain NAME`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import torch

from engine import training
from engine.checkpoint import NAME
from engine.config import TABLES, BadRecipe
from engine.data import Tell, silent
from engine.evaluate import evaluate
from engine.parts import name_in
from engine.presets import PRESETS
from engine.pretrained import LARGEST, SHIPPED, WEIGHTS, Card, keep, packed

UNSAID = ("protocol", "rounds", "seed")  # of what is measured: the card says it elsewhere, or it is not a number


def pretrain(
    name: str,
    *,
    seed: int = 0,
    rounds: int | None = None,
    device: str = "auto",
    work: Path,
    out: Path = WEIGHTS,
    tell: Tell = silent,
) -> dict[str, Any]:
    """Train from nothing, or go on where `work` stands; returns what was measured of the file that was written to `out`.

    BadRecipe for a name that does not ship.
    """
    if name not in SHIPPED:
        raise BadRecipe(f"{name!r} is none of the models that ship. They are: {', '.join(SHIPPED)}.")
    resumed = (work / NAME).exists()
    job = training.resumed(work, device, None) if resumed else training.fresh(name, {}, seed, device, rounds, work)
    told = training.train(job)
    trainer = job.trainer
    trainer.catch_up()
    content = packed(trainer.shown)
    if len(content) > LARGEST:
        raise BadRecipe(f"The weights of {name} are {len(content) / 2**20:.1f} MiB; {LARGEST / 2**20:.0f} MiB may ship.")
    preset, config = PRESETS[name], trainer.config
    described = Card(
        title=preset.title,
        about=preset.about,
        preset=name,
        config=config.model_dump(),
        data=name_in(TABLES["data"], config.data),
        licence=config.data.licence,
        seed=config.seed,
        rounds=trainer.rounds,
        seconds=told["seconds_in_all"],
        device=told["device"],
        torch=torch.__version__,
        quality={},
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    path = out / f"{name}.safetensors"
    keep(path, content, described)
    measured = evaluate(path, tell=tell)
    quality = {key: value for key, value in measured.items() if key not in UNSAID}
    keep(path, content, described.model_copy(update={"quality": quality | {"protocol": measured["protocol"]}}))
    return {"file": path.name, "bytes": len(content), **measured, "rounds": trainer.rounds}
