"""Dotted names → which of them are lists: `layers.0`, `layers.1`, … one after another, also by loops of a symbolic length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..formula.build import node
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Node, Number
from ..formula.polynomial import Polynomial, polynomial
from ..model.conditions import negation
from ..model.network import Guard, Item, Loop, Member, Path, Piece, Template, Tensor, Turns, members


def lists(items: Sequence[Item]) -> frozenset[Path]:
    """The dotted names, `()` for the network itself, below which there are modules of the numbers 0, 1, 2, … in this order, and nothing else."""
    found = list(members(items))
    names = {label[:place] for label in (one.label for one in found) for place in _places(label)}
    return frozenset(name for name in names if _is_free(name, found) and _follow(name, items))


def _places(label: Path) -> Iterator[int]:
    """How many pieces stand before each piece that is a number; before what isn't the last, at least one."""
    return (place for place, piece in enumerate(label) if (place or len(label) == 1) and _number(piece) is not None)


def _is_free(name: Path, found: Sequence[Member]) -> bool:
    """Whether all that stands below a name, and there is nothing at it, are modules one piece below, or what they hold."""
    at = [member for member in found if member.label[: len(name)] == name[: len(member.label)]]
    below = [one for one in at if len(one.label) == len(name) + 1]
    deeper = [one for one in at if len(one.label) > len(name) + 1]
    are_modules = not any(isinstance(one.content, Tensor) for one in below)
    return are_modules and len(below) + len(deeper) == len(at) and (bool(name) or not deeper)


def _follow(name: Path, items: Sequence[Item]) -> bool:
    """Whether the numbers below a name follow one another."""
    place = polynomial(Number(0), ANY_NUMBERS)
    held: Piece = ""
    for piece, first, after in _numbers(name, items):
        if piece and piece == held:
            continue  # another member of what is there already
        if first is None or after is None or not (first - place).is_zero:
            return False
        place, held = after, piece
    return True


def _numbers(name: Path, items: Sequence[Item]) -> Iterator[tuple[Piece, Polynomial | None, Polynomial | None]]:
    """The first number of each member or loop below a name and the number behind its last, None for what hasn't any; before
    them the piece of the name of what holds the member, empty where it lies below the name itself."""
    for item in items:
        if isinstance(item, Turns):
            for turn in item.turns:
                yield from _numbers(name, turn)
        elif isinstance(item, Member):
            if item.label[: len(name)] == name:
                piece = item.label[len(name)]
                first = _number(piece)
                after = None if first is None else first + 1
                yield "" if len(item.label) == len(name) + 1 else piece, first, after
        elif any(member.label[: len(name)] == name for member in members(item.items)):
            is_deeper = any(
                len(member.label) > len(name) + 1 for member in members(item.items) if member.label[: len(name)] == name
            )
            yield "", *(_of_loop(name, item) if isinstance(item, Loop) and not is_deeper else (None, None))


def _of_loop(name: Path, loop: Loop) -> tuple[Polynomial | None, Polynomial | None]:
    """The first number that a loop gives below a name, and the number behind its last."""
    number = _of_turn(name, loop.items)
    linear = number.linear_in(loop.variable) if number is not None else None
    if linear is None or linear[0].constant != 1:
        return None, None
    start, stop = (polynomial(node(end), ANY_NUMBERS) for end in (loop.start, loop.stop))
    return linear[1] + start, linear[1] + stop


def _of_turn(name: Path, items: Sequence[Item]) -> Polynomial | None:
    """The number of the one module that a turn makes below a name, in each branch the same."""
    inside = [item for item in items if any(one.label[:-1] == name for one in members((item,)))]
    if len(inside) == 1 and isinstance(inside[0], Member):
        return _number(inside[0].label[-1])
    if len(inside) != 2:
        return None
    one, other = inside
    if not isinstance(one, Guard) or not isinstance(other, Guard) or negation(one.condition) != other.condition:
        return None
    here, there = _of_turn(name, one.items), _of_turn(name, other.items)
    return here if here is not None and here == there else None


def _number(piece: Piece) -> Polynomial | None:
    """The number that a piece of a name is."""
    if isinstance(piece, str):
        is_place = piece.isascii() and piece.isdecimal() and piece == str(int(piece))
        return polynomial(Number(int(piece)), ANY_NUMBERS) if is_place else None
    part = piece.parts[0] if isinstance(piece, Template) and len(piece.parts) == 1 else None
    return polynomial(part, ANY_NUMBERS) if isinstance(part, Node) else None
