"""Nearest neighbours: has G learned by heart? The training pictures that are most like a sample.

By Euclidean distance between pixels, as in the first GAN paper (Goodfellow et al. 2014, arXiv:1406.2661, figure 2). A distance
means little alone: for a scale stands how far real examples that nobody trained on are from their nearest.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import torch
from torch import Generator, Tensor

from engine.batches import Labelled
from engine.data import Data, DataUnavailable, Stored
from engine.parts import knob
from engine.probes.base import kept_back, made, shown
from engine.probes.look import Look
from engine.questions import BadQuestion
from engine.trained import Trained

FRESH = 5_000  # examples of data that are drawn
FRESH_SEED = 2**32 - 2  # a seed beyond those of runs, and not the one of held-out examples
JUDGES = 16  # held-out examples by which distances are judged
BLOCK = 4096  # pictures compared at a time


class Gallery(NamedTuple):
    """Training examples: (N, *data), uint8 pictures or floats; their labels, if any; whether they were drawn for this."""

    x: Tensor
    y: Tensor | None
    drawn: bool


class Neighbours(Look):
    """The training examples nearest to a sample."""

    sample: int = knob(0, 0, 511, "which sample")
    k: int = knob(8, 1, 16, "how many neighbours")

    def answer(self, trained: Trained) -> dict[str, Any]:
        """The sample, then its neighbours; distances: of each of them.

        typical: the median distance of held-out real examples to their nearest; None where none are held out.
        """
        config, gallery = trained.config, gallery_of(trained)
        x = made(trained, self.one(self.inputs(trained), self.sample))
        if not x.isfinite().all():
            raise BadQuestion("This sample is no picture: its numbers are not finite.")
        found, distances = nearest(gallery, x, min(self.k, len(gallery.x)))
        near = torch.cat((x, as_floats(gallery.x[found[0]])))
        return shown(config, near, len(near)) | {
            "distances": distances[0].tolist(),
            "classes": [config.data.class_names[int(y)] for y in gallery.y[found[0]]] if gallery.y is not None else [],
            "typical": typical(trained, gallery),
            "among": len(gallery.x),
            "drawn": gallery.drawn,
        }


def gallery_of(trained: Trained) -> Gallery:
    """The training data of a recipe; of data without an end, some that are drawn for this."""
    if isinstance(trained.source, Stored):
        return Gallery(trained.source.pictures, trained.source.labels, drawn=False)
    try:
        return _opened(trained.config.data, trained.device)
    except DataUnavailable as error:
        raise BadQuestion(str(error)) from None


@lru_cache(maxsize=2)
def _opened(data: Data, device: torch.device) -> Gallery:
    source = data.open(device)
    if isinstance(source, Stored):
        return Gallery(source.pictures, source.labels, drawn=False)
    batch = source.batch(FRESH, Generator(device).manual_seed(FRESH_SEED))
    return Gallery(batch[0], batch.y if isinstance(batch, Labelled) else None, drawn=True)


def nearest(gallery: Gallery, x: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """For each x (n, *data) the places of its k nearest in the gallery and their distances, (n, k) each, nearest first."""
    wanted = x.flatten(1)
    far = torch.cat([torch.cdist(wanted, as_floats(part).flatten(1)) for part in torch.split(gallery.x, BLOCK)], 1)
    places = far.topk(k, largest=False).indices
    steps = as_floats(gallery.x[places]).flatten(2) - wanted[:, None]  # (n, k, numbers)
    exact = steps.norm(dim=2)
    order = exact.argsort(1)  # the fast way to many distances is off by a hair, which matters where one is 0
    return places.gather(1, order), exact.gather(1, order)


def as_floats(x: Tensor) -> Tensor:
    """Stored pictures, 0..255, as everything else has them: -1..1."""
    return x.to(torch.float32) / 127.5 - 1 if x.dtype == torch.uint8 else x


def typical(trained: Trained, gallery: Gallery) -> float | None:
    """The median distance of a held-out example to the nearest of the gallery."""
    try:
        held_out = kept_back(trained.config.data, JUDGES, trained.device)
    except BadQuestion:
        return None
    return float(nearest(gallery, held_out[0], 1)[1].median())
