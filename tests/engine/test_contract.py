"""One contract for every row of every table: whoever adds a row has already been tested."""

import inspect
import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from recipes import AT_HAND, CPU, around, changed, played, same, seeded, tiny, tiny_pictures, weights

from engine.augment import AUGMENTS
from engine.batches import SERVES
from engine.config import SETS, TABLES, RunConfig, Training
from engine.data import DATA
from engine.data.classic import Classic
from engine.games import GAMES, GAN, Game, Latent, is_judge
from engine.losses import LOSSES
from engine.networks import NETWORKS
from engine.observer import Observer
from engine.optim import OPTIMIZERS
from engine.parts import Part, knobs
from engine.penalties import PENALTIES
from engine.presets import PRESETS, Preset
from engine.trainer import WHO, Trainer

PARTS: dict[str, type[Part]] = {
    f"{table}-{name}": part
    for table, rows in {
        "game": GAMES,
        "loss": LOSSES,
        "penalty": PENALTIES,
        "augment": AUGMENTS,
        "network": NETWORKS,
        "optimizer": OPTIMIZERS,
        "data": DATA,
        "other": {"latent": Latent, "training": Training, "recipe": RunConfig},
    }.items()
    for name, part in rows.items()
}
every_part = pytest.mark.parametrize("part", PARTS.values(), ids=PARTS)
every_game = pytest.mark.parametrize("game", GAMES)
every_judged_game = pytest.mark.parametrize("game", [name for name, game in GAMES.items() if game.judged])
every_optimizer = pytest.mark.parametrize("optimizer", OPTIMIZERS)

# Who thought of it: a paper's number; for the few older than arXiv their place; for our own the word "ours".
OWNER = re.compile(r"arXiv:\d{4}\.\d{4,5}|\b[Oo]urs\b|Proceedings of the IEEE|Krizhevsky 2009|GAN Lab|\bours,")
NOT_IDEAS = ("other-training", "other-recipe", "other-latent")  # groups of knobs; each knob's help names its owner


# -- every part -------------------------------------------------------------------------------------------------------


@every_part
def test_it_survives_json(part):
    made = part()
    assert part.model_validate_json(made.model_dump_json()) == made


@pytest.mark.parametrize(
    ("section", "name"),
    [(section, name) for section, table in TABLES.items() for name in table],
    ids=lambda value: value,
)
def test_it_survives_the_json_and_the_link_of_a_recipe(section, name):
    choice = {name: {}} if section in SETS else name
    config = RunConfig.from_dict(around(section, name) | {section: choice})
    assert RunConfig.from_json(config.to_json()) == config
    assert RunConfig.from_link(config.to_link()) == config


@pytest.mark.parametrize("name", [name for name in PARTS if name not in NOT_IDEAS])
def test_its_docstring_says_in_plain_words_what_it_is_and_whose(name):
    about = inspect.getdoc(PARTS[name])
    assert PARTS[name].__doc__, "it has no docstring of its own"
    first = about.split("\n")[0]
    assert first[0].isupper() or first[0].isdigit()
    assert len(first.split(".")[0]) > 10
    assert OWNER.search(about), f"name the paper (arXiv:1234.56789) or say that it is ours: {about!r}"


@every_part
def test_each_knob_has_help_and_a_default_inside_its_range(part):
    for name, k in knobs(part).items():
        assert len(k.help) >= 5, name
        if k.kind in ("number", "whole"):
            assert k.low is not None, name
            assert k.high is not None, name
            assert k.low <= k.default <= k.high, name
            assert k.low < k.high, name
            assert not k.log or k.high > 0, name
        if k.kind == "choice":
            assert k.default in k.options, name


@every_part
def test_all_its_fields_are_knobs(part):
    if part is not RunConfig:
        assert set(knobs(part)) == set(part.model_fields)


@pytest.mark.parametrize("table", [GAMES, LOSSES, PENALTIES, AUGMENTS, NETWORKS, OPTIMIZERS, DATA, PRESETS])
def test_names_are_short_and_fit_a_command_line(table):
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in table)


# -- games ------------------------------------------------------------------------------------------------------------


@every_game
def test_a_games_diagram_names_its_players_and_sections_of_the_recipe(game):
    config = tiny(game=game)
    nodes, edges = config.game.diagram()
    trainer = Trainer(config)
    names, players = [node.name for node in nodes], set(vars(trainer.players))
    assert len(set(names)) == len(names)
    assert {node.name for node in nodes if node.kind == "player"} == players
    assert all(set(node.players) <= players for node in nodes)
    always = {"data", "game", "training", "g_optimizer", "d_optimizer"}
    assert {node.section for node in nodes} <= always | set(config.game.uses)
    assert all({edge.start, edge.end} <= set(names) and set(edge.turns) <= players and edge.turns for edge in edges)
    assert len({(node.column, node.name) for node in nodes}) == len(nodes)


@every_game
def test_in_a_games_diagram_gradients_flow_from_the_loss_of_each_turn_to_its_players(game):
    trainer = Trainer(tiny(game=game))
    nodes, edges = trainer.config.game.diagram()
    for _ in range(2):
        players = trainer.turn().players
        (loss,) = [node.name for node in nodes if node.kind == "loss" and set(players) <= set(node.players)]
        reached = {loss}
        for _ in edges:
            reached |= {e.end for e in edges if e.gradient and set(e.turns) & set(players) and e.start in reached}
        assert set(players) <= reached


# -- data -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", AT_HAND.values(), ids=AT_HAND)
def test_data_are_the_same_for_the_same_seed(kind):
    one, again, other = (kind().open(CPU).batch(6, seeded(seed)) for seed in (5, 5, 6))
    assert all(torch.equal(a, b) for a, b in zip(one, again, strict=True))
    assert not torch.equal(one.real, other.real)


@pytest.mark.parametrize("kind", AT_HAND.values(), ids=AT_HAND)
def test_data_leave_torchs_own_chance_alone(kind):
    torch.manual_seed(0)
    before = torch.get_rng_state()
    kind().open(CPU).batch(6, seeded())
    assert torch.equal(torch.get_rng_state(), before)


# -- games ------------------------------------------------------------------------------------------------------------

KINDS = {"points": tiny, "pictures": tiny_pictures}
every_kind = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@every_game
def test_some_data_fit_a_game(game):
    assert any(kind.gives in SERVES[GAMES[game].eats] for kind in DATA.values())


@every_game
def test_the_sections_that_a_game_uses_are_sections(game):
    assert set(GAMES[game].uses) <= set(RunConfig.model_fields)


@every_game
def test_a_game_has_creators_and_judges_if_it_is_judged(game):
    names = set(tiny(game=game).game.players(tiny(game=game).make))
    assert any(is_judge(name) for name in names) == GAMES[game].judged
    assert any(not is_judge(name) for name in names)


@every_game
@every_kind
def test_what_a_game_feeds_its_players_fits_them(game, kind):
    config = kind(game=game)
    nets, feeds = config.game.players(config.make), config.game.feeds(config.make, 4)
    assert {name: len(net(*feeds[name])) for name, net in nets.items()} == dict.fromkeys(nets, 4)


@every_game
def test_what_g_is_fed_is_laid_out_without_gaps(game):
    config = tiny(game=game)
    assert [code.start for code in config.codes] == [0, *(code.columns.stop for code in config.codes)][: len(config.codes)]
    fed = config.fed(64, seeded(), CPU)
    assert fed.shape == (64, config.make.code)
    for code in config.codes:
        of = code.of(fed)
        if code.kind == "category":
            assert set(of.unique().tolist()) <= {0, 1}
            assert of.sum(1).tolist() == [1] * 64
        elif code.kind == "continuous":
            assert of.abs().max() <= 1


@every_game
@every_kind
def test_a_games_limits_are_limits_of_its_readings(game, kind):
    trainer = played(kind(game=game), 1)
    assert set(trainer.config.game.limits()) <= set(trainer.recorder.columns)


@every_game
@every_kind
def test_a_turn_trains_its_players_and_no_one_else(game, kind):
    trainer = Trainer(kind(game=game))
    learned = set()
    for _ in range(4):
        before = weights(trainer)
        turn = trainer.turn()
        assert changed(before, weights(trainer)) == set(turn.players)
        learned |= set(turn.players)
    assert learned == set(before)


@every_game
def test_a_turn_leaves_no_gradient_on_anybody_else(game):
    trainer = Trainer(tiny(game=game))
    for _ in range(4):
        for held in trainer.weights.values():
            held.gradient.zero_()
        turn = trainer.turn()
        touched = {name for name, held in trainer.weights.items() if held.gradient.any()}
        assert touched == set(turn.players)


@every_game
@every_kind
@pytest.mark.parametrize("who", ["D", "G"])
def test_a_step_of_one_side_leaves_the_other_side_as_it_is(game, kind, who):
    trainer = Trainer(kind(game=game))
    before = weights(trainer)
    for _ in range(2):
        trainer.round(WHO[who])
    assert changed(before, weights(trainer)) == {name for name in before if is_judge(name) == (who == "D")}
    assert trainer.rounds == 2


@every_game
@every_kind
def test_a_game_shows_finite_pictures_of_its_data(game, kind):
    trainer = played(kind(game=game), 2)
    batch = trainer.source.batch(4, seeded())
    with torch.no_grad():
        shown = trainer.config.game.show(trainer.shown, batch, trainer.rules)
    assert "fake" in shown
    for name, picture in shown.items():
        make = trainer.config.make
        assert picture.shape[1:] in {make.data, make.given, make.picture}, name
        assert picture.isfinite().all(), name


@every_judged_game
@every_kind
def test_judging_and_pulling_give_a_number_for_each_sample_and_one_for_all(game, kind):
    trainer = played(kind(game=game), 1)
    batch, played_game = trainer.source.batch(6, seeded()), trainer.config.game
    if played_game.translates:
        pytest.skip("its judges are asked by `scored`, with what the samples were made of")
    x = batch.real
    scores = played_game.score(trainer.players, x)
    belief = played_game.belief(scores, scores[:3], scores[3:], trainer.rules)
    assert scores.shape == belief.shape == (6,)
    assert ((belief >= 0) & (belief <= 1)).all()
    assert played_game.pull(trainer.players, x, x, trainer.rules).shape == ()


SHOWN = {
    "as it is": {},
    "dropout": {"discriminator.dropout": 0.3},
    "batch norm": {"generator.norm": "batch", "discriminator.norm": "batch"},
    "spectral norm": {"discriminator.norm": "spectral"},
    "noise": {"augment": "instance-noise,noisy-labels"},
    "no average": {"training.average": 0.0},
}


@every_game
@pytest.mark.parametrize("changes", SHOWN.values(), ids=SHOWN)
def test_looking_does_not_disturb(game, changes):
    config = tiny(game=game).with_knobs(changes)
    alone, watched = Trainer(config), Trainer(config)
    observer = Observer(watched)
    for _ in range(5):
        observer.stage()
        observer.real_stage()
        observer.checks()
        alone.round()
        watched.round()
    alone.catch_up()
    watched.catch_up()
    assert same(alone.state()[0], watched.state()[0])


@every_game
def test_looking_at_pictures_does_not_disturb(game):
    config = tiny_pictures(game=game).with_knobs({"generator.norm": "batch", "discriminator.norm": "spectral"})
    alone, watched = Trainer(config), Trainer(config)
    observer = Observer(watched)
    for _ in range(3):
        observer.stage()
        alone.round()
        watched.round()
    assert same(alone.state()[0], watched.state()[0])


@every_game
def test_looking_between_the_turns_of_a_round_does_not_disturb(game):
    alone, watched = Trainer(tiny(game=game)), Trainer(tiny(game=game))
    observer = Observer(watched)
    for _ in range(5):
        alone.turn()
        watched.turn()
        observer.stage()
        observer.checks()
    alone.round()
    watched.round()
    assert same(alone.state()[0], watched.state()[0])


CHANCE = {
    f"{part}.{name}": value for part in ("generator", "discriminator") for name, value in (("dropout", 0.3), ("norm", "spectral"))
}
CHANCE |= {"penalties": "gradient-penalty,dragan", "augment": "instance-noise,noisy-labels"}


@every_game
def test_two_runs_in_one_process_do_not_meet(game):
    one, other = (tiny(game=game, seed=seed).with_knobs(CHANCE) for seed in (0, 1))
    alone = [played(config, 6).state()[0] for config in (one, other)]
    trainers = Trainer(one), Trainer(other)
    for _ in range(6):
        for trainer in trainers:
            trainer.round()
    assert all(same(mine, trainer.state()[0]) for mine, trainer in zip(alone, trainers, strict=True))


@every_game
def test_a_run_leaves_torchs_own_chance_alone(game):
    torch.manual_seed(1)
    before = torch.get_rng_state()
    trainer = played(tiny(game=game).with_knobs(CHANCE), 2)
    Observer(trainer).stage()
    assert torch.equal(torch.get_rng_state(), before)


@every_game
@every_kind
def test_the_seed_decides_the_run(game, kind):
    config = kind(game=game)
    assert same(played(config, 3).state()[0], played(config, 3).state()[0])
    assert len(changed(weights(Trainer(config)), weights(Trainer(kind(game=game, seed=1))))) >= 2


@every_optimizer
def test_every_optimizer_trains_and_clips(optimizer):
    chosen = {"name": optimizer, "clip": 0.05}
    trainer = played(tiny(d_optimizer=chosen, g_optimizer=optimizer), 3)
    assert trainer.healthy()
    assert trainer.weights["D"].flat.abs().max() <= 0.05
    assert trainer.weights["G"].flat.abs().max() > 0.05


def test_a_game_says_what_it_must_be_told():
    game = Game()
    with pytest.raises(NotImplementedError):
        game.players(tiny().make)
    assert isinstance(GAMES["gan"](), GAN)


# -- presets ----------------------------------------------------------------------------------------------------------


def shrunk(preset: Preset) -> RunConfig:
    """The same methods on small networks and few samples."""
    config, changes = preset.config, {"training.batch": 4}
    fewest = {"depth": 1, "dense": 0, "blocks": 1, "labels": 1, "warmup": 0}
    for section in ("generator", "discriminator", "game"):
        there = knobs(type(getattr(config, section)))
        changes |= {f"{section}.{name}": low for name, low in fewest.items() if name in there}
    changes |= {f"{role}.width": 4 for role in ("generator", "discriminator")}
    return config.with_knobs(changes)


def noise_to_download(data: Classic, tell: object, *, train: bool = True) -> SimpleNamespace:
    """In place of a data set that would be downloaded: 40 pictures of its shape, as torchvision lays them out."""
    shape = (40, 28, 28) if data.channels == 1 else (40, 32, 32, 3)
    chance = np.random.default_rng(0)
    return SimpleNamespace(data=chance.integers(0, 256, shape, dtype=np.uint8), targets=chance.integers(0, 10, 40))


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_every_preset_trains_three_rounds(preset, monkeypatch):
    monkeypatch.setattr(Classic, "_load", noise_to_download)
    trainer = played(shrunk(preset), 3)
    rows = trainer.recorder.take()
    assert trainer.healthy()
    game, learns = preset.config.game, "G gradient" in rows.columns
    due = {"d_loss": getattr(game, "adversarial", 1.0) > 0, "g_loss": learns} if game.judged else {"loss": True}
    assert {name for name in rows.columns if name.endswith("loss")} >= {name for name, is_due in due.items() if is_due}


@pytest.mark.parametrize("preset", PRESETS.values(), ids=PRESETS)
def test_a_preset_says_what_it_is(preset):
    assert preset.title
    assert preset.about.endswith(".")
    assert preset.rounds >= 100
    assert RunConfig.from_json(preset.config.to_json()) == preset.config
