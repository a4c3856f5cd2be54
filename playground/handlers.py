"""What happens when a person presses something on the Play page.

Handlers answer at once and never raise at a visitor: a wrong recipe becomes one sentence, and nothing is started or lost.
Every handler returns updates for the outputs that `app.py` names beside it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr

from engine import PRESETS, TABLES, BadCheckpoint, BadRecipe, Run, RunConfig, is_live, kind_of, name_in, suited, unpack
from playground.form import Form
from playground.panels.keep import downloads
from playground.panels.transport import PACES, PAUSE, PLAY, RESET, START
from playground.registry import Entry, Refused, Registry
from playground.server import visitor_of
from playground.uploads import allowed, store_upload
from playground.words import spoken

FIRST = "ring-r3gan"  # what the page opens with, moving
OWN = "own"  # in the menu of presets: a recipe that is none of them


class Handlers:
    """The handlers of one page over a registry of runs."""

    def __init__(self, registry: Registry, form: Form) -> None:
        self.registry, self.form = registry, form

    # -- opening ----------------------------------------------------------------------------------------------------

    def load(self, request: gr.Request) -> list[Any]:
        """A page was opened: show the recipe in the link and the visitor's own run of it, or start it."""
        visitor, said = visitor_of(request), ""
        latest = self.registry.latest(visitor)
        config = latest.config if latest else PRESETS[FIRST].config
        if text := request.query_params.get("r"):
            try:
                config = RunConfig.from_link(text)
            except BadRecipe as error:
                said = f"{error} Here is a ring instead."
                config = PRESETS[FIRST].config
        if latest is not None and latest.config == config:
            return self._showing(latest, said) + self._recipe(config)
        return self._start(config, visitor, said) + self._recipe(config)

    def load_saved(self, content: Any, request: gr.Request, *values: Any) -> list[Any]:
        """A saved run was uploaded: go on with it, paused."""
        nothing = [gr.skip()] * (3 + len(self.form.outputs))
        if not isinstance(content, bytes):
            return self._same("") + nothing
        try:
            checkpoint = unpack(content)
            config = allowed(self.registry, RunConfig.from_dict(checkpoint.facts.get("config")), visitor_of(request))
        except (BadCheckpoint, BadRecipe) as error:
            return self._same(f"⚠ {error}") + nothing
        return self._start(config, visitor_of(request), play=False, state=checkpoint) + self._recipe(config, values)

    def uploaded(self, path: Any, request: gr.Request) -> tuple[Any, str]:
        """Pictures were uploaded.  Returns the path for the folder's knob, and a sentence."""
        try:
            return store_upload(self.registry, path, visitor_of(request)), "Your pictures are here."
        except Refused as error:
            return gr.skip(), f"⚠ {error}"

    # -- the transport ----------------------------------------------------------------------------------------------

    def play(self, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """Play or pause the run on the stage, whatever stands in the form; where there is none, start what stands there."""
        entry = self._own(run_id, request)
        if entry is None:
            return self.reset(run_id, request, *values)
        if entry.run is None or not entry.run.alive:
            self.registry.wake(entry, play=True)
        elif entry.run.state == "playing":
            entry.run.pause()
        else:
            entry.run.play(self.registry.limits.rounds)
        return self._same("")

    def reset(self, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """The recipe in the form from the beginning, with its seed, as a run of its own."""
        try:
            return self._start(self._read(values, request), visitor_of(request), instead_of=self._own(run_id, request))
        except BadRecipe as error:
            return self._same(f"⚠ {error}")

    def new_seed(self, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """The recipe from the beginning with another seed, which is returned last."""
        try:
            config = self._read(values, request).with_knobs({"seed": secrets.randbelow(10_000)})
        except BadRecipe as error:
            return [*self._same(f"⚠ {error}"), gr.skip()]
        return [*self._start(config, visitor_of(request), instead_of=self._own(run_id, request)), config.seed]

    def step(self, who: Any, n: int = 1) -> Callable[..., str]:
        """A handler that plays n rounds in which `who` learns."""

        def handler(run_id: str, request: gr.Request) -> str:
            return self._command(run_id, request, lambda run: run.step(n, who))

        return handler

    def rewind(self, run_id: str, request: gr.Request) -> str:
        """Back to the last good checkpoint."""
        return self._command(run_id, request, Run.rewind)

    def pace(self, run_id: str, pace: Any, request: gr.Request) -> str:
        """As many rounds a second as the menu says."""
        if not isinstance(pace, str) or pace not in PACES:
            return "Please choose a speed from the menu."
        return self._command(run_id, request, lambda run: run.set_pace(PACES[pace]))

    def state(self, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """The run's state changed: how Play and Reset look now."""
        try:
            return self._buttons(self._own(run_id, request), self.form.read(values))
        except BadRecipe:
            return self._buttons(self._own(run_id, request), None)

    # -- the recipe -------------------------------------------------------------------------------------------------

    def change(self, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """A control moved: live knobs act at once, others wait for Start.  Returns message, link, buttons, preset, about."""
        try:
            config = self._read(values, request)
        except BadRecipe as error:
            return [f"⚠ {error}"] + [gr.skip()] * 5
        return [*self._steer(self._own(run_id, request), config), *named(config)]

    def choose(self, section: str) -> Callable[..., Any]:
        """A handler for when a menu or switch of this section moved: show what now matters."""

        def handler(*values: Any) -> Any:
            shown = self.form.after_choice(section, values)
            return shown if len(shown) > 1 else shown[0]

        return handler

    def choose_data(self, before: str, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """Another data set was chosen; if it is of another kind, networks and the like follow.

        before: the data set that stood there.  Returns message, link, buttons and the recipe.
        """
        data = self.form.chosen(values)["data"]["name"]
        other = kind_of(before) != kind_of(data)
        try:
            plain = self.form.plain(values) | (suited(data) if other else {})
            config = RunConfig.from_dict(plain, called=spoken)
        except BadRecipe as error:
            return [f"⚠ {error}"] + [gr.skip()] * 5 + [data, *self.form.show_data(data)]
        said, *steer = self._steer(self._own(run_id, request), config)
        if other:
            said = f"Networks, latent and optimizers now suit {kind_of(data)}. {said}".strip()
        was = self.form.with_data(values, before)
        return [self._wrong(config, request) or said, *steer, *self._recipe(config, was)]

    def preset(self, name: Any, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """Fill the form with a preset.  Returns message, link, buttons and the recipe."""
        if not isinstance(name, str) or name not in PRESETS:
            said = "" if name == OWN else "Please choose a preset from the menu."
            return [said] + [gr.skip()] * (6 + len(self.form.outputs))
        config = PRESETS[name].config
        return self._steer(self._own(run_id, request), config) + self._recipe(config, values)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _recipe(self, config: RunConfig, values: Sequence[Any] | None = None) -> list[Any]:
        """preset, about, data set and the form: updates that make them show a recipe."""
        return [*named(config), name_in(TABLES["data"], config.data), *self.form.show(config, values)]

    def _read(self, values: Sequence[Any], request: gr.Request) -> RunConfig:
        return allowed(self.registry, self.form.read(values), visitor_of(request))

    def _wrong(self, config: RunConfig, request: gr.Request) -> str:
        """Why this visitor may not run this recipe, or nothing."""
        try:
            allowed(self.registry, config, visitor_of(request))
        except BadRecipe as error:
            return f"⚠ {error}"
        return ""

    def _own(self, run_id: str, request: gr.Request) -> Entry | None:
        return self.registry.get(run_id, visitor_of(request)) if isinstance(run_id, str) and run_id else None

    def _command(self, run_id: str, request: gr.Request, act: Callable[[Run], None]) -> str:
        entry = self._own(run_id, request)
        if entry is None or entry.run is None or not entry.run.alive:
            return "There is no run to steer yet: press Play."
        act(entry.run)
        return ""

    def _steer(self, entry: Entry | None, config: RunConfig) -> list[Any]:
        """Give the run what it can take of a recipe.  Returns message, link, Play, Reset."""
        said = ""
        if entry is not None and not is_live(entry.config, config):
            said = f"This recipe starts a new run: press {START}."
        elif entry is not None and entry.config != config:
            self.registry.update(entry, config)
        return [said, config.to_link(), *self._buttons(entry, config)]

    def _buttons(self, entry: Entry | None, config: RunConfig | None) -> list[Any]:
        """How Play and Reset look beside this recipe; None: one that cannot be run."""
        playing = entry is not None and entry.run is not None and entry.run.state == "playing"
        play: dict[str, Any] = {"value": PAUSE if playing else PLAY}
        if config is None:
            return [gr.update(**play), gr.skip()]
        waits = entry is not None and not is_live(entry.config, config)
        look = ("secondary", "primary") if waits else ("primary", "secondary")
        return [gr.update(**play, variant=look[0]), gr.update(value=START if waits else RESET, variant=look[1])]

    def _start(self, config: RunConfig, visitor: str, said: str = "", **options: Any) -> list[Any]:
        try:
            return self._showing(self.registry.start(config, visitor, **options), said)
        except (BadRecipe, Refused) as error:
            return self._same(f"⚠ {error}")

    def _showing(self, entry: Entry, said: str) -> list[Any]:
        """run_id, stage, message, link, downloads."""
        pictures = len(entry.config.data.shape) == 3
        return [entry.id, entry.id, said, entry.config.to_link(), downloads(entry.id, pictures=pictures)]

    def _same(self, said: str) -> list[Any]:
        return [gr.skip(), gr.skip(), said, gr.skip(), gr.skip()]


def named(config: RunConfig) -> list[str]:
    """What the menu of presets shows for a recipe, whatever its seed, and one sentence about it."""
    for name, preset in PRESETS.items():
        if preset.config.model_copy(update={"seed": config.seed}) == config:
            return [name, preset.about]
    return [OWN, "Not one of the presets."]
