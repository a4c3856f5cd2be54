"""What is wrong with a run, as its page tells it: each episode with why it happens and what can be tried, one press away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine import SYMPTOMS, BadRecipe, Episode, RunConfig


def health(episodes: Sequence[Episode], config: RunConfig) -> list[dict[str, Any]]:
    """Episodes in order, what lasts with its cures: each a name and the link of this very recipe with the cure in it."""
    return [_told(each, config) for each in episodes]


def _told(episode: Episode, config: RunConfig) -> dict[str, Any]:
    symptom = SYMPTOMS[episode.symptom]
    lasting = episode.ended is None
    return {
        "symptom": episode.symptom,
        "title": symptom.title,
        "began": episode.began,
        "noticed": episode.noticed,
        "ended": episode.ended,
        "seen": episode.seen,
        "why": symptom.why,
        "cures": [cure for one in symptom.cures if (cure := _cure(one.title, one.changes, config))] if lasting else [],
    }


def _cure(title: str, changes: Any, config: RunConfig) -> dict[str, str] | None:
    """A cure that this recipe can take, and does not have yet."""
    try:
        cured = config.with_knobs(changes)
    except BadRecipe:
        return None
    return None if cured == config else {"title": title, "link": cured.to_link()}
