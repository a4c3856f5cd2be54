"""A recipe is checked once, strictly, and whatever is wrong with it is one sentence that names the knob."""

import base64
import json
import random
import zlib
from collections.abc import Callable
from typing import Annotated, ClassVar

import pytest
from recipes import around, tiny

from engine.batches import Unpaired
from engine.budget import HOSTED, LOCAL, Budget, check_budget, cost
from engine.config import LONGEST, SETS, TABLES, BadRecipe, RunConfig, Training
from engine.games import GAMES, GAN, Game, Latent
from engine.parts import Knob, OneOf, Part, knobs, name_in
from engine.penalties import R1, R2
from engine.presets import PRESETS


def sentence(text: str | dict) -> str:
    """What a person is told about this recipe; it must be a sentence."""
    with pytest.raises(BadRecipe) as refused:
        RunConfig.from_json(text) if isinstance(text, str) else RunConfig.from_dict(text)
    said = str(refused.value)
    assert "\n" not in said
    assert said.endswith(".")
    assert "{{" not in said
    assert "pydantic" not in said.lower()
    return said


def outcome(read: Callable[[str], RunConfig], text: str) -> str:
    """What a person is told, or nothing where all is well."""
    try:
        read(text)
    except BadRecipe as error:
        return str(error)
    return ""


# -- every knob refuses what does not fit -----------------------------------------------------------------------------


def every_knob() -> dict[str, tuple[Knob, str]]:
    """For each knob where it stands, as a person writes it: the knob, and a recipe with a gap for its value."""
    found: dict[str, tuple[Knob, str]] = {}

    def gather(place: str, part: type[Part], around: str) -> None:
        for name, k in knobs(part).items():
            found[f"{place}{name}"] = k, around.replace("GAP", f'"{name}": VALUE')

    gather("", RunConfig, "{GAP}")
    gather("training.", Training, '{"training": {GAP}}')
    gather("latent.", Latent, '{"latent": {GAP}}')
    for section, table in TABLES.items():
        for row, part in table.items():
            if section in SETS:
                gather(f"{section}.{row}.", part, f'{{"{section}": {{"{row}": {{GAP}}}}}}')
            else:
                others = json.dumps({name: value for name, value in around(section, row).items() if name != section})[1:-1]
                comma = ", " if others else ""
                gather(f"{section}[{row}].", part, f'{{{others}{comma}"{section}": {{"name": "{row}", GAP}}}}')
    return found


KNOBS = every_knob()
NEVER = ("null", "[]", "{}", '"5"', '"abc"', "NaN")  # as JSON
NOT_IN = {
    "number": (*NEVER, "Infinity", "-Infinity", "1e400", "-1e400", "true", str(2**63), str(-(2**63))),
    "whole": (*NEVER, "Infinity", "-Infinity", "1e400", "true", "1.5", str(2**63), str(-(2**63))),
    "switch": (*NEVER, "1", "0"),
    "choice": (*NEVER, "0", "true", '""'),
    "text": ("null", "[]", "{}", "NaN", "5", "true"),
}


@pytest.mark.parametrize(("place", "k", "recipe"), [(place, *found) for place, found in KNOBS.items()], ids=KNOBS)
def test_a_knob_refuses_what_does_not_fit_and_says_its_name(place, k, recipe):
    bad = list(NOT_IN[k.kind])
    if k.low is not None and k.high is not None:
        bad += [json.dumps(k.low - 1), json.dumps(k.high + 1)]
    section, _, knob = place.rpartition(".")
    name = f"{section.partition('[')[0]}.{knob}".removeprefix(".")
    for value in bad:
        assert sentence(recipe.replace("VALUE", value)).startswith(f"{name} must be "), value


@pytest.mark.parametrize(("k", "recipe"), KNOBS.values(), ids=KNOBS)
def test_both_ends_of_its_range_belong_to_a_knob(k, recipe):
    """Unless the whole recipe does not hang together, which is said in another sentence."""
    for value in (k.low, k.high, k.default):
        if value is not None:
            said = outcome(RunConfig.from_json, recipe.replace("VALUE", json.dumps(int(value) if k.kind == "whole" else value)))
            assert said == "" or "; choose " in said or "Data that fits: " in said


def test_a_sentence_says_what_fits_and_what_was_given():
    assert sentence({"data": {"name": "ring", "modes": 99}}) == "data.modes must be a whole number from 2 to 24, but it is 99."
    assert sentence({"training": {"average": 1}}) == "training.average must be a number from 0 to 0.99999, but it is 1."
    assert sentence({"seed": 2**31}) == "seed must be a whole number from 0 to 2,147,483,647, but it is 2147483648."
    assert sentence({"data": {"name": "folder", "grey": "yes"}}) == 'data.grey must be true or false, but it is "yes".'
    assert (
        sentence({"latent": {"shape": "flat"}})
        == 'latent.shape must be one of normal, uniform, sphere, truncated, mixture, but it is "flat".'
    )
    assert sentence({"data": {"name": "ring", "modes": 99, "radius": 7}}).endswith("but it is 99 (1 more).")
    assert sentence({"seed": "x" * 100}) == "seed must be a whole number from 0 to 2,147,483,647."


# -- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("section", TABLES)
def test_an_unknown_name_is_answered_with_the_known_ones(section):
    said = sentence({section: {"nonsense": {}} if section in SETS else "nonsense"})
    assert said.startswith(f"{section}: 'nonsense' is no ")
    assert said.endswith(f"Known: {', '.join(TABLES[section])}.")


@pytest.mark.parametrize("section", TABLES)
@pytest.mark.parametrize("value", [None, 5, [], ["r1"], {"name": 5}, {"name": None}, {"name": ["mlp"]}, True])
def test_a_choice_that_is_no_name_is_answered_with_the_known_ones(section, value):
    said = sentence({section: value})
    assert said.startswith(f"{section}: ")
    assert f"{', '.join(TABLES[section])}." in said


def test_an_unknown_knob_is_answered_with_the_known_ones():
    said = sentence({"data": {"name": "ring", "modse": 9}})
    assert said == "data.modse: there is no such knob. Known: examples, modes, radius, sigma."
    assert sentence({"loss": {"name": "hinge", "margin": 1}}) == "loss.margin: there is no such knob. Known: none."
    assert sentence({"penalties": {"r1": {"gamma": 1}}}) == "penalties.r1.gamma: there is no such knob. Known: weight, interval."
    assert sentence({"speed": 1}).startswith("speed: there is no such knob. Known: data, game, latent, ")


@pytest.mark.parametrize("section", ["training", "latent"])
@pytest.mark.parametrize("value", [None, 5, [], "x"])
def test_a_group_of_knobs_must_be_one(section, value):
    assert sentence({section: value}).startswith(f"{section} must be a group of knobs, {{name: value, ...}}, with names from: ")


def test_names_are_shown_and_never_filled_in():
    assert sentence({"loss": "{known}"}).startswith("loss: '{known}' is no loss.")
    assert len(sentence({"loss": "x" * 10_000})) < 300


# -- what is no recipe at all -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "{", "ring", "{'seed': 1}", '{"seed": 01}', "\0", '"\\ud800"', "[1,", "nul"])
def test_what_is_no_json_is_said_to_be_none(text):
    assert sentence(text).startswith("This is no JSON: ")


@pytest.mark.parametrize("text", ["[]", "3", "null", '"ring"', "NaN", "[{}]", '"\ud800"'])
def test_json_that_is_no_recipe_is_refused(text):
    assert sentence(text).startswith("the recipe must be a group of knobs")


@pytest.mark.parametrize("depth", [100, 10_000])
@pytest.mark.parametrize("around", ["{}", '{{"data": {}}}', '{{"seed": {}}}', '{{"data": {{"name": "ring", "modes": {}}}}}'])
def test_deeply_nested_json_is_refused(depth, around):
    sentence(around.format("[" * depth + "]" * depth))
    sentence(around.format('{"a":' * depth + "1" + "}" * depth))


def test_plain_data_that_json_cannot_say_is_refused():
    nested: list = []
    for _ in range(100_000):
        nested = [nested]
    for value in ({"seed": {1, 2}}, {"seed": b"1"}, {"seed": 10**5000}, {"seed": nested}, {(1, 2): 3}):
        sentence(value)


def test_a_recipe_that_is_too_long_is_not_even_read():
    assert sentence(" " * LONGEST + "{}") == f"The recipe is {LONGEST + 2:,} characters long; {LONGEST:,} are allowed."


def test_parts_are_frozen():
    with pytest.raises(ValueError, match="frozen"):
        tiny().seed = 3


# -- what must hang together ------------------------------------------------------------------------------------------


class Translation(GAN):
    """A game that eats what no data source here gives.  Ours."""

    eats: ClassVar[type] = Unpaired


class Wider(RunConfig):
    """A recipe that knows one game more."""

    game: Annotated[Game, OneOf("game", {**GAMES, "translation": Translation})] = GAN()


def test_a_game_that_needs_other_batches_says_which_data_fit():
    with pytest.raises(BadRecipe, match=r"^Translation needs Unpaired batches, but Ring yields Labelled\. Data that fits: .*\.$"):
        Wider.from_dict({"game": "translation"})


@pytest.mark.parametrize("role", ["generator", "discriminator"])
@pytest.mark.parametrize("network", ["dcgan", "resnet"])
def test_points_with_a_convolutional_network_are_refused(role, network):
    said = sentence({"data": "grid", role: network})
    assert said.endswith(f"as {role} draws pictures, but Grid are points; choose mlp.")
    assert RunConfig.from_dict({"data": "glyphs", role: network})


# -- JSON and link ----------------------------------------------------------------------------------------------------


def test_a_bare_name_stands_for_a_part_with_its_defaults():
    assert RunConfig.from_dict({"loss": "hinge"}) == RunConfig.from_dict({"loss": {"name": "hinge"}})


def test_penalties_keep_the_order_of_the_table():
    config = RunConfig.from_json('{"penalties": {"r2": {}, "r1": {"weight": 2}}}')
    assert config.penalties == (R1(weight=2.0), R2())
    assert RunConfig(penalties=(R2(), R1(weight=2.0))) == config


def test_what_is_not_said_is_default_and_nothing_else():
    assert RunConfig.from_json("{}") == RunConfig()
    assert RunConfig.from_link(RunConfig().to_link()) == RunConfig()


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_link_is_short_safe_in_a_url_and_comes_back(preset):
    link = preset.config.to_link()
    assert len(link) < 400
    assert link.replace("-", "").replace("_", "").isalnum()
    assert link.isascii()
    assert RunConfig.from_link(link) == preset.config


@pytest.mark.parametrize(("place", "k", "recipe"), [(place, *found) for place, found in KNOBS.items()], ids=KNOBS)
def test_a_link_carries_every_knob(place, k, recipe):
    value: object = {"switch": not k.default, "text": "p4096" if k.pad else "a/b c", "choice": k.options[-1:]}.get(k.kind)
    if k.kind == "choice":
        value = k.options[-1]
    elif value is None:
        value = k.high if k.default != k.high else k.low
        value = int(value) if k.kind == "whole" else value
    recipe = recipe.replace("VALUE", json.dumps(value))
    config = RunConfig.from_json(recipe)
    assert RunConfig.from_link(config.to_link()) == config != RunConfig()


def test_a_link_that_was_bent_or_cut_is_a_sentence_or_a_recipe():
    chance, link = random.Random(0), PRESETS["ring-r3gan"].config.to_link()
    bent = [link[:cut] for cut in range(len(link))]
    for _ in range(500):
        at = chance.randrange(len(link))
        bent.append(link[:at] + chr(chance.choice([ord(link[at]) ^ 1 << chance.randrange(7), 233, 0x1F600])) + link[at + 1 :])
    for text in bent:
        said = outcome(RunConfig.from_link, text)
        assert said == "" or said.endswith(".")


@pytest.mark.parametrize("text", ["", "0abc", "x", "1", "1!!!", "1é", "2" + RunConfig().to_link()[1:], "1" * (LONGEST + 1)])
def test_what_is_no_link_of_ours_says_so(text):
    with pytest.raises(BadRecipe, match=r"^This link is (damaged|not one of ours)"):
        RunConfig.from_link(text)


def packed(content: bytes) -> str:
    return "1" + base64.urlsafe_b64encode(zlib.compress(content, 9)).decode().rstrip("=")


def test_a_link_that_unpacks_to_gigabytes_is_refused_at_once():
    bomb = packed(b" " * 40_000_000)
    assert len(bomb) < LONGEST
    with pytest.raises(BadRecipe, match="damaged"):
        RunConfig.from_link(bomb)


@pytest.mark.parametrize("content", [b"[]", b"3", b"\xff\xfe", b"{", b'{"a":' * 5000 + b"1" + b"}" * 5000])
def test_a_link_that_holds_no_recipe_is_refused(content):
    with pytest.raises(BadRecipe, match="damaged"):
        RunConfig.from_link(packed(content))


def test_a_link_is_checked_like_the_form():
    with pytest.raises(BadRecipe, match=r"^data.modes must be a whole number from 2 to 24, but it is 1000000\.$"):
        RunConfig.from_link(packed(b'{"data":{"name":"ring","modes":1000000}}'))


# -- setting knobs by their path --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "recipe"),
    [
        ({"data.modes": 9}, {"data": {"name": "ring", "modes": 9}}),
        ({"seed": 7}, {"seed": 7}),
        ({"loss": "hinge"}, {"loss": "hinge"}),
        ({"loss": {"name": "hinge"}}, {"loss": "hinge"}),
        ({"data": "grid", "data.side": 3}, {"data": {"name": "grid", "side": 3}}),
        ({"penalties": "r1,r2"}, {"penalties": {"r1": {}, "r2": {}}}),
        ({"penalties": "r1, r2", "penalties.r2.interval": 4}, {"penalties": {"r1": {}, "r2": {"interval": 4}}}),
        ({"penalties.r1.weight": 0.1}, {"penalties": {"r1": {"weight": 0.1}}}),
        ({"penalties.r1": {}}, {"penalties": {"r1": {}}}),
        ({"penalties": ""}, {}),
        ({"augment.noisy-labels.share": 0.1}, {"augment": {"noisy-labels": {"share": 0.1}}}),
        ({"g_optimizer": "sgd", "g_optimizer.lr": 1}, {"g_optimizer": {"name": "sgd", "lr": 1}}),
    ],
)
def test_knobs_are_set_by_their_path(changes, recipe):
    assert RunConfig().with_knobs(changes) == RunConfig.from_dict(recipe)


def test_setting_a_knob_keeps_the_others():
    config = tiny(penalties={"r1": {"weight": 3.0}}).with_knobs({"penalties.r1.interval": 4, "penalties.r2.weight": 5.0})
    assert config.penalties == (R1(weight=3.0, interval=4), R2(weight=5.0))
    assert tiny().with_knobs({"seed": 3}) == tiny(seed=3)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("speed", "speed: a recipe has no section 'speed'. Known: data, game, "),
        ("speed.x", "speed.x: a recipe has no section 'speed'. Known: data, game, "),
        ("", ": a recipe has no section ''. Known: data, game, "),
        ("data.colour", "data.colour: there is no such knob. Known: examples, modes, radius, sigma."),
        ("training.bach", "training.bach: there is no such knob. Known: batch, average."),
        ("penalties.r9.weight", "penalties: 'r9' is no penalty. Known: gradient-penalty, dragan, r1, r2."),
        ("penalties.r1.gamma", "penalties.r1.gamma: there is no such knob. Known: weight, interval."),
        ("seed.x", "seed.x: there is nothing to set below a single value."),
        ("data.modes.x", "data.modes.x: there is nothing to set below a single value."),
        ("data.a.b.c", "data.a.b.c: there is nothing to set below a single value."),
        ("data.modes", "data.modes must be a whole number from 2 to 24, but it is 1000."),
    ],
)
def test_a_path_that_leads_nowhere_is_answered_with_what_there_is(path, said):
    with pytest.raises(BadRecipe) as refused:
        RunConfig().with_knobs({path: 1000})
    assert str(refused.value).startswith(said)


# -- what a recipe costs ----------------------------------------------------------------------------------------------


def test_the_cost_of_a_small_recipe_by_hand():
    """G 2-8-2 and D 2-8-1, each with biases; a multiply-add counts as two operations."""
    config = tiny(generator={"name": "mlp", "width": 8, "depth": 1}, discriminator={"name": "mlp", "width": 8, "depth": 1})
    assert cost(config).parameters == (2 * 8 + 8 + 8 * 2 + 2) + (2 * 8 + 8 + 8 * 1 + 1)
    assert cost(config).flops == 2 * 8 * ((2 * 8 + 8 * 2) + (2 * 8 + 8 * 1))  # of a batch of 8


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_preset_is_allowed_everywhere(preset):
    assert check_budget(preset.config, HOSTED).parameters > 0


def test_sizes_that_are_each_allowed_are_refused_by_their_product():
    wide = {"name": "mlp", "width": 2048, "depth": 10}
    with pytest.raises(BadRecipe, match=r"^These networks have 75\.6 million weights; 60 million are allowed here\. .*\.$"):
        check_budget(tiny(generator=wide, discriminator=wide), LOCAL)
    net = {"name": "dcgan", "width": 64}
    big = {"data": {"name": "glyphs", "size": 64}, "generator": net, "discriminator": net, "training": {"batch": 1024}}
    with pytest.raises(BadRecipe, match=r"^One pass over a batch takes [\d,.]+ billion operations; 60 billion are allowed here"):
        check_budget(RunConfig.from_dict(big), HOSTED)


def test_a_budget_is_kept_to_the_last_weight():
    config = tiny()
    exactly = cost(config)
    assert check_budget(config, Budget(*exactly)) == exactly
    with pytest.raises(BadRecipe):
        check_budget(config, Budget(exactly.parameters - 1, exactly.flops))


def test_a_host_does_not_download_gigabytes_for_a_stranger(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path))
    maps = tiny(game="pix2pix", data={"name": "published-pairs", "of": "maps"})
    with pytest.raises(BadRecipe, match=r"^These data are 1,477 MB to download; 300 MB are allowed here\. Choose others\.$"):
        check_budget(maps, HOSTED)
    check_budget(maps, LOCAL)
    check_budget(maps.with_knobs({"data.of": "facades"}), HOSTED)
    (tmp_path / "cyclegan").mkdir()
    (tmp_path / "cyclegan" / "maps.zip").write_bytes(b"it is there already")
    check_budget(maps, HOSTED)


@pytest.mark.parametrize("game", GAMES)
def test_the_cost_is_known_for_every_game(game):
    assert cost(tiny(game=game)).flops > 0


def test_a_part_in_no_table_has_no_name():
    with pytest.raises(KeyError, match="Latent is in no row"):
        name_in(GAMES, Latent())
