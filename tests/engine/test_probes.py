"""Probes: what they change and what they hold, the same answer to the same question, and a run that never notices."""

import io
import json
from base64 import b64decode
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from recipes import CPU, played, same, tiny, tiny_pictures

from engine.answers import answer
from engine.data import DataUnavailable, Glyphs, Stored
from engine.games import GAMES, Latent
from engine.observer import Observer
from engine.probes import PROBES, ask_probe
from engine.probes.arithmetic import Arithmetic
from engine.probes.base import kept_back
from engine.probes.interpolate import Interpolate
from engine.probes.latent_map import LatentMap
from engine.probes.latents import between, reach_of, truncated
from engine.probes.neighbours import FRESH, Gallery, nearest
from engine.probes.samples import Samples
from engine.probes.traverse import Traverse
from engine.questions import BadQuestion
from engine.trained import Trained
from engine.trainer import Trainer

LABELS = ("acgan", "conditional")  # games that need them
STRANDS = {"name": "spiral"}
FILLED = {"arithmetic": {"a": [0, 1], "b": [2], "c": [3]}}


def trained(game: Any = "gan", *, points: bool = False, **sections: Any) -> Trained:
    """A round of a tiny recipe, whose game may need labels."""
    needed: dict[str, Any] = {"data": STRANDS if game in LABELS else "ring"} if points else {"latent": {"dim": 4}}
    if isinstance(game, str) and GAMES[game].translates:
        needed = {}
    sections = needed | sections
    trainer = played((tiny if points else tiny_pictures)(game=game, **sections), 1)
    return Trained(trainer.config, trainer.shown)


@pytest.fixture(scope="module")
def infogan() -> Trained:
    """Codes: z of 4 numbers (columns 0-3), a choice of 5 (4-8), two numbers (9, 10)."""
    return trained({"name": "infogan", "categories": 5, "continuous": 2, "width": 8})


def pixels(shape: dict[str, Any]) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(b64decode(shape["sheet"]))))


# -- every probe, every game ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("points", [False, True], ids=["pictures", "points"])
@pytest.mark.parametrize("game", GAMES)
def test_every_probe_that_suits_a_game_is_answered_in_plain_data_and_twice_the_same(game: str, points: bool) -> None:
    model = trained(game, points=points)
    controls = ask_probe(model, "controls", "{}")
    if GAMES[game].translates:
        assert controls["probes"] == ["translate", "example"]
        return  # test_translate.py
    assert controls["kind"] == ("points" if points else "images")
    assert ("reconstruct" in controls["probes"]) == (game in ("vae", "autoencoder"))
    for name in controls["probes"]:
        text = json.dumps(FILLED.get(name, {}))
        once, twice = ask_probe(model, name, text), ask_probe(model, name, text)
        assert json.dumps(once) == json.dumps(twice)
        shape = once.get("result") or once.get("cards") or once
        assert shape["kind"] == ("points" if points else "images")


def test_the_controls_are_the_games_codes(infogan: Trained) -> None:
    controls = ask_probe(infogan, "controls", "{}")
    assert [(code["name"], code["kind"], code["size"]) for code in controls["codes"]] == [
        ("choice 1", "category", 5),
        ("number 1", "continuous", 1),
        ("number 2", "continuous", 1),
    ]
    assert sorted(controls["latent"]["strongest"]) == [0, 1, 2, 3]


def test_a_line_is_answered_with_numbers_on_a_line() -> None:
    model = trained(points=True, data="mixture-1d", latent={"dim": 1})
    shape = ask_probe(model, "samples", "{}")
    assert (shape["kind"], len(b64decode(shape["fake"]))) == ("line", 2 * 512)
    assert ask_probe(model, "controls", "{}")["real"]["kind"] == "line"


# -- samples ----------------------------------------------------------------------------------------------------------


def test_a_code_that_is_held_is_the_same_for_all_and_the_rest_is_as_it_was(infogan: Trained) -> None:
    free, held = Samples(seed=3).inputs(infogan), Samples(seed=3, codes={"number 1": 1.5}).inputs(infogan)
    assert (held[:, 9] == 1.5).all()
    held[:, 9] = free[:, 9]
    assert torch.equal(held, free)


def test_the_first_category_goes_round_unless_it_is_held(infogan: Trained) -> None:
    free = Samples().inputs(infogan)
    assert free.shape == (40, 11)
    assert free[:7, 4:9].argmax(1).tolist() == [0, 1, 2, 3, 4, 0, 1]
    assert torch.equal(free[0, :4], free[4, :4])  # a row shares its z
    held = Samples(codes={"choice 1": 3}).inputs(infogan)
    assert held.shape == (64, 11)
    assert held[:, 4:9].argmax(1).unique().tolist() == [3]


def test_truncation_brings_z_to_the_middle_and_leaves_codes_alone(infogan: Trained) -> None:
    whole, half, none = (Samples(psi=psi).inputs(infogan) for psi in (1.0, 0.5, 0.0))
    assert torch.equal(half[:, :4], whole[:, :4] / 2)
    assert torch.equal(none[:, 4:], whole[:, 4:])
    assert not none[:, :4].any()


def test_in_a_mixture_truncation_keeps_each_z_in_its_mode() -> None:
    latent = Latent(dim=4, shape="mixture", modes=5)
    z, middles = latent.draw(50, torch.Generator().manual_seed(0), CPU), latent.middle(torch.arange(5))
    near, none = truncated(latent, z, 0.5), truncated(latent, z, 0.0)
    assert torch.allclose(torch.cdist(near, middles).amin(1), torch.cdist(z, middles).amin(1) / 2, atol=1e-5)
    assert len(none.mul(1000).round().unique(dim=0)) == 5
    assert z.abs().max() < reach_of(latent)


def test_on_a_sphere_truncation_stays_on_the_sphere() -> None:
    latent = Latent(dim=4, shape="sphere")
    z = latent.draw(50, torch.Generator().manual_seed(0), CPU)
    near = truncated(latent, z, 0.3)
    assert torch.allclose(near.norm(dim=1), torch.tensor(2.0))
    assert near.var(0).sum() < z.var(0).sum()


def test_the_corners_of_the_pad_are_four_seeds(infogan: Trained) -> None:
    for seed, (u, v) in enumerate(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0)), 7):
        at_corner = Samples(seed=7, u=u, v=v).inputs(infogan)
        assert torch.equal(at_corner[:, :4], Samples(seed=seed).inputs(infogan)[:, :4])


def test_a_single_number_of_z_is_moved_and_no_other(infogan: Trained) -> None:
    moved = Samples(dims={2: 1.5}).inputs(infogan) - Samples().inputs(infogan)
    assert torch.allclose(moved[:, 2], torch.tensor(1.5))
    assert moved.count_nonzero(0).tolist() == [0, 0, 40, *[0] * 8]


def test_z_stays_in_its_box() -> None:
    model = trained(latent={"dim": 4, "shape": "uniform"})
    assert Samples(dims={0: 3.0}).inputs(model)[:, 0].unique().tolist() == [1.0]


# -- traversal --------------------------------------------------------------------------------------------------------


def test_a_row_sweeps_its_own_columns_and_no_other(infogan: Trained) -> None:
    names, fed, lengths = Traverse(rows=("choice 1", "number 2", "z 1"), steps=6, sample=2).swept(infogan)
    base = Samples().inputs(infogan)[2]
    choice, number, z = fed.view(3, 6, 11)
    assert (names, lengths) == (["choice 1", "number 2", "z 1"], [5, 6, 6])
    assert torch.equal(choice[:5, 4:9], torch.eye(5))
    assert torch.equal(number[:, 10], torch.linspace(-2, 2, 6))
    assert torch.equal(z[:, 1], torch.linspace(-3, 3, 6))
    for row, columns in ((choice[:5], range(4, 9)), (number, [10]), (z, [1])):
        others = [column for column in range(11) if column not in columns]
        assert torch.equal(row[:, others], base[others].expand(len(row), -1))


def test_one_code_is_swept_for_several_samples(infogan: Trained) -> None:
    names, fed, _ = Traverse(rows=("number 1",), samples=3, steps=4).swept(infogan)
    assert names == ["number 1"] * 3
    assert torch.equal(fed.view(3, 4, 11)[:, 0, :9], Samples().inputs(infogan)[:3, :9])


def test_a_choice_is_swept_for_samples_of_other_z(infogan: Trained) -> None:
    _, fed, _ = Traverse(rows=("choice 1",), sample=2, samples=3, apart=5).swept(infogan)  # five choices go round
    rows = fed.view(3, 5, 11)
    assert torch.equal(rows[:, 0, :4], Samples().inputs(infogan)[2:13:5, :4])
    assert len(rows[:, 0, 0].unique()) == 3


def test_places_beyond_the_choices_of_a_row_are_empty(infogan: Trained) -> None:
    answer = ask_probe(infogan, "traverse", '{"rows": ["choice 1", "number 1"], "steps": 8}')
    assert (answer["lengths"], answer["columns"], answer["rows"]) == ([5, 8], 8, 2)
    assert answer["values"][1] == torch.linspace(-2, 2, 8).tolist()


# -- interpolation, arithmetic ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["spherical", "straight"])
def test_the_ends_of_a_way_are_the_samples(infogan: Trained, way: Any) -> None:
    fed = Samples(seed=5).inputs(infogan)
    walked = Interpolate(seed=5, start=3, end=11, way=way, steps=9).walked(infogan)
    assert torch.equal(walked[[0, -1]], fed[[3, 11]])


def test_a_quarter_turn_is_walked_at_one_distance_or_through_the_middle() -> None:
    a, b = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    assert torch.allclose(between(a, b, 0.5, "spherical"), torch.tensor([[0.5**0.5, 0.5**0.5]]))
    assert torch.allclose(between(a, b, 0.5, "straight"), torch.tensor([[0.5, 0.5]]))
    assert torch.allclose(between(a, -a, 0.25, "spherical"), 0.5 * a)  # there is no way around, so straight


def test_arithmetic_is_a_minus_b_plus_c_of_means(infogan: Trained) -> None:
    fed = Samples().inputs(infogan)
    means, result = Arithmetic(a=(0, 1), b=(2,), c=(3, 4, 5)).worked_out(infogan)
    expected = fed[:2].mean(0) - fed[2] + fed[3:6].mean(0)
    assert torch.allclose(means[0], fed[:2].mean(0))
    assert torch.allclose(result[4], expected, atol=1e-6)
    assert ((result - expected).abs() <= 0.25 + 1e-6).all()
    assert not (result - expected)[:, 4:].abs().gt(1e-6).any()  # noise is for z alone


# -- neighbours, autoencoders -----------------------------------------------------------------------------------------


def test_the_nearest_picture_of_one_that_was_learned_by_heart_is_itself() -> None:
    pictures = (torch.rand(30, 1, 4, 4, generator=torch.Generator().manual_seed(0)) * 255).to(torch.uint8)
    found, distances = nearest(Gallery(pictures, None, drawn=False), pictures[7:8].float() / 127.5 - 1, 3)
    assert found[0, 0] == 7
    assert distances[0, 0] == 0
    by_hand = ((pictures.float() - pictures[7].float()) / 127.5).flatten(1).norm(dim=1).sort().values[:3]
    assert torch.allclose(distances[0], by_hand, atol=1e-4)


def test_neighbours_are_looked_for_in_the_pictures_that_a_run_has_open() -> None:
    model = trained()
    with model.at_rest() as p:
        sample = model.config.game.generate(p, Samples().inputs(model)[:1])
    learned = ((sample + 1) * 127.5).round().to(torch.uint8)
    answer = ask_probe(model._replace(source=Stored(learned.repeat(3, 1, 1, 1))), "neighbours", "{}")
    assert (answer["among"], answer["drawn"], answer["columns"]) == (3, False, 4)
    assert answer["distances"][0] < 0.1


def test_data_without_end_are_drawn_for_a_comparison_and_that_is_said() -> None:
    answer = ask_probe(trained("acgan"), "neighbours", '{"k": 2}')
    assert (answer["among"], answer["drawn"]) == (FRESH, True)
    assert answer["typical"] > 0
    assert set(answer["classes"]) <= set(Glyphs().class_names)


def test_copies_stand_below_what_they_are_copies_of() -> None:
    model = trained("autoencoder")
    answer = ask_probe(model, "reconstruct", "{}")
    real = model.config.data.held_out(512, CPU)[0][:8]
    assert (answer["rows"], answer["columns"], len(answer["errors"])) == (4, 8, 16)
    row = torch.from_numpy(pixels(answer)[:16, :, 0].copy()).view(16, 8, 16).transpose(0, 1) / 127.5 - 1
    assert (row - real[:, 0]).abs().mean() < 0.1  # the first row is real


def test_a_map_stands_at_the_quantiles_and_examples_land_in_it() -> None:
    model = trained("vae", latent={"dim": 2})
    answer = ask_probe(model, "map", '{"side": 4}')
    assert answer["columns"] == answer["rows"] == 4
    places = np.array(answer["landed"])
    assert ((places >= 0) & (places <= 1)).all()
    assert len(answer["classes"]) == len(places) > 100
    corner = LatentMap(side=4).grid(model)[0]
    assert torch.allclose(corner, torch.special.ndtri(torch.tensor([0.125, 0.875])))


def test_a_map_needs_no_data_but_says_that_no_examples_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> None:
        raise DataUnavailable("They are not on this computer.")

    monkeypatch.setattr(Glyphs, "held_out", gone)
    kept_back.cache_clear()
    answer = ask_probe(trained("vae", latent={"dim": 2}), "map", '{"side": 4}')
    assert (answer["rows"], answer["landed"], answer["absent"]) == (4, [], "They are not on this computer.")
    kept_back.cache_clear()


@pytest.mark.parametrize("shape", ["sphere", "mixture"])
def test_a_latent_whose_numbers_are_not_apart_has_no_map(shape: str) -> None:
    with pytest.raises(BadQuestion, match=f"A {shape} has no map of quantiles"):
        ask_probe(trained("vae", latent={"dim": 2, "shape": shape}), "map", '{"side": 4}')


@pytest.mark.parametrize("shape", ["normal", "uniform", "truncated"])
def test_shares_and_quantiles_undo_one_another(shape: Any) -> None:
    latent, share = Latent(shape=shape), torch.linspace(0.01, 0.99, 20)
    assert torch.allclose(latent.share(latent.quantile(share)), share, atol=1e-5)


# -- what cannot be answered ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probe", "text", "says"),
    [
        ("samples", '{"codes": {"slant": 1}}', "no code 'slant' here. Known: choice 1, number 1, number 2."),
        ("samples", '{"codes": {"number 1": 2.5}}', "number 1 must be a number from -2 to 2, but it is 2.5."),
        ("samples", '{"codes": {"choice 1": 5}}', "choice 1 must be a whole number from 0 to 4, but it is 5."),
        ("samples", '{"codes": {"number 1": "a"}}', "codes must be a number for each code that is held, by its name."),
        ("samples", '{"codes": {"number 1": NaN}}', "codes must be a number"),
        ("samples", '{"dims": {"4": 1}}', "for places from 0 to 3."),
        ("samples", '{"psi": 1.1}', "psi must be a number from 0 to 1, but it is 1.1."),
        ("samples", '{"seed": 1e400}', "."),
        ("samples", '{"luck": 1}', "luck: there is no such knob."),
        ("samples", "{", "This is no JSON"),
        ("samples", "[]", "the question must be"),
        ("samples", "[" * 4000, "."),
        ("samples", " " * 5000, "4,096 are allowed."),
        ("traverse", '{"rows": ["z 4"]}', "no code 'z 4' here"),
        ("traverse", '{"rows": ["z x"]}', "no code 'z x' here"),
        ("traverse", json.dumps({"rows": ["z 0"] * 11}), "rows must be at most 10 names of codes"),
        ("traverse", '{"sample": 40}', "There are 40 samples, from 0; there is no sample 40."),
        ("interpolate", '{"way": "round"}', "way must be one of spherical, straight"),
        ("arithmetic", '{"a": [0], "b": [1]}', "Choose one to three samples for each of the three groups."),
        ("arithmetic", '{"a": [0, 1, 2, 3]}', "a must be one to three places of samples."),
        ("arithmetic", '{"a": [-1], "b": [0], "c": [0]}', "there is no sample -1."),
        ("reconstruct", "{}", "Only autoencoders can reconstruct"),
        ("map", "{}", "A map needs a latent of two numbers"),
        ("luck", "{}", "There is no such question. Known: samples,"),
    ],
)
def test_what_is_no_question_gets_one_sentence(infogan: Trained, probe: str, text: str, says: str) -> None:
    with pytest.raises(ValueError, match=r"\.$") as refusal:
        ask_probe(infogan, probe, text)
    assert says in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_a_broken_generator_is_shown_and_has_no_neighbours() -> None:
    model = trained()
    for weight in model.players.G.parameters():
        weight.data.fill_(torch.nan)
    assert ask_probe(model, "samples", "{}")["sheet"]
    with pytest.raises(ValueError, match="not finite"):
        ask_probe(model, "neighbours", "{}")


# -- a run that is asked ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("points", [False, True], ids=["pictures", "points"])
@pytest.mark.parametrize("game", GAMES)
def test_asking_does_not_disturb(game: str, points: bool) -> None:
    sections: dict[str, Any] = {"data": STRANDS if game in LABELS else "ring"} if points and not GAMES[game].translates else {}
    config = (tiny if points else tiny_pictures)(game=game, **sections)
    if not points:
        config = config.with_knobs({"generator.norm": "batch", "discriminator.norm": "spectral"})
    alone, asked = Trainer(config), Trainer(config)
    observer = Observer(asked)
    for turn in range(5):
        for name in PROBES:
            answer(observer, turn, "probe", {"name": name, "text": json.dumps(FILLED.get(name, {}))})
        alone.turn()
        asked.turn()
    alone.round()
    asked.round()
    assert same(alone.state()[0], asked.state()[0])


def test_a_run_is_asked_by_name_and_refuses_in_one_sentence() -> None:
    observer = Observer(played(tiny(), 1))
    good = answer(observer, 1, "probe", {"name": "samples", "text": '{"seed": 4}'})
    bad = answer(observer, 2, "probe", {"name": "samples", "text": '{"seed": -4}'})
    assert (good.error, good.value["kind"]) == ("", "points")
    assert (bad.value, bad.error) == (None, "seed must be a whole number from 0 to 2,147,483,647, but it is -4.")
    assert answer(observer, 3, "probe", {}).error.startswith("There is no such question.")
