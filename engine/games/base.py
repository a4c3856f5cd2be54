"""What a game is: who plays, how one round goes, what there is to see.

A game is a small frozen part. Its `round` is a generator that yields turns; the trainer minimises each turn's loss over that
turn's players and resumes the generator. The game never touches an optimizer, a gradient or a mode switch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar, Literal, NamedTuple, Protocol

import torch
from torch import Tensor, nn

from engine.batches import Batch, Samples, Shape, Source
from engine.data import Data
from engine.games.codes import Code, noise
from engine.games.diagram import Diagram, wired
from engine.games.latent import Latent
from engine.games.rules import Rules
from engine.layers import Packed
from engine.parts import Part


class Turn(NamedTuple):
    """Minimise `loss` over the weights of `players`, and of nobody else; `readings` are extra numbers to plot.

    scores: what a judge said of samples in this turn, by its name and theirs, "D(fake)": not plotted, but told in slow motion.
    Only a game that asks its judges without `rules` has any to name.
    """

    players: tuple[str, ...]
    loss: Tensor  # scalar
    readings: Mapping[str, Tensor] = {}  # scalars, or a number for each sample, whose mean is meant; detached by the trainer
    scores: Mapping[str, Tensor] = {}  # (N, ...)


class Players(SimpleNamespace):
    """The networks by name: `p.G`, `p.D_a`. Each is a torch module."""


class Task(NamedTuple):
    """What a network of the recipe is asked to do: to lead from one shape to another.

    picture: how many planes of what it takes are a picture, before those of what is told beside it; 0 where none is.
    """

    role: Literal["generator", "discriminator"]
    takes: Shape
    gives: Shape
    picture: int = 0


class Builds(Protocol):
    """A network part, or whoever builds in its place."""

    def build(self, takes: Shape, gives: Shape) -> nn.Module: ...


@dataclass(frozen=True)
class Make:
    """Builds the networks of a run in their roles: the recipe's choices told the shapes of the data."""

    generator_part: Builds
    discriminator_part: Builds
    code: int  # numbers that G is fed: a latent vector and what the game lays beside it
    data: Shape
    classes: int = 0  # of the data; 0 where there are no labels
    given: Shape = ()  # of pairs, what is to be translated
    picture: Shape = ()  # of that the picture alone, without the planes of its wishes
    pack: int = 1  # samples that D judges at once

    @property
    def seen(self) -> Shape:
        """The shape of what D judges at once."""
        return (self.pack * self.data[0], *self.data[1:])

    def generator(self) -> nn.Module:
        """(N, code) -> (N, *data)."""
        return self.generator_part.build((self.code,), self.data)

    def discriminator(self, more: int = 0) -> nn.Module:
        """(N, *data) -> scores (N, 1), and beside them, in as many more columns, whatever else the game asks of D.

        Where D judges packs of samples, (N, *seen) -> (N, 1 + more) too.
        """
        net = self.discriminator_part.build(self.seen, (1 + more,))
        return net if self.pack == 1 else Packed(net, self.pack, self.data)

    def encoder(self, code: int) -> nn.Module:
        """(N, *data) -> (N, code), of D's architecture."""
        return self.discriminator_part.build(self.data, (code,))

    def translator(self) -> nn.Module:
        """(N, *given) -> (N, *data)."""
        return self.generator_part.build(self.given, self.data)

    def autoencoder(self, code: int) -> nn.Module:
        """(N, *data) -> (N, *data) through (N, code); both halves are D's architecture."""
        return nn.Sequential(self.encoder(code), self.discriminator_part.build((code,), self.data))


class Unbuilt:
    """Builds nothing: for a look at who plays."""

    def build(self, takes: Shape, gives: Shape) -> nn.Module:
        return nn.Sequential(nn.Identity())


class Game(Part):
    """A paper's algorithm."""

    eats: ClassVar[type[Batch]] = Samples
    uses: ClassVar[tuple[str, ...]] = ("latent", "generator", "discriminator", "loss", "penalties", "augment")
    """The sections of the recipe that matter to this game; the form shows no others."""
    judged: ClassVar[bool] = True
    """Whether somebody tells real from fake; if not, there is no score, no belief and no pull."""
    translates: ClassVar[bool] = False
    """Whether G makes its samples of others instead of noise."""
    patches: ClassVar[bool] = False
    """Whether a D will do that scores each patch of a picture."""
    packs: ClassVar[bool] = False
    """Whether a D will do that judges several samples at once."""
    sheet: ClassVar[tuple[int, int]] = (8, 8)
    """Rows and columns of the pictures that are looked at."""

    def players(self, make: Make) -> dict[str, nn.Module]:
        """The networks by name. Names of those that judge start with D or Q; all others create."""
        raise NotImplementedError

    def codes(self, latent: Latent, class_names: tuple[str, ...]) -> tuple[Code, ...]:
        """What G is fed, column by column: noise, and beside it whatever steers the game's samples."""
        return (noise(latent),)

    def starts(self, make: Make) -> Shape:
        """The shape of what G starts from."""
        return (make.code,)

    def judges(self, make: Make) -> Shape:
        """The shape of what D is built for: the data, or more where it is shown several or something beside them."""
        return make.seen

    def tasks(self, make: Make) -> tuple[Task, ...]:
        """What the recipe's networks must be able to do.  ValueError, in one sentence, where the data will not do."""
        return Task("generator", self.starts(make), make.data), Task("discriminator", self.judges(make), (1,))

    def refuses(self, make: Make, *, penalised: bool) -> str:
        """Why these networks will not do, in a sentence; penalised: under a penalty on D's slope.  Empty where they will."""
        return ""

    def reads(self, source: Source, data: Data, seed: int, device: torch.device) -> Source:
        """What the game makes of the data's source."""
        return source

    def feeds(self, make: Make, n: int) -> dict[str, tuple[Tensor, ...]]:
        """For each player, tensors of the shapes that it is called with for a batch of n; their numbers mean nothing."""
        seen, fed = torch.empty(n, *make.seen), torch.empty(n, make.code)
        return {name: (seen,) if is_judge(name) else (fed,) for name in self.players(make)}

    def round(self, p: Players, batches: Iterator[Any], rules: Rules) -> Iterator[Turn]:
        """One pass of the algorithm's outer loop, as turns. Code behind a `yield` runs after that turn's step."""
        raise NotImplementedError

    def generate(self, p: Players, z: Tensor) -> Tensor:
        """Samples (N, *data) for what G is fed (N, code)."""
        return p.G(z)  # type: ignore[no-any-return]

    def score(self, p: Players, x: Tensor, fed: Tensor | None = None) -> Tensor:
        """How real D finds x (N, *data): scores (N,), higher is more real. Only where the game is `judged`.

        fed: what G was fed for x (N, code), for a D that is told of it; None where nobody knows.
        """
        return mean_score(p.D, x)

    def classify(self, p: Players, x: Tensor) -> Tensor | None:
        """Which class somebody takes each of x (N, *data) for: logits (N, classes); None where nobody is asked."""
        return None

    def pull(self, p: Players, fake: Tensor, real: Tensor, rules: Rules) -> Tensor:
        """G's loss as a function of its samples (N, *data), a scalar: minus its gradient is where they are asked to go."""
        return rules.loss.g_loss(self.score(p, fake), self.score(p, real))

    def belief(self, scores: Tensor, real: Tensor, fake: Tensor, rules: Rules) -> Tensor:
        """Scores as a belief in [0, 1], 0.5 where D is undecided.  real, fake: scores of samples, for a scale."""
        return rules.loss.belief(scores, real, fake)

    def optimal(self, p: Tensor, q: Tensor, rules: Rules) -> Tensor | None:
        """The belief of the best possible D where data have the density p and fakes q (N,); None if there is no such D.

        Nor is there one of single samples where D judges packs.
        """
        return rules.loss.optimal(p, q) if self.judged and rules.pack == 1 else None

    def limits(self) -> dict[str, float]:
        """The best that some readings can be, for a dotted line in their chart."""
        return {}

    def diagram(self) -> Diagram:
        """The picture of the game: who hands what to whom, and the ways gradients flow back.

        Wired as every adversarial game is, from the names of its players and the sections it uses; a game that is wired
        otherwise says so here.
        """
        names = self.players(Make(Unbuilt(), Unbuilt(), 1, (1, 1, 1), 2, (1, 1, 1), (1, 1, 1)))
        return wired([name for name in names if not is_judge(name)], [name for name in names if is_judge(name)], self.uses)

    def show(self, p: Players, batch: Any, rules: Rules) -> dict[str, Tensor]:
        """What to look at, by name, at least "fake": points or pictures (N, *data); of what is translated, too, (N, *given).

        `batch` is a fixed one; rules.probe a fixed latent.
        """
        return {"fake": self.generate(p, rules.probe)}

    def scored(self, p: Players, name: str, x: Tensor, batch: Any, rules: Rules) -> Tensor | None:
        """How real D finds what `show` calls by this name: scores (N,), or None where it is not asked."""
        return self.score(p, x, rules.probe if name == "fake" else None) if self.judged else None


def mean_score(D: nn.Module, x: Tensor) -> Tensor:
    """D's scores of x (N, ...): (N,), of a D that scores patches their mean."""
    return D(x)[:, :1].flatten(1).mean(1)  # type: ignore[no-any-return]


def is_judge(player: str) -> bool:
    """Whether a player judges (D, D_a, Q, ...) rather than creates."""
    return player.startswith(("D", "Q"))
