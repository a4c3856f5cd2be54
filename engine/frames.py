"""Key frames: a run's whole state and picture at moments of its past, so that time can be gone through and gone back in.

They lie in the run's folder, `frames/<round>.gan` and `<round>.json`, denser early, as a run changes most at its start: each
is at least a twelfth of the run after the one before. They are bounded in number and bytes; beyond that the frame that stands
closest to its neighbours, on the scale of that ratio, goes. A frame may be lost with the power; it is never wrong.
"""

from __future__ import annotations

import json
import time
from contextlib import suppress
from pathlib import Path

from engine.checkpoint import MOST_ROUNDS, BadCheckpoint, Checkpoint, pack, unpack
from engine.snapshot import Stage

FOLDER = "frames"
GROWTH = 1 / 12
MOST = 160
MOST_BYTES = 128 * 2**20
SHARE = 0.04  # of the time, at most, goes into keeping frames


class Frames:
    """The key frames of one run. Only its worker adds and removes; anybody may read the files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self.folder.mkdir(exist_ok=True)
        for torn in self.folder.glob("*.tmp"):
            torn.unlink(missing_ok=True)
        self.sizes = {int(file.stem): file.stat().st_size for file in self.folder.glob("*.gan") if file.stem.isdecimal()}
        self._free = 0.0  # when the next may be kept: keeping takes time from training

    @property
    def rounds(self) -> tuple[int, ...]:
        """The rounds of which there is a frame, rising."""
        return tuple(sorted(self.sizes))

    def due(self, rounds: int) -> bool:
        """Whether a frame of this round, the newest, would stand far enough from the last one, and can be afforded."""
        last = max(self.sizes, default=-1)
        return rounds - last >= max(1.0, last * GROWTH) and time.monotonic() >= self._free

    def add(self, checkpoint: Checkpoint, stage: Stage) -> None:
        """Keep a frame.  OSError if the disk is full, BadCheckpoint if the state is not finite: then there is none."""
        start, rounds = time.monotonic(), int(checkpoint.facts["rounds"])
        content = pack(checkpoint)
        _put(self.folder / f"{rounds}.json", json.dumps({"round": rounds, "stage": stage}, allow_nan=False).encode())
        _put(self.folder / f"{rounds}.gan", content)
        self.sizes[rounds] = len(content)
        while len(self.sizes) > MOST or (sum(self.sizes.values()) > MOST_BYTES and len(self.sizes) > 2):
            self._drop(_closest(self.rounds))
        now = time.monotonic()
        self._free = now + (now - start) / SHARE

    def cut(self, rounds: int) -> None:
        """Forget what came after this round."""
        for later in [known for known in self.sizes if known > rounds]:
            self._drop(later)

    def _drop(self, rounds: int) -> None:
        del self.sizes[rounds]
        with suppress(OSError):
            (self.folder / f"{rounds}.gan").unlink()
            (self.folder / f"{rounds}.json").unlink()


def frames_in(folder: Path) -> tuple[int, ...]:
    """The rounds of which there are key frames in a run's folder, rising."""
    return tuple(sorted(int(file.stem) for file in (folder / FOLDER).glob("*.json") if file.stem.isdecimal()))


def picture_of(folder: Path, rounds: int) -> Path | None:
    """The file with the picture of this round, JSON; None if there is none."""
    path = folder / FOLDER / f"{rounds}.json"
    return path if 0 <= rounds < MOST_ROUNDS and path.is_file() else None


def read_frame(folder: Path, rounds: int) -> Checkpoint:
    """The state of the key frame of this round.  BadCheckpoint if there is none."""
    try:
        return unpack((folder / FOLDER / f"{rounds}.gan").read_bytes())
    except OSError:
        raise BadCheckpoint(f"There is no key frame of round {rounds:,} any more.") from None


def _closest(rounds: tuple[int, ...]) -> int:
    """The frame without which the largest ratio between neighbours stays smallest; never the first or the last."""
    inner = range(1, len(rounds) - 1)
    return rounds[min(inner, key=lambda i: (rounds[i + 1] + 1) / (rounds[i - 1] + 1))]


def _put(path: Path, content: bytes) -> None:
    """At once or not at all, but without waiting for the disk."""
    fresh = path.with_suffix(".tmp")
    fresh.write_bytes(content)
    fresh.replace(path)
