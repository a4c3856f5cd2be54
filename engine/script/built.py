"""Networks and optimizers as the calls that build them, read off what was built.

So an architecture never says twice what it is: whatever `build` returns, out of torch's layers and ours, is what is shown.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Sequence
from itertools import groupby
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.utils.parametrize import is_parametrized

from engine.batches import Shape
from engine.config import BadRecipe
from engine.layers import Packed
from engine.networks import Network
from engine.networks.base import Reshape
from engine.optim import Optimizer
from engine.script.code import Code, called_methods
from engine.script.layout import LONGEST
from engine.script.source import Text

MISSING = object()
STEPS = 14  # columns in which a row of layers may be set in


class Builder:
    """Builds what a network part builds and remembers it, because each net may have to be begun in its part's own way."""

    def __init__(self, part: Network, began: dict[nn.Module, Network]) -> None:
        self.part, self.began = part, began

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        net = self.part.build(takes, gives)
        self.began[net] = self.part
        return net


class Printer:
    """Writes modules as expressions."""

    def __init__(self, code: Code, began: dict[nn.Module, Network]) -> None:
        self.code, self.began = code, began

    def text(self, module: nn.Module, room: int = LONGEST) -> str:
        """An expression of one or more lines that builds this module."""
        if module not in self.began:
            return self._plain(module, room)
        part = self.began[module]
        names = {"net": "@"}
        lines, result = Text(type(part).begin, self.code, part, names=names).inlined()
        if lines:
            raise BadRecipe(f"{type(part).__name__}.begin is more than one expression, so no script can show it.")
        return result.replace("@", self._plain(module, room - len(result)))

    def _plain(self, module: nn.Module, room: int) -> str:
        if is_parametrized(module, "weight"):
            norm = "weight_norm" if hasattr(module.parametrizations.weight, "original1") else "spectral_norm"  # type: ignore[union-attr]
            self.code.use("torch.nn.utils.parametrizations", norm)
            return f"{norm}({self._call(type(module).__bases__[0], module)})"
        if isinstance(module, Packed):
            return self.text(module.net, room)  # a script asks about packs alone
        if isinstance(module, nn.Sequential):
            self.code.use("torch", "nn")
            return f"nn.Sequential({self._rows(list(module), room)})"
        if isinstance(module, Reshape):
            self.code.use("torch", "nn")
            return f"nn.Unflatten(1, {module.shape})"
        if type(module).__module__.startswith("torch.nn."):
            return self._call(type(module), module)
        return self._own(module, room)

    def _call(self, kind: type, module: nn.Module) -> str:
        self.code.use("torch", "nn")
        return f"nn.{kind.__name__}({', '.join(arguments(kind, module))})"

    def _own(self, module: nn.Module, room: int) -> str:
        """A layer of ours: handed its numbers and its layers, in the order in which it got them.

        One with weights of its own makes them as it does with us, of what it is handed there.
        """
        kind = type(module)
        if module._parameters or module._buffers:
            given = {name: getattr(module, name, MISSING) for name in list(inspect.signature(kind.__init__).parameters)[1:]}
            for name in (name for name, value in given.items() if value is MISSING):
                raise BadRecipe(f"{kind.__name__} does not keep its {name!r}, so no script can show it.")
            called = self.code.define_module(kind, None)
            texts = {k: self.text(v, room - 8) if isinstance(v, nn.Module) else repr(v) for k, v in given.items()}
            return _called(called, [f"{name}={text}" for name, text in texts.items()], room)
        source = "".join(inspect.getsource(getattr(kind, name)) for name in called_methods(kind))
        used = set(re.findall(r"self\.(\w+)", source)) - {"training"}
        numbers = [name for name, value in vars(module).items() if isinstance(value, int | float) and name in used]
        layers = {name: layer for name, layer in module.named_children() if name in used}
        called = self.code.define_module(kind, [*numbers, *layers])
        values = [repr(getattr(module, number)) for number in numbers]
        values += [f"{name}={self.text(layer, room - 8)}" for name, layer in layers.items()]
        return _called(called, values, room)

    def _rows(self, layers: Sequence[nn.Module], room: int) -> str:
        """Layers in a row: on one line if they fit, else a line for each that has weights and what follows it."""
        texts = [self.text(layer, room - 8) for layer in layers]
        line = ", ".join(texts)
        if "\n" not in line and len(line) < room - 24:
            return line
        rows: list[list[str]] = []
        for layer, text in zip(layers, texts, strict=True):
            full = bool(rows) and len(", ".join([*rows[-1], text])) > LONGEST - STEPS
            if not rows or "\n" in text or "\n" in rows[-1][-1] or _starts_a_row(layer) or full:
                rows.append([])
            rows[-1].append(text)
        return "\n" + _step("\n".join(_repeated([", ".join(row) for row in rows], room))) + "\n"


def _called(function: str, values: list[str], room: int) -> str:
    line = f"{function}({', '.join(values)})"
    if "\n" not in line and len(line) <= room:
        return line
    inner = _step(",\n".join(values))
    return f"{function}(\n{inner},\n)"


def _repeated(rows: list[str], room: int) -> list[str]:
    """Rows with their commas; equal ones that follow one another are written once where they are long."""
    written = []
    for row, same in groupby(rows):
        count = len(list(same))
        if count > 1 and "\n" in row:
            written.append(f"*({row} for _ in range({count})),")
        else:
            written += [f"{row},"] * count
    return written


def _starts_a_row(layer: nn.Module) -> bool:
    weights = getattr(layer, "weight", None)
    return (isinstance(weights, Tensor) and weights.dim() > 1) or any(True for _ in layer.children())


def _step(text: str) -> str:
    return textwrap.indent(text, "    ")


def arguments(kind: type, built: Any) -> list[str]:
    """The arguments with which something was built, by its attributes; those that are a default are left out."""
    written = []
    for i, parameter in enumerate(list(inspect.signature(kind.__init__).parameters.values())[1:]):  # type: ignore[misc]
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD) or parameter.name in ("device", "dtype"):
            continue
        value, needed = getattr(built, parameter.name, MISSING), parameter.default is parameter.empty
        if parameter.name == "bias":
            value = value is not None
        if value is MISSING and needed:
            raise BadRecipe(f"{kind.__name__} does not keep its {parameter.name!r}, so no script can show it.")
        if value is not MISSING and (needed or _short(value) != _short(parameter.default)):
            written.append(_short(value) if needed or i == 0 else f"{parameter.name}={_short(value)}")
    return written


def _short(value: Any) -> str:
    """(4, 4) as 4."""
    same = isinstance(value, tuple) and len(set(value)) == 1
    return repr(value[0] if same else value)


def optimizer_text(part: Optimizer, player: str) -> str:
    """The call that builds this optimizer for a player's weights."""
    built = part.build(torch.zeros(1, requires_grad=True))
    kind = type(built)
    known = inspect.signature(kind.__init__).parameters
    options = [f"{name}={value!r}" for name, value in built.defaults.items() if name in known and value != known[name].default]
    options.sort(key=lambda option: not option.startswith("lr="))
    return f"torch.optim.{kind.__name__}({', '.join([f'{player}.parameters()', *options])})"
