"""Making the weights that ship: train a preset, measure it, write the file and its card.  `python -m engine pretrain NAME`.

`python -m engine card NAME` writes the card of a file that is there anew.
"""

from __future__ import annotations

import base64
import hashlib
import io
from pathlib import Path
from typing import Any

import torch
from PIL import Image

from engine import training
from engine.checkpoint import NAME
from engine.config import TABLES, BadRecipe
from engine.data import Tell, silent
from engine.evaluate import evaluate
from engine.parts import name_in
from engine.presets import PRESETS
from engine.pretrained import LARGEST, SHIPPED, WEIGHTS, Card, card, keep, keep_card, packed, pretrained
from engine.probes import ask_probe
from engine.trained import Trained

KNOWN_BY = {False: ("samples", '{"rows": 1, "seed": 1}'), True: ("example", '{"index": 1}')}
"""What a model's picture in a list is the answer to: of one that makes samples, and of one that translates."""
SMALL = 64  # pixels of a side in that picture, at most
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
    measured = card_anew(name, out=out, measure=True, tell=tell)
    return {"file": path.name, "bytes": len(content), **measured, "rounds": trainer.rounds}


def card_anew(name: str, *, out: Path = WEIGHTS, measure: bool = False, tell: Tell = silent) -> dict[str, Any]:
    """What a card says of its file, said again: the preset's words, the picture and, if wanted, what is measured; it is returned.

    BadWeights where the file is not what the card means.
    """
    path, described, preset = out / f"{name}.safetensors", card(name, out), PRESETS[name]
    changes: dict[str, Any] = {"title": preset.title, "about": preset.about, "picture": pictured(pretrained(name, out))}
    measured = evaluate(path, tell=tell) if measure else {}
    if measured:
        quality = {key: value for key, value in measured.items() if key not in UNSAID}
        changes["quality"] = quality | {"protocol": measured["protocol"]}
    keep_card(path, described.model_copy(update=changes))
    return measured


def pictured(trained: Trained) -> dict[str, Any]:
    """What a model is known by in a list: a strip of samples, or what was given and what became of it, small."""
    answer = ask_probe(trained, *KNOWN_BY[trained.config.game.translates])
    if not trained.config.game.translates:
        return answer
    return {"kind": answer["kind"], "given": _small(answer["given"]), "result": _small(answer["result"])}


def _small(file: str) -> str:
    """A picture file in base64 with at most SMALL pixels a side, as WebP."""
    picture, held = Image.open(io.BytesIO(base64.b64decode(file))), io.BytesIO()
    picture.thumbnail((SMALL, SMALL))
    picture.save(held, "WEBP", quality=88)
    return base64.b64encode(held.getvalue()).decode()
