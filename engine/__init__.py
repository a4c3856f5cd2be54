"""The engine of the GAN playground: it trains; it knows nothing of the page.

These names are all that the page imports.
"""

from engine.budget import HOSTED, LOCAL, Budget, check_budget
from engine.checkpoint import BadCheckpoint, Checkpoint, unpack
from engine.checkpoint import write as write_checkpoint
from engine.config import SETS, TABLES, BadRecipe, RunConfig, is_live
from engine.data import BadUpload, DataUnavailable
from engine.devices import choose as choose_device
from engine.files import replace as replace_file
from engine.intake import check_state
from engine.parts import Knob, Part, knobs, name_in
from engine.presets import PRESETS, Preset
from engine.processes import warm
from engine.run import Run
from engine.snapshot import rows_packed
from engine.theory import METHODS, QUESTIONS, BadQuestion, all_curves, ask

__all__ = [
    "HOSTED",
    "LOCAL",
    "METHODS",
    "PRESETS",
    "QUESTIONS",
    "SETS",
    "TABLES",
    "BadCheckpoint",
    "BadQuestion",
    "BadRecipe",
    "BadUpload",
    "Budget",
    "Checkpoint",
    "DataUnavailable",
    "Knob",
    "Part",
    "Preset",
    "Run",
    "RunConfig",
    "all_curves",
    "ask",
    "check_budget",
    "check_state",
    "choose_device",
    "is_live",
    "knobs",
    "name_in",
    "replace_file",
    "rows_packed",
    "unpack",
    "warm",
    "write_checkpoint",
]
