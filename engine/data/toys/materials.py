"""How clay, metal, candy, glass and fur answer to light: for each a function from a surface to what is seen of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from engine.data.toys.surface import Surface

LIGHT = (-0.48, -0.58, 0.66)  # towards the lamp: left, up, and out of the sheet
HALF = (-0.263, -0.318, 0.911)  # halfway between the lamp and the eye


class Seen(NamedTuple):
    """lit: (3, M), what is lit evenly.  shine: (M,), highlights that have the lamp's own colour."""

    lit: Tensor
    shine: Tensor


def ramp(x: Tensor, low: float, high: float) -> Tensor:
    """From 0 at `low` to 1 at `high`, softly."""
    t = ((x - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def clay(s: Surface, paint: Tensor, table: Tensor) -> Seen:
    """Matt, darker in the folds."""
    fold = 1 - 0.35 * torch.exp(-18 * s.deep)
    lamp = ((s.towards(LIGHT) + 0.22) / 1.22).clamp(min=0) * s.open
    sky = 0.36 - 0.10 * s.y
    return Seen(paint * (fold * (sky + 0.72 * lamp)), 0.07 * s.towards(HALF).clamp(min=0) ** 10 * s.open)


def metal(s: Surface, paint: Tensor, table: Tensor) -> Seen:
    """A mirror tinted by its colour: it shows a bright sky, a dark horizon and a floor, in bands, and sharp highlights."""
    up = 0.26 - 2 * s.z * (0.88 * s.y + 0.42 * s.x)  # how high the mirrored ray looks
    sky = 0.58 + 0.42 * up.clamp(0, 1.1)
    floor = 0.22 + 0.95 * (-up).clamp(0, 0.8)
    mirror = torch.lerp(floor, sky, ramp(up, -0.14, 0.16)) - 0.20 * ramp(up, 0.62, 0.78) * ramp(up, 1.02, 0.86)
    tint = torch.lerp(paint, torch.full_like(paint, 0.78), 0.2)
    lit = tint * ((1.25 * mirror + 0.22 * ramp(s.z, 0.4, 0.12)) * (0.6 + 0.4 * s.open)) + 0.10 * ramp(up, 0.9, 1.2)
    return Seen(lit, 0.95 * ramp(s.towards(HALF), 0.955, 0.985) * s.open)


def candy(s: Surface, paint: Tensor, table: Tensor) -> Seen:
    """Glossy and bright; light that went in on one side comes out on the other."""
    luma = paint.mean(0)
    vivid = (luma + 1.3 * (paint - luma)).clamp(0.02, 1)
    lamp = (s.towards(LIGHT) * 0.55 + 0.45).clamp(min=0) * (0.6 + 0.4 * s.open)
    through = (-(s.x * LIGHT[0] + s.y * LIGHT[1])).clamp(min=0) * (1 - s.z)
    lit = vivid * (0.46 + 0.55 * lamp) + (0.25 + 0.75 * vivid) * (0.55 * through) + 0.28 * ramp(s.z, 0.42, 0.08)
    spot = s.towards(HALF)
    return Seen(lit, (0.9 * ramp(spot, 0.972, 0.988) + 0.22 * ramp(spot, 0.86, 0.98)) * s.open)


def glass(s: Surface, paint: Tensor, table: Tensor) -> Seen:
    """Clear: the ground is seen through it, tinted the more the thicker; bright and dark at the rim, sharp highlights."""
    thick = (0.35 + 0.7 * (s.height + s.deep)).clamp(max=1.5)
    tint = torch.exp((0.14 + 0.86 * paint).log() * thick)
    edge = ramp(s.z, 0.66, 0.30)
    gather = ramp((s.x * 0.48 + s.y * 0.58) * 1.33, 0.2, 0.95) * s.z  # light collects away from the lamp
    lit = table * tint * (1.04 - 0.45 * edge) + (0.3 + 0.7 * paint) * (0.7 * gather) + 0.34 * ramp(s.z, 0.27, 0.06)
    return Seen(lit, ramp(s.towards(HALF), 0.962, 0.982) + 0.5 * ramp(s.towards((0.45, 0.52, 0.72)), 0.985, 0.998))


def fur(s: Surface, paint: Tensor, table: Tensor) -> Seen:
    """Soft and matt, in streaks, a little brighter where it stands against the light."""
    lamp = ((s.towards(LIGHT) + 0.4) / 1.4).clamp(min=0) * (0.55 + 0.45 * s.open)
    fold = 1 - 0.35 * torch.exp(-14 * s.deep)
    lit = paint * (fold * (0.36 + 0.76 * lamp) * (1 + 0.11 * s.hair)) + 0.02 * s.hair + 0.10 * ramp(s.z, 0.5, 0.1) * lamp
    return Seen(lit, torch.zeros_like(lamp))


MATERIALS: dict[str, Callable[[Surface, Tensor, Tensor], Seen]] = {
    "clay": clay,
    "metal": metal,
    "candy": candy,
    "glass": glass,
    "fur": fur,
}
"""What is seen of a surface, its paint (3, M) and the table behind it (3, M), colours from 0 to 1."""


def bead(s: Surface) -> Seen:
    """Black and glossy, in every material."""
    black = 0.05 + 0.10 * s.towards(LIGHT).clamp(min=0) + 0.10 * ramp(s.z, 0.5, 0.1)
    return Seen(black.expand(3, -1), 0.95 * ramp(s.towards((-0.30, -0.36, 0.88)), 0.93, 0.975))


def pane(s: Surface) -> Seen:
    """A window with warm light behind it, in every material."""
    warm = s.x.new_tensor((1.0, 0.86, 0.55))[:, None]
    return Seen(warm * (0.80 + 0.25 * s.towards(LIGHT).clamp(min=0)), 0.35 * ramp(s.towards((-0.30, -0.36, 0.88)), 0.93, 0.975))
