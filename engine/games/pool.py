"""A pool of past fakes, which keeps D from forgetting what G used to do.  Shrivastava et al. 2017, arXiv:1612.07828, section 2.3.

It lives in buffers of its judge, so a checkpoint carries it: `pool`, (size, *shape), and `held`, how many there are so far.
"""

from __future__ import annotations

import torch
from torch import Generator, Tensor, nn

from engine.batches import Shape


def with_pool(D: nn.Module, size: int, shape: Shape) -> nn.Module:
    """The judge with room for so many past fakes; 0: with none."""
    if size:
        D.register_buffer("pool", torch.zeros(size, *shape))
        D.register_buffer("held", torch.zeros((), dtype=torch.int64))
    return D


def exchanged(D: nn.Module, fake: Tensor, generator: Generator) -> Tensor:
    """What D is to take for fakes instead of these (N, ...): the same until its pool is full, then half of them past ones.

    As in CycleGAN, each fake stands in the pool or is judged at once: it takes the place of the past one that is judged for it.
    """
    pool, held = D.pool, D.held
    assert isinstance(pool, Tensor)
    assert isinstance(held, Tensor)
    judged = [_exchanged(pool, held, some, generator) for some in torch.split(fake.detach(), len(pool))]
    return torch.cat(judged) if len(judged) > 1 else judged[0]


def _exchanged(pool: Tensor, held: Tensor, fake: Tensor, generator: Generator) -> Tensor:
    """The same for no more fakes than there are places, so that each has a place of its own."""
    n, size, device = len(fake), len(pool), fake.device
    full = held >= size
    free = held + torch.arange(n, device=device)
    places = torch.where(full, torch.randperm(size, generator=generator, device=device)[:n], free % size)
    chosen = torch.rand(n, generator=generator, device=device) < 0.5
    past = pool.index_select(0, places)
    each = (n, *[1] * (fake.dim() - 1))
    stays = torch.where(full, chosen, free < size).view(each)
    pool.index_copy_(0, places, torch.where(stays, fake, past))
    held.add_(n).clamp_(max=size)
    return torch.where((full & chosen).view(each), past, fake)
