"""Names for people: how the page calls parts and knobs."""

from __future__ import annotations

from engine import Knob, Part

SPOKEN = {
    "lr": "learning rate",
    "d_turns": "turns of D per round",
    "beta1": "β1",
    "beta2": "β2",
    "alpha": "α",
    "sigma": "σ",
    "gamma": "γ",
    "lambda_k": "λ of k",
    "dim": "dimension",
    "clip": "weight clipping",
    "average": "moving average of G",
    "batch": "batch size",
}
"""Knobs whose name is not a word."""

TITLES = {
    "gan": "GAN",
    "began": "BEGAN",
    "mlp": "MLP",
    "dcgan": "DCGAN",
    "resnet": "ResNet (SNGAN)",
    "rpgan": "Relativistic pairing (RpGAN)",
    "gradient-penalty": "Gradient penalty (WGAN-GP)",
    "dragan": "DRAGAN",
    "mixture-1d": "Mixture in one dimension",
    "mnist": "MNIST",
    "fashion-mnist": "Fashion-MNIST",
    "cifar10": "CIFAR-10",
    "sgd": "SGD",
    "adam": "Adam",
    "rmsprop": "RMSprop",
    "non-saturating": "Non-saturating",
    "minimax": "Minimax (saturating)",
    "wasserstein": "Wasserstein",
    "least-squares": "Least squares (LSGAN)",
}


def title_of(name: str, part: type[Part]) -> str:
    """What a menu calls a row."""
    return part.title or TITLES.get(name) or name.replace("-", " ").capitalize() if name not in ("r1", "r2") else name.upper()


def label(section: str, knob: Knob) -> str:
    """What the form calls a knob."""
    return SPOKEN.get(knob.name, knob.name.replace("_", " "))
