"""A drawing: its text there and back, what is refused and in which words, and the law of its ink."""

import random
import re

import pytest
import torch

from engine.config import BadRecipe, RunConfig
from engine.data.drawing import LEVELS, SIDE, SQUARES, Drawing, read, written

FULL = f"p{SQUARES}"


def sheet(**ink: int) -> torch.Tensor:
    """An empty sheet with ink at places written as r<row>c<column>."""
    levels = torch.zeros(SIDE, SIDE, dtype=torch.uint8)
    for place, level in ink.items():
        row, column = re.fullmatch(r"r(\d+)c(\d+)", place).groups()
        levels[int(row), int(column)] = level
    return levels


def scribble(seed: int) -> torch.Tensor:
    return torch.randint(0, LEVELS + 1, (SIDE, SIDE), generator=torch.Generator().manual_seed(seed)).to(torch.uint8)


def recipe(text: object) -> RunConfig:
    return RunConfig.from_dict({"data": {"name": "drawing", "drawing": text}})


def refusal(text: object) -> str:
    """What a person is told about this text: one sentence that names the knob."""
    with pytest.raises(BadRecipe) as refused:
        recipe(text)
    said = str(refused.value)
    assert said.startswith("data.drawing")
    assert said.endswith(".")
    assert "\n" not in said
    return said


# -- the text -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_a_sheet_comes_back_from_its_text(seed):
    levels = scribble(seed)
    assert torch.equal(read(written(levels)), levels)


def test_the_text_is_runs_in_reading_order():
    assert written(sheet(r0c0=15, r0c1=15, r0c2=1, r63c63=2)) == f"p2ba{SQUARES - 4}c"
    assert read(f"a{SQUARES - 1}p").nonzero().tolist() == [[63, 63]]


def test_no_sheet_needs_more_letters_than_it_has_squares():
    assert max(len(written(scribble(seed))) for seed in range(5)) <= SQUARES


def test_the_sheet_that_is_there_at_first_is_a_face():
    levels = read(Drawing().drawing)
    assert torch.equal(levels, levels.flip(1))  # left and right alike
    assert written(levels) == Drawing().drawing
    assert levels[32, 32] == 0
    assert levels[24, 23] > 0  # an eye; below it, further from the middle, is the mouth's corner
    assert levels[48:, 32].any()
    assert not levels[15:26, 32].any()


@pytest.mark.parametrize(
    ("text", "words"),
    {
        "": "nothing is drawn yet",
        f"a{SQUARES}": "nothing is drawn yet",
        f"p{SQUARES - 1}": "4,095 squares instead of 4,096",
        f"p{SQUARES}p": "4,097 squares instead of 4,096",
        "p": "1 squares instead of 4,096",
        "q4096": "no drawing, or a damaged one",
        "P4096": "no drawing, or a damaged one",
        "p0": "no drawing, or a damaged one",
        "p04096": "no drawing, or a damaged one",
        "4096p": "no drawing, or a damaged one",
        "p-1": "no drawing, or a damaged one",
        "p4096\n": "no drawing, or a damaged one",
        " p4096": "no drawing, or a damaged one",
        "p٤٠٩٦": "no drawing, or a damaged one",
        "NaN": "no drawing, or a damaged one",
        "\0": "no drawing, or a damaged one",
        "<script>alert(1)</script>": "no drawing, or a damaged one",
        "p" * (SQUARES + 1): "4,097 letters are more than any drawing needs",
        5: "must be text",
        None: "must be text",
        float("nan"): "must be text",
        True: "must be text",
    }.items(),
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_drawing_is_refused_in_one_sentence(text, words):
    assert words in refusal(text)


def test_a_text_that_would_unfold_into_millions_is_never_unfolded(monkeypatch):
    monkeypatch.setattr(torch.Tensor, "repeat_interleave", lambda *_: pytest.fail("unfolded"))
    assert "squares instead of" in refusal("p9999" * 800)


def test_whatever_a_vandal_does_to_a_text_is_a_drawing_or_one_sentence():
    chance, text, refused = random.Random(0), Drawing().drawing, []
    for _ in range(300):
        at = chance.randrange(len(text))
        bad = text[:at] + chance.choice(["", "p", "9", "z", "\U0001f600", "a9999"]) + text[at + chance.randrange(3) :]
        try:
            assert recipe(bad).data.law().weights.sum().item() == pytest.approx(1, abs=1e-5)
        except BadRecipe as error:
            refused.append(str(error))
    assert len(refused) > 100
    assert all(said.startswith("data.drawing: ") for said in refused)


# -- the recipe ---------------------------------------------------------------------------------------------------------


def test_a_drawing_has_the_same_law_after_json_and_after_a_link():
    made = recipe(written(scribble(1)))
    for back in (RunConfig.from_json(made.to_json()), RunConfig.from_link(made.to_link())):
        assert back == made
        for one, other in ((getattr(made.data.law(), part), getattr(back.data.law(), part)) for part in ("centres", "weights")):
            assert torch.equal(one, other)


def test_the_first_drawing_adds_nothing_to_a_link_and_another_less_than_a_kilobyte():
    shifted = written(read(Drawing().drawing).roll(2, 0))
    assert len(RunConfig.from_dict({"data": "drawing"}).to_link()) < 60
    assert len(recipe(shifted).to_link()) < 1000


# -- the law ------------------------------------------------------------------------------------------------------------


def test_the_corners_of_the_sheet_are_the_corners_of_the_square():
    centres = recipe(written(sheet(r0c0=15, r63c63=15))).data.law().centres
    step = 1 / SIDE
    assert torch.allclose(centres, torch.tensor([[step - 1, 1 - step], [1 - step, step - 1]]))


def test_a_square_is_as_likely_as_its_level_squared():
    weights = recipe(written(sheet(r10c10=1, r20c20=3))).data.law().weights
    assert weights.tolist() == pytest.approx([0.1, 0.9])


def test_a_single_square_is_one_gaussian():
    law = Drawing(drawing=written(sheet(r32c32=1)), sigma=0.05).law()
    assert law.centres.shape == (1, 2)
    assert law.scales.tolist() == [[pytest.approx(0.05)] * 2]
    assert law.weights.tolist() == [1.0]


@pytest.mark.parametrize("text", [FULL, written(scribble(0)), written(sheet(r5c5=1))], ids=["full", "scribble", "one square"])
def test_density_integrates_to_one_and_masses_sum_to_one(text):
    data = recipe(text).data
    line = torch.linspace(-1.2, 1.2, 97)
    cells = torch.cartesian_prod(line, line)
    assert data.law().weights.sum().item() == pytest.approx(1, abs=1e-5)
    assert data.log_density(cells).exp().sum().item() * (line[1] - line[0]).item() ** 2 == pytest.approx(1, abs=2e-3)
    assert data.law().masses(torch.linspace(-1.25, 1.25, 31)).sum().item() == pytest.approx(1, abs=1e-4)


def test_a_full_sheet_is_as_even_as_we_say():
    inside = torch.cartesian_prod(torch.linspace(-0.5, 0.5, 67), torch.linspace(-0.5, 0.5, 67))
    for sigma, ripple in ((0.015, 0.05), (0.03, 1e-4)):
        density = Drawing(drawing=FULL, sigma=sigma).log_density(inside).exp() * 4
        assert (density - 1).abs().max() < ripple


def test_there_are_no_modes_to_count():
    assert Drawing().centres is None
    assert Drawing().weights is None
