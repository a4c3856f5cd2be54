"""Games: each plays as its paper says."""

import pytest
import torch
from recipes import drawn, played, tiny
from torch import nn

from engine.batches import Samples
from engine.games import BEGAN, GAN, Players
from engine.trainer import Trainer, kept, restored


def numbers(trainer: Trainer) -> dict[str, float]:
    rows = trainer.recorder.take()
    return dict(zip(rows.columns, rows.values[-1].tolist(), strict=True))


# -- the GAN ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("d_turns", [1, 2, 5])
def test_d_gets_its_turns_and_fresh_samples_for_each(d_turns):
    trainer = Trainer(tiny(game={"name": "gan", "d_turns": d_turns}))
    seen = []
    draw = trainer.source.batch
    trainer.source.batch = lambda n, generator: seen.append(draw(n, generator)) or seen[-1]
    assert [trainer.turn().players for _ in range(d_turns + 1)] == [("D",)] * d_turns + [("G",)]
    assert len({batch.x.sum().item() for batch in seen}) == d_turns


def test_ds_turn_is_played_against_a_g_that_cannot_learn_from_it():
    trainer = Trainer(tiny())
    turn = trainer.turn()
    assert turn.players == ("D",)
    assert not trainer.weights["G"].gradient.any()
    assert "G" not in {name for name, held in trainer.weights.items() if held.gradient.any()}


def test_d_alone_learns_to_tell_a_fixed_g_apart():
    trainer = Trainer(tiny(d_optimizer={"name": "adam", "lr": 0.01}))
    for _ in range(150):
        trainer.round(lambda player: player == "D")
    now = numbers(trainer)
    assert now["D(real)"] > now["D(fake)"] + 1
    assert now["d_loss"] < 1.0  # 2 ln 2 when it cannot tell


# -- BEGAN ------------------------------------------------------------------------------------------------------------


class Halver(nn.Module):
    """An autoencoder that gives back half of its input: its error on x is |x| / 2."""

    def __init__(self) -> None:
        super().__init__()
        self.share = nn.Parameter(torch.tensor(0.5))
        self.register_buffer("k", torch.zeros(()))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.share * x


def test_the_error_of_an_autoencoder_is_its_mean_absolute_difference():
    p = Players(D=Halver())
    assert BEGAN().error(p, torch.tensor([[2.0, 4.0], [0.0, -2.0]])).tolist() == [1.5, 0.5]
    assert BEGAN().error(p, torch.ones(2, 3, 4, 4)).tolist() == [0.5, 0.5]
    assert BEGAN().score(p, torch.tensor([[2.0, 4.0]])).tolist() == [-1.5]  # the better known, the more real


def round_of(game: BEGAN, k: float, real: float, fake: float) -> tuple[list, Players]:
    """One round in which the errors of real and fake samples are these, with the balance at k before."""

    class Rules:
        def z(self, n: int) -> torch.Tensor:
            return torch.full((n, 1), 2 * fake)

    p = Players(D=Halver(), G=nn.Identity())
    p.D.k.fill_(k)
    return list(game.round(p, iter([Samples(torch.full((4, 1), 2 * real))]), Rules())), p


@pytest.mark.parametrize(
    ("k", "real", "fake", "after"),
    [
        (0.3, 1.0, 0.2, 0.3 + 0.1 * (0.5 * 1.0 - 0.2)),  # fakes are known too well: they count more for D
        (0.3, 1.0, 0.9, 0.3 + 0.1 * (0.5 * 1.0 - 0.9)),
        (0.3, 1.0, 0.5, 0.3),  # in balance: the error of fakes is gamma times that of real samples
        (0.01, 1.0, 0.9, 0.0),  # k stays in [0, 1]
        (0.99, 1.0, 0.1, 1.0),
    ],
)
def test_the_balance_k_follows_the_papers_formula(k, real, fake, after):
    """k <- k + lambda_k * (gamma L(x) - L(G(z))), Berthelot et al. 2017, section 3.4."""
    turns, p = round_of(BEGAN(gamma=0.5, lambda_k=0.1), k, real, fake)
    assert p.D.k.item() == pytest.approx(after)
    d_turn, g_turn = turns
    assert d_turn.loss.item() == pytest.approx(real - k * fake)
    assert g_turn.loss.item() == pytest.approx(fake)
    assert g_turn.readings["k"].item() == pytest.approx(k)
    assert g_turn.readings["convergence"].item() == pytest.approx(real + abs(0.5 * real - fake))


def test_k_moves_and_is_part_of_the_checkpoint():
    trainer = Trainer(tiny(game={"name": "began", "lambda_k": 0.1, "gamma": 1.0}))
    trainer.players.D.k.fill_(0.5)
    for _ in range(3):
        trainer.round()
    k = trainer.players.D.k.item()
    assert 0 < k < 1
    assert k != 0.5
    again = restored(kept(trainer))
    assert again.players.D.k.item() == k
    assert kept(trainer).tensors["net/D/k"].item() == k


def test_d_of_began_gives_back_what_it_is_shown():
    p = Players(**tiny(game="began").game.players(tiny(game="began").make))
    assert p.D(drawn(5, 2)).shape == (5, 2)


def test_began_is_pulled_towards_what_d_reconstructs():
    """On a D that gives back x / 2 the pull goes to 0, where the error is 0."""
    p, fake = Players(D=Halver()), torch.tensor([[2.0, -4.0]], requires_grad=True)
    (slope,) = torch.autograd.grad(BEGAN().pull(p, fake, fake.detach(), None), fake)
    assert (-slope * fake < 0).all()


def test_the_measure_of_convergence_falls_on_easy_data():
    fast = {"name": "adam", "lr": 0.005}
    trainer = played(tiny(game="began", data="two-gaussians", d_optimizer=fast, g_optimizer=fast), 1)
    first = numbers(trainer)["convergence"]
    for _ in range(150):
        trainer.round()
    assert numbers(trainer)["convergence"] < first / 2


def test_the_gan_by_default_is_the_papers():
    assert GAN().d_turns == 1
    assert BEGAN().gamma == 0.5
