"""Training without a page: what `python -m engine train` and `sample` do, in the calling process."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from engine.budget import check_budget
from engine.checkpoint import read, sweep, write
from engine.config import BadRecipe, RunConfig
from engine.devices import choose
from engine.history import History
from engine.journal import Journal
from engine.observer import Observer
from engine.presets import PRESETS
from engine.recipes import Preset
from engine.trainer import Trainer, kept, restored

SAVE_EVERY = 20.0  # seconds between checkpoints
DEFAULT_ROUNDS = 2_000  # of a recipe that is no preset


@dataclass
class Job:
    """A trainer with how far to go and where to keep it."""

    trainer: Trainer
    rounds: int  # to go to, from the beginning of the run
    folder: Path | None
    columns: History
    spent: float = 0.0  # seconds of training before this process


def chosen(preset: str, changes: Mapping[str, Any], seed: int) -> tuple[Preset, RunConfig]:
    """A preset, and its recipe with some knobs changed.  BadRecipe, in one sentence, for what cannot be run."""
    if preset not in PRESETS:
        raise BadRecipe(f"{preset!r} is no preset. Known: {', '.join(PRESETS)}.")
    return PRESETS[preset], PRESETS[preset].config.with_knobs({"seed": seed, **changes})


def fresh(preset: str, changes: Mapping[str, Any], seed: int, device: str, rounds: int | None, out: Path | None) -> Job:
    """A new run of a preset with some knobs changed.  BadRecipe, in one sentence, for what cannot be run."""
    known, config = chosen(preset, changes, seed)
    check_budget(config)
    if out is not None:
        if (out / "checkpoint.gan").exists():
            raise BadRecipe(f"{out} holds a run already; go on with it with --resume {out}, or name another folder.")
        out.mkdir(parents=True, exist_ok=True)
        (out / "config.json").write_text(config.to_json())
    return Job(Trainer(config, choose(device), _tell), rounds or known.rounds, out, History())


def resumed(folder: Path, device: str, rounds: int | None) -> Job:
    """The run in this folder, where it was saved.  BadCheckpoint if there is none."""
    sweep(folder)
    checkpoint = read(folder)
    job = Job(restored(checkpoint, choose(device), _tell), 0, folder, History())
    job.spent = float(checkpoint.facts.get("seconds", 0.0))
    Journal(folder / "readings.csv").cut(job.trainer.rounds)
    job.rounds = (
        job.trainer.rounds + rounds if rounds else max(int(checkpoint.facts.get("planned", DEFAULT_ROUNDS)), job.trainer.rounds)
    )
    return job


def train(job: Job) -> dict[str, Any]:
    """Play the job's rounds with a progress bar on stderr; save now and then, and at the end, also when interrupted."""
    trainer = job.trainer
    journal = Journal(job.folder / "readings.csv") if job.folder else None
    first, start, before = trainer.rounds, time.monotonic(), job.spent
    due = start + SAVE_EVERY
    try:
        for _ in tqdm(range(first, job.rounds), initial=first, total=job.rounds, unit="round", mininterval=0.5):
            trainer.round()
            job.spent = before + time.monotonic() - start
            if trainer.rounds % 256 == 0:
                _gather(job, journal)
            if time.monotonic() > due:
                _save(job, journal)
                due = time.monotonic() + SAVE_EVERY
    finally:
        _gather(job, journal)
        _save(job, journal)
    seconds = time.monotonic() - start
    played = trainer.rounds - first
    result: dict[str, Any] = {
        "rounds": trainer.rounds,
        "seconds": round(seconds, 3),
        "seconds_in_all": round(before + seconds, 3),
        "rounds_per_second": round(played / max(seconds, 1e-9), 2),
    }
    checks = Observer(trainer).checks()
    result |= {name: _number(value) for name, value in zip(checks.columns, checks.values[0], strict=True)}
    if result.get("modes") is not None:
        result["modes"] = int(result["modes"])
    return result | {"readings": job.columns.last(), "seed": trainer.config.seed, "device": str(trainer.device)}


def sample(folder: Path, n: int, out: Path, *, seed: int, device: str) -> str:
    """Write n samples of the run in this folder as .npz: `images` uint8 (n, H, W, C) or `points` (n, d).

    Returns what was written, in words.
    """
    trainer = restored(read(folder), choose(device), _tell)
    trainer.catch_up()
    generator = torch.Generator(trainer.device).manual_seed(seed)
    parts = []
    with torch.no_grad():
        for start in range(0, n, 256):
            z = trainer.config.fed(min(256, n - start), generator, trainer.device)
            parts.append(trainer.config.game.generate(trainer.shown, z).cpu())
    samples = torch.cat(parts)
    if samples.dim() == 4:
        images = ((samples.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
        np.savez_compressed(out, images=images)
        return f"images {images.shape}"
    np.savez_compressed(out, points=samples.numpy())
    return f"points {tuple(samples.shape)}"


def _gather(job: Job, journal: Journal | None) -> None:
    rows = job.trainer.recorder.take()
    job.columns.add(rows)
    if journal:
        journal.write(rows)


def _save(job: Job, journal: Journal | None) -> None:
    trainer = job.trainer
    if journal is None or job.folder is None or not trainer.between_rounds or not trainer.healthy():
        return
    _gather(job, journal)
    journal.flush()
    write(job.folder, kept(trainer, planned=job.rounds, seconds=round(job.spent, 3)))


def _number(value: float) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None


def _tell(sentence: str, share: float | None = None) -> None:
    if share is None:
        tqdm.write(sentence, file=sys.stderr)
