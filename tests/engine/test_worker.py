"""The worker's loop, driven in this process through a pipe as its parent would."""

import signal
from collections.abc import Callable, Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from recipes import tiny

from engine import keeper
from engine import messages as say
from engine import worker as module
from engine.checkpoint import NAME, read
from engine.history import History
from engine.worker import Worker

Ends = tuple[Connection, Connection]
Make = Callable[[], Worker]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.json").write_text(tiny().to_json())
    return tmp_path


@pytest.fixture
def make(folder: Path, ends: Ends) -> Iterator[Make]:
    """Makes workers on the folder, which give it up after the test."""
    made: list[Worker] = []

    def make() -> Worker:
        made.append(Worker(ends[1], folder, "cpu"))
        return made[-1]

    yield make
    for worker in made:
        worker.claim.close()


@pytest.fixture
def ends() -> Iterator[Ends]:
    """The parent's end of a pipe, and the worker's."""
    ours, theirs = Pipe()
    yield ours, theirs
    ours.close()
    theirs.close()


def heard(pipe: Connection, kind: type) -> list[Any]:
    """What the worker has said of this kind so far; the rest is forgotten."""
    news = []
    while pipe.poll():
        news.append(pipe.recv())
    return [one for one in news if isinstance(one, kind)]


def obey(worker: Worker, pipe: Connection, *commands: say.Command) -> None:
    for command in commands:
        pipe.send(command)
    worker._obey()


def played(worker: Worker) -> None:
    while worker.left:
        worker._play()


def test_it_says_what_it_is_ready_for(folder: Path, ends: Ends, make: Make) -> None:
    make()
    (ready,) = heard(ends[0], say.Ready)
    assert (ready.device, ready.rounds, ready.warning) == ("cpu", 0, "")
    assert ready.real["kind"] == "points"


def test_no_reading_is_lost_however_slow_the_parent_is(folder: Path, ends: Ends, make: Make) -> None:
    pipe, worker = ends[0], make()
    told = History()
    obey(worker, pipe, say.Play(until=120))
    while worker.left:
        worker._play()
        worker._report()
    looks = heard(pipe, say.Look)
    assert len(looks) == 1  # no second one before the first has arrived
    obey(worker, pipe, say.More())
    worker.due["look"] = 0.0
    worker._report()
    looks += heard(pipe, say.Look)
    for look in looks:
        told.add(look.snapshot.rows)
    assert told.since(-1).rounds.tolist() == list(range(1, 121))
    assert worker.keeper.readings.read().rounds.tolist() == list(range(1, 121))


def test_a_told_round_stays_open_until_its_end_and_the_picture_comes_along(folder: Path, ends: Ends, make: Make) -> None:
    pipe, worker = ends[0], make()
    obey(worker, pipe, say.Play())
    worker._play()
    obey(worker, pipe, say.Tell())
    worker._report()
    assert worker.left == 0
    assert not worker.trainer.between_rounds
    news = heard(pipe, say.Turned | say.Look)
    assert [type(one) for one in news] == [say.Turned, say.Look]
    assert news[0].told.round == worker.trainer.rounds + 1 == news[1].snapshot.rounds + 1
    assert news[1].snapshot.stage is not None
    obey(worker, pipe, say.Tell())
    assert heard(pipe, say.Turned)[0].told.over
    assert worker.trainer.between_rounds


def test_a_neighbour_on_the_stage_does_not_end_a_told_round(ends: Ends, make: Make) -> None:
    pipe, worker = ends[0], make()
    obey(worker, pipe, say.Tell(), say.Ceiling(100), say.Tell())
    assert [(one.told.round, one.told.turn) for one in heard(pipe, say.Turned)] == [(1, 1), (1, 2)]


def test_a_probe_in_the_middle_of_a_told_round_is_answered_and_does_not_end_it(ends: Ends, make: Make) -> None:
    pipe, worker = ends[0], make()
    obey(worker, pipe, say.Tell(), say.Ask(7, "probe", {"name": "samples"}))
    (answer,) = heard(pipe, say.Answer)
    assert (answer.token, answer.error, answer.value["kind"]) == (7, "", "points")
    assert not worker.trainer.between_rounds


@pytest.mark.parametrize("command", [say.Pause(), say.Step(), say.Tell(None), say.Ask(0, "checkpoint", {}), say.Tell("G")])
def test_a_half_told_round_is_finished_before_anything_else(command: say.Command, ends: Ends, make: Make) -> None:
    pipe, worker = ends[0], make()
    obey(worker, pipe, say.Tell(), command)
    assert worker.trainer.rounds == 1
    assert not [one for one in heard(pipe, say.Answer) if one.error]


def test_who_leaves_in_the_middle_of_a_told_round_finds_it_finished_and_saved(folder: Path, ends: Ends, make: Make) -> None:
    pipe, worker = ends[0], make()
    before = signal.getsignal(signal.SIGTERM)
    pipe.send(say.Tell())
    pipe.send(say.Stop())
    try:
        worker.live()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert read(folder).facts["rounds"] == 1


def test_what_has_not_changed_is_not_saved_again(folder: Path, ends: Ends, make: Make) -> None:
    worker = make()
    worker.save()
    worker.save()
    assert heard(ends[0], say.Saved) == [say.Saved(0)]


def test_when_the_parent_is_gone_it_saves_and_ends(folder: Path, ends: Ends, make: Make) -> None:
    worker = make()
    ends[0].send(say.Step(7))
    ends[0].close()
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises((EOFError, OSError)):
            worker.live()
    finally:
        signal.signal(signal.SIGTERM, before)
    assert read(folder).facts["rounds"] == worker.trainer.rounds


def test_two_workers_never_have_the_same_folder(folder: Path, ends: Ends, make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLAIM_WITHIN", 0.1)
    first = make()
    with pytest.raises(ValueError, match="open in another window"):
        make()
    first.claim.close()
    make()


def test_a_full_disk_stops_nothing_and_is_told_until_it_is_over(
    folder: Path, ends: Ends, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe, worker = ends[0], make()
    worker.save()
    old = (folder / NAME).read_bytes()
    with monkeypatch.context() as full:
        full.setattr(keeper, "write", _no_space)
        obey(worker, pipe, say.Step(5))
        played(worker)
        worker._report()
        (look,) = heard(pipe, say.Look)
        assert look.snapshot.problem == "Not saved since round 0: No space left on device."
        assert (folder / NAME).read_bytes() == old
    worker.due["save"] = worker.due["look"] = 0.0
    obey(worker, pipe, say.More())
    worker._report()
    worker.due["look"] = 0.0
    worker.changed = True
    worker._report()
    news = heard(pipe, object)
    assert say.Saved(5) in news
    assert next(one for one in news if isinstance(one, say.Look)).snapshot.problem == ""


def test_a_run_that_cannot_go_back_says_so_and_lives(folder: Path, ends: Ends, make: Make) -> None:
    pipe, worker = ends[0], make()
    obey(worker, pipe, say.Step(3))
    played(worker)
    for path in folder.glob("*.gan"):
        path.write_bytes(b"nothing")
    obey(worker, pipe, say.Rewind())
    assert worker.problem == "This file is no saved run of the GAN playground."
    assert not heard(pipe, say.Rewound)


def _no_space(*arguments: Any) -> None:
    raise OSError(28, "No space left on device")
