"""python -m engine: list, train, sample, evaluate, classifier, pretrain, card, script, study, lottery, bench."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import torch
import typer

torch.set_num_threads(1)  # two threads that wait for one another on a busy machine are ten times slower than one

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Train generative adversarial networks from the command line.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object as the last line of the output.")]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or mps.")]


@app.command("list")
def list_() -> None:
    """Print every table as one JSON object: games, losses, penalties, networks, data, ... and presets, with their knobs."""
    from engine.catalogue import catalogue

    print(json.dumps(catalogue()))


@app.command()
def train(
    preset: Annotated[str, typer.Argument(help="A preset's name; `python -m engine list` knows them.")] = "",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="A knob, e.g. data.modes=9 or loss=hinge; may be repeated.")
    ] = None,
    rounds: Annotated[int | None, typer.Option(help="How many rounds; a preset knows how many it needs.", min=1)] = None,
    seed: Annotated[int | None, typer.Option(help="Decides every random number; 0 if none is named.", min=0)] = None,
    device: Device = "auto",
    out: Annotated[Path | None, typer.Option(help="The run's folder: recipe, readings, checkpoints.")] = None,
    resume: Annotated[Path | None, typer.Option(help="Go on with the run in this folder.")] = None,
    json_: Json = False,
) -> None:
    """Train a preset, in this process."""
    from engine import training

    with _plainly():
        if resume is None:
            job = training.fresh(preset, dict(map(_pair, set_ or [])), seed or 0, device, rounds, out)
        else:
            _alone(resume, preset, set_, seed, out)
            job = training.resumed(resume, device, rounds)
        result = training.train(job)
    _print(result, json_)


@app.command()
def sample(
    folder: Annotated[Path, typer.Argument(help="A run's folder, made by train --out.")],
    n: Annotated[int, typer.Option("-n", help="How many samples.", min=1, max=1_000_000)] = 1000,
    out: Annotated[Path, typer.Option(help="Where to: images (uint8) or points, as .npz.")] = Path("samples.npz"),
    seed: Annotated[int, typer.Option(min=0)] = 0,
    device: Device = "auto",
) -> None:
    """Draw samples from G's moving average."""
    from engine import training

    with _plainly():
        shape = training.sample(folder, n, out, seed=seed, device=device)
    typer.echo(f"{out}: {shape}")


@app.command()
def evaluate(
    path: Annotated[Path, typer.Argument(help="A run's folder, made by train --out, or a file of weights.")],
    n: Annotated[
        int | None,
        typer.Option("-n", help="How many samples of each kind; else 10,000, stacked 26,000.", min=20, max=100_000),
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides which samples.", min=0, max=2**31 - 1)] = 0,
    device: Device = "auto",
    json_: Json = False,
) -> None:
    """Measure the quality of what G's moving average draws."""
    from engine.evaluate import evaluate as measured

    with _plainly():
        result = measured(path, n, device, seed, _tell)
    _print(result, json_)


@app.command()
def classifier(
    data: Annotated[str, typer.Argument(help="A data set of labelled pictures; `python -m engine list` knows them.")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="A knob of the data, e.g. size=16; may be repeated.")] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Train it again, even if it is kept.")] = False,
    device: Device = "auto",
    json_: Json = False,
) -> None:
    """Train, or find, our classifier of a data set, which judges the quality of pictures."""
    from engine.classifier import classifier_of
    from engine.config import RunConfig
    from engine.devices import choose

    with _plainly():
        part = RunConfig.from_dict({"data": {"name": data} | dict(map(_pair, set_ or []))}).data
        found = classifier_of(part, choose(device), _tell, rebuild=rebuild)
    _print({"path": str(found.path), "seconds": found.seconds, "accuracy": found.accuracy, "r_squared": found.r_squared}, json_)


@app.command()
def pretrain(
    name: Annotated[str, typer.Argument(help="Which; an unknown name is answered with those that ship.")],
    seed: Annotated[int, typer.Option(help="Decides every random number.", min=0)] = 0,
    rounds: Annotated[int | None, typer.Option(help="How many rounds; the preset knows how many it needs.", min=1)] = None,
    device: Device = "auto",
    work: Annotated[Path | None, typer.Option(help="The run's folder, to go on with; else runs/pretrain-NAME.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to; assets/weights if no folder is named.")] = None,
    json_: Json = False,
) -> None:
    """Train one of the models that ship from nothing, measure it, and write its weights and its card."""
    from engine.pretrain import pretrain as make
    from engine.pretrained import WEIGHTS

    with _plainly():
        folder = work or Path("runs") / f"pretrain-{name}"
        result = make(name, seed=seed, rounds=rounds, device=device, work=folder, out=out or WEIGHTS, tell=_tell)
    _print(result, json_)


@app.command()
def card(
    name: Annotated[str, typer.Argument(help="Which of the models that ship.")],
    measure: Annotated[bool, typer.Option("--measure", help="Its figures, too, which takes minutes.")] = False,
    out: Annotated[Path | None, typer.Option(help="Where it lies; assets/weights if no folder is named.")] = None,
    json_: Json = False,
) -> None:
    """Write the card of a model that ships anew, from its file of weights, which stays as it is: words, picture, figures."""
    from engine.pretrain import card_anew
    from engine.pretrained import WEIGHTS

    with _plainly():
        result = card_anew(name, out=out or WEIGHTS, measure=measure, tell=_tell)
    _print({"card": f"{name}.json", **result}, json_)


@app.command()
def script(
    preset: Annotated[str, typer.Argument(help="A preset's name; `python -m engine list` knows them.")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="A knob, as for train.")] = None,
    rounds: Annotated[int | None, typer.Option(help="How many rounds; a preset knows how many it needs.", min=1)] = None,
    seed: Annotated[int, typer.Option(help="Decides every random number.", min=0)] = 0,
    out: Annotated[Path | None, typer.Option(help="Where to; printed if no file is named.")] = None,
) -> None:
    """Write a recipe as a short PyTorch script that needs nothing of ours."""
    from engine import training
    from engine.script import script as written

    with _plainly():
        known, config = training.chosen(preset, dict(map(_pair, set_ or [])), seed)
        text = written(config, rounds or known.rounds)
        if out is None:
            typer.echo(text, nl=False)
        else:
            out.write_text(text, encoding="utf-8")


@app.command()
def study(
    name: Annotated[str, typer.Argument(help="Which; an unknown name is answered with those that there are.")],
    seeds: Annotated[
        list[int] | None, typer.Option("--seed", help="A seed to try; may be repeated. Else the study's own.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes that share the runs; 0: one for each core.", min=0, max=256)] = 0,
    out: Annotated[
        Path | None, typer.Option(help="Where runs are kept that are done, and the tables; else runs/study-NAME.")
    ] = None,
    json_: Json = False,
) -> None:
    """Many seeded runs and a table of them, as HTML, CSV and LaTeX. Goes on where it was interrupted."""
    from engine.studies import conducted

    with _plainly():
        folder = out or Path("runs") / f"study-{name}"
        told = conducted(name, seeds, folder, workers=workers or os.cpu_count() or 1, tell=_tell)
    for table in told.tables:
        typer.echo(f"{table.text()}\n", err=json_)
    _print(told.figures, json_)


@app.command()
def lottery(
    preset: Annotated[str, typer.Argument(help="A preset of points with the plain GAN; the smaller, the more is gained.")],
    set_: Annotated[list[str] | None, typer.Option("--set", help="A knob, as for train.")] = None,
    seeds: Annotated[int, typer.Option(help="How many.", min=1, max=1000)] = 30,
    seed: Annotated[int, typer.Option(help="The first of them; the others follow.", min=0)] = 0,
    rounds: Annotated[int | None, typer.Option(help="How many rounds; a preset knows how many it needs.", min=1)] = None,
    device: Device = "cpu",
    json_: Json = False,
) -> None:
    """Train a small recipe from many seeds at once, and say what share of them fails."""
    from engine import training
    from engine.budget import check_budget
    from engine.devices import choose
    from engine.lottery import draw

    with _plainly():
        known, config = training.chosen(preset, dict(map(_pair, set_ or [])), seed)
        check_budget(config)
        result = draw(config, range(seed, seed + seeds), rounds or known.rounds, choose(device), _in_place)
    if not json_:
        for ticket in result.pop("seeds"):
            typer.echo("{seed:>20}  {modes} modes, hq {hq:.3f}".format(**ticket) + ", failed" * ticket["failed"])
    _print(result, json_)


@app.command()
def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all if none is named.")] = None,
    seconds: Annotated[float, typer.Option(help="CPU seconds for each of the two loops.", min=0.05)] = 10.0,
    device: Device = "cpu",
    json_: Json = False,
) -> None:
    """Measure the loop of every tutorial beside ours, interleaved, on the same networks."""
    from engine.bench import bench as measure

    with _plainly():
        result = measure(names, seconds=seconds, device=device, tell=_tell)
    _print(result, json_)


def _tell(sentence: str, share: float | None = None) -> None:
    typer.echo(sentence, err=True)


def _in_place(sentence: str, share: float | None = None) -> None:
    typer.echo(f"\r{share or 0:5.0%}  {sentence}", err=True, nl=share == 1)


class _plainly:  # noqa: N801 - reads as a verb
    """Turns an error meant for a person into one sentence and exit code 2."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        from engine.checkpoint import BadCheckpoint
        from engine.classifier import Unmeasurable
        from engine.config import BadRecipe
        from engine.data import BadUpload, DataUnavailable
        from engine.pretrained import BadWeights

        if isinstance(error, BadRecipe | BadCheckpoint | BadUpload | BadWeights | DataUnavailable | Unmeasurable):
            typer.echo(f"Error: {error}", err=True)
            raise typer.Exit(2) from None
        if isinstance(error, OSError) and error.filename is not None:
            typer.echo(f"Error: {error.filename} cannot be used: {error.strerror}.", err=True)
            raise typer.Exit(2) from None


def _alone(resume: Path, *others: Any) -> None:
    """BadRecipe if a recipe is named beside the folder to go on with: it would be ignored."""
    from engine.config import BadRecipe

    if any(other is not None and other not in ("", []) for other in others):
        raise BadRecipe(f"--resume goes on with the recipe of its folder; beside {resume} name only --rounds and --device.")


def _pair(text: str) -> tuple[str, Any]:
    """knob=value, where the value is JSON or else a plain word."""
    from engine.config import BadRecipe

    name, sign, value = text.partition("=")
    if not sign or not name:
        raise BadRecipe(f"--set wants knob=value, e.g. data.modes=9, but got {text!r}.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value


def _print(result: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(result, allow_nan=False))
        return
    for name, value in result.items():
        if isinstance(value, dict):
            continue  # is in a table, or long
        typer.echo(f"{name:>20}  {value:.4g}" if isinstance(value, float) else f"{name:>20}  {value}")


if __name__ == "__main__":
    app()
