"""Changes of members that may not be there: the formula at a flag's two values is the count from the source."""

import pytest

import symparams
from symparams.errors import ModelError
from symparams.formula.value import value

HEAD = """
module Low(layer, r):
    frozen base: layer
    a:           Linear(layer.in_features, r, bias=False)

module Block(d, on):
    fc: Linear(d, d)
    if on:
        gate: Linear(d, 3)

module Net(d, L, k, on=True):
    fc: Linear(d, d)
    if on:
        x: Linear(d, 5)
        for i in range(3):
            r{i}: Linear(d, d)
    h:    L * Block(d, on)
    norm: LayerNorm(d) if on else None
    if k > 2:
        y: Linear(d, 7)

changed(d, L, k, on) = Net(d, L, k, on=on) with:
"""
SIZES = {"d": 4, "L": 2}

# the changes, and by how much they change the count at on and k > 2, at these sizes, and at the rest
CASES = [
    ("drop a member", ("drop x",), -25, 0),
    ("drop one of a loop", ("drop r1",), -20, 0),
    ("drop a tensor of it", ("drop x.bias",), -5, 0),
    ("drop below a comparison", ("drop y",), -35, 0),
    ("drop what a condition chooses", ("drop norm",), -8, 0),
    ("drop in copies", ("drop h[*].gate",), -30, 0),
    ("replace by means of it", ("x: Low(it, 2)",), 8, 0),
    ("replace in copies", ("h[*].gate: Low(it, 2)",), 16, 0),
    ("replace a tensor of it", ("x.weight: [it.shape[0], 1]",), -15, 0),
    ("replace by kind", ("x is Linear: Low(it, 2)",), 8, 0),
    ("replace by kind at any depth", ("h.**.gate is Linear: Low(it, 2)",), 16, 0),
    ("add to it", ("x.more: [d]",), 4, 0),
    ("freeze it", ("frozen x",), 0, 0),
    ("drop it where it is", ("if on:", "    drop x"), -25, 0),
    ("drop what a `with` adds where it is", ("if on:", "    z: [d]", "drop z"), 0, 0),
]  # fmt: skip

each_change = pytest.mark.parametrize(("body", "there", "elsewhere"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])  # fmt: skip


def changed(*body: str) -> symparams.File:
    return symparams.parse(HEAD + "\n".join(f"    {line}" for line in body) + "\n")


@each_change
def test_what_is_not_there_stays_so(body: tuple[str, ...], there: int, elsewhere: int) -> None:
    file = changed(*body)
    formula = file.formula("changed(d, L, k, on).params")
    for on in (True, False):
        for k in (2, 3):
            before = file.formula(f"Net(4, 2, {k}, on={on}).params").value()
            after = file.formula(f"changed(4, 2, {k}, {on}).params").value()
            is_there = k == 3 if "y" in body[0] else on
            assert after - before == (there if is_there else elsewhere)
            assert value(formula.node, {**SIZES, "k": k, "on": int(on)}) == after


@pytest.mark.parametrize(
    "body", ["drop z", "z: Low(it, 2)", "** is Conv2d: Low(it, 2)", "drop x.wait", "drop h[*].fc.gate"]
)
def test_a_path_to_what_is_never_there_is_an_error(body: str) -> None:
    for on in ("True", "False") if "x" not in body else ("True",):
        with pytest.raises(ModelError, match=r"leads to nothing|is what stands"):
            changed(body).formula(f"changed(4, 2, 3, {on}).params").value()


EITHER = """
module Stacked(d, E):
    w: [E, d, d]

module Net(d, E, stacked=False):
    if stacked:
        x: Stacked(d, E)
    else:
        x: E * Linear(d, d)

changed(d, E, stacked) = Net(d, E, stacked=stacked) with:
"""


@pytest.mark.parametrize(
    ("body", "is_error"), [("frozen x[*].weight", False), ("frozen x.gate", True), ("frozen x.* is Conv2d", True)]
)
def test_of_what_is_not_there_it_is_looked_what_is_in_it(body: str, is_error: bool) -> None:
    asked = symparams.parse(f"{EITHER}    {body}\n").formula("changed(4, 2, True).frozen")
    if is_error:
        with pytest.raises(ModelError, match="leads to nothing"):
            asked.value()
    else:
        assert asked.value() == 0
