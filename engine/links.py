"""Plain data as short URL-safe text and back: a version, then compressed JSON. A model still has to check it."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

VERSION = "1"
LONGEST = 64 * 1024  # characters of a link, and of the JSON in it


class BadLink(ValueError):
    """Text that is no link of ours; the message is one sentence for a person."""


def pack_link(value: Mapping[str, Any]) -> str:
    """Text of letters, digits, - and _."""
    packed = zlib.compress(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(), 9)
    return VERSION + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def unpack_link(text: str) -> dict[str, Any]:
    """The inverse of `pack_link`.  BadLink for a damaged link; never more than LONGEST bytes are unpacked."""
    if not text.startswith(VERSION) or len(text) > LONGEST:
        raise BadLink("This link is not one of ours, or it was made by another version.")
    try:
        packed = base64.b64decode(text[1:] + "=" * (-len(text[1:]) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj()
        plain = unpacker.decompress(packed, LONGEST)
        if not unpacker.eof:
            raise ValueError("cut off, or too long")
        value = json.loads(plain)
    except (ValueError, zlib.error, RecursionError):
        raise BadLink("This link is damaged; ask for it to be copied again.") from None
    if not isinstance(value, dict):
        raise BadLink("This link is damaged; ask for it to be copied again.")
    return value
