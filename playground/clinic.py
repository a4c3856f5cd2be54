"""What happens when a person presses something in the clinic: a failure trains, and beside it what cures it.

Like handlers.py, whose stage it shares. What arrives from the browser is a wish: the name of a lesson, of one of its cures, a
seed. Every handler returns updates for ids, the lesson's name, stage, message, and what the lesson's own scripts are told.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

import gradio as gr
from pydantic import BaseModel, ConfigDict, ValidationError

from engine import LESSONS, BadRecipe, Lesson, RunConfig
from playground.asked import BESIDE
from playground.entry import Entry
from playground.onstage import is_playing, staged, told_of
from playground.panels.transport import PAUSE, PLAY
from playground.staging import Staging

PACE = 200.0  # rounds a second: a lesson's run takes fifteen or twenty seconds
CAPTIONS = ("failure", "cure")
ALONE = "One run at a time here: the cure trains alone now, and the failure was put away. Compare the numbers."
NO_WISH = "The clinic does not know this lesson; choose one from the list."


class Wish(BaseModel):
    """A lesson, one of its cures or none of them, and a seed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    lesson: str
    cure: str = ""
    seed: int = 0

    @classmethod
    def of(cls, event: gr.EventData) -> Wish:
        """What the page says.  BadRecipe, in one sentence, for anything that is no wish."""
        try:
            wish = cls.model_validate(event._data)
        except ValidationError:
            raise BadRecipe(NO_WISH) from None
        if wish.lesson not in LESSONS:
            raise BadRecipe(NO_WISH)
        return wish

    @property
    def taught(self) -> Lesson:
        return LESSONS[self.lesson]

    def failure(self) -> RunConfig:
        """The recipe that fails, with this seed.  BadRecipe if there is no such seed."""
        return self._seeded(self.taught.failure)

    def cured(self) -> RunConfig:
        """The recipe that does not.  BadRecipe if the lesson has no such cure."""
        if self.cure not in self.taught.cures:
            raise BadRecipe("This lesson has no such cure; choose one of its buttons.")
        return self._seeded(self.cure)

    def _seeded(self, preset: str) -> RunConfig:
        return self.taught.presets[preset].config.with_knobs({"seed": self.seed})


class Clinic:
    """The handlers of the clinic's page over a stage that it shares with Play."""

    def __init__(self, stage: Staging) -> None:
        self.stage = stage

    def begin(self, event: gr.EventData, ids: str, request: gr.Request) -> list[Any]:
        """A lesson's failure trains, alone."""
        try:
            wish = Wish.of(event)
            config = wish.failure()
        except BadRecipe as error:
            return self._refused(error)
        group = self.stage.group(ids, request)
        return self._shown(self.stage.start(config, request, group, compare=False, **tempo(wish.lesson)), wish.lesson, request)

    def cure(self, event: gr.EventData, ids: str, request: gr.Request) -> list[Any]:
        """A cure trains beside the failure, from the same seed, in the place of any other cure."""
        try:
            wish = Wish.of(event)
            failure, cured = wish.failure(), wish.cured()
        except BadRecipe as error:
            return self._refused(error)
        group, how = self.stage.group(ids, request), tempo(wish.lesson)
        if self.stage.most < 2:
            updates = self.stage.start(cured, request, group, compare=False, said=ALONE, **how)
        elif group and group[0].config == failure:
            updates = self.stage.beside_first(cured, request, group, **how)
        else:
            self.stage.clear(group)  # another lesson, or nothing: a server that was started anew
            updates = self.stage.together([failure, cured], request, **how)
        return self._shown(updates, wish.lesson, request)

    def luck(self, ids: str, lesson: str, request: gr.Request) -> list[Any]:
        """All that is on the stage from the beginning, with another seed."""
        seed = secrets.randbelow(10_000)
        return self._again(ids, lesson, request, seed=seed, said=f"Seed {seed}: was it luck?")

    def anew(self, ids: str, lesson: str, request: gr.Request) -> list[Any]:
        """All that is on the stage from the beginning."""
        return self._again(ids, lesson, request)

    def toggle(self, ids: str, pressed: Any, request: gr.Request) -> None:
        """Play or pause what is on the stage.  pressed: what the button said, and so what is meant."""
        self.stage.toggle(self.stage.group(ids, request), pause=pressed == PAUSE)

    def dismiss(self, event: gr.EventData, ids: str, lesson: str, request: gr.Request) -> list[Any]:
        """One of the two is taken off the stage."""
        return self._shown(self.stage.dismiss(self.stage.group(ids, request), told_of(event, "run")), lesson, request)

    def leave(self, event: gr.EventData, ids: str, lesson: str, request: gr.Request) -> list[Any]:
        """A lesson was left: its runs are put away, unless those of another have taken their place already."""
        if lesson not in ("", told_of(event, "lesson")):
            return self._shown(self.stage.same(""), lesson, request)
        return self._shown(self.stage.clear(self.stage.group(ids, request)), "", request)

    def pressed(self, ids: str, request: gr.Request) -> Any:
        """A run's state changed: what the first button says now."""
        return gr.update(value=PAUSE if any(map(is_playing, self.stage.group(ids, request))) else PLAY)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _again(self, ids: str, lesson: str, request: gr.Request, **other: Any) -> list[Any]:
        """What is on the stage once more, as its lesson plays it: it may have been in Play meanwhile, or asleep."""
        group = self.stage.group(ids, request)
        if not group or lesson not in LESSONS:
            return self._refused("There is nothing on the stage yet.")
        return self._shown(self.stage.again(group, **other, **tempo(lesson)), lesson, request)

    def _shown(self, updates: list[Any], lesson: str, request: gr.Request) -> list[Any]:
        """The stage's updates without those that only Play has, whose lesson it is, and what the lesson is told."""
        ids, stage, said, *_ = updates
        if not self.stage.is_another(updates):
            return [ids, gr.skip(), stage, said, gr.skip()]
        group = self.stage.group(ids, request)
        return [ids, lesson, staged(group, CAPTIONS) if group else "", said, _told(group, lesson)]

    def _refused(self, error: BadRecipe | str) -> list[Any]:
        return [gr.skip(), gr.skip(), gr.skip(), f"⚠ {error}", gr.skip()]


def tempo(lesson: str) -> dict[str, Any]:
    """How a lesson's runs play: slowly enough to be watched, and no further than there is something new to see."""
    return {"pace": PACE, "until": max(preset.rounds for preset in LESSONS[lesson].presets.values())}


def _names(config: RunConfig) -> list[str]:
    """The presets of the clinic that are this recipe, whatever its seed."""
    presets = {name: preset for lesson in LESSONS.values() for name, preset in lesson.presets.items()}
    return [name for name, preset in presets.items() if preset.config.with_knobs({"seed": config.seed}) == config]


def _told(group: list[Entry], lesson: str) -> str:
    """Of which lesson which presets are on the stage, from which seed, and where Play shows the same.

    Two lessons may call a recipe two names. The lesson is told so that an answer which comes when it was left is known for late.
    """
    links = [entry.config.to_link() for entry in group]
    told = {
        "lesson": lesson,
        "on": [_names(entry.config) for entry in group],
        "seed": group[0].config.seed if group else 0,
        "play": f"/?r={links[0]}" + (f"&{BESIDE}={links[1]}" if len(links) > 1 else "") if links else "/",
    }
    return json.dumps(told)
