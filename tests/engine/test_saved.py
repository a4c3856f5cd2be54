"""A saved run as one file: it brings its curves along, and nothing that does not hang together."""

from pathlib import Path

import numpy as np
import pytest
import torch
from recipes import played, tiny

from engine.checkpoint import BadCheckpoint, Checkpoint, pack, unpack
from engine.intake import check_state
from engine.journal import Journal
from engine.recorder import Rows
from engine.saved import bundle, bundle_folder, told, unfold
from engine.trainer import kept, restored


def a_bundle(**changes: Rows) -> bytes:
    """Five rounds of a tiny run with their readings and one measurement."""
    trainer = played(tiny(), 5)
    rows = {"readings": trainer.recorder.take(), "checks": Rows(("kl",), np.array([4]), np.array([[0.5]], np.float32))}
    return bundle(pack(kept(trainer)), rows | changes)


def test_what_is_bundled_comes_out_again(tmp_path: Path) -> None:
    checkpoint = unpack(a_bundle())
    check_state(tiny(), checkpoint)
    unfold(checkpoint, tmp_path)
    readings, checks = Journal(tmp_path / "readings.csv").read(), Journal(tmp_path / "checks.csv").read()
    assert readings.rounds.tolist() == [1, 2, 3, 4, 5]
    assert "d_loss" in readings.columns
    assert (checks.columns, checks.values.tolist()) == (("kl",), [[0.5]])
    assert told(unpack(bundle_folder(tmp_path))).keys() == {"readings", "checks"}


def test_a_run_goes_on_from_a_bundle_as_from_its_checkpoint() -> None:
    one, other = restored(unpack(a_bundle())), played(tiny(), 5)
    one.round()
    other.round()
    assert torch.equal(one.weights["G"].flat, other.weights["G"].flat)


def test_a_bare_checkpoint_has_no_curves() -> None:
    assert told(unpack(pack(kept(played(tiny(), 1))))) == {}


ROWS = np.array([[0.5], [0.4]], np.float32)
DAMAGED = {
    "more names than numbers": Rows(("kl", "js"), np.array([1, 2]), ROWS),
    "rounds that fall": Rows(("kl",), np.array([2, 1]), ROWS),
    "rounds after the last": Rows(("kl",), np.array([1, 6]), ROWS),
    "rounds before the first": Rows(("kl",), np.array([-1, 1]), ROWS),
    "a name without end": Rows(("k" * 1000,), np.array([1, 2]), ROWS),
    "a name that is none": Rows((7,), np.array([1, 2]), ROWS),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("checks", DAMAGED.values(), ids=DAMAGED)
def test_curves_that_do_not_hang_together_are_refused(checks: Rows) -> None:
    with pytest.raises(BadCheckpoint, match="its curves are damaged"):
        check_state(tiny(), unpack(a_bundle(checks=checks)))


@pytest.mark.parametrize("columns", [7, {"checks": None}, {"checks": ["kl"]}], ids=repr)
def test_curves_named_and_not_there_are_refused(columns: object) -> None:
    bare = kept(played(tiny(), 1))
    with pytest.raises(BadCheckpoint, match="its curves are damaged"):
        told(Checkpoint(bare.tensors, bare.facts | {"told": columns}))
