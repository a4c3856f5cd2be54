"""Lessons: a recipe that a teacher has prepared, with a sentence of instruction and controls that are hidden or locked.

A lesson is text in the page's address, `?lesson=`, checked by one strict model whoever wrote it. What a lesson hides or locks of
the recipe stays as it is: every recipe that comes from the page of a lesson is compared with the lesson's own.
"""

from __future__ import annotations

import json
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from engine import BadLink, BadRecipe, RunConfig, pack_link, unpack_link
from playground.words import SECTIONS

PARAMETER = "lesson"  # in the address
LONGEST = 128 * 1024  # characters of JSON
LONGEST_SENTENCE = 300

RECIPE = SECTIONS | {"seed": "Seed and New seed"}
"""What a lesson can lock, because it decides the run: the sections of a recipe."""

EXTRAS = {
    "preset": "Preset menu",
    "steps": "One round, Step D, Step G, Rewind",
    "pace": "Speed",
    "compare": "Compare",
    "timeline": "Time line",
    "code": "Show me the code",
    "keep": "Save, load, share",
}
"""What a lesson can only hide."""

AREAS = RECIPE | EXTRAS

UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+"
)  # control characters, and those that turn the reading around


class BadLesson(ValueError):
    """Something that is no lesson; the message is one sentence for a person."""


def _plain(text: str) -> str:
    return UNSEEN.sub(" ", text).strip()


def _unpacked(recipe: Any) -> Any:
    return unpack_link(recipe) if isinstance(recipe, str) else recipe


def _some_of(known: dict[str, str]) -> AfterValidator:
    """A check that all of these names are known."""

    def check(names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in known:
                raise ValueError(f"A lesson cannot hide or lock {name[:40]!r}. It can: {', '.join(known)}")
        return tuple(each for each in known if each in names)  # once, and in the order of the page

    return AfterValidator(check)


class Lesson(BaseModel):
    """A sentence, what is out of sight, what cannot be moved, and the recipe."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    sentence: Annotated[str, AfterValidator(_plain)] = Field("", max_length=LONGEST_SENTENCE)
    hidden: Annotated[tuple[str, ...], Field(max_length=len(AREAS)), _some_of(AREAS)] = ()
    locked: Annotated[tuple[str, ...], Field(max_length=len(RECIPE)), _some_of(RECIPE)] = ()
    recipe: Annotated[dict[str, Any], BeforeValidator(_unpacked)] = {}  # what differs from the defaults; or the text of its link

    @model_validator(mode="after")
    def _either(self) -> Lesson:
        if both := sorted(set(self.hidden) & set(self.locked)):
            raise ValueError(f"A lesson cannot both hide and lock {AREAS[both[0]]}")
        return self

    @classmethod
    def from_json(cls, text: str | bytes) -> Lesson:
        """A checked lesson, its recipe too.  BadLesson, in one sentence, for anything wrong."""
        if len(text) > LONGEST:
            raise BadLesson("This lesson is too long.")
        try:
            lesson = cls.model_validate_json(text)
            RunConfig.from_dict(lesson.recipe)
        except ValidationError as error:
            raise BadLesson(_sentence(error)) from None
        except BadRecipe as error:
            raise BadLesson(f"This lesson's recipe cannot be run. {error}") from None
        return lesson

    @classmethod
    def from_link(cls, text: str) -> Lesson:
        """The inverse of `to_link`.  BadLesson for a damaged link."""
        try:
            return cls.from_json(json.dumps(unpack_link(text)))
        except BadLink as error:
            raise BadLesson(str(error)) from None
        except RecursionError:
            raise BadLesson("This link is damaged; ask for it to be copied again.") from None

    def to_link(self) -> str:
        """Short URL-safe text; what is empty is left out."""
        return pack_link({name: value for name, value in self.model_dump().items() if value})

    @property
    def config(self) -> RunConfig:
        """The recipe it begins with."""
        return RunConfig.from_dict(self.recipe)

    @property
    def kept(self) -> tuple[str, ...]:
        """The sections of the recipe that must stay as they are: what cannot be seen cannot be moved either."""
        return tuple(section for section in RECIPE if section in self.locked or section in self.hidden)

    def check(self, config: RunConfig) -> RunConfig:
        """The same recipe.  BadRecipe if it moves what the lesson keeps."""
        mine = self.config
        for section in self.kept:
            if getattr(config, section) != getattr(mine, section):
                name = "the seed" if section == "seed" else SECTIONS[section]
                raise BadRecipe(f"This lesson keeps {name} as it is; leave the lesson to change it.")
        return config

    def shown(self) -> str:
        """What the page's own scripts are told, as JSON; the sentence is plain text, never markup."""
        return json.dumps({"sentence": self.sentence, "hidden": self.hidden, "locked": self.locked})


def _sentence(error: ValidationError) -> str:
    """One sentence about the first thing that is wrong."""
    first = error.errors(include_url=False)[0]
    if first["type"] == "value_error":
        return f"{first['msg'].removeprefix('Value error, ').rstrip('.')}."
    if first["type"] == "string_too_long":
        return f"The sentence of a lesson has at most {LONGEST_SENTENCE} characters."
    if first["type"] == "extra_forbidden":
        return f"A lesson has no {str(first['loc'][0])[:40]!r}. It has: {', '.join(Lesson.model_fields)}."
    return "This lesson is damaged; ask for its link to be copied again."
