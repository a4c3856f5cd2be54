"""Runs, visitors and limits: who may run how much, who waits, and when a run that nobody watches is put away.

A run belongs to the visitor who started it and has an unguessable id. To everybody else it does not exist. Whoever comes when
all places are taken waits in a queue with a number, and starts by itself when a place is free.
"""

from __future__ import annotations

import json
import logging
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from engine import LOCAL, BadRecipe, Budget, Checkpoint, Run, RunConfig, check_budget, write_checkpoint

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """What a visitor may do here."""

    total: int = 8  # runs with a process, of all visitors
    per_visitor: int = 4  # runs of one visitor; the oldest is put away for a new one
    waiting: int = 100  # places in the queue
    idle: float = 15 * 60  # seconds without a watcher after which a run is saved and its process ended
    rounds: int | None = None  # a run pauses there
    kept: int = 200  # folders of old runs that are kept
    budget: Budget = LOCAL
    own_files: bool = True  # a recipe may name files of this computer


class Refused(ValueError):
    """Something a visitor may not do; the message is one sentence."""


@dataclass
class Entry:
    """One visitor's run: waiting (no `run` yet), alive, or put away."""

    id: str
    visitor: str
    config: RunConfig
    folder: Path
    run: Run | None = None
    playing_wanted: bool = True
    watchers: int = 0
    seen: float = field(default_factory=time.monotonic)  # when somebody last watched or commanded
    started: float = field(default_factory=time.monotonic)

    @property
    def alive(self) -> bool:
        """Whether it holds one of the places."""
        return self.run is not None and self.run.alive


class Registry:
    """All runs of this server. Every method may be called from any thread and returns at once but `shutdown`."""

    def __init__(self, root: Path, *, limits: Limits | None = None, device: str = "cpu", clock: Callable[[], float] = time.monotonic) -> None:
        self.root, self.limits, self.device, self.clock = root, limits or Limits(), device, clock
        self._entries: dict[str, Entry] = {}
        self._queue: list[str] = []
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._stopping = ThreadPoolExecutor(8, thread_name_prefix="stopping")
        root.mkdir(parents=True, exist_ok=True)

    # -- for visitors -----------------------------------------------------------------------------------------------

    def start(self, config: RunConfig, visitor: str, *, play: bool = True, state: Checkpoint | None = None) -> Entry:
        """A new run, at once or as soon as a place is free; `state` to go on from.  BadRecipe or Refused, and nothing is started."""
        check_budget(config, self.limits.budget)
        with self._lock:
            self._put_away_oldest(visitor)
            if len(self._queue) >= self.limits.waiting:
                raise Refused("Too many people are waiting already; please try again in a few minutes.")
            run_id = secrets.token_urlsafe(16)
            entry = Entry(run_id, visitor, config, self.root / run_id, playing_wanted=play)
            entry.seen = entry.started = self.clock()
            entry.folder.mkdir(parents=True)
            (entry.folder / "owner.json").write_text(json.dumps({"visitor": visitor}))
            (entry.folder / "config.json").write_text(config.to_json())
            if state is not None:
                write_checkpoint(entry.folder, state)
            self._entries[run_id] = entry
            self._queue.append(run_id)
            self._admit()
            return entry

    def get(self, run_id: str, visitor: str) -> Entry | None:
        """A visitor's own run, also one that an earlier server left in the folder; None for all that is not theirs."""
        with self._lock:
            entry = self._entries.get(run_id) or self._found(run_id, visitor)
            if entry is None or entry.visitor != visitor:
                return None
            entry.seen = self.clock()
            return entry

    def latest(self, visitor: str) -> Entry | None:
        """The run that a visitor started last, if it is still here."""
        with self._lock:
            own = [entry for entry in self._entries.values() if entry.visitor == visitor]
            return max(own, key=lambda entry: entry.started, default=None)

    def wake(self, entry: Entry, *, play: bool) -> None:
        """Give a run that was put away, or whose process failed, a process again, when a place is free."""
        with self._lock:
            entry.playing_wanted = play
            if not entry.alive and entry.id not in self._queue:
                self._make_room(entry)
                entry.run = None
                self._queue.append(entry.id)
                self._admit()

    def update(self, entry: Entry, config: RunConfig) -> None:
        """Give a run other live knobs, now or when it starts."""
        with self._lock:
            entry.config = config
            if entry.run is not None and entry.run.alive:
                entry.run.update(config)
            else:
                (entry.folder / "config.json").write_text(config.to_json())

    def place(self, entry: Entry) -> int | None:
        """The place in the queue, from 1; None for a run that does not wait."""
        with self._lock:
            return self._queue.index(entry.id) + 1 if entry.id in self._queue else None

    def watching(self, entry: Entry, change: int) -> None:
        """Somebody began (+1) or ended (-1) to watch."""
        with self._lock:
            entry.watchers += change
            entry.seen = self.clock()
            if entry.run is not None:
                entry.run.watch(entry.watchers > 0)

    # -- for the server ---------------------------------------------------------------------------------------------

    def tend(self) -> None:
        """Put idle runs away and let waiting ones start; called every second or so."""
        with self._lock:
            now = self.clock()
            for entry in self._alive():
                if entry.watchers == 0 and now - entry.seen > self.limits.idle:
                    self._put_away(entry)
            waiting = [run_id for run_id in self._queue if self._entries[run_id].watchers or now - self._entries[run_id].seen < 60]
            self._queue[:] = waiting
            self._admit()
            self._forget_old()

    def tend_forever(self, every: float = 1.0) -> threading.Thread:
        """`tend` in a thread of its own, until the registry is shut down."""

        def loop() -> None:
            while not self._closing.wait(every):
                try:
                    self.tend()
                except Exception:
                    log.exception("tending the runs failed; trying again")

        thread = threading.Thread(target=loop, name="registry", daemon=True)
        thread.start()
        return thread

    def shutdown(self) -> None:
        """Admit nobody more, save all runs at the same time and end their processes."""
        self._closing.set()
        with self._lock:
            self._queue.clear()
            runs = [entry.run for entry in self._alive() if entry.run is not None]
        if runs:
            with ThreadPoolExecutor(len(runs)) as pool:
                list(pool.map(Run.stop, runs))
        self._stopping.shutdown(wait=True)

    def counts(self) -> tuple[int, int]:
        """Runs with a process, and runs that wait."""
        with self._lock:
            return len(list(self._alive())), len(self._queue)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _alive(self) -> Iterator[Entry]:
        return (entry for entry in list(self._entries.values()) if entry.alive)

    def _admit(self) -> None:
        while self._queue and len(list(self._alive())) < self.limits.total and not self._closing.is_set():
            entry = self._entries[self._queue.pop(0)]
            entry.run = Run.start(entry.config, entry.folder, device=self.device)
            entry.run.watch(entry.watchers > 0)
            if entry.playing_wanted:
                entry.run.play(self.limits.rounds)

    def _put_away_oldest(self, visitor: str) -> None:
        own = [entry for entry in self._entries.values() if entry.visitor == visitor and (entry.alive or entry.id in self._queue)]
        for entry in sorted(own, key=lambda entry: entry.started)[: max(len(own) - self.limits.per_visitor + 1, 0)]:
            self._put_away(entry)

    def _make_room(self, entry: Entry) -> None:
        own = [other for other in self._alive() if other.visitor == entry.visitor and other is not entry]
        if len(own) >= self.limits.per_visitor:
            self._put_away(min(own, key=lambda other: other.started))

    def _put_away(self, entry: Entry) -> None:
        if entry.id in self._queue:
            self._queue.remove(entry.id)
        if entry.run is not None and entry.run.alive:
            self._stopping.submit(entry.run.stop)
            entry.run.state = "stopped"  # its place is free from now on

    def _found(self, run_id: str, visitor: str) -> Entry | None:
        """A run that an earlier server left, if the folder is this visitor's."""
        if not 16 <= len(run_id) <= 64 or not set(run_id) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"):
            return None
        folder = self.root / run_id
        try:
            owner = json.loads((folder / "owner.json").read_text())["visitor"]
            config = RunConfig.from_json((folder / "config.json").read_text())
        except (OSError, ValueError, KeyError, TypeError, BadRecipe):
            return None
        if owner != visitor:
            return None
        entry = self._entries[run_id] = Entry(run_id, visitor, config, folder, playing_wanted=False)
        entry.seen = entry.started = self.clock()
        return entry

    def _forget_old(self) -> None:
        """Keep the newest folders; a run that lives or waits is never forgotten."""
        busy = {entry.id for entry in self._alive()} | set(self._queue)
        folders = [path for path in self.root.iterdir() if path.is_dir() and path.name not in busy]
        for path in sorted(folders, key=lambda path: path.stat().st_mtime, reverse=True)[self.limits.kept :]:
            self._entries.pop(path.name, None)
            shutil.rmtree(path, ignore_errors=True)
