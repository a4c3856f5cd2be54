"""The lessons of the clinic: a failure, what to watch, a question to answer before pressing Play, what cures it, and why.

In the order of a course that fits into ninety minutes. Recipes are presets (failures.py); `python -m engine study lessons` shows
how many seeds of each failure fail, and of each cure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from engine.presets import PRESETS
from engine.recipes import Preset


class Lesson(NamedTuple):
    """signs: symptoms one of which a failing run has.  worst: what a measurement may be at most where all is well.

    curves: which of a run's curves say it best, as the page calls them; "log" for a logarithmic axis.
    """

    title: str
    minutes: int
    failure: str  # the name of a preset
    cures: tuple[str, ...]
    signs: tuple[str, ...]
    watch: str
    question: str
    answers: tuple[str, ...]
    right: int  # which of them, from 0
    why: str
    paper: str
    curves: tuple[str, ...]
    worst: tuple[str, float] = ("", 0.0)

    @property
    def presets(self) -> dict[str, Preset]:
        """The failure and its cures, by name."""
        return {name: PRESETS[name] for name in (self.failure, *self.cures)}


LESSONS: dict[str, Lesson] = {
    "collapse": Lesson(
        "Mode collapse",
        10,
        "ring-collapse",
        ("ring-collapse-balanced", "ring-collapse-exchanged", "ring-collapse-minibatch", "ring-collapse-unrolled"),
        ("mode-collapse",),
        "Where do the orange points go? How many of the eight blue clumps get any: that is the curve “modes”. The background is "
        "D's belief: bluish where D takes things for real.",
        "The data are eight clumps, called modes. G learns ten times as fast as D. What will G do?",
        ("Find all of them sooner", "Sit on one, or jump from one to the next", "Spread evenly over the whole square"),
        1,
        "While D stands still, the best that G can do is to put everything where D believes most. D then learns to distrust "
        "that place, and G jumps. Nothing in G's loss asks for variety: each sample is judged alone. Only a D that keeps up "
        "keeps the modes.",
        "Goodfellow et al. 2014, arXiv:1406.2661, section 6; Heusel et al. 2017, arXiv:1706.08500; Salimans et al. 2016, "
        "arXiv:1606.03498, section 3.2; Metz et al. 2017, arXiv:1611.02163",
        ("losses", "modes"),
    ),
    "digits": Lesson(
        "Mode collapse on digits",
        7,
        "digits-collapse",
        ("digits-collapse-packing", "digits-collapse-batch-norm"),
        ("mode-collapse",),
        "The sheet of fakes: each has a latent of its own, and how unlike are any two? The curve “variety” says how far "
        "apart they lie; real digits are at 1.",
        "The data are ten kinds of digits. Both players are equally fast this time, and D judges each digit alone. What will the "
        "sheet show?",
        ("All ten kinds, some of them ugly", "Grey noise", "The same picture many times"),
        2,
        "D sees one digit at a time: it can say how each should look, never that all of them are the same. So all are told to go "
        "the same way, and they go there together. Other rates, noise and wrong labels change nothing about that. A D that is "
        "shown two at once sees that these two are alike, which real ones hardly ever are. Or G cannot make them alike: batch "
        "norm takes away whatever the fakes of a batch have in common.",
        "Salimans et al. 2016, arXiv:1606.03498, section 3.2; Lin et al. 2018, arXiv:1712.04086; Radford et al. 2016, "
        "arXiv:1511.06434, section 3",
        ("losses", "variety"),
        ("class KL", 1.0),
    ),
    "saturated": Lesson(
        "The loss that goes silent",
        10,
        "ring-saturated",
        ("ring-saturated-noise", "ring-saturated-wgan-gp"),
        ("d-wins", "saturated"),
        "The curve of G's gradient: how loudly G is told what to change. Each line of the grid down is ten times less.",
        "D gets ten turns for each of G's. Surely a better D teaches better?",
        ("At first, then G hears nothing any more", "Yes: G follows a good D more quickly", "It makes no difference"),
        0,
        "In the minimax loss, what G is told is multiplied by D's belief that the fake is real. A D that is sure makes that 0. "
        "And where data and fakes do not overlap, there always is a D that is sure. Noise on both makes them overlap; the "
        "Wasserstein loss has no flat end.",
        "Goodfellow et al. 2014, arXiv:1406.2661, section 3; Arjovsky and Bottou 2017, arXiv:1701.04862",
        ("gradients", "kl-and-js", "log"),
    ),
    "hasty": Lesson(
        "A D that is too strong too soon",
        7,
        "ring-hasty-d",
        ("ring-hasty-d-r1", "ring-hasty-d-r3gan"),
        ("saturated", "unbalanced", "mode-collapse", "d-wins"),
        "D's scores of real samples and of fakes: how far do they part? And do the orange points still go anywhere?",
        "D learns ten times as often as G, with steps fifty times as long, and G is lost. What helps, and lets D keep its speed?",
        ("Nothing: D must be slowed down", "A price for being steep: D's scores may not jump", "A larger G"),
        1,
        "It is not D's speed that harms but its steepness: a cliff between real and fake is flat on both sides. R1 takes a "
        "price for slope at real samples, so D stays a hillside that G can climb, however often it learns.",
        "Mescheder et al. 2018, arXiv:1801.04406",
        ("scores", "modes"),
    ),
    "rate": Lesson(
        "A learning rate that is too high",
        5,
        "ring-eager",
        ("ring-eager-slower",),
        ("mode-collapse", "diverging", "d-wins", "cycling", "not-finite"),
        "How the points move from one picture to the next, and the length of the gradients.",
        "Both players' steps are 25 times as long as usual. When will they be done?",
        ("25 times sooner", "A little sooner", "Never"),
        2,
        "Two players do not slide down one slope. They circle around the solution, and drift inwards slowly. A step that is too "
        "long carries them outwards again, at every turn. In the game x·y of the Theory page one can see it as a number.",
        "Mescheder et al. 2018, arXiv:1801.04406, section 3",
        ("gradients", "modes"),
    ),
    "cycling": Lesson(
        "Round and round",
        8,
        "ring-cycling",
        ("ring-cycling-calm",),
        ("cycling", "mode-collapse"),
        "Where are the points, and where are they next? Follow them for a while.",
        "G runs after D's opinion, and D after G. Momentum lets a step go on in the direction of those before. Does it calm the "
        "chase?",
        ("No: D swings on in the old direction", "Yes, it smooths everything", "It makes no difference"),
        0,
        "Momentum remembers where the gradient used to point. In a minimisation that is forward; in a game the opponent has "
        "moved since. Negative momentum would be better than any; none is what most GANs use now.",
        "Gidel et al. 2019, arXiv:1807.04740",
        ("scores", "modes"),
    ),
    "tight": Lesson(
        "WGAN, clipped too tightly",
        6,
        "ring-clipped-tight",
        ("ring-clipped", "ring-penalised", "ring-spectral"),
        ("d-too-weak",),
        "Below the picture: D's lowest and highest score. How far apart are they? And how small is G's gradient?",
        "A WGAN clips D's weights, so that D cannot grow steep. Here each must stay within ±0.005. What is left of D?",
        ("A sharp, simple D", "Nothing changes: weights are small anyway", "A D so flat that G learns next to nothing"),
        2,
        "Each layer multiplies by its weights, so a bound on each bounds D's slope by their product: with three layers the clip "
        "counts three times. Too tight, and the signal dies; too loose, and it explodes. Hence the gradient penalty.",
        "Gulrajani et al. 2017, arXiv:1704.00028, section 3; Miyato et al. 2018, arXiv:1802.05957",
        ("gradients", "kl-and-js", "log"),
    ),
    "loose": Lesson(
        "WGAN, clipped too loosely",
        5,
        "ring-clipped-loose",
        ("ring-clipped", "ring-penalised", "ring-spectral"),
        ("diverging",),
        "G's gradient on the logarithmic scale, and D's scores.",
        "A WGAN clips D's weights, so that D cannot grow steep. What if they may be as large as 2?",
        ("D becomes steep, and gradients explode", "It trains faster", "G collapses at once"),
        0,
        "Every weight of D goes to the bound, for the Wasserstein loss wants D as steep as it may be. Gradients grow by the "
        "product of the layers. Adam and RMSProp divide the length away again, which is why samples may still look fine; the "
        "distance that D claims to measure means nothing any more.",
        "Gulrajani et al. 2017, arXiv:1704.00028, section 3; Miyato et al. 2018, arXiv:1802.05957",
        ("gradients", "kl-and-js", "log"),
    ),
    "unpenalised": Lesson(
        "The gradient penalty left out",
        6,
        "ring-unpenalised",
        ("ring-penalised", "ring-unpenalised-spectral"),
        ("diverging",),
        "D's loss: is there an end to it? And the gradients of both.",
        "The Wasserstein loss, and nothing that holds D. How low does D's loss go?",
        ("To minus the distance", "To 0", "There is no end to it"),
        2,
        "Without a bound D can double its loss by doubling its weights, for ever. The loss estimates a distance only for a D of "
        "slope at most 1; the penalty asks for just that.",
        "Gulrajani et al. 2017, arXiv:1704.00028; Miyato et al. 2018, arXiv:1802.05957",
        ("losses", "kl-and-js"),
    ),
    "few": Lesson(
        "Too few data for D",
        8,
        "ring-few",
        ("ring-few-noise", "ring-few-r1", "ring-many"),
        ("overfitted",),
        "D's scores of real and fake draw apart, while the card says how often D is right on its own forty points, and on real "
        "points that it has never seen.",
        "D has forty real points to learn from, for thousands of rounds. What will it know?",
        ("Where real points are likely", "Those forty points", "Nothing: forty are too few"),
        1,
        "A D that has seen each example a thousand times need not know what they have in common. Whatever is not one of them is "
        "fake to it, unseen real points too, and G is led to the examples instead of to the distribution. Noise, and every "
        "other change that is made to real and fake alike, takes the places away; so do more data.",
        "Karras et al. 2020, arXiv:2006.06676",
        ("scores", "kl-and-js"),
    ),
    "batch-norm": Lesson(
        "Batch norm and small batches",
        7,
        "ring-batch-norm",
        ("ring-batch-norm-d", "ring-batch-norm-virtual"),
        ("mode-collapse", "d-too-weak"),
        "How far the points are spread, and how D's belief flickers.",
        "Batch norm helps classifiers. What does it do to D, with eight samples in a batch?",
        ("It steadies D", "Nothing, on points", "D judges each sample by its neighbours in the batch"),
        2,
        "Under batch norm a score depends on the other samples. Real and fake batches have statistics of their own, so D can "
        "tell batches apart without looking at samples, and what it tells G of one sample is noise. At rest, with averaged "
        "statistics, it is another function than the one that G was taught by.",
        "Salimans et al. 2016, arXiv:1606.03498, section 3.5; Gulrajani et al. 2017, arXiv:1704.00028, section 4",
        ("scores", "modes"),
    ),
    "average": Lesson(
        "Without a moving average",
        6,
        "ring-unaveraged",
        ("ring-averaged",),
        (),
        "The JS divergence: how low does it get, and does it stay?",
        "G as it is now, or the average of what it was of late? The two runs are the same but for that. Which looks better?",
        ("The average of late", "G as it is now: it has learned most", "They look alike"),
        0,
        "G runs around the solution at a distance that the learning rate sets. The points of a circle are all off the middle; "
        "their mean is not. That is why nearly every published sample comes from averaged weights.",
        "Yazici et al. 2019, arXiv:1806.04498",
        ("losses", "kl-and-js"),
        ("js", 0.25),
    ),
    "small-d": Lesson(
        "A D that is too small",
        5,
        "ring-tiny-d",
        ("ring-larger-d",),
        ("d-too-weak", "mode-collapse", "cycling"),
        "The background is D's belief: which shapes can it draw, and does that suffice for a ring of eight?",
        "G is a large network, and D has two units. Good for G?",
        ("Yes: it wins at once", "No: it learns only what D can tell apart", "It does not matter"),
        1,
        "The game is won against this D, not against the data. A D that can draw two lines is content with anything that lies "
        "on the right side of them.",
        "Arora et al. 2017, arXiv:1703.00573",
        ("scores", "modes"),
    ),
}
"""By name, in the order of the course."""


def minutes(names: Sequence[str]) -> int:
    """How long a course of these lessons takes."""
    return sum(LESSONS[name].minutes for name in names)
