"""Tables of results, with means and standard errors: as plain text, CSV, HTML and LaTeX."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple


class Mean(NamedTuple):
    """A mean over n runs, with its standard error: 7.9 ± 0.1."""

    value: float
    error: float
    n: int
    digits: int = 2

    @classmethod
    def of(cls, values: Sequence[float], digits: int = 2) -> Mean:
        """Of numbers of which those that are not finite are left out."""
        known = [value for value in values if math.isfinite(value)]
        if not known:
            return cls(math.nan, math.nan, 0, digits)
        mean = sum(known) / len(known)
        spread = math.sqrt(sum((value - mean) ** 2 for value in known) / max(len(known) - 1, 1))
        return cls(mean, spread / math.sqrt(len(known)) if len(known) > 1 else math.nan, len(known), digits)

    def __str__(self) -> str:
        if not self.n:
            return "–"
        error = f" ± {self.error:.{self.digits}f}" if math.isfinite(self.error) else ""
        return f"{self.value:.{self.digits}f}{error}"


Entry = str | int | float | Mean | None


class Table(NamedTuple):
    """title, one name for each column, rows of as many entries."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]

    def text(self) -> str:
        """For a terminal: columns are padded."""
        lines = [self.columns, *[tuple(map(_plain, row)) for row in self.rows]]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.columns))]
        padded = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]
        return "\n".join([self.title, "", *padded])

    def csv(self) -> str:
        """A mean takes two columns more, for its standard error and the number of runs."""
        wide = [any(isinstance(row[i], Mean) for row in self.rows) for i in range(len(self.columns))]
        names = [
            [name, f"{name} (s.e.)", f"{name} (n)"] if more else [name] for name, more in zip(self.columns, wide, strict=True)
        ]
        file = io.StringIO()
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([name for some in names for name in some])
        for row in self.rows:
            writer.writerow([cell for entry, more in zip(row, wide, strict=True) for cell in _cells(entry, more)])
        return file.getvalue()

    def html(self) -> str:
        """A table element with a caption."""
        heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in self.columns)
        top = ["<table>", f"<caption>{escape(self.title)}</caption>", f"<thead><tr>{heads}</tr></thead>", "<tbody>"]
        return "\n".join([*top, *map(_row, self.rows), "</tbody>", "</table>"])

    def latex(self) -> str:
        """A tabular with booktabs' rules, in a table with a caption."""
        lines = [self.columns, *[tuple(map(_plain, row)) for row in self.rows]]
        head, *body = [" & ".join(map(_tex, line)) + r" \\" for line in lines]
        return "\n".join(
            [
                r"\begin{table}",
                rf"\caption{{{_tex(self.title)}}}",
                rf"\begin{{tabular}}{{l{'r' * (len(self.columns) - 1)}}}",
                r"\toprule",
                head,
                r"\midrule",
                *body,
                r"\bottomrule",
                r"\end{tabular}",
                r"\end{table}",
            ]
        )


def _plain(entry: Entry) -> str:
    if entry is None or (isinstance(entry, float) and not math.isfinite(entry)):
        return "–"
    return f"{entry:.3g}" if isinstance(entry, float) else str(entry)


def _cells(entry: Entry, wide: bool) -> list[Entry]:
    if isinstance(entry, Mean):
        return [*(f"{value:.6g}" if math.isfinite(value) else "" for value in entry[:2]), entry.n]
    plain = "" if entry is None or (isinstance(entry, float) and not math.isfinite(entry)) else entry
    return [plain, "", ""] if wide else [plain]


def _row(row: Sequence[Entry]) -> str:
    first, *others = (escape(_plain(entry)) for entry in row)
    cells = "".join(f"<td>{cell}</td>" for cell in others)
    return f'<tr><th scope="row">{first}</th>{cells}</tr>'


TEX = {
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\^{}",
}
MORE_TEX = TEX | {"\\": r"\textbackslash{}", "±": r"$\pm$", "–": "--", "×": r"$\times$"}


def _tex(text: str) -> str:
    return "".join(MORE_TEX.get(each, each) for each in text)
