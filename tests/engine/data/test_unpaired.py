"""Two folders of pictures that need not belong together."""

from pathlib import Path

import pytest
import torch
from uploads import laid_out, plain, side_by_side, zipped

from engine.batches import Unpaired
from engine.data import BadUpload, DataUnavailable, TwoFolders
from engine.data.stored import StoredApart

CPU = torch.device("cpu")


def opened(path: Path) -> tuple[StoredApart, str]:
    said = []
    source = TwoFolders(path=str(path), size=16).open(CPU, lambda sentence, share=None: said.append(sentence))
    return source, said[-1]


def refusal(path: Path) -> str:
    with pytest.raises(BadUpload) as refused:
        TwoFolders(path=str(path)).open(CPU)
    return str(refused.value)


def horses_and_zebras(root: Path, horses: int = 7, zebras: int = 11) -> Path:
    """The i-th picture has i * 20 of red; no name is in both folders."""
    files = {f"horses/h{i:02}.png": plain((20 * i, 0, 0)) for i in range(horses)}
    return laid_out(root, files | {f"zebras/z{i:02}.jpg": plain((20 * i, 255, 0)) for i in range(zebras)})


def numbers_of(x: torch.Tensor) -> list[int]:
    """Which pictures these are, by their red."""
    return [round((value + 1) * 127.5 / 20) for value in x[:, 0, 8, 8].tolist()]


def test_each_folder_has_epochs_of_its_own(tmp_path):
    source, said = opened(horses_and_zebras(tmp_path))
    assert said == "6 pictures of horses, 1 held out; 9 pictures of zebras, 2 held out."
    generator = torch.Generator().manual_seed(0)
    batches = [source.batch(3, generator) for _ in range(6)]
    assert all(isinstance(batch, Unpaired) for batch in batches)
    horses = [number for batch in batches for number in numbers_of(batch.a)]
    zebras = [number for batch in batches for number in numbers_of(batch.b)]
    assert sorted(horses[:6]) == sorted(horses[6:12]) == [0, 1, 2, 3, 5, 6]
    assert sorted(zebras[:9]) == sorted(zebras[9:]) == [0, 1, 2, 3, 5, 6, 7, 8, 10]
    assert batches[0].b[:, 1].min() > 0.9


def test_every_fifth_of_each_is_held_out_and_of_both_equally_many(tmp_path):
    held = TwoFolders(path=str(horses_and_zebras(tmp_path)), size=16).held_out(64, CPU)
    assert (numbers_of(held.a), numbers_of(held.b)) == ([4], [4])


def test_of_a_small_folder_none_is_held_out(tmp_path):
    path = horses_and_zebras(tmp_path, horses=3)
    assert opened(path)[1] == "3 pictures of horses, none held out; 9 pictures of zebras, 2 held out."
    with pytest.raises(DataUnavailable, match="less than five pictures"):
        TwoFolders(path=str(path)).held_out(4, CPU)


def test_it_resumes_to_the_same_next_pictures_of_both(tmp_path):
    source, generator = opened(horses_and_zebras(tmp_path))[0], torch.Generator().manual_seed(0)
    source.batch(4, generator)
    state, chance = source.state(), generator.get_state()
    expected = [source.batch(4, generator) for _ in range(4)]
    resumed, generator = opened(tmp_path)[0], torch.Generator()
    resumed.load_state(state)
    generator.set_state(chance)
    again = [resumed.batch(4, generator) for _ in range(4)]
    assert all(torch.equal(one.a, other.a) and torch.equal(one.b, other.b) for one, other in zip(expected, again, strict=True))


def test_pictures_of_one_name_in_a_folder_are_two(tmp_path):
    files = {"a/1.png": plain(), "a/1.jpg": plain(), "b/2.png": plain()}
    assert opened(zipped(tmp_path / "two.zip", files))[1].startswith("2 pictures of a, none held out; 1 picture of b")


def test_what_is_of_no_use_is_left_out_and_told(tmp_path):
    files = {"README": b"hello", "a/1.png": plain(), "a/Thumbs.db": b"no", "b/2.png": plain()}
    assert opened(zipped(tmp_path / "two.zip", files))[1].endswith(
        "2 left out (README lies beside the folders, a/Thumbs.db is not a PNG, JPEG, WEBP, GIF or BMP picture)."
    )


def test_there_must_be_two_folders_with_pictures(tmp_path):
    assert refusal(zipped(tmp_path / "one.zip", {"a/1.png": side_by_side()})) == (
        "one.zip has no two folders: put the pictures of each kind into a folder of its own."
    )
    assert refusal(zipped(tmp_path / "three.zip", {f"{name}/1.png": plain() for name in "abc"})).startswith(
        "three.zip has 3 folders"
    )
    files = {"a/1.png": plain(), "b/1.txt": b"hello"}
    assert refusal(zipped(tmp_path / "empty.zip", files)).startswith(
        "b in empty.zip has no picture that can be used (b/1.txt is "
    )
