"""Symptoms are told where they are and nowhere else. Courses are written by hand: one number for each look, 100 rounds apart."""

import math

import numpy as np
import pytest

from engine.failures import FAILURES
from engine.games import GAN
from engine.metrics.symptoms import BROKEN, SYMPTOMS, Course, Facts, Found, diagnose, noted
from engine.recorder import Rows

LOOKS = 40
HEALTHY = {
    "held modes": 8.0,
    "js": 0.1,
    "hq": 0.9,
    "raw js": 0.25,
    "right": 0.6,
    "raw variety": 1.0,
    "tight": 1.2,
    "main share": 0.15,
    "main mode": 3.0,
    "G weights": 9.0,
    "D weights": 9.0,
    "G moved": 0.02,
    "D moved": 0.03,
    "G gradient": 0.3,
    "D gradient": 0.4,
    "D(real)": 0.4,
    "D(fake)": -0.3,
}


def course(*, looks: int = LOOKS, begin: int = 20, facts: Facts | None = None, **sick: float | list[float]) -> Course:
    """A healthy run with other numbers from look `begin` on; names with _ for spaces, a list goes round and round."""
    columns = {name: np.full(looks, value) for name, value in HEALTHY.items()}
    for name, value in sick.items():
        spaced = {"D_real": "D(real)", "D_fake": "D(fake)"}.get(name, name.replace("_", " "))
        columns.setdefault(spaced, np.full(looks, math.nan))
        columns[spaced][begin:] = np.resize(np.array(value, np.float64), looks - begin)
    rounds = 100 * np.arange(1, looks + 1)
    rows = Rows(tuple(columns), rounds, np.stack(list(columns.values()), 1).astype(np.float32))
    return Course(rows, facts or Facts(modes=8.0), {"modes": 8.0})


def told(run: Course) -> dict[str, int]:
    """What is found, and where it began."""
    return {found.symptom: found.began for found in diagnose(run)}


SICK = {
    "diverging": {"G_gradient": 4321.0},
    "d-wins": {"right": 1.0, "G_gradient": 1e-5, "raw_js": 0.4},
    "mode-collapse": {"held_modes": 3.0},
    "cycling": {"main_share": 0.9, "main_mode": [1.0, 1.0, 4.0, 4.0, 6.0, 6.0]},
    "d-too-weak": {"right": 0.5, "raw_js": 0.6},
    "overfitted": {"right_at_home": 0.9},
    "memorised": {"copied": 0.1},
    "tight": {"tight": 0.2},
    "saturated": {"D_real": 12.0, "D_fake": -12.0},
    "unbalanced": {"D_moved": 2.0},
    "not-settling": {"raw_js": 0.6, "js": 0.15},
}


def test_a_healthy_run_has_none() -> None:
    assert told(course()) == {}


def test_every_symptom_but_the_end_of_all_is_tried_here() -> None:
    assert set(SICK) | {BROKEN} == set(SYMPTOMS)


@pytest.mark.parametrize("symptom", SICK)
def test_each_is_told_with_the_round_where_it_began(symptom: str) -> None:
    found = told(course(**SICK[symptom]))
    assert symptom in found
    assert 1_000 <= found[symptom] <= 2_300  # the look before it came was that of round 2,000; some are read from a window


@pytest.mark.parametrize("symptom", SICK)
def test_none_is_told_of_a_single_look(symptom: str) -> None:
    assert symptom not in told(course(begin=LOOKS - 1, **SICK[symptom]))


@pytest.mark.parametrize("symptom", SICK)
def test_what_is_said_holds_this_runs_numbers_and_no_nan(symptom: str) -> None:
    run = course(**SICK[symptom])
    seen = SYMPTOMS[symptom].seen(run)
    assert any(character.isdigit() for character in seen)
    assert "nan" not in seen
    assert seen.endswith(".")
    assert len(SYMPTOMS[symptom].why) > 150


def test_one_look_at_which_it_is_gone_does_not_end_it_and_two_do() -> None:
    modes = [8.0] * 20 + [3.0] * 10
    assert told(course(begin=0, held_modes=[*modes, 8.0, *[3.0] * 9]))["mode-collapse"] == 2_000
    assert told(course(begin=0, held_modes=[*modes, 8.0, 8.0, *[3.0] * 8]))["mode-collapse"] == 3_200


def test_a_young_run_may_lack_modes() -> None:
    assert "mode-collapse" not in told(course(looks=9, begin=0, held_modes=2.0))


def test_a_run_that_still_finds_modes_has_not_collapsed() -> None:
    rising = [float(1 + look // 6) for look in range(LOOKS)]  # 1 .. 7
    assert "mode-collapse" not in told(course(begin=0, held_modes=rising, looks=30))


def test_where_no_modes_can_be_counted_variety_tells() -> None:
    assert "mode-collapse" in told(course(facts=Facts(), held_modes=math.nan, raw_variety=0.1))


def test_a_young_run_is_told_that_all_its_pictures_are_alike_and_not_that_some_are() -> None:
    def young(variety: float, looks: int) -> bool:
        run = course(looks=looks, begin=0, facts=Facts(), held_modes=math.nan, raw_variety=variety)  # 100 rounds apart
        return "mode-collapse" in told(run)

    assert young(0.1, looks=5)
    assert not young(0.1, looks=4)  # every run begins like that
    assert not young(0.4, looks=9)
    assert young(0.4, looks=14)  # it had time


def test_scores_that_are_no_log_odds_cannot_be_saturated() -> None:
    assert "saturated" not in told(course(facts=Facts(logistic=False, modes=8.0), **SICK["saturated"]))


def test_an_autoencoders_long_gradient_is_no_divergence() -> None:
    assert "diverging" not in told(course(facts=Facts(judged=False), G_gradient=4321.0))


def test_over_a_window_gaps_are_passed_over_and_what_is_too_short_is_a_gap() -> None:
    run, gap = course(looks=5), math.nan
    np.testing.assert_equal(run.rolling(np.array([1.0, 5.0, gap, 3.0, 9.0]), 3), [gap, gap, 3.0, 4.0, 6.0])
    np.testing.assert_equal(run.visits(np.array([1.0, 1.0, 2.0, 1.0, 1.0]), 3), [gap, gap, 1.0, 2.0, 1.0])
    np.testing.assert_equal(run.kinds(np.array([1.0, 1.0, gap, 1.0, 2.0]), 3), [gap, gap, 1.0, 1.0, 2.0])
    assert len(run.rolling(np.array([1.0]), 3)) == 1


def test_an_episode_is_noticed_lasts_and_ends() -> None:
    collapse = (Found("mode-collapse", 1_000, "seen"),)
    first = noted((), collapse, 1_400)
    assert [(each.began, each.noticed, each.ended) for each in first] == [(1_000, 1_400, None)]
    assert noted(first, (Found("mode-collapse", 1_100, "seen anew"),), 1_500)[0].seen == "seen anew"
    over = noted(first, (), 1_600)
    assert over[0].ended == 1_600
    again = noted(over, (Found("mode-collapse", 1_800, "seen"),), 2_000)
    assert [each.ended for each in again] == [1_600, None]
    assert [(each.began, each.ended) for each in noted(over, collapse, 2_000)] == [(1_000, None)]  # it had never been over


def test_players_keep_their_names_in_a_sentence() -> None:
    assert SYMPTOMS["diverging"].seen(course(G_gradient=4321.0)).startswith("The gradient of G is 4,321 long; the weights of")


@pytest.mark.parametrize("symptom", SYMPTOMS)
def test_every_cure_changes_a_run_that_fails(symptom: str) -> None:
    failures = [preset.config for preset in FAILURES.values()]
    for cure in SYMPTOMS[symptom].cures:
        assert any(config.with_knobs(cure.changes) != config for config in failures if isinstance(config.game, GAN)), cure.title
