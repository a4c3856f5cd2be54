"""Ways to play f(x, y) = x·y, where x wants f small and y wants it large. Each method is one round of one paper.

A round sees where the game is and where it was a round before, and says where it goes. df/dx = y and df/dy = x.

To add a method: a class and a row in METHODS.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.parts import Part, knob


class At(NamedTuple):
    """Where both players are; also which way they go."""

    x: float
    y: float


def downhill(at: At) -> At:
    """The direction each player wants to go: (-df/dx, +df/dy)."""
    return At(-at.y, at.x)


class Method(Part):
    """How both players move in one round."""

    step: float = knob(0.2, 0.01, 2.5, "h, the step size of both players")

    def move(self, now: At, before: At) -> At:
        """Where they are after the round.  before: where they were a round ago; at the start, the start."""
        raise NotImplementedError


class Simultaneous(Method):
    """Both step at once, each along its own gradient: the distance grows by √(1 + h²) a round, whatever h is.

    Gradient descent-ascent; Goodfellow et al. 2014, arXiv:1406.2661, with both gradients taken at the same point.
    """

    def move(self, now: At, before: At) -> At:
        dx, dy = downhill(now)
        return At(now.x + self.step * dx, now.y + self.step * dy)


class Alternating(Method):
    """x steps first and y answers to the new x: for h < 2 the path keeps x² + y² − h·x·y and goes round for ever.

    Gidel et al. 2019, arXiv:1807.04740. It is what every GAN's code does.
    """

    def move(self, now: At, before: At) -> At:
        x = now.x + self.step * downhill(now).x
        return At(x, now.y + self.step * downhill(At(x, now.y)).y)


class Extragradient(Method):
    """Look one step ahead, then step from where you are with the gradient found there.  Converges for h < 1.

    Korpelevich 1976; for GANs Gidel et al. 2018, arXiv:1802.10551.
    """

    def move(self, now: At, before: At) -> At:
        dx, dy = downhill(Simultaneous(step=self.step).move(now, before))
        return At(now.x + self.step * dx, now.y + self.step * dy)


class Optimistic(Method):
    """Twice the gradient of now minus that of a round ago: a look ahead without a second gradient.  Converges for h < 1/√3.

    Daskalakis et al. 2018, arXiv:1711.00141.
    """

    def move(self, now: At, before: At) -> At:
        (dx, dy), (old_dx, old_dy) = downhill(now), downhill(before)
        return At(now.x + self.step * (2 * dx - old_dx), now.y + self.step * (2 * dy - old_dy))


class Proximal(Method):
    """Step with the gradient of where you will arrive, which for x·y can be solved by hand: converges for every h.

    Rockafellar 1976; seen as what extragradient and optimism approximate: Mokhtari et al. 2020, arXiv:1901.08511.
    """

    def move(self, now: At, before: At) -> At:
        h = self.step
        return At((now.x - h * now.y) / (1 + h**2), (now.y + h * now.x) / (1 + h**2))


class Consensus(Method):
    """Both also step towards where the gradients are small: half their squared norm, times g.  Converges for h < 2g/(1 + g²).

    Mescheder et al. 2017, arXiv:1705.10461.
    """

    coefficient: float = knob(1.0, 0.0, 5.0, "g, how strongly both want small gradients; 0 = simultaneous steps")

    def move(self, now: At, before: At) -> At:
        dx, dy = downhill(now)  # and half the squared norm of the gradients, (x² + y²)/2, falls along (-x, -y)
        return At(now.x + self.step * (dx - self.coefficient * now.x), now.y + self.step * (dy - self.coefficient * now.y))


class Momentum(Method):
    """Each step repeats a share β of the last. Alternating, a negative β converges for h < 2(1 + β), a positive one flies off.

    Heavy ball (Polyak 1964); negative momentum: Gidel et al. 2019, arXiv:1807.04740.
    """

    momentum: float = knob(-0.5, -0.95, 0.95, "β, the share of the last step that is repeated; negative = damped")
    alternating: bool = knob(True, help="y answers to the new x; off: both at once, which does not converge")

    def move(self, now: At, before: At) -> At:
        x = now.x + self.step * downhill(now).x + self.momentum * (now.x - before.x)
        seen = At(x, now.y) if self.alternating else now
        return At(x, now.y + self.step * downhill(seen).y + self.momentum * (now.y - before.y))


METHODS: dict[str, type[Method]] = {
    "simultaneous": Simultaneous,
    "alternating": Alternating,
    "extragradient": Extragradient,
    "optimistic": Optimistic,
    "momentum": Momentum,
    "consensus": Consensus,
    "proximal": Proximal,
}
