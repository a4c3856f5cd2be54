"""How good translations are: beside their truth, to a reader of toys, and beside answers that need no thought."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor

from engine.batches import Pairs, portions
from engine.data import Tell, ToyPairs
from engine.data.base import HELD_OUT
from engine.data.toys import Toys
from engine.games import Players, Translation
from engine.metrics import Segments, edge_f1, l1, sharpness, ssim
from engine.reader import LOOK, judged, reader_of
from engine.trained import Trained


def translations_measured(trained: Trained, p: Players, n: int, tell: Tell) -> dict[str, Any]:
    """The table, by name.  n: held-out pairs, if there are so many.

    DataUnavailable where none are kept back.
    """
    config, device = trained.config, trained.device
    game = config.game
    assert isinstance(game, Translation)
    tell(f"Translating {n:,} held-out pictures.", None)
    toys: Toys | None = None
    if isinstance(config.data, ToyPairs):
        pairs, toys = config.data.draw(n, Generator(device).manual_seed(HELD_OUT))  # held-out pairs, and what is known of them
    else:
        held = config.data.held_out(n, device, tell)
        assert isinstance(held, Pairs)
        pairs = held
    made = torch.cat([game.translate(p, few) for few in portions(pairs.a, LOOK)])
    table = {"samples": len(made)} | _beside_truth(made, pairs)
    if config.data.brought == "outline":
        drawing = pairs.a[:, :1]
        table |= {"edge_f1": edge_f1(made, drawing), "edge_f1_truth": edge_f1(pairs.b, drawing)}
    if toys is not None:
        table |= _read(made, toys, device, tell)
    return table | {"protocol": _protocol(trained, len(made))}


def _protocol(trained: Trained, n: int) -> str:
    read = (
        "; read: a network of our own that was taught on real toys alone says what each pixel shows; pixel: share of pixels "
        "that is right, mean: over classes, iou: intersection over union, material: of toys; ratio: over what true ones reach"
    )
    toys = isinstance(trained.config.data, ToyPairs)
    return (
        f"{n:,} held-out pairs; l1 of a value in [-1, 1], ssim of brightness; blank: a white picture, mean: the mean of the true "
        f"ones in the translations' place; edge_f1: edges of the picture against the lines of the drawing{read if toys else ''}."
    )


def _beside_truth(made: Tensor, pairs: Pairs) -> dict[str, float]:
    """L1 and SSIM, and what a blank and the mean picture reach in the translations' place."""
    truth = pairs.b
    blank, mean = torch.ones_like(truth), truth.mean(0, keepdim=True).expand_as(truth)
    table = {"sharpness": sharpness(made, truth)}
    for name, x in (("", made), ("_blank", blank), ("_mean", mean)):
        table |= {f"l1{name}": l1(x, truth), f"ssim{name}": ssim(x, truth)}
    return table


def _read(made: Tensor, toys: Toys, device: torch.device, tell: Tell) -> dict[str, float]:
    """What a reader of toys makes of translations, over what it makes of true pictures."""
    reader = reader_of(made.shape[-1], device, tell)
    table: dict[str, float] = {}
    for name, pictures in (("", made), ("_truth", toys.picture)):
        scores, material = judged(reader, pictures, toys)
        table |= {f"read_{what}{name}": value for what, value in (scores._asdict() | {"material": material}).items()}
    whats = (*Segments._fields, "material")
    return table | {f"ratio_{what}": table[f"read_{what}"] / max(table[f"read_{what}_truth"], 1e-12) for what in whats}
