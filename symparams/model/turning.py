"""A tie's paths: read at its place, the turns that they name told apart from the others, and what is there.

A turn that a tie names becomes a member of its own, as in a `with`; where the depth is a symbol, that there are so many turns
is assumed. What can't be told for all sizes is an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..errors import ModelError, suggestion
from ..formula.build import Size, minus, node
from ..formula.nodes import Compare, Index, Node, walk
from ..formula.polynomial import NO_FACTS, Facts, decide
from ..syntax import tree
from .evaluate import value
from .frame import Frame, as_size
from .labels import piece_of
from .measure import is_turn, leads
from .moves import Made, Paths
from .names import shown
from .network import Content, Copies, Guard, Item, Loop, Member, Network, Path, Piece, Row, Template, Tensor
from .putting import put_size
from .retying import follow
from .rewriting import Walk
from .segments import Cutter, numbered, same_piece, simple
from .segments import Row as Numbers
from .selecting import Found, leaves
from .steps import Bound, OfAny, OfEvery, OfName, OfTurn, Pattern, Step

if TYPE_CHECKING:
    from .ties import Stated


class Apart:
    """Changes nothing where a path leads, so that all that comes of it is that the turns stand apart."""

    def on_member(self, member: Member, walk: Walk, watch: Paths) -> Made:
        """See `rewriting.Action`."""
        return Made((member,), {})

    def on_group(self, members: list[Member], depth: int, walk: Walk, watch: Paths) -> Made | None:
        """See `rewriting.Action`."""
        return None

    def on_network(self, old: Network, new: Network) -> None:
        """See `rewriting.Action`."""


# ------------------------------------------------------------------------------------------------------ reading


def steps_of(expr: tree.Expr, frame: Frame) -> tuple[Step, ...]:
    """The path of one side of a tie."""
    if isinstance(expr, tree.Name):
        return (OfName(expr.name),)
    if isinstance(expr, tree.Template):
        base = () if expr.base is None else steps_of(expr.base, frame)
        return (*base, OfName(piece_of(expr.pieces, frame)))
    if isinstance(expr, tree.Attribute):
        return (*steps_of(expr.base, frame), OfName(expr.name))
    if isinstance(expr, tree.Subscript) and isinstance(expr.at, tree.Every):
        return (*steps_of(expr.base, frame), OfEvery())
    if isinstance(expr, tree.Subscript):
        return (*steps_of(expr.base, frame), OfTurn(_turn(expr.at, frame)))
    hint = "write the members' names, as in `tie lm_head.weight = wte.weight`"
    raise frame.fail("tie-path", "a tie joins members of this module", expr.span, hint=hint)


def _turn(expr: tree.Expr, frame: Frame) -> Bound:
    if isinstance(expr, tree.Slice):
        hint = "to make all one, write `tie h[*] = h[0]`; for some, a loop: `for i in range(1, n):`, `tie h[i] = h[0]`"
        raise frame.fail("tie-path", "a tie names one turn, or all by [*]", expr.span, hint=hint)
    found: Size = as_size(value(expr, frame), expr, frame)
    if isinstance(found, Node):
        return Bound(found, False)
    if found.denominator != 1:
        raise frame.fail("index", "turns are counted by whole numbers", expr.span, f"this is {found}")
    return Bound(-found, True) if found < 0 else Bound(found, False)


def is_many(piece: Any) -> bool:
    """Whether a piece of a path stands for many turns at once."""
    return piece == "*" or (
        isinstance(piece, Template) and any(isinstance(part, Node) and _indexes(part) for part in piece.parts)
    )


def _indexes(size: Size) -> list[Index]:
    return [part for part in walk(size) if isinstance(part, Index)] if isinstance(size, Node) else []


def _run_by(step: Step) -> list[Index]:
    """The indexes of the loops around a tie that a step runs with."""
    if isinstance(step, OfTurn):
        return _indexes(step.at.at)
    if isinstance(step, OfName) and isinstance(step.piece, Template):
        return [index for part in step.piece.parts if isinstance(part, Node) for index in _indexes(part)]
    return []


# ------------------------------------------------------------------------------------------------------ telling apart


def tell_apart(network: Network, steps: tuple[Step, ...], expr: tree.Expr, frame: Frame) -> None:
    """Make the turns that a path names members of their own in a network that is being made; its ties follow."""
    if not _may_cut(network, steps):
        return
    loose = tuple((OfEvery() if isinstance(step, OfTurn) else OfAny()) if _run_by(step) else step for step in steps)
    walk = Walk(Pattern(loose, None, tree.Path((), None, expr.span)), Apart(), frame, ())
    walk.cutter.is_alone = True
    made = walk.items(network.items, walk.start(), walk.own(network))
    if made.items is not network.items:
        network.items = made.items
        follow(network, made.moves)


def _may_cut(content: Content, steps: tuple[Step, ...]) -> bool:
    """Whether a path may name one of several turns that stand together."""
    if not steps or isinstance(content, Tensor):
        return False
    if isinstance(content, Copies):
        is_one = isinstance(steps[0], OfTurn) or (isinstance(steps[0], OfName) and is_turn(steps[0].piece))
        is_open = isinstance(content.amount, Node)
        return (is_one and is_open and not _run_by(steps[0])) or _may_cut(content.inner, steps[1:])
    for found in leaves(content.items):
        label = found.member.label
        if not all(_may_lead(step, piece) for step, piece in zip(steps, label, strict=False)):
            continue
        is_cut = any(
            isinstance(piece, Template) and isinstance(step, OfTurn | OfName) and not _run_by(step)
            for step, piece in zip(steps, label, strict=False)
        )
        if is_cut or _may_cut(found.member.content, steps[len(label) :]):
            return True
    return False


def _number(step: Step) -> Size | None:
    """The number of a turn that a step names; None where it counts from the end or names all."""
    if isinstance(step, OfTurn):
        return None if step.at.is_from_end else step.at.at
    return (
        int(step.piece) if isinstance(step, OfName) and isinstance(step.piece, str) and step.piece.isdecimal() else None
    )


def _may_lead(step: Step, piece: Piece) -> bool:
    if isinstance(step, OfName):
        return isinstance(piece, Template) or isinstance(step.piece, Template) or step.piece == piece
    return is_turn(piece)


# ------------------------------------------------------------------------------------------------------ what is there


def places_at(network: Network, steps: tuple[Step, ...], expr: tree.Expr, stated: Stated) -> list[tuple[Path, Content]]:
    """Where a path leads, once its turns stand apart: one place, or of turns that differ one of each kind.

    Turns that don't have what the path names further on drop out.
    """
    found: list[tuple[Path, Content]] = [((), network)]
    for step in steps:
        places: list[tuple[Path, Content]] = []
        error: ModelError | None = None
        for path, content in found:
            try:
                for piece in _pieces(content, step, path, expr, stated):
                    inner = inside(content, piece, stated.frame.world.facts)
                    if not inner:
                        raise _no_member(content, (*path, piece), expr, stated.frame)
                    places += [((*path, piece), one) for one in inner]
            except ModelError as missing:
                error = error or missing
        if not places and error is not None:
            raise error
        found = places
    return found


def inside(content: Content, piece: Piece, facts: Facts = NO_FACTS) -> list[Content]:
    """What a piece of a path leads to: of all turns, each that differs from those before; what can't be there is left out."""
    if isinstance(content, Copies):
        return [content.inner]
    if isinstance(content, Tensor):
        return []
    longer: dict[Piece, list[Item]] = {}
    found: list[Content] = []
    for one in leaves(content.items):
        label = one.member.label
        guards = (around.condition for around in one.around if isinstance(around, Guard))
        if leads((piece,), label[:1]) and not any(decide(guard, facts) is False for guard in guards):
            if len(label) == 1:
                found.append(one.member.content)
            else:
                longer.setdefault(label[0], []).append(_around(one))
    found += [Row(tuple(items)) for items in longer.values()]
    return _distinct(found)


def _around(found: Found) -> Item:
    item: Item = found.member._replace(label=found.member.label[1:])
    for around in reversed(found.around):
        item = around._replace(items=(item,))
    return item


def _distinct(contents: list[Content]) -> list[Content]:
    found: list[Content] = []
    for one in contents:
        if not any(one is other or one == other for other in found[-8:]):
            found.append(one)
    return found


def _pieces(content: Content, step: Step, path: Path, expr: tree.Expr, stated: Stated) -> list[Piece]:
    """The piece of a path that a step is: a name, a turn's number, or `*` for all turns.

    Where an open condition says how many turns there are, the last turn has several numbers.
    """
    if isinstance(content, Copies):
        return [_copy(content, step, path, expr, stated)]
    if _run_by(step):
        return [_all(content, step, path, expr, stated)]
    if isinstance(step, OfEvery):
        return ["*"]
    if isinstance(step, OfName):
        return [step.piece]
    world = stated.frame.world
    facts = world.facts
    found: dict[Piece, None] = {}
    for guards in _ways(content, facts):
        for guard in guards:
            world.facts = world.facts.with_assumption(guard)
        try:
            found[_turn_piece(content, step, path, expr, stated)] = None
        finally:
            world.facts = facts
    return list(found)


def _ways(content: Content, facts: Facts) -> list[tuple[Node, ...]]:
    """The conditions under which a row's turns stand."""
    items = content.items if isinstance(content, Network | Row) else ()
    turns = (one for one in leaves(items) if is_turn(one.member.label[0]))
    found = {tuple(around.condition for around in one.around if isinstance(around, Guard)): None for one in turns}
    return [way for way in found if not any(decide(guard, facts) is False for guard in way)] or [()]


def _turn_piece(content: Content, step: Step, path: Path, expr: tree.Expr, stated: Stated) -> Piece:
    row = _numbers(content, stated.frame, expr)
    if row is None or not isinstance(step, OfTurn):
        raise stated.frame.fail("tie-path", f"{shown(path) or 'this'} has no numbered members", expr.span)
    at = simple(Cutter(stated.frame, expr.span, ()).absolute(step, row).start)
    return Template((at,)) if isinstance(at, Node) else str(at)


def _numbers(content: Content, frame: Frame, expr: tree.Expr) -> Numbers | None:
    items = content.items if isinstance(content, Network | Row) else ()
    return Cutter(frame, expr.span, ()).row(items, ())


def _copy(copies: Copies, step: Step, path: Path, expr: tree.Expr, stated: Stated) -> Piece:
    """All copies, or of a number of them one."""
    frame, amount = stated.frame, copies.amount
    if isinstance(step, OfEvery):
        return "*"
    if _run_by(step):
        if isinstance(step, OfTurn) and _covers(step.at.at, Numbers(0, amount, True), stated):
            return "*"
        raise _some_only(path, expr, frame)
    at = _number(step)
    if isinstance(step, OfTurn) and step.at.is_from_end:
        at = minus(amount, step.at.at)
    if at is None:
        hint = f"name them all, {shown(path)}[*].{shown((step.piece,))}, or one" if isinstance(step, OfName) else ""
        raise frame.fail("tie-path", f"which of the copies of {shown(path)} is tied isn't said", expr.span, hint=hint)
    if isinstance(at, Node) or isinstance(amount, Node):
        raise frame.fail("undecided", f"which of the copies of {shown(path)} is tied can't be told", expr.span)
    if not 0 <= at < amount:
        there = f"there are {amount} copies, 0 … {amount - 1}" if amount else "there are no copies"
        raise frame.fail("index", there, expr.span, f"this is {at}")
    return str(at)


def _all(content: Content, step: Step, path: Path, expr: tree.Expr, stated: Stated) -> Piece:
    """The turns that a loop around the tie runs through, which must be all that there are."""
    if isinstance(step, OfTurn):
        row = _numbers(content, stated.frame, expr)
        if row is not None and _covers(step.at.at, row, stated):
            return "*"
        loop = _loop_of(content, step.at.at, stated)
        if loop is not None:
            return loop
        raise _some_only(path, expr, stated.frame)
    items = content.items if isinstance(content, Network | Row) else ()
    same = [
        found for found in leaves(items) if isinstance(step, OfName) and same_piece(found.member.label[0], step.piece)
    ]
    loops = [around for found in same for around in found.around if isinstance(around, Loop)]
    index = next((index for index in _run_by(step) if index in stated.facts.ranges), None)
    if index is None or len(loops) != len(same) or not same or any(loop.variable != index for loop in loops):
        raise _some_only(path, expr, stated.frame)
    start, stop = stated.facts.ranges[index]
    if not _are_equal([(loops[0].start, start), (loops[-1].stop, stop)], stated):
        raise _some_only(path, expr, stated.frame)
    return same[0].member.label[0]


def _loop_of(content: Content, at: Size, stated: Stated) -> Piece | None:
    """The name of the members of the one symbolic loop that has the turns which a tie runs through, beside others."""
    items = content.items if isinstance(content, Network | Row) else ()
    turns = [one for one in leaves(items) if is_turn(one.member.label[0]) and isinstance(one.member.label[0], Template)]
    found: dict[Piece, int] = {}
    for one in turns:
        for around in one.around:
            number = numbered(one.member.label[0])
            if isinstance(around, Loop) and number is not None:
                first, end = (put_size(number, {around.variable: node(end)}) for end in (around.start, around.stop))
                if _covers(at, Numbers(first, end, True), stated):
                    found[one.member.label[0]] = id(around)
    label = next(iter(found), None)
    loops = {id(around) for one in turns for around in one.around if one.member.label[0] == label}
    return label if len(found) == 1 and len(loops) == 1 else None


def _covers(at: Size, row: Numbers, stated: Stated) -> bool:
    """Whether a turn that runs with a loop around the tie runs through all turns, one by one."""
    index = next((index for index in _indexes(at) if index in stated.facts.ranges), None)
    if index is None:
        return False
    offset = simple(minus(at, index))
    if _indexes(offset):
        return False
    start, stop = (minus(node(end), minus(0, offset)) for end in stated.facts.ranges[index])
    return _are_equal([(start, row.first), (stop, row.end)], stated)


def _are_equal(pairs: list[tuple[Size, Size]], stated: Stated) -> bool:
    facts = stated.frame.world.facts
    return all(decide(Compare("==", node(one), node(other)), facts) is True for one, other in pairs)


def _some_only(path: Path, expr: tree.Expr, frame: Frame) -> ModelError:
    there = shown(path)
    message = f"the loop ties only some of the turns{f' of {there}' if there else ''}, and how many there are is open"
    hint = f"tie all turns, {there or 'h'}[*], or one, {there or 'h'}[0]; or give the ends of the ranges as numbers"
    return frame.fail("tie-turns", message, expr.span, hint=hint)


def _no_member(content: Content, path: Path, expr: tree.Expr, frame: Frame) -> ModelError:
    names = [shown(one.member.label[:1]) for one in leaves(content.items)] if isinstance(content, Network | Row) else []
    name = shown(path[-1:])
    there = ", ".join(dict.fromkeys(names[:8]))
    hint = suggestion(name, names) or (f"a tie joins members that are there: {there}" if there else "")
    if isinstance(content, Network) and name not in content.named and not is_turn(path[-1]):
        message = f"{content.name} has no definition, argument or member called {name}"
        return frame.fail("no-member", message, expr.span, hint=hint)
    return frame.fail("tie-path", f"{shown(path)} is no member", expr.span, hint=hint)
