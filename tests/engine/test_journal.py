"""Readings on disk, through torn lines, full disks and going back."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from engine.journal import Journal
from engine.recorder import Rows


def rows(columns: tuple[str, ...], *lines: tuple[float, ...]) -> Rows:
    """Each line is a round and its values."""
    values = np.array([line[1:] for line in lines], np.float32)
    return Rows(columns, np.array([int(line[0]) for line in lines]), values)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    journal = Journal(tmp_path / "readings.csv")
    journal.write(rows(("d_loss",), (1, 0.5), (2, 0.25)))
    journal.flush()
    return journal


def test_rows_are_lines_of_a_csv(journal: Journal) -> None:
    assert journal.path.read_text() == "round,d_loss\n1,0.5\n2,0.25\n"


def test_a_new_column_leaves_the_old_rows_empty_there(journal: Journal) -> None:
    journal.write(rows(("d_loss", "g_loss"), (3, 1, 2)))
    journal.write(rows(("d_loss",), (4, 7)))
    journal.flush()
    assert journal.path.read_text() == "round,d_loss,g_loss\n1,0.5,\n2,0.25,\n3,1,2\n4,7,\n"
    assert np.isnan(journal.read().values[0, 1])


def test_what_is_not_a_number_is_an_empty_cell(journal: Journal) -> None:
    journal.write(rows(("d_loss",), (3, float("nan")), (4, float("inf"))))
    journal.flush()
    assert journal.path.read_text().endswith("3,\n4,\n")


def test_cut_forgets_what_came_later_on_disk_and_in_memory(journal: Journal) -> None:
    journal.write(rows(("d_loss",), (3, 1)))
    journal.cut(1)
    journal.flush()
    assert journal.path.read_text() == "round,d_loss\n1,0.5\n"


@pytest.mark.parametrize("torn", ["3", "3,", "3,0.1", "3,0.1,7\n", "x,0.1\n", "\0\0\0", ",\n", "3,0,1\r"])
def test_a_torn_line_is_left_out_and_never_joined_to_the_next(journal: Journal, torn: str) -> None:
    with journal.path.open("a", newline="") as file:
        file.write(torn)
    again = Journal(journal.path)
    assert again.read().rounds.tolist() == [1, 2]
    again.cut(2)
    again.write(rows(("d_loss",), (3, 9)))
    again.flush()
    assert journal.path.read_text() == "round,d_loss\n1,0.5\n2,0.25\n3,9\n"


@pytest.mark.parametrize("content", ["", "\n", "rou", "round,d_loss"])
def test_a_file_without_a_whole_header_is_empty(tmp_path: Path, content: str) -> None:
    path = tmp_path / "readings.csv"
    path.write_text(content)
    journal = Journal(path)
    assert journal.read().rounds.tolist() == []
    journal.write(rows(("g_loss",), (1, 2)))
    journal.flush()
    assert path.read_text() == "round,g_loss\n1,2\n"


def test_on_a_full_disk_nothing_is_half_written_and_nothing_is_lost(journal: Journal) -> None:
    before = journal.path.read_text()
    journal.write(rows(("d_loss",), *((at, at) for at in range(3, 1003))))
    with files_of_at_most(len(before) + 100), pytest.raises(OSError, match="too large"):
        journal.flush()
    assert journal.path.read_text() == before
    journal.flush()
    assert journal.read().rounds.tolist() == list(range(1, 1003))


@contextmanager
def files_of_at_most(size: int) -> Iterator[None]:
    """As a full disk: no file of this process may grow beyond `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
