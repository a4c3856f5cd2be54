"""Toys that we draw ourselves, in pairs: an outline as a person would draw it, and the toy it means, lit and shaded.

    toys = draw(16, torch.Generator().manual_seed(0), size=64)

`scene` and `render` are its two steps: one scene can be rendered in two materials, or by day and by night.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Generator, Tensor

from engine.data.toys.kinds import KINDS
from engine.data.toys.light import render
from engine.data.toys.paints import COLOURS, MATERIALS, caption, picked
from engine.data.toys.scene import FINE, Scene, scene
from engine.data.toys.shapes import ROLES


class Toys(NamedTuple):
    """outline: (n, 1, size, size) in [-1, 1], ink -1 on paper +1.  picture: (n, 3, size, size) in [-1, 1].  colour: (n, 3) in
    [-1, 1], as told.  material, kind: (n,) int64, indices into MATERIALS and KINDS.  scale: (n,), the share of the sheet's
    width that the toy fills.  labels: (n, size, size) int64, indices into ROLES.
    """

    outline: Tensor
    picture: Tensor
    colour: Tensor
    material: Tensor
    kind: Tensor
    scale: Tensor
    labels: Tensor


def draw(n: int, generator: Generator, *, size: int, kind: str | None = None, material: str | None = None) -> Toys:
    """n toys with their outlines, on the generator's device: of all kinds and materials, or only of the named ones."""
    toys = scene(n, generator, size=size, kind=kind)
    colour = picked(n, generator)
    if material is None:
        which = torch.randint(len(MATERIALS), (n,), generator=generator, device=generator.device)
    else:
        which = torch.full((n,), MATERIALS.index(material), device=generator.device)
    picture = render(toys, colour, which)
    return Toys(toys.outline, picture, colour, which, toys.kind, toys.scale, labels(toys))


def labels(toys: Scene) -> Tensor:
    """The role of each pixel, (n, size, size) int64, indices into ROLES."""
    return toys.roles[:, 1::FINE, 1::FINE].long()


__all__ = ["COLOURS", "KINDS", "MATERIALS", "ROLES", "Scene", "Toys", "caption", "draw", "labels", "picked", "render", "scene"]
