"""Expressions → formulas in the form in which they are written; the rules of it are in the language's reference.

Only the arithmetic keeps its shape here; whatever else stands in an expression enters by its value.
"""

from __future__ import annotations

from collections.abc import Callable

from ..formula.build import (
    Decided,
    Faint,
    Operand,
    grouped,
    guarded,
    node,
    solid,
    written_negative,
    written_power,
    written_product,
    written_sum,
)
from ..formula.nodes import Node, Number
from ..syntax import tree
from .conditions import negation, node_of
from .evaluate import condition, left_chain, local, lookup, value
from .frame import Frame, as_size
from .values import Argument, Definition, Value, is_size


def written(expr: tree.Expr, frame: Frame) -> Node:
    """The formula that the expression writes."""
    return WRITTEN.get(type(expr), _entered)(expr, frame)


def definition(expr: tree.Expr, frame: Frame) -> Value:
    """What `name = expr` binds the name to: the value, with its written form where that is a formula."""
    found = value(expr, frame)
    if type(expr) in WRITTEN and is_size(found):
        return Definition(found, solid(written(expr, frame)))
    return found


def asked(expr: tree.Expr, frame: Frame) -> Node:
    """The formula of what is asked for itself: a definition prints its expression, a module or tensor its count."""
    from .paths import asked_form, measure_of

    if isinstance(expr, tree.Name | tree.Attribute | tree.Subscript | tree.Call):
        return solid(asked_form(expr, frame))
    if isinstance(expr, tree.Binary) and expr.op == "*" and not is_size(found := value(expr, frame)):
        return solid(measure_of(found, "params", expr, frame))
    return solid(written(expr, frame))


def _entered(expr: tree.Expr, frame: Frame) -> Node:
    return node(as_size(value(expr, frame), expr, frame))


def _num(expr: tree.Num, frame: Frame) -> Node:
    return Number(expr.value)


def _name(expr: tree.Name, frame: Frame) -> Node:
    return entry_form(lookup(expr.name, frame, expr.span), expr, frame)


def entry_form(entry: Value, expr: tree.Expr, frame: Frame) -> Node:
    """The form in which a named entry enters another formula: one number, or while open its expression."""
    if isinstance(entry, Argument):
        found = as_size(entry.value, expr, frame)
        if entry.is_default and not isinstance(found, Node) and found in (0, 1):
            return Faint(found)
        return node(found)
    if isinstance(entry, Definition):
        if isinstance(entry.value, Node) and entry.written is not None:
            return entry.written
        return node(as_size(entry.value, expr, frame))
    return node(as_size(entry, expr, frame))


def _is_value(expr: tree.Expr, frame: Frame) -> bool:
    """Whether a factor is a name that brings its own coefficient, which goes before the first open factor."""
    if isinstance(expr, tree.Name):
        entry = local(expr.name, frame)
        return not (isinstance(entry, Definition) and entry.written is not None) and _is_open(entry)
    return isinstance(expr, tree.Attribute | tree.Subscript)


def _is_open(entry: Value) -> bool:
    return isinstance(entry.value if isinstance(entry, Argument | Definition) else entry, Node)


def _binary(expr: tree.Binary, frame: Frame) -> Node:
    if expr.op in "+-":
        return _sum(expr, frame)
    if expr.op in "*/":
        try:
            return written_product(_operands(expr, False, frame))
        except ZeroDivisionError:
            raise frame.fail("division-by-zero", "this divides by zero", expr.right.span) from None
    if expr.op == "**":
        base, exponent = written(expr.left, frame), written(expr.right, frame)
        if isinstance(base, Number) and isinstance(exponent, Number):
            value(expr, frame)  # the limit on the digits of a power holds for printing too
        return written_power(base, exponent)
    return _entered(expr, frame)


def _sum(expr: tree.Binary, frame: Frame) -> Node:
    chain = left_chain(expr)
    start = next((i for i in range(len(chain) - 1, -1, -1) if chain[i].op not in "+-"), -1) + 1
    first = chain[start].left
    terms = [written(first, frame)]
    for link in chain[start:]:
        term = written(link.right, frame)
        terms.append(written_negative(term) if link.op == "-" else term)
    return written_sum(terms)


def _operands(expr: tree.Expr, is_below: bool, frame: Frame) -> list[Operand]:
    """The factors of a chain of `*` and `/`."""
    if not isinstance(expr, tree.Binary) or expr.op not in "*/":
        return [Operand(written(expr, frame), is_below, _is_value(expr, frame))]
    chain = left_chain(expr)
    start = next((i for i in range(len(chain) - 1, -1, -1) if chain[i].op not in "*/"), -1) + 1
    found = _operands(chain[start].left, is_below, frame)
    for link in chain[start:]:
        found += _operands(link.right, is_below ^ (link.op == "/"), frame)
    return found


def _unary(expr: tree.Unary, frame: Frame) -> Node:
    if expr.op == "not":
        return _entered(expr, frame)
    inner = written(expr.operand, frame)
    return written_negative(inner) if expr.op == "-" else inner


def _conditional(expr: tree.Conditional, frame: Frame) -> Node:
    known = condition(expr.condition, frame)
    if isinstance(known, bool):
        branch = written(expr.then if known else expr.otherwise, frame)
        return Decided(branch.value) if isinstance(branch, Number) and branch.value in (0, 1) else branch
    return either(known, written(expr.then, frame), written(expr.otherwise, frame))


def either(known: Node, then: Node, otherwise: Node) -> Node:
    """`[c]·a + [not c]·b`; a branch that is 0 isn't there."""
    terms = []
    for bracket, branch in ((known, then), (node_of(negation(known)), otherwise)):
        if not (isinstance(branch, Number) and branch.value == 0):
            terms.append(guarded(bracket, branch))
    return written_sum(terms)


def _call(expr: tree.Call, frame: Frame) -> Node:
    from .sums import written_total

    if isinstance(expr.func, tree.Name) and expr.func.name == "sum" and local("sum", frame) is None:
        total = written_total(expr, frame)
        if total is not None:
            return total
    return _entered(expr, frame)


def _path(expr: tree.Expr, frame: Frame) -> Node:
    from .paths import entered_form

    return grouped(entered_form(expr, frame))


WRITTEN: dict[type, Callable[..., Node]] = {
    tree.Num: _num,
    tree.Name: _name,
    tree.Binary: _binary,
    tree.Unary: _unary,
    tree.Conditional: _conditional,
    tree.Call: _call,
    tree.Attribute: _path,
    tree.Subscript: _path,
    tree.Template: _path,
}
