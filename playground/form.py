"""Knobs to controls to RunConfig: the only place that knows both.

The form is generated from the tables. Every section of the recipe is a group; a section that chooses from a table has a menu and
a group of controls for each row, of which one is shown. Reading goes the other way: the values of what is shown become plain
data, which the engine's strict models check, as they check a link.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr
from gradio.components import Component

from engine import SETS, TABLES, BadRecipe, Knob, Part, RunConfig, knobs
from playground.panels.pad import drawing_pad
from playground.words import SECTIONS, label, spoken, title_of

FILES = ""  # in a row's place: the group that all rows of a section share to which files can be brought along
ALWAYS = ("data", "game", "g_optimizer", "d_optimizer", "training")  # the others only if the game uses them
OPEN = ("data", "loss")  # unfolded at the start


@dataclass(frozen=True)
class Field:
    """One control: the dotted path of what it sets. knob None: the control chooses a row (a menu) or switches one on."""

    path: tuple[str, ...]  # section, row ("" for a plain section), knob ("" for a menu or a switch)
    control: Component
    knob: Knob | None


@dataclass
class Form:
    """The controls in a fixed order, and the groups that are shown or hidden."""

    initial: RunConfig  # what a page shows when it is opened
    fields: list[Field] = field(default_factory=list)
    rows: dict[tuple[str, str], gr.Column] = field(default_factory=dict)  # (section, row or FILES) -> its controls
    sections: dict[str, gr.Accordion] = field(default_factory=dict)

    @property
    def controls(self) -> list[Component]:
        """What every event sends, in order."""
        return [entry.control for entry in self.fields]

    @property
    def outputs(self) -> list[Any]:
        """What `show` writes: all controls, then all groups, then all sections."""
        return [*self.controls, *self.rows.values(), *self.sections.values()]

    def choosers(self, section: str) -> list[Component]:
        """The menu or the switches of a section."""
        return [entry.control for entry in self.fields if entry.knob is None and entry.path[0] == section]

    def field(self, section: str, row: str = "", name: str = "") -> Field:
        """The field that sets this knob."""
        return next(entry for entry in self.fields if entry.path == (section, row, name))

    def chosen(self, values: Sequence[Any]) -> dict[str, Any]:
        """Only which rows are chosen, as a recipe without knobs; what is unknown counts as the first row."""
        recipe: dict[str, Any] = {section: {} for section in SETS}
        for entry, value in zip(self.fields, values, strict=True):
            section, row, _ = entry.path
            if entry.knob is None and section in SETS and value is True:
                recipe[section][row] = {}
            elif entry.knob is None and section not in SETS:
                recipe[section] = {
                    "name": value if isinstance(value, str) and value in TABLES[section] else next(iter(TABLES[section]))
                }
        return recipe

    def read(self, values: Sequence[Any]) -> RunConfig:
        """The recipe that the controls show.  BadRecipe, in one sentence, if it is none."""
        return RunConfig.from_dict(self.plain(values), called=spoken)

    def plain(self, values: Sequence[Any]) -> dict[str, Any]:
        """What the controls show as plain data, unchecked.  BadRecipe where a number is none."""
        recipe: dict[str, Any] = {}
        given = {entry.path: (entry, value) for entry, value in zip(self.fields, values, strict=True)}
        for (section, row, name), (entry, value) in given.items():
            if section == "seed":
                recipe["seed"] = parse(entry, value)
            elif not name:
                if section in SETS:
                    recipe.setdefault(section, {})
                    if value is True:
                        recipe[section][row] = {}
                else:
                    recipe[section] = {"name": value}
        for (section, row, name), (entry, value) in given.items():
            if name and section not in TABLES and section != "seed":
                recipe.setdefault(section, {})[name] = parse(entry, value)
            elif name and section in SETS and row in recipe[section]:
                recipe[section][row][name] = parse(entry, value)
            elif name and section not in SETS and section in TABLES and recipe[section]["name"] == row:
                recipe[section][name] = parse(entry, value)
        return recipe

    def show(self, config: RunConfig, values: Sequence[Any] | None = None) -> list[Any]:
        """Updates for `outputs` that make the controls show this recipe; only of what differs from what they show now.

        values: what they show now; a page that was just opened shows `initial`.
        """
        recipe, initial = config.model_dump(), self.initial.model_dump()
        now = [shown(entry, initial) for entry in self.fields] if values is None else values
        fields = [
            gr.skip() if _stays(entry, recipe) else _if_new(shown(entry, recipe), value, "value")
            for entry, value in zip(self.fields, now, strict=True)
        ]
        return [*fields, *self.visible(recipe, initial if values is None else self.chosen(values))]

    def lock(self, updates: Sequence[Any], sections: Collection[str]) -> list[Any]:
        """These updates for `outputs`; the controls of these sections cannot be moved any more."""
        fields = [
            {**update, "interactive": False} if entry.path[0] in sections else update
            for entry, update in zip(self.fields, updates, strict=False)
        ]
        return [*fields, *updates[len(fields) :]]

    @property
    def places(self) -> list[Component]:
        """The controls of all knobs that name files that were brought along."""
        return [entry.control for entry in self.fields if entry.knob and entry.knob.upload]

    def with_data(self, values: Sequence[Any], data: str) -> list[Any]:
        """The same values with another data set in the menu."""
        menu = self.field("data").control
        return [data if entry.control is menu else value for entry, value in zip(self.fields, values, strict=True)]

    def show_data(self, data: str) -> list[Any]:
        """Updates for `outputs` that show this data set's knobs and leave all else as it is."""
        chosen = {"data": {"name": data}}
        rows = [gr.update(visible=_row_shown(chosen, key)) if key[0] == "data" else gr.skip() for key in self.rows]
        return [gr.skip()] * len(self.fields) + rows + [gr.skip()] * len(self.sections)

    def visible(self, recipe: Mapping[str, Any], before: Mapping[str, Any]) -> list[Any]:
        """Updates for the groups and sections, of those that must appear or go: only what matters is shown."""
        groups = [_if_new(_row_shown(recipe, key), _row_shown(before, key), "visible") for key in self.rows]
        used, was = sections_of(recipe), sections_of(before)
        return [*groups, *(_if_new(section in used, section in was, "visible") for section in self.sections)]

    def depends_on(self, section: str) -> list[Any]:
        """The groups that a choice in this section shows or hides; a choice of game, whole sections too."""
        rows = [group for key, group in self.rows.items() if key[0] == section]
        return [*rows, *self.sections.values()] if section == "game" else rows

    def after_choice(self, section: str, values: Sequence[Any]) -> list[Any]:
        """Updates for `depends_on(section)` after a menu or switch there has moved."""
        recipe = self.chosen(values)
        rows = [gr.update(visible=_row_shown(recipe, key)) for key in self.rows if key[0] == section]
        used = sections_of(recipe)
        return [*rows, *(gr.update(visible=name in used) for name in self.sections)] if section == "game" else rows


def _if_new(value: Any, before: Any, what: str) -> Any:
    return gr.skip() if value == before else gr.update(**{what: value})


def _stays(entry: Field, recipe: Mapping[str, Any]) -> bool:
    """Whether a control keeps what it shows: what was brought along is still there when another row is chosen."""
    section, row, _ = entry.path
    return entry.knob is not None and entry.knob.upload and recipe[section]["name"] != row


def _row_shown(recipe: Mapping[str, Any], key: tuple[str, str]) -> bool:
    section, row = key
    if row == FILES:
        return takes_files(section, recipe[section]["name"])
    return row in recipe[section] if section in SETS else recipe[section]["name"] == row


def takes_files(section: str, row: str) -> bool:
    """Whether files can be brought along for this row."""
    return any(knob.upload for knob in knobs(TABLES[section][row]).values())


def sections_of(recipe: Mapping[str, Any]) -> tuple[str, ...]:
    """The sections that matter to a recipe's game."""
    game = TABLES["game"][recipe["game"]["name"]]
    return (*ALWAYS, *game.uses)  # type: ignore[attr-defined]


def build_form(config: RunConfig, upload: Component | None = None) -> Form:
    """The controls of a recipe, laid out where this is called, showing `config`.

    upload: where files are brought along; it is shown below the menu with every row that takes some.
    """
    form, recipe = Form(config), config.model_dump()
    used = sections_of(recipe)
    for section, title in SECTIONS.items():
        with gr.Accordion(title, open=section in OPEN, visible=section in used, elem_id=f"section-{section}") as form.sections[
            section
        ]:
            if section in SETS:
                _set(form, section, recipe)
            elif section in TABLES:
                _menu(form, section, recipe, upload)
            else:
                part = type(getattr(config, section))
                form.fields += [_control((section, "", name), each, recipe) for name, each in knobs(part).items()]
    with gr.Accordion("Seed", open=False, elem_id="section-seed"):
        form.fields.append(_control(("seed", "", ""), knobs(RunConfig)["seed"], recipe))
    return form


def _menu(form: Form, section: str, recipe: Mapping[str, Any], upload: Component | None) -> None:
    table, chosen = TABLES[section], recipe[section]["name"]
    menu = gr.Dropdown(
        [(title_of(name, part), name) for name, part in table.items()],
        value=chosen,
        filterable=False,
        show_label=False,
        container=False,
        elem_id=f"choose-{section}",
        label=SECTIONS[section],
    )
    form.fields.append(Field((section, "", ""), menu, None))
    if upload is not None and any(takes_files(section, name) for name in table):
        with gr.Column(visible=takes_files(section, chosen), elem_classes=["knobs"]) as form.rows[section, FILES]:
            upload.render()  # type: ignore[no-untyped-call]
    for name, part in table.items():
        with gr.Column(visible=name == chosen, elem_classes=["knobs"]) as form.rows[section, name]:
            gr.Markdown(_about(part), elem_classes=["about"])
            form.fields += [_control((section, name, key), each, recipe) for key, each in knobs(part).items()]


def _set(form: Form, section: str, recipe: Mapping[str, Any]) -> None:
    for name, part in TABLES[section].items():
        on = name in recipe[section]
        switch = gr.Checkbox(on, label=title_of(name, part), info=_about(part), elem_id=f"switch-{section}-{name}")
        form.fields.append(Field((section, name, ""), switch, None))
        with gr.Column(visible=on, elem_classes=["knobs"]) as form.rows[section, name]:
            form.fields += [_control((section, name, key), each, recipe) for key, each in knobs(part).items()]


def _about(part: type[Part]) -> str:
    """The first paragraph of a part's docstring."""
    return " ".join((part.__doc__ or "").split("\n\n")[0].split())


def _control(path: tuple[str, str, str], knob: Knob, recipe: Mapping[str, Any]) -> Field:
    name = "-".join(filter(None, ("knob", *path)))
    common: dict[str, Any] = {
        "label": label(knob.name),
        "info": knob.help,
        "elem_id": name,
        "elem_classes": ["live"] if knob.live else [],
    }
    value = shown(Field(path, None, knob), recipe)  # type: ignore[arg-type]
    return Field(path, MAKERS[_kind(knob)](knob, value, common), knob)


def _kind(knob: Knob) -> str:
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
    return written(float(plain)) if _kind(entry.knob) == "series" else plain


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
