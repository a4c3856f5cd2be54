"""A lottery in a process of its own, which can be ended at any moment because it keeps nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from queue import Empty, SimpleQueue

from engine.config import RunConfig
from engine.lottery import Standing, played
from engine.plan import Draw
from engine.processes import Child, settle

TOLD_EVERY = 0.25  # seconds between two words on how it stands
SILENCE = 60.0  # seconds without a word after which the process counts as hung
LONGEST = 1800.0  # seconds that a lottery may take
GLANCE = 0.25  # seconds between two looks at whether it still lives, and is still wanted


def play_apart(draw: Draw, device: str, hear: Callable[[Standing], None], wanted: Callable[[], bool]) -> Standing | None:
    """Play a lottery to its end in a new process; None once it is no longer wanted.

    Waits, so call it from a thread of its own; `hear` and `wanted` are called from there.  ValueError, in one sentence, if the
    process ended too soon.
    """
    words: SimpleQueue[Standing] = SimpleQueue()
    child = Child(_play, draw.config.to_json(), draw.seeds, draw.rounds, device, hear=words.put)
    child.listen()
    try:
        silent, start = 0.0, time.monotonic()
        while wanted() and silent < SILENCE:
            if time.monotonic() - start > LONGEST:
                raise ValueError(f"A lottery was not drawn within {LONGEST / 60:.0f} minutes, and was ended.")
            try:
                standing = words.get(timeout=GLANCE)
            except Empty:
                silent += GLANCE
                if child.gone.is_set() and words.empty():
                    raise ValueError("A lottery ended before it was drawn; perhaps memory is short.") from None
                continue
            silent = 0.0
            hear(standing)
            if standing.rounds == draw.rounds:
                return standing
        if silent >= SILENCE:
            raise ValueError(f"A lottery gave no sign of life for {SILENCE:.0f} seconds.")
        return None
    finally:
        child.kill()
        child.end()


def _play(pipe: Connection, config: str, seeds: int, rounds: int, device: str) -> None:
    """In the child."""
    settle()
    try:
        for standing in played(RunConfig.from_json(config), range(seeds), rounds, device, TOLD_EVERY):
            pipe.send(standing)
    except (BrokenPipeError, ConnectionResetError):
        return  # the parent is gone
