"""The layers of the stage against what is known exactly."""

import base64
from typing import Any

import numpy as np
import pytest
import torch
from recipes import CPU, POINTS, seeded, tiny
from torch import Tensor

from engine.config import RunConfig
from engine.data import DATA, Points
from engine.games import GAN
from engine.losses import LOSSES, Hinge, LeastSquares, NonSaturating, RelativisticPairing, Wasserstein
from engine.metrics.density import axis_of, blurred, decided, estimated, nodes_of, presence
from engine.observer import Observer
from engine.plane import LAYERS, MESH, NODES, SHOWN, THREADS, WIDTH, latent_mesh
from engine.trainer import Trainer

POINT_SETS = [name for name, kind in DATA.items() if issubclass(kind, Points)]


def bytes_of(field: dict[str, Any]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(field["data"]), np.uint8).astype(float)


def density_of(field: dict[str, Any]) -> np.ndarray:
    """A density as the page reads it."""
    return field["top"] * (bytes_of(field) / 255) ** 2


def perfect(monkeypatch: pytest.MonkeyPatch, law: Points) -> None:
    """Every generator of GAN from now on: fresh real samples passed off as fakes."""
    generator = seeded(5)
    monkeypatch.setattr(GAN, "generate", lambda self, p, z: law.sample(len(z), generator))


# -- densities --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", POINT_SETS)
def test_the_estimate_of_many_real_samples_is_the_blurred_law(data: str) -> None:
    law = DATA[data]()
    assert isinstance(law, Points)
    axis = axis_of(law, NODES[law.dim], CPU)
    exact, found = (
        blurred(law, axis, WIDTH[law.dim]),
        estimated(law.sample(20_000, seeded()), axis, WIDTH[law.dim]),
    )
    assert (found - exact).abs().mean() < 0.06 * exact.mean()


def test_an_estimate_integrates_to_one_and_forgets_what_is_no_number() -> None:
    law = DATA["two-gaussians"]()
    assert isinstance(law, Points)
    axis = axis_of(law, 50, CPU)
    x = law.sample(500, seeded())
    cell = float(axis[1] - axis[0]) ** 2
    assert float(estimated(x, axis, 0.05).sum()) * cell == pytest.approx(1, abs=0.02)
    broken = torch.cat((x, torch.full((500, 2), float("nan"))))
    assert torch.allclose(2 * estimated(broken, axis, 0.05), estimated(x, axis, 0.05), atol=1e-5)


def test_nodes_go_x_fastest_from_the_low_corner() -> None:
    assert nodes_of(torch.tensor([0.0, 1.0]), 2).tolist() == [[0, 0], [1, 0], [0, 1], [1, 1]]


# -- the best possible D ----------------------------------------------------------------------------------------------

P, Q = torch.tensor([1.0, 3.0, 0.0, 2.0]), torch.tensor([1.0, 1.0, 2.0, 0.0])
OPTIMAL = {
    NonSaturating(): [0.5, 0.75, 0, 1],
    NonSaturating(smoothing=0.1): [0.45, 0.675, 0, 0.9],
    LeastSquares(): [0.5, 0.75, 0, 1],
    RelativisticPairing(): [0.5, 0.75, 0, 1],
    Hinge(): [0.5, 1, 0, 1],
}


@pytest.mark.parametrize("loss", OPTIMAL, ids=str)
def test_the_best_d_by_hand(loss: Any) -> None:
    assert loss.optimal(P, Q).tolist() == pytest.approx(OPTIMAL[loss])


@pytest.mark.parametrize("loss", [loss for loss in OPTIMAL if not loss.pairs], ids=str)
def test_no_other_score_costs_less_than_the_best_ds(loss: Any) -> None:
    """The loss at one place where data are three times as dense as fakes, for scores from -3 to 3."""
    scores = torch.linspace(-3, 3, 6001)
    real_part = torch.stack([loss.d_loss(s, torch.tensor(0.0)) for s in scores])
    fake_part = torch.stack([loss.d_loss(torch.tensor(0.0), s) for s in scores])
    best = scores[(3 * real_part + fake_part).argmin()]
    belief = loss.belief(best, torch.tensor([1.0]), torch.tensor([-1.0]))
    assert float(belief) == pytest.approx(float(loss.optimal(torch.tensor(3.0), torch.tensor(1.0))), abs=2e-3)


def test_without_a_bound_on_its_slope_no_critic_is_best() -> None:
    assert Wasserstein().optimal(P, Q) is None


def test_where_nothing_is_d_is_undecided() -> None:
    p, q = torch.tensor([1e-9, 0.0, 1.0]), torch.tensor([0.0, 0.0, 0.0])
    assert decided(p / (p + q), presence(p, q, area=4.0)).tolist() == pytest.approx([0.5, 0.5, 1.0], abs=1e-5)


@pytest.mark.parametrize("data", POINT_SETS)
def test_a_perfect_generator_leaves_even_the_best_d_undecided(data: str, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(tiny(data=data))
    law = trainer.config.data
    assert isinstance(law, Points)
    perfect(monkeypatch, law)
    observer = Observer(trainer)
    optimal = bytes_of(observer.stage(LAYERS)["optimal"]) / 255
    p = blurred(law, observer.plane.axis, observer.plane.width).numpy()
    assert np.average(np.abs(optimal - 0.5), weights=p) < 0.1  # 2,500 samples tell that much by chance


def test_the_best_d_is_p_over_p_plus_q_where_both_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Data: two Gaussians.  Fakes: three blobs, whose density the page does not know and estimates."""
    trainer = Trainer(tiny(data="two-gaussians"))
    fakes = DATA["blobs"]()
    assert isinstance(fakes, Points)
    perfect(monkeypatch, fakes)
    observer = Observer(trainer)
    found = bytes_of(observer.stage(LAYERS)["optimal"]) / 255
    p, q = (blurred(law, observer.plane.axis, observer.plane.width) for law in (trainer.config.data, fakes))
    exact = decided(p / (p + q), presence(p, q, 6.25)).numpy()
    assert np.average(np.abs(found - exact), weights=(p + q).numpy()) < 0.02


# -- what is drawn ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", LOSSES)
def test_a_layer_that_makes_no_sense_is_left_out(loss: str) -> None:
    observer = Observer(Trainer(tiny(loss=loss)))
    stage = observer.stage(LAYERS)
    assert ("optimal" in stage) == (loss != "wasserstein")
    assert observer.real_stage()["layers"] == [layer for layer in LAYERS if layer != "optimal" or loss != "wasserstein"]
    assert {"fake", "belief", "arrows", "density", "manifold"} <= set(stage)


def test_only_what_is_looked_at_is_worked_out() -> None:
    observer = Observer(Trainer(tiny()))
    frame = {"kind", "low", "high", "fake"}
    assert set(observer.stage(())) == frame
    assert set(observer.stage(("manifold",))) == frame | {"manifold"}
    assert set(observer.stage(("density",))) == frame | {"density"}


def test_looking_at_every_layer_changes_nothing() -> None:
    alone, watched = Trainer(tiny()), Trainer(tiny())
    observer = Observer(watched)
    for _ in range(3):
        observer.stage(LAYERS)
        alone.round()
        watched.round()
    assert torch.equal(alone.weights["G"].flat, watched.weights["G"].flat)


def mesh(**latent: Any) -> Tensor | None:
    return latent_mesh(Trainer(RunConfig.from_dict(POINTS | {"latent": latent})))


def test_the_mesh_stands_for_equal_shares_of_the_latent_space() -> None:
    square, normal = mesh(dim=2, shape="uniform"), mesh(dim=2)
    assert square is not None
    assert normal is not None
    assert square.shape == normal.shape == (MESH**2, 2)
    assert square[:MESH, 0].tolist() == pytest.approx(np.linspace(-1 + 1 / MESH, 1 - 1 / MESH, MESH).tolist(), abs=1e-6)
    below = torch.special.ndtr(normal[:MESH, 0])
    assert below.diff().tolist() == pytest.approx([1 / MESH] * (MESH - 1), abs=1e-5)
    circle = mesh(dim=2, shape="sphere")
    assert circle is not None
    assert circle.norm(dim=1).tolist() == pytest.approx([2**0.5] * len(circle), abs=1e-5)
    assert mesh(dim=3) is None
    assert mesh(dim=2, shape="mixture") is None


def test_on_a_line_threads_lead_from_z_to_g_of_z() -> None:
    stage = Observer(Trainer(tiny(data="mixture-1d", latent={"dim": 1}))).stage(LAYERS)
    assert stage["threads"]["n"] == THREADS
    assert len(base64.b64decode(stage["threads"]["to"])) == 2 * THREADS
    assert len(bytes_of(stage["density"])) == NODES[1]


def test_real_data_come_with_their_exact_density() -> None:
    observer = Observer(Trainer(tiny()))
    real = observer.real_stage()
    assert len(base64.b64decode(real["points"])) == SHOWN * 4
    exact = observer.plane.p.numpy()
    assert np.abs(density_of(real["density"]) - exact).max() < 0.02 * exact.max()


def test_a_latent_square_has_no_threads_to_a_line():
    offered = {dim: Observer(Trainer(tiny(data="mixture-1d", latent={"dim": dim}))).real_stage()["layers"] for dim in (1, 2)}
    assert "manifold" in offered[1]
    assert "manifold" not in offered[2]
