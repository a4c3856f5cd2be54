"""One picture file, whatever it is like, made square and small: pixels as bytes, or BadUpload with the reason."""

from __future__ import annotations

import io
import warnings

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")  # of Pillow's many decoders only these may run on a stranger's bytes
MOST_PIXELS = 4096 * 4096  # checked in the header, before a pixel is decoded


class BadUpload(ValueError):
    """A file that cannot be used; the message is one sentence that names it and says why."""


def square(data: bytes, *, size: int, grey: bool) -> npt.NDArray[np.uint8]:
    """The middle square of a picture's first frame, (1 or 3, size, size): upright, laid on white.

    data: a whole file of one of the FORMATS.  BadUpload, without the file's name, if it is not one or is too big or
    damaged.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata, and of big pictures, which we refuse ourselves
            return _square(data, size, "L" if grey else "RGB")
    except BadUpload:
        raise
    except UnidentifiedImageError:
        raise BadUpload("is not a PNG, JPEG, WEBP, GIF or BMP picture") from None
    except Image.DecompressionBombError:
        raise BadUpload("has more than 4096 x 4096 pixels") from None
    except Exception:  # a damaged file makes the decoders raise nearly anything: OSError, SyntaxError, struct.error, ...
        raise BadUpload("is damaged") from None


def _square(data: bytes, size: int, mode: str) -> npt.NDArray[np.uint8]:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if image.width * image.height > MOST_PIXELS:
            raise BadUpload("has more than 4096 x 4096 pixels")
        image.draft(None, (2 * size, 2 * size))  # a JPEG can be decoded at half, a quarter or an eighth of its size
        colour = _in_colour(ImageOps.exif_transpose(image))
        small = ImageOps.fit(colour, (size, size), Image.Resampling.LANCZOS)
    if small.mode == "RGBA":
        small = Image.alpha_composite(Image.new("RGBA", small.size, "white"), small)
    pixels = np.asarray(small.convert(mode))
    return pixels[None] if mode == "L" else np.ascontiguousarray(pixels.transpose(2, 0, 1))


def _in_colour(image: Image.Image) -> Image.Image:
    """RGBA where anything may be transparent, else RGB; 16 bits of grey keep their upper half."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8)).convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")
