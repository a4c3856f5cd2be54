"""What all games share in which G makes its samples of others: no noise, and something to compare with."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from torch import Tensor

from engine.batches import Shape
from engine.data import Data, Wish
from engine.data.base import Brought
from engine.games.base import Game, Make, Players, Task
from engine.games.codes import Code
from engine.games.latent import Latent
from engine.networks.base import is_picture


class Way(NamedTuple):
    """A translation that can be asked for: from what to what, and what may be told beside it."""

    sides: tuple[str, str]  # what a person calls them
    takes: Shape  # of the picture
    wishes: tuple[Wish, ...]  # the planes behind it
    gives: Shape
    brought: Brought = "picture"  # what a person has to bring


class Translation(Game):
    """A game whose G is handed a picture."""

    translates: ClassVar[bool] = True
    patches: ClassVar[bool] = True
    sheet: ClassVar[tuple[int, int]] = (2, 4)  # they are large, and each is drawn more than once
    uses: ClassVar[tuple[str, ...]] = ("generator", "discriminator", "loss", "penalties", "augment")

    def codes(self, latent: Latent, class_names: tuple[str, ...]) -> tuple[Code, ...]:
        return ()

    def starts(self, make: Make) -> Shape:
        return make.given

    def tasks(self, make: Make) -> tuple[Task, ...]:
        if not is_picture(make.data):
            raise ValueError(f"{type(self).__name__} makes pictures of pictures, but these data are none; choose pictures")
        generator, *others = super().tasks(make)
        return generator._replace(picture=(make.picture or make.data)[0]), *others

    def ways(self, data: Data) -> tuple[Way, ...]:
        """What can be asked for, the usual one first."""
        return (Way(data.sides, data.picture, data.wishes, data.shape, data.brought),)

    def translate(self, p: Players, a: Tensor, way: int = 0) -> Tensor:
        """Pictures with the planes of their wishes behind them -> what becomes of them: (N, *gives)."""
        return p.G(a)  # type: ignore[no-any-return]
