"""The loop of every tutorial beside ours: CPU time per round on the same networks, interleaved in one process.

The naive loop is what people copy: a DataLoader with transforms, a sigmoid and BCELoss, separate passes of D over real and
fake, the optimizer's defaults, gradients for D's weights in G's turn, `.item()` every step. For GAN Lab's games it is plain
eager PyTorch doing the same work without a DataLoader. Ours is the trainer as the page runs it, readings included. Of the seed
lottery the naive loop is this trainer itself, a run after the other.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from engine.config import BadRecipe, RunConfig
from engine.data import DataUnavailable, Stored
from engine.data.base import Tell, silent
from engine.games import GAN
from engine.recipes import POINTS, both, recipe
from engine.stacked import StackedTrainer
from engine.trainer import Trainer

Loop = Iterator[None]  # one round per step

SEEDS = 30  # of a lottery
DRAWN_ONCE = 12_000  # samples that GAN Lab draws once and reads over and over


def trained(trainer: Trainer) -> Loop:
    """The trainer as it is."""
    while True:
        trainer.round()
        yield


@dataclass(frozen=True)
class Case:
    """A recipe, and the loop that a tutorial would write for it."""

    about: str
    config: RunConfig
    naive: Callable[[Trainer], Loop]
    chunk: int  # rounds between two looks at the clock
    ours: Callable[[Trainer], Loop] = trained


def pictures(trainer: Trainer) -> Loop:
    """The MNIST loop of the tutorials, on copies of our networks."""
    G, D = _copies(trainer)
    loss = nn.BCELoss()
    g_step, d_step = (torch.optim.Adam(net.parameters(), lr=2e-4, betas=(0.5, 0.999)) for net in (G, D))
    batch = trainer.config.training.batch
    ones, zeros = torch.ones(batch, 1), torch.zeros(batch, 1)
    assert isinstance(trainer.config.game, GAN)
    new_noise = trainer.config.game.new_noise
    while True:
        for real, _ in DataLoader(TutorialPictures(trainer), batch_size=batch, shuffle=True, drop_last=True):
            fake = G(torch.randn(batch, trainer.config.latent.dim))
            d_step.zero_grad()
            d_loss = loss(D(real), ones) + loss(D(fake.detach()), zeros)
            d_loss.backward()
            d_step.step()
            g_step.zero_grad()
            if new_noise:
                fake = G(torch.randn(batch, trainer.config.latent.dim))
            g_loss = loss(D(fake), ones)
            g_loss.backward()
            g_step.step()
            d_loss.item(), g_loss.item()  # printed every step
            yield


class TutorialPictures(Dataset[tuple[Tensor, int]]):
    """Our pictures as torchvision's data sets hand them out: one PIL image at a time, through ToTensor and Normalize."""

    def __init__(self, trainer: Trainer) -> None:
        from torchvision import transforms

        assert isinstance(trainer.source, Stored)
        self.pictures = trainer.source.pictures.squeeze(1).numpy()
        self.transform = transforms.Compose([transforms.ToTensor(), transforms.Normalize([0.5], [0.5])])

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        from PIL import Image

        return self.transform(Image.fromarray(self.pictures[index])), 0


def points(trainer: Trainer) -> Loop:
    """GAN Lab's loop in plain eager PyTorch: real and noise drawn once and read cyclically, k turns of D, one of G."""
    config = trainer.config
    G, D = _copies(trainer)
    loss, batch = nn.BCELoss(), config.training.batch
    g_step = torch.optim.SGD(G.parameters(), lr=config.g_optimizer.lr)
    d_step = torch.optim.SGD(D.parameters(), lr=config.d_optimizer.lr)
    all_real = trainer.source.batch(DRAWN_ONCE, torch.Generator().manual_seed(0)).real
    all_noise = torch.rand(DRAWN_ONCE, config.latent.dim)
    smooth, ones, zeros = torch.full((batch, 1), 0.95), torch.ones(batch, 1), torch.zeros(batch, 1)
    place = 0
    while True:
        for _ in range(getattr(config.game, "d_turns", 1)):
            place = (place + batch) % DRAWN_ONCE
            d_step.zero_grad()
            fake = G(all_noise[place : place + batch])
            d_loss = loss(D(all_real[place : place + batch]), smooth) + loss(D(fake.detach()), zeros)
            d_loss.backward()
            d_step.step()
        place = (place + batch) % DRAWN_ONCE
        g_step.zero_grad()
        g_loss = loss(D(G(all_noise[place : place + batch])), ones)
        g_loss.backward()
        g_step.step()
        yield


def _copies(trainer: Trainer) -> tuple[nn.Module, nn.Module]:
    """The same G and D as a tutorial builds them: torch's own layers in a plain Sequential; D ends in a sigmoid."""
    make, players = trainer.config.make, trainer.players
    G, D = make.generator(), make.discriminator()
    G.load_state_dict(players.G.state_dict())
    D.load_state_dict(players.D.state_dict())
    return nn.Sequential(*G.children()), nn.Sequential(*D.children(), nn.Sigmoid())


def one_by_one(trainer: Trainer) -> Loop:
    """The same recipe from many seeds, a single run each."""
    trainers = [Trainer(trainer.config.with_knobs({"seed": seed})) for seed in range(SEEDS)]
    while True:
        for single in trainers:
            single.round()
        yield


def abreast(trainer: Trainer) -> Loop:
    """The same runs as a lottery plays them."""
    return trained(StackedTrainer(trainer.config, range(SEEDS)))


def _ganlab(data: str, g: tuple[int, int], d: tuple[int, int], d_turns: int, lr: tuple[float, float]) -> RunConfig:
    """A preset of GAN Lab; g, d: hidden layers beside the first and their width; lr: of D, of G."""
    network: dict[str, Any] = {"name": "mlp", "activation": "relu"}
    return RunConfig.from_dict(
        {
            "data": data,
            "game": {"name": "gan", "d_turns": d_turns},
            "latent": {"dim": 2, "shape": "uniform"},
            "generator": network | {"depth": g[0] + 1, "width": g[1]},
            "discriminator": network | {"depth": d[0] + 1, "width": d[1]},
            "loss": {"name": "non-saturating", "smoothing": 0.05},
            "d_optimizer": {"name": "sgd", "lr": lr[0]},
            "g_optimizer": {"name": "sgd", "lr": lr[1]},
            "training": {"batch": 150, "average": 0.0},  # GAN Lab has none
        }
    )


MLP = {"name": "mlp", "width": 256, "depth": 2}
DCGAN = {"name": "dcgan", "width": 16}


def _tiny(width: int, batch: int) -> RunConfig:
    """The GAN on the ring with two hidden layers, as small as a lottery's runs are."""
    network = {"width": width, "depth": 2}
    changes = {"training": {"batch": batch, "average": 0.998}}
    return recipe(POINTS, both("network", {"name": "mlp", **network}), changes)


def _mnist(network: dict[str, Any], *, g: str, latent: int, batch: int, new_noise: bool) -> RunConfig:
    """g: G's activation; D has leaky ReLU."""
    return RunConfig.from_dict(
        {
            "data": "mnist",
            "game": {"name": "gan", "new_noise": new_noise},
            "latent": {"dim": latent},
            "generator": network | {"activation": g},
            "discriminator": network | {"activation": "leaky-relu"},
            "training": {"batch": batch},
        }
    )


CASES: dict[str, Case] = {
    "mlp-mnist": Case(
        "MLP GAN on MNIST (64-256-256-784), batch 100, Adam",  # the sizes of yunjey/pytorch-tutorial
        _mnist(MLP, g="relu", latent=64, batch=100, new_noise=True),
        pictures,
        20,
    ),
    "dcgan": Case(
        "DCGAN on MNIST (16-32 channels, batch norm), batch 64",  # like pytorch/examples: fakes are used twice
        _mnist(DCGAN, g="relu", latent=100, batch=64, new_noise=False),
        pictures,
        6,
    ),
    "ganlab-gaussians": Case(
        "GAN Lab's two Gaussians, batch 150, SGD", _ganlab("two-gaussians", (1, 8), (1, 8), 2, (0.1, 0.03)), points, 100
    ),
    "ganlab-ring": Case("GAN Lab's ring, batch 150, SGD", _ganlab("circle", (1, 10), (2, 9), 3, (0.1, 0.03)), points, 100),
    "ganlab-disjoint": Case(
        "GAN Lab's three blobs, batch 150, SGD", _ganlab("blobs", (2, 10), (2, 11), 1, (0.1, 0.03)), points, 100
    ),
    "lottery": Case(f"{SEEDS} seeds of a tiny GAN, width 32, batch 32", _tiny(32, 32), one_by_one, 5, abreast),
}


def bench(
    names: Sequence[str] | None = None, *, seconds: float = 10.0, device: str = "cpu", tell: Tell = silent
) -> dict[str, Any]:
    """Measure these cases, or all: {"ratios": {name: naive over ours}, "details": {...}, ...}.

    seconds: CPU time for each of the two loops.
    BadRecipe for an unknown name. A case whose data cannot be had is left out and named under "skipped".
    """
    if unknown := [name for name in names or () if name not in CASES]:
        raise BadRecipe(f"{unknown[0]!r} is no benchmark. Known: {', '.join(CASES)}.")
    if device != "cpu":
        raise BadRecipe("These measure CPU time; choose --device cpu.")
    torch.set_num_threads(1)
    ratios: dict[str, float] = {}
    details: dict[str, Any] = {}
    skipped: dict[str, str] = {}
    for name in names or CASES:
        try:
            details[name] = measure(CASES[name], seconds)
        except DataUnavailable as error:
            skipped[name] = str(error)
            continue
        ratios[name] = details[name]["ratio"]
        tell("{about:>52}  naive {naive_ms:8.3f} ms  ours {ours_ms:8.3f} ms  {ratio:5.2f} times".format(**details[name]), None)
    found = {"torch": torch.__version__, "threads": torch.get_num_threads(), "cpu": _cpu()}
    return {"ratios": ratios, "details": details, "skipped": skipped, **found}


def measure(case: Case, seconds: float) -> dict[str, Any]:
    """Both loops in turn, a chunk of rounds each, until each had its CPU time; the medians over the chunks."""
    trainer = Trainer(case.config)
    loops = {"naive": case.naive(trainer), "ours": case.ours(trainer)}
    spent: dict[str, list[float]] = {name: [] for name in loops}
    for loop in loops.values():
        next(loop)  # what is built at the first round is nobody's fault
    while len(spent["ours"]) < 3 or any(sum(times) * case.chunk < seconds for times in spent.values()):
        for name, loop in loops.items():
            start = time.process_time()
            for _ in range(case.chunk):
                next(loop)
            spent[name].append((time.process_time() - start) / case.chunk)
    naive, mine = (statistics.median(spent[name]) for name in ("naive", "ours"))
    ratio = statistics.median(
        a / b for a, b in zip(spent["naive"], spent["ours"], strict=True)
    )  # neighbours met the same machine
    weights = {name: sum(p.numel() for p in net.parameters()) for name, net in vars(trainer.players).items()}
    return {
        "about": case.about,
        "naive_ms": round(naive * 1e3, 4),
        "ours_ms": round(mine * 1e3, 4),
        "ratio": round(ratio, 3),
        "rounds_per_cpu_second": round(1 / mine, 1),
        "weights": weights,
    }


def _cpu() -> str:
    """The processor's name as its maker writes it, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
