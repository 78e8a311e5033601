"""Turns told apart by a remainder: marks count apart, and a turn asked for by its number is the right one, or refused."""

import pytest

import symparams
from symparams.errors import ModelError
from symparams.formula.value import value

TEXT = """
module Net(L, d, f):
    for i in range(L):
        layers.{i}: Linear(d, f) if i % 4 == 1 else Linear(d, d)

module Marked(L, d):
    for i in range(L):
        if i % 2 == 0:
            frozen x{i}: Linear(d, d)
        else:
            x{i}: Linear(d, d)

module Named(L, d):
    for i in range(L):
        if i % 2 == 0:
            x{i}: Linear(d, d)
        else:
            y{i}: Linear(d, d)
"""


@pytest.mark.parametrize("measure", ["params", "trainable", "frozen"])
def test_turns_that_differ_in_marks_only_count_apart(measure: str) -> None:
    formula = symparams.parse(TEXT).formula(f"Marked.{measure}")
    for turns in (1, 2, 5):
        assert value(formula.node, {"L": turns, "d": 3}) == formula.value(L=turns, d=3)


def test_turns_that_differ_in_names_only_are_listed_apart() -> None:
    names = {row.name for row in symparams.parse(TEXT).Named.tensors()}
    assert names == {"x{2*i}.weight", "x{2*i}.bias", "y{2*i + 1}.weight", "y{2*i + 1}.bias"}


def test_the_turns_that_the_others_leave_bear_no_wrong_numbers() -> None:
    names = {row.name for row in symparams.parse(TEXT).Net.tensors()}
    assert names == {f"layers.{{{turn}}}.{name}" for turn in ("i", "4*i + 1") for name in ("weight", "bias")}


@pytest.mark.parametrize("turn", ["0", "1", "2", "5", "-1", "L - 1"])
def test_a_turn_is_the_right_one_or_refused(turn: str) -> None:
    file = symparams.parse(TEXT)
    formula = file.formula(f"Net.layers[{turn}].params")
    try:
        node = formula.node
    except ModelError as error:
        assert "give the sizes as numbers" in str(error)  # noqa: PT017
        return
    for turns in (6, 7, 8, 10):
        assert value(node, {"L": turns, "d": 3, "f": 5}) == formula.value(L=turns, d=3, f=5)
