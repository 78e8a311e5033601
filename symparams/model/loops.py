"""Loops: unrolled over numbers and lists; over a symbolic range one body for all turns, cut where a condition asks for it.

A name that is carried from turn to turn is solved: `C = w`, `C = C + e` and `c = a*c` have closed forms.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from typing import Any

from ..formula.arithmetic import floor_divide
from ..formula.build import Size, minus, node, plus, solid, times
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Compare, Index, Node, contains
from ..formula.polynomial import polynomial
from ..syntax import tree
from .carried import Carried
from .evaluate import content, local, value
from .frame import as_list
from .marking import on_items
from .network import Copies, Item, Loop, Member, Network, Template, Turns
from .putting import put_index
from .ranges import bind_targets, difference, has_turns, natural, with_index
from .run import Body, run_turn
from .values import Stretch, is_size
from .world import MAX_MODULUS, Split

# ------------------------------------------------------------------------------------------------------ statements


def loop(statement: tree.For, body: Body) -> None:
    """Run a `for` of a module's body."""
    frame = body.frame
    found = value(statement.iterable, frame)
    if isinstance(found, Stretch):
        Symbolic(statement, body, found).part(found.start, found.stop)
        return
    rows = found if isinstance(found, range) else as_list(found, statement.iterable, frame)
    if isinstance(found, range) and frame.world.turns + len(found) > 0:
        frame.world.count_turns(len(found), frame.source, statement.iterable.span)
    if not rows:
        body.leave_out(statement.body)
    turns: list[tuple[Item, ...]] = []
    with frame.world.around(len(rows)):
        for item in rows:
            bind_targets(statement.targets, item, frame, statement.iterable.span)
            turns.append(run_turn(statement.body, body))
    if any(turns):
        body.items.append(Turns(tuple(turns)))


class Symbolic:
    """One `for` over a symbolic range."""

    def __init__(self, statement: tree.For, body: Body, stretch: Stretch) -> None:
        self.statement = statement
        self.body = body
        self.stretch = stretch
        self.frame = body.frame
        self.world = body.frame.world
        self.outside = set(body.frame.names)
        self.begun: set[str] = set()  # names that aren't numbers, for which the first turn was taken alone
        first = statement.targets[0]
        self.name = first if isinstance(first, str) else stretch.name

    def part(self, start: Size, stop: Size) -> None:
        """Run the turns start <= index < stop."""
        count = difference(stop, start)
        if not isinstance(count, Node):
            self._counted(start, int(count))
            return
        if not has_turns(start, stop, self.world, self.frame.source, self.statement.span):
            return
        index = Index(self.name, len(self.world.indexes))
        before = self.state()
        try:
            with_index(self.world, index, start, stop, lambda: self._turns(index, start, stop))
        except Split as split:
            if split.index is not index:
                raise
            self.world.count_cut(self.frame.source, self.statement.span)
            self.restore(before)
            self._cut(split, index, start, stop)

    def _counted(self, start: Size, count: int) -> None:
        self.world.count_turns(max(count, 0), self.frame.source, self.statement.span)
        turns: list[tuple[Item, ...]] = []
        for turn in range(count):
            self.bind(plus(start, turn))
            turns.append(run_turn(self.statement.body, self.body))
        if any(turns):
            self.body.items.append(Turns(tuple(turns)))

    def bind(self, at: Size) -> None:
        """Bind the loop's names to the item of one turn."""
        bind_targets(self.statement.targets, self.stretch.item(at), self.frame, self.statement.iterable.span)

    def _assume(self, condition_node: Compare, start: Size) -> None:
        if not natural(condition_node, self.world.facts):
            self.world.assume(condition_node, "", self.frame.source, self.statement.span)

    def state(self) -> tuple[dict[str, Any], int, dict[Any, Any], int]:
        """What the body has come to, to be restored."""
        return dict(self.frame.names), len(self.body.items), dict(self.body.labels), len(self.body.ties)

    def restore(self, state: tuple[dict[str, Any], int, dict[Any, Any], int]) -> None:
        """Go back to where the body was."""
        self.frame.names.clear()
        self.frame.names.update(state[0])
        del self.body.items[state[1] :]
        self.body.labels = dict(state[2])
        del self.body.ties[state[3] :]

    def _cut(self, split: Split, index: Index, start: Size, stop: Size) -> None:
        if split.modulus:
            self._classes(split.modulus, index, start, stop)
            return
        ends = [start, *split.points, stop]
        pieces = [(low, high) for low, high in itertools.pairwise(ends) if low != high]
        source, span = self.frame.source, self.statement.span
        for low, high in [piece for piece in pieces if has_turns(*piece, self.world, source, span, is_piece=True)]:
            self.part(low, high)

    def _turns(self, index: Index, start: Size, stop: Size) -> None:
        """The body once, at the index; carried names take their solved values before and after."""
        carried = Carried(self, index, start, stop)
        if carried.needs_first_turn:
            raise Split(index, (plus(start, 1),))
        before = dict(self.frame.names)
        self.frame.names.update(carried.at(index))
        self.bind(index)
        turn = self.open_turn(index)
        if turn:
            self.body.items.append(Loop(index, start, stop, turn))
        self._leave(index, start, stop, before, carried)

    def _leave(self, index: Index, start: Size, stop: Size, before: dict[str, Any], carried: Carried) -> None:
        """The names after the last turn. One that the turns overwrite needs a turn, unless that changes nothing."""
        last = minus(stop, 1)
        for name, entry in list(self.frame.names.items()):
            if before.get(name) is entry or name in carried.closed:
                continue
            if name in self.outside and name in before and not _same_before(before[name], entry, index, start):
                if name in self.statement.targets and not read_beside(self.body.statements, name):
                    del self.frame.names[name]  # an earlier loop's index, which nobody asks for
                    continue
                self._assume(Compare(">=", node(stop), node(plus(start, 1))), start)
            self.frame.names[name] = put_index(content(entry), index, last) if _has(entry, index) else entry
        self.frame.names.update(carried.at(stop))

    def _classes(self, modulus: int, index: Index, start: Size, stop: Size) -> None:
        """The turns by their remainder; those with the same members are one loop.

        Where a class meets another remainder, the turns are sorted by both at once.
        """
        if self.carried_names():
            names = ", ".join(sorted(self.carried_names()))
            message = f"{names} is carried from turn to turn where the turns differ by a remainder"
            hint = "write it as a formula in the loop's index, or give the range's end a number"
            raise self.frame.fail("carried", message, self.statement.span, hint=hint)
        found: list[tuple[Size, tuple[Item, ...], Index, int]] = []
        before = self.state()
        for remainder in range(modulus):
            turn_index = Index(self.name, index.level)
            whole = floor_divide(minus(minus(plus(stop, modulus - 1), remainder), start), modulus, self.world.facts)
            self.restore(before)
            try:
                items = with_index(
                    self.world,
                    turn_index,
                    0,
                    whole,
                    lambda r=remainder, i=turn_index: self._class(r, modulus, i, start),  # type: ignore[misc]
                )
            except Split as split:
                finer = math.lcm(modulus, split.modulus)
                if split.index is not turn_index or not modulus < finer <= MAX_MODULUS:
                    raise
                self.world.count_cut(self.frame.source, self.statement.span)
                self.restore(before)
                self._classes(finer, index, start, stop)
                return
            found.append((whole, items, turn_index, remainder))
        self._gather(found, start, stop)

    def _class(self, remainder: int, modulus: int, index: Index, start: Size) -> tuple[Item, ...]:
        self.bind(plus(plus(times(index, modulus), remainder), start))
        return self.open_turn(index)

    def open_turn(self, index: Index) -> tuple[Item, ...]:
        """The members of one turn; their labels hold the index, so that other parts of the range may use them again."""
        labels = dict(self.body.labels)
        self.body.loops.append(index)
        try:
            return run_turn(self.statement.body, self.body)
        finally:
            self.body.loops.pop()
            self.body.labels = labels

    def _gather(self, found: list[tuple[Size, tuple[Item, ...], Index, int]], start: Size, stop: Size) -> None:
        """Equal classes share one loop; the most frequent one counts what the others leave."""
        from .measure import total

        groups: dict[object, list[tuple[Size, tuple[Item, ...], Index, int]]] = {}
        for entry in found:
            groups.setdefault(alike(entry[1]), []).append(entry)
        rows = sorted(groups.values(), key=len)
        rest = minus(stop, start)
        for row in rows[:-1]:
            for whole, items, index, _ in row:
                rest = minus(rest, whole)
                self._class_loop(index, whole, items)
        last = rows[-1]
        is_counted = len(rows) > 1 and not self.world.tells_turns
        if is_counted and not any(_mentions_index(form, last[0][2]) for form in [solid(total(last[0][1]))]):
            anyone = self.world.fresh_index(self.name)  # which turns the others leave has no formula
            items = last[0][1] if len(last) == 1 else on_items(last[0][1], lambda one: _renumbered(one, anyone))
            self._class_loop(last[0][2], rest, items)
            return
        for whole, items, index, _ in last:
            self._class_loop(index, whole, items)

    def _class_loop(self, index: Index, whole: Size, items: tuple[Item, ...]) -> None:
        if items:
            self.body.items.append(Loop(index, 0, whole, items))

    def carried_names(self) -> set[str]:
        """The names that a turn may read before it sets them, and that have a value before the loop."""
        return {name for name in read_first(self.statement.body) if local(name, self.frame) is not None}


def alike(items: tuple[Item, ...]) -> tuple[object, ...]:
    """What makes turns equal: all but the numbers in their names."""
    return tuple([_alike_item(item) for item in items])


def _alike_item(item: Item) -> object:
    if isinstance(item, Turns):
        return tuple([alike(turn) for turn in item.turns])
    if not isinstance(item, Member):
        return (type(item), *item[:-1], alike(item.items))
    content: object = item.content
    amounts = []
    while isinstance(content, Copies):
        amounts.append(content.amount)
        content = content.inner
    names = [
        piece if isinstance(piece, str) else tuple([p for p in piece.parts if isinstance(p, str)])
        for piece in item.label
    ]
    inside = content
    if isinstance(content, Network):
        is_source = content.origin is not None and not content.is_edited
        inside = content.origin.key if is_source else id(content)
    return (tuple(names), tuple(amounts), inside, item.mark, item.active)


def _renumbered(member: Member, index: Index) -> Member:
    """The member under a name whose number may be any."""
    label = [
        piece if isinstance(piece, str) else Template(tuple([p if isinstance(p, str) else index for p in piece.parts]))
        for piece in member.label
    ]
    return member._replace(label=tuple(label))


def _same_before(old: Any, new: Any, index: Index, start: Size) -> bool:
    """Whether what a turn sets, taken at the turn before the first, is what the name was."""
    one, other = content(old), content(new)
    if not is_size(one) or not is_size(other):
        from .values import value_key

        return value_key(one) == value_key(other)
    at_first = put_index(other, index, minus(start, 1))
    return one == at_first or polynomial(node(minus(at_first, one)), ANY_NUMBERS).is_zero


def _mentions_index(form: Node, index: Index) -> bool:
    return contains(form, index)


def _has(entry: Any, index: Index) -> bool:
    from .values import Definition

    found = entry.value if isinstance(entry, Definition) else entry
    if isinstance(found, Node):
        return contains(found, index)
    return type(found) in (list, tuple) and any(_has(item, index) for item in found)


def assigned(statements: Iterable[tree.Statement]) -> list[str]:
    """The names that a body assigns, in the order met."""
    found: dict[str, None] = {}
    for statement in statements:
        if isinstance(statement, tree.Define):
            found.update(dict.fromkeys(statement.targets))
        elif isinstance(statement, tree.If):
            for branch in statement.branches:
                found.update(dict.fromkeys(assigned(branch.body)))
        elif isinstance(statement, tree.For):
            found.update(dict.fromkeys(assigned(statement.body)))
    return list(found)


def read_first(statements: tuple[tree.Statement, ...]) -> set[str]:
    """The names that a body assigns, but not before it may have read them."""
    names = set(assigned(statements))
    fresh: set[str] = set()
    read: set[str] = set()
    for statement in statements:
        read |= {name for name in names if tree.mentions(_read_part(statement), name)} - fresh
        if isinstance(statement, tree.Define):
            fresh |= set(statement.targets)
        else:
            read |= set(assigned((statement,))) - fresh  # one of its branches may leave the name as it was
    return read


def read_beside(statements: Iterable[tree.Statement], name: str) -> bool:
    """Whether a name is read outside of the loops that bind it; of a body that isn't known it is."""
    found = [_reads_beside(statement, name) for statement in statements]
    return any(found) or not found


def _reads_beside(statement: tree.Statement, name: str) -> bool:
    if isinstance(statement, tree.For):
        inside = name not in statement.targets and read_beside(statement.body, name)
        return inside or tree.mentions(statement.iterable, name)
    if isinstance(statement, tree.If):
        return any(
            tree.mentions(branch.condition, name) or read_beside(branch.body, name) for branch in statement.branches
        )
    return tree.mentions(statement, name)


def _read_part(statement: tree.Statement) -> Any:
    return statement.value if isinstance(statement, tree.Define) else statement
