"""What a recipe would cost, known before anything is started: parameters, arithmetic and memory of one round.

Networks are built on torch's "meta" device, which has shapes but no numbers, so an absurd recipe costs nothing to refuse.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch.utils.flop_counter import FlopCounterMode

from engine.config import BadRecipe, RunConfig


class Cost(NamedTuple):
    """parameters: of all networks.  flops: multiply-adds times two of one pass of each network over one batch."""

    parameters: int
    flops: int


class Budget(NamedTuple):
    """The largest cost that is accepted, how much may be downloaded for it, and how long a table of lotteries may take."""

    parameters: int
    flops: int
    download: int = 1 << 40  # bytes
    lotteries: float = 3600.0  # seconds of a core, about


LOCAL = Budget(parameters=60_000_000, flops=2_000_000_000_000)
HOSTED = Budget(parameters=8_000_000, flops=60_000_000_000, download=300_000_000, lotteries=1200.0)


def cost(config: RunConfig) -> Cost:
    """The cost of a recipe.  BadRecipe if its networks do not fit their shapes."""
    batch = config.training.batch
    try:
        with torch.device("meta"), FlopCounterMode(display=False) as counter, torch.no_grad():
            nets, feeds = config.game.players(config.make), config.game.feeds(config.make, batch)
            for name, net in nets.items():
                net(*feeds[name])
    except (ValueError, RuntimeError) as error:
        raise BadRecipe(f"These networks cannot be built: {str(error).splitlines()[0]}") from None
    return Cost(sum(p.numel() for net in nets.values() for p in net.parameters()), counter.get_total_flops())


def check_budget(config: RunConfig, limits: Budget = LOCAL) -> Cost:
    """The cost of a recipe.  BadRecipe, in one sentence, if it is more than the limits."""
    if config.data.download > limits.download:
        million = f"{config.data.download / 1e6:,.0f} MB to download; {limits.download / 1e6:,.0f} MB are allowed here"
        raise BadRecipe(f"These data are {million}. Choose others.")
    has = cost(config)
    if has.parameters > limits.parameters:
        million = f"{has.parameters / 1e6:,.1f} million weights; {limits.parameters / 1e6:,.0f} million are allowed here"
        raise BadRecipe(f"These networks have {million}. Choose a smaller width or depth.")
    if has.flops > limits.flops:
        billion = f"{has.flops / 1e9:,.1f} billion operations; {limits.flops / 1e9:,.0f} billion are allowed here"
        raise BadRecipe(f"One pass over a batch takes {billion}. Choose a smaller width, picture or batch.")
    return has
