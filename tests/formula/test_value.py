import time
from fractions import Fraction
from math import ceil, floor

import pytest

from symparams.errors import LimitError, SymparamsError, ValueNeeded
from symparams.formula.nodes import Floor, Index, Iverson, Number, Power, Product, Quotient, Series, Sum, Symbol
from symparams.formula.value import condition_value, value

from .formulas import formula

TURN, J = Index("i", 0), Index("j", 0)
AT = {"a": 7, "b": 3, "c": Fraction(1, 2), "f": True}

VALUES = [
    ("a*b - 2*a + 1", 8),
    ("a/b", Fraction(7, 3)),
    ("a//b*b + a % b", 7),
    ("(-a) % b", -7 % 3),
    ("floor(-a/b)", floor(-7 / 3)),
    ("ceil(a/b)", ceil(7 / 3)),
    ("round(c)", 0),
    ("round(c + 1)", 2),
    ("round(5/2) + round(7/2)", 6),
    ("abs(b - a)", 4),
    ("max(a, b, c) - min(a, b, c)", Fraction(13, 2)),
    ("b^(0 - 2)", Fraction(1, 9)),
    ("(a + 2)^(1/2)", 3),
    ("(9/4)^(3/2)", Fraction(27, 8)),
    ("27^(1/3)", 3),
    ("log2(8) + log2(1/4) + log(1)", 1),
    ("(a if a > b else b)", 7),
    ("(1/(b - 3) if b != 3 else 5)", 5),
    ("(1 if not (a == b or a < b) and c <= 1 else 0)", 1),
    ("(a if f else b)", 7),
    ("sum(i*i for i in range(1, a))", 91),
    ("sum(i for i in range(a, b))", 0),
    ("sum(sum(i*j for j in range(i)) for i in range(5))", 35),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_the_value_of(text, expected):
    assert value(formula(text), AT) == expected
    assert type(value(formula(text), AT)) is type(expected)


REFUSED = [
    ("2^(1/2)", "the square root of 2 isn't an exact number"),
    ("5^(1/3)", "the root of degree 3 of 5 isn't an exact number"),
    ("log(2)", "log of 2 isn't an exact number"),
    ("log2(6)", "log2 of 6 isn't an exact number"),
    ("a/(b - 3)", "7 is divided by 0"),
    ("a % (b - 3)", "7 is divided by 0"),
    ("(b - 3)^(0 - 1)", "0 to the power -1 divides by 0"),
]


@pytest.mark.parametrize(("text", "message"), REFUSED)
def test_what_is_no_exact_number_is_refused(text, message):
    with pytest.raises(SymparamsError, match=message.replace("^", r"\^")):
        value(formula(text), AT)


def test_all_open_sizes_are_named():
    with pytest.raises(ValueNeeded, match="values are needed for x, y"):
        value(formula("x*y + a + x"), AT)
    with pytest.raises(ValueNeeded, match="a value is needed for z"):
        condition_value(formula("z > 3"))


def test_long_sums_close_and_others_stop_at_the_limit():
    squares = Series(TURN, Number(0), Symbol("n"), Product((TURN, TURN)))
    n = 10**12
    assert value(squares, {"n": n}) == (n - 1) * n * (2 * n - 1) // 6
    halves = Series(TURN, Number(0), Symbol("n"), Floor(Quotient(TURN, Number(2))))
    assert value(halves, {"n": 1001}) == sum(i // 2 for i in range(1001))
    with pytest.raises(LimitError, match="50,000 terms"):
        value(halves, {"n": n})
    nested = Series(J, Number(0), Symbol("n"), Series(TURN, Number(0), J, Product((TURN, J, Symbol("d")))))
    assert value(nested, {"n": 300, "d": 2}) == 2 * sum(i * j for j in range(300) for i in range(j))


def test_a_loop_within_a_loop_may_bear_the_same_index():
    inner = Series(TURN, Number(0), Number(3), TURN)
    both = Series(TURN, Number(0), Number(4), Sum((Product((TURN, inner)), TURN)))
    assert value(both) == sum(i * 3 + i for i in range(4))
    stop_is_outer = Series(TURN, Number(0), Number(5), Series(TURN, Number(0), TURN, TURN))
    assert value(stop_is_outer) == sum(sum(range(i)) for i in range(5))


def test_huge_powers_are_refused_before_they_are_computed():
    start = time.perf_counter()
    for node in (formula("9^(9^9)"), formula("2^(0 - 9^9)"), Power(Number(10), Number(10**30))):
        with pytest.raises(LimitError, match="100,000 bits"):
            value(node)
    assert value(formula("1^(9^9) + (-1)^(9^9) + 0^(9^9)")) == 0
    assert time.perf_counter() - start < 0.5


def test_shared_pieces_are_worked_out_once():
    node = Symbol("x")
    while node.size < 400_000:
        node = Sum((node, node))
    start = time.perf_counter()
    assert value(node, {"x": 1}) == 2**18 * 2 or value(node, {"x": 1}) > 100_000
    assert time.perf_counter() - start < 0.1


def test_a_bracket_that_is_0_spares_what_it_guards():
    guarded = Product((Quotient(Number(1), Symbol("x")), Iverson(formula("x != 0"))))
    assert value(guarded, {"x": 0}) == 0
    assert value(guarded, {"x": 4}) == Fraction(1, 4)


def test_deep_formulas_are_walked():
    node = Symbol("x")
    for _ in range(198):
        node = Floor(Sum((node, Number(1)))) if node.depth < 198 else node
    assert value(node, {"x": 1}) == 1 + node.depth // 2
