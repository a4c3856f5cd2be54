"""The hall of lotteries: who waits for which table, what is drawn once only, and what happens when nobody waits any more."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from waiting import until

from engine import BadRecipe, Draw, Plan, Standing
from engine.lottery import Ticket
from playground import hall as halls
from playground.hall import PATIENCE, Hall
from playground.limits import Refused

ONE = Plan(seeds=2, rounds=4)
TABLE = Plan(methods=("ns", "hinge"), rates=(1e-3, 1e-2), seeds=2, rounds=4)


def standing(rounds: int, failed: bool = False) -> Standing:
    return Standing(rounds, 8, (Ticket(0, 8, 0.5, 0.1, 0.1, failed), Ticket(1, 8, 0.5, 0.1, 0.1, False)), ("", ""), (), 0.1)


class Players:
    """In the place of processes: each lottery is half drawn until it is let go."""

    def __init__(self) -> None:
        self.playing: list[Draw] = []
        self.begun: list[str] = []
        self.go = threading.Semaphore(0)
        self.broken: set[str] = set()

    def __call__(self, draw: Draw, device: str, hear: Callable[[Standing], None], wanted: Callable[[], bool]) -> Standing | None:
        self.begun.append(draw.key)
        self.playing.append(draw)
        hear(standing(draw.rounds // 2))
        while wanted():
            if self.go.acquire(timeout=0.01):
                self.playing.remove(draw)
                if draw.key in self.broken:
                    raise ValueError("A lottery ended before it was drawn; perhaps memory is short.")
                return standing(draw.rounds)
        self.playing.remove(draw)
        return None


@pytest.fixture
def players(monkeypatch: pytest.MonkeyPatch) -> Players:
    players = Players()
    monkeypatch.setattr(halls, "play_apart", players)
    return players


@pytest.fixture
def make_hall(tmp_path: Path, players: Players) -> Iterator[Callable[..., Hall]]:
    made: list[Hall] = []

    def make(clock: Callable[[], float] = lambda: 0.0, workers: int = 1) -> Hall:
        made.append(Hall(tmp_path / "lottery", workers=workers, clock=clock))
        return made[-1]

    yield make
    for hall in made:
        hall.shutdown()


def drawn(hall: Hall, name: str, visitor: str = "alice") -> set[int]:
    asked = hall.find(name)
    assert asked is not None
    return set(hall.news(asked, visitor, 0).drawn)


def test_a_table_is_drawn_cell_by_cell_and_told_as_it_goes(make_hall: Callable[..., Hall], players: Players):
    hall = make_hall()
    asked = hall.find(hall.ask(TABLE, "alice"))
    assert asked is not None
    until(lambda: hall.news(asked, "alice", 0).now)
    news = hall.news(asked, "alice", 0)
    assert (set(news.now), set(news.drawn), news.share) == ({0}, set(), 0.125)
    assert hall.standing(asked, 0) == standing(2)
    players.go.release()
    until(lambda: set(hall.news(asked, "alice", 0).now) == {1})
    later = hall.news(asked, "alice", news.version)
    assert (set(later.drawn), set(later.now)) == ({0}, {1})  # only what is new
    assert hall.news(asked, "alice", later.version)[1:4] == ({}, {}, {})
    players.go.release(3)
    until(lambda: hall.news(asked, "alice", 0).over)
    assert hall.drawn(asked) == dict.fromkeys(range(4), standing(4))


def test_what_is_drawn_is_drawn_once_for_all_and_for_later_servers(make_hall: Callable[..., Hall], players: Players):
    hall = make_hall()
    names = {hall.ask(ONE, visitor) for visitor in ("alice", "bob")}
    assert len(names) == 1
    players.go.release()
    until(lambda: drawn(hall, *names) == {0})
    later = make_hall()
    assert drawn(later, later.ask(ONE, "carol")) == {0}
    assert len(players.begun) == 1


def test_a_damaged_file_is_drawn_anew(make_hall: Callable[..., Hall], players: Players, tmp_path: Path):
    players.go.release(2)
    hall = make_hall()
    name = hall.ask(ONE, "alice")
    until(lambda: drawn(hall, name) == {0})
    (file,) = (tmp_path / "lottery").glob("*.json")
    file.write_bytes(b"\0\xff")
    later = make_hall()
    name = later.ask(ONE, "alice")
    until(lambda: drawn(later, name) == {0})
    assert len(players.begun) == 2


def test_it_stops_when_nobody_waits_any_more_and_goes_on_where_it_was(make_hall: Callable[..., Hall], players: Players):
    hall = make_hall()
    name = hall.ask(TABLE, "alice")
    players.go.release()
    until(lambda: len(players.begun) == 2 and players.playing)
    asked = hall.find(name)
    assert asked is not None
    hall.stop(asked, "alice")
    until(lambda: not players.playing)
    assert set(hall.drawn(asked)) == {0}
    players.go.release(3)
    hall.ask(TABLE, "alice")
    until(lambda: drawn(hall, name) == {0, 1, 2, 3})
    assert len(players.begun) == 5  # the one that was stopped has begun anew


def test_whoever_does_not_look_for_long_no_longer_waits(make_hall: Callable[..., Hall], players: Players):
    now = [0.0]
    hall = make_hall(clock=lambda: now[0])
    hall.ask(ONE, "alice")
    until(lambda: players.playing)
    now[0] = PATIENCE - 1
    asked = hall.find(ONE.key)
    assert asked is not None
    hall.news(asked, "alice", 0)
    now[0] = 2 * PATIENCE - 2
    assert hall._wanted(asked.keys[0])
    now[0] = 3 * PATIENCE
    until(lambda: not players.playing)


def test_tables_take_turns_and_one_that_is_left_is_passed(make_hall: Callable[..., Hall], players: Players):
    hall = make_hall()
    first = hall.find(hall.ask(TABLE, "alice"))
    assert first is not None
    until(lambda: players.playing)
    other = Plan(methods=("lsgan", "mm"), rates=(1e-3, 1e-2), seeds=2, rounds=4)
    second = hall.find(hall.ask(other, "bob"))
    assert second is not None
    assert hall.news(second, "bob", 0).ahead == 1
    for wanted in ([first.keys[0], second.keys[0]], [first.keys[0], second.keys[0], first.keys[1]]):
        players.go.release()
        until(lambda wanted=wanted: len(players.begun) == len(wanted) and players.playing)
        assert players.begun == wanted
    third = hall.find(hall.ask(ONE, "bob"))  # who leaves the second table for this one
    assert third is not None
    players.go.release(5)
    until(lambda: hall.news(third, "bob", 0).over and hall.news(first, "alice", 0).over)
    assert set(second.keys[1:]) & set(players.begun) == set()


def test_whoever_knows_an_earlier_server_is_told_everything(make_hall: Callable[..., Hall], players: Players):
    players.go.release(4)
    hall = make_hall()
    asked = hall.find(hall.ask(TABLE, "alice"))
    assert asked is not None
    until(lambda: hall.news(asked, "alice", 0).over)
    version = hall.news(asked, "alice", 0).version
    assert hall.news(asked, "alice", version).drawn == {}
    assert len(hall.news(asked, "alice", version - 10**6).drawn) == 4


def test_the_oldest_lotteries_on_disk_go(
    make_hall: Callable[..., Hall], players: Players, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setattr(halls, "MOST_KEPT", 3)
    players.go.release(4)
    hall = make_hall()
    asked = hall.find(hall.ask(TABLE, "alice"))
    assert asked is not None
    until(lambda: hall.news(asked, "alice", 0).over or len(players.begun) > 4)
    until(lambda: len(list((tmp_path / "lottery").glob("*.json"))) == 3)
    assert not (tmp_path / "lottery" / f"{asked.keys[0]}.json").exists()


def test_without_a_disk_what_is_drawn_is_known_as_long_as_the_server_lives(
    make_hall: Callable[..., Hall], players: Players, monkeypatch: pytest.MonkeyPatch
):
    def full(path: Path, content: bytes) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(halls, "replace_file", full)
    players.go.release(4)
    hall = make_hall()
    asked = hall.find(hall.ask(TABLE, "alice"))
    assert asked is not None
    until(lambda: hall.news(asked, "alice", 0).over)
    assert len(hall.drawn(asked)) == 4


def test_two_workers_draw_two_at_once(make_hall: Callable[..., Hall], players: Players):
    hall = make_hall(workers=2)
    hall.ask(TABLE, "alice")
    until(lambda: len(players.playing) == 2)
    assert set(players.begun) == set(hall.find(TABLE.key).keys[:2])  # type: ignore[union-attr]


def test_a_cell_that_is_lost_is_told_and_the_next_wish_tries_again(make_hall: Callable[..., Hall], players: Players):
    hall = make_hall()
    (draw,) = ONE.draws()
    players.broken.add(draw.key)
    players.go.release()
    asked = hall.find(hall.ask(ONE, "alice"))
    assert asked is not None
    until(lambda: hall.news(asked, "alice", 0).lost)
    assert hall.news(asked, "alice", 0).lost == {0: "A lottery ended before it was drawn; perhaps memory is short."}
    assert hall.news(asked, "alice", 0).over
    players.broken.clear()
    players.go.release()
    hall.ask(ONE, "alice")
    until(lambda: drawn(hall, ONE.key) == {0})


def test_what_cannot_be_drawn_is_refused_and_nothing_is_remembered(make_hall: Callable[..., Hall]):
    hall = make_hall()
    bad = Plan(methods=("hings",))
    with pytest.raises(BadRecipe, match="no method"):
        hall.ask(bad, "alice")
    assert hall.find(bad.key) is None


def test_there_is_an_end_to_how_many_tables_are_waited_for(make_hall: Callable[..., Hall], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(halls, "MOST_TABLES", 2)
    hall = make_hall()
    plans = [Plan(seeds=2, rounds=rounds) for rounds in (1, 2, 3)]
    for visitor, plan in zip(("alice", "bob"), plans, strict=False):
        hall.ask(plan, visitor)
    with pytest.raises(Refused, match="Too many lotteries"):
        hall.ask(plans[2], "carol")
    assert hall.find(plans[2].key) is None
    bobs = hall.find(plans[1].key)
    assert bobs is not None
    assert hall._waits(bobs)  # who was refused has taken nothing from anybody
    hall.stop(bobs, "bob")
    hall.ask(plans[2], "carol")  # for which the table gives way that nobody waits for
    assert hall.find(plans[1].key) is None


def test_a_closing_hall_ends_what_it_plays_and_begins_nothing(make_hall: Callable[..., Hall], players: Players):
    hall = make_hall()
    hall.ask(TABLE, "alice")
    until(lambda: players.playing)
    hall.shutdown()
    assert not players.playing
    with pytest.raises(Refused, match="about to end"):
        hall.ask(ONE, "alice")
