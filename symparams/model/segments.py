"""Ranges of turns cut where a path asks for it: `h[:k]`, `h[3]`, `h[::2]`, `denselayer3`, or the index of a loop around."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from math import gcd
from typing import Any, NamedTuple

from ..errors import ModelError, Span
from ..formula.arithmetic import floor_divide, modulo
from ..formula.build import Size, minus, node, over, plain, plus, times
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Compare, Index, Node, walk
from ..formula.polynomial import decide, polynomial
from ..formula.residues import rejoined
from ..formula.terms import total
from .frame import Frame
from .network import Guard, Item, Loop, Piece, Template
from .putting import put_items, put_size
from .selecting import Found, leaves, parted_name
from .steps import Bound, OfName, OfRange, OfTurn, Step


class Picked(NamedTuple):
    """Turns of a loop, by its own index: from, to, each how-manieth; `variable` is that of a loop around, if it is its turn."""

    start: Size
    stop: Size
    stride: int = 1
    variable: Index | None = None


class Row(NamedTuple):
    """The numbers that an owner's turns bear: the first, the one behind the last, whether one loop makes them all, or all but some.

    name: of turns that have names, `layer_{i}`, what stands around their numbers; an index counts such turns from 0 on.
    """

    first: Size
    end: Size
    is_whole: bool
    is_single: bool = False
    name: tuple[str, str] | None = None


class Cut(NamedTuple):
    """A part of a loop: its items, or a loop of them, and what stands in them for the index of the whole."""

    at: Size
    part: Loop | tuple[Item, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """The part as items of the owner."""
        return (self.part,) if isinstance(self.part, Loop) else self.part


class Cutter:
    """Cuts loops in one place of a text."""

    def __init__(self, frame: Frame, span: Span, loops: tuple[Index, ...]) -> None:
        self.frame = frame
        self.world = frame.world
        self.span = span
        self.loops = loops  # of the statements around, whose turns a path may name
        self.is_alone = False  # whether one open turn is a member of its own too, not a loop of one turn

    # ---------------------------------------------------------------------------------------- numbered members

    def row(self, items: tuple[Item, ...], prefix: tuple[Piece, ...]) -> Row | None:
        """The numbers of the members that stand behind a prefix; None where there are none."""
        below = [one for one in leaves(items) if one.member.label[: len(prefix)] == prefix]
        found = [one for one in below if not self._is_absent(one)]
        pieces = [(one, one.member.label[len(prefix)]) for one in found if len(one.member.label) > len(prefix)]
        numbers = [(one, number) for one, piece in pieces if (number := numbered(piece)) is not None]
        name: tuple[str, str] | None = None
        if not numbers:
            named = [(one, parted) for one, piece in pieces if (parted := parted_name(piece)) is not None]
            if not named or len(named) < len(pieces) or len({around for _, (around, _) in named}) > 1:
                return None
            name, numbers = named[0][1][0], [(one, number) for one, (_, number) in named]
        first, last = numbers[0], numbers[-1]
        loops = {around for one, _ in numbers for around in one.around if isinstance(around, Loop)}
        ends = [self._end(*first, is_last=False), plus(self._end(*last, is_last=True), 1)]
        is_whole, classes = len(loops) == 1, self._classes_at_end(numbers)
        if classes is not None:
            ends[1], is_whole = classes.end, classes.is_whole
        return Row(ends[0], ends[1], is_whole and all(one.around for one, _ in numbers), len(loops) == 1, name)

    def _is_absent(self, found: Found) -> bool:
        """Whether a condition around a member is known not to hold here."""
        guards = [around.condition for around in found.around if isinstance(around, Guard)]
        return any(decide(guard, self.world.facts) is False for guard in guards)

    def _classes_at_end(self, numbers: list[tuple[Found, Size]]) -> Row | None:
        """The turns at the end, where they were sorted by their remainders, s·i, s·i + 1, …; None where they weren't."""
        stops: dict[Size, Size] = {}
        slope, count = 1, 0
        for found, number in reversed(numbers):
            one = next(
                (one for loop in found.around if isinstance(loop, Loop) and (one := _linear(number, loop))), None
            )
            if one is None or one.slope == 1 or slope not in (1, one.slope):
                break
            slope, count = one.slope, count + 1
            stops.setdefault(one.offset, one.loop.stop)
        facts = self.world.facts
        least = min(stops, key=lambda offset: self._place_of(offset, stops), default=0)
        if slope == 1 or {self._place_of(offset, [least]) for offset in stops} != set(range(slope)):
            return None
        turns = simple(plain(rejoined(total([polynomial(node(stop), facts) for stop in stops.values()]), facts).node()))
        for offset, stop in stops.items():
            place = int(self._place_of(offset, [least]))
            if floor_divide(simple(plus(turns, slope - 1 - place)), slope, facts) != stop:
                return None
        return Row(least, simple(plus(least, turns)), count == len(numbers))

    def _place_of(self, offset: Size, others: Iterable[Size]) -> int:
        """How far a number is from another; -1 where that isn't known."""
        found = simple(minus(offset, next(iter(others))))
        return found if isinstance(found, int) else -1

    def _end(self, found: object, number: Size, *, is_last: bool) -> Size:
        if isinstance(number, Node):
            for around in found.around:  # type: ignore[attr-defined]
                if isinstance(around, Loop):
                    at = minus(around.stop, 1) if is_last else around.start
                    number = put_size(number, {around.variable: node(at)})
        return number

    # ---------------------------------------------------------------------------------------- what a step picks

    def absolute(self, step: OfTurn | OfRange, row: Row) -> Picked:
        """The numbers that a step picks. Raises: `ModelError` where there are no such turns; with symbols it is assumed."""
        if isinstance(step, OfTurn):
            at = self._place(step.at, row)
            index = self._index_in(at)
            if index is None:
                self._need(row.first, at, row, strictly=False)
                self._need(at, row.end, row, strictly=True)
            return Picked(at, plus(at, 1), 1, index)
        start, stop = self._place(step.start, row), self._place(step.stop, row)
        self._need(row.first, start, row, strictly=False)
        self._need(start, stop, row, strictly=False)
        self._need(stop, row.end, row, strictly=False)
        return Picked(start, stop, step.stride)

    def _place(self, bound: Bound, row: Row) -> Size:
        if bound.is_from_end:
            return simple(minus(row.end, bound.at))
        return simple(plus(row.first, bound.at)) if row.name else bound.at

    def _index_in(self, at: Size) -> Index | None:
        inside = {part for part in walk(at) if isinstance(part, Index)} if isinstance(at, Node) else set()
        return next((index for index in self.loops if index in inside), None)

    def _need(self, low: Size, high: Size, row: Row | None, *, strictly: bool) -> None:
        """What must hold for the turns to be there: decided, or assumed."""
        test = Compare("<" if strictly else "<=", node(low), node(high))
        if not isinstance(low, Node) and not isinstance(high, Node):
            known: bool | Node = low < high if strictly else low <= high
        else:
            known = self.world.decide(test)
        if known is False:
            raise self._no_turns(row)
        if known is not True:
            self.world.assume(self._told(low, high, strictly), "", self.frame.source, self.span)

    def _told(self, low: Size, high: Size, strictly: bool) -> Compare:
        return Compare("<=", node(plus(low, 1) if strictly else low), node(high))

    def _no_turns(self, row: Row | None) -> ModelError:
        from ..render.text import text as shown

        text = self.frame.source.text[slice(*self.span)]
        there = ""
        if row is not None:
            first, end = (0, minus(row.end, row.first)) if row.name else row[:2]
            there = f"they are {shown(node(first))} … {shown(node(simple(minus(end, 1))))}"
        return self.frame.fail("index", f"there are no such turns as {text} names", self.span, there)

    # ---------------------------------------------------------------------------------------- cuts

    def picked_of(self, step: Step, piece: Template, loop: Loop, row: Row) -> list[Picked]:
        """The turns of a loop, by its own index, whose members a step leads to; none where it is not for a step to say."""
        form = next((part for part in piece.parts if isinstance(part, Node)), None)
        linear = None if form is None else _linear(form, loop)
        if linear is None:
            return []
        slope, offset, _ = linear
        if isinstance(step, OfName):
            return self._of_name(step.piece, piece, slope, offset, loop)
        if not isinstance(step, OfTurn | OfRange):
            return []
        wanted = self.absolute(step, row)
        if wanted.variable is not None:
            return self._of_index(wanted, slope, offset, loop, row)
        return self._inside(wanted, slope, offset, loop, row)

    def _inside(self, wanted: Picked, slope: int, offset: Size, loop: Loop, row: Row) -> list[Picked]:
        """The wanted numbers as turns of this loop, which may hold some of them only."""
        closed = (*wanted[:2], offset, loop.start, loop.stop)
        stride = wanted.stride
        if (slope, wanted.stride) != (1, 1) and all(isinstance(size, int) for size in closed):
            return self._one_by_one(wanted, slope, offset, loop)
        if slope == 1:
            start, stop = simple(minus(wanted.start, offset)), simple(minus(wanted.stop, offset))
        else:
            if stride != 1:
                inside = self._stride_inside(wanted, slope, offset)
                if not inside:
                    return []
                stride = inside
            start, stop = (self._behind(end, slope, offset) for end in wanted[:2])
        if self.is_alone and row.is_single and slope == stride == 1:
            self._assume_inside(start, stop, loop)
        ends = [self._position(end, loop, row.is_whole) for end in (start, stop)]
        if stride != 1 and ends[0] != start:
            raise self.undecided()
        return [Picked(ends[0], ends[1], stride)]

    def _behind(self, end: Size, slope: int, offset: Size) -> Size:
        """How many turns of slope·i + offset, i ≥ 0, bear numbers before `end`."""
        return floor_divide(simple(plus(minus(end, offset), slope - 1)), slope, self.world.facts)

    def _stride_inside(self, wanted: Picked, slope: int, offset: Size) -> int:
        """Of the turns slope·i + offset, each how-manieth i is wanted from the first on; 0 if none is."""
        stride = wanted.stride
        apart = modulo(simple(minus(offset, wanted.start)), gcd(slope, stride), self.world.facts)
        if isinstance(apart, Node):
            raise self.undecided()
        if apart:
            return 0
        if slope % stride == 0:
            return 1
        if stride % slope == 0:
            return stride // slope
        raise self.undecided()

    def _one_by_one(self, wanted: Picked, slope: int, offset: Any, loop: Any) -> list[Picked]:
        self.world.count_turns(loop.stop - loop.start, self.frame.source, self.span)
        numbers = range(wanted.start, wanted.stop, wanted.stride)  # type: ignore[arg-type]
        return [Picked(at, at + 1) for at in range(loop.start, loop.stop) if slope * at + offset in numbers]

    def _position(self, at: Size, loop: Loop, is_whole: bool) -> Size:
        """A place among the loop's turns, or the end of them that is nearer."""
        if self._at_most(at, loop.start):
            return loop.start
        if self._at_most(loop.stop, at):
            return loop.stop
        if is_whole or (self._at_most(loop.start, at) and self._at_most(at, loop.stop)):
            return at
        raise self.undecided()

    def _assume_inside(self, start: Size, stop: Size, loop: Loop) -> None:
        """Assume that a turn is none of those that stand apart already, where it can't be told."""
        is_out = self._at_most(stop, loop.start) or self._at_most(loop.stop, start)
        if not is_out:
            self._need(loop.start, start, None, strictly=False)
            self._need(stop, loop.stop, None, strictly=False)

    def _at_most(self, low: Size, high: Size) -> bool:
        return self.world.decide(Compare("<=", node(low), node(high))) is True

    def undecided(self) -> ModelError:
        """The error that which turns a path picks can't be told."""
        text = self.frame.source.text[slice(*self.span)]
        message = f"which turns {text} picks of those that were told apart before can't be told"
        hint = "say how the sizes compare, as in `require m <= k`, or give them as numbers"
        return self.frame.fail("undecided", message, self.span, hint=hint)

    def _of_name(self, name: Piece, piece: Template, slope: int, offset: Size, loop: Loop) -> list[Picked]:
        """The one turn whose member bears this name."""
        wanted = _number_in(name, piece)
        if wanted is None:
            return []
        if (index := self._index_in(wanted)) is not None:
            return self._of_index(Picked(wanted, plus(wanted, 1), 1, index), slope, offset, loop, None)
        at = over(simple(minus(wanted, offset)), slope)
        if not isinstance(at, Node) and at.denominator != 1:
            return []
        tests = Compare("<=", node(loop.start), node(at)), Compare("<", node(at), node(loop.stop))
        known = [self.world.decide(test) for test in tests]
        if False in known:
            return []
        for test, is_known in zip(tests, known, strict=True):
            if is_known is not True:
                self.world.assume(test, "", self.frame.source, self.span)
        return [Picked(at, plus(at, 1))]

    def _of_index(self, wanted: Picked, slope: int, offset: Size, loop: Loop, row: Row | None) -> list[Picked]:
        """The turns at the index of a loop around, which runs through them itself."""
        index = wanted.variable
        start, stop = (plain(end) for end in self.world.facts.ranges[index])  # type: ignore[index]
        linear = polynomial(node(wanted.start), ANY_NUMBERS).linear_in(index)  # type: ignore[arg-type]
        if linear is None or not isinstance(linear[0].constant, int) or linear[0].constant < 1:
            raise self.undecided()
        stride = int(linear[0].constant)
        first = simple(minus(plus(times(stride, start), plain(linear[1].node())), offset))
        if slope != 1:
            if stride % slope:
                raise self.undecided()
            first = over(first, slope)
            if (stride := self._stride_inside(Picked(plain(linear[1].node()), 0, stride), slope, offset)) == 0:
                return []
            first = simple(first)
        last = simple(plus(first, times(stride, simple(minus(minus(stop, start), 1)))))
        if self._at_most(loop.stop, first) or self._at_most(plus(last, 1), loop.start):
            return []
        self._need(loop.start, first, row, strictly=False)
        self._need(last, loop.stop, row, strictly=True)
        return [Picked(first, plus(last, 1), stride, index)]

    def cut(self, loop: Loop, picks: list[Picked], fresh: bool) -> list[Cut] | None:
        """The loop in parts, so that each picked range is whole parts; None where it stays whole.

        fresh: whether each part has an index of its own.
        """
        picks = list(dict.fromkeys(picks))
        if all(pick[:3] == (loop.start, loop.stop, 1) and pick.variable is None for pick in picks):
            return None
        strided = [pick for pick in picks if pick.stride > 1 or pick.variable is not None]
        if strided and len(picks) > 1:
            raise self.undecided()
        ends = self._ends(loop, picks)
        parts: list[Cut] = []
        for start, stop in itertools.pairwise(ends):
            pick = strided[0] if strided and (start, stop) == (strided[0].start, strided[0].stop) else None
            parts += self._parts(loop, start, stop, pick)
        return [self._own(part) for part in parts] if fresh else parts

    def _ends(self, loop: Loop, picks: list[Picked]) -> list[Size]:
        ends = dict.fromkeys(end for pick in picks for end in (pick.start, pick.stop))
        inner = [end for end in ends if end not in (loop.start, loop.stop)]
        if len(picks) > 1:
            if any(isinstance(end, Node) for end in inner):
                raise self.undecided()
            inner = sorted(inner)  # type: ignore[type-var]
        return [loop.start, *inner, loop.stop]

    def _parts(self, loop: Loop, start: Size, stop: Size, pick: Picked | None) -> Iterable[Cut]:
        if start == stop:
            return
        count = simple(minus(stop, start))
        if pick is not None and pick.variable is not None:
            yield from self._at_index(loop, start, pick)
        elif pick is not None and isinstance(count, int):
            self.world.count_turns(count, self.frame.source, self.span)
            for turn in range(count):
                at = plus(start, turn)
                yield Cut(at, put_items(loop.items, loop.variable, at))
        elif pick is not None:
            yield from self._classes(loop, start, stop, pick.stride)
        elif count == 1 and (self.is_alone or not isinstance(start, Node)):
            yield Cut(start, put_items(loop.items, loop.variable, start))
        else:
            yield Cut(loop.variable, loop._replace(start=start, stop=stop))

    def _classes(self, loop: Loop, start: Size, stop: Size, stride: int) -> Iterable[Cut]:
        for remainder in range(stride):
            count = floor_divide(simple(minus(plus(stop, stride - 1 - remainder), start)), stride, self.world.facts)
            form = simple(plus(times(stride, loop.variable), plus(start, remainder)))
            yield Cut(form, Loop(loop.variable, 0, count, put_items(loop.items, loop.variable, form)))

    def _at_index(self, loop: Loop, start: Size, pick: Picked) -> Iterable[Cut]:
        """The turns that a loop around runs through, by its index; and where it leaves out some, the others."""
        index = pick.variable
        low, high = (plain(end) for end in self.world.facts.ranges[index])  # type: ignore[index]
        form = simple(plus(times(pick.stride, simple(minus(index, low))), start))  # type: ignore[arg-type]
        yield Cut(form, Loop(index, low, high, put_items(loop.items, loop.variable, form)))  # type: ignore[arg-type]
        for remainder in range(1, pick.stride):
            other = simple(plus(times(pick.stride, loop.variable), plus(start, remainder)))
            count = simple(minus(minus(high, low), 1))
            yield Cut(other, Loop(loop.variable, 0, count, put_items(loop.items, loop.variable, other)))

    def _own(self, cut: Cut) -> Cut:
        """The part with an index that none of the other parts has."""
        loop = cut.part
        if not isinstance(loop, Loop):
            return cut
        index = self.world.fresh_index(loop.variable.name)
        items = put_items(loop.items, loop.variable, index)
        return Cut(put_size(cut.at, {loop.variable: index}), Loop(index, loop.start, loop.stop, items))


class Linear(NamedTuple):
    """Numbers slope·i + offset of a loop's turns i."""

    slope: int
    offset: Size
    loop: Loop


def _linear(number: Size, loop: Loop) -> Linear | None:
    """The number of a turn as it grows with the loop's index; None where it doesn't so."""
    linear = polynomial(node(number), ANY_NUMBERS).linear_in(loop.variable)
    if linear is None or not isinstance(linear[0].constant, int) or linear[0].constant < 1:
        return None
    return Linear(int(linear[0].constant), plain(linear[1].node()), loop)


def numbered(piece: Piece) -> Size | None:
    """The number that a name is."""
    if isinstance(piece, str):
        return int(piece) if piece.isdecimal() else None
    part = piece.parts[0]
    return part if len(piece.parts) == 1 and isinstance(part, Node) else None


def _number_in(name: Piece, piece: Template) -> Size | None:
    """The number for which a template is the name; None where it never is."""
    if isinstance(name, Template):
        texts = [part if isinstance(part, str) else None for part in name.parts]
        if texts != [part if isinstance(part, str) else None for part in piece.parts] or texts.count(None) != 1:
            return None
        return next(part for part in name.parts if isinstance(part, Node))
    before, after = [""], [""]
    side = before
    for part in piece.parts:
        if isinstance(part, Node):
            if side is after:
                return None
            side = after
        else:
            side.append(part)
    start, end = "".join(before), "".join(after)
    digits = name[len(start) : len(name) - len(end) or None] if name.startswith(start) and name.endswith(end) else ""
    if len(start) + len(digits) + len(end) != len(name) or not digits.isdecimal() or len(digits) > 9:
        return None
    return int(digits)


def simple(size: Size) -> Size:
    """The size in lowest form, where it is open."""
    return plain(polynomial(size, ANY_NUMBERS).node()) if isinstance(size, Node) else size


def same_piece(one: Piece, other: Piece) -> bool:
    """Whether two pieces are one name, whatever their indexes are."""
    if one == other:
        return True
    if isinstance(one, str) or isinstance(other, str) or len(one.parts) != len(other.parts):
        return False
    return all(
        a == b if isinstance(a, str) or isinstance(b, str) else (polynomial(a) - polynomial(b)).is_zero
        for a, b in zip(one.parts, other.parts, strict=True)
    )
