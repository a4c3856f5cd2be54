"""How well a translator changes the class of a picture and nothing else, to our classifier of the data."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor

from engine.batches import Labelled, portions
from engine.classifier import Classifier, classifier_of
from engine.data import Tell, ToyPictures
from engine.data.base import HELD_OUT
from engine.data.toy_sets import Again
from engine.games import Players
from engine.metrics import l1, ssim
from engine.teaching import LOOK
from engine.trained import Trained


def recastings_measured(trained: Trained, p: Players, n: int, tell: Tell) -> dict[str, Any]:
    """The table, by name.  n: held-out pictures, if there are so many; each is asked to be of one other class, in turn.

    DataUnavailable where none are kept back.
    """
    data, device = trained.config.data, trained.device
    eye = classifier_of(data, device, tell)
    held, again = _held_out(trained, n, tell)
    tell(f"Asking {len(held.x):,} pictures to be something else.", None)
    x, y = held
    wanted = other(y, data.classes)
    made = _recast(p, x, wanted)
    seen, untouched = eye.see(made).classes, eye.see(x).classes
    right = seen == wanted.cpu()
    table: dict[str, Any] = {
        "samples": len(made),
        "seen": float(right.double().mean()),
        "seen_by_class": [_share(right[wanted.cpu() == k]) for k in range(data.classes)],
        "seen_real": float((untouched == y.cpu()).double().mean()),
        "seen_unchanged": float((untouched == wanted.cpu()).double().mean()),
        "cycle": l1(_recast(p, made, y), x),
        "own": l1(_recast(p, x, y), x),
        "changed": l1(made, x),
    }
    if again is not None and (truth := again(wanted)) is not None:
        for name, each in (("", made), ("_unchanged", x)):
            table |= {f"l1{name}": l1(each, truth), f"ssim{name}": ssim(each, truth)}
    return table | {"protocol": _protocol(trained, eye, len(made), redrawn="l1" in table)}


def _share(right: Tensor) -> float | None:
    """Of those that are right; None of nobody."""
    return float(right.double().mean()) if len(right) else None


def other(y: Tensor, classes: int) -> Tensor:
    """For each label (N,) another one, all others in turn."""
    steps = 1 + torch.arange(len(y), device=y.device) % max(classes - 1, 1)
    return (y + steps) % classes


def _held_out(trained: Trained, n: int, tell: Tell) -> tuple[Labelled, Again | None]:
    """Pictures that no run trains on; and of toys, what draws them again."""
    data, device = trained.config.data, trained.device
    if isinstance(data, ToyPictures):
        return data.draw(n, Generator(device).manual_seed(HELD_OUT))
    held = data.held_out(n, device, tell)
    assert isinstance(held, Labelled)
    return held, None


def _recast(p: Players, x: Tensor, y: Tensor) -> Tensor:
    return torch.cat([p.G(*both) for both in zip(portions(x, LOOK), portions(y, LOOK), strict=True)])


def _protocol(trained: Trained, eye: Classifier, n: int, *, redrawn: bool) -> str:
    again = (
        "; l1, ssim: beside the same toy drawn again as it was asked for, l1_unchanged, ssim_unchanged: what was given in its "
        "place"
    )
    data = trained.config.data
    return (
        f"{n:,} held-out pictures, each asked to be of another class than it is, all of them in turn; seen: the share in which "
        f"our classifier of {data.title} (by {data.label_name}) sees that class; real: of the untouched, the share in which it "
        f"sees their own ({eye.accuracy:.2%} when it was tested), unchanged: in which it sees the other; l1 of a value in "
        "[-1, 1]; cycle: between a picture and what comes back of it when its old class is asked for, own: what becomes of it "
        f"when its own class is asked for at once, changed: what becomes of it{again if redrawn else ''}."
    )
