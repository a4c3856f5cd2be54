"""A labelled source of which only a few labels may be seen."""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from engine.batches import FewLabels, Labelled, Source
from engine.data.base import DataUnavailable

LOOK_AT = 512  # examples at a time, while the few are picked
GIVE_UP = 400  # such looks


class FewLabelled:
    """So many examples of each class with their labels, the same for the same seed, beside all examples without any.

    DataUnavailable where a class has not as many.
    """

    def __init__(self, source: Source, each: int, classes: int, generator: Generator) -> None:
        self.source = source
        place = source.state()
        self.few, self.y = _pick(source, each, classes, generator)
        source.load_state(place)

    def batch(self, n: int, generator: Generator) -> FewLabels:
        x = self.source.batch(n, generator)[0]
        rows = torch.randint(len(self.y), (n,), generator=generator, device=self.y.device)
        return FewLabels(x, self.few.index_select(0, rows), self.y.index_select(0, rows))

    def state(self) -> dict[str, Tensor]:
        return self.source.state()

    def load_state(self, state: dict[str, Tensor]) -> None:
        self.source.load_state(state)


def _pick(source: Source, each: int, classes: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """The first `each` of every class that come along: (classes * each, *shape), and their labels."""
    found: dict[int, list[Tensor]] = {label: [] for label in range(classes)}
    for _ in range(GIVE_UP):
        batch = source.batch(LOOK_AT, generator)
        assert isinstance(batch, Labelled)  # the recipe was checked
        x, y = batch
        for label, some in found.items():
            some += list(x[y == label][: each - len(some)])
        if all(len(some) == each for some in found.values()):
            labels = torch.arange(classes, device=x.device).repeat_interleave(each)
            return torch.stack([one for some in found.values() for one in some]), labels
    rarest = min(len(some) for some in found.values())
    raise DataUnavailable(f"There are not {each:,} labelled examples of each class: of one of them only {rarest:,} were found.")
