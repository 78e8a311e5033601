"""Loops: unrolled over numbers and lists; over a symbolic range one body for all turns, cut where a condition asks for it.

A name that is carried from turn to turn is solved: `C = w`, `C = C + e` and `c = a*c` have closed forms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ..errors import Span
from ..formula.build import Decided, Size, grouped, minus, node, plain, plus, power, repeated, solid, times, written_sum
from ..formula.nodes import Compare, Floor, Index, Node, Series, Symbol, contains
from ..formula.polynomial import polynomial
from ..formula.series import closed_sum
from ..syntax import tree
from .evaluate import Frame, as_list, as_size, condition, content, local, value
from .network import Item, Loop, Turns
from .run import Body, run
from .values import Stretch, Value, is_size, put_index
from .world import Split
from .written import guarded, written

# ------------------------------------------------------------------------------------------------------ statements


def loop(statement: tree.For, body: Body) -> None:
    """Run a `for` of a module's body."""
    frame = body.frame
    found = value(statement.iterable, frame)
    if isinstance(found, Stretch):
        _Symbolic(statement, body, found).part(found.start, found.stop)
        return
    rows = found if isinstance(found, range) else as_list(found, statement.iterable, frame)
    if isinstance(found, range) and frame.world.turns + len(found) > 0:
        frame.world.count_turns(len(found), frame.source, statement.iterable.span)
    turns: list[tuple[Item, ...]] = []
    for item in rows:
        bind_targets(statement.targets, item, frame, statement.iterable.span)
        turns.append(_turn(statement.body, body))
    if any(turns):
        body.items.append(Turns(tuple(turns)))


def _turn(statements: tuple[tree.Statement, ...], body: Body) -> tuple[Item, ...]:
    items: list[Item] = []
    before = body.into(items)
    try:
        run(statements, body)
    finally:
        body.into(before)
    return tuple(items)


def bind_targets(targets: tuple[tree.Target, ...], item: Value, frame: Frame, span: Span) -> None:
    """Bind the names of `for a, (b, c) in …` to one item."""
    if len(targets) == 1:
        _bind(targets[0], item, frame, span)
        return
    if type(item) not in (list, tuple) or len(item) != len(targets):
        message = f"{len(targets)} names are bound, but each item is {'a list of ' + str(len(item)) if type(item) in (list, tuple) else 'one value'}"
        raise frame.fail("unpack", message, span)
    for target, part in zip(targets, item, strict=True):
        _bind(target, part, frame, span)


def _bind(target: tree.Target, item: Value, frame: Frame, span: Span) -> None:
    if isinstance(target, str):
        frame.names[target] = item
    else:
        bind_targets(target, item, frame, span)


class _Symbolic:
    """One `for` over a symbolic range."""

    def __init__(self, statement: tree.For, body: Body, stretch: Stretch) -> None:
        self.statement = statement
        self.body = body
        self.stretch = stretch
        self.frame = body.frame
        self.world = body.frame.world
        self.outside = set(body.frame.names)
        first = statement.targets[0]
        self.name = first if isinstance(first, str) else stretch.name

    def part(self, start: Size, stop: Size) -> None:
        """Run the turns start <= index < stop."""
        count = minus(stop, start)
        if count == 0:
            return
        if count == 1:
            self._single(start)
            return
        if not isinstance(count, Node):
            return
        self._assume(Compare(">=", node(stop), node(start)), start)
        index = Index(self.name, len(self.world.indexes))
        before = self._state()
        try:
            with_index(self.world, index, start, stop, lambda: self._turns(index, start, stop))
        except Split as split:
            if split.index is not index:
                raise
            self._restore(before)
            self._cut(split, index, start, stop)

    def _single(self, at: Size) -> None:
        self._bind(at)
        turn = _turn(self.statement.body, self.body)
        if turn:
            self.body.items.append(Turns((turn,)))

    def _bind(self, at: Size) -> None:
        bind_targets(self.statement.targets, self.stretch.item(at), self.frame, self.statement.iterable.span)

    def _assume(self, condition_node: Compare, start: Size) -> None:
        if not natural(condition_node, self.world.facts):
            self.world.assume(condition_node, "", self.frame.source, self.statement.span)

    def _state(self) -> tuple[dict[str, Any], int, dict[Any, Any], int]:
        return dict(self.frame.names), len(self.body.items), dict(self.body.labels), len(self.body.ties)

    def _restore(self, state: tuple[dict[str, Any], int, dict[Any, Any], int]) -> None:
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
        for low, high in zip(ends, ends[1:], strict=False):
            if low != high:
                self._assume(Compare("<=", node(low), node(high)), start)
        for low, high in zip(ends, ends[1:], strict=False):
            self.part(low, high)

    def _turns(self, index: Index, start: Size, stop: Size) -> None:
        """The body once, at the index; carried names take their solved values before and after."""
        carried = _Carried(self, index, start, stop)
        if carried.needs_first_turn:
            raise Split(index, (plus(start, 1),))
        before = dict(self.frame.names)
        self.frame.names.update(carried.at(index))
        self._bind(index)
        turn = self._open_turn(index)
        if turn:
            self.body.items.append(Loop(index, start, stop, turn))
        self._leave(index, start, stop, before, carried)

    def _leave(self, index: Index, start: Size, stop: Size, before: dict[str, Any], carried: _Carried) -> None:
        """The names after the last turn. One that the turns overwrite needs a turn, unless that changes nothing."""
        last = minus(stop, 1)
        for name, entry in list(self.frame.names.items()):
            if before.get(name) is entry or name in carried.closed:
                continue
            if name in self.outside and not _same_before(before[name], entry, index, start):
                self._assume(Compare(">=", node(stop), node(plus(start, 1))), start)
            self.frame.names[name] = put_index(content(entry), index, last) if _has(entry, index) else entry
        self.frame.names.update(carried.at(stop))

    def _classes(self, modulus: int, index: Index, start: Size, stop: Size) -> None:
        """The turns by their remainder; those with the same members are one loop."""
        if self._carried_names():
            names = ", ".join(sorted(self._carried_names()))
            message = f"{names} is carried from turn to turn where the turns differ by a remainder"
            hint = "write it as a formula in the loop's index, or give the range's end a number"
            raise self.frame.fail("carried", message, self.statement.span, hint=hint)
        found: list[tuple[Size, tuple[Item, ...], Index, int]] = []
        before = self._state()
        for remainder in range(modulus):
            turn_index = Index(self.name, index.level)
            whole = floor(minus(minus(plus(stop, modulus - 1), remainder), start), modulus, self.world.facts)
            self._restore(before)
            items = with_index(
                self.world, turn_index, 0, whole, lambda r=remainder, i=turn_index: self._class(r, modulus, i, start)  # type: ignore[misc]
            )
            found.append((whole, items, turn_index, remainder))
        self._gather(found, start, stop)

    def _class(self, remainder: int, modulus: int, index: Index, start: Size) -> tuple[Item, ...]:
        self._bind(plus(plus(times(index, modulus), remainder), start))
        return self._open_turn(index)

    def _open_turn(self, index: Index) -> tuple[Item, ...]:
        """The members of one turn; their labels hold the index, so that other parts of the range may use them again."""
        labels = dict(self.body.labels)
        self.body.loops.append(index)
        try:
            return _turn(self.statement.body, self.body)
        finally:
            self.body.loops.pop()
            self.body.labels = labels

    def _gather(self, found: list[tuple[Size, tuple[Item, ...], Index, int]], start: Size, stop: Size) -> None:
        """Equal classes share one loop; the most frequent one counts what the others leave."""
        from .measure import total

        groups: dict[Node, list[tuple[Size, tuple[Item, ...], Index, int]]] = {}
        for entry in found:
            groups.setdefault(solid(total(entry[1])), []).append(entry)
        rows = sorted(groups.values(), key=len)
        rest = minus(stop, start)
        for row in rows[:-1]:
            for whole, items, index, _ in row:
                rest = minus(rest, whole)
                self._class_loop(index, whole, items)
        last = rows[-1]
        if len(rows) > 1 and not any(_mentions_index(form, last[0][2]) for form in [solid(total(last[0][1]))]):
            self._class_loop(last[0][2], rest, last[0][1])
            return
        for whole, items, index, _ in last:
            self._class_loop(index, whole, items)

    def _class_loop(self, index: Index, whole: Size, items: tuple[Item, ...]) -> None:
        if items:
            self.body.items.append(Loop(index, 0, whole, items))

    def _carried_names(self) -> set[str]:
        """The names that a turn may read before it sets them, and that have a value before the loop."""
        return {name for name in read_first(self.statement.body) if local(name, self.frame) is not None}


def _same_before(old: Any, new: Any, index: Index, start: Size) -> bool:
    """Whether what a turn sets, taken at the turn before the first, is what the name was."""
    one, other = content(old), content(new)
    if not is_size(one) or not is_size(other):
        from .values import value_key

        return value_key(one) == value_key(other)
    at_first = put_index(other, index, minus(start, 1))
    return one == at_first or polynomial(node(minus(at_first, one))).is_zero


def _mentions_index(form: Node, index: Index) -> bool:
    return contains(form, index)


def _has(entry: Any, index: Index) -> bool:
    from .values import Definition

    found = entry.value if isinstance(entry, Definition) else entry
    if isinstance(found, Node):
        return contains(found, index)
    return type(found) in (list, tuple) and any(_has(item, index) for item in found)


def floor(size: Size, modulus: int, facts: Any) -> Size:
    """size // modulus, decided where its formula says so."""
    from ..formula.build import over

    quotient = over(size, modulus)
    if not isinstance(quotient, Node):
        return int(quotient // 1)
    simple = polynomial(Floor(quotient), facts)
    return simple.constant if simple.constant is not None else plain(simple.node())


def with_index(world: Any, index: Index, start: Size, stop: Size, action: Callable[[], Any]) -> Any:
    """Do something while the index of a loop ranges over start … stop - 1."""
    facts = world.facts
    world.facts = facts.with_index(index, node(start), node(stop))
    world.indexes.append(index)
    try:
        return action()
    finally:
        world.indexes.pop()
        kept = [known for known in world.facts.assumptions if known not in facts.assumptions and not contains(known, index)]
        for known in kept:
            facts = facts.with_assumption(known)
        world.facts = facts


def natural(known: Node, facts: Any) -> bool:
    """Whether a condition holds for all sizes of at least 0, so that nobody needs to be told."""
    from ..formula.domain import Domain
    from ..formula.nodes import symbols
    from ..formula.polynomial import decide

    for symbol in symbols(known):
        old = facts.domains.get(symbol.name)
        if old is None or (old.kind == "int" and old.least > 0):
            facts = facts.with_domains({symbol.name: Domain("int", 0)})
    return decide(known, facts) is True


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
        read |= {name for name in names if _mentions(_read_part(statement), name)} - fresh
        if isinstance(statement, tree.Define):
            fresh |= set(statement.targets)
        else:
            read |= set(assigned((statement,))) - fresh  # one of its branches may leave the name as it was
    return read


def _read_part(statement: tree.Statement) -> Any:
    return statement.value if isinstance(statement, tree.Define) else statement


def _mentions(tree_part: Any, name: str) -> bool:
    if isinstance(tree_part, tree.Name):
        return tree_part.name == name
    return isinstance(tree_part, tuple) and any(_mentions(part, name) for part in tree_part)


# ------------------------------------------------------------------------------------------------------ carried names


class _Carried:
    """The names that one turn hands to the next, solved as formulas of the index."""

    def __init__(self, loop: _Symbolic, index: Index, start: Size, stop: Size) -> None:
        self.loop = loop
        self.index = index
        self.start = start
        self.needs_first_turn = False
        self.closed: dict[str, Callable[[Size], Value]] = {}
        self.before = {name: content(local(name, loop.frame)) for name in loop._carried_names()}
        if self.before:
            self._solve(self._updates(self.before))

    def at(self, turn: Size) -> dict[str, Value]:
        """The carried values at the beginning of a turn."""
        return {name: closed(turn) for name, closed in self.closed.items()}

    def _updates(self, names: dict[str, Value]) -> dict[str, Value]:
        """What each name becomes in one turn, in terms of marks for what the names were."""
        frame, body = self.loop.frame, self.loop.body
        state = self.loop._state()
        was_dry, body.is_dry = body.is_dry, True
        marks = {name: mark(name) if is_size(found) else found for name, found in names.items()}
        try:
            frame.names.update(marks)
            self.loop._bind(self.index)
            _turn(self.loop.statement.body, body)
            return {name: content(frame.names[name]) for name in names}
        finally:
            body.is_dry = was_dry
            self.loop._restore(state)

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
        from .values import value_key

        if value_key(update) != value_key(first):
            self.needs_first_turn = True
        self.closed[name] = lambda turn: update
        return True

    def _with_solved(self, update: Size) -> Size:
        from ..formula.substitute import substitute

        marks: dict[Node, Node] = {mark(name): node(closed(self.index)) for name, closed in self.closed.items() if _uses(update, name)}
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
            self.closed[name] = lambda turn: plus(first, times(each, minus(turn, self.start)))
            return True
        if self._sum(step, self.index) is None:
            return False
        self.closed[name] = lambda turn: plus(first, plain(self._sum(step, turn).node()))
        return True

    def _sum(self, step: Any, turn: Size) -> Any:
        inner = Index(self.index.name, self.index.level + 1000)
        from ..formula.substitute import substitute

        moved = polynomial(substitute(step.node(), {self.index: inner}), self.loop.world.facts)
        return closed_sum(moved, inner, polynomial(node(self.start)), polynomial(node(turn)))

    def _no_closed_form(self, name: str, update: Value) -> Exception:
        from ..formula.substitute import substitute
        from ..render.text import unicode as unicode_text

        shown = "another value"
        if is_size(update):
            named: dict[Node, Node] = {mark(other): Symbol(other) for other in self.before}
            shown = unicode_text(substitute(polynomial(node(update)).node(), named))
        message = f"{name} is carried from turn to turn as {name} ↦ {shown}, which has no closed form"
        hint = f"give the range's end a number, or write {name} as a formula in {self.loop.name}"
        return self.loop.frame.fail("carried", message, self.loop.statement.span, hint=hint)


def mark(name: str) -> Symbol:
    """The mark that stands for a carried name's value before the turn."""
    return Symbol(f"{name}\u2032")


def _uses(update: Value, name: str) -> bool:
    return isinstance(update, Node) and contains(update, mark(name))


# ------------------------------------------------------------------------------------------------------ expressions


def comprehension(expr: tree.Comprehension, frame: Frame) -> Value:
    """`[element for …]`: a list, or a row of symbolic length."""
    clause = expr.clauses[0]
    found = value(clause.iterable, frame)
    if isinstance(found, Stretch):
        if len(expr.clauses) > 1 or clause.conditions:
            message = "over a symbolic range a comprehension has one `for` and no `if`"
            raise frame.fail("comprehension", message, expr.span)
        return Stretch(_target_name(clause), found.start, found.stop, lambda i: _element(expr, clause, found.item(i), frame))
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
    for item in as_list(value(clause.iterable, frame), clause.iterable, frame):
        inner = frame.inner()
        bind_targets(clause.targets, item, inner, clause.span)
        if all(_holds(test, inner) for test in clause.conditions):
            frames += turns_of(expr, depth + 1, inner)
    return frames


def _holds(test: tree.Expr, frame: Frame) -> bool:
    known = condition(test, frame)
    if isinstance(known, bool):
        return known
    raise frame.fail("undecided", "whether the item is in the list can't be decided", test.span, hint="give the sizes as numbers")


def total(expr: tree.Call, frame: Frame) -> Size | None:
    """The value of `sum(…)` over a comprehension or a row of symbolic length; None for an ordinary list."""
    from .paths import closed

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
        return solid(written(expr.element, frame))
    clause = expr.clauses[depth]
    found = value(clause.iterable, frame)

    def term(item: Value) -> Node:
        inner = frame.inner()
        bind_targets(clause.targets, item, inner, clause.span)
        return _filtered(clause.conditions, inner, lambda: _clauses_total(expr, depth + 1, inner))

    if isinstance(found, Stretch):
        name = _target_name(clause)
        return _series(name, found.start, found.stop, lambda at: term(found.item(at)), frame, expr.span)
    return folded([grouped(term(item)) for item in as_list(found, clause.iterable, frame)])


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


def _series(
    name: str, start: Size, stop: Size, term: Callable[[Size], Node], frame: Frame, span: Span
) -> Node:
    """The sum of a term over a symbolic range, the range cut where a condition in the term asks for it."""
    world = frame.world
    count = minus(stop, start)
    if not isinstance(count, Node):
        turns = [grouped(term(plus(start, i))) for i in range(int(count))]
        return folded(turns)
    index = Index(name, len(world.indexes))
    needed = Compare(">=", node(stop), node(start))
    if not natural(needed, world.facts):
        world.assume(needed, "", frame.source, span)
    try:
        body = with_index(world, index, start, stop, lambda: term(index))
    except Split as split:
        if split.index is not index or split.modulus:
            raise
        ends = [start, *split.points, stop]
        for low, high in zip(ends, ends[1:], strict=False):
            if low != high:
                needed = Compare("<=", node(low), node(high))
                if not natural(needed, world.facts):
                    world.assume(needed, "", frame.source, span)
        parts = [_series(name, low, high, term, frame, span) for low, high in zip(ends, ends[1:], strict=False) if low != high]
        return written_sum(grouped(part) for part in parts)
    return repeated(count, body, index, start, stop)


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


__all__ = ["Series", "comprehension", "loop", "total", "written_total"]
