"""What there is to see of points, on the plane or on a line: D's belief, the best possible D, densities, gradients, G's manifold.

Each is a layer, and only those that somebody looks at are worked out. Latents, places and the data's density are fixed when a
run is loaded.
"""

from __future__ import annotations

import math
from collections.abc import Collection

import torch
from torch import Tensor

from engine.data import Points
from engine.metrics.density import axis_of, blurred, decided, estimated, nodes_of, presence
from engine.snapshot import Stage, arrows, belief_bytes, density_bytes, quantised
from engine.trainer import Trainer

LAYERS = ("belief", "gradients", "optimal", "density", "manifold")
"""What can be drawn over real and fake samples."""
USUAL = frozenset(("belief", "gradients"))

SHOWN = 500  # real samples, and fakes
NODES = {1: 200, 2: 50}  # along an axis of the stage, by the number of axes
WIDTH = {1: 0.02, 2: 0.04}  # of the density estimate's kernel: about one node apart, so that a mode of 0.03 keeps its place
MESH = 21  # lines of the latent square each way
CURVE = 200  # places along a latent line
THREADS = 60  # lines from z to G(z)


class Plane:
    """The layers of one run on points."""

    def __init__(self, trainer: Trainer, data: Points, z: Tensor) -> None:
        """z: (N, code) latents for the estimate of the fakes' density."""
        self.trainer, self.data, self.z = trainer, data, z
        self.axis = axis_of(data, NODES[data.dim], trainer.device)
        self.nodes = nodes_of(self.axis, data.dim)
        self.width = WIDTH[data.dim]
        self.p = blurred(data, self.axis, self.width)
        self.top = 4 * float(self.p.max())  # what is denser, as a collapsed generator is, is cut off there
        self.mesh = latent_mesh(trainer)

    @property
    def frame(self) -> Stage:
        """Which stage this is: its kind and the square it shows."""
        low, high = self.data.limits
        return {"kind": "points" if self.data.dim == 2 else "line", "low": low, "high": high}

    @property
    def offered(self) -> list[str]:
        """The layers that make sense for this run."""
        judged = self.trainer.config.game.judged
        absent = {
            "belief": not judged,
            "gradients": self.data.dim == 1 or not judged,
            "manifold": self.mesh is None,
            "optimal": self.trainer.config.game.optimal(self.p, self.p, self.trainer.rules) is None,
        }
        return [layer for layer in LAYERS if not absent.get(layer)]

    def real(self, x: Tensor) -> Stage:
        """Real samples (N, dim), their density, and which layers there are to look at."""
        drawn = {"points": quantised(x, *self.data.limits), "density": self._density(self.p)}
        return self.frame | drawn | {"layers": self.offered}

    def stage(self, real: Tensor, fake: Tensor, layers: Collection[str]) -> Stage:
        """Fakes (N, dim) and these layers; where a layer makes no sense for a run it is left out."""
        stage, judged = self.frame | {"fake": quantised(fake, *self.data.limits)}, self.trainer.config.game.judged
        with torch.no_grad():
            if judged and ("belief" in layers or "optimal" in layers):
                stage["belief"] = self._belief(real, fake)
            if "density" in layers or (judged and "optimal" in layers):
                stage |= self._densities(layers)
            if self.mesh is not None and "manifold" in layers:
                stage |= self._manifold(self.mesh)
        if judged and self.data.dim == 2 and "gradients" in layers:
            low, high = self.data.limits
            stage["arrows"] = arrows(self._steps(real, fake), (high - low) / 4)
        return stage

    # -- the layers -------------------------------------------------------------------------------------------------

    def _belief(self, real: Tensor, fake: Tensor) -> Stage:
        """D's belief, and its lowest and highest raw score."""
        game, trainer = self.trainer.config.game, self.trainer
        scores = game.score(trainer.players, torch.cat((self.nodes, real, fake)))
        field, of_real, of_fake = torch.split(scores, [len(self.nodes), len(real), len(fake)])
        stage = self._field(game.belief(field, of_real, of_fake, trainer.rules))
        low, high = torch.stack((field.min(), field.max())).tolist()
        return stage | {"low": low, "high": high} if math.isfinite(low) and math.isfinite(high) else stage

    def _densities(self, layers: Collection[str]) -> Stage:
        q = estimated(self.trainer.config.game.generate(self.trainer.shown, self.z), self.axis, self.width)
        stage: Stage = {"density": self._density(q)}
        optimal = self.trainer.config.game.optimal(self.p, q, self.trainer.rules) if "optimal" in layers else None
        if optimal is not None:
            low, high = self.data.limits
            there = presence(self.p, q, (high - low) ** self.data.dim)
            stage["optimal"] = self._field(decided(optimal, there)) | {"there": belief_bytes(there)}
        return stage

    def _manifold(self, mesh: Tensor) -> Stage:
        """Where G takes the nodes of a mesh; on a line, the ends of threads from z to G(z)."""
        carried = quantised(self.trainer.config.game.generate(self.trainer.shown, mesh), *self.data.limits)
        if self.data.dim == 1:
            return {"threads": {"n": len(mesh), "to": carried}}
        return {"manifold": {"n": MESH if len(mesh) == MESH**2 else 1, "data": carried}}

    def _steps(self, real: Tensor, fake: Tensor) -> Tensor:
        """Where G's loss asks each fake (N, 2) to go: minus its gradient for one sample of the mean."""
        x = fake.detach().requires_grad_()
        loss = self.trainer.config.game.pull(self.trainer.players, x, real[: len(x)], self.trainer.rules)
        (slope,) = torch.autograd.grad(loss, x)
        return -slope * (len(x) * 0.15)  # 0.15 as in GAN Lab: a slope of 1 is drawn 0.15 long

    def _field(self, values: Tensor) -> Stage:
        return {"n": len(self.axis), "data": belief_bytes(values)}

    def _density(self, values: Tensor) -> Stage:
        return {"n": len(self.axis), "top": self.top, "data": density_bytes(values, self.top)}


def latent_mesh(trainer: Trainer) -> Tensor | None:
    """Latents whose images show how G bends its space, all standing for as much probability; None where there are too many axes.

    A square of MESH x MESH nodes for two numbers, x fastest; a line for one number, or for two on a circle.
    """
    latent, device = trainer.config.latent, trainer.device
    if len(trainer.config.codes) > 1:
        return None  # one sheet for each choice of the codes, and they would lie over one another
    circle = latent.shape == "sphere"
    on_a_line = trainer.config.data.shape == (1,)
    if (
        latent.dim > 2
        or not (latent.apart or circle)
        or (circle and latent.dim == 1)
        or (on_a_line and latent.dim == 2 and not circle)
    ):
        return None  # a square that becomes a line cannot be drawn as threads
    count = MESH if latent.dim == 2 and not circle else THREADS if on_a_line else CURVE
    even = (torch.arange(count, device=device) + 0.5) / count
    if circle:
        angle = 2 * math.pi * even
        return math.sqrt(2) * torch.stack((angle.cos(), angle.sin()), 1)
    return nodes_of(latent.quantile(even), latent.dim)
