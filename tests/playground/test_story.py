"""What slow motion says, in the words of whatever is played."""

import pytest

from engine import PRESETS, RunConfig
from engine.telling import Teller
from engine.trainer import Trainer
from playground.story import picture, story
from playground.words import SECTIONS, figure

SMALL = {
    "generator": {"name": "mlp", "width": 8, "depth": 1},
    "discriminator": {"name": "mlp", "width": 8, "depth": 1},
    "training": {"batch": 8},
}


def told(who: str = "round", **sections: object) -> list[dict]:
    """One round of a small recipe, turn by turn."""
    config = RunConfig.from_dict(SMALL | sections)
    teller, turns = Teller(Trainer(config)), []
    while not turns or not turns[-1]["over"]:
        turns.append(story(config, teller.turn(who)))
    return turns


def texts(turn: dict) -> str:
    return "\n".join(step["text"] for step in turn["steps"])


def test_a_round_of_the_gan_in_five_steps_each():
    d, g = told()
    assert (d["whose"], g["whose"], len(d["steps"]), len(g["steps"])) == ("D’s turn", "G’s turn", 5, 5)
    assert d["steps"][0]["text"] == "G makes 8 fakes from new noise z; 8 real samples are drawn from the data."
    assert "D scores the 8 real samples" in texts(d)
    assert "(belief 0." in texts(d)
    assert "D’s loss is 1.3" in texts(d)
    assert "(Non-saturating)" in texts(d)
    assert [step["gradient"] for step in d["steps"]] == [False, False, False, True, False]
    assert d["steps"][3]["lit"] == ["D loss", "D"]
    assert "flows back through D and the fakes to G; its norm there is" in texts(g)
    assert "D stays as it is." in texts(g)
    assert g["steps"][3]["lit"] == ["G loss", "D", "fake", "G"]


def test_penalties_are_named_with_what_they_add():
    d, g = told(penalties={"r1": {"interval": 4, "weight": 2.0}})
    assert ", of which R1 " in texts(d)
    assert "R1" not in texts(g)


def test_samples_that_are_shown_twice_are_not_called_new():
    *_, g = told(game={"name": "gan", "d_turns": 2, "new_noise": False})
    assert g["turn"] == 3
    assert g["steps"][0]["text"] == "No new noise: the 8 fakes are those of the turn before."


def test_began_is_told_without_a_word_of_a_loss_it_does_not_use():
    d, g = told(game="began")
    assert "(BEGAN)" in texts(d)
    assert "k is 0; convergence is " in texts(g)
    assert "Non-saturating" not in texts(d) + texts(g)


def test_who_does_not_learn_is_told_so():
    _, g = told("D")
    assert g["steps"][-1]["text"] == "G does not learn in this round: no weight moves."


@pytest.mark.parametrize("preset", ["ring-r3gan", "ring-began"])
def test_every_step_and_every_click_is_about_something_there(preset):
    config = PRESETS[preset].config
    drawn = picture(config)
    names = {node["name"] for node in drawn["nodes"]}
    assert {node["section"] for node in drawn["nodes"]} <= SECTIONS.keys()
    teller = Teller(Trainer(config))
    for _ in range(2):
        assert all(set(step["lit"]) <= names for step in story(config, teller.turn("round"))["steps"])


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.693147, "0.69"), (-2.5, "−2.50"), (0.0123, "0.012"), (12345, "12,345"), (1e-5, "1.0e−5")]
)
def test_numbers_are_written_as_the_page_writes_them(value, text):
    assert figure(value) == text
    assert figure(float("nan")) == "–"


def test_who_translates_makes_fakes_of_pictures():
    sections = {
        "data": {"name": "derived", "size": 16},
        "game": "pix2pix",
        "generator": {"name": "unet", "width": 4},
        "discriminator": {"name": "patchgan", "width": 4},
    }
    d, g = told(**sections)
    assert d["steps"][0]["text"] == "G makes 8 fakes of pictures from the data; 8 real samples are drawn from the data."
    assert "noise" not in texts(g)
