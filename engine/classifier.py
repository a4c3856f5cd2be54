"""A picture classifier of our own, so that quality has somebody to ask who never saw a generated picture.

The extractor of FID is Inception, which knows photographs and must be downloaded; for digits its own maintainers advise a
classifier of the domain instead. Ours is small, trained once from a seeded recipe on a data set's training set alone, kept in
the data folder, and trained again where what is kept is damaged. Numbers of two classifiers cannot be compared.

Of glyphs, whose causes of variation are known, it learns to read those too: slant, thickness, scale, place.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Generator, Tensor, nn
from torch.nn.functional import cross_entropy, mse_loss, pad

from engine import files
from engine.batches import Labelled, portions
from engine.data import DATA, Data, Factors, Glyphs, Tell, silent
from engine.data.base import HELD_OUT
from engine.data.download import data_root
from engine.parts import name_in

FACTORS = Factors._fields[1:]
"""What is read from a glyph beside its class."""
LOOK = 500  # pictures that are read at once
VERSION = 1  # of the network and its training; a classifier of another one is trained again


class Unmeasurable(ValueError):
    """A quality that cannot be measured; the message is one sentence for a person."""


class Recipe(NamedTuple):
    """How a classifier is trained; decides every bit of it on one kind of machine."""

    examples: int = 300_000  # pictures seen, five times MNIST
    batch: int = 128
    rate: float = 3e-3  # highest learning rate of Adam, reached after a tenth and then falling to nothing
    channels: int = 24  # after the first block; twice as many after the others
    features: int = 128
    shift: int = 2  # pixels by which a stored picture may be moved, to each side
    seed: int = 0
    tested: int = 10_000  # held-out pictures that accuracy is measured on


class Sight(NamedTuple):
    """What a classifier sees in pictures.

    features: (N, features), its last layer but one, never negative.  logits: (N, classes).  factors: (N, F), each in standard
    deviations from its mean over the data; F is 0 where there are none to read.
    """

    features: Tensor
    logits: Tensor
    factors: Tensor

    @property
    def probabilities(self) -> Tensor:
        """p(y|x), (N, classes)."""
        return self.logits.softmax(1)

    @property
    def classes(self) -> Tensor:
        """The most likely class of each picture, (N,)."""
        return self.logits.argmax(1)


class Eye(nn.Module):
    """Blocks of convolution, batch norm, ReLU and halving until a side is 5 pixels or less; then features; then what they say.

    x: (N, C, side, side) in [-1, 1].
    """

    def __init__(self, channels: int, side: int, classes: int, factors: int, recipe: Recipe) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        width = recipe.channels
        while side > 5:
            blocks += [nn.Conv2d(channels, width, 3, padding=1, bias=False), nn.MaxPool2d(2), nn.BatchNorm2d(width), nn.ReLU()]
            channels, width, side = width, 2 * recipe.channels, side // 2
        self.blocks = nn.Sequential(*blocks)
        self.features = nn.Sequential(nn.Flatten(), nn.Linear(channels * side**2, recipe.features), nn.ReLU())
        self.classes = nn.Linear(recipe.features, classes)
        self.factors = nn.Linear(recipe.features, factors) if factors else None

    def forward(self, x: Tensor) -> Sight:
        features = self.features(self.blocks(x))
        factors = x.new_zeros(len(x), 0) if self.factors is None else self.factors(features)
        return Sight(features, self.classes(features), factors)


@dataclass(frozen=True)
class Classifier:
    """A trained one.  accuracy, r_squared: of held-out pictures; the latter by factor, empty where none is read."""

    net: Eye
    accuracy: float
    r_squared: dict[str, float]
    seconds: float  # that training took
    path: Path

    def see(self, x: Tensor) -> Sight:
        """What it sees in pictures (N, C, H, W) on its device, however many.

        Told on the CPU, for not every device counts in double precision.
        """
        with torch.no_grad():
            seen = [self.net(few) for few in portions(x, LOOK)]
        return Sight(*(torch.cat(parts).cpu() for parts in zip(*seen, strict=True)))


def classifier_of(
    data: Data,
    device: torch.device | str = "cpu",
    tell: Tell = silent,
    *,
    recipe: Recipe = Recipe(),  # noqa: B008 - frozen
    rebuild: bool = False,
) -> Classifier:
    """The classifier of a data set: the one that is kept, or one that is trained now, which takes minutes, and kept.

    Unmeasurable for points and for pictures without labels.  DataUnavailable where the data cannot be had.  OSError where it
    cannot be kept.
    """
    if len(data.shape) != 3 or not data.classes:
        raise Unmeasurable(
            f"{data.title or type(data).__name__}: no classifier can be trained, for that takes pictures with labels; "
            "choose glyphs, mnist, fashion-mnist or cifar10."
        )
    device, path = torch.device(device), path_of(data, recipe)
    net = _net(data, recipe)
    facts = None if rebuild else _read(path, net)
    if facts is None:
        path.parent.mkdir(parents=True, exist_ok=True)  # a folder that cannot be written to is found before the work
        with torch.enable_grad():  # whoever asks may be about to look only
            facts = _trained(net.to(device), data, recipe, device, tell)
        files.replace(path, _packed(net, facts))
    net.to(device).eval()
    return Classifier(net, facts["accuracy"], facts["r_squared"], facts["seconds"], path)


def path_of(data: Data, recipe: Recipe = Recipe()) -> Path:  # noqa: B008 - frozen
    """Where the classifier of these data is kept: a name for each recipe and each setting of the data's knobs."""
    name = name_in(DATA, data)
    told = json.dumps([VERSION, name, data.model_dump(), recipe._asdict()], sort_keys=True)
    return data_root() / "classifiers" / f"{name}-{hashlib.sha256(told.encode()).hexdigest()[:16]}.safetensors"


def _net(data: Data, recipe: Recipe) -> Eye:
    channels, side, _ = data.shape
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)  # torch's own initialisations know no other generator
        return Eye(channels, side, data.classes, len(FACTORS) if isinstance(data, Glyphs) else 0, recipe)


# -- learning -----------------------------------------------------------------------------------------------------------


class Lesson(NamedTuple):
    """x: (N, C, H, W).  y: (N,).  factors: (N, F), standardised."""

    x: Tensor
    y: Tensor
    factors: Tensor


def _trained(net: Eye, data: Data, recipe: Recipe, device: torch.device, tell: Tell) -> dict[str, Any]:
    """Teach the network; returns what the file says of it."""
    start, steps = time.monotonic(), max(recipe.examples // recipe.batch, 2)
    optimizer = torch.optim.AdamW(net.parameters(), recipe.rate, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.rate, total_steps=steps, pct_start=0.1)
    net.train()
    for step, lesson in zip(range(steps), _lessons(data, recipe, device, tell), strict=False):
        seen = net(lesson.x)
        loss = cross_entropy(seen.logits, lesson.y)
        if lesson.factors.shape[1]:
            loss = loss + mse_loss(seen.factors, lesson.factors)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
        if step % 100 == 0:
            tell(f"Training our classifier of {data.title}: step {step:,} of {steps:,}.", step / steps)
    seconds = time.monotonic() - start
    net.eval()
    accuracy = _accuracy(net, data, recipe, device, tell)
    tell(f"Our classifier of {data.title} names {accuracy:.2%} of held-out pictures, after {seconds:.0f} s.", 1.0)
    return {"accuracy": accuracy, "seconds": round(seconds, 1), "r_squared": _r_squared(net, data, recipe, device)}


def _lessons(data: Data, recipe: Recipe, device: torch.device, tell: Tell) -> Iterator[Lesson]:
    """Batches of the training set without end; stored pictures a little moved, drawn ones fresh, with their factors."""
    generator = Generator(device).manual_seed(recipe.seed)
    if isinstance(data, Glyphs):
        while True:
            yield _drawn(data, recipe.batch, generator, device)
    source = data.open(device, tell)
    while True:
        batch = source.batch(recipe.batch, generator)
        assert isinstance(batch, Labelled)  # as classifier_of has made sure
        yield Lesson(moved(batch.x, recipe.shift, generator), batch.y, batch.x.new_zeros(len(batch.x), 0))


def _drawn(glyphs: Glyphs, n: int, generator: Generator, device: torch.device) -> Lesson:
    batch, factors = glyphs.draw(n, generator, device)
    return Lesson(batch.x, batch.y, standardised(factors, glyphs))


def standardised(factors: Factors, glyphs: Glyphs) -> Tensor:
    """(N, F): each factor in standard deviations from its mean; one that does not vary is 0.

    They are uniform (glyphs.py), so the standard deviation is half the range over the root of 3.
    """
    widest = (glyphs.slant, glyphs.thickness, glyphs.scale, glyphs.shift, glyphs.shift)
    means = (0.0, 1.0, 1.0, 0.0, 0.0)
    columns = [
        (value - mean) * (3**0.5 / most) if most else torch.zeros_like(value)
        for value, mean, most in zip(factors[1:], means, widest, strict=True)
    ]
    return torch.stack(columns, 1)


def moved(x: Tensor, most: int, generator: Generator) -> Tensor:
    """The pictures, all moved by the same random number of pixels, at most so many to each side; what comes in is the edge's."""
    if not most:
        return x
    right, down = torch.randint(2 * most + 1, (2,), generator=generator, device=x.device).tolist()
    return pad(x, (most,) * 4, mode="replicate")[..., down : down + x.shape[2], right : right + x.shape[3]]


def _accuracy(net: Eye, data: Data, recipe: Recipe, device: torch.device, tell: Tell) -> float:
    held = data.held_out(recipe.tested, device, tell)
    assert isinstance(held, Labelled)
    with torch.no_grad():
        right = [(net(x).classes == y).float() for x, y in zip(portions(held.x, LOOK), portions(held.y, LOOK), strict=True)]
    return float(torch.cat(right).mean())


def _r_squared(net: Eye, data: Data, recipe: Recipe, device: torch.device) -> dict[str, float]:
    """Share of each factor's variance that is read off held-out glyphs; of those that vary."""
    if not isinstance(data, Glyphs):
        return {}
    generator = Generator(device).manual_seed(HELD_OUT)
    lessons = [_drawn(data, LOOK, generator, device) for _ in range(max(recipe.tested // LOOK, 1))]
    with torch.no_grad():
        read = torch.cat([net(lesson.x).factors for lesson in lessons])
    true = torch.cat([lesson.factors for lesson in lessons])
    lost, variance = (read - true).square().mean(0), true.var(0, correction=0)
    return {name: float(1 - lost[i] / variance[i]) for i, name in enumerate(FACTORS) if variance[i] > 0}


# -- keeping ------------------------------------------------------------------------------------------------------------


def _packed(net: Eye, facts: dict[str, Any]) -> bytes:
    tensors = {name: value.detach().cpu().contiguous() for name, value in net.state_dict().items()}
    return save(tensors, metadata={"facts": json.dumps(facts, allow_nan=False), "digest": _digest(tensors)})


def _read(path: Path, net: Eye) -> dict[str, Any] | None:
    """Put what is kept into the network and return what is said of it; None, the network as it was, if it is of no use."""
    with suppress(OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError):
        content = path.read_bytes()
        said = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
        tensors, facts = load(content), json.loads(said["facts"])
        mine = {name: (value.shape, value.dtype) for name, value in net.state_dict().items()}
        theirs = {name: (value.shape, value.dtype) for name, value in tensors.items()}
        if mine == theirs and said["digest"] == _digest(tensors) and {"accuracy", "r_squared", "seconds"} <= facts.keys():
            net.load_state_dict(tensors)
            return dict(facts)
    return None


def _digest(tensors: dict[str, Tensor]) -> str:
    """The checksum of all numbers, name by name."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].numpy().tobytes())
    return digest.hexdigest()
