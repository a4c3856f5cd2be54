"""Files into pixels: what can be used of many, and of each that cannot its name and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from engine.data.archive import Files, printable
from engine.data.base import Tell
from engine.data.picture import BadUpload, Pixels, halves, square
from engine.data.sides import Couple

T = TypeVar("T")
Problems = list[str]


def read_pictures(files: Files, names: Sequence[str], *, size: int, grey: bool, tell: Tell) -> tuple[list[Pixels], Problems]:
    """The middle squares of these, (1 or 3, size, size) each."""
    decode = partial(square, size=size, grey=grey)
    return _sorted_out(names, lambda name: _decoded(files, name, decode), tell, "picture")


def read_couples(
    files: Files, couples: Sequence[Couple], *, size: int, tell: Tell
) -> tuple[list[tuple[Pixels, Pixels]], Problems]:
    """Both pictures of these, (3, size, size) each; where one of the two is of no use, neither is."""
    return _sorted_out(couples, lambda couple: _both(files, couple, size), tell, "pair")


def together(pictures: Sequence[Pixels], device: torch.device) -> Tensor:
    """(N, C, H, W) uint8."""
    return torch.from_numpy(np.stack(pictures)).to(device)


def _sorted_out(things: Sequence[object], read: Callable[..., T | str], tell: Tell, noun: str) -> tuple[list[T], Problems]:
    """What has been read of these, and why the others have not."""
    good: list[T] = []
    problems: Problems = []
    for i, thing in enumerate(things):
        tell(f"Reading {noun} {i + 1:,} of {len(things):,}.", i / len(things))
        result = read(thing)
        if isinstance(result, str):
            problems.append(result)
        else:
            good.append(result)
    return good, problems


def _both(files: Files, couple: Couple, size: int) -> tuple[Pixels, Pixels] | str:
    if couple.a == couple.b:
        return _decoded(files, couple.a, partial(halves, size=size))
    decode = partial(square, size=size, grey=False)
    a = _decoded(files, couple.a, decode)
    if isinstance(a, str):
        return a
    b = _decoded(files, couple.b, decode)
    return b if isinstance(b, str) else (a, b)


def _decoded(files: Files, name: str, decode: Callable[[bytes], T]) -> T | str:
    """What is made of a file, or its name and why it is of no use.  BadUpload if all must stop."""
    file = files.read(name)
    try:
        if file.problem:
            raise BadUpload(file.problem)
        return decode(file.data)
    except BadUpload as error:
        return f"{printable(name)} {error}"
