"""What can be seen of toys, place by place, and nothing of the ground: most of a sheet is ground, and costs nothing here."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate, max_pool2d

from engine.data.toys.shapes import ROLES
from engine.data.toys.solid import Cushion, inflated

WHOLE = 0.55  # the share of the silhouette's own roundness in the slope of a part
BEAD, PANE = ROLES.index("bead"), ROLES.index("pane")
HAIR = 0.034  # how far hair reaches, as a share of the sheet's width
COMBED = 1 / 18  # the length of a streak, as a share of the sheet's width


class Surface(NamedTuple):
    """M places of toys.  place: (M,) int64, where in the flat maps (n * S * S).  toy, role: (M,) int64.  x, y, z: (M,), the
    unit normals.  deep: (M,), the height over the part's own border.  height: (M,), over the silhouette's.  open: (M,), less
    than 1 close behind a part in front.  hair: (M,), streaks of deviation about 1, or 0.
    """

    place: Tensor
    toy: Tensor
    role: Tensor
    x: Tensor
    y: Tensor
    z: Tensor
    deep: Tensor
    height: Tensor
    open: Tensor
    hair: Tensor

    def towards(self, to: tuple[float, float, float]) -> Tensor:
        """The cosine between the normal and a direction, (M,)."""
        return self.x * to[0] + self.y * to[1] + self.z * to[2]


def surface(parts: Tensor, roles: Tensor, *, hairy: bool, dented: float = 0.0) -> Surface:
    """The surface of toys from maps of their parts and roles, (n, S, S) uint8.  dented: the depth of faint dents."""
    size = parts.shape[-1]
    part, whole = inflated(parts), inflated(max_pool2d((parts > 0).float(), 2))  # the whole is smooth, half as fine will do
    role = roles.flatten()
    place = seen = (parts.flatten() > 0).nonzero()[:, 0]
    hair = torch.zeros(0, device=parts.device)
    if hairy:
        place, seen, hair = _frayed(parts, role, part)
    role, below = role.index_select(0, seen).long(), halved(seen, size)
    share = torch.where(role >= BEAD, 0.1, WHOLE)
    right = torch.lerp(part.right.index_select(0, seen), whole.right.index_select(0, below), share)
    down = torch.lerp(part.down.index_select(0, seen), whole.down.index_select(0, below), share)
    if dented:
        depth = torch.where(role >= BEAD, 0.0, dented)
        across, along = waves(size, parts.device).index_select(1, seen % size**2)
        right, down = right + depth * across, down + depth * along
    z = (1 + right * right + down * down).rsqrt()
    return Surface(
        place,
        place // size**2,
        role,
        -right * z,
        -down * z,
        z,
        part.height.index_select(0, seen),
        whole.height.index_select(0, below),
        _open(parts).index_select(0, seen),
        hair if hairy else torch.zeros_like(z),
    )


def _open(parts: Tensor) -> Tensor:
    """(n * S * S,): less than 1 where a part in front stands close by, towards the lamp at the upper left."""
    shade = torch.zeros_like(parts)
    for share in (0.010, 0.020, 0.030, 0.040):
        step = max(round(parts.shape[-1] * share), 1)
        shade[:, step:, step:] += parts[:, :-step, :-step] > parts[:, step:, step:]
    return 1 - 0.18 * shade.flatten()


class Spots(NamedTuple):
    """Places by where their sheet begins, (M,) int64, and their row and column, (M,) whole floats."""

    sheet: Tensor
    row: Tensor
    column: Tensor

    def moved(self, x: Tensor | int, y: Tensor | int, size: int) -> Tensor:
        """Where x to the right and y below is, rounded, and no further than to the edge of the sheet, (M,) int64."""
        row = (self.row + y).round_().clamp_(0, size - 1)
        return ((self.column + x).round_().clamp_(0, size - 1) + row * size).long().add_(self.sheet)


def spots(place: Tensor, size: int) -> Spots:
    """Places in flat maps, row by row and sheet by sheet."""
    rows = place // size
    return Spots(rows // size * size**2, (rows % size).float(), (place - rows * size).float())


def _frayed(parts: Tensor, role: Tensor, cushion: Cushion) -> tuple[Tensor, Tensor, Tensor]:
    """Places of hair, where each one's hair is rooted, and its streaks: hair lies outwards, over the edge of its part."""
    size = parts.shape[-1]
    soft = _softened(parts)
    place = (soft > 0.02).nonzero()[:, 0]
    here = spots(place, size)
    edge = 0.01 + 2 * soft.index_select(0, place).clamp(0, 1)
    x, y = (
        -rise.index_select(0, place) * edge - 40 * (soft[here.moved(right, down, size)] - soft[here.moved(-right, -down, size)])
        for rise, right, down in ((cushion.right, 1, 0), (cushion.down, 0, 1))
    )
    length = (x * x + y * y).sqrt_().add_(0.05)
    x, y = x / length, y / length
    hair = _streaks(here, x, y, size)
    reach = (0.45 + 0.4 * hair).clamp(0, 1) * (HAIR * size)
    root = here.moved(-x * reach, -y * reach, size)
    root = torch.where((role.index_select(0, place) >= BEAD) | (role.index_select(0, root) >= BEAD), place, root)
    grown = (parts.flatten().index_select(0, root) > 0).nonzero()[:, 0]
    return place[grown], root[grown], hair[grown]


def _softened(parts: Tensor) -> Tensor:
    """How much of a place's surroundings is toy, (n * S * S,): falls smoothly across its edge."""
    coarse = avg_pool2d((parts > 0).float()[:, None], 4)
    for _ in range(3):
        coarse = avg_pool2d(coarse, 3, 1, 1)
    return interpolate(coarse, size=parts.shape[1:], mode="bilinear").flatten()


def _streaks(here: Spots, x: Tensor, y: Tensor, size: int) -> Tensor:
    """Noise smeared along a direction of length about 1, of deviation about 1."""
    noise, steps = grain(size, round(size / 2.5), x.device).flatten(), max(round(size * COMBED / 2), 3)
    sheet = here._replace(sheet=torch.zeros_like(here.sheet))
    total = torch.zeros_like(x)
    for far in range(-steps, steps, 2):
        total += noise.index_select(0, sheet.moved(x * far, y * far, size))
    return (total / math.sqrt(steps)).clamp(-2, 2)


def halved(place: Tensor, size: int) -> Tensor:
    """The same place in flat maps that are half as fine."""
    return place // (2 * size) * (size // 2) + place % size // 2


@lru_cache(maxsize=16)
def grain(size: int, coarse: int, device: torch.device) -> Tensor:
    """Noise of mean 0 and deviation 1 that never changes, (size, size); `coarse` is the number of its bumps across."""
    noise = torch.randn(1, 1, coarse, coarse, generator=torch.Generator().manual_seed(coarse))
    noise = interpolate(noise, size=(size, size), mode="bicubic", align_corners=False)[0, 0]
    even: Tensor = (noise - noise.mean()) / noise.std()
    return even.to(device)


@lru_cache(maxsize=16)
def waves(size: int, device: torch.device) -> Tensor:
    """The slopes to the right and downwards of soft dents that never change, (2, size * size): plane waves in many directions."""
    line = torch.arange(size) / size
    turn, pace, phase = torch.rand(3, 24, 1, 1, generator=torch.Generator().manual_seed(24)) * 2 * math.pi
    pace, x, y = 18 + 5 * pace, turn.cos(), turn.sin()  # 3 to 8 dents across the sheet
    steep = pace * torch.cos(pace * (x * line + y * line[:, None]) + phase)
    return torch.stack([(x * steep).sum(0), (y * steep).sum(0)]).flatten(1).div(100).to(device)
