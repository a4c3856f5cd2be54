"""The README keeps its word: its map is complete and true, its commands are the ones that work."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SOURCES = {".py", ".js", ".css", ".html"}


def in_the_map() -> list[str]:
    """The paths that start a line of the map."""
    return re.findall(r"^([\w./-]+\.\w+) {2,}\S", README.split("## The map")[1], flags=re.MULTILINE)


def tracked() -> set[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return {name for name in listed.stdout.splitlines() if Path(name).suffix in SOURCES and (ROOT / name).exists()}


def test_the_map_names_every_file_once_and_none_that_does_not_exist() -> None:
    named = in_the_map()
    assert sorted(named) == sorted(set(named))
    assert set(named) == tracked()


def test_every_picture_is_there() -> None:
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", README):
        assert (ROOT / path).stat().st_size > 1000


def test_every_command_of_the_engine_is_one_it_knows() -> None:
    from typer.main import get_command

    from engine.__main__ import app

    known = get_command(app).commands  # type: ignore[attr-defined]
    for command, rest in re.findall(r"python -m engine (\w+)([^\n`#]*)", README):
        assert command in known
        options = {name for parameter in known[command].params for name in parameter.opts}
        assert set(re.findall(r"(?<!\S)--?[a-z]+", rest)) <= options


def test_every_preset_that_is_named_exists() -> None:
    from engine.presets import PRESETS

    for name in re.findall(r"python -m engine train ([a-z][\w-]+)", README):
        assert name in PRESETS
