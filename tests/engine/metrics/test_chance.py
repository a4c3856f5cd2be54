"""What guessing would reach, by hand: four coins, the tail of the page's example, and both ends."""

from math import comb, fsum

import pytest

from engine.metrics import guessed_at_least, guessed_at_most, guessing


def test_of_four_coins_there_are_sixteen_ways():
    assert guessing(4) == [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16]
    assert [guessed_at_least(k, 4) for k in range(5)] == [1, 15 / 16, 11 / 16, 5 / 16, 1 / 16]
    assert [guessed_at_most(k, 4) for k in range(5)] == [1 / 16, 5 / 16, 11 / 16, 15 / 16, 1]


def test_seventeen_of_24_is_rarer_than_one_in_thirty():
    # C(24, 17) + ... + C(24, 24) = 346104 + 134596 + 42504 + 10626 + 2024 + 276 + 24 + 1
    assert guessed_at_least(17, 24) == 536_155 / 2**24 == pytest.approx(0.032, abs=1e-4)


def test_more_than_there_are_cannot_be_reached_and_none_always():
    assert (guessed_at_least(5, 4), guessed_at_least(0, 4), guessed_at_least(-3, 4), guessed_at_least(0, 0)) == (0, 1, 1, 1)
    assert (guessed_at_most(-1, 4), guessed_at_most(4, 4)) == (0, 1)


def test_the_two_tails_share_only_what_is_reached_exactly():
    for of in (1, 7, 24):
        for right in range(of + 1):
            assert guessed_at_least(right, of) + guessed_at_most(right, of) == pytest.approx(1 + comb(of, right) / 2**of)


def test_thousands_of_cards_are_no_trouble():
    of = 12_000  # the standard deviation is 54.8; two of them are 2.2 % of cases
    assert guessed_at_least(6_000 + 110, of) == pytest.approx(0.0228, abs=5e-4)
    assert 0 < guessed_at_least(6_500, of) < 1e-18
    assert fsum(guessing(240)) == 1
