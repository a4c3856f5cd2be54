"""Colours by name, what they do to the parts of a toy, and what a toy is called in a sentence."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from engine.data.toys.kinds import KINDS
from engine.data.toys.materials import MATERIALS as SHADERS

COLOURS: dict[str, tuple[float, float, float]] = {
    "red": (0.84, 0.16, 0.14),
    "orange": (0.95, 0.52, 0.10),
    "yellow": (0.97, 0.82, 0.18),
    "green": (0.25, 0.66, 0.26),
    "turquoise": (0.13, 0.68, 0.66),
    "blue": (0.16, 0.37, 0.82),
    "purple": (0.52, 0.25, 0.72),
    "pink": (0.95, 0.48, 0.66),
    "brown": (0.50, 0.31, 0.19),
    "white": (0.92, 0.91, 0.88),
    "grey": (0.46, 0.47, 0.50),
}
"""Red, green and blue, each from 0 to 1."""

MATERIALS = tuple(SHADERS)
"""The names of the materials, in the order of their numbers."""

CREAM, COCOA = (1.0, 0.93, 0.76), (0.45, 0.30, 0.22)  # where an accent leans: of a dark colour, of a light one
BEAD, PANE = (0.07, 0.06, 0.08), (1.0, 0.84, 0.50)
LUMA = (0.30, 0.59, 0.11)
SMALL, BIG = 0.66, 0.86  # scales below and above which a toy is called so
IRREGULAR = {"line": "rod", "scribble": "scribble", "blobs": "group of blobs", "dotted blob": "blob with dots"}


def picked(n: int, generator: Generator, *, jitter: float = 0.04, free: float = 0.0) -> Tensor:
    """n of the COLOURS with a little noise, (n, 3) in [-1, 1]; free: the share of them that are any colour instead."""
    device = generator.device
    table = torch.tensor(list(COLOURS.values()), device=device)
    rows = torch.randint(len(table), (n,), generator=generator, device=device)
    noise = jitter * torch.randn(n, 3, generator=generator, device=device)
    colours = (table[rows] + noise).clamp(0, 1)
    if free:
        any_colour, chance = (
            torch.rand(n, 3, generator=generator, device=device),
            torch.rand(n, 1, generator=generator, device=device),
        )
        colours = torch.where(chance < free, any_colour, colours)
    return colours * 2 - 1


def accent(colour: Tensor) -> Tensor:
    """The second colour of a toy, from its first, (n, 3) in 0..1: more like cream, or if it is light already, like cocoa."""
    light = colour @ colour.new_tensor(LUMA)
    share = ((light - 0.72) / 0.12).clamp(0, 1)[:, None]
    aim = torch.lerp(colour.new_tensor(CREAM), colour.new_tensor(COCOA), share)
    return torch.lerp(colour, aim, 0.62)


def paint(colour: Tensor) -> Tensor:
    """The colours of ROLES, (n, 5, 3) in 0..1, of toys that were told `colour`, (n, 3) in [-1, 1]."""
    told = (colour + 1) / 2
    fixed = [told.new_tensor(rgb).expand_as(told) for rgb in (BEAD, PANE)]
    return torch.stack([torch.zeros_like(told), told, accent(told), *fixed], 1)


def named(colour: Tensor) -> str:
    """The name of the nearest of COLOURS.  colour: (3,) in [-1, 1]."""
    table = colour.new_tensor(list(COLOURS.values()))
    return list(COLOURS)[int((table - (colour + 1) / 2).square().sum(1).argmin())]


def caption(*, kind: int, colour: Tensor, material: int, scale: float) -> str:
    """A sentence about one toy: "a small red clay fish".  colour: (3,) in [-1, 1]."""
    name = list(KINDS)[kind]
    if name == "nothing":
        return "an empty table"
    size = ["small"] if scale < SMALL else ["big"] if scale > BIG else []
    words = [*size, named(colour), MATERIALS[material], IRREGULAR.get(name, name)]
    return f"{'an' if words[0][0] in 'aeiou' else 'a'} {' '.join(words)}"
