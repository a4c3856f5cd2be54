"""The child process in which a run lives: one loop that obeys, plays, reports and saves.

Play, pause and step are one number here: rounds left to play. The worker never waits for whoever watches it: it sends its next
snapshot only after the last one has arrived, and gathers readings until then. When the pipe to its parent ends, it saves and
goes, so that no process outlives the server.
"""

from __future__ import annotations

import math
import signal
import time
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine import messages as say
from engine.answers import LOOKS, answer
from engine.checkpoint import BadCheckpoint, sweep
from engine.config import BadRecipe, RunConfig
from engine.data.base import DataUnavailable
from engine.files import claim
from engine.history import History
from engine.keeper import Keeper
from engine.monitor import Monitor
from engine.observer import Observer
from engine.plane import USUAL
from engine.processes import settle
from engine.recorder import Rows
from engine.snapshot import Snapshot
from engine.telling import Teller
from engine.tempo import Tempo
from engine.trainer import WHO, Trainer

SLICE = 0.02  # seconds of playing between two looks at the pipe
LOOK_EVERY = 0.1  # seconds between snapshots while somebody watches
GLANCE_EVERY = 1.0  # and while nobody does: readings only
CHECK_SHARE = 0.05  # of all time goes into measuring quality and looking for symptoms
CHECK_EVERY = 2.0  # seconds between two at most, even if they cost more
SAVE_EVERY = 10.0  # seconds between checkpoints while playing
BEAT_EVERY = 0.5  # seconds between signs of life
OPEN = (say.Tell, say.Update, say.Pace, say.Ceiling, say.Watch, say.More)
"""What can be done while a round that is told stands open; all else finishes it first."""
CLAIM_WITHIN = 20.0  # seconds; so long may a process whose server was killed take to save and go


def work(pipe: Connection, folder: Path, device: str) -> None:
    """Live a run's life in this process. The recipe is in the folder; so, perhaps, is a checkpoint to go on from."""
    settle()
    try:
        try:
            worker = Worker(pipe, folder, device)
        except (BadRecipe, DataUnavailable, ValueError) as error:  # the same would happen again
            pipe.send(say.Failed(str(error), final=True))
            return
        worker.live()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the parent is gone, and what could be saved is saved
    except Exception as error:
        pipe.send(say.Failed(_last_words(error), final=False))
        raise


def _last_words(error: Exception) -> str:
    text = str(error)
    if isinstance(error, MemoryError) or "out of memory" in text or "can't allocate memory" in text:
        return "it ran out of memory; smaller networks or batches need less"
    return f"{type(error).__name__}: {text}".splitlines()[0][:300]


class Worker:
    """One run: a trainer, who looks at it, its tempo and its place on disk."""

    def __init__(self, pipe: Connection, folder: Path, device: str) -> None:
        self.pipe, self.folder = pipe, folder
        try:
            self.claim = claim(folder, CLAIM_WITHIN)
        except TimeoutError:
            raise ValueError("This run is open in another window of another server; close it there first.") from None
        sweep(folder)
        config = RunConfig.from_json((folder / "config.json").read_text())
        self.trainer = Trainer(config, device, tell=self._tell)
        self.observer = Observer(self.trainer)
        self.teller = Teller(self.trainer)
        self.monitor = Monitor(self.observer)
        self.keeper = Keeper(folder, self.observer, self.monitor)
        self.tempo = Tempo()
        self.left: float = 0  # rounds still to play; infinite while playing
        self.who = WHO["round"]
        self.layers: frozenset[str] | None = USUAL  # that somebody looks at
        self.may_send, self.running = True, True
        self.problem = ""  # why nothing can be played
        self.begun: set[str] = set()  # what has been done at least once, so that it is known how long it takes
        self.slowest, self.last_turn = 0.0, time.monotonic()
        now = time.monotonic()
        self.due = {"look": now, "check": now, "save": now + SAVE_EVERY, "beat": now}
        self.changed = True  # something to show since the last look
        self.checks: Rows | None = None
        self.untold = History()  # readings that the parent has not heard
        self.unjudged = History()  # and those since the last look of the monitor
        warning = self.keeper.load()
        device_name = torch.cuda.get_device_name() if self.trainer.device.type == "cuda" else str(self.trainer.device)
        ready = say.Ready(device_name, self.trainer.rounds, self.observer.real_stage(), self.observer.floors(), warning)
        pipe.send(ready)
        pipe.send(say.Framed(self.keeper.frames.rounds))

    def live(self) -> None:
        """Until told to stop. Whatever ends it, a good state is saved first."""
        signal.signal(signal.SIGTERM, self._leave)
        try:
            self.save()  # of round 0, so that there is always a way back
            self._keep_frame()
            while self.running:
                self._obey()
                if self.left > 0:
                    self._play()
                self._report()
        finally:
            self.teller.finish()
            if self.trainer.between_rounds:
                self.save()

    def _leave(self, *signal_and_frame: Any) -> None:
        """Told to end by the system: after the round that is being played."""
        self.left, self.running = 0, False

    # -- obeying ----------------------------------------------------------------------------------------------------

    def _obey(self) -> None:
        """Do what the parent says; while nothing is played, wait for it, but not longer than until the next beat."""
        wait = 0.0 if self.left > 0 else min(LOOK_EVERY if self.changed else BEAT_EVERY, BEAT_EVERY)
        while self.pipe.poll(wait):
            command = self.pipe.recv()
            self._do(command)
            wait = 0.0

    def _do(self, command: say.Command) -> None:
        if not _only_looks(command):
            self.teller.finish()
        match command:
            case say.Play(until):
                if not self.problem:
                    self.who, self.left = WHO["round"], math.inf if until is None else max(until - self.trainer.rounds, 0)
                    self.tempo.begin()
            case say.Pause():
                self._pause()
            case say.Step(n, who):
                if not self.problem:
                    self.who, self.left = WHO[who], n
                    self.tempo.begin()
            case say.Tell(who):
                self._tell_turn(who)
            case say.Update(config):
                self.trainer.update(RunConfig.from_json(config))
                self.observer.config = self.trainer.config
            case say.Pace(rounds_per_second):
                self.tempo.pace = rounds_per_second
            case say.Ceiling(rounds):
                self.tempo.ceiling = math.inf if rounds is None else rounds
            case say.Watch(layers):
                self.layers, self.changed = layers, self.changed or layers is not None
            case say.Rewind():
                self._rewind()
            case say.Ask(token, question, options):
                self._begin(question)
                self.pipe.send(answer(self.observer, token, question, options))
            case say.More():
                self.may_send = True
            case say.Stop():
                self.left, self.running = 0, False
            case _:
                raise TypeError(f"a worker does not understand {command!r}")

    def _pause(self) -> None:
        self.left, self.changed = 0, True
        self.save()
        self._keep_frame()

    def _tell_turn(self, who: say.WhoName | None) -> None:
        """Play a turn and say what happened; with the round's last turn its state is there to keep."""
        self.left, self.changed = 0, True
        if who is None:
            self.teller.finish()
        elif not self.problem:
            self._begin("turn")
            self.due["look"] = 0.0  # the picture after it, with it
            self.pipe.send(say.Turned(self.teller.turn(who)))
        if self.trainer.between_rounds and (who is None or time.monotonic() >= self.due["save"]):
            self._pause()

    def _rewind(self) -> None:
        self.left, self.changed = 0, True
        self.problem = ""
        try:
            warning = self.keeper.load()
        except BadCheckpoint as error:
            self.problem = str(error)
        else:
            self.untold, self.unjudged = History(), History()
            self.pipe.send(say.Rewound(self.trainer.rounds, warning))
            self.pipe.send(say.Framed(self.keeper.frames.rounds))

    def _begin(self, what: str) -> None:
        """Say so before something is done for the first time: nobody knows how long it will take."""
        if what not in self.begun:
            self.begun.add(what)
            self.pipe.send(say.Busy())

    # -- playing ----------------------------------------------------------------------------------------------------

    def _play(self) -> None:
        """Rounds for a slice of time, or as few as the pace allows."""
        if pause := self.tempo.wait(self.trainer.rounds):
            self.tempo.note(self.trainer.rounds)
            time.sleep(min(pause, SLICE))
            return
        self._begin("round")
        end = time.monotonic() + SLICE
        while self.left > 0 and time.monotonic() < end and not self.tempo.wait(self.trainer.rounds):
            self.trainer.round(self.who)
            self.left -= 1
            self.tempo.played()
        self.tempo.note(self.trainer.rounds)
        self.changed = True
        if self.keeper.frames.due(self.trainer.rounds):
            self._keep_frame()
        if self.left <= 0:
            self._pause()
        elif time.monotonic() >= self.due["save"]:
            self.save()

    # -- reporting, saving ------------------------------------------------------------------------------------------

    def _report(self) -> None:
        now = time.monotonic()
        self.slowest, self.last_turn = max(self.slowest * 0.99, now - self.last_turn), now
        if self.changed and now >= self.due["look"] and self.may_send:
            self._look(now)
        if now >= self.due["beat"]:
            self.pipe.send(say.Beat(self.slowest))
            self.due["beat"] = now + BEAT_EVERY
        if self.keeper.trouble and now >= self.due["save"] and self.trainer.between_rounds:
            self.save()

    def _look(self, now: float) -> None:
        self._begin("look")
        self._gather()
        rows, self.untold = self.untold.since(-1), History()
        if np.isinf(rows.values).any() or _broken(rows):
            self._diverge()
        elif now >= self.due["check"] or self.left <= 0:
            self._check()
        stage = self.observer.stage(self.layers) if self.layers is not None else None
        playing = self.left > 0
        rate, problem = self.tempo.rate if playing else None, self.problem or self.keeper.trouble
        seen = Snapshot(self.trainer.rounds, rate, playing, rows, self.checks, stage, problem, self.monitor.episodes)
        self.pipe.send(say.Look(seen))
        self.checks = None
        self.may_send, self.changed = False, playing
        every = LOOK_EVERY if self.layers is not None else GLANCE_EVERY
        self.due["look"] = max(self.due["look"] + every, now + every / 2)  # what one look is late, the next is not
        self.due["beat"] = now + BEAT_EVERY

    def _check(self) -> None:
        """Measure quality, and see whether something goes wrong."""
        begin = time.monotonic()
        self.checks = self.observer.checks()
        self.keeper.measured(self.checks)
        if self.monitor.due:
            self.monitor.look(self.checks, self.unjudged.since(-1))
            self.unjudged = History()
        now = time.monotonic()
        self.due["check"] = now + min((now - begin) / CHECK_SHARE, CHECK_EVERY)

    def _gather(self) -> None:
        """Readings from the device, for the disk and for the parent, who may be told later."""
        rows = self.trainer.recorder.take()
        self.keeper.told(rows)
        self.untold.add(rows)
        self.unjudged.add(rows)

    def _diverge(self) -> None:
        self.left, self.changed = 0, True
        self.problem = f"Training diverged by round {self.trainer.rounds:,}: a loss or a weight is no longer a finite number."
        self.monitor.give_up()
        self._send_if_heard(say.Diverged(self.trainer.rounds, self.keeper.saved))

    def save(self) -> None:
        """Write a checkpoint, unless it would keep a broken state or nothing has changed."""
        self.due["save"] = time.monotonic() + SAVE_EVERY
        if self.problem:
            return
        self._gather()
        try:
            saved = self.keeper.save()
        except BadCheckpoint:  # not finite
            self._diverge()
        else:
            self.changed = self.changed or bool(self.keeper.trouble)
            if saved:
                self._send_if_heard(say.Saved(self.trainer.rounds))

    def _keep_frame(self) -> None:
        """A key frame of now."""
        if not self.problem:
            self._begin("frame")
            if self.keeper.add_frame():
                self._send_if_heard(say.Framed(self.keeper.frames.rounds))

    def _send_if_heard(self, news: say.News) -> None:
        with suppress(OSError):  # the parent is gone; what matters is on disk
            self.pipe.send(news)

    def _tell(self, sentence: str, share: float | None = None) -> None:
        self.pipe.send(say.Loading(sentence, share))


def _only_looks(command: say.Command) -> bool:
    """Whether it can be done while a round that is told stands open."""
    return isinstance(command, OPEN) or (isinstance(command, say.Ask) and command.question in LOOKS)


def _broken(rows: Rows) -> bool:
    """Whether a loss is not a number; other readings may be missing in a round."""
    losses = [column for column, name in enumerate(rows.columns) if name.endswith("loss")]
    return bool(np.isnan(rows.values[:, losses]).any())
