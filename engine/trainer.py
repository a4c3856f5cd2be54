"""The trainer: the only code that owns optimizers.

Zero-grad, gradients for nobody but the turn's players, norms, steps, clipping, averages, readings and the state for a
checkpoint are written here once, for every game. A round never waits for the device.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

import torch
from torch import Generator, Tensor, nn

from engine.batches import Batch, Source
from engine.checkpoint import LEARNED, BadCheckpoint, Checkpoint
from engine.config import BadRecipe, RunConfig, is_live
from engine.data.base import Tell, silent
from engine.games import Players, Rules, Turn, is_judge
from engine.layers import Packed, Stochastic
from engine.optim import Average, Optimizer, Past, Weights, prepared, set_knobs, step
from engine.recorder import Recorder

ENGINE = torch.autograd.Variable._execution_engine
"""What `loss.backward(inputs=...)` comes to after checks that cost as much as a small layer: 30 us of a turn's 500."""
POINTS = 512  # inputs of G that are looked at, always the same; of pictures a sheet
COMPANY = 4
"""What a run's seed is raised by for the real samples beside which a D of packs is asked; see data.points.TRAINING."""
Who = Callable[[str], bool]
"""Which players learn; the turns of the others are played without a step."""


def everybody(player: str) -> bool:
    return True


def creators(player: str) -> bool:
    return not is_judge(player)


WHO: dict[str, Who] = {"round": everybody, "D": is_judge, "G": creators}


class Played(NamedTuple):
    """What the last turn was made of, on the device: for whoever tells it."""

    players: tuple[str, ...]
    learners: tuple[str, ...] = ()  # of them those that made a step
    noted: Mapping[str, Tensor] = {}  # readings of this turn alone; some have a number for each sample
    scores: Mapping[str, Tensor] = {}  # more of what judges said, which no curve shows
    latents: int = 0  # drawn for it
    samples: int = 0  # of real data, drawn for it


class Trainer:
    """A run in this process: networks, optimizers, data and the count of rounds."""

    def __init__(self, config: RunConfig, device: str | torch.device = "cpu", tell: Tell = silent) -> None:
        self.config = config
        self.device = torch.device(device)
        self.generator = Generator(self.device).manual_seed(config.seed)
        training = config.data.training(config.seed, self.device, tell)
        self.source = config.game.reads(training, config.data, config.seed, self.device)
        self.players = self._build()
        nets = vars(self.players)
        self.weights = {name: self._flat(net) for name, net in nets.items()}
        self.averages = {name: Average(self.weights[name]) for name in nets if not is_judge(name)}
        self.optimizers = {name: prepared(self._optimizer(name).build(self.weights[name].flat)) for name in nets}
        self.pasts = {name: Past(self.weights[name]) for name in nets if self._optimizer(name).history}
        self.shown = Players(**(nets | {name: average.net for name, average in self.averages.items()}))
        self.rules = self._rules()
        self.recorder = Recorder(self.device)
        self.last = Played(())
        self._turns: Iterator[Turn] | None = None
        self._ahead: Turn | None = None  # worked out already, by `goes_on`
        self._drawn = 0  # real samples since the last turn
        self._readings: dict[str, Tensor] = {}
        self._teams: dict[tuple[str, ...], tuple[Tensor, ...]] = {}
        self._one = torch.ones((), device=self.device)  # a loss's gradient with respect to itself
        for net in nets.values():
            net.train()
            for module in net.modules():
                if isinstance(module, Stochastic):
                    module.generator = self.generator
                if isinstance(module, Packed):
                    company = aside(self.source, module.wanted, Generator(self.device).manual_seed(config.seed + COMPANY))
                    module.meet(company.real)

    # -- playing ----------------------------------------------------------------------------------------------------

    @property
    def rounds(self) -> int:
        """Rounds played since the beginning of the run."""
        return self.rules.rounds

    @property
    def between_rounds(self) -> bool:
        """Whether no round is half played, so that `state` can be taken."""
        return self._turns is None

    def round(self, who: Who = everybody) -> None:
        """Play to the end of the round; of the turns that are left, those of `who` are minimised."""
        while self._next_turn(who) is not None:
            pass

    def turn(self, who: Who = everybody) -> Turn:
        """Play one turn, the first of the next round if this round has none left."""
        turn = self._next_turn(who)
        while turn is None:
            turn = self._next_turn(who)
        return turn

    def goes_on(self) -> bool:
        """Whether the round that was begun has another turn; if not, it is over now.

        Only the game knows, so that turn's loss is worked out here and kept for whoever plays it: no number differs, but a
        knob that moves in between acts one turn later.
        """
        if self._turns is not None and self._ahead is None:
            self._ahead = next(self._turns, None)
            if self._ahead is None:
                self._end_round()
        return self._ahead is not None

    def _next_turn(self, who: Who) -> Turn | None:
        if self._turns is None:
            self._turns = self.config.game.round(self.players, self._batches(), self.rules)
        turn, self._ahead = self._ahead or next(self._turns, None), None
        if turn is None:
            self._end_round()
        else:
            self._minimise(turn, turn.players if who is everybody else tuple(filter(who, turn.players)))
        return turn

    def _minimise(self, turn: Turn, learners: tuple[str, ...]) -> None:
        noted = {_loss_name(turn.players, self.config.game.judged): turn.loss.detach()}
        for name, value in turn.readings.items():
            noted[name] = value.detach()
        noted.update(self.rules.take_readings())
        if learners:
            self._descend(turn, learners, noted)
        self._readings.update(noted)
        scores, latents = self.rules.take_scores()
        self.last = Played(turn.players, learners, noted, {**turn.scores, **scores}, latents, self._drawn)
        self._drawn = 0

    def _descend(self, turn: Turn, learners: tuple[str, ...], noted: dict[str, Tensor]) -> None:
        """One step of each of these players down the gradient of a turn's loss."""
        for name in learners:
            self.weights[name].gradient.zero_()
        inputs = self._inputs(learners)
        ENGINE.run_backward((turn.loss,), (self._one,), False, False, inputs, allow_unreachable=True, accumulate_grad=True)
        for name in learners:
            noted[f"{name} gradient"] = self.weights[name].slope()
            if past := self.pasts.get(name):
                past.pull(self._optimizer(name).history)
            step(self.optimizers[name])
            if clip := self._optimizer(name).clip:
                self.weights[name].flat.data.clamp_(-clip, clip)
            self.weights[name].moved()

    def _inputs(self, learners: tuple[str, ...]) -> tuple[Tensor, ...]:
        """The weights of these players, whose gradients a turn asks for."""
        if learners not in self._teams:
            self._teams[learners] = tuple(chain.from_iterable(self.weights[name].parameters for name in learners))
        return self._teams[learners]

    def _end_round(self) -> None:
        self._turns = None
        self.rules.rounds += 1
        self.rules.clock += 1
        if self.config.training.average:
            for average in self.averages.values():
                average.follow(self.config.training.average, self.rounds)
        self._record(self._readings)
        self._readings = {}

    def _record(self, readings: Mapping[str, Tensor]) -> None:
        """Keep the readings of the round that is over: scalars, or a number for each sample, whose mean is meant."""
        self.recorder.add(self.rounds, {name: value.mean() if value.dim() else value for name, value in readings.items()})

    def _batches(self) -> Iterator[Batch]:
        while True:
            self._drawn += self.config.training.batch
            yield self.source.batch(self.config.training.batch, self.generator)

    # -- changing, keeping ------------------------------------------------------------------------------------------

    def update(self, config: RunConfig) -> None:
        """Take on live knobs, from the next turn.  BadRecipe if a knob differs that needs a new run."""
        if not is_live(self.config, config):
            raise BadRecipe("This change needs a new run: it is not only live knobs that differ.")
        self.catch_up()  # an average that is switched on starts from the weights of now
        self.config = config
        for name, value in self._chosen().items():
            setattr(self.rules, name, value)
        for name, optimizer in self.optimizers.items():
            set_knobs(optimizer, self._optimizer(name))

    def catch_up(self) -> None:
        """Make `shown` current where nothing is averaged."""
        if not self.config.training.average:
            for average in self.averages.values():
                average.copy()

    def healthy(self) -> bool:
        """Whether every weight is finite. Waits for the device."""
        return all(bool(weights.flat.data.isfinite().all()) for weights in self.weights.values())

    def state(self) -> tuple[dict[str, Tensor], dict[str, Any]]:
        """All that changes while training, between two rounds: tensors by name, and plain facts. See `load_state`."""
        if self._turns is not None:
            raise RuntimeError("a round is half played; finish it with round() before keeping the state")
        tensors = dict(self._tensors())
        tensors |= {f"recorder/{key}": value for key, value in self.recorder.state().items()}
        tensors |= {f"source/{key}": value for key, value in self.source.state().items()}
        tensors["generator"] = self.generator.get_state()
        return tensors, {"rounds": self.rounds, "columns": self.recorder.columns}

    def load_state(self, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
        """Continue exactly where `state` was taken.  ValueError, in one sentence, if the state is of another recipe."""
        self._turns, self._ahead, self._readings = None, None, {}
        mine = dict(self._tensors())
        theirs = {key: value for key, value in tensors.items() if key.partition("/")[0] in LEARNED}
        check_table(mine, theirs)
        with torch.no_grad():
            for key, value in mine.items():
                value.copy_(theirs[key])
        self.generator.set_state(tensors["generator"].cpu())
        self.source.load_state(
            {key.removeprefix("source/"): value for key, value in tensors.items() if key.startswith("source/")}
        )
        recorded = {key.removeprefix("recorder/"): value for key, value in tensors.items() if key.startswith("recorder/")}
        self.recorder.load_state(list(facts["columns"]), recorded)
        self.rules.rounds = int(facts["rounds"])
        self.rules.clock.fill_(self.rules.rounds)

    def restore(self, checkpoint: Checkpoint) -> None:
        """`load_state` for a file that may come from a stranger.  BadCheckpoint, in one sentence, if it does not fit."""
        try:
            self.load_state(checkpoint.tensors, checkpoint.facts)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise BadCheckpoint(f"The saved state does not fit its recipe: {str(error).splitlines()[0]}.") from None

    def _tensors(self) -> Iterator[tuple[str, Tensor]]:
        for name, net in vars(self.players).items():
            yield from ((f"net/{name}/{key}", value) for key, value in net.state_dict().items())
        for name, average in self.averages.items():
            yield from ((f"average/{name}/{key}", value) for key, value in average.net.state_dict().items())
        for name, optimizer in self.optimizers.items():
            for held in optimizer.state.values():
                yield from ((f"optimizer/{name}/{key}", value) for key, value in held.items() if isinstance(value, Tensor))
        for name, past in self.pasts.items():
            yield from ((f"past/{name}/{key}", value) for key, value in past.state().items())

    # -- building ---------------------------------------------------------------------------------------------------

    def _build(self) -> Players:
        nets = fresh_players(self.config)
        pictures = len(self.config.data.shape) == 3
        layout = torch.channels_last if pictures else torch.preserve_format
        return Players(**{name: net.to(self.device).to(memory_format=layout) for name, net in nets.items()})

    def _flat(self, net: nn.Module) -> Weights:
        return Weights(net)

    def _rules(self) -> Rules:
        return Rules(**self._chosen(), **self._given(), generator=self.generator)

    def _optimizer(self, player: str) -> Optimizer:
        return self.config.d_optimizer if is_judge(player) else self.config.g_optimizer

    def _chosen(self) -> dict[str, Any]:
        config = self.config
        return {"loss": config.loss, "penalties": config.penalties, "augment": config.augment, "latent": config.latent}

    def _given(self) -> dict[str, Any]:
        """What the rules are told once and for all."""
        return {
            "device": self.device,
            "codes": self.config.codes,
            "probe": self._probe(),
            "clock": torch.zeros((), device=self.device),
            "names": {net: name for name, net in vars(self.players).items()},
        }

    def _probe(self) -> Tensor:
        """The inputs of G that are looked at, from a generator of their own; a sheet has a column for each choice of a class."""
        generator, pictures = Generator(self.device).manual_seed(self.config.seed + 1), len(self.config.data.shape) == 3
        n = self.config.rows * self.config.columns if pictures else POINTS
        return self.config.fed(n, generator, self.device, in_columns=pictures)


def fresh_players(config: RunConfig) -> dict[str, nn.Module]:
    """The networks of a recipe as its seed has them begin."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(config.seed)  # torch's own initialisations know no other generator
        return config.game.players(config.make)


def aside(source: Source, n: int, generator: Generator) -> Batch:
    """n real samples from the source, whose place in the data is put back."""
    place = source.state()
    batch = source.batch(n, generator)
    source.load_state(place)
    return batch


def kept(trainer: Trainer, **facts: Any) -> Checkpoint:
    """The trainer's state with its recipe, ready for a file."""
    tensors, own = trainer.state()
    return Checkpoint(tensors, {**own, "config": trainer.config.model_dump(), "device": trainer.device.type, **facts})


def restored(checkpoint: Checkpoint, device: str | torch.device = "cpu", tell: Tell = silent) -> Trainer:
    """A trainer that goes on where the checkpoint was taken.  BadCheckpoint if its state does not fit its recipe."""
    trainer = Trainer(RunConfig.from_dict(checkpoint.facts.get("config")), device, tell)
    trainer.restore(checkpoint)
    return trainer


def check_table(mine: Mapping[str, Tensor], theirs: Mapping[str, Tensor]) -> None:
    """ValueError, naming the first difference, unless both have the same names, shapes and kinds of numbers."""
    for key in mine.keys() | theirs.keys():
        if key not in theirs or key not in mine:
            raise ValueError(
                f"the saved state {'lacks' if key not in theirs else 'has an unknown'} {key!r}; it belongs to another recipe"
            )
        if mine[key].shape != theirs[key].shape or mine[key].dtype != theirs[key].dtype:
            found, expected = (f"{tuple(held.shape)} of {held.dtype}" for held in (theirs[key], mine[key]))
            raise ValueError(f"{key!r} has the shape {found}, expected {expected}; it belongs to another recipe")


@cache
def _loss_name(players: tuple[str, ...], judged: bool) -> str:
    """d_loss, g_loss, or the team's names where neither all judge nor all create; loss where nobody judges anybody."""
    judges = [is_judge(name) for name in players]
    if not judged:
        return "loss"
    return "d_loss" if all(judges) else "g_loss" if not any(judges) else f"{'+'.join(players)} loss"
