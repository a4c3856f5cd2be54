"""Checkpoints: whole or not there, never silently wrong."""

import contextlib
import hashlib
import io
import json
import random
import resource
import time
import zipfile
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save
from torch import Tensor

from engine.checkpoint import HEAD, MAGIC, NAME, BadCheckpoint, Checkpoint, pack, previous, read, sweep, unpack, write
from engine.processes import context


def state(rounds: int, size: int = 300) -> Checkpoint:
    """A state whose every number is its round."""
    return Checkpoint({"net/G/weight": torch.full((size,), float(rounds))}, {"rounds": rounds, "columns": ["d_loss"]})


def sealed(payload: bytes) -> bytes:
    """Any payload in an envelope that fits it, as somebody who knows the format could make."""
    return MAGIC + len(payload).to_bytes(8, "little") + hashlib.sha256(payload).digest() + payload


def with_facts(facts: Any, tensors: dict[str, Tensor] | None = None) -> bytes:
    return sealed(save(tensors or {}, metadata={"facts": facts if isinstance(facts, str) else json.dumps(facts)}))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write(tmp_path, state(7))
    back = read(tmp_path)
    assert back.facts["rounds"] == 7
    assert torch.equal(back.tensors["net/G/weight"], torch.full((300,), 7.0))


def test_the_one_before_is_kept_and_nothing_else(tmp_path: Path) -> None:
    for rounds in (1, 2, 3):
        write(tmp_path, state(rounds))
    assert unpack(previous(tmp_path).read_bytes()).facts["rounds"] == 2
    assert {path.name for path in tmp_path.iterdir()} == {NAME, previous(tmp_path).name}


def test_a_damaged_one_falls_back_to_the_one_before_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, state(1))
    path = write(tmp_path, state(2))
    path.write_bytes(path.read_bytes()[:-1])
    warnings: list[str] = []
    assert read(tmp_path, warnings.append).facts["rounds"] == 1
    assert warnings == ["This saved run is damaged: its checksum does not fit. Going on from the state that was saved before it."]
    previous(tmp_path).write_bytes(b"")
    with pytest.raises(BadCheckpoint, match="damaged"):
        read(tmp_path)


def test_without_any_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadCheckpoint, match="There is no saved state in"):
        read(tmp_path)


def test_of_200_corruptions_none_is_silently_wrong(tmp_path: Path) -> None:
    write(tmp_path, state(1))
    good = write(tmp_path, state(2)).read_bytes()
    chance = random.Random(0)
    for _ in range(200):
        bad = corrupted(good, chance)
        assert bad != good
        with pytest.raises(BadCheckpoint):
            unpack(bad)
        (tmp_path / NAME).write_bytes(bad)
        assert read(tmp_path).facts["rounds"] == 1


def corrupted(content: bytes, chance: random.Random) -> bytes:
    """A bit flipped, the end cut off, or a block of zeros, anywhere."""
    place = chance.randrange(len(content))
    kind = chance.choice(("flip", "cut", "zeros"))
    if kind == "cut":
        return content[:place]
    if kind == "flip":
        return content[:place] + bytes([content[place] ^ 1 << chance.randrange(8)]) + content[place + 1 :]
    width = min(chance.randrange(1, 64), len(content) - place)
    zeros = content[:place] + bytes(width) + content[place + width :]
    return zeros if zeros != content else corrupted(content, chance)


def save_without_end(told: Connection, folder: Path, rounds: int) -> None:
    """What the process does that will be killed."""
    while True:
        rounds += 1
        write(folder, state(rounds, size=100_000))
        told.send(rounds)


def test_kill_9_while_saving_never_loses_a_state(tmp_path: Path) -> None:
    chance, rounds = random.Random(0), 0
    for _ in range(15):
        told, theirs = Pipe()
        process = context().Process(target=save_without_end, args=(theirs, tmp_path, rounds), daemon=True)
        process.start()
        theirs.close()
        saved = told.recv()  # at least one
        time.sleep(chance.random() * 0.02)  # not to wait for something: to hit anywhere
        process.kill()
        process.join()
        with contextlib.suppress(EOFError, OSError):
            while True:
                saved = told.recv()
        told.close()
        rounds = read(tmp_path).facts["rounds"]
        assert saved <= rounds <= saved + 1  # the last may have been saved but not told
        assert (read(tmp_path).tensors["net/G/weight"] == rounds).all()
    sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {NAME, previous(tmp_path).name}


def test_on_a_full_disk_the_old_file_stays_and_no_half_one_is_left(tmp_path: Path) -> None:
    write(tmp_path, state(1))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000, hard))
    try:
        with pytest.raises(OSError, match="too large"):
            write(tmp_path, state(2, size=10_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert read(tmp_path).facts["rounds"] == 1
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("name", ["net/D/weight", "average/G/weight", "optimizer/D/exp_avg"])
def test_numbers_that_are_none_are_neither_written_nor_read(tmp_path: Path, name: str, value: float) -> None:
    broken = {name: torch.tensor([1.0, value])}
    write(tmp_path, state(1))
    with pytest.raises(BadCheckpoint, match="not finite"):
        write(tmp_path, Checkpoint(broken, {"rounds": 2}))
    assert read(tmp_path).facts["rounds"] == 1
    with pytest.raises(BadCheckpoint, match="not finite"):
        unpack(with_facts({"rounds": 2}, broken))


def pickled() -> bytes:
    file = io.BytesIO()
    torch.save({"weight": torch.zeros(3)}, file)
    return file.getvalue()


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("checkpoint.gan", pack(state(1)))
    return file.getvalue()


STRANGERS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "no saved run"),
    "text": (b"hello", "no saved run"),
    "a pickle (.pt)": (pickled(), "no saved run"),
    "a zip": (zipped(), "no saved run"),
    "plain safetensors": (save({"weight": torch.zeros(3)}), "no saved run"),
    "another version": (b"GAN playground 2\n" + pack(state(1))[len(MAGIC) :], "another version"),
    "only the magic": (MAGIC, "damaged"),
    "a length that lies": (MAGIC + b"\xff" * 8 + pack(state(1))[HEAD - 32 :], "damaged"),
    "a pickle in our envelope": (sealed(pickled()), "another version"),
    "a header of 4 TiB": (sealed((4 * 2**40).to_bytes(8, "little") + b"{}"), "another version"),
    "a header deeper than Python": (sealed((200_000).to_bytes(8, "little") + b"[" * 200_000), "another version"),
    "a header that is no object": (sealed((2).to_bytes(8, "little") + b"[]"), "another version"),
    "no facts": (sealed(save({"net/G/weight": torch.zeros(3)})), "another version"),
    "facts that are no JSON": (with_facts("{"), "another version"),
    "facts deeper than Python": (with_facts("[" * 100_000), "another version"),
    "facts that are a list": (with_facts([1]), "another version"),
    "no rounds": (with_facts({}), "another version"),
    "rounds below zero": (with_facts({"rounds": -1}), "another version"),
    "rounds without end": (with_facts({"rounds": 10**400}), "another version"),
    "rounds that are true": (with_facts({"rounds": True}), "another version"),
    "rounds as text": (with_facts({"rounds": "1"}), "another version"),
    "a million columns": (with_facts({"rounds": 1, "columns": ["x"] * 10**6}), "another version"),
    "columns that are numbers": (with_facts({"rounds": 1, "columns": [1]}), "another version"),
    "tensors that overlap": (
        sealed(
            (lambda head: len(head).to_bytes(8, "little") + head + bytes(4))(
                b'{"a":{"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4]},"__metadata__":{"facts":"{}"}}'
            )
        ),
        "another version",
    ),
}


@pytest.mark.parametrize(("content", "words"), STRANGERS.values(), ids=STRANGERS)
def test_what_is_not_ours_is_refused_in_one_sentence(content: bytes, words: str) -> None:
    with pytest.raises(BadCheckpoint, match=words) as caught:
        unpack(content)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
