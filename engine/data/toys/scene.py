"""A scene: which toys lie where, as maps of parts and roles, and their outlines as a hand draws them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageDraw
from torch import Generator, Tensor

from engine.data.toys.freeforms import enclosed
from engine.data.toys.hand import sketched
from engine.data.toys.kinds import CLOSING, INKED, KINDS, chances, placed
from engine.data.toys.shapes import ROLES, Part

FINE = 2  # a scene is drawn twice as fine as its picture, so that edges are soft
ROD = 0.055  # half the thickness of a rod
SMALLEST, LARGEST = 0.45, 1.0  # how much of the sheet's width a toy fills
BEYOND, FAR = 0.3, 3.0  # the share of silhouettes that cover the sheet, and their size


class Scene(NamedTuple):
    """outline: (n, 1, size, size) in [-1, 1], ink -1 on paper +1.  parts: (n, FINE size, FINE size) uint8, which part is seen
    there, 0 for the ground, later parts in front.  roles: the same shape, indices into ROLES.  kind: (n,) int64, an index
    into KINDS.  scale: (n,), how much of the sheet a toy fills.
    """

    outline: Tensor
    parts: Tensor
    roles: Tensor
    kind: Tensor
    scale: Tensor


def scene(n: int, generator: Generator, *, size: int, kind: str | None = None) -> Scene:
    """n toys on sheets of size x size pixels, 32 to 128: of all kinds, each as often as its share, or all of one kind."""
    device = generator.device
    rng = np.random.default_rng(int(torch.randint(2**62, (), generator=generator, device=device)))
    names = list(KINDS)
    kinds = rng.choice(len(names), n, p=chances()) if kind is None else np.full(n, names.index(kind))
    scales = rng.uniform(SMALLEST, LARGEST, n) ** 0.7
    inked = np.isin(kinds, [names.index(name) for name in INKED])
    scales = np.where(inked & (rng.random(n) < BEYOND), FAR, scales)
    toys = [placed(KINDS[names[kind]](rng), scale, rng) for kind, scale in zip(kinds, scales, strict=True)]
    closing = [names[kind] in CLOSING for kind in kinds]
    parts = np.stack([visible(toy, FINE * size, closing=closes) for toy, closes in zip(toys, closing, strict=True)])
    return Scene(
        torch.from_numpy(sketched(toys, parts, rng, size=size, inked=inked)).to(device),
        torch.from_numpy(parts).to(device),
        torch.from_numpy(roles(toys, parts)).to(device),
        torch.from_numpy(kinds).to(device, torch.int64),
        torch.from_numpy(scales.clip(max=1)).to(device, torch.float32),
    )


def visible(toy: list[Part], size: int, *, closing: bool = False) -> npt.NDArray[np.uint8]:
    """Which part is seen where, (size, size): its place in the list, from 1; 0 for the ground.

    closing: what the parts enclose belongs to the first of them.
    """
    sheet = Image.new("L", (size, size))
    pen = ImageDraw.Draw(sheet)
    for number, part in enumerate(toy, 1):
        pixels = ((part.points + 1) * (size / 2) - 0.5).ravel().tolist()
        if part.closed:
            pen.polygon(pixels, fill=number)
            continue
        thick = ROD * size / 2
        pen.line(pixels, fill=number, width=round(2 * thick))
        for x, y in zip(pixels[::2], pixels[1::2], strict=True):
            pen.ellipse((x - thick, y - thick, x + thick, y + thick), fill=number)
    seen = np.array(sheet)
    if closing:
        step = max(size // 32, 1)  # a rod is thick enough not to be missed
        filled = enclosed(seen[::step, ::step] > 0).repeat(step, 0).repeat(step, 1)[:size, :size]
        seen[_grown(filled, step) & (seen == 0)] = 1
    return seen


def _grown(mask: npt.NDArray[np.bool_], step: int) -> npt.NDArray[np.bool_]:
    """A mask and all that lies within `step` of it in rows and columns; nothing of it lies as near to the sheet's edge."""
    rows = mask | np.roll(mask, step, 0) | np.roll(mask, -step, 0)
    return rows | np.roll(rows, step, 1) | np.roll(rows, -step, 1)


def roles(toys: list[list[Part]], parts: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The role at each place, as an index into ROLES, from the part that is seen there."""
    tables = [bytes([0, *(ROLES.index(part.role) for part in toy)]).ljust(256, b"\0") for toy in toys]
    return np.stack(
        [
            np.frombuffer(sheet.tobytes().translate(table), np.uint8).reshape(sheet.shape)
            for sheet, table in zip(parts, tables, strict=True)
        ]
    )
