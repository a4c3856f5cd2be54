"""The pretrained models as the page lists and asks them: each is loaded once, in this process, when somebody first looks."""

from __future__ import annotations

from typing import Any

from engine import TABLES, BadQuestion, BadWeights, Trained, ask_probe, card, pretrained, pretrained_names

PICTURE = {False: ("samples", b'{"rows": 1, "seed": 1}'), True: ("example", b'{"index": 1}')}
"""What a model is to be known by, of one that translates and one that does not: a strip of samples, or a translation."""


class Shipped:
    """Not safe for several threads: whoever asks does so one at a time."""

    def __init__(self) -> None:
        self._loaded: dict[str, Trained] = {}
        self._listed: dict[str, dict[str, Any]] = {}

    def listed(self, *, translates: bool) -> list[dict[str, Any]]:
        """Each with its card and a small picture; one that cannot be used, with the sentence that says why.

        at_hand: whether its data can always be had, with no download.
        """
        names = pretrained_names(translates=translates)
        for name in names:
            if name not in self._listed:
                self._listed[name] = self._described(name, *PICTURE[translates])
        return [self._listed[name] for name in names]

    def ask(self, name: str, probe: str, text: bytes) -> dict[str, Any]:
        """The answer of one of them.  BadWeights or BadQuestion."""
        if name not in self._loaded:
            self._loaded[name] = pretrained(name)
        return ask_probe(self._loaded[name], probe, text)

    def _described(self, name: str, probe: str, text: bytes) -> dict[str, Any]:
        row: dict[str, Any] = {"id": name, "title": name, "problem": ""}
        try:
            row |= card(name).model_dump()
            row["at_hand"] = not getattr(TABLES["data"].get(row["data"]), "instead", "")
            row["picture"] = self.ask(name, probe, text)
        except (BadWeights, BadQuestion) as error:
            row["problem"] = str(error)
        return row
