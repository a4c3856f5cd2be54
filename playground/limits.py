"""What a visitor may do here."""

from __future__ import annotations

from dataclasses import dataclass

from engine import LOCAL, Budget


@dataclass(frozen=True)
class Limits:
    """For a person's own computer; a server for strangers is given tighter ones."""

    total: int = 8  # runs with a process, of all visitors
    per_visitor: int = 4  # runs of one visitor; the oldest is put away for a new one
    waiting: int = 100  # places in the queue
    idle: float = 15 * 60  # seconds without a watcher after which a run is saved and its process ended
    gives_way: float = 20.0  # the same while all places are taken and somebody waits
    lotteries: int = 2  # processes in which lotteries are drawn
    rounds: int | None = None  # a run pauses there
    kept: int = 200  # folders of old runs that are kept, the newest
    disk: int = 5 * 2**30  # bytes that they may take together
    budget: Budget = LOCAL
    own_files: bool = True  # a recipe may name files of this computer


class Refused(ValueError):
    """Something a visitor may not do; the message is one sentence."""
