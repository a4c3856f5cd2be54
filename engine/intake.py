"""A saved run that somebody brings, checked before anything is started.

A worker would find out too, but by then a place is taken. Sizes come from networks built on torch's "meta" device, which
has shapes but no numbers.
"""

from __future__ import annotations

import torch

from engine.checkpoint import LEARNED, BadCheckpoint, Checkpoint
from engine.config import RunConfig
from engine.games import is_judge
from engine.saved import told
from engine.trainer import check_table

KNOWN = (*LEARNED, "recorder", "source", "generator", "told")  # what stands before a tensor's first slash


def check_state(config: RunConfig, checkpoint: Checkpoint) -> None:
    """BadCheckpoint, in one sentence, unless the networks of this recipe can take on this state."""
    for name in checkpoint.tensors:
        if name.partition("/")[0] not in KNOWN:
            raise BadCheckpoint(f"This saved run holds something unknown, {name[:80]!r}.")
    told(checkpoint)
    with torch.device("meta"), torch.random.fork_rng(devices=[]):
        nets = config.game.players(config.make)
    mine = {f"net/{player}/{key}": value for player, net in nets.items() for key, value in net.state_dict().items()}
    mine |= {f"average/{key[4:]}": value for key, value in mine.items() if not is_judge(key.split("/")[1])}
    theirs = {key: value for key, value in checkpoint.tensors.items() if key.partition("/")[0] in ("net", "average")}
    recorded = {key: value.shape for key, value in checkpoint.tensors.items() if key.startswith("recorder/")}
    columns = torch.Size([len(checkpoint.facts.get("columns", []))])
    if recorded != {"recorder/sum": columns, "recorder/counts": columns}:
        raise BadCheckpoint("This saved run does not fit itself: its readings have another number than their names.")
    try:
        check_table(mine, theirs)
    except ValueError as error:
        raise BadCheckpoint(f"This saved run does not fit its recipe: {str(error)[:200]}.") from None
