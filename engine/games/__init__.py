"""Games. To add a paper: a file with a game whose `round` reads like its algorithm, a row here, a preset, its lesson."""

from __future__ import annotations

from engine.games.acgan import ACGAN
from engine.games.base import Game, Make, Players, Turn, is_judge
from engine.games.began import BEGAN
from engine.games.codes import Code, draw, in_order, width
from engine.games.conditional import ConditionalGAN
from engine.games.cyclegan import CycleGAN
from engine.games.diagram import Diagram, Edge, Node
from engine.games.discogan import DiscoGAN
from engine.games.gan import GAN
from engine.games.infogan import InfoGAN
from engine.games.latent import Latent
from engine.games.pix2pix import Pix2Pix
from engine.games.rules import Rules
from engine.games.semisupervised import SemiSupervisedGAN
from engine.games.srgan import SRGAN
from engine.games.stargan import StarGAN
from engine.games.translation import Translation, Way
from engine.games.unrolled import UnrolledGAN
from engine.games.vae import VAE, Autoencoder

GAMES: dict[str, type[Game]] = {
    "gan": GAN,
    "unrolled": UnrolledGAN,
    "began": BEGAN,
    "conditional": ConditionalGAN,
    "acgan": ACGAN,
    "infogan": InfoGAN,
    "semisupervised": SemiSupervisedGAN,
    "vae": VAE,
    "autoencoder": Autoencoder,
    "pix2pix": Pix2Pix,
    "cyclegan": CycleGAN,
    "discogan": DiscoGAN,
    "stargan": StarGAN,
    "srgan": SRGAN,
}

__all__ = [
    "ACGAN",
    "BEGAN",
    "GAMES",
    "GAN",
    "SRGAN",
    "VAE",
    "Autoencoder",
    "Code",
    "ConditionalGAN",
    "CycleGAN",
    "Diagram",
    "DiscoGAN",
    "Edge",
    "Game",
    "InfoGAN",
    "Latent",
    "Make",
    "Node",
    "Pix2Pix",
    "Players",
    "Rules",
    "SemiSupervisedGAN",
    "StarGAN",
    "Translation",
    "Turn",
    "UnrolledGAN",
    "Way",
    "draw",
    "in_order",
    "is_judge",
    "width",
]
