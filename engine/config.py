"""RunConfig: the one value that decides a run. Same config, same run.

As JSON it is complete and readable; as a link it is what differs from the defaults, squeezed into URL-safe text. Both come
back through the same strict model, so that a link is checked exactly like the form.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Annotated, Any

import torch
from pydantic import ValidationError, model_validator
from torch import Generator, Tensor

from engine.augment import AUGMENTS, Augment
from engine.batches import SERVES, Shape
from engine.data import DATA, Data
from engine.data.points import Ring
from engine.games import GAMES, GAN, Code, Game, Latent, Make, draw, in_order, width
from engine.links import LONGEST, BadLink, pack_link, unpack_link
from engine.losses import LOSSES, Loss, NonSaturating
from engine.networks import DISCRIMINATORS, GENERATORS, MLP, Network
from engine.optim import OPTIMIZERS, Adam, Optimizer
from engine.parts import AnyOf, Called, OneOf, Part, explain, knob, knobs, name_in
from engine.penalties import PENALTIES, Penalty


class BadRecipe(ValueError):
    """A recipe that cannot be run; the message is one sentence for a person."""


class Training(Part):
    """What is neither data nor game: how many samples a turn sees, and the average that is shown."""

    batch: int = knob(64, 2, 1024, "samples in each turn", log=True)
    average: float = knob(0.999, 0.0, 0.99999, "decay of G's moving average, which the page shows; 0 = show G itself", live=True)


class RunConfig(Part):
    """A recipe with its seed."""

    data: Annotated[Data, OneOf("data set", DATA)] = Ring()
    game: Annotated[Game, OneOf("game", GAMES)] = GAN()
    latent: Latent = Latent()
    generator: Annotated[Network, OneOf("network", GENERATORS)] = MLP()
    discriminator: Annotated[Network, OneOf("network", DISCRIMINATORS)] = MLP()
    loss: Annotated[Loss, OneOf("loss", LOSSES)] = NonSaturating()
    penalties: Annotated[tuple[Penalty, ...], AnyOf("penalty", PENALTIES)] = ()
    augment: Annotated[tuple[Augment, ...], AnyOf("change to what D sees", AUGMENTS)] = ()
    g_optimizer: Annotated[Optimizer, OneOf("optimizer", OPTIMIZERS)] = Adam()
    d_optimizer: Annotated[Optimizer, OneOf("optimizer", OPTIMIZERS)] = Adam()
    training: Training = Training()
    seed: int = knob(0, 0, 2**31 - 1, "decides every random number of the run")

    @model_validator(mode="after")
    def _fits(self) -> RunConfig:
        if self.data.gives not in SERVES[self.game.eats]:
            fitting = ", ".join(name for name, kind in DATA.items() if kind.gives in SERVES[self.game.eats])
            raise ValueError(
                f"{type(self.game).__name__} needs {self.game.eats.__name__} batches, but {type(self.data).__name__} yields "
                f"{self.data.gives.__name__}. Data that fits: {fitting}"
            )
        self._packs_fit()
        self._networks_fit()
        if why := self.game.refuses(self.make, penalised=bool(self.penalties)):
            raise ValueError(why)
        return self

    def _packs_fit(self) -> None:
        """ValueError, in one sentence, where D cannot judge as many samples at once as it is to."""
        n, batch = self.pack, self.training.batch
        if n > 1 and not self.game.packs:
            fitting = ", ".join(name for name, kind in GAMES.items() if kind.packs)
            raise ValueError(
                f"{type(self.game).__name__} asks about each sample alone, so D cannot judge {n} at once; choose {fitting}"
            )
        if batch % n or batch < 2 * n:
            fitting = str(max(batch // n, 2) * n)
            raise ValueError(f"a batch of {batch} is no two or more packs of {n} samples; choose {fitting} samples in each turn")

    def _networks_fit(self) -> None:
        """ValueError, in one sentence, where a network cannot lead from what it would be shown to what is asked of it."""
        tables = {"generator": GENERATORS, "discriminator": DISCRIMINATORS}
        for role, takes, gives, picture in self.game.tasks(self.make):
            suiting = [kind for kind in tables[role].values() if self.game.patches or not kind.patches]
            network: Network = getattr(self, role)
            if type(network) in suiting and network.leads(takes, gives):
                if (added := network.adds(takes, gives)) and picture and added != picture:
                    raise ValueError(f"{role}.added must be off here: {_misplaced(added, picture)}")
                continue
            fitting = next((kind() for kind in suiting if kind().leads(takes, gives)), None)
            if fitting is None:
                raise ValueError(f"no {role} {self._far(takes, gives)}; choose other data")
            far = self.game.translates and network.leads(gives, gives)  # a translator, but of another side
            why = f"never {self._far(takes, gives)}" if far else self._unfit(role, network)
            raise ValueError(f"{type(network).__name__} as {role} {why}; choose {name_in(tables[role], fitting)}")

    def _far(self, takes: Shape, gives: Shape) -> str:
        way = " to ".join(" x ".join(map(str, shape)) for shape in (takes, gives))
        return f"leads from {way}, as {type(self.game).__name__} on {type(self.data).__name__} needs"

    def _unfit(self, role: str, network: Network) -> str:
        """Why a network will not do in this role, in a few words."""
        data, game = type(self.data).__name__, type(self.game).__name__
        if network.patches:
            return f"scores patches of pictures, but {game} on {data} needs one answer for each of {self.data.are}"
        if role == "generator" and (self.game.translates or network.leads(self.data.shape, self.data.shape)):
            of = "pictures" if self.game.translates else "noise"
            return f"draws {network.draws}, but {game} on {data} makes {self.data.are} of {of}"
        return f"draws {network.draws}, but {data} are {self.data.are}"

    @property
    def make(self) -> Make:
        """The builder of this recipe's networks."""
        data = self.data
        shapes = data.shape, data.classes, data.given, data.picture
        return Make(self.generator, self.discriminator, width(self.codes), *shapes, self.pack)

    @property
    def pack(self) -> int:
        """How many samples D judges at once."""
        return math.prod(augment.pack for augment in self.augment) if "augment" in self.game.uses else 1

    @property
    def codes(self) -> tuple[Code, ...]:
        """What G is fed, column by column."""
        return self.game.codes(self.latent, self.data.class_names)

    @property
    def columns(self) -> int:
        """Pictures in a row of a sheet: one for each choice of the first category, if they are not too many."""
        choices = (code.size for code in self.codes if code.kind == "category" and 4 <= code.size <= 12)
        return next(choices, self.game.sheet[1])

    @property
    def rows(self) -> int:
        """Rows of a sheet."""
        return self.game.sheet[0]

    def fed(self, n: int, generator: Generator, device: torch.device, *, in_columns: bool = False) -> Tensor:
        """n random inputs of G, (n, code); in_columns: with the first category going round, for a sheet."""
        fed = draw(self.codes, self.latent, n, generator, device)
        return in_order(self.codes, fed) if in_columns else fed

    @classmethod
    def from_json(cls, text: str, called: Called = ".".join) -> RunConfig:
        """A checked recipe. Missing knobs take their defaults.  BadRecipe, in one sentence, for anything wrong.

        called: how that sentence names a knob.
        """
        if len(text) > LONGEST:
            raise BadRecipe(f"The recipe is {len(text):,} characters long; {LONGEST:,} are allowed.")
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise BadRecipe(explain(error, cls, called)) from None
        except RecursionError:
            raise BadRecipe("The recipe is nested too deeply.") from None

    @classmethod
    def from_dict(cls, value: Any, called: Called = ".".join) -> RunConfig:
        """The same for a plain dict, as a form or a command line builds it."""
        try:
            return cls.from_json(json.dumps(value), called)
        except BadRecipe:
            raise
        except (TypeError, ValueError) as error:
            raise BadRecipe(f"The recipe is no plain data: {error}.") from None
        except RecursionError:
            raise BadRecipe("The recipe is nested too deeply.") from None

    def to_json(self) -> str:
        return self.model_dump_json()

    def differences(self) -> dict[str, Any]:
        """As plain data, what differs from the defaults; `from_dict` takes it back."""
        return _difference(self.model_dump(), RunConfig().model_dump())

    def to_link(self) -> str:
        """Short URL-safe text of the differences."""
        return pack_link(self.differences())

    @classmethod
    def from_link(cls, text: str) -> RunConfig:
        """The inverse of `to_link`.  BadRecipe for a damaged link."""
        try:
            return cls.from_dict(unpack_link(text))
        except BadLink as error:
            raise BadRecipe(str(error)) from None

    def with_knobs(self, changes: Mapping[str, Any]) -> RunConfig:
        """A copy with dotted knobs set, e.g. {"data.modes": 9, "loss": "hinge", "penalties.r1.weight": 0.1}; checked."""
        value = self.model_dump()
        for path, new in changes.items():
            _put(value, path, new)
        return RunConfig.from_dict(value)


def _misplaced(added: int, picture: int) -> str:
    """What goes wrong where so many planes are added, of which so many are a picture."""
    if added > picture:
        return "what is told beside the picture would be taken for its colours"
    return "of a picture in colour only the red would be added to a grey one"


def _difference(value: dict[str, Any], default: dict[str, Any]) -> dict[str, Any]:
    """The entries that differ. A part of another kind than the default's is kept with its name, less its own defaults."""
    different: dict[str, Any] = {}
    for key, item in value.items():
        if item == default.get(key):
            continue
        if not isinstance(item, dict):
            different[key] = item
        elif "name" in item:
            same = {name: k.default for name, k in knobs(TABLES[key][item["name"]]).items()}
            different[key] = {name: entry for name, entry in item.items() if name == "name" or entry != same.get(name)}
        elif key in TABLES:
            different[key] = {
                row: {name: entry for name, entry in held.items() if entry != knobs(TABLES[key][row])[name].default}
                for row, held in item.items()
            }
        else:
            different[key] = _difference(item, default.get(key, {}))
    return different


def _put(value: dict[str, Any], path: str, new: Any) -> None:
    """Set one knob of a recipe's plain data; what does not fit is found when the data are checked."""
    section, *inner = path.split(".")
    if section not in value:
        raise BadRecipe(f"{path}: a recipe has no section {section!r}. Known: {', '.join(value)}.")
    here: Any = value
    name = section
    for step in inner:
        if section in SETS and here is value and isinstance(here[name], dict):
            here[name].setdefault(step, {})  # setting a knob of a penalty adds the penalty
        here, name = here.get(name), step
        if not isinstance(here, dict):
            raise BadRecipe(f"{path}: there is nothing to set below a single value.")
    here[name] = _chosen(section, new) if here is value else new


def _chosen(section: str, new: Any) -> Any:
    """A choice may be written as a bare name, `loss=hinge`, or as names with commas, `penalties=r1,r2`."""
    if not isinstance(new, str) or section not in TABLES:
        return new
    return {name.strip(): {} for name in new.split(",") if name.strip()} if section in SETS else {"name": new}


TABLES: dict[str, Mapping[str, type[Part]]] = {
    "data": DATA,
    "game": GAMES,
    "generator": GENERATORS,
    "discriminator": DISCRIMINATORS,
    "loss": LOSSES,
    "penalties": PENALTIES,
    "augment": AUGMENTS,
    "g_optimizer": OPTIMIZERS,
    "d_optimizer": OPTIMIZERS,
}
"""For each section of the recipe that chooses from a table, that table."""

SETS = ("penalties", "augment")
"""The sections that hold any number of parts, each at most once."""


def is_live(old: RunConfig, new: RunConfig) -> bool:
    """Whether a running run can take `new` on without starting again: only live knobs differ."""
    return all(_live(getattr(old, name), getattr(new, name)) for name in RunConfig.model_fields)


def _live(old: Any, new: Any) -> bool:
    if old == new:
        return True
    if isinstance(old, tuple):
        return len(old) == len(new) and all(_live(a, b) for a, b in zip(old, new, strict=True))
    if not isinstance(old, Part) or type(old) is not type(new):
        return False
    return all(k.live for name, k in knobs(type(old)).items() if getattr(old, name) != getattr(new, name))
