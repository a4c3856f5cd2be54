"""How well symptoms are told: on seeded runs half of which fail for a known cause, against a truth that looks more closely.

Thresholds were set on seeds 0 to 2 and 100 to 102, the study has others. What its runs never have, it says nothing of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from engine.config import RunConfig
from engine.failures import FAILURES, LOG, points
from engine.metrics.symptoms import SYMPTOMS
from engine.recipes import METHODS, TOY, adam, both
from engine.studies.base import Cell, Change, Result, Study, by_row
from engine.studies.truth import ROUNDS, Truth
from engine.studies.watched import watched
from engine.tables import Table

R3GAN = METHODS["r3gan"].sections


class Tried(NamedTuple):
    """A recipe with the fault that is put into it: at the start, or by live knobs at a round."""

    config: RunConfig
    cause: str = ""  # empty: it is meant to be healthy
    rounds: int = 4_000
    at: int = 0
    knobs: Mapping[str, Any] | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        return (Change(self.at, self.knobs),) if self.knobs else ()


TRIED: dict[str, Tried] = {
    "R3GAN on the ring": Tried(points(R3GAN)),
    "WGAN-GP on the ring": Tried(points(METHODS["wgan-gp"].sections, TOY["wgan-gp"])),
    "WGAN on the ring": Tried(points(METHODS["wgan"].sections)),
    "DRAGAN on the ring": Tried(points(METHODS["dragan"].sections, TOY["dragan"])),
    "NS GAN on the ring": Tried(points(LOG)),
    "NS GAN with R1": Tried(points(LOG, {"penalties": {"r1": {"weight": 0.1}}})),
    "MM GAN on the ring": Tried(points({"loss": "minimax"})),
    "Hinge GAN with R1": Tried(points({"loss": "hinge", "penalties": {"r1": {"weight": 0.05}}})),
    "LSGAN on the ring": Tried(points({"loss": "least-squares"})),
    "R3GAN on three blobs": Tried(points(R3GAN, {"data": "blobs"})),
    "WGAN-GP on two moons": Tried(points(METHODS["wgan-gp"].sections, TOY["wgan-gp"], {"data": "moons"})),
    "NS GAN in one dimension": Tried(points(LOG, {"data": "mixture-1d", "latent": {"dim": 1}})),
    "NS GAN on 5,000 examples": Tried(points(LOG, {"data": {"name": "ring", "sigma": 0.08, "examples": 5_000}})),
    "R3GAN, five modes": Tried(points(R3GAN, {"data": {"name": "ring", "modes": 5}})),
    "R3GAN on the grid": Tried(points(R3GAN, {"data": "grid"}), rounds=8_000),
    "G ten times as fast, with momentum": Tried(
        points(LOG, {"g_optimizer": adam(2e-3, 0.9), "d_optimizer": adam(2e-4, 0.9)}), "mode-collapse"
    ),
    "G four times as fast": Tried(points(LOG, {"g_optimizer": adam(2e-3, 0.5), "d_optimizer": adam(5e-4, 0.5)}), "mode-collapse"),
    "momentum in D": Tried(FAILURES["ring-cycling"].config, "cycling"),
    "minimax, ten turns of a D that sees thin modes": Tried(FAILURES["ring-saturated"].config, "d-wins", rounds=2_500),
    "a D that learns fifty times as fast": Tried(FAILURES["ring-hasty-d"].config, "saturated", rounds=2_500),
    "a learning rate of 0.05": Tried(FAILURES["ring-eager"].config, "mode-collapse", rounds=3_000),
    "Wasserstein loss with nothing that bounds D": Tried(FAILURES["ring-unpenalised"].config, "diverging", rounds=2_500),
    "weights clipped at 0.005": Tried(FAILURES["ring-clipped-tight"].config, "d-too-weak", rounds=3_000),
    "weights clipped at 2": Tried(FAILURES["ring-clipped-loose"].config, "diverging", rounds=3_000),
    "a D of two units": Tried(FAILURES["ring-tiny-d"].config, "mode-collapse"),
    "batch norm in D, batches of 8": Tried(FAILURES["ring-batch-norm"].config, "mode-collapse", rounds=3_000),
    "forty examples and a large D": Tried(FAILURES["ring-few"].config, "overfitted"),
    "plain SGD at a rate of 0.5": Tried(
        points({"loss": "wasserstein"}, both("optimizer", {"name": "sgd", "lr": 0.5})), "not-finite", rounds=2_000
    ),
    "at round 2,000 both learn thirty times as fast": Tried(
        points(R3GAN), "mode-collapse", 4_000, 2_000, {"g_optimizer.lr": 0.06, "d_optimizer.lr": 0.06}
    ),
    "at round 2,000 G learns thirty times as fast": Tried(points(R3GAN), "mode-collapse", 4_000, 2_000, {"g_optimizer.lr": 0.06}),
    "at round 2,000 the gradient penalty goes": Tried(
        points(METHODS["wgan-gp"].sections, TOY["wgan-gp"]), "diverging", 4_000, 2_000, {"penalties.gradient-penalty.weight": 0.0}
    ),
    "at round 2,000 D stands still": Tried(points(R3GAN), "unbalanced", 4_000, 2_000, {"d_optimizer.lr": 1e-7}),
}
"""By what is done, the healthy ones first."""


class Detectors(Study):
    """Precision and recall of every symptom, and how late the alarm is."""

    title: ClassVar[str] = "Detectors of symptoms against the truth"
    seeds: ClassVar[tuple[int, ...]] = (10, 11, 12)

    def cells(self, seeds: Sequence[int]) -> list[Cell]:
        return [
            Cell(row, tried.config.model_copy(update={"seed": seed}), tried.rounds, tried.changes)
            for row, tried in TRIED.items()
            for seed in seeds
        ]

    def measure(self, cell: Cell) -> Result:
        truth: list[Truth] = []

        def look(run: Any) -> None:
            if not truth:
                truth.append(Truth(run, cell.rounds))
            truth[0].look(run)

        run = watched(cell, after=look)
        told = {name for name in SYMPTOMS if run.share(name, since=cell.rounds - ROUNDS) >= 0.5}
        true = truth[0].told() if truth else {"not-finite"}
        tried = TRIED[cell.row]
        alarms = [each.noticed for each in run.episodes if each.symptom == tried.cause and each.noticed > tried.at]
        return {
            "cause": tried.cause,
            "told": sorted(told),
            "true": sorted(true),
            "delay": min(alarms) - tried.at if tried.at and alarms else None,
            "episodes": [each._asdict() for each in run.episodes],
        }

    def figures(self, results: Sequence[Result]) -> dict[str, Any]:
        each = {name: _counted(results, (name,)) for name in SYMPTOMS}
        whole = _counted(results, tuple(SYMPTOMS))
        failing = [result for result in results if result["cause"]]
        delays = [result["delay"] for result in results if result["delay"] is not None]
        injected = [result for result in results if TRIED[result["row"]].at]
        return {
            "runs": len(results),
            "failing_runs": len(failing),
            "failed_for_their_cause": sum(result["cause"] in result["true"] for result in failing),
            "healthy_runs_without_alarm": sum(not result["told"] for result in results if not result["cause"]),
            "healthy_runs": len(results) - len(failing),
            **whole,
            "injected": len(injected),
            "alarms_within_500_rounds": sum(delay <= 500 for delay in delays),
            "latest_alarm": max(delays, default=None),
            "per_symptom": each,
        }

    def tables(self, results: Sequence[Result]) -> list[Table]:
        figures = self.figures(results)
        symptoms = tuple(
            (SYMPTOMS[name].title, told["precision"], told["recall"], told["right"], told["false"], told["missed"])
            for name, told in figures["per_symptom"].items()
        )
        rows = tuple(
            (row, some[0]["cause"] or "healthy", _often(some, "true"), _often(some, "told"))
            for row, some in by_row(results).items()
        )
        return [
            Table("Symptoms", ("symptom", "precision", "recall", "right", "false alarms", "missed"), symptoms),
            Table("Runs", ("what is done", "meant", "true, of the last rounds", "told"), rows),
        ]


def _counted(results: Sequence[Result], names: Sequence[str]) -> dict[str, Any]:
    """Over pairs of a run and one of these symptoms."""
    hit = sum(name in result["told"] and name in result["true"] for result in results for name in names)
    false = sum(name in result["told"] and name not in result["true"] for result in results for name in names)
    missed = sum(name not in result["told"] and name in result["true"] for result in results for name in names)
    return {
        "precision": hit / (hit + false) if hit + false else None,
        "recall": hit / (hit + missed) if hit + missed else None,
        "right": hit,
        "false": false,
        "missed": missed,
    }


def _often(results: Sequence[Result], key: str) -> str:
    """Which symptoms, each with the number of runs."""
    counted = {name: sum(name in result[key] for result in results) for name in SYMPTOMS}
    return ", ".join(f"{name} {times}" for name, times in counted.items() if times) or "nothing"
