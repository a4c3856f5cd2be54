"""A source of pairs of which nobody may see what belongs to what."""

from __future__ import annotations

from torch import Generator, Tensor

from engine.batches import Pairs, Source, Unpaired


class Unpairing:
    """The given picture of one pair beside what another pair becomes; what is told in planes behind the picture is left out."""

    def __init__(self, source: Source, pictured: int) -> None:
        self.source, self.pictured = source, pictured

    def batch(self, n: int, generator: Generator) -> Unpaired:
        one, other = (self.source.batch(n, generator) for _ in range(2))
        assert isinstance(one, Pairs)  # the recipe was checked
        assert isinstance(other, Pairs)
        return Unpaired(one.a[:, : self.pictured], other.b)

    def state(self) -> dict[str, Tensor]:
        return self.source.state()

    def load_state(self, state: dict[str, Tensor]) -> None:
        self.source.load_state(state)
