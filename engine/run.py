"""Run: the handle by which a program holds a run that lives in a worker process.

    run = Run.start(config, folder)
    run.play(); run.pause(); run.step(10, "D"); run.update(config); run.ask("weights"); run.stop()

The handle keeps what the run tells (history, the latest picture) and what a person wants of it; its supervisor keeps the
process alive. No command ever waits for the process.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate
from pathlib import Path
from typing import Any, Literal

from engine import files
from engine import messages as say
from engine.checkpoint import BadCheckpoint
from engine.config import BadRecipe, RunConfig, is_live
from engine.history import MOST, History
from engine.journal import Journal
from engine.metrics.symptoms import until
from engine.recorder import Rows
from engine.saved import bundle
from engine.snapshot import Episode, Snapshot, Stage, Told
from engine.supervisor import GRACE, SILENCE, Supervisor

State = Literal["starting", "loading", "playing", "paused", "failed", "stopped"]

LONGEST_ANSWER = 30.0  # seconds to wait for an answer


class Run:
    """One run. All of its methods return at once but `ask` and `stop`."""

    def __init__(self, config: RunConfig, folder: Path, device: str, silence: float = SILENCE) -> None:
        self.config, self.folder, self.device = config, folder, device
        self.sentence = "Starting"  # what happens now, for a person
        self.problem = ""  # why it cannot be played or kept
        self.episodes: tuple[Episode, ...] = ()  # what was wrong with its training, and when
        self.share: float | None = None  # of loading
        self.rounds, self.saved, self.device_name = 0, 0, device
        self.rate: float | None = None  # rounds per second
        self.readings, self.checks = History(), History(MOST)
        self.stage: Stage | None = None
        self.real: Stage | None = None
        self.floors: dict[str, float] = {}
        self.frames: tuple[int, ...] = ()  # rounds of which there are key frames
        self.turn: Told | None = None  # the last that was told in slow motion
        self.turns = 0  # that were told
        self.version = 0  # grows with everything a watcher might want to hear
        self.stage_version = 0  # grows with each picture
        self.life = 0  # grows when the history was cut: watchers must start over
        self._state: State = "starting"
        self._playing_wanted = False
        self._until: int | None = None
        self._pace: float | None = None
        self._ceiling: int | None = None
        self._layers: frozenset[str] | None = None  # that somebody looks at
        self._lock = threading.RLock()  # never held while anything is waited for
        self._answers: dict[int, Future[Any]] = {}
        self._tokens = itertools.count()
        self._cause = ""  # of the last death, until the run is back
        self._unkept = ""  # why the recipe is not on disk
        self.diverged = False  # nothing can be played until it is rewound
        self._supervisor = Supervisor(self, folder, device, silence)
        self._over: Callable[[Run], None] = lambda run: None

    @classmethod
    def start(
        cls,
        config: RunConfig,
        folder: Path,
        *,
        device: str = "cpu",
        silence: float = SILENCE,
        over: Callable[[Run], None] | None = None,
    ) -> Run:
        """A new run in this folder, which is made; or, if it holds a checkpoint, that run again, paused where it was.

        silence: seconds without a sign of life after which the process counts as hung.  over: called, from another thread,
        when the run has ended for good and its process is gone.
        """
        run = cls(config, folder, device, silence)
        run._over = over or run._over
        run._supervisor.begin()
        return run

    @classmethod
    def reopen(cls, folder: Path, *, device: str = "cpu", silence: float = SILENCE) -> Run:
        """The run that lives in this folder.  BadRecipe or BadCheckpoint if there is none."""
        path = folder / "config.json"
        if not path.exists():
            raise BadCheckpoint(f"There is no run in {folder.name}.")
        return cls.start(RunConfig.from_json(path.read_text()), folder, device=device, silence=silence)

    # -- what a person asks for -------------------------------------------------------------------------------------

    def play(self, until: int | None = None) -> None:
        """Train, until paused or up to this round."""
        self._command(say.Play(until), playing=True, until=until)

    def pause(self) -> None:
        """Stop after the current round, and save."""
        self._command(say.Pause(), playing=False)

    def step(self, n: int = 1, who: say.WhoName = "round") -> None:
        """Play n rounds in which both learn, or only D, or only G."""
        self._command(say.Step(n, who), playing=False)

    def tell(self, who: say.WhoName | None = "round") -> None:
        """Play one turn and keep it in `turn`. Its round stays open until it is told to its end, finished (None) or played on."""
        self._command(say.Tell(who), playing=False)

    def rewind(self) -> None:
        """Go back to the last good checkpoint and wait there."""
        self._command(say.Rewind(), playing=False)

    def update(self, config: RunConfig) -> None:
        """Change live knobs of the running run.  BadRecipe if the change needs a new run."""
        with self._lock:
            if not is_live(self.config, config):
                raise BadRecipe("This change needs a new run: it is not only live knobs that differ.")
            self.config = config
            self.version += 1
            self._supervisor.tell(say.Update(config.to_json()))
            self._keep_config()

    def set_pace(self, rounds_per_second: float | None) -> None:
        """Play at most so many rounds a second; None: as fast as it goes."""
        with self._lock:
            self._pace = rounds_per_second
            self._supervisor.tell(say.Pace(rounds_per_second))

    def set_ceiling(self, rounds: int | None) -> None:
        """Wait before going beyond this round, still playing; None: wait for nobody."""
        with self._lock:
            if rounds != self._ceiling:
                self._ceiling = rounds
                self._supervisor.tell(say.Ceiling(rounds))

    def watch(self, layers: frozenset[str] | None) -> None:
        """Draw these layers of the picture; None: nobody looks."""
        with self._lock:
            if layers != self._layers:
                self._layers = layers
                self._supervisor.tell(say.Watch(layers))

    def ask(self, question: str, **options: Any) -> Any:
        """Put a question to the trained players and wait for its answer.  ValueError, in one sentence, if there is none."""
        token, future = next(self._tokens), Future[Any]()
        with self._lock:
            if not self.alive:
                raise ValueError("The run is not loaded, so it cannot answer.")
            self._answers[token] = future
            self._supervisor.tell(say.Ask(token, question, options))
        try:
            return future.result(LONGEST_ANSWER)
        except TooLate:
            raise ValueError("The run did not answer in time; it may be busy or gone.") from None
        finally:
            with self._lock:
                self._answers.pop(token, None)

    def bundle(self) -> bytes:
        """The whole run as one file, its curves included.  ValueError, in one sentence, if there is none to be had."""
        return bundle(self.ask("checkpoint"), self.told)

    @property
    def told(self) -> dict[str, Rows]:
        """All that it has told: readings and checks."""
        return {"readings": self.readings.since(-1), "checks": self.checks.since(-1)}

    def end(self, grace: float = GRACE) -> None:
        """Save and end the process, in the background; after `grace` seconds it is killed. Its folder stays."""
        with self._lock:
            if not self._supervisor.ending.is_set():
                self._supervisor.end(grace)
                self.sentence, self.rate = "Saving", None
                self.version += 1

    def stop(self, grace: float = GRACE) -> None:
        """`end`, and wait until the process is gone."""
        self.end(grace)
        self._supervisor.join(2 * grace + 1)

    @property
    def state(self) -> State:
        """What it does now."""
        return "stopped" if self._supervisor.ending.is_set() and self._state != "failed" else self._state

    @property
    def alive(self) -> bool:
        """Whether it can be commanded: it has a process, or is about to."""
        return self.state not in ("failed", "stopped")

    @property
    def pid(self) -> int | None:
        """The worker's process id; None while there is none."""
        return self._supervisor.pid

    # -- what its supervisor tells ----------------------------------------------------------------------------------

    def prepare(self) -> None:
        """A folder with the recipe, and what an earlier life has told."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._keep_config()
        self.readings.add(Journal(self.folder / "readings.csv").read())
        self.checks.add(Journal(self.folder / "checks.csv").read())

    def _keep_config(self) -> None:
        try:
            files.replace(self.folder / "config.json", self.config.to_json().encode())
        except OSError as error:
            if not (self.folder / "config.json").exists():
                raise
            self._unkept = f"The recipe is not saved: {error.strerror}."
        else:
            self._unkept = ""

    def restarting(self, cause: str) -> None:
        """The process died and another is about to come."""
        with self._lock:
            self._refuse_answers("The run stopped before it could answer.")
            self._cause = cause
            self._state, self.problem, self.rate, self.share = "starting", "", None, None
            self.sentence = f"Starting again: the run had stopped unexpectedly ({cause})."
            self.version += 1

    def failed(self, cause: str) -> None:
        """The process died and no other will come."""
        with self._lock:
            self._state = "failed"
            self.problem = cause if cause.endswith(".") else f"The run failed: {cause}."
            self.sentence = f"The state of round {self.saved:,} is kept." if self.saved else ""

    def over(self) -> None:
        """All is over."""
        with self._lock:
            self._refuse_answers("The run ended before it could answer.")
            self.rate = None
            if self._state != "failed":
                self.sentence = f"Stopped at round {self.rounds:,}."
            self.version += 1
        self._over(self)

    def take(self, news: say.News) -> None:
        """What the process tells."""
        with self._lock:
            match news:
                case say.Loading(sentence, share):
                    self._state, self.sentence, self.share = "loading", sentence, share
                case say.Ready():
                    self._ready(news)
                case say.Look(snapshot):
                    self._look(snapshot)
                case say.Turned(told):
                    self._state, self.rate, self.turn = "paused", None, told
                    self.turns += 1
                case say.Saved(rounds):
                    self.saved = rounds
                case say.Framed(rounds):
                    self.frames = rounds
                case say.Diverged(_, kept):
                    self._playing_wanted, self.diverged = False, True
                    back = f"Go back to round {kept:,}, the last good state." if kept is not None else "Start again."
                    self.sentence = f"{back} A smaller learning rate or a penalty may help."
                case say.Rewound(rounds, warning):
                    self._forget_after(rounds)
                    self.problem, self.diverged = "", False
                    self.sentence = f"Back at round {rounds:,}, the last good state. {warning}".strip()
                case say.Answer(token, value, error):
                    future = self._answers.pop(token, None)
                    if future is not None:
                        future.set_exception(ValueError(error)) if error else future.set_result(value)
                case _:
                    raise TypeError(f"a run does not understand {news!r}")
            self.version += 1

    def _ready(self, ready: say.Ready) -> None:
        """A process, the first or a later one, has loaded: tell it what its predecessor knew."""
        self.device_name, self.real, self.floors, self.share = ready.device, ready.real, ready.floors, None
        self.diverged = False
        self._state, self.saved, self.sentence = "paused", ready.rounds, ""
        if self._cause:
            self.sentence = f"Resumed from round {ready.rounds:,}: the run had stopped unexpectedly ({self._cause})."
            self._cause = ""
        if ready.warning:
            self.sentence = f"{self.sentence} {ready.warning}".strip()
        self._forget_after(ready.rounds)
        self._supervisor.tell(say.Watch(self._layers))
        if self._pace is not None:
            self._supervisor.tell(say.Pace(self._pace))
        if self._ceiling is not None:
            self._supervisor.tell(say.Ceiling(self._ceiling))
        if self._playing_wanted:
            self._supervisor.tell(say.Play(self._until))

    def _look(self, snapshot: Snapshot) -> None:
        self.rounds, self.rate, self.problem = snapshot.rounds, snapshot.rate, snapshot.problem or self._unkept
        self.readings.add(snapshot.rows)
        self.episodes = snapshot.episodes
        if snapshot.checks is not None:
            self.checks.add(snapshot.checks)
        if snapshot.stage is not None:
            self.stage = snapshot.stage
            self.stage_version += 1
        self._state = "playing" if snapshot.playing else "paused"
        self._supervisor.tell(say.More())

    def _forget_after(self, rounds: int) -> None:
        self.episodes = until(self.episodes, rounds)
        self.readings.cut(rounds)
        self.checks.cut(rounds)
        self.rounds, self.life = rounds, self.life + 1

    # -- speaking ---------------------------------------------------------------------------------------------------

    def _command(self, command: say.Command, *, playing: bool, until: int | None = None) -> None:
        """Say what a person wants, and keep it in mind for a process that comes later."""
        with self._lock:
            self._playing_wanted, self._until = playing, until
            if self.sentence.startswith(("Resumed", "Back")):
                self.sentence = ""  # was read, since a person answers
                self.version += 1
            self._supervisor.tell(command)

    def _refuse_answers(self, why: str) -> None:
        for future in self._answers.values():
            future.set_exception(ValueError(why))
        self._answers.clear()
