"""Getting a file from the internet once: whole or not at all, checked, with a word on how it goes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path
from urllib.request import Request, urlopen

from engine.data.base import DataUnavailable, Tell

CHUNK = 1 << 18
DIGESTS = {32: "md5", 64: "sha256"}  # a checksum's kind, by how many hexadecimal digits it has
PATIENCE = 20.0  # seconds without a byte before a server is given up


def data_root() -> Path:
    """Where downloaded data live: PLAYGROUND_DATA, else the user's cache folder."""
    chosen = os.environ.get("PLAYGROUND_DATA")
    if chosen:
        return Path(chosen).expanduser()
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "gan-playground" / "data"


def fetch(urls: Sequence[str], path: Path, checksum: str, tell: Tell) -> None:
    """Put a file with this checksum at this path, from the first address that has it; nothing to do if it is there.

    checksum: of one of DIGESTS, in hexadecimal.  DataUnavailable if no address answers or the disk refuses. A broken download
    leaves nothing behind under the file's name.
    """
    if path.is_file() and _checksum(path, DIGESTS[len(checksum)]) == checksum:
        return
    reasons = []
    for url in urls:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _download(url, path, checksum, tell)
            return
        except (OSError, HTTPException) as error:  # no network, no such file, cut off, no room, not allowed to write
            reasons.append(str(getattr(error, "reason", None) or error or type(error).__name__))
    raise DataUnavailable(f"{path.name} could not be downloaded ({'; '.join(dict.fromkeys(reasons))}).")


def _download(url: str, path: Path, checksum: str, tell: Tell) -> None:
    digest, done = hashlib.new(DIGESTS[len(checksum)], usedforsecurity=False), 0
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        request = Request(url, headers={"User-Agent": "gan-playground"})
        with urlopen(request, timeout=PATIENCE) as answer, part.open("wb") as file:
            total = int(answer.headers.get("Content-Length") or 0)
            while chunk := answer.read(CHUNK):
                file.write(chunk)
                digest.update(chunk)
                done += len(chunk)
                of = f" of {total / 1e6:,.1f}" if total else ""
                tell(f"Downloading {path.name}, {done / 1e6:,.1f}{of} MB.", min(done / total, 1.0) if total else None)
        if digest.hexdigest() != checksum:
            raise OSError("what arrived is damaged")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _checksum(path: Path, kind: str) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest()
