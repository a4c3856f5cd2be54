"""How D and G are judged: loss, penalties and what D sees, gathered into two functions of the script."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

import torch
from torch import nn

from engine.augment import AUGMENTS, Augment
from engine.config import RunConfig
from engine.layers import mixes_samples
from engine.parts import name_in
from engine.penalties import PENALTIES, Penalty, squared_slope
from engine.script.code import Code
from engine.script.layout import about, commented, docstring, function, indented
from engine.script.source import Text

Kept = tuple[int, ...]
"""Of a verdict, what the game asks for: 0 the loss, 1 and 2 what D says beside its scores of the real and the fake samples."""
LOSS: Kept = (0,)


class Judging:
    """Writes `discriminator_loss` and `generator_loss`, and says how they are called."""

    def __init__(self, code: Code, config: RunConfig, nets: Mapping[str, nn.Module], *, detached: bool, ahead: bool) -> None:
        """detached: D's samples come without their history.  ahead: D is also asked with weights that were made of them."""
        self.code, self.config, self.nets, self.detached, self.ahead = code, config, nets, detached, ahead
        self.views = [one for one in config.augment if type(one).view is not Augment.view]
        self.exchanges = [one for one in config.augment if type(one).exchange is not Augment.exchange]

    @property
    def clocked(self) -> bool:
        """Whether D's loss has to know how many rounds were played."""
        return bool(self.views) or any(penalty.interval > 1 for penalty in self.config.penalties)

    def d_call(self, D: str, real: str, fake: str, *y: str, kept: Kept = LOSS, weights: str = "") -> str:
        """weights: a name for those that D has, where they are not its own."""
        asked = Asked(bool(y), kept, more=self._says_more(D))
        self.code.add("discriminator_loss", self._d_loss(asked, mixing=mixes_samples(self.nets[D])))
        return f"discriminator_loss({', '.join([self._with(weights, D), real, fake, *y, *(['clock'] if self.clocked else [])])})"

    def g_call(self, D: str, real: str, fake: str, *y: str, kept: Kept = LOSS, weights: str = "") -> str:
        self.code.add("generator_loss", self._g_loss(Asked(bool(y), kept, more=self._says_more(D))))
        whom, partners = self._with(weights, D), [real] if self.config.loss.pairs else []
        given = [whom, *partners, fake, *y, *(["clock"] if self.views else [])]
        return f"generator_loss({', '.join(given)})"

    def _with(self, weights: str, D: str) -> str:
        """What is asked instead of D where it is to have other weights."""
        if not weights:
            return D
        self.code.use("functools", "partial")
        self.code.use("torch.func", "functional_call")
        return f"partial(functional_call, {D}, {weights})"

    def _says_more(self, D: str) -> bool:
        """Whether this judge's first column is its score, and others stand beside it."""
        with torch.device("meta"):
            said = self.nets[D](*self.config.game.feeds(self.config.make, 2)[D])
        return said.dim() > 1 and said.shape[1] > 1  # type: ignore[no-any-return]

    # -- D's --------------------------------------------------------------------------------------------------------

    def _d_loss(self, asked: Asked, *, mixing: bool) -> str:
        loss, penalties = self.config.loss, self._penalties(asked)
        lines = self._shown("real", "fake")
        if not self.detached:
            lines.append("fake = fake.detach()  # D's turn: G must not learn from it")
        if self.ahead and any(one.spot for one in penalties):
            lines.append("real, fake = real.detach(), fake.view_as(fake)  # slopes are D's alone, not its weights'")
        for exchange in self.exchanges:
            lines.append(f"real, fake = {self._augment(exchange, 'exchange')}(real, fake)")
        for penalty in penalties:
            lines += penalty.place()
        lines += self._passes(asked, [one for one in penalties if one.spot], mixing=mixing)
        names = {"real": "real_scores", "fake": "fake_scores"}
        inner, result = Text(type(loss).d_loss, self.code, loss, names=names).inlined()
        lines += inner
        if penalties:
            lines.append(f"loss = {result}")
            result = "loss"
        for penalty in penalties:
            lines += penalty.price()
        lines.append(f"return {asked.verdict(result)}")
        given = ["D", "real", "fake", *asked.labels, *(["clock"] if self.clocked else [])]
        return function("discriminator_loss", given, [*docstring(about(loss)), *lines])

    def _penalties(self, asked: Asked) -> list[PenaltyText]:
        texts = [PenaltyText(self.code, one, asked, len(self.config.data.shape)) for one in self.config.penalties]
        elsewhere = [text for text in texts if not text.spot]
        for text in elsewhere:
            text.x = "x" if len(elsewhere) == 1 else f"x_{text.name}"
        return texts

    def _passes(self, asked: Asked, spots: list[PenaltyText], *, mixing: bool) -> list[str]:
        """D's scores, in the passes in which the trainer takes them: both samples at once where nothing speaks against it.

        Batch norm does, and a slope that is wanted of only one of them. The sums of two passes are rounded otherwise than those
        of one, which some optimizers blow up within a few rounds; dropout and spectral norm differ at once.
        """
        leaves = [f"{spot}.requires_grad_()" for spot in ("real", "fake") if any(one.spot == spot for one in spots)]
        apart, together = asked.apart(), asked.together()
        if mixing:
            return [*leaves, apart, *asked.split()]
        at_real, at_fake = (" or ".join(one.due for one in spots if one.spot == spot) for spot in ("real", "fake"))
        if at_real == at_fake:
            return self._together(asked, spots)
        if "True" in (at_real, at_fake) and not (at_real and at_fake):
            return [*leaves, apart, *asked.split()]
        when = f"({at_real}) != ({at_fake})" if at_real and at_fake else at_real or at_fake
        return [*leaves, f"if {when}:", f"    {apart}", "else:", f"    {together}", *asked.split()]

    def _together(self, asked: Asked, spots: list[PenaltyText]) -> list[str]:
        """One pass over both, and one more back for the slopes at both."""
        if not spots:
            return [asked.together(), *asked.split()]
        for spot in spots:
            spot.slope = f"{spot.spot}_slope"
        both, scores = ("said", "said[:, :1]") if asked.said else ("scores", "scores")
        slopes = f"real_slope, fake_slope = squared_slope({scores}, x_both).chunk(2)"
        return [
            "x_both = torch.cat([real, fake]).requires_grad_()",
            f"{both} = {asked.of('x_both', 'torch.cat([y, y])')}",
            f"{asked.both} = {both}.chunk(2)",
            *asked.split(),
            *spots[0].when_due([slopes]),
        ]

    # -- G's --------------------------------------------------------------------------------------------------------

    def _g_loss(self, asked: Asked) -> str:
        loss = self.config.loss
        names = {"fake": "fake_scores", "real": "real_scores"}
        inner, result = Text(type(loss).g_loss, self.code, loss, names=names).inlined()
        lines = [f"fake_scores = {asked.scores(self._seen('fake'))}"]
        if asked.said:
            lines = [f"fake_said = {asked.of(self._seen('fake'))}", "fake_scores = fake_said[:, :1]  # the first column"]
        if loss.pairs:
            lines += ["with torch.no_grad():", f"    real_scores = {asked.scores(self._seen('real'))}"]
        given = ["D", *(["real"] if loss.pairs else []), "fake", *asked.labels, *(["clock"] if self.views else [])]
        return function("generator_loss", given, [*lines, *inner, f"return {asked.verdict(result)}"])

    # -- what D sees ------------------------------------------------------------------------------------------------

    def _shown(self, *names: str) -> list[str]:
        return [f"{name} = {self._seen(name)}" for name in names] if self.views else []

    def _seen(self, name: str) -> str:
        for view in self.views:
            name = f"{self._augment(view, 'view')}({name}, clock)"
        return name

    def _augment(self, augment: Augment, method: str) -> str:
        name = name_in(AUGMENTS, augment).replace("-", "_")
        spread = one_each(len(self.config.data.shape))
        text = Text(getattr(type(augment), method), self.code, augment, special=spread)
        body = [*docstring(about(augment)), *text.lines()]
        self.code.add(name, function(name, text.parameters, body), augment)
        return name


class Asked:
    """How D is asked about samples: with their labels or without, and what is kept of what it says."""

    def __init__(self, labelled: bool, kept: Kept, *, more: bool) -> None:
        self.kept = kept
        self.labels = ["y"] if labelled else []
        self.said = kept != LOSS  # else the scores are all that anybody wants
        self.score = "[:, :1]" if more else ""
        self.both = "real_said, fake_said" if self.said else "real_scores, fake_scores"

    def of(self, x: str, y: str = "y") -> str:
        """All that D says of samples x."""
        return f"D({', '.join([x, *([y] if self.labels else [])])})"

    def scores(self, x: str, y: str = "y") -> str:
        return self.of(x, y) + self.score

    def apart(self) -> str:
        """A pass for the real samples and one for the fakes."""
        ask = self.of if self.said else self.scores
        return f"{self.both} = {ask('real')}, {ask('fake')}"

    def together(self) -> str:
        """One pass for both."""
        ask = self.of if self.said else self.scores
        return f"{self.both} = {ask('torch.cat([real, fake])', 'torch.cat([y, y])')}.chunk(2)"

    def split(self) -> list[str]:
        """The scores out of all that was said."""
        return ["real_scores, fake_scores = real_said[:, :1], fake_said[:, :1]  # the first column"] if self.said else []

    def verdict(self, loss: str) -> str:
        """What is handed back."""
        return ", ".join((loss, "real_said[:, 1:]", "fake_said[:, 1:]")[kept] for kept in self.kept)


class PenaltyText:
    """A penalty's share of D's loss."""

    def __init__(self, code: Code, penalty: Penalty, asked: Asked, axes: int) -> None:
        self.code, self.penalty, self.asked = code, penalty, asked
        self.name = name_in(PENALTIES, penalty).replace("-", "_")
        text = Text(type(penalty).where, code, penalty, special=one_each(axes))
        self.inner, self.where = text.inlined()
        self.spot = self.where if self.where in ("real", "fake") else ""
        self.x = self.spot
        self.slope = f"squared_slope({self.spot}_scores, {self.spot})" if self.spot else ""
        self.due = "True" if penalty.interval == 1 else f"clock % {penalty.interval} == 0"

    def place(self) -> list[str]:
        """Where D's slope is going to be read."""
        if self.spot:
            return []
        where = self.where if _is(self.where, ast.Call) else f"({self.where})"
        return self.when_due([*self.inner, f"{self.x} = {where}.requires_grad_()"])

    def price(self) -> list[str]:
        """Add the price of the slope to what D's loss is so far."""
        self.code.define("squared_slope", squared_slope)
        names = {"squared_slope": self.slope or f"squared_slope({self.asked.scores(self.x)}, {self.x})"}
        inner, cost = Text(type(self.penalty).cost, self.code, self.penalty, names=names).inlined()
        if not _is(cost, ast.Call) and not _is(cost, ast.BinOp, ast.Mult):
            cost = f"({cost})"
        factors = [repr(self.penalty.weight), *([str(self.penalty.interval)] if self.penalty.interval > 1 else []), cost]
        term = " * ".join(factor for factor in factors if factor != "1.0")
        return [*commented(about(self.penalty)), *self.when_due([*inner, f"loss = loss + {term}"])]

    def when_due(self, lines: list[str]) -> list[str]:
        return lines if self.due == "True" else [f"if {self.due}:", *indented(lines)]


def one_each(axes: int) -> Callable[[Text, ast.AST], str | None]:
    """One number for each sample, to be spread over its axes: (N, 1) for points, (N, 1, 1, 1) for pictures."""

    def special(_: Text, node: ast.AST) -> str | None:
        spread = isinstance(node, ast.Starred) and ast.unparse(node) == "*[1] * (real.dim() - 1)"
        return ", ".join(["1"] * axes) if spread else None

    return special


def _is(text: str, *kinds: type) -> bool:
    """Whether an expression is of this kind, and its operator of the other."""
    node = ast.parse(text, mode="eval").body
    return all(isinstance(one, kind) for one, kind in zip((node, getattr(node, "op", None)), kinds, strict=False))
