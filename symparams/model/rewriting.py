"""A network's items walked along a path, and rewritten where it leads: what `with` does to the tree of members.

All that the path doesn't lead to stays the same object, so that equal parts stay shared. A path may lead to many places
at once; `states` are the steps that are still to be gone, each by its place in the path.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import Any, Protocol

from ..errors import Span
from ..formula.arithmetic import modulo
from ..formula.build import Size, minus, node
from ..formula.nodes import Compare, Index, Node, walk
from ..formula.polynomial import decide
from .absent import leads_to
from .frame import Frame
from .marking import pushed
from .measure import turn_named
from .moves import Done, Gathered, Made, Moves, Paths
from .network import Content, Copies, Guard, Item, Loop, Member, Network, Path, Piece, Row, Template, Tensor, Turns
from .putting import put_size
from .ranges import has_turns, with_index
from .retying import follow
from .segments import Cut, Cutter, Picked, numbered, same_piece, simple
from .segments import Row as Numbers
from .selecting import leaves, parted_name
from .steps import OfAny, OfDepth, OfEvery, OfName, OfRange, OfTurn, Pattern, Step
from .world import Split

VIRTUAL = 3_000

States = frozenset[int]


class Action(Protocol):
    """What a statement does where its path leads."""

    def on_member(self, member: Member, walk: Walk, watch: Paths) -> Made:
        """The items in a member's place."""

    def on_group(self, members: list[Member], depth: int, walk: Walk, watch: Paths) -> Made | None:
        """The items in the place of members that share the first names of theirs; None to go on member by member."""

    def on_network(self, old: Network, new: Network) -> None:
        """The last touch to a network of which something was changed inside."""


class Walk:
    """One walk along one path, in one statement. count: how many places were reached."""

    def __init__(self, pattern: Pattern, action: Action, frame: Frame, loops: tuple[Index, ...]) -> None:
        self.pattern = pattern
        self.steps = pattern.steps
        self.end = len(pattern.steps)
        self.action = action
        self.frame = frame
        self.world = frame.world
        self.cutter = Cutter(frame, pattern.path.span, loops)
        self.loops = loops
        self.count = 0
        self.is_absent = False  # whether the path leads to members that the text states but that aren't there
        self.conditions: list[Node] = []  # those open around the place
        self.used: set[Index] = set()
        self.memo: dict[object, tuple[Any, Done, int]] = {}
        self.virtual: set[Index] = set()

    @property
    def span(self) -> Span:
        """Where the path stands in the text."""
        return self.pattern.path.span

    def start(self) -> States:
        """The states before the first step."""
        return self.closed({0})

    def closed(self, states: set[int]) -> States:
        """With each `**` the step behind it too, since it may stand for no name."""
        for state in sorted(states):
            while state < self.end and isinstance(self.steps[state], OfDepth):
                state += 1
                states.add(state)
        return frozenset(states)

    # ---------------------------------------------------------------------------------------- contents

    def content(self, content: Content, states: States, watch: Paths) -> Done:
        """The content with what the path leads to inside it rewritten."""
        if isinstance(content, Tensor) or not states:
            return Done(content, {})
        if isinstance(content, Copies):
            return self._copies(content, states, watch)
        key = (id(content), states, self.world.version)
        if not watch and key in self.memo:
            _, done, count = self.memo[key]
            self.count += count
            return done
        before = self.count
        done = self._row(content, states, watch) if isinstance(content, Row) else self._network(content, states, watch)
        if not watch:
            self.memo[key] = content, done, self.count - before
        return done

    def _row(self, row: Row, states: States, watch: Paths) -> Done:
        made = self.items(row.items, states, watch)
        return Done(row, {}) if made.items is row.items else Done(row._replace(items=made.items), made.moves)

    def _network(self, network: Network, states: States, watch: Paths) -> Done:
        self.look(network, states)
        made = self.items(network.items, states, watch | self.own(network))
        return self.renewed(network, made, watch)

    def look(self, network: Network, states: States) -> None:
        """Take note if the path leads to, or into, members of the network that aren't there."""
        self.is_absent |= any(leads_to(member, self.pattern, self.closed, states) for member in network.absent)

    def own(self, network: Network) -> Paths:
        """The paths that a network's own ties name."""
        return frozenset(path for left, right, _ in network.pairs for path in (left, right))

    def renewed(self, network: Network, made: Made, watch: Paths) -> Done:
        """The network with other items, its ties following them."""
        if made.items is network.items:
            return Done(network, {})
        new = network.again(made.items)
        new.is_edited = True
        follow(new, made.moves)
        self.action.on_network(network, new)
        return Done(new, {path: made.moves[path] for path in watch if path in made.moves})

    def _copies(self, copies: Copies, states: States, watch: Paths) -> Done:
        """The copies as a loop's turns, which a path may tell apart; still copies where it doesn't."""
        index = Index("i", VIRTUAL + len(self.world.indexes))
        place = (self.frame.source, self.span)
        turn = Member((Template((index,)),), copies.inner, "", None, place)
        loop = Loop(index, 0, copies.amount, (turn,))
        self.virtual.add(index)
        parts = self._tied_apart(loop, watch)
        made = self.items(parts, states, watch)
        if made.items is parts:
            return Done(copies, {})
        only = made.items[0] if len(made.items) == 1 else None
        if isinstance(only, Loop) and only[:3] == loop[:3] and len(only.items) == 1:
            member = only.items[0]
            if isinstance(member, Member) and member.label == turn.label and not member.mark and member.active is None:
                return Done(Copies(copies.amount, member.content), _starred(made.moves, turn.label[0]))
        return Done(Row(made.items), made.moves)

    def _tied_apart(self, loop: Loop, watch: Paths) -> tuple[Item, ...]:
        """So many copies as a loop's turns, those apart that ties name by their numbers."""
        named = sorted({turn for path in watch if path and (turn := turn_named(path[0])) is not None})
        if not named or isinstance(loop.stop, Node):
            return (loop,)
        picks = [Picked(turn, turn + 1) for turn in named]
        return tuple(
            item for cut in self.cutter.cut(loop, picks, False) or [Cut(loop.variable, loop)] for item in cut.items
        )

    # ---------------------------------------------------------------------------------------- items

    def items(self, items: tuple[Item, ...], states: States, watch: Paths) -> Made:
        """The items of an owner, rewritten."""
        found: list[Item] = []
        gathered = Gathered(watch)
        for item in self._grouped(items, states, watch):
            if isinstance(item, Made):
                found += item.items
                gathered.add_all(item)
            else:
                found += self._item(item, states, watch, items, gathered)
        is_same = len(found) == len(items) and all(one is other for one, other in zip(found, items, strict=True))
        return Made(items if is_same else tuple(found), gathered.moves())

    def _grouped(self, items: tuple[Item, ...], states: States, watch: Paths) -> Iterable[Item | Made]:
        """The items; members that a path leads to together, by the first names that they share, as what becomes of them."""
        done: set[Path] = set()
        for item in items:
            depth = self._group(item, states) if isinstance(item, Member) else 0
            if not depth or not isinstance(item, Member):
                yield item
                continue
            prefix = item.label[:depth]
            if prefix in done:
                continue
            members = [one for one in items if isinstance(one, Member) and one.label[:depth] == prefix]
            made = self.action.on_group(members, depth, self, watch)
            if made is None:
                yield item
                continue
            done.add(prefix)
            self.count += 1
            yield made

    def _group(self, member: Member, states: States) -> int:
        """How many names of a member the path leads through where it ends among them; 0 where it doesn't."""
        for depth, piece in enumerate(member.label[:-1]):
            states = self._plain_advance(states, piece)
            if self.end in states and self.pattern.kind is None:
                return depth + 1
        return 0

    def _plain_advance(self, states: States, piece: Piece) -> States:
        named = {state + 1 for state in states if state < self.end and self._is_named(state, piece)}
        named |= {state for state in states if state < self.end and _is_through(self.steps[state], piece)}
        deep = {state for state in states if state < self.end and isinstance(self.steps[state], OfDepth)}
        return self.closed(named | deep)

    def _is_named(self, state: int, piece: Piece) -> bool:
        step = self.steps[state]
        return isinstance(step, OfAny) or (isinstance(step, OfName) and same_piece(step.piece, piece))

    def _item(
        self, item: Item, states: States, watch: Paths, around: tuple[Item, ...], gathered: Gathered
    ) -> Iterable[Item]:
        if isinstance(item, Member):
            made = self._member(item, states, gathered.below(item), around)
            gathered.add(item, made)
            return made.items
        if isinstance(item, Loop):
            return self._loop(item, states, watch, around, gathered)
        if isinstance(item, Turns):
            turns = [self._inner(turn, states, watch, around, gathered) for turn in item.turns]
            is_same = all(one is other for one, other in zip(turns, item.turns, strict=True))
            return (item,) if is_same else (Turns(tuple(turns)),)
        return self._guarded(item, states, watch, around, gathered)

    def _guarded(
        self, item: Guard, states: States, watch: Paths, around: tuple[Item, ...], gathered: Gathered
    ) -> tuple[Item, ...]:
        """Members under a condition, with what it says known inside."""
        facts = self.world.facts
        known = decide(item.condition, facts)
        if known is False:
            gathered.keep((item,))
            return (item,)
        self.world.facts = facts.with_assumption(item.condition)
        self.conditions += [item.condition] if known is None else []
        try:
            inner = self._inner(item.items, states, watch, around, gathered)
        finally:
            self.world.facts = facts
            del self.conditions[len(self.conditions) - (known is None) :]
        return (item,) if inner is item.items else (Guard(item.condition, inner),) if inner else ()

    def _inner(
        self, items: tuple[Item, ...], states: States, watch: Paths, around: tuple[Item, ...], gathered: Gathered
    ) -> tuple[Item, ...]:
        """The items of a condition, a turn or a loop, which belong to the owner as those beside them do."""
        found = [one for item in items for one in self._item(item, states, watch, around, gathered)]
        is_same = len(found) == len(items) and all(one is other for one, other in zip(found, items, strict=True))
        return items if is_same else tuple(found)

    # ---------------------------------------------------------------------------------------- members

    def _member(self, member: Member, states: States, watch: Paths, around: tuple[Item, ...]) -> Made:
        same = Made((member,), {})
        for depth, piece in enumerate(member.label):
            if depth and self.end in states and self.pattern.kind is None:
                break
            states = self._advance(states, piece, around, member.label[:depth])
            if not states:
                return same
        if self.end in states and self._is_kind(member.content):
            self.count += 1
            return self.action.on_member(member, self, watch)
        inside = pushed(member.content, member.mark)
        before = self.count
        done = self.content(inside, states - {self.end}, watch)
        if self.count == before or done.content is inside:
            return same
        return self._placed(member, done)

    def _is_kind(self, content: Content) -> bool:
        return self.pattern.kind is None or self.pattern.kind.holds(content)

    def _placed(self, member: Member, done: Done) -> Made:
        """The member with what its content became; turns told apart are members of their own."""
        mark = member.mark if isinstance(member.content, Tensor) else ""
        if not isinstance(done.content, Row) or isinstance(member.content, Row):
            return Made((member._replace(content=done.content, mark=mark),), done.moves)
        if member.active is not None:
            hint = "change them all, by [*], or state in a module of its own which of them serve"
            raise self.frame.fail(
                "active",
                "of these copies only some are active, so that one can't be told from another",
                self.span,
                hint=hint,
            )
        return Made(relabelled(done.content.items, member.label), done.moves)

    def _advance(self, states: States, piece: Piece, around: tuple[Item, ...], prefix: Path) -> States:
        """The states behind one more name."""
        found: set[int] = set()
        for state in states:
            if state == self.end:
                continue
            step = self.steps[state]
            if isinstance(step, OfDepth):
                found.add(state)
            elif isinstance(step, OfName | OfAny):
                if self._is_named(state, piece):
                    found.add(state + 1)
                elif _is_through(step, piece):
                    found.add(state)
            elif self._is_turn(step, piece, around, prefix):
                found.add(state + 1)
        return self.closed(found)

    def is_virtual(self, piece: Piece) -> bool:
        """Whether the piece is a turn of copies, which a path may go through without naming it."""
        return isinstance(piece, Template) and len(piece.parts) == 1 and piece.parts[0] in self.virtual

    def _is_turn(self, step: object, piece: Piece, around: tuple[Item, ...], prefix: Path) -> bool:
        number, row = numbered(piece), None
        if number is None or not isinstance(step, OfEvery):
            row = self.cutter.row(around, prefix)
            if number is None and row is not None and row.name is not None and (parted := parted_name(piece)):
                number = parted[1]
        if number is None or isinstance(step, OfEvery):
            return number is not None
        if row is None or not isinstance(step, OfTurn | OfRange):
            return False
        wanted = self.cutter.absolute(step, row)
        if wanted.variable is not None:
            return same_piece(Template((node(number),)), Template((node(wanted.start),)))
        return self._is_inside(number, wanted)

    def _is_inside(self, number: Size, wanted: Picked) -> bool:
        """Whether a turn is one of those wanted; loops are cut by now, so that it holds for all of their turns, or none."""
        first, last = self._ends(number)
        if not self._is_in_step(first if first == last else number, wanted):
            return False
        tests = Compare("<=", node(wanted.start), node(first)), Compare("<", node(last), node(wanted.stop))
        if all(self.world.decide(test) is True for test in tests):
            return True
        outside = Compare("<=", node(wanted.stop), node(first)), Compare("<", node(last), node(wanted.start))
        if any(self.world.decide(test) is True for test in outside):
            return False
        raise self.cutter.undecided()

    def _is_in_step(self, number: Size, wanted: Picked) -> bool:
        """Whether the number is one of each how-manieth from the first on; the others are no part of it."""
        if wanted.stride == 1:
            return True
        return modulo(simple(minus(number, wanted.start)), wanted.stride, self.world.facts) == 0

    def _ends(self, number: Size) -> tuple[Size, Size]:
        """The least and the greatest of the numbers that a loop's turns bear."""
        low = high = number
        for index in [part for part in walk(number) if isinstance(part, Index)] if isinstance(number, Node) else []:
            if index in self.world.facts.ranges:
                start, stop = self.world.facts.ranges[index]
                low, high = put_size(low, {index: start}), put_size(high, {index: node(minus(stop, 1))})
        return low, high

    # ---------------------------------------------------------------------------------------- loops

    def _loop(
        self, loop: Loop, states: States, watch: Paths, around: tuple[Item, ...], gathered: Gathered
    ) -> tuple[Item, ...]:
        parts = self.cutter.cut(loop, self._picks(loop, states, around), bool(gathered.leading(loop.items)))
        if parts is None:
            return self._whole(loop, states, watch, around, gathered)
        before, kept = self.count, gathered.state()
        found: list[Item] = []
        for at, part in parts:
            with gathered.put(loop.variable, at):
                if not isinstance(part, Loop):
                    found += self._inner(part, states, watch, around, gathered)
                elif part.variable in self.loops:
                    self.used.add(part.variable)
                    inner = self._inner(part.items, states, watch, around, gathered)
                    found += [part._replace(items=inner)] if inner else []
                else:
                    found += self._whole(part, states, watch, around, gathered)
        if self.count == before:
            gathered.restore(kept)
            gathered.keep(loop.items)
            return (loop,)
        return tuple(found)

    def _picks(self, loop: Loop, states: States, around: tuple[Item, ...]) -> list[Picked]:
        """The turns of a loop that the next steps tell from the others."""
        picks: list[Picked] = []
        for found in leaves(loop.items):
            label, left = found.member.label, states
            for depth, piece in enumerate(label):
                if isinstance(piece, Template):
                    row = self.cutter.row(around, label[:depth])
                    for state in left:
                        step = self.steps[state] if state < self.end else None
                        if isinstance(step, OfName) or (row is not None and isinstance(step, OfTurn | OfRange)):
                            picks += self.cutter.picked_of(step, piece, loop, row or Numbers(0, 0, False))
                left = self._loosely(left, piece)
        return picks

    def _loosely(self, states: States, piece: Piece) -> States:
        """The states behind one more name, where a turn may be any."""
        found = {state for state in states if state < self.end and isinstance(self.steps[state], OfDepth)}
        for state in states:
            if state < self.end and not isinstance(self.steps[state], OfDepth):
                step = self.steps[state]
                is_turn = isinstance(step, OfEvery | OfTurn | OfRange) and parted_name(piece) is not None
                if _is_through(step, piece):
                    found.add(state)
                if is_turn or self._is_named(state, piece) or (isinstance(step, OfName) and not isinstance(piece, str)):
                    found.add(state + 1)
        return self.closed(found)

    def _whole(
        self, loop: Loop, states: States, watch: Paths, around: tuple[Item, ...], gathered: Gathered
    ) -> tuple[Item, ...]:
        """All turns at once; cut where something that is made in them depends on the turn."""
        before, kept, facts = self.count, gathered.state(), self.world.facts
        depth = len(self.world.indexes)

        def body() -> tuple[Item, ...]:
            while len(self.world.indexes) <= loop.variable.level < VIRTUAL:
                self.world.indexes.append(loop.variable)
            return self._inner(loop.items, states, watch, around, gathered)

        try:
            inner = with_index(self.world, loop.variable, loop.start, loop.stop, body)
        except Split as split:
            if split.index != loop.variable:
                raise
            self.count = before
            gathered.restore(kept)
            self.world.facts = facts
            return self._split(loop, split, states, watch, around, gathered)
        finally:
            del self.world.indexes[depth:]
        if self.count == before:
            gathered.restore(kept)
            gathered.keep(loop.items)
            return (loop,)
        return (loop._replace(items=inner),) if inner else ()

    def _split(
        self, loop: Loop, split: Split, states: States, watch: Paths, around: tuple[Item, ...], gathered: Gathered
    ) -> tuple[Item, ...]:
        source = self.frame.source
        self.world.count_cut(source, self.span)
        if split.modulus:
            picks = [Picked(loop.start, loop.stop, split.modulus)]
            made: list[Item] = []
            for cut in self.cutter.cut(loop, picks, bool(gathered.leading(loop.items))) or []:
                with gathered.put(loop.variable, cut.at):
                    made += [one for part in cut.items for one in self._item(part, states, watch, around, gathered)]
            return tuple(made)
        ends = [loop.start, *split.points, loop.stop]
        found: list[Item] = []
        for start, stop in itertools.pairwise(ends):
            if start != stop and has_turns(start, stop, self.world, source, self.span, is_piece=True):
                part = loop._replace(start=start, stop=stop)
                found += self._whole(part, states, watch, around, gathered)
        return tuple(found)


def _is_through(step: Step, piece: Piece) -> bool:
    """Whether a path goes through a turn that it doesn't name: `h.attn`."""
    return isinstance(step, OfName) and numbered(step.piece) is None and numbered(piece) is not None


def _starred(moves: Moves, turn: Piece) -> Moves:
    """The moves of turns that stay together, told of all of them."""
    return {path: tuple(("*", *one[1:]) if one[:1] == (turn,) else one for one in new) for path, new in moves.items()}


def relabelled(items: Iterable[Item], label: Path) -> tuple[Item, ...]:
    """The items with a name before theirs."""
    found: list[Item] = []
    for item in items:
        if isinstance(item, Member):
            found.append(item._replace(label=(*label, *item.label)))
        elif isinstance(item, Turns):
            found.append(Turns(tuple(relabelled(turn, label) for turn in item.turns)))
        else:
            found.append(item._replace(items=relabelled(item.items, label)))
    return tuple(found)
