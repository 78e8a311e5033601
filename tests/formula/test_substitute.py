from hypothesis import assume, given, settings

from symparams.errors import SymparamsError
from symparams.formula.nodes import Index, Number, Product, Series, Sum, Symbol
from symparams.formula.substitute import substitute
from symparams.formula.value import value

from .formulas import formulas, polynomials, sizes

TURN, D, N = Index("i", 0), Symbol("d"), Symbol("n")


def test_the_shape_stays():
    node = Product((Sum((D, Number(1))), D))
    assert substitute(node, {D: Number(3)}) == Product((Sum((Number(3), Number(1))), Number(3)))
    assert substitute(node, {N: Number(3)}) is node


def test_the_index_of_a_loop_is_bound():
    node = Sum((TURN, Series(TURN, Number(0), TURN, Product((TURN, D)))))
    expected = Sum((Number(5), Series(TURN, Number(0), Number(5), Product((TURN, N)))))
    assert substitute(node, {TURN: Number(5), D: N}) == expected


def test_shared_pieces_stay_shared():
    node = D
    while node.size < 200_000:
        node = Sum((node, node))
    changed = substitute(node, {D: N})
    assert changed.parts[0] is changed.parts[1]


def test_deep_formulas_are_walked():
    node = D
    while node.depth < 199:
        node = Sum((node, Number(1)))
    assert substitute(node, {D: N}).depth == 199


@given(formulas, polynomials, sizes)
@settings(max_examples=200, deadline=None)
def test_substitute_then_value_is_value_then_substitute(node, inner, at):
    try:
        expected = value(node, {**at, "a": value(inner, at)})
    except SymparamsError:
        assume(False)
    assert value(substitute(node, {Symbol("a"): inner}), at) == expected
