"""What is said of each symptom: what is seen, in the numbers of this run, and why it happens. One paragraph each."""

from __future__ import annotations

import math

from engine.metrics.symptoms.course import Course
from engine.metrics.symptoms.looks import WINDOW


def number(value: float) -> str:
    """For a sentence: three digits, large ones with commas; a dash where there is none."""
    if not math.isfinite(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def percent(share: float) -> str:
    return f"{100 * share:.0f} %" if math.isfinite(share) else "–"


def right(course: Course) -> str:
    return f"D scores a real sample above a fake in {percent(course.latest('right'))} of pairs"


def pulls(course: Course) -> str:
    now, early = course.latest("G gradient"), course.early("G gradient")
    return f"G's gradient is {number(now)} long, where it was {number(early)} at the start"


def not_finite(course: Course) -> str:
    return f"After round {course.now:,} a loss or a weight is no longer a finite number."


WHY_NOT_FINITE = (
    "Nothing can be learned from what is no number. It is the end of a divergence: steps were so long that each made the next "
    "one longer, until the scores left what 32 bits can hold."
)


def diverging(course: Course) -> str:
    pulled = {name: values[-1] for name, values in course.ending(" gradient").items() if math.isfinite(values[-1])}
    grown = {name: values[-1] / course.early(f"{name} weights") for name, values in course.ending(" weights").items()}
    longest, widest = max(pulled, key=pulled.__getitem__, default=""), max(grown, key=grown.__getitem__, default="")
    parts = [f"the gradient of {longest} is {number(pulled[longest])} long"] if longest else []
    parts += [f"the weights of {widest} are {number(grown[widest])} times as long as at the start"] if widest else []
    far = course.latest("raw variety")
    parts += [f"G's samples lie {number(far)} times as far apart as real ones"] if far > 1.5 else []
    text = "; ".join(parts) or "gradients explode"
    return f"{text[0].upper()}{text[1:]}."


WHY_DIVERGING = (
    "A step is the learning rate times a gradient. Where D grows steep, G's gradient is long, so G leaps; D then has to grow "
    "steeper still to tell the two apart. Nothing in the plain losses holds D's slope, and beyond a certain rate both players "
    "overshoot at every turn, so that the distance from the solution grows instead of shrinking."
)


def d_wins(course: Course) -> str:
    return f"{right(course)}; {pulls(course)}."


WHY_D_WINS = (
    "D has become so good that its score is flat wherever fakes are: a small change of a fake changes nothing, so G is told "
    "nothing. Under the minimax loss the factor before the gradient is D's belief in the fake itself, which is next to 0 now. "
    "Arjovsky and Bottou (2017) show that this is the rule: where data and fakes do not overlap, the best D separates them "
    "without error."
)


def d_too_weak(course: Course) -> str:
    return f"{right(course)}, as if by guessing, though G is far off (JS {number(course.latest('raw js'))} of at most 0.69)."


WHY_D_TOO_WEAK = (
    "G learns only what D can tell. This D sees no difference that a person sees at once: it is too small, too slow, or held "
    "too tightly by clipping or by its penalty, so that its score hardly changes from place to place, and G wanders."
)


def mode_collapse(course: Course) -> str:
    if course.facts.modes:
        share = course.latest("main share")
        most = f"; {percent(share)} of G's samples are nearest to the same one" if math.isfinite(share) else ""
        return f"G keeps {course.latest('held modes'):.0f} of {course.facts.modes:.0f} modes, and finds no more{most}."
    return f"G's samples lie only {percent(course.latest('raw variety'))} as far apart as real ones."


WHY_MODE_COLLAPSE = (
    "G's loss asks of every sample alone whether D believes it, never whether all kinds are there. The best answer to a D that "
    "stands still is to put everything where D's score is highest. D then lowers that place and G moves on, together, like one "
    "sample. What helps lets D see many samples at once, lets G look ahead, or keeps D so smooth that every mode pulls."
)


def tight(course: Course) -> str:
    return (
        f"Samples lie {percent(course.latest('tight'))} as far from the middle of their mode as data do "
        f"({percent(course.latest('hq'))} within three sigmas; of real ones {percent(course.floors.get('hq', math.nan))})."
    )


WHY_TIGHT = (
    "All modes are there, but each is drawn too small: G has found that the middle of a mode is never wrong. Counting modes, "
    "and the share of good samples, praises that; only the spread within a mode gives it away."
)


def cycling(course: Course) -> str:
    return (
        f"{percent(course.latest('main share'))} of G's samples are nearest to one mode, and which one that is has changed "
        f"{_visits(course)} times in the last looks."
    )


def _visits(course: Course) -> str:
    return number(float(course.visits(course["main mode"], WINDOW)[-1]))


WHY_CYCLING = (
    "The two chase each other: G goes where D believes, D learns that fakes are there, G goes on to where D has not been for a "
    "while, and the old place is forgotten. It is rotation, as in the game x·y: the gradients point around the solution and not "
    "at it. Momentum makes it worse, penalties on D's slope damp it."
)


def not_settling(course: Course) -> str:
    raw, averaged = course.latest("raw js"), course.latest("js")
    return f"G itself is off by a JS of {number(raw)}, its moving average by {number(averaged)}: all the time."


WHY_NOT_SETTLING = (
    "G runs about the solution without coming to rest, and its average over time is near the middle, where it never is itself. "
    "The average may be shown and used; but that it is so much better says that the game has not converged. Lower learning "
    "rates or a penalty on D's slope let it."
)


def overfitted(course: Course) -> str:
    return (
        f"D is right on {percent(course.latest('right at home'))} of pairs with examples that it was trained on, and on "
        f"{percent(course.latest('right'))} with real ones that it has never seen."
    )


WHY_OVERFITTED = (
    "There are so few examples that D knows each of them. What is not among them is fake to it, real or not, so it no longer "
    "says where data are likely but where its examples are. G can please it only by copying them, or is lost. More data, noise "
    "on all that D sees, or a penalty on its slope take that away."
)


def memorised(course: Course) -> str:
    return f"Fakes lie {percent(course.latest('copied'))} as far from the nearest training example as unseen real ones do."


WHY_MEMORISED = (
    "G makes training examples again, and little between them. To D that is perfect, and to every measure that compares with "
    "the training set as well; only examples that were kept back show it. It takes a D that knows its examples one by one, so "
    "it comes with few data."
)


def saturated(course: Course) -> str:
    return (
        f"D's mean score is {number(course.latest('D(real)'))} for real samples, {number(course.latest('D(fake)'))} for fakes: "
        "as log odds, that is beyond doubt."
    )


WHY_SATURATED = (
    "Far from 0 the logistic function is flat. D has nothing left to learn from such samples, and its belief says nothing any "
    "more but yes and no; under the minimax loss G's gradient is gone with it. Often D has become steep somewhere between real "
    "and fake."
)


def unbalanced(course: Course) -> str:
    d, g = course.latest("D moved"), course.latest("G moved")
    return f"In 100 rounds D's weights move by {percent(d)} of their length, G's by {percent(g)}."


WHY_UNBALANCED = (
    "Each player learns against the other as it is now. One that moves many times as far either runs away from its opponent or "
    "chases its every whim. Some difference is wanted (two time scales, D faster: Heusel et al. 2017), but not this much."
)
