"""Pairs that others have published: downloaded once, checked, read without being unpacked."""

import hashlib
import re

import pytest
import torch
from uploads import plain, zipped

from engine.batches import Pairs
from engine.data import DataUnavailable, Published
from engine.data import published as module

CPU = torch.device("cpu")


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture
def served(root, tmp_path, monkeypatch):
    """An archive as CycleGAN's are: photos red, labels blue; the i-th of training 50 i bright, those of the test white."""
    files = {"facades/test/1.jpg": plain(), "facades/readme.txt": b"hello"}
    for i in range(1, 4):
        files |= {f"facades/trainA/{i}_A.png": plain((50 * i, 0, 0)), f"facades/trainB/{i}_B.png": plain((0, 0, 50 * i))}
        files |= {f"facades/testA/{i}_A.png": plain("white"), f"facades/testB/{i}_B.png": plain("white")}
    (tmp_path / "server").mkdir()
    path = zipped(tmp_path / "server" / "facades.zip", files)
    monkeypatch.setattr(module, "PLACES", (path.parent.as_uri() + "/gone/", path.parent.as_uri() + "/"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setitem(module.ARCHIVES, "facades", module.ARCHIVES["facades"]._replace(sha256=digest))
    return path


def test_the_labels_become_the_photo(served):
    said = []
    source = Published(size=16).open(CPU, lambda sentence, share=None: said.append(sentence))
    assert source.a[:, :, 8, 8].tolist() == [[0, 0, 50], [0, 0, 100], [0, 0, 150]]
    assert source.b[:, :, 8, 8].tolist() == [[50, 0, 0], [100, 0, 0], [150, 0, 0]]
    assert said[0].startswith("Downloading facades.zip, 0.0 of 0.0 MB")
    assert said[-1] == "Loaded 3 pairs of facades."
    assert Published().sides == ("labels", "photo")


def test_the_other_way_round(served):
    source = Published(size=16, direction="a to b").open(CPU)
    assert source.a[0, :, 8, 8].tolist() == [50, 0, 0]


def test_the_second_time_nothing_is_downloaded(served):
    assert Published(size=16).download == 35_135_868
    Published(size=16).open(CPU)
    served.unlink()
    assert Published(size=32).open(CPU).examples == 3
    assert Published().download == 0


def test_the_test_pictures_are_held_out(served):
    held = Published(size=16).held_out(2, CPU)
    assert isinstance(held, Pairs)
    assert held.b.shape == (2, 3, 16, 16)
    assert held.b.min() == 1


def test_what_arrives_must_be_what_was_published(root, served, monkeypatch):
    monkeypatch.setitem(module.ARCHIVES, "facades", module.ARCHIVES["facades"]._replace(sha256="0" * 64))
    with pytest.raises(DataUnavailable, match="what arrived is damaged"):
        Published().open(CPU)
    assert list((root / "cyclegan").iterdir()) == []


@pytest.mark.parametrize("of", module.ARCHIVES)
def test_without_a_network_the_sentence_says_what_can_be_done(root, monkeypatch, of):
    def no_network(*args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.setattr("engine.data.download.urlopen", no_network)
    with pytest.raises(DataUnavailable) as refused:
        Published(of=of).open(CPU)
    assert str(refused.value) == (
        f"The {of} are not on this computer, and {of}.zip could not be downloaded (no route to host). Put {of}.zip into "
        f"{root / 'cyclegan'}, or choose a picture and what is left of it, drawn by us, which needs no network."
    )


def test_every_archive_has_its_checksum():
    assert all(re.fullmatch(r"[0-9a-f]{64}", archive.sha256) for archive in module.ARCHIVES.values())
