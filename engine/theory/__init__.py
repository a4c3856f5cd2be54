"""Small games that can be worked out: what the theory page asks. A question is a part; its answer is plain arrays."""

from __future__ import annotations

from typing import Any

from engine.parts import Part
from engine.questions import BadQuestion, read_question
from engine.theory.bilinear import Bilinear
from engine.theory.curves import all_curves
from engine.theory.densities import Densities
from engine.theory.dirac import Dirac
from engine.theory.methods import METHODS

__all__ = ["METHODS", "QUESTIONS", "BadQuestion", "all_curves", "ask"]

QUESTIONS: dict[str, type[Part]] = {"bilinear": Bilinear, "dirac": Dirac, "densities": Densities}


def ask(name: str, text: bytes) -> dict[str, Any]:
    """The answer to a question that is written in JSON: arrays, numbers (NaN where there is none) and words."""
    question = read_question(QUESTIONS, name, text)
    answer: dict[str, Any] = question.answer()  # type: ignore[attr-defined]
    return answer
