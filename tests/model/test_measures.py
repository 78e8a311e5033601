"""Measures: what counts as a parameter, trainable, frozen, a buffer, or active; and that they add up."""

import pytest

import symparams

TEXT = """
module Expert(d):
    up:   [d, 4*d]
    frozen down: [4*d, d]
    buffer count: []

module MoE(d, E, k):
    frozen router: Linear(d, E)
    buffer state:  Expert(d)
    experts:       E * Expert(d) active k
    stacked:       [E, d] active k
    groups:        2 * (E * Expert(d)) active 1
    frozen old:    E * Expert(d) active k

module Nested(d, E, k, m):
    outer: m * MoE(d, E, k) active 1
"""

# d = 2, E = 4, k = 3: an expert has 16 up, 16 down (frozen), 1 buffer; the router 12
MOE = {
    "params": 12 + 4 * 32 + 8 + 2 * 4 * 32 + 4 * 32,
    "trainable": 4 * 16 + 8 + 2 * 4 * 16,
    "frozen": 12 + 4 * 16 + 2 * 4 * 16 + 4 * 32,
    "buffers": 33 + 4 * 1 + 2 * 4 * 1 + 4 * 1,
    "active": 12 + 3 * 32 + 6 + 4 * 32 + 3 * 32,
}


@pytest.mark.parametrize(("measure", "count"), MOE.items(), ids=MOE)
def test_a_measure(measure: str, count: int) -> None:
    file = symparams.parse(TEXT)
    assert getattr(file.MoE, measure).value(d=2, E=4, k=3) == count
    assert file.formula(f"MoE(2, 4, 3).{measure}").value() == count
    assert file.formula(f"MoE.{measure}").set(k=3).set(E=4).value(d=2) == count


@pytest.mark.parametrize("measure", MOE)
def test_measures_add_up_over_members(measure: str) -> None:
    net = symparams.parse(TEXT).MoE.set(d=2, E=4, k=3)
    assert getattr(net, measure).value() == sum(getattr(part, measure).value() for part in net.members.values())


def test_trainable_and_frozen_ones_are_all() -> None:
    file = symparams.parse(TEXT)
    assert str(file.formula("MoE.trainable + MoE.frozen - MoE.params").expanded()) == "0"


def test_active_ones_multiply_through_nested_copies() -> None:
    file = symparams.parse(TEXT)
    assert file.Nested.active.value(d=2, E=4, k=3, m=5) == MOE["active"]
    assert file.Nested.params.value(d=2, E=4, k=3, m=5) == 5 * MOE["params"]


CASES = [
    ("frozen holds for all inside", "frozen a: Linear(2, 3)", {"params": 9, "trainable": 0, "frozen": 9, "buffers": 0}),
    ("a buffer is no parameter", "buffer a: [5]", {"params": 0, "trainable": 0, "frozen": 0, "buffers": 5}),
    ("BatchNorm keeps buffers", "a: BatchNorm2d(4)", {"params": 8, "trainable": 8, "frozen": 0, "buffers": 9}),
    ("a frozen BatchNorm keeps them too", "frozen a: BatchNorm2d(4)", {"params": 8, "trainable": 0, "frozen": 8, "buffers": 9}),
    ("none active", "a: 3 * Linear(2, 3) active 0", {"params": 27, "active": 0}),
    ("all active", "a: 3 * Linear(2, 3) active 3", {"params": 27, "active": 27}),
    ("no copies", "a: 0 * Linear(2, 3)", {"params": 0, "trainable": 0, "active": 0}),
    ("nothing", "a: None", {"params": 0, "buffers": 0}),
    ("a size of 0", "a: [0, 7]", {"params": 0}),
    ("one number", "a: []", {"params": 1}),
]  # fmt: skip


@pytest.mark.parametrize(("member", "counts"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_member_counts(member: str, counts: dict[str, int]) -> None:
    net = symparams.parse(f"module Net():\n    {member}\n").Net
    assert {measure: getattr(net, measure).value() for measure in counts} == counts
