"""How the network that judges pictures is taught: from the training set alone, by a recipe that decides every number."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

import torch
from torch import Generator, Tensor
from torch.nn.functional import cross_entropy, mse_loss, pad

from engine.batches import Labelled, portions
from engine.data import Data, Factors, Glyphs, Tell, ToyPictures
from engine.data.base import HELD_OUT
from engine.sight import Eye

FACTORS = Factors._fields[1:]
"""What is read from a glyph beside its class."""
LOOK = 500  # pictures that are read at once


class Recipe(NamedTuple):
    """How a classifier is trained; decides every bit of it on one kind of machine."""

    examples: int = 150_000  # pictures seen, two and a half times MNIST
    batch: int = 128
    rate: float = 3e-3  # highest learning rate of Adam, reached after a tenth and then falling to nothing
    width: int = 24  # channels after the first block; twice as many after the others
    features: int = 128
    shift: int = 2  # pixels by which a stored picture may be moved, to each side
    seed: int = 0
    tested: int = 10_000  # held-out pictures that accuracy is measured on


class Lesson(NamedTuple):
    """x: (N, C, H, W).  y: (N,).  factors: (N, F), standardised."""

    x: Tensor
    y: Tensor
    factors: Tensor


def usual(data: Data) -> Recipe:
    """How a classifier of these data is trained where nobody says otherwise: toys cost ten times a glyph to draw."""
    return Recipe(examples=60_000, tested=2_000) if isinstance(data, ToyPictures) else Recipe()


def untaught(data: Data, recipe: Recipe) -> Eye:
    """The network that the recipe starts from."""
    channels, side, _ = data.shape
    factors = len(FACTORS) if isinstance(data, Glyphs) else 0
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(recipe.seed)  # torch's own initialisations know no other generator
        return Eye(channels, side, data.classes, factors, width=recipe.width, features=recipe.features)


def taught(net: Eye, data: Data, recipe: Recipe, device: torch.device, tell: Tell) -> dict[str, Any]:
    """Teach a network these data; returns what is to be said of it: accuracy, seconds, r_squared."""
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
