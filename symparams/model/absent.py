"""Members that a text states but that aren't there at these sizes: below a condition that fails, in a loop without turns.

A path of a `with` that leads to such a member only changes nothing, as its formula says where the sizes are open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from ..errors import Span
from ..syntax import tree
from .files import library_module
from .steps import OfAny, OfDepth, OfName, Pattern


class Absent(NamedTuple):
    """A member that isn't there: its names as patterns, the modules that its value calls, and whether it is a tensor."""

    names: tuple[str, ...]
    called: frozenset[str]
    is_tensor: bool

    @property
    def is_known(self) -> bool:
        """Whether all that it calls are layers of PyTorch, so that nothing else is inside."""
        return bool(self.called) and all(library_module(name) is not None for name in self.called)


def absent_in(statements: Iterable[tree.Statement]) -> Iterator[Absent]:
    """The members that statements would make."""
    for statement in statements:
        if isinstance(statement, tree.Member):
            yield absent(statement)
        elif isinstance(statement, tree.If):
            for branch in statement.branches:
                yield from absent_in(branch.body)
        elif isinstance(statement, tree.For):
            yield from absent_in(statement.body)


def absent(statement: tree.Member) -> Absent:
    """The member of a statement, as one that isn't there."""
    label = statement.label
    steps: tuple[Any, ...] = label.pieces if isinstance(label, tree.Label) else label.steps
    return Absent(
        tuple([_name(step) for step in steps]),
        frozenset(_called(statement.value)),
        isinstance(statement.value, tree.List),
    )


def _name(step: Any) -> str:
    """A pattern that the name matches; a hole may hold anything."""
    if type(step) is not tuple:
        return ".*"
    return "".join(re.escape(part) if isinstance(part, str) else ".+" for part in step)


def _called(expr: Any) -> Iterator[str]:
    if isinstance(expr, tree.Call) and isinstance(expr.func, tree.Name):
        yield expr.func.name
    if isinstance(expr, tuple) and not isinstance(expr, Span):
        for part in expr:
            yield from _called(part)


def leads_to(
    member: Absent, pattern: Pattern, closed: Callable[[set[int]], frozenset[int]], states: frozenset[int]
) -> bool:
    """Whether a path, at these places in it, may lead to a member that isn't there or into it."""
    end, kind = len(pattern.steps), pattern.kind
    for name in member.names:
        states = closed({further for state in states - {end} for further in _behind(state, name, pattern)})
    fits = kind is None or (
        not member.is_tensor and any((one in kind.names) is not kind.is_other for one in member.called)
    )
    is_inside_open = not member.is_tensor and bool(states - {end}) and (kind is None or not member.is_known)
    return (end in states and fits) or is_inside_open


def _behind(state: int, name: str, pattern: Pattern) -> Iterator[int]:
    """The places in a path behind a name that isn't there, by its pattern."""
    step = pattern.steps[state]
    if isinstance(step, OfDepth):
        yield state
    elif isinstance(step, OfName):
        if not isinstance(step.piece, str) or re.fullmatch(name, step.piece):
            yield state + 1
    elif isinstance(step, OfAny) or name == ".+":
        yield state + 1
