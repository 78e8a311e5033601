"""Networks → formulas: the five measures, each the sum of what its members measure.

`params` counts what training or freezing holds, `trainable` and `frozen` its two parts, `buffers` what is stored beside
it, and `active` what serves one input. All count numbers (tensor elements), exactly; a tied tensor counts once.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from ..formula.build import (
    Decided,
    Operand,
    Size,
    grouped,
    guarded,
    minus,
    node,
    repeated,
    written_product,
    written_sum,
)
from ..formula.nodes import Index, Node, Symbol, walk
from ..formula.value import value as number
from .conditions import conjunction_of, literals, negation, node_of
from .network import Content, Copies, Guard, Item, Member, Network, Piece, Row, Template, Tensor, Turns
from .ranges import difference

MEASURES = ("params", "trainable", "frozen", "buffers", "active")

COUNTED = {
    "params": ("", "frozen"),
    "trainable": ("",),
    "frozen": ("frozen",),
    "buffers": ("buffer",),
    "active": ("", "frozen"),
}


class AllBut(NamedTuple):
    """A step of a path through all turns but one."""

    turn: Piece


# A path that ends in a condition is tied away where that holds.
Paths = frozenset[tuple[str | Node | Template | AllBut, ...]]
NO_PATHS: Paths = frozenset()


def measured(
    content: Content, which: str = "params", mark: str = "", tied: Paths = NO_PATHS, active: Size | None = None
) -> Node:
    """The written form of a measure of anything in a network.

    mark: how what is around marks it; tied: paths inside that count elsewhere; active: how many copies or slices serve, of a
    network 0 where it doesn't.
    """
    if which == "active" and active == 0:
        return Decided(0)
    if isinstance(content, Tensor):
        return _tensor(content, active if which == "active" else None) if mark in COUNTED[which] else Decided(0)
    if isinstance(content, Copies):
        return _copies(content, which, mark, tied, active)
    if isinstance(content, Row):
        return total(content.items, which, mark, tied)
    key = (which, mark, tied)
    form = content.forms.get(key)
    if form is None:
        form = content.forms[key] = _network(content, which, mark, tied)
    return form


def tensors_form(network: Network) -> Node:
    """The count that the tensors of a network say, whatever its `write` states."""
    return total(network.items)


def _network(network: Network, which: str, mark: str, tied: Paths) -> Node:
    tied = tied | network.tied
    if network.written is not None and not tied and _is_whole(network, which, mark):
        return network.written
    return total(network.items, which, mark, tied)


def _is_whole(network: Network, which: str, mark: str) -> bool:
    """Whether the measure counts exactly what `write` states."""
    if mark not in COUNTED[which] or which == "buffers":
        return False
    if which == "active":
        return "active" not in network.flags
    return which == "params" or mark == "frozen" or "frozen" not in network.flags


def _tensor(tensor: Tensor, active: Size | None) -> Node:
    forms = list(tensor.written)
    if active is not None:
        forms[0] = node(active)
    return written_product(
        Operand(form, is_value=isinstance(size, Node)) for form, size in zip(forms, tensor.sizes, strict=True)
    )


def _copies(content: Copies, which: str, mark: str, tied: Paths, active: Size | None) -> Node:
    every = below(tied, ("*",))
    if () in every:
        return Decided(0)
    conditions, every = _conditions(every)
    if conditions:
        inner = _copies(content, which, mark, frozenset(("*", *path) for path in every), active)
        return _unless(conditions, inner)
    count = active if which == "active" and active is not None else content.amount
    special = sorted({turn for path in tied if path and (turn := turn_named(path[0])) is not None})
    terms = [repeated(minus(count, len(special)), measured(content.inner, which, mark, every | all_but(tied, None)))]
    for turn in special:
        inside = every | below(tied, (str(turn),)) | all_but(tied, turn)
        if () not in inside:
            terms.append(measured(content.inner, which, mark, inside))
    return written_sum(terms)


def turn_named(step: str | Node | Template | AllBut) -> int | None:
    """The turn that a step of a path singles out: 3 for `3`, and for all turns but that one."""
    piece = step.turn if isinstance(step, AllBut) else step
    return int(piece) if isinstance(piece, str) and piece.isdigit() else None


def all_but(tied: Paths, turn: int | None) -> Paths:
    """The paths that go through all turns but one, where that one isn't `turn`."""
    steps = {path[0] for path in tied if path and isinstance(path[0], AllBut)}
    return frozenset().union(*(below(tied, (step,)) for step in steps if turn_named(step) != turn))


def total(items: Iterable[Item], which: str = "params", mark: str = "", tied: Paths = NO_PATHS) -> Node:
    """The measure of a row of items: each member's form, its sum in brackets."""
    return written_sum(grouped(_item(item, which, mark, tied)) for item in items)


def folded(turns: list[Node]) -> Node:
    """The turns of a loop added up; equal ones in a row fold to a multiple."""
    terms: list[Node] = []
    place = 0
    while place < len(turns):
        end = place
        while end < len(turns) and turns[end] == turns[place]:
            end += 1
        turn = turns[place]
        if not (isinstance(turn, Decided) and turn.value == 0):
            terms.append(turn if end - place == 1 else repeated(end - place, turn))
        place = end
    return written_sum(terms) if terms else Decided(0)


def _item(item: Item, which: str, mark: str, tied: Paths) -> Node:
    if isinstance(item, Member):
        return _member(item, which, mark, tied)
    if isinstance(item, Guard):
        return guarded(item.condition, total(item.items, which, mark, under(tied, item.condition)))
    if isinstance(item, Turns):
        turns = [grouped(total(turn, which, mark, tied)) for turn in item.turns]
        return folded([turn for turn in turns if not (isinstance(turn, Decided) and turn.value == 0)])
    inner = total(item.items, which, mark, tied)
    return repeated(difference(item.stop, item.start), inner, item.variable, item.start, item.stop)


def _member(member: Member, which: str, mark: str, tied: Paths) -> Node:
    inside = below(tied, member.label) if tied else tied
    if () in inside:
        return Decided(0)
    active = member.active if which == "active" else None
    conditions, inside = _conditions(inside)
    return _unless(conditions, measured(member.content, which, combined(mark, member.mark), inside, active))


def _conditions(tied: Paths) -> tuple[list[Node], Paths]:
    """The conditions under which all of it is tied away, and the other paths."""
    found = [path[0] for path in tied if len(path) == 1 and isinstance(path[0], Node)]
    return found, frozenset(
        path for path in tied if not (len(path) == 1 and isinstance(path[0], Node))
    ) if found else tied


def under(tied: Paths, condition: Node) -> Paths:
    """The paths that are tied away where a condition holds."""
    if not any(path and isinstance(path[-1], Node) for path in tied):
        return tied
    known = set(literals(condition))
    found: set[tuple[Any, ...]] = set()
    for path in tied:
        if not path or not isinstance(path[-1], Node):
            found.add(path)
            continue
        wanted = literals(path[-1])
        if not any((atom, not is_so) in known for atom, is_so in wanted):
            left = conjunction_of([one for one in wanted if one not in known])
            found.add(path[:-1] if left is None else (*path[:-1], left))
    return frozenset(found)


def _unless(conditions: list[Node], form: Node) -> Node:
    for condition in conditions:
        form = guarded(node_of(negation(condition)), form)
    return form


def combined(outer: str, inner: str) -> str:
    """The mark of a member inside something marked: a buffer stays one, frozen holds for all inside."""
    if "buffer" in (outer, inner):
        return "buffer"
    return outer or inner


def below(tied: Paths, label: tuple[Piece | AllBut, ...]) -> Paths:
    """The paths that go through a label, without it."""
    first = label[0] if label else None
    named, others = by_first_step(tied) if isinstance(first, str) else ({}, tied)
    near = (*named.get(first, ()), *others) if isinstance(first, str) else others
    return frozenset(path[len(label) :] for path in near if leads(path, label))


@lru_cache(maxsize=32)
def by_first_step(tied: Paths) -> tuple[dict[str, list[Any]], list[Any]]:
    """The paths by the name that they begin with, and those that may begin with any; of many ties few are looked at."""
    named: dict[str, list[Any]] = {}
    others: list[Any] = []
    for path in tied:
        if path and isinstance(path[0], str) and not path[0].startswith("*"):
            named.setdefault(path[0], []).append(path)
        else:
            others.append(path)
    return named, others


def is_turn(piece: Any) -> bool:
    """Whether a name is a number, as that of a turn is."""
    if isinstance(piece, str):
        return piece.isdigit()
    return isinstance(piece, Template) and len(piece.parts) == 1


def _is_turn_of(step: Any, piece: Any) -> bool:
    """Whether a step through all turns, or all but one, goes through this member of a loop."""
    if isinstance(step, AllBut):
        return is_turn(piece) and piece != step.turn
    return isinstance(step, str) and step == "*" and is_turn(piece)


def leads(path: tuple[Any, ...], label: tuple[Any, ...]) -> bool:
    """Whether a path goes through a member of this label."""
    return len(path) >= len(label) and all(
        step == piece or _is_turn_of(step, piece) for step, piece in zip(path, label, strict=False)
    )


def closed(form: Node) -> Size:
    """The number of a form without open sizes; else the form."""
    return form if any(isinstance(part, Symbol | Index) for part in walk(form)) else number(form)
