"""Where worker processes come from: a forkserver that has torch loaded already, so that a run starts in tenths of a second.

Never fork the server itself (it has threads); where there is no forkserver (Windows), processes are spawned, which takes
seconds. Nothing here runs a backward pass or touches a GPU before the fork: both break in the child.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.context import BaseContext
from multiprocessing.process import BaseProcess
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import torch

log = logging.getLogger(__name__)

LAST_SECONDS = 10.0  # that a process has to save when its parent is gone
QUIET_THREADS = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "MKL_NUM_THREADS": "1"}

_ONE_AT_A_TIME = threading.Lock()
"""Starting a process also collects the exit codes of others, and a code that two threads collect is lost."""


def context() -> BaseContext:
    """The way processes start on this system."""
    kind = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    chosen = multiprocessing.get_context(kind)
    if kind == "forkserver":
        chosen.set_forkserver_preload(["engine.warm"])
    return chosen


def warm() -> None:
    """Start the forkserver and let it load torch; returns at once. The first run no longer waits for it."""
    threading.Thread(target=_warm, name="warming", daemon=True).start()


class Child:
    """A worker process and our end of its pipe.

    Two threads of its own read and write the pipe, so that neither a process that hangs nor a full pipe holds anybody up.
    `target` gets the other end of the pipe as its first argument. `hear` is called with every message, in the reading
    thread, from `listen` on: whoever made it first writes down that it is there.
    """

    def __init__(self, target: Callable[..., None], *arguments: Any, hear: Callable[[Any], None]) -> None:
        self.process, self._pipe = _start(target, arguments)
        self.heard = 0  # messages so far
        self.gone = threading.Event()  # nothing more will be heard
        self._hear = hear
        self._outbox: SimpleQueue[Any] = SimpleQueue()
        name = self.process.name
        self._threads = [
            threading.Thread(target=self._read, name=f"{name} reader", daemon=True),
            threading.Thread(target=self._write, name=f"{name} writer", daemon=True),
        ]

    def listen(self) -> None:
        """Begin to hear it, and to say what it was sent."""
        for thread in self._threads:
            thread.start()

    @property
    def pid(self) -> int:
        """The process's id."""
        assert self.process.pid is not None  # it was started
        return self.process.pid

    def send(self, message: Any) -> None:
        """Put a message on its way; returns at once. A process that is gone never hears it."""
        self._outbox.put(message)

    def kill(self) -> None:
        """End the process now, whatever it is doing, even if it is stopped."""
        with _ONE_AT_A_TIME:
            self.process.kill()

    def end(self, patience: float = 5.0) -> int | None:
        """Wait until the process has ended, after `patience` seconds kill it; returns its exit code."""
        if not wait([self.process.sentinel], patience):
            self.kill()
            wait([self.process.sentinel], patience)
        with _ONE_AT_A_TIME:
            self.process.join(0)
            code = self.process.exitcode
        self._outbox.put(_LAST)
        for thread in self._threads:
            thread.join(patience)
        self._pipe.close()
        return code

    def _read(self) -> None:
        try:
            while True:
                message = self._pipe.recv()
                self.heard += 1
                self._hear(message)
        except (EOFError, OSError):
            pass  # it is gone
        except Exception:
            log.exception("a worker said something that cannot be understood; it is ended")
            self.kill()
        finally:
            self.gone.set()

    def _write(self) -> None:
        while (message := self._outbox.get()) is not _LAST:
            try:
                self._pipe.send(message)
            except OSError:
                return  # it is gone; the reader notices
            except Exception:
                log.exception("a message to a worker could not be sent")


_LAST = object()  # in an outbox: nothing more is to be sent


def _start(target: Callable[..., None], arguments: tuple[Any, ...]) -> tuple[BaseProcess, Connection]:
    os.environ.update(QUIET_THREADS)  # read when a library is first loaded, so they must stand before that
    ours, theirs = multiprocessing.Pipe()
    process: BaseProcess = context().Process(target=target, args=(theirs, *arguments), daemon=True)  # type: ignore[attr-defined]
    with _ONE_AT_A_TIME:
        process.start()
    theirs.close()  # else the worker's death would not close the pipe
    return process, ours


def _warm() -> None:
    """Asking for a first process, whichever, is what makes the forkserver load."""
    process, pipe = _start(_nothing, ())
    wait([process.sentinel])
    with _ONE_AT_A_TIME:
        process.join()
    pipe.close()


def _nothing(pipe: Connection) -> None:
    """What the first process does."""


# -- in the child -------------------------------------------------------------------------------------------------------


def settle() -> None:
    """Be a good neighbour: one thread, no keyboard interrupts (the parent decides), first to go when memory is short."""
    torch.set_num_threads(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, name="following the parent", daemon=True).start()
    if hasattr(os, "nice"):
        os.nice(10)  # whoever watches comes first: a core that is free still goes to training alone
    with suppress(OSError):  # not Linux
        Path("/proc/self/oom_score_adj").write_text("500")


def _follow_parent() -> None:
    """End soon after the parent, even in the middle of a round that takes minutes. Usually the pipe's end comes first."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        time.sleep(LAST_SECONDS)
        os._exit(1)
