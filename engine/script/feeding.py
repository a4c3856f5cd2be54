"""What G is fed: latents, and what a game lays beside them."""

from __future__ import annotations

import ast
from types import SimpleNamespace

from engine.config import RunConfig
from engine.games import Rules
from engine.games.codes import drawn
from engine.script.code import Code
from engine.script.layout import docstring, function
from engine.script.source import Text, function_text


def latents(code: Code, config: RunConfig) -> str:
    """The lines of `draw_z`."""
    text = Text(type(config.latent).draw, code, config.latent)
    return function_text("draw_z", text, about=f"n latents, (n, {config.latent.dim}).")


def of_class(code: Code, config: RunConfig, y: str) -> str:
    """The call for inputs of G that ask for classes."""
    text = Text(Rules.of_class, code, SimpleNamespace(codes=config.codes), special=_z)
    code.add("of_class", function_text("of_class", text))
    return f"of_class({y})"


def fed(code: Code, config: RunConfig, n: str) -> str:
    """The call for inputs of G with codes beside them, which are drawn one after the other."""
    rows = []
    for columns in config.codes:
        _, result = Text(drawn, code, values={"code": columns}, special=_z).inlined()
        rows.append(f"    {result}," if columns.kind == "noise" else f"    {result},  # {columns.name}")
    wide = " + ".join(str(columns.size) for columns in config.codes)
    lines = [
        *docstring(f"n inputs of G, (n, {wide}): latents, and random codes beside them."),
        "return torch.cat([",
        *rows,
        "], 1)",
    ]
    code.add("draw_fed", function("draw_fed", ["n"], lines))
    return f"draw_fed({n})"


def _z(text: Text, node: ast.AST) -> str | None:
    """Latents are drawn by the script's `draw_z`."""
    called = isinstance(node, ast.Call) and ast.unparse(node.func) in ("self.z", "latent.draw")
    return f"draw_z({text.text(node.args[0])})" if called and isinstance(node, ast.Call) else None
