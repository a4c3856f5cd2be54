"""For all tests: one thread, as in a worker, so that the same numbers come out whatever else the computer does."""

import torch

torch.set_num_threads(1)
