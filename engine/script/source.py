"""Our own functions as a student would write them: knobs have become numbers, and what the recipe does not use is gone.

The text is the function's own source, comments included, read by inspect and rewritten along its syntax tree: so whoever adds a
loss, a penalty or a game has already written what is shown of it.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import cache
from types import ModuleType
from typing import Any

from engine.config import BadRecipe
from engine.parts import Part
from engine.script.expressions import Expressions, Unknown, end_of, placed, start_of
from engine.script.layout import LONGEST, commented, docstring, first_sentence, indented

Hook = Callable[["Text", ast.stmt], list[str] | None]


class Text(Expressions):
    """A function's source, statement by statement.  hook: somebody's own way with a statement; None for the usual one."""

    def __init__(self, *arguments: Any, hook: Hook | None = None, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.hook = hook
        self.result: str | None = None

    def lines(self) -> list[str]:
        """The function's body."""
        return _without_detour(self.block(self.tree.body))

    def inlined(self) -> tuple[list[str], str]:
        """The body up to its end, and the expression that it returns."""
        self.hook = _keep_result
        lines = self.block(self.tree.body)
        if self.result is None:
            raise BadRecipe(f"{self.function.__qualname__} does not end with what it returns, so no script can show it.")
        return lines, self.result

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
        if isinstance(s, ast.AnnAssign):  # a script says no types
            return [] if s.value is None else [f"{self.text(s.target)} = {self.text(s.value)}"]
        if isinstance(s, ast.If) and not isinstance(known := self.known(s.test), Unknown):
            lines = self.block(s.body if known else s.orelse)
            return [lines[0].removeprefix("el"), *lines[1:]] if lines and lines[0].startswith("elif") else lines
        if isinstance(s, ast.For) and (turns := self._turns(s)) is not None:
            return self._loop(s, turns)
        if isinstance(s, ast.For) and isinstance(items := self.known(s.iter), tuple):
            return self._each(s, items)
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
        head = self._between(s, heads, start_of(s), end) + self.rows[end[0] - 1][end[1] :]
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
        if turns == 0:
            return []
        if turns == 1:
            self.values[s.target.id] = 0
            return self.block(s.body)
        body = self.block(s.body)
        used = any(isinstance(node, ast.Name) and node.id == s.target.id for node in ast.walk(ast.parse("\n".join(body))))
        head = f"for {s.target.id} in {self.text(s.iter)}:" if used else f"for _ in range({turns}):"
        return [head, *indented(body)]

    def _each(self, s: ast.For, items: tuple[Any, ...]) -> list[str]:
        """A loop over things that the recipe decides, written out for each of them."""
        lines: list[str] = []
        for item in items:
            self.values[ast.unparse(s.target)] = item
            lines += [*([""] if lines else []), *self.block(s.body)]
        return lines

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


def function_text(name: str, text: Text, *, about: str | None = None) -> str:
    """A whole function, with the first sentence of its docstring."""
    doc = first_sentence(inspect.getdoc(text.function) or "") if about is None else about
    body = text.lines()
    return "\n".join([f"def {name}({', '.join(text.parameters)}):", *indented([*docstring(doc), *body])])


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


def _places(node: ast.AST) -> Iterator[tuple[int, int, int, int]]:
    for child in placed(node):
        yield (*start_of(child), *end_of(child))
