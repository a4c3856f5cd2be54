"""Small games that can be worked out: what the theory page asks. A question is a part; its answer is plain arrays."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from engine.parts import Part, explain
from engine.theory.bilinear import Bilinear
from engine.theory.curves import all_curves
from engine.theory.densities import Densities
from engine.theory.dirac import Dirac
from engine.theory.methods import METHODS

__all__ = ["METHODS", "QUESTIONS", "BadQuestion", "all_curves", "ask"]

QUESTIONS: dict[str, type[Part]] = {"bilinear": Bilinear, "dirac": Dirac, "densities": Densities}
LONGEST = 4096  # bytes of JSON that a question may have


class BadQuestion(ValueError):
    """A question that has no answer; the message is one sentence for a person."""


def ask(name: str, text: bytes) -> dict[str, Any]:
    """The answer to a question that is written in JSON: arrays, numbers (NaN where there is none) and words."""
    if len(text) > LONGEST:
        raise BadQuestion(f"The question is {len(text):,} bytes long; {LONGEST:,} are allowed.")
    if (kind := QUESTIONS.get(name)) is None:
        raise BadQuestion(f"There is no such question. Known: {', '.join(QUESTIONS)}.")
    try:
        question = kind.model_validate_json(text)
    except ValidationError as error:
        raise BadQuestion(explain(error, kind)) from None
    answer: dict[str, Any] = question.answer()  # type: ignore[attr-defined]
    return answer
