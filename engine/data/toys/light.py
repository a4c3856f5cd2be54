"""A scene becomes a picture: the table, shadows, toys of a material and a colour, by day or by night."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate

from engine.batches import portions
from engine.data.toys.materials import LIGHT, MATERIALS, Seen, bead, pane
from engine.data.toys.paints import paint
from engine.data.toys.scene import FINE, Scene
from engine.data.toys.surface import BEAD, PANE, Surface, halved, surface

TABLE = (0.80, 0.775, 0.74)
MOON, LAMP, GLOW = (0.24, 0.31, 0.54), (0.90, 0.62, 0.34), (1.10, 0.80, 0.36)  # by night: light, highlights, windows
DENTS = {"clay": 0.12, "metal": 0.0, "candy": 0.0, "glass": 0.0, "fur": 0.0}
PORTION = 16 * 64**2  # pixels at a time, so that they stay in the cache


def render(scene: Scene, colour: Tensor, material: Tensor, night: Tensor | None = None) -> Tensor:
    """Pictures of a scene, (n, 3, size, size) in [-1, 1]: nothing is left to chance.

    colour: (n, 3) in [-1, 1].  material: (n,) int64, indices into MATERIALS.  night: (n,) bool; by day without it.
    """
    night = torch.zeros_like(material, dtype=torch.bool) if night is None else night
    size = scene.outline.shape[-1]
    pictures = torch.empty(len(material), 3, size, size, device=material.device)
    for number, name in enumerate(MATERIALS):
        chosen = (material == number).nonzero()[:, 0]
        for rows in portions(chosen, PORTION // size**2):
            pictures[rows] = _portion(scene.parts[rows], scene.roles[rows], colour[rows], name, night[rows])
    return pictures


def _portion(parts: Tensor, roles: Tensor, colour: Tensor, material: str, night: Tensor) -> Tensor:
    """The pictures of toys that are all of one material."""
    table = ground(parts, colour, material)
    s = surface(parts, roles, hairy=material == "fur", dented=DENTS[material])
    paints = paint(colour)
    behind = (
        table.flatten(2).transpose(0, 1).flatten(1).index_select(1, halved(s.place, parts.shape[-1]))
        if material == "glass"
        else table
    )
    seen = _set_in(MATERIALS[material](s, paints[s.toy, s.role].T, behind), s)
    toys = torch.where(night[s.toy], _by_night(seen, s), seen.lit + seen.shine).clamp(0, 1)
    table = torch.where(night[:, None, None, None], table * _moonlight(table), table)
    return _laid(table, toys, s.place) * 2 - 1


def _moonlight(table: Tensor) -> Tensor:
    """What the night leaves of the table's light, (3, size, size): blue, with a warm corner towards the lamp."""
    line = torch.linspace(0, 1, table.shape[-1], device=table.device)
    warm = 0.5 * torch.exp(-3 * (line.square() + line[:, None].square()))
    return table.new_tensor(MOON)[:, None, None] + warm * table.new_tensor(LAMP)[:, None, None]


def _laid(table: Tensor, toys: Tensor, place: Tensor) -> Tensor:
    """Toys, (3, M), on the table, (n, 3, size, size): each place is a part of a pixel, so that edges are soft."""
    n, _, size, _ = table.shape
    layer = torch.zeros(4, n * (size * FINE) ** 2, device=table.device)
    layer[:3, place] = toys
    layer[3, place] = 1
    layer = avg_pool2d(layer.view(4, n, size * FINE, size * FINE), FINE)
    return (layer[:3] + (1 - layer[3]) * table.transpose(0, 1)).transpose(0, 1).clamp(0, 1)


def _set_in(seen: Seen, s: Surface) -> Seen:
    """Beads and panes, which are the same in every material, in their places."""
    lit, shine = seen
    for role, shader in ((BEAD, bead), (PANE, pane)):
        here = (s.role == role).nonzero()[:, 0]
        own = shader(Surface(*(field[here] for field in s)))
        lit[:, here], shine[here] = own.lit, own.shine
    return Seen(lit, shine)


def _by_night(seen: Seen, s: Surface) -> Tensor:
    """Dim and blue, with warm highlights and windows that glow, (3, M)."""
    lamp, moon, glow = (seen.lit.new_tensor(rgb)[:, None] for rgb in (LAMP, MOON, GLOW))
    warm = 0.55 * s.towards(LIGHT).clamp(min=0) ** 2 * s.open
    dark = seen.lit * (moon + warm * lamp) + seen.shine * lamp
    return torch.where(s.role == PANE, seen.lit * glow, dark)


def ground(parts: Tensor, colour: Tensor, material: str) -> Tensor:
    """The table with the toys' shadows on it, (n, 3, size, size) in 0..1.  parts: (n, S, S), S is FINE times the size."""
    size = parts.shape[-1] // FINE
    line = torch.linspace(-1, 1, size, device=parts.device)
    x, y = line, line[:, None]
    bright = 1.07 - 0.07 * (x + y) - 0.05 * (x * x + y * y)
    table = bright * colour.new_tensor(TABLE)[:, None, None]
    mask = avg_pool2d((parts > 0).float()[:, None], 2 * FINE)
    near, wide = _shifted(_soft(mask, 1, 1), 0.012), _shifted(_soft(mask, max(round(size / 48), 1), 3), 0.06)
    shadow = interpolate(torch.cat([near, wide], 1), size=(size, size), mode="bilinear")
    dark = 1 - (1 - 0.42 * shadow[:, :1]) * (1 - 0.46 * shadow[:, 1:])
    if material == "glass":  # lets coloured light through
        tint = ((colour + 1) / 2)[:, :, None, None]
        return table * (1 - dark * (0.75 - 0.6 * tint)) + 0.18 * tint * shadow[:, 1:] ** 3
    return table * (1 - dark * colour.new_tensor((1.0, 0.97, 0.92))[:, None, None])


def _soft(mask: Tensor, radius: int, times: int) -> Tensor:
    for _ in range(times):
        mask = avg_pool2d(mask, 2 * radius + 1, 1, radius)
    return mask


def _shifted(mask: Tensor, share: float) -> Tensor:
    """A mask moved away from the lamp by a share of the sheet's width."""
    step = max(round(mask.shape[-1] * share), 1)
    moved = torch.zeros_like(mask)
    moved[..., step:, step:] = mask[..., :-step, :-step]
    return moved
