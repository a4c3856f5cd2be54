"""Questions in JSON: each kind is a part, so that what is asked is checked as strictly as a recipe."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import ValidationError

from engine.parts import Part, explain, knobs

LONGEST = 4096  # bytes of JSON that a question may have, unless its kind says otherwise

Question = TypeVar("Question", bound=Part)


class BadQuestion(ValueError):
    """A question that has no answer; the message is one sentence for a person."""


def read_question(table: Mapping[str, type[Question]], name: str, text: str | bytes) -> Question:
    """The question that is written in JSON, of the table's kind of this name.  BadQuestion if it is none."""
    if (kind := table.get(name)) is None:
        raise BadQuestion(f"There is no such question. Known: {', '.join(table)}.")
    longest = getattr(kind, "longest", LONGEST)
    if len(text) > longest:
        raise BadQuestion(f"The question is {len(text):,} bytes long; {longest:,} are allowed.")
    try:
        return kind.model_validate_json(text)
    except ValidationError as error:
        raise BadQuestion(_sentence(error, kind)) from None


def _sentence(error: ValidationError, kind: type[Part]) -> str:
    """What is wrong; of a field that is no knob but a list or a table, its own description says what fits."""
    where = error.errors(include_url=False)[0]["loc"]
    field = kind.model_fields.get(str(where[0])) if where else None
    if field is not None and field.description and where[0] not in knobs(kind):
        return f"{where[0]} must be {field.description}."
    return explain(error, kind).replace("the recipe", "the question")
