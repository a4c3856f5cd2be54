"""What there is to turn: the controls of the page come from the game's codes."""

from __future__ import annotations

from typing import Any

import torch
from torch import Generator, Tensor

from engine.data import DATA, Points
from engine.parts import name_in
from engine.probes.base import Probe, draws_pictures, made, shown
from engine.probes.latents import reach_of, way_of
from engine.probes.look import BEYOND
from engine.probes.samples import Samples
from engine.trained import Trained

TRIED, TOLD = 64, 8  # numbers of z that are tried, and of these the ones worth a slider
REAL = 512  # points that are shown for comparison


class Controls(Probe):
    """The codes, the numbers of z that change most, and how samples are shown."""

    def answer(self, trained: Trained) -> dict[str, Any]:
        """columns: where a choice goes round. strongest: places of z from 0, the one that moves its sample furthest first."""
        config = trained.config
        codes = [code._asdict() | {"names": list(code.names)} for code in config.codes if code.kind != "noise"]
        latent = {
            "dim": config.latent.dim,
            "shape": config.latent.shape,
            "way": way_of(config.latent),
            "reach": reach_of(config.latent),
            "strongest": strongest(trained),
        }
        answer: dict[str, Any] = {
            "kind": "images" if draws_pictures(config) else "points",
            "game": type(config.game).title or type(config.game).__name__,
            "data": name_in(DATA, config.data),
            "codes": codes,
            "columns": config.columns,
            "beyond": BEYOND,
            "latent": latent,
        }
        return answer | _real(trained)


def strongest(trained: Trained) -> list[int]:
    """The numbers of z that change one sample most on their way from one end to the other."""
    latent = trained.config.latent
    n, reach = min(latent.dim, TRIED), reach_of(latent)
    fed = Samples().inputs(trained)[:1].repeat(2 * n, 1)
    places = torch.arange(n, device=fed.device)
    fed[places, places], fed[n + places, places] = -reach, reach
    at_one_end, at_the_other = torch.split(made(trained, fed), n)
    moved = (at_one_end - at_the_other).square().flatten(1).sum(1).nan_to_num(0.0)
    order: Tensor = moved.sort(descending=True, stable=True).indices
    return [int(place) for place in order[:TOLD]]


def _real(trained: Trained) -> dict[str, Any]:
    """Of points, some real ones to compare with."""
    data = trained.config.data
    if not isinstance(data, Points):
        return {}
    x = data.sample(REAL, Generator(trained.device).manual_seed(0), trained.device)
    return {"real": shown(trained.config, x, REAL)}
