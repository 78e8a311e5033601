from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symparams.formula.nodes import Compare, Index, Number, Series, Symbol
from symparams.formula.polynomial import NO_FACTS, constant, generator, polynomial
from symparams.formula.series import closed_sum, range_condition
from symparams.formula.substitute import substitute
from symparams.formula.value import value
from symparams.render.text import text

from .formulas import formula

TURN = Index("i", 0)
N, D = Symbol("n"), Symbol("d")


def term_of(given_text):
    return polynomial(substitute(formula(given_text), {Symbol("i"): TURN}))


SUMS = [
    "1",
    "i",
    "i^2 + 3*i",
    "i^7",
    "2^i",
    "i*2^i",
    "i^3*3^i*d",
    "2^(i + 1) + i",
    "1/2^i",
    "4^i*i - i^2",
    "2^(2*i)/3^i",
]


@pytest.mark.parametrize("given_text", SUMS)
@given(start=st.integers(0, 4), turns=st.integers(0, 6))
@settings(max_examples=20, deadline=None)
def test_a_closed_sum_is_the_sum_from_no_turn_on(given_text, start, turns):
    term = term_of(given_text)
    closed = closed_sum(term, TURN, constant(start), generator(N))
    expected = sum(value(substitute(term.node(), {TURN: Number(i)}), {"d": 5}) for i in range(start, start + turns))
    assert value(closed.node(), {"n": start + turns, "d": 5}) == expected


@given(start=st.integers(0, 3), turns=st.integers(0, 5), d=st.integers(2, 5), degree=st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_powers_of_a_size_close_where_it_is_not_1(start, turns, d, degree):
    term = term_of(f"i^{degree}*d^i*7")
    needed = []
    closed = closed_sum(term, TURN, constant(start), generator(N), needed=needed)
    assert needed == [Compare("!=", D, Number(1))]
    expected = sum(i**degree * d**i * 7 for i in range(start, start + turns))
    assert value(closed.node(), {"n": start + turns, "d": d}) == expected


def test_what_may_not_be_asked_for_is_not_closed():
    assert closed_sum(term_of("d^i"), TURN, constant(0), generator(N)) is None
    facts = NO_FACTS.with_assumption(formula("d >= 2"))
    assert closed_sum(term_of("d^i"), TURN, constant(0), generator(N), facts) is not None


@pytest.mark.parametrize("given_text", ["i//2", "1/(i + 1)", "2^(i*i)", "i^i", "max(i, d)", "(1 if i != d else 0)"])
def test_what_has_no_closed_form_stays(given_text):
    assert closed_sum(term_of(given_text), TURN, constant(0), generator(N)) is None


def test_the_condition_on_the_range_is_stated_with_its_number_right():
    assert text(range_condition(constant(1), generator(N))) == "n >= 1"
    assert text(range_condition(generator(Symbol("k")), generator(N))) == "n >= k"


def test_a_sum_in_a_formula_asks_for_what_its_closed_form_takes():
    facts = NO_FACTS
    needed = []
    assert text(polynomial(formula("sum(i for i in range(1, n))"), facts, needed).node()) == "n^2/2 - n/2"
    assert not needed
    two = formula("sum(i for i in range(2, n))")
    assert isinstance(polynomial(two, facts).generators[0], Series)
    polynomial(two, facts, needed)
    assert list(map(text, needed)) == ["n >= 2"]


def test_equal_open_sums_are_one_whatever_their_index():
    one = formula("sum(d*(i//2) for i in range(n))")
    other = formula("sum((j//2) for j in range(n))")
    assert polynomial(one) == polynomial(other) * generator(D)
    nested = formula("sum(sum((i*j)//3 for j in range(n)) for i in range(n))")
    renamed = formula("sum(sum((x*y)//3 for y in range(n)) for x in range(n))")
    assert polynomial(nested) == polynomial(renamed)


def test_halves_add_up():
    assert value(formula("sum(1/2^i for i in range(3))")) == Fraction(7, 4)
