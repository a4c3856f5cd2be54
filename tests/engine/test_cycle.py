"""Games on two heaps of pictures: nobody sees a pair, there and back comes to nothing, the pool remembers."""

import json

import pytest
import torch
from recipes import CPU, drawn, played, seeded, tiny
from torch import Tensor, nn

from engine.batches import Pairs, Unpaired
from engine.config import BadRecipe, RunConfig
from engine.data.unpairing import Unpairing
from engine.games import CycleGAN, DiscoGAN, Players
from engine.games.discogan import DISTANCES
from engine.games.pool import exchanged, with_pool
from engine.probes import ask_probe
from engine.trained import Trained
from engine.trainer import Trainer, kept, restored

BOTH = pytest.mark.parametrize("game", ["cyclegan", "discogan"])
OUTLINES = {"data": {"name": "derived", "of": "cifar10", "task": "colour"}}  # one channel becomes three


# -- data -------------------------------------------------------------------------------------------------------------


class Numbered:
    """Pairs of pictures that bear the number of their pair, and one plane behind a that does not."""

    def __init__(self) -> None:
        self.drawn = 0

    def batch(self, n: int, generator: torch.Generator) -> Pairs:
        number = torch.arange(self.drawn, self.drawn + n).float().view(n, 1, 1, 1)
        self.drawn += n
        return Pairs(torch.cat((number, torch.full_like(number, -1.0)), 1), number)

    def state(self) -> dict[str, Tensor]:
        return {"drawn": torch.tensor(self.drawn)}

    def load_state(self, state: dict[str, Tensor]) -> None:
        self.drawn = int(state["drawn"])


def test_what_is_torn_apart_never_meets_again_and_is_the_picture_alone():
    source = Unpairing(Numbered(), 1)
    for _ in range(5):
        a, b = source.batch(4, seeded())
        assert a.shape == b.shape == (4, 1, 1, 1)
        assert not set(a.flatten().tolist()) & set(b.flatten().tolist())


def test_its_place_in_the_data_is_that_of_the_pairs():
    source, again = Unpairing(Numbered(), 1), Unpairing(Numbered(), 1)
    source.batch(3, seeded())
    again.load_state(source.state())
    assert torch.equal(source.batch(3, seeded()).a, again.batch(3, seeded()).a)


@BOTH
def test_a_game_without_pairs_is_read_none(game):
    trainer = Trainer(tiny(game=game))
    a, b = trainer.source.batch(64, seeded())
    seen = a != 0  # outside the hole
    assert ((a[:, None] - b[None]).abs() * seen[:, None]).flatten(2).amax(2).min() > 0.1  # no a is what is left of any b


# -- there and back ---------------------------------------------------------------------------------------------------


class Scaled(nn.Module):
    """A translator that makes everything so many times as large."""

    def __init__(self, times: float = 1.0) -> None:
        super().__init__()
        self.times = times

    def forward(self, x: Tensor) -> Tensor:
        return self.times * x


class Silent:
    """Rules under which no judge has an opinion."""

    generator = seeded()

    def g_loss(self, D: nn.Module, real: Tensor, fake: Tensor) -> Tensor:
        return torch.zeros(())

    d_loss = g_loss


def first_turn(game: CycleGAN | DiscoGAN, there: float, back: float, a: float, b: float) -> tuple[float, dict[str, float]]:
    """Loss and readings of the translators' turn, where all pixels of a and of b are these numbers."""
    p = Players(G_ab=Scaled(there), G_ba=Scaled(back), D_a=nn.Identity(), D_b=nn.Identity())
    turn = next(iter(game.round(p, iter([Unpaired(torch.full((2, 1, 4, 4), a), torch.full((2, 1, 4, 4), b))]), Silent())))
    assert turn.players == ("G_ab", "G_ba")
    return turn.loss.item(), {name: value.item() for name, value in turn.readings.items()}


def test_the_cycle_costs_nothing_where_translators_undo_each_other():
    assert first_turn(CycleGAN(), 1, 1, 0.3, -0.7) == (0, {"cycle": 0})
    assert first_turn(CycleGAN(), 2, 0.5, 0.3, -0.7)[0] == pytest.approx(0)
    loss, readings = first_turn(CycleGAN(cycle=10), 1, 0.5, 0.4, 0.2)
    assert readings["cycle"] == pytest.approx(0.2 + 0.1)  # |0.4 / 2 - 0.4| + |0.2 / 2 - 0.2|
    assert loss == pytest.approx(3.0)


def test_the_identity_loss_asks_to_leave_alone_what_is_there_already():
    assert first_turn(CycleGAN(identity=0.5), 1, 1, 0.3, -0.7)[0] == 0
    loss, readings = first_turn(CycleGAN(cycle=10, identity=0.5), 2, 0.5, 0.4, 0.2)
    assert readings["identity"] == pytest.approx(0.2 + 0.2)  # |2 * 0.2 - 0.2| + |0.4 / 2 - 0.4|
    assert loss == pytest.approx(10 * 0.5 * 0.4)


def test_discogan_adds_two_distances_of_equal_weight():
    assert first_turn(DiscoGAN(), 1, 1, 0.3, -0.7)[0] == 0
    loss, readings = first_turn(DiscoGAN(), 1, 0.5, 0.4, 0.2)
    assert (readings["reconstruction a"], readings["reconstruction b"]) == (pytest.approx(0.04), pytest.approx(0.01))
    assert loss == pytest.approx(0.05)


@pytest.mark.parametrize(("distance", "value"), [("squared", 0.04), ("hinge", 0.1), ("cosine", 0.0)])
def test_each_distance_of_discogan_is_its_formula(distance, value):
    x = torch.full((3, 1, 2, 2), 0.4)
    assert DISTANCES[distance](x, x).item() == pytest.approx(0, abs=1e-6)
    assert DISTANCES[distance](x, x - 0.2).item() == pytest.approx(value, abs=1e-6)


def test_the_cosine_of_opposites_is_two_apart():
    assert DISTANCES["cosine"](torch.ones(2, 3), -torch.ones(2, 3)).item() == pytest.approx(2)


# -- the pool ---------------------------------------------------------------------------------------------------------


def fakes(first: int, n: int) -> Tensor:
    """Pictures of one pixel that bear numbers, from the first on."""
    return torch.arange(first, first + n).float().view(n, 1, 1, 1)


def test_until_it_is_full_the_pool_gives_back_what_it_is_shown():
    D, generator = with_pool(nn.Identity(), 10, (1, 1, 1)), seeded()
    for start in (0, 4, 8):  # the last two of twelve find no room, and are judged as they are
        assert torch.equal(exchanged(D, fakes(start, 4), generator), fakes(start, 4))
    assert D.held.item() == 10
    assert D.pool.flatten().tolist() == list(range(10))


@pytest.mark.parametrize("n", [4, 10, 25])
def test_a_full_pool_keeps_its_size_and_loses_no_fake_and_half_of_what_it_gives_is_past(n):
    D, generator, past = with_pool(nn.Identity(), 10, (1, 1, 1)), seeded(), 0.0
    exchanged(D, fakes(0, 10), generator)
    waiting, rounds = set(range(10)), 200
    for turn in range(rounds):
        shown = fakes(10 + turn * n, n)
        judged = exchanged(D, shown, generator)
        waiting |= set(shown.flatten().tolist())
        assert set(judged.flatten().tolist()) <= waiting
        waiting -= set(judged.flatten().tolist())
        assert set(D.pool.flatten().tolist()) == waiting  # each is in the pool or was judged, never both, never twice
        assert len(waiting) == 10
        past += (judged != shown).float().mean().item()
    assert past / rounds == pytest.approx(0.5, abs=0.05)


def test_the_pool_is_part_of_the_checkpoint():
    trainer = played(tiny(game={"name": "cyclegan", "pool": 10}), 3)
    again = restored(kept(trainer))
    assert trainer.players.D_b.held.item() == again.players.D_b.held.item() == 10
    assert torch.equal(trainer.players.D_b.pool, again.players.D_b.pool)
    assert trainer.players.D_b.pool.any()


def test_without_a_pool_the_judges_carry_none():
    trainer = played(tiny(game={"name": "cyclegan", "pool": 0}), 1)
    assert not hasattr(trainer.players.D_a, "pool")


# -- recipes and questions --------------------------------------------------------------------------------------------


@BOTH
def test_the_two_sides_may_differ_in_channels(game):
    make = tiny(game=game, **OUTLINES).make
    p = Players(**tiny(game=game, **OUTLINES).game.players(make))
    grey, colour = drawn(2, 1, 32, 32), drawn(2, 3, 32, 32)
    assert p.D_a(p.G_ba(colour)).shape == p.D_a(grey).shape
    assert p.D_b(p.G_ab(grey)).shape == p.D_b(colour).shape


@BOTH
def test_where_one_side_is_smaller_both_translators_must_fit(game):
    small = {"name": "derived", "size": 16, "task": "enlarge"}
    with pytest.raises(BadRecipe, match=r"UNet as generator never leads from 1 x 4 x 4 to 1 x 16 x 16.*; choose residual\."):
        tiny(game=game, data=small)
    config = tiny(game=game, data=small, generator={"name": "residual", "width": 4, "blocks": 1}, discriminator="dcgan")
    assert played(config, 1).healthy()


def test_sides_that_no_network_leads_between_are_said_to_be_such():
    with pytest.raises(BadRecipe, match=r"no generator leads from 1 x 4 x 4 to 1 x 18 x 18, as CycleGAN on Derived needs"):
        tiny(game="cyclegan", data={"name": "derived", "size": 18, "task": "enlarge"})


def test_the_identity_loss_needs_sides_of_one_shape():
    with pytest.raises(BadRecipe, match=r"game.identity must be 0 here: the two sides of these data have different shapes\."):
        tiny(game={"name": "cyclegan", "identity": 0.5}, **OUTLINES)
    assert isinstance(tiny(game={"name": "cyclegan", "identity": 0.5}), RunConfig)


@BOTH
def test_to_a_grey_picture_nothing_of_one_in_colour_is_added(game):
    colours = {"data": {"name": "derived", "of": "toys", "size": 32, "task": "colour"}, "generator": {"name": "unet", "width": 4}}
    tiny(game=game, **colours)
    with pytest.raises(BadRecipe, match=r"generator.added must be off here: of a picture in colour only the red"):
        tiny(game=game, **colours | {"generator": {"name": "unet", "width": 4, "added": True}})


@BOTH
def test_both_ways_can_be_asked_for(game):
    trainer = played(tiny(game=game), 1)
    model = Trained(trainer.config, trainer.shown, CPU)
    there, back = ask_probe(model, "controls", "{}")["ways"]
    assert (there["sides"], back["sides"]) == (("with a hole", "whole"), ("whole", "with a hole"))
    assert (there["brought"], back["brought"]) == ("hole", "picture")
    one, other = (ask_probe(model, "example", json.dumps({"way": way})) for way in (0, 1))
    assert (one["given"], one["truth"]) == (other["truth"], other["given"])
    assert one["result"] != other["result"]
