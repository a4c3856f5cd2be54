"""A picture classifier of our own, so that quality has somebody to ask who never saw a generated picture.

The extractor of FID is Inception, which knows photographs and must be downloaded; for digits the keepers of FID's code advise a
classifier of the domain instead. Ours is small, trained once from a seeded recipe on a data set's training set alone, kept in
the data folder, and trained again where what is kept is damaged. Numbers of two classifiers cannot be compared.

Of glyphs, whose causes of variation are known, it learns to read those too: slant, thickness, scale, place.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine import shelf
from engine.batches import portions
from engine.data import DATA, Data, Tell, silent
from engine.data.download import data_root
from engine.metrics import apart
from engine.parts import name_in
from engine.sight import Eye, Sight
from engine.teaching import LOOK, Recipe, taught, untaught, usual

FACTS = ("accuracy", "r_squared", "seconds")
VERSION = 1  # of the network and its lessons; a classifier of another one is trained again


class Unmeasurable(ValueError):
    """A quality that cannot be measured; the message is one sentence for a person."""


@dataclass(frozen=True)
class Classifier:
    """A trained one.  accuracy, r_squared: of held-out pictures; the latter by factor, empty where none is read."""

    net: Eye
    accuracy: float
    r_squared: dict[str, float]
    seconds: float  # that training took
    path: Path

    def see(self, x: Tensor) -> Sight:
        """What it sees in pictures (N, C, H, W) on its device, however many.

        Told on the CPU, for not every device counts in double precision.
        """
        with torch.no_grad():
            seen = [self.net(few) for few in portions(x, LOOK)]
        return Sight(*(torch.cat(parts).cpu() for parts in zip(*seen, strict=True)))

    def apart(self, x: Tensor, truth: Tensor) -> float:
        """How differently it sees pictures and their truths (N, C, H, W), on its device; 0 is best (metrics/likeness.py)."""
        both = zip(portions(x, LOOK), portions(truth, LOOK), strict=True)
        with torch.no_grad():
            return float(torch.cat([apart(self.net.depths(a), self.net.depths(b)) for a, b in both]).cpu().double().mean())


def classifier_of(
    data: Data,
    device: torch.device | str = "cpu",
    tell: Tell = silent,
    *,
    recipe: Recipe | None = None,
    rebuild: bool = False,
) -> Classifier:
    """The classifier of a data set: the one that is kept, or one that is trained now, which takes minutes, and kept.

    Unmeasurable for points and for pictures without labels.  DataUnavailable where the data cannot be had.  OSError where it
    cannot be kept.
    """
    if len(data.shape) != 3 or not data.classes:
        raise Unmeasurable(
            f"{data.title or type(data).__name__}: no classifier can be trained, for that takes pictures with labels; "
            "choose glyphs, toy-pictures, mnist, fashion-mnist or cifar10."
        )
    recipe, device = recipe or usual(data), torch.device(device)
    if not rebuild and (found := kept_classifier(data, device, recipe=recipe)):
        return found
    path, net = path_of(data, recipe), untaught(data, recipe)
    path.parent.mkdir(parents=True, exist_ok=True)  # a folder that cannot be written to is found before the work
    with torch.enable_grad():  # whoever asks may be about to look only
        facts = taught(net.to(device), data, recipe, device, tell)
    shelf.put(path, net, facts)
    return _at_rest(net, facts, device, path)


def kept_classifier(data: Data, device: torch.device, *, recipe: Recipe | None = None) -> Classifier | None:
    """The classifier of labelled pictures, if one is kept."""
    recipe = recipe or usual(data)
    path, net = path_of(data, recipe), untaught(data, recipe)
    facts = shelf.take(path, net, FACTS)
    return None if facts is None else _at_rest(net, facts, device, path)


def _at_rest(net: Eye, facts: dict[str, Any], device: torch.device, path: Path) -> Classifier:
    net.to(device).eval()
    return Classifier(net, facts["accuracy"], facts["r_squared"], facts["seconds"], path)


def path_of(data: Data, recipe: Recipe | None = None) -> Path:
    """Where the classifier of these data is kept: a name for each recipe and each setting of the data's knobs."""
    recipe = recipe or usual(data)
    name = name_in(DATA, data)
    told = json.dumps([VERSION, name, data.model_dump(), recipe._asdict()], sort_keys=True)
    return data_root() / "classifiers" / f"{name}-{hashlib.sha256(told.encode()).hexdigest()[:16]}.safetensors"
