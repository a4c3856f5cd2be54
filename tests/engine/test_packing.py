"""Packing: D judges several samples at once, and can still be asked about one."""

import pytest
import torch
from recipes import drawn, played, same, seeded, tiny, tiny_pictures
from torch import nn

from engine.augment import AUGMENTS, Packing
from engine.config import BadRecipe, RunConfig
from engine.games import GAMES
from engine.layers import COMPANIES, Packed, packed
from engine.observer import Observer
from engine.penalties import R1
from engine.telling import Teller
from engine.trainer import Trainer

KINDS = {"points": tiny, "pictures": tiny_pictures}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


def packing(samples: int = 2) -> dict[str, dict[str, int]]:
    return {"packing": {"samples": samples}}


def seen(x: torch.Tensor, samples: int) -> torch.Tensor:
    return Packing(samples=samples).view(x, clock=torch.zeros(()), generator=seeded())


class Sum(nn.Module):
    """A judge that likes large numbers: (N, ...) -> (N, 1)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.flatten(1).sum(1, keepdim=True)


def test_points_are_laid_end_to_end():
    x = torch.tensor([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]])
    assert seen(x, 2).tolist() == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert seen(x, 4).tolist() == [[1, 2, 3, 4, 5, 6, 7, 8]]


def test_pictures_are_laid_together_as_channels():
    x = drawn(4, 3, 5, 6)
    pack = seen(x, 2)
    assert pack.shape == (2, 6, 5, 6)
    assert torch.equal(pack[1, :3], x[2])
    assert torch.equal(pack[1, 3:], x[3])


@every_kind
def test_d_is_built_for_packs(kind):
    config = kind(augment=packing(4))
    D = config.game.players(config.make)["D"]
    shape = config.data.shape
    assert config.make.seen == (4 * shape[0], *shape[1:])
    assert D(drawn(2, *config.make.seen)).shape == (2, 1)
    assert (
        next(D.parameters()).shape[1] == 4 * next(config.with_knobs({"augment": {}}).make.discriminator().parameters()).shape[1]
    )


@every_kind
def test_where_nothing_is_packed_d_is_the_network_itself(kind):
    D = kind().make.discriminator()
    assert not any(isinstance(module, Packed) for module in D.modules())


def test_a_penalty_reads_the_slope_with_respect_to_all_of_a_pack():
    """Of a sum over 2 x 3 numbers the squared slope is 6."""
    x = packed(drawn(6, 2), 3)
    assert R1(weight=2.0)(Sum(), x, x, generator=seeded()) == 6


def test_a_single_sample_is_asked_about_beside_real_ones():
    D = Packed(Sum(), 3, (2,))
    D.meet(torch.arange(2.0 * D.wanted).view(D.wanted, 2))
    assert D.wanted == 2 * COMPANIES
    beside = torch.arange(2.0 * D.wanted).sum() / COMPANIES
    x = drawn(5, 2)
    assert torch.allclose(D(x), x.sum(1, keepdim=True) + beside)
    assert torch.allclose(D(packed(drawn(6, 2), 3)), packed(drawn(6, 2), 3).sum(1, keepdim=True))


@every_kind
def test_the_company_are_real_samples_always_the_same(kind):
    first, again, other = (played(kind(augment=packing(), seed=seed), 2).players.D.company for seed in (3, 3, 4))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
    assert first.std() > 0


def test_company_takes_nothing_from_the_run():
    """Of a training set that is gone through in order, the first batch is what it would be."""
    of = {"data": {"name": "ring", "examples": 40}}
    alone, together = Trainer(tiny(**of)), Trainer(tiny(**of, augment=packing()))
    assert torch.equal(alone.source.batch(8, seeded()).x, together.source.batch(8, seeded()).x)
    assert torch.equal(alone.generator.get_state(), together.generator.get_state())


@every_kind
def test_what_is_looked_at_is_finite_and_of_single_samples(kind):
    trainer = played(kind(augment=packing(), penalties={"r1": {}}, loss="rpgan"), 3)
    stage = Observer(trainer).stage()
    batch = trainer.source.batch(6, seeded()).real
    assert trainer.config.game.score(trainer.players, batch).shape == (6,)
    assert "belief" in stage if kind is tiny else len(stage["sheets"][0]["scores"]) > 0
    assert trainer.healthy()


def test_slow_motion_counts_samples_not_packs():
    told = Teller(Trainer(tiny(augment=packing()))).turn("round")
    assert {score.of: score.n for score in told.scores} == {"real": 8, "fake": 8}


def test_there_is_no_best_d_of_single_samples_to_draw():
    assert "optimal" in Observer(Trainer(tiny())).plane.offered
    assert "optimal" not in Observer(Trainer(tiny(augment=packing()))).plane.offered


@every_kind
def test_looking_does_not_disturb(kind):
    config = kind(augment=packing(), discriminator=dict(kind().model_dump()["discriminator"]) | {"norm": "batch"})
    alone, watched = Trainer(config), Trainer(config)
    observer = Observer(watched)
    for _ in range(3):
        observer.stage()
        alone.round()
        watched.round()
    assert same(alone.state()[0], watched.state()[0])


def test_a_batch_must_be_whole_packs_and_two_of_them():
    sentence = "a batch of 8 is no two or more packs of 3 samples; choose 6 samples in each turn."
    with pytest.raises(BadRecipe) as said:
        tiny(augment=packing(3))
    assert str(said.value) == sentence
    with pytest.raises(BadRecipe, match="choose 16 samples"):
        tiny(augment=packing(8))


ALONE = [name for name, game in GAMES.items() if "augment" in game.uses and not game.packs]


@pytest.mark.parametrize("game", ALONE)
def test_a_game_that_asks_about_each_sample_alone_says_so(game):
    with pytest.raises(BadRecipe, match=r"asks about each sample alone, so D cannot judge 2 at once; choose gan"):
        tiny(game=game, augment=packing())


@pytest.mark.parametrize("game", [name for name, game in GAMES.items() if "augment" not in game.uses])
def test_a_game_that_has_nobody_to_show_packs_to_goes_on_as_it_was(game):
    assert same(played(tiny(game=game), 2).state()[0], played(tiny(game=game, augment=packing()), 2).state()[0])


def test_nothing_else_packs():
    assert [name for name, kind in AUGMENTS.items() if kind().pack > 1] == ["packing"]
    assert RunConfig().pack == 1
    assert tiny(augment=packing(4)).pack == 4
