"""The runs on the stage: one, or two to four side by side from the same seed, each named by what tells it from the first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import gradio as gr

from engine import PRESETS, RunConfig, drawable, preset_of
from playground.entry import Entry
from playground.words import differences

MOST = 4  # side by side
LETTERS = "ABCD"


def ids_of(group: Sequence[Entry]) -> str:
    """Their ids in one text, as the page remembers them."""
    return ",".join(entry.id for entry in group)


def is_playing(entry: Entry) -> bool:
    """Whether a run trains now."""
    return entry.run is not None and entry.run.state == "playing"


def staged(group: Sequence[Entry], words: Sequence[str] = ()) -> str:
    """What the panel is told: an id, or as JSON the ids and captions of runs side by side.  words: captions, instead of ours."""
    if len(group) == 1:
        return group[0].id
    name = preset_of(group[0].config)
    words = words or [
        PRESETS[name].title if name else "the first recipe",
        *(told_apart(group[0].config, each.config) for each in group[1:]),
    ]
    shown = [
        {"id": entry.id, "caption": f"{letter} · {word}"} for entry, letter, word in zip(group, LETTERS, words, strict=False)
    ]
    return json.dumps(shown)


def told_of(event: gr.EventData, name: str) -> Any:
    """What a panel says with an event; nothing if it says no such thing."""
    return event._data.get(name) if isinstance(event._data, dict) else None


def cured(group: Sequence[Entry], sick: Entry) -> str:
    """What is said when a run with a cure comes to stand beside these."""
    new, old = LETTERS[len(group)], LETTERS[group.index(sick)]
    said, at = f"{new} has the cure and begins at round 0, from the same seed", sick.run.rounds if sick.run else 0
    if is_playing(sick):
        return f"{said}; {old} waits at round {at:,} until {new} is there, then both train on."
    return f"{said}; {old} stays at round {at:,}."


def title(config: RunConfig) -> str:
    """What a picture of this run says above it."""
    name = preset_of(config)
    return f"{PRESETS[name].title if name else 'A recipe of our own'}, seed {config.seed}"


def file_name(config: RunConfig) -> str:
    """What a file with a picture of this run is called, without its ending."""
    return f"gan-{preset_of(config) or 'own'}-{config.seed}"


def told_apart(first: RunConfig, other: RunConfig) -> str:
    """In a few words what the other has that the first has not; where that is a lot, the name of its preset if it has one."""
    words, name = differences(first, other), preset_of(other)
    if len(words) > 2 and name is not None:
        return PRESETS[name].title
    more = f" and {len(words) - 2} more" if len(words) > 2 else ""
    return ", ".join(words[:2]) + more if words else "the same"


def lottery_of(config: RunConfig) -> str:
    """Where this recipe is played from many seeds; nothing where it cannot be."""
    known = preset_of(config) or config.with_knobs({"seed": 0}).to_link()
    return f"/lottery?recipe={known}" if drawable(config) else ""
