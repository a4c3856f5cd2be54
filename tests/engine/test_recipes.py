"""What follows in a recipe when data of another kind are chosen."""

import pytest

from engine.budget import HOSTED, check_budget
from engine.config import RunConfig
from engine.data import DATA
from engine.presets import PRESETS
from engine.recipes import kind_of, suited

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
