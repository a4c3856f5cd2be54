"""Games. To add a paper: a file with a game whose `round` reads like its algorithm, a row here, a preset, its lesson."""

from __future__ import annotations

from engine.games.base import Game, Make, Players, Turn, is_judge
from engine.games.began import BEGAN
from engine.games.diagram import Diagram, Edge, Node
from engine.games.gan import GAN
from engine.games.rules import Latent, Rules

GAMES: dict[str, type[Game]] = {
    "gan": GAN,
    "began": BEGAN,
}

__all__ = [
    "BEGAN",
    "GAMES",
    "GAN",
    "Diagram",
    "Edge",
    "Game",
    "Latent",
    "Make",
    "Node",
    "Players",
    "Rules",
    "Turn",
    "is_judge",
]
