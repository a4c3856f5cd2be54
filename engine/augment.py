"""What D gets to see: changes to real and fake samples before D judges them, in G's turn as in D's.

Schedules read the run's clock, a scalar tensor on the device that counts rounds, so that a captured round follows them.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor

from engine.layers import packed
from engine.parts import Part, knob


class Augment(Part):
    """A change to what D sees. A part overrides what it needs of the three."""

    @property
    def pack(self) -> int:
        """How many samples D sees as one; `view` must make them one."""
        return 1

    def view(self, x: Tensor, *, clock: Tensor, generator: Generator) -> Tensor:
        """What D sees of samples x (N, ...), real or fake, differentiable in x.  clock: rounds played, a scalar.

        Returns (N / pack, ...), of which each is a sample to whatever comes after: loss, penalties, `exchange`.
        """
        return x

    def exchange(self, real: Tensor, fake: Tensor, *, generator: Generator) -> tuple[Tensor, Tensor]:
        """What D is told, in its own turn, is real and is fake: (N, ...) each."""
        return real, fake


class InstanceNoise(Augment):
    """Gaussian noise on everything D sees, so that real and fake overlap; it fades out.

    Soenderby et al. 2016, arXiv:1610.04490; Arjovsky and Bottou 2017, arXiv:1701.04862.
    """

    sigma: float = knob(0.1, 0.0, 2.0, "standard deviation at the start", live=True)
    rounds: int = knob(10_000, 0, 10_000_000, "rounds until it has faded to nothing, linearly; 0 = it stays", live=True, log=True)

    def view(self, x: Tensor, *, clock: Tensor, generator: Generator) -> Tensor:
        level = self.sigma * (1 - clock / self.rounds).clamp(min=0) if self.rounds else self.sigma
        return x + level * torch.randn(x.shape, generator=generator, device=x.device)


class NoisyLabels(Augment):
    """Now and then D is told that a real sample is fake and the other way round; for any loss, by exchanging the two.

    Ours as an exchange; the advice is Chintala et al. 2016, "How to train a GAN", tip 6.
    """

    share: float = knob(0.05, 0.0, 0.5, "share of labels that are wrong", live=True)

    def exchange(self, real: Tensor, fake: Tensor, *, generator: Generator) -> tuple[Tensor, Tensor]:
        chance = torch.rand(len(real), *[1] * (real.dim() - 1), generator=generator, device=real.device)
        wrong = chance < self.share
        return torch.where(wrong, fake, real), torch.where(wrong, real, fake)


class Packing(Augment):
    """D judges several samples at once, all real or all fake, so that it sees how little they vary.

    Lin et al. 2018, arXiv:1712.04086 (PacGAN): the samples of a batch, taken so many at a time, are laid end to end, points along
    their numbers and pictures along their channels, and D's first layer is as much wider. Penalties read D's slope with respect
    to all of a pack. Whoever asks D about a single sample hears of it in the company of real ones; see layers.Packed.
    """

    samples: int = knob(2, 2, 8, "samples in a pack; 2 to 4 in the paper")

    @property
    def pack(self) -> int:
        return self.samples

    def view(self, x: Tensor, *, clock: Tensor, generator: Generator) -> Tensor:
        return packed(x, self.samples)


AUGMENTS: dict[str, type[Augment]] = {
    "instance-noise": InstanceNoise,
    "noisy-labels": NoisyLabels,
    "packing": Packing,
}
