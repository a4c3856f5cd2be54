"""Data sets of the toys that we draw: outlines and what they mean, another material, another light, pictures with labels.

They are laid out by NumPy and Pillow, a batch in each round: on a CPU that costs a few ms a toy, on a GPU the round waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

import torch
from torch import Generator, Tensor

from engine.batches import Labelled, Pairs, Shape, hot
from engine.data.base import Brought, Data, Drawn, Tell, Wish, silent
from engine.data.toys import COLOURS, KINDS, MATERIALS, Scene, Toys, labels, picked, render, scene
from engine.data.toys.kinds import chances
from engine.parts import knob

FREE = 0.35  # the share of toys of any colour, where it is told
Material = Literal["clay", "metal", "candy", "glass", "fur"]
Again = Callable[[Tensor], Tensor | None]
"""Labels (N,) -> the same toys with these, (N, 3, H, W); None where it is the toy itself that is labelled."""


class ToyPairs(Data):
    """Toys of thirty kinds, drawn afresh in every round, in pairs.  Ours.

    outline: a hand's drawing and the toy it means. material: a toy, and the same one of something else. night: by day and by
    night. Beside an outline may be told what no line says: the colour, and what the toy is made of.
    """

    title: ClassVar[str] = "Toys, drawn by us"
    gives: ClassVar[type] = Pairs
    task: Literal["outline", "material", "night"] = knob(
        "outline", help="from what to what: outline to toy, one material to another, day to night"
    )
    size: int = knob(64, 32, 128, "side of the pictures in pixels")
    told: bool = knob(True, help="beside an outline the colour and the material are told; off: they are left to G")
    material: Literal["any", "clay", "metal", "candy", "glass", "fur"] = knob(
        "any", help="what the toys are made of; of the task material, what is started from, any meaning clay"
    )
    into: Material = knob("candy", help="of the task material, what the toys become")

    @property
    def shape(self) -> Shape:
        return (3, self.size, self.size)

    @property
    def given(self) -> Shape:
        return ((1 if self.task == "outline" else 3) + sum(wish.planes for wish in self.wishes), self.size, self.size)

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """candy at first: what becomes of it can go on to those who have learned to make candy into something else."""
        if self.task != "outline" or not self.told:
            return ()
        first = "candy" if self.material == "any" else self.material
        return Wish("colour", "colour"), Wish("material", "choice", MATERIALS, first)

    @property
    def brought(self) -> Brought:
        return "outline" if self.task == "outline" else "picture"

    @property
    def sides(self) -> tuple[str, str]:
        return {"outline": ("outline", "toy"), "material": (self.start, self.into), "night": ("day", "night")}[self.task]

    @property
    def start(self) -> str:
        """The material that a change of material starts from."""
        return "clay" if self.material == "any" else self.material

    def open(self, device: torch.device, tell: Tell = silent) -> Drawn:
        return Drawn(lambda n, generator: self.draw(n, generator)[0])

    def draw(self, n: int, generator: Generator) -> tuple[Pairs, Toys]:
        """n fresh pairs, and all that is known of the toys in b."""
        made_of = self.start if self.task == "material" else None if self.material == "any" else self.material
        toys, seen = shown(n, generator, size=self.size, material=made_of, free=FREE if self.wishes else 0.0)
        if self.task == "outline":
            return Pairs(torch.cat((toys.outline, *self._planes(toys)), 1), toys.picture), toys
        after = torch.full_like(toys.material, MATERIALS.index(self.into)) if self.task == "material" else toys.material
        night = torch.full_like(after, self.task == "night", dtype=torch.bool)
        picture = render(seen, toys.colour, after, night)
        return Pairs(toys.picture, picture), toys._replace(picture=picture, material=after)

    def _planes(self, toys: Toys) -> list[Tensor]:
        if not self.told:
            return []
        told = torch.cat((toys.colour, 2 * hot(toys.material, len(MATERIALS)) - 1), 1)
        return [told[:, :, None, None].expand(-1, -1, self.size, self.size)]


class ToyPictures(Data):
    """The toys as pictures with labels: what they are made of, their colour, or what they are.  Ours."""

    title: ClassVar[str] = "Toys, as pictures with labels"
    gives: ClassVar[type] = Labelled
    least: ClassVar[int] = 32  # pixels of a side
    label: Literal["material", "colour", "kind"] = knob("material", help="what the label says")
    size: int = knob(32, least, 128, "side of the pictures in pixels")

    @property
    def shape(self) -> Shape:
        return (3, self.size, self.size)

    @property
    def class_names(self) -> tuple[str, ...]:
        return {"material": MATERIALS, "colour": tuple(COLOURS), "kind": tuple(KINDS)}[self.label]

    @property
    def label_name(self) -> str:
        return self.label

    @property
    def shares(self) -> tuple[float, ...]:
        return tuple(map(float, chances())) if self.label == "kind" else super().shares

    def open(self, device: torch.device, tell: Tell = silent) -> Drawn:
        return Drawn(lambda n, generator: self.draw(n, generator)[0])

    def draw(self, n: int, generator: Generator) -> tuple[Labelled, Again]:
        """n fresh pictures with their labels, and what draws the same toys again with other labels."""
        toys, seen = shown(n, generator, size=self.size, material=None)
        table = toys.colour.new_tensor(list(COLOURS.values())) * 2 - 1
        y = {"material": toys.material, "colour": torch.cdist(toys.colour, table).argmin(1), "kind": toys.kind}[self.label]

        def again(wanted: Tensor) -> Tensor | None:
            if self.label == "kind":
                return None
            return render(seen, table[wanted], toys.material) if self.label == "colour" else render(seen, toys.colour, wanted)

        return Labelled(toys.picture, y), again


def shown(n: int, generator: Generator, *, size: int, material: str | None, free: float = 0.0) -> tuple[Toys, Scene]:
    """n toys, and the scene they stand in, to be rendered once more.  free: the share that are of any colour, without a name."""
    seen, colour = scene(n, generator, size=size), picked(n, generator, free=free)
    if material is None:
        made_of = torch.randint(len(MATERIALS), (n,), generator=generator, device=generator.device)
    else:
        made_of = torch.full((n,), MATERIALS.index(material), device=generator.device)
    picture = render(seen, colour, made_of)
    return Toys(seen.outline, picture, colour, made_of, seen.kind, seen.scale, labels(seen)), seen
