"""The command line: one JSON object where one is asked for, one sentence and exit code 2 where something is wrong."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from engine.__main__ import app
from engine.checkpoint import read
from engine.config import RunConfig
from engine.presets import PRESETS
from engine.script import script

REPO = Path(__file__).parents[2]
SMALL = ("--set", "generator.width=4", "--set", "discriminator.width=4", "--set", "training.batch=8", "--device", "cpu")


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def trained(*words: str) -> dict:
    """The JSON that training a ring with these options prints as its last line."""
    result = run("train", "ring-ns", *SMALL, *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout.splitlines()[-1])


def refused(*words: str) -> str:
    """The one sentence that this command ends with."""
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("Error: ")
    assert last.endswith(".")
    return last.removeprefix("Error: ")


def test_list_prints_one_object_with_every_table():
    result = run("list")
    listed = json.loads(result.stdout)
    assert {"games", "losses", "penalties", "networks", "data", "augments", "optimizers", "presets"} <= set(listed)
    d_turns = dict(listed["games"]["gan"]["knobs"]["d_turns"])
    assert d_turns.pop("help").startswith("turns of D in each round")
    assert d_turns == {"kind": "whole", "low": 1.0, "high": 20.0, "live": True, "default": 1}
    assert listed["losses"]["hinge"]["about"].startswith("D stops caring once a real score is above 1")
    assert listed["data"]["ring"]["knobs"]["modes"]["default"] == 8
    for table in set(listed) - {"presets"}:
        for name, row in listed[table].items():
            assert row["about"], name
            assert all("default" in knob and "help" in knob for knob in row["knobs"].values()), name


def test_the_recipes_of_the_listed_presets_can_be_used_as_they_are():
    presets = json.loads(run("list").stdout)["presets"]
    assert set(presets) == set(PRESETS)
    assert all(RunConfig.from_dict(preset["knobs"]) == PRESETS[name].config for name, preset in presets.items())
    assert all(preset["title"] and preset["about"] and preset["rounds"] > 0 for preset in presets.values())


def test_training_prints_what_came_of_it():
    result = trained("--rounds", "20")
    assert {"rounds", "seconds", "rounds_per_second", "modes", "hq", "kl", "js", "readings", "seed", "device"} <= set(result)
    assert result["rounds"] == 20
    assert result["seed"] == 0
    assert result["device"] == "cpu"
    assert isinstance(result["modes"], int)
    assert 0 <= result["hq"] <= 1
    assert {"d_loss", "g_loss", "D gradient", "G gradient"} <= set(result["readings"])


def test_a_recipe_is_printed_as_a_script_or_written_to_a_file(tmp_path):
    words = ("script", "ring-ns", "--set", "data.modes=9", "--seed", "3", "--rounds", "7")
    text = run(*words).stdout
    assert text == script(PRESETS["ring-ns"].config.with_knobs({"data.modes": 9, "seed": 3}), 7)
    assert run(*words, "--out", str(tmp_path / "train.py")).stdout == ""
    assert (tmp_path / "train.py").read_text() == text
    assert refused("script", "no-such-preset").startswith("'no-such-preset' is no preset. Known: ring-r3gan")


def test_without_json_a_person_reads_a_list():
    result = run("train", "ring-ns", *SMALL, "--rounds", "2")
    assert result.exit_code == 0
    assert "rounds_per_second" in result.stdout
    assert "{" not in result.stdout.splitlines()[0]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["data.modes=9"], {"data.modes": 9}),
        (["loss=hinge"], {"loss": "hinge"}),
        (["penalties=r1,r2"], {"penalties": "r1,r2"}),
        (["penalties.r1.weight=0.1"], {"penalties.r1.weight": 0.1}),
        (["data=grid", "data.side=3"], {"data": "grid", "data.side": 3}),
        (['loss={"name": "hinge"}'], {"loss": "hinge"}),
        (["generator.activation=tanh"], {"generator.activation": "tanh"}),
    ],
)
def test_knobs_are_set_from_the_command_line(tmp_path, words, expected):
    flags = [part for word in words for part in ("--set", word)]
    trained("--rounds", "1", "--out", str(tmp_path / "run"), "--seed", "5", *flags)
    shrunk = {"generator.width": 4, "discriminator.width": 4, "training.batch": 8, "seed": 5}
    assert RunConfig.from_json((tmp_path / "run" / "config.json").read_text()) == PRESETS["ring-ns"].config.with_knobs(
        shrunk | expected
    )


def test_a_run_is_kept_and_gone_on_with(tmp_path):
    straight, broken = tmp_path / "straight", tmp_path / "broken"
    whole = trained("--rounds", "20", "--out", str(straight))
    trained("--rounds", "12", "--out", str(broken))
    result = run("train", "--resume", str(broken), "--rounds", "8", "--device", "cpu", "--json")
    resumed = json.loads(result.stdout.splitlines()[-1])
    assert resumed["rounds"] == whole["rounds"] == 20
    assert {key: resumed[key] for key in ("modes", "hq", "kl", "js", "readings")} == {
        key: whole[key] for key in ("modes", "hq", "kl", "js", "readings")
    }
    mine, theirs = read(broken).tensors, read(straight).tensors
    assert mine.keys() == theirs.keys()
    assert all((mine[key] == theirs[key]).all() for key in mine)
    assert (broken / "readings.csv").read_text() == (straight / "readings.csv").read_text()


def test_a_finished_run_has_no_rounds_left(tmp_path):
    trained("--rounds", "5", "--out", str(tmp_path / "run"))
    result = run("train", "--resume", str(tmp_path / "run"), "--device", "cpu", "--json")
    assert json.loads(result.stdout.splitlines()[-1])["rounds"] == 5


def test_points_are_sampled(tmp_path):
    trained("--rounds", "5", "--out", str(tmp_path / "run"))
    result = run("sample", str(tmp_path / "run"), "-n", "300", "--out", str(tmp_path / "s.npz"), "--device", "cpu")
    assert result.exit_code == 0, result.output
    points = np.load(tmp_path / "s.npz")["points"]
    assert points.shape == (300, 2)
    assert points.dtype == np.float32
    run("sample", str(tmp_path / "run"), "-n", "300", "--out", str(tmp_path / "t.npz"), "--device", "cpu")
    assert np.array_equal(np.load(tmp_path / "t.npz")["points"], points)  # the same seed


def test_pictures_are_sampled_as_bytes(tmp_path):
    words = ("--set", "data.size=16", "--rounds", "1", "--out", str(tmp_path / "run"))
    assert run("train", "glyphs-dcgan", *SMALL, *words).exit_code == 0
    assert run("sample", str(tmp_path / "run"), "-n", "3", "--out", str(tmp_path / "s.npz"), "--device", "cpu").exit_code == 0
    images = np.load(tmp_path / "s.npz")["images"]
    assert images.shape == (3, 16, 16, 1)
    assert images.dtype == np.uint8


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["train", "nonsense"], "'nonsense' is no preset. Known: ring-"),
        (["train"], "'' is no preset. Known: ring-"),
        (["train", "ring-ns", "--set", "data.modes=99"], "data.modes must be a whole number from 2 to 24, but it is 99."),
        (["train", "ring-ns", "--set", "data.modes=nine"], 'data.modes must be a whole number from 2 to 24, but it is "nine".'),
        (["train", "ring-ns", "--set", "data.modes=NaN"], "data.modes must be a whole number from 2 to 24, but it is NaN."),
        (["train", "ring-ns", "--set", "colour=red"], "colour: a recipe has no section 'colour'. Known: data, "),
        (
            ["train", "ring-ns", "--set", "data.colour=red"],
            "data.colour: there is no such knob. Known: examples, modes, radius, sigma.",
        ),
        (["train", "ring-ns", "--set", "loss=hing"], "loss: 'hing' is no loss. Known: "),
        (["train", "ring-ns", "--set", "modes"], "--set wants knob=value, e.g. data.modes=9, but got 'modes'."),
        (["train", "ring-ns", "--set", "generator=dcgan"], "DCGAN as generator draws pictures, but Ring are points; choose mlp."),
        (["train", "ring-ns", "--seed", "99999999999"], "seed must be a whole number from 0 to 2,147,483,647"),
        (["train", "ring-ns", "--device", "abacus"], "'abacus' is no device. Known: auto, cpu, cuda, mps."),
        (["train", "--resume", "nowhere"], "There is no saved state in nowhere."),
        (["sample", "nowhere"], "There is no saved state in nowhere."),
        (["train", "ring-ns", "--resume", "somewhere"], "--resume goes on with the recipe of its folder; "),
        (["train", "--resume", "somewhere", "--seed", "0"], "--resume goes on with the recipe of its folder; "),
        (["train", "glyphs-dcgan", "--set", "data=folder"], ""),
        (["train", "--resume", "somewhere", "--set", "data.modes=9"], "--resume goes on with the recipe of its folder; "),
    ],
)
def test_what_is_wrong_is_one_sentence(words, said):
    assert refused(*words).startswith(said)


def test_too_large_a_recipe_is_refused_before_anything_starts(tmp_path):
    wide = [
        part for role in ("generator", "discriminator") for part in ("--set", f"{role}.width=2048", "--set", f"{role}.depth=10")
    ]
    assert "million weights" in refused("train", "ring-ns", *wide, "--out", str(tmp_path / "run"))
    assert not (tmp_path / "run").exists()


def test_a_folder_that_holds_a_run_is_not_overwritten(tmp_path):
    trained("--rounds", "2", "--out", str(tmp_path))
    assert "holds a run already" in refused("train", "ring-ns", *SMALL, "--out", str(tmp_path))


def test_a_file_where_a_folder_should_be_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    assert "file cannot be used: File exists." in refused(
        "train", "ring-ns", *SMALL, "--rounds", "1", "--out", str(tmp_path / "file")
    )


def test_samples_that_cannot_be_written_are_a_sentence(tmp_path):
    trained("--rounds", "2", "--out", str(tmp_path))
    said = refused("sample", str(tmp_path), "-n", "2", "--out", str(tmp_path / "no" / "s.npz"), "--device", "cpu")
    assert said.endswith("s.npz cannot be used: No such file or directory.")


@pytest.mark.parametrize(
    "words", [["train", "ring-ns", "--rounds", "0"], ["train", "ring-ns", "--seed", "-1"], ["sample", "x", "-n", "0"]]
)
def test_numbers_out_of_range_are_refused_by_name(words):
    result = run(*words)
    assert result.exit_code == 2
    assert words[-2] in result.stderr


def test_it_is_a_module_and_says_what_it_can():
    command = [sys.executable, "-m", "engine", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, cwd=REPO, timeout=120)
    assert said.returncode == 0
    assert all(verb in said.stdout for verb in ("list", "train", "sample", "bench"))


def test_a_lottery_prints_each_seed_and_the_share_that_failed():
    words = ("lottery", "ring-ns", *SMALL, "--seeds", "3", "--seed", "5", "--rounds", "2")
    found = json.loads(run(*words, "--json").stdout.splitlines()[-1])
    assert [ticket["seed"] for ticket in found["seeds"]] == [5, 6, 7]
    assert (found["failed"], found["share"], found["rounds"]) == (3, 1.0, 2)
    assert "6  0 modes, hq 0.000, failed" in run(*words).stdout
    assert "game is infogan; choose gan" in refused(*words[:1], "ring-ns", "--set", "game=infogan")
