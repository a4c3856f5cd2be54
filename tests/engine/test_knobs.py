"""Every knob of every part on a run that is playing: a live one takes effect, a structural one is refused."""

import pytest
from recipes import OF_PAIRS, OF_PICTURES, same, tiny, tiny_pictures

from engine.config import SETS, TABLES, BadRecipe, RunConfig, Training
from engine.data import DATA
from engine.games import Latent
from engine.parts import knobs
from engine.trainer import Trainer


def recipes_with(section: str, row: str) -> RunConfig:
    """A small recipe in which this row acts."""
    if section in ("generator", "discriminator") and row in (*OF_PICTURES, *OF_PAIRS):
        size = {"width": 8} if row == "mlp" else {"width": 4}
        game = {"game": "pix2pix"} if row in OF_PAIRS else {}
        return tiny_pictures(**game, **{section: {"name": row} | size})
    return tiny(**{section: {row: {}} if section in SETS else row})


def knobs_of_a_run() -> dict[str, tuple[str, RunConfig, bool]]:
    """By a name for the test: a knob's path, a recipe in which it acts, and whether it is live."""
    found = {"seed": ("seed", tiny(), False)}
    for section, part in (("training", Training), ("latent", Latent)):
        found |= {f"{section}.{name}": (f"{section}.{name}", tiny(), k.live) for name, k in knobs(part).items()}
    for section, table in TABLES.items():
        if section == "data":
            table = {name: DATA[name] for name in ("ring", "glyphs")}  # what holds for one data set holds for all
        for row, part in table.items():
            for name, k in knobs(part).items():
                path = f"{section}.{row}.{name}" if section in SETS else f"{section}.{name}"
                found[f"{section}[{row}].{name}"] = path, recipes_with(section, row), k.live
    return found


RUNNING = knobs_of_a_run()
LIVE = {name: (path, config) for name, (path, config, live) in RUNNING.items() if live}
FIXED = {name: (path, config) for name, (path, config, live) in RUNNING.items() if not live}


QUICK = {  # where to begin, so that a change is seen within three rounds
    "augment.instance-noise.rounds": 4,
    "augment.noisy-labels.share": 0.2,
    "training.average": 0.1,
    "game.warmup": 1,
}


FITTING = {"augment.packing.samples": 4}  # the next number would not divide the batch


def another_value(config: RunConfig, path: str) -> object:
    """A value of this knob that fits, is not the one it has, and is large enough to matter."""
    if path in FITTING:
        return FITTING[path]
    part, name = config, path.rpartition(".")[2]
    section = path.partition(".")[0]
    if section != path:
        held = getattr(config, section)
        part = held[0] if isinstance(held, tuple) else held
    k, value = knobs(type(part))[name], getattr(part, name)
    if k.kind == "switch":
        return not value
    if k.kind == "choice":
        return next(option for option in k.options if option != value)
    if k.kind == "whole":
        return value + 1 if value < k.high else value - 1
    larger = value * 1.5 if value else k.low + (k.high - k.low) / 100
    return larger if larger <= k.high else value / 2


@pytest.mark.parametrize(("path", "config"), LIVE.values(), ids=LIVE)
def test_a_live_knob_keeps_the_run_and_takes_effect(path, config):
    config = config.with_knobs({name: value for name, value in QUICK.items() if name == path})
    trainers = Trainer(config), Trainer(config)
    for trainer in trainers:
        trainer.round()
        if hasattr(getattr(trainer.players, "D", None), "k"):
            trainer.players.D.k.fill_(0.5)  # BEGAN's balance, away from its end
    untouched, turned = trainers
    turned.update(config.with_knobs({path: another_value(config, path)}))
    assert turned.rounds == 1
    for _ in range(3):
        untouched.round()
        turned.round()
    assert not same(untouched.state()[0], turned.state()[0])
    assert turned.healthy()


@pytest.mark.parametrize(("path", "config"), FIXED.values(), ids=FIXED)
def test_a_structural_knob_is_refused_and_changes_nothing(path, config):
    trainer = Trainer(config)
    with pytest.raises(BadRecipe, match="needs a new run"):
        trainer.update(config.with_knobs({path: another_value(config, path)}))
    assert trainer.config == config


@pytest.mark.parametrize("section", TABLES)
def test_another_row_is_another_run(section):
    first, second = list(TABLES[section])[:2]
    around = {"data": {"name": "glyphs", "size": 16}} if section in ("generator", "discriminator") else {}
    config = tiny(**around, **{section: {first: {}} if section in SETS else first})
    with pytest.raises(BadRecipe, match="needs a new run"):
        Trainer(config).update(config.with_knobs({section: second}))


def test_a_live_knob_set_to_what_it_was_changes_nothing():
    one, other = Trainer(tiny()), Trainer(tiny())
    other.update(tiny())
    for trainer in (one, other):
        trainer.round()
    assert same(one.state()[0], other.state()[0])
