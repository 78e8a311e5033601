"""Arguments of a model that follow from the sizes that are varied: `[d, 2*d, 4*d]`, `d//64`, `{"hidden_size": d}`.

They are Python's numbers, strings, lists, tuples, dictionaries and arithmetic; nothing is called, no attribute is read.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..errors import Finding, UsageError

MAX_LENGTH = 100_000
OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}


class Given(NamedTuple):
    """An argument in terms of sizes: its text, the expression, and the sizes in it."""

    text: str
    expression: ast.expr
    names: frozenset[str]

    def value(self, sizes: Mapping[str, int]) -> Any:
        """The argument at these sizes. Raises: `UsageError` where it can't be worked out."""
        try:
            return _value(self.expression, sizes)
        except (TypeError, ValueError, ZeroDivisionError, OverflowError) as error:
            where = ", ".join(f"{name} = {sizes[name]}" for name in sorted(self.names))
            message = f"{self.text} can't be worked out at {where}: {error}"
            raise UsageError(Finding("derive-given", message)) from None

    def __str__(self) -> str:
        return self.text


def given(words: str, sizes: Mapping[str, str]) -> Given | None:
    """An expression in which some of these sizes occur, by their places → their symbols; None for anything else."""
    try:
        expression = _Symbols(sizes).visit(ast.parse(words, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    names = frozenset(node.id for node in ast.walk(expression) if isinstance(node, ast.Name))
    if not names or not names <= set(sizes.values()):
        return None
    for node in ast.walk(expression):
        if not isinstance(node, KNOWN):
            hint = "numbers, strings, lists, tuples, dictionaries, sizes that are varied, and + - * / // %"
            raise UsageError(Finding("derive-given", f"{words} holds what can't be worked out here", hint=hint))
    return Given(words, expression, names)


class _Symbols(ast.NodeTransformer):
    """Puts the symbols of sizes where their places stand, `text_config.hidden_size`."""

    def __init__(self, sizes: Mapping[str, str]) -> None:
        self.sizes = sizes

    def visit(self, node: ast.AST) -> Any:
        """The symbol's name for a place, anything else with its parts visited."""
        is_place = isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
        symbol = self.sizes.get(ast.unparse(node)) if is_place else None
        return ast.Name(symbol, ast.Load()) if symbol else self.generic_visit(node)


KNOWN = (ast.Constant, ast.Name, ast.Load, ast.List, ast.Tuple, ast.Dict, ast.BinOp, ast.UnaryOp, ast.USub, *OPERATIONS)


def _value(expression: ast.expr, sizes: Mapping[str, int]) -> Any:
    match expression:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return sizes[name]
        case ast.UnaryOp(operand=operand):
            return -_value(operand, sizes)
        case ast.BinOp(left=left, op=op, right=right):
            return _bounded(OPERATIONS[type(op)], _value(left, sizes), _value(right, sizes))
        case ast.List(elts=items):
            return [_value(item, sizes) for item in items]
        case ast.Tuple(elts=items):
            return tuple(_value(item, sizes) for item in items)
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {_value(key, sizes): _value(value, sizes) for key, value in pairs if key is not None}
    raise ValueError("it isn't an expression of numbers and lists")


def _bounded(operation: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """What the operation gives; a list or text of very many items is refused before it is made."""
    for row, times in ((left, right), (right, left)):
        if isinstance(row, list | tuple | str) and isinstance(times, int) and len(row) * times > MAX_LENGTH:
            raise ValueError(f"a list of more than {MAX_LENGTH:,} items")
    return operation(left, right)
