"""The training loop: the game's own round, in which a turn is three lines of an optimizer."""

from __future__ import annotations

import ast
from typing import Any

from torch import nn

from engine.batches import FewLabels
from engine.config import RunConfig
from engine.games import is_judge
from engine.optim import Optimizer
from engine.script.built import optimizer_text
from engine.script.code import Code
from engine.script.feeding import fed, of_class
from engine.script.judging import LOSS, Judging, Kept
from engine.script.layout import LONGEST, about, commented, indented
from engine.script.source import Text

LOSSES = ("rules.d_loss", "rules.g_loss", "rules.d_ahead", "rules.g_ahead")
LINES = 100  # about as many lines as a run prints

PAST = '''\
class Past:
    """The mean of a network's weights over all its steps, to which they are pulled: historical averaging.
    Salimans et al. 2016, arXiv:1606.03498, section 3.3.
    """

    def __init__(self, net):
        self.weights, self.steps = list(net.parameters()), 0
        self.means = [torch.zeros_like(weights) for weights in self.weights]

    @torch.no_grad()
    def pull(self, weight):
        """Add the gradient of weight * |weights - mean|^2."""
        self.steps += 1
        for mean, weights in zip(self.means, self.weights):
            mean.lerp_(weights, 1 / self.steps)
            weights.grad.add_(weights - mean, alpha=2 * weight)'''


class Loop:
    """Writes the round of a game as statements over `D`, `G`, `draw_real` and `draw_z`."""

    def __init__(self, code: Code, config: RunConfig, nets: dict[str, nn.Module]) -> None:
        self.code, self.config, self.nets = code, config, nets
        self.printed: list[str] = []
        self.told: dict[str, ast.Dict] = {}  # readings that the game gathers under a name before a turn
        self.gathered = ""  # a dict of readings that is there only while training
        apart, ahead = _says(config, "no_grad()", "detach()"), _says(config, "rules.d_ahead")
        self.judging = Judging(code, config, nets, detached=apart, ahead=ahead)
        play: Any = type(config.game).round
        self.round = Text(play, code, config.game, special=self._special, hook=self._statement).lines()

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
        fields = [f"{name} {{{_variable(name)}:.6f}}" for name in self.printed]
        lines = [f'print(f"round {{round}}: {", ".join(fields)}")']
        if self.gathered:  # none, it may be
            told = f'told = "".join(f", {{name}} {{value:.6f}}" for name, value in {self.gathered}.items())'
            fields[-1] += "{told}"
            lines = [told, f'print(f"round {{round}}: {", ".join(fields)}")']
        if len(lines[-1]) > LONGEST - 8:
            parts = [f'f"{field}, "' for field in fields[:-1]] + [f'f"{fields[-1]}"']
            lines = [*lines[:-1], "print(", '    f"round {round}: "', *indented(parts), ")"]
        every = rounds // LINES
        return [f"if round == 1 or round % {every} == 0:", *indented(lines)] if every > 1 else lines

    # -- optimizers and averages ------------------------------------------------------------------------------------

    def optimizers(self) -> list[str]:
        abouts = dict.fromkeys(about(self._optimizer(name)) for name in self.nets)
        built = [f"{name.lower()}_optimizer = {optimizer_text(self._optimizer(name), name)}" for name in self.nets]
        pasts = [f"{name}_past = Past({name})" for name in self.nets if self._optimizer(name).history]
        return [*(line for text in abouts for line in commented(text)), *built, *pasts]

    def past(self) -> list[str]:
        """The class of a network's past, if the recipe pulls back to it."""
        return [PAST] if any(self._optimizer(name).history for name in self.nets) else []

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
        return [f"{name}_average" for name in self._averaged()] or [n for n in self.nets if not is_judge(n)] or list(self.nets)

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
        if isinstance(node, ast.Attribute) and node.attr == "loss" and isinstance(node.value, ast.Call):
            return self._verdict(text, node.value, LOSS)
        if not isinstance(node, ast.Call):
            return None
        called, given = ast.unparse(node.func), [text.text(one) for one in node.args] if _of_rules(node) else []
        if called == "next":
            return f"{'draw_with_few' if self.config.game.eats is FewLabels else 'draw_real'}({self.config.training.batch})"
        if called == "rules.z":
            return f"draw_z({given[0]})"
        if called == "rules.fed":
            return fed(self.code, self.config, *given)
        if called == "rules.of_class":
            return of_class(self.code, self.config, *given)
        if called == "rules.normal":
            return f"torch.randn({given[0]}.shape, generator=generator)"
        return self._verdict(text, node, LOSS) if called in LOSSES else None

    def _verdict(self, text: Text, node: ast.expr, kept: Kept) -> str | None:
        """What D or G is told, if that is what is asked here."""
        if not isinstance(node, ast.Call):
            return None
        given = [text.text(one) for one in node.args] if _of_rules(node) else []
        if ast.unparse(node.func) in ("rules.d_loss", "rules.d_verdict"):
            return self.judging.d_call(*given, kept=kept)
        if ast.unparse(node.func) in ("rules.g_loss", "rules.g_verdict"):
            return self.judging.g_call(*given, kept=kept)
        if ast.unparse(node.func) in ("rules.d_ahead", "rules.g_ahead"):
            D, weights, *samples = given
            call = self.judging.d_call if ast.unparse(node.func) == "rules.d_ahead" else self.judging.g_call
            return call(D, *samples, kept=kept, weights=weights)
        return None

    def _statement(self, text: Text, s: ast.stmt) -> list[str] | None:
        if isinstance(s, ast.Return):
            text.result = ""  # the round is over
            return []
        if turn := _turn(s):
            return self._turn(text, turn)
        if not isinstance(s, ast.Assign):
            return None
        (target,) = s.targets
        if isinstance(target, ast.Name) and isinstance(s.value, ast.Dict):
            self.told[target.id] = s.value
            return []
        if isinstance(target, ast.Tuple):
            names = [ast.unparse(one) for one in target.elts]
            kept = tuple(place for place, name in enumerate(names) if name != "_")
            if verdict := self._verdict(text, s.value, kept):
                return [f"{', '.join(names[place] for place in kept)} = {verdict}"]
        return None

    def _turn(self, text: Text, turn: ast.Call) -> list[str]:
        """`yield Turn(players, loss, readings)` as the steps of the players' optimizers."""
        _, loss, *readings = turn.args
        names = _players(turn)
        mixed = any(map(is_judge, names)) and not all(map(is_judge, names))
        name = "loss" if mixed or not self.config.game.judged else "d_loss" if is_judge(names[0]) else "g_loss"
        optimizers = [f"{player.lower()}_optimizer" for player in names]
        lines = [f"{name} = {text.text(loss)}"] if text.text(loss) != name else []
        lines += [f"{optimizer}.zero_grad()" for optimizer in optimizers]
        lines += [f"{name}.backward()", *self._pulls(names), *(f"{optimizer}.step()" for optimizer in optimizers)]
        for player in names:
            lines += self._clip(player)
        self._print(name)
        lines += self._readings(text, readings[0]) if readings else []
        return [*lines, ""]

    def _readings(self, text: Text, readings: ast.expr) -> list[str]:
        """The readings whose names can be names."""
        if isinstance(readings, ast.Name) and readings.id not in self.told:
            self.gathered = readings.id
            return []
        found: Any = self.told[readings.id] if isinstance(readings, ast.Name) else readings
        lines = []
        for key, value in zip(found.keys, found.values, strict=True):
            name = ast.literal_eval(key)
            if _variable(name).isidentifier():
                self._print(name)
                lines.append(f"{_variable(name)} = {text.text(value)}")
        return [line for line in lines if len(set(line.split(" = "))) > 1]

    def _pulls(self, players: list[str]) -> list[str]:
        return [f"{name}_past.pull({weight})" for name in players if (weight := self._optimizer(name).history)]

    def _clip(self, player: str) -> list[str]:
        clip = self._optimizer(player).clip
        if not clip:
            return []
        inner = [f"for weight in {player}.parameters():", f"    weight.clamp_(-{clip}, {clip})"]
        return ["with torch.no_grad():", *indented(inner)]

    def _print(self, name: str) -> None:
        if name not in self.printed:
            self.printed.append(name)


def learners(config: RunConfig) -> set[str]:
    """The players that have a turn."""
    found: set[str] = set()

    def note(_: Text, s: ast.stmt) -> list[str] | None:
        if not (turn := _turn(s)):
            return None
        found.update(_players(turn))
        return []

    play: Any = type(config.game).round
    Text(play, Code(), config.game, hook=note).lines()
    return found


def _turn(s: ast.stmt) -> ast.Call | None:
    """The call of Turn in `yield Turn(...)`."""
    turn = s.value.value if isinstance(s, ast.Expr) and isinstance(s.value, ast.Yield) else None
    return turn if isinstance(turn, ast.Call) else None


def _players(turn: ast.Call) -> list[str]:
    return list(ast.literal_eval(turn.args[0]))


def _variable(reading: str) -> str:
    return reading.replace(" ", "_")


def _says(config: RunConfig, *words: str) -> bool:
    """Whether one of these words is in the game's round, of whose lines those count that the recipe uses.

    Where no_grad or detach is, D's samples come without their history, and its loss need not forget it.
    """
    play: Any = type(config.game).round
    lines = Text(play, Code(), config.game).lines()
    return any(word in line for line in lines for word in words)


def _of_rules(node: ast.Call) -> bool:
    return ast.unparse(node.func).startswith("rules.")
