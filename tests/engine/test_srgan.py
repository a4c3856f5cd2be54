"""SRGAN: first the squared error alone, then a judge."""

import pytest
import torch
from recipes import changed, drawn, played, tiny, weights
from torch import nn
from torch.nn.functional import mse_loss

from engine.config import BadRecipe
from engine.games import SRGAN, Players
from engine.networks.base import split
from engine.trainer import Trainer


def numbers(trainer: Trainer) -> dict[str, list[float]]:
    rows = trainer.recorder.take()
    return dict(zip(rows.columns, rows.values.T.tolist(), strict=True))


def test_while_it_warms_up_d_is_not_touched_and_then_it_plays():
    trainer = Trainer(tiny(game={"name": "srgan", "warmup": 3}))
    start = weights(trainer)
    for _ in range(3):
        assert trainer.turn().players == ("G",)
        trainer.round()
    assert changed(start, weights(trainer)) == {"G"}
    trainer.round()
    assert changed(start, weights(trainer)) == {"D", "G"}
    assert [value == value for value in numbers(trainer)["d_loss"]] == [False] * 3 + [True]  # NaN where D did not play


def test_the_warm_up_is_the_squared_error_of_pixels():
    trainer = Trainer(tiny(game={"name": "srgan", "warmup": 1}))
    batch = trainer.source.batch(8, torch.Generator().manual_seed(0))
    (turn,) = trainer.config.game.round(trainer.players, iter([batch]), trainer.rules)
    assert turn.loss.item() == pytest.approx(mse_loss(trainer.players.G(batch.a), batch.b).item())


@pytest.mark.parametrize("content", ["judge", "pixels"])
def test_the_content_is_compared_where_the_knob_says(content):
    trainer = Trainer(tiny(game={"name": "srgan", "content": content, "adversarial": 0.0, "anchor": 0.0}))
    batch = trainer.source.batch(8, torch.Generator().manual_seed(0))
    p = trainer.players
    _, turn = trainer.config.game.round(p, iter([batch]), trainer.rules)
    seen = split(p.D)[0] if content == "judge" else nn.Identity()
    assert turn.loss.item() == pytest.approx(mse_loss(seen(p.G(batch.a)), seen(batch.b)).item())


def test_pixels_hold_fast_what_features_would_let_drift():
    anchored, adrift = (Trainer(tiny(game={"name": "srgan", "adversarial": 0.0, "anchor": weight})) for weight in (2.0, 0.0))
    batch = anchored.source.batch(8, torch.Generator().manual_seed(0))
    one, other = (list(each.config.game.round(each.players, iter([batch]), each.rules))[-1].loss for each in (anchored, adrift))
    assert (one - other).item() == pytest.approx(2 * mse_loss(anchored.players.G(batch.a), batch.b).item(), rel=1e-4)


def test_of_the_truth_the_features_are_not_pulled():
    """Only the fake is asked to move: a gradient reaches it, and none the truth."""
    D = nn.Sequential(nn.Flatten(), nn.Linear(4, 3), nn.Linear(3, 1))
    fake, truth = (drawn(2, 1, 2, 2, seed=seed).requires_grad_() for seed in (0, 1))
    mse_loss(*SRGAN().features(Players(D=D), fake, truth)).backward()
    assert fake.grad.any()
    assert truth.grad is None


def test_a_small_picture_becomes_one_of_four_times_the_side():
    trainer = played(tiny(game="srgan"), 1)
    batch = trainer.source.batch(2, torch.Generator())
    shown = trainer.config.game.show(trainer.shown, batch, trainer.rules)
    assert {name: tuple(x.shape) for name, x in shown.items()} == {
        "given": (2, 1, 4, 4),
        "fake": (2, 1, 16, 16),
        "truth": (2, 1, 16, 16),
    }


def test_a_translator_of_one_side_alone_will_not_do():
    with pytest.raises(BadRecipe, match=r"UNet as generator never leads from 1 x 4 x 4 to 1 x 16 x 16.*; choose residual\."):
        tiny(game="srgan", generator="unet")
