"""Line-ups: fair coins, real samples that nobody trained on, one encoding for all, and D's answer worked by hand."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from recipes import CPU, played, seeded, tiny, tiny_pictures
from torch import Tensor, nn

from engine.data import DataUnavailable, Glyphs
from engine.games import Players
from engine.probes import ask_probe, lineup
from engine.probes.lineup import Scale, beliefs, real_samples
from engine.questions import BadQuestion
from engine.trained import Trained


def trained(**sections: Any) -> Trained:
    trainer = played(tiny(**sections), 1)
    return Trained(trainer.config, trainer.shown)


@pytest.fixture(scope="module")
def pictures() -> Trained:
    trainer = played(tiny_pictures(latent={"dim": 4}), 1)
    return Trained(trainer.config, trainer.shown)


class Sum(nn.Module):
    """D's score of a point is the sum of its numbers."""

    def forward(self, x: Tensor) -> Tensor:
        return x.sum(1, keepdim=True)


def deal(model: Trained, **question: Any) -> dict[str, Any]:
    return ask_probe(model, "lineup", json.dumps(question))


def test_each_card_is_tossed_by_itself(pictures: Trained) -> None:
    tosses = np.array([deal(pictures, seed=seed, n=8)["fakes"] for seed in range(120)])
    assert abs(tosses.mean() - 0.5) < 4 * 0.5 / 120**0.5 / 8**0.5
    assert len({int(row.sum()) for row in tosses}) > 4  # were half of them always fake, counting would help
    neighbours = (tosses[:, 1:] == tosses[:, :-1]).mean()
    assert abs(neighbours - 0.5) < 4 * 0.5 / (120 * 7) ** 0.5


def test_pictures_come_on_one_sheet_and_points_as_clouds(pictures: Trained) -> None:
    sheet = deal(pictures)
    assert (sheet["cards"]["kind"], sheet["cards"]["columns"], sheet["cards"]["rows"]) == ("images", 24, 1)
    assert sheet["cards"]["scores"] is None
    assert (len(sheet["fakes"]), len(sheet["beliefs"]), sheet["held_out"]) == (24, 24, True)
    clouds = deal(trained(), n=6, cloud=10)
    assert (clouds["cards"]["kind"], clouds["cards"]["columns"], clouds["cards"]["rows"]) == ("points", 10, 6)
    assert len(clouds["fakes"]) == len(clouds["beliefs"]) == 6


def test_real_pictures_are_those_that_are_kept_back(pictures: Trained) -> None:
    drawn = real_samples(pictures, 30, seeded())
    held_out = Glyphs(size=16).held_out(lineup.HELD, CPU).real
    assert drawn.held_out
    assert len({int((held_out - x).abs().flatten(1).sum(1).argmin()) for x in drawn.x}) == 30  # no two are the same
    assert all(bool((held_out == x).flatten(1).all(1).any()) for x in drawn.x)


def test_where_none_are_kept_back_training_data_serve_and_it_is_said(pictures: Trained, monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> None:
        raise BadQuestion("None is kept back.")

    monkeypatch.setattr(lineup, "kept_back", none)
    assert not deal(pictures)["held_out"]


def test_data_that_cannot_be_had_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any, **__: Any) -> None:
        raise DataUnavailable("The handwriting is not here.")

    model = trained(data={"name": "glyphs", "size": 17}, generator={"name": "mlp"}, discriminator={"name": "mlp"})
    monkeypatch.setattr(Glyphs, "open", gone)
    with pytest.raises(BadQuestion, match="The handwriting is not here"):
        deal(model)


def test_of_a_cloud_the_odds_of_its_points_are_multiplied() -> None:
    model = trained()
    judge = Trained(model.config, Players(G=model.players.G, D=Sum()))
    points = torch.tensor([[[1.0, 0.0], [2.0, 0.0]], [[1.0, -3.0], [0.5, 0.0]]])  # sums 1 and 2; -2 and 0.5
    scale = Scale(torch.zeros(4, 2), torch.zeros(4, 2))
    assert beliefs(judge, points, scale, seeded()) == pytest.approx([1 / (1 + np.exp(-3)), 1 / (1 + np.exp(1.5))])


def test_where_only_differences_mean_something_other_samples_say_where_the_middle_is() -> None:
    model = trained(loss="wasserstein")
    judge = Trained(model.config, Players(G=model.players.G, D=Sum()))
    scale = Scale(torch.full((4, 2), 6.0), torch.full((4, 2), 4.0))  # scores 12 and 8: the middle is 10
    low, high = beliefs(judge, torch.tensor([[[9.0, 0.0]], [[11.0, 0.0]]]), scale, seeded()) or ()
    assert low < 0.5 < high


def test_who_has_no_judge_is_told_so() -> None:
    assert deal(trained(game="vae"))["beliefs"] is None


def test_samples_that_are_no_numbers_are_not_dealt() -> None:
    model = trained()
    for weight in model.players.G.parameters():
        weight.data.fill_(torch.nan)
    with pytest.raises(BadQuestion, match="nothing to tell apart"):
        deal(model)
