"""Parts and knobs: everything a person can choose is a frozen model whose fields are declared once.

A part's fields are its knobs. Range, default, help and whether a knob may change while a run trains stand on the field, and
the form, the JSON, the link, the checkpoint, the docs and the tests all read them there. A table is a plain dict from the
name in the menu to the part, in the order the menu shows; `OneOf` and `AnyOf` turn a table into a type for a config's field.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, GetCoreSchemaHandler, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError, core_schema

Scalar = bool | int | float | str


class Part(BaseModel):
    """A choice with knobs. Frozen: change it with `part.model_copy(update=...)` or `with_knobs`."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    title: ClassVar[str] = ""  # the name a menu shows; the table's key where it is empty


def knob(
    default: Scalar,
    low: float | None = None,
    high: float | None = None,
    help: str = "",
    *,
    live: bool = False,
    log: bool = False,
    pad: bool = False,
    upload: bool = False,
) -> Any:
    """One knob of a part.

    default: the value, whose owner (paper or us) the help names.  low, high: both ends belong to the range.
    live: may change while a run trains, without a new run.  log: sliders move on a logarithmic scale.
    pad: a text that nobody types; it is drawn.  upload: the path of files that a person may bring along.
    """
    extra: dict[str, Any] = {"live": live, "log": log, "pad": pad, "upload": upload}
    return Field(default, ge=low, le=high, description=help, json_schema_extra=extra)


class Knob(Part):
    """What the form, `python -m engine list` and the docs know of a knob."""

    name: str
    kind: Literal["number", "whole", "switch", "choice", "text"]
    default: Scalar
    help: str
    low: float | None = None
    high: float | None = None
    options: tuple[str, ...] = ()
    live: bool = False
    log: bool = False
    pad: bool = False
    upload: bool = False


KINDS: dict[Any, Literal["number", "whole", "switch", "text"]] = {float: "number", int: "whole", bool: "switch", str: "text"}


def knobs(part: type[Part]) -> dict[str, Knob]:
    """The knobs of a part by name, in the order of their declaration; those that it has from its kind come last."""
    hints, own = get_type_hints(part), part.__annotations__
    return {
        name: _describe(name, hints[name], part.model_fields[name])
        for name in sorted(part.model_fields, key=lambda name: name not in own)
        if hints[name] in KINDS or _is_choice(hints[name])
    }


def _is_choice(hint: Any) -> bool:
    return get_origin(hint) is Literal


def _describe(name: str, hint: Any, field: FieldInfo) -> Knob:
    bounds = {key: getattr(rule, key) for rule in field.metadata for key in ("ge", "le") if hasattr(rule, key)}
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    return Knob(
        name=name,
        kind="choice" if _is_choice(hint) else KINDS[hint],
        default=field.default,
        help=field.description or "",
        low=bounds.get("ge"),
        high=bounds.get("le"),
        options=get_args(hint) if _is_choice(hint) else (),
        live=bool(extra.get("live")),
        log=bool(extra.get("log")),
        pad=bool(extra.get("pad")),
        upload=bool(extra.get("upload")),
    )


def name_in(table: Mapping[str, type[Part]], part: Part) -> str:
    """The table's name for this part.  KeyError if it is not in the table."""
    for name, kind in table.items():
        if type(part) is kind:
            return name
    raise KeyError(f"{type(part).__name__} is in no row of this table")


@dataclass(frozen=True)
class OneOf:
    """A field that holds one part of a table, written in JSON as {"name": ..., knob: value, ...}.

    Used as `loss: Annotated[Loss, OneOf("loss", LOSSES)]`. A bare name stands for the part with its defaults.
    """

    kind: str
    table: Mapping[str, type[Part]]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        rows: dict[Any, core_schema.CoreSchema] = {
            name: core_schema.no_info_before_validator_function(_without_name, handler.generate_schema(part))
            for name, part in self.table.items()
        }
        return core_schema.no_info_before_validator_function(
            self._known,
            core_schema.tagged_union_schema(rows, discriminator=self._tag),
            serialization=core_schema.plain_serializer_function_ser_schema(self.dump),
        )

    def _known(self, value: Any) -> Any:
        if isinstance(value, str):
            value = {"name": value}
        if isinstance(value, Part) and type(value) in self.table.values():
            return value
        name = value.get("name") if isinstance(value, dict) else value
        if not isinstance(name, str) or name not in self.table:
            raise _unknown(name, self.kind, self.table)
        return value

    def _tag(self, value: Any) -> str:
        return value["name"] if isinstance(value, dict) else name_in(self.table, value)

    def dump(self, part: Part) -> dict[str, Any]:
        return {"name": name_in(self.table, part)} | part.model_dump()


def _unknown(name: Any, kind: str, table: Mapping[str, type[Part]]) -> PydanticCustomError:
    what = f"{repr(name)[:60]} is no {kind}" if name is not None else f"it must name a {kind}"
    return PydanticCustomError("unknown_name", "{sentence}", {"sentence": f"{what}. Known: {', '.join(table)}"})


def _without_name(value: Any) -> Any:
    return {key: item for key, item in value.items() if key != "name"} if isinstance(value, dict) else value


@dataclass(frozen=True)
class AnyOf:
    """A field that holds any parts of a table, each at most once, in the table's order; in JSON {name: {knob: value}, ...}.

    Used as `penalties: Annotated[tuple[Penalty, ...], AnyOf("penalty", PENALTIES)]`.
    """

    kind: str
    table: Mapping[str, type[Part]]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        rows = {
            name: core_schema.typed_dict_field(handler.generate_schema(part), required=False) for name, part in self.table.items()
        }
        return core_schema.no_info_after_validator_function(
            self._in_order,
            core_schema.no_info_before_validator_function(
                self._known, core_schema.typed_dict_schema(rows, extra_behavior="forbid")
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(self.dump),
        )

    def _known(self, value: Any) -> Any:
        if isinstance(value, tuple) and all(type(part) in self.table.values() for part in value):
            return {name_in(self.table, part): part for part in value}
        if not isinstance(value, dict):
            raise PydanticCustomError(
                "not_a_set", "write {name: knobs, ...} with names from: {known}", {"known": ", ".join(self.table)}
            )
        for name in value:
            if name not in self.table:
                raise _unknown(name, self.kind, self.table)
        return value

    def _in_order(self, chosen: dict[str, Part]) -> tuple[Part, ...]:
        return tuple(chosen[name] for name in self.table if name in chosen)

    def dump(self, parts: tuple[Part, ...]) -> dict[str, Any]:
        return {name_in(self.table, part): part.model_dump() for part in parts}


Called = Callable[[tuple[str, ...]], str]
"""What a sentence calls the knob at a path."""


def explain(error: ValidationError, model: type[Part], called: Called = ".".join) -> str:
    """One plain sentence for the first thing that is wrong with a value of `model`: which knob, what was given, what fits."""
    first = error.errors(include_url=False)[0]
    path, part = _place(first["loc"], model)
    more = f" ({error.error_count() - 1} more)" if error.error_count() > 1 else ""
    if first["type"] == "value_error":  # a check of ours, in words already; over several sections it names them itself
        where = f"{called(tuple(path))}: " if path else ""
        return f"{where}{first['msg'].removeprefix('Value error, ')}{more}."
    if first["type"] == "json_invalid":
        return f"This is no JSON: {first['ctx']['error']}."
    if first["type"] == "extra_forbidden":
        return f"{called(tuple(path))}: there is no such knob. Known: {', '.join(part.model_fields) or 'none'}{more}."
    name = called(tuple(path)) if path else "the recipe"
    if first["type"] in ("unknown_name", "not_a_set"):
        return f"{name}: {first['msg']}{more}."
    return f"{name} must be {_what_fits(part, path)}{_given(first['input'])}{more}."


def _place(loc: tuple[int | str, ...], model: type[Part]) -> tuple[list[str], type[Part]]:
    """Where an error is, as a person would write it, and the part it is in. Pydantic also names the row of a OneOf."""
    path: list[str] = []
    part, steps = model, iter(loc)
    for step in steps:
        path.append(str(step))
        field = part.model_fields.get(str(step))
        choice = next((rule for rule in field.metadata if isinstance(rule, OneOf | AnyOf)), None) if field else None
        if choice is not None and (row := next(steps, None)) is not None:
            part = choice.table.get(str(row), part)
            path += [str(row)] if isinstance(choice, AnyOf) else []
        elif field is not None and isinstance(field.annotation, type) and issubclass(field.annotation, Part):
            part = field.annotation
    return path, part


def _what_fits(part: type[Part], path: list[str]) -> str:
    known = knobs(part)
    if not path or path[-1] not in known:
        return f"a group of knobs, {{name: value, ...}}, with names from: {', '.join(part.model_fields)}"
    k = known[path[-1]]
    if k.kind in ("switch", "text"):
        return "true or false" if k.kind == "switch" else "text"
    if k.kind == "choice":
        return f"one of {', '.join(k.options)}"
    kind = "a whole number" if k.kind == "whole" else "a number"
    return kind if k.low is None or k.high is None else f"{kind} from {_shown(k.low)} to {_shown(k.high)}"


def _shown(number: float) -> str:
    return f"{number:,.0f}" if number == int(number) else f"{number:g}"


def _given(value: Any) -> str:
    """What was given, as JSON writes it; nothing where it is long."""
    shown = json.dumps(value, default=repr)
    return f", but it is {shown}" if len(shown) <= 60 else ""
