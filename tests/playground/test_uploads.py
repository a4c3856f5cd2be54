"""Pictures that visitors bring: theirs alone, and on a server for strangers nothing else of its disk."""

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from visits import ALICE, BOB, small
from waiting import until

from engine import BadRecipe, RunConfig, unpack
from playground import uploads
from playground.limits import Refused
from playground.registry import Registry
from playground.uploads import MOST, allowed, store_upload, uploads_of

TINY = {"name": "dcgan", "width": 4}


def pictures_from(path: object) -> RunConfig:
    recipe = {
        "data": {"name": "folder", "path": str(path), "size": 16},
        "generator": TINY,
        "discriminator": TINY,
        "training": {"batch": 4},
    }
    return RunConfig.from_dict(recipe)


@pytest.fixture
def hosted(make_registry: Callable[..., Registry]) -> Registry:
    return make_registry(own_files=False)


@pytest.fixture
def brought(tmp_path: Path) -> str:
    """A zip with a picture, where Gradio would put an upload."""
    path = tmp_path / "mine.zip"
    file = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(file, "PNG")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("red.png", file.getvalue())
    return str(path)


def test_an_upload_is_kept_under_our_name_and_can_be_trained_on(hosted: Registry, brought: str) -> None:
    kept = store_upload(hosted, brought, ALICE)
    assert Path(kept).parent == uploads_of(hosted.root, ALICE)
    assert "mine" not in kept
    entry = hosted.start(pictures_from(kept), ALICE)
    until(lambda: entry.run.rounds > 0)


PAIRS = {
    "game": "pix2pix",
    "generator": {"name": "unet", "width": 4},
    "discriminator": {"name": "patchgan", "width": 4},
    "training": {"batch": 4},
}


@pytest.mark.parametrize("data", [{"name": "pairs"}, {"name": "derived", "of": "folder"}], ids=["pairs", "derived"])
def test_whatever_data_read_files_read_only_ones_own(hosted: Registry, brought: str, data: dict[str, object]) -> None:
    kept = store_upload(hosted, brought, ALICE)
    for path, visitor, said in (
        (kept, BOB, "uploaded yourself"),
        ("/etc", ALICE, "uploaded yourself"),
        ("", ALICE, "no pictures"),
    ):
        with pytest.raises(BadRecipe, match=said):
            allowed(hosted, RunConfig.from_dict(PAIRS | {"data": data | {"path": path}}), visitor)
    allowed(hosted, RunConfig.from_dict(PAIRS | {"data": data | {"path": kept}}), ALICE)


def test_what_reads_no_files_needs_no_upload(hosted: Registry) -> None:
    """A picture and what is left of it has a path, which only your own pictures hear."""
    for path in ("", "/etc"):
        allowed(hosted, RunConfig.from_dict(PAIRS | {"data": {"name": "derived", "path": path}}), ALICE)


def test_other_peoples_uploads_are_refused(hosted: Registry, brought: str) -> None:
    kept = store_upload(hosted, brought, ALICE)
    with pytest.raises(BadRecipe, match="uploaded yourself"):
        hosted.start(pictures_from(kept), BOB)
    assert list(hosted.root.glob("*/owner.json")) == []


def outside(root: Path) -> dict[str, str]:
    own = uploads_of(root, ALICE)
    return {
        "the whole disk": "/",
        "a system folder": "/etc",
        "the home": "~",
        "here": ".",
        "all runs": str(root),
        "all uploads": str(root / "uploads"),
        "one's own folder of uploads": str(own),
        "above": str(own / ".." / ".." / ".."),
        "a NUL byte": str(own / "a\0b.zip"),
        "a name too long": str(own / ("x" * 5000)),
        "a relative way up": "../" * 20 + "etc",
        "a link": str(own / "link.zip"),
        "a link to a folder": str(own / "folder" / "x.zip"),
        "a link in a circle": str(own / "circle"),
        "an address": "http://169.254.169.254/latest.zip",
        "nothing": "",
    }


@pytest.mark.parametrize("place", outside(Path("runs")))
def test_on_a_server_for_strangers_no_other_path_is_read(hosted: Registry, place: str) -> None:
    own = uploads_of(hosted.root, ALICE)
    own.mkdir(parents=True)
    (own / "link.zip").symlink_to("/etc/passwd")
    (own / "folder").symlink_to("/etc")
    (own / "circle").symlink_to(own / "circle")
    recipe = pictures_from(outside(hosted.root)[place])
    for attempt in (recipe, RunConfig.from_link(recipe.to_link()), RunConfig.from_json(recipe.to_json())):
        with pytest.raises(BadRecipe) as caught:
            hosted.start(attempt, ALICE)
        assert "\n" not in str(caught.value)
        with pytest.raises(BadRecipe):
            allowed(hosted, attempt, ALICE)
    assert hosted.counts() == (0, 0)


def test_a_saved_run_cannot_bring_a_path_along(hosted: Registry, brought: str, make_registry: Callable[..., Registry]) -> None:
    local = make_registry()
    entry = local.start(pictures_from(brought), ALICE, play=False)
    until(lambda: entry.run.state == "paused")
    saved = unpack(entry.run.ask("checkpoint"))
    with pytest.raises(BadRecipe, match="uploaded yourself"):
        hosted.start(RunConfig.from_dict(saved.facts["config"]), ALICE, state=saved)


def test_an_old_upload_goes_once_no_run_names_it(hosted: Registry, brought: str) -> None:
    kept = store_upload(hosted, brought, ALICE)
    os.utime(kept, (0, 0))
    entry = hosted.start(pictures_from(kept), ALICE, play=False)
    hosted.prune()
    assert Path(kept).exists()
    hosted.put_away(entry)
    del hosted._entries[entry.id]
    hosted.prune()
    assert not Path(kept).exists()


def test_on_ones_own_computer_every_folder_may_be_named(registry: Registry) -> None:
    recipe = pictures_from("/anywhere")
    assert allowed(registry, recipe, ALICE) is recipe
    assert allowed(registry, small(), ALICE) == small()


def test_too_large_too_many_or_not_there(hosted: Registry, brought: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for nothing in (None, 5, "/nowhere", ["x"], {"path": brought}, "", "\0"):
        with pytest.raises(Refused, match="did not arrive"):
            store_upload(hosted, nothing, ALICE)
    with pytest.raises(Refused, match="cookie"):
        store_upload(hosted, brought, "")
    for number in range(MOST + 3):
        with open(brought, "ab") as file:
            file.write(b"x")
        newest = store_upload(hosted, brought, ALICE)
        os.utime(newest, (number, number))
    kept = list(uploads_of(hosted.root, ALICE).iterdir())
    assert len(kept) == MOST
    assert Path(newest) in kept
    monkeypatch.setattr(uploads, "LARGEST", 10)
    with pytest.raises(Refused, match="larger than"):
        store_upload(hosted, brought, ALICE)
