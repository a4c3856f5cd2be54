"""Architectures. To add one: a file with a part whose `build(takes, gives)` makes the module, and a row here."""

from __future__ import annotations

from engine.networks.base import Network
from engine.networks.dcgan import DCGAN
from engine.networks.ganlab import GanLab
from engine.networks.mlp import MLP
from engine.networks.resnet import ResNet

NETWORKS: dict[str, type[Network]] = {
    "mlp": MLP,
    "dcgan": DCGAN,
    "resnet": ResNet,
    "gan-lab": GanLab,
}

__all__ = ["DCGAN", "MLP", "NETWORKS", "GanLab", "Network", "ResNet"]
