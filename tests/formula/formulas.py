"""Formulas for tests: written as Python text, or drawn at random."""

import ast
from fractions import Fraction

from hypothesis import strategies as st

from symparams.formula.nodes import (
    Abs,
    All,
    Any,
    Ceil,
    Compare,
    Floor,
    Index,
    Iverson,
    Log,
    Log2,
    Max,
    Min,
    Mod,
    Negative,
    Node,
    Not,
    Number,
    Power,
    Product,
    Quotient,
    Round,
    Series,
    Sum,
    Symbol,
)
from symparams.formula.substitute import substitute

CALLS = {"floor": Floor, "ceil": Ceil, "round": Round, "abs": Abs, "log2": Log2, "log": Log}
OPERATORS = {"Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=", "Gt": ">", "GtE": ">="}


def formula(text: str) -> Node:
    """`a*(b + 1)^2`, `x if a != b else 0`, `sum(i*d for i in range(1, n))`, floors, max and min."""
    return _node(ast.parse(text.replace("^", "**"), mode="eval").body)


def _node(tree: ast.expr) -> Node:
    match tree:
        case ast.Constant():
            return Number(tree.value)
        case ast.Name():
            return Symbol(tree.id)
        case ast.UnaryOp(op=ast.Not()):
            return Not(_node(tree.operand))
        case ast.UnaryOp():
            return Negative(_node(tree.operand))
        case ast.Compare():
            return Compare(OPERATORS[type(tree.ops[0]).__name__], _node(tree.left), _node(tree.comparators[0]))
        case ast.BoolOp():
            return (All if isinstance(tree.op, ast.And) else Any)(tuple(map(_node, tree.values)))
        case ast.IfExp():
            test = _node(tree.test)
            no = Product((Iverson(Not(test)), _node(tree.orelse)))
            return Sum((Product((Iverson(test), _node(tree.body))), no))
        case ast.Call():
            return _call(tree.func.id, tree.args)
    return _binary(type(tree.op).__name__, _node(tree.left), _node(tree.right))


def _call(name: str, args: list[ast.expr]) -> Node:
    if name in ("max", "min"):
        return (Max if name == "max" else Min)(tuple(map(_node, args)))
    if name == "sum":
        (loop,) = args[0].generators
        ends = [_node(end) for end in loop.iter.args]
        index = Index(loop.target.id, 0)
        body = substitute(_node(args[0].elt), {Symbol(index.name): index})
        return Series(index, *([Number(0), *ends] if len(ends) == 1 else ends), body)
    return CALLS[name](_node(args[0]))


def _binary(name: str, left: Node, right: Node) -> Node:
    makers = {"Mult": lambda: Product((left, right)), "Add": lambda: Sum((left, right))}
    makers |= {"Sub": lambda: Sum((left, Negative(right))), "Div": lambda: Quotient(left, right)}
    makers |= {"Pow": lambda: Power(left, right), "Mod": lambda: Mod(left, right)}
    makers |= {"FloorDiv": lambda: Floor(Quotient(left, right))}
    return makers[name]()


NAMES = "abcd"
numbers = st.integers(0, 4).map(Number)
symbols = st.sampled_from(NAMES).map(Symbol)
comparison = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
sizes = st.fixed_dictionaries({name: st.integers(1, 7) for name in NAMES})


def _conditions(inner):
    plain = st.builds(Compare, comparison, inner, inner)
    pairs = st.tuples(plain, plain)
    return st.one_of(plain, plain.map(Not), pairs.map(All), pairs.map(Any))


def _grown(inner):
    pairs = st.tuples(inner, inner)
    positive = st.one_of(st.integers(1, 4).map(Number), symbols, symbols.map(lambda s: Sum((s, Number(1)))))
    return st.one_of(
        st.tuples(inner, inner, inner).map(Sum),
        pairs.map(Sum),
        pairs.map(Product),
        inner.map(Negative),
        st.builds(Quotient, inner, positive),
        st.builds(Mod, inner, positive),
        st.builds(Power, inner, st.integers(0, 3).map(Number)),
        st.builds(Power, positive, st.one_of(symbols, symbols.map(lambda s: Sum((s, Number(1)))))),
        inner.map(Floor),
        inner.map(Ceil),
        inner.map(Abs),
        inner.map(Round),
        pairs.map(Max),
        pairs.map(Min),
        _conditions(inner).map(Iverson),
    )


plain_formulas = st.recursive(st.one_of(numbers, symbols), _grown, max_leaves=7)


def _series(body: Node, name: str, start: int, stop: Node) -> Node:
    index = Index("i", 0)
    return Series(index, Number(start), stop, substitute(body, {Symbol(name): index}))


series = st.builds(_series, plain_formulas, st.sampled_from(NAMES), st.integers(0, 2), symbols)
formulas = st.one_of(plain_formulas, plain_formulas, series, st.tuples(series, plain_formulas).map(Sum))
polynomials = st.recursive(
    st.one_of(numbers, symbols),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(Sum), st.tuples(inner, inner).map(Product), inner.map(Negative)
    ),
    max_leaves=8,
)
conditions = _conditions(plain_formulas)
HALF = Fraction(1, 2)
