"""What the page tells of a game: its picture as plain data, and a turn in numbered steps with the turn's own numbers.

Every word comes from what is there, players, losses, penalties, samples; no game is known by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from engine import TABLES, Diagram, RunConfig, Score, Told, name_in
from playground.words import SECTIONS, figure, listed, title_of


class Step(NamedTuple):
    """One sentence, and what it is about: nodes of the picture, and whether the arrows between them are those of gradients."""

    text: str
    lit: list[str]
    gradient: bool = False


def picture(config: RunConfig) -> dict[str, Any]:
    """The game's diagram for the page; each node says which section of the form a click unfolds."""
    nodes, edges = config.game.diagram()
    named = [node._asdict() | {"opens": SECTIONS.get(node.section, node.section)} for node in nodes]
    return {"nodes": named, "edges": [edge._asdict() for edge in edges]}


def story(config: RunConfig, told: Told) -> dict[str, Any]:
    """A turn for the page: whose it is, and its steps."""
    teller = _Teller(config, told)
    facts = {"round": told.round, "turn": told.turn, "over": told.over, "players": list(told.players)}
    return facts | {"whose": f"{listed(told.players)}’s turn", "steps": [step._asdict() for step in teller.steps()]}


class _Teller:
    """The sentences of one turn."""

    def __init__(self, config: RunConfig, told: Told) -> None:
        self.config, self.told = config, told
        self.diagram: Diagram = config.game.diagram()
        self.kinds = {node.name: node.kind for node in self.diagram.nodes}
        self.labels = {node.name: node.label for node in self.diagram.nodes}
        self.whose = listed(told.players)
        self.losses = [node.name for node in self.diagram.nodes if node.kind == "loss" and set(told.players) & set(node.players)]

    def steps(self) -> Iterator[Step]:
        yield self._made()
        if self.told.scores:
            yield self._scored()
        yield self._lost()
        if not self.told.moves:
            yield Step(
                f"{self.whose} {_verb(self.told.players, 'do')} not learn in this round: no weight moves.", [*self.told.players]
            )
            return
        yield self._reached()
        yield self._moved()

    def _made(self) -> Step:
        told, samples = self.told, self._of_kind("samples")
        makers = [edge.start for edge in self._travelled() if edge.end in samples]
        fakes = next((score.n for score in told.scores if score.of == "fake"), told.batch)
        text = f"{listed(makers)} {_verb(makers, 'make')} {fakes} fakes from new noise z"
        if not self._of_kind("noise"):
            text = f"{listed(makers)} {_verb(makers, 'make')} {fakes} fakes of pictures from the data"
        elif not told.latents:
            text = f"No new noise: the {fakes} fakes are those of the turn before"
        if told.samples:
            text += f"; {told.samples} real samples are drawn from the data"
        return Step(
            f"{text}.",
            [
                *(self._of_kind("noise") if told.latents else []),
                *makers,
                *samples,
                *(self._of_kind("data") if told.samples else []),
            ],
        )

    def _scored(self) -> Step:
        scores = self.told.scores
        judges = list(dict.fromkeys(score.judge for score in scores))
        said = [f"{judge} scores " + " and ".join(_said(score) for score in scores if score.judge == judge) for judge in judges]
        seen = {"fake": self._of_kind("samples"), "real": self._of_kind("data")}
        return Step(
            f"{'; '.join(said)}.", [*judges, *(name for of in {score.of for score in scores} for name in seen.get(of, []))]
        )

    def _lost(self) -> Step:
        config, told = self.config, self.told
        uses = "loss" in config.game.uses
        title = title_of(name_in(TABLES["loss"], config.loss), type(config.loss)) if uses else ""
        title = title or title_of(name_in(TABLES["game"], config.game), type(config.game))
        prices = dict(self._prices())
        parts = [f"{name} {figure(value)}" for name, value in prices.values()]
        others = [f"{name} is {figure(value)}" for name, value in told.readings.items() if name not in prices]
        text = f"{self.whose}’s loss is {figure(told.loss)} ({title})" + (f", of which {listed(parts)}" if parts else "")
        asked = [edge.start for edge in self._travelled() if edge.end in self.losses]
        return Step(f"{'; '.join([text, *others])}.", [*asked, *self.losses])

    def _prices(self) -> Iterator[tuple[str, tuple[str, float]]]:
        """The penalties that acted in this turn: reading -> what it is called, and what it added to the loss."""
        for penalty in self.config.penalties:
            row = name_in(TABLES["penalties"], penalty)
            for reading, price in self.told.readings.items():
                if reading.endswith(f" {row}"):
                    yield reading, (title_of(row, type(penalty)), price * penalty.interval)

    def _reached(self) -> Step:
        told = self.told
        way = list(self.losses)
        arrows = [e for e in self.diagram.edges if e.gradient and set(e.turns) & set(told.players)]
        for _ in arrows:
            way += [e.end for e in arrows if e.start in way and e.end not in way]
        through = [self.labels[name] if self.kinds[name] == "player" else f"the {self.labels[name]}" for name in way
                   if name not in (*self.losses, *told.players)]  # fmt: skip
        norms = [f"{figure(move.gradient)}{f' at {name}' if len(told.moves) > 1 else ''}" for name, move in told.moves.items()]
        path = f"flows back through {listed(through)} to" if through else "flows back to"
        text = f"The gradient of this loss {path} {listed(told.moves)}; its norm there is {listed(norms)}"
        judges = [name for name in way if self.kinds[name] == "player" and name not in told.players]
        stays = f". {listed(judges)} {_verb(judges, 'stay')} as {'they are' if len(judges) > 1 else 'it is'}" if judges else ""
        return Step(f"{text}{stays}.", way, gradient=True)

    def _moved(self) -> Step:
        moves = [
            f"{name}’s weights move by {figure(move.step)}, {figure(100 * move.share)} % of their size"
            for name, move in self.told.moves.items()
        ]
        return Step(f"{'; '.join(moves)}.", [*self.told.moves])

    def _of_kind(self, kind: str) -> list[str]:
        return [name for name, its in self.kinds.items() if its == kind]

    def _travelled(self) -> Iterator[Any]:
        """The forward arrows of this turn."""
        return (edge for edge in self.diagram.edges if not edge.gradient and set(edge.turns) & set(self.told.players))


def _said(score: Score) -> str:
    belief = "" if score.belief is None else f" (belief {figure(score.belief)})"
    return f"the {score.n} {'fakes' if score.of == 'fake' else 'real samples'} {figure(score.raw)} on average{belief}"


def _verb(subjects: Iterable[str], verb: str) -> str:
    return verb if len(list(subjects)) > 1 else {"do": "does"}.get(verb, f"{verb}s")
