"""The page: one line per panel, and what happens when a person presses something.

Handlers answer at once and never raise at a visitor: a wrong recipe becomes one sentence, and nothing is started or lost.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.components.navbar import Navbar

from engine import PRESETS, TABLES, BadCheckpoint, BadRecipe, Run, RunConfig, is_live, unpack
from playground.form import Form, build_form
from playground.panels.keep import Keep, downloads, keep_panel
from playground.panels.stage import stage_panel
from playground.panels.theory import theory_panel
from playground.panels.transport import PACES, PAUSE, PLAY, PLAY_NEW, Transport, transport_panel
from playground.registry import Entry, Refused, Registry
from playground.server import visitor_of
from playground.uploads import allowed, store_upload

HOME_PAGE = "Play"  # what the links at the top call this page
FIRST = "ring-r3gan"  # what the page opens with, moving
SHARE = """link => {
  const address = new URL(location);
  address.search = '';
  if (link) address.searchParams.set('r', link);
  history.replaceState(null, '', address);
}"""
COPY = "() => { navigator.clipboard?.writeText(location.href); }"
ZIP: dict[str, Any] = {
    "label": "Your own pictures (a zip)",
    "file_types": [".zip"],
    "type": "filepath",
    "elem_id": "upload",
    "height": 160,
}
QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}


@dataclass(frozen=True)
class Page:
    """The page's parts that handlers write to."""

    run_id: gr.State
    link: gr.Textbox  # hidden; its changes move the address bar
    preset: gr.Dropdown
    about: gr.Markdown
    form: Form
    transport: Transport
    message: gr.Markdown
    stage: gr.HTML
    keep: Keep
    upload: gr.File


def build_page(registry: Registry) -> gr.Blocks:
    """The page over a registry of runs."""
    demo: gr.Blocks
    with gr.Blocks(title="GAN playground", analytics_enabled=False) as demo:
        Navbar(main_page_name=HOME_PAGE)
        run_id, link = gr.State(""), gr.Textbox("", visible=False)
        with gr.Row(elem_id="page"):
            with gr.Column(scale=0, min_width=340, elem_id="recipe"):
                gr.Markdown("# GAN playground", elem_id="brand")
                preset = gr.Dropdown(
                    [(p.title, name) for name, p in PRESETS.items()], value=FIRST, label="Preset", elem_id="preset"
                )
                about = gr.Markdown(PRESETS[FIRST].about, elem_id="about-preset")
                upload = gr.File(**ZIP, render=False)
                form = build_form(PRESETS[FIRST].config, extras={("data", "folder"): upload})
            with gr.Column(scale=1, min_width=300, elem_id="theatre"):
                transport = transport_panel()
                message = gr.Markdown("", elem_id="message")
                stage = stage_panel()
                keep = keep_panel()
        page = Page(run_id, link, preset, about, form, transport, message, stage, keep, upload)
        _wire(demo, page, Handlers(registry, page))
    with demo.route("Theory", "/theory"):
        Navbar(main_page_name=HOME_PAGE)
        theory_panel()
    return demo


class Handlers:
    """What each event does. Every method returns updates for the outputs that `_wire` names beside it."""

    def __init__(self, registry: Registry, page: Page) -> None:
        self.registry, self.page = registry, page

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
            return self._showing(latest, said) + self._recipe_shown(config)
        return self._start(config, visitor, said) + self._recipe_shown(config)

    def play(self, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """Play or pause the run; a new run if the recipe has changed in more than live knobs."""
        entry = self._own(run_id, request)
        try:
            config = self._recipe(values, request)
        except BadRecipe as error:
            if entry is not None and entry.run is not None and entry.run.state == "playing":
                entry.run.pause()  # what plays can be stopped, whatever stands in the form
            return self._same(f"⚠ {error}")
        if entry is None or not is_live(entry.config, config):
            return self._start(config, visitor_of(request), instead_of=entry)
        run = entry.run
        if run is None or not run.alive:
            self.registry.wake(entry, play=True)
        elif run.state == "playing":
            run.pause()
        else:
            run.play(self.registry.limits.rounds)
        return self._same("")

    def step(self, who: Any, n: int = 1) -> Callable[..., str]:
        """A handler that plays n rounds in which `who` learns."""

        def handler(run_id: str, request: gr.Request) -> str:
            return self._command(run_id, request, lambda run: run.step(n, who))

        return handler

    def reset(self, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """The recipe from the beginning, same seed."""
        try:
            return self._start(self._recipe(values, request), visitor_of(request), instead_of=self._own(run_id, request))
        except BadRecipe as error:
            return self._same(str(error))

    def new_seed(self, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """The recipe from the beginning with another seed."""
        try:
            config = self._recipe(values, request).with_knobs({"seed": secrets.randbelow(10_000)})
        except BadRecipe as error:
            return [*self._same(str(error)), gr.skip()]
        return [*self._start(config, visitor_of(request), instead_of=self._own(run_id, request)), config.seed]

    def rewind(self, run_id: str, request: gr.Request) -> str:
        """Back to the last good checkpoint."""
        return self._command(run_id, request, Run.rewind)

    def pace(self, run_id: str, pace: Any, request: gr.Request) -> str:
        """As many rounds a second as the menu says."""
        if not isinstance(pace, str) or pace not in PACES:
            return "Please choose a speed from the menu."
        return self._command(run_id, request, lambda run: run.set_pace(PACES[pace]))

    def change(self, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """A control moved: live knobs act at once, others wait for Play.  Returns message, link, label of Play."""
        try:
            config = self._recipe(values, request)
        except BadRecipe as error:
            return [f"⚠ {error}", gr.skip(), gr.skip()]
        entry = self._own(run_id, request)
        if entry is None or entry.config == config:
            return ["", config.to_link(), self._play_label(entry)]
        if not is_live(entry.config, config):
            return ["This change starts a new run: press Play.", config.to_link(), PLAY_NEW]
        self.registry.update(entry, config)
        return ["", config.to_link(), self._play_label(entry)]

    def choose(self, section: str) -> Callable[..., Any]:
        """A handler for when a menu or switch of this section moved: show what now matters."""

        def handler(*values: Any) -> Any:
            shown = self.page.form.after_choice(section, values)
            return shown if len(shown) > 1 else shown[0]

        return handler

    def preset(self, name: Any, run_id: str, request: gr.Request, *values: Any) -> list[Any]:
        """Fill the form with a preset.  Returns message, link, label of Play, preset, about and the form."""
        if not isinstance(name, str) or name not in PRESETS:
            return ["Please choose a preset from the menu."] + [gr.skip()] * (4 + len(self.page.form.outputs))
        config = PRESETS[name].config
        entry = self._own(run_id, request)
        if entry is None or not is_live(entry.config, config):
            steer = ["Press Play to start this recipe.", config.to_link(), PLAY_NEW]
        else:
            self.registry.update(entry, config)
            steer = ["", config.to_link(), self._play_label(entry)]
        return steer + self._recipe_shown(config, values)

    def state(self, run_id: str, request: gr.Request) -> Any:
        """The run's state changed: the label of Play."""
        return self._play_label(self._own(run_id, request))

    def load_saved(self, content: Any, request: gr.Request, *values: Any) -> list[Any]:
        """A saved run was uploaded: go on with it, paused.  Returns like `load`."""
        nothing = [gr.skip()] * (2 + len(self.page.form.outputs))
        if not isinstance(content, bytes):
            return self._same("") + nothing
        try:
            checkpoint = unpack(content)
            config = allowed(self.registry, RunConfig.from_dict(checkpoint.facts.get("config")), visitor_of(request))
        except (BadCheckpoint, BadRecipe) as error:
            return self._same(f"⚠ {error}") + nothing
        return self._start(config, visitor_of(request), play=False, state=checkpoint) + self._recipe_shown(config, values)

    def uploaded(self, path: Any, request: gr.Request) -> tuple[Any, str]:
        """Pictures were uploaded.  Returns the path for the folder's knob, and a sentence."""
        try:
            return store_upload(self.registry, path, visitor_of(request)), "Your pictures are here. Press Play to train on them."
        except Refused as error:
            return gr.skip(), f"⚠ {error}"

    # -- inside -----------------------------------------------------------------------------------------------------

    def _recipe_shown(self, config: RunConfig, values: Sequence[Any] | None = None) -> list[Any]:
        """preset, about and the form: updates that make them show a recipe."""
        same = (name for name, preset in PRESETS.items() if preset.config == config.with_knobs({"seed": preset.config.seed}))
        name = next(same, None)
        about = PRESETS[name].about if name else "A recipe of your own."
        return [name, about, *self.page.form.show(config, values)]

    def _recipe(self, values: tuple[Any, ...], request: gr.Request) -> RunConfig:
        return allowed(self.registry, self.page.form.read(values), visitor_of(request))

    def _own(self, run_id: str, request: gr.Request) -> Entry | None:
        return self.registry.get(run_id, visitor_of(request)) if isinstance(run_id, str) and run_id else None

    def _command(self, run_id: str, request: gr.Request, act: Callable[[Run], None]) -> str:
        entry = self._own(run_id, request)
        if entry is None or entry.run is None or not entry.run.alive:
            return "There is no run to steer yet: press Play."
        act(entry.run)
        return ""

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

    def _play_label(self, entry: Entry | None) -> str:
        return PAUSE if entry is not None and entry.run is not None and entry.run.state == "playing" else PLAY


def inputs_of(controls: Sequence[Component]) -> list[Any]:
    """The event of each control that a person, not a program, moved it."""
    return [control.input for control in controls]  # type: ignore[attr-defined]


def _wire(demo: gr.Blocks, page: Page, do: Handlers) -> None:
    """Which event calls which handler, with what, and where its answer goes."""
    form, transport, keep = page.form, page.transport, page.keep
    shown = [page.run_id, page.stage, page.message, page.link, keep.links]
    seed = form.field("seed").control
    recipe = [page.preset, page.about, *form.outputs]
    demo.load(do.load, None, [*shown, *recipe], **QUICK)
    transport.play.click(do.play, [page.run_id, *form.controls], shown, **QUICK)
    transport.round.click(do.step("round"), page.run_id, page.message, **QUICK)
    transport.step_d.click(do.step("D"), page.run_id, page.message, **QUICK)
    transport.step_g.click(do.step("G"), page.run_id, page.message, **QUICK)
    transport.reset.click(do.reset, [page.run_id, *form.controls], shown, **QUICK)
    transport.new_seed.click(do.new_seed, [page.run_id, *form.controls], [*shown, seed], **QUICK)
    transport.rewind.click(do.rewind, page.run_id, page.message, **QUICK)
    transport.pace.input(do.pace, [page.run_id, transport.pace], page.message, **QUICK)
    for section in TABLES:
        gr.on(inputs_of(form.choosers(section)), do.choose(section), form.controls, form.depends_on(section), **QUICK)
    changed = [page.message, page.link, transport.play]
    gr.on(inputs_of(form.controls), do.change, [page.run_id, *form.controls], changed, trigger_mode="always_last", **QUICK)
    page.preset.input(do.preset, [page.preset, page.run_id, *form.controls], [*changed, *recipe], **QUICK)
    page.stage.state(do.state, page.run_id, transport.play, **QUICK)
    keep.saved.upload(do.load_saved, [keep.saved, *form.controls], [*shown, *recipe], **QUICK)
    keep.link.click(None, None, None, js=COPY)
    page.upload.upload(do.uploaded, page.upload, [form.field("data", "folder", "path").control, page.message], **QUICK).then(
        do.change, [page.run_id, *form.controls], changed, **QUICK
    )
    page.link.change(None, page.link, None, js=SHARE)
