"""Runs and visitors: who runs what, who waits, and when a run that nobody watches is put away.

A run belongs to the visitor who started it and has an unguessable id. To everybody else it does not exist. Whoever comes when
all places are taken waits in a queue with a number, and starts by itself when a place is free. A place is free when the
process that had it is gone.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from engine import (
    USUAL,
    BadCheckpoint,
    BadRecipe,
    Checkpoint,
    Run,
    RunConfig,
    check_budget,
    check_state,
    is_live,
    replace_file,
    unfold,
)
from playground.entry import Entry
from playground.limits import Limits, Refused
from playground.shelf import left_in, set_aside, sign, surplus
from playground.uploads import allowed, stale

__all__ = ["Limits", "Refused", "Registry"]

log = logging.getLogger(__name__)

SAME_CLICK = 1.0  # seconds within which the same wish of the same visitor is one wish
PRUNE_EVERY = 60.0  # seconds


class Registry:
    """All runs of this server, and those that earlier servers left in the folder.

    Every method may be called from any thread and returns at once but `shutdown`: the lock is never held while a process is
    started, spoken to or waited for.
    """

    def __init__(
        self,
        root: Path,
        *,
        limits: Limits | None = None,
        device: str = "cpu",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.root, self.limits, self.device, self.clock = root, limits or Limits(), device, clock
        self.closing = threading.Event()
        self._lock = threading.RLock()
        self._queue: list[Entry] = []
        self._held: dict[Run, Entry] = {}  # the places that are taken
        self._pruned = clock()
        root.mkdir(parents=True, exist_ok=True)
        self._entries = {entry.id: entry for entry in self._left_by_earlier_servers()}

    # -- for visitors -----------------------------------------------------------------------------------------------

    def start(
        self,
        config: RunConfig,
        visitor: str,
        *,
        play: bool = True,
        pace: float | None = None,
        until: int | None = None,
        state: Checkpoint | None = None,
        instead_of: Entry | None = None,
        beside: Sequence[Entry] = (),
        twice: bool = False,
    ) -> Entry:
        """A new run, at once or as soon as a place is free; `state` to go on from, `until` a round at which it pauses.

        instead_of: put away, unless a second page watches it.  beside: not put away to make room.  twice: also if the same was
        wished within a second, which otherwise is one wish. BadRecipe or Refused, and nothing is started.
        """
        if not visitor:
            raise Refused("This page knows your runs again by a cookie: please allow it.")
        check_budget(config, self.limits.budget)
        allowed(self, config, visitor)
        entry = self._new_entry(config, visitor, play)
        entry.pace, entry.until = pace, until
        try:
            if state is not None:
                check_state(config, state)
                entry.folder.mkdir()
                unfold(state, entry.folder)
            return self._enter(entry, again=state is None and not twice, instead_of=instead_of, beside=beside)
        except BadCheckpoint as error:
            raise Refused(str(error)) from None
        except OSError as error:
            raise Refused(f"The run cannot be kept here: {error.strerror}.") from None
        finally:
            if entry.id not in self._entries:
                shutil.rmtree(entry.folder, ignore_errors=True)

    def get(self, run_id: str, visitor: str) -> Entry | None:
        """A visitor's own run; None for all that is not theirs."""
        with self._lock:
            entry = self._entries.get(run_id)
            if entry is None or not visitor or entry.visitor != visitor:
                return None
            entry.seen = self.clock()
            return entry

    def latest(self, visitor: str) -> Entry | None:
        """The run that a visitor started last, if it is still here."""
        return next(iter(self.own(visitor)), None)

    def own(self, visitor: str) -> list[Entry]:
        """A visitor's runs, the newest first."""
        with self._lock:
            own = [entry for entry in self._entries.values() if visitor and entry.visitor == visitor]
        return sorted(own, key=lambda entry: entry.started, reverse=True)

    def wake(self, entry: Entry, *, play: bool, beside: Sequence[Entry] = ()) -> None:
        """Give a run that was put away, or that failed, a process again, when a place is free; `beside` as in `start`."""
        with self._lock:
            entry.playing_wanted, entry.seen, entry.until = play, self.clock(), None
            if self.closing.is_set() or entry.alive or entry in self._queue or entry.id not in self._entries:
                return
            self._make_room(entry, beside)
            entry.run = None
            self._queue.append(entry)
            self._admit()

    def update(self, entry: Entry, config: RunConfig) -> None:
        """Give a run other live knobs, now or when it starts.  BadRecipe if the change needs a new run."""
        with self._lock:
            if not is_live(entry.config, config):
                raise BadRecipe("This change needs a new run: it is not only live knobs that differ.")
            entry.config, run = config, entry.run
        if run is not None and run.alive:
            run.update(config)
        else:
            replace_file(entry.folder / "config.json", config.to_json().encode())

    def set_pace(self, entry: Entry, pace: float | None) -> None:
        """Rounds a second from now on, in this life of the run and in later ones; None: as fast as it goes."""
        with self._lock:
            entry.pace = pace
            if entry.run is not None:
                entry.run.set_pace(pace)

    def release(self, entry: Entry) -> None:
        """Neither a pace nor an end of its own any more: a run that plays goes on as far as any may."""
        with self._lock:
            entry.pace = entry.until = None
            if (run := entry.run) is None:
                return
            run.set_pace(None)
            if run.state == "playing" or (run.state in ("starting", "loading") and entry.playing_wanted):
                run.play(self.limits.rounds)

    def place(self, entry: Entry) -> int | None:
        """The place in the queue, from 1; None for a run that does not wait."""
        with self._lock:
            return self._queue.index(entry) + 1 if entry in self._queue else None

    def watching(self, entry: Entry, watcher: str, layers: Collection[str] | None = USUAL) -> None:
        """A watcher looks at these layers of the picture; None: no longer at any."""
        with self._lock:
            if layers is None:
                entry.views.pop(watcher, None)
            else:
                entry.views[watcher] = frozenset(layers)
            entry.seen = self.clock()
            if entry.run is not None:
                entry.run.watch(entry.layers)

    # -- for the server ---------------------------------------------------------------------------------------------

    def tend(self) -> None:
        """Put idle runs away and let waiting ones start; called every second or so."""
        with self._lock:
            if self.closing.is_set():
                return
            now = self.clock()
            crowded = bool(self._queue) and len(self._held) >= self.limits.total
            patience = self.limits.gives_way if crowded else self.limits.idle
            for entry in self._entries.values():
                if entry.run is not None and entry.watchers == 0 and now - entry.seen > patience:
                    self._put_away(entry)
                    if entry not in self._held.values():
                        entry.run = None  # what it told is on disk
            self._queue[:] = [entry for entry in self._queue if entry.watchers or now - entry.seen < 60]
            self._admit()
            prune = now - self._pruned >= PRUNE_EVERY
            if prune:
                self._pruned = now
        if prune:
            self.prune()

    def tend_forever(self, every: float = 1.0) -> threading.Thread:
        """`tend` in a thread of its own, until the registry is shut down."""

        def loop() -> None:
            while not self.closing.wait(every):
                try:
                    self.tend()
                except Exception:
                    log.exception("tending the runs failed; trying again")

        thread = threading.Thread(target=loop, name="registry", daemon=True)
        thread.start()
        return thread

    def prune(self) -> None:
        """Remove old uploads and the oldest runs beyond the limits; never one that lives, waits or is watched."""
        with self._lock:
            busy = {entry.id for entry in (*self._held.values(), *self._queue)}
            busy |= {entry.id for entry in self._entries.values() if entry.watchers}
        for folder in surplus(self.root, busy, self.limits):
            self._forget(folder)
        with self._lock:
            named = {entry.config.data.files or "" for entry in self._entries.values()}
        for file in stale(self.root, named, time.time()):
            file.unlink(missing_ok=True)

    def shutdown(self) -> None:
        """Admit nobody more, save all runs at the same time and end their processes."""
        self.closing.set()
        with self._lock:
            self._queue.clear()
            runs = list(self._held)
        for run in runs:
            run.end()
        for run in runs:
            run.stop()

    def counts(self) -> tuple[int, int]:
        """Runs with a process, and runs that wait."""
        with self._lock:
            return len(self._held), len(self._queue)

    # -- inside: beginning ------------------------------------------------------------------------------------------

    def _new_entry(self, config: RunConfig, visitor: str, play: bool) -> Entry:
        run_id, now = secrets.token_urlsafe(16), self.clock()
        return Entry(run_id, visitor, config, self.root / run_id, started=now, seen=now, playing_wanted=play)

    def _enter(self, entry: Entry, *, again: bool, instead_of: Entry | None, beside: Sequence[Entry]) -> Entry:
        """Into the table and the queue; or, `again`, the entry of the same wish a moment ago."""
        with self._lock:
            if self.closing.is_set():
                raise Refused("The server is about to end; please try again in a minute.")
            if again and (known := self._same_click(entry)):
                return known
            if len(self._queue) >= self.limits.waiting:
                raise Refused("Too many people are waiting already; please try again in a few minutes.")
            entry.folder.mkdir(exist_ok=True)
            sign(entry.folder, entry.visitor, entry.config)
            if instead_of is not None and instead_of.visitor == entry.visitor and instead_of.watchers < 2:
                self._put_away(instead_of)
            self._make_room(entry, beside)
            self._entries[entry.id] = entry
            self._queue.append(entry)
            self._admit()
            return entry

    def _same_click(self, wish: Entry) -> Entry | None:
        for entry in self._entries.values():
            same = (entry.visitor, entry.config, entry.playing_wanted) == (wish.visitor, wish.config, wish.playing_wanted)
            if same and wish.started - entry.started < SAME_CLICK and (entry.alive or entry in self._queue):
                return entry
        return None

    def _admit(self) -> None:
        """Let those who wait start, in their order, while places are free. One who waits for their own run is passed."""
        for entry in list(self._queue):
            own = [held for held in self._held.values() if held.visitor == entry.visitor]
            if len(self._held) >= self.limits.total or self.closing.is_set():
                return
            if len(own) >= self.limits.per_visitor or entry in own:
                continue
            self._queue.remove(entry)
            try:
                entry.run = Run.start(entry.config, entry.folder, device=self.device, over=self._over)
            except RuntimeError:  # no more threads: whoever presses Play again may have more luck
                log.exception("a run could not be started")
                continue
            self._held[entry.run] = entry
            entry.run.watch(entry.layers)
            entry.run.set_pace(entry.pace)
            if entry.playing_wanted:
                ends = [rounds for rounds in (entry.until, self.limits.rounds) if rounds is not None]
                entry.run.play(min(ends, default=None))

    def _over(self, run: Run) -> None:
        """A run has ended and its process is gone: its place is free."""
        with self._lock:
            self._held.pop(run, None)
            self._admit()

    # -- inside: ending ---------------------------------------------------------------------------------------------

    def _make_room(self, entry: Entry, beside: Sequence[Entry] = ()) -> None:
        """Put the oldest other runs of the visitor away, so that this one is within their limit; none that it stands beside."""
        own = [
            other
            for other in self._entries.values()
            if other.visitor == entry.visitor and other is not entry and (other.alive or other in self._queue)
        ]
        over = max(len(own) - self.limits.per_visitor + 1, 0)
        others = sorted((other for other in own if other not in beside), key=lambda other: other.started)
        for other in others[:over]:
            self._put_away(other)

    def put_away(self, entry: Entry) -> None:
        """Save a run and end its process; it can be woken again."""
        with self._lock:
            self._put_away(entry)

    def _put_away(self, entry: Entry) -> None:
        if entry in self._queue:
            self._queue.remove(entry)
        if entry.run is not None:
            entry.run.end()

    def _forget(self, folder: Path) -> None:
        """Remove a run for good, unless somebody has come for it in the meantime."""
        with self._lock:
            entry = self._entries.get(folder.name)
            if entry is not None and (entry in self._held.values() or entry in self._queue or entry.watchers):
                return
            self._entries.pop(folder.name, None)
            trash = set_aside(folder)
        shutil.rmtree(trash, ignore_errors=True)

    def _left_by_earlier_servers(self) -> Iterator[Entry]:
        now = self.clock()
        for folder, visitor, config, age in left_in(self.root):
            started = now - age
            yield Entry(folder.name, visitor, config, folder, started=started, seen=started, playing_wanted=False)
