"""A scene becomes a picture: the table, shadows, toys of a material and a colour, by day or by night."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from engine.data.toys.materials import LIGHT, MATERIALS, SHADERS, Body, Faces, Seen, faces, ramp
from engine.data.toys.paints import paint
from engine.data.toys.scene import FINE, Scene
from engine.data.toys.shapes import ROLES
from engine.data.toys.solid import Solid, inflated

TABLE = (0.80, 0.775, 0.74)
MOON, LAMP, GLOW = (0.20, 0.26, 0.46), (1.0, 0.72, 0.42), (0.95, 0.62, 0.22)  # by night: light, highlights, windows
BEAD, PANE = ROLES.index("bead"), ROLES.index("pane")
PORTION = 8  # toys at a time, so that they stay in the cache


def render(scene: Scene, colour: Tensor, material: Tensor, night: Tensor | None = None) -> Tensor:
    """Pictures of a scene, (n, 3, size, size) in [-1, 1]: nothing is left to chance.

    colour: (n, 3) in [-1, 1].  material: (n,) int64, indices into MATERIALS.  night: (n,) bool; by day without it.
    """
    night = torch.zeros_like(material, dtype=torch.bool) if night is None else night
    size = scene.outline.shape[-1]
    pictures = torch.empty(len(material), 3, size, size, device=material.device)
    for number, name in enumerate(MATERIALS):
        for rows in (material == number).nonzero()[:, 0].split(PORTION):
            roles, parts = scene.roles[rows], scene.parts[rows]
            pictures[rows] = _portion(parts, roles, colour[rows], name, night[rows])
    return pictures


def _portion(parts: Tensor, roles: Tensor, colour: Tensor, material: str, night: Tensor) -> Tensor:
    bead, pane = (roles == BEAD)[:, None], (roles == PANE)[:, None]
    solid = inflated(parts, bead[:, 0] | pane[:, 0])
    painted = _painted(roles, paint(colour))
    table = ground(solid.inside, colour, material)
    body = Body(solid, painted, table, _open(parts))
    seen = SHADERS[material](body)
    lit, shine, cover = _set_in(seen, solid, bead, pane)
    by_night = night[:, None, None, None]
    lit = torch.lerp(table, lit, cover)
    dark = lit * lit.new_tensor(MOON)[:, None, None] * 1.05 + shine * cover * 0.8 * lit.new_tensor(LAMP)[:, None, None]
    dark = torch.where(pane, lit * lit.new_tensor(GLOW)[:, None, None] * 1.1, dark)
    picture = torch.where(by_night, dark, lit + shine * cover)
    return F.avg_pool2d(picture.clamp(0, 1), FINE) * 2 - 1


def _painted(roles: Tensor, paints: Tensor) -> Tensor:
    """The colour of each place, (n, 3, S, S).  paints: (n, 5, 3)."""
    places = roles.flatten(1)[:, None].expand(-1, 3, -1)
    return paints.transpose(1, 2).gather(2, places).view(len(roles), 3, *roles.shape[1:])


def _open(parts: Tensor) -> Tensor:
    """(n, 1, S, S): less than 1 close behind a part in front that stands towards the lamp."""
    size = parts.shape[-1]
    steps = [max(round(size * share), 1) for share in (0.012, 0.024, 0.038)]
    shade = torch.zeros(parts.shape, device=parts.device)
    for step in steps:
        hidden = (parts[:, :-step, :-step] > parts[:, step:, step:]) & (parts[:, step:, step:] > 0)
        shade[:, step:, step:] += hidden
    return (1 - 0.75 * F.avg_pool2d(shade[:, None] / len(steps), 3, 1, 1)).clamp(0, 1)


def ground(inside: Tensor, colour: Tensor, material: str) -> Tensor:
    """The table with the toys' shadows on it, (n, 3, S, S).  inside: (n, S, S), 1 where there is a toy."""
    size = inside.shape[-1]
    line = torch.linspace(-1, 1, size, device=inside.device)
    x, y = line, line[:, None]
    bright = 1.07 - 0.07 * (x + y) - 0.05 * (x * x + y * y)
    table = bright * inside.new_tensor(TABLE)[:, None, None]
    mask = F.avg_pool2d(inside[:, None], 4)
    near, wide = _shifted(_soft(mask, 1), size, 0.02), _shifted(_soft(mask, max(size // 64, 1)), size, 0.09)
    shadow = F.interpolate(torch.cat([near, wide], 1), scale_factor=4, mode="bilinear")
    dark = 1 - (1 - 0.42 * shadow[:, :1]) * (1 - 0.46 * shadow[:, 1:])
    if material == "glass":  # lets coloured light through
        tint = ((colour + 1) / 2)[:, :, None, None]
        return table * (1 - dark * (0.75 - 0.6 * tint)) + 0.18 * tint * shadow[:, 1:] ** 3
    return table * (1 - dark * inside.new_tensor((1.0, 0.97, 0.92))[:, None, None])


def _soft(mask: Tensor, radius: int) -> Tensor:
    for _ in range(3):
        mask = F.avg_pool2d(mask, 2 * radius + 1, 1, radius)
    return mask


def _shifted(mask: Tensor, size: int, share: float) -> Tensor:
    """A mask moved away from the lamp by a share of the sheet's width."""
    step = max(round(mask.shape[-1] * share), 1)
    moved = torch.zeros_like(mask)
    moved[..., step:, step:] = mask[..., :-step, :-step]
    return moved


def _set_in(seen: Seen, solid: Solid, bead: Tensor, pane: Tensor) -> Seen:
    """Beads and panes, which are the same in every material, in their places."""
    small = bead | pane
    normal: Faces = faces(solid.slope)
    lamp = normal.towards(LIGHT).clamp(min=0)
    black = 0.05 + 0.10 * lamp + 0.10 * ramp(normal.z, 0.5, 0.1)
    window = 0.78 + 0.25 * lamp
    bright = torch.cat([window * 1.0, window * 0.86, window * 0.55], 1)
    lit = torch.where(bead, black, torch.where(pane, bright, seen.lit))
    spark = ramp(normal.towards((-0.30, -0.36, 0.88)), 0.93, 0.975) * torch.where(bead, 0.95, 0.35)
    return Seen(lit, torch.where(small, spark, seen.shine), torch.where(small, 1.0, seen.cover))
