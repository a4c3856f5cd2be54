"""How good a generator is, in numbers whose best possible value is known."""

from engine.metrics.chance import guessed_at_least, guessed_at_most, guessing
from engine.metrics.coverage import Coverage, coverage, gathered, hq_ceiling, median_distance_ideal, modes_ideal, reverse_kl_floor
from engine.metrics.divergence import Cells, Divergence, divergence, floor
from engine.metrics.likeness import apart, edge_f1, l1, nearest, ssim
from engine.metrics.matching import assignment, code_error, rank_correlation
from engine.metrics.neighbours import Neighbours, neighbours
from engine.metrics.quality import (
    Score,
    class_histogram,
    class_kl,
    edges,
    frechet,
    score,
    sharpness,
    spread,
    variety,
    vendi,
    within_class_diversity,
)
from engine.metrics.segments import Segments, confusion, segments

__all__ = [
    "Cells",
    "Coverage",
    "Divergence",
    "Neighbours",
    "Score",
    "Segments",
    "apart",
    "assignment",
    "class_histogram",
    "class_kl",
    "code_error",
    "confusion",
    "coverage",
    "divergence",
    "edge_f1",
    "edges",
    "floor",
    "frechet",
    "gathered",
    "guessed_at_least",
    "guessed_at_most",
    "guessing",
    "hq_ceiling",
    "l1",
    "median_distance_ideal",
    "modes_ideal",
    "nearest",
    "neighbours",
    "rank_correlation",
    "reverse_kl_floor",
    "score",
    "segments",
    "sharpness",
    "spread",
    "ssim",
    "variety",
    "vendi",
    "within_class_diversity",
]
