"""What presets are laid together from: methods, networks that suit a kind of data, and how sections become a recipe.

A method is the few sections that define it, laid over a base recipe, so that the same definition serves the ring, glyphs and
whatever comes; the methods are those of Lucic et al. 2018 (arXiv:1711.10337) and two since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from engine.batches import Pairs, Unpaired
from engine.config import RunConfig
from engine.data import DATA

Sections = dict[str, Any]  # parts of a recipe as plain data
Kind = Literal["points", "pictures", "pairs", "unpaired"]


@dataclass(frozen=True)
class Preset:
    """A recipe with a name in PRESETS."""

    title: str
    config: RunConfig
    rounds: int
    about: str


class Method(NamedTuple):
    """What defines a row of the table, whatever the data."""

    title: str
    sections: Sections
    about: str


def adam(lr: float, beta1: float = 0.5, beta2: float = 0.999) -> Sections:
    return {"name": "adam", "lr": lr, "beta1": beta1, "beta2": beta2}


def both(key: str, value: Any) -> Sections:
    """The same for G and for D: key is "optimizer" or "network"."""
    names = ("g_optimizer", "d_optimizer") if key == "optimizer" else ("generator", "discriminator")
    return dict.fromkeys(names, value)


METHODS: dict[str, Method] = {
    "mm": Method("MM GAN", {"loss": "minimax"}, "The zero-sum game of 2014; G's gradient vanishes when D is sure."),
    "ns": Method("NS GAN", {"loss": "non-saturating"}, "The loss of 2014 that people use: G maximises log D."),
    "wgan": Method(
        "WGAN",
        {
            "loss": "wasserstein",
            "game": {"name": "gan", "d_turns": 5},
            "g_optimizer": {"name": "rmsprop", "lr": 5e-4},
            "d_optimizer": {"name": "rmsprop", "lr": 5e-4, "clip": 0.1},
        },
        "D estimates the Wasserstein distance; its weights are clipped to keep its slope bounded.",
    ),
    "wgan-gp": Method(
        "WGAN-GP",
        {"loss": "wasserstein", "game": {"name": "gan", "d_turns": 5}, "penalties": {"gradient-penalty": {}}},
        "The Wasserstein loss with D's slope held near 1 between real and fake.",
    ),
    "lsgan": Method("LSGAN", {"loss": "least-squares"}, "D's scores are regressed to 1 and 0."),
    "dragan": Method(
        "DRAGAN",
        {"loss": "non-saturating", "penalties": {"dragan": {}}},
        "The log loss with D's slope held near 1 around real data.",
    ),
    "began": Method("BEGAN", {"game": "began"}, "D is an autoencoder; a controller keeps G and D in balance."),
    "hinge": Method("Hinge GAN", {"loss": "hinge"}, "D stops caring about samples it has clearly told apart."),
    "r3gan": Method(
        "R3GAN",
        {"loss": "rpgan", "penalties": {"r1": {"weight": 0.02}, "r2": {"weight": 0.02}}},
        "Each fake is judged against a real one, with zero-centred penalties on both: no tricks, and no collapse.",
    ),
}

POINTS: Sections = {
    "data": "ring",
    "latent": {"dim": 2},
    **both("network", {"name": "mlp", "width": 64, "depth": 2}),
    **both("optimizer", adam(2e-3, 0.0, 0.99)),
    "training": {"batch": 128, "average": 0.998},
}

SMALL: Sections = POINTS | {
    # So small that thirty of it are played abreast for the price of four.
    **both("network", {"name": "mlp", "width": 32, "depth": 2}),
    "training": {"batch": 64, "average": 0.99},
}

PACGAN: Sections = {
    # Lin et al.'s for points, arXiv:1712.04086, and their code's; on "grid" what is 0.05 on -4..4 is 0.01, too. Both players step
    # at once there, from the same samples; here D goes first. They count 100 packs in a batch, here samples are counted, so with
    # packs of m a batch of theirs is one of 100 m. The loss of their G adds that of real samples, from which nothing flows to G.
    # Theirs goes on for 400,000 rounds, and 2,500 samples are judged.
    "data": {"name": "ring", "radius": 1.0, "sigma": 0.01, "examples": 100_000},
    "game": {"name": "gan", "new_noise": False},
    "loss": "non-saturating",
    "latent": {"dim": 2},
    "generator": {"name": "mlp", "width": 400, "depth": 4, "activation": "relu", "norm": "batch", "start": 0.02},
    "discriminator": {"name": "mlp", "width": 200, "depth": 3, "activation": "maxout", "pieces": 5, "start": 0.02},
    **both("optimizer", adam(1e-4, 0.8)),
    "training": {"batch": 100, "average": 0.0},
}

PACGAN_GRID: Sections = PACGAN | {"data": {"name": "grid", "sigma": 0.01, "examples": 100_000}}

PICTURES: Sections = {
    "data": "glyphs",
    "latent": {"dim": 64},
    "generator": {"name": "dcgan", "width": 32, "activation": "relu", "norm": "batch"},
    "discriminator": {"name": "dcgan", "width": 32, "activation": "leaky-relu", "norm": "none"},
    **both("optimizer", adam(4e-4)),
    "training": {"batch": 64, "average": 0.998},
}

DIGITS: Sections = {
    # Small enough to be seen to fail in ten seconds of one core. All fakes of this G, of dense layers without a norm, are nearly
    # the same picture at first, and mostly stay that: the clinic's lesson of collapse on digits.
    "data": {"name": "glyphs", "size": 16},
    "latent": {"dim": 32},
    "generator": {"name": "mlp", "width": 256, "depth": 2, "activation": "relu", "norm": "none"},
    "discriminator": {"name": "dcgan", "width": 16, "activation": "leaky-relu", "norm": "none"},
    **both("optimizer", adam(5e-4)),
    "training": {"batch": 32, "average": 0.0},
}

PAIRED: Sections = {
    "data": "toys",
    "game": {"name": "pix2pix", "l1": 30.0},
    "loss": "hinge",
    "generator": {"name": "unet", "width": 32},
    "discriminator": {"name": "patchgan", "width": 32, "norm": "spectral"},
    "g_optimizer": adam(1e-3),
    "d_optimizer": adam(5e-4),
    "training": {"batch": 16, "average": 0.998},
}

UNPAIRED: Sections = PAIRED | {
    # The hinge loss, not the paper's least squares, and a cycle of 5, not 10. A judge that is held back by spectral norm did not
    # tell candy from half metal in 300 rounds of 8; one under instance norm that learns four times as fast as G did. And what is
    # given is added to what G draws, or colours changed places.
    "data": "unpaired",
    "game": {"name": "cyclegan", "cycle": 5.0},
    "generator": {"name": "unet", "width": 32, "added": True},
    "discriminator": {"name": "patchgan", "width": 32, "norm": "instance"},
    "g_optimizer": adam(5e-4),
    "d_optimizer": adam(2e-3),
    "training": {"batch": 8, "average": 0.998},
}

SNGAN: Sections = {
    "loss": "hinge",
    "generator": {"name": "resnet", "norm": "paper"},
    "discriminator": {"name": "resnet", "norm": "paper"},
    **both("optimizer", adam(2e-4, 0.0, 0.9)),
}

STACKED: Sections = PICTURES | {
    # D has half of G's channels, in the spirit of Metz et al. 2017 (arXiv:1611.02163), whose D has a half or a quarter.
    "data": "stacked-glyphs",
    "discriminator": PICTURES["discriminator"] | {"width": 16},
}

BASES: dict[Kind, Sections] = {"points": POINTS, "pictures": PICTURES, "pairs": PAIRED, "unpaired": UNPAIRED}
"""What suits each kind of data."""

LAZY_R1: Sections = {"penalties": {"r1": {"weight": 1.0, "interval": 4}}}


def kind_of(data: str) -> Kind:
    """What a data set of DATA holds."""
    gives = DATA[data].gives
    if gives in (Pairs, Unpaired):
        return "pairs" if gives is Pairs else "unpaired"
    return "pictures" if len(DATA[data]().shape) == 3 else "points"


def suited(data: str, before: str) -> Sections:
    """What must follow in a recipe where data of another kind, `before`, give way to these.

    That is latent, networks, optimizers and batch; and game, loss and penalties, unless neither these nor those are translated.
    """
    kind = kind_of(data)
    plain = {kind, kind_of(before)} <= {"points", "pictures"}
    usual: Sections = {} if plain else {"game": "gan", "loss": "non-saturating", "penalties": {}}
    return usual | {section: value for section, value in BASES[kind].items() if section != "data"}


def recipe(base: Sections, *changes: Sections) -> RunConfig:
    """A checked recipe: a base with other sections laid over it."""
    value = dict(base)
    for change in changes:
        value |= change
    return RunConfig.from_dict(value)


TOY: dict[str, Sections] = {
    "wgan-gp": {"penalties": {"gradient-penalty": {"weight": 0.1}}},  # the paper's lambda for toy data; 10 teaches nothing
    "dragan": {"penalties": {"dragan": {"weight": 0.1}}},  # ours, for the same reason: 10 finds 5 of 8 modes
}
"""What a method needs beside its sections on points."""


INFOGAN: Sections = {
    # The paper's numbers, but for narrower networks and the weights of the codes: with 1 the choice is read after 250 rounds,
    # long before there are digits, and means little; with 0.03 digits are found first (README, "Models that ship").
    "game": {"name": "infogan", "weight": 0.03, "numbers": 0.03},
    "latent": {"dim": 62, "shape": "uniform"},
    "generator": {"name": "dcgan", "width": 32, "dense": 512, "activation": "relu", "norm": "batch"},
    "discriminator": {"name": "dcgan", "width": 32, "dense": 512, "activation": "leaky-relu", "norm": "batch"},
    "g_optimizer": adam(1e-3),
    "d_optimizer": adam(2e-4),
    "training": {"batch": 128, "average": 0.998},
}

TEAM: Sections = {  # autoencoders: both players alike, no opponent to be slower than
    "latent": {"dim": 16},
    **both("network", {"name": "dcgan", "width": 32, "activation": "relu", "norm": "batch"}),
    **both("optimizer", adam(1e-3, 0.9)),
    "training": {"batch": 128, "average": 0.99},
}

SEMISUPERVISED: Sections = {  # Salimans et al.'s for MNIST, narrower: their D is 1000-500-250-250-250
    "game": "semisupervised",
    "latent": {"dim": 100, "shape": "uniform"},
    "generator": {"name": "mlp", "width": 500, "depth": 2, "activation": "softplus", "norm": "batch"},
    "discriminator": {"name": "mlp", "width": 400, "depth": 3, "activation": "relu", "norm": "weight", "noise": 0.5},
    **both("optimizer", adam(3e-3)),
    "training": {"batch": 100, "average": 0.998},
}


RETOUCHED: Sections = {"generator": {"name": "unet", "width": 32, "added": True, "up": "resize"}}
"""Most of the picture is there already, and stays."""

RESIDUAL: Sections = {"name": "residual", "width": 16, "blocks": 3}

ENLARGED: Sections = {
    # SRGAN's: no halvings, and a judge of the whole picture. But without the paper's batch norm, under which G was no better than
    # a plain enlargement after 1,000 rounds: as in EDSR (Lim et al. 2017, arXiv:1707.02921). It is added to one, as in VDSR.
    "game": {"name": "srgan", "warmup": 500},
    "data": {"name": "derived", "task": "enlarge"},
    "generator": RESIDUAL | {"width": 32, "halvings": 0, "norm": "none", "added": True, "up": "resize"},
    "discriminator": {"name": "dcgan", "width": 16, "activation": "leaky-relu", "norm": "none"},
    **both("optimizer", adam(1e-3)),
    "training": {"batch": 16, "average": 0.99},
}

CLASSES_CHANGED: Sections = {
    # StarGAN, but for two things. The log loss with a lazy R1 costs half of WGAN-GP's five turns of D. And G has batch norm:
    # under the paper's instance norm it did not hear in 1,000 rounds which digit it was told, under batch norm it did in 100.
    **LAZY_R1,
    "game": "stargan",
    "generator": RESIDUAL | {"blocks": 2, "norm": "batch"},
    "discriminator": {"name": "dcgan", "width": 16, "activation": "leaky-relu", "norm": "none"},
    "g_optimizer": adam(1e-3),
    "d_optimizer": adam(5e-4),
    "training": {"batch": 16, "average": 0.99},
}

GLYPHS_WITH_TWO_CAUSES: Sections = {
    "data": {"name": "glyphs", "slant": 0.4, "thickness": 0.5, "scale": 0.0, "shift": 0.0},
    "game": {"name": "infogan", "weight": 0.1, "numbers": 0.5},
    "generator": {"name": "dcgan", "width": 32, "activation": "relu", "norm": "batch"},  # dense: each choice has its own axes
    "discriminator": {"name": "dcgan", "width": 32, "dense": 256, "activation": "leaky-relu", "norm": "batch"},
}
