"""InfoGAN: codes that mean something, without a single label."""

from __future__ import annotations

import math
import string
from collections.abc import Iterator
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax

from engine.batches import Samples
from engine.games.base import Game, Make, Players, Turn
from engine.games.codes import Code, laid_out, noise
from engine.games.diagram import Diagram, without
from engine.games.latent import Latent
from engine.games.rules import Rules
from engine.parts import knob


class InfoGAN(Game):
    """G is fed codes beside its noise, and Q must read them off its samples.  Chen et al. 2016, arXiv:1606.03657.

    What Q reads bounds the mutual information from below, L_I = E[log Q(c|x)] + H(c) <= I(c; G(z, c)), equation 5, and is
    maximised by G, D and Q (equation 6). Q shares all of D's layers but the last, and learns in D's turn as in the paper's code;
    a continuous code is read as a Gaussian of width 1, as there.
    """

    title: ClassVar[str] = "InfoGAN"
    categorical: int = knob(1, 0, 4, "codes that are a choice; 1 for MNIST in the paper, 4 for SVHN")
    categories: int = knob(10, 2, 40, "choices of each; 10 for MNIST in the paper")
    continuous: int = knob(2, 0, 8, "codes that are a number in [-1, 1]; 2 for MNIST in the paper")
    weight: float = knob(1.0, 0.0, 20.0, "lambda, weight of the mutual information of choices; 1 in the paper", live=True)
    numbers: float = knob(1.0, 0.0, 20.0, "the same for the continuous codes; 1 in the paper's code", live=True)
    width: int = knob(128, 4, 1024, "numbers that Q gets from D's last layer; 128 in the paper", log=True)

    def players(self, make: Make) -> dict[str, nn.Module]:
        reads = self.categorical * self.categories + self.continuous
        Q = nn.Sequential(nn.BatchNorm1d(self.width), nn.LeakyReLU(0.1), nn.Linear(self.width, max(reads, 1)))
        return {"D": make.discriminator(self.width), "Q": Q, "G": make.generator()}

    def feeds(self, make: Make, n: int) -> dict[str, tuple[Tensor, ...]]:
        return super().feeds(make, n) | {"Q": (torch.empty(n, self.width),)}

    def codes(self, latent: Latent, class_names: tuple[str, ...]) -> tuple[Code, ...]:
        return laid_out(noise(latent), *self.beside())

    def beside(self) -> tuple[Code, ...]:
        """The codes beside the noise, in the columns in which Q says what it reads."""
        names = tuple(LETTERS[i] if i < len(LETTERS) else f"{LETTERS[i - len(LETTERS)]}2" for i in range(self.categories))
        choices = [Code(f"choice {i + 1}", "category", self.categories, names=names) for i in range(self.categorical)]
        numbers = [Code(f"number {i + 1}", "continuous", 1) for i in range(self.continuous)]
        return laid_out(*choices, *numbers)

    def round(self, p: Players, batches: Iterator[Samples], rules: Rules) -> Iterator[Turn]:
        real = next(batches).x
        fed = rules.fed(len(real))
        with torch.no_grad():
            fake = p.G(fed)
        loss, _, seen = rules.d_verdict(p.D, real, fake)
        bound, _ = self.information(p.Q(seen), fed)
        yield Turn(("D", "Q"), loss - bound)
        fed = rules.fed(len(real))
        loss, _, seen = rules.g_verdict(p.D, real, p.G(fed))
        bound, readings = self.information(p.Q(seen), fed)
        yield Turn(("G",), loss - bound, readings)

    def information(self, read: Tensor, fed: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """The weighted bound for what Q has read (N, codes) of samples that were fed these codes, and what to plot of it.

        For a choice that is the bound in nats, at most ln(categories); for a number the share of its variance, 1/3, that Q reads.
        """
        bound, readings = torch.zeros((), device=read.device), {}
        fed = fed[:, -read.shape[1] :]  # nobody reads the noise
        for code in self.beside():
            said, meant = read[:, code.columns], fed[:, code.columns]
            if code.kind == "category":
                nats = math.log(code.size) + (meant * log_softmax(said, 1)).sum(1).mean()
                bound, readings[f"information of {code.name}"] = bound + self.weight * nats, nats
            else:
                off = (said - meant).square().mean()
                bound, readings[f"{code.name} read"] = bound - self.numbers * off / 2, 1 - 3 * off
        return bound, readings

    def read(self, p: Players, x: Tensor) -> Tensor:
        """What Q reads off samples x (N, *data): (N, codes), logits of each choice and then the numbers."""
        return p.Q(p.D(x)[:, 1:])  # type: ignore[no-any-return]

    def limits(self) -> dict[str, float]:
        """The most that some readings can be."""
        most = {f"information of choice {i + 1}": math.log(self.categories) for i in range(self.categorical)}
        return most | {f"number {i + 1} read": 1.0 for i in range(self.continuous)}

    def diagram(self) -> Diagram:
        return without(super().diagram(), ("real", "Q"))  # Q looks at fakes alone


LETTERS = string.ascii_uppercase  # what the choices are called: nobody knows yet what they mean, so not 0 to 9
