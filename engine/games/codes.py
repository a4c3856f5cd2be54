"""What G is fed: the noise z, and beside it the codes that steer what comes out, column by column.

A category is a one-hot vector, a continuous code a number in [-1, 1]. Whoever wants to turn a knob of a trained G, probes and
sheets among them, finds here which columns to change.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import torch
from torch import Generator, Tensor

from engine.batches import hot
from engine.games.latent import Latent


class Code(NamedTuple):
    """Some columns of what G is fed."""

    name: str
    kind: Literal["noise", "category", "continuous"]
    size: int  # columns; of a category, its choices
    start: int = 0  # the first of them
    names: tuple[str, ...] = ()  # what a person calls the choices of a category

    @property
    def columns(self) -> slice:
        """Where it is."""
        return slice(self.start, self.start + self.size)

    def of(self, fed: Tensor) -> Tensor:
        """This code's columns of what G is fed: (N, code) -> (N, size)."""
        return fed[:, self.columns]


def noise(latent: Latent) -> Code:
    """The latent vector z, which always comes first."""
    return Code("z", "noise", latent.dim)


def with_class(latent: Latent, class_names: tuple[str, ...]) -> tuple[Code, ...]:
    """Noise, and beside it the class that is asked for."""
    return laid_out(noise(latent), Code("class", "category", len(class_names), names=class_names))


def laid_out(*codes: Code) -> tuple[Code, ...]:
    """The same codes, each behind the one before."""
    placed: list[Code] = []
    for code in codes:
        placed.append(code._replace(start=placed[-1].columns.stop if placed else 0))
    return tuple(placed)


def width(codes: Sequence[Code]) -> int:
    """Numbers that G is fed."""
    return codes[-1].columns.stop if codes else 0


def draw(codes: Sequence[Code], latent: Latent, n: int, generator: Generator, device: torch.device) -> Tensor:
    """n random inputs of G, (n, code): categories all equally likely, continuous codes uniform in [-1, 1]."""
    if not codes:
        return torch.empty(n, 0, device=device)
    return torch.cat([drawn(code, latent, n, generator, device) for code in codes], 1)


def drawn(code: Code, latent: Latent, n: int, generator: Generator, device: torch.device) -> Tensor:
    """One code's columns of them, (n, size)."""
    if code.kind == "noise":
        return latent.draw(n, generator, device)
    if code.kind == "continuous":
        return torch.empty(n, code.size, device=device).uniform_(-1, 1, generator=generator)
    return hot(torch.randint(code.size, (n,), generator=generator, device=device), code.size)


def in_order(codes: Sequence[Code], fed: Tensor) -> Tensor:
    """The same inputs of G, but for the first category: that goes round, so that a sheet has a column for each choice.

    The inputs of one row share all the rest, where there is a row to share: what changes along it is the category.
    """
    category = next((code for code in codes if code.kind == "category"), None)
    if category is None:
        return fed
    place = torch.arange(len(fed), device=fed.device)
    rows = fed.index_select(0, place // category.size)
    rows[:, category.columns] = hot(place % category.size, category.size)
    return rows
