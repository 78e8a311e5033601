"""Sizes, conditions and strings joined by operators, as texts of the language, folded where Python knows the value."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .values import (
    AND,
    ATOM,
    CHOICE,
    COMPARE,
    NOT,
    OPEN,
    OR,
    POWER,
    PRODUCT,
    SIGN,
    SUM,
    Class,
    Dotted,
    NotUnderstood,
    Row,
    Text,
    Value,
    Words,
    inner,
    is_none,
    joined,
    known,
)

BINARY: dict[type[ast.operator], tuple[str, int, int, int, Callable[[Any, Any], Any]]] = {
    ast.Add: (" + ", SUM, SUM, PRODUCT, operator.add),
    ast.Sub: (" - ", SUM, SUM, PRODUCT, operator.sub),
    ast.Mult: ("*", PRODUCT, PRODUCT, SIGN, operator.mul),
    ast.Div: ("/", PRODUCT, PRODUCT, SIGN, operator.truediv),
    ast.FloorDiv: ("//", PRODUCT, PRODUCT, SIGN, operator.floordiv),
    ast.Mod: (" % ", PRODUCT, PRODUCT, SIGN, operator.mod),
    ast.Pow: ("^", POWER, ATOM, POWER, operator.pow),
}


MAX_POWER = 1_000_000
COMPARED: dict[type[ast.cmpop], tuple[str, Callable[[Any, Any], Any]]] = {
    ast.Eq: ("==", operator.eq),
    ast.NotEq: ("!=", operator.ne),
    ast.Lt: ("<", operator.lt),
    ast.LtE: ("<=", operator.le),
    ast.Gt: (">", operator.gt),
    ast.GtE: (">=", operator.ge),
    ast.In: ("in", lambda a, b: a in b),
    ast.NotIn: ("not in", lambda a, b: a not in b),
    ast.Is: ("is", operator.is_),
    ast.IsNot: ("is not", operator.is_not),
}


def arithmetic(op: ast.operator, left: Text, right: Text, node: ast.AST) -> Text:
    """Two sizes with an operator between them; the typed text stays, as `16*5*5`."""
    if type(op) not in BINARY:
        raise NotUnderstood("this operator has no reading", node)
    sign, strength, first, second, compute = BINARY[type(op)]
    value: Any = OPEN
    if is_number(left) and is_number(right):
        if isinstance(op, ast.Pow) and abs(right.value) * max(abs(left.value), 2) > MAX_POWER:
            raise NotUnderstood("this number is too large", node)
        try:
            value = compute(left.value, right.value)
            if isinstance(value, complex) or (isinstance(value, int) and value.bit_length() > 1000):
                value = OPEN
        except (ArithmeticError, ValueError):
            raise NotUnderstood("this can't be computed", node) from None
    if isinstance(op, (ast.Mult, ast.Div, ast.FloorDiv)) and right.text == "1":
        return left
    if isinstance(op, ast.Mult) and left.text == "1":
        return right
    if value is not OPEN and "index" in (left.kind, right.kind):
        return replace(known(value), kind="index")
    return Text(f"{left.within(first)}{sign}{right.within(second)}", strength, value)


def is_number(text: Text) -> bool:
    """Whether a text is of a known number."""
    return isinstance(text.value, (int, float))


def negated(condition: Text) -> Text:
    """`not condition`."""
    if condition.is_known:
        return known(not condition.value)
    for one, other in ((" is not ", " is "), (" == ", " != "), (" != ", " == ")):
        if (
            condition.strength == COMPARE
            and condition.text.count(one) == 1
            and (one != " is " or " is not " not in condition.text)
        ):
            return Text(condition.text.replace(one, other), COMPARE, OPEN, "flag")
    if condition.strength == COMPARE and condition.text.count(" is ") == 1:
        return Text(condition.text.replace(" is ", " is not "), COMPARE, OPEN, "flag")
    if condition.strength == NOT and condition.text.startswith("not "):
        return Text(condition.text[4:], ATOM, OPEN, "flag")
    return Text(f"not {condition.within(NOT)}", NOT, OPEN, "flag")


def conjunction(conditions: list[Text], is_and: bool) -> Text:
    """Conditions joined by `and` or `or`, without those that are known."""
    left: list[Text] = []
    for one in conditions:
        if one.is_known:
            if bool(one.value) is not is_and:
                return known(not is_and)
            continue
        if all(one.text != other.text for other in left):
            left.append(one)
    if not left:
        return known(is_and)
    if len(left) == 1:
        return left[0]
    return joined("and" if is_and else "or", AND + 1 if is_and else OR + 1, left, OPEN, "flag").as_strong(
        AND if is_and else OR
    )


def choose(condition: Text, first: Text, second: Text) -> Text:
    """`first if condition else second`."""
    if condition.is_known:
        return first if condition.value else second
    if first.text == second.text:
        return first
    if isinstance(first.value, bool) and isinstance(second.value, bool):
        return condition if first.value else negated(condition)
    kind = "module" if "module" in (first.kind, second.kind) else first.kind if first.kind == second.kind else ""
    if is_none(first) or is_none(second):
        kind = "module" if kind == "module" else "maybe"
    owns = (first.owns and not is_none(first)) or (second.owns and not is_none(second))
    text = f"{first.within(OR)} if {condition.within(OR)} else {second.within(CHOICE)}"
    return Text(text, CHOICE, OPEN, kind, owns)


def is_string(value: Value) -> bool:
    """Whether a value is a known string."""
    return isinstance(value, Text) and isinstance(value.value, str)


def parts_of(value: Value) -> list[str | Text]:
    """A value as parts of a string."""
    value = inner(value)
    if isinstance(value, Words):
        return list(value.parts)
    if isinstance(value, Text):
        return [str(value.value)] if value.is_known else [value]
    raise NotUnderstood("this is no part of a name")


def words_of(parts: list[str | Text]) -> Value:
    """Parts of a string as one value."""
    if all(isinstance(part, str) for part in parts):
        return known("".join(str(part) for part in parts))
    return Words(tuple(parts))


def percent(text: str, right: Value, node: ast.AST) -> Value:
    """`"layer%d" % i`."""
    values = right.values if isinstance(right, Row) else [right]
    pieces = re.split(r"%[-0-9.]*[dsir]", text)
    if len(pieces) != len(values) + 1:
        raise NotUnderstood("this is no name", node)
    parts: list[str | Text] = [pieces[0]]
    for value, piece in zip(values, pieces[1:], strict=True):
        parts += [*parts_of(value), piece]
    return words_of(parts)


def plain_key(label: str) -> str:
    """A piece of a member's label as the string that it stands for."""
    return re.sub(r'\{"(.|\w+)"\}', r"\1", label)


def name_of_class(value: Value) -> str:
    """The name by which classes are compared."""
    return value.path if isinstance(value, Dotted) else value.name if isinstance(value, Class) else ""
