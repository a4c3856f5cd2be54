"""Where worker processes come from: a forkserver that has torch loaded already, so that a run starts in tenths of a second.

Never fork the server itself (it has threads); where there is no forkserver (Windows), processes are spawned, which takes
seconds. Nothing here runs a backward pass or touches a GPU before the fork: both break in the child.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from typing import Any

QUIET_THREADS = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "MKL_NUM_THREADS": "1"}


def context() -> BaseContext:
    """The way processes start on this system."""
    kind = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    chosen = multiprocessing.get_context(kind)
    if kind == "forkserver":
        chosen.set_forkserver_preload(["engine.warm"])
    return chosen


def warm() -> None:
    """Start the forkserver and let it load torch; returns at once. The first run no longer waits for it."""
    os.environ.update(QUIET_THREADS)  # read when a library is first loaded, so they must stand before that
    context().Process(target=_nothing, daemon=True).start()


def start(target: Callable[..., None], *arguments: Any) -> tuple[BaseProcess, Connection]:
    """A worker process and our end of its pipe; the worker gets the other end as its first argument."""
    os.environ.update(QUIET_THREADS)
    ours, theirs = multiprocessing.Pipe()
    process = context().Process(target=target, args=(theirs, *arguments), daemon=True)
    process.start()
    theirs.close()  # else the worker's death would not close the pipe
    return process, ours


def _nothing() -> None:
    """What the first process does: being asked for is what makes the forkserver load."""
