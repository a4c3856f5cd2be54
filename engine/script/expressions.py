"""Expressions of our own functions as a script writes them: knobs have become numbers, and what it does not hand on is gone."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from types import MethodType, ModuleType
from typing import Any, Protocol

from torch import Tensor

from engine.config import BadRecipe
from engine.games import Game

HANDED = ("self", "device", "generator")
"""Parameters that a script does not hand on, for it has one device and one generator."""
OF_A_GAME = ("p", "rules")
"""Nor these of a game: a script calls its players by their names."""


class Unknown:
    """The value of an expression that is known only while training."""


UNKNOWN = Unknown()


class Definitions(Protocol):
    """Where a text asks for what it calls."""

    def need(self, name: str, home: ModuleType) -> str:
        """Whatever this name means in that module becomes part of the script.  Returns how the script calls it."""
        ...

    def define(self, name: str, function: Callable[..., Any], owner: Any = None) -> None: ...


class Expressions:
    """A function's source, expression by expression.

    owner: what `self` is; its numbers are written out, its methods become functions.  values: names that are known beforehand.
    names: how the script calls a parameter.  special: somebody's own way with an expression; None for the usual one.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        definitions: Definitions,
        owner: Any = None,
        *,
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
        special: Callable[[Any, ast.AST], str | None] | None = None,
    ) -> None:
        self.function = inspect.unwrap(function)
        self.source = textwrap.dedent(inspect.getsource(self.function))
        self.rows = self.source.splitlines()
        self.definitions = definitions
        self.values: dict[str, Any] = dict(values or {}) | ({} if owner is None else {"self": owner})
        self.names = dict(names or {})
        self.handed = HANDED + (OF_A_GAME if isinstance(owner, Game) else ())
        self.special = special

    @cached_property
    def tree(self) -> ast.FunctionDef:
        (tree,) = ast.parse(self.source).body
        assert isinstance(tree, ast.FunctionDef)
        return tree

    @property
    def parameters(self) -> list[str]:
        """What callers of the written function hand over."""
        given = self.tree.args
        return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs) if one.arg not in self.handed]

    @cached_property
    def locals(self) -> set[str]:
        given = self.tree.args
        stored = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
        return stored | {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}

    def text(self, node: ast.AST) -> str:
        """An expression or a simple statement as the script writes it."""
        if self.special is not None and (text := self.special(self, node)) is not None:
            return text
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.Attribute) and (text := self._attribute(node)) is not None:
            return text
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.IfExp) and not isinstance(known := self.known(node.test), Unknown):
            return self.text(node.body if known else node.orelse)
        if isinstance(node, ast.Compare | ast.BoolOp | ast.UnaryOp) and isinstance(known := self.known(node), bool):
            return repr(known)
        if isinstance(node, ast.JoinedStr) and isinstance(known := self.known(node), str):
            return f'"{known}"'
        if isinstance(node, ast.BoolOp) and len(left := self._undecided(node)) == 1:
            return self.text(left[0])
        return self._between(node, list(ast.iter_child_nodes(node)), start_of(node), end_of(node))

    def known(self, node: ast.expr) -> Any:
        """The value of an expression that the recipe decides, or UNKNOWN."""
        if isinstance(node, ast.BoolOp):
            short = isinstance(node.op, ast.Or)
            if any(value is short for value in map(self.known, node.values)):
                return short
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        if not names <= self.values.keys() or not (names or isinstance(node, ast.Constant)):
            return UNKNOWN
        try:
            return eval(ast.unparse(node), {"__builtins__": {}}, self.values)
        except Exception:
            return UNKNOWN  # it needs more than the recipe: a call of a builtin, a tensor

    def _undecided(self, node: ast.BoolOp) -> list[ast.expr]:
        return [value for value in node.values if isinstance(self.known(value), Unknown)]

    def _name(self, node: ast.Name) -> str:
        name = node.id
        if name in self.names:
            return self.names[name]
        if name in self.values and isinstance(self.values[name], int | float | str):
            return repr(self.values[name])
        if name == "super":
            raise BadRecipe(f"{self.function.__qualname__} asks super(), which a script does not have.")
        if name in self.locals or name not in self.function.__globals__:
            return name
        return self._need(name)

    def _need(self, name: str) -> str:
        return self.definitions.need(name, _module(self.function))

    def _attribute(self, node: ast.Attribute) -> str | None:
        """A number of the owner, a method of his, a tensor of his; None for an attribute of anything else."""
        if isinstance(node.value, ast.Name) and node.value.id == "p" and "p" in self.handed:
            return node.attr  # a player is called by his name
        value = self.known(node)
        if isinstance(value, bool | int | float | str):
            return repr(value)
        if isinstance(value, slice):
            return f"{value.start}:{value.stop}"
        root = self.known(node.value)
        if isinstance(root, Unknown):
            return None
        if isinstance(value, MethodType) and root is self.values.get("self"):
            self.definitions.define(node.attr, value.__func__, root)
            return node.attr
        return node.attr.upper() if isinstance(value, Tensor) else None

    def _call(self, node: ast.Call) -> str:
        """A call without what the script does not hand on."""
        if isinstance(node.func, ast.Attribute) and node.func.attr == "to" and _is(node.args, "device"):
            return self.text(node.func.value)
        function = self.text(node.func)
        ours = isinstance(self.known(node.func), MethodType) or self._is_ours(node.func)
        kept = [one for one in node.args if not (isinstance(one, ast.Name) and one.id in self.handed and ours)]
        keywords = [one for one in node.keywords if one.arg != "device" and not (one.arg == "generator" and ours)]
        if len(kept) == len(node.args) and len(keywords) == len(node.keywords):
            return function + self._between(node, [*node.args, *node.keywords], end_of(node.func), end_of(node))
        written = [*map(self.text, kept), *(f"{one.arg}={self.text(one.value)}" for one in keywords)]
        return f"{function}({', '.join(written)})"

    def _is_ours(self, function: ast.expr) -> bool:
        value = self.function.__globals__.get(function.id) if isinstance(function, ast.Name) else None
        return getattr(value, "__module__", "").startswith("engine.")

    def _between(self, node: Any, children: list[Any], start: tuple[int, int], end: tuple[int, int]) -> str:
        """The source from start to end with its children rewritten."""
        text, here = "", start
        for inner in sorted((leaf for child in children for leaf in placed(child)), key=start_of):
            text += self._slice(here, start_of(inner)) + self.text(inner)
            here = end_of(inner)
        return text + self._slice(here, end)

    def _slice(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """The source from one (line, column) to another."""
        rows = self.rows[start[0] - 1 : end[0]]
        rows[-1] = rows[-1][: end[1]]
        rows[0] = rows[0][start[1] :]
        return "\n".join(rows)


def _is(nodes: list[ast.expr], name: str) -> bool:
    return len(nodes) == 1 and isinstance(nodes[0], ast.Name) and nodes[0].id == name


def placed(node: ast.AST) -> Iterator[ast.AST]:
    """A node that has a place in the source, or those inside it that have."""
    if hasattr(node, "lineno"):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from placed(child)


def start_of(node: Any) -> tuple[int, int]:
    return (node.lineno, node.col_offset)


def end_of(node: Any) -> tuple[int, int]:
    return (node.end_lineno, node.end_col_offset)


def _module(function: Callable[..., Any]) -> ModuleType:
    module = inspect.getmodule(function)
    if module is None:
        raise BadRecipe(f"{function.__qualname__} has no source that could be shown.")
    return module
