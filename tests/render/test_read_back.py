"""What is printed means what was printed: random formulas, printed and read by others, keep their values.

Three readers: Python (for the ASCII text), the language's own parser (for both texts), and a small reader of LaTeX.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symparams
from symparams.errors import Source
from symparams.formula import nodes as n
from symparams.render.latex import ARTICLE, PAPER, Notation, latex
from symparams.render.text import text, unicode
from symparams.syntax import tree
from symparams.syntax.parse import parse_expression

from .latex_reader import COMPARE, Value, value_of_latex
from .samples import SAMPLES

SIZES = {"a": 2, "b": 3, "c": 5, "n1": 4, "d_model": 7, "i": 6}

# ------------------------------------------------------------------------------------------- the value of a formula

ONE_SIDED: dict[type[n.Node], Callable[[Any], Value]] = {
    n.Negative: lambda a: -a,
    n.Floor: math.floor,
    n.Ceil: math.ceil,
    n.Round: round,
    n.Abs: abs,
    n.Iverson: int,
    n.Not: lambda a: not a,
}
ROWS: dict[type[n.Node], Callable[[list[Any]], Value]] = {
    n.Sum: sum,
    n.Product: math.prod,
    n.Max: max,
    n.Min: min,
    n.All: all,
    n.Any: any,
    n.Quotient: lambda ab: Fraction(ab[0]) / ab[1],
    n.Mod: lambda ab: ab[0] % ab[1],
    n.Power: lambda ab: Fraction(ab[0]) ** ab[1],
}


def value(node: n.Node, sizes: dict[Any, Value]) -> Any:
    if isinstance(node, n.Number):
        return node.value
    if isinstance(node, n.Symbol):
        return sizes[node.name]
    if isinstance(node, n.Index):
        return sizes[node]
    if isinstance(node, n.Series):
        turns = range(int(value(node.start, sizes)), int(value(node.stop, sizes)))
        return sum(value(node.body, {**sizes, node.index: turn}) for turn in turns)
    parts = [value(part, sizes) for part in node.children()]
    if isinstance(node, n.Compare):
        return COMPARE[node.op](*parts)
    return ONE_SIDED[type(node)](*parts) if type(node) in ONE_SIDED else ROWS[type(node)](parts)


# ------------------------------------------------------------------------------------------------- random formulas

NUMBERS = (0, 1, 2, 3, -1, -4, Fraction(1, 2), Fraction(-3, 4))
LEAVES = [*map(n.Symbol, SIZES), *map(n.Number, NUMBERS)]
INDEXES = [n.Index("i", 0), n.Index("i", 1), n.Index("a", 0), n.Index("t", 2)]


ENDS = [n.Number(3), n.Symbol("a"), n.Sum((n.Symbol("a"), n.Number(1))), n.Sum((n.Symbol("b"), n.Number(-1)))]
EXPONENTS = [n.Number(2), n.Number(3), n.Number(0), n.Symbol("a")]
BELOW_ZERO = [n.Number(-2), n.Negative(n.Symbol("b"))]


def nonzero(inner: n.Node, coefficient: int) -> n.Node:
    positive = n.Sum((n.Abs(inner), n.Number(1)))
    return n.Product((n.Number(coefficient), positive)) if coefficient > 1 else positive


def conditional(condition: n.Node, left: n.Node, right: n.Node) -> n.Node:
    return n.Product((left, n.Iverson(condition), right))


def series(index: n.Index, start: bool, stop: n.Node, inner: n.Node) -> n.Node:
    body = n.Product((inner, n.Sum((index, inner)))) if start else n.Sum((index, inner))
    return n.Series(index, n.Number(int(start)), stop, body)


def conditions(some: st.SearchStrategy[n.Node]) -> st.SearchStrategy[n.Node]:
    rows = st.lists(some, min_size=2, max_size=3).map(tuple)
    return st.one_of(some.map(n.Not), rows.map(n.All), rows.map(n.Any))


@st.composite
def above(draw: st.DrawFn, inner: st.SearchStrategy[n.Node]) -> n.Node:
    rows = st.lists(inner, min_size=2, max_size=4).map(tuple)
    divisor = st.one_of(
        st.builds(nonzero, inner, st.sampled_from([1, 2])),
        st.sampled_from([n.Symbol("a"), n.Number(3), n.Number(Fraction(2, 3)), n.Number(-2)]),
    )
    compare = st.builds(n.Compare, st.sampled_from(sorted(COMPARE)), inner, inner)
    condition = st.recursive(compare, conditions, max_leaves=3)
    kinds = st.one_of(
        st.builds(n.Sum, rows, st.booleans()),
        rows.map(n.Product),
        st.builds(n.Quotient, inner, divisor),
        st.builds(n.Power, inner, st.sampled_from(EXPONENTS)),
        st.builds(n.Power, st.sampled_from([n.Number(2), n.Symbol("a")]), st.sampled_from(BELOW_ZERO)),
        st.builds(n.Mod, inner, divisor),
        *[inner.map(kind) for kind in (n.Negative, n.Floor, n.Ceil, n.Round, n.Abs)],
        rows.map(n.Max),
        rows.map(n.Min),
        condition.map(n.Iverson),
        st.builds(conditional, condition, inner, inner),
        st.builds(series, st.sampled_from(INDEXES), st.booleans(), st.sampled_from(ENDS), inner),
    )
    return draw(kinds)


FORMULAS = st.recursive(st.sampled_from(LEAVES), above, max_leaves=8)

# ---------------------------------------------------------------------------------------------------- the readers


def by_python(written: str) -> Value:
    exact = re.sub(r"(?<![\w.])\d+", lambda digits: f"Fraction({digits[0]})", written).replace("^", "**")
    names = {
        **{name: Fraction(size) for name, size in SIZES.items()},
        "Fraction": Fraction,
        "floor": math.floor,
        "ceil": math.ceil,
        "range": lambda *ends: map(Fraction, range(*map(int, ends))),
    }
    result: Value = eval(exact, names)
    return result


CALLS: dict[str, Callable[..., Any]] = {
    "floor": math.floor, "ceil": math.ceil, "round": round, "abs": abs, "max": max, "min": min,
}  # fmt: skip
OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: Fraction(a) / b,
    "%": lambda a, b: a % b,
    "**": lambda a, b: Fraction(a) ** b,
}


def by_the_language(written: str) -> Value:
    return spoken(parse_expression(Source("<text>", written)), dict(SIZES))


def spoken(expr: Any, sizes: dict[str, Any]) -> Any:
    """The value of an expression of the language."""
    match expr:
        case tree.Num(number):
            return number
        case tree.Name(name):
            return sizes[name]
        case tree.Unary(op, operand):
            inner = spoken(operand, sizes)
            return not inner if op == "not" else -inner
        case tree.Binary(op, left, right):
            return OPERATORS[op](spoken(left, sizes), spoken(right, sizes))
        case tree.Logic(op, operands):
            return (all if op == "and" else any)(spoken(part, sizes) for part in operands)
        case tree.Comparison((op,), (left, right)):
            return COMPARE[op](spoken(left, sizes), spoken(right, sizes))
        case tree.Conditional(then, condition, otherwise):
            return spoken(then if spoken(condition, sizes) else otherwise, sizes)
        case tree.Call(tree.Name("sum"), (tree.Comprehension("generator", body, (clause,)),)):
            ends = [int(spoken(end, sizes)) for end in clause.iterable.args]
            return sum(spoken(body, {**sizes, clause.targets[0]: turn}) for turn in range(*ends))
        case tree.Call(tree.Name(name), args):
            return CALLS[name](*[spoken(arg, sizes) for arg in args])
    raise AssertionError(expr)


# ------------------------------------------------------------------------------------------------------- the tests


def expected(formula: n.Node) -> Value:
    """The value; formulas without one (0 to a negative power, a monstrous power) are no samples."""
    from hypothesis import assume

    try:
        found: Value = value(formula, dict(SIZES))
    except (ZeroDivisionError, OverflowError):
        assume(False)
    assume(Fraction(found).numerator.bit_length() < 2000)
    return found


@settings(max_examples=150, deadline=None)
@given(FORMULAS)
def test_ascii_text_keeps_its_value(formula: n.Node) -> None:
    wanted = expected(formula)
    written = text(formula)
    assert by_python(written) == wanted
    assert by_the_language(written) == wanted


@settings(max_examples=100, deadline=None)
@given(FORMULAS)
def test_unicode_text_keeps_its_value(formula: n.Node) -> None:
    assert by_the_language(unicode(formula)) == expected(formula)


@pytest.mark.parametrize("notation", [ARTICLE, PAPER, Notation(powers=False)], ids=["article", "paper", "no powers"])
@settings(max_examples=100, deadline=None)
@given(formula=FORMULAS)
def test_latex_keeps_its_value(notation: Notation, formula: n.Node) -> None:
    sizes: dict[str, Value] = {**SIZES, "n_{1}": SIZES["n1"], r"d_{\mathrm{model}}": SIZES["d_model"]}
    assert value_of_latex(latex(formula, notation), sizes) == expected(formula)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_language_reads_every_sample(name: str) -> None:
    for written in (text(SAMPLES[name]), unicode(SAMPLES[name])):
        parse_expression(Source("<text>", written))


@settings(max_examples=60, deadline=None)
@given(FORMULAS)
def test_the_package_reads_what_it_prints(formula: n.Node) -> None:
    wanted = expected(formula)
    for written in (text(formula), unicode(formula)):
        found = symparams.formula(written)
        for again in (found, found.expanded()):
            back = symparams.formula(str(again))
            assert back.value(**{name: SIZES[name] for name in back.symbols}) == wanted  # a size may have cancelled
