"""Comprehensions and `sum(…)`: turn by turn over numbers and lists, as a Σ over a symbolic range."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise

from ..errors import Span
from ..formula.arithmetic import floor_divide
from ..formula.build import Decided, Size, grouped, guarded, node, plus, repeated, solid, times, written_sum
from ..formula.nodes import Index, Node
from ..syntax import tree
from .evaluate import condition, value
from .frame import Frame, as_list, as_size
from .measure import closed, folded
from .ranges import bind_targets, difference, has_turns, with_index
from .values import Stretch, Value
from .world import Split
from .written import written


def comprehension(expr: tree.Comprehension, frame: Frame) -> Value:
    """`[element for …]`: a list, or a row of symbolic length."""
    clause = expr.clauses[0]
    found = value(clause.iterable, frame)
    if isinstance(found, Stretch):
        if len(expr.clauses) > 1 or clause.conditions:
            message = "over a symbolic range a comprehension has one `for` and no `if`"
            raise frame.fail("comprehension", message, expr.span, hint="give the range's end a number")
        return Stretch(
            _target_name(clause), found.start, found.stop, lambda i: _element(expr, clause, found.item(i), frame)
        )
    return _unrolled(expr, 0, frame)


def _target_name(clause: tree.Clause) -> str:
    first = clause.targets[0]
    return first if isinstance(first, str) else "i"


def _element(expr: tree.Comprehension, clause: tree.Clause, item: Value, frame: Frame) -> Value:
    inner = frame.inner()
    bind_targets(clause.targets, item, inner, clause.span)
    return value(expr.element, inner)


def _unrolled(expr: tree.Comprehension, depth: int, frame: Frame) -> list[Value]:
    return [value(expr.element, inner) for inner in turns_of(expr, depth, frame)]


def turns_of(expr: tree.Comprehension, depth: int, frame: Frame) -> list[Frame]:
    """A frame for each turn of the clauses from `depth` on."""
    if depth == len(expr.clauses):
        return [frame]
    clause = expr.clauses[depth]
    frames: list[Frame] = []
    rows = as_list(value(clause.iterable, frame), clause.iterable, frame)
    with frame.world.around(len(rows)):
        for item in rows:
            inner = frame.inner()
            bind_targets(clause.targets, item, inner, clause.span)
            if all(_holds(test, inner) for test in clause.conditions):
                frames += turns_of(expr, depth + 1, inner)
    return frames


def _holds(test: tree.Expr, frame: Frame) -> bool:
    known = condition(test, frame)
    if isinstance(known, bool):
        return known
    raise frame.fail(
        "undecided", "whether the item is in the list can't be decided", test.span, hint="give the sizes as numbers"
    )


def total(expr: tree.Call, frame: Frame) -> Size | None:
    """The value of `sum(…)` over a comprehension or a row of symbolic length; None for an ordinary list."""
    form = written_total(expr, frame)
    return None if form is None else closed(solid(form))


def written_total(expr: tree.Call, frame: Frame) -> Node | None:
    """The formula of `sum(…)`: the turns in a row, or a Σ; None where it isn't over a comprehension or symbolic row."""
    if len(expr.args) != 1 or isinstance(expr.args[0], tree.Keyword | tree.Star):
        return None
    only = expr.args[0]
    if isinstance(only, tree.Comprehension):
        return _clauses_total(only, 0, frame)
    row = value(only, frame)
    if not isinstance(row, Stretch):
        return None
    return _series(row.name, row.start, row.stop, lambda at: node(as_size(row.item(at), only, frame)), frame, expr.span)


def _clauses_total(expr: tree.Comprehension, depth: int, frame: Frame) -> Node:
    """The sum over the clauses of a comprehension from `depth` on."""
    if depth == len(expr.clauses):
        return written(expr.element, frame)
    clause = expr.clauses[depth]
    found = value(clause.iterable, frame)

    def term(item: Value) -> Node:
        inner = frame.inner()
        bind_targets(clause.targets, item, inner, clause.span)
        return _filtered(clause.conditions, inner, lambda: _clauses_total(expr, depth + 1, inner))

    if isinstance(found, Stretch):
        name = _target_name(clause)
        return _series(name, found.start, found.stop, lambda at: term(found.item(at)), frame, expr.span)
    rows = as_list(found, clause.iterable, frame)
    with frame.world.around(len(rows)):
        return folded([grouped(term(item)) for item in rows])


def _filtered(tests: tuple[tree.Expr, ...], frame: Frame, action: Callable[[], Node]) -> Node:
    """A term under the conditions of its clause: nothing where one fails, in a bracket where one is open."""
    still_open = []
    for test in tests:
        known = condition(test, frame)
        if known is False:
            return Decided(0)
        if isinstance(known, Node):
            still_open.append(known)
    form = action()
    for known in still_open:
        form = guarded(known, form)
    return form


def _series(name: str, start: Size, stop: Size, term: Callable[[Size], Node], frame: Frame, span: Span) -> Node:
    """The sum of a term over a symbolic range, the range cut where a condition in the term asks for it."""
    world = frame.world
    count = difference(stop, start)
    if not isinstance(count, Node):
        world.count_turns(max(int(count), 0), frame.source, span)
        return folded([grouped(term(plus(start, i))) for i in range(int(count))])
    if not has_turns(start, stop, world, frame.source, span):
        return Decided(0)
    index = Index(name, len(world.indexes))
    try:
        body = with_index(world, index, start, stop, lambda: term(index))
    except Split as split:
        if split.index is not index:
            raise
        world.count_cut(frame.source, span)
        parts = _classes if split.modulus else _pieces
        return written_sum(grouped(part) for part in parts(split, start, stop, term, frame, span))
    return repeated(count, body, index, start, stop)


def _pieces(
    split: Split, start: Size, stop: Size, term: Callable[[Size], Node], frame: Frame, span: Span
) -> Iterator[Node]:
    """The sums over the pieces of a range that was cut."""
    ends = [start, *split.points, stop]
    pieces = [(low, high) for low, high in pairwise(ends) if low != high]
    kept = [piece for piece in pieces if has_turns(*piece, frame.world, frame.source, span, is_piece=True)]
    for low, high in kept:
        yield _series(split.index.name, low, high, term, frame, span)


def _classes(
    split: Split, start: Size, stop: Size, term: Callable[[Size], Node], frame: Frame, span: Span
) -> Iterator[Node]:
    """The sums over the turns of each remainder."""
    modulus = split.modulus
    for remainder in range(modulus):
        first = plus(start, remainder)
        turns = floor_divide(plus(difference(stop, first), modulus - 1), modulus, frame.world.facts)
        yield _series(split.index.name, 0, turns, _every(modulus, first, term), frame, span)


def _every(modulus: int, first: Size, term: Callable[[Size], Node]) -> Callable[[Size], Node]:
    return lambda turn: term(plus(times(turn, modulus), first))
