"""Presets: every method of the usual table on points and on pictures, games with codes and classes, and what goes wrong.

A preset is a recipe (recipes.py), how many rounds it needs and one sentence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from engine.config import RunConfig
from engine.failures import CURES, FAILURES
from engine.recipes import (
    CLASSES_CHANGED,
    ENLARGED,
    GLYPHS_WITH_TWO_CAUSES,
    INFOGAN,
    LAZY_R1,
    METHODS,
    PAIRED,
    PICTURES,
    POINTS,
    RETOUCHED,
    SEMISUPERVISED,
    SMALL,
    SNGAN,
    STACKED,
    TEAM,
    TOY,
    UNPAIRED,
    Preset,
    Sections,
    adam,
    both,
    recipe,
)


def of_methods(
    prefix: str, base: Sections, rounds: int, where: str, tuned: Mapping[str, Sections], *, but: Collection[str]
) -> dict[str, Preset]:
    """A preset for each method `but` those with one of their own; tuned: what a method needs beside its sections there."""
    return {
        f"{prefix}-{name}": Preset(
            f"{method.title} on {where}", recipe(base, method.sections, tuned.get(name, {})), rounds, method.about
        )
        for name, method in METHODS.items()
        if name not in but
    }


def digits(data: str, title: str, about: str, lr: float = 4e-4) -> Preset:
    """DCGAN on pictures of 28 pixels: the log loss with a lazy R1, which keeps D's slope from running away."""
    return Preset(title, recipe(PICTURES, {"data": data}, LAZY_R1, both("optimizer", adam(lr))), 9_000, about)


def with_few_labels(data: str, where: str, rounds: int) -> dict[str, Preset]:
    """The semi-supervised GAN on 10 labels of each class, and the same D on these alone."""
    alone = {"game": {"name": "semisupervised", "unlabelled": False}}
    return {
        f"{data}-semisupervised": Preset(
            f"Semi-supervised GAN on {where}",
            recipe(SEMISUPERVISED, {"data": data}),
            rounds,
            "Ten labels of each class, and all the rest without: watch the test error.",
        ),
        f"{data}-few-labels": Preset(
            f"A few labels of {where} alone",
            recipe(SEMISUPERVISED, {"data": data}, alone),
            rounds,
            "The same D, taught by ten labels of each class and nothing else: for comparison.",
        ),
    }


def with_classes(data: str, where: str, lr: float) -> dict[str, Preset]:
    """The games that are told classes, on pictures of 28 pixels.  lr: of the AC-GAN."""
    acgan = recipe(PICTURES, {"data": data, "game": "acgan"}, LAZY_R1, both("optimizer", adam(lr)))
    return {
        f"{data}-conditional": Preset(
            f"Conditional GAN on {where}",
            recipe(INFOGAN, {"data": data, "game": "conditional"}),  # a label beside the pixels needs a dense layer to be heard
            2_000,
            "G is told which class to draw, and D which it should be: a column for each class.",
        ),
        f"{data}-acgan": Preset(f"AC-GAN on {where}", acgan, 9_000, "D must also name the class, of real samples and of fakes."),
    }


def without_opponent(data: str, where: str, rounds: int, **pixels: Any) -> dict[str, Preset]:
    """Autoencoders on pictures; pixels: knobs of the VAE."""
    vae = {"game": {"name": "vae", **pixels}, "data": data}
    return {
        f"{data}-vae": Preset(
            f"VAE on {where}", recipe(TEAM, vae), rounds, "One team and no opponent: smooth, and blurred. Compare with a GAN."
        ),
        f"{data}-vae-2": Preset(
            f"VAE on {where}, two numbers",
            recipe(TEAM, vae, {"latent": {"dim": 2}}),
            rounds,
            "All pictures on a map of two numbers, which Explore shows.",
        ),
        f"{data}-autoencoder": Preset(
            f"Autoencoder on {where}",
            recipe(TEAM, {"game": "autoencoder", "data": data}),
            rounds,
            "Copies well, but its codes do not lie where noise lies: G fed with noise draws nothing.",
        ),
    }


def ganlab(
    data: str, title: str, g: tuple[int, int], d: tuple[int, int], d_turns: int, lr: tuple[float, float], z: str
) -> Preset:
    """One of GAN Lab's recipes.  g, d: hidden layers beside the first, and their width.  lr: of D, of G.  z: the noise's shape.

    As its code has it: the same networks, starts, noise, loss, plain SGD, batch. Samples are drawn afresh, though, where
    GAN Lab reads 12,000 over and over.
    """
    sections = {
        "data": data,
        "game": {"name": "gan", "d_turns": d_turns},
        "latent": {"dim": 2, "shape": z},
        "generator": {"name": "gan-lab", "hidden": g[0], "width": g[1]},
        "discriminator": {"name": "gan-lab", "hidden": d[0], "width": d[1]},
        "loss": "gan-lab",
        "d_optimizer": {"name": "sgd", "lr": lr[0]},
        "g_optimizer": {"name": "sgd", "lr": lr[1]},
        "training": {"batch": 150, "average": 0.0},
    }
    return Preset(f"GAN Lab: {title}", RunConfig.from_dict(sections), 8_000, "GAN Lab's own recipe, to the digit.")


GAN_LAB: dict[str, Preset] = {
    "gaussians": ganlab("two-gaussians", "two Gaussians", (1, 8), (1, 8), 2, (0.1, 0.03), "truncated"),
    "ring": ganlab("circle", "ring", (1, 10), (2, 9), 3, (0.1, 0.03), "uniform"),
    "disjoint": ganlab("blobs", "three blobs", (2, 10), (2, 11), 1, (0.1, 0.03), "truncated"),
    "line": ganlab("line", "line", (1, 5), (1, 6), 2, (0.03, 0.01), "uniform"),
}
"""By the names that GAN Lab gives its data: Kahng et al. 2018, arXiv:1809.01587."""


def translated(title: str, about: str, rounds: int, *changes: Sections) -> Preset:
    return Preset(title, recipe(PAIRED, *changes), rounds, about)


def filled_in(task: str) -> Sections:
    """What was taken away from toys is put back."""
    return RETOUCHED | {"data": {"name": "derived", "of": "toys", "task": task, "size": 64}}


GROUPS: dict[str, dict[str, Preset]] = {
    "Start here": {
        "ring-r3gan": Preset("R3GAN on the ring", recipe(POINTS, METHODS["r3gan"].sections), 16_000, METHODS["r3gan"].about),
        "line-ns": Preset(
            "NS GAN in one dimension",
            recipe(POINTS, {"data": "mixture-1d", "latent": {"dim": 1}}),
            8_000,
            "The classic figure: p_data, p_g and D over x.",
        ),
        "glyphs-dcgan": digits(  # few strokes can be learned this fast: shapes after 15 s of a core
            "glyphs", "DCGAN on glyphs", "Characters that we draw ourselves: no download needed.", lr=1e-3
        ),
        "mnist-dcgan": digits("mnist", "DCGAN on MNIST", "Handwritten digits from strided convolutions."),
    },
    "What goes wrong": FAILURES,
    "And what cures it": CURES,
    "GAN Lab’s own": {f"ganlab-{name}": preset for name, preset in GAN_LAB.items()},
    "Luck, and a thousand modes": {
        "ring-small": Preset(
            "A small GAN on the ring", recipe(SMALL), 2_000, "Two layers of 32: small enough for thirty seeds at once."
        ),
        "ring-coin": Preset(
            "A coin toss",
            recipe(SMALL, both("optimizer", adam(1e-3, 0.7)), {"training": {"batch": 64, "average": 0.0}}),
            2_000,
            "Some momentum and no average: from one seed it finds all eight modes, from the next it loses some.",
        ),
        "stacked-dcgan": Preset(
            "A thousand modes, and many are lost",
            recipe(STACKED, {"g_optimizer": adam(1.5e-3, 0.9), "d_optimizer": adam(4e-4, 0.9)}),
            6_000,
            "A digit in each colour. G moves four times as fast as D, with momentum: how many modes it keeps is luck.",
        ),
        "stacked-r3gan": Preset(
            "A thousand modes, and most are found",
            recipe(STACKED, METHODS["r3gan"].sections),
            6_000,
            "The same networks at one pace, each fake judged against a real one: the colours part, and the modes come.",
        ),
    },
    "More points": {
        "grid-r3gan": Preset(
            "R3GAN on the grid",
            recipe(POINTS, METHODS["r3gan"].sections, {"data": "grid"}),
            24_000,
            "Twenty-five modes at once.",
        ),
        "moons-wgan-gp": Preset(
            "WGAN-GP on two moons",
            recipe(POINTS, METHODS["wgan-gp"].sections, {"data": "moons"}, TOY["wgan-gp"]),
            8_000,
            "Two curves that hold each other, with the penalty the paper uses for toy data.",
        ),
    },
    "More pictures": {
        "fashion-dcgan": digits("fashion-mnist", "DCGAN on Fashion-MNIST", "Clothes, small and grey."),
        "cifar-sngan": Preset(
            "SNGAN on CIFAR-10",
            recipe(PICTURES, {"data": "cifar10"}, SNGAN),
            50_000,
            "Residual networks with spectral norm.",
        ),
        "glyphs-sngan": Preset(
            "SNGAN on glyphs", recipe(PICTURES, SNGAN), 4_000, "Residual networks with spectral norm and the hinge loss."
        ),
    },
    "Codes and classes": {
        "glyphs-infogan": Preset(
            "InfoGAN on glyphs",
            recipe(INFOGAN, GLYPHS_WITH_TWO_CAUSES),
            4_500,
            "Characters that only lean and thicken: which code has found which cause can be measured.",
        ),
        "mnist-infogan": Preset(
            "InfoGAN on MNIST", recipe(INFOGAN, {"data": "mnist"}), 5_000, "Digits found without a label, and how they lean."
        ),
        "ring-conditional": Preset(
            "Conditional GAN on the ring",
            recipe(POINTS, METHODS["r3gan"].sections, {"game": "conditional"}),
            12_000,
            "Each mode is a class, and both players are told which.",
        ),
        **with_classes("glyphs", "glyphs", 1e-3),
        **with_classes("mnist", "MNIST", 4e-4),
        **with_few_labels("mnist", "MNIST", 6_000),
        **with_few_labels("glyphs", "glyphs", 3_000),
    },
    "Pictures of pictures": {
        "toys-pix2pix": translated(
            "pix2pix: outline to toy",
            "To each drawing belongs one toy, and D sees both. One can draw for it, also while it trains.",
            12_000,
            {
                "data": {"name": "toys", "size": 128},
                "discriminator": {"name": "patchgan", "width": 32, "halvings": 3, "norm": "spectral"},
                "training": {"batch": 8, "average": 0.999},
            },
        ),
        "toys-l1-cgan": translated(
            "L1 and conditional GAN",
            "pix2pix on small toys: the row of the paper's table that the others are compared with.",
            3_000,
        ),
        "toys-l1": translated(
            "L1 alone",
            "Nobody judges: where fur might lie this way or that, the mean of both is drawn.",
            3_000,
            {"game": {"name": "pix2pix", "l1": 30.0, "adversarial": 0.0}},
        ),
        "toys-gan": translated(
            "GAN alone",
            "D sees toys without drawings, and no truth is told: what looks like a toy will do.",
            3_000,
            {"game": {"name": "pix2pix", "l1": 0.0, "conditional": False}},
        ),
        "toys-encoder-decoder": translated(
            "pix2pix without short cuts",
            "All that is known of the drawing must pass the narrow place, four pixels wide.",
            3_000,
            {"generator": {"name": "unet", "width": 32, "skips": False}},
        ),
        "toys-cyclegan": Preset(
            "CycleGAN: candy to metal",
            recipe(
                UNPAIRED,
                {
                    "data": {"name": "toys", "size": 64, "task": "material", "material": "candy", "into": "metal"},
                    "game": {"name": "cyclegan", "cycle": 5.0, "identity": 0.2},
                },
            ),
            5_000,
            "Nobody says which metal belongs to which candy: but what goes there and back must be what it was.",
        ),
        "toys-discogan": Preset(
            "DiscoGAN: day and night",
            recipe(
                UNPAIRED,
                {
                    "data": {"name": "toys", "size": 64, "task": "night"},
                    "game": {"name": "discogan", "weight": 10.0},
                    "generator": {"name": "unet", "width": 32},  # nothing is added: that they belong together must be found
                },
            ),
            1_500,
            "Toys by day, other toys by night: which night belongs to which day is found, because both must be found again.",
        ),
        "toys-stargan": Preset(
            "StarGAN: toys of any colour",
            recipe(
                CLASSES_CHANGED,
                RETOUCHED,
                {
                    "data": {"name": "toy-pictures", "label": "colour", "size": 64},
                    "game": {"name": "stargan", "reconstruction": 5.0},
                    "loss": "hinge",
                    "penalties": {},
                    "discriminator": {"name": "patchgan", "width": 32, "norm": "spectral"},
                },
            ),
            6_000,
            "One translator, told a colour, paints any toy with it and leaves the rest: a row for each.",
        ),
        "toys-complete": translated(
            "pix2pix: what the hole hides",
            "A piece of the picture is missing, and what fits is put there: rub out your own on the page Sketch.",
            3_000,
            filled_in("complete"),
            {"game": {"name": "pix2pix"}},  # L1 weighs 100, as in the paper
        ),
        "toys-colour": translated(
            "pix2pix: grey becomes colour",
            "Grey does not say which colour it was: where L1 alone settles for something dull, D asks for one.",
            3_000,
            filled_in("colour"),
        ),
        "toys-srgan": Preset(
            "SRGAN: sixteen pixels become sixty-four",
            recipe(
                ENLARGED,
                {
                    "data": {"name": "derived", "of": "toys", "task": "enlarge", "size": 64},
                    "game": {"name": "srgan", "warmup": 2_000, "adversarial": 3e-3},
                },
            ),
            4_000,
            "First by the squared error alone, which is careful and blurs; then a judge asks for the detail.",
        ),
        "glyphs-srgan": Preset(
            "SRGAN on glyphs",
            recipe(ENLARGED),
            3_000,
            "Eight pixels a side become thirty-two: first by the squared error alone, which blurs, then before a judge.",
        ),
        "glyphs-stargan": Preset(
            "StarGAN on glyphs",
            recipe(CLASSES_CHANGED, {"data": "glyphs"}),
            3_000,
            "One translator makes any digit of any other: a column for each that is given, a row for each that is wanted.",
        ),
    },
    "No opponent: autoencoders": {
        **without_opponent("glyphs", "glyphs", 3_000, pixels="bernoulli"),
        **without_opponent("mnist", "MNIST", 3_000, pixels="bernoulli"),
    },
    "Every loss on the ring": of_methods("ring", POINTS, 12_000, "the ring", TOY, but=("r3gan", "began")),
    "Every loss on glyphs": of_methods("glyphs", PICTURES, 6_000, "glyphs", {}, but=("hinge",)),
}
"""By name within each group, in the order of the menu."""

PRESETS: dict[str, Preset] = {name: preset for group in GROUPS.values() for name, preset in group.items()}
"""All of them by name."""


def preset_of(config: RunConfig) -> str | None:
    """The name of the preset with this recipe, whatever its seed; None for a recipe of one's own."""
    same = (name for name, preset in PRESETS.items() if preset.config.model_copy(update={"seed": config.seed}) == config)
    return next(same, None)
