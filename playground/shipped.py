"""The pretrained models as the page lists and asks them: each is loaded once, in this process, when somebody first asks it."""

from __future__ import annotations

from typing import Any

from engine import TABLES, BadWeights, Trained, ask_probe, card, check_weights, pretrained, pretrained_names


class Shipped:
    """Not safe for several threads: whoever asks does so one at a time, and so does whoever lists; these two share nothing."""

    def __init__(self) -> None:
        self._loaded: dict[str, Trained] = {}
        self._listed: dict[str, dict[str, Any]] = {}

    def listed(self, *, translates: bool) -> list[dict[str, Any]]:
        """Each with its card, in which is a small picture; one that cannot be used, with the sentence that says why.

        No model is loaded for it, but the first time the bytes of each are read, to tell a damaged one.
        at_hand: whether its data can always be had.
        """
        names = pretrained_names(translates=translates)
        for name in names:
            if name not in self._listed:
                self._listed[name] = _described(name)
        return [self._listed[name] for name in names]

    def ask(self, name: str, probe: str, text: bytes) -> dict[str, Any]:
        """The answer of one of them.  BadWeights or BadQuestion."""
        if name not in self._loaded:
            self._loaded[name] = pretrained(name)
        return ask_probe(self._loaded[name], probe, text)


def _described(name: str) -> dict[str, Any]:
    row: dict[str, Any] = {"id": name, "title": name, "problem": ""}
    try:
        row |= card(name).model_dump()
        row["at_hand"] = not getattr(TABLES["data"].get(row["data"]), "instead", "")
        check_weights(name)
    except BadWeights as error:
        row["problem"] = str(error)
    return row
