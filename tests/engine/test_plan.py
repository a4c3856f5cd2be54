"""A table of lotteries: what may be asked for, what its cells are, and what the variance in failing goes with."""

import json
from typing import Any

import numpy as np
import pytest

from engine.budget import Budget
from engine.config import BadRecipe, RunConfig
from engine.lottery import Standing, Ticket, played
from engine.plan import COLUMNS, MEASURES, ROWS, RULES, Blame, Plan, blame, drawable, tables
from engine.presets import PRESETS

SENT: dict[str, Any] = {"methods": ["ns", "wgan-gp"], "rates": [1e-3, 1e-2], "seeds": 3, "rounds": 5}


def standing(failed: int, of: int = 4) -> Standing:
    tickets = tuple(Ticket(seed, 8 - (seed < failed), 0.5, 0.1, 0.2, seed < failed) for seed in range(of))
    return Standing(5, 8, tickets, (), (), 0.0)


def test_every_method_and_all_data_of_the_menus_can_be_drawn():
    draws = Plan(methods=tuple(ROWS), data=tuple(COLUMNS), seeds=2, rounds=1).draws()
    assert len(draws) == len(ROWS) * len(COLUMNS) >= 24
    assert len({draw.key for draw in draws}) == len(draws)


def test_a_table_goes_row_by_row_and_a_cell_is_its_method_at_its_rate():
    plan = Plan.read(json.dumps(SENT))
    assert (plan.rows, plan.columns) == (("ns", "wgan-gp"), ("0.001", "0.01"))
    draws = plan.draws()
    assert [draw.config.g_optimizer.lr for draw in draws] == [draw.config.d_optimizer.lr for draw in draws] == [1e-3, 1e-2] * 2  # type: ignore[attr-defined]
    assert [[type(penalty).__name__ for penalty in draw.config.penalties] for draw in draws] == [
        [],
        [],
        ["GradientPenalty"],
        ["GradientPenalty"],
    ]
    assert {(draw.seeds, draw.rounds) for draw in draws} == {(3, 5)}


def test_a_method_takes_the_place_of_what_the_recipe_had():
    (draw,) = Plan(recipe="ring-hasty-d-r1", methods=("ns",)).draws()
    before = PRESETS["ring-hasty-d-r1"].config
    assert (draw.config.penalties, draw.config.game.d_turns) == ((), 1)  # type: ignore[attr-defined]
    assert draw.config.d_optimizer == before.d_optimizer != draw.config.g_optimizer


def test_a_plan_without_rows_and_columns_is_one_lottery_of_its_recipe_whatever_its_seed():
    config = RunConfig.from_dict({"data": "grid", "seed": 7})
    (draw,) = Plan(recipe=config.to_link()).draws()
    assert draw.config.with_knobs({"seed": 0}) == config.with_knobs({"seed": 0})
    (same,) = Plan(recipe=config.with_knobs({"seed": 8}).to_link()).draws()
    assert draw.key == same.key
    assert {draw.key} & {other.key for other in Plan(recipe=config.to_link(), seeds=17).draws()} == set()


@pytest.mark.parametrize(
    "sent",
    [
        "", "[]", "null", "{", '{"seeds": 1}', '{"seeds": "16"}', '{"seeds": 51}', '{"rounds": 0}', '{"rounds": 1e9}',
        '{"more": 1}', '{"methods": "ns"}', '{"rates": ["1"]}', json.dumps({"methods": ["ns"] * 17}),
        '{"rates": [NaN]}', "[" * 100_000,
    ],
)  # fmt: skip
def test_what_is_no_plan_is_refused_in_one_sentence(sent: str):
    with pytest.raises(BadRecipe) as error:
        Plan.read(sent).draws()
    assert str(error.value).rstrip(".").count(". ") == 0


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"methods": ["began"]}, "'began' is no method; known are mm, ns"),
        ({"data": ["moons"]}, "'moons' is no data set with modes to count"),
        ({"rates": [1e-3], "data": ["ring"]}, "choose one of the two"),
        ({"methods": ["ns", "ns"]}, "there twice"),
        ({"methods": list(ROWS), "rates": [n / 1000 for n in range(1, 11)]}, "has 80 cells; 64 are allowed"),
        ({"rates": [-1.0]}, "g_optimizer.lr"),
        ({"rates": [1e300]}, "g_optimizer.lr"),
        ({"recipe": "no link"}, "link"),
        ({"recipe": "glyphs-dcgan"}, "Only points"),
        ({"recipe": "ring-few", "seeds": 50, "rounds": 20_000}, "minutes of a core, and 60 are allowed"),
    ],
)
def test_what_cannot_be_drawn_is_refused_before_anything_is(sent: dict[str, Any], why: str):
    with pytest.raises(BadRecipe, match=why):
        Plan.read(json.dumps(sent)).draws()


def test_a_server_for_strangers_has_smaller_lotteries():
    with pytest.raises(BadRecipe, match="weights"):
        Plan().draws(Budget(parameters=1000, flops=10**12))


def test_only_what_can_be_abreast_is_drawable():
    found = {
        name
        for name in ("ring-coin", "ring-r3gan", "ring-collapse-unrolled", "moons-wgan-gp", "glyphs-vae")
        if drawable(PRESETS[name].config)
    }
    assert found == {"ring-coin", "ring-r3gan"}


def test_blame_tells_rows_columns_pairs_and_luck_apart():
    assert blame([[1, 1], [0, 0]], 4) == Blame(rows=1, columns=0, both=0, luck=0)
    assert blame([[1, 0], [1, 0]], 4) == Blame(rows=0, columns=1, both=0, luck=0)
    assert blame([[1, 0], [0, 1]], 4) == Blame(rows=0, columns=0, both=1, luck=0)
    assert blame([[0.5, 0.5], [0.5, 0.5]], 4) == Blame(rows=0, columns=0, both=0, luck=1)
    assert blame([[0, 0], [0, 0]], 4) is None
    mixed = blame([[1.0, 0.25, 0.5], [0.75, 0.0, 0.0]], 16)
    assert mixed is not None
    assert sum(mixed) == pytest.approx(1)
    assert min(mixed) > 0


@pytest.mark.parametrize(("seeds", "least"), [(2, 0.85), (16, 0.98)])
def test_what_is_luck_alone_is_called_luck(seeds: int, least: float):
    dice = np.random.default_rng(0)
    found = [blame(dice.binomial(seeds, 0.5, (4, 5)) / seeds, seeds) for _ in range(300)]
    assert np.mean([one.luck for one in found if one]) > least


def test_a_method_on_a_clipped_base_is_not_clipped_unless_it_clips_itself():
    clipped, own = Plan(recipe="ring-clipped-tight", methods=("ns", "wgan")).draws()
    assert (clipped.config.d_optimizer.clip, own.config.d_optimizer.clip) == (0.0, 0.1)  # type: ignore[attr-defined]


def test_the_same_lottery_still_comes_to_the_same():
    """What is on disk is found by recipe, seeds, rounds and RULES: if this fails for a good reason, raise RULES, then mend it."""
    (draw,) = Plan(seeds=3, rounds=150).draws()
    *_, last = played(draw.config, range(draw.seeds), draw.rounds)
    assert RULES == 1
    assert [ticket.js for ticket in last.tickets] == pytest.approx([0.599, 0.544, 0.536], abs=0.02)


def test_tables_have_every_measure_and_a_line_for_each_lottery():
    plan = Plan.read(json.dumps(SENT))
    *wide, lines = tables(plan, {0: standing(1), 3: standing(4)})
    assert len(wide) == len(MEASURES)
    assert wide[0].title == "Share that failed, methods by learning rate, 3 seeds, 5 rounds"
    assert wide[0].columns == ("method", "0.001", "0.01")
    assert [list(map(str, row)) for row in wide[0].rows] == [
        ["NS GAN", "1/4 (0.05 to 0.70)", "None"],
        ["WGAN-GP", "None", "4/4 (0.51 to 1.00)"],
    ]
    assert [row[:4] for row in lines.rows] == [("NS GAN", "0.001", 4, 1), ("WGAN-GP", "0.01", 4, 4)]
    for table in (*wide, lines):
        assert table.csv()
        assert table.html().startswith("<table>")
        assert r"\begin{tabular}" in table.latex()
