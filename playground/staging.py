"""Bringing runs onto the stage and taking them off again.

What changes there is told as updates for five outputs: ids, stage, message, link, downloads.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from engine import BadRecipe, RunConfig
from playground.conductor import Conductor
from playground.entry import Entry
from playground.onstage import MOST, ids_of, lottery_of, staged
from playground.panels.keep import downloads
from playground.panels.transport import PACES, RESET
from playground.registry import Refused, Registry
from playground.server import visitor_of

FAR = 300  # rounds; who comes to stand beside runs that are farther is told that they wait


class Staging:
    """The stages of all pages over a registry of runs."""

    def __init__(self, registry: Registry) -> None:
        self.registry, self.conductor = registry, Conductor(registry)

    @property
    def most(self) -> int:
        """So many runs may stand side by side."""
        return min(MOST, self.registry.limits.per_visitor)

    def group(self, ids: Any, request: gr.Request) -> list[Entry]:
        """The visitor's own runs that are on the stage, in their order; the form is about the last."""
        known = ids.split(",")[:MOST] if isinstance(ids, str) and ids else []
        found = (self.registry.get(run_id, visitor_of(request)) for run_id in known)
        return [entry for entry in found if entry is not None]

    def start(
        self, config: RunConfig, request: gr.Request, group: list[Entry], compare: bool, said: str = "", **options: Any
    ) -> list[Any]:
        """A new run instead of those on the stage, or beside them."""
        beside = compare is True and bool(group)
        if beside and len(group) >= self.most:
            return self.same(f"⚠ {self.most} runs are the most that fit side by side: close one of them first.")
        old = None if beside or not group else group[-1]
        try:
            options = {"pace": group[-1].pace if group else None} | options
            stay = group if beside else ()
            entry = self.registry.start(config, visitor_of(request), instead_of=old, beside=stay, **options)
        except (BadRecipe, Refused) as error:
            return self.same(f"⚠ {error}")
        if beside:
            ahead = max((each.run.rounds for each in group if each.run is not None), default=0)
            if ahead > FAR and not said:
                said = f"The others wait at round {ahead:,} until this one is there. Press {RESET} to begin them all together."
            return self.showing([*(each for each in group if each is not entry), entry], said)
        return self.leave(group[:-1], [entry], said)

    def beside_first(self, config: RunConfig, request: gr.Request, group: list[Entry], **options: Any) -> list[Any]:
        """A new run beside the first on the stage; it takes the place of the second, if there is one."""
        old = group[-1] if len(group) > 1 else None
        try:
            entry = self.registry.start(config, visitor_of(request), instead_of=old, beside=group[:1], **options)
        except (BadRecipe, Refused) as error:
            return self.same(f"⚠ {error}")
        return self.leave(group[1:], [group[0], entry])

    def together(self, configs: list[RunConfig], request: gr.Request, said: str = "", **options: Any) -> list[Any]:
        """These recipes side by side: a run of the visitor's that is under way already, else a new one."""
        own = [entry for entry in self.registry.own(visitor_of(request)) if self._under_way(entry)]
        group = {config: next((entry for entry in own if entry.config == config), None) for config in configs}
        try:
            for config, found in group.items():
                stay = [entry for entry in group.values() if entry is not None]
                group[config] = found or self.registry.start(config, visitor_of(request), beside=stay, **options)
        except (BadRecipe, Refused) as error:
            return self.same(f"⚠ {error}")
        return self.showing([entry for entry in group.values() if entry is not None], said)

    def _under_way(self, entry: Entry) -> bool:
        """Whether a run plays, or will as soon as it may."""
        return entry.alive or self.registry.place(entry) is not None

    def toggle(self, group: list[Entry], *, pause: bool) -> None:
        """Pause all runs of the stage, or let all play."""
        for entry in group:
            if entry.run is None or not entry.run.alive:
                self.registry.wake(entry, play=not pause, beside=group)
            elif pause:
                entry.run.pause()
            else:
                entry.run.play(self.registry.limits.rounds)

    def release(self, group: Sequence[Entry]) -> None:
        """Play takes these over: the pace and the end to which a lesson of the clinic kept them are given up."""
        for entry in group:
            if entry.until is not None or entry.pace not in PACES.values():
                self.registry.release(entry)

    def again(self, group: list[Entry], seed: int | None = None, said: str = "", **options: Any) -> list[Any]:
        """All runs side by side from the beginning, together; with another seed if there is one. They keep their pace and their
        end, unless the options have others."""
        other = {} if seed is None else {"seed": seed}
        stage = list(group)
        try:
            for nth, entry in enumerate(group):
                stay = [each for each in stage if each is not entry]
                stage[nth] = self._anew(entry, entry.config.with_knobs(other), beside=stay, **options)
        except (BadRecipe, Refused) as error:
            return self.same(f"⚠ {error}")
        return self.showing(stage, said)

    def _anew(self, entry: Entry, config: RunConfig, beside: Sequence[Entry], **options: Any) -> Entry:
        """This run from its beginning; two with the same recipe stay two."""
        options = {"pace": entry.pace, "until": entry.until} | options
        return self.registry.start(config, entry.visitor, instead_of=entry, beside=beside, twice=True, **options)

    def leave(self, group: list[Entry], stay: list[Entry], said: str = "") -> list[Any]:
        """Show these; the others of the group are put away."""
        for entry in group:
            if entry not in stay:
                self.registry.put_away(entry)
        return self.showing(stay, said)

    def dismiss(self, group: list[Entry], closed: Any) -> list[Any]:
        """One of several runs side by side is taken off the stage.  closed: its id, as the page says it."""
        left = [entry for entry in group if entry.id != closed]
        return self.leave(group, left) if left and len(left) < len(group) else self.same("")

    def showing(self, group: list[Entry], said: str) -> list[Any]:
        """These are on the stage from now on."""
        entry = group[-1]
        pictures = len(entry.config.data.shape) == 3
        self.conductor.together(group)
        kept = downloads(entry.id, pictures=pictures, lottery=lottery_of(entry.config))
        return [ids_of(group), staged(group), said, entry.config.to_link(), kept]

    def clear(self, group: list[Entry], said: str = "") -> list[Any]:
        """Nothing is on the stage any more; what was there is saved and put away."""
        for entry in group:
            self.registry.put_away(entry)
        return ["", "", said, "", downloads("", pictures=False)]

    @staticmethod
    def is_another(updates: list[Any]) -> bool:
        """Whether other runs are on the stage after these updates: nothing was refused."""
        return bool(updates[0] != gr.skip())

    def same(self, said: str) -> list[Any]:
        """Nothing changes; one sentence says why."""
        return [gr.skip(), gr.skip(), said, gr.skip(), gr.skip()]
