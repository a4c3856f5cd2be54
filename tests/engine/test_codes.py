"""Games with codes, classes and copies: their numbers by hand."""

import math

import pytest
import torch
from recipes import CPU, drawn, played, seeded, tiny, tiny_pictures
from torch import nn

from engine.batches import FewLabels, Labelled, hot
from engine.config import BadRecipe
from engine.data import DataUnavailable, Drawn, Ring
from engine.data.few import FewLabelled
from engine.games import InfoGAN, Latent, Players, in_order
from engine.games.conditional import Beside, Channel, Projection
from engine.games.semisupervised import Classifier
from engine.games.vae import VAE
from engine.observer import Observer
from engine.trainer import Trainer

# -- what G is fed ------------------------------------------------------------------------------------------------------


def test_on_a_sheet_each_column_is_a_choice_and_each_row_shares_the_rest():
    config = tiny_pictures(game="infogan")
    rows = in_order(config.codes, config.fed(20, seeded(), CPU)).view(2, 10, -1)
    noise, choice, *numbers = config.codes
    for row in rows:
        assert choice.of(row).argmax(1).tolist() == list(range(10))
        for code in (noise, *numbers):
            assert (code.of(row) == code.of(row)[0]).all()
    assert not torch.equal(noise.of(rows[0]), noise.of(rows[1]))


def test_what_is_looked_at_of_a_game_with_classes_has_a_column_for_each():
    trainer = Trainer(tiny_pictures(game="acgan"))
    (sheet,) = Observer(trainer).stage()["sheets"]
    assert (sheet["columns"], sheet["rows"]) == (10, 8)
    assert trainer.config.codes[1].of(trainer.rules.probe).argmax(1).tolist() == list(range(10)) * 8


# -- conditional --------------------------------------------------------------------------------------------------------


def test_beside_a_point_the_label_is_one_hot():
    net = Beside(nn.Identity(), 3)
    assert net(torch.tensor([[5.0, 6.0]]), torch.tensor([1])).tolist() == [[5, 6, 0, 1, 0]]


def test_beside_a_picture_the_label_is_a_channel_of_its_own():
    net = Channel(nn.Identity(), 3, (2, 2))
    with torch.no_grad():
        net.channel.copy_(torch.arange(12.0).view(3, 2, 2))
    assert net(torch.zeros(1, 1, 2, 2), torch.tensor([2]))[0, 1].tolist() == [[8, 9], [10, 11]]


def test_a_projection_adds_the_product_of_features_and_class():
    net = Projection(nn.Identity(), 2, 2)  # the score is the first column, the features are the others
    with torch.no_grad():
        net.of_class.copy_(torch.tensor([[1.0, 0.0], [10.0, 100.0]]))
    said = torch.tensor([[0.5, 2.0, 3.0]])
    assert net(said, torch.tensor([0])).item() == 2.5
    assert net(said, torch.tensor([1])).item() == 320.5


@pytest.mark.parametrize("label", ["concatenation", "projection"])
def test_both_turns_draw_fakes_of_the_real_batchs_classes(label, monkeypatch):
    trainer, seen = Trainer(tiny(game={"name": "conditional", "label": label})), []
    real, y = trainer.source.batch(8, seeded())
    monkeypatch.setattr(trainer.source, "batch", lambda n, generator: Labelled(real, y))
    trainer.players.G.register_forward_pre_hook(lambda net, given: seen.append(given[0][:, 2:].argmax(1)))
    trainer.round()
    assert [classes.tolist() for classes in seen] == [y.tolist()] * 2


def test_without_classes_the_score_is_that_of_the_class_that_suits_best():
    trainer = played(tiny(game="conditional"), 2)
    x = drawn(5, 2)
    of_each = torch.stack([trainer.players.D(x, torch.full((5,), k)).flatten() for k in range(8)])
    assert torch.allclose(trainer.config.game.score(trainer.players, x), of_each.amax(0))


def test_a_conditional_gan_needs_labels():
    with pytest.raises(BadRecipe, match="ConditionalGAN needs Labelled batches, but Line yields Samples"):
        tiny(game="conditional", data="line")


# -- InfoGAN ------------------------------------------------------------------------------------------------------------


def bound(read: torch.Tensor, fed: torch.Tensor, **knobs: float) -> tuple[float, dict[str, float]]:
    """The weighted bound and its readings for a game with one choice of four and one number."""
    config = tiny(game={"name": "infogan", "categories": 4, "continuous": 1, **knobs})
    weighted, readings = config.game.information(read, fed)
    return weighted.item(), {name: value.item() for name, value in readings.items()}


def test_q_that_reads_everything_knows_all_the_information_there_is():
    fed = torch.cat([torch.zeros(4, 2), torch.eye(4), torch.tensor([[-1.0], [0.5], [0.2], [1.0]])], 1)
    weighted, readings = bound(torch.cat([100 * torch.eye(4), fed[:, -1:]], 1), fed)
    assert readings == pytest.approx({"information of choice 1": math.log(4), "number 1 read": 1})
    assert weighted == pytest.approx(math.log(4))
    assert tiny(game={"name": "infogan", "categories": 4}).game.limits()["information of choice 1"] == math.log(4)


def test_q_that_reads_nothing_knows_nothing():
    fed = torch.cat([torch.zeros(400, 2), torch.eye(4).repeat(100, 1), torch.linspace(-1, 1, 400)[:, None]], 1)
    _, readings = bound(torch.zeros(400, 5), fed)
    assert readings["information of choice 1"] == pytest.approx(0, abs=1e-6)
    assert readings["number 1 read"] == pytest.approx(0, abs=0.01)


def test_the_weights_of_choices_and_numbers_are_their_own():
    fed, read = torch.tensor([[0.0, 0, 1, 0, 0, 0, 1]]), torch.tensor([[0.0, 0, 0, 0, 0]])
    weighted, _ = bound(read, fed, weight=3.0, numbers=0.5)  # nothing is known of the choice, and the number is off by 1
    assert weighted == pytest.approx(-0.5 * 1 / 2)


def test_q_learns_in_ds_turn_and_looks_at_fakes_alone():
    trainer = Trainer(tiny(game="infogan"))
    assert trainer.turn().players == ("D", "Q")
    arrows = {(edge.start, edge.end) for edge in InfoGAN().diagram().edges}
    assert ("fake", "Q") in arrows
    assert ("real", "Q") not in arrows


# -- autoencoders -------------------------------------------------------------------------------------------------------


def test_the_distance_to_noise_is_the_papers():
    """Kingma and Welling 2014, appendix B: for mean 1 and variance e, (1 + e - 1 - 1) / 2 for each number."""
    config = tiny(game={"name": "vae"})
    trainer = Trainer(config)
    p = Players(E=lambda x: torch.ones(len(x), 4), G=lambda z: torch.zeros(len(z), 2))
    turn = next(config.game.round(p, iter([Labelled(torch.zeros(8, 2), torch.zeros(8))]), trainer.rules))
    assert turn.readings["KL to noise"].item() == pytest.approx(2 * (math.e - 1) / 2)
    assert turn.readings["reconstruction"].item() == 0


def test_what_is_lost_is_minus_the_log_likelihood():
    drawn_, x = torch.tensor([[[[0.0]]]]), torch.tensor([[[[0.6]]]])
    assert VAE(width=0.3).lost(drawn_, x).item() == pytest.approx(2)  # two standard deviations: 2^2 / 2
    assert VAE(pixels="bernoulli").lost(drawn_, x).item() == pytest.approx(math.log(2))


def test_an_autoencoder_shows_copies_of_what_it_was_shown():
    trainer = played(tiny_pictures(game="autoencoder"), 3)
    names = [sheet["name"] for sheet in Observer(trainer).stage()["sheets"]]
    assert names == ["fake", "reconstruction"]


# -- semi-supervised ----------------------------------------------------------------------------------------------------


def test_the_score_is_the_log_of_the_sum_of_the_classes():
    D = Classifier(nn.Sequential(nn.Flatten(), nn.Identity()))
    said = D(torch.tensor([[0.0, math.log(3.0)]]))
    assert said.tolist() == [pytest.approx([math.log(4), 0, math.log(3)])]


def test_of_each_class_only_a_few_labels_are_seen_and_always_the_same():
    few = [FewLabelled(Ring().open(CPU), 3, 8, seeded(5)) for _ in range(2)]
    assert few[0].y.tolist() == [k for k in range(8) for _ in range(3)]
    assert torch.equal(few[0].few, few[1].few)
    batch = few[0].batch(100, seeded())
    assert isinstance(batch, FewLabels)
    known = {tuple(point) for point in few[0].few.tolist()}
    assert {tuple(point) for point in batch.few.tolist()} <= known
    assert not {tuple(point) for point in batch.x.tolist()} & known


def test_a_class_that_never_comes_is_said():
    source = Drawn(lambda n, generator: Labelled(torch.zeros(n, 2), torch.zeros(n, dtype=torch.int64)))
    with pytest.raises(DataUnavailable, match="There are not 2 labelled examples of each class: of one of them only 0"):
        FewLabelled(source, 2, 3, seeded())


def test_without_the_unlabelled_only_d_learns():
    trainer = Trainer(tiny(game={"name": "semisupervised", "unlabelled": False}))
    assert [trainer.turn().players for _ in range(3)] == [("D",)] * 3


def test_g_is_drawn_to_the_mean_of_ds_features():
    config = tiny(game="semisupervised")
    p = Players(D=Classifier(nn.Sequential(nn.Identity(), nn.Linear(2, 8))))
    real, fake = torch.tensor([[0.0, 0.0], [2.0, 4.0]]), torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    assert config.game.apart(p, real, fake).item() == 2  # means (1, 2) and (1, 0): (0 + 4) / 2


def test_hot_is_one_hot():
    assert hot(torch.tensor([2, 0]), 3).tolist() == [[0, 0, 1], [1, 0, 0]]


def test_where_the_class_is_known_the_score_is_that_of_this_class_in_one_pass():
    trainer, seen = played(tiny(game="conditional"), 2), []
    fed = trainer.config.fed(5, seeded(), CPU)
    x, y = drawn(5, 2), trainer.config.codes[1].of(fed).argmax(1)
    expected = trainer.players.D(x, y).flatten()
    trainer.players.D.register_forward_pre_hook(lambda net, given: seen.append(len(given[0])))
    assert torch.equal(trainer.config.game.score(trainer.players, x, fed), expected)
    assert seen == [5]


# -- a latent of modes ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dim", [1, 2, 5, 64])
@pytest.mark.parametrize("modes", [2, 8, 25])
def test_the_gaussians_of_a_mixture_are_apart_and_all_alike(dim, modes):
    latent = Latent(dim=dim, shape="mixture", modes=modes)
    middles = latent.middle(torch.arange(modes))
    far = torch.cdist(middles, middles) + 1e6 * torch.eye(modes)
    assert torch.allclose(far.amin(1), torch.tensor(8 * latent.width), rtol=1e-3)
    z = latent.draw(4000, seeded(), CPU)
    away = torch.cdist(z, middles)
    nearest = away.argmin(1)
    assert nearest.bincount(minlength=modes).float().std() < 3 * (4000 / modes) ** 0.5
    deviations = (z - middles[nearest]) / latent.width
    assert deviations.std().item() == pytest.approx(1, abs=0.05)
    assert deviations.mean().item() == pytest.approx(0, abs=0.1)


def test_a_mixture_of_a_plane_lies_where_normal_vectors_nearly_live():
    assert Latent(dim=2, shape="mixture").middle(torch.tensor([2]))[0].tolist() == pytest.approx([0, 2**0.5], abs=1e-6)
    assert Latent(dim=1, shape="mixture", modes=3).middle(torch.arange(3)).flatten().tolist() == pytest.approx(
        [-(3**0.5), 0, 3**0.5]
    )


def test_other_latents_do_not_look_at_the_number_of_modes():
    for shape in ("normal", "uniform", "sphere", "truncated"):
        one, other = (Latent(dim=3, shape=shape, modes=modes).draw(5, seeded(), CPU) for modes in (2, 20))
        assert torch.equal(one, other)
