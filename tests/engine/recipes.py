"""Recipes so small that a round takes a millisecond, and what the tests of the engine share."""

from __future__ import annotations

from typing import Any, get_args

import torch
from torch import Generator, Tensor

from engine.augment import AUGMENTS
from engine.batches import Pairs, Unpaired
from engine.config import TABLES, RunConfig
from engine.data import DATA
from engine.games import GAMES
from engine.layers import Norm
from engine.networks import NETWORKS, Network
from engine.trainer import Trainer

CPU = torch.device("cpu")
DOWNLOADED = ("mnist", "fashion-mnist", "cifar10", "stacked-mnist", "published-pairs")
BROUGHT = ("folder", "pairs", "unpaired")  # they need somebody's own files
AT_HAND = {name: kind for name, kind in DATA.items() if name not in (*DOWNLOADED, *BROUGHT)}
NORMS = get_args(Norm)
OF_PICTURES = {name: kind for name, kind in NETWORKS.items() if kind().leads((8,), (1, 28, 28))}
OF_PAIRS = [name for name, kind in NETWORKS.items() if kind.patches or kind().leads((1, 28, 28), (1, 28, 28))]
POINTS: dict[str, Any] = {
    "data": "ring",
    "latent": {"dim": 2},
    "generator": {"name": "mlp", "width": 8, "depth": 2},
    "discriminator": {"name": "mlp", "width": 8, "depth": 2},
    "training": {"batch": 8, "average": 0.9},
}
PICTURES: dict[str, Any] = POINTS | {
    "data": {"name": "glyphs", "size": 16},
    "generator": {"name": "dcgan", "width": 4},
    "discriminator": {"name": "dcgan", "width": 4},
}
PAIRS: dict[str, Any] = POINTS | {
    "data": {"name": "derived", "size": 16},
    "generator": {"name": "unet", "width": 4},
    "discriminator": {"name": "patchgan", "width": 4},
}
OTHERWISE: dict[str, dict[str, Any]] = {
    "stargan": {"data": PICTURES["data"]},
    "srgan": {
        "data": {"name": "derived", "size": 16, "task": "enlarge"},
        "generator": {"name": "residual", "width": 4, "blocks": 1, "halvings": 0},
    },
}
"""Sections of the games that translate, where pairs of the same side will not do."""


def tiny(**sections: Any) -> RunConfig:
    """Points and two small MLPs, with these sections of the recipe replaced; pictures, where the game translates."""
    return RunConfig.from_dict(translated(sections, otherwise=POINTS) | sections)


def tiny_pictures(**sections: Any) -> RunConfig:
    """Glyphs of 16 pixels and two small DCGANs, with these sections of the recipe replaced; others, where the game translates."""
    return RunConfig.from_dict(translated(sections, otherwise=PICTURES) | sections)


def translated(sections: dict[str, Any], *, otherwise: dict[str, Any]) -> dict[str, Any]:
    """What suits the game of these sections, if it translates."""
    game = sections.get("game", "gan")
    name = game if isinstance(game, str) else game["name"]
    return PAIRS | OTHERWISE.get(name, {}) if GAMES[name].translates else otherwise


def around(section: str, row: str) -> dict[str, Any]:
    """The sections that this row of a table needs beside it, where the defaults will not do."""
    part = TABLES[section][row]
    gives = getattr(part, "gives", None)
    game = row if getattr(part, "translates", False) else "cyclegan" if gives is Unpaired else "pix2pix"
    if game == row or row in OF_PAIRS or gives in (Pairs, Unpaired):
        suits = translated({"game": game}, otherwise=POINTS)
        return {"game": game} | {name: suits[name] for name in ("data", "generator", "discriminator")}
    return {"data": "glyphs"} if issubclass(part, Network) and row in OF_PICTURES and row != "mlp" else {}


def fitting_augments(game: str) -> dict[str, dict[str, Any]]:
    """Every change to what D sees that this game knows."""
    return {name: {} for name, kind in AUGMENTS.items() if GAMES[game].packs or kind().pack == 1}


def seeded(seed: int = 0) -> Generator:
    return torch.Generator().manual_seed(seed)


def drawn(*shape: int, seed: int = 0) -> Tensor:
    """Normal numbers, always the same for the same seed."""
    return torch.randn(*shape, generator=seeded(seed))


def played(config: RunConfig, rounds: int) -> Trainer:
    """A trainer that has played so many rounds."""
    trainer = Trainer(config)
    for _ in range(rounds):
        trainer.round()
    return trainer


def weights(trainer: Trainer) -> dict[str, Tensor]:
    """A copy of each player's weights, end to end."""
    return {name: torch.cat([p.detach().flatten() for p in net.parameters()]) for name, net in vars(trainer.players).items()}


def changed(before: dict[str, Tensor], after: dict[str, Tensor]) -> set[str]:
    """The players whose weights differ."""
    return {name for name in before if not torch.equal(before[name], after[name])}


def same(one: dict[str, Tensor], other: dict[str, Tensor]) -> bool:
    """Whether both hold the same names and, bit for bit, the same numbers; NaN equals NaN."""
    return one.keys() == other.keys() and all(
        torch.equal(one[name].nan_to_num(1e30), other[name].nan_to_num(1e30)) and one[name].dtype == other[name].dtype
        for name in one
    )
