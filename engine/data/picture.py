"""One picture file, whatever it is like, made square and small: pixels as bytes, or BadUpload with the reason."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")  # of Pillow's many decoders only these may run on a stranger's bytes
MOST_PIXELS = 4096 * 4096  # checked in the header, before a pixel is decoded


class BadUpload(ValueError):
    """A file that cannot be used; the message is one sentence that names it and says why."""


Pixels = npt.NDArray[np.uint8]


def square(data: bytes, *, size: int, grey: bool) -> Pixels:
    """The middle square of a picture's first frame, (1 or 3, size, size): upright, laid on white.

    data: a whole file of one of the FORMATS.  BadUpload, without the file's name, if it is not one or is too big or
    damaged.
    """
    with _opened(data) as image:
        image.draft(None, (2 * size, 2 * size))  # a JPEG can be decoded at half, a quarter or an eighth of its size
        colour = _in_colour(ImageOps.exif_transpose(image))
        return _flat(ImageOps.fit(colour, (size, size), Image.Resampling.LANCZOS), "L" if grey else "RGB")


def halves(data: bytes, *, size: int) -> tuple[Pixels, Pixels]:
    """The left and the right half of a picture that is twice as wide as high, (3, size, size) each.  BadUpload as above."""
    with _opened(data) as image:
        if image.width != 2 * image.height:
            raise BadUpload(f"is {image.width:,} x {image.height:,} pixels, not twice as wide as high")
        image.draft(None, (4 * size, 2 * size))
        colour, middle = _in_colour(image), image.width // 2
        boxes = ((0, 0, middle, image.height), (image.width - middle, 0, image.width, image.height))
        a, b = (colour.crop(box).resize((size, size), Image.Resampling.LANCZOS) for box in boxes)  # neither sees the other
        return _flat(a, "RGB"), _flat(b, "RGB")


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    """The picture in a file, whose header has been checked; what goes wrong with it from here on is a BadUpload, too."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of odd metadata, and of big pictures, which we refuse ourselves
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise BadUpload("has more than 4096 x 4096 pixels")
                yield image
    except BadUpload:
        raise
    except UnidentifiedImageError:
        raise BadUpload("is not a PNG, JPEG, WEBP, GIF or BMP picture") from None
    except Image.DecompressionBombError:
        raise BadUpload("has more than 4096 x 4096 pixels") from None
    except Exception:  # a damaged file makes the decoders raise nearly anything: OSError, SyntaxError, struct.error, ...
        raise BadUpload("is damaged") from None


def _in_colour(image: Image.Image) -> Image.Image:
    """RGBA where anything may be transparent, else RGB; 16 bits of grey keep their upper half."""
    if image.mode.startswith("I"):
        return Image.fromarray((np.asarray(image).astype(np.uint32) >> 8).astype(np.uint8)).convert("RGB")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _flat(image: Image.Image, mode: str) -> Pixels:
    """(1 or 3, H, W), what is transparent laid on white."""
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    pixels = np.asarray(image.convert(mode))
    return pixels[None] if mode == "L" else np.ascontiguousarray(pixels.transpose(2, 0, 1))
