"""The weights that ship: each a file of safetensors in assets/weights/ with a card beside it, checked before it is used.

The card says what the file must be, to the byte, and the recipe that its networks are built from; so nothing of a stranger's is
ever believed. `python -m engine pretrain NAME` makes both anew (pretrain.py).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor

from engine.config import BadRecipe, RunConfig
from engine.files import replace
from engine.games import Players
from engine.presets import PRESETS
from engine.trained import Trained
from engine.trainer import check_table

WEIGHTS = Path(__file__).parents[1] / "assets" / "weights"
SHIPPED = (
    "mnist-infogan",
    "mnist-conditional",
    "mnist-acgan",
    "mnist-vae",
    "mnist-vae-2",
    "glyphs-infogan",
    "toys-pix2pix",
    "toys-cyclegan",
    "toys-stargan",
    "toys-srgan",
    "toys-colour",
)
"""The presets whose weights ship, in the order of the list."""
LARGEST = 12 * 2**20  # bytes of a file
LARGEST_CARD = 64 * 2**10


class BadWeights(ValueError):
    """Weights that cannot be used; the message is one sentence for a person."""


class Card(BaseModel):
    """What is known of a file of weights.

    quality: as `python -m engine evaluate` measured it on this very file.  seconds: of training, on `device`.  picture: by what
    it is known in a list, a strip of samples or a translation, in the form of a probe's answer; empty until it has been drawn.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    title: str
    about: str
    preset: str
    config: dict[str, Any]
    data: str
    licence: str  # of the data
    seed: int
    rounds: int
    seconds: float
    device: str
    torch: str
    quality: dict[str, Any]
    bytes: int
    sha256: str
    picture: dict[str, Any] = {}


def pretrained_names(*, translates: bool) -> list[str]:
    """Those that make pictures of pictures, or the others; in the order of the list, whether or not their files are here."""
    return [name for name in SHIPPED if PRESETS[name].config.game.translates == translates]


def card(name: str, folder: Path = WEIGHTS) -> Card:
    """Its card.  BadWeights where there is none, or a damaged one."""
    if name not in PRESETS:
        raise BadWeights(f"There is no pretrained model {name[:40]!r}.")
    return _card_at(folder / f"{name}.json")


def check_weights(name: str, folder: Path = WEIGHTS) -> None:
    """BadWeights unless the file beside its card is what the card means, to the byte; nothing is loaded."""
    _checked(folder / f"{name}.safetensors", card(name, folder))


def pretrained(name: str, folder: Path = WEIGHTS) -> Trained:
    """Its players.  BadWeights where a file is missing or damaged."""
    card(name, folder)
    return load_weights(folder / f"{name}.safetensors")


def load_weights(path: Path) -> Trained:
    """The players in a file with its card beside it.  BadWeights where either is missing, damaged or not ours."""
    described = _card_at(path.with_suffix(".json"))
    content = _checked(path, described)
    try:
        config = RunConfig.from_dict(described.config)
        held = {name: value.to(torch.float32) if value.is_floating_point() else value for name, value in load(content).items()}
        return Trained(config, _filled(config, held))
    except (BadRecipe, SafetensorError, ValueError) as error:
        raise BadWeights(f"{path.name} does not fit its card: {str(error).splitlines()[0].rstrip('.')}.") from None


def packed(players: Players) -> bytes:
    """All weights as a safetensors file, at half precision, which is finer than a picture's 256 levels."""
    held: dict[str, Tensor] = {}
    for player, net in vars(players).items():
        for key, value in net.state_dict().items():
            plain = value.detach().cpu().contiguous()
            held[f"{player}.{key}"] = plain.to(torch.float16) if value.is_floating_point() else plain.clone()
    return save(held)


def keep(path: Path, content: bytes, described: Card) -> None:
    """Write the file and, beside it, its card."""
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, content)
    keep_card(path, described)


def keep_card(path: Path, described: Card) -> None:
    """Write the card beside a file of weights that stays as it is."""
    replace(path.with_suffix(".json"), (json.dumps(described.model_dump(), indent=2) + "\n").encode())


def _card_at(path: Path) -> Card:
    try:
        text = path.read_bytes()[:LARGEST_CARD]
    except OSError:
        raise BadWeights(f"{path.name} is not here, so nobody knows what these weights are: {_way_out(path)}") from None
    try:
        return Card.model_validate_json(text)
    except ValidationError:
        raise BadWeights(f"{path.name} is damaged: {_way_out(path)}") from None


def _checked(path: Path, described: Card) -> bytes:
    """The file's bytes, if they are those that the card means."""
    try:
        content = path.read_bytes() if path.stat().st_size <= LARGEST else b""
    except OSError:
        raise BadWeights(f"{path.name} is not here: {_way_out(path)}") from None
    if len(content) != described.bytes or hashlib.sha256(content).hexdigest() != described.sha256:
        raise BadWeights(f"{path.name} is damaged, for its checksum is not that of its card: {_way_out(path)}")
    return content


def _way_out(path: Path) -> str:
    return f"get it again, or make it with `python -m engine pretrain {path.stem}`."


def _filled(config: RunConfig, held: Mapping[str, Tensor]) -> Players:
    """The recipe's players with these weights.  ValueError unless names, shapes and kinds of numbers are theirs."""
    with torch.random.fork_rng(devices=[]):
        nets = config.game.players(config.make)
    mine = {f"{player}.{key}": value for player, net in nets.items() for key, value in net.state_dict().items()}
    check_table(mine, held)
    with torch.no_grad():
        for name, value in mine.items():
            value.copy_(held[name])
    return Players(**{player: net.eval().requires_grad_(False) for player, net in nets.items()})
