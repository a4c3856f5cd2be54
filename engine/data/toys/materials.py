"""How clay, metal, candy, glass and fur answer to light: for each a function from a body to what is seen of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.data.toys.solid import Solid

LIGHT = (-0.48, -0.58, 0.66)  # towards the lamp: left, up, and out of the sheet
HALF = (-0.263, -0.318, 0.911)  # halfway between the lamp and the eye


class Body(NamedTuple):
    """solid.  paint: (n, 3, S, S) in 0..1, the colour of each place.  table: (n, 3, S, S), the ground behind it.
    open: (n, 1, S, S), 1 where no other part shades a place.
    """

    solid: Solid
    paint: Tensor
    table: Tensor
    open: Tensor


class Seen(NamedTuple):
    """lit: (n, 3, S, S), what is lit evenly.  shine: (n, 1, S, S), highlights that have the lamp's own colour.
    cover: (n, 1, S, S), how much of the ground is hidden.
    """

    lit: Tensor
    shine: Tensor
    cover: Tensor


class Faces(NamedTuple):
    """Which way a surface looks: x, y, z of its unit normals, (n, 1, S, S) each."""

    x: Tensor
    y: Tensor
    z: Tensor

    def towards(self, to: tuple[float, float, float]) -> Tensor:
        return self.x * to[0] + self.y * to[1] + self.z * to[2]


def faces(slope: Tensor) -> Faces:
    """Normals of a surface from its slopes, (n, 2, S, S)."""
    x, y = -slope[:, :1], -slope[:, 1:]
    z = (1 + x * x + y * y).rsqrt()
    return Faces(x * z, y * z, z)


def ramp(x: Tensor, low: float, high: float) -> Tensor:
    """From 0 at `low` to 1 at `high`, softly."""
    t = ((x - low) / (high - low)).clamp(0, 1)
    return t * t * (3 - 2 * t)


@lru_cache(maxsize=16)
def grain(size: int, coarse: int, device: torch.device) -> Tensor:
    """Noise of mean 0 and deviation 1 that never changes, (size, size); `coarse` is the number of its bumps across."""
    noise = torch.randn(1, 1, coarse, coarse, generator=torch.Generator().manual_seed(coarse))
    noise = F.interpolate(noise, size=(size, size), mode="bicubic", align_corners=False)[0, 0]
    return ((noise - noise.mean()) / noise.std()).to(device)


def clay(body: Body) -> Seen:
    """Matt, with faint dents, darker in the folds."""
    dents = grain(body.paint.shape[-1], 14, body.paint.device)
    rough = torch.stack([dents.roll(1, 1) - dents.roll(-1, 1), dents.roll(1, 0) - dents.roll(-1, 0)])
    normal = faces(body.solid.slope + 0.35 * rough)
    fold = 1 - 0.35 * torch.exp(-18 * body.solid.deep[:, None])
    lamp = ((normal.towards(LIGHT) + 0.22) / 1.22).clamp(min=0) * body.open
    sky = 0.36 - 0.10 * normal.y
    return Seen(
        body.paint * (fold * (sky + 0.72 * lamp)), 0.07 * normal.towards(HALF).clamp(min=0) ** 10 * body.open, _whole(body)
    )


def metal(body: Body) -> Seen:
    """A mirror tinted by its colour: it shows a bright sky, a dark horizon and a floor, in bands, and sharp highlights."""
    normal = faces(0.9 * body.solid.slope)
    up = -2 * normal.z * (0.85 * normal.y + 0.5 * normal.x)  # how high the mirrored ray looks, from -1 to 1
    sky = 0.62 + 0.5 * up.clamp(min=0)
    floor = 0.55 - 0.35 * ramp(up, -0.9, -0.1)
    mirror = torch.lerp(floor, sky, ramp(up, -0.06, 0.10)) - 0.30 * ramp(up, 0.32, 0.44) * ramp(-up, -0.66, -0.54)
    rim = ramp(normal.z, 0.45, 0.15)
    shine = 0.95 * ramp(normal.towards(HALF), 0.955, 0.985)
    tint = torch.lerp(body.paint, torch.full_like(body.paint, 0.78), 0.22)
    lit = tint * (1.22 * mirror + 0.25 * rim) * (0.55 + 0.45 * body.open) + 0.16 * ramp(up, 0.55, 1.0)
    return Seen(lit, shine * body.open, _whole(body))


def candy(body: Body) -> Seen:
    """Glossy and bright; light that entered on one side leaves, redder and deeper, on the other."""
    normal = faces(body.solid.slope)
    luma = body.paint.mean(1, keepdim=True)
    vivid = (luma + 1.3 * (body.paint - luma)).clamp(0.02, 1)
    lamp = (normal.towards(LIGHT) * 0.55 + 0.45).clamp(min=0) * (0.6 + 0.4 * body.open)
    through = (-(normal.x * LIGHT[0] + normal.y * LIGHT[1])).clamp(min=0) * (1 - normal.z)
    lit = vivid * (0.46 + 0.55 * lamp) + (0.25 + 0.75 * vivid) * (0.55 * through) + 0.28 * ramp(normal.z, 0.42, 0.08)
    spot = normal.towards(HALF)
    shine = 0.9 * ramp(spot, 0.972, 0.988) + 0.22 * ramp(spot, 0.86, 0.98)
    return Seen(lit, shine * body.open, _whole(body))


def glass(body: Body) -> Seen:
    """Clear: the ground is seen through it, tinted the more the thicker; bright and dark at the rim, one sharp highlight."""
    normal = faces(body.solid.slope)
    thick = (body.solid.height + body.solid.deep)[:, None]
    tint = (0.12 + 0.88 * body.paint) ** (0.35 + 0.9 * thick.clamp(max=1.6))
    ground = body.table * 0.35 + 0.65 * body.table.amax((2, 3), keepdim=True)
    edge = ramp(normal.z, 0.62, 0.30)
    gather = ramp((normal.x * 0.48 + normal.y * 0.58) * 1.33, 0.2, 0.95) * normal.z  # light collects away from the lamp
    lit = ground * tint * (1.0 - 0.42 * edge) + (0.3 + 0.7 * body.paint) * (0.65 * gather) + 0.30 * ramp(normal.z, 0.26, 0.06)
    shine = ramp(normal.towards(HALF), 0.962, 0.982) + 0.5 * ramp(normal.towards((0.45, 0.52, 0.72)), 0.985, 0.998)
    return Seen(lit, shine, _whole(body))


def fur(body: Body) -> Seen:
    """Hair that stands outwards from the middle: streaks, and an edge that frays."""
    size = body.paint.shape[-1]
    inside = body.solid.inside[:, None]
    soft = _blurred(inside, size // 16)
    out = (
        torch.cat([soft[..., :, :1] * 0, soft[..., 1:] - soft[..., :-1]], -1),
        torch.cat([soft[..., :1, :] * 0, soft[..., 1:, :] - soft[..., :-1, :]], -2),
    )
    way = -body.solid.slope.clamp(-3, 3) * inside - 12 * torch.cat(out, 1)
    way = way / (way.square().sum(1, keepdim=True) + 1e-4).sqrt()
    hair = _combed(grain(size, size // 2, body.paint.device), way, steps=max(size // 18, 4))
    lamp = ((faces(0.8 * body.solid.slope).towards(LIGHT) + 0.35) / 1.35).clamp(min=0) * (0.45 + 0.55 * body.open)
    fold = 1 - 0.4 * torch.exp(-14 * body.solid.deep[:, None])
    lit = body.paint * (fold * (0.34 + 0.78 * lamp))
    near = _blurred(torch.cat([lit * inside, inside], 1), max(size // 32, 1))
    lit = torch.lerp(near[:, :3] / (near[:, 3:] + 1e-3), lit, inside)
    lit = lit * (1 + 0.26 * hair) + 0.05 * hair
    edge = _blurred(inside, max(size // 48, 1)) + 0.16 * hair
    return Seen(lit, torch.zeros_like(inside), ramp(edge, 0.30, 0.52))


SHADERS: dict[str, Callable[[Body], Seen]] = {"clay": clay, "metal": metal, "candy": candy, "glass": glass, "fur": fur}
MATERIALS = tuple(SHADERS)
"""The materials, in the order of their numbers."""


def _whole(body: Body) -> Tensor:
    return body.solid.inside[:, None]


def _blurred(x: Tensor, radius: int) -> Tensor:
    """The mean over squares, twice."""
    for _ in range(2):
        x = F.avg_pool2d(x, 2 * radius + 1, 1, radius, count_include_pad=True)
    return x


def _combed(noise: Tensor, way: Tensor, steps: int) -> Tensor:
    """Noise smeared along a direction, (n, 1, S, S), again of deviation about 1.  way: (n, 2, S, S), of length about 1."""
    size = noise.shape[-1]
    place = torch.arange(size, device=noise.device)
    total = torch.zeros_like(way[:, 0])
    for step in range(steps):
        x = (place + way[:, 0] * (step - steps // 2)).round().long() % size
        y = (place[:, None] + way[:, 1] * (step - steps // 2)).round().long() % size
        total += noise.flatten()[y * size + x]
    return (total / steps**0.5)[:, None].clamp(-2, 2)
