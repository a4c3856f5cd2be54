"""Probes: questions put to trained players. A probe is a part; its answer is plain data: sheets, points, numbers and words.

To add one: a file with a part that can `answer`, and a row here. Nothing random is left to chance: the same question has the
same answer, and asking changes nothing.
"""

from __future__ import annotations

from typing import Any

from engine.probes.arithmetic import Arithmetic
from engine.probes.base import Probe
from engine.probes.controls import Controls
from engine.probes.interpolate import Interpolate
from engine.probes.latent_map import LatentMap
from engine.probes.neighbours import Neighbours
from engine.probes.reconstruct import Reconstruct
from engine.probes.samples import Samples
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
}
"""In the order of the page's tabs."""


def ask_probe(trained: Trained, name: str, text: str | bytes) -> dict[str, Any]:
    """The answer to a probe that is written in JSON, or to "controls": what there is to ask.  BadQuestion, in one sentence."""
    probe = read_question(PROBES | {"controls": Controls}, name, text)
    if isinstance(probe, Controls):
        suiting = [name for name, kind in PROBES.items() if not kind.lacks(trained.config)]
        return {"probes": suiting} | probe.answer(trained)
    if lack := probe.lacks(trained.config):
        raise BadQuestion(lack)
    return probe.answer(trained)
