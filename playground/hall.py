"""Where lotteries are drawn: who waits for which, in which processes they are played, and what is known already.

A lottery is decided by its recipe, its seeds and its rounds, so whoever asks for one that has been drawn gets it at once, and a
class that asks for the same table waits for one table. What is drawn is kept on disk, lottery by lottery: a table that was
stopped, or a server, goes on where it was.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import NamedTuple

from engine import LOCAL, Budget, Draw, Plan, Standing, play_apart, replace_file
from playground.limits import Refused

log = logging.getLogger(__name__)

PATIENCE = 90.0  # seconds without a look after which somebody no longer waits; a tab in the background looks once a minute
MOST_TABLES = 100  # that are known at the same time
MOST_KEPT = 2_000  # lotteries on disk, 5 to 20 kB each; the oldest go
IN_MEMORY = 300


@dataclass
class Asked:
    """A table that somebody waits for, or has waited for."""

    plan: Plan
    draws: list[Draw]
    seen: dict[str, float] = field(default_factory=dict)  # by visitor: when they last looked
    began: float = 0.0
    share: float = 0.0  # of it that was known when it began
    looked: float = 0.0  # when anybody last looked

    def __post_init__(self) -> None:
        self.keys = [draw.key for draw in self.draws]


class News(NamedTuple):
    """What has happened to a table since somebody looked."""

    version: int
    drawn: dict[int, Standing]  # by cell, those that are new
    now: dict[int, Standing]  # and those that are being drawn
    lost: dict[int, str]  # why a cell could not be drawn
    over: bool  # nothing of it is left to be drawn
    share: float  # of it that is drawn
    ahead: int  # other tables that are waited for, while nothing of this one is being drawn
    left: float | None  # seconds, as it looks


class Hall:
    """Lotteries of all visitors. Every method may be called from any thread; `ask` takes tenths of a second, the others less.

    A version is a time, so that whoever knows of a version of an earlier server is told everything.
    """

    def __init__(
        self,
        folder: Path,
        *,
        workers: int = 2,
        budget: Budget = LOCAL,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder, self.workers, self.budget, self.clock = folder, workers, budget, clock
        self.closing = threading.Event()
        self._lock = threading.RLock()  # never held while a process is waited for
        self._tables: OrderedDict[str, Asked] = OrderedDict()  # whose turn it is next comes first
        self._known: OrderedDict[str, Standing] = OrderedDict()
        self._now: dict[str, Standing | None] = {}  # what is being played
        self._lost: dict[str, str] = {}
        self._changed: dict[str, int] = {}
        self._version = self._first = int(time.time() * 1000)
        self._threads: list[threading.Thread] = []
        folder.mkdir(parents=True, exist_ok=True)
        self._kept = dict.fromkeys(self._left_by_earlier_servers())  # the oldest first

    def ask(self, plan: Plan, visitor: str) -> str:
        """Draw this table, or go on with it; returns its name.  BadRecipe or Refused, in one sentence, if it cannot be."""
        if self.closing.is_set():
            raise Refused("The server is about to end; please try again in a minute.")
        with self._lock:
            asked = self._tables.get(plan.key)
        asked = asked or Asked(plan, plan.draws(self.budget))  # takes some tenths of a second
        with self._lock:
            if plan.key not in self._tables:
                self._forget()
                self._tables[plan.key] = asked
                self._tables.move_to_end(plan.key, last=False)  # whoever comes sees something soon
            asked = self._tables[plan.key]
            for other in self._tables.values():
                other.seen.pop(visitor, None)  # a table is left for another
            for key in asked.keys:
                self._lost.pop(key, None)
            self._look(asked, visitor)
            asked.began, asked.share = self.clock(), self._share(asked)
            self._start()
        return plan.key

    def find(self, name: str) -> Asked | None:
        """A table that was asked for; None for one that is not known any more."""
        with self._lock:
            return self._tables.get(name)

    def news(self, asked: Asked, visitor: str, since: int) -> News:
        """What is new about a table; whoever looks goes on waiting for it."""
        with self._lock:
            self._look(asked, visitor)
            since = since if since >= self._first else 0
            drawn = {cell: known for cell, key in enumerate(asked.keys) if self._is_new(key, since) and (known := self._get(key))}
            now = {cell: one for cell, key in enumerate(asked.keys) if self._is_new(key, since) and (one := self._now.get(key))}
            lost = {cell: self._lost[key] for cell, key in enumerate(asked.keys) if key in self._lost}
            share = self._share(asked)
            over = not any(map(self._open, asked.keys))
            idle = not over and not any(key in self._now for key in asked.keys)
            ahead = sum(self._waits(other) for other in self._tables.values() if other is not asked) if idle else 0
            news = News(self._version, drawn, now, lost, over, share, ahead, self._left(asked, share))
            self._start()
        return news

    def standing(self, asked: Asked, cell: int) -> Standing | None:
        """How a cell stands: as it was drawn, or as it is now."""
        with self._lock:
            key = asked.keys[cell]
            return self._get(key) or self._now.get(key)

    def drawn(self, asked: Asked) -> dict[int, Standing]:
        """All cells that are drawn."""
        with self._lock:
            return {cell: known for cell, key in enumerate(asked.keys) if (known := self._get(key))}

    def stop(self, asked: Asked, visitor: str) -> None:
        """A visitor no longer waits for a table; what is drawn of it stays."""
        with self._lock:
            asked.seen.pop(visitor, None)

    def shutdown(self) -> None:
        """End all processes."""
        self.closing.set()
        with self._lock:
            threads = list(self._threads)
        for thread in threads:
            thread.join(10)

    # -- inside, under the lock -------------------------------------------------------------------------------------

    def _look(self, asked: Asked, visitor: str) -> None:
        now = asked.looked = self.clock()
        asked.seen[visitor] = now
        for other in [other for other, seen in asked.seen.items() if now - seen >= PATIENCE]:
            del asked.seen[other]

    def _get(self, key: str) -> Standing | None:
        """What is known of a lottery that was drawn, here or by an earlier server."""
        if (known := self._known.get(key)) is not None:
            self._known.move_to_end(key)
        elif key in self._kept:
            try:
                known = Standing.from_json((self.folder / f"{key}.json").read_bytes())
                self._remember(key, known)
            except (OSError, ValueError):
                del self._kept[key]  # it is damaged: it is drawn anew
        return known

    def _remember(self, key: str, standing: Standing) -> None:
        """In memory; first to be forgotten are those that are on disk."""
        self._known[key] = standing
        if len(self._known) > IN_MEMORY:
            del self._known[next((known for known in self._known if known in self._kept), next(iter(self._known)))]

    def _is_new(self, key: str, since: int) -> bool:
        return since == 0 or self._changed.get(key, 0) > since

    def _share(self, asked: Asked) -> float:
        """Of a table's lotteries that are drawn, those being drawn in part."""
        parts = (self._part(key, asked.plan.rounds) for key in asked.keys)
        return sum(parts) / len(asked.keys)

    def _part(self, key: str, rounds: int) -> float:
        if not self._open(key):
            return 1.0
        now = self._now.get(key)
        return now.rounds / rounds if now else 0.0

    def _left(self, asked: Asked, share: float) -> float | None:
        done, passed = share - asked.share, self.clock() - asked.began
        return passed / done * (1 - share) if done > 0.02 and passed > 2 else None

    def _waits(self, asked: Asked) -> bool:
        """Whether anybody still waits for something of a table."""
        return any(map(self._open, asked.keys)) and any(self.clock() - seen < PATIENCE for seen in asked.seen.values())

    def _open(self, key: str) -> bool:
        return not (key in self._lost or key in self._kept or key in self._known)

    def _start(self) -> None:
        """As many threads as there is work for."""
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        open_ = sum(self._open(key) for asked in self._tables.values() if self._waits(asked) for key in asked.keys)
        while len(self._threads) < min(self.workers, open_) and not self.closing.is_set():
            thread = threading.Thread(target=self._work, name="lottery", daemon=True)
            self._threads.append(thread)
            thread.start()

    def _forget(self) -> None:
        """Make room for a table: the one goes that nobody has looked at for longest.  Refused if all are waited for."""
        if len(self._tables) < MOST_TABLES:
            return
        free = [name for name, asked in self._tables.items() if not self._waits(asked)]
        if not free:
            raise Refused("Too many lotteries are waited for already; please try again in a few minutes.")
        del self._tables[min(free, key=lambda name: self._tables[name].looked)]

    # -- inside, in the threads that wait for processes --------------------------------------------------------------

    def _work(self) -> None:
        """One lottery after the other, as long as there is one to draw."""
        while (draw := self._next()) is not None:
            key, last, problem = draw.key, None, ""
            try:
                last = play_apart(draw, "cpu", partial(self._hear, key), partial(self._wanted, key))
            except Exception as error:
                log.exception("a lottery could not be drawn")
                problem = str(error) if isinstance(error, ValueError) else "A lottery could not be drawn."
            self._settle(key, last, problem)

    def _next(self) -> Draw | None:
        """The next lottery to draw; each table in turn has one."""
        with self._lock:
            for name, asked in list(self._tables.items()):
                if self.closing.is_set() or not self._waits(asked):
                    continue
                for draw, key in zip(asked.draws, asked.keys, strict=True):
                    if key not in self._now and self._open(key):
                        self._now[key] = None
                        self._tables.move_to_end(name)
                        return draw
            self._threads = [thread for thread in self._threads if thread is not threading.current_thread()]
            return None

    def _wanted(self, key: str) -> bool:
        with self._lock:
            return not self.closing.is_set() and any(key in asked.keys and self._waits(asked) for asked in self._tables.values())

    def _hear(self, key: str, standing: Standing) -> None:
        with self._lock:
            self._now[key] = standing
            self._change(key)

    def _settle(self, key: str, last: Standing | None, problem: str) -> None:
        """What came of a lottery, for good."""
        kept = last is not None and self._keep(key, last)
        with self._lock:
            self._now.pop(key, None)
            if kept:
                self._kept[key] = None
            if last is not None:
                self._remember(key, last)
            if problem:
                self._lost[key] = problem
            self._change(key)
            old = [next(iter(self._kept))] if len(self._kept) > MOST_KEPT else []
            for other in old:
                for known in (self._kept, self._known, self._changed):
                    known.pop(other, None)
        for other in old:
            (self.folder / f"{other}.json").unlink(missing_ok=True)

    def _keep(self, key: str, standing: Standing) -> bool:
        try:
            replace_file(self.folder / f"{key}.json", standing.to_json().encode())
        except (OSError, ValueError):
            log.warning("a lottery cannot be kept on disk", exc_info=True)
            return False
        return True

    def _change(self, key: str) -> None:
        self._version += 1
        self._changed[key] = self._version

    def _left_by_earlier_servers(self) -> list[str]:
        """The keys of lotteries on disk, the oldest first; those beyond the limit are removed."""
        files = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for path in files[:-MOST_KEPT]:
            path.unlink(missing_ok=True)
        return [path.stem for path in files[-MOST_KEPT:]]
