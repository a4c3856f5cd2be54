"""Each symptom as a function of a run's course: the round where it began, or None. Thresholds are ours unless a source is named;
they were set on runs other than those on which `python -m engine study detectors` tries them.
"""

from __future__ import annotations

import numpy as np

from engine.metrics.symptoms.course import Course

YOUNG = 1_000  # rounds before the absence of something counts: every healthy run starts without it
PATIENCE = 300  # rounds for which it must have lasted
LONG = 100.0  # a gradient's norm; Chintala et al. 2016, "How to train a GAN", tip 10
BLOWN_UP = 10.0  # times the length that a player's weights had at the start
SURE = 0.98  # D is right about so many pairs
ALIKE = 0.5  # of the distance between real samples
UNSURE = 0.1  # or no further from one half than this
FAINT = 0.02  # of the gradient that G had at the start
FAR = 0.35  # nats of JS divergence: at most ln 2 = 0.69
RESTLESS = 0.42  # nats; healthy small networks at a constant rate have 0.2 to 0.4 without their average
CERTAIN = 15.0  # between D's mean scores of real and fake, as log odds
WINDOW = 12  # looks over which something goes round
HURRY = 25.0  # times as far as the other player moves


def broken(course: Course) -> int | None:
    """A loss or a weight is not finite: whoever trains finds that at once, and looks no more."""
    return None


def diverging(course: Course) -> int | None:
    """A gradient over 100, weights ten times as long as they were, or samples that fly apart."""
    if not course.facts.judged:
        return None  # the loss of an autoencoder is a sum over pixels, and so is its gradient
    held = course["raw variety"] > 4
    for pull in course.ending(" gradient").values():
        held |= pull > LONG
    for player, length in course.ending(" weights").items():
        held |= length > BLOWN_UP * course.early(f"{player} weights")
    return course.since(held, 0)


def d_wins(course: Course) -> int | None:
    """D is always right, and G hears next to nothing, or does not get anywhere."""
    deaf = course["G gradient"] < FAINT * course.early("G gradient")
    lost = course["raw js"] > FAR
    return course.since((course["right"] > SURE) & (deaf | lost), PATIENCE) if course.now >= YOUNG // 2 else None


def d_too_weak(course: Course) -> int | None:
    """D cannot tell, though G is far off."""
    off, tells = course.rolling(course["raw js"], 7), course.rolling(course["right"], 7)
    unsure = np.abs(tells - 0.5) < UNSURE
    weak = unsure & (off > FAR) & ~course.falling(off, 10)
    return course.since(weak, PATIENCE, window=7) if course.now >= 2 * YOUNG else None


def mode_collapse(course: Course) -> int | None:
    """Modes are missing, and no more are being found; where there are none to count, samples are too much alike."""
    if not course.facts.modes:
        return _alike(course)
    found = course["held modes"]
    missing = (found < 0.8 * course.facts.modes) & ~course.rising(found, 5)
    return course.since(missing, PATIENCE) if course.now >= YOUNG else None


def _alike(course: Course) -> int | None:
    """Samples are more alike than real ones; in a young run, where some are at first, much more."""
    most = np.where(course.rounds < YOUNG, ALIKE / 2, ALIKE)
    return course.since(course["raw variety"] < most, PATIENCE) if course.now >= YOUNG // 2 else None


def tight(course: Course) -> int | None:
    """Within its modes G puts everything into the middle."""
    return course.since(course["tight"] < 0.5, PATIENCE) if course.now >= YOUNG else None


def cycling(course: Course) -> int | None:
    """Most samples are in one mode, and it is now this one, now that one."""
    share = course.rolling(course["main share"], WINDOW)
    moves, places = course.visits(course["main mode"], WINDOW), course.kinds(course["main mode"], WINDOW)
    round_and_round = (share > 0.4) & (moves >= WINDOW // 3) & (places >= 3)
    return course.since(round_and_round, 0, window=WINDOW) if course.now >= YOUNG else None


def not_settling(course: Course) -> int | None:
    """G's moving average is far better than G, all the time: G runs about the solution and does not reach it."""
    off = course.rolling(course["raw js"], 5)
    worse = (off > RESTLESS) & (off - course["js"] > 0.15)
    return course.since(worse, 2 * PATIENCE) if course.facts.averaged and course.now >= 2 * YOUNG else None


def overfitted(course: Course) -> int | None:
    """D knows its training set apart from fakes better than real samples that it has not seen."""
    gap = course.rolling(course["right at home"] - course["right"], 3)
    return course.since(gap > 0.1, PATIENCE)


def memorised(course: Course) -> int | None:
    """Fakes lie much nearer to training examples than unseen real samples do."""
    return course.since((course.rolling(course["copied"], 3) < 0.4) & (course["raw variety"] > 0.3), PATIENCE)


def saturated(course: Course) -> int | None:
    """D's scores are so far apart that the logistic function is flat at both."""
    if not course.facts.logistic:
        return None
    return course.since(course["D(real)"] - course["D(fake)"] > CERTAIN, PATIENCE)


def unbalanced(course: Course) -> int | None:
    """One player moves many times as far as the other."""
    if not course.facts.judged:
        return None
    d, g = course.rolling(course["D moved"], 3), course.rolling(course["G moved"], 3)
    return course.since((d > HURRY * g) | (g > HURRY * d), PATIENCE)
