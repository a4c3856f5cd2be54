"""How good a trained generator is, as one table of numbers with the protocol that they were measured by.

Pictures are judged by our own classifier of their data (classifier.py) beside real pictures that no run trains on, those that are
stacked a channel at a time (census.py); points by their known law. Beside a number whose best value is not plain stands what real
data reach in the fakes' place.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Generator, Tensor

from engine.batches import Labelled, portions
from engine.census import OF_STACKED, stacked_measured
from engine.checkpoint import read
from engine.classifier import Classifier, Unmeasurable, classifier_of
from engine.config import RunConfig
from engine.data import Points, Stacked, Tell, silent
from engine.devices import choose
from engine.games import Autoencoder, Game, Players
from engine.metrics import (
    Cells,
    class_histogram,
    class_kl,
    coverage,
    divergence,
    floor,
    frechet,
    hq_ceiling,
    neighbours,
    score,
    sharpness,
    vendi,
)
from engine.pretrained import load_weights
from engine.recast import recastings_measured
from engine.steered import AT_ONCE, Fake, Real, codes_measured
from engine.trained import Trained, of_whom
from engine.trainer import restored
from engine.translated import translations_measured

OF_PICTURES = 10_000  # samples, where nobody says how many
OF_POINTS = 2_500  # samples, at most: PacGAN's protocol
NEIGHBOURS = 5_000  # of each kind, at most, for what costs their square
OF_PAIRS = 2_000  # held-out pairs, at most
LEAST = 20  # samples; with fewer there is no spread to measure


def evaluate(path: Path, n: int | None = None, device: str = "auto", seed: int = 0, tell: Tell = silent) -> dict[str, Any]:
    """The table, by name, ready for JSON.  path: a run's folder, or a file of weights.

    n: fakes, and held-out real samples if there are so many; None: 10,000, or 26,000 where they are stacked.  BadCheckpoint for
    what cannot be read; Unmeasurable where there is nothing to judge by; DataUnavailable where the data cannot be had.
    """
    if n is not None and n < LEAST:
        raise Unmeasurable(f"{n} samples are too few to measure anything; take at least {LEAST}.")
    trained, rounds = trained_of(path, choose(device), tell)
    n = n or usual(trained.config)
    generator = Generator(trained.device).manual_seed(seed)
    if trained.config.game.translates:
        translated = recastings_measured if trained.config.game.eats is Labelled else translations_measured
        with trained.at_rest() as p:
            return translated(trained, p, min(n, OF_PAIRS), tell) | {"rounds": rounds, "seed": seed}
    measured = measure_of(trained.config)
    with trained.at_rest() as p:
        return measured(trained, p, n, generator, tell) | {"rounds": rounds, "seed": seed}


def usual(config: RunConfig) -> int:
    """How many samples of a run are measured where nobody says how many."""
    return OF_STACKED if isinstance(config.data, Stacked) else OF_PICTURES


def measure_of(config: RunConfig) -> Callable[[Trained, Players, int, Generator, Tell], dict[str, Any]]:
    """How a generator that translates nothing is measured."""
    if isinstance(config.data, Stacked):
        return stacked_measured
    return _points if isinstance(config.data, Points) else _pictures


def trained_of(path: Path, device: torch.device, tell: Tell = silent) -> tuple[Trained, int | None]:
    """Whoever is kept here, and the rounds of training if they are known."""
    if path.suffix == ".safetensors" or path.is_file():
        return load_weights(path), None
    trainer = restored(read(path), device, tell)
    trainer.catch_up()
    return Trained(trainer.config, trainer.shown, device), trainer.rounds


def _made(trained: Trained, p: Players, n: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """What G was fed n times (n, code): latents as the run draws them, categories all equally likely; and its samples of it."""
    fed = trained.config.fed(n, generator, trained.device)
    return fed, torch.cat([trained.config.game.generate(p, few) for few in portions(fed, AT_ONCE)])


# -- points -------------------------------------------------------------------------------------------------------------


def _points(trained: Trained, p: Players, n: int, generator: Generator, tell: Tell) -> dict[str, Any]:
    """Modes, high quality, KL and JS as the page measures them, and what a perfect generator would reach."""
    data, n = trained.config.data, min(n, OF_POINTS)
    assert isinstance(data, Points)
    _, fake = _made(trained, p, n, generator)
    cells = Cells.of(data)
    masses = cells.exact(data, trained.device)
    far, least = divergence(masses, cells.histogram(fake), n), floor(masses, n, generator)
    table: dict[str, Any] = {}
    if (modes := data.centres) is not None and data.scales is not None:
        covered = coverage(fake, modes, data.scales)
        table = {"modes": int(covered.modes), "hq": float(covered.hq), "hq_ceiling": hq_ceiling(data.dim)}
    table |= {"kl": float(far.kl), "kl_floor": float(least.kl), "js": float(far.js), "js_floor": float(least.js)}
    protocol = (
        f"{n:,} {of_whom(trained.config)}; a mode counts as found with one sample within three sigmas of it; KL(data || fakes) "
        f"and JS in nats over {cells.bins} cells along each axis; floors: real samples in the fakes' place."
    )
    return table | {"samples": n, "protocol": protocol}


# -- pictures -----------------------------------------------------------------------------------------------------------


def _pictures(trained: Trained, p: Players, n: int, generator: Generator, tell: Tell) -> dict[str, Any]:
    """What the classifier of the data makes of n fakes beside as many held-out real pictures."""
    config, device = trained.config, trained.device
    eye = classifier_of(config.data, device, tell)
    held = config.data.held_out(n, device, tell)
    assert isinstance(held, Labelled)  # or there were no classifier
    training = config.data.open(device).batch(len(held.x), generator)[0]  # first: so the floor is that of all players alike
    tell(f"Drawing and judging {n:,} pictures.", None)
    fed, x = _made(trained, p, n, generator)
    real, fake = Real(held.x, held.y.cpu(), eye.see(held.x)), Fake(x, fed.cpu(), eye.see(x))
    table = {
        **_of_all(real, fake),
        "fid_floor": frechet(real.sight.features, eye.see(training).features),
        **codes_measured(config, p, real, fake, eye.r_squared),
        **_of_classes(config.game, p, held),
        **(_of_copies(config.game, p, held.x) if isinstance(config.game, Autoencoder) else {}),
    }
    protocol = _protocol(config, eye, reals=len(held.x), fakes=n)
    return table | {"classifier_accuracy": eye.accuracy, "samples": n, "protocol": protocol}


def _protocol(config: RunConfig, eye: Classifier, *, reals: int, fakes: int) -> str:
    return (
        f"{reals:,} held-out real pictures against {fakes:,} {of_whom(config)}; features and classes from our own classifier of "
        f"{config.data.title} ({eye.accuracy:.2%} right on held-out pictures), whose numbers compare with no other's; "
        f"precision and recall (k = 3), density and coverage (k = 5) of {min(reals, fakes, NEIGHBOURS):,} of each; fid_floor: "
        "training pictures in the fakes' place, as many as held-out ones."
    )


def _of_all(real: Real, fake: Fake) -> dict[str, Any]:
    """What can be said of any generator of pictures."""
    few = min(len(real.x), len(fake.x), NEIGHBOURS)
    shares, true = (class_histogram(one.sight.classes, one.sight.logits.shape[1]) for one in (fake, real))
    seen, drawn = real.sight.features, fake.sight.features
    return {
        "fid": frechet(seen, drawn),
        **neighbours(seen[:few], drawn[:few])._asdict(),
        "score": score(fake.sight.probabilities).mean,
        "score_real": score(real.sight.probabilities).mean,
        "class_histogram": shares.tolist(),
        "class_kl": class_kl(shares, true, len(real.x)),
        "sharpness": sharpness(fake.x, real.x),
        "vendi": vendi(drawn) / vendi(seen),
    }


def _of_classes(game: Game, p: Players, held: Labelled) -> dict[str, float]:
    """How often whoever names classes in this game is wrong on held-out pictures."""
    wrong = []
    for x, y in zip(portions(held.x, AT_ONCE), portions(held.y, AT_ONCE), strict=True):
        if (said := game.classify(p, x)) is None:
            return {}
        wrong.append(said.argmax(1) != y)
    return {"test_error": float(torch.cat(wrong).double().mean())}


def _of_copies(game: Autoencoder, p: Players, x: Tensor) -> dict[str, float]:
    """How well held-out pictures survive being encoded and decoded: mean squared error of a pixel in [-1, 1], and sharpness."""
    copies = torch.cat([game.generate(p, game.encode(p, few)) for few in portions(x, AT_ONCE)])
    return {"reconstruction": float((copies - x).square().mean()), "reconstruction_sharpness": sharpness(copies, x)}
