"""Modes on ring and grid in the protocol of PacGAN, beside what was published. Lin et al. 2018, arXiv:1712.04086, table 1.

Networks, optimizers, batch, data and rule are theirs (recipes.py, PACGAN); theirs goes on for 400,000 rounds and ten seeds, this
one for ROUNDS and five: a shortened protocol, and so called wherever its figures stand. G itself is judged, as there, not its
average.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import torch
from torch import Generator

from engine.config import RunConfig
from engine.data import Points
from engine.failures import FIVE
from engine.metrics import coverage
from engine.recipes import PACGAN, PACGAN_GRID, Sections, adam, both, recipe
from engine.studies.base import Cell, Result, Study, by_row
from engine.tables import Mean, Table
from engine.trained import at_rest
from engine.trainer import Trainer

ROUNDS = 4_000
JUDGED = 2_500  # samples

METHODS: dict[str, Sections] = {
    "GAN": {},
    "PacGAN2": {"augment": {"packing": {"samples": 2}}, "training": {"batch": 200, "average": 0.0}},
    "WGAN-GP": {
        "loss": "wasserstein",
        "penalties": {"gradient-penalty": {"weight": 0.1}},
        **FIVE,
        **both("optimizer", adam(1e-4, 0.5, 0.9)),
    },
    "R3GAN": {
        "loss": "rpgan",
        "penalties": {"r1": {"weight": 0.1}, "r2": {"weight": 0.1}},
        **both("optimizer", adam(2e-4, 0.0, 0.99)),
    },
    "unrolled GAN": {"game": {"name": "unrolled", "steps": 5, "lr": 0.003}},  # ten times as far, through maxout, G finds no mode
}
"""What each changes of PACGAN's recipe."""

PUBLISHED: dict[str, str] = {
    "ring, GAN": "6.3 ± 0.5 / 98.2 % / 0.45 (PacGAN); 1 / 99.3 % (VEEGAN)",
    "ring, PacGAN2": "7.9 ± 0.1 / 95.6 % / 0.07 (PacGAN)",
    "ring, unrolled GAN": "7.6 / 35.6 % (VEEGAN)",
    "grid, GAN": "17.3 ± 0.8 / 94.8 % / 0.70 (PacGAN); 3.3 / 0.5 % (VEEGAN)",
    "grid, PacGAN2": "23.8 ± 0.7 / 91.3 % / 0.13 (PacGAN)",
    "grid, unrolled GAN": "23.6 / 16 % (VEEGAN)",
}
"""Modes / high quality / reverse KL, by row; whose figures they are stands behind them: the two papers' GANs differ."""


class PacGAN(Study):
    """Modes found, share of high quality and reverse KL of 2,500 samples."""

    title: ClassVar[str] = f"PacGAN's protocol, shortened to {ROUNDS:,} rounds"
    seeds: ClassVar[tuple[int, ...]] = (0, 1, 2, 3, 4)

    def cells(self, seeds: Sequence[int]) -> list[Cell]:
        bases = {"ring": PACGAN, "grid": PACGAN_GRID}
        rows = {f"{data}, {name}": recipe(base, method) for data, base in bases.items() for name, method in METHODS.items()}
        return [Cell(row, config.model_copy(update={"seed": seed}), ROUNDS) for row, config in rows.items() for seed in seeds]

    def measure(self, cell: Cell) -> Result:
        trainer = Trainer(cell.config)
        for _ in range(cell.rounds):
            trainer.round()
        return judged(trainer, cell.config)

    def figures(self, results: Sequence[Result]) -> dict[str, Any]:
        rows = by_row(results)
        return {
            "rounds": ROUNDS,
            "runs": len(results),
            "samples": JUDGED,
            "all_modes_on_every_seed": [row for row, some in rows.items() if all(one["modes"] == one["of"] for one in some)],
            "rows": {
                row: {key: _mean(some, key)._asdict() for key in ("modes", "hq", "reverse_kl")} for row, some in rows.items()
            },
        }

    def tables(self, results: Sequence[Result]) -> list[Table]:
        lines = tuple(
            (row, _mean(some, "modes"), _mean(some, "hq"), _mean(some, "reverse_kl"), PUBLISHED.get(row, "–"))
            for row, some in by_row(results).items()
        )
        return [
            Table(self.title, ("data, method", "modes", "high quality", "reverse KL", "published: modes / quality / KL"), lines)
        ]


def judged(trainer: Trainer, config: RunConfig) -> Result:
    """What G itself makes now, by the rule of three sigmas."""
    data = config.data
    assert isinstance(data, Points)
    assert data.centres is not None
    assert data.scales is not None
    z = config.fed(JUDGED, Generator(trainer.device).manual_seed(config.seed + 5), trainer.device)
    with at_rest(vars(trainer.players).values()), torch.no_grad():
        found = coverage(config.game.generate(trainer.players, z), data.centres, data.scales)
    plain = {name: round(float(value), 5) for name, value in found._asdict().items()}
    return {key: None if value != value else value for key, value in plain.items()} | {"of": len(data.centres)}


def _mean(results: Sequence[Result], key: str) -> Mean:
    return Mean.of([float("nan") if result[key] is None else result[key] for result in results], digits=3 if key == "hq" else 2)
