"""What a script is made of, each thing once: imports, and definitions in the order in which they are needed."""

from __future__ import annotations

import ast
import builtins
import inspect
import sys
from collections.abc import Callable
from types import FunctionType, ModuleType
from typing import Any

from torch import nn

from engine.config import BadRecipe
from engine.script.layout import LONGEST, docstring, first_sentence, indented
from engine.script.source import Text, function_text, imported


class Code:
    """The script's imports and definitions; whoever writes a line asks here for the names in it."""

    def __init__(self) -> None:
        self.imports: set[tuple[str, str]] = {("torch", "")}
        self.definitions: dict[str, str] = {}
        self._of: dict[str, tuple[Any, Any]] = {}  # what a name was defined from, and its owner

    def use(self, module: str, name: str = "") -> None:
        """`import module`, or `from module import name`."""
        self.imports.add((module, name))

    def need(self, name: str, home: ModuleType) -> str:
        """Whatever this name means in that module of ours becomes part of the script.  Returns how the script calls it."""
        module, original = imported(home).get(name, ("", ""))
        if module.startswith("engine"):
            return self.need(original.split(" as ")[0], sys.modules[module])
        if module:
            self.use(module, original)
            return name
        value = getattr(home, name)
        if isinstance(value, bool | int | float | str):
            return repr(value)
        if isinstance(value, FunctionType):
            self.define(name, value)
        elif isinstance(value, type) and issubclass(value, tuple):
            self.use("collections", "namedtuple")
            self.add(name, f'{name} = namedtuple("{name}", "{" ".join(value._fields)}")', value)  # type: ignore[attr-defined]
        elif isinstance(value, type):
            raise BadRecipe(f"{name} is a class that no script can show yet.")
        else:
            self.add(name, _assignment(name, home), value)
        return name

    def define(self, name: str, function: Callable[..., Any], owner: Any = None) -> None:
        """A function of ours becomes one of the script's; owner: whose method it is."""
        if self._is_there(name, function, owner):
            return
        self._of[name] = (function, owner)
        self.definitions[name] = function_text(name, Text(function, self, owner))
        self.definitions[name] = self.definitions.pop(name)  # behind what it needs

    def define_module(self, kind: type[nn.Module], attributes: list[str] | None) -> str:
        """A layer of ours becomes a class of the script's that is handed these attributes; None: begun as it is with us."""
        name = kind.__name__
        if self._is_there(name, kind, None):
            return name
        self._of[name] = (kind, None)
        self.use("torch", "nn")
        lines = [*docstring(first_sentence(inspect.getdoc(kind) or "")), ""]
        if attributes is None:
            lines += [*self._method(kind, "__init__"), ""]
        elif attributes:
            lines += [f"def __init__(self, {', '.join(attributes)}):", "    super().__init__()"]
            lines += [*(f"    self.{name} = {name}" for name in attributes), ""]
        methods = [self._method(kind, method) for method in called_methods(kind)]
        lines += "\n\n".join("\n".join(method) for method in methods).split("\n")
        self.definitions[name] = "\n".join([f"class {name}(nn.Module):", *indented(lines)])
        return name

    def _method(self, kind: type[nn.Module], name: str) -> list[str]:
        text = Text(getattr(kind, name), self, special=_of_a_module)
        return [f"def {name}({', '.join(['self', *text.parameters])}):", *indented(text.lines())]

    def add(self, name: str, text: str, of: Any = None) -> None:
        """A definition whose text is known."""
        if not self._is_there(name, of, None):
            self._of[name] = (of, None)
            self.definitions[name] = text

    def taken(self) -> list[str]:
        """The definitions since the last call."""
        texts, self.definitions = list(self.definitions.values()), {}
        return texts

    def _is_there(self, name: str, of: Any, owner: Any) -> bool:
        if name not in self._of:
            return False
        if self._of[name][0] is not of or self._of[name][1] is not owner:
            raise BadRecipe(f"Two parts of this recipe both call something {name}; a script cannot show them side by side.")
        return True

    def head(self) -> str:
        """The import statements, the standard library's first."""
        modules = sorted({module for module, _ in self.imports})
        standard = [module for module in modules if module.split(".")[0] in sys.stdlib_module_names]
        others = [module for module in modules if module not in standard]
        return "\n\n".join("\n".join(self._lines(some)) for some in (standard, others) if some)

    def _lines(self, modules: list[str]) -> list[str]:
        whole = [f"import {module}" for module in modules if (module, "") in self.imports]
        names = {module: sorted(name for of, name in self.imports if of == module and name) for module in modules}
        return [*whole, *(f"from {module} import {', '.join(some)}" for module, some in names.items() if some)]


def check_complete(text: str) -> None:
    """BadRecipe if a script calls something that is nowhere in it, because a part of the recipe does what no script can show."""
    tree = ast.walk(ast.parse(text))
    bound, asked = set(dir(builtins)), {}
    for node in tree:
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            asked[node.id] = node.lineno
        elif isinstance(node, ast.Name):
            bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.alias):
            bound.add(node.asname or node.name.split(".")[0])
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
    for name in sorted(asked.keys() - bound):
        line = text.splitlines()[asked[name] - 1].strip()
        raise BadRecipe(f"This recipe does something that no script can show yet: {name} in `{line}`.")


def called_methods(kind: type[nn.Module]) -> list[str]:
    """forward, and before it the methods that it asks."""
    forward = inspect.getsource(kind.forward)
    asked = [name for name, value in vars(kind).items() if isinstance(value, FunctionType) and f"self.{name}(" in forward]
    return [*asked, "forward"]


def _of_a_module(text: Text, node: ast.AST) -> str | None:
    """A layer of ours is told its generator; a script has only one.  It is begun as torch wants it."""
    if isinstance(node, ast.Attribute) and ast.unparse(node) == "self.generator":
        return "generator"
    return ast.unparse(node) if isinstance(node, ast.Call) and ast.unparse(node.func) == "super().__init__" else None


def _assignment(name: str, home: ModuleType) -> str:
    """The source of a module's constant."""
    source = inspect.getsource(home)
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets):
            text = ast.get_source_segment(source, node) or ""
            if all(len(line) <= LONGEST for line in text.splitlines()):
                return text
    raise BadRecipe(f"{name} has no source that a script could show.")
