"""Points: where they are, how likely each place is, and that both agree."""

import math

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from engine.data import DATA, Blobs, Circle, Grid, Line, Mixture1D, Moons, Points, Ring, Spiral, TwoGaussians

CPU = torch.device("cpu")
POINTS = {name: kind for name, kind in DATA.items() if issubclass(kind, Points)}
every = pytest.mark.parametrize("kind", POINTS.values(), ids=POINTS)


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def middles(dim: int, bins: int, low: float, high: float) -> tuple[torch.Tensor, float]:
    """The middles of a grid's cells, (bins**dim, dim), and the volume of a cell."""
    step = (high - low) / bins
    line = low + step * (torch.arange(bins) + 0.5)
    return torch.cartesian_prod(*[line] * dim).reshape(-1, dim), step**dim


def test_a_ring_of_eight_has_eight_modes_in_eight_places():
    modes = Ring(modes=8, radius=1.0).centres
    assert len(modes.mul(1000).round().unique(dim=0)) == 8
    assert torch.allclose(modes[2], torch.tensor([0.0, 1.0]), atol=1e-6)
    assert torch.allclose(modes.norm(dim=1), torch.ones(8))


@pytest.mark.parametrize("count", range(2, 25))
def test_neighbours_on_the_ring_are_equally_far_apart(count):
    modes = Ring(modes=count, radius=1.0).centres
    assert torch.allclose((modes - modes.roll(1, 0)).norm(dim=1), torch.tensor(2 * math.sin(math.pi / count)), atol=1e-5)


def test_the_grid_of_five_is_pacgans_scaled_by_a_fifth():
    assert torch.allclose(Grid().centres * 5, torch.cartesian_prod(*[torch.tensor([-4.0, -2, 0, 2, 4])] * 2), atol=1e-6)


def test_gan_labs_gaussians_are_where_gan_lab_has_them():
    x = (TwoGaussians().sample(20_000, seeded()) + 1) / 2  # back to its square [0, 1]
    round_one, tall_one = x[x[:, 0] < 0.5], x[x[:, 0] > 0.6]
    assert torch.allclose(round_one.mean(0), torch.tensor([0.3, 0.7]), atol=0.01)
    assert torch.allclose(tall_one.mean(0), torch.tensor([0.7, 0.4]), atol=0.01)
    assert torch.allclose(tall_one.std(0), torch.tensor([0.05, 0.2]), atol=0.01)


def test_gan_labs_line_and_circle_are_where_gan_lab_has_them():
    t = torch.tensor([0.0, 0.25, 1.0])
    assert torch.allclose((Line().path(t) + 1) / 2, torch.tensor([[0.8, 0.6], [0.6125, 0.675], [0.05, 0.9]]))
    assert torch.allclose((Circle().path(t[:2]) + 1) / 2, torch.tensor([[0.8, 0.45], [0.5, 0.7]]), atol=1e-6)


def test_the_moons_are_two_half_circles():
    upper, lower = Moons().path(torch.tensor([0.0, 0.25])), Moons().path(torch.tensor([0.5, 0.75]))
    assert torch.allclose(upper, 0.6 * torch.tensor([[0.5, -0.25], [-0.5, 0.75]]), atol=1e-6)
    assert torch.allclose(lower, 0.6 * torch.tensor([[-0.5, 0.25], [0.5, -0.75]]), atol=1e-6)


def test_the_arms_of_a_spiral_end_opposite_each_other():
    ends = Spiral(arms=2, turns=1.0).path(torch.tensor([0.4999999, 0.9999999]))
    assert torch.allclose(ends, torch.tensor([[0.9, 0.0], [-0.9, 0.0]]), atol=1e-3)


def test_an_uneven_mixture_halves_from_mode_to_mode():
    assert torch.allclose(Mixture1D(modes=3, uneven=0.5).weights, torch.tensor([4.0, 2.0, 1.0]) / 7)


def test_rare_modes_are_drawn_rarely():
    x = Mixture1D(modes=3, uneven=0.5, sigma=0.01).sample(70_000, seeded())
    assert [int(((x - mode).abs() < 0.1).sum() / 1000 + 0.5) for mode in (-0.8, 0.0, 0.8)] == [40, 20, 10]


def test_the_density_of_one_gaussian_is_the_formula():
    ring = Ring(modes=2, radius=1.0, sigma=0.1)  # at a mode the other is 20 sigmas away
    assert ring.log_density(torch.tensor([[1.0, 0.0]])).item() == pytest.approx(math.log(0.5 / (2 * math.pi * 0.01)))


@every
def test_density_and_cell_masses_agree_and_make_one(kind):
    points = kind()
    x, volume = middles(points.dim, 128, -1.6, 1.6)  # cells of 0.025, about the smallest sigma
    by_density = points.log_density(x).exp() * volume
    masses = points.law().masses(torch.linspace(-1.6, 1.6, 129))
    assert by_density.sum().item() == pytest.approx(1, abs=1e-3)
    assert masses.sum().item() == pytest.approx(1, abs=1e-5)
    assert (masses[:-1] - by_density).abs().sum().item() < 0.12  # the density bends within such a cell


@every
def test_samples_fall_where_the_density_says(kind):
    """Pearson's chi squared over the cells that expect ten samples or more: its mean is their number."""
    points, n = kind(), 20_000
    edges = torch.linspace(*points.limits, 31)
    expected = points.law().masses(edges)[:-1] * n
    x = points.sample(n, seeded())
    counts = torch.histogramdd(x, bins=[edges] * points.dim).hist.flatten()
    enough = expected >= 10
    chi_squared, cells = ((counts - expected).square() / expected)[enough].sum().item(), int(enough.sum())
    assert abs(chi_squared - cells) < 4 * math.sqrt(2 * cells) + 4


@every
def test_nearly_all_points_are_on_the_stage(kind):
    low, high = kind.limits
    x = kind().sample(2_000, seeded())
    assert ((x > low) & (x < high)).all(1).float().mean() > 0.99


@every
def test_the_same_seed_draws_the_same_points(kind):
    first, second = (kind().open(CPU).batch(5, seeded(3)).x for _ in range(2))
    assert torch.equal(first, second)
    assert first.shape == (5, *kind().shape)
    assert torch.equal(first, kind().sample(5, seeded(3)))


@every
def test_a_training_set_of_few_points_is_gone_through_in_random_order(kind):
    few = kind(examples=20)
    source, generator = few.training(7, CPU), seeded()
    epochs = [source.batch(20, generator).x for _ in range(2)]
    assert torch.equal(*(x.sort(0).values for x in epochs))
    assert not torch.equal(*epochs)
    assert len(epochs[0].unique(dim=0)) == 20
    assert type(source.batch(4, generator)) is kind.gives


def test_a_training_set_is_the_same_for_the_same_seed():
    sets = [Ring(examples=20).training(seed, CPU).points.x for seed in (7, 7, 8)]
    assert torch.equal(sets[0], sets[1])
    assert not torch.equal(sets[0], sets[2])


def test_few_points_keep_their_classes():
    x, y = Ring(examples=50).training(0, CPU).batch(50, seeded())
    assert torch.equal(torch.cdist(x, Ring().centres).argmin(1), y)


def test_of_few_points_others_are_held_out_and_the_law_is_what_it_was():
    few = Ring(examples=20)
    assert torch.equal(few.held_out(20, CPU).x, Ring().held_out(20, CPU).x)
    assert torch.cdist(few.held_out(20, CPU).x, few.training(0, CPU).points.x).min() > 0
    assert torch.equal(few.log_density(torch.zeros(1, 2)), Ring().log_density(torch.zeros(1, 2)))


def test_points_are_drawn_afresh_unless_few_are_wanted():
    drawn, asked = Ring().training(0, CPU), Ring().open(CPU)
    assert torch.equal(drawn.batch(5, seeded()).x, asked.batch(5, seeded()).x)
    assert drawn.state() == {}


@pytest.mark.parametrize("kind", [Line, Circle, Moons, Spiral])
def test_a_curve_has_no_modes_to_count(kind):
    assert kind().centres is None
    assert kind().scales is None
    assert kind().weights is None


def test_a_mode_knows_its_width_and_its_weight():
    assert torch.equal(Blobs(sigma=0.05).scales, torch.full((3, 2), 0.05))
    assert torch.allclose(TwoGaussians().scales, torch.tensor([[0.2, 0.2], [0.1, 0.4]]))
    assert Ring(modes=4).weights.tolist() == [0.25] * 4


def test_nodes_on_curves_are_closer_than_their_blur():
    """What makes the string of Gaussians as good as the integral; loosest at the widest spiral."""
    for curve in (Line(sigma=0.01), Circle(sigma=0.01), Moons(sigma=0.01), Spiral(arms=5, turns=2.0, sigma=0.02)):
        nodes = curve.law().centres.view(curve.strands or 1, -1, 2)
        steps = nodes.diff(dim=1).norm(dim=2)
        assert steps.median() < curve.sigma


class Operations(TorchDispatchMode):
    """Counts what torch is asked to do."""

    count = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.count += 1
        return func(*args, **(kwargs or {}))


@every
def test_a_batch_of_points_is_a_handful_of_operations(kind):
    """It is drawn in every round: 20 to 30 microseconds for 256 points."""
    source, generator = kind().open(CPU), seeded()
    source.batch(256, generator)
    with Operations() as asked:
        source.batch(256, generator)
    assert asked.count <= 6
