"""Members by their names: those of a row of items, with the conditions and loops that they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..formula.build import Size, node
from ..formula.nodes import Compare, Index, Node
from ..formula.polynomial import NO_FACTS, decide, polynomial
from .frame import Frame
from .network import Guard, Item, Loop, Member, Piece, Template, Turns
from .putting import put_size


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


def parted_name(piece: Piece) -> tuple[tuple[str, str], Size] | None:
    """What stands before and behind the number of a name, and the number: of `layer_3`, `layer_` and nothing, and 3."""
    if isinstance(piece, str):
        match = re.fullmatch(r"(.*?)(\d{1,9})(\D*)", piece)
        return None if match is None else ((match[1], match[3]), int(match[2]))
    numbers = [at for at, part in enumerate(piece.parts) if isinstance(part, Node)]
    if len(numbers) != 1:
        return None
    before, after = piece.parts[: numbers[0]], piece.parts[numbers[0] + 1 :]
    return ("".join(map(str, before)), "".join(map(str, after))), piece.parts[numbers[0]]  # type: ignore[return-value]


def turns_of(items: Iterable[Item]) -> list[Found]:
    """The members with a number for a name; where none has one, all, if they are called alike but for a number."""
    found = list(leaves(items))
    pieces = [one.member.label[0] if one.member.label else "0" for one in found]
    names = [parted_name(piece) for piece in pieces]
    if None not in names and len({name[0] for name in names if name}) == 1:
        return found
    return [one for one, piece in zip(found, pieces, strict=True) if isinstance(piece, Template) or piece.isdigit()]


def turn_name(turns: list[Found], at: Size) -> str | None:
    """What the turn at a place from 0 on is called, where turns have names; None where they are numbers alone."""
    parted = parted_name(turns[0].member.label[0]) if turns and turns[0].member.label else None
    if parted is None or parted[0] == ("", "") or not isinstance(at, int):
        return None
    first = parted[1]
    for around in turns[0].around:
        if isinstance(around, Loop) and isinstance(first, Node):
            first = put_size(first, {around.variable: node(around.start)})
    return None if isinstance(first, Node) else f"{parted[0][0]}{first + at}{parted[0][1]}"
