import itertools
import time
from fractions import Fraction

import pytest
import sympy
from hypothesis import assume, given, settings

from symparams.errors import SymparamsError
from symparams.formula.algebra import collected, expanded, factored, from_sympy, to_sympy
from symparams.formula.domain import Domain
from symparams.formula.limits import limit_ratio
from symparams.formula.nodes import Iverson, Sum, Symbol
from symparams.formula.polynomial import NO_FACTS, Facts, polynomial
from symparams.formula.prove import equal
from symparams.formula.value import value
from symparams.render.text import text

from .formulas import formula, formulas, polynomials, sizes

GPT2 = "V*d + T*d + n_layer*(12*d^2 + 13*d) + 2*d"
DENSENET = "sum(2*(C + g*i) + 4*g*(C + g*i) + 2*4*g + 9*4*g*g for i in range(n))"
MIXTRAL = "V*d + d + V*d + L*(d*d*2 + 2*d*d*n_kv/h + 3*E*d*f + E*d + 2*d)"

COLLECTED = [
    (GPT2, "d", "12*n_layer*d^2 + (T + V + 13*n_layer + 2)*d"),
    (DENSENET, "g", "2*n*(n + 17)*g^2 + n*(4*C + n + 7)*g + 2*C*n"),
    (DENSENET, None, "2*g^2*n*(n + 17) + g*n*(4*C + n + 7) + 2*C*n"),
    (MIXTRAL, "L", "d*(3*E*f + E + 2*d + 2*d*n_kv/h + 2)*L + 2*V*d + d"),
    (MIXTRAL, None, "L*d*(3*E*f + E + 2*d + 2*d*n_kv/h + 2) + 2*V*d + d"),
    (MIXTRAL, "h", None),
    ("4^S*a + 2^S*a + 8^(S + 1)", None, "(4^S + 2^S)*a + 8*8^S"),
    ("3*a + 2", "b", "3*a + 2"),
    ("a - a*b", "b", "-a*b + a"),
    ("a*b", None, "a*b"),
    ("7", None, "7"),
]


@pytest.mark.parametrize(("given_text", "by", "expected"), COLLECTED)
def test_collected_forms(given_text, by, expected):
    found = collected(formula(given_text), by=by)
    assert expected is None or text(found) == expected
    assert equal(found, formula(given_text))


FACTORED = [
    ("n^2/2 + n/2", "n*(n + 1)/2"),
    ("a^2 - b^2", "(a - b)*(a + b)"),
    ("a^4 - b^4", "(a - b)*(a + b)*(a^2 + b^2)"),
    ("(a + b)^3*(c + d)*2*x/(3*y)", "2*x*(a + b)^3*(c + d)/(3*y)"),
    ("2*a*b + 2*a", "2*a*(b + 1)"),
    ("-a*b - a", "-a*(b + 1)"),
    ("a*(b//2) + a", "a*(floor(b/2) + 1)"),
    ("d*d + d*d*k/h", "d^2*(k/h + 1)"),
]


@pytest.mark.parametrize(("given_text", "expected"), FACTORED)
def test_factored_forms(given_text, expected):
    found = factored(formula(given_text))
    assert equal(found, formula(given_text))
    assert text(found) == expected


@given(formulas, sizes)
@settings(max_examples=150, deadline=None)
def test_every_form_keeps_the_value(node, at):
    try:
        expected = value(node, at)
        forms = expanded(node), factored(node), collected(node), collected(node, by="b")
    except SymparamsError:
        assume(False)
    for form in forms:
        assert value(form, at) == expected


@given(polynomials)
@settings(max_examples=100, deadline=None)
def test_expanding_agrees_with_sympy(node):
    assert sympy.expand(to_sympy(node) - to_sympy(expanded(node))) == 0
    assert polynomial(from_sympy(sympy.factor(to_sympy(node)))) == polynomial(node)


@given(formulas, sizes)
@settings(max_examples=100, deadline=None)
def test_what_goes_to_sympy_comes_back(node, at):
    try:
        expected = value(node, at)
        back = from_sympy(to_sympy(node))
    except SymparamsError:
        assume(False)
    assert value(back, at) == expected


def test_sympy_knows_the_domains():
    facts = {"n": Domain("int", 1), "k": Domain("int", 0), "alpha": Domain("real", 0), "f": Domain("flag", 0)}
    n, k, alpha, f = (to_sympy(Symbol(name), facts) for name in ("n", "k", "alpha", "f"))
    assert n.is_positive
    assert n.is_integer
    assert k.is_nonnegative
    assert not k.is_positive
    assert alpha.is_positive
    assert alpha.is_integer is None
    assert f.is_nonnegative
    flag = to_sympy(Iverson(Symbol("f")), facts)
    assert [flag.subs(f, number) for number in (0, 1)] == [0, 1]


def test_sums_and_brackets_mean_the_same_to_sympy():
    open_sum = to_sympy(formula("sum((d if i != k else 0) for i in range(n))"))
    by_name = {symbol.name: symbol for symbol in open_sum.free_symbols}
    assert open_sum.subs({by_name["n"]: 5, by_name["k"]: 2, by_name["d"]: 7}).doit() == 28
    assert text(from_sympy(open_sum)) == "sum((d if i != k else 0) for i in range(n))"
    two = sympy.Piecewise((Fraction(1, 2), sympy.Symbol("a") > 3), (sympy.Symbol("b"), True))
    assert value(from_sympy(two), {"a": 3, "b": 9}) == 9


def test_what_is_no_formula_of_sizes_is_refused():
    with pytest.raises(SymparamsError, match="sin"):
        from_sympy(sympy.sin(sympy.Symbol("x")))


CONDITIONED = [
    ("(0 if a != m or b > m else m)", "(m if a == m and b <= m else 0)", None),
    ("(0 if a != m or b > m else m) + a", None, "(m if a == m and b <= m else 0) + a"),
    ("(2*a + 1 if C != w else 0) + 2*a + 1 + (2*a + 1 if C != w or s != 1 else 0)", None, None),
    ("V*d + V*d*(1 - tied)", "V*d*(2 - tied)", "V*d*(2 - tied)"),
    ("tied*a*b + tied*a", "a*tied*(b + 1)", "a*tied*(b + 1)"),
    ("(a*b + a if a != b else 0)", "(a*(b + 1) if a != b else 0)", "(a*(b + 1) if a != b else 0)"),
    ("sum((i + i if 2*a > n else 0) for i in range(n, 2*a))", None, None),
]


@pytest.mark.parametrize(("given_text", "product", "collection"), CONDITIONED)
def test_conditions_as_factors_keep_the_sign(given_text, product, collection):
    node = formula(given_text)
    facts = Facts({"tied": Domain("flag", 0)})
    forms = factored(node, facts), collected(node, facts)
    for form, expected in zip(forms, (product, collection), strict=True):
        assert expected is None or text(form) == expected
    for numbers in itertools.product((1, 2), repeat=5):
        at = dict(zip("abmnCwsVd", (*numbers, *numbers[:4]), strict=True)) | {"tied": numbers[0] - 1}
        assert [value(form, at) for form in forms] == [value(node, at)] * 2


LIMITS = [
    ("L*(12*d^2 + 13*d)", "12*L*d^2", "d", "oo", True),
    ("L*(11*d^2 + 13*d)", "12*L*d^2", "d", "oo", False),
    ("L*(12*d^2 + 13*d)", "12*L*d^2", "L", "oo", False),
    ("d^3", "d^2", "d", "oo", False),
    ("8*(d//2)", "4*d", "d", "oo", True),
    ("max(d, h)", "d", "d", "oo", True),
    ("d + (5 if d == h else 0)", "d", "d", "oo", True),
    ("2^d + d", "2^d", "d", "oo", True),
    ("d^2 + d", "d", "d", 0, True),
    ("d^2 + d", "2*d", "d", 1, True),
    ("d^2 + d", "3*d", "d", 1, False),
]


@pytest.mark.parametrize(("left", "right", "name", "to", "expected"), LIMITS)
def test_limits_of_ratios(left, right, name, to, expected):
    assert limit_ratio(formula(left), formula(right), name, to).holds is expected


REACHED = [
    ("L*(11*d^2 + 13*d)", "12*L*d^2", "d", "oo", "11/12"),
    ("L*(8*d^2 + 5*d)", "12*L*d^2", "L", "oo", "2/3 + 5/(12*d)"),
    ("V*d*L", "V*d + d", "V", "oo", "L"),
    ("L*a + 1", "L*(a + b)", "L", "oo", "a/(a + b)"),
    ("d^3", "d^2", "d", "oo", "oo"),
    ("d^2", "d^3", "d", "oo", "0"),
    ("2^d + d", "3*2^d", "d", "oo", "1/3"),
    ("3^d", "2^d", "d", "oo", "oo"),
    ("d^2 + d", "3*d", "d", 1, "2/3"),
    ("d^2", "d", "d", 0, "0"),
    ("d", "d^2", "d", 0, "oo"),
    ("b + 1/d", "0", "d", "oo", "b"),
    ("d^2", "0", "d", "oo", "oo"),
]


@pytest.mark.parametrize(("left", "right", "name", "to", "limit"), REACHED)
def test_a_limit_that_is_not_the_one_claimed_is_told(left, right, name, to, limit):
    found = limit_ratio(formula(left), formula(right), name, to)
    assert (found.holds, text(found.limit)) == (False, limit)


def test_assumptions_shape_the_forms():
    facts = NO_FACTS.with_assumption(formula("d % h == 0"))
    assert text(expanded(formula("h*(d//h) + d % h"), facts)) == "d"
    flag = Facts({"f": Domain("flag", 0)})
    assert text(expanded(formula("(f*f + f)*x"), flag)) == "2*f*x"


@pytest.mark.parametrize("verb", [expanded, factored, collected])
def test_no_form_takes_long(verb):
    names = "abcdefghijkl"
    big = Sum(tuple([formula(f"{a}*{b}*{c}") for a in names for b in names[:6] for c in names[3:9]]))
    start = time.process_time()
    verb(big)
    assert time.process_time() - start < 3


REAL = Facts({"x": Domain("real", 0), "y": Domain("real", 0)})

CEILINGS = [
    ("ceil(9*x/5)", "ceil(9*x/5)"),
    ("a*b - a*ceil(x)", "a*b - a*ceil(x)"),
    ("2*a - 3*floor(x - y)", "2*a - 3*floor(x - y)"),
    ("a + ceil(x + y)/2", "a + ceil(x + y)/2"),
    ("ceil(x)*ceil(y)*a", "a*ceil(x)*ceil(y)"),
    ("ceil(x)^2 + 1", "ceil(x)^2 + 1"),
    ("max(floor(x), ceil(y))", "max(ceil(y), floor(x))"),
    ("ceil(a/3) + a", "a + ceil(a/3)"),
    ("ceil(x/3)", "ceil(x/3)"),
    ("floor(x/3 + 2/3)", "floor(x/3 + 2/3)"),
    ("floor((a + 1)/2)", "floor(a/2 + 1/2)"),
]


@pytest.mark.parametrize(("given_text", "expected"), CEILINGS)
def test_ceilings_come_back_as_ceilings(given_text, expected):
    found = expanded(formula(given_text), REAL)
    assert text(found) == expected
    assert equal(found, formula(given_text), REAL)


def test_integer_above_the_lower_bound_of_a_floor_is_at_least_0():
    assert text(expanded(formula("max(6*a, ceil(27*a/5))"))) == "6*a"


WHOLE_POWERS = [
    ("floor(a*2^(b - 1))", "2^b*a/2"),
    ("floor(3^(b - 1)/3)", "floor(3^b/9)"),
    ("sum(floor(a*2^(b - i - 1)) for i in range(b))", "2^b*a - a"),
]


@pytest.mark.parametrize(("given_text", "expected"), WHOLE_POWERS)
def test_power_of_a_number_is_whole_where_its_exponent_is_at_least_0(given_text, expected):
    assert text(expanded(formula(given_text))) == expected


def test_floor_of_a_largest_is_bounded_before_the_largest_is_chosen():
    found = expanded(formula("max(6*max(ceil(x), floor(y + 1)), ceil(27/5*max(ceil(x), floor(y + 1))))"), REAL)
    assert text(found) == "6*max(ceil(x), floor(y) + 1)"
