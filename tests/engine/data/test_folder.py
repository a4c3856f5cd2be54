"""Uploads: what a person's pictures become, and what a stranger's archive cannot do."""

import random
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from uploads import encoded, header_only, locked, plain, zipped

from engine.data import BadUpload, Folder, Stored
from engine.data.picture import square

CPU = torch.device("cpu")


def opened(path: Path, **knobs) -> tuple[Stored, list[str]]:
    said = []
    source = Folder(path=str(path), **knobs).open(CPU, lambda sentence, share=None: said.append(sentence))
    return source, said


def refusal(path: Path) -> str:
    with pytest.raises(BadUpload) as refused:
        Folder(path=str(path)).open(CPU)
    return str(refused.value)


def outcome(path: Path) -> str:
    """The refusal, or the last thing said of what was read."""
    try:
        return opened(path)[1][-1]
    except BadUpload as refused:
        return str(refused)


def test_three_good_pictures_in_a_zip(tmp_path):
    path = zipped(tmp_path / "good.zip", {"a.png": plain("red"), "b/c.jpg": plain("lime"), "d.png": plain("blue")})
    source, said = opened(path, size=16)
    assert source.pictures.shape == (3, 3, 16, 16)
    assert source.pictures[:, :, 8, 8].tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    assert said[0] == "Reading picture 1 of 3."
    assert said[-1] == "3 pictures."


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path):
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "2.png").write_bytes(plain("lime"))
    (tmp_path / "1.png").write_bytes(plain("red"))
    (tmp_path / ".DS_Store").write_bytes(b"left behind by the system")
    source, said = opened(tmp_path)
    assert source.pictures[:, :, 0, 0].tolist() == [[255, 0, 0], [0, 255, 0]]
    assert said[-1] == "2 pictures."


def test_links_in_a_folder_are_not_followed(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(plain())
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.png").write_bytes(plain())
    (folder / "link.png").symlink_to(secret)
    source, said = opened(folder)
    assert source.examples == 1
    assert said[-1] == "1 picture, 1 file left out (link.png is no ordinary file)."


def test_the_source_serves_bytes_as_numbers(tmp_path):
    source, _ = opened(zipped(tmp_path / "a.zip", {"a.png": plain("white")}), grey=True)
    assert torch.equal(source.batch(2, torch.Generator()).x, torch.ones(2, 1, 32, 32))


# The fourteen archives.  The first is above; nothing may be written outside, and nothing may end in another error.


def test_names_that_climb_out_are_only_names(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    path = zipped(home / "a.zip", {"../../climbed.png": plain(), "/etc/absolute.png": plain()})
    assert opened(path)[0].examples == 2
    assert sorted(tmp_path.rglob("*")) == [home, path]


def test_a_symbolic_link_in_a_zip_is_no_picture(tmp_path):
    link = zipfile.ZipInfo("link.png")
    link.external_attr = 0o120777 << 16
    path = tmp_path / "link.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert refusal(path) == ("link.zip has no picture that can be used (link.png is not a PNG, JPEG, WEBP, GIF or BMP picture).")


def test_a_hundred_megabytes_of_zeros_are_a_bomb(tmp_path):
    path = zipped(tmp_path / "zeros.zip", {"good.png": plain(), "zeros.png": bytes(100_000_000)})
    assert "zeros.zip expands to far more than its size, in zeros.png" in refusal(path)


def test_many_small_bombs_are_one_bomb(tmp_path):
    path = zipped(tmp_path / "bombs.zip", {f"{i}.bmp": bytes(4_000_000) for i in range(8)})
    assert "it looks like a bomb" in refusal(path)


def test_more_files_than_five_thousand_are_refused(tmp_path):
    path = zipped(tmp_path / "many.zip", {f"{i}.png": b"" for i in range(10_001)}, zipfile.ZIP_STORED)
    assert refusal(path) == "many.zip has more than 5,000 files: put fewer pictures into it."


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("inner.zip", b"PK\x03\x04" + bytes(30)),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>'),
        ("page.png", b"<!doctype html><script>alert(1)</script>"),
        ("print.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"),
        ("sky.fits", b"SIMPLE  =                    T".ljust(2880)),
        ("empty.png", b""),
    ],
)
def test_what_is_no_picture_is_left_out_and_named(tmp_path, name, data):
    source, said = opened(zipped(tmp_path / "a.zip", {"good.png": plain(), name: data}))
    assert source.examples == 1
    assert said[-1] == f"1 picture, 1 file left out ({name} is not a PNG, JPEG, WEBP, GIF or BMP picture)."


@pytest.mark.parametrize("side", [5_000, 13_000, 20_000, 30_000])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path, side):
    path = zipped(tmp_path / "a.zip", {"wide.png": header_only(side, side)})
    assert "wide.png has more than 4096 x 4096 pixels" in refusal(path)


def test_a_truncated_picture_is_left_out(tmp_path):
    noisy = encoded(Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)))
    _, said = opened(zipped(tmp_path / "a.zip", {"good.png": plain(), "half.png": noisy[: len(noisy) // 2]}))
    assert "half.png is damaged" in said[-1]


def test_an_empty_zip_has_no_pictures(tmp_path):
    assert refusal(zipped(tmp_path / "empty.zip", {})) == "empty.zip has no picture that can be used."


def test_random_bytes_are_no_zip(tmp_path):
    path = tmp_path / "noise.zip"
    path.write_bytes(random.Random(0).randbytes(2_000))
    assert refusal(path) == "noise.zip is neither a folder nor a zip that can be read."


# Beyond the fourteen.


def test_an_archive_larger_than_the_limit_is_not_even_opened(tmp_path):
    path = tmp_path / "big.zip"
    with path.open("wb") as file:
        file.truncate(51 << 20)
    assert refusal(path) == "big.zip is larger than 50 MiB: put fewer or smaller pictures into it."


def test_a_file_larger_than_20_mib_is_left_out(tmp_path):
    noise = random.Random(0).randbytes(21 << 20)
    _, said = opened(zipped(tmp_path / "a.zip", {"good.png": plain(), "huge.png": noise}, zipfile.ZIP_STORED))
    assert "huge.png is larger than 20 MiB" in said[-1]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packing_that_expands_without_limit_is_not_unpacked(tmp_path, method):
    path = zipped(tmp_path / "a.zip", {"bomb.png": bytes(1_000_000)}, method)
    assert "bomb.png is packed in an unusual way" in refusal(path)


def test_a_locked_file_is_left_out(tmp_path):
    path = locked(zipped(tmp_path / "a.zip", {"locked.png": plain()}))
    assert "locked.png is locked with a password" in refusal(path)


def test_overlapping_members_are_left_out(tmp_path):
    """Two directory entries for the same bytes, the way of the best compressed bombs."""
    path = zipped(tmp_path / "a.zip", {"a.png": plain("red"), "b.png": plain("red")}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = bytes(4)  # the second member's place := the first's
    path.write_bytes(data)
    source, said = opened(path)
    assert source.examples <= 1
    assert "is damaged" in said[-1]


def test_a_header_that_lies_about_the_size_changes_nothing(tmp_path):
    path = zipped(tmp_path / "zeros.zip", {"zeros.png": bytes(100_000_000)})
    data = bytearray(path.read_bytes())
    entry = data.index(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = struct.pack("<I", 100)
    path.write_bytes(data)
    assert "zeros.png is" in refusal(path)


def test_a_damaged_zip_is_always_a_plain_refusal(tmp_path):
    """Whatever bytes are wrong, there is a data set or one sentence."""
    good = zipped(tmp_path / "good.zip", {f"{i}.png": plain(width=9, height=9) for i in range(3)}).read_bytes()
    chance, path = random.Random(0), tmp_path / "bad.zip"
    for _ in range(150):
        data = bytearray(good)
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data)
        assert "\n" not in outcome(path)


@pytest.mark.parametrize("path", ["", "no/such/place.zip", "~nobody-of-that-name/x", "a\0b", "x" * 5_000, "/dev/null"])
def test_a_path_that_leads_nowhere_is_refused(path):
    message = refusal(path)
    assert message.startswith("There is no folder or zip")
    assert len(message) < 150


def test_names_are_shown_on_one_short_line(tmp_path):
    nasty = "evil\n\u202egnp.exe\x1b[31m" + "x" * 500
    _, said = opened(zipped(tmp_path / "a.zip", {"good.png": plain(), nasty: b"no"}))
    assert said[-1].startswith("1 picture, 1 file left out (evil??gnp.exe?[31m")
    assert len(said[-1]) < 180


# One picture.


def shown(data: bytes, grey: bool = False) -> list[int]:
    """The middle pixel of the small picture."""
    return square(data, size=16, grey=grey)[:, 8, 8].tolist()


def test_transparent_is_white():
    assert shown(encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)))) == [255, 255, 255]
    assert shown(encoded(Image.new("RGBA", (20, 20), (255, 0, 0, 128)))) == pytest.approx([255, 127, 127], abs=1)
    assert shown(encoded(Image.new("LA", (20, 20), (0, 0)))) == [255, 255, 255]


def test_every_colour_mode_is_understood():
    red = Image.new("RGB", (20, 20), (255, 0, 0))
    assert shown(encoded(red.quantize(4), "GIF")) == [255, 0, 0]
    assert shown(encoded(red, "BMP")) == [255, 0, 0]
    assert shown(encoded(red, "WEBP", lossless=True)) == [255, 0, 0]
    assert shown(encoded(red.convert("CMYK"), "JPEG")) == pytest.approx([255, 0, 0], abs=3)
    assert shown(encoded(Image.new("1", (20, 20), 1))) == [255, 255, 255]
    assert shown(encoded(Image.new("L", (20, 20), 77))) == [77, 77, 77]


def test_sixteen_bits_keep_their_brightness():
    half = Image.fromarray(np.full((20, 20), 128 * 256, dtype=np.uint16))
    assert shown(encoded(half), grey=True) == [128]


def test_grey_weighs_the_colours():
    assert shown(plain("lime"), grey=True) == pytest.approx([150], abs=1)


def test_the_middle_square_is_kept():
    wide = Image.new("RGB", (60, 20), "blue")
    wide.paste("red", (20, 0, 40, 20))
    pixels = square(encoded(wide), size=16, grey=False)
    assert pixels.shape == (3, 16, 16)
    assert pixels[0].min() > 240
    assert pixels[2].max() < 20


def test_a_phone_picture_stands_upright():
    lying = Image.new("RGB", (40, 40), "blue")
    lying.paste("red", (0, 0, 20, 40))  # left half red; turned a quarter clockwise it is the upper half
    exif = Image.Exif()
    exif[0x0112] = 6
    pixels = square(encoded(lying, "JPEG", exif=exif, quality=95, subsampling=0), size=16, grey=False)
    assert pixels[0, 3, 8] > 200
    assert pixels[0, 12, 8] < 50


def test_an_animation_shows_its_first_frame():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "lime", "blue")]
    assert shown(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])) == [255, 0, 0]


def test_a_large_photograph_is_averaged_and_not_sampled():
    stripes = np.zeros((800, 800), dtype=np.uint8)
    stripes[:, ::2] = 255
    for form in ("PNG", "JPEG"):
        assert shown(encoded(Image.fromarray(stripes), form), grey=True) == pytest.approx([127], abs=4)
