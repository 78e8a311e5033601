"""`with` → network: a network's tree of members, edited by one statement after another."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Any

from ..errors import suggestion
from ..formula.arithmetic import floor_divide
from ..formula.build import Size, minus, plus, times
from ..formula.nodes import Index, Node
from ..syntax import tree
from . import run
from .actions import Action, Add, Drop, Mark, Replace, nothing
from .conditions import negation, node_of
from .evaluate import local, value
from .frame import Frame, as_list
from .loops import read_first
from .marking import marked, on_items
from .moves import Made
from .names import shown
from .network import Change, Content, Copies, Guard, Item, Network, Row, flags_of
from .patterns import pattern_of
from .putting import under_condition
from .ranges import bind_targets, has_turns, with_index
from .rewriting import Walk
from .run import Body, contents
from .selecting import leaves
from .settling import settle_ties
from .steps import OfDepth, OfEvery, OfName, OfRange, OfTurn, Pattern, Step
from .ties import join, met
from .values import Edited, Stretch
from .world import Split, World


class Changes(Body):
    """The body of a `with` while it runs: the network as it is by now."""

    def __init__(self, frame: Frame, network: Network) -> None:
        super().__init__(frame, network)
        self.done: list[Change] = []

    @property
    def steps(self) -> Mapping[type, Callable[..., None]]:
        """What each kind of statement does here."""
        return STEPS

    def hides(self, name: str) -> bool:
        """A name that the text itself gives, or what is around it in a function, is meant before the network's members."""
        return name in self.frame.names

    def into(self, items: list[Item]) -> list[Item]:
        """Changes are made in place; a turn of a loop gathers nothing."""
        return items

    def take(self, network: Network) -> None:
        """Go on with another network."""
        self.network = network
        self.items = list(network.items)

    def both(self, known: Node, first: Callable[[], None], second: Callable[[], None]) -> None:
        """Both ways of a condition that is open; members that come out alike stand once."""
        before, names, frame = self.network, dict(self.frame.names), self.frame
        facts = frame.world.facts
        ways = []
        for test, action in ((known, first), (node_of(negation(known)), second)):
            frame.world.facts = facts.with_assumption(test)
            frame.names = dict(names)
            self.take(before)
            try:
                action()
            finally:
                frame.world.facts = facts
            ways.append((test, self.network, frame.names))
        run.merge(known, ways[0][2], frame.names)
        self.take(_joined(before, ways[0][:2], ways[1][:2]))


def changed(edited: Edited, world: World) -> Network:
    """The network that a `with` makes."""
    outer, world.assumptions = world.assumptions, {}
    try:
        base = contents(edited.base, edited.place[1], Frame(world, edited.unit))
        frame = Frame(world, edited.unit)
        frame.names = dict(edited.names)
        body = Changes(frame, _own(base, edited))
        body.items = list(body.network.items)
        frame.members = body
        run.run(edited.block.body, body)
        network = body.network
        network.changes = tuple(body.done)
        if body.write is not None:
            from .writes import take_write

            take_write(*body.write, network)
        name_again(network, base, edited, frame)
        network.assumptions = tuple(world.assumptions)
        return network
    finally:
        world.assumptions = {**outer, **world.assumptions}


def _own(base: Content, edited: Edited) -> Network:
    """A copy of the network to change."""
    if isinstance(base, Network):
        new = base.again(base.items)
        new.is_edited, new.remade, new.changes = True, edited, ()
        return new
    new = Network("members", {})
    new.items = base.items if isinstance(base, Row) else ()
    new.is_edited, new.flags = True, flags_of(new.items)
    return new


# ------------------------------------------------------------------------------------------------------ statements


def _walk(pattern: Pattern, action: Action, body: Changes) -> Walk:
    """Walk the network along a path, doing what the statement does; the network is the new one then."""
    walk = Walk(pattern, action, body.frame, tuple(body.loops))
    network = body.network
    walk.look(network, walk.start())
    made = walk.items(network.items, walk.start(), walk.own(network))
    if walk.count:
        _refuse_repeated(walk, body)
        done = walk.renewed(network, made, frozenset())
        if isinstance(done.content, Network):
            body.take(done.content)
    return walk


def _refuse_repeated(walk: Walk, body: Changes) -> None:
    """Every turn of a symbolic loop must change something of its own."""
    for index in body.loops:
        if index not in walk.used and not isinstance(walk.action, Add):
            message = "every turn of the loop changes the same members"
            hint = f"put the index into the path, as in h[{index.name}]"
            raise body.frame.fail("with-repeated", message, walk.span, hint=hint)


def _member(statement: tree.Member, body: Changes) -> None:
    frame = body.frame
    pattern = pattern_of(statement.label, frame)
    replace = Replace(statement, frame)
    walk = _walk(pattern, replace, body)
    if not walk.count and walk.is_absent and replace.uses_it:
        return
    if walk.count:
        replace.refuse_conditional(pattern)
        _told("replaced", pattern, ", ".join(replace.kinds), body)
        return
    for owner in range(len(pattern.steps) - 1, len(pattern.steps) - 1 - pattern.tail(), -1):
        if owner and isinstance(pattern.steps[owner - 1], OfDepth):
            break
        add = Add(statement, pattern.steps[owner:], frame)  # type: ignore[arg-type]
        if _added(add, pattern._replace(steps=pattern.steps[:owner]), body):
            _told("added", pattern, ", ".join(add.kinds), body)
            return
    raise _nowhere(pattern, body)


def _added(add: Add, owner: Pattern, body: Changes) -> bool:
    if tree.mentions(add.statement.value, "it") and local("it", body.frame) is None:
        if not owner.steps or _walk_only(owner, body).count:
            name = shown(add.label)
            near = suggestion(name, _names(body.network, owner, body))
            raise nothing(
                body.frame, add.statement.label, f"`it` is what stands in a place, and nothing is called {name}", near
            )
        return False
    if owner.steps:
        walk = _walk(owner, add, body)
        return bool(walk.count or walk.is_absent)
    walk = Walk(owner, add, body.frame, tuple(body.loops))
    new = add.into(body.network, walk)
    if isinstance(new, Network):
        body.take(new)
    return True


class _Look(Action):
    """Looks where a path leads, and changes nothing."""

    def __init__(self) -> None:
        self.found: list[Content] = []

    def on_member(self, member: Any, walk: Walk, watch: Any) -> Any:
        """The member itself."""
        self.found.append(member.content)
        return Made((member,), {})

    def on_group(self, members: Any, depth: int, walk: Walk, watch: Any) -> Any:
        """The members themselves."""
        self.found.append(Row(tuple(member._replace(label=member.label[depth:]) for member in members)))
        return Made(tuple(members), {})


def _walk_only(pattern: Pattern, body: Changes) -> Walk:
    walk = Walk(pattern, _Look(), body.frame, tuple(body.loops))
    walk.items(body.network.items, walk.start(), frozenset())
    return walk


def _names(network: Network, owner: Pattern, body: Changes) -> list[str]:
    """The names of the members where a path leads."""
    found: list[Content] = [network]
    if owner.steps:
        look = _walk_only(owner, body).action
        found = look.found  # type: ignore[attr-defined]
    names: dict[str, None] = {}
    for content in found:
        while isinstance(content, Copies):
            content = content.inner
        if isinstance(content, Network | Row):
            names.update((shown(one.member.label[:1]), None) for one in leaves(content.items))
    return list(names)


def _nowhere(pattern: Pattern, body: Changes) -> Exception:
    """What is wrong with a path that leads to nothing: its first step that does."""
    network = body.network
    for size in range(1, len(pattern.steps) + 1):
        short = pattern._replace(steps=pattern.steps[:size], kind=None)
        if not _walk_only(short, body).count:
            names = _behind(network, pattern.steps[: size - 1]) or _names(
                network, pattern._replace(steps=pattern.steps[: size - 1], kind=None), body
            )
            step = pattern.steps[size - 1]
            if isinstance(step, OfTurn | OfRange | OfEvery) and (called := _behind(network, pattern.steps[: size - 1])):
                hint = f"they are called {', '.join(called[:8])}{'; a loop, `for i in range(…):`, goes through them' * ('{' in called[0])}"
                return nothing(body.frame, pattern.path, "what is there has names, not numbers alone", hint)
            name = shown((step.piece,)) if isinstance(step, OfName) else ""
            near = suggestion(name, names) if name else ""
            note = f"there is no {name}" if name and size > 1 else ""
            there = f"there {'is' if len(names) == 1 else 'are'} {', '.join(names[:8])}" if names else ""
            return nothing(body.frame, pattern.path, note, near or there)
    kinds = _kinds(network)
    text = body.frame.source.text[slice(*pattern.path.kind.span)] if pattern.path.kind else ""
    near = suggestion(text, kinds)
    if text in kinds:
        near = f"`.** is {text}` leads to those inside"
    return nothing(body.frame, pattern.path, f"nothing there is {text}", near or f"there are {', '.join(kinds[:8])}")


def _behind(content: Content, steps: tuple[Step, ...]) -> list[str]:
    """The names right behind some others, which may be parts of dotted ones."""
    pieces = tuple(step.piece for step in steps if isinstance(step, OfName))
    if len(pieces) < len(steps) or not isinstance(content, Network | Row):
        return []
    found: dict[str, None] = {}
    for one in leaves(content.items):
        label = one.member.label
        if label[: len(pieces)] == pieces and len(label) > len(pieces):
            found[shown(label[len(pieces) : len(pieces) + 1])] = None
        elif pieces[: len(label)] == label:
            found.update(dict.fromkeys(_behind(one.member.content, steps[len(label) :])))
    return list(found)


def _kinds(content: Content, seen: dict[str, None] | None = None, done: set[int] | None = None) -> list[str]:
    """The kinds of modules inside."""
    seen, done = {} if seen is None else seen, set() if done is None else done
    while isinstance(content, Copies):
        content = content.inner
    if isinstance(content, Network | Row) and id(content) not in done:
        done.add(id(content))
        for found in leaves(content.items):
            inner = found.member.content
            while isinstance(inner, Copies):
                inner = inner.inner
            if isinstance(inner, Network):
                seen[inner.name] = None
            _kinds(inner, seen, done)
    return list(seen)


def _drop(statement: tree.Drop, body: Changes) -> None:
    for path in statement.paths:
        pattern = pattern_of(path, body.frame)
        walk = _walk(pattern, Drop(), body)
        if walk.count:
            _told("dropped", pattern, "", body)
        elif not walk.is_absent:
            raise _nowhere(pattern, body)


def _mark(statement: tree.Mark, body: Changes) -> None:
    word = statement.word
    if not statement.paths:
        network = body.network.again(on_items(body.network.items, lambda member: marked(member, word)))
        network.flags = flags_of(network.items)
        if word == "buffer":
            network.written = None
        body.take(network)
        body.done.append(Change(word, "", ""))
    for path in statement.paths:
        pattern = pattern_of(path, body.frame)
        walk = _walk(pattern, Mark(word), body)
        if walk.count:
            _told(word, pattern, "", body)
        elif not walk.is_absent:
            raise _nowhere(pattern, body)


def _told(word: str, pattern: Pattern, what: str, body: Changes) -> None:
    where = body.frame.source.text[slice(*pattern.path.span)]
    body.done.append(Change(word, " ".join(where.split()), what))


def _tie(statement: tree.Tie, body: Changes) -> None:
    network = body.network.again(body.network.items)
    join(met(statement, body), network)
    settle_ties(network)
    body.take(network)


# ------------------------------------------------------------------------------------------------------ flow


def _joined(before: Network, then: tuple[Node, Network], otherwise: tuple[Node, Network]) -> Network:
    """The network that is one or the other."""
    one, other = then[1].items, otherwise[1].items
    start = 0
    while start < min(len(one), len(other)) and one[start] is other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] is other[-1 - end]:
        end += 1
    ways = (then[0], one[start : len(one) - end]), (otherwise[0], other[start : len(other) - end])
    settled = [(test, under_condition(items, test)) for test, items in ways]
    guards = tuple(Guard(test, items) for test, items in settled if items)
    new = then[1].again((*one[:start], *guards, *one[len(one) - end :]))
    new.flags = flags_of(new.items)
    new.written = then[1].written if then[1].written is otherwise[1].written else None
    new.pairs = tuple(dict.fromkeys((*then[1].pairs, *otherwise[1].pairs)))
    settle_ties(new)
    return new


def _for(statement: tree.For, body: Changes) -> None:
    frame = body.frame
    found = value(statement.iterable, frame)
    if isinstance(found, Stretch):
        _refuse_carried(statement, body)
        _part(statement, body, found, found.start, found.stop)
        return
    rows = found if isinstance(found, range) else as_list(found, statement.iterable, frame)
    if isinstance(found, range):
        frame.world.count_turns(len(found), frame.source, statement.iterable.span)
    with frame.world.around(len(rows)):
        for item in rows:
            bind_targets(statement.targets, item, frame, statement.iterable.span)
            run.run(statement.body, body)


def _refuse_carried(statement: tree.For, body: Changes) -> None:
    carried = sorted(name for name in read_first(statement.body) if local(name, body.frame) is not None)
    if carried:
        message = f"{', '.join(carried)} is carried from turn to turn of a loop of changes"
        hint = "write it as a formula in the loop's index, or give the range's end a number"
        raise body.frame.fail("carried", message, statement.span, hint=hint)


def _part(statement: tree.For, body: Changes, stretch: Stretch, start: Size, stop: Size) -> None:
    """The turns of a symbolic range at once; cut where a condition asks for it."""
    world, frame = body.frame.world, body.frame
    if not has_turns(start, stop, world, frame.source, statement.span):
        return
    first = statement.targets[0]
    index = world.fresh_index(first if isinstance(first, str) else stretch.name)
    before, names, done = body.network, dict(frame.names), len(body.done)
    try:
        _turns(statement, body, index, (start, stop), stretch.item(index))
    except Split as split:
        if split.index != index:
            raise
        body.take(before)
        del body.done[done:]
        frame.names.clear()
        frame.names.update(names)
        world.count_cut(frame.source, statement.span)
        _cut(statement, body, stretch, split, start, stop)


def _turns(statement: tree.For, body: Changes, index: Index, ends: tuple[Size, Size], item: Any) -> None:
    def action() -> None:
        bind_targets(statement.targets, item, body.frame, statement.iterable.span)
        body.loops.append(index)
        try:
            run.run(statement.body, body)
        finally:
            body.loops.pop()

    with_index(body.frame.world, index, *ends, action)


def _cut(statement: tree.For, body: Changes, stretch: Stretch, split: Split, start: Size, stop: Size) -> None:
    world, frame = body.frame.world, body.frame
    if split.modulus:
        for remainder in range(split.modulus):
            index = world.fresh_index(split.index.name)
            left = minus(plus(stop, split.modulus - 1 - remainder), start)
            whole = floor_divide(left, split.modulus, world.facts)
            item = stretch.item(plus(plus(times(index, split.modulus), remainder), start))
            _turns(statement, body, index, (0, whole), item)
        return
    ends = [start, *split.points, stop]
    for low, high in itertools.pairwise(ends):
        if low != high and has_turns(low, high, world, frame.source, statement.span, is_piece=True):
            _part(statement, body, stretch, low, high)


# ------------------------------------------------------------------------------------------------------ names


def name_again(network: Network, base: Content, edited: Edited, frame: Frame) -> None:
    """The definitions and arguments of a changed network: its own, and those of the text."""
    from .redefined import definitions

    network.name_later(lambda: definitions(network, base, edited, frame))


STEPS: dict[type, Callable[..., None]] = {
    **run.RUN,
    tree.Member: _member,
    tree.Drop: _drop,
    tree.Mark: _mark,
    tree.Tie: _tie,
    tree.For: _for,
}
