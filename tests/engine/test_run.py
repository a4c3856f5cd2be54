"""A run through everything that can happen to its process, asked for through its handle as the page does."""

import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from recipes import tiny
from waiting import has_ended, until

from engine.checkpoint import BadCheckpoint, previous, read, unpack
from engine.config import BadRecipe
from engine.run import Run
from engine.supervisor import RESTARTS

Start = Callable[..., Run]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts runs of a tiny recipe that are ended after the test."""
    runs: list[Run] = []

    def start(name: str = "run", *, playing: bool = False, recipe: dict[str, object] | None = None, **options: object) -> Run:
        run = Run.start(tiny(**(recipe or {})), tmp_path / name, **options)
        runs.append(run)
        if playing:
            run.play()
            until(lambda: run.state == "playing" and run.rounds > 5, lambda: say(run))
        return run

    yield start
    for run in runs:
        run.stop()


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run beside, which must not notice anything."""
    run = Run.start(tiny(), tmp_path_factory.mktemp("other"))
    run.set_pace(50.0)
    run.play()
    until(lambda: run.state == "playing", lambda: say(run))
    yield run
    run.stop()


def kill(run: Run) -> None:
    """And wait until it has been noticed."""
    assert run.pid is not None
    os.kill(run.pid, signal.SIGKILL)
    until(lambda: run.state in ("starting", "failed"), lambda: say(run))


def say(run: Run) -> str:
    return f"{run.state}, round {run.rounds}, {run.sentence!r}, {run.problem!r}"


def settled(run: Run) -> Run:
    until(lambda: run.state == "paused", lambda: say(run))
    return run


# -- what a person does -----------------------------------------------------------------------------------------------


def test_a_new_run_waits_and_has_saved_its_beginning(start: Start) -> None:
    run = settled(start())
    until(lambda: read_rounds(run) == 0)
    assert run.rounds == 0
    assert run.real is not None


def test_play_and_pause_and_the_pause_is_saved(start: Start) -> None:
    run = start(playing=True)
    run.pause()
    settled(run)
    until(lambda: run.saved == run.rounds == read_rounds(run))
    until(lambda: len(run.readings) == run.rounds)  # one row a round, so early
    assert run.readings.columns[0] == "d_loss"


def test_play_stops_at_the_round_it_was_told(start: Start) -> None:
    run = start()
    run.play(until=40)  # before the process is there
    until(lambda: run.state == "paused" and run.rounds == 40, lambda: say(run))


def test_steps_of_one_player_move_the_round(start: Start) -> None:
    run = settled(start())
    run.step(3, "D")
    until(lambda: run.rounds == 3)
    run.step(2, "G")
    until(lambda: run.rounds == 5)
    assert settled(run).rounds == 5


def test_a_live_knob_changes_the_run_and_its_folder_at_once(start: Start) -> None:
    run = start(playing=True)
    changed = run.config.with_knobs({"g_optimizer.lr": 0.002})
    run.update(changed)
    before = run.rounds
    until(lambda: run.rounds > before + 5)
    assert run.alive
    assert '"lr":0.002' in (run.folder / "config.json").read_text()


def test_a_structural_change_is_refused(start: Start) -> None:
    run = start()
    with pytest.raises(BadRecipe, match="needs a new run"):
        run.update(tiny(data={"name": "ring", "modes": 5}))


def test_commands_never_wait_even_if_the_process_does_not_listen(start: Start) -> None:
    run = start(playing=True)
    os.kill(run.pid, signal.SIGSTOP)
    began = time.monotonic()
    for _ in range(3_000):  # many times what a pipe holds
        run.step()
        run.set_pace(100.0)
    assert time.monotonic() - began < 5
    os.kill(run.pid, signal.SIGCONT)
    run.play()
    before = run.rounds
    until(lambda: run.rounds > before and run.state == "playing", lambda: say(run))


def test_many_threads_command_at_once_and_the_last_word_holds(start: Start) -> None:
    run = start(playing=True)
    recipes = [run.config.with_knobs({"g_optimizer.lr": rate / 1e5}) for rate in range(1, 21)]

    def command(recipe: object) -> None:
        for _ in range(10):
            run.update(recipe)
            run.watch(frozenset())
            run.watch(None)
            run.play()

    threads = [threading.Thread(target=command, args=(recipe,)) for recipe in recipes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert unpack(run.ask("checkpoint")).facts["config"] == run.config.model_dump()
    assert run.state == "playing"


def test_questions_are_answered_while_it_plays(start: Start) -> None:
    run = start(playing=True)
    saved = unpack(run.ask("checkpoint"))
    assert saved.facts["rounds"] > 0
    with pytest.raises(ValueError, match="A sheet is for pictures"):
        run.ask("sheet")
    with pytest.raises(ValueError, match="'fortune' is no question"):
        run.ask("fortune")


def test_a_stopped_run_answers_no_question_and_lives_no_more(start: Start) -> None:
    run = start(playing=True)
    pid = run.pid
    run.stop()
    assert has_ended(pid)
    assert (run.state, run.alive, run.pid) == ("stopped", False, None)
    assert read_rounds(run) == run.rounds or read_rounds(run) > run.rounds  # saved at least where it was last seen
    with pytest.raises(ValueError, match="not loaded"):
        run.ask("weights")


def test_stop_during_a_restart_leaves_no_process_behind(start: Start) -> None:
    run = start(playing=True)
    os.kill(run.pid, signal.SIGKILL)
    run.stop()
    assert (run.state, run.pid) == ("stopped", None)
    assert not any(thread.name == "run run" for thread in threading.enumerate())


# -- six kinds of death -----------------------------------------------------------------------------------------------


def nonsense(run: Run) -> None:
    run._supervisor.tell("nonsense")  # an exception in the worker


def memory_limit(run: Run) -> None:
    resource.prlimit(run.pid, resource.RLIMIT_AS, (2**20, 2**20))  # less than it has already: the next page is refused
    with pytest.raises(ValueError, match=r"stopped before it could answer|ended"):
        run.ask("weights", filler=b"x" * 2**26)  # needs 64 MB to be read


def by_signal(number: signal.Signals) -> Callable[[Run], None]:
    return lambda run: os.kill(run.pid, number)


DEATHS: dict[str, tuple[Callable[[Run], None], str]] = {
    "segfault": (by_signal(signal.SIGSEGV), "a crash in native code"),
    "abort": (by_signal(signal.SIGABRT), "it aborted"),
    "kill": (by_signal(signal.SIGKILL), "it was killed"),
    "exception": (nonsense, "TypeError: a worker does not understand 'nonsense'"),
    "memory": (memory_limit, "it ran out of memory"),
    "hang": (by_signal(signal.SIGSTOP), "it gave no sign of life"),
}


@pytest.mark.parametrize("death", DEATHS)
def test_a_death_is_seen_told_and_survived(death: str, start: Start, other: Run) -> None:
    run = start(playing=True, silence=1.5)
    run.pause()
    until(lambda: run.saved == run.rounds > 5 and run.state == "paused", lambda: say(run))
    good, pid = run.saved, run.pid
    run.play()
    until(lambda: run.rounds > good + 5 and run.state == "playing", lambda: say(run))
    how, words = DEATHS[death]
    how(run)
    until(lambda: run.sentence.startswith("Resumed"), lambda: say(run))
    assert words in run.sentence
    back = int(run.sentence.split()[3].rstrip(":").replace(",", ""))
    assert back >= good
    assert run.pid != pid
    assert has_ended(pid)
    until(lambda: run.state == "playing" and run.rounds > back + 5, lambda: say(run))
    assert (other.state, other.sentence, other.life) == ("playing", "", 1)


def test_a_paused_run_comes_back_paused_with_its_pace_and_its_curves(start: Start) -> None:
    run = settled(start())
    run.step(30)
    until(lambda: run.saved == 30 == run.rounds)
    rows = run.readings.since(-1)
    os.kill(run.pid, signal.SIGKILL)
    until(lambda: run.sentence.startswith("Resumed from round 30"), lambda: say(run))
    assert settled(run).rounds == 30
    assert run.readings.since(-1).values.tolist() == rows.values.tolist()
    assert run.life > 1  # watchers begin again


def test_after_three_restarts_a_run_fails_and_keeps_its_state(start: Start, tmp_path: Path) -> None:
    run = start(playing=True)
    run.pause()
    until(lambda: run.state == "paused" and run.saved == run.rounds > 0)
    good = run.saved
    for _ in range(RESTARTS):
        kill(run)
        settled(run)
    kill(run)
    until(lambda: run.state == "failed", lambda: say(run))
    assert not run.alive
    assert run.problem.startswith("The run failed: it was killed")
    assert run.sentence == f"The state of round {good:,} is kept."
    again = Run.reopen(tmp_path / "run")
    try:
        assert settled(again).rounds == good
        again.play()
        until(lambda: again.rounds > good)
    finally:
        again.stop()


def test_what_cannot_work_fails_at_once_with_one_sentence(start: Start, tmp_path: Path) -> None:
    run = start(recipe={"data": {"name": "folder", "path": str(tmp_path / "nowhere")}})
    until(lambda: run.state == "failed", lambda: say(run))
    assert "nowhere" in run.problem
    assert "\n" not in run.problem


def test_a_question_does_not_wait_for_the_dead(start: Start) -> None:
    run = start(playing=True)
    os.kill(run.pid, signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (run.pid, signal.SIGKILL)).start()
    began = time.monotonic()
    with pytest.raises(ValueError, match="stopped before it could answer"):
        run.ask("weights")
    assert time.monotonic() - began < 25


def test_told_to_end_by_the_system_a_worker_saves_first(start: Start) -> None:
    run = start(playing=True)
    os.kill(run.pid, signal.SIGTERM)
    until(lambda: run.sentence.startswith("Resumed"), lambda: say(run))
    assert "told to end" in run.sentence
    assert int(run.sentence.split()[3].rstrip(":").replace(",", "")) > 5


CALM = {"name": "sgd", "lr": 1e-4}

# -- numbers that are none --------------------------------------------------------------------------------------------


def test_divergence_pauses_is_told_and_never_saved_and_there_is_a_way_back(start: Start) -> None:
    run = start(playing=True, recipe={"loss": "wasserstein"} | dict.fromkeys(("g_optimizer", "d_optimizer"), CALM))
    run.pause()
    until(lambda: run.state == "paused" and run.saved == run.rounds > 0)
    good = run.saved
    run.update(run.config.with_knobs({"g_optimizer.lr": 10.0, "d_optimizer.lr": 10.0}))
    run.play()
    until(lambda: run.state == "paused" and "diverged" in run.problem, lambda: say(run))
    assert "last good state" in run.sentence
    assert all_finite(run)
    with pytest.raises(ValueError, match="not finite"):
        run.ask("checkpoint")
    run.play()  # refused while it is broken
    run.rewind()
    until(lambda: not run.problem and run.sentence.startswith("Back at round"), lambda: say(run))
    assert run.rounds >= good
    assert len(run.readings) <= run.rounds
    run.update(run.config.with_knobs({"g_optimizer.lr": 1e-4, "d_optimizer.lr": 1e-4}))
    back = run.rounds
    run.play()
    until(lambda: run.state == "playing" and run.rounds > back + 5, lambda: say(run))
    assert all_finite(run)


def test_rewind_works_before_the_first_ten_seconds_are_over(start: Start) -> None:
    run = start(playing=True)
    run.rewind()
    until(lambda: run.sentence.startswith("Back at round 0"), lambda: say(run))
    assert settled(run).rounds == 0
    assert len(run.readings) == 0


def all_finite(run: Run) -> bool:
    """Both generations on disk load, which unpack refuses for what is not finite."""
    return all(unpack(path.read_bytes()) for path in (run.folder / "checkpoint.gan", previous(run.folder)) if path.exists())


def read_rounds(run: Run) -> int | None:
    try:
        return int(read(run.folder).facts["rounds"])
    except BadCheckpoint:
        return None
