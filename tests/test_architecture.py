"""Imports point down. What may know what, for every module there is, read from the source itself."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import engine

ROOT = Path(__file__).parents[1]

# A module imports from the lines above its own, never from its own line or below; inside a package (data, games, ...) anything
# but a circle goes. A new module gets a place here, as low as its imports allow.
LEVELS = """
parts  batches  layers  recorder  files  processes  links  tempo  sight  tables
questions  shelf  losses  penalties  augment  optim  data  networks  checkpoint  journal  history  snapshot
games  metrics  messages  saved  frames  theory  teaching
config  classifier  reader
recipes
failures
presets  budget  devices  trainer  trained  steered
catalogue  plane  intake  script  telling  probes  pretrained  translated  recast  lessons  stacked  census
observer
lottery
plan  answers  training  bench  evaluate  vitals
monitor  apart
keeper  studies
worker  pretrain
supervisor  warm
run
__init__  __main__
"""

OF_THE_PAGE = {"gradio", "plotly", "fastapi", "starlette", "uvicorn", "playground"}


class Import(NamedTuple):
    """`from module import name`; name is empty for `import module`."""

    module: str
    name: str


def modules(package: str) -> dict[str, Path]:
    """Every module of a package by its dotted name."""
    files = sorted((ROOT / package).rglob("*.py"))
    return {".".join(file.relative_to(ROOT).with_suffix("").parts): file for file in files}


def imports(file: Path, *, late: bool = True) -> list[Import]:
    """What a file imports; late: also inside functions."""
    tree = ast.parse(file.read_text())
    nodes = list(ast.walk(tree)) if late else tree.body
    found = [Import(node.module or "", name.name) for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names]
    assert not [node for node in nodes if isinstance(node, ast.ImportFrom) and node.level], f"{file}: write imports in full"
    return found + [Import(name.name, "") for node in nodes if isinstance(node, ast.Import) for name in node.names]


ENGINE, PLAYGROUND = modules("engine"), modules("playground")
LEVEL = {name: level for level, names in enumerate(LEVELS.split("\n")) for name in names.split()}


def place(module: str) -> str:
    """A module's name in LEVELS: engine.data.points is in `data`; the package itself is `__init__`."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else "__init__"


def target(found: Import, known: dict[str, Path]) -> str:
    """The module that is meant by `from package import module`, or by `from module import name`."""
    inner = f"{found.module}.{found.name}"
    meant = inner if inner in known or f"{inner}.__init__" in known else found.module
    return f"{meant}.__init__" if f"{meant}.__init__" in known else meant


def test_every_module_has_its_place_and_every_place_its_module():
    assert {place(module) for module in ENGINE} == set(LEVEL)
    assert len(LEVELS.split()) == len(LEVEL), "a module stands in two places"


@pytest.mark.parametrize("module", ENGINE)
def test_the_engines_imports_point_down(module):
    mine = place(module)
    for found in imports(ENGINE[module]):
        if found.module.split(".")[0] == "engine":
            theirs = place(target(found, ENGINE))
            assert theirs == mine or LEVEL[theirs] < LEVEL[mine], f"{module} imports {found.module}, which stands no lower"


@pytest.mark.parametrize("module", ENGINE)
def test_the_engine_knows_nothing_of_the_page(module):
    assert {found.module.split(".")[0] for found in imports(ENGINE[module])} & OF_THE_PAGE == set()


@pytest.mark.parametrize("module", PLAYGROUND)
def test_the_page_knows_of_the_engine_what_it_exports(module):
    for found in imports(PLAYGROUND[module]):
        if found.module.split(".")[0] == "engine":
            assert found.module == "engine", f"{module} reaches into {found.module}"
            assert found.name in engine.__all__, f"engine does not export {found.name!r}"


def test_what_the_engine_exports_is_there_and_in_order():
    assert all(hasattr(engine, name) for name in engine.__all__)
    assert len(set(engine.__all__)) == len(engine.__all__)


PANELS = [module for module in PLAYGROUND if module.startswith("playground.panels.") and not module.endswith("__init__")]


@pytest.mark.parametrize("module", PANELS)
def test_a_panel_knows_no_other_panel(module):
    others = {target(found, PLAYGROUND) for found in imports(PLAYGROUND[module])} & set(PANELS)
    assert others - {module} == set()


@pytest.mark.parametrize("known", [ENGINE, PLAYGROUND], ids=["engine", "playground"])
def test_no_module_comes_back_to_itself(known):
    graph = {module: {target(found, known) for found in imports(file, late=False)} & set(known) for module, file in known.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"imports go in a circle: {' -> '.join(error.args[1])}")


def test_tests_of_the_engine_know_nothing_of_the_page():
    for file in sorted((ROOT / "tests" / "engine").rglob("*.py")):
        assert "playground" not in {found.module.split(".")[0] for found in imports(file)}, file.name
