"""Run: the handle by which a program holds a run that lives in a worker process.

    run = Run.start(config, folder)
    run.play(); run.pause(); run.step(10, "D"); run.update(config); run.ask("weights"); run.save...; run.stop()

The handle listens in a thread of its own, keeps what the run tells (history, the latest picture), notices when the process dies
or hangs, and starts it again from its last checkpoint: at most three times in ten minutes.
"""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from concurrent.futures import Future
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Literal

from engine import messages as say
from engine import processes
from engine.checkpoint import BadCheckpoint, read
from engine.config import BadRecipe, RunConfig, is_live
from engine.history import MOST, History
from engine.journal import Journal
from engine.snapshot import Stage
from engine.worker import work

State = Literal["starting", "loading", "playing", "paused", "failed", "stopped"]

RESTARTS, RESTART_WINDOW = 3, 600.0  # times, seconds
SILENCE = 10.0  # seconds without a sign of life before a process counts as hung; or 20 of its slowest rounds
LOADING_SILENCE = 120.0  # the same while it loads data, which tells its progress
LONGEST_ANSWER = 30.0  # seconds to wait for an answer


class Run:
    """One run. All of its methods return at once but `ask` and `stop`."""

    def __init__(self, config: RunConfig, folder: Path, device: str) -> None:
        self.config, self.folder, self.device = config, folder, device
        self.state: State = "starting"
        self.sentence = "Starting"  # what happens now, for a person
        self.problem = ""  # what goes wrong
        self.share: float | None = None  # of loading
        self.rounds, self.saved, self.device_name = 0, 0, device
        self.rate: float | None = None  # rounds per second
        self.readings, self.checks = History(), History(MOST)
        self.stage: Stage | None = None
        self.real: Stage | None = None
        self.floors: dict[str, float] = {}
        self.version = 0  # grows with everything a watcher might want to hear
        self.stage_version = 0  # grows with each picture
        self.life = 0  # grows when the history was cut: watchers must start over
        self._wanted_playing = False
        self._pace: float | None = None
        self._watched = False
        self._lock = threading.RLock()
        self._answers: dict[int, Future[Any]] = {}
        self._tokens = itertools.count()
        self._restarts: deque[float] = deque(maxlen=RESTARTS)
        self._ended = threading.Event()
        self._process: BaseProcess
        self._pipe: Connection

    @classmethod
    def start(cls, config: RunConfig, folder: Path, *, device: str = "cpu") -> Run:
        """A new run in this folder, which is made; or, if it holds a checkpoint, that run again, paused where it was saved."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "config.json").write_text(config.to_json())
        run = cls(config, folder, device)
        run.readings.add(Journal(folder / "readings.csv").read())
        run._launch()
        threading.Thread(target=run._listen, name=f"run {folder.name}", daemon=True).start()
        return run

    @classmethod
    def reopen(cls, folder: Path, *, device: str = "cpu") -> Run:
        """The run that lives in this folder.  BadRecipe or BadCheckpoint if there is none."""
        path = folder / "config.json"
        if not path.exists():
            raise BadCheckpoint(f"There is no run in {folder.name}.")
        return cls.start(RunConfig.from_json(path.read_text()), folder, device=device)

    # -- what a person asks for -------------------------------------------------------------------------------------

    def play(self, until: int | None = None) -> None:
        """Train, until paused or up to this round."""
        self._wanted_playing = True
        self._say(say.Play(until))

    def pause(self) -> None:
        """Stop after the current round, and save."""
        self._wanted_playing = False
        self._say(say.Pause())

    def step(self, n: int = 1, who: say.WhoName = "round") -> None:
        """Play n rounds in which both learn, or only D, or only G."""
        self._wanted_playing = False
        self._say(say.Step(n, who))

    def update(self, config: RunConfig) -> None:
        """Change live knobs of the running run.  BadRecipe if the change needs a new run."""
        with self._lock:
            if not is_live(self.config, config):
                raise BadRecipe("This change needs a new run: it is not only live knobs that differ.")
            self.config = config
            self.version += 1
        self._say(say.Update(config.to_json()))

    def set_pace(self, rounds_per_second: float | None) -> None:
        """Play at most so many rounds a second; None: as fast as it goes."""
        self._pace = rounds_per_second
        self._say(say.Pace(rounds_per_second))

    def watch(self, watched: bool) -> None:
        """Draw pictures only while somebody looks."""
        if watched != self._watched:
            self._watched = watched
            self._say(say.Watch(watched))

    def rewind(self) -> None:
        """Go back to the last good checkpoint and wait there."""
        with self._lock:
            self._wanted_playing = False
            self.problem, self.sentence = "", f"Back at round {self.saved:,}, the last good state."
            self._forget_after(self.saved)
        self._say(say.Rewind())

    def ask(self, question: str, **options: Any) -> Any:
        """Put a question to the trained players and wait for its answer.  ValueError, in one sentence, if there is none."""
        token, future = next(self._tokens), Future[Any]()
        self._answers[token] = future
        self._say(say.Ask(token, question, options))
        try:
            return future.result(LONGEST_ANSWER)
        except TimeoutError:
            raise ValueError("The run did not answer in time; it may be busy or gone.") from None
        finally:
            self._answers.pop(token, None)

    def stop(self, grace: float = 5.0) -> None:
        """Save and end the process; after `grace` seconds it is killed. Its folder stays."""
        self._ended.set()
        self._say(say.Stop())
        self._process.join(grace)
        if self._process.is_alive():
            self._process.kill()
            self._process.join(grace)
        with self._lock:
            self.state, self.sentence = "stopped", f"Stopped at round {self.rounds:,}."
            self.version += 1

    @property
    def alive(self) -> bool:
        """Whether it has a process, or is about to."""
        return self.state not in ("failed", "stopped")

    @property
    def pid(self) -> int | None:
        """The worker's process id."""
        return self._process.pid

    # -- what the run tells -----------------------------------------------------------------------------------------

    def _listen(self) -> None:
        """Hear the worker until the run ends, through its deaths and restarts."""
        while not self._ended.is_set():
            try:
                self._hear_one_life()
            except (EOFError, OSError):
                pass
            if self._ended.is_set():
                return
            self._process.join(5)
            self._after_death()

    def _hear_one_life(self) -> None:
        last = time.monotonic()
        slowest = 0.0
        while True:
            if self._pipe.poll(0.5):
                news = self._pipe.recv()
                last = time.monotonic()
                slowest = news.slowest if isinstance(news, say.Beat) else slowest
                self._take(news)
                continue
            patience = max(SILENCE, 20 * slowest) if self.state not in ("starting", "loading") else LOADING_SILENCE
            if time.monotonic() - last > patience and not self._ended.is_set():
                self._last_words = f"it gave no sign of life for {patience:.0f} seconds"
                self._process.kill()
                return

    def _take(self, news: say.News) -> None:
        with self._lock:
            match news:
                case say.Loading(sentence, share):
                    self.state, self.sentence, self.share = "loading", sentence, share
                case say.Ready(device, rounds, real, floors):
                    self.device_name, self.real, self.floors, self.share = device, real, floors, None
                    self.rounds, self.state = rounds, "paused"
                    if self.sentence.startswith(("Starting", "Loading")):
                        self.sentence = ""
                    self._say_again()
                case say.Look(snapshot):
                    self._look(snapshot)
                case say.Saved(rounds, problem):
                    self.saved = rounds or self.saved
                    if problem:
                        self.problem = problem
                case say.Diverged(_, kept):
                    self._wanted_playing = False
                    back = f"Go back to round {kept:,}, the last good state." if kept is not None else "Start again."
                    self.sentence = f"{back} A smaller learning rate or a penalty may help."
                case say.Answer(token, value, error):
                    if future := self._answers.get(token):
                        future.set_exception(ValueError(error)) if error else future.set_result(value)
                case say.Failed(sentence, final):
                    self._last_words = sentence
                    if final:
                        self._restarts.extend([time.monotonic()] * RESTARTS)
                case say.Beat():
                    return
            self.version += 1

    def _look(self, snapshot: Any) -> None:
        self.rounds, self.rate, self.problem = snapshot.rounds, snapshot.rate, snapshot.problem
        self.readings.add(snapshot.rows)
        if snapshot.checks is not None:
            self.checks.add(snapshot.checks)
        if snapshot.stage is not None:
            self.stage = snapshot.stage
            self.stage_version += 1
        playing = snapshot.playing
        if playing and self.state != "playing" and not self.sentence.startswith("Resumed"):
            self.sentence = ""
        self.state = "playing" if playing else "paused"
        self._say(say.More())

    # -- dying and coming back --------------------------------------------------------------------------------------

    _last_words = ""

    def _after_death(self) -> None:
        """The process is gone and nobody asked for it: start it again from its last checkpoint, or give up."""
        cause = self._last_words or _cause(self._process.exitcode)
        self._last_words = ""
        now = time.monotonic()
        recent = [at for at in self._restarts if now - at < RESTART_WINDOW]
        with self._lock:
            for future in self._answers.values():
                if not future.done():
                    future.set_exception(ValueError("The run stopped before it could answer."))
            self.rate = None
            self.version += 1
            if len(recent) >= RESTARTS:
                self.state, self.problem = "failed", cause if cause.endswith(".") else f"The run failed: {cause}."
                self.sentence = f"The state of round {self.saved:,} is kept." if self.saved else ""
                self._ended.set()
                return
            self._restarts.append(now)
            self.saved = _saved_rounds(self.folder)
            self.state, self.problem = "starting", ""
            self.sentence = f"Resumed from round {self.saved:,}: the run had stopped unexpectedly ({cause.rstrip('.')})."
            self._forget_after(self.saved)
        self._launch()

    def _launch(self) -> None:
        self._process, self._pipe = processes.start(work, self.folder, self.device)

    def _say_again(self) -> None:
        """Tell a new worker what its predecessor knew."""
        self._say(say.Watch(self._watched))
        if self._pace is not None:
            self._say(say.Pace(self._pace))
        if self._wanted_playing:
            self._say(say.Play())

    def _forget_after(self, rounds: int) -> None:
        self.readings.cut(rounds)
        self.checks.cut(rounds)
        self.rounds, self.life = rounds, self.life + 1
        self.version += 1

    def _say(self, command: say.Command) -> None:
        try:
            with self._lock:
                self._pipe.send(command)
        except (OSError, ValueError):
            pass  # the process is gone; the listener will notice


def _saved_rounds(folder: Path) -> int:
    try:
        return int(read(folder).facts["rounds"])
    except BadCheckpoint:
        return 0


def _cause(exit_code: int | None) -> str:
    """Why a process ended, for a person."""
    names = {-6: "it aborted", -9: "it was killed, perhaps because memory ran out", -11: "a crash in native code", -15: "it was told to end"}
    return names.get(exit_code or 0, f"exit code {exit_code}")
