"""What G is told: each loss's G loss as a function of D's score of a fake, and the gradient that goes back through the score."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from engine.losses import LOSSES, Loss

SCORES = np.linspace(-8.0, 8.0, 161)  # for which the page draws the curves


def g_curves(loss: Loss) -> dict[str, Any]:
    """loss, gradient: (161,), G's loss of one fake with each of SCORES and its derivative; a paired real sample scores 0."""
    scores = torch.from_numpy(SCORES).requires_grad_()
    zero = torch.zeros(1, dtype=torch.float64)
    losses = torch.stack([loss.g_loss(score[None], zero if loss.pairs else None) for score in scores])
    (gradient,) = torch.autograd.grad(losses.sum(), scores)
    return {"loss": losses.detach().numpy(), "gradient": gradient.numpy()}


def all_curves() -> dict[str, Any]:
    """scores: (161,); curves: of every loss with its default knobs, in the menu's order."""
    return {"scores": SCORES, "curves": {name: g_curves(loss()) for name, loss in LOSSES.items()}}
