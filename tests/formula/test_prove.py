import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from symparams.errors import SymparamsError
from symparams.formula.domain import Domain
from symparams.formula.nodes import All, Compare, Iverson, Not, Number, Product, Sum, Symbol
from symparams.formula.polynomial import NO_FACTS, Facts, decide, knowledge
from symparams.formula.prove import counterexample, equal, prove
from symparams.formula.value import value
from symparams.render.text import text

from .formulas import formula, formulas, sizes

EQUAL = [
    ("V*d + T*d + L*(12*d^2 + 13*d) + 2*d", "12*L*d^2 + (V + T + 13*L + 2)*d"),
    ("max(a, b) + min(a, b)", "a + b"),
    ("max(a, b, c)", "max(max(c, b), a)"),
    ("max(a, b, c) + min(a, b, c) + max(min(a, b), min(b, c), min(a, c))", "a + b + c"),
    ("d % h + h*(d//h)", "d"),
    ("ceil(d/h)", "(d + h - 1)//h"),
    ("d//2 + (d + 1)//2", "d"),
    ("d//3 + (d + 1)//3 + (d + 2)//3", "d"),
    ("round(d/2) + round((d + 2)/2)", "d + 1"),
    ("((d + 1)//2 + 1)//2", "(d + 3)//4"),
    ("(d % 4)//2", "d//2 % 2"),
    ("abs(a - b)", "max(a, b) - min(a, b)"),
    ("(x if a != b else 0) + (x if a == b else 0)", "x"),
    ("(a*a - a*b if a == b else 0)", "0"),
    ("(1 if a > b else 0) + (1 if a == b else 0) + (1 if a < b else 0)", "1"),
    ("(a if a > b else b)", "max(a, b)"),
    ("(a*c if a == b else b*c)", "b*c"),
    ("(2 if a < b and b < c else 0) + (1 if a < c else 0)", "(3 if a < b and b < c else (1 if a < c else 0))"),
    ("1/(a + b) + 1/(a + c)", "(2*a + b + c)/((a + b)*(a + c))"),
    ("(a^3 - b^3)/(a^2 + a*b + b^2)", "a - b"),
    ("sum(i//2 for i in range(n))", "sum(j//2 for j in range(n))"),
    ("sum(2*i + 1 for i in range(n))", "n^2"),
    ("log2(2^n)", "n"),
    ("(1 if a == 1 else 0) % 2", "(1 if a == 1 else 0)"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal_formulas_are_proved(left, right):
    outcome = prove(formula(left), formula(right))
    assert outcome.kind == "proved", outcome


UNEQUAL = [
    ("12*d^2", "12*d^2 + L", {"d", "L"}),
    ("d//4*4", "d", {"d"}),
    ("max(a, b)", "a", {"a", "b"}),
    ("a*b", "a + b", {"a", "b"}),
    ("2^n", "n^2 + 1", {"n"}),
]


@pytest.mark.parametrize(("left", "right", "names"), UNEQUAL)
def test_unequal_formulas_are_refuted_by_an_example(left, right, names):
    outcome = prove(formula(left), formula(right))
    assert outcome.kind == "refuted"
    assert set(outcome.example) == names
    assert outcome.left == value(formula(left), outcome.example) != value(formula(right), outcome.example)
    assert value(outcome.difference, outcome.example) == outcome.left - outcome.right


def test_an_example_is_small_and_the_difference_closed():
    outcome = prove(formula("12*L*d^2 + 13*L*d"), formula("12*L*d^2 + 13*L*d + 2*d"))
    assert outcome.example == {"L": 2, "d": 3}
    assert text(outcome.difference) == "-2*d"


def test_the_two_forms_of_multihead_attention_are_equal():
    e, k, v = Symbol("E"), Symbol("kdim"), Symbol("vdim")
    same = All((Compare("==", k, e), Compare("==", v, e)))
    one_weight = Product((Iverson(same), formula("3*E*E")))
    three_weights = Product((Iverson(Not(same)), formula("E*E + E*kdim + E*vdim")))
    rest = formula("3*E + E*E + E")
    assert equal(Sum((one_weight, three_weights, rest)), formula("E*E + E*kdim + E*vdim + 3*E + E^2 + E"))
    case = NO_FACTS.with_assumption(Compare("==", k, e), Compare("==", v, e))
    assert equal(formula("4*E^2 + 4*E"), formula("(E*E + E*kdim + E*vdim + 3*E) + E^2 + E"), case)
    assert equal(formula("4*E^2 + 4*E"), formula("(E*E + E*kdim + E*vdim + 3*E) + E^2 + E")) is False


def test_a_flag_is_tried_both_ways():
    facts = Facts({"f": Domain("flag", 0)})
    f, x = Symbol("f"), Symbol("x")
    left = Sum((Product((Iverson(f), x)), Product((Iverson(Not(f)), x, Number(2)))))
    assert prove(left, formula("2*x - f*x"), facts=facts).kind == "proved"
    assert prove(left, formula("2*x"), facts=facts).example["f"] == 1


def test_divisibility_is_used():
    facts = NO_FACTS.with_assumption(formula("d % h == 0"))
    assert prove(formula("(d//h)*h"), formula("d"), facts=facts).kind == "proved"
    assert prove(formula("(d - 1)//h"), formula("d/h - 1"), facts=facts).kind == "proved"
    assert prove(formula("(d//h)*h"), formula("d")).kind == "refuted"
    example = prove(formula("d//h"), formula("d"), facts=facts).example
    assert example["d"] % example["h"] == 0
    assert example["h"] > 1


def test_examples_fit_domains_and_assumptions():
    facts = Facts({"n": Domain("int", 2), "alpha": Domain("real", 0)}, (formula("k <= n"), formula("d % 64 == 0")))
    for claim in ("k == n", "d == 64", "n == 2", "alpha == 1"):
        example = counterexample(formula(claim), facts)
        assert example is not None
        assert example.get("k", 1) <= example.get("n", 2)
        assert example.get("d", 64) % 64 == 0
    assert counterexample(formula("k <= n"), facts) is None
    assert counterexample(formula("n >= 2"), facts) is None


def test_differing_is_claimed_the_other_way_round():
    assert prove(formula("a*b"), formula("a + b"), "!=").kind == "proved"
    assert prove(formula("a*b"), formula("b*a"), "!=").kind == "refuted"


def test_what_is_neither_proved_nor_refuted_is_undecided():
    fermat = formula("(1 if a^7 + b^7 == c^7 else 0)")
    assert prove(fermat, Number(0)).kind == "undecided"
    assert equal(fermat, Number(0)) is None


@given(formulas, formulas, st.lists(sizes, min_size=5, max_size=20))
@settings(max_examples=200, deadline=None)
def test_what_is_proved_holds_at_every_point(left, right, points):
    for one, other in ((left, right), (Sum((left, right)), Sum((right, left))), (left, Number(0))):
        answer = equal(one, other)
        for at in points:
            try:
                values = value(one, at), value(other, at)
            except SymparamsError:
                continue
            assert answer is not True or values[0] == values[1]


@given(formulas, formulas)
@settings(max_examples=40, deadline=None)
def test_every_proof_ends_soon(left, right):
    start = time.process_time()
    prove(left, right)
    assert time.process_time() - start < 5


def test_questions_under_many_facts_end_soon():
    names = [f"floor({name}/{number})" for name in "abcdefgh" for number in (2, 3)]
    conditions = [formula(f"{one} >= {other} - 1") for one in names[:8] for other in names[8:]]
    facts = NO_FACTS.with_assumption(*conditions[:24])
    start = time.process_time()
    for one in names[:6]:
        decide(formula(f"{one}*a - a*b <= c*{one} + d"), facts)
    assert time.process_time() - start < 2
    assert knowledge(NO_FACTS.with_assumption(*conditions[:24])) is knowledge(facts)


def test_real_sizes_are_tried_between_the_integers():
    facts = Facts({"alpha": Domain("real", 0)})
    outcome = prove(formula("floor(alpha)"), Symbol("alpha"), facts=facts)
    assert outcome.kind == "refuted"
    assert outcome.example == {"alpha": Fraction(1, 2)}


def test_a_sum_of_powers_is_proved_where_its_ratio_is_not_one():
    outcome = prove(formula("sum(q^i for i in range(n))"), formula("(q^n - 1)/(q - 1)"))
    assert outcome.kind == "proved"
    assert [text(condition) for condition in outcome.needed] == ["q != 1"]


def test_what_differs_where_the_ratio_is_one_alone_is_refuted_there():
    left = formula("(q - 1)*sum(q^i for i in range(n)) + (n if q == 1 else 0)")
    outcome = prove(left, formula("q^n - 1"))
    assert outcome.kind == "refuted"
    assert outcome.example["q"] == 1
