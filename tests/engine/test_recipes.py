"""What follows in a recipe when data of another kind are chosen."""

import math

import pytest
import torch

from engine.budget import HOSTED, check_budget
from engine.config import RunConfig
from engine.data import DATA
from engine.presets import PRESETS
from engine.recipes import PACGAN, PACGAN_GRID, kind_of, recipe, suited

A_ROW_OF_EACH = {"points": "moons", "pictures": "folder", "pairs": "pairs", "unpaired": "unpaired"}
SWITCHES = [(before, after) for before in A_ROW_OF_EACH for after in A_ROW_OF_EACH if before != after]


def switched(config: RunConfig, data: str) -> RunConfig:
    """The recipe after these data were chosen in the form."""
    before = config.model_dump()
    return RunConfig.from_dict(before | suited(data, before["data"]["name"]) | {"data": data})


def test_every_data_set_is_of_a_kind():
    kinds = {name: kind_of(name) for name in ("ring", "mnist", "folder", "derived", "pairs", "published-pairs", "unpaired")}
    assert list(kinds.values()) == ["points", "pictures", "pictures", "pairs", "pairs", "pairs", "unpaired"]


@pytest.mark.parametrize(("before", "after"), SWITCHES)
def test_from_each_kind_to_each_other_the_recipe_still_holds(before, after):
    there = switched(PRESETS["ring-r3gan"].config, A_ROW_OF_EACH[before]) if before != "points" else PRESETS["ring-r3gan"].config
    config = switched(there, A_ROW_OF_EACH[after])
    assert type(config.data) is DATA[A_ROW_OF_EACH[after]]
    check_budget(config, HOSTED)


@pytest.mark.parametrize(("base", "modes", "apart"), [(PACGAN, 8, 2 * math.sin(math.pi / 8)), (PACGAN_GRID, 25, 0.4)])
def test_pacgans_protocol_is_its_codes(base, modes, apart):
    """Two numbers through four hidden layers of 400 units, and through three of 200 units of five pieces."""
    config = recipe(base)
    G, D = config.make.generator(), config.make.discriminator()
    count = {net: sum(p.numel() for p in net.parameters()) for net in (G, D)}
    assert count[G] == (2 + 1) * 400 + 3 * (400 + 1) * 400 + 4 * 2 * 400 + (400 + 1) * 2
    assert count[D] == (2 + 1) * 1000 + 2 * (200 + 1) * 1000 + (200 + 1)
    assert [float(p.detach().std()) for p in G.parameters() if p.dim() > 1] == pytest.approx([0.02] * 5, rel=0.1)
    centres = config.data.centres
    far = torch.cdist(centres, centres) + 10 * torch.eye(modes)
    assert torch.allclose(far.amin(1), torch.full((modes,), apart), atol=1e-5)
    assert torch.allclose(config.data.scales, torch.tensor(0.01))
    packs = recipe(base, {"augment": {"packing": {"samples": 4}}, "training": {"batch": 400, "average": 0.0}})
    assert packs.make.seen == (8,)


def test_pairs_bring_pix2pix_and_its_networks():
    config = switched(PRESETS["ring-r3gan"].config, "pairs")
    names = {section: config.model_dump()[section]["name"] for section in ("game", "generator", "discriminator")}
    assert names == {"game": "pix2pix", "generator": "unet", "discriminator": "patchgan"}
    assert (config.generator.width, config.g_optimizer.beta1, config.training.average) == (32, 0.5, 0.998)
    assert config.penalties == ()  # R1 and R2 of the points


@pytest.mark.parametrize(("data", "network"), [("ring", "mlp"), ("glyphs", "dcgan")])
def test_without_pairs_the_plain_game_comes_back(data, network):
    config = switched(switched(PRESETS["ring-r3gan"].config, "derived"), data).model_dump()
    assert (config["game"]["name"], config["loss"]["name"], config["generator"]["name"]) == ("gan", "non-saturating", network)


def test_between_points_and_pictures_the_game_stays():
    assert "game" not in suited("glyphs", "ring")
    assert "game" not in suited("ring", "glyphs")


def test_two_folders_bring_cyclegan():
    assert switched(PRESETS["ring-r3gan"].config, "unpaired").model_dump()["game"]["name"] == "cyclegan"
