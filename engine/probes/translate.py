"""Translation: a picture is handed in, with what is told beside it, and what becomes of it is handed back."""

from __future__ import annotations

import base64
import binascii
import io
import re
from typing import Any, ClassVar

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from engine.batches import Labelled, Pairs, Shape, Unpaired
from engine.data import BadUpload, Wish
from engine.data.picture import square
from engine.games import Translation, Way
from engine.parts import knob
from engine.probes.base import Probe, kept_back
from engine.questions import BadQuestion
from engine.snapshot import tiles
from engine.trained import Trained

EXAMPLES = 64
LONGEST_PICTURE = 300_000  # letters; a picture of 128 pixels takes some 60,000 at most
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
MIDDLE = "#b0703c"  # a colour that is told where nobody told one: of clay


class Asked(Probe):
    """A question to players who translate."""

    translates: ClassVar[bool] = True
    way: int = knob(0, 0, 15, "which translation, of those that the game has learned")

    def chosen(self, trained: Trained) -> Way:
        """BadQuestion where there are not so many ways."""
        ways = ways_of(trained)
        if self.way >= len(ways):
            raise BadQuestion(f"This model knows {len(ways)} ways to translate, from 0; there is no way {self.way}.")
        return ways[self.way]


class Ways(Asked):
    """What can be asked for."""

    def answer(self, trained: Trained) -> dict[str, Any]:
        return {
            "kind": "translation",
            "game": type(trained.config.game).title,
            "data": type(trained.config.data).title,
            "examples": EXAMPLES,
            "ways": [
                way._asdict() | {"wishes": [wish._asdict() | {"names": list(wish.names)} for wish in way.wishes]}
                for way in ways_of(trained)
            ],
        }


class Translate(Asked):
    """What becomes of a picture."""

    longest: ClassVar[int] = LONGEST_PICTURE + 4096

    picture: str = Field("", max_length=LONGEST_PICTURE, description="a PNG, JPEG, WEBP, GIF or BMP file in base64")
    told: dict[str, str] = Field({}, description="for each wish by its name: a colour as #rrggbb, or the name of a choice")

    def answer(self, trained: Trained) -> dict[str, Any]:
        way = self.chosen(trained)
        x = read(self.picture, way.takes).to(trained.device)
        return {"kind": "translation", "result": picture(_made(trained, self.way, x, planes(way, self.told, x)))}


class Example(Asked):
    """A held-out picture, what becomes of it, and what it should have become, where that is known."""

    index: int = knob(0, 0, EXAMPLES - 1, "which")
    told: dict[str, str] = Field({}, description="as for translate, instead of what is told beside the example")

    def answer(self, trained: Trained) -> dict[str, Any]:
        way, batch = self.chosen(trained), kept_back(trained.config.data, EXAMPLES, trained.device)
        given = _sides(batch)[self.way % 2 if isinstance(batch, Pairs | Unpaired) else 0]
        row = given[self.index % len(given)][None]
        channels = way.takes[0]
        x = row[:, :channels]
        told = spoken(way, row[0, channels:]) | self.told
        truth = _sides(batch)[1 - self.way % 2][self.index % len(given)][None] if isinstance(batch, Pairs) else None
        return {
            "kind": "translation",
            "given": picture(x),
            "told": told,
            "truth": None if truth is None else picture(truth[:, : way.gives[0]]),
            "result": picture(_made(trained, self.way, x, planes(way, told, x))),
        }


def ways_of(trained: Trained) -> tuple[Way, ...]:
    game = trained.config.game
    assert isinstance(game, Translation)  # or the probe lacked something
    return game.ways(trained.config.data)


def _sides(batch: Any) -> tuple[Tensor, Tensor]:
    return (batch.x, batch.x) if isinstance(batch, Labelled) else (batch.a, batch.b)


def _made(trained: Trained, way: int, x: Tensor, told: Tensor) -> Tensor:
    with trained.at_rest() as p:
        game = trained.config.game
        assert isinstance(game, Translation)
        return game.translate(p, torch.cat((x, told), 1), way)


def read(text: str, shape: Shape) -> Tensor:
    """A picture file in base64 as (1, *shape) in [-1, 1].  BadQuestion, in one sentence, if it is none."""
    channels, height, _ = shape
    try:
        pixels = square(base64.b64decode(text, validate=True), size=height, grey=channels == 1)
    except (binascii.Error, ValueError) as error:
        why = str(error) if isinstance(error, BadUpload) else "is no base64"
        raise BadQuestion(f"The picture {why}.") from None
    return torch.from_numpy(pixels.astype(np.float32))[None] / 127.5 - 1


def planes(way: Way, told: dict[str, str], like: Tensor) -> Tensor:
    """What is told, as planes beside pictures (1, C, H, W).  BadQuestion for what is no wish of this way."""
    known = {wish.name: wish for wish in way.wishes}
    if strange := [name for name in told if name not in known]:
        raise BadQuestion(f"There is nothing called {strange[0][:40]!r} to be told. Known: {', '.join(known) or 'none'}.")
    numbers = [number for wish in way.wishes for number in _numbers(wish, told.get(wish.name, ""))]
    return like.new_tensor(numbers).view(1, -1, 1, 1).expand(1, -1, *like.shape[2:])


def _numbers(wish: Wish, said: str) -> list[float]:
    if wish.kind == "choice":
        if said and said not in wish.names:
            raise BadQuestion(f"{wish.name} must be one of {', '.join(wish.names)}, but it is {said[:40]!r}.")
        return [1.0 if name == (said or wish.first or wish.names[0]) else -1.0 for name in wish.names]
    if said and not COLOUR.fullmatch(said):
        raise BadQuestion(f"{wish.name} must be a colour as #rrggbb, but it is {said[:40]!r}.")
    return [level / 127.5 - 1 for level in bytes.fromhex((said or MIDDLE)[1:])]


def spoken(way: Way, numbers: Tensor) -> dict[str, str]:
    """What planes (P, H, W) say, as a person is told it."""
    told, start = {}, 0
    for wish in way.wishes:
        values = numbers[start : start + wish.planes, 0, 0].tolist()
        start += wish.planes
        if not values:
            continue
        levels = [round((value + 1) * 127.5) for value in values]
        told[wish.name] = "#" + bytes(levels).hex() if wish.kind == "colour" else wish.names[levels.index(max(levels))]
    return told


def picture(x: Tensor) -> str:
    """A picture (1, C, H, W) as a WebP file in base64."""
    file = io.BytesIO()
    tiles(x, 1).save(file, "WEBP", quality=92, method=0)
    return base64.b64encode(file.getvalue()).decode()
