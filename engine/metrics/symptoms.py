"""What seems to go wrong in a run, in one sentence each. Small functions of the newest rows; quiet when nothing is wrong.

Thresholds are starting values of ours, after Chintala et al. 2016 ("How to train a GAN", tip 10: a D loss that goes to 0 and
gradient norms over 100 are signs of failure).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from engine.recorder import Rows

TOLD_APART = 0.5  # scores: a Wasserstein loss is near 0 when D cannot tell, too, and then the scores lie together
PATIENCE = 500  # rounds before the absence of something counts as a symptom: every healthy run starts without it


class Evidence(NamedTuple):
    """latest: mean of each reading over the rows since the last look.  checks, floors: measurements of points, if any."""

    rounds: int
    latest: Mapping[str, float]
    checks: Mapping[str, float]
    floors: Mapping[str, float]


def exploding(run: Evidence) -> str:
    if "loss" in run.latest:
        return ""  # nobody to run away from: the loss of an autoencoder is a sum over pixels, and so is its gradient
    for name, value in run.latest.items():
        if name.endswith(" gradient") and value > 100:
            player = name.split()[0]
            return (
                f"The gradient of {player} is {value:,.0f} long: training is about to diverge. A smaller learning rate may help."
            )
    return ""


def d_wins(run: Evidence) -> str:
    d_loss, pull = run.latest.get("d_loss"), run.latest.get("G gradient")
    real, fake = run.latest.get("D(real)"), run.latest.get("D(fake)")
    if d_loss is None or pull is None or real is None or fake is None or run.rounds < PATIENCE:
        return ""
    if abs(d_loss) < 0.05 and pull < 1e-3 and real - fake > TOLD_APART:
        return (
            f"D is always right (its loss is {d_loss:.3f}) and G's gradient has almost vanished ({pull:.1e}): G no longer learns."
        )
    return ""


def modes_missing(run: Evidence) -> str:
    found, all_modes = run.checks.get("modes"), run.floors.get("modes")
    if found is None or all_modes is None or run.rounds < PATIENCE or found > all_modes / 2:
        return ""
    return f"G's samples miss at least half of the {all_modes:.0f} modes: it has collapsed, or has yet to spread."


SYMPTOMS: tuple[Callable[[Evidence], str], ...] = (exploding, d_wins, modes_missing)
"""The most urgent first."""


def symptom(rows: Rows, checks: Rows | None, floors: Mapping[str, float], rounds: int) -> str:
    """The most urgent symptom, or nothing."""
    evidence = Evidence(rounds, _means(rows), _means(checks) if checks else {}, floors)
    return next((sentence for look in SYMPTOMS if (sentence := look(evidence))), "")


def _means(rows: Rows) -> dict[str, float]:
    if not len(rows.rounds):
        return {}
    with np.errstate(invalid="ignore"):
        means = np.ma.masked_invalid(rows.values).mean(0).filled(np.nan)
    return {name: float(value) for name, value in zip(rows.columns, means, strict=True) if np.isfinite(value)}
