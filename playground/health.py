"""What is wrong with a run, as its page tells it: what it has, what it had, and of each why it happens and what to try."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from engine import SYMPTOMS, BadRecipe, Episode, RunConfig

Told = dict[str, Any]

URGENCY = {name: place for place, name in enumerate(SYMPTOMS)}  # the most urgent first


def health(episodes: Sequence[Episode], config: RunConfig) -> dict[str, Any]:
    """Three parts, of which a watcher hears those that have changed: the first does at every look, so it is the smallest.

    health: what lasts, the most urgent first.  past: what is over, in order.  symptoms: by name, all that these two speak of.
    """
    lasting = sorted((each for each in episodes if each.ended is None), key=lambda each: URGENCY[each.symptom])
    over = [each for each in episodes if each.ended is not None]
    return {
        "health": [{"symptom": each.symptom, "began": each.began, "seen": each.seen} for each in lasting],
        "past": [{"symptom": each.symptom, "began": each.began, "ended": each.ended} for each in over],
        "symptoms": {name: told(name, config) for name in sorted({each.symptom for each in episodes})},
    }


@lru_cache(maxsize=256)
def told(symptom: str, config: RunConfig) -> Told:
    """A symptom's title, why it happens, and its cures: each a name and the link of this very recipe with the cure in it."""
    row = SYMPTOMS[symptom]
    cures = [cure for one in row.cures if (cure := _cure(one.title, one.changes, config))]
    return {"title": row.title, "why": row.why, "cures": cures}


def _cure(title: str, changes: Mapping[str, Any], config: RunConfig) -> dict[str, str] | None:
    """A cure that this recipe can take, and does not have yet."""
    try:
        cured = config.with_knobs(changes)
    except BadRecipe:
        return None
    return None if cured == config else {"title": title, "link": cured.to_link()}
