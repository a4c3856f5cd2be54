"""Sources over pictures that are kept on their device as bytes. Nothing here waits for the device."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from engine.batches import Labelled, Pairs, Samples, Unpaired


class Epochs:
    """Which examples come next; an epoch is one random order of all of them.

    Where an epoch ends inside a batch, the next epoch fills the rest; a batch larger than the data set holds some examples
    more than once.
    """

    def __init__(self, examples: int, device: torch.device) -> None:
        self.examples = examples
        self._order = torch.arange(examples, dtype=torch.int32, device=device)
        self._cursor = examples  # all used up: the first batch draws the first order

    def rows(self, n: int, generator: Generator) -> Tensor:
        """The next n, (n,) int32; moves the place on."""
        rows = self._order[self._cursor : self._cursor + n]
        self._cursor += len(rows)
        while len(rows) < n:
            device = self._order.device
            self._order = torch.randperm(self.examples, generator=generator, dtype=torch.int32, device=device)
            self._cursor = min(n - len(rows), self.examples)
            rows = torch.cat([rows, self._order[: self._cursor]])
        return rows

    def state(self) -> dict[str, Tensor]:
        """order: (N,) int32, the epoch's permutation.  cursor: () int64, how many of it are used."""
        return {"order": self._order, "cursor": torch.tensor(self._cursor)}

    def load_state(self, state: dict[str, Tensor]) -> None:
        """The inverse of `state`.  ValueError if the state belongs to another data set."""
        if set(state) != {"order", "cursor"}:
            raise ValueError("This checkpoint has no place in a stored data set; it was made with other data.")
        order, cursor = state["order"].to(self._order), int(state["cursor"])
        if len(order) != self.examples:
            raise ValueError(f"This checkpoint was made with {len(order):,} examples, but here are {self.examples:,}.")
        identity = torch.arange(self.examples, dtype=torch.int32, device=order.device)
        if not torch.equal(order.sort().values, identity) or not 0 <= cursor <= self.examples:
            raise ValueError("This checkpoint's place in the data set is damaged: it is no order of the examples.")
        self._order, self._cursor = order, cursor


class InOneOrder:
    """A source whose place is one order of all its examples."""

    def __init__(self, examples: int, device: torch.device) -> None:
        self.examples = examples
        self.epochs = Epochs(examples, device)

    def state(self) -> dict[str, Tensor]:
        return self.epochs.state()

    def load_state(self, state: dict[str, Tensor]) -> None:
        self.epochs.load_state(state)


class Stored(InOneOrder):
    """pictures: (N, C, H, W) uint8.  labels: (N,) int64, or None."""

    def __init__(self, pictures: Tensor, labels: Tensor | None = None) -> None:
        super().__init__(len(pictures), pictures.device)
        self.pictures = pictures
        self.labels = labels

    def batch(self, n: int, generator: Generator) -> Samples | Labelled:
        rows = self.epochs.rows(n, generator)
        x = numbers(self.pictures.index_select(0, rows))
        return Samples(x) if self.labels is None else Labelled(x, self.labels.index_select(0, rows))


class StoredPairs(InOneOrder):
    """a: (N, *given) uint8.  b: (N, *shape) uint8, what each a becomes."""

    def __init__(self, a: Tensor, b: Tensor) -> None:
        super().__init__(len(a), a.device)
        self.a, self.b = a, b

    def batch(self, n: int, generator: Generator) -> Pairs:
        rows = self.epochs.rows(n, generator)
        return Pairs(numbers(self.a.index_select(0, rows)), numbers(self.b.index_select(0, rows)))


class StoredApart:
    """a: (N, *given) uint8.  b: (M, *shape) uint8.  Each has epochs of its own, so that they may be of any sizes."""

    def __init__(self, a: Tensor, b: Tensor) -> None:
        self.sides = {"a": (a, Epochs(len(a), a.device)), "b": (b, Epochs(len(b), b.device))}

    def batch(self, n: int, generator: Generator) -> Unpaired:
        a, b = (numbers(pictures.index_select(0, epochs.rows(n, generator))) for pictures, epochs in self.sides.values())
        return Unpaired(a, b)

    def state(self) -> dict[str, Tensor]:
        """The state of each side's epochs, its keys with the side in front: a/order."""
        return {f"{side}/{key}": value for side, (_, epochs) in self.sides.items() for key, value in epochs.state().items()}

    def load_state(self, state: dict[str, Tensor]) -> None:
        if set(state) != set(self.state()):
            raise ValueError("This checkpoint has no place in two stored data sets; it was made with other data.")
        before = self.state()
        try:
            self._load(state)
        except ValueError:
            self._load(before)
            raise

    def _load(self, state: dict[str, Tensor]) -> None:
        for side, (_, epochs) in self.sides.items():
            epochs.load_state({key.partition("/")[2]: state[key] for key in state if key.startswith(f"{side}/")})


def numbers(pictures: Tensor) -> Tensor:
    """Bytes as the engine's numbers: 0..255 -> -1..1."""
    return pictures.to(torch.float32).div_(127.5).sub_(1)
