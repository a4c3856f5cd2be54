"""Which file is an a and which a b, found out by their names alone: one picture with both halves, or two folders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import NamedTuple, TypeVar

from engine.data.archive import counted, printable
from engine.data.picture import BadUpload

T = TypeVar("T")

SPLITS = {"train", "val", "valid", "validation", "test"}
"""Folders that say what pictures are for and not which side they are, as in pix2pix's own archives."""
TRAINED = ("trainA", "trainB")
"""CycleGAN's two folders; beside them are others."""
FIFTH = 5


class Couple(NamedTuple):
    """Two files that belong together by their names; a picture of both halves twice."""

    a: str
    b: str


class Folders(NamedTuple):
    """Two folders: what they are called, and the files in each, {name below it: whole name}, in the order of their names.

    problems: what is in neither, and why.
    """

    titles: tuple[str, str]
    a: dict[str, str]
    b: dict[str, str]
    problems: list[str]


def folders_in(names: Sequence[str], whole: str) -> Folders | None:
    """The two folders; None where all files are of one kind.  BadUpload if there are more than two and none says what it is.

    whole: what the sentence calls it all.
    """
    groups, problems = _groups(names)
    titles = sorted(groups, key=str.casefold)
    known = [title for wanted in TRAINED for title in titles if title.casefold() == wanted.casefold()]
    if len(known) == len(TRAINED):
        problems += [f"{printable(title)} is no part of them" for title in titles if title not in known]
        titles = known
    elif {title.casefold() for title in titles} <= SPLITS:  # also if there is no folder at all
        return None
    if len(titles) != 2:
        shown = f"{', '.join(map(printable, titles[:3]))}{', ...' if len(titles) > 3 else ''}"
        raise BadUpload(f"{whole} has {len(titles)} folders ({shown}): there must be two, one with every a and one with every b.")
    a, b = (dict(sorted(groups[title].items())) for title in titles)
    return Folders((printable(titles[0]), printable(titles[1])), a, b, problems)


def couples_of(folders: Folders) -> tuple[list[Couple], list[str]]:
    """The files of one name, whatever their endings, in the order of their names; and of each that is left over a word."""
    left_over: list[str] = []
    a, b = (_by_key(side, left_over) for side in (folders.a, folders.b))
    if not a.keys() & b.keys():  # CycleGAN's archives have 1_A.jpg and 1_B.jpg
        a, b = _without(a, "_a"), _without(b, "_b")
    left_over += [f"{printable(a[key])} has no partner in {folders.titles[1]}" for key in sorted(a.keys() - b.keys())]
    left_over += [f"{printable(b[key])} has no partner in {folders.titles[0]}" for key in sorted(b.keys() - a.keys())]
    return [Couple(a[key], b[key]) for key in sorted(a.keys() & b.keys())], left_over


def pairs_in(names: Sequence[str], whole: str, otherwise: str) -> tuple[list[Couple], list[str]]:
    """The couples, and what is left out.  BadUpload where two folders have no name in common.

    otherwise: what the sentence calls the data that need no pairs.
    """
    folders = folders_in(names, whole)
    if folders is None:
        return [Couple(name, name) for name in names], []
    couples, left_over = couples_of(folders)
    if not couples:
        (a, b), (m, n) = folders.titles, (counted(len(side), "file") for side in (folders.a, folders.b))
        raise BadUpload(
            f"No file in {a} ({m}) has the name of one in {b} ({n}), so they are no pairs; "
            f"what CycleGAN takes, which needs none, is called “{otherwise}”."
        )
    return couples, folders.problems + left_over


def with_fifth(things: Sequence[T]) -> tuple[list[T], list[T]]:
    """What is trained on, and every fifth, which never is; of less than five none."""
    kept = range(FIFTH - 1, len(things), FIFTH)
    return [thing for i, thing in enumerate(things) if i not in kept], [things[i] for i in kept]


def _groups(names: Sequence[str]) -> tuple[dict[str, dict[str, str]], list[str]]:
    """Files by the folder they are in, {folder: {name below it: whole name}}, from where there is more than one folder.

    A zip often has a folder around it all. Then what lies beside the folders.
    """
    within, beside = {name.replace("\\", "/").lstrip("/"): name for name in names}, list[str]()
    while True:
        groups: dict[str, dict[str, str]] = {}
        for path, name in within.items():
            folder, slash, rest = path.partition("/")
            if slash:
                groups.setdefault(folder, {})[rest.lstrip("/")] = name
            else:
                beside.append(f"{printable(name)} lies beside the folders")
        if len(groups) != 1:
            return groups, beside
        (within,) = groups.values()


def _by_key(files: Mapping[str, str], left_over: list[str]) -> dict[str, str]:
    """Files under their names without an ending; of two that differ only there, the first."""
    keyed: dict[str, str] = {}
    for path, name in files.items():
        key = str(PurePosixPath(path).with_suffix("")).casefold()
        if keyed.setdefault(key, name) != name:
            left_over.append(f"{printable(name)} has the name of {printable(keyed[key])}")
    return keyed


def _without(files: Mapping[str, str], ending: str) -> dict[str, str]:
    return {key.removesuffix(ending): name for key, name in files.items()}
