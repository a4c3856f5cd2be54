"""What is said of a score: how often guessing alone would reach it, and what follows."""

from __future__ import annotations

from engine import guessed_at_least, guessed_at_most

BETTER, WORSE = 0.05, 0.01  # what guessing reaches more rarely is not put down to it; the stranger claim asks for more


def verdict(opening: str, who: str, right: int, of: int) -> str:
    """One sentence: "You were right on 17 of 24; by guessing alone one gets that or better in 3 % of cases: ...".

    opening: what it begins with.  who: can tell them apart, or cannot be said to.
    """
    better = 2 * right >= of
    chance = guessed_at_least(right, of) if better else guessed_at_most(right, of)
    if chance > (BETTER if better else WORSE):
        so = f"nothing says that {who} can tell them apart"
    else:
        so = f"{who} can tell them apart" + ("" if better else ", but the wrong way round")
    return f"{opening}; by guessing alone one gets that or {'better' if better else 'worse'} in {share(chance)} of cases: {so}."


def share(chance: float) -> str:
    """A probability in percent: whole ones, below 1 % one digit, and never 0 %."""
    if chance < 1e-6:
        return "less than 0.0001 %"
    percent = 100 * chance
    return f"{percent:.0f} %" if percent >= 0.95 else f"{float(f'{percent:.0g}'):.6f}".rstrip("0") + " %"
