"""A network of our own that reads toys: what is seen at each pixel, so that translations have somebody to be understood by.

This is the FCN-score of pix2pix (Isola et al. 2017, arXiv:1611.07004, section 4.1): a network that was taught to read real
pictures alone reads what a generator made, and its score there over its score on real ones says how real they look to it. The
paper borrows one for street scenes; ours is taught from a seeded recipe on fresh toys, and kept in the data folder.
"""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Generator, Tensor, nn
from torch.nn.functional import cross_entropy, interpolate, one_hot

from engine import shelf
from engine.batches import portions
from engine.data import Tell, ToyPairs, silent
from engine.data.base import HELD_OUT
from engine.data.download import data_root
from engine.data.toys import MATERIALS, ROLES, Toys
from engine.metrics import Segments, confusion, segments
from engine.networks import UNet

VERSION = 1
LOOK = 50  # pictures that are read at once
FINEST = 64  # pixels of a side; larger pictures are read when they have been made as small
FACTS = ("pixel", "mean", "iou", "material", "seconds")
STUFF = ("body", "accent")  # roles that are made of the toy's material; the others look the same in each
FIXED = tuple(role for role in ROLES if role not in STUFF)
CLASSES = (*FIXED, *(f"{material} {role}" for material in MATERIALS for role in STUFF))
"""What a pixel may show: the ground, a bead, a pane, and body and accent of each material."""


class Lessons(NamedTuple):
    """How a reader is taught; decides every bit of it on one kind of machine."""

    steps: int = 1_500
    batch: int = 16
    rate: float = 3e-3  # highest learning rate of Adam, reached after a tenth and then falling to nothing
    width: int = 24
    seed: int = 0
    tested: int = 500


@dataclass(frozen=True)
class Reader:
    """A taught one.  pixel, mean, iou: its scores on held-out toys; material: the share of them whose material it names."""

    net: nn.Module
    scores: Segments
    material: float

    def read(self, x: Tensor) -> Tensor:
        """What each pixel of pictures (N, 3, H, W) shows, at most FINEST to a side: (N, h, w), indices into CLASSES."""
        side = min(x.shape[-1], FINEST)
        with torch.no_grad():
            return torch.cat([self.net(interpolate(few, size=(side, side), mode="area")).argmax(1) for few in portions(x, LOOK)])


def truth(toys: Toys) -> Tensor:
    """What each pixel of toys really shows, at most FINEST to a side: (N, h, w), indices into CLASSES."""
    side = min(toys.labels.shape[-1], FINEST)
    seen = interpolate(toys.labels[:, None].float(), size=(side, side), mode="nearest")[:, 0].to(torch.int64)
    table = torch.tensor([[_class(role, material) for role in ROLES] for material in MATERIALS], device=toys.labels.device)
    return table[toys.material[:, None, None], seen]


def _class(role: str, material: str) -> int:
    return CLASSES.index(role if role in FIXED else f"{material} {role}")


def material_in(read: Tensor) -> Tensor:
    """The material that most pixels of each map (N, H, W) are of, (N,) indices into MATERIALS; -1 where there is none."""
    made_of = torch.tensor([MATERIALS.index(name.split()[0]) if " " in name else len(MATERIALS) for name in CLASSES])
    counts = one_hot(made_of.to(read.device)[read].flatten(1), len(MATERIALS) + 1).sum(1)[:, :-1]
    return torch.where(counts.sum(1) > 0, counts.argmax(1), -1)


def reader_of(
    size: int,
    device: torch.device | str = "cpu",
    tell: Tell = silent,
    *,
    lessons: Lessons = Lessons(),  # noqa: B008 - frozen
    rebuild: bool = False,
) -> Reader:
    """The reader of toys of this size, or of FINEST: the one that is kept, or one that is taught now, in minutes, and kept.

    OSError where it cannot be kept.
    """
    size = min(size, FINEST)
    device, path, net = torch.device(device), path_of(size, lessons), untaught(size, lessons)
    facts = None if rebuild else shelf.take(path, net, FACTS)
    if facts is None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with torch.enable_grad():
            facts = _taught(net.to(device), size, lessons, device, tell)
        shelf.put(path, net, facts)
    net.to(device).eval()
    return Reader(net, Segments(facts["pixel"], facts["mean"], facts["iou"]), facts["material"])


def path_of(size: int, lessons: Lessons) -> Path:
    """Where the reader of toys of this size is kept."""
    told = json.dumps([VERSION, size, lessons._asdict()])
    return data_root() / "classifiers" / f"toys-{size}-{hashlib.sha256(told.encode()).hexdigest()[:16]}.safetensors"


def untaught(size: int, lessons: Lessons) -> nn.Module:
    """A U-Net that gives a logit for each of CLASSES at each pixel."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(lessons.seed)
        *layers, _ = UNet(width=lessons.width).build((3, size, size), (len(CLASSES), size, size)).children()  # less its tanh
    return nn.Sequential(*layers)


def _taught(net: nn.Module, size: int, lessons: Lessons, device: torch.device, tell: Tell) -> dict[str, float]:
    toys, generator, start = ToyPairs(size=size), Generator(device).manual_seed(lessons.seed), time.monotonic()
    optimizer = torch.optim.Adam(net.parameters(), lessons.rate, fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lessons.rate, total_steps=lessons.steps, pct_start=0.1)
    net.train()
    for step in range(1, lessons.steps + 1):
        _, seen = toys.draw(lessons.batch, generator)
        loss = cross_entropy(net(seen.picture), truth(seen))
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            tell(f"Teaching our reader of toys: step {step:,} of {lessons.steps:,}.", step / lessons.steps)
    net.eval()
    _, held = toys.draw(lessons.tested, Generator(device).manual_seed(HELD_OUT))
    scores, material = judged(Reader(net, Segments(0, 0, 0), 0), held.picture, held)
    seconds = time.monotonic() - start
    tell(f"Our reader of toys is right at {scores.pixel:.2%} of held-out pixels, after {seconds:.0f} s.", 1.0)
    return {**scores._asdict(), "material": material, "seconds": round(seconds, 1)}


def judged(reader: Reader, pictures: Tensor, toys: Toys) -> tuple[Segments, float]:
    """How well the reader reads pictures (N, 3, H, W) of these toys, and the share of those there are whose material it names."""
    true, read = truth(toys), reader.read(pictures)
    there = (toys.labels > 0).flatten(1).any(1)
    right = (material_in(read) == toys.material) & there
    return segments(confusion(read, true, len(CLASSES))), int(right.sum()) / max(int(there.sum()), 1)
