"""What happens when a person presses something on the Play page.

Handlers answer at once and never raise at a visitor: a wrong recipe becomes one sentence, and nothing is started or lost.
Every handler returns updates for the outputs that `app.py` names beside it. `ids` are the runs on the stage (onstage.py);
`compare`, whether the next one stands beside them; `values`, what the form's controls show, unchecked.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from engine import (
    PRESETS,
    TABLES,
    BadCheckpoint,
    BadRecipe,
    Checkpoint,
    Run,
    RunConfig,
    frames_in,
    is_live,
    kind_of,
    name_in,
    preset_of,
    read_frame,
    script,
    suited,
    told_in,
    unpack,
    with_told,
)
from playground.asked import FIRST, asked, asked_beside, kept
from playground.entry import Entry
from playground.form import Form
from playground.lesson import Lesson
from playground.onstage import cured, is_playing, told_of
from playground.panels.transport import BESIDE, PACES, PAUSE, PLAY, RESET, START
from playground.registry import Refused
from playground.server import visitor_of
from playground.staging import Staging
from playground.uploads import allowed, store_upload
from playground.words import followed, spoken

ALONE = "Only one run at a time is possible here: the one with the cure takes the other’s place, from round 0 and the same seed."
OWN = "own"  # in the menu of presets: a recipe that is none of them


class Handlers:
    """The handlers of one page over a registry of runs."""

    def __init__(self, stage: Staging, form: Form) -> None:
        self.registry, self.form, self.stage = stage.registry, form, stage

    # -- opening ----------------------------------------------------------------------------------------------------

    def load(self, request: gr.Request) -> list[Any]:
        """A page was opened: show the recipe in the link and the visitor's own run of it, or start it.

        A link may bring a second recipe, which stands beside the first. After what is shown come whether runs are compared,
        what the lesson in the link hides and locks, if there is one, and the run's speed.
        """
        config, lesson, said = asked(request)
        if config is not None and (second := asked_beside(request)) is not None:
            return self._pair(config, second, lesson, request)
        latest = self.registry.latest(visitor_of(request))
        config = config or (latest.config if latest else PRESETS[FIRST].config)
        found = latest if latest is not None and latest.config == config else None
        self.stage.release([found] if found else [])
        pace = named_pace([found] if found else [])
        recipe = [False, lesson.shown() if lesson else "", pace, *self._recipe(config, lesson=lesson)]
        if found is not None:
            return self.stage.showing([found], said) + recipe
        return self.stage.start(config, request, [], compare=False, said=said) + recipe

    def _pair(self, first: RunConfig, second: RunConfig, lesson: Lesson | None, request: gr.Request) -> list[Any]:
        """Two recipes side by side; where a visitor may have one run at a time, only the second."""
        compares = self.stage.most > 1
        said = "" if compares else "One run at a time here: this is the second recipe of the link."
        shown = self.stage.together([first, second] if compares else [second], request, said)
        group = self.stage.group(shown[0], request)
        self.stage.release(group)
        return [*shown, compares, lesson.shown() if lesson else "", named_pace(group), *self._recipe(second, lesson=lesson)]

    def load_saved(self, content: Any, request: gr.Request, *values: Any) -> list[Any]:
        """A saved run was uploaded: go on with it, paused."""
        if not isinstance(content, bytes):
            return self.stage.same("") + self._as_it_was(values)
        try:
            checkpoint = unpack(content)
            config = self._allowed(RunConfig.from_dict(checkpoint.facts.get("config")), request)
        except (BadCheckpoint, BadRecipe) as error:
            return self.stage.same(f"⚠ {error}") + self._as_it_was(values)
        return self._with_form(self.stage.start(config, request, [], compare=False, play=False, state=checkpoint), config, values)

    def uploaded(self, path: Any, request: gr.Request) -> list[Any]:
        """Pictures were uploaded.  Returns their path for each knob that names such files, and a sentence."""
        places = len(self.form.places)
        try:
            return [store_upload(self.registry, path, visitor_of(request))] * places + ["Your pictures are here."]
        except Refused as error:
            return [gr.skip()] * places + [f"⚠ {error}"]

    # -- the transport ----------------------------------------------------------------------------------------------

    def play(self, ids: str, compare: bool, pressed: Any, request: gr.Request, *values: Any) -> list[Any]:
        """Play or pause what is on the stage, whatever stands in the form; where nothing is, start what stands there.

        pressed: what the button said, and so what is meant, even if the run has begun to play in the meantime.
        """
        group = self.stage.group(ids, request)
        if not group:
            return self.reset(ids, compare, request, *values)
        self.stage.toggle(group, pause=pressed == PAUSE)
        return self.stage.same("")

    def reset(self, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """The recipe in the form from the beginning, with its seed, as a run of its own; if it is on the stage, all of them."""
        try:
            config = self._read(values, request)
        except BadRecipe as error:
            return self.stage.same(f"⚠ {error}")
        group = self.stage.group(ids, request)
        if len(group) > 1 and group[-1].config == config:
            return self.stage.again(group)
        return self.stage.start(config, request, group, compare)

    def new_seed(self, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """The recipe from the beginning with another seed, which is returned last."""
        try:
            config = self._allowed(self._read(values, request).with_knobs({"seed": secrets.randbelow(10_000)}), request)
        except BadRecipe as error:
            return [*self.stage.same(f"⚠ {error}"), gr.skip()]
        return [*self.stage.start(config, request, self.stage.group(ids, request), compare), config.seed]

    def compare(self, ids: str, compare: bool, request: gr.Request) -> list[Any]:
        """Side by side from now on, or only the newest run again."""
        group = self.stage.group(ids, request)
        if compare is True or len(group) < 2:
            return self.stage.same("The next run starts beside this one: change the recipe." if compare is True else "")
        return self.stage.leave(group, group[-1:], "Only the newest run stays on the stage; the others are saved and put away.")

    def close(self, event: gr.EventData, ids: str, request: gr.Request) -> list[Any]:
        """One of the runs side by side is taken off the stage."""
        return self.stage.dismiss(self.stage.group(ids, request), told_of(event, "run"))

    def branch(self, event: gr.EventData, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """A new run from a key frame of the past, with the recipe in the form."""
        rounds, group = told_of(event, "round"), self.stage.group(ids, request)
        if not group or not isinstance(rounds, int):
            return self.stage.same("There is no such moment: press Play.")
        try:
            config, state = self._read(values, request), _moment(group[-1], rounds)
        except (BadRecipe, BadCheckpoint) as error:
            return self.stage.same(f"⚠ {error}")
        said = f"Branched off at round {state.facts['rounds']:,}."
        return self.stage.start(config, request, group, compare, said=said, state=state)

    def step(self, who: Any, n: int = 1) -> Callable[..., str]:
        """A handler that plays n rounds in which `who` learns."""

        def handler(ids: str, request: gr.Request) -> str:
            return self._command(ids, request, lambda run: run.step(n, who))

        return handler

    def rewind(self, ids: str, request: gr.Request) -> str:
        """Back to the last good checkpoint."""
        return self._command(ids, request, Run.rewind)

    def pace(self, ids: str, pace: Any, request: gr.Request) -> str:
        """As many rounds a second as the menu says."""
        if not isinstance(pace, str) or pace not in PACES:
            return "Please choose a speed from the menu."
        for entry in self.stage.group(ids, request):
            self.registry.set_pace(entry, PACES[pace])
        return ""

    def state(self, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """A run's state changed: how Play and Reset look now."""
        try:
            config: RunConfig | None = self.form.read(values)
        except BadRecipe:
            config = None
        return self._buttons(self.stage.group(ids, request), config, compare)

    # -- the recipe -------------------------------------------------------------------------------------------------

    def change(self, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """A control moved: live knobs act at once, others wait for Start.  Returns message, link, buttons, preset, about."""
        try:
            config = self._read(values, request)
        except BadRecipe as error:
            return [f"⚠ {error}"] + [gr.skip()] * 5
        return [*self._steer(self.stage.group(ids, request), config, compare), *named(config)]

    def choose(self, section: str) -> Callable[..., Any]:
        """A handler for when a menu or switch of this section moved: show what now matters."""

        def handler(*values: Any) -> Any:
            shown = self.form.after_choice(section, values)
            return shown if len(shown) > 1 else shown[0]

        return handler

    def choose_data(self, before: str, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """Another data set was chosen; if it is of another kind, networks and the like follow.

        before: the data set that stood there.  Returns message, link, buttons and the recipe.
        """
        data = self.form.chosen(values)["data"]["name"]
        if data == before:  # a menu may tell twice, the second time with what the form showed before it followed
            return [gr.skip()] * (7 + len(self.form.outputs))
        follow = suited(data, before) if kind_of(before) != kind_of(data) else {}
        try:
            plain = self.form.plain(values) | follow
            config = kept(RunConfig.from_dict(plain, called=spoken), request)
        except BadRecipe as error:
            return [f"⚠ {error}"] + [gr.skip()] * 5 + [data, *self.form.show_data(data)]
        said, *steer = self._steer(self.stage.group(ids, request), config, compare)
        if follow:
            said = f"{followed(follow, kind_of(data))} {said}".strip()
        was = self.form.with_data(values, before)
        return [self._wrong(config, request) or said, *steer, *self._recipe(config, was)]

    def preset(self, name: Any, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """A preset was chosen: it starts at once, and the form shows it."""
        if not isinstance(name, str) or name not in PRESETS:
            return self.stage.same("" if name == OWN else "Please choose a preset from the menu.") + self._as_it_was(values)
        try:
            config = kept(PRESETS[name].config, request)
        except BadRecipe as error:
            return self.stage.same(f"⚠ {error}") + self._as_it_was(values)
        return self._with_form(self.stage.start(config, request, self.stage.group(ids, request), compare), config, values)

    def instead(self, event: gr.EventData, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """One of the runs could not get its data: the same recipe with others of their kind."""
        group = self.stage.group(ids, request)
        asked_for = next((entry.config for entry in group if entry.id == told_of(event, "run")), None)
        if asked_for is None or not asked_for.data.instead:
            return self.stage.same("There are no other data to offer.") + self._as_it_was(values)
        try:
            config = kept(asked_for.with_knobs({"data": asked_for.data.instead}), request)
        except BadRecipe as error:
            return self.stage.same(f"⚠ {error}") + self._as_it_was(values)
        return self._with_form(self.stage.start(config, request, group, compare), config, values)

    def cure(self, event: gr.EventData, ids: str, request: gr.Request, *values: Any) -> list[Any]:
        """A cure was pressed: the same recipe with it begins beside the run that needs it; where one run is the most, instead.

        After what is shown and the recipe comes whether runs are compared.
        """
        group, link, most = self.stage.group(ids, request), told_of(event, "link"), self.stage.most
        sick = next((entry for entry in group if entry.id == told_of(event, "run")), None)
        if sick is None or not isinstance(link, str):
            return [*self.stage.same("There is no such run to cure: press Play."), *self._as_it_was(values), gr.skip()]
        try:
            config = self._allowed(RunConfig.from_link(link), request)
        except BadRecipe as error:
            return [*self.stage.same(f"⚠ {error}"), *self._as_it_was(values), gr.skip()]
        if any(entry.config == config for entry in group):
            return [*self.stage.same("The recipe with this cure is on the stage already."), *self._as_it_was(values), gr.skip()]
        started = self.stage.start(config, request, group, most > 1, cured(group, sick) if len(group) < most else ALONE)
        compared = gr.update(value=True) if most > 1 and self.stage.is_another(started) else gr.skip()
        return [*self._with_form(started, config, values), compared]

    def code(self, request: gr.Request, *values: Any) -> str:
        """The recipe in the form as a script, or the sentence that says why there is none."""
        try:
            return script(self._read(values, request))
        except BadRecipe as error:
            return f"# {error}"

    # -- inside -----------------------------------------------------------------------------------------------------

    def _recipe(self, config: RunConfig, values: Sequence[Any] | None = None, lesson: Lesson | None = None) -> list[Any]:
        """preset, about, data set and the form: updates that make them show a recipe, and what a lesson keeps, grey."""
        form = self.form.show(config, values)
        form = self.form.lock(form, lesson.locked) if lesson else form
        return [*named(config), name_in(TABLES["data"], config.data), *form]

    def _with_form(self, started: list[Any], config: RunConfig, values: Sequence[Any]) -> list[Any]:
        """After a start, the form shows the run's recipe; where it was refused, all stays as it was."""
        return started + (self._recipe(config, values) if self.stage.is_another(started) else self._as_it_was(values))

    def _as_it_was(self, values: Sequence[Any]) -> list[Any]:
        """preset, about, data set and the form: only the menu of presets, which has moved already, goes back."""
        try:
            menu = named(self.form.read(values))
        except BadRecipe:
            menu = named(None)
        return [*menu, gr.skip(), *[gr.skip()] * len(self.form.outputs)]

    def _read(self, values: Sequence[Any], request: gr.Request) -> RunConfig:
        return self._allowed(self.form.read(values), request)

    def _allowed(self, config: RunConfig, request: gr.Request) -> RunConfig:
        """The recipe, if this visitor may run it and their lesson, if any, leaves it free.  BadRecipe otherwise."""
        return kept(allowed(self.registry, config, visitor_of(request)), request)

    def _wrong(self, config: RunConfig, request: gr.Request) -> str:
        """Why this visitor may not run this recipe, or nothing."""
        try:
            allowed(self.registry, config, visitor_of(request))
        except BadRecipe as error:
            return f"⚠ {error}"
        return ""

    def _command(self, ids: str, request: gr.Request, act: Callable[[Run], None]) -> str:
        """Have all runs on the stage do something."""
        runs = [entry.run for entry in self.stage.group(ids, request) if entry.run is not None and entry.run.alive]
        for run in runs:
            act(run)
        return "" if runs else "There is no run to steer yet: press Play."

    def _steer(self, group: list[Entry], config: RunConfig, compare: bool) -> list[Any]:
        """Give the newest run what it can take of a recipe; where runs are compared, nothing.  Returns message, link, buttons."""
        said, entry = "", group[-1] if group else None
        if entry is not None and entry.config != config:
            if compare is True:
                said = f"This recipe starts a new run beside the others: press {BESIDE}."
            elif is_live(entry.config, config):
                self.registry.update(entry, config)
            else:
                said = f"This recipe starts a new run: press {START}."
        return [said, config.to_link(), *self._buttons(group, config, compare)]

    def _buttons(self, group: list[Entry], config: RunConfig | None, compare: bool) -> list[Any]:
        """How Play and Reset look beside this recipe; None: one that cannot be run."""
        play: dict[str, Any] = {"value": PAUSE if any(map(is_playing, group)) else PLAY}
        if config is None:
            return [gr.update(**play), gr.skip()]
        waits = bool(group) and (group[-1].config != config if compare is True else not is_live(group[-1].config, config))
        look = ("secondary", "primary") if waits else ("primary", "secondary")
        label = (BESIDE if compare is True else START) if waits else RESET
        return [gr.update(**play, variant=look[0]), gr.update(value=label, variant=look[1])]


def _moment(entry: Entry, rounds: int) -> Checkpoint:
    """A run's state at its last key frame up to this round, with all that it had told.  BadCheckpoint if there is none."""
    early = [known for known in frames_in(entry.folder) if known <= rounds]
    return with_told(read_frame(entry.folder, max(early, default=0)), entry.run.told if entry.run else told_in(entry.folder))


def named_pace(group: Sequence[Entry]) -> str:
    """What the menu of speeds shows for these runs."""
    pace = group[-1].pace if group else None
    return next(name for name, each in PACES.items() if each == pace)


def named(config: RunConfig | None) -> list[str]:
    """What the menu of presets shows for a recipe, whatever its seed, and one sentence about it; None: one that is none."""
    name = preset_of(config) if config else None
    return [name, PRESETS[name].about] if name else [OWN, "Not one of the presets."]
