"""The training loop: the game's own round, in which a turn is three lines of an optimizer."""

from __future__ import annotations

import ast
from typing import Any

from torch import nn

from engine.config import RunConfig
from engine.games import is_judge
from engine.optim import Optimizer
from engine.script.built import optimizer_text
from engine.script.code import Code
from engine.script.judging import Judging
from engine.script.layout import LONGEST, about, commented, indented
from engine.script.source import Text

LINES = 100  # about as many lines as a run prints


class Loop:
    """Writes the round of a game as statements over `D`, `G`, `draw_real` and `draw_z`."""

    def __init__(self, code: Code, config: RunConfig, nets: dict[str, nn.Module]) -> None:
        self.code, self.config, self.nets = code, config, nets
        self.printed: list[str] = []
        judges = [net for name, net in nets.items() if is_judge(name)]
        self.judging = Judging(code, config, judges, detached=_detaches(config))
        play: Any = type(config.game).round
        self.round = Text(play, code, config.game, special=self._special, hook=self._turn).lines()

    def lines(self, rounds: int) -> list[str]:
        """The loop."""
        clock = []
        if any("clock" in line for line in self.round):
            clock = ["clock = torch.tensor(round - 1.0)" if self.judging.views else "clock = round - 1"]
        body = [*clock, *self.round, *self._follow(), *self._show(rounds)]
        while body[0] == "":
            del body[0]
        end = [f'torch.save({name}.state_dict(), "{name}.pt")' for name in self._kept()]
        return [*commented(about(self.config.game)), "for round in range(1, rounds + 1):", *indented(body), "", *end]

    def _show(self, rounds: int) -> list[str]:
        """Print what the turns read, about LINES times in all."""
        fields = [f"{name} {{{name}:.6f}}" for name in self.printed]
        lines = [f'print(f"round {{round}}: {", ".join(fields)}")']
        if len(lines[0]) > LONGEST - 8:
            parts = [f'f"{field}, "' for field in fields[:-1]] + [f'f"{fields[-1]}"']
            lines = ["print(", '    f"round {round}: "', *indented(parts), ")"]
        every = rounds // LINES
        return [f"if round == 1 or round % {every} == 0:", *indented(lines)] if every > 1 else lines

    # -- optimizers and averages ------------------------------------------------------------------------------------

    def optimizers(self) -> list[str]:
        abouts = dict.fromkeys(about(self._optimizer(name)) for name in self.nets)
        built = [f"{name.lower()}_optimizer = {optimizer_text(self._optimizer(name), name)}" for name in self.nets]
        return [*(line for text in abouts for line in commented(text)), *built]

    def averages(self) -> list[str]:
        """A twin of each network that creates, if the recipe averages."""
        if not self._averaged():
            return []
        self.code.use("copy", "deepcopy")
        remark = commented(
            "The moving average of G's weights, from which samples are drawn.  Karras et al. 2018, arXiv:1710.10196."
        )
        return [*remark, *(f"{name}_average = deepcopy({name}).eval().requires_grad_(False)" for name in self._averaged())]

    def _averaged(self) -> list[str]:
        return [name for name in self.nets if not is_judge(name)] if self.config.training.average else []

    def _kept(self) -> list[str]:
        return [f"{name}_average" for name in self._averaged()] or [name for name in self.nets if not is_judge(name)]

    def _follow(self) -> list[str]:
        """The averages move towards their networks; batch norm's statistics too."""
        lines = []
        for name in self._averaged():
            buffers = any(True for _ in self.nets[name].buffers())
            of = "state_dict().values()" if buffers else "parameters()"
            move = ["mine.lerp_(theirs, share)"]
            move = ["if mine.is_floating_point():", *indented(move)] if buffers else move
            loop = [f"for mine, theirs in zip({name}_average.{of}, {name}.{of}):", *indented(move)]
            lines += ["with torch.no_grad():", *indented(loop)]
        start = f"share = 1 - min({self.config.training.average}, (1 + round) / (10 + round))"
        return [start, *lines] if lines else []

    def _optimizer(self, player: str) -> Optimizer:
        return self.config.d_optimizer if is_judge(player) else self.config.g_optimizer

    # -- the round --------------------------------------------------------------------------------------------------

    def _special(self, text: Text, node: ast.AST) -> str | None:
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("next(batches)."):
            return f"draw_real({self.config.training.batch})"
        if not isinstance(node, ast.Call):
            return None
        called, given = ast.unparse(node.func), [text.text(one) for one in node.args] if _of_rules(node) else []
        if called == "rules.z":
            return f"draw_z({given[0]})"
        if called == "rules.normal":
            return f"torch.randn({given[0]}.shape, generator=generator)"
        if called == "rules.d_loss":
            return self.judging.d_call(*given)
        if called == "rules.g_loss":
            return self.judging.g_call(*given)
        return None

    def _turn(self, text: Text, s: ast.stmt) -> list[str] | None:
        """`yield Turn(players, loss, readings)` as the steps of the players' optimizers."""
        if not isinstance(s, ast.Expr) or not isinstance(s.value, ast.Yield):
            return None
        turn: Any = s.value.value
        players, loss, *readings = turn.args
        names = [ast.literal_eval(one) for one in players.elts]
        mixed = any(map(is_judge, names)) and not all(map(is_judge, names))
        name = "loss" if mixed or not self.config.game.judged else "d_loss" if is_judge(names[0]) else "g_loss"
        optimizers = [f"{player.lower()}_optimizer" for player in names]
        lines = [f"{name} = {text.text(loss)}"] if text.text(loss) != name else []
        lines += [f"{optimizer}.zero_grad()" for optimizer in optimizers]
        lines += [f"{name}.backward()", *(f"{optimizer}.step()" for optimizer in optimizers)]
        for player in names:
            lines += self._clip(player)
        self._print(name)
        lines += self._readings(text, readings[0]) if readings else []
        return [*lines, ""]

    def _readings(self, text: Text, readings: ast.Dict) -> list[str]:
        """The readings whose names can be names."""
        lines = []
        for key, value in zip(readings.keys, readings.values, strict=True):
            name = ast.literal_eval(key) if key else ""
            if name.isidentifier():
                self._print(name)
                lines.append(f"{name} = {text.text(value)}")
        return lines

    def _clip(self, player: str) -> list[str]:
        clip = self._optimizer(player).clip
        if not clip:
            return []
        inner = [f"for weight in {player}.parameters():", f"    weight.clamp_(-{clip}, {clip})"]
        return ["with torch.no_grad():", *indented(inner)]

    def _print(self, name: str) -> None:
        if name not in self.printed:
            self.printed.append(name)


def _detaches(config: RunConfig) -> bool:
    """Whether D's samples come without their history: then its loss need not forget it."""
    play: Any = type(config.game).round
    lines = Text(play, Code(), config.game).lines()
    return any("no_grad()" in line or "detach()" in line for line in lines)


def _of_rules(node: ast.Call) -> bool:
    return ast.unparse(node.func).startswith("rules.")
