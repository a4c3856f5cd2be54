"""The well-known pictures: downloading, reading, and the sentence when they cannot be had."""

import gzip
import hashlib
import os
import shutil
import struct
from pathlib import Path

import pytest
import torch

from engine.data import Cifar10, DataUnavailable, FashionMnist, Mnist, silent
from engine.data import classic as classic_module
from engine.data.classic import Archive, resized
from engine.data.download import data_root, fetch

CPU = torch.device("cpu")
MNIST = Path(os.environ.get("PLAYGROUND_TEST_MNIST") or Path(__file__).parents[4] / "shared" / "data")


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def idx(*shape: int) -> bytes:
    """A file in MNIST's format: 0, 1, 2, ... in this shape."""
    numbers = bytes(i % 256 for i in range(torch.Size(shape).numel()))
    return struct.pack(f">I{len(shape)}I", 0x800 + len(shape), *shape) + numbers


def server(folder: Path, monkeypatch, pictures: bytes) -> None:
    """Make Mnist download these pictures, and ten labels, from a folder."""
    folder.mkdir()
    files = {"images-idx3-ubyte": pictures, "labels-idx1-ubyte": idx(10)}
    archives = []
    for name, data in {f"{part}-{name}": data for part in ("train", "t10k") for name, data in files.items()}.items():
        packed = gzip.compress(data, mtime=0)
        (folder / f"{name}.gz").write_bytes(packed)
        archives.append(Archive(((folder / f"{name}.gz").as_uri(),), f"{name}.gz", hashlib.md5(packed).hexdigest()))
    torchvision = pytest.importorskip("torchvision")
    monkeypatch.setattr(torchvision.datasets.MNIST, "resources", [(archive.name, archive.md5) for archive in archives])
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", [folder.as_uri() + "/"])


def test_shapes_and_classes_are_known_without_the_pictures():
    assert (Mnist().shape, Mnist().classes) == ((1, 28, 28), 10)
    assert (FashionMnist(size=64).shape, FashionMnist().class_names[7]) == ((1, 64, 64), "sneaker")
    assert (Cifar10().shape, Cifar10().class_names[6]) == ((3, 32, 32), "frog")


def test_mnist_is_downloaded_unpacked_and_served(root, tmp_path, monkeypatch):
    server(tmp_path / "server", monkeypatch, idx(10, 28, 28))
    said = []
    source = Mnist().open(CPU, lambda sentence, share=None: said.append((sentence, share)))
    batch = source.batch(10, torch.Generator())
    assert batch.x.shape == (10, 1, 28, 28)
    assert sorted(batch.y.tolist()) == list(range(10))
    assert source.pictures[0, 0, 0, :3].tolist() == [0, 1, 2]
    assert ("Downloading train-images-idx3-ubyte.gz, 0.0 of 0.0 MB.", 1.0) in said
    assert said[-1] == ("Loaded 10 pictures of MNIST.", 1.0)

    shutil.rmtree(tmp_path / "server")  # the second time there is nothing to download
    assert Mnist(size=16).open(CPU).pictures.shape == (10, 1, 16, 16)


def test_damaged_files_are_named_with_the_way_out(root, tmp_path, monkeypatch):
    server(tmp_path / "server", monkeypatch, idx(10, 28, 28)[:1000])
    with pytest.raises(DataUnavailable, match=r"MNIST in .*raw cannot be read .*: delete that folder"):
        Mnist().open(CPU)


@pytest.mark.parametrize("part", [Mnist(), FashionMnist(), Cifar10()], ids=lambda part: part.title)
def test_without_a_network_the_sentence_says_which_files_go_where(root, monkeypatch, part):
    def no_network(*args, **kwargs):
        raise OSError("no route to host")

    monkeypatch.setattr("engine.data.download.urlopen", no_network)
    with pytest.raises(DataUnavailable) as refused:
        part.open(CPU)
    message = str(refused.value)
    assert message.startswith(f"{part.title} is not on this computer, and ")
    assert "(no route to host)" in message
    assert f"into {root / part.folder}, or choose the handwriting that we draw, which needs no network." in message
    assert ("cifar-10-python.tar.gz" if part.title == "CIFAR-10" else "train-images-idx3-ubyte.gz") in message


def test_a_download_is_whole_or_not_at_all(tmp_path):
    (tmp_path / "there").write_bytes(b"something else")
    here = tmp_path / "new" / "here"
    with pytest.raises(DataUnavailable, match="what arrived is damaged"):
        fetch([(tmp_path / "there").as_uri()], here, "0" * 32, silent)
    assert list(here.parent.iterdir()) == []


def test_the_second_address_helps_out(tmp_path):
    (tmp_path / "there").write_bytes(b"data")
    md5 = hashlib.md5(b"data").hexdigest()
    fetch([(tmp_path / "gone").as_uri(), (tmp_path / "there").as_uri()], tmp_path / "here", md5, silent)
    assert (tmp_path / "here").read_bytes() == b"data"


def test_a_checksum_is_md5_or_sha256_by_its_length(tmp_path):
    (tmp_path / "there").write_bytes(b"data")
    for kind in ("md5", "sha256"):
        fetch([(tmp_path / "there").as_uri()], tmp_path / kind, hashlib.new(kind, b"data").hexdigest(), silent)
        assert (tmp_path / kind).read_bytes() == b"data"


def test_what_is_there_is_not_downloaded_again(tmp_path):
    (tmp_path / "here").write_bytes(b"data")
    fetch([], tmp_path / "here", hashlib.md5(b"data").hexdigest(), silent)


def test_data_live_in_the_users_cache(monkeypatch, tmp_path):
    monkeypatch.delenv("PLAYGROUND_DATA", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert data_root() == tmp_path / "gan-playground" / "data"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert data_root() == Path.home() / ".cache" / "gan-playground" / "data"
    monkeypatch.setenv("PLAYGROUND_DATA", str(tmp_path / "mine"))
    assert data_root() == tmp_path / "mine"


def test_making_smaller_averages():
    board = (torch.arange(32)[:, None] + torch.arange(32)) % 2 * 255
    small = resized(board.to(torch.uint8)[None, None], 16)
    assert small.dtype == torch.uint8
    assert small[0, 0, 4:12, 4:12].float().sub(127.5).abs().max() < 3


def test_an_even_picture_stays_even_at_any_size():
    for size in (16, 28, 64):
        assert torch.equal(resized(torch.full((2, 3, 28, 28), 200, dtype=torch.uint8), size).unique(), torch.tensor([200]).byte())


def test_torchvision_is_not_imported_before_it_is_needed():
    assert not hasattr(classic_module, "torchvision")


@pytest.mark.skipif(
    not (MNIST / "MNIST" / "raw").is_dir(), reason="needs the real MNIST; name its folder in PLAYGROUND_TEST_MNIST"
)
def test_the_real_mnist(root):
    shutil.copytree(MNIST / "MNIST", root / "MNIST", copy_function=shutil.copyfile)
    source = Mnist().open(CPU)
    batch = source.batch(1_000, torch.Generator().manual_seed(0))
    assert source.examples == 60_000
    assert source.labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert batch.x.mean().item() == pytest.approx(2 * 0.1307 - 1, abs=0.01)  # the well-known mean
    assert batch.y.bincount().min() > 60
