"""Where the real examples come from. A row of DATA is a part; opened on a device it is a source of batches."""

from engine.data.base import Data, DataUnavailable, Drawn, Tell, Wish, silent
from engine.data.classic import Cifar10, FashionMnist, Mnist
from engine.data.curves import Circle, Curve, Line, Moons, Spiral
from engine.data.derived import Derived
from engine.data.drawing import Drawing
from engine.data.edges import outlined
from engine.data.folder import Folder
from engine.data.glyphs import Factors, Glyphs
from engine.data.mixture import Mixture
from engine.data.pairs import OwnPairs
from engine.data.picture import BadUpload
from engine.data.points import Blobs, Grid, Mixture1D, Points, Ring, TwoGaussians
from engine.data.published import Published
from engine.data.stacked import Stacked, StackedGlyphs, StackedMnist
from engine.data.stored import Stored
from engine.data.toy_sets import ToyPairs, ToyPictures
from engine.data.unpaired import TwoFolders

DATA: dict[str, type[Data]] = {
    "ring": Ring,
    "grid": Grid,
    "two-gaussians": TwoGaussians,
    "blobs": Blobs,
    "line": Line,
    "circle": Circle,
    "moons": Moons,
    "spiral": Spiral,
    "drawing": Drawing,
    "mixture-1d": Mixture1D,
    "glyphs": Glyphs,
    "mnist": Mnist,
    "fashion-mnist": FashionMnist,
    "cifar10": Cifar10,
    "stacked-glyphs": StackedGlyphs,
    "stacked-mnist": StackedMnist,
    "folder": Folder,
    "toys": ToyPairs,
    "toy-pictures": ToyPictures,
    "derived": Derived,
    "pairs": OwnPairs,
    "unpaired": TwoFolders,
    "published-pairs": Published,
}
"""The data sources in the order of the menu."""

__all__ = [
    "DATA",
    "BadUpload",
    "Blobs",
    "Cifar10",
    "Circle",
    "Curve",
    "Data",
    "DataUnavailable",
    "Derived",
    "Drawing",
    "Drawn",
    "Factors",
    "FashionMnist",
    "Folder",
    "Glyphs",
    "Grid",
    "Line",
    "Mixture",
    "Mixture1D",
    "Mnist",
    "Moons",
    "OwnPairs",
    "Points",
    "Published",
    "Ring",
    "Spiral",
    "Stacked",
    "StackedGlyphs",
    "StackedMnist",
    "Stored",
    "Tell",
    "ToyPairs",
    "ToyPictures",
    "TwoFolders",
    "TwoGaussians",
    "Wish",
    "outlined",
    "silent",
]
