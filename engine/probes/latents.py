"""Ways between latent vectors, and back to where latents live."""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor

from engine.games import Latent

Way = Literal["spherical", "straight"]


def way_of(latent: Latent) -> Way:
    """How to go from one z to another without leaving the places that G knows: around for normal vectors, straight in a box.

    In a mixture no way is free of gaps; around it leads past the Gaussians between.
    """
    return "spherical" if latent.shape in ("normal", "sphere", "mixture") else "straight"


def between(a: Tensor, b: Tensor, t: Tensor | float, way: Way) -> Tensor:
    """The vectors at t in [0, 1] of the way from a to b, (..., dim) each; t broadcasts against (..., 1).

    Spherical: White 2016, arXiv:1609.04468, section 2.1; vectors that point the same or opposite ways are joined straight.
    """
    t = torch.as_tensor(t, dtype=a.dtype, device=a.device)
    straight = torch.lerp(a, b, t)
    if way == "straight":
        return straight
    cosine = torch.nn.functional.cosine_similarity(a, b, dim=-1).clamp(-1, 1).unsqueeze(-1)
    angle = torch.acos(cosine)
    sine = torch.sin(angle)
    around = (torch.sin((1 - t) * angle) * a + torch.sin(t * angle) * b) / sine.clamp(min=1e-6)
    way_there: Tensor = torch.where((t == 0) | (t == 1) | (sine < 1e-4), straight, around)
    return way_there


def settled(latent: Latent, z: Tensor) -> Tensor:
    """The nearest vectors (N, dim) that this latent can give: on its sphere, in its box; those of Gaussians may be anywhere."""
    if latent.shape == "sphere":
        lengths: Tensor = z.norm(dim=1, keepdim=True)
        return z * (math.sqrt(latent.dim) / lengths.clamp(min=1e-6))
    return z if latent.shape in ("normal", "mixture") else z.clamp(-1, 1)


def truncated(latent: Latent, z: Tensor, psi: float) -> Tensor:
    """Vectors (N, dim) drawn towards the middle: less variety, fewer failures.  Brock et al. 2019, arXiv:1809.11096, section 3.1.

    Ours: scaled by psi as Karras et al. 2019 (arXiv:1812.04948, appendix B) do with w, not drawn anew. A sphere's middle is not
    on it, so there they go towards the mean direction of them all; in a mixture each goes towards the nearest Gaussian's.
    """
    if psi == 1:
        return z
    if latent.shape == "sphere":
        middle = settled(latent, z.mean(0, keepdim=True))
        return settled(latent, torch.lerp(middle.expand_as(z), z, psi))
    if latent.shape == "mixture":
        middles = latent.middle(torch.arange(latent.modes, device=z.device))
        return torch.lerp(middles[torch.cdist(z, middles).argmin(1)], z, psi)
    return z * psi


def reach_of(latent: Latent) -> float:
    """How far one number of z goes to either side."""
    if latent.shape == "mixture":
        return float(latent.middle(torch.zeros(1)).norm()) + 3 * latent.width
    return 3.0 if latent.shape in ("normal", "sphere") else 1.0
