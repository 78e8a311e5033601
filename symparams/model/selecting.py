"""Members by their names: those of a row of items, with the conditions and loops that they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..formula.build import Size, node
from ..formula.nodes import Compare, Index, Node
from ..formula.polynomial import NO_FACTS, decide, polynomial
from .frame import Frame
from .network import Guard, Item, Loop, Member, Template, Turns


class Found(NamedTuple):
    """A member met on a path, its label without what was walked; around holds the conditions and loops it stands in."""

    around: tuple[Guard | Loop, ...]
    member: Member
    put: tuple[tuple[Index, Size], ...]


def leaves(items: Iterable[Item], around: tuple[Guard | Loop, ...] = ()) -> Iterator[Found]:
    """Every member of a row of items with what it stands in."""
    for item in items:
        if isinstance(item, Member):
            yield Found(around, item, ())
        elif isinstance(item, Turns):
            for turn in item.turns:
                yield from leaves(turn, around)
        else:
            yield from leaves(item.items, (*around, item))


def select(items: Iterable[Item], piece: str, frame: Frame | None = None) -> Iterator[Found]:
    """The members whose label begins with this piece, without it; a template's index is solved for."""
    for found in leaves(items):
        label = found.member.label
        if label and label[0] == piece:
            yield found._replace(member=found.member._replace(label=label[1:]))
        elif label and isinstance(label[0], Template):
            yield from _solved(found, label[0], piece, found.member._replace(label=label[1:]), frame)


def _solved(found: Found, template: Template, piece: str, shorter: Member, frame: Frame | None) -> Iterator[Found]:
    pattern = "".join(r"(-?\d+)" if isinstance(part, Node) else re.escape(part) for part in template.parts)
    match = re.fullmatch(pattern, piece)
    if match is None or match.lastindex != 1:
        return
    form = next(part for part in template.parts if isinstance(part, Node))
    for around in found.around:
        if not isinstance(around, Loop):
            continue
        linear = (polynomial(form) - polynomial(node(int(match.group(1))))).linear_in(around.variable)
        if linear is None or linear[0].constant is None or linear[1].constant is None:
            continue
        at = -linear[1].constant / linear[0].constant if linear[1].constant else 0
        if at == int(at) and _in_range(int(at), around, frame):
            rest = tuple(other for other in found.around if other is not around)
            yield Found(rest, shorter, ((around.variable, int(at)),))


def _in_range(at: int, loop: Loop, frame: Frame | None) -> bool:
    facts = frame.world.facts if frame is not None else NO_FACTS
    tests = (Compare("<=", node(loop.start), node(at)), Compare("<", node(at), node(loop.stop)))
    known = [decide(test, facts) for test in tests]
    if False in known:
        return False
    if frame is not None:
        for test, is_known in zip(tests, known, strict=True):
            if is_known is None:
                frame.world.assume(test)
    return True
