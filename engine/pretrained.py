"""The weights that ship.  A placeholder with the names that Explore needs: none ship yet."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from engine.trained import Trained


class BadWeights(ValueError):
    """Weights that cannot be used; the message is one sentence for a person."""


class Card(BaseModel):
    """What is known of a pretrained model."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: str
    about: str
    preset: str
    data: str
    seed: int
    rounds: int
    quality: dict[str, float]
    bytes: int
    licence: str


def pretrained_names() -> list[str]:
    """In the order of the list."""
    return []


def card(name: str) -> Card:
    """Its card.  BadWeights where there is none."""
    raise BadWeights(f"There is no pretrained model {name[:40]!r}.")


def pretrained(name: str) -> Trained:
    """Its players.  BadWeights where the file is missing or damaged."""
    raise BadWeights(f"There is no pretrained model {name[:40]!r}.")
