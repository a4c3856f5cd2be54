"""The promises of the presets, over five seeds. Slow; run it with -m slow on a machine that does nothing else."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def trained(preset: str, seed: int) -> dict[str, float]:
    command = [sys.executable, "-m", "engine", "train", preset, "--seed", str(seed), "--device", "cpu", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    print(preset, seed, {key: result[key] for key in ("modes", "hq", "kl", "seconds")})
    return result


def test_r3gan_finds_the_whole_ring_for_four_of_five_seeds() -> None:
    results = [trained("ring-r3gan", seed) for seed in range(5)]
    good = [run for run in results if run["modes"] == 8 and run["hq"] >= 0.8 and run["seconds"] < 90]
    assert len(good) >= 4


def test_the_collapse_preset_collapses_for_four_of_five_seeds() -> None:
    assert sum(trained("ring-collapse", seed)["modes"] <= 4 for seed in range(5)) >= 4
