"""Points on a plane or a line, drawn afresh in every round or once: sets whose modes and density are known exactly.

Every set is a mixture of Gaussians (a curve is one strung with very many), so samples, density and cell masses are
exact. GAN Lab's sets (Kahng et al. 2018, arXiv:1809.01587) live in [0, 1]; here they are moved to [-1, 1] by x -> 2x
- 1.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import ClassVar

import torch
from torch import Generator, Tensor

from engine.batches import Labelled, Samples, Shape
from engine.data.base import Data, Drawn, Tell, silent
from engine.data.mixture import Mixture
from engine.data.stored import InOneOrder
from engine.parts import knob

CPU = torch.device("cpu")
TRAINING = 3
"""What a run's seed is raised by for its training set; by 1 and 2 it decides what is looked at."""


class Points(Data):
    """A set of points: `law` says everything, the rest asks it.  Samples are (N, dim) near [-1, 1]."""

    are: ClassVar[str] = "points"
    dim: ClassVar[int] = 2
    limits: ClassVar[tuple[float, float]] = (-1.25, 1.25)  # the square the stage shows, along every axis
    examples: int = knob(
        0,
        0,
        1_000_000,
        "points in the training set, which D can learn by heart; 0 = drawn afresh each round; 100,000 in PacGAN",
    )

    @property
    def strands(self) -> int:
        """How many classes its Gaussians fall into, in their order and all of one size; 0: it has no labels."""
        return 0

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(str(number) for number in range(1, self.strands + 1))

    @abstractmethod
    def law(self, device: torch.device = CPU) -> Mixture:
        """The distribution of the points."""

    @property
    def shape(self) -> Shape:
        return (self.dim,)

    def open(self, device: torch.device, tell: Tell = silent) -> Drawn:
        law, classes = self.law(device), self.classes
        if not classes:
            return Drawn(lambda n, generator: Samples(law.sample(n, generator)))
        each = len(law.weights) // classes  # Gaussians that make up a class

        def draw(n: int, generator: Generator) -> Labelled:
            x, k = law.labelled(n, generator)
            return Labelled(x, k if each == 1 else k.div_(each, rounding_mode="floor"))

        return Drawn(draw)

    def training(self, seed: int, device: torch.device, tell: Tell = silent) -> Drawn | Few:
        """Fresh points, or `examples` of them, always the same for the same seed."""
        fresh = self.open(device, tell)
        if not self.examples:
            return fresh
        points = fresh.batch(self.examples, Generator(device).manual_seed(seed + TRAINING))
        assert isinstance(points, Samples | Labelled)  # as `open` has it
        return Few(points)

    def sample(self, n: int, generator: Generator, device: torch.device = CPU) -> Tensor:
        """n fresh points, (n, dim). A training loop opens the source instead: that builds the law only once."""
        return self.law(device).sample(n, generator)

    def log_density(self, x: Tensor) -> Tensor:
        """ln p(x), (m,) for x (m, dim); exact."""
        return self.law(x.device).log_density(x)

    @property
    def centres(self) -> Tensor | None:
        """(K, dim), where the modes are; None for a set that has none to count."""
        return self.law().centres

    @property
    def scales(self) -> Tensor | None:
        """(K, dim), the standard deviation of each mode along each axis, for the 3-sigma rule."""
        return None if self.centres is None else self.law().scales

    @property
    def weights(self) -> Tensor | None:
        """(K,), how likely each mode is."""
        return None if self.centres is None else self.law().weights


class Few(InOneOrder):
    """So many points and no others; an epoch is one random order of all of them."""

    def __init__(self, points: Samples | Labelled) -> None:
        super().__init__(len(points.x), points.x.device)
        self.points = points

    def batch(self, n: int, generator: Generator) -> Samples | Labelled:
        rows = self.epochs.rows(n, generator)
        return type(self.points)(*(of.index_select(0, rows) for of in self.points))


class Ring(Points):
    """Gaussians evenly spaced on a circle, the classic test for mode collapse.  Metz et al. 2017, arXiv:1611.02163.

    The PacGAN protocol (Lin et al. 2018, arXiv:1712.04086) is 8 modes, radius 1, sigma 0.01; the defaults are ours,
    wide enough to watch. All modes are distinct (code in circulation puts two of its eight in the same place).
    """

    title: ClassVar[str] = "Ring of Gaussians"
    gives: ClassVar[type] = Labelled
    modes: int = knob(8, 2, 24, "number of modes; 8 in the papers")
    radius: float = knob(0.8, 0.2, 1.0, "distance of the modes from the middle; 1 in PacGAN, 0.8 is ours")
    sigma: float = knob(0.03, 0.005, 0.1, "standard deviation of a mode; 0.01 in PacGAN, 0.03 is ours", log=True)

    @property
    def strands(self) -> int:
        return self.modes

    def law(self, device: torch.device = CPU) -> Mixture:
        angle = torch.arange(self.modes, device=device) * (2 * math.pi / self.modes)
        return Mixture.even(self.radius * torch.stack([angle.cos(), angle.sin()], 1), self.sigma)


class Grid(Points):
    """Gaussians on a square grid, 25 in the papers.  Lin et al. 2018, arXiv:1712.04086.

    PacGAN's is 5 x 5 on -4..4 with sigma 0.05, which is -0.8..0.8 with sigma 0.01 here. The default sigma is ours.
    """

    title: ClassVar[str] = "Grid of Gaussians"
    gives: ClassVar[type] = Labelled
    side: int = knob(5, 2, 7, "modes along a side; 5 in the papers")
    sigma: float = knob(0.03, 0.005, 0.05, "standard deviation of a mode; 0.01 in PacGAN's proportions, 0.03 is ours", log=True)

    @property
    def strands(self) -> int:
        return self.side**2

    def law(self, device: torch.device = CPU) -> Mixture:
        line = torch.linspace(-0.8, 0.8, self.side, device=device)
        return Mixture.even(torch.cartesian_prod(line, line), self.sigma)


class TwoGaussians(Points):
    """A round Gaussian and a tall one: GAN Lab's "gaussians", its first set.  Kahng et al. 2018, arXiv:1809.01587."""

    title: ClassVar[str] = "Two Gaussians"
    gives: ClassVar[type] = Labelled

    @property
    def strands(self) -> int:
        return 2

    def law(self, device: torch.device = CPU) -> Mixture:
        centres = torch.tensor([[-0.4, 0.4], [0.4, -0.2]], device=device)
        scales = torch.tensor([[0.2, 0.2], [0.1, 0.4]], device=device)
        return Mixture(centres, scales, torch.full((2,), 0.5, device=device))


class Blobs(Points):
    """Three small round Gaussians far apart: GAN Lab's "disjoint".  Kahng et al. 2018, arXiv:1809.01587."""

    title: ClassVar[str] = "Three blobs"
    gives: ClassVar[type] = Labelled
    sigma: float = knob(0.05, 0.005, 0.1, "standard deviation of a blob; 0.05 is GAN Lab's", log=True)

    @property
    def strands(self) -> int:
        return 3

    def law(self, device: torch.device = CPU) -> Mixture:
        centres = torch.tensor([[-0.3, 0.5], [0.5, 0.2], [-0.1, -0.3]], device=device)
        return Mixture.even(centres, self.sigma)


class Mixture1D(Points):
    """Gaussians side by side on a line, so that density and D can be drawn as curves.  Defaults ours."""

    title: ClassVar[str] = "Gaussians on a line"
    gives: ClassVar[type] = Labelled
    are: ClassVar[str] = "points on a line"
    dim: ClassVar[int] = 1
    modes: int = knob(4, 1, 12, "number of modes")
    spread: float = knob(0.8, 0.1, 1.0, "where the outermost modes are: -spread and +spread")
    sigma: float = knob(0.05, 0.005, 0.2, "standard deviation of a mode", log=True)
    uneven: float = knob(0.0, 0.0, 0.9, "each mode is rarer than its left neighbour by this share; 0: all alike")

    @property
    def strands(self) -> int:
        return self.modes

    def law(self, device: torch.device = CPU) -> Mixture:
        line = torch.zeros(1) if self.modes == 1 else torch.linspace(-self.spread, self.spread, self.modes)
        centres = line[:, None].to(device)
        weights = (1 - self.uneven) ** torch.arange(self.modes)
        return Mixture(centres, torch.full_like(centres, self.sigma), (weights / weights.sum()).to(device))
