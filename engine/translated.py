"""How good translations are: beside their truth, to networks of ours, and beside answers that need no thought."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor
from torch.nn.functional import interpolate

from engine.batches import Pairs, portions
from engine.classifier import Classifier, classifier_of
from engine.data import Data, Derived, Tell, ToyPairs, ToyPictures
from engine.data.base import HELD_OUT
from engine.data.toys import Toys
from engine.games import Players, Translation
from engine.metrics import Segments, edge_f1, l1, nearest, sharpness, ssim
from engine.reader import LOOK, Reader, judged, reader_of
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
    thoughtless = _thoughtless(pairs, config.data)
    table, judge = {"samples": len(made)} | _beside_truth(made, pairs.b, thoughtless), ""
    if config.data.brought == "outline":
        drawing = pairs.a[:, :1]
        table |= {"edge_f1": edge_f1(made, drawing), "edge_f1_truth": edge_f1(pairs.b, drawing)}
    if toys is not None:
        reader = reader_of(made.shape[-1], device, tell)
        table |= _read(reader, toys, {"": made} | {f"_{name}": x for name, x in thoughtless.items() if name == "unchanged"})
        judge = _reads(reader)
    if isinstance(config.data, Derived) and config.data.whole.classes:
        whole = _judged_as(config.data)
        eye = classifier_of(whole, device, tell)
        answers = {"": made} | {f"_{name}": x for name, x in thoughtless.items()}
        table |= {f"features{name}": eye.apart(x, pairs.b) for name, x in answers.items()}
        judge = _sees(eye, whole)
    return table | {"protocol": _protocol(len(made), judge)}


def _protocol(n: int, judge: str) -> str:
    return (
        f"{n:,} held-out pairs; l1 of a value in [-1, 1], ssim of brightness; sharpness: over that of true ones; nearest: the "
        "share of translations to which of all truths their own is the nearest; blank: a white picture, mean: the mean of the "
        "true ones, unchanged: what was given, bicubic: that, enlarged, each in the translations' place; edge_f1: edges of the "
        f"picture against the lines of the drawing{judge}."
    )


def _reads(reader: Reader) -> str:
    right = f"{reader.scores.pixel:.1%} of pixels and {reader.material:.1%} of materials right on toys that it had not seen"
    return (
        f"; read: a network of our own that was taught on real toys alone says what each pixel shows ({right}); pixel: share of "
        "pixels that is right, mean: over classes, iou: intersection over union, material: of toys; ratio: over what true ones "
        "reach"
    )


def _sees(eye: Classifier, data: Data) -> str:
    return (
        f"; features: how differently our classifier of {data.title} (by {data.label_name}, {eye.accuracy:.2%} right on pictures "
        "that it had not seen; no run trains on it) sees a translation and its truth, after each of its blocks, at each place "
        "(LPIPS's distance without its weights)"
    )


def _judged_as(data: Derived) -> Data:
    """The labelled data whose classifier judges: of toys one that looks at their colour where that was taken away."""
    whole = data.whole
    return whole.model_copy(update={"label": "colour"}) if isinstance(whole, ToyPictures) and data.task == "colour" else whole


def _thoughtless(pairs: Pairs, data: Data) -> dict[str, Tensor]:
    """Answers that anybody can give, by name: a blank picture, the mean of the true ones, what was given as it is or enlarged."""
    truth, given = pairs.b, pairs.a
    answers = {"blank": torch.ones_like(truth), "mean": truth.mean(0, keepdim=True).expand_as(truth)}
    if given.shape == truth.shape or data.brought == "grey":
        answers["unchanged"] = given.expand_as(truth)
    if data.brought == "small":
        answers["bicubic"] = interpolate(given, size=tuple(truth.shape[2:]), mode="bicubic").clamp(-1, 1)
    return answers


def _beside_truth(made: Tensor, truth: Tensor, thoughtless: dict[str, Tensor]) -> dict[str, float]:
    """Sharpness, L1, SSIM and whether the truth is found among all, also of thoughtless answers in the translations' place."""
    table: dict[str, float] = {}
    for name, x in ({"": made} | {f"_{name}": x for name, x in thoughtless.items()}).items():
        table |= {f"sharpness{name}": sharpness(x, truth), f"l1{name}": l1(x, truth), f"ssim{name}": ssim(x, truth)}
        if name not in ("_blank", "_mean"):  # which are as near to one truth as in all other places
            table[f"nearest{name}"] = nearest(x, truth)
    return table


def _read(reader: Reader, toys: Toys, answers: dict[str, Tensor]) -> dict[str, float]:
    """What a reader of toys makes of each answer, by name, and that over what it makes of true pictures."""
    whats, table = (*Segments._fields, "material"), dict[str, float]()
    for name, pictures in (answers | {"_truth": toys.picture}).items():
        scores, material = judged(reader, pictures, toys)
        table |= {f"read_{what}{name}": value for what, value in zip(whats, (*scores, material), strict=True)}
    for name in answers:
        table |= {f"ratio_{what}{name}": table[f"read_{what}{name}"] / max(table[f"read_{what}_truth"], 1e-12) for what in whats}
    return table
