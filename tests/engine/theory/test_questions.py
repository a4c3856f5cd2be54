"""A question is checked once, strictly; what is wrong is one sentence."""

import json
from typing import Any

import numpy as np
import pytest

from engine.theory import METHODS, QUESTIONS, BadQuestion, ask
from engine.theory.dirac import D_TURNS


@pytest.mark.parametrize("name", QUESTIONS)
def test_an_empty_question_has_an_answer(name: str) -> None:
    answer = ask(name, b"{}")
    assert all(isinstance(value, float | str | bool | np.ndarray) for value in answer.values())
    assert sum(np.size(value) for value in answer.values()) < 4000


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_by_name(method: str) -> None:
    assert ask("bilinear", json.dumps({"method": {"name": method, "step": 0.1}}).encode())["predicted"] > 0


@pytest.mark.parametrize("order", D_TURNS)
def test_a_question_names_losses_and_penalties_as_a_recipe_does(order: str) -> None:
    question = {"loss": "hinge", "penalties": {"r1": {"weight": 0.5}, "r2": {}}, "order": order, "rounds": 3}
    assert ask("dirac", json.dumps(question).encode())["path"].shape == (4, 2)


@pytest.mark.parametrize(
    ("name", "question", "sentence"),
    [
        ("bilinear", {"x": 11}, "x must be a number from -10 to 10, but it is 11."),
        ("bilinear", {"x": "1"}, 'x must be a number from -10 to 10, but it is "1".'),
        ("bilinear", {"rounds": 10**9}, "rounds must be a whole number from 1 to 1,000, but it is 1000000000."),
        ("bilinear", {"method": "luck"}, "method: 'luck' is no method. Known: " + ", ".join(METHODS) + "."),
        ("bilinear", {"method": {"name": "momentum", "step": 0}}, "method.step must be a number from 0.01 to 2.5, but it is 0."),
        ("dirac", {"order": "x"}, 'order must be one of simultaneous, alternating, five-d-turns, but it is "x".'),
        ("dirac", {"penalties": {"r1": {"interval": 2}}}, "a penalty acts in every round here; leave its interval at 1."),
        ("densities", {"p": {"width": 0}}, "p.width must be a number from 0.05 to 3, but it is 0."),
        ("densities", {"r": {}}, "r: there is no such knob. Known: p, q."),
        ("luck", {}, "There is no such question. Known: bilinear, dirac, densities."),
        ("dirac", {"loss": "x" * 5000}, "The question is 5,012 bytes long; 4,096 are allowed."),
    ],
)
def test_what_is_wrong_is_one_sentence(name: str, question: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadQuestion) as caught:
        ask(name, json.dumps(question).encode())
    assert str(caught.value) == sentence


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"null", b'"x"', b"\xff", b'{"x": NaN}', b'{"x": 1e999}', b"[" * 4000])
@pytest.mark.parametrize("name", QUESTIONS)
def test_what_is_no_question_is_refused(name: str, text: bytes) -> None:
    with pytest.raises(BadQuestion, match=r"\.$"):
        ask(name, text)
