"""Formulas as functions: equal to `value` for every size, exact at any size, and never wrapped in arrays."""

import inspect
from fractions import Fraction
from typing import Any

import numpy
import pytest
import sympy
from formula.formulas import NAMES, formulas
from hypothesis import given, settings
from hypothesis import strategies as st

import symparams
from symparams.errors import SymparamsError
from symparams.formula.nodes import symbols
from symparams.formula.value import value

sizes = st.integers(0, 9) | st.integers(1, 2**70) | st.sampled_from([2**31, 2**62, 2**63 - 1, 2**63])
small = st.integers(0, 6)


def outcome(act: Any) -> Any:
    """What comes of an act: its number, or that it is refused."""
    try:
        return act()
    except SymparamsError:
        return "refused"


def answers(node: Any, row: dict[str, int]) -> list[Any]:
    """What may come of a formula at a point: where only one of the two roads refuses, a piece that counts 0 divides by 0."""
    formula = symparams.Formula.of(node)
    return [outcome(lambda: formula.value(**row)), outcome(lambda: value(node, row))]


@given(formulas, st.fixed_dictionaries(dict.fromkeys(NAMES, small)))
@settings(max_examples=400, deadline=None)
def test_the_function_is_the_value(node: Any, point: dict[str, int]) -> None:
    own = {symbol.name: point[symbol.name] for symbol in symbols(node)}
    found = outcome(lambda: symparams.Formula.of(node).lambdify()(**own))
    assert (found, type(found)) in [(number, type(number)) for number in answers(node, own)]


@given(formulas, st.lists(st.tuples(*[small] * 4), min_size=1, max_size=5))
@settings(max_examples=400, deadline=None)
def test_arrays_hold_the_values(node: Any, points: list[tuple[int, ...]]) -> None:
    formula = symparams.Formula.of(node)
    names = formula.symbols
    if not names:
        return
    columns = {name: [point[NAMES.index(name)] for point in points] for name in names}
    expected = [answers(node, dict(zip(names, row, strict=True))) for row in zip(*columns.values(), strict=True)]
    found = outcome(lambda: formula.lambdify(numpy=True)(**columns))
    if isinstance(found, str):
        assert any("refused" in row for row in expected)
        return
    assert all(number in row for number, row in zip(found.tolist(), expected, strict=True))
    fits = all(isinstance(number, int) and abs(number) < 2**63 for number in found.tolist())
    assert (found.dtype == numpy.int64) == fits


POLYNOMIALS = [
    "Linear(n, m)",
    "Conv2d(n, m, 3)",
    "n^3*m + m^2",
    "n*(n - 1)/2*m",
    "max(n, m)*n",
    "(n*m if n != m else n)",
    "floor(n/m)*n",
    "n % m + abs(n - m)",
    "ceil(n/m)",
]


@given(st.sampled_from(POLYNOMIALS), st.lists(st.tuples(sizes, sizes), min_size=1, max_size=4))
@settings(max_examples=300, deadline=None)
def test_nothing_wraps_at_any_size(text: str, points: list[tuple[int, int]]) -> None:
    formula = symparams.formula(text)
    expected = [outcome(lambda n=n, m=m: formula.value(n=n, m=m)) for n, m in points]
    scalar, vector = formula.lambdify("n", "m"), formula.lambdify("n", "m", numpy=True)
    assert [outcome(lambda n=n, m=m: scalar(n, m)) for n, m in points] == expected
    if "refused" not in expected:
        assert vector(*map(list, zip(*points, strict=True))).tolist() == expected


FILE = """
symbol alpha real
symbol tied flag
symbol L >= 0
module Net(L, d):
    for i in range(1, L):
        a{i}: Linear(d, i*d)
module Heads(d, h):
    require d % h == 0
    q: Linear(d, d // h)
module Wide(d, alpha):
    fc: Linear(d, floor(alpha*d))
    if tied:
        head: Linear(d, d)
module Halves(n):
    a: [n - 3]
    b: [n / 2]
module Sums(n, d):
    for i in range(n):
        a{i}: Linear(d, d // (i + 1))
"""


@pytest.fixture(scope="module")
def file() -> symparams.File:
    return symparams.parse(FILE)


@pytest.mark.parametrize("name", ["Net", "Heads", "Wide", "Halves", "Sums"])
def test_a_network_is_asked_at_its_edges(file: symparams.File, name: str) -> None:
    params = getattr(file, name).params
    scalar = params.lambdify()
    domain = [0, 1, 2, 3, 6, Fraction(1, 2)]
    for first in domain:
        for second in domain:
            point = dict(zip(params.symbols, (first, second, 1), strict=False))
            expected = outcome(lambda point=point: params.value(**point))
            if expected != "refused" or name != "Halves":  # a tensor of size n - 3 is nothing that a formula sees
                assert outcome(lambda point=point: scalar(**point)) == expected, point


def test_sums_close_where_they_can(file: symparams.File) -> None:
    assert file.Net.params.lambdify("L", "d")(10**40, 1) == 10**40 * (10**40 - 1)
    many = file.Sums.params.lambdify("n", "d", numpy=True)
    assert many([0, 1, 5, 30], 100).tolist() == [file.Sums.params.value(n=n, d=100) for n in (0, 1, 5, 30)]


def test_arguments_come_in_order_and_by_name() -> None:
    formula = symparams.formula("n*m + a0 + t1")
    function = formula.lambdify()
    assert [name.rstrip("_") for name in inspect.signature(function).parameters] == formula.symbols
    assert function(2, 3, 4, 5) == 15
    assert function(t1_=5, a0_=4, m=3, n=2) == 15
    assert formula.lambdify("t1", "m", "a0", "n")(1, 2, 3, 4) == 12
    assert formula.lambdify(sympy.symbols("m n a0 t1"))(10, 1, 0, 0) == 10
    assert "n*m + a0 + t1" in function.__doc__


def test_names_of_python_get_a_dash() -> None:
    formula = symparams.formula("lambda*class + é")
    function = formula.lambdify()
    assert list(inspect.signature(function).parameters) == ["lambda_", "class_", "é"]
    assert function(lambda_=2, class_=3, é=4) == 10
    assert formula.lambdify(numpy=True)([2, 3], 3, é=0).tolist() == [6, 9]


def test_a_closed_formula_is_a_function_of_nothing() -> None:
    assert symparams.formula("Linear(2, 3)").lambdify()() == 9
    assert symparams.formula("Linear(2, 3)").lambdify(numpy=True)() == 9


def test_numpy_numbers_are_taken_exactly() -> None:
    scalar = symparams.formula("n*n").lambdify()
    assert scalar(numpy.int64(2**40)) == 2**80
    assert type(scalar(numpy.int8(3))) is int
    vector = symparams.formula("n*n").lambdify(numpy=True)
    assert vector(numpy.array([200], dtype=numpy.uint8)).tolist() == [40000]
    assert vector(numpy.array([2**64 - 1], dtype=numpy.uint64)).tolist() == [(2**64 - 1) ** 2]
    assert vector(numpy.array([[1, 2], [3, 4]])).tolist() == [[1, 4], [9, 16]]
    assert vector(5) == 25
    assert vector(numpy.zeros((0, 2), int)).shape == (0, 2)
    assert vector([Fraction(1, 2), 3]).tolist() == [Fraction(1, 4), 9]


def test_arrays_broadcast() -> None:
    function = symparams.formula("Linear(n, m)").lambdify("n", "m", numpy=True)
    assert function(numpy.arange(1, 4)[:, None], numpy.arange(1, 3)).tolist() == [[2, 4], [3, 6], [4, 8]]


def test_results_can_be_written_to() -> None:
    found = symparams.formula("Linear(n, m)").lambdify("n", "m", numpy=True)([1, 1], 1)
    found[0] = 7
    assert found.tolist() == [7, 2]


def test_computed_formulas_are_functions_too(file: symparams.File) -> None:
    total = file.Net.params + sympy.Symbol("d") * 2
    assert total.lambdify("L", "d")(0, 3) == 6
    assert total.lambdify("L", "d", numpy=True)([0, 1, 2], 3).tolist() == [6, 6, 18]


def test_flags_are_true_and_false(file: symparams.File) -> None:
    function = file.Wide.params.lambdify("d", "alpha", "tied")
    assert function(2, 1, True) - function(2, 1, False) == 6
    assert function(2, 1, numpy.True_) == function(2, 1, 1)


WRONG = [
    ("an unknown name", lambda f: f.lambdify("n", "k"), "no size called k"),
    ("a name twice", lambda f: f.lambdify("n", "n"), "n is named twice"),
    ("a name too few", lambda f: f.lambdify("n"), "m is open"),
    ("a float", lambda f: f.lambdify()(1.5, 2), "n can't be float"),
    ("a float beside a big number", lambda f: f.lambdify(numpy=True)([2**70, 1.5], 2), "n can't be float"),
    ("floats", lambda f: f.lambdify(numpy=True)(numpy.ones(2), 2), "n can't be an array of float64"),
    ("a negative size", lambda f: f.lambdify()(-1, 2), "-1"),
    ("a negative size in an array", lambda f: f.lambdify(numpy=True)([3, -1], 2), "-1"),
]  # fmt: skip


@pytest.mark.parametrize(("act", "message"), [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_what_is_refused(act: Any, message: str) -> None:
    with pytest.raises(SymparamsError) as caught:
        act(symparams.formula("Linear(n, m)"))
    assert message in str(caught.value)
