"""Pairs that people bring: how they may be laid out, what is held out, and what is said of everything else."""

import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from uploads import encoded, header_only, laid_out, locked, plain, side_by_side, zipped

from engine.batches import Pairs
from engine.data import BadUpload, DataUnavailable, OwnPairs
from engine.data.stored import StoredPairs

CPU = torch.device("cpu")
EMOJI = Path(os.environ.get("PLAYGROUND_TEST_PAIRS") or Path(__file__).parents[4] / "shared" / "data" / "emoji_edges_128.npz")
SHADES = tuple((40 * i, 0, 0) for i in range(7))
NO_PICTURE = "is not a PNG, JPEG, WEBP, GIF or BMP picture"
WAY_OUT = ": a pair is a picture twice as wide as high, or two of the same name in two folders."


def opened(path: Path, **knobs) -> tuple[StoredPairs, str]:
    """The source, and the last that was said of it."""
    said = []
    source = OwnPairs(path=str(path), **knobs).open(CPU, lambda sentence, share=None: said.append(sentence))
    return source, said[-1]


def refusal(path: Path) -> str:
    with pytest.raises(BadUpload) as refused:
        OwnPairs(path=str(path)).open(CPU)
    assert "\n" not in str(refused.value)
    return str(refused.value)


def colours(pictures: torch.Tensor) -> list[tuple[int, ...]]:
    """The middle pixel of each picture of bytes."""
    middle = pictures.shape[-1] // 2
    return [tuple(one) for one in pictures[:, :, middle, middle].tolist()]


def reds(x: torch.Tensor) -> list[int]:
    """How red the middle of each picture of a batch is, 0 to 255."""
    return [round((value + 1) * 127.5) for value in x[:, 0, x.shape[-1] // 2, x.shape[-1] // 2].tolist()]


# How they may be laid out.


def test_the_left_half_is_a_and_the_right_half_b(tmp_path):
    path = zipped(tmp_path / "mine.zip", {"1.png": side_by_side("red", "blue"), "2.png": side_by_side("lime", "white")})
    source, said = opened(path, size=16)
    assert source.a.shape == source.b.shape == (2, 3, 16, 16)
    assert colours(source.a) == [(255, 0, 0), (0, 255, 0)]
    assert colours(source.b) == [(0, 0, 255), (255, 255, 255)]
    assert source.a[0, 2].max() == 0  # nothing of b has bled into a
    assert said == "2 pairs to train on, none held out of less than five."


def test_the_direction_turns_them_round(tmp_path):
    path = zipped(tmp_path / "mine.zip", {"1.png": side_by_side("red", "blue")})
    source, _ = opened(path, direction="b to a")
    assert (colours(source.a), colours(source.b)) == ([(0, 0, 255)], [(255, 0, 0)])
    assert OwnPairs(direction="b to a").sides == ("b", "a")


@pytest.mark.parametrize(
    ("a", "b"),
    [("a/x.png", "b/x.jpg"), ("A/x.png", "B/x.PNG"), ("trainA/x.png", "trainB/x.png"), ("edges/deep/x.png", "shoes/deep/x.png")],
)
def test_two_folders_whatever_they_are_called_are_matched_by_name(tmp_path, a, b):
    files = {a: plain("red"), b: plain("blue")}
    for path in (zipped(tmp_path / "mine.zip", files), laid_out(tmp_path / "mine", files), laid_out(tmp_path / "c" / "d", files)):
        source, said = opened(path)
        assert (colours(source.a), colours(source.b)) == ([(255, 0, 0)], [(0, 0, 255)])
        assert said.startswith("1 pair to train on")


def test_a_folder_around_it_all_and_what_systems_leave_behind_do_not_matter(tmp_path):
    files = {"mine/a/x.png": plain("red"), "mine/b/x.png": plain("blue"), "__MACOSX/mine/a/._x.png": b"", "mine/.DS_Store": b""}
    assert opened(zipped(tmp_path / "mine.zip", files))[1] == "1 pair to train on, none held out of less than five."


def test_folders_that_say_what_pictures_are_for_are_no_sides(tmp_path):
    """pix2pix's own archives: train, val and test, each full of pictures of both halves."""
    path = zipped(tmp_path / "maps.zip", {f"maps/{split}/1.png": side_by_side() for split in ("train", "val")})
    assert opened(path)[0].examples == 2


def test_of_cyclegans_four_folders_two_are_trained_on(tmp_path):
    files = {f"facades/{split}{side}/1_{side}.jpg": plain() for split in ("train", "test") for side in "AB"}
    said = opened(zipped(tmp_path / "facades.zip", files))[1]
    assert said.endswith("2 left out (testA is no part of them, testB is no part of them).")
    assert said.startswith("1 pair to train on")


def test_windows_writes_folders_the_other_way_round(tmp_path):
    path = zipped(tmp_path / "mine.zip", {"a\\x.png": plain("red"), "b\\x.png": plain("blue")})
    assert opened(path)[0].examples == 1


# What is held out.


def seven(root: Path) -> Path:
    """Seven pairs whose left half tells them apart."""
    return laid_out(root, {f"{i}.png": side_by_side(shade, "white") for i, shade in enumerate(SHADES)})


def test_every_fifth_by_name_is_held_out_and_never_trained_on(tmp_path):
    source, said = opened(seven(tmp_path))
    assert said == "6 pairs to train on, 1 held out."
    held = OwnPairs(path=str(tmp_path)).held_out(64, CPU)
    assert isinstance(held, Pairs)
    assert reds(held.a) == [160]
    seen = [red for _ in range(4) for red in reds(source.batch(6, torch.Generator()).a)]
    assert sorted(seen) == sorted([0, 40, 80, 120, 200, 240] * 4)


def test_of_less_than_five_pairs_none_is_held_out_and_it_says_so(tmp_path):
    path = zipped(tmp_path / "mine.zip", {f"{i}.png": side_by_side() for i in range(4)})
    assert opened(path)[1] == "4 pairs to train on, none held out of less than five."
    with pytest.raises(DataUnavailable, match="less than five pairs, so all are trained on"):
        OwnPairs(path=str(path)).held_out(4, CPU)


def test_what_cannot_be_had_any_more_is_a_sentence_when_it_is_measured_with(tmp_path):
    with pytest.raises(DataUnavailable, match="There is no folder or zip"):
        OwnPairs(path=str(tmp_path / "gone")).held_out(4, CPU)


def test_the_direction_holds_for_what_is_held_out(tmp_path):
    held = OwnPairs(path=str(seven(tmp_path)), direction="b to a").held_out(4, CPU)
    assert (reds(held.a), reds(held.b)) == ([255], [160])


def test_it_resumes_to_the_same_next_pairs(tmp_path):
    source, generator = opened(seven(tmp_path))[0], torch.Generator().manual_seed(0)
    source.batch(4, generator)
    state, chance = source.state(), generator.get_state()
    expected = [reds(source.batch(4, generator).a) for _ in range(4)]
    resumed, generator = opened(tmp_path)[0], torch.Generator()
    resumed.load_state(state)
    generator.set_state(chance)
    assert [reds(resumed.batch(4, generator).a) for _ in range(4)] == expected


# What is no pair.


def test_halves_without_a_partner_are_left_out_and_told(tmp_path):
    files = {f"a/{i}.png": plain() for i in range(12)} | {f"b/{i}.png": plain() for i in range(8)} | {"b/x.png": plain()}
    source, said = opened(laid_out(tmp_path, files))
    assert source.examples == 7
    assert said == (
        "7 pairs to train on, 1 held out, 5 left out (a/10.png has no partner in b, a/11.png has no partner in b, "
        "a/8.png has no partner in b, and 2 more)."
    )


def test_a_pair_of_which_one_is_damaged_is_left_out_whole(tmp_path):
    files = {
        "a/1.png": plain(),
        "b/1.png": plain()[:60],
        "a/2.png": b"text",
        "b/2.png": plain(),
        "a/3.png": plain(),
        "b/3.png": plain(),
    }
    source, said = opened(laid_out(tmp_path, files))
    assert source.examples == 1
    assert said.endswith(f"2 left out (b/1.png is damaged, a/2.png {NO_PICTURE}).")


def test_two_files_of_one_name_in_a_folder_are_one_and_a_half(tmp_path):
    files = {"a/1.jpg": plain("red"), "a/1.png": plain("lime"), "b/1.png": plain()}
    source, said = opened(laid_out(tmp_path, files))
    assert colours(source.a) == [(255, 0, 0)]
    assert said.endswith("1 left out (a/1.png has the name of a/1.jpg).")


def test_where_no_name_matches_they_may_still_be_for_cyclegan(tmp_path):
    files = {f"horses/h{i}.png": plain() for i in range(12)} | {f"zebras/z{i}.png": plain() for i in range(9)}
    assert refusal(laid_out(tmp_path, files)) == (
        "No file in horses (12 files) has the name of one in zebras (9 files), so they are no pairs; "
        "what CycleGAN takes, which needs none, is called “Two folders of your own”."
    )


def test_three_folders_are_one_too_many(tmp_path):
    said = refusal(zipped(tmp_path / "mine.zip", {f"{name}/1.png": plain() for name in "abc"}))
    assert said == "mine.zip has 3 folders (a, b, c): there must be two, one with every a and one with every b."


def test_pictures_that_are_not_twice_as_wide_as_high_are_no_pairs(tmp_path):
    said = refusal(laid_out(tmp_path / "mine", {"1.png": plain(), "2.png": plain(width=41, height=20)}))
    assert said == (
        "mine has no pair that can be used (1.png is 40 x 30 pixels, not twice as wide as high, "
        "2.png is 41 x 20 pixels, not twice as wide as high)" + WAY_OUT
    )


def test_an_odd_height_is_halved_in_the_middle(tmp_path):
    source, _ = opened(laid_out(tmp_path, {"1.png": side_by_side(side=21)}), size=16)
    assert (colours(source.a), colours(source.b)) == ([(255, 0, 0)], [(0, 0, 255)])


def test_an_empty_folder_and_an_empty_zip_have_no_pairs(tmp_path):
    (tmp_path / "mine").mkdir()
    assert refusal(tmp_path / "mine") == f"mine has no pair that can be used{WAY_OUT}"
    assert refusal(zipped(tmp_path / "empty.zip", {})) == f"empty.zip has no pair that can be used{WAY_OUT}"


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("text.png", b"hello", NO_PICTURE),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="9" height="9"/></svg>', NO_PICTURE),
        ("scan.tiff", encoded(Image.new("RGB", (40, 20)), "TIFF"), NO_PICTURE),
        ("inner.zip", b"PK\x03\x04" + bytes(30), NO_PICTURE),
        ("huge.png", header_only(20_000, 10_000), "has more than 4096 x 4096 pixels"),
        ("half.png", side_by_side()[:70], "is damaged"),
    ],
)
def test_what_is_no_picture_is_left_out_and_nothing_else_is_lost(tmp_path, name, data, why):
    source, said = opened(zipped(tmp_path / "mine.zip", {"good.png": side_by_side(), name: data}))
    assert source.examples == 1
    assert said.endswith(f", 1 left out ({name} {why}).")
    in_folders = {"a/good.png": plain(), "b/good.png": plain(), f"a/{name}": data, f"b/{name}": plain()}
    source, said = opened(zipped(tmp_path / "two.zip", in_folders))
    assert source.examples == 1
    assert said.endswith(f", 1 left out (a/{name} {why}).")


def test_a_bomb_is_refused_as_a_whole(tmp_path):
    path = zipped(tmp_path / "bomb.zip", {"a.png": side_by_side(), "zeros.png": bytes(100_000_000)})
    assert refusal(path) == "bomb.zip expands to far more than its size, in zeros.png: it looks like a bomb."


def test_a_locked_pair_is_left_out(tmp_path):
    path = locked(zipped(tmp_path / "mine.zip", {"1.png": side_by_side(), "2.png": side_by_side()}))
    assert opened(path)[1].endswith("1 left out (1.png is locked with a password).")


def test_names_that_climb_out_are_only_names(tmp_path):
    home = tmp_path / "home"
    home.mkdir()
    path = zipped(home / "mine.zip", {"../../a/x.png": plain("red"), "../../b/x.png": plain("blue")})
    assert opened(path)[0].examples == 1
    assert sorted(tmp_path.rglob("*")) == [home, path]


@pytest.mark.parametrize(
    "name", ["a/z\0.png", "a/" + "x" * 5_000 + ".png", "a/evil\n\u202egnp.exe.png", "a/" + "d/" * 2_000 + "x.png"]
)
def test_strange_names_are_one_short_line(tmp_path, name):
    entry = zipfile.ZipInfo("a/0.png")
    entry.filename = name  # a NUL would be cut off by the constructor
    path = tmp_path / "mine.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for good in ("a/good.png", "b/good.png"):
            archive.writestr(good, plain())
        archive.writestr(entry, plain())
    source, said = opened(path)
    assert source.examples == 1
    assert "has no partner in b" in said
    assert said.isprintable()
    assert len(said) < 180


def test_links_out_of_the_folder_are_not_followed(tmp_path):
    secret = laid_out(tmp_path / "secret", {"1.png": plain(), "2.png": plain()})
    mine = laid_out(tmp_path / "mine", {"a/1.png": plain(), "a/2.png": plain(), "b/2.png": plain()})
    (mine / "b" / "1.png").symlink_to(secret / "1.png")
    (mine / "c").symlink_to(secret)
    source, said = opened(mine)
    assert source.examples == 1
    assert said.endswith("1 left out (b/1.png is no ordinary file).")


# Real pictures.


@pytest.mark.skipif(not EMOJI.is_file(), reason="needs emoji_edges_128.npz; name it in PLAYGROUND_TEST_PAIRS")
def test_real_pairs_from_end_to_end(tmp_path):
    """Edges and emoji as pix2pix lays them out; B comes back as it went in, and no held-out one is ever in a batch."""
    arrays = np.load(EMOJI)
    edges, emoji = arrays["A"][:60].reshape(60, 128, 128), arrays["B"][:60]
    for i in range(60):
        both = np.concatenate([np.repeat(edges[i][..., None], 3, axis=-1), emoji[i]], axis=1)
        Image.fromarray(both).save(tmp_path / f"{i:03}.png")
    source, said = opened(tmp_path, size=128)
    assert said == "48 pairs to train on, 12 held out."
    kept = [i for i in range(60) if i % 5 != 4]
    assert torch.equal(source.b.permute(0, 2, 3, 1), torch.from_numpy(emoji[kept]))
    assert torch.equal(source.a[:, 0], torch.from_numpy(edges[kept]))
    held = OwnPairs(path=str(tmp_path), size=128).held_out(64, CPU)
    assert torch.equal(((held.b + 1) * 127.5).round().byte().permute(0, 2, 3, 1), torch.from_numpy(emoji[4::5]))
    generator = torch.Generator().manual_seed(0)
    seen = torch.cat([source.batch(16, generator).b for _ in range(9)])  # three epochs
    assert min((seen - one).abs().amax((1, 2, 3)).min().item() for one in held.b) > 0.1
