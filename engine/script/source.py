"""Our own functions as a student would write them: knobs have become numbers, and what the recipe does not use is gone.

The text is the function's own source, comments included, read by inspect and rewritten along its syntax tree: so whoever adds a
loss, a penalty or a game has already written what is shown of it.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator, Mapping
from functools import cache, cached_property
from types import MethodType, ModuleType
from typing import Any, Protocol

from torch import Tensor

from engine.config import BadRecipe
from engine.parts import Part

LONGEST = 110  # columns of a line
HANDED = ("self", "device", "generator", "p", "rules")
"""Parameters that a script does not hand on: it has one device, one generator, and players by their names."""
Special = Callable[["Text", ast.AST], str | None]
Hook = Callable[["Text", ast.stmt], list[str] | None]


class Unknown:
    """The value of an expression that is known only while training."""


UNKNOWN = Unknown()


class Definitions(Protocol):
    """Where a text asks for what it calls."""

    def need(self, name: str, home: ModuleType) -> str:
        """Whatever this name means in that module becomes part of the script.  Returns how the script calls it."""
        ...

    def define(self, name: str, function: Callable[..., Any], owner: Any = None) -> None: ...


class Text:
    """A function's source, rewritten.

    owner: what `self` is; its numbers are written out, its methods become functions.  values: names that are known beforehand.
    names: how the script calls a parameter.  special, hook: a game's own way with an expression, with a statement.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        definitions: Definitions,
        owner: Any = None,
        *,
        values: Mapping[str, Any] | None = None,
        names: Mapping[str, str] | None = None,
        special: Special | None = None,
        hook: Hook | None = None,
    ) -> None:
        self.function = inspect.unwrap(function)
        self.source = textwrap.dedent(inspect.getsource(self.function))
        self.rows = self.source.splitlines()
        self.definitions = definitions
        self.values: dict[str, Any] = dict(values or {}) | ({} if owner is None else {"self": owner})
        self.names = dict(names or {})
        self.special, self.hook = special, hook
        self.result: str | None = None

    @cached_property
    def tree(self) -> ast.FunctionDef:
        (tree,) = ast.parse(self.source).body
        assert isinstance(tree, ast.FunctionDef)
        return tree

    @property
    def parameters(self) -> list[str]:
        """What callers of the written function hand over."""
        given = self.tree.args
        return [one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs) if one.arg not in HANDED]

    @cached_property
    def locals(self) -> set[str]:
        given = self.tree.args
        stored = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
        return stored | {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}

    def lines(self) -> list[str]:
        """The function's body."""
        return _without_detour(self.block(self.tree.body))

    def inlined(self) -> tuple[list[str], str]:
        """The body up to its end, and the expression that it returns."""
        self.hook = _keep_result
        lines = self.block(self.tree.body)
        assert self.result is not None, f"{self.function.__qualname__} returns in the middle; it cannot be written out"
        return lines, self.result

    # -- statements -------------------------------------------------------------------------------------------------

    def block(self, body: list[ast.stmt]) -> list[str]:
        lines: list[str] = []
        for statement in body:
            lines += self.statement(statement)
            if self.result is not None or (lines and lines[-1].startswith("return")):
                break
        return lines

    def statement(self, s: ast.stmt) -> list[str]:
        if isinstance(s, ast.Assert) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant)):
            return []
        if isinstance(s, ast.Assign) and isinstance(part := self.known(s.value), Part):
            self.values[ast.unparse(s.targets[0])] = part
            return []
        if self.hook is not None and (lines := self.hook(self, s)) is not None:
            return lines
        if isinstance(s, ast.If) and not isinstance(known := self.known(s.test), Unknown):
            lines = self.block(s.body if known else s.orelse)
            return [lines[0].removeprefix("el"), *lines[1:]] if lines and lines[0].startswith("elif") else lines
        if isinstance(s, ast.For) and (turns := self._turns(s)) is not None:
            return self._loop(s, turns)
        if isinstance(s, ast.With) and (graph := self._graph(s)) is not None:
            inner = self.block(s.body)
            return inner if graph else ["with torch.no_grad():", *indented(inner)]
        return self._compound(s) if hasattr(s, "body") else self._simple(s)

    def _simple(self, s: ast.stmt) -> list[str]:
        end = s.end_lineno or s.lineno
        comment = self.rows[end - 1][s.end_col_offset :].partition("# type:")[0].strip()
        first, *others = self.text(s).split("\n")
        lines = [first, *(row[s.col_offset :] for row in others)]
        if comment and len(lines[-1]) + 2 + len(comment) > LONGEST - 8:
            return [*self._remarks(s), *commented(comment.lstrip("# ")), *lines]
        return [*self._remarks(s), *lines[:-1], f"{lines[-1]}  {comment}" if comment else lines[-1]]

    def _compound(self, s: Any) -> list[str]:
        """A statement that holds others: its head, and its bodies one step in."""
        heads = [child for child in ast.iter_child_nodes(s) if not isinstance(child, ast.stmt)]
        end = max(position[2:] for head in heads for position in _places(head))
        head = self._between(s, heads, _start(s), end) + self.rows[end[0] - 1][end[1] :]
        lines = [*self._remarks(s), *head.split("\n"), *indented(self.block(s.body))]
        if getattr(s, "orelse", None):
            other = self.block(s.orelse)
            lines += other if other[:1] and other[0].startswith("elif") else ["else:", *indented(other)]
        return lines

    def _remarks(self, s: ast.stmt) -> list[str]:
        """The comments on lines of their own above a statement."""
        above: list[str] = []
        row = s.lineno - 2
        while row >= 0 and self.rows[row].strip().startswith("#"):
            above.insert(0, self.rows[row].strip())
            row -= 1
        return above

    def _turns(self, s: ast.For) -> int | None:
        """How often a loop over (reversed) range(known) goes round."""
        call: Any = s.iter
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "reversed":
            call = call.args[0]
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "range" and len(call.args) == 1:
            turns = self.known(call.args[0])
            return turns if isinstance(turns, int) else None
        return None

    def _loop(self, s: ast.For, turns: int) -> list[str]:
        assert isinstance(s.target, ast.Name)
        if turns == 1:
            self.values[s.target.id] = 0
            return self.block(s.body)
        body = self.block(s.body)
        used = any(isinstance(node, ast.Name) and node.id == s.target.id for node in ast.walk(ast.parse("\n".join(body))))
        head = f"for {s.target.id} in {self.text(s.iter)}:" if used else f"for _ in range({turns}):"
        return [head, *indented(body)]

    def _graph(self, s: ast.With) -> bool | None:
        """The known argument of torch.set_grad_enabled, if that is what this statement is."""
        call = s.items[0].context_expr
        if not isinstance(call, ast.Call) or ast.unparse(call.func) != "torch.set_grad_enabled":
            return None
        known = self.known(call.args[0])
        if isinstance(known, Unknown):
            return None
        self._need("torch")
        return bool(known)

    # -- expressions ------------------------------------------------------------------------------------------------

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
        if isinstance(node, ast.BoolOp) and len(left := self._undecided(node)) == 1:
            return self.text(left[0])
        return self._between(node, list(ast.iter_child_nodes(node)), _start(node), _end(node))

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
        if name in self.locals or name not in self.function.__globals__:
            return name
        return self._need(name)

    def _need(self, name: str) -> str:
        return self.definitions.need(name, _module(self.function))

    def _attribute(self, node: ast.Attribute) -> str | None:
        """A number of the owner, a method of his, a tensor of his; None for an attribute of anything else."""
        if isinstance(node.value, ast.Name) and node.value.id == "p" and "p" in self.locals:
            return node.attr  # a player is called by his name
        value = self.known(node)
        if isinstance(value, bool | int | float | str):
            return repr(value)
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
        kept = [one for one in node.args if not (isinstance(one, ast.Name) and one.id in HANDED and ours)]
        keywords = [one for one in node.keywords if one.arg != "device" and not (one.arg == "generator" and ours)]
        if len(kept) == len(node.args) and len(keywords) == len(node.keywords):
            return function + self._between(node, [*node.args, *node.keywords], _end(node.func), _end(node))
        written = [*map(self.text, kept), *(f"{one.arg}={self.text(one.value)}" for one in keywords)]
        return f"{function}({', '.join(written)})"

    def _is_ours(self, function: ast.expr) -> bool:
        value = self.function.__globals__.get(function.id) if isinstance(function, ast.Name) else None
        return getattr(value, "__module__", "").startswith("engine.")

    def _between(self, node: Any, children: list[Any], start: tuple[int, int], end: tuple[int, int]) -> str:
        """The source from start to end with its children rewritten."""
        text, here = "", start
        for inner in sorted((leaf for child in children for leaf in _placed(child)), key=_start):
            text += self._slice(here, _start(inner)) + self.text(inner)
            here = _end(inner)
        return text + self._slice(here, end)

    def _slice(self, start: tuple[int, int], end: tuple[int, int]) -> str:
        """The source from one (line, column) to another."""
        rows = self.rows[start[0] - 1 : end[0]]
        rows[-1] = rows[-1][: end[1]]
        rows[0] = rows[0][start[1] :]
        return "\n".join(rows)


def function_text(name: str, text: Text, *, about: str | None = None) -> str:
    """A whole function, with the first sentence of its docstring."""
    doc = first_sentence(inspect.getdoc(text.function) or "") if about is None else about
    body = text.lines()
    return "\n".join([f"def {name}({', '.join(text.parameters)}):", *indented([*docstring(doc), *body])])


def first_sentence(doc: str) -> str:
    return " ".join(doc.split("\n\n")[0].split())


def docstring(doc: str, width: int = LONGEST - 4) -> list[str]:
    """A docstring's lines; none for nothing."""
    if not doc:
        return []
    if len(doc) + 6 <= width:
        return [f'"""{doc}"""']
    return [*textwrap.wrap(f'"""{doc}', width, break_long_words=False), '"""']


def commented(text: str, width: int = LONGEST - 10) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, width, break_long_words=False)]


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else line for line in lines]


def definition(value: Any) -> str:
    """Our own class or constant as it stands in its module."""
    return textwrap.dedent(inspect.getsource(value)).strip()


@cache
def imported(home: ModuleType) -> dict[str, tuple[str, str]]:
    """What a module imports: its name there -> (module, name); ("math", "") for `import math`."""
    found: dict[str, tuple[str, str]] = {}
    for node in ast.parse(inspect.getsource(home)).body:
        if isinstance(node, ast.Import):
            found |= {
                one.asname or one.name: (f"{one.name} as {one.asname}" if one.asname else one.name, "") for one in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            found |= {
                one.asname or one.name: (node.module or "", f"{one.name} as {one.asname}" if one.asname else one.name)
                for one in node.names
            }
    return found


def _without_detour(lines: list[str]) -> list[str]:
    """`x = ...; return x` as `return ...`."""
    if len(lines) > 1 and lines[-1].startswith("return "):
        start = f"{lines[-1].removeprefix('return ')} = "
        if lines[-2].startswith(start) and start[:-3].isidentifier() and "#" not in lines[-2]:
            return [*lines[:-2], f"return {lines[-2].removeprefix(start)}"]
    return lines


def _keep_result(text: Text, s: ast.stmt) -> list[str] | None:
    if not isinstance(s, ast.Return) or s.value is None:
        return None
    text.result = text.text(s.value)
    return []


def _is(nodes: list[ast.expr], name: str) -> bool:
    return len(nodes) == 1 and isinstance(nodes[0], ast.Name) and nodes[0].id == name


def _placed(node: ast.AST) -> Iterator[ast.AST]:
    """A node that has a place in the source, or those inside it that have."""
    if hasattr(node, "lineno"):
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _placed(child)


def _places(node: ast.AST) -> Iterator[tuple[int, int, int, int]]:
    for child in _placed(node):
        yield (*_start(child), *_end(child))


def _start(node: Any) -> tuple[int, int]:
    return (node.lineno, node.col_offset)


def _end(node: Any) -> tuple[int, int]:
    return (node.end_lineno, node.end_col_offset)


def _module(function: Callable[..., Any]) -> ModuleType:
    module = inspect.getmodule(function)
    if module is None:
        raise BadRecipe(f"{function.__qualname__} has no source that could be shown.")
    return module
