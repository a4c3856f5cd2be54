"""How good translations are: beside their truth, to a reader of toys, and beside answers that need no thought."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor

from engine.batches import Pairs, portions
from engine.data import Tell, ToyPairs
from engine.data.base import HELD_OUT
from engine.games import Players, Translation
from engine.metrics import edge_f1, l1, sharpness, ssim
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
    if isinstance(config.data, ToyPairs):
        pairs, _ = config.data.draw(n, Generator(device).manual_seed(HELD_OUT))
    else:
        held = config.data.held_out(n, device, tell)
        assert isinstance(held, Pairs)
        pairs = held
    made = torch.cat([game.translate(p, few) for few in portions(pairs.a, LOOK)])
    table = {"samples": len(made)} | _beside_truth(made, pairs)
    if config.data.brought == "outline":
        drawing = pairs.a[:, :1]
        table |= {"edge_f1": edge_f1(made, drawing), "edge_f1_truth": edge_f1(pairs.b, drawing)}
    if isinstance(config.data, ToyPairs):
        table |= _read(config.data, n, lambda a: torch.cat([game.translate(p, few) for few in portions(a, LOOK)]), device, tell)
    return table | {"protocol": _protocol(trained, len(made))}


def _protocol(trained: Trained, n: int) -> str:
    read = (
        "; read: a network of our own that was taught on real toys alone says what each pixel shows; pixel: share of pixels that "
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


def _read(data: ToyPairs, n: int, made: Any, device: torch.device, tell: Tell) -> dict[str, float]:
    """What a reader of toys makes of translations, over what it makes of real ones."""
    reader = reader_of(data.size, device, tell)
    real, real_material = judged(reader, data, n, lambda a, toys: toys.picture, device)
    fake, fake_material = judged(reader, data, n, lambda a, toys: made(a), device)
    table = {f"{name}": value for name, value in fake._asdict().items()} | {"material": fake_material}
    truth = real._asdict() | {"material": real_material}
    return (
        {f"read_{name}": value for name, value in table.items()}
        | {f"read_{name}_truth": value for name, value in truth.items()}
        | {f"ratio_{name}": table[name] / max(truth[name], 1e-12) for name in table}
    )
