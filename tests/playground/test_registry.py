"""Who may run how much, who waits, and what becomes of a run that nobody watches."""

import json
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import torch
from visits import ALICE, BOB, small
from waiting import has_ended, until

from engine import HOSTED, BadRecipe, Checkpoint, RunConfig, supervisor, unpack
from playground.entry import Entry
from playground.registry import Refused, Registry

MakeRegistry = Callable[..., Registry]


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def playing(entry: Entry) -> Entry:
    until(lambda: entry.run is not None and entry.run.state == "playing" and entry.run.rounds > 0, lambda: say(entry))
    return entry


def say(entry: Entry) -> str:
    run = entry.run
    return "no run" if run is None else f"{run.state}, round {run.rounds}, {run.sentence!r}, {run.problem!r}"


# -- whose run --------------------------------------------------------------------------------------------------------


def test_a_run_starts_and_plays(registry: Registry) -> None:
    entry = playing(registry.start(small(), ALICE))
    assert registry.counts() == (1, 0)
    assert registry.get(entry.id, ALICE) is entry
    assert registry.latest(ALICE) is entry


@pytest.mark.parametrize(
    "run_id", ["", "x", "../x", "..", "/etc/passwd", "a" * 22, "x" * 10_000, "\0" * 22, "uploads", "é" * 22, "../" * 8]
)
def test_what_is_no_run_of_theirs_does_not_exist(registry: Registry, run_id: str) -> None:
    registry.start(small(), ALICE, play=False)
    assert registry.get(run_id, ALICE) is None


def test_other_peoples_runs_do_not_exist(registry: Registry, make_registry: MakeRegistry) -> None:
    entry = registry.start(small(), ALICE, play=False)
    for stranger in (BOB, "", ALICE + "x"):
        assert registry.get(entry.id, stranger) is None
        assert registry.latest(stranger) is None
        assert make_registry().get(entry.id, stranger) is None


def test_without_a_cookie_nothing_is_started(registry: Registry) -> None:
    with pytest.raises(Refused, match="cookie"):
        registry.start(small(), "")
    assert registry.counts() == (0, 0)


def test_a_double_click_is_one_run_and_another_wish_another(make_registry: MakeRegistry) -> None:
    clock = Clock()
    registry = make_registry(clock)
    with ThreadPoolExecutor(8) as pool:
        entries = set(pool.map(lambda _: registry.start(small(), ALICE), range(8)))
    assert len(entries) == 1
    assert registry.start(small(1), ALICE) not in entries
    assert registry.start(small(), BOB) not in entries
    clock.now += 2
    assert registry.start(small(), ALICE) not in entries


def test_the_same_wish_twice_within_a_second_is_two_runs_where_both_are_meant(registry: Registry) -> None:
    first, second = (registry.start(small(), ALICE, play=False, twice=True) for _ in range(2))
    assert first is not second


def test_a_pace_outlives_the_process(registry: Registry) -> None:
    entry = playing(registry.start(small(), ALICE, pace=50.0))
    assert entry.run._pace == 50.0
    registry.set_pace(entry, 20.0)
    assert entry.run._pace == 20.0
    registry.put_away(entry)
    until(lambda: not entry.alive)
    registry.wake(entry, play=True)
    until(lambda: entry.alive)
    assert entry.run._pace == 20.0


def test_a_run_that_is_released_plays_on_beyond_its_end(make_registry: MakeRegistry) -> None:
    registry = make_registry(rounds=60)
    entry = playing(registry.start(small(), ALICE, pace=20.0, until=40))
    registry.release(entry)
    until(lambda: entry.run.state == "paused", lambda: say(entry))
    assert entry.run.rounds == 60
    rests = registry.start(small(1), ALICE, play=False, pace=20.0, until=40)
    until(lambda: rests.run.state == "paused", lambda: say(rests))
    registry.release(rests)
    assert (rests.pace, rests.until, rests.run.state) == (None, None, "paused")


def test_what_a_new_run_replaces_is_put_away(registry: Registry) -> None:
    old = playing(registry.start(small(), ALICE))
    new = registry.start(small(1), ALICE, instead_of=old)
    assert not old.alive
    assert playing(new).alive
    registry.watching(new, "a tab")
    registry.watching(new, "another tab")
    registry.start(small(2), ALICE, instead_of=new)
    assert new.alive
    other = registry.start(small(3), BOB)
    registry.start(small(4), ALICE, instead_of=other)
    assert other.alive


# -- limits and the queue ---------------------------------------------------------------------------------------------


def test_limits_hold_under_a_hundred_starts_at_once(make_registry: MakeRegistry) -> None:
    registry = make_registry(total=3, per_visitor=1, waiting=5)
    most, over, done = [0], [], threading.Event()

    def count() -> None:
        while not done.is_set():
            with registry._lock:
                held = list(registry._held.values())
            most[0] = max(most[0], len(held))
            if len(held) > 3 or len({entry.visitor for entry in held}) < len(held):
                over.append(held)
            time.sleep(0.001)

    def start(number: int) -> Entry | Refused:
        try:
            return registry.start(small(number), f"{ALICE}{number % 20}")
        except Refused as error:
            return error

    counter = threading.Thread(target=count)
    counter.start()
    with ThreadPoolExecutor(25) as pool:
        answers = list(pool.map(start, range(100)))
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    until(lambda: registry.counts() == (3, 5), registry.counts)
    done.set()
    counter.join()
    assert not over
    assert most[0] == 3
    assert {str(answer) for answer in refused} == {"Too many people are waiting already; please try again in a few minutes."}
    assert len(list(registry.root.iterdir())) == 100 - len(refused)  # who was refused left nothing


def test_who_waits_has_a_number_and_starts_by_themselves(make_registry: MakeRegistry) -> None:
    registry = make_registry(total=1)
    first, second, third = (registry.start(small(), name) for name in (ALICE, BOB, BOB + "2"))
    assert [registry.place(entry) for entry in (first, second, third)] == [None, 1, 2]
    assert second.run is None
    playing(first).run.end()
    playing(second)
    assert registry.place(third) == 1
    os.kill(second.run.pid, signal.SIGKILL)  # a crash does not cost the place
    until(lambda: second.run.sentence.startswith("Resumed"), lambda: say(second))
    assert registry.place(third) == 1
    second.run.end()
    playing(third)


def test_the_oldest_run_of_a_visitor_makes_room_and_nobody_elses(make_registry: MakeRegistry) -> None:
    registry = make_registry(total=4, per_visitor=2)
    bobs = registry.start(small(), BOB)
    first, second = registry.start(small(1), ALICE), registry.start(small(2), ALICE)
    third = registry.start(small(3), ALICE)
    assert [entry.alive for entry in (bobs, first, second)] == [True, False, True]
    playing(third)
    registry.wake(first, play=True)  # and now the second is the oldest that lives
    playing(first)
    assert not second.alive


def test_runs_that_stand_side_by_side_do_not_put_each_other_away(make_registry: MakeRegistry) -> None:
    registry = make_registry(total=0, per_visitor=2)
    first, other = registry.start(small(1), ALICE), registry.start(small(2), ALICE)
    second = registry.start(small(3), ALICE, beside=[first])
    assert [registry.place(entry) is None for entry in (first, other, second)] == [False, True, False]
    registry.wake(other, play=True, beside=[second])
    assert [registry.place(entry) is None for entry in (first, other, second)] == [True, False, False]


def test_a_run_that_failed_gives_its_place_up(make_registry: MakeRegistry, tmp_path: Path) -> None:
    registry = make_registry(total=1)
    broken = registry.start(small().with_knobs({"data": {"name": "folder", "path": str(tmp_path / "gone")}}), ALICE)
    waiting = registry.start(small(), BOB)
    playing(waiting)
    assert broken.run.state == "failed"
    assert "gone" in broken.run.problem


def test_who_leaves_the_queue_is_not_started(make_registry: MakeRegistry) -> None:
    clock = Clock()
    registry = make_registry(clock, total=1)
    registry.watching(registry.start(small(), ALICE), "a tab")
    gone, stays = registry.start(small(), BOB), registry.start(small(), BOB + "2")
    registry.watching(stays, "a tab")
    clock.now += 61
    registry.tend()
    assert registry.place(gone) is None
    assert registry.place(stays) == 1


def test_what_is_too_large_starts_nothing(make_registry: MakeRegistry) -> None:
    registry = make_registry(budget=HOSTED)
    wide = {"name": "mlp", "width": 1024, "depth": 8}
    with pytest.raises(BadRecipe, match="million weights"):
        registry.start(RunConfig.from_dict({"data": "cifar10", "generator": wide, "discriminator": wide}), ALICE)
    assert registry.counts() == (0, 0)
    assert list(registry.root.iterdir()) == []


# -- put away and woken -----------------------------------------------------------------------------------------------


def test_a_run_that_nobody_watches_is_saved_and_put_away_and_can_be_woken(make_registry: MakeRegistry) -> None:
    clock = Clock()
    registry = make_registry(clock, idle=600)
    watched = registry.start(small(1), ALICE)
    registry.watching(watched, "a tab")
    entry = playing(registry.start(small(), BOB))
    pid = entry.run.pid
    clock.now += 599
    registry.tend()
    assert entry.alive
    clock.now += 2
    registry.tend()
    assert not entry.alive
    until(lambda: registry.counts() == (1, 0))
    assert has_ended(pid)
    assert watched.alive
    registry.tend()
    assert entry.run is None  # its history is on disk
    saved = unpack((entry.folder / "checkpoint.gan").read_bytes()).facts["rounds"]
    assert saved > 0
    registry.wake(entry, play=True)
    assert playing(entry).run.rounds >= saved
    assert entry.run.readings.since(-1).rounds[0] == 1


def test_who_waits_gets_the_place_of_a_run_that_nobody_watches(make_registry: MakeRegistry) -> None:
    clock = Clock()
    registry = make_registry(clock, total=2, gives_way=20)
    watched, left = registry.start(small(1), ALICE), registry.start(small(2), ALICE)
    registry.watching(watched, "a tab")
    clock.now += 30
    registry.tend()
    assert left.alive  # nobody needs its place
    waits = registry.start(small(), BOB)
    assert registry.place(waits) == 1
    registry.tend()
    assert not left.alive
    assert playing(waits)
    assert watched.alive


def test_waking_twice_is_waking_once_and_a_run_on_its_way_out_can_be_woken(registry: Registry) -> None:
    entry = playing(registry.start(small(), ALICE))
    pid = entry.run.pid
    entry.run.end()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: registry.wake(entry, play=True), range(8)))
    playing(entry)
    assert entry.run.pid != pid
    assert has_ended(pid)  # at no time were there two
    assert registry.counts() == (1, 0)


def test_a_live_knob_of_a_run_that_was_put_away_is_kept_for_later(registry: Registry) -> None:
    entry = playing(registry.start(small(), ALICE))
    entry.run.end()
    until(lambda: registry.counts() == (0, 0))
    changed = small().with_knobs({"g_optimizer.lr": 0.003})
    registry.update(entry, changed)
    with pytest.raises(BadRecipe, match="needs a new run"):
        registry.update(entry, small(7))
    registry.wake(entry, play=True)
    assert playing(entry).run.config == changed
    assert unpack(entry.run.ask("checkpoint")).facts["config"] == changed.model_dump()


def test_after_a_restart_of_the_server_runs_are_found_and_go_on(registry: Registry, make_registry: MakeRegistry) -> None:
    old = registry.start(small(), ALICE, play=False)
    newer = playing(registry.start(small(1), ALICE))
    registry.shutdown()
    saved = unpack((newer.folder / "checkpoint.gan").read_bytes()).facts["rounds"]
    os.utime(old.folder / "owner.json", (1, 1))
    later = make_registry()
    assert later.counts() == (0, 0)
    found = later.latest(ALICE)
    assert (found.id, found.config, found.alive) == (newer.id, small(1), False)
    assert later.get(old.id, ALICE) is not None
    later.wake(found, play=True)
    assert playing(found).run.rounds >= saved > 0


@pytest.mark.parametrize("damage", ["owner.json", "config.json"])
def test_a_damaged_folder_is_passed_over(registry: Registry, make_registry: MakeRegistry, damage: str) -> None:
    entry = registry.start(small(), ALICE, play=False)
    registry.shutdown()
    for content in ("", "[", "[]", "1", "null", '{"visitor": {}}', "[" * 100_000):
        (entry.folder / damage).write_text(content)
        assert make_registry().latest(ALICE) is None


def test_only_the_newest_runs_are_kept_and_never_one_that_lives(make_registry: MakeRegistry) -> None:
    registry = make_registry(kept=2, per_visitor=10)
    entries = [registry.start(small(number), ALICE, play=False) for number in range(5)]
    lives = entries[0]
    for entry in entries[1:]:
        entry.run.stop()
    for age, entry in enumerate(reversed(entries)):
        os.utime(entry.folder, (time.time() - 100 * age,) * 2)
    uploads = registry.root / "uploads" / "somebody"
    uploads.mkdir(parents=True)
    registry.prune()
    assert {path.name for path in registry.root.iterdir()} == {lives.id, entries[3].id, entries[4].id, "uploads"}
    assert registry.get(entries[1].id, ALICE) is None
    assert lives.alive


def test_the_disk_is_not_filled(make_registry: MakeRegistry) -> None:
    registry = make_registry(disk=25_000)
    for number, size in enumerate((10_000, 10_000, 10_000)):
        folder = registry.root / f"old-run-number-{number}"
        folder.mkdir()
        (folder / "owner.json").write_text(json.dumps({"visitor": ALICE}))
        (folder / "checkpoint.gan").write_bytes(bytes(size))
        os.utime(folder, (number, number))
    registry.prune()
    assert sorted(path.name for path in registry.root.iterdir()) == ["old-run-number-1", "old-run-number-2"]


# -- a saved run that somebody brings ---------------------------------------------------------------------------------


def test_a_saved_run_goes_on_where_it_was(registry: Registry) -> None:
    entry = registry.start(small(), ALICE, play=False)
    until(lambda: entry.run.state == "paused")
    entry.run.step(20)
    until(lambda: entry.run.rounds == 20)
    saved = unpack(entry.run.ask("checkpoint"))
    loaded = registry.start(RunConfig.from_dict(saved.facts["config"]), BOB, play=False, state=saved)
    until(lambda: loaded.run.state == "paused")
    assert loaded.run.rounds == 20
    loaded.run.step(5)
    entry.run.step(5)
    until(lambda: loaded.run.rounds == entry.run.rounds == 25)
    here, there = (unpack(which.run.ask("checkpoint")).tensors for which in (entry, loaded))
    assert all(torch.equal(here[name], there[name]) for name in here.keys() | there.keys())  # bit for bit


def test_a_saved_run_that_does_not_fit_is_refused_before_anything_starts(registry: Registry) -> None:
    entry = registry.start(small(), ALICE, play=False)
    until(lambda: entry.run.state == "paused")
    tensors, facts = unpack(entry.run.ask("checkpoint"))
    weight = next(name for name in tensors if name.startswith("net/G/") and tensors[name].dim() == 2)
    wrong = {
        "lacks": {name: value for name, value in tensors.items() if name != weight},
        "unknown": tensors | {"net/G/extra": torch.zeros(1)},
        "something unknown": tensors | {"x" * 10_000: torch.zeros(1)},
        "shape": tensors | {weight: torch.zeros(3, 3)},
        "expected": tensors | {weight: tensors[weight].double()},
        "readings": tensors | {"recorder/sum": torch.zeros(99)},
    }
    before = set(registry.root.iterdir())
    for words, held in wrong.items():
        with pytest.raises(Refused, match=words) as caught:
            registry.start(small(), BOB, state=Checkpoint(held, facts))
        assert len(str(caught.value)) < 400
        assert "\n" not in str(caught.value)
    with pytest.raises(Refused, match="finite"):
        registry.start(small(), BOB, state=Checkpoint(tensors | {weight: tensors[weight] * float("nan")}, facts))
    assert registry.counts() == (1, 0)
    assert set(registry.root.iterdir()) == before


# -- the end ----------------------------------------------------------------------------------------------------------


def test_shutdown_saves_all_and_ends_all_and_lets_nobody_in(make_registry: MakeRegistry) -> None:
    registry = make_registry(total=4)
    entries = [playing(registry.start(small(number), f"{ALICE}{number}")) for number in range(4)]
    waits = registry.start(small(), BOB)
    pids = [entry.run.pid for entry in entries]
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: registry.shutdown(), range(3)))  # more than once is once
    assert all(has_ended(pid) for pid in pids)
    assert waits.run is None
    for entry in entries:
        assert unpack((entry.folder / "checkpoint.gan").read_bytes()).facts["rounds"] >= entry.run.rounds > 0
    with pytest.raises(Refused, match="about to end"):
        registry.start(small(), BOB)
    registry.wake(entries[0], play=True)
    registry.tend()
    assert registry.counts() == (0, 0)


def test_nobody_waits_for_a_process_that_hangs(registry: Registry) -> None:
    hung = playing(registry.start(small(), ALICE))
    os.kill(hung.run.pid, signal.SIGSTOP)
    began = time.monotonic()
    for _ in range(2_000):
        hung.run.step()  # more than its pipe holds
    registry.update(hung, small().with_knobs({"g_optimizer.lr": 0.001}))
    registry.watching(hung, "a tab")
    registry.tend()
    other = registry.start(small(), BOB)
    assert registry.counts()[0] == 2
    assert time.monotonic() - began < 5
    playing(other)
    hung.run.end(grace=0.5)  # killed then, stopped as it is
    until(lambda: registry.counts()[0] == 1)


def test_starting_a_process_holds_nobody_up(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = threading.Event()
    real = supervisor.Child

    def slow(*arguments: object, **options: object) -> object:
        assert ready.wait(60)
        return real(*arguments, **options)

    monkeypatch.setattr(supervisor, "Child", slow)
    entry = registry.start(small(), ALICE)
    assert registry.place(entry) is None
    assert registry.counts() == (1, 0)
    assert entry.run.state == "starting"
    entry.run.end()
    ready.set()
    until(lambda: registry.counts() == (0, 0))


def test_a_folder_that_vanishes_is_told_and_hurts_nobody(registry: Registry) -> None:
    other = playing(registry.start(small(), BOB))
    entry = playing(registry.start(small(), ALICE))
    shutil.rmtree(entry.folder)
    entry.run.pause()
    until(lambda: entry.run.problem.startswith("Not saved since"), lambda: say(entry))
    assert other.run.state == "playing"
