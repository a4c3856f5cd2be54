"""Where a script's real samples come from: `draw_real(n)`, for each kind of data set."""

from __future__ import annotations

import ast
from collections.abc import Callable

import torch

from engine.config import BadRecipe, RunConfig
from engine.data import Data, Folder, Glyphs, Points, Stacked
from engine.data.classic import Classic, resized
from engine.data.drawing import Drawing
from engine.data.few import LOOK_AT
from engine.data.glyphs import Pen
from engine.data.points import TRAINING
from engine.games import SemiSupervisedGAN
from engine.script.code import Code
from engine.script.source import Text

WIDE = 96  # letters of a drawing on one line

POINTS = """\
stairs = weights.cumsum(0)[:-1]


def draw_real(n):
    \"\"\"n points, (n, {dim}){labels}: first which Gaussian, then where in it.\"\"\"
    k = torch.searchsorted(stairs, torch.rand(n, generator=generator), right=True)
    return torch.addcmul(centres[k], torch.randn(n, {dim}, generator=generator), scales[k]){y}"""

FEW_POINTS = """\
stairs = weights.cumsum(0)[:-1]
chance = torch.Generator().manual_seed(generator.initial_seed() + {training})  # for the training set
k = torch.searchsorted(stairs, torch.rand({examples}, generator=chance), right=True)
points = torch.addcmul(centres[k], torch.randn({examples}, {dim}, generator=chance), scales[k]){labelled}
order = torch.empty(0, dtype=torch.int32)


def draw_real(n):
    \"\"\"The next n points, (n, {dim}){labels}; an epoch is one random order of all of them.\"\"\"
    {epochs}
    return points[rows]{y}"""

DRAWING = """\
ink = (  # a sheet of 64 x 64 squares from the upper left: how full (a to p), and how many in a row
{rows}
)
runs = re.findall(r"([a-p])(\\d*)", ink)
levels = [ord(letter) - ord("a") for letter, times in runs for _ in range(int(times or 1))]
levels = torch.tensor(levels).float()
line = (torch.arange(64) + 0.5) * (2 / 64) - 1
y, x = torch.meshgrid(-line, line, indexing="ij")
places = levels.nonzero()[:, 0]
centres = torch.stack([x.flatten(), y.flatten()], 1)[places]
scales = torch.full_like(centres, {sigma})
weights = levels[places].square()
weights = weights / weights.sum()"""

EPOCHS = """\
global order
    while len(order) < n:
        again = torch.randperm(len({of}), generator=generator, dtype=torch.int32)
        order = torch.cat([order, again])
    rows, order = order[:n], order[n:]"""

STORED = """\
order = torch.empty(0, dtype=torch.int32)


def draw_real(n):
    \"\"\"The next n pictures, in [-1, 1]{labels}; an epoch is one random order of all of them.\"\"\"
    {epochs}
    return pictures[rows].float() / 127.5 - 1{y}"""

FOLDER = """\
def read(file):
    \"\"\"The middle square of a picture, as bytes.\"\"\"
    with Image.open(file) as image:
        image.draft(None, ({twice}, {twice}))
        square = ImageOps.fit(image.convert("RGB"), ({size}, {size}), Image.Resampling.LANCZOS)
    return pil_to_tensor(square.convert("{mode}"))


kinds = {{".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"}}
files = [file for file in Path("pictures").rglob("*") if file.suffix.lower() in kinds]  # put yours there
pictures = torch.stack([read(file) for file in sorted(files, key=Path.as_posix)])"""

GLYPHS = '''\


def draw_real(n):
    """n fresh pictures, (n, 1, H, W) in [-1, 1]."""
    return picture(factors(n))'''

LABELLED_GLYPHS = '''\


def draw_real(n):
    """n fresh pictures, (n, 1, H, W) in [-1, 1], and the class of each."""
    drawn = factors(n)
    return picture(drawn), drawn.y'''

STACKED = '''\


draw_digits = draw_real


def draw_real(n):
    """n pictures, (n, 3, H, W) in [-1, 1]: a digit in each colour."""
    x = draw_digits(3 * n)
    return x.view(n, 3, *x.shape[2:])'''

AND_LABELS = ", and the class of each"

FEW = '''\
def pick_few(each, classes):
    """The first so many of each class that come along, and their classes."""
    found = [[] for _ in range(classes)]
    while min(map(len, found)) < each:
        x, y = draw_real({look})
        for label, some in enumerate(found):
            some += x[y == label][: each - len(some)]
    return torch.stack([x for some in found for x in some]), torch.arange(classes).repeat_interleave(each)


labelled, classes = pick_few({each}, {classes})
{again}


def draw_with_few(n):
    """n samples without labels, and n of the few that have one, with their classes."""
    x, _ = draw_real(n)
    rows = torch.randint(len(classes), (n,), generator=generator)
    return x, labelled[rows], classes[rows]'''


def data_text(code: Code, data: Data, *, labelled: bool) -> str:
    """The lines that define `draw_real`, with labels or without.  BadRecipe for data that no script can show."""
    for kind, write in WRITERS.items():
        if isinstance(data, kind):
            return write(code, data, labelled)
    known = ", ".join(kind.__name__ for kind in WRITERS)
    raise BadRecipe(f"{type(data).__name__} cannot be written out as a script yet. Kinds of data that can: {known}.")


def few_text(config: RunConfig) -> list[str]:
    """The lines that pick a few labelled samples of each class, and define `draw_with_few`, if the game lives on few labels."""
    if not isinstance(config.game, SemiSupervisedGAN):
        return []
    again = [f"generator.manual_seed({config.seed})  # training draws as if nothing had been picked"]
    if isinstance(config.data, Classic) or (isinstance(config.data, Points) and config.data.examples):
        again.append("order = order[:0]")
    return [FEW.format(look=LOOK_AT, each=config.game.labels, classes=config.data.classes, again="\n".join(again))]


def _points(code: Code, data: Points, labelled: bool) -> str:
    """The law's own lines; what it returns is centres, scales and weights."""
    lines, result = Text(type(data).law, code, data, special=_mixture).inlined()
    return "\n".join([*lines, *_three(result), _drawing_of(data, labelled)])


def _drawing_of(data: Points, labelled: bool) -> str:
    y = ""
    if labelled:
        each = len(data.law().weights) // data.classes  # Gaussians that make up a class
        y = f"k // {each}" if each > 1 else "k"
    labels = AND_LABELS if labelled else ""
    if not data.examples:
        return POINTS.format(dim=data.dim, labels=labels, y=y and f", {y}")
    return FEW_POINTS.format(
        training=TRAINING,
        examples=data.examples,
        dim=data.dim,
        labelled=y and f"\nlabels = {y}",
        labels=labels,
        epochs=EPOCHS.format(of="points"),
        y=y and ", labels[rows]",
    )


def _drawing(code: Code, data: Drawing, labelled: bool) -> str:
    """The sheet as it stands in the recipe, and how it is read."""
    code.use("re")
    rows = "\n".join(f'    "{data.drawing[start : start + WIDE]}"' for start in range(0, len(data.drawing), WIDE))
    return "\n".join([DRAWING.format(rows=rows, sigma=data.sigma), _drawing_of(data, labelled)])


def _mixture(text: Text, node: ast.AST) -> str | None:
    """Mixture.even(...) is written as even(...), for `_three` to name what it is given."""
    if isinstance(node, ast.Call) and (called := ast.unparse(node.func)) in ("Mixture", "Mixture.even"):
        return f"{called.rpartition('.')[2]}({', '.join(text.text(one) for one in node.args)})"
    return None


def _three(result: str) -> list[str]:
    call = ast.parse(result, mode="eval").body
    if not isinstance(call, ast.Call):
        raise BadRecipe(f"A law that returns {result} cannot be written out as a script; let it return Mixture(...).")
    given = [ast.get_source_segment(result, one) or "" for one in call.args]
    if ast.unparse(call.func) == "even":
        given = [given[0], f"torch.full_like(centres, {given[1]})", "torch.full((len(centres),), 1 / len(centres))"]
    names = ("centres", "scales", "weights")
    return [f"{name} = {value}" for name, value in zip(names, given, strict=True) if name != value]


def _classic(code: Code, data: Classic, labelled: bool) -> str:
    code.use("torchvision")
    axes = "[:, None]" if data.channels == 1 else ".permute(0, 3, 1, 2)"
    lines = [
        f'data = torchvision.datasets.{data.dataset}("data", train=True, download=True)',
        f"pictures = torch.as_tensor(data.data){axes}  # (N, C, H, W), bytes",
    ]
    if data.size != type(data).model_fields["size"].default:
        code.define("resized", resized)
        lines.append(f"pictures = resized(pictures, {data.size})")
    if labelled:
        lines.append("labels = torch.as_tensor(data.targets)")
    return "\n".join([*lines, _stored(labelled)])


def _stored(labelled: bool) -> str:
    epochs = EPOCHS.format(of="pictures")
    return STORED.format(epochs=epochs, labels=AND_LABELS if labelled else "", y=", labels[rows]" if labelled else "")


def _folder(code: Code, data: Folder, labelled: bool) -> str:
    """Not the folder's name: it is a place on another computer, and may be nobody's business."""
    code.use("pathlib", "Path")
    code.use("PIL", "Image")
    code.use("PIL", "ImageOps")
    code.use("torchvision.transforms.functional", "pil_to_tensor")
    return "\n".join([FOLDER.format(size=data.size, twice=2 * data.size, mode="L" if data.grey else "RGB"), _stored(labelled)])


def _glyphs(code: Code, data: Glyphs, labelled: bool) -> str:
    """The pen: what it is made of, once, and how it writes."""
    pen = Pen(data, torch.device("cpu"))
    strokes = "\n".join(f'    "{name}": "{text}",' for name, text in data.alphabet.items())
    code.add("STROKES", f"STROKES = {{\n{strokes}\n}}")
    lines = Text(Pen.__init__, code, pen, values={"glyphs": data}, special=_strokes).lines()
    code.define("factors", Pen.factors, pen)
    code.define("picture", Pen.picture, pen)
    return "\n".join([*lines, LABELLED_GLYPHS if labelled else GLYPHS])


def _stacked(code: Code, data: Stacked, labelled: bool) -> str:
    """The digits, and how three of them become a picture."""
    return data_text(code, data.named_by, labelled=labelled) + STACKED


def _strokes(_: Text, node: ast.AST) -> str | None:
    return "STROKES" if isinstance(node, ast.Attribute) and ast.unparse(node) == "glyphs.alphabet" else None


WRITERS: dict[type, Callable[..., str]] = {
    Drawing: _drawing,
    Points: _points,
    Classic: _classic,
    Folder: _folder,
    Glyphs: _glyphs,
    Stacked: _stacked,
}
"""How each kind of data set is written out; a new set of points or of torchvision is one of these kinds."""
