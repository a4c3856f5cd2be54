"""Who visits in these tests, and with which recipe: so small that a round takes a millisecond."""

from engine import RunConfig

ALICE, BOB = "alice-" + "a" * 16, "bob-" + "b" * 16


def small(seed: int = 0) -> RunConfig:
    """A ring and two tiny networks."""
    tiny = {"name": "mlp", "width": 8, "depth": 2}
    return RunConfig.from_dict({"generator": tiny, "discriminator": tiny, "training": {"batch": 8}, "seed": seed})
