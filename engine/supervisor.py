"""The supervisor of a run's worker process: starts it, notices when it dies or hangs, and starts it again.

At most three times in ten minutes. Only its own thread touches the process, so no command ever waits for it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from pathlib import Path
from typing import Protocol

from engine import messages as say
from engine.processes import Child
from engine.worker import work

log = logging.getLogger(__name__)

RESTARTS, RESTART_WINDOW = 3, 600.0  # times, seconds
SILENCE = 10.0  # seconds without a sign of life before a process counts as hung; or 20 times its longest silence of late
LOADING_SILENCE = 120.0  # the same while it does what nobody knows the length of: loading, a first round
GLANCE = 0.25  # seconds between two looks at whether the process still lives
GRACE = 5.0  # seconds to save and go


class Supervised(Protocol):
    """Who hears of a process's life. Called from other threads than the one that commands."""

    def prepare(self) -> None:
        """Before the first process."""

    def take(self, news: say.News) -> None:
        """What the process tells, but for its signs of life."""

    def restarting(self, cause: str) -> None:
        """The process is gone and nobody asked for it; another is about to be started."""

    def failed(self, cause: str) -> None:
        """It is gone and no other will be started."""

    def over(self) -> None:
        """All is over, after `failed` or as it was asked for."""


class Supervisor:
    """One process after the other for one run."""

    def __init__(self, run: Supervised, folder: Path, device: str, silence: float = SILENCE) -> None:
        self.run, self.folder, self.device, self.silence = run, folder, device, silence
        self.ending = threading.Event()
        self._lock = threading.Lock()  # never held while anything is waited for
        self._child: Child | None = None
        self._unsaid: list[say.Command] = []  # what was commanded while there was no process
        self._restarts: deque[float] = deque(maxlen=RESTARTS)
        self._last_words = ""  # what a process said before it died
        self._busy, self._slowest = True, 0.0  # what it said of its silences
        self._grace = GRACE
        self._thread = threading.Thread(target=self._live, name=f"run {folder.name[:8]}", daemon=True)

    def begin(self) -> None:
        """Start the first process, in the background."""
        self._thread.start()

    def tell(self, command: say.Command) -> None:
        """To the process, or to the next one; returns at once."""
        with self._lock:
            if self._child is not None:
                self._child.send(command)
            else:
                self._unsaid.append(command)

    def end(self, grace: float = GRACE) -> None:
        """Have the process save and end, in the background; after `grace` seconds it is killed."""
        self._grace = grace
        self.tell(say.Stop())
        self.ending.set()

    def join(self, seconds: float) -> None:
        """Wait until all is over."""
        self._thread.join(seconds)

    def kill(self) -> None:
        """End the process now, as the system might."""
        with self._lock:
            if self._child is not None:
                self._child.kill()

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        child = self._child
        return child.pid if child else None

    # -- one life after the other -----------------------------------------------------------------------------------

    def _live(self) -> None:
        """From the first process to the last, through deaths and restarts."""
        try:
            self.run.prepare()
            while not self.ending.is_set():
                cause = self._one_life()
                if not self.ending.is_set():
                    self._after_death(cause)
        except Exception as error:  # a full disk, no more processes
            log.exception("a run cannot go on")
            self._give_up(f"{type(error).__name__}: {error}")
        self.ending.set()
        self.run.over()

    def _one_life(self) -> str:
        """Start a process and wait until it is gone; returns why it went."""
        self._last_words, self._busy, self._slowest = "", True, 0.0  # it loads, and nobody knows how long that takes
        child = Child(work, self.folder, self.device, hear=self._hear)
        with self._lock:
            self._child = child
            for command in self._unsaid:
                child.send(command)
            self._unsaid.clear()
        child.listen()
        self._wait_for_its_end(child)
        code = child.end()
        with self._lock:
            self._child = None
        return self._last_words or _cause(code)

    def _wait_for_its_end(self, child: Child) -> None:
        """Return when the process is gone, or has been killed because it hung or took too long to end."""
        heard, silent, ending = 0, 0.0, 0.0  # counted, not measured, so that our own sleep is nobody's fault
        while not child.gone.wait(GLANCE):
            heard, silent = child.heard, 0.0 if child.heard != heard else silent + GLANCE
            patience = max(self.silence, LOADING_SILENCE if self._busy else 20 * self._slowest)
            if self.ending.is_set():
                ending += GLANCE
                if ending > self._grace:
                    return child.kill()
            elif silent > patience:
                self._last_words = f"it gave no sign of life for {patience:.0f} seconds"
                return child.kill()
        return None

    def _hear(self, news: say.News) -> None:
        self._busy = isinstance(news, say.Busy | say.Loading)
        match news:
            case say.Beat(slowest):
                self._slowest = slowest
            case say.Busy():
                pass
            case say.Failed(sentence, final):
                self._last_words = sentence
                if final:  # starting again would not help
                    self._restarts.extend([time.monotonic()] * RESTARTS)
            case _:
                self.run.take(news)

    def _after_death(self, cause: str) -> None:
        """Come back from the last checkpoint, or give up."""
        now = time.monotonic()
        if len([at for at in self._restarts if now - at < RESTART_WINDOW]) >= RESTARTS:
            self._give_up(cause)
        else:
            self._restarts.append(now)
            self.run.restarting(cause.rstrip("."))

    def _give_up(self, cause: str) -> None:
        self.run.failed(cause)
        self.ending.set()


def _cause(exit_code: int | None) -> str:
    """Why a process ended, for a person."""
    names = {
        -6: "it aborted",
        -9: "it was killed, perhaps because memory ran out",
        -11: "a crash in native code",
        -15: "it was told to end",
        0: "it was told to end",
    }
    return names.get(exit_code, f"exit code {exit_code}") if exit_code is not None else "it did not end"
