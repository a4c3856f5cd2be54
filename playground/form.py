"""Knobs to controls to RunConfig: the only place that knows both.

The form is generated from the tables. Every section of the recipe is a group; a section that chooses from a table has a menu and
a group of controls for each row, of which one is shown. Reading goes the other way: the values of what is shown become plain
data, which the engine's strict models check, as they check a link.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import gradio as gr
from gradio.components import Component

from engine import SETS, TABLES, Part, RunConfig, knobs
from playground.controls import Field, control_of, parse, shown
from playground.words import SECTIONS, spoken, title_of

FILES = ""  # in a row's place: the group that all rows of a section share to which files can be brought along
ALWAYS = ("data", "game", "g_optimizer", "d_optimizer", "training")  # the others only if the game uses them
OPEN = ("data", "loss")  # unfolded at the start


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
                form.fields += [control_of((section, "", name), each, recipe) for name, each in knobs(part).items()]
    with gr.Accordion("Seed", open=False, elem_id="section-seed"):
        form.fields.append(control_of(("seed", "", ""), knobs(RunConfig)["seed"], recipe))
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
            form.fields += [control_of((section, name, key), each, recipe) for key, each in knobs(part).items()]


def _set(form: Form, section: str, recipe: Mapping[str, Any]) -> None:
    for name, part in TABLES[section].items():
        on = name in recipe[section]
        switch = gr.Checkbox(on, label=title_of(name, part), info=_about(part), elem_id=f"switch-{section}-{name}")
        form.fields.append(Field((section, name, ""), switch, None))
        with gr.Column(visible=on, elem_classes=["knobs"]) as form.rows[section, name]:
            form.fields += [control_of((section, name, key), each, recipe) for key, each in knobs(part).items()]


def _about(part: type[Part]) -> str:
    """The first paragraph of a part's docstring."""
    return " ".join((part.__doc__ or "").split("\n\n")[0].split())
