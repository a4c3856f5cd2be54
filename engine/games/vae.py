"""Autoencoders, for contrast: one team and no opponent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import binary_cross_entropy

from engine.batches import Samples
from engine.games.base import Game, Make, Players, Turn
from engine.games.diagram import Diagram, Edge, Node
from engine.games.rules import Rules
from engine.parts import knob


class Autoencoder(Game):
    """E squeezes a sample into a code, G unfolds it again, and both learn from what got lost.  Hinton and Salakhutdinov 2006.

    Science 313 (5786). Nobody asks the codes to lie where noise lies, so G fed with noise need not draw anything: compare VAE.
    Ours in the rest: E has the discriminator's architecture, and what is lost is the mean squared error.
    """

    title: ClassVar[str] = "Autoencoder"
    uses: ClassVar[tuple[str, ...]] = ("latent", "generator", "discriminator")
    judged: ClassVar[bool] = False

    def players(self, make: Make) -> dict[str, nn.Module]:
        return {"E": make.encoder(make.code), "G": make.generator()}

    def feeds(self, make: Make, n: int) -> dict[str, tuple[Tensor, ...]]:
        return {"E": (torch.empty(n, *make.data),), "G": (torch.empty(n, make.code),)}

    def round(self, p: Players, batches: Iterator[Samples], rules: Rules) -> Iterator[Turn]:
        x = next(batches).x
        yield Turn(("E", "G"), (p.G(p.E(x)) - x).square().mean())

    def encode(self, p: Players, x: Tensor) -> Tensor:
        """The codes of samples x (N, *data): (N, code)."""
        return p.E(x)  # type: ignore[no-any-return]

    def show(self, p: Players, batch: Any, rules: Rules) -> dict[str, Tensor]:
        return {"fake": self.generate(p, rules.probe), "reconstruction": self.generate(p, self.encode(p, batch.real))}

    def diagram(self) -> Diagram:
        return THERE_AND_BACK


class VAE(Autoencoder):
    """Variational autoencoder: E says where a code may lie, and all codes together must look like noise.

    Kingma and Welling 2014, arXiv:1312.6114, equation 10 with one draw per sample; beta is Higgins et al. 2017 (ICLR). The
    blur of its samples is no fault of training: a mean is the best guess of whoever is punished for each pixel.
    """

    title: ClassVar[str] = "VAE"
    beta: float = knob(1.0, 0.0, 100.0, "weight of the distance to noise; 1 in the paper", live=True, log=True)
    pixels: Literal["gaussian", "bernoulli"] = knob(
        "gaussian",
        help="law of a pixel around G's output. gaussian: with the width below. bernoulli: black or white, the paper's for MNIST",
    )
    width: float = knob(0.3, 0.01, 1.0, "standard deviation of the gaussian, where data span [-1, 1]; ours", log=True, live=True)

    def players(self, make: Make) -> dict[str, nn.Module]:
        return {"E": make.encoder(2 * make.code), "G": make.generator()}

    def round(self, p: Players, batches: Iterator[Samples], rules: Rules) -> Iterator[Turn]:
        x = next(batches).x
        mean, log_variance = p.E(x).chunk(2, 1)
        z = mean + torch.exp(log_variance / 2) * rules.normal(mean)
        missed = self.lost(p.G(z), x)
        distance = 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).sum(1).mean()  # KL(q(z|x) || N(0, 1))
        yield Turn(("E", "G"), missed + self.beta * distance, {"reconstruction": missed.detach(), "KL to noise": distance})

    def lost(self, drawn: Tensor, x: Tensor) -> Tensor:
        """-log p(x|z) of samples (N, *data), but for a constant: nats of a sample, the mean over the batch."""
        if self.pixels == "bernoulli":
            return binary_cross_entropy((drawn + 1) / 2, (x + 1) / 2, reduction="sum") / len(x)
        return (drawn - x).square().sum() / (2 * self.width**2 * len(x))

    def encode(self, p: Players, x: Tensor) -> Tensor:
        """The means of the codes of samples x (N, *data): (N, code)."""
        return p.E(x).chunk(2, 1)[0]  # type: ignore[no-any-return]


TEAM = ("E", "G")
THERE_AND_BACK = Diagram(
    (
        Node("real", "data", "data", "data", 0),
        Node("E", "player", "E", "discriminator", 1, ("E",), "E gradient"),
        Node("z", "noise", "code z", "latent", 2),
        Node("G", "player", "G", "generator", 3, ("G",), "G gradient"),
        Node("fake", "samples", "copies", "training", 4, TEAM),
        Node("E, G loss", "loss", "loss E, G", "game", 5, TEAM, "loss"),
    ),
    (
        *(Edge(start, end, TEAM) for start, end in (("real", "E"), ("E", "z"), ("z", "G"), ("G", "fake"))),
        *(Edge(start, "E, G loss", TEAM) for start in ("fake", "real")),
        *(Edge(start, end, TEAM, gradient=True) for start, end in (("E, G loss", "fake"), ("fake", "G"), ("G", "z"), ("z", "E"))),
    ),
)
