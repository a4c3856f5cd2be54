"""The pictures everybody knows: MNIST, Fashion-MNIST and CIFAR-10, read by torchvision, kept on the device as bytes."""

from __future__ import annotations

from abc import abstractmethod
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import torch
from torch import Tensor
from torch.nn.functional import interpolate

from engine.batches import Batch, Labelled, Shape
from engine.data.base import Data, DataUnavailable, Tell, silent
from engine.data.download import data_root, fetch
from engine.data.stored import Stored, numbers
from engine.parts import knob


class Archive(NamedTuple):
    """A file to download: where from (the first address that answers), what it is called, its checksum."""

    urls: tuple[str, ...]
    name: str
    md5: str


class Classic(Data):
    """A labelled training set that torchvision knows by the name `dataset`; made `size` pixels wide on loading."""

    gives: ClassVar[type] = Labelled
    instead: ClassVar[str] = "glyphs"
    dataset: ClassVar[str]
    channels: ClassVar[int] = 1
    folder: ClassVar[str]  # where torchvision looks for the archives, below the data folder
    unpacked: ClassVar[str]  # and where it unpacks them
    counts: ClassVar[tuple[int, ...]]  # of training pictures, by class

    size: int = knob(28, 16, 64, "side of the pictures in pixels")

    @property
    def shape(self) -> Shape:
        return (self.channels, self.size, self.size)

    @property
    def shares(self) -> tuple[float, ...]:
        return tuple(count / sum(self.counts) for count in self.counts)

    @staticmethod
    @abstractmethod
    def archives(kind: Any) -> list[Archive]:
        """What has to be downloaded, as this torchvision class says."""

    def open(self, device: torch.device, tell: Tell = silent) -> Stored:
        tell(f"Loading {self.title}.", None)
        pictures, labels = _as_bytes(self._load(tell))
        tell(f"Loaded {len(pictures):,} pictures of {self.title}.", 1.0)
        return Stored(resized(pictures, self.size).to(device), labels.to(device))

    def held_out(self, n: int, device: torch.device, tell: Tell = silent) -> Batch:
        """The first n of the test set."""
        pictures, labels = _as_bytes(self._load(tell, train=False))
        small = resized(pictures[:n], self.size).to(device)
        return Labelled(numbers(small), labels[:n].to(device))

    def _load(self, tell: Tell, *, train: bool = True) -> Any:
        """The torchvision data set, downloaded if it is not here yet."""
        import torchvision  # here and not above: it takes a second, and most runs need no pictures

        kind, root = getattr(torchvision.datasets, self.dataset), data_root()
        try:
            try:
                return kind(root, train=train, download=False)
            except RuntimeError:  # not here, or not unpacked
                self._fetch(self.archives(kind), root / self.folder, tell)
                return kind(root, train=train, download=True)  # finds the archives by checksum and only unpacks them
        except DataUnavailable:
            raise
        except Exception as error:  # a damaged file makes torchvision raise nearly anything
            raise DataUnavailable(
                f"{self.title} in {root / self.unpacked} cannot be read ({error or type(error).__name__}): "
                "delete that folder and try again, or choose the handwriting that we draw, which needs no files."
            ) from error

    def _fetch(self, archives: list[Archive], folder: Path, tell: Tell) -> None:
        try:
            for archive in archives:
                fetch(archive.urls, folder / archive.name, archive.md5, tell)
        except DataUnavailable as error:
            names = ", ".join(archive.name for archive in archives)
            raise DataUnavailable(
                f"{self.title} is not on this computer, and {error} Put {names} into {folder}, "
                "or choose the handwriting that we draw, which needs no network."
            ) from error


def _as_bytes(dataset: Any) -> tuple[Tensor, Tensor]:
    """All of a torchvision data set at once: (N, C, H, W) uint8 and (N,) int64."""
    pictures = torch.as_tensor(dataset.data)  # MNIST (N, H, W), CIFAR (N, H, W, C)
    pictures = pictures[:, None] if pictures.ndim == 3 else pictures.permute(0, 3, 1, 2)
    return pictures.contiguous(), torch.as_tensor(dataset.targets)


def resized(pictures: Tensor, size: int) -> Tensor:
    """(N, C, H, W) uint8 -> (N, C, size, size) uint8, smooth both ways: bilinear with antialiasing."""
    if pictures.shape[-2:] == (size, size):
        return pictures
    some = (pictures[i : i + 4096].float() for i in range(0, len(pictures), 4096))  # all at once would be a gigabyte of floats
    small = (interpolate(few, (size, size), mode="bilinear", antialias=True) for few in some)
    return torch.cat([few.round_().to(torch.uint8) for few in small])


class Mnist(Classic):
    """60,000 handwritten digits, 28 x 28.  LeCun et al. 1998, Proceedings of the IEEE 86(11)."""

    title: ClassVar[str] = "MNIST"
    licence: ClassVar[str] = "Yann LeCun and Corinna Cortes; Creative Commons Attribution-ShareAlike 3.0, as Keras states it"
    dataset: ClassVar[str] = "MNIST"
    folder: ClassVar[str] = "MNIST/raw"
    unpacked: ClassVar[str] = "MNIST/raw"
    counts: ClassVar[tuple[int, ...]] = (5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949)

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple("0123456789")

    @staticmethod
    def archives(kind: Any) -> list[Archive]:
        return [Archive(tuple(mirror + name for mirror in kind.mirrors), name, md5) for name, md5 in kind.resources]


class FashionMnist(Mnist):
    """60,000 pieces of clothing, 28 x 28.  Xiao et al. 2017, arXiv:1708.07747."""

    title: ClassVar[str] = "Fashion-MNIST"
    licence: ClassVar[str] = "Zalando SE; MIT"
    dataset: ClassVar[str] = "FashionMNIST"
    folder: ClassVar[str] = "FashionMNIST/raw"
    unpacked: ClassVar[str] = "FashionMNIST/raw"
    counts: ClassVar[tuple[int, ...]] = (6000,) * 10

    @property
    def class_names(self) -> tuple[str, ...]:
        return ("T-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot")


class Cifar10(Classic):
    """50,000 small photographs, 32 x 32 in colour.  Krizhevsky 2009, University of Toronto."""

    title: ClassVar[str] = "CIFAR-10"
    licence: ClassVar[str] = "its authors state none"
    dataset: ClassVar[str] = "CIFAR10"
    channels: ClassVar[int] = 3
    folder: ClassVar[str] = ""
    unpacked: ClassVar[str] = "cifar-10-batches-py"
    counts: ClassVar[tuple[int, ...]] = (5000,) * 10

    size: int = knob(32, 16, 64, "side of the pictures in pixels")

    @property
    def class_names(self) -> tuple[str, ...]:
        return ("airplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

    @staticmethod
    def archives(kind: Any) -> list[Archive]:
        return [Archive((kind.url,), kind.filename, kind.tgz_md5)]
