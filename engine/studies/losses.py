"""Which losses fail how often on which data, and at which learning rates: a lottery of small GANs for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from engine.lottery import Standing, played, wilson
from engine.plan import ROWS, Plan, blame, tables
from engine.studies.base import Cell, Result, Study
from engine.tables import Table


class Losses(Study):
    """Every method on data with modes to count."""

    title: ClassVar[str] = "Methods by data"
    seeds: ClassVar[tuple[int, ...]] = tuple(range(16))
    plan: ClassVar[Plan] = Plan(methods=tuple(ROWS), data=("ring", "grid", "blobs"), rounds=4_000)

    def cells(self, seeds: Sequence[int]) -> list[Cell]:
        plan = self.plan
        names = [f"{row}, {column}" for row in plan.rows for column in plan.columns]
        return [
            Cell(name, draw.config.with_knobs({"seed": seeds[0]}), draw.rounds, seeds=tuple(seeds))
            for name, draw in zip(names, plan.draws(), strict=True)
        ]

    def measure(self, cell: Cell) -> Result:
        *_, last = played(cell.config, cell.seeds, cell.rounds)
        return {"standing": last.to_json()}

    def figures(self, results: Sequence[Result]) -> dict[str, Any]:
        found = _standings(results)
        rows = {
            result["row"]: {"failed": one.failed, "seeds": len(one.tickets), "interval": wilson(one.failed, len(one.tickets))}
            | {measure: one.mean(measure)._asdict() for measure in ("modes", "hq", "js")}
            for result, one in zip(results, found, strict=True)
        }
        if not found:
            return {"rounds": self.plan.rounds, "runs": 0, "variance": None, "rows": {}}
        wide = len(self.plan.columns)
        shares = [one.failed / len(one.tickets) for one in found]
        split = blame([shares[at : at + wide] for at in range(0, len(shares), wide)], len(found[0].tickets))
        return {
            "rounds": self.plan.rounds,
            "runs": sum(len(one.tickets) for one in found),
            "variance": split._asdict() if split else None,
            "rows": rows,
        }

    def tables(self, results: Sequence[Result]) -> list[Table]:
        found = _standings(results)
        return tables(self.plan.model_copy(update={"seeds": len(found[0].tickets)}), dict(enumerate(found)))


class Rates(Losses):
    """Every method at learning rates from far too low to far too high, on the ring."""

    title: ClassVar[str] = "Methods by learning rate"
    plan: ClassVar[Plan] = Plan(methods=tuple(ROWS), rates=(3e-4, 1e-3, 3e-3, 1e-2, 3e-2))


def _standings(results: Sequence[Result]) -> list[Standing]:
    return [Standing.from_json(result["standing"]) for result in results]
