"""How good a generator is, in numbers whose best possible value is known."""

from engine.metrics.coverage import Coverage, coverage, hq_ceiling, median_distance_ideal, modes_ideal, reverse_kl_floor
from engine.metrics.divergence import Cells, Divergence, divergence, floor

__all__ = [
    "Cells",
    "Coverage",
    "Divergence",
    "coverage",
    "divergence",
    "floor",
    "hq_ceiling",
    "median_distance_ideal",
    "modes_ideal",
    "reverse_kl_floor",
]
