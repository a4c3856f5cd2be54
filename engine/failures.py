"""Presets that fail, each for one known reason, and presets that differ from them in what cures it.

How many seeds of each fail is shown by `python -m engine study lessons`; what is to be learned from them stands in lessons.py.
BEGAN on the ring has no lesson.
"""

from __future__ import annotations

from engine.config import RunConfig
from engine.recipes import DIGITS, METHODS, POINTS, TOY, Preset, Sections, adam, both, recipe

LOG: Sections = {"loss": "non-saturating"}
FIVE: Sections = {"game": {"name": "gan", "d_turns": 5}}
TEN: Sections = {"game": {"name": "gan", "d_turns": 10}}
R1: Sections = {"penalties": {"r1": {"weight": 0.1}}}
PLAIN_G: Sections = {"g_optimizer": {"name": "sgd", "lr": 0.05}}

HASTY_G: Sections = {"g_optimizer": adam(2e-3, 0.9), "d_optimizer": adam(2e-4, 0.9)}
EXCHANGED: Sections = {"g_optimizer": HASTY_G["d_optimizer"], "d_optimizer": HASTY_G["g_optimizer"]}
HASTY_D: Sections = {"g_optimizer": adam(1e-4, 0.5), "d_optimizer": adam(5e-3, 0.5)}
ALONE: Sections = {"training": {"batch": 64, "average": 0.0}}
THIN: Sections = {"data": {"name": "ring", "sigma": 0.01}}
UNAVERAGED: Sections = {"training": {"batch": 128, "average": 0.0}}
MOMENTUM: Sections = {"g_optimizer": adam(4e-3, 0.5), "d_optimizer": adam(1e-3, 0.9)}
SMALL: Sections = {"training": {"batch": 8, "average": 0.998}}
FEW: Sections = {"data": {"name": "ring", "sigma": 0.08, "examples": 40}}
MANY: Sections = {"data": {"name": "ring", "sigma": 0.08, "examples": 5_000}}
EAGER: Sections = both("optimizer", adam(5e-2, 0.0, 0.99))


def points(*changes: Sections) -> RunConfig:
    return recipe(POINTS, *changes)


def digits(*changes: Sections) -> RunConfig:
    return recipe(DIGITS, *changes)


def clipped(at: float) -> Sections:
    """WGAN with its weights clipped there."""
    return METHODS["wgan"].sections | {"d_optimizer": {"name": "rmsprop", "lr": 5e-4, "clip": at}}


def mlp(width: int, depth: int = 2, norm: str = "none") -> Sections:
    return {"name": "mlp", "width": width, "depth": depth, "norm": norm}


SPECTRAL: Sections = {"discriminator": mlp(64, norm="spectral")}

FAILURES: dict[str, Preset] = {
    "ring-collapse": Preset(
        "Mode collapse on the ring",
        points(LOG, HASTY_G, ALONE),
        4_000,
        "G moves ten times as fast as D, with momentum: it runs after D's latest opinion and drops the other modes.",
    ),
    "digits-collapse": Preset(
        "Mode collapse on digits",
        digits(LOG),
        3_000,
        "Both players are equally fast. D judges each digit alone, so nobody tells G that all of them are the same one.",
    ),
    "ring-saturated": Preset(
        "The loss that goes silent",
        points(THIN, TEN, {"loss": "minimax"}, PLAIN_G),
        3_000,
        "Thin modes, ten turns of D to one of G, the minimax loss: D is sure of everything, and G is told nothing.",
    ),
    "ring-hasty-d": Preset(
        "A D that is too strong too soon",
        points(LOG, TEN, HASTY_D),
        3_000,
        "D learns ten times as often and at fifty times the rate: scores leave all bounds while G has hardly moved.",
    ),
    "ring-eager": Preset(
        "A learning rate that is too high", points(LOG, EAGER), 3_000, "Both players learn at a rate of 0.05 and overshoot."
    ),
    "ring-cycling": Preset(
        "Round and round",
        points(LOG, MOMENTUM),
        4_000,
        "D learns with much momentum: it still swings the old way while G is somewhere else already.",
    ),
    "ring-clipped-tight": Preset(
        "WGAN, clipped too tightly",
        points(clipped(0.005)),
        3_000,
        "Weights of at most 0.005: D is nearly flat, and a flat D teaches nothing.",
    ),
    "ring-clipped-loose": Preset(
        "WGAN, clipped too loosely", points(clipped(2.0)), 3_000, "Weights of up to 2 do not hold D's slope at all."
    ),
    "ring-unpenalised": Preset(
        "WGAN-GP without the GP",
        points(FIVE, {"loss": "wasserstein"}),
        3_000,
        "The Wasserstein loss wants a D of bounded slope. Nothing bounds it here.",
    ),
    "ring-few": Preset(
        "Too few data for D",
        points(LOG, FEW, both("network", mlp(128, 3))),
        4_000,
        "Forty points are all there is: D knows each of them, and takes any other real point for a fake.",
    ),
    "ring-batch-norm": Preset(
        "Batch norm and small batches",
        points(LOG, SMALL, both("network", mlp(64, norm="batch"))),
        3_000,
        "D judges a sample by the seven others in its batch: the same point is real now and fake then.",
    ),
    "ring-unaveraged": Preset(
        "Without a moving average",
        points({"loss": "least-squares"}, UNAVERAGED),
        4_000,
        "What you see is G as it is now, in the middle of its chase.",
    ),
    "ring-tiny-d": Preset(
        "A D that is too small",
        points(LOG, {"discriminator": mlp(2, 1)}),
        4_000,
        "Two units: D can draw two lines, not eight circles.",
    ),
    "ring-began": Preset(
        "BEGAN on the ring",
        points({"game": {"name": "began", "code": 1, "gamma": 0.7}}, both("optimizer", adam(5e-4, 0.0, 0.99))),
        12_000,
        "D is an autoencoder, and what it copies well is a place, not a density: G gathers there. BEGAN is for pictures.",
    ),
}
"""By name, in the order of the lessons."""

CURES: dict[str, Preset] = {
    "ring-collapse-balanced": Preset(
        "Mode collapse, cured by equal rates, no momentum, an average",
        points(LOG, {"training": {"batch": 64, "average": 0.998}}),
        4_000,
        "D as fast as G, no momentum, and the average shown: the modes stay.",
    ),
    "ring-collapse-unrolled": Preset(
        "Mode collapse, cured by looking ahead",
        points(LOG, HASTY_G, ALONE, {"game": "unrolled"}),
        4_000,
        "G is as hasty as before, but asks what D would be five steps later: jumping to one mode no longer pays.",
    ),
    "ring-collapse-exchanged": Preset(
        "Mode collapse, cured by rates exchanged",
        points(LOG, EXCHANGED, ALONE),
        4_000,
        "Now it is D that learns ten times as fast, momentum and all: two time scales, as in TTUR, and D keeps up with G.",
    ),
    "ring-collapse-minibatch": Preset(
        "Mode collapse, cured by a look at the batch",
        points(LOG, HASTY_G, ALONE, {"discriminator": mlp(64) | {"minibatch": 8}}),
        4_000,
        "G is as hasty as ever, but D sees how near each sample lies to the others: what sits in one place gives itself away.",
    ),
    "digits-collapse-packing": Preset(
        "Collapse on digits, cured by packing",
        digits(LOG, {"augment": {"packing": {"samples": 2}}}),
        3_000,
        "D judges two digits at once, both real or both fake: two that are alike give themselves away.",
    ),
    "digits-collapse-batch-norm": Preset(
        "Collapse on digits, cured by batch norm",
        digits(LOG, {"generator": DIGITS["generator"] | {"norm": "batch"}}),
        3_000,
        "In G, each layer subtracts what the samples of a batch have in common, and stretches what is left to its full width.",
    ),
    "ring-saturated-noise": Preset(
        "The silent loss, cured by noise",
        points(THIN, TEN, {"loss": "minimax"}, PLAIN_G, {"augment": {"instance-noise": {"sigma": 0.2, "rounds": 6_000}}}),
        3_000,
        "The same minimax loss, but D sees everything through noise: real and fake overlap, and D can no longer be sure.",
    ),
    "ring-saturated-wgan-gp": Preset(
        "The silent loss, cured by another",
        points(THIN, TEN, {"loss": "wasserstein"}, TOY["wgan-gp"], PLAIN_G),
        3_000,
        "The Wasserstein loss has no flat end, and the penalty keeps D's slope near 1.",
    ),
    "ring-hasty-d-r1": Preset(
        "The strong D, cured by R1",
        points(LOG, TEN, HASTY_D, R1),
        3_000,
        "The same rates, but a slope costs D something: it may be as fast as it likes.",
    ),
    "ring-hasty-d-r3gan": Preset(
        "The strong D, cured by R3GAN",
        points(METHODS["r3gan"].sections, TEN, HASTY_D),
        3_000,
        "Pairs, R1 and R2 at the same rates.",
    ),
    "ring-eager-slower": Preset(
        "The high rate, cured by a lower one", points(LOG), 3_000, "0.002 in the place of 0.05: slow is fast here."
    ),
    "ring-cycling-calm": Preset(
        "Round and round, cured without momentum",
        points(LOG, {"g_optimizer": adam(2e-3, 0.0, 0.99), "d_optimizer": adam(2e-3, 0.0, 0.99)}),
        4_000,
        "No momentum, D no slower than G: the swing dies down.",
    ),
    "ring-clipped": Preset(
        "WGAN, clipped at 0.1", points(clipped(0.1)), 3_000, "In between there is a place for the clip; one has to find it."
    ),
    "ring-spectral": Preset(
        "WGAN, held by spectral norm",
        points(METHODS["wgan"].sections, {"d_optimizer": {"name": "rmsprop", "lr": 5e-4}}, SPECTRAL),
        3_000,
        "No clip: each layer of D is divided by how far it can stretch anything, so their product stretches nothing either.",
    ),
    "ring-penalised": Preset(
        "WGAN-GP with its GP",
        points(FIVE, {"loss": "wasserstein"}, TOY["wgan-gp"]),
        3_000,
        "D's slope is held near 1 between real and fake.",
    ),
    "ring-unpenalised-spectral": Preset(
        "The penalty left out, spectral norm put in",
        points(FIVE, {"loss": "wasserstein"}, SPECTRAL),
        3_000,
        "Each layer of D is divided by how far it can stretch anything: D's slope is at most 1 without any penalty.",
    ),
    "ring-few-noise": Preset(
        "Few data, cured by noise",
        points(LOG, FEW, both("network", mlp(128, 3)), {"augment": {"instance-noise": {"sigma": 0.1, "rounds": 0}}}),
        4_000,
        "D sees every point a little moved, and can no longer know it by its place.",
    ),
    "ring-few-r1": Preset(
        "Few data, cured by R1",
        points(LOG, FEW, both("network", mlp(128, 3)), {"penalties": {"r1": {"weight": 1.0}}}),
        4_000,
        "A slope costs D something, so around each of the forty points it cannot fall off at once.",
    ),
    "ring-many": Preset(
        "Few data, cured by more",
        points(LOG, MANY, both("network", mlp(128, 3))),
        4_000,
        "Five thousand points in the place of forty, all else alike.",
    ),
    "ring-batch-norm-d": Preset(
        "Small batches, no batch norm in D",
        points(LOG, SMALL, {"generator": mlp(64, norm="batch")}),
        3_000,
        "G may keep it: it only must not come between D and a single sample.",
    ),
    "ring-batch-norm-virtual": Preset(
        "Small batches, virtual batch norm in D",
        points(LOG, SMALL, {"generator": mlp(64, norm="batch"), "discriminator": mlp(64, norm="virtual")}),
        3_000,
        "D norms each sample by a batch that was chosen once, and no longer by whoever happens to stand beside it.",
    ),
    "ring-averaged": Preset(
        "With a moving average",
        points({"loss": "least-squares"}),
        4_000,
        "The same run to the digit; only what is shown differs.",
    ),
    "ring-larger-d": Preset("A D that is large enough", points(LOG), 4_000, "64 units in two layers."),
}
"""By name, in the same order."""
