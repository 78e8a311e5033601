"""Paths of a `with` → their steps, as they are read at its place: names filled in, turns and kinds worked out."""

from __future__ import annotations

from ..formula.nodes import Node
from ..syntax import tree
from .evaluate import size, value
from .frame import Frame
from .labels import piece_of
from .steps import Bound, Kind, OfAny, OfDepth, OfEvery, OfName, OfRange, OfTurn, Pattern, Step
from .values import ModuleValue, Value, kind_of


def pattern_of(path: tree.Path | tree.Label, frame: Frame) -> Pattern:
    """The path with its expressions worked out. Raises: `ModelError` for turns and kinds that are none."""
    if isinstance(path, tree.Label):
        path = tree.Path(path.pieces, None, path.span)
    steps = tuple(_step(step, frame) for step in path.steps)
    return Pattern(steps, None if path.kind is None else _kind(path.kind, frame), path)


def _step(step: tree.Step, frame: Frame) -> Step:
    if isinstance(step, tree.AnyName):
        return OfAny()
    if isinstance(step, tree.AnyDepth):
        return OfDepth()
    if not isinstance(step, tree.At):
        return OfName(piece_of(step, frame))
    if isinstance(step.at, tree.Every):
        return OfEvery()
    if not isinstance(step.at, tree.Slice):
        return OfTurn(_bound(step.at, frame))
    start = Bound(0, False) if step.at.start is None else _bound(step.at.start, frame)
    stop = Bound(0, True) if step.at.stop is None else _bound(step.at.stop, frame)
    return OfRange(start, stop, 1 if step.at.step is None else _stride(step.at.step, frame))


def _bound(expr: tree.Expr, frame: Frame) -> Bound:
    """A place among turns; one that is written with a minus counts from the end, where it is 0 too."""
    if isinstance(expr, tree.Unary) and expr.op == "-":
        found = Bound(size(expr.operand, frame), True)
    else:
        at = size(expr, frame)
        found = Bound(-at, True) if not isinstance(at, Node) and at < 0 else Bound(at, False)
    if not isinstance(found.at, int | Node):
        raise frame.fail("index", "turns are counted by whole numbers", expr.span, f"this is {found.at}")
    return found


def _stride(expr: tree.Expr, frame: Frame) -> int:
    found = size(expr, frame)
    if isinstance(found, int) and found > 0:
        return found
    raise frame.fail("index", "a slice's step is a number of at least 1", expr.span, hint="write it as in h[::2]")


def _kind(expr: tree.Expr, frame: Frame) -> Kind:
    if isinstance(expr, tree.Unary) and expr.op == "not":
        inner = _kind(expr.operand, frame)
        return inner._replace(is_other=not inner.is_other)
    return Kind(tuple(_modules(expr, frame)), False)


def _modules(expr: tree.Expr, frame: Frame) -> list[ModuleValue]:
    if isinstance(expr, tree.Logic) and expr.op == "or":
        return [module for operand in expr.operands for module in _modules(operand, frame)]
    found = value(expr, frame)
    rows: list[Value] = list(found) if type(found) in (list, tuple) else [found]
    for row in rows:
        if not isinstance(row, ModuleValue):
            hint = "write it without arguments, `is Linear`; several with `or`"
            raise frame.fail("kind", "behind `is` stands a module's name", expr.span, f"this is {kind_of(row)}", hint)
    return rows
