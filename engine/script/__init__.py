"""A recipe as a short PyTorch script that needs nothing of ours and reproduces the run's losses on a CPU.

Nothing is told twice: loss, penalties, data and the game's round are our own source with the knobs written in (source.py), the
networks and optimizers are read off what was built (built.py). So what a row adds to a table can be shown at once; what cannot
is refused in one sentence, and the contract test of this package names it.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import torch
from torch import nn
from torch.nn.modules.module import register_module_parameter_registration_hook

from engine.batches import Samples
from engine.config import BadRecipe, RunConfig
from engine.networks import Network
from engine.presets import PRESETS, preset_of
from engine.script.built import Builder, Printer
from engine.script.code import Code, check_complete
from engine.script.data import data_text, few_text
from engine.script.feeding import latents
from engine.script.layout import about, commented, docstring
from engine.script.loop import Loop, learners


def script(config: RunConfig, rounds: int | None = None) -> str:
    """The script that plays this recipe for so many rounds; None: as many as its preset needs, or ROUNDS.

    BadRecipe, in one sentence, for what no script can show.
    """
    if config.game.translates:
        raise BadRecipe(f"{type(config.game).title} cannot be written as a script yet.")
    name = preset_of(config)
    preset = PRESETS[name] if name else None
    title = preset.title if preset else "A GAN"
    rounds = rounds or (preset.rounds if preset else ROUNDS)
    code = Code()
    data = data_text(code, config.data, labelled=config.game.eats is not Samples)
    drawing = code.taken()
    draw_z = latents(code, config)
    nets, networks = _networks(code, config)
    layers = code.taken()
    loop = Loop(code, config, nets)
    blocks = [
        "\n".join(docstring(f"{title}, as in the GAN playground; on a CPU the losses are the same, up to rounding.")),
        "",  # the imports, once they are known
        START.format(rounds=rounds, seed=config.seed),
        *_after([*drawing, data], commented(f"The data: {about(config.data)}")),
        *few_text(config),
        *([draw_z] if "G" in nets else []),
        *layers,
        "\n".join(networks),
        *code.taken(),
        *loop.past(),
        "\n".join([*loop.optimizers(), *loop.averages()]),
        "\n".join(loop.lines(rounds)),
    ]
    blocks[1] = code.head()
    text = _spaced(blocks)
    check_complete(text)
    return text


def _after(blocks: list[str], comment: list[str]) -> list[str]:
    """Blocks, the first of which has a comment above it."""
    return ["\n".join([*comment, blocks[0]]), *blocks[1:]]


ROUNDS = 10_000
"""Of a recipe that is no preset."""

START = """\
rounds = {rounds}
torch.manual_seed({seed})  # for the first weights
generator = torch.Generator().manual_seed({seed})  # for all that is drawn while training"""


def _networks(code: Code, config: RunConfig) -> tuple[dict[str, nn.Module], list[str]]:
    """The players that learn, as built, and the lines that build them, in the order in which the game's weights are drawn."""
    began: dict[nn.Module, Network] = {}
    generator, discriminator = Builder(config.generator, began), Builder(config.discriminator, began)
    made: list[nn.Module] = []
    with torch.device("meta"), register_module_parameter_registration_hook(lambda net, *_: made.append(net)):
        nets = config.game.players(replace(config.make, generator_part=generator, discriminator_part=discriminator))
    nets = {name: net for name, net in nets.items() if name in learners(config)}
    parts = {name: part for name, net in nets.items() if (part := _part(net, began))}
    apart = {nets[name]: part for name, part in parts.items() if not any(made in began for made in nets[name].modules())}
    printer = Printer(code, began | apart)  # what a game has taken apart is begun as a whole
    abouts = {name: about(part) for name, part in parts.items()}
    remarks: list[str] = []
    for text in dict.fromkeys(abouts.values()):
        remarks += commented(f"{' and '.join(name for name in abouts if abouts[name] == text)}: {text}")
    lines: list[str] = []
    for name in sorted(nets, key=lambda name: min(map(made.index, set(made) & set(nets[name].modules())))):
        net = nets[name]
        if name in abouts:
            lines, remarks = [*lines, *remarks], []  # a player of the game's own layers may stand above
        lines.append(f"{name} = {printer.text(net)}")
        buffers = net._buffers.items() if isinstance(net, nn.Sequential) else ()  # a class of ours makes its own
        zeros = {key: tuple(value.shape) for key, value in buffers if value is not None}
        lines += [f'{name}.register_buffer("{key}", torch.zeros({shape}))' for key, shape in zeros.items()]
        if len(config.data.shape) == 3:
            lines.append(f"{name}.to(memory_format=torch.channels_last)  # faster")
    return nets, lines


def _part(net: nn.Module, began: dict[nn.Module, Network]) -> Network | None:
    """Whose layers a player has, if it has those of any part."""
    modules = set(net.modules())
    return next(
        (part for made, part in began.items() if {one for one in made.modules() if not [*one.children()]} <= modules), None
    )


def _spaced(blocks: list[str]) -> str:
    """Blocks with one empty line between them, two around functions and classes."""
    text = blocks[0]
    for before, after in pairwise(blocks):
        wide = any(_defines(block) for block in (before, after))
        text += ("\n\n\n" if wide else "\n\n") + after
    return text + "\n"


def _defines(block: str) -> bool:
    return any(line.startswith(("def ", "class ")) for line in block.splitlines())


__all__ = ["script"]
