"""How a script is set: comments, docstrings and functions as lines that are not too long."""

from __future__ import annotations

import inspect
import textwrap

from engine.parts import Part

LONGEST = 110  # columns of a line


def about(part: Part) -> str:
    """What a part is and whose it is: the paragraphs of its docstring up to the one that names a paper."""
    paragraphs = [" ".join(one.split()) for one in (inspect.getdoc(type(part)) or "").split("\n\n")]
    for count, paragraph in enumerate(paragraphs[:2], 1):
        if "arXiv" in paragraph:
            return " ".join(paragraphs[:count])
    return paragraphs[0]


def first_sentence(doc: str) -> str:
    return " ".join(doc.split("\n\n")[0].split())


def docstring(doc: str, width: int = LONGEST - 4) -> list[str]:
    """A docstring's lines; none for nothing."""
    if not doc:
        return []
    if len(doc) + 6 <= width:
        return [f'"""{doc}"""']
    return [*textwrap.wrap(f'"""{doc}', width, break_long_words=False), '"""']


def commented(text: str, width: int = LONGEST - 10) -> list[str]:
    return [f"# {line}" for line in textwrap.wrap(text, width, break_long_words=False)]


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else line for line in lines]


def function(name: str, given: list[str], body: list[str]) -> str:
    return "\n".join([f"def {name}({', '.join(given)}):", *indented(body)])
