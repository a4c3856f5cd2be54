"""Names for people: how the page calls parts and knobs."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import isfinite
from typing import Any, NamedTuple

from engine import SETS, TABLES, Part, RunConfig, knobs

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


class Change(NamedTuple):
    """What tells one recipe from another at one place; a row of a set that is not there is None."""

    path: tuple[str, ...]  # section; section and knob; in a set, section and row, or section, row and knob
    before: Any
    after: Any

    @property
    def is_row(self) -> bool:
        """Whether a row of a set came or went."""
        return len(self.path) == 2 and self.path[0] in SETS


def changes(one: RunConfig, other: RunConfig) -> list[Change]:
    """What the other recipe has that this one has not, in the order of the page."""
    mine, theirs = one.model_dump(), other.model_dump()
    return [
        change
        for section in theirs
        if theirs[section] != mine[section]
        for change in _changes(section, mine[section], theirs[section])
    ]


def _changes(section: str, mine: Any, theirs: Any) -> list[Change]:
    if section in SETS:
        added = [Change((section, row), None, theirs[row]) for row in theirs if row not in mine]
        gone = [Change((section, row), mine[row], None) for row in mine if row not in theirs]
        return [
            *added,
            *gone,
            *(each for row in theirs if row in mine for each in _knobs((section, row), mine[row], theirs[row])),
        ]
    if not isinstance(theirs, dict) or mine.get("name") != theirs.get("name"):
        return [Change((section,), mine, theirs)]
    return _knobs((section,), mine, theirs)


def _knobs(path: tuple[str, ...], mine: dict[str, Any], theirs: dict[str, Any]) -> list[Change]:
    return [Change((*path, knob), mine[knob], value) for knob, value in theirs.items() if value != mine[knob]]


def differences(one: RunConfig, other: RunConfig) -> list[str]:
    """What the other recipe has that this one has not, each as a few words: "Loss: Hinge", "Seed 3"."""
    return [_word(change) for change in changes(one, other)]


def _word(change: Change) -> str:
    section, title = change.path[0], SECTIONS.get(change.path[0], change.path[0].capitalize())
    if change.is_row:
        return f"{'without' if change.after is None else 'with'} {title_of(change.path[1], TABLES[section][change.path[1]])}"
    if isinstance(change.after, dict):
        return f"{title}: {title_of(change.after['name'], TABLES[section][change.after['name']])}"
    return f"{spoken(change.path)} {_short(change.after)}"


def changed(one: RunConfig, other: RunConfig) -> list[dict[str, str]]:
    """The same knob by knob: the section as the form calls it, what of it, how it was and how it is."""
    told = [_told(change) | {"help": _help(change, other)} for change in changes(one, other)]
    return [{key: "off" if word == "0" and "0 = off" in each["help"] else word for key, word in each.items()} for each in told]


def _help(change: Change, config: RunConfig) -> str:
    """What the form says below a knob; nothing where a whole part was changed."""
    section, *rest = change.path
    if not rest or change.is_row:
        return ""
    part = TABLES[section][rest[0]] if section in SETS else type(getattr(config, section))
    return knobs(part)[rest[-1]].help


def _told(change: Change) -> dict[str, str]:
    section, *rest = change.path
    what = {"section": SECTIONS.get(section, section.capitalize()), "knob": label(rest[-1]) if rest else ""}
    if section in SETS:
        what["knob"] = ", ".join((title_of(rest[0], TABLES[section][rest[0]]), *map(label, rest[1:])))
    row = rest[0] if change.is_row else ""
    return what | {"before": _state(section, row, change.before), "after": _state(section, row, change.after)}


def _state(section: str, row: str, value: Any) -> str:
    """A knob's value; a part by its name and the knobs that are not as usual; of a set, whether it is there."""
    if value is None and row:
        return "off"
    if not isinstance(value, dict):
        return _short(value)
    part = TABLES[section][row or value["name"]]
    usual = {name: knob.default for name, knob in knobs(part).items()}
    unusual = ", ".join(f"{label(name)} {_short(value[name])}" for name in usual if value[name] != usual[name])
    return f"{'on' if row else title_of(value['name'], part)}{f' ({unusual})' if unusual else ''}"


def _short(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)[:24]
