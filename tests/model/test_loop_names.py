"""Names that loops leave behind: what is assumed for them, and when."""

from __future__ import annotations

import pytest

import symparams

TWICE = """
module Net(m, d):
    for s in range(2):
        for i in range(1, m):
            {s}.{i}: Linear(d, d, bias=False)
"""

READ = """
module Net(m, d):
    for s in range(2):
        for i in range(1, m):
            {s}.{i}: Linear(d, d, bias=False)
        last{s}: [i]
"""

BRANCH = """
module Net(m, d):
    i = 7
    for s in range(2):
        for i in range(m):
            {s}.{i}: Linear(d, d, bias=False)
    if d > 3:
        last: [i]
"""


def assumed(text: str, m: str = "m") -> list[str]:
    from symparams.render.text import text as text_of

    found = symparams.parse(text).formula(f"Net({m}, 8).params")
    return [text_of(assumption.condition) for assumption in found.assumptions]


def test_index_of_an_earlier_loop_needs_no_turn_where_nobody_reads_it() -> None:
    net = symparams.parse(TWICE).Net
    assert assumed(TWICE) == ["m >= 1"]
    assert str(net.params.collected("d")) == "2*(m - 1)*d^2"
    assert [net.params.value(m=m, d=3) for m in (1, 2, 5)] == [0, 18, 72]


def test_index_that_is_read_after_its_loop_needs_a_turn() -> None:
    assert "m >= 2" in assumed(READ)
    assert "m >= 1" in assumed(BRANCH) or assumed(BRANCH) == []


@pytest.mark.parametrize("m", [2, 3])
def test_numbers_and_symbols_agree_on_what_is_left(m: int) -> None:
    net = symparams.parse(READ).Net
    by_hand = 2 * (m - 1) * 64 + 2 * (m - 1)
    assert net.params.value(m=m, d=8) == by_hand
    assert net.params.set(d=8).expanded().value(m=m) == by_hand
