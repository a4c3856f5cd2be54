"""Names for people: how the page calls parts and knobs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import isfinite
from typing import Any

from engine import SETS, TABLES, Part, RunConfig

SECTIONS: dict[str, str] = {
    "data": "Data",
    "game": "Game",
    "latent": "Latent",
    "generator": "Generator G",
    "discriminator": "Discriminator D",
    "loss": "Loss",
    "penalties": "Penalties",
    "augment": "What D sees",
    "g_optimizer": "Optimizer of G",
    "d_optimizer": "Optimizer of D",
    "training": "Training",
}
"""The sections of a recipe in the order of the page."""

SPOKEN = {
    "lr": "learning rate",
    "d_turns": "turns of D per round",
    "beta1": "β1",
    "beta2": "β2",
    "alpha": "α",
    "sigma": "σ",
    "gamma": "γ",
    "lambda_k": "λ of k",
    "dim": "dimension",
    "clip": "weight clipping",
    "average": "moving average of G",
    "batch": "batch size",
}
"""Knobs whose name is not a word."""


def title_of(name: str, part: type[Part]) -> str:
    """What a menu calls a row."""
    return part.title or name.replace("-", " ").capitalize()


def label(knob: str) -> str:
    """What the form calls a knob."""
    return SPOKEN.get(knob, knob.replace("_", " "))


def spoken(path: tuple[str, ...]) -> str:
    """What a sentence calls a knob: ("penalties", "r1", "weight") is "Penalties, R1, weight"; empty steps say nothing."""
    section, *rest = filter(None, path)
    rows = [title_of(row, TABLES[section][row]) for row in rest[:-1] if section in SETS and row in TABLES[section]]
    return ", ".join((SECTIONS.get(section, section.capitalize()), *rows, *map(label, rest[-1:])))


def followed(sections: Collection[str], kind: str) -> str:
    """The sentence that these sections of the recipe were changed for data of this kind."""
    what = "Game, networks" if "game" in sections else "Networks, latent"
    return f"{what} and optimizers now suit {'unpaired pictures' if kind == 'unpaired' else kind}."


def figure(value: float) -> str:
    """Three significant digits and a real minus sign, as words.js writes them; a dash for what is no number."""
    if not isfinite(value):
        return "–"
    size = abs(value)
    if value and (size < 0.0005 or size >= 1e6):
        digits, exponent = f"{value:.1e}".split("e")
        text = f"{digits}e{int(exponent)}"
    else:
        places = 0 if size >= 100 or not value else 1 if size >= 10 else 2 if size >= 0.1 else 3
        text = f"{value:,.{places}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def listed(words: Iterable[str]) -> str:
    """a, b and c."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def differences(one: RunConfig, other: RunConfig) -> list[str]:
    """What the other recipe has that this one has not, each as a few words: "Loss: Hinge", "Seed 3"."""
    mine, theirs = one.model_dump(), other.model_dump()
    return [
        word
        for section in theirs
        if theirs[section] != mine[section]
        for word in _differ(section, mine[section], theirs[section])
    ]


def _differ(section: str, mine: Any, theirs: Any) -> list[str]:
    title = SECTIONS.get(section, section.capitalize())
    if not isinstance(theirs, dict):
        return [f"{title} {theirs}"]
    if section in SETS:
        added = [f"with {title_of(row, TABLES[section][row])}" for row in theirs if row not in mine]
        gone = [f"without {title_of(row, TABLES[section][row])}" for row in mine if row not in theirs]
        both = [word for row in theirs if row in mine for word in _knobs((section, row), mine[row], theirs[row])]
        return [*added, *gone, *both]
    if mine.get("name") != theirs.get("name"):
        return [f"{title}: {title_of(theirs['name'], TABLES[section][theirs['name']])}"]
    return _knobs((section,), mine, theirs)


def _knobs(path: tuple[str, ...], mine: dict[str, Any], theirs: dict[str, Any]) -> list[str]:
    return [f"{spoken((*path, knob))} {_short(value)}" for knob, value in theirs.items() if value != mine[knob]]


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)[:24]
