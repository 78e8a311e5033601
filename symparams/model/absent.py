"""Members that a text states but that aren't there at these sizes: below a condition that fails, in a loop without turns.

A path of a `with` that leads to such a member only changes nothing, as its formula says where the sizes are open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from ..errors import Span
from ..syntax import tree
from .files import Unit, library_module
from .steps import OfAny, OfDepth, OfEvery, OfName, OfRange, OfTurn, Pattern
from .values import ModuleValue

MAX_DEEP = 20  # modules in one another that are looked into


class Absent(NamedTuple):
    """A member that isn't there: its names as patterns, the modules that its value calls, whether it is a tensor, and its file."""

    names: tuple[str, ...]
    called: frozenset[str]
    is_tensor: bool
    unit: Unit


def absent_in(statements: Iterable[tree.Statement], unit: Unit) -> Iterator[Absent]:
    """The members that statements would make."""
    for statement in statements:
        if isinstance(statement, tree.Member):
            yield absent(statement, unit)
        elif isinstance(statement, tree.If):
            for branch in statement.branches:
                yield from absent_in(branch.body, unit)
        elif isinstance(statement, tree.For):
            yield from absent_in(statement.body, unit)


def absent(statement: tree.Member, unit: Unit) -> Absent:
    """The member of a statement, as one that isn't there."""
    label = statement.label
    steps: tuple[Any, ...] = label.pieces if isinstance(label, tree.Label) else label.steps
    return Absent(
        tuple([_name(step) for step in steps]),
        frozenset(_called(statement.value)),
        isinstance(statement.value, tree.List),
        unit,
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
    member: Absent,
    pattern: Pattern,
    closed: Callable[[set[int]], frozenset[int]],
    states: frozenset[int],
    deep: int = MAX_DEEP,
) -> bool:
    """Whether a path, at these places in it, may lead to a member that isn't there or into it."""
    end, kind = len(pattern.steps), pattern.kind
    for name in member.names:
        states = closed({further for state in states - {end} for further in _behind(state, name, pattern)})
    fits = kind is None or (
        not member.is_tensor and any((one in kind.names) is not kind.is_other for one in member.called)
    )
    if end in states and fits:
        return True
    turns = {
        state + 1 for state in states if state < end and isinstance(pattern.steps[state], OfTurn | OfRange | OfEvery)
    }
    inside = closed({*states, *turns}) - {end}
    return not member.is_tensor and bool(inside) and _leads_into(member, pattern, closed, inside, deep)


def _leads_into(
    member: Absent, pattern: Pattern, closed: Callable[[set[int]], frozenset[int]], states: frozenset[int], deep: int
) -> bool:
    """Whether a path may go on in what the member is made from; of what its file doesn't say, it may."""
    bodies = [_module(name, member.unit) for name in member.called]
    if not bodies or None in bodies or not deep:
        return True
    return any(
        leads_to(one, pattern, closed, states, deep - 1)
        for found in bodies
        if found is not None
        for one in absent_in(found.definition.body, found.unit)
    )


def _module(name: str, unit: Unit) -> ModuleValue | None:
    """The module of this name, as a file means it."""
    found = unit.find(name)
    if found is None:
        return library_module(name)
    return ModuleValue(found[0], found[1]) if isinstance(found[0], tree.Module) else None


def _behind(state: int, name: str, pattern: Pattern) -> Iterator[int]:
    """The places in a path behind a name that isn't there, by its pattern."""
    step = pattern.steps[state]
    if isinstance(step, OfDepth):
        yield state
    elif isinstance(step, OfName):
        if not isinstance(step.piece, str) or re.fullmatch(name, step.piece):
            yield state + 1
        elif re.fullmatch(name, "0"):
            yield state
    elif isinstance(step, OfAny) or name == ".+":
        yield state + 1
