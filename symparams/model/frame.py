"""Where an expression is evaluated, and values taken as what a place needs."""

from __future__ import annotations

from typing import Any

from ..errors import ModelError, Source, Span
from ..formula.build import Size
from ..formula.nodes import CONDITIONS, Iverson, Node
from ..syntax import tree
from . import files
from .values import MADE, FunctionValue, Multiple, Stretch, Value, is_size, kind_of
from .world import World, fail


class Pending:
    """A definition whose expression is evaluated when it is first asked for."""

    __slots__ = ("frame", "is_running", "value")

    def __init__(self, value: tree.Expr, frame: Frame) -> None:
        self.value = value
        self.frame = frame
        self.is_running = False


class Frame:
    """Where an expression is evaluated: local names, the members so far, and what lies around them.

    names: local name → value, Definition, Argument or Pending; members: the body of the module being run;
    is_asked: whether the text is the one asked about, in which names may be free.
    """

    __slots__ = ("is_asked", "members", "names", "outer", "source", "unit", "world")

    def __init__(
        self, world: World, unit: files.Unit, source: Source | None = None, outer: Frame | None = None
    ) -> None:
        self.world = world
        self.unit = unit
        self.source = source or unit.source
        self.outer = outer
        self.names: dict[str, Any] = {}
        self.members: Any = None
        self.is_asked = False

    def inner(self) -> Frame:
        """A frame inside this one, for a comprehension or a loop's sum; it sees all names and keeps its own."""
        frame = Frame(self.world, self.unit, self.source, self.outer)
        frame.names = dict(self.names)
        frame.members = self.members
        frame.is_asked = self.is_asked
        return frame

    def holding(self, names: dict[str, Any]) -> Frame:
        """The frame as it is now for a function that reads these names: what is rebound later doesn't reach it."""
        frame = Frame(self.world, self.unit, self.source)
        frame.members, frame.is_asked = self.members, self.is_asked
        frame.names = {
            name: entry._replace(frame=frame) if isinstance(entry, FunctionValue) and entry.frame is self else entry
            for name, entry in names.items()
        }
        return frame

    def fail(self, code: str, message: str, span: Span, note: str = "", hint: str = "") -> ModelError:
        """The error at a place of this frame's text."""
        return fail(code, message, self.source, span, note, hint)


def as_size(found: Value, expr: tree.Expr, frame: Frame) -> Size:
    """The value as a number or formula. Raises: `ModelError` for anything else."""
    if isinstance(found, bool):
        return int(found)
    if is_size(found):
        return Iverson(found) if isinstance(found, CONDITIONS) else found
    message = f"{expr.name} must be a number" if isinstance(expr, tree.Name) else "a number is needed here"
    hint = "for its count, write .params after it" if isinstance(found, (*MADE, Multiple)) else ""
    raise frame.fail("not-a-number", message, expr.span, f"this is {kind_of(found)}", hint)


def as_list(found: Value, expr: tree.Expr, frame: Frame) -> list[Value]:
    """The value as a list. Raises: `ModelError` for anything else."""
    if isinstance(found, range):
        frame.world.count_turns(len(found), frame.source, expr.span)
        return list(found)
    if type(found) in (list, tuple):
        return list(found)
    hint = "give its length as a number" if isinstance(found, Stretch) else ""
    if isinstance(found, Node):
        hint = "give a list in the call, as in ResNet(block, [n1, n2, n3, n4])"
    elif is_size(found):
        hint = "for so many turns, write range(…)"
    if isinstance(expr, tree.Name):
        raise frame.fail("not-a-list", f"{expr.name} is used as a list", expr.span, f"this is {kind_of(found)}", hint)
    raise frame.fail("not-a-list", "a list is needed here", expr.span, f"this is {kind_of(found)}", hint)
