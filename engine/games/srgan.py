"""SRGAN: small pictures made large, and a judge who asks for the detail that a mean has not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import mse_loss

from engine.batches import Pairs
from engine.games.base import Make, Players, Turn, mean_score
from engine.games.diagram import Diagram, translated
from engine.games.rules import Rules
from engine.games.translation import Translation
from engine.networks.base import split
from engine.parts import knob


class SRGAN(Translation):
    """Of all pictures that a small one may come from, G shall draw one, not their mean.  Ledig et al. 2017, arXiv:1609.04802.

    Equation 3: a content loss, and a little of D's opinion. The paper's content loss compares the features of a network for
    photographs, VGG; ours those of D itself, as in Larsen et al. 2016 (arXiv:1512.09300), so that no foreign network is needed.
    Those move while D learns, and colours drift; the squared error of pixels (`anchor`) holds them, which the paper needs not.
    """

    title: ClassVar[str] = "SRGAN"
    content: Literal["judge", "pixels"] = knob(
        "judge",
        help="what is compared with the truth. judge: D's last features. pixels: the picture itself, the paper's SRGAN-MSE",
    )
    anchor: float = knob(
        1.0,
        0.0,
        100.0,
        "weight of the squared error of pixels beside the judge's features, which alone let colours drift; without effect where "
        "content is pixels; 0 in the paper, whose features hold still",
        live=True,
        log=True,
    )
    adversarial: float = knob(1e-3, 0.0, 1.0, "weight of D's opinion; 0.001 in the paper", live=True)
    warmup: int = knob(
        0,
        0,
        1_000_000,
        "rounds on the squared error of pixels alone, before D plays; a million in the paper, whose result is called SRResNet",
        live=True,
        log=True,
    )
    eats: ClassVar[type] = Pairs

    def players(self, make: Make) -> dict[str, nn.Module]:
        return {"D": make.discriminator(), "G": make.translator()}

    def feeds(self, make: Make, n: int) -> dict[str, tuple[Tensor, ...]]:
        return {"D": (torch.empty(n, *make.data),), "G": (torch.empty(n, *make.given),)}

    def round(self, p: Players, batches: Iterator[Pairs], rules: Rules) -> Iterator[Turn]:
        small, large = next(batches)
        fake = p.G(small)
        error = mse_loss(fake, large)
        if rules.rounds < self.warmup:
            yield Turn(("G",), error, {"squared error": error})
            return
        yield Turn(("D",), rules.d_loss(p.D, large, fake))
        judged = self.content == "judge"
        content = mse_loss(*self.features(p, fake, large)) if judged else error
        loss = content + self.adversarial * rules.g_loss(p.D, large, fake)
        if judged:
            loss = loss + self.anchor * error
        yield Turn(("G",), loss, {"content": content, "squared error": error})

    def features(self, p: Players, fake: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
        """What is compared of fakes and of the truth (N, *data) where it is not their pixels: (N, ...) each."""
        body, _ = split(p.D)
        with torch.no_grad():
            aim = body(truth)
        return body(fake), aim

    def show(self, p: Players, batch: Pairs, rules: Rules) -> dict[str, Tensor]:
        return {"given": batch.a, "fake": p.G(batch.a), "truth": batch.b}

    def scored(self, p: Players, name: str, x: Tensor, batch: Pairs, rules: Rules) -> Tensor | None:
        return None if name == "given" else mean_score(p.D, x)

    def diagram(self) -> Diagram:
        return translated(super().diagram(), truth=("G",))
