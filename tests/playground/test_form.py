"""The form: where files are brought to, and what follows when data of another kind are chosen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from posts import Page
from starlette.testclient import TestClient
from visits import ALICE

from engine import PRESETS, RunConfig
from playground import guard
from playground.form import FILES, Form, build_form, takes_files
from playground.handlers import Handlers
from playground.limits import Limits
from playground.registry import Registry
from playground.serve import whole_app
from playground.staging import Staging
from playground.uploads import uploads_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning", "ignore::UserWarning")

RING = PRESETS["ring-r3gan"].config
PAIRED = {"game": "pix2pix", "generator": "unet", "discriminator": "patchgan"}


@pytest.fixture(scope="module")
def form() -> Form:
    with gr.Blocks():
        return build_form(RING, gr.File(render=False))


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    registry = Registry(tmp_path_factory.mktemp("runs"), limits=Limits(total=2, per_visitor=1, gives_way=1e9))
    with TestClient(whole_app(registry, hosts=guard.HOME), base_url="http://localhost") as client:
        yield Page(client, registry)


def with_data(**data: Any) -> RunConfig:
    return RunConfig.from_dict((PAIRED if data["name"] in ("pairs", "derived") else {}) | {"data": data})


def updates(form: Form, recipe: RunConfig, before: RunConfig) -> dict[Any, dict[str, Any]]:
    """What each control and group is told when one recipe follows another."""
    shown = [update.get("value", control.value) for update, control in zip(form.show(before), form.controls, strict=False)]
    return dict(zip(form.outputs, form.show(recipe, shown), strict=True))


def test_all_data_that_take_files_share_one_place_to_bring_them_to(form: Form) -> None:
    place = form.rows["data", FILES]
    assert {row for section, row in form.rows if section == "data" and row and takes_files("data", row)} == {
        "folder",
        "derived",
        "pairs",
        "unpaired",
    }
    assert updates(form, with_data(name="pairs"), RING)[place]["visible"] is True
    assert "visible" not in updates(form, with_data(name="pairs"), with_data(name="derived"))[place]
    assert updates(form, RING, with_data(name="pairs"))[place]["visible"] is False
    shown = dict(zip(form.outputs, form.show_data("pairs"), strict=True))
    assert [key for key, group in form.rows.items() if shown[group].get("visible")] == [("data", FILES), ("data", "pairs")]


def test_what_was_brought_is_still_there_when_other_data_are_chosen(form: Form) -> None:
    places = form.places
    assert len(places) == 4
    pairs = with_data(name="pairs", path="mine.zip")
    assert [updates(form, RING, pairs)[place] for place in places] == [gr.skip()] * 4
    told = updates(form, pairs, RING)
    assert [told[place].get("value") for place in places] == [None, None, "mine.zip", None]


def test_an_upload_fills_every_place_and_is_the_visitors_own(form: Form, registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "mine.zip").write_bytes(b"PK")
    do = Handlers(Staging(registry), form)
    request = type("Request", (), {"cookies": {"visitor": ALICE}, "headers": {}, "request": None})()
    *paths, said = do.uploaded(str(tmp_path / "mine.zip"), request)
    assert len(set(paths)) == 1
    assert len(paths) == 4
    assert Path(paths[0]).parent == uploads_of(registry.root, ALICE)
    assert said == "Your pictures are here."


def answered(page: Page, data: str, session: str) -> list[Any]:
    """What is answered when these data are chosen in the menu of a page that shows the ring."""
    values = list(page.values["choose_data"])
    values[values.index("ring")] = data
    answer: list[Any] = page.call("choose_data", values, session=session)["data"]
    return answer


def chosen(page: Page, data: str) -> tuple[str, RunConfig]:
    """What is said, and which recipe stands in the address then."""
    said, link, *_ = answered(page, data, session=data)
    return said, RunConfig.from_link(link)


def test_choosing_pairs_brings_the_game_for_pairs(page: Page) -> None:
    said, recipe = chosen(page, "derived")
    assert said.startswith("Game, networks and optimizers now suit pairs.")
    assert type(recipe.game).__name__ == "Pix2Pix"


def test_a_menu_that_tells_twice_is_heard_once(page: Page) -> None:
    """Gradio's does; its second word comes with the networks that stood in the form before."""
    assert answered(page, "derived", session="twice")[0]
    again = answered(page, "derived", session="twice")
    assert not any(isinstance(answer, str) or "value" in str(answer) for answer in again)


def test_choosing_pictures_keeps_the_plain_game(page: Page) -> None:
    said, recipe = chosen(page, "glyphs")
    assert said.startswith("Networks, latent and optimizers now suit pictures.")
    assert type(recipe.game).__name__ == "GAN"


def test_choosing_your_own_pairs_asks_for_them_first(page: Page) -> None:
    said, recipe = chosen(page, "pairs")
    assert said.startswith("⚠ There are no pictures yet: upload a zip")
    assert type(recipe.game).__name__ == "Pix2Pix"
