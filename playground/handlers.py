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
from playground.conductor import Conductor
from playground.form import Form
from playground.lesson import PARAMETER, BadLesson, Lesson
from playground.onstage import MOST, ids_of, is_playing, staged
from playground.panels.keep import downloads
from playground.panels.transport import BESIDE, PACES, PAUSE, PLAY, RESET, START
from playground.registry import Entry, Refused, Registry
from playground.server import visitor_of
from playground.uploads import allowed, store_upload
from playground.words import spoken

FIRST = "ring-r3gan"  # what the page opens with, moving
OWN = "own"  # in the menu of presets: a recipe that is none of them


class Handlers:
    """The handlers of one page over a registry of runs."""

    def __init__(self, registry: Registry, form: Form) -> None:
        self.registry, self.form, self.conductor = registry, form, Conductor(registry)

    # -- opening ----------------------------------------------------------------------------------------------------

    def load(self, request: gr.Request) -> list[Any]:
        """A page was opened: show the recipe in the link and the visitor's own run of it, or start it.

        After `_showing` comes what the lesson in the link hides and locks, if there is one.
        """
        config, lesson, said = _asked(request)
        latest = self.registry.latest(visitor_of(request))
        config = config or (latest.config if latest else PRESETS[FIRST].config)
        recipe = [lesson.shown() if lesson else "", *self._recipe(config, lesson=lesson)]
        if latest is not None and latest.config == config:
            return self._showing([latest], said) + recipe
        return self._start(config, request, [], compare=False, said=said) + recipe

    def load_saved(self, content: Any, request: gr.Request, *values: Any) -> list[Any]:
        """A saved run was uploaded: go on with it, paused."""
        nothing = [gr.skip()] * (3 + len(self.form.outputs))
        if not isinstance(content, bytes):
            return self._same("") + nothing
        try:
            checkpoint = unpack(content)
            config = self._allowed(RunConfig.from_dict(checkpoint.facts.get("config")), request)
        except (BadCheckpoint, BadRecipe) as error:
            return self._same(f"⚠ {error}") + nothing
        started = self._start(config, request, [], compare=False, play=False, state=checkpoint)
        return started + self._recipe(config, values)

    def uploaded(self, path: Any, request: gr.Request) -> tuple[Any, str]:
        """Pictures were uploaded.  Returns the path for the folder's knob, and a sentence."""
        try:
            return store_upload(self.registry, path, visitor_of(request)), "Your pictures are here."
        except Refused as error:
            return gr.skip(), f"⚠ {error}"

    # -- the transport ----------------------------------------------------------------------------------------------

    def play(self, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """Play or pause what is on the stage, whatever stands in the form; where nothing is, start what stands there."""
        group = self._group(ids, request)
        if not group:
            return self.reset(ids, compare, request, *values)
        playing = any(map(is_playing, group))
        for entry in group:
            if entry.run is None or not entry.run.alive:
                self.registry.wake(entry, play=not playing)
            elif playing:
                entry.run.pause()
            else:
                entry.run.play(self.registry.limits.rounds)
        return self._same("")

    def reset(self, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """The recipe in the form from the beginning, with its seed, as a run of its own; if it is on the stage, all of them."""
        try:
            config = self._read(values, request)
        except BadRecipe as error:
            return self._same(f"⚠ {error}")
        group = self._group(ids, request)
        if len(group) > 1 and group[-1].config == config:
            return self._again(group)
        return self._start(config, request, group, compare)

    def new_seed(self, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """The recipe from the beginning with another seed, which is returned last."""
        try:
            config = self._allowed(self._read(values, request).with_knobs({"seed": secrets.randbelow(10_000)}), request)
        except BadRecipe as error:
            return [*self._same(f"⚠ {error}"), gr.skip()]
        return [*self._start(config, request, self._group(ids, request), compare), config.seed]

    def compare(self, ids: str, compare: bool, request: gr.Request) -> list[Any]:
        """Side by side from now on, or only the newest run again."""
        group = self._group(ids, request)
        if compare is True or len(group) < 2:
            return self._same("The next run starts beside this one: change the recipe." if compare is True else "")
        return self._leave(group, group[-1:], "Only the newest run stays on the stage; the others are saved and put away.")

    def close(self, event: gr.EventData, ids: str, request: gr.Request) -> list[Any]:
        """One of the runs side by side is taken off the stage."""
        group, closed = self._group(ids, request), _told(event, "run")
        left = [entry for entry in group if entry.id != closed]
        return self._leave(group, left) if left and len(left) < len(group) else self._same("")

    def branch(self, event: gr.EventData, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """A new run from a key frame of the past, with the recipe in the form."""
        rounds, group = _told(event, "round"), self._group(ids, request)
        if not group or not isinstance(rounds, int):
            return self._same("There is no such moment: press Play.")
        try:
            config, state = self._read(values, request), _moment(group[-1], rounds)
        except (BadRecipe, BadCheckpoint) as error:
            return self._same(f"⚠ {error}")
        said = f"Branched off at round {state.facts['rounds']:,}."
        return self._start(config, request, group, compare, said=said, state=state)

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
        return self._command(ids, request, lambda run: run.set_pace(PACES[pace]))

    def state(self, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """A run's state changed: how Play and Reset look now."""
        try:
            config: RunConfig | None = self.form.read(values)
        except BadRecipe:
            config = None
        return self._buttons(self._group(ids, request), config, compare)

    # -- the recipe -------------------------------------------------------------------------------------------------

    def change(self, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """A control moved: live knobs act at once, others wait for Start.  Returns message, link, buttons, preset, about."""
        try:
            config = self._read(values, request)
        except BadRecipe as error:
            return [f"⚠ {error}"] + [gr.skip()] * 5
        return [*self._steer(self._group(ids, request), config, compare), *named(config)]

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
        other = kind_of(before) != kind_of(data)
        try:
            plain = self.form.plain(values) | (suited(data) if other else {})
            config = kept(RunConfig.from_dict(plain, called=spoken), request)
        except BadRecipe as error:
            return [f"⚠ {error}"] + [gr.skip()] * 5 + [data, *self.form.show_data(data)]
        said, *steer = self._steer(self._group(ids, request), config, compare)
        if other:
            said = f"Networks, latent and optimizers now suit {kind_of(data)}. {said}".strip()
        was = self.form.with_data(values, before)
        return [self._wrong(config, request) or said, *steer, *self._recipe(config, was)]

    def preset(self, name: Any, ids: str, compare: bool, request: gr.Request, *values: Any) -> list[Any]:
        """A preset was chosen: it starts at once, and the form shows it."""
        if not isinstance(name, str) or name not in PRESETS:
            said = "" if name == OWN else "Please choose a preset from the menu."
            return self._same(said) + [gr.skip()] * (3 + len(self.form.outputs))
        try:
            config = kept(PRESETS[name].config, request)
        except BadRecipe as error:
            return self._same(f"⚠ {error}") + [gr.skip()] * (3 + len(self.form.outputs))
        return self._start(config, request, self._group(ids, request), compare) + self._recipe(config, values)

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

    def _group(self, ids: Any, request: gr.Request) -> list[Entry]:
        """The visitor's own runs that are on the stage, in their order; the form is about the last."""
        known = ids.split(",")[:MOST] if isinstance(ids, str) and ids else []
        found = (self.registry.get(run_id, visitor_of(request)) for run_id in known)
        return [entry for entry in found if entry is not None]

    def _command(self, ids: str, request: gr.Request, act: Callable[[Run], None]) -> str:
        """Have all runs on the stage do something."""
        runs = [entry.run for entry in self._group(ids, request) if entry.run is not None and entry.run.alive]
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

    def _start(
        self, config: RunConfig, request: gr.Request, group: list[Entry], compare: bool, said: str = "", **options: Any
    ) -> list[Any]:
        """A new run instead of those on the stage, or beside them."""
        beside = compare is True and bool(group)
        if beside and len(group) >= MOST:
            return self._same(f"⚠ {MOST} runs are the most that fit side by side: close one of them first.")
        old = None if beside or not group else group[-1]
        try:
            entry = self.registry.start(config, visitor_of(request), instead_of=old, **options)
        except (BadRecipe, Refused) as error:
            return self._same(f"⚠ {error}")
        if beside:
            return self._showing([*(each for each in group if each is not entry), entry], said)
        return self._leave(group[:-1], [entry], said)

    def _again(self, group: list[Entry]) -> list[Any]:
        """All runs side by side from the beginning, together."""
        try:
            return self._showing([self.registry.start(entry.config, entry.visitor, instead_of=entry) for entry in group], "")
        except (BadRecipe, Refused) as error:
            return self._same(f"⚠ {error}")

    def _leave(self, group: list[Entry], stay: list[Entry], said: str = "") -> list[Any]:
        """Show these; the others of the group are put away."""
        for entry in group:
            if entry not in stay:
                self.registry.put_away(entry)
        return self._showing(stay, said)

    def _showing(self, group: list[Entry], said: str) -> list[Any]:
        """ids, stage, message, link, downloads."""
        entry = group[-1]
        pictures = len(entry.config.data.shape) == 3
        self.conductor.together(group)
        return [ids_of(group), staged(group), said, entry.config.to_link(), downloads(entry.id, pictures=pictures)]

    def _same(self, said: str) -> list[Any]:
        return [gr.skip(), gr.skip(), said, gr.skip(), gr.skip()]


def lesson_of(request: gr.Request) -> Lesson | None:
    """The lesson in the page's address, which comes with each of its events.  BadLesson if it is none."""
    text = request.query_params.get(PARAMETER)
    return Lesson.from_link(text) if text else None


def _asked(request: gr.Request) -> tuple[RunConfig | None, Lesson | None, str]:
    """What the page's address asks for: recipe, lesson, and what is wrong with it."""
    lesson, said = None, ""
    try:
        lesson = lesson_of(request)
    except BadLesson as error:
        said = f"{error} Here is the page without a lesson."
    config = lesson.config if lesson else None
    if text := request.query_params.get("r"):
        try:
            config = kept(RunConfig.from_link(text), request)
        except BadRecipe as error:
            said = f"{error} Here is {'the lesson as it begins' if lesson else 'a ring'} instead."
            config = config or PRESETS[FIRST].config
    return config, lesson, said


def kept(config: RunConfig, request: gr.Request) -> RunConfig:
    """The recipe.  BadRecipe if the lesson in the page's address keeps what it changes; a damaged lesson keeps nothing."""
    try:
        lesson = lesson_of(request)
    except BadLesson:
        lesson = None
    return lesson.check(config) if lesson else config


def _told(event: gr.EventData, name: str) -> Any:
    """What the panel says with an event; nothing if it says no such thing."""
    return event._data.get(name) if isinstance(event._data, dict) else None


def _moment(entry: Entry, rounds: int) -> Checkpoint:
    """A run's state at its last key frame up to this round, with all that it had told.  BadCheckpoint if there is none."""
    early = [known for known in frames_in(entry.folder) if known <= rounds]
    return with_told(read_frame(entry.folder, max(early, default=0)), entry.run.told if entry.run else told_in(entry.folder))


def named(config: RunConfig) -> list[str]:
    """What the menu of presets shows for a recipe, whatever its seed, and one sentence about it."""
    name = preset_of(config)
    return [name, PRESETS[name].about] if name else [OWN, "Not one of the presets."]
