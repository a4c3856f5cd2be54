"""One knob as a control of the page, what it shows of a recipe, and what it says as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component

from engine import SETS, BadRecipe, Knob
from playground.panels.pad import drawing_pad
from playground.words import label, spoken


@dataclass(frozen=True)
class Field:
    """One control: the dotted path of what it sets. knob None: the control chooses a row (a menu) or switches one on."""

    path: tuple[str, ...]  # section, row ("" for a plain section), knob ("" for a menu or a switch)
    control: Component
    knob: Knob | None


def control_of(path: tuple[str, str, str], knob: Knob, recipe: Mapping[str, Any]) -> Field:
    name = "-".join(filter(None, ("knob", *path)))
    common: dict[str, Any] = {
        "label": label(knob.name),
        "info": knob.help,
        "elem_id": name,
        "elem_classes": ["live"] if knob.live else [],
    }
    value = shown(Field(path, None, knob), recipe)  # type: ignore[arg-type]
    return Field(path, MAKERS[kind_of_control(knob)](knob, value, common), knob)


def kind_of_control(knob: Knob) -> str:
    """Which control: a slider where a range is narrow, a menu of round numbers that also takes any other where it is wide."""
    if knob.kind in ("number", "whole") and knob.low is not None and knob.high is not None:
        if knob.log:
            return "series"
        return "slider" if knob.high - knob.low <= 1024 else "figure"
    if knob.pad:
        return "pad"
    return {"switch": "switch", "choice": "choice", "text": "text"}.get(knob.kind, "figure")


def _slider(knob: Knob, value: Any, common: dict[str, Any]) -> Component:
    assert knob.low is not None
    assert knob.high is not None
    step = 1 if knob.kind == "whole" else _fine(knob)
    return gr.Slider(knob.low, knob.high, value=value, step=step, **common)


def _fine(knob: Knob) -> float:
    span = (knob.high or 1.0) - (knob.low or 0.0)
    return 0.001 if span <= 1 else 0.01 if span <= 10 else 0.1


def _series(knob: Knob, value: Any, common: dict[str, Any]) -> Component:
    return gr.Dropdown(series(knob), value=value, allow_custom_value=True, **common)


MAKERS: dict[str, Callable[[Knob, Any, dict[str, Any]], Component]] = {
    "slider": _slider,
    "series": _series,
    "figure": lambda knob, value, common: gr.Number(
        value, minimum=knob.low, maximum=knob.high, precision=0 if knob.kind == "whole" else None, **common
    ),
    "switch": lambda knob, value, common: gr.Checkbox(value, **common),
    "choice": lambda knob, value, common: gr.Dropdown(list(knob.options), value=value, filterable=False, **common),
    "text": lambda knob, value, common: gr.Textbox(value, **common),
    "pad": lambda knob, value, common: drawing_pad(value, common["elem_id"]),
}


def series(knob: Knob) -> list[str]:
    """Round numbers within a knob's range: powers of two for whole numbers, 1-3-10 for others, zero where it belongs."""
    assert knob.low is not None
    assert knob.high is not None
    return [written(number) for number in _steps(knob) if knob.low <= number <= knob.high]


def _steps(knob: Knob) -> Iterator[float]:
    if knob.low is not None and knob.low <= 0:
        yield 0
    if knob.kind == "whole" and (knob.high or 0) <= 65536:
        yield from (2**power for power in range(17))
    elif knob.kind == "whole":
        yield from (int(factor * 10**power) for power in range(1, 8) for factor in (1, 3))
    else:
        yield from (float(f"{factor}e{power}") for power in range(-7, 4) for factor in (1, 2, 5))


def written(number: float) -> str:
    """A number as a person writes it."""
    return f"{number:g}" if abs(number) < 1e6 else f"{number:.0f}"


def shown(entry: Field, recipe: Mapping[str, Any]) -> Any:
    """The value of a field in a recipe; a knob of a row that is not chosen shows its default."""
    section, row, name = entry.path
    value = recipe[section]
    if section == "seed":
        return value
    if entry.knob is None:
        return row in value if section in SETS else value["name"]
    held = value.get(row, {}) if section in SETS else value if value.get("name", row) == row else {}
    plain = held.get(name, entry.knob.default)
    return written(float(plain)) if kind_of_control(entry.knob) == "series" else plain


def parse(entry: Field, value: Any) -> Any:
    """A control's value as plain data. Menus of numbers and number boxes send text or floats; the models check the rest."""
    knob = entry.knob
    assert knob is not None
    if knob.kind in ("number", "whole") and isinstance(value, str):
        try:
            value = float(value.strip())
        except ValueError:
            raise BadRecipe(f"{spoken(entry.path)}: {value.strip()[:40]!r} is not a number.") from None
    if value is None and knob.kind in ("number", "whole"):
        raise BadRecipe(f"{spoken(entry.path)}: please enter a number.")
    if knob.kind == "whole" and isinstance(value, float) and value.is_integer():
        return int(value)
    return value
