"""The engine of the GAN playground: it trains; it knows nothing of the page.

These names are all that the page imports.
"""

from engine.config import SETS, TABLES, BadRecipe, RunConfig, is_live
from engine.parts import Knob, Part, explain, knobs, name_in

__all__ = ["SETS", "TABLES", "BadRecipe", "Knob", "Part", "RunConfig", "explain", "is_live", "knobs", "name_in"]
