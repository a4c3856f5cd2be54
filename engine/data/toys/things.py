"""Things from the nursery, the kitchen and the garden: parts from the back to the front."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import Generator

from engine.data.toys.shapes import TURN, Part, bent, box, ellipse, polygon, smooth, star


def cup(rng: Generator) -> list[Part]:
    u = rng.uniform
    top, foot, high, hold = u(0.5, 0.65), u(0.35, 0.6), u(0.55, 0.8), u(0.22, 0.32)
    angle = np.linspace(-1.9, 1.9, 14)
    arc = np.stack([np.cos(angle), np.sin(angle) * 1.15], 1)
    handle = np.concatenate([arc * hold, arc[::-1] * (hold - 0.13)]) + np.array([(top + foot) / 2 + 0.05, 0.05])
    return [
        Part(handle),
        Part(polygon([(-top, -high), (top, -high), (foot, high), (-foot, high)], u(0.08, 0.25))),
        Part(ellipse(0, -high, top, u(0.1, 0.18)), "accent"),
    ]


def mushroom(rng: Generator) -> list[Part]:
    u = rng.uniform
    wide, high, stem, foot = u(0.7, 0.95), u(0.5, 0.85), u(0.16, 0.3), u(0.22, 0.42)
    parts = [
        Part(smooth([(-stem, -0.1), (stem, -0.1), (stem, 0.5), (foot, 0.85), (0, 0.92), (-foot, 0.85), (-stem, 0.5)]), "accent"),
        Part(
            smooth(
                [
                    (-wide, 0.05),
                    (-0.8 * wide, -0.6 * high),
                    (0, -high),
                    (0.8 * wide, -0.6 * high),
                    (wide, 0.05),
                    (0.5 * wide, 0.16),
                    (-0.5 * wide, 0.16),
                ]
            )
        ),
    ]
    spots = [(-0.45, -0.22), (0.05, -0.55), (0.48, -0.2), (0.0, -0.1)][: int(rng.integers(0, 5))]
    return [*parts, *(Part(ellipse(x * wide, y * high, u(0.11, 0.17), u(0.1, 0.15)), "accent") for x, y in spots)]


def house(rng: Generator) -> list[Part]:
    u = rng.uniform
    wide, eaves, roof, over = u(0.5, 0.75), u(-0.25, 0.05), u(0.5, 0.8), u(0.08, 0.2)
    peak = wide * u(0.0, 0.6)  # half the ridge: a tent's or a hipped roof
    parts = [Part(box(0.5 * wide, eaves - 0.55 * roof, 0.1, 0.3, 0.03))] if rng.random() < 0.6 else []
    parts += [
        Part(box(0, (eaves + 0.9) / 2, wide, (0.9 - eaves) / 2, 0.04)),
        Part(polygon([(-wide - over, eaves), (-peak, eaves - roof), (peak, eaves - roof), (wide + over, eaves)], 0.07), "accent"),
    ]
    door = u(-0.3, 0.3) * wide
    parts.append(Part(box(door, 0.66, 0.13, 0.24, 0.05), "accent"))
    for side in (-1, 1):
        x = side * 0.6 * wide
        if abs(x - door) > 0.3:
            parts.append(Part(box(x, (eaves + 0.9) / 2 - 0.08, u(0.1, 0.14), u(0.1, 0.15), 0.03), "pane"))
    return parts


def car(rng: Generator) -> list[Part]:
    u = rng.uniform
    roof, hood, wheel, front = u(0.45, 0.65), u(-0.1, 0.02), u(0.18, 0.25), u(0.3, 0.5)
    body = polygon(
        [
            (-0.95, 0.35),
            (-0.95, hood),
            (-0.55, hood - 0.04),
            (-0.35, -roof),
            (front, -roof),
            (0.65, hood - 0.02),
            (0.97, hood + 0.08),
            (0.97, 0.35),
        ],
        0.12,
    )
    parts = [Part(body)]
    parts.append(Part(polygon([(-0.42, hood), (-0.25, 0.1 - roof), (0.0, 0.1 - roof), (0.0, hood)], 0.05), "pane"))
    parts.append(Part(polygon([(0.1, hood), (0.1, 0.1 - roof), (front - 0.05, 0.1 - roof), (0.52, hood)], 0.05), "pane"))
    for x in (-0.52, 0.54):
        parts += [Part(ellipse(x, 0.38, wheel), "accent"), Part(ellipse(x, 0.38, 0.45 * wheel), "bead")]
    return parts


def apple(rng: Generator) -> list[Part]:
    u = rng.uniform
    wide, dip, foot = u(0.65, 0.8), u(0.35, 0.5), u(0.6, 0.75)
    body = smooth(
        [
            (0, -dip),
            (0.35, -0.62),
            (wide, -0.3),
            (0.92 * wide, 0.25),
            (0.45, 0.75),
            (0, foot),
            (-0.45, 0.75),
            (-0.92 * wide, 0.25),
            (-wide, -0.3),
            (-0.35, -0.62),
        ]
    )
    leaf = smooth([(0.05, -0.7), (0.3, -0.95), (0.62, u(-1.0, -0.8)), (0.4, -0.68)])
    return [
        Part(body),
        Part(bent([(0, -dip - 0.02), (0.02, -0.7), (u(-0.1, 0.1), -0.98)]), "accent", closed=False),
        Part(leaf, "accent"),
    ]


def balloon(rng: Generator) -> list[Part]:
    u = rng.uniform
    wide, high, sway = u(0.5, 0.65), u(0.6, 0.75), u(-0.25, 0.25)
    return [
        Part(bent([(0, 0.5), (sway, 0.75), (-sway, 1.05), (sway / 2, 1.3)]), "accent", closed=False),
        Part(polygon([(0, 0.36), (0.13, 0.55), (-0.13, 0.55)], 0.04)),
        Part(smooth([(0, -0.3 - high), (wide, -0.35), (0.75 * wide, 0.15), (0, 0.42), (-0.75 * wide, 0.15), (-wide, -0.35)])),
    ]


def stars(rng: Generator) -> list[Part]:
    tips = int(rng.choice([4, 5, 5, 5, 6, 8]))
    outer = Part(star(tips, rng.uniform(0.4, 0.65), rng.uniform(0.03, 0.16)))
    return [outer, Part(ellipse(0, 0, rng.uniform(0.18, 0.28)), "accent")] if rng.random() < 0.25 else [outer]


def heart(rng: Generator) -> list[Part]:
    u = rng.uniform
    wide, dip, tip = u(0.75, 0.95), u(0.3, 0.5), u(0.75, 0.95)
    half = [(0.25, -0.68), (0.62, -0.72), (wide, -0.32), (0.78 * wide, 0.15), (0.35, 0.55)]
    ring = [(0.0, -dip), *half, (0.0, tip), *((-x, y) for x, y in reversed(half))]
    parts = [Part(polygon(smooth(ring), 0.01))]
    return [*parts, Part(polygon(0.5 * smooth(ring) + (0, -0.03), 0.01), "accent")] if rng.random() < 0.2 else parts


def tree(rng: Generator) -> list[Part]:
    u = rng.uniform
    trunk, parts = u(0.1, 0.18), []
    parts.append(Part(polygon([(-trunk, 0.2), (trunk, 0.2), (1.3 * trunk, 0.98), (-1.3 * trunk, 0.98)], 0.04), "accent"))
    if rng.random() < 0.5:  # a fir
        tiers, wide = int(rng.integers(1, 4)), u(0.55, 0.8)
        for tier in range(tiers):
            foot, part = 0.5 - 1.0 * tier / tiers, wide * (1 - 0.22 * tier)
            parts.append(Part(polygon([(-part, foot), (0, foot - 1.4 / tiers - 0.2), (part, foot)], 0.08)))
        return parts
    angle = np.arange(7) * (TURN / 7) + u(0, 1)
    reach = u(0.5, 0.75, 7)
    crown = smooth(np.stack([reach * np.cos(angle), reach * np.sin(angle) - 0.25], 1))
    fruits = [(-0.25, -0.35), (0.2, -0.5), (0.1, -0.1)][: int(rng.integers(0, 4))]
    return [*parts, Part(crown), *(Part(ellipse(x, y, 0.08), "bead") for x, y in fruits)]


def boat(rng: Generator) -> list[Part]:
    u = rng.uniform
    bow, deck, high = u(0.75, 0.98), u(0.2, 0.35), u(0.7, 0.95)
    parts = [
        Part(bent([(0, deck + 0.1), (0, -high)]), closed=False),
        Part(polygon([(0.1, deck - 0.08), (0.1, 0.05 - high), (u(0.55, 0.8), deck - 0.08)], 0.06), "accent"),
    ]
    if rng.random() < 0.7:
        parts.append(Part(polygon([(-0.1, deck - 0.08), (-0.1, 0.25 - high), (u(-0.65, -0.45), deck - 0.08)], 0.06), "accent"))
    parts.append(Part(polygon([(-0.9, deck), (bow, deck), (0.6, 0.8), (-0.6, 0.8)], 0.1)))
    ports = int(rng.integers(0, 4))
    return [*parts, *(Part(ellipse(-0.35 + 0.35 * i, deck + 0.25, 0.08), "pane") for i in range(ports))]


def flower(rng: Generator) -> list[Part]:
    u = rng.uniform
    petals, reach = int(rng.integers(5, 9)), u(0.32, 0.42)
    turn, wide = u(0, 1), 2.9 * reach / petals
    parts = [Part(bent([(0, -0.25), (u(-0.1, 0.1), 0.4), (0, 1.1)]), "accent", closed=False)]
    if rng.random() < 0.7:
        parts.append(Part(smooth([(0.02, 0.8), (0.2, 0.5), (0.55, 0.42), (0.4, 0.7)]), "accent"))
    for i in range(petals):
        a = turn + i * TURN / petals
        parts.append(Part(ellipse(reach * math.cos(a), reach * math.sin(a) - 0.35, 0.26, wide, a)))
    return [*parts, Part(ellipse(0, -0.35, u(0.17, 0.24)), "accent")]


def ice_cream(rng: Generator) -> list[Part]:
    u = rng.uniform
    wide, scoops = u(0.4, 0.52), int(rng.integers(1, 4))
    parts = [Part(polygon([(-wide, 0.0), (wide, 0.0), (0.04, 1.1), (-0.04, 1.1)], 0.06), "accent")]
    for i in range(scoops):
        scoop = ellipse(u(-0.06, 0.06), -0.12 - 0.42 * i, wide * (1.08 - 0.12 * i), 0.42)
        parts.append(Part(scoop, "body" if i % 2 == 0 else "accent"))
    if rng.random() < 0.5:
        parts.append(Part(ellipse(0, -0.6 - 0.42 * (scoops - 1), 0.11), "bead"))
    return parts


def rocket(rng: Generator) -> list[Part]:
    u = rng.uniform
    wide, fin = u(0.28, 0.38), u(0.25, 0.4)
    parts = [
        Part(
            polygon([(s * 0.8 * wide, 0.15), (s * (wide + fin), 0.6), (s * (wide + fin), 0.9), (s * 0.7 * wide, 0.65)], 0.06),
            "accent",
        )
        for s in (-1, 1)
    ]
    parts += [
        Part(polygon([(-0.6 * wide, 0.6), (0.6 * wide, 0.6), (0.75 * wide, 0.85), (-0.75 * wide, 0.85)], 0.04), "accent"),
        Part(
            smooth(
                [
                    (0, -1.05),
                    (0.75 * wide, -0.55),
                    (wide, 0),
                    (0.8 * wide, 0.7),
                    (-0.8 * wide, 0.7),
                    (-wide, 0),
                    (-0.75 * wide, -0.55),
                ]
            )
        ),
    ]
    ports = int(rng.integers(1, 3))
    return [*parts, *(Part(ellipse(0, -0.3 + 0.38 * i, u(0.11, 0.15)), "pane") for i in range(ports))]


def robot(rng: Generator) -> list[Part]:
    u = rng.uniform
    head, chest, eye = u(0.35, 0.5), u(0.45, 0.62), u(0.07, 0.1)
    parts = [
        Part(bent([(0, -0.7), (0, -1.0)]), "accent", closed=False),
        *(Part(box(s * (chest + 0.14), 0.3, 0.12, u(0.25, 0.35), 0.1), "accent") for s in (-1, 1)),
        *(Part(box(s * 0.24, 0.9, 0.14, 0.2, 0.06), "accent") for s in (-1, 1)),
        Part(ellipse(0, -1.02, 0.1), "bead"),
        Part(box(0, 0.35, chest, 0.42, 0.1)),
        Part(box(0, -0.45, head, 0.3, 0.1)),
    ]
    parts += [Part(ellipse(s * 0.45 * head, -0.5, eye), "bead") for s in (-1, 1)]
    return [*parts, Part(box(0, 0.35, 0.55 * chest, 0.18, 0.05), "pane")]


def cake(rng: Generator) -> list[Part]:
    u = rng.uniform
    tiers, candles = int(rng.integers(1, 4)), int(rng.integers(1, 4))
    parts, foot, wide = [], 0.85, u(0.75, 0.9)
    high = 1.2 / (tiers + 0.8)
    top = foot - tiers * high
    for i in range(candles):
        x = 0.28 * (i - (candles - 1) / 2)
        parts += [
            Part(bent([(x, top + 0.1), (x, top - 0.28)]), "accent", closed=False),
            Part(ellipse(x, top - 0.42, 0.07, 0.11), "pane"),
        ]
    for i in range(tiers):
        part = wide * (1 - 0.25 * i)
        parts.append(Part(box(0, foot - high * (i + 0.5), part, high / 2, 0.08), "body" if i % 2 == 0 else "accent"))
    return parts
