"""Networks that were taught once and are kept in the data folder, each with what is said of it and a checksum."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load, save
from torch import Tensor, nn

from engine import files


def put(path: Path, net: nn.Module, facts: dict[str, Any]) -> None:
    """Keep a network.  OSError where that cannot be done."""
    tensors = {name: value.detach().cpu().contiguous() for name, value in net.state_dict().items()}
    files.replace(path, save(tensors, metadata={"facts": json.dumps(facts, allow_nan=False), "digest": _digest(tensors)}))


def take(path: Path, net: nn.Module, known: Collection[str]) -> dict[str, Any] | None:
    """Put what is kept into the network and return what is said of it; None, the network as it was, if it is of no use.

    known: the facts that must be there.
    """
    with suppress(OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError):
        content = path.read_bytes()
        said = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
        tensors, facts = load(content), json.loads(said["facts"])
        mine = {name: (value.shape, value.dtype) for name, value in net.state_dict().items()}
        theirs = {name: (value.shape, value.dtype) for name, value in tensors.items()}
        if mine == theirs and said["digest"] == _digest(tensors) and set(known) <= facts.keys():
            net.load_state_dict(tensors)
            return dict(facts)
    return None


def _digest(tensors: dict[str, Tensor]) -> str:
    """The checksum of all numbers, name by name."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        digest.update(name.encode())
        digest.update(tensors[name].numpy().tobytes())
    return digest.hexdigest()
