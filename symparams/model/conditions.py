"""Conditions over values: comparisons, what decides them, and values chosen by a condition that is still open."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..formula.build import Size, node, plus, times
from ..formula.nodes import CONDITIONS, All, Compare, Iverson, Node, Not, Number
from ..formula.nodes import Any as AnyOf
from ..syntax import tree
from .frame import Frame, as_list
from .values import Choice, ModuleValue, Value, is_size, kind_of, module_of, value_key


def as_condition(found: Value, expr: tree.Expr, frame: Frame) -> bool | Node:
    """The value as a yes/no."""
    if isinstance(found, bool):
        return found
    if isinstance(found, CONDITIONS) or frame.world.is_flag(found):
        return frame.world.decide(found)
    if isinstance(expr, tree.Name) and frame.is_asked and frame.world.free == "all":
        free = frame.world.as_flag(expr.name)
        if free is not None:
            return free
    hint = ""
    if isinstance(expr, tree.Name) and isinstance(found, Node):
        hint = f"is {expr.name} a yes/no? write `symbol {expr.name} flag`; else compare it with something"
    elif found is None or is_size(found):
        hint = "compare it with something, as in `x is None` or `n > 0`"
    raise frame.fail("not-a-condition", "a yes/no is needed here", expr.span, f"this is {kind_of(found)}", hint)


def negation(known: bool | Node) -> bool | Node:
    """The opposite."""
    if isinstance(known, bool):
        return not known
    if isinstance(known, Compare):
        return Compare(OPPOSITE[known.op], known.left, known.right)
    return known.inner if isinstance(known, Not) else Not(known)


OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def compare(op: str, left: Value, right: Value, expr: tree.Comparison, frame: Frame) -> bool | Node:
    """Whether `left op right` holds."""
    if op in ("is", "is not"):
        return _identity(op == "is", left, right, expr, frame)
    if op in ("in", "not in"):
        inside = _inside(left, right, expr, frame)
        return inside if op == "in" else negation(inside)
    for flag, other in ((left, right), (right, left)):
        if frame.world.is_flag(flag) and isinstance(other, bool) and op in ("==", "!="):
            known = frame.world.decide(flag)
            return known if other is (op == "==") else negation(known)
        if isinstance(flag, bool) and is_size(other) and op in ("==", "!="):  # as in Python, where False is 0
            return _compare_sizes(op, int(flag), other, frame)
        if flag is None and is_size(other):
            message, hint = "None is compared with a number", "ask first whether it is given: `x is not None and x > 0`"
            raise frame.fail("compare", message, expr.span, hint=hint)
    if is_size(left) and is_size(right):
        return _compare_sizes(op, left, right, frame)
    return _compare_others(op, left, right, expr, frame)


def _identity(wanted: bool, left: Value, right: Value, expr: tree.Comparison, frame: Frame) -> bool | Node:
    if frame.world.is_flag(left) and isinstance(right, bool):
        known = frame.world.decide(left)
        return known if right is wanted else negation(known)
    if isinstance(right, ModuleValue):
        found = module_of(left)
        same = found is not None and found.definition is right.definition
        return same is wanted
    if right is not None and not isinstance(right, bool):
        raise frame.fail("is", "`is` compares with None, True, False or a module", expr.span, hint="write == instead")
    return (left is right) is wanted


def _compare_sizes(op: str, left: Size, right: Size, frame: Frame) -> bool | Node:
    if not isinstance(left, Node) and not isinstance(right, Node):
        return PLAIN[op](left, right)
    return frame.world.decide(Compare(op, node(left), node(right)))


PLAIN: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}


def _compare_others(op: str, left: Value, right: Value, expr: tree.Comparison, frame: Frame) -> bool | Node:
    is_row = type(left) in (list, tuple) and type(right) in (list, tuple)
    if is_row and op in ("==", "!="):
        known = _same_rows(list(left), list(right), expr, frame)
        return known if op == "==" else negation(known)
    strings = isinstance(left, str) and isinstance(right, str)
    if op not in ("==", "!=") and not strings:
        message = f"{kind_of(left)} and {kind_of(right)} can't be ordered"
        raise frame.fail("compare", message, expr.span)
    for symbol, other in ((left, right), (right, left)):
        if isinstance(symbol, Node) and isinstance(other, str):
            message = "a size is compared with a string"
            hint = "a symbol never equals a string; give the argument a string, or compare with a number"
            raise frame.fail("compare", message, expr.span, hint=hint)
    if strings:
        return PLAIN[op](left, right)
    return (value_key(left) == value_key(right)) is (op == "==")


def _same_rows(left: list[Value], right: list[Value], expr: tree.Comparison, frame: Frame) -> bool | Node:
    if len(left) != len(right):
        return False
    known = [compare("==", a, b, expr, frame) for a, b in zip(left, right, strict=True)]
    return conjunction(known)


def conjunction(known: list[bool | Node]) -> bool | Node:
    """Whether all of them hold."""
    if False in known:
        return False
    parts = [part for part in known if isinstance(part, Node)]
    if not parts:
        return True
    return parts[0] if len(parts) == 1 else All(tuple(parts))


def _inside(left: Value, right: Value, expr: tree.Comparison, frame: Frame) -> bool | Node:
    if isinstance(left, str) and isinstance(right, str):
        return left in right
    if isinstance(right, range) and isinstance(left, int):
        return left in right
    known = [compare("==", left, item, expr, frame) for item in as_list(right, expr.operands[-1], frame)]
    if True in known:
        return True
    parts = [part for part in known if isinstance(part, Node)]
    if not parts:
        return False
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts))


def choice(known: Node, then: Value, otherwise: Value) -> Value:
    """The value that an open condition chooses: a formula where both are sizes."""
    if value_key(then) == value_key(otherwise):
        return then
    if _is_number(then) and _is_number(otherwise):
        first, second = times(int(then) if isinstance(then, bool) else then, Iverson(known)), negation(known)
        other = times(int(otherwise) if isinstance(otherwise, bool) else otherwise, Iverson(node_of(second)))
        return plus(first, other)
    if type(then) in (list, tuple) and type(otherwise) in (list, tuple) and len(then) == len(otherwise):
        return [choice(known, a, b) for a, b in zip(then, otherwise, strict=True)]
    return Choice(known, then, otherwise)


def _is_number(found: Value) -> bool:
    return is_size(found) and not isinstance(found, CONDITIONS)


def node_of(known: bool | Node) -> Node:
    """The condition as a formula's node."""
    return known if isinstance(known, Node) else Compare("==", Number(0 if known else 1), Number(0))


def literals(condition: Node | None) -> list[tuple[Node, bool]]:
    """The conditions that must all hold, each with whether it must be so or its opposite."""
    if condition is None:
        return []
    if isinstance(condition, All):
        return [literal for part in condition.parts for literal in literals(part)]
    if isinstance(condition, Not):
        inner = literals(condition.inner)
        return [(atom, not wanted) for atom, wanted in inner] if len(inner) == 1 else [(condition, True)]
    if isinstance(condition, Compare) and condition.op in ("!=", ">=", ">"):
        return [(Compare(OPPOSITE[condition.op], condition.left, condition.right), False)]
    return [(condition, True)]


def conjunction_of(parts: list[tuple[Node, bool]]) -> Node | None:
    """The condition that these hold, each or its opposite; None for none."""
    nodes = [atom if wanted else node_of(negation(atom)) for atom, wanted in parts]
    return None if not nodes else nodes[0] if len(nodes) == 1 else All(tuple(nodes))
