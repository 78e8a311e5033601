"""Ranges that several conditions cut: what they assume holds together, and no cut goes on for ever."""

import pytest

import symparams
from symparams import SymparamsError

HEADER = "symbol k >= 0\nsymbol a, b, d, f, n, m\n"
NETS = """
module Twice(a, b, n):
    for i in range(2, b):
        if i <= a and i == n:
            w{i}: [1]
module Carried(n, m, k):
    C = n
    for i in range(k):
        if i >= m:
            x{i}: [1 if C > 2 else 0]
        C = C + 1
module Few(L, d, f):
    for i in range(L):
        h{i}: Linear(d, f) if i in [3, 7] else Linear(d, d)
module Last(L, d, f):
    for i in range(L):
        h{i}: Linear(d, f if i == L - 1 else d)
module Classes(L, d, f):
    for i in range(L):
        a{i}: Linear(d, d) if i % 2 == 1 else Linear(d, f)
        b{i}: [d] if i % 8 == 4 else None
module Coprime(L, d, f):
    for i in range(L):
        a{i}: [d] if i % 2 == 1 else [f]
        b{i}: [d] if i % 3 == 2 else None
"""

CLAIMS = [
    (
        "two remainders sort the turns together",
        "Classes(8*n, d, f).params == 4*n*(d^2 + d) + 4*n*(d*f + f) + n*d",
        "proved",
    ),
    (
        "of a class that has no such turn nothing counts",
        "Classes(8*n, d, f).params == 4*n*(d^2 + d + d*f + f)",
        "refuted",
    ),
    ("remainders by coprime numbers sort by both", "Coprime(6*n, d, f).params == 5*n*d + 3*n*f", "proved"),
    ("their counts at a number are those of the turns", "Coprime(7, 2, 3).params == 3*2 + 4*3 + 2*2", "proved"),
    ("two cuts assume what holds together", "Twice.params == 1", "proved"),
    ("two cuts aren't said to hold nowhere", "Twice.params == 0", "refuted"),
    ("a carried value is cut where it passes a bound", "Carried.params == k + n - 3", "proved"),
    ("its cut isn't forgotten", "Carried.params == k - m", "refuted"),
    ("the turns between two special ones count", "Few.params == 2*(d*f + f) + (L - 2)*(d^2 + d)", "proved"),
    ("the last turn is one turn", "Last.params == (L - 1)*(d^2 + d) + d*f + f", "proved"),
]


@pytest.mark.parametrize(("claim", "status"), [case[1:] for case in CLAIMS], ids=[case[0] for case in CLAIMS])
def test_a_claim_about_cut_ranges(claim: str, status: str) -> None:
    (outcome,) = symparams.parse(f"{HEADER}{NETS}check {claim}\n").check()
    assert outcome.status == status, [str(finding) for finding in outcome.findings]


def test_cuts_without_an_end_are_refused() -> None:
    text = "sum((n if i % 3 >= a else 5) for i in range(b) if (a if min(4, n) <= i else 2) == i)"
    with pytest.raises(SymparamsError, match="more than 100 times"):
        symparams.formula(text).value()


def test_a_range_isnt_cut_at_a_point_that_may_be_broken() -> None:
    assert (
        str(symparams.formula("sum(i for i in range(m) if i > 2/a)")) == "sum((i if i > 2/a else 0) for i in range(m))"
    )


def test_two_loops_that_are_cut_share_the_name_of_their_index() -> None:
    text = """
module Net(L, d):
    for i in range(L):
        if i < 3:
            a.{i}: Linear(d, d)
    for i in range(L):
        if i < 4:
            b.{i}: Linear(d, 2)
"""
    net = symparams.parse(text).Net
    assert str(net.params) == "3*(d^2 + d) + 4*(d*2 + 2)"
    assert net.params.value(L=7, d=2) == 18 + 24
