"""Architectures. To add one: a file with a part whose `build(takes, gives)` makes the module, and a row here."""

from __future__ import annotations

from engine.networks.base import Network
from engine.networks.dcgan import DCGAN
from engine.networks.ganlab import GanLab
from engine.networks.mlp import MLP
from engine.networks.patchgan import PatchGAN
from engine.networks.residual import Residual
from engine.networks.resnet import ResNet
from engine.networks.unet import UNet

NETWORKS: dict[str, type[Network]] = {
    "mlp": MLP,
    "dcgan": DCGAN,
    "resnet": ResNet,
    "gan-lab": GanLab,
    "unet": UNet,
    "residual": Residual,
    "patchgan": PatchGAN,
}
GENERATORS: dict[str, type[Network]] = {name: kind for name, kind in NETWORKS.items() if not kind.patches}
DISCRIMINATORS: dict[str, type[Network]] = {name: kind for name, kind in NETWORKS.items() if kind.judges}
"""Which of them may stand in which role."""

__all__ = [
    "DCGAN",
    "DISCRIMINATORS",
    "GENERATORS",
    "MLP",
    "NETWORKS",
    "GanLab",
    "Network",
    "PatchGAN",
    "ResNet",
    "Residual",
    "UNet",
]
