"""Paths of a `with`, as they are read at its place: names filled in, turns as sizes, kinds as modules."""

from __future__ import annotations

from typing import NamedTuple, Union

from ..formula.build import Size
from ..formula.nodes import Node
from ..syntax import tree
from .evaluate import size, value
from .frame import Frame
from .labels import piece_of
from .network import Content, Network, Piece
from .values import ModuleValue, Value, kind_of, module_of


class OfName(NamedTuple):
    """A name, or a template whose number is open."""

    piece: Piece


class OfAny(NamedTuple):
    """`*`: one name, whatever it is."""


class OfDepth(NamedTuple):
    """`**`: any number of names."""


class Bound(NamedTuple):
    """A place among the turns, from the first or from the end."""

    at: Size
    is_from_end: bool


class OfTurn(NamedTuple):
    """`[i]`."""

    at: Bound


class OfRange(NamedTuple):
    """`[a:b:c]`."""

    start: Bound
    stop: Bound
    stride: int


class OfEvery(NamedTuple):
    """`[*]`."""


Step = Union[OfName, OfAny, OfDepth, OfTurn, OfRange, OfEvery]


class Kind(NamedTuple):
    """The modules behind `is`; with `is_other` all but these."""

    modules: tuple[ModuleValue, ...]
    is_other: bool

    @property
    def names(self) -> frozenset[str]:
        """The names of the modules."""
        return frozenset(module.name for module in self.modules)

    def holds(self, content: Content) -> bool:
        """Whether the network is made from one of the modules."""
        found = module_of(content.origin) if isinstance(content, Network) else None
        if found is None:
            return False
        return any(found.definition is module.definition for module in self.modules) is not self.is_other


class Pattern(NamedTuple):
    """A path, step by step, the kind of what it leads to, and its text."""

    steps: tuple[Step, ...]
    kind: Kind | None
    path: tree.Path

    def tail(self) -> int:
        """How many steps the path ends with that are plain names, as something new may be called."""
        count = 0
        while count < len(self.steps) and isinstance(self.steps[-1 - count], OfName):
            count += 1
        return 0 if self.kind else count


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
