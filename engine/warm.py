"""Loaded by the forkserver before the first run: everything that is slow to import, and one optimizer, built and unused.

Building the first Adam imports torch._dynamo, two seconds of it. No backward pass here: autograd's threads do not survive a fork.
"""

import torch
import torch._dynamo

import engine.apart
import engine.worker  # noqa: F401

torch.set_num_threads(1)
torch.optim.Adam([torch.zeros(1, requires_grad=True)], fused=True)
