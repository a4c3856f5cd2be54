"""What goes wrong in a run: small functions from its course to a verdict, with what is seen, why it happens and what to try.

Quiet when nothing is wrong. `python -m engine study detectors` tries all of them on runs that fail for a known cause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from engine.metrics.symptoms import looks, words
from engine.metrics.symptoms.course import Course, Facts
from engine.snapshot import Episode

__all__ = ["BROKEN", "SYMPTOMS", "Course", "Cure", "Episode", "Facts", "Found", "Symptom", "diagnose", "noted", "until"]


class Cure(NamedTuple):
    """Something to try: what it is called, and the knobs of a recipe that it sets."""

    title: str
    changes: Mapping[str, Any]


class Symptom(NamedTuple):
    """A row of the table.  since: the round where it began, or None.  seen: what of it is to be seen, in this run's numbers."""

    title: str
    since: Callable[[Course], int | None]
    seen: Callable[[Course], str]
    why: str
    cures: tuple[Cure, ...]


class Found(NamedTuple):
    """A symptom that a run has now."""

    symptom: str  # its name in SYMPTOMS
    began: int
    seen: str


BROKEN = "not-finite"
REMEMBERED = 50  # episodes of a run; of what comes and goes all the time the newest say enough

SMOOTH = Cure("Hold D's slope with R1 and R2", {"penalties": "r1,r2", "penalties.r1.weight": 0.1, "penalties.r2.weight": 0.1})
SLOWER = Cure(
    "The same low rate for both players",
    {"g_optimizer": {"name": "adam", "lr": 5e-4}, "d_optimizer": {"name": "adam", "lr": 5e-4}},
)
BOUNDED = Cure(
    "A gradient penalty, as in WGAN-GP",
    {
        "penalties": "gradient-penalty",
        "penalties.gradient-penalty.weight": 0.1,
        "g_optimizer": {"name": "adam", "lr": 1e-3, "beta1": 0.0},
        "d_optimizer": {"name": "adam", "lr": 1e-3, "beta1": 0.0},
    },
)
CALM = Cure("Take the momentum away", {"g_optimizer.beta1": 0.0, "d_optimizer.beta1": 0.0})
AHEAD = Cure("Let G look ahead at D's answer", {"game": "unrolled"})
PACKED = Cure("Let D judge two samples at once", {"augment": "packing"})
UNSURE = Cure("Noise on all that D sees", {"augment": "instance-noise", "augment.instance-noise.rounds": 0})
PLAIN_D = Cure("A plain D of two layers", {"discriminator": {"name": "mlp", "width": 64, "depth": 2}})

SYMPTOMS: dict[str, Symptom] = {
    BROKEN: Symptom("Not a number", looks.broken, words.not_finite, words.WHY_NOT_FINITE, (SLOWER, SMOOTH)),
    "diverging": Symptom("Divergence", looks.diverging, words.diverging, words.WHY_DIVERGING, (BOUNDED, SMOOTH, SLOWER)),
    "d-wins": Symptom("D wins", looks.d_wins, words.d_wins, words.WHY_D_WINS, (SMOOTH, UNSURE, SLOWER)),
    "mode-collapse": Symptom(
        "Mode collapse", looks.mode_collapse, words.mode_collapse, words.WHY_MODE_COLLAPSE, (SLOWER, AHEAD, SMOOTH, PACKED)
    ),
    "cycling": Symptom("Cycling", looks.cycling, words.cycling, words.WHY_CYCLING, (SLOWER, CALM)),
    "d-too-weak": Symptom("D is too weak", looks.d_too_weak, words.d_too_weak, words.WHY_D_TOO_WEAK, (PLAIN_D, BOUNDED)),
    "overfitted": Symptom("D overfits", looks.overfitted, words.overfitted, words.WHY_OVERFITTED, (UNSURE, SMOOTH)),
    "memorised": Symptom("G copies its examples", looks.memorised, words.memorised, words.WHY_MEMORISED, (UNSURE,)),
    "tight": Symptom("Collapse within modes", looks.tight, words.tight, words.WHY_TIGHT, (SMOOTH,)),
    "saturated": Symptom("Saturated scores", looks.saturated, words.saturated, words.WHY_SATURATED, (SMOOTH, UNSURE)),
    "unbalanced": Symptom("Unbalanced players", looks.unbalanced, words.unbalanced, words.WHY_UNBALANCED, (SLOWER, SMOOTH)),
    "not-settling": Symptom(
        "G does not settle", looks.not_settling, words.not_settling, words.WHY_NOT_SETTLING, (SMOOTH, SLOWER)
    ),
}
"""By name, the most urgent first. Which cures help against which of the clinic's failures: `python -m engine study cures`."""


def diagnose(course: Course) -> tuple[Found, ...]:
    """What a run has now, the most urgent first."""
    found = []
    for name, symptom in SYMPTOMS.items():
        began = symptom.since(course)
        if began is not None:
            found.append(Found(name, began, symptom.seen(course)))
    return tuple(found)


def noted(episodes: Sequence[Episode], found: Sequence[Found], now: int) -> tuple[Episode, ...]:
    """The episodes until now: what is found goes on or begins, what lasted and is no longer found has ended.

    What is found since before it was thought to be over has never been over.
    """
    here = {each.symptom: each for each in found}
    latest = {each.symptom: each for each in episodes}
    known = [_went_on(each, here.get(each.symptom), now) if latest[each.symptom] is each else each for each in episodes]
    lasting = {each.symptom for each in known if each.ended is None}
    new = [Episode(each.symptom, each.began, now, None, each.seen) for each in found if each.symptom not in lasting]
    return (*known, *new)[-REMEMBERED:]


def until(episodes: Sequence[Episode], rounds: int) -> tuple[Episode, ...]:
    """The episodes as they were known at this round."""
    known = (each for each in episodes if each.noticed <= rounds)
    return tuple(each._replace(ended=None) if (each.ended or 0) > rounds else each for each in known)


def _went_on(latest: Episode, found: Found | None, now: int) -> Episode:
    """A symptom's latest episode, with what is found of it now."""
    if found is None:
        return latest if latest.ended is not None else latest._replace(ended=now)
    lasts = latest.ended is None or found.began <= latest.ended
    return latest._replace(ended=None, seen=found.seen) if lasts else latest
