"""The engine of the GAN playground: it trains; it knows nothing of the page.

These names are all that the page imports.
"""

from engine.apart import play_apart
from engine.budget import HOSTED, LOCAL, Budget, check_budget
from engine.checkpoint import BadCheckpoint, Checkpoint, unpack
from engine.config import SETS, TABLES, BadRecipe, RunConfig, is_live
from engine.data import BadUpload, DataUnavailable, outlined
from engine.devices import choose as choose_device
from engine.files import replace as replace_file
from engine.frames import frames_in, picture_of, read_frame
from engine.games import Diagram
from engine.intake import check_state
from engine.lessons import LESSONS, Lesson, minutes
from engine.links import BadLink, pack_link, unpack_link
from engine.lottery import LEAST_HQ, Standing, failed_if, wilson
from engine.metrics import guessed_at_least, guessed_at_most, guessing
from engine.metrics.symptoms import SYMPTOMS
from engine.parts import Knob, Part, knobs, name_in
from engine.plan import COLUMNS, MEASURES, ROWS, Draw, Plan, blame, drawable, tables, title_of_row
from engine.plane import LAYERS, USUAL
from engine.presets import GROUPS, PRESETS, preset_of
from engine.pretrained import BadWeights, Card, card, check_weights, pretrained, pretrained_names
from engine.probes import PROBES, ask_probe
from engine.processes import warm
from engine.questions import BadQuestion
from engine.recipes import Preset, kind_of, suited
from engine.recorder import Rows
from engine.run import Run
from engine.saved import bundle_folder, told_in, unfold, with_told
from engine.script import script
from engine.snapshot import Episode, Score, Told, rows_packed
from engine.theory import METHODS, QUESTIONS, all_curves, ask
from engine.trained import Trained

__all__ = [
    "COLUMNS",
    "GROUPS",
    "HOSTED",
    "LAYERS",
    "LEAST_HQ",
    "LESSONS",
    "LOCAL",
    "MEASURES",
    "METHODS",
    "PRESETS",
    "PROBES",
    "QUESTIONS",
    "ROWS",
    "SETS",
    "SYMPTOMS",
    "TABLES",
    "USUAL",
    "BadCheckpoint",
    "BadLink",
    "BadQuestion",
    "BadRecipe",
    "BadUpload",
    "BadWeights",
    "Budget",
    "Card",
    "Checkpoint",
    "DataUnavailable",
    "Diagram",
    "Draw",
    "Episode",
    "Knob",
    "Lesson",
    "Part",
    "Plan",
    "Preset",
    "Rows",
    "Run",
    "RunConfig",
    "Score",
    "Standing",
    "Told",
    "Trained",
    "all_curves",
    "ask",
    "ask_probe",
    "blame",
    "bundle_folder",
    "card",
    "check_budget",
    "check_state",
    "check_weights",
    "choose_device",
    "drawable",
    "failed_if",
    "frames_in",
    "guessed_at_least",
    "guessed_at_most",
    "guessing",
    "is_live",
    "kind_of",
    "knobs",
    "minutes",
    "name_in",
    "outlined",
    "pack_link",
    "picture_of",
    "play_apart",
    "preset_of",
    "pretrained",
    "pretrained_names",
    "read_frame",
    "replace_file",
    "rows_packed",
    "script",
    "suited",
    "tables",
    "title_of_row",
    "told_in",
    "unfold",
    "unpack",
    "unpack_link",
    "warm",
    "wilson",
    "with_told",
]
