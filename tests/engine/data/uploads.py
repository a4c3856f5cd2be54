"""Files as strangers bring them: pictures, what only looks like one, and zips."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image


def encoded(image: Image.Image, form: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def plain(colour="red", width: int = 40, height: int = 30) -> bytes:
    return encoded(Image.new("RGB", (width, height), colour))


def side_by_side(left="red", right="blue", side: int = 20) -> bytes:
    """A picture twice as wide as high, its halves in these colours."""
    both = Image.new("RGB", (2 * side, side), left)
    both.paste(right, (side, 0, 2 * side, side))
    return encoded(both)


def header_only(width: int, height: int) -> bytes:
    """A PNG that claims to be this large and has no pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def zipped(path: Path, members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def laid_out(root: Path, files: dict[str, bytes]) -> Path:
    """The same as a folder."""
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def locked(path: Path) -> Path:
    """The first member of a zip marked as encrypted."""
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag in the directory that says so
    path.write_bytes(data)
    return path
