"""The page: one line per panel, and which event calls which handler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Component
from gradio.components.navbar import Navbar

from engine import GROUPS, PRESETS, TABLES, name_in
from playground.asked import FIRST
from playground.clinic import Clinic
from playground.form import Form, build_form
from playground.handlers import OWN, Handlers
from playground.lesson import AREAS, LONGEST_SENTENCE, RECIPE
from playground.panels.banner import banner_panel
from playground.panels.clinic import clinic_panel, ward_panel
from playground.panels.code import CodePanel, code_panel
from playground.panels.explore import explore_panel
from playground.panels.keep import Keep, keep_panel
from playground.panels.lottery import lottery_panel
from playground.panels.prepare import prepare_panel
from playground.panels.presets import presets_panel
from playground.panels.sketch import sketch_panel
from playground.panels.spot import spot_panel
from playground.panels.stage import stage_panel
from playground.panels.theory import theory_panel
from playground.panels.transport import PLAY, Transport, transport_panel
from playground.registry import Registry
from playground.staging import Staging

HOME_PAGE = "Play"  # what the links at the top call this page
SHARE = """link => {
  const address = new URL(location);
  for (const name of [...address.searchParams.keys()]) if (!['lesson', 'v'].includes(name)) address.searchParams.delete(name);
  if (link) address.searchParams.set('r', link);
  history.replaceState(null, '', address);
}"""
WHAT = (
    "A forger **G** makes fakes from noise, a detective **D** learns to tell them from real data, and each learns from the "
    "other. Watch them, change anything."
)
CACHE = (3600, 3600)  # seconds between two looks, and after which what was uploaded to Gradio itself is removed
COPY = "() => { navigator.clipboard?.writeText(location.href); }"
ZIP: dict[str, Any] = {
    "label": "Your own pictures (a zip)",
    "file_types": [".zip"],
    "type": "filepath",
    "elem_id": "upload",
    "height": 160,
}
QUICK: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
RAW: dict[str, Any] = QUICK | {"preprocess": False}  # Gradio refuses some values without a word; our models say what is wrong
LATEST: dict[str, Any] = RAW | {"trigger_mode": "always_last"}  # what comes while one is being answered is not dropped


@dataclass(frozen=True)
class Page:
    """The page's parts that handlers write to."""

    ids: gr.State
    data: gr.State  # the name of the data set in the form
    link: gr.Textbox  # hidden; its changes move the address bar
    preset: gr.HTML
    about: gr.Markdown
    form: Form
    transport: Transport
    message: gr.Markdown
    lesson: gr.HTML
    stage: gr.HTML
    keep: Keep
    code: CodePanel
    upload: gr.File


def build_page(registry: Registry) -> gr.Blocks:
    """The page over a registry of runs."""
    demo: gr.Blocks
    staging = Staging(registry)
    first = PRESETS[FIRST]
    with gr.Blocks(title="GAN playground", analytics_enabled=False, delete_cache=CACHE) as demo:
        Navbar(main_page_name=HOME_PAGE)
        ids, data, link = gr.State(""), gr.State(name_in(TABLES["data"], first.config.data)), gr.Textbox("", visible=False)
        with gr.Row(elem_id="page"):
            with gr.Column(scale=0, min_width=340, elem_id="recipe"):
                gr.Markdown(f"# GAN playground\n{WHAT}", elem_id="brand")
                menu = {title: {name: each.title for name, each in group.items()} for title, group in GROUPS.items()}
                preset = presets_panel(menu, FIRST, (OWN, "A recipe of your own"))
                about = gr.Markdown(first.about, elem_id="about-preset")
                upload = gr.File(**ZIP, render=False)
                form = build_form(first.config, upload)
            with gr.Column(scale=1, min_width=300, elem_id="theatre"):
                transport = transport_panel(compares=registry.limits.per_visitor > 1)
                message = gr.Markdown("", elem_id="message")
                lesson = banner_panel()
                stage = stage_panel()
                keep = keep_panel()
                prepare_panel(AREAS, RECIPE, LONGEST_SENTENCE)
                code = code_panel()
        page = Page(ids, data, link, preset, about, form, transport, message, lesson, stage, keep, code, upload)
        _wire(demo, page, Handlers(staging, form))
    with demo.route("Explore", "/explore"):
        Navbar(main_page_name=HOME_PAGE)
        explore_panel()
    with demo.route("Sketch", "/sketch"):
        Navbar(main_page_name=HOME_PAGE)
        sketch_panel()
    with demo.route("Clinic", "/clinic"):
        Navbar(main_page_name=HOME_PAGE)
        _clinic(Clinic(staging))
    with demo.route("Lottery", "/lottery"):
        Navbar(main_page_name=HOME_PAGE)
        lottery_panel()
    with demo.route("Spot", "/spot"):
        Navbar(main_page_name=HOME_PAGE)
        spot_panel()
    with demo.route("Theory", "/theory"):
        Navbar(main_page_name=HOME_PAGE)
        theory_panel()
    return demo


def inputs_of(controls: Sequence[Component]) -> list[Any]:
    """The event of each control that a person, not a program, moved it."""
    return [control.input for control in controls]  # type: ignore[attr-defined]


def _wire(demo: gr.Blocks, page: Page, do: Handlers) -> None:
    """Which event calls which handler, with what, and where its answer goes."""
    form, keep = page.form, page.keep
    shown = [page.ids, page.stage, page.message, page.link, keep.links]
    recipe = [page.preset, page.about, page.data, *form.outputs]
    demo.load(do.load, None, [*shown, page.transport.compare, page.lesson, page.transport.pace, *recipe], **QUICK)
    _wire_transport(page, do, shown)
    _wire_recipe(page, do, shown, recipe)
    keep.saved.upload(do.load_saved, [keep.saved, *form.controls], [*shown, *recipe], **QUICK)
    keep.link.click(None, None, None, js=COPY)
    page.link.change(None, page.link, None, js=SHARE)
    gr.on([page.code.fold.expand, page.code.refresh.click], do.code, form.controls, page.code.text, **RAW)


def _wire_transport(page: Page, do: Handlers, shown: list[Component]) -> None:
    form, transport = page.form, page.transport
    everything = [page.ids, transport.compare, *form.controls]
    transport.play.click(do.play, [page.ids, transport.compare, transport.play, *form.controls], shown, **RAW)
    transport.reset.click(do.reset, everything, shown, **RAW)
    transport.new_seed.click(do.new_seed, everything, [*shown, form.field("seed").control], **RAW)
    transport.round.click(do.step("round"), page.ids, page.message, **QUICK)
    transport.step_d.click(do.step("D"), page.ids, page.message, **QUICK)
    transport.step_g.click(do.step("G"), page.ids, page.message, **QUICK)
    transport.rewind.click(do.rewind, page.ids, page.message, **QUICK)
    transport.pace.input(do.pace, [page.ids, transport.pace], page.message, **LATEST)
    transport.compare.input(do.compare, [page.ids, transport.compare], shown, **LATEST)
    page.stage.state(do.state, everything, [transport.play, transport.reset], **LATEST)
    page.stage.close(do.close, page.ids, shown, **QUICK)
    page.stage.branch(do.branch, everything, shown, **RAW)


def _wire_recipe(page: Page, do: Handlers, shown: list[Component], recipe: list[Any]) -> None:
    form, everything = page.form, [page.ids, page.transport.compare, *page.form.controls]
    steered = [page.message, page.link, page.transport.play, page.transport.reset]
    changed = [*steered, page.preset, page.about]
    for section in TABLES:
        if section != "data":
            gr.on(inputs_of(form.choosers(section)), do.choose(section), form.controls, form.depends_on(section), **LATEST)
    (data,) = form.choosers("data")
    data.input(do.choose_data, [page.data, *everything], [*steered, *recipe], **RAW)  # type: ignore[attr-defined]
    others = [control for control in form.controls if control is not data]
    gr.on(inputs_of(others), do.change, everything, changed, **LATEST)
    page.stage.instead(do.instead, everything, [*shown, *recipe], **RAW)
    page.stage.cure(do.cure, [page.ids, *form.controls], [*shown, *recipe, page.transport.compare], **RAW)
    page.preset.input(do.preset, [page.preset, *everything], [*shown, *recipe], **RAW)
    stored = page.upload.upload(do.uploaded, page.upload, [*form.places, page.message], **QUICK)
    stored.then(do.change, everything, changed, **RAW)


def _clinic(do: Clinic) -> None:
    """The clinic's page: a lesson's words beside a stage, and which event calls which handler."""
    ids, lesson = gr.State(""), gr.State("")
    with gr.Row(elem_id="ward"):
        with gr.Column(scale=0, min_width=340, elem_id="words"):
            words = clinic_panel()
        with gr.Column(scale=1, min_width=300, elem_id="theatre"):
            transport, message, stage = ward_panel(PLAY), gr.Markdown("", elem_id="message"), stage_panel()
    shown = [ids, lesson, stage, message, words]
    words.begin(do.begin, ids, shown, **QUICK)
    words.cure(do.cure, ids, shown, **QUICK)
    words.leave(do.leave, [ids, lesson], shown, **QUICK)
    stage.close(do.dismiss, [ids, lesson], shown, **QUICK)
    transport.play.click(do.toggle, [ids, transport.play], None, **QUICK)
    transport.anew.click(do.anew, [ids, lesson], shown, **QUICK)
    transport.luck.click(do.luck, [ids, lesson], shown, **QUICK)
    stage.state(do.pressed, ids, transport.play, **LATEST)
