"""Toys: what is drawn, that outline and picture belong together, and that a picture shows what it was told."""

import numpy as np
import pytest
import torch

from engine.data.toys import COLOURS, KINDS, MATERIALS, ROLES, caption, draw, labels, picked, render, scene
from engine.data.toys.freeforms import enclosed, erased
from engine.data.toys.hand import stamped
from engine.data.toys.scene import Scene
from engine.data.toys.shapes import Part, box, ellipse
from engine.data.toys.solid import inflated

BODY = ROLES.index("body")


def seeded(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def told(name: str, n: int) -> torch.Tensor:
    """One of the named colours, (n, 3) in [-1, 1]."""
    return (torch.tensor(COLOURS[name]) * 2 - 1).expand(n, 3)


def one(material: str, n: int) -> torch.Tensor:
    return torch.full((n,), list(MATERIALS).index(material))


def near(mask: torch.Tensor, steps: int) -> torch.Tensor:
    """A mask, (n, S, S), grown by so many pixels."""
    return torch.nn.functional.max_pool2d(mask.float()[:, None], 2 * steps + 1, 1, steps)[:, 0] > 0


def borders(toys: Scene) -> torch.Tensor:
    """Pixels in which two parts, or a part and the ground, meet, (n, S, S)."""
    parts = toys.parts.float()[:, None]
    most = torch.nn.functional.max_pool2d(parts, 4, 2, 1)
    return (most != -torch.nn.functional.max_pool2d(-parts, 4, 2, 1))[:, 0]


@pytest.mark.parametrize("size", [32, 48, 64])
def test_a_draw_has_the_shapes_and_ranges_it_promises(size):
    toys = draw(6, seeded(), size=size)
    assert toys.outline.shape == (6, 1, size, size)
    assert toys.picture.shape == (6, 3, size, size)
    assert toys.colour.shape == (6, 3)
    assert toys.labels.shape == (6, size, size)
    for values in (toys.outline, toys.picture, toys.colour):
        assert values.dtype == torch.float32
        assert values.isfinite().all()
        assert values.abs().max() <= 1
    assert toys.labels.max() < len(ROLES)
    for numbers in (toys.labels, toys.material, toys.kind):
        assert numbers.dtype == torch.int64


def test_the_same_seed_draws_the_same_bits_and_another_seed_does_not():
    first, again, other = draw(8, seeded(3), size=32), draw(8, seeded(3), size=32), draw(8, seeded(4), size=32)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not torch.equal(first.picture, other.picture)


def test_the_next_draw_of_one_generator_is_another():
    generator = seeded()
    assert not torch.equal(draw(4, generator, size=32).outline, draw(4, generator, size=32).outline)


def test_ink_is_dark_on_white_paper():
    outline = draw(12, seeded(1), size=64, kind="fish").outline
    assert (outline.amax((1, 2, 3)) == 1).all()
    assert (outline.amin((1, 2, 3)) < -0.8).all()
    assert (outline > 0).float().mean() > 0.7


@pytest.mark.parametrize("kind", [name for name in KINDS if name != "nothing"])
def test_every_kind_draws_a_toy_and_its_outline(kind):
    toys = draw(6, seeded(), size=32, kind=kind)
    assert (toys.labels > 0).flatten(1).any(1).all()
    assert (toys.outline < 0).flatten(1).any(1).all()
    assert toys.kind.tolist() == [list(KINDS).index(kind)] * 6


def test_all_kinds_and_materials_are_drawn_and_a_third_are_blobs():
    toys = scene(600, seeded(), size=32)
    counts = toys.kind.bincount(minlength=len(KINDS))
    assert (counts > 0).all()
    blobs = sum(int(counts[list(KINDS).index(name)]) for name in ("blob", "blobs", "dotted blob"))
    assert 170 < blobs < 240
    assert draw(60, seeded(), size=32).material.unique().tolist() == list(range(len(MATERIALS)))


def test_an_empty_drawing_is_an_empty_table():
    toys = draw(3, seeded(), size=32, kind="nothing")
    assert (toys.outline == 1).all()
    assert (toys.labels == 0).all()
    assert toys.picture.std((2, 3)).max() < 0.2  # nothing but a soft gradient
    assert torch.equal(toys.picture[0], toys.picture[1])


@pytest.mark.parametrize("material", MATERIALS)
def test_a_body_is_seen_against_the_ground(material):
    toys = scene(6, seeded(2), size=64, kind="blob")
    empty = scene(6, seeded(), size=64, kind="nothing")
    colour = told("blue", 6)
    change = (render(toys, colour, one(material, 6)) - render(empty, colour, one(material, 6))).abs().mean(1)
    assert change[labels(toys) == BODY].mean() > 0.3
    assert change[~near(labels(toys) > 0, 10)].mean() < 0.03


@pytest.mark.parametrize("material", MATERIALS)
def test_a_toy_has_the_colour_it_was_told(material):
    toys = scene(4, seeded(5), size=64, kind="blob")
    for strongest, name in enumerate(("red", "green", "blue")):
        picture = render(toys, told(name, 4), one(material, 4)).transpose(0, 1)[:, labels(toys) == BODY]
        assert int(picture.mean(1).argmax()) == strongest


def test_materials_differ():
    toys, colour = scene(4, seeded(), size=64, kind="blob"), told("red", 4)
    pictures = [render(toys, colour, one(material, 4)) for material in MATERIALS]
    seen = labels(toys) == BODY
    for i, mine in enumerate(pictures):
        for other in pictures[:i]:
            assert (mine - other).abs().mean(1)[seen].mean() > 0.1


def test_only_fur_leaves_its_outline():
    toys, colour = scene(4, seeded(), size=64, kind="blob"), told("purple", 4)
    smooth, fur = (render(toys, colour, one(material, 4)) for material in ("clay", "fur"))
    outside = ~near(labels(toys) > 0, 1)
    purple = [(picture[:, 2] - picture[:, 1])[outside] > 0.3 for picture in (smooth, fur)]
    assert not purple[0].any()
    assert purple[1].any()


def test_night_is_darker_and_bluer_and_windows_glow_in_it():
    toys = scene(4, seeded(1), size=64, kind="house")
    colour, material = told("white", 4), one("clay", 4)
    day, night = (render(toys, colour, material, torch.full((4,), dark)) for dark in (False, True))
    assert night.mean() < day.mean() - 0.5
    assert night[:, 2].mean() > night[:, 0].mean() + 0.1
    pane = labels(toys) == ROLES.index("pane")
    assert night.mean(1)[pane].mean() > night.mean(1)[~pane].mean() + 0.4


def test_a_clean_outline_lies_on_the_borders_of_the_regions(monkeypatch):
    monkeypatch.setattr("engine.data.toys.hand.CAREFUL", 1.0)
    toys = scene(8, seeded(), size=64, kind="cat")
    edge, ink = borders(toys), toys.outline[:, 0] < 0
    assert near(edge, 2)[ink].float().mean() > 0.98
    assert near(ink, 2)[edge].float().mean() > 0.98


def test_a_hasty_outline_still_follows_the_toy():
    toys = scene(40, seeded(), size=64, kind="blob")
    assert near(borders(toys), 4)[toys.outline[:, 0] < 0].float().mean() > 0.95


def test_a_picture_does_not_depend_on_what_is_drawn_beside_it():
    toys, colour = scene(6, seeded(), size=32), picked(6, seeded())
    material = torch.arange(6) % len(MATERIALS)
    together = render(toys, colour, material)
    alone = [render(Scene(*(field[i : i + 1] for field in toys)), colour[i : i + 1], material[i : i + 1]) for i in range(6)]
    assert torch.allclose(together, torch.cat(alone), atol=1e-4)


def test_a_toy_looks_the_same_at_twice_the_size():
    small, large = (draw(6, seeded(7), size=size, kind="blob", material="clay") for size in (48, 96))
    halved = torch.nn.functional.avg_pool2d(large.picture, 2)
    assert (halved - small.picture).abs().mean() < 0.05


def test_light_comes_from_the_upper_left():
    toys = scene(8, seeded(), size=64, kind="blob")
    picture, inside = render(toys, told("grey", 8), one("clay", 8)).mean(1), labels(toys) == BODY
    line = torch.arange(64.0)
    place = line + line[:, None]
    for shade, body in zip(picture, inside, strict=True):
        upper = body & (place < place[body].median())
        assert shade[upper].mean() > shade[body & ~upper].mean() + 0.2


def test_an_inflated_disc_is_half_a_sphere():
    size = 64
    line = (torch.arange(size) + 0.5) * (2 / size) - 1
    far = torch.hypot(line, line[:, None])
    height = inflated((far < 0.7).byte()[None]).height.view(size, size)
    sphere = (0.49 - far.square()).clamp(min=0).sqrt()
    assert (height - sphere)[far < 0.55].abs().max() < 0.08
    assert (height - sphere).abs().max() < 0.2  # a border is the middle of the next place, so a disc is a little wider
    assert height[far > 0.75].max() == 0


def test_a_loop_in_a_line_is_filled_and_its_ends_are_rods():
    turn = np.linspace(-np.pi * 0.75, np.pi * 0.75, 30)
    loop = 0.5 * np.stack([np.sin(turn), -np.cos(turn)], 1)
    rod, disc = erased(np.concatenate([[[0.9, 0.9]], loop, [[-0.9, 0.9]]]))
    assert not rod.closed
    assert len(rod.points) == 3
    assert disc.closed
    assert np.hypot(*disc.points.T).min() > 0.4


def test_what_lines_close_together_is_enclosed():
    drawn = np.zeros((9, 9), bool)
    drawn[2, 1:8] = drawn[6, 1:8] = drawn[:, 2] = drawn[:, 6] = True  # a noughts-and-crosses board
    assert enclosed(drawn).sum() == 9
    drawn[4, 6] = False
    assert enclosed(drawn).sum() == 0


def test_a_dot_of_ink_is_round_and_as_wide_as_told():
    ink = stamped(np.array([0]), np.array([[8.0, 8.0]]), np.array([3.0]), n=1, size=17)[0]
    assert np.array_equal(ink, ink.T)
    assert abs(ink.sum() - np.pi * 9) < 1


def test_shapes_have_the_sizes_they_are_told():
    assert np.allclose(np.abs(ellipse(0, 0, 0.5, 0.25)).max(0), (0.5, 0.25), atol=0.01)
    assert np.allclose(Part(box(0, 0, 0.5, 0.25)).points.max(0), (0.5, 0.25))


def test_captions_say_what_is_there():
    kinds, materials = list(KINDS), list(MATERIALS)
    red, orange = told("red", 1)[0], told("orange", 1)[0]
    assert caption(kind=kinds.index("fish"), colour=red, material=materials.index("clay"), scale=0.5) == "a small red clay fish"
    assert caption(kind=kinds.index("cup"), colour=orange, material=materials.index("fur"), scale=0.75) == "an orange fur cup"
    assert caption(kind=kinds.index("nothing"), colour=red, material=0, scale=1.0) == "an empty table"


def test_a_picked_colour_is_near_one_that_has_a_name():
    table = torch.tensor(list(COLOURS.values())) * 2 - 1
    assert torch.cdist(picked(50, seeded()), table).amin(1).max() < 0.5
