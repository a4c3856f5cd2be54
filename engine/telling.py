"""Slow motion: one turn at a time, and what happened in it, in its true numbers.

A told round is, bit for bit, the round that was not told: the numbers are those that the turn itself worked out. It stays open
from its first turn to its last, and only between rounds is there a state to keep, so whoever wants one calls `finish` first.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from engine.games import is_judge
from engine.snapshot import Move, Score, Told
from engine.trainer import WHO, Trainer


class Teller:
    """Tells the rounds of one trainer."""

    def __init__(self, trainer: Trainer) -> None:
        self.trainer = trainer
        self.who = ""  # learns in the round that is being told; nothing while none is
        self._count = 0
        self._scale: dict[str, Tensor] = {}  # the newest scores by name

    def turn(self, who: str) -> Told:
        """Play one turn, in which of `who` learns who is in it. A round that was begun for others is finished first."""
        if who != self.who:
            self.finish()
            self._count = 0
        self._count += 1
        self.who = ""  # of a turn that fails there is nothing to finish
        trainer = self.trainer
        number = trainer.rounds + 1
        before = {name: weights.flat.detach().clone() for name, weights in trainer.weights.items()}
        turn = trainer.turn(WHO[who])
        moves = {name: self._move(name, before[name]) for name in trainer.last.learners}
        told = self._told(number, float(turn.loss.detach()), moves)
        if trainer.goes_on():
            self.who = who
            return told
        return told._replace(over=True)

    def finish(self) -> None:
        """Play the rest of a round that was begun, untold."""
        if self.who:
            who, self.who = self.who, ""
            self.trainer.round(WHO[who])

    def _told(self, number: int, loss: float, moves: dict[str, Move]) -> Told:
        last = self.trainer.last
        scores = {name: value for name, value in last.noted.items() if _is_score(name)} | dict(last.scores)
        beside = {*scores, *(f"{name} gradient" for name in last.players)}
        readings = {name: _mean(value) for name, value in last.noted.items() if name not in beside and not name.endswith("loss")}
        batch = self.trainer.config.training.batch
        said = self._said(scores)
        return Told(number, self._count, False, last.players, last.latents, last.samples, batch, loss, said, readings, moves)

    def _said(self, scores: Mapping[str, Tensor]) -> tuple[Score, ...]:
        """Raw scores and beliefs; where a belief needs the other side's scores, those of the turn before serve."""
        self._scale |= scores
        pack = self.trainer.config.pack
        return tuple(
            Score(name.partition("(")[0], name[:-1].partition("(")[2], pack * len(value), _mean(value), self._belief(name, value))
            for name, value in sorted(scores.items(), key=lambda item: item[0].endswith("(fake)"))
        )

    def _belief(self, name: str, scores: Tensor) -> float | None:
        """The mean of D's beliefs, on the scale of all samples it has judged of late."""
        judge = name.partition("(")[0]
        real, fake = (self._scale.get(f"{judge}({of})") for of in ("real", "fake"))
        if real is None or fake is None or not is_judge(judge):
            return None
        both = torch.cat((scores.flatten(), real.flatten() if name.endswith("(fake)") else fake.flatten()))
        game, rules = self.trainer.config.game, self.trainer.rules
        return _mean(game.belief(both, real, fake, rules)[: scores.numel()])

    def _move(self, name: str, before: Tensor) -> Move:
        after = self.trainer.weights[name].flat.detach()
        step, size = torch.linalg.vector_norm(after - before), torch.linalg.vector_norm(before)
        gradient = self.trainer.last.noted[f"{name} gradient"]
        return Move(float(gradient), float(step), float(step / size.clamp(min=1e-12)))


def _is_score(name: str) -> bool:
    return name.endswith(("(real)", "(fake)"))


def _mean(value: Tensor) -> float:
    return float(value.float().mean())
