"""Questions to a run while it lives, for anybody who holds its handle: weights, the sheet, a probe."""

from __future__ import annotations

import io
from typing import Any

import torch
from safetensors.torch import save as to_safetensors

from engine.checkpoint import pack
from engine.messages import Answer
from engine.observer import Observer
from engine.probes import ask_probe
from engine.snapshot import tiles
from engine.trained import Trained
from engine.trainer import kept


def weights(observer: Observer) -> bytes:
    """G's moving average as a safetensors file."""
    observer.trainer.catch_up()
    nets = vars(observer.trainer.shown)
    held = {f"{name}.{key}": value for name in observer.trainer.averages for key, value in nets[name].state_dict().items()}
    plain = {key: value.detach().cpu().contiguous().clone() for key, value in held.items()}
    return to_safetensors(plain, metadata={"config": observer.config.to_json(), "rounds": str(observer.trainer.rounds)})


def sheet(observer: Observer) -> bytes:
    """What G shows now as a PNG, three times as large; pictures only."""
    if not observer.pictures:
        raise ValueError("A sheet is for pictures; these data are points.")
    trainer = observer.trainer
    trainer.catch_up()
    with torch.no_grad():
        fake = observer.config.game.show(trainer.shown, observer.real, trainer.rules)["fake"]
    image = tiles(fake, observer.config.columns)
    file = io.BytesIO()
    image.resize((image.width * 3, image.height * 3), 0).save(file, "PNG")
    return file.getvalue()


def checkpoint(observer: Observer) -> bytes:
    """The whole run as one file, to go on with later or elsewhere.  BadCheckpoint where training has diverged."""
    return pack(kept(observer.trainer))


def probe(observer: Observer, options: dict[str, Any]) -> dict[str, Any]:
    """A probe of the players as they are shown now.  options: its name, and its text in JSON."""
    trainer = observer.trainer
    trainer.catch_up()
    trained = Trained(observer.config, trainer.shown, trainer.device, trainer.source)
    return ask_probe(trained, options.get("name", ""), options.get("text", "{}"))


def _no_options(ask: Any) -> Any:
    return lambda observer, options: ask(observer)


QUESTIONS = {
    "weights": _no_options(weights),
    "sheet": _no_options(sheet),
    "checkpoint": _no_options(checkpoint),
    "probe": probe,
}
LOOKS = ("probe",)
"""Questions that a run answers also in the middle of a round that is being told."""


def answer(observer: Observer, token: int, question: str, options: dict[str, Any]) -> Answer:
    """The answer to a question by name; one sentence where there is none."""
    if question not in QUESTIONS:
        return Answer(token, None, f"{question!r} is no question. Known: {', '.join(QUESTIONS)}.")
    try:
        return Answer(token, QUESTIONS[question](observer, options))
    except ValueError as error:  # BadCheckpoint is one too
        return Answer(token, None, str(error))
