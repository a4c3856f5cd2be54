"""The table of studies, and conducting one by its name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from engine import files
from engine.config import BadRecipe
from engine.data.base import Tell
from engine.studies.base import Result, Study, conduct
from engine.studies.cures import Cures
from engine.studies.detectors import Detectors
from engine.studies.lessons import Lessons
from engine.studies.losses import Losses, Rates
from engine.studies.pacgan import PacGAN
from engine.tables import Table

STUDIES: dict[str, type[Study]] = {
    "detectors": Detectors,
    "lessons": Lessons,
    "cures": Cures,
    "pacgan": PacGAN,
    "losses": Losses,
    "rates": Rates,
}
"""By the name that the command line knows."""


class Told(NamedTuple):
    """What a study has found."""

    figures: dict[str, Any]
    tables: list[Table]


def conducted(name: str, seeds: Sequence[int] | None, folder: Path, *, workers: int, tell: Tell) -> Told:
    """Conduct a study and write its tables into the folder.  BadRecipe if there is none of this name."""
    if name not in STUDIES:
        raise BadRecipe(f"{name!r} is no study. Known: {', '.join(STUDIES)}.")
    study = STUDIES[name]()
    cells = study.cells(tuple(seeds) if seeds else study.seeds)

    def heard(result: Result, done: int, of: int) -> None:
        tell(f"{done:,} of {of:,}: {result['row']}, seed {result['seed']} ({result['cpu_seconds']:.0f} s)", done / of)

    results = conduct(study, cells, folder, workers=workers, heard=heard)
    told = Told(
        {"study": name, "seeds": sorted({cell.config.seed for cell in cells}), **study.figures(results)}, study.tables(results)
    )
    written(told.tables, folder)
    return told


def written(tables: Sequence[Table], folder: Path) -> None:
    """Write tables as HTML, LaTeX and, each into a file of its own, CSV."""
    files.replace(folder / "tables.html", "\n".join(table.html() for table in tables).encode())
    files.replace(folder / "tables.tex", "\n\n".join(table.latex() for table in tables).encode())
    for number, table in enumerate(tables, 1):
        files.replace(folder / f"table-{number}.csv", table.csv().encode())
