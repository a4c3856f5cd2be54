"""Key frames: denser early, bounded, and good enough to go on from."""

import json
import time
from pathlib import Path

import pytest
import torch
from recipes import played, tiny

from engine import frames
from engine.checkpoint import BadCheckpoint, Checkpoint
from engine.frames import Frames, frames_in, picture_of, read_frame
from engine.trainer import kept, restored


@pytest.fixture(autouse=True)
def _free(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keeping costs no time here."""
    monkeypatch.setattr(frames, "SHARE", 1e9)


def tinier(rounds: int) -> Checkpoint:
    return Checkpoint({"net/G/weight": torch.zeros(4)}, {"rounds": rounds})


def test_they_are_denser_early(tmp_path: Path) -> None:
    kept_frames = Frames(tmp_path)
    for rounds in range(1001):
        if kept_frames.due(rounds):
            kept_frames.add(tinier(rounds), {})
    gaps = [late - early for early, late in zip(kept_frames.rounds, kept_frames.rounds[1:], strict=False)]
    assert kept_frames.rounds[:6] == (0, 1, 2, 3, 4, 5)
    assert gaps == sorted(gaps)
    assert len(kept_frames.rounds) < 80
    assert 1000 - kept_frames.rounds[-1] < 1000 / 12


def test_they_are_bounded_in_number_and_the_first_and_the_last_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MOST", 10)
    kept_frames = Frames(tmp_path)
    for rounds in (*range(40), 1000):
        kept_frames.add(tinier(rounds), {})
    assert len(kept_frames.rounds) == 10
    assert (kept_frames.rounds[0], kept_frames.rounds[-1]) == (0, 1000)
    assert frames_in(tmp_path) == kept_frames.rounds == Frames(tmp_path).rounds
    assert len(list((tmp_path / "frames").iterdir())) == 20


def test_they_are_bounded_in_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "MOST_BYTES", 2000)
    kept_frames = Frames(tmp_path)
    for rounds in range(12):
        kept_frames.add(tinier(rounds), {})
    assert sum(kept_frames.sizes.values()) <= 2000
    assert kept_frames.rounds[-1] == 11


def test_keeping_them_takes_a_small_share_of_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "SHARE", 0.04)
    kept_frames = Frames(tmp_path)
    start = time.monotonic()
    kept_frames.add(tinier(0), {})
    spent = time.monotonic() - start
    assert not kept_frames.due(100)
    assert kept_frames._free - start >= 20 * spent * 0.9


def test_a_picture_of_the_past_is_plain_json(tmp_path: Path) -> None:
    Frames(tmp_path).add(tinier(7), {"kind": "points", "fake": "AAAA"})
    path = picture_of(tmp_path, 7)
    assert path is not None
    assert json.loads(path.read_text()) == {"round": 7, "stage": {"kind": "points", "fake": "AAAA"}}
    assert picture_of(tmp_path, 8) is None


def test_what_came_after_a_round_is_forgotten(tmp_path: Path) -> None:
    kept_frames = Frames(tmp_path)
    for rounds in (0, 5, 9):
        kept_frames.add(tinier(rounds), {})
    kept_frames.cut(5)
    assert kept_frames.rounds == frames_in(tmp_path) == (0, 5)
    with pytest.raises(BadCheckpoint, match="no key frame of round 9"):
        read_frame(tmp_path, 9)


def test_a_damaged_frame_is_refused(tmp_path: Path) -> None:
    Frames(tmp_path).add(tinier(3), {})
    path = tmp_path / "frames" / "3.gan"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(BadCheckpoint, match="damaged"):
        read_frame(tmp_path, 3)


def test_from_a_frame_a_run_goes_on_exactly_as_it_did(tmp_path: Path) -> None:
    """A branch with nothing changed continues exactly as the original did, bit for bit."""
    config = tiny(penalties={"r1": {"interval": 4}}, augment={"instance-noise": {}})
    original = played(config, 5)
    Frames(tmp_path).add(kept(original), {})
    branch = restored(read_frame(tmp_path, 5))
    for trainer in (original, branch):
        for _ in range(7):
            trainer.round()
    for name in ("D", "G"):
        assert torch.equal(original.weights[name].flat, branch.weights[name].flat)


def test_a_round_that_no_run_has_is_no_file(tmp_path):
    Frames(tmp_path)
    for rounds in (-1, 7, 10**300):
        assert picture_of(tmp_path, rounds) is None
