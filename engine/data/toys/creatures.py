"""Animals, each with proportions of its own: parts from the back to the front."""

from __future__ import annotations

import math

from numpy.random import Generator

from engine.data.toys.shapes import Part, bent, ellipse, polygon, smooth


def fish(rng: Generator) -> list[Part]:
    u = rng.uniform
    high, tail, fin = u(0.32, 0.55), u(0.28, 0.5), u(0.15, 0.4)
    body = smooth(
        [
            (-0.75, 0),
            (-0.45, -0.8 * high),
            (0, -high),
            (0.4, -0.6 * high),
            (0.68, 0),
            (0.4, 0.6 * high),
            (0, high),
            (-0.45, 0.8 * high),
        ]
    )
    parts = [
        Part(smooth([(0.45, 0), (0.8, -tail), (1.05, -tail * u(0.9, 1.2)), (0.92, 0), (1.05, tail), (0.8, tail)]), "accent"),
        Part(smooth([(-0.3, -0.6 * high), (-0.05, -high - fin), (0.3, -high - 0.6 * fin), (0.3, -0.4 * high)]), "accent"),
        Part(body),
    ]
    if rng.random() < 0.5:
        parts.append(Part(smooth([(0.0, 0.1), (0.3, 0.05), (0.32, 0.25), (0.1, 0.3)]), "accent"))
    return [*parts, Part(ellipse(-0.45, -0.2 * high, u(0.06, 0.1)), "bead")]


def cat(rng: Generator) -> list[Part]:
    u = rng.uniform
    high, ear, eye, apart = u(0.6, 0.8), u(0.3, 0.5), u(0.07, 0.12), u(0.25, 0.38)
    parts = [Part(polygon([(s * 0.75, -0.15), (s * 0.68, -high - ear), (s * 0.15, -high + 0.05)], 0.08)) for s in (-1, 1)]
    parts.append(Part(ellipse(0, 0, 0.82, high)))
    if rng.random() < 0.6:
        parts.append(Part(ellipse(0, 0.33 * high / 0.7, u(0.22, 0.34), u(0.18, 0.24)), "accent"))
    parts += [Part(ellipse(s * apart, -0.12, eye), "bead") for s in (-1, 1)]
    return [*parts, Part(ellipse(0, 0.2, 0.08, 0.06), "bead")]


def bear(rng: Generator) -> list[Part]:
    u = rng.uniform
    ear, eye, high = u(0.22, 0.34), u(0.06, 0.1), u(0.62, 0.78)
    parts: list[Part] = []
    for s in (-1, 1):
        parts += [Part(ellipse(s * 0.58, -0.58, ear)), Part(ellipse(s * 0.58, -0.58, 0.55 * ear), "accent")]
    parts += [Part(ellipse(0, 0.05, 0.78, high)), Part(ellipse(0, 0.33, u(0.26, 0.36), u(0.2, 0.27)), "accent")]
    parts += [Part(ellipse(s * u(0.26, 0.34), -0.1, eye), "bead") for s in (-1, 1)]
    return [*parts, Part(ellipse(0, 0.24, 0.1, 0.07), "bead")]


def bird(rng: Generator) -> list[Part]:
    u = rng.uniform
    head, plump, wing = u(0.28, 0.38), u(0.42, 0.58), u(0.3, 0.45)
    return [
        Part(bent([(-0.05, 0.4), (-0.08, 0.95)]), "accent", closed=False),
        Part(bent([(0.15, 0.4), (0.12, 0.95)]), "accent", closed=False),
        Part(polygon([(0.35, 0.05), (1.0, -0.25), (1.05, u(0.0, 0.2)), (0.4, 0.4)], 0.08), "accent"),
        Part(polygon([(-0.7, -0.5), (-1.05, u(-0.4, -0.3)), (-0.7, -0.25)], 0.04), "accent"),
        Part(ellipse(0.05, 0.2, 0.62, plump, -0.15)),
        Part(ellipse(-0.5, -0.4, head)),
        Part(smooth([(-0.2, 0.1), (0.15, -0.05), (0.6, 0.2), (0.2, 0.2 + wing), (-0.1, 0.35)]), "accent"),
        Part(ellipse(-0.55, -0.45, u(0.06, 0.09)), "bead"),
    ]


def snail(rng: Generator) -> list[Part]:
    u = rng.uniform
    shell, lift = u(0.5, 0.62), u(0.0, 0.15)
    parts = [
        Part(bent([(-0.72, -0.2), (-0.85, -0.45), (-0.95, -0.65)]), "accent", closed=False),
        Part(bent([(-0.62, -0.2), (-0.6, -0.45), (-0.62, -0.68)]), "accent", closed=False),
        Part(
            smooth(
                [
                    (-0.95, 0.05),
                    (-0.85, -0.22),
                    (-0.58, -0.2),
                    (-0.45, 0.3),
                    (0.3, 0.38),
                    (0.95, 0.58),
                    (0.5, 0.68),
                    (-0.5, 0.66),
                    (-0.85, 0.45),
                ]
            ),
            "accent",
        ),
    ]
    rings = int(rng.integers(2, 4))
    for ring in range(rings):
        radius = shell * (1 - ring / rings)
        parts.append(Part(ellipse(0.15 + 0.1 * ring, -0.08 - lift + 0.06 * ring, radius), "body" if ring % 2 == 0 else "accent"))
    return [*parts, Part(ellipse(-0.78, -0.02, 0.06), "bead")]


def ladybird(rng: Generator) -> list[Part]:
    u = rng.uniform
    high, dot = u(0.6, 0.75), u(0.08, 0.12)
    parts = [Part(bent([(s * 0.15, -0.6), (s * 0.25, -0.85), (s * 0.45, -0.95)]), "accent", closed=False) for s in (-1, 1)]
    parts += [Part(ellipse(0, -0.5, 0.38, 0.3), "accent"), Part(ellipse(0, 0.15, 0.7, high))]
    rows = [(0.3, -0.12), (0.42, 0.2), (0.22, 0.5)][: int(rng.integers(2, 4))]
    return [*parts, *(Part(ellipse(s * x, y, dot), "bead") for x, y in rows for s in (-1, 1))]


def butterfly(rng: Generator) -> list[Part]:
    u = rng.uniform
    up, low, dot = u(0.4, 0.5), u(0.28, 0.4), u(0.12, 0.2)
    parts = [Part(bent([(s * 0.03, -0.5), (s * 0.12, -0.75), (s * 0.28, -0.9)]), "accent", closed=False) for s in (-1, 1)]
    for s in (-1, 1):
        parts += [
            Part(ellipse(s * 0.42, 0.42, low, low * 1.15, -s * 0.5)),
            Part(ellipse(s * 0.52, -0.32, up, up * 0.8, -s * 0.6)),
        ]
        parts.append(Part(ellipse(s * 0.55, -0.34, dot), "accent"))
    return [*parts, Part(ellipse(0, 0.05, u(0.1, 0.14), 0.6), "accent")]


def whale(rng: Generator) -> list[Part]:
    u = rng.uniform
    back, tail = u(0.45, 0.6), u(0.2, 0.32)
    return [
        Part(smooth([(0.78, -0.1), (0.62, -0.55), (0.85, -0.62), (0.93, -0.42), (1.02, -0.62), (1.25, -0.55), (1.05, -tail)])),
        Part(
            smooth(
                [
                    (-0.95, 0.1),
                    (-0.75, -0.3),
                    (-0.3, -back),
                    (0.3, -0.3),
                    (0.75, -0.22),
                    (1.02, -0.32),
                    (0.95, 0.15),
                    (0.5, 0.5),
                    (-0.2, 0.58),
                    (-0.75, 0.45),
                ]
            )
        ),
        Part(smooth([(-0.9, 0.28), (-0.4, 0.3), (0.2, 0.42), (-0.1, 0.56), (-0.6, 0.5)]), "accent"),
        Part(smooth([(0.0, 0.25), (0.25, 0.22), (0.38, 0.5), (0.18, 0.55)]), "accent"),
        Part(ellipse(-0.55, 0.02, u(0.06, 0.09)), "bead"),
    ]


def caterpillar(rng: Generator) -> list[Part]:
    u = rng.uniform
    links, phase = int(rng.integers(4, 7)), u(0, 3)
    step = 1.8 / links
    places = [(0.9 - step * i, 0.2 + 0.15 * math.sin(1.3 * i + phase)) for i in range(links + 1)]
    x, y = places.pop()
    parts = [Part(ellipse(cx, cy, 0.62 * step, 0.7 * step), "accent" if i % 2 else "body") for i, (cx, cy) in enumerate(places)]
    parts += [Part(bent([(x + s * 0.1, y - 0.4), (x + s * 0.18 - 0.03, y - 0.75)]), "accent", closed=False) for s in (-1, 1)]
    parts.append(Part(ellipse(x, y - 0.15, 0.36, 0.36)))
    return [*parts, *(Part(ellipse(x + s * 0.14 - 0.05, y - 0.2, 0.07), "bead") for s in (-1, 1))]
