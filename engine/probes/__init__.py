"""Probes: questions put to trained players. A probe is a part; its answer is plain data: sheets, points, numbers and words.

To add one: a file with a part that can `answer`, and a row here. Nothing random is left to chance: the same question has the
same answer, and asking changes nothing.
"""

from __future__ import annotations

from typing import Any

from engine.config import RunConfig
from engine.probes.arithmetic import Arithmetic
from engine.probes.base import Probe
from engine.probes.controls import Controls
from engine.probes.interpolate import Interpolate
from engine.probes.latent_map import LatentMap
from engine.probes.lineup import Lineup
from engine.probes.neighbours import Neighbours
from engine.probes.reconstruct import Reconstruct
from engine.probes.samples import Samples
from engine.probes.translate import Example, Translate, Ways
from engine.probes.traverse import Traverse
from engine.questions import BadQuestion, read_question
from engine.trained import Trained

__all__ = ["PROBES", "ask_probe"]

PROBES: dict[str, type[Probe]] = {
    "samples": Samples,
    "traverse": Traverse,
    "interpolate": Interpolate,
    "arithmetic": Arithmetic,
    "neighbours": Neighbours,
    "reconstruct": Reconstruct,
    "map": LatentMap,
    "lineup": Lineup,
    "translate": Translate,
    "example": Example,
}
"""In the order of the page's tabs; then that of the page on which fakes are spotted, and those of the sketch page."""


def ask_probe(trained: Trained, name: str, text: str | bytes) -> dict[str, Any]:
    """The answer to a probe that is written in JSON, or to "controls": what there is to ask.  BadQuestion, in one sentence."""
    controls: type[Probe] = Ways if trained.config.game.translates else Controls
    probe = read_question(PROBES | {"controls": controls}, name, text)
    if isinstance(probe, controls):
        suiting = [name for name, kind in PROBES.items() if not lack(kind, trained.config)]
        return {"probes": suiting} | probe.answer(trained)
    if why := lack(type(probe), trained.config):
        raise BadQuestion(why)
    return probe.answer(trained)


def lack(kind: type[Probe], config: RunConfig) -> str:
    """Why this cannot be asked of such a recipe, in one sentence; nothing where it can."""
    if kind.translates != config.game.translates:
        of = "pictures of pictures" if kind.translates else "samples of noise"
        return f"This can be asked only of games whose G makes {of}."
    return kind.lacks(config)
