"""Names that one turn of a symbolic loop hands to the next, solved as formulas of the index.

`C = w`, `C = C + e` and `c = a*c` have closed forms; any other update is an error that shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..formula.build import Size, minus, node, plain, plus, power, times
from ..formula.nodes import Index, Node, Symbol, contains
from ..formula.polynomial import polynomial
from ..formula.series import closed_sum
from ..formula.substitute import substitute
from ..render.text import unicode
from .evaluate import content, local
from .putting import put_index
from .run import run_turn
from .values import Value, is_size, value_key

if TYPE_CHECKING:
    from .loops import Symbolic


class Carried:
    """The names that one turn hands to the next, solved as formulas of the index."""

    def __init__(self, loop: Symbolic, index: Index, start: Size, stop: Size) -> None:
        self.loop = loop
        self.index = index
        self.start = start
        self.needs_first_turn = False
        self.closed: dict[str, Callable[[Size], Value]] = {}
        self.before = {name: content(local(name, loop.frame)) for name in loop.carried_names()}
        if self.before:
            self._solve(self._updates(self.before))

    def at(self, turn: Size) -> dict[str, Value]:
        """The carried values at the beginning of a turn."""
        return {name: closed(turn) for name, closed in self.closed.items()}

    def _updates(self, names: dict[str, Value]) -> dict[str, Value]:
        """What each name becomes in one turn, in terms of marks for what the names were."""
        frame, body = self.loop.frame, self.loop.body
        state = self.loop.state()
        was_dry, body.is_dry = body.is_dry, True
        marks = {name: mark(name) if is_size(found) else found for name, found in names.items()}
        try:
            frame.names.update(marks)
            self.loop.bind(self.index)
            run_turn(self.loop.statement.body, body)
            return {name: content(frame.names[name]) for name in names}
        finally:
            body.is_dry = was_dry
            self.loop.restore(state)

    def _solve(self, updates: dict[str, Value]) -> None:
        waiting = dict(updates)
        while waiting:
            solved = [name for name, update in waiting.items() if self._solved(name, update, waiting)]
            if not solved:
                name = next(iter(waiting))
                raise self._no_closed_form(name, waiting[name])
            for name in solved:
                del waiting[name]

    def _solved(self, name: str, update: Value, waiting: dict[str, Value]) -> bool:
        """Solve one name if what it depends on is solved; True when it is."""
        first = self.before[name]
        if not is_size(update) or not is_size(first):
            return self._solved_other(name, update, first)
        others = [other for other in waiting if other != name and _uses(update, other)]
        if others:
            return False
        update = self._with_solved(update)
        if not _uses(update, name):
            return self._replaced(name, update, first)
        linear = polynomial(node(update), self.loop.world.facts).linear_in(mark(name))
        if linear is None:
            return False
        slope, step = linear
        if slope.constant == 1:
            return self._added(name, step, first)
        if step.is_zero and not contains(slope.node(), self.index) and not _uses(slope.node(), name):
            ratio = plain(slope.node())
            self.closed[name] = lambda turn: times(first, power(ratio, minus(turn, self.start)))
            return True
        return False

    def _solved_other(self, name: str, update: Value, first: Value) -> bool:
        if value_key(update) != value_key(first):
            if name in self.loop.begun:
                raise self._no_closed_form(name, update)
            self.loop.begun.add(name)
            self.needs_first_turn = True
        self.closed[name] = lambda turn: update
        return True

    def _with_solved(self, update: Size) -> Size:

        marks: dict[Node, Node] = {
            mark(name): node(closed(self.index)) for name, closed in self.closed.items() if _uses(update, name)
        }
        return plain(substitute(node(update), marks)) if marks else update

    def _replaced(self, name: str, update: Size, first: Size) -> bool:
        """`C = w`: from the second turn on it is the w of the turn before."""
        at_first = put_index(update, self.index, minus(self.start, 1))
        if polynomial(node(minus(at_first, first)), self.loop.world.facts).is_zero:
            self.closed[name] = lambda turn: put_index(update, self.index, minus(turn, 1))
            return True
        self.needs_first_turn = True
        self.closed[name] = lambda turn: put_index(update, self.index, minus(turn, 1))
        return True

    def _added(self, name: str, step: Any, first: Size) -> bool:
        """`C = C + e`: the first value and the sum of the steps so far."""
        if not contains(step.node(), self.index):
            each = plain(step.node())
            self.closed[name] = lambda turn: self._simple(plus(first, times(each, minus(turn, self.start))))
            return True
        if self._sum(step, self.index) is None:
            return False
        self.closed[name] = lambda turn: plus(first, plain(self._sum(step, turn).node()))
        return True

    def _simple(self, found: Size) -> Size:
        """A value of a range that doesn't begin at 0, without the terms that cancel."""
        return (
            found
            if self.start == 0 or not isinstance(found, Node)
            else plain(polynomial(found, self.loop.world.facts).node())
        )

    def _sum(self, step: Any, turn: Size) -> Any:
        inner = Index(self.index.name, self.index.level + 1000)

        facts = self.loop.world.facts
        moved = polynomial(substitute(step.node(), {self.index: inner}), self.loop.world.facts)
        return closed_sum(moved, inner, polynomial(node(self.start), facts), polynomial(node(turn), facts))

    def _no_closed_form(self, name: str, update: Value) -> Exception:

        shown = "another value"
        if is_size(update):
            named: dict[Node, Node] = {mark(other): Symbol(other) for other in self.before}
            shown = unicode(substitute(polynomial(node(update)).node(), named))
        message = f"{name} is carried from turn to turn as {name} ↦ {shown}, which has no closed form"
        hint = f"give the range's end a number, or write {name} as a formula in {self.loop.name}"
        return self.loop.frame.fail("carried", message, self.loop.statement.span, hint=hint)


def mark(name: str) -> Symbol:
    """The mark that stands for a carried name's value before the turn."""
    return Symbol(f"{name}\u2032")


def _uses(update: Value, name: str) -> bool:
    return isinstance(update, Node) and contains(update, mark(name))
