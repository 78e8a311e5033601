"""Networks → groups: the members level by level, equal ones in a row as one group with how often it stands in the whole.

A group's total is measured on the whole network with nothing but this group in it, so that copies, loops, conditions and
ties around it count as they count in the whole, and the totals of a level add up to that of the level above.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from ..formula.build import Size, solid, times
from ..formula.nodes import Exact, Index, Node, Symbol, walk
from ..formula.value import value
from .measure import Paths, below, combined, measured
from .names import shown
from .network import Content, Copies, Guard, Item, Loop, Member, Network, Part, Piece, Row, Tensor, Turns
from .paths import put_all
from .ranges import difference

Label = tuple[Piece, ...]
MAX_KINDS = 12  # of turns that alternate

Lift = Callable[[tuple[Item, ...]], Content]


class Group(NamedTuple):
    """A member, or equal ones in a row.

    first, last: their labels; content: one copy; amount: its copies in one of what is around, times: in the whole;
    path: the names that lead to the first; tied_to: what it is tied to, where it counts elsewhere; lifted: the
    whole with nothing but this group in it, each copy holding the content given; within: the conditions and symbolic
    loops between it and what is around; active: how many copies or slices serve one input, where that is said; note: what
    a `with` did here; stride: how far the numbers of equal ones are apart.
    """

    first: Label
    last: Label
    content: Content
    mark: str
    amount: Size
    times: Size
    path: tuple[str, ...]
    tied: Paths
    ties: tuple[tuple[str, str], ...]
    lifted: Callable[[Content], Content]
    part: Part
    within: tuple[Guard | Loop, ...] = ()
    active: Size | None = None
    note: str = ""
    stride: int = 1

    @property
    def name(self) -> str:
        """The name as PyTorch has it; of equal ones in a row, `layers.0…11`, of every other one, `layers.0,2…10`."""
        return _range_name(shown(self.first), shown(self.last), self.stride)

    @property
    def kind(self) -> str:
        """The module's name; of a tensor or a row of members, the empty string."""
        return self.content.name if isinstance(self.content, Network) else ""

    def form(self, which: str = "params") -> Node:
        """A measure of all copies together, as written."""
        part = self.part
        return solid(put_all(measured(self.lifted(self.content), which, part.mark, active=part.active), part.put))

    def once(self, which: str = "params") -> Node:
        """A measure of one copy by itself, as written; tied tensors count."""
        return solid(put_all(measured(self.content, which, self.mark), self.part.put))

    @property
    def tied_to(self) -> str:
        """The path of the tensor, or of the one tensor in it, that is counted in place of its own; else nothing."""
        name = shown(self.first)
        return next((right for left, right in self.ties if left == name or left.startswith(f"{name}.")), "")

    @property
    def tensors(self) -> list[Tensor]:
        """The tensors that the content holds itself, outside of its modules, without buffers."""
        if isinstance(self.content, Tensor):
            return [self.content]
        return [
            item.content
            for item in _members(self.content)
            if isinstance(item.content, Tensor) and item.mark != "buffer"
        ]

    @property
    def is_leaf(self) -> bool:
        """Whether no modules are inside."""
        if isinstance(self.content, Tensor):
            return True
        return not isinstance(self.content, Row) and all(
            isinstance(once(m.content), Tensor) for m in _members(self.content)
        )


def _members(content: Content) -> Iterator[Member]:
    from .selecting import leaves

    items = content.items if isinstance(content, Network | Row) else ()
    return (found.member for found in leaves(items))


def once(content: Content) -> Content:
    """What one copy of a content is."""
    while isinstance(content, Copies):
        content = content.inner
    return content


def whole(part: Part) -> Group:
    """A part of a network as one group."""
    amount, inside, tied = _taken_apart(part.content, frozenset())
    lifted = _refilled(part.content)
    return Group((), (), inside, part.mark, amount, amount, (), tied, (), lifted, part)


def _taken_apart(content: Content, tied: Paths) -> tuple[Size, Content, Paths]:
    """How many copies there are, one of them, and the paths in it that count elsewhere."""
    amount: Size = 1
    while isinstance(content, Copies):
        amount = times(amount, content.amount)
        content, tied = content.inner, below(tied, ("*",))
    return amount, content, tied


def _refilled(content: Content) -> Callable[[Content], Content]:
    """What puts another content into each copy."""
    if not isinstance(content, Copies):
        return lambda inside: inside
    outer, inner = content, _refilled(content.inner)
    return lambda inside: outer._replace(inner=inner(inside))


def groups(group: Group) -> Iterator[Group]:
    """The groups directly inside a group."""
    content = group.content
    if isinstance(content, Network):
        tied = group.tied | content.tied
        yield from _of_items(content.items, group, partial(_only, content), tied, content.ties, 1)
    elif isinstance(content, Row):
        yield from _of_items(content.items, group, Row, group.tied, (), 1)


def _only(network: Network, items: tuple[Item, ...]) -> Network:
    """The network with these items alone; its ties hold on."""
    made = Network(network.name, network.arguments)
    made.items, made.flags = items, network.flags
    made.tied, made.ties, made.kept = network.tied, network.ties, network.kept
    return made


def _of_items(
    items: Sequence[Item], around: Group, lift: Lift, tied: Paths, ties: tuple[tuple[str, str], ...], amount: Size
) -> Iterator[Group]:
    is_edited = isinstance(around.content, Row) or (isinstance(around.content, Network) and around.content.is_edited)
    for item in _alternating(items, tied) if is_edited else items:
        if isinstance(item, list):
            inside = partial(_in_turns, lift) if len(item) > 1 else lift
            yield _group(item, around, inside, tied, ties, amount)._replace(stride=_stride(item) or 1)
        elif isinstance(item, Member):
            yield _group([item], around, lift, tied, ties, amount)
        elif isinstance(item, Guard):
            for found in _of_items(item.items, around, partial(_in_guard, lift, item), tied, ties, amount):
                yield found._replace(within=(item, *found.within))
        elif isinstance(item, Loop):
            turns = times(amount, difference(item.stop, item.start))
            for found in _of_items(item.items, around, partial(_in_loop, lift, item), tied, ties, turns):
                yield found._replace(within=(item, *found.within))
        else:
            yield from _of_turns(item, around, lift, tied, ties, amount)


def _alternating(items: Sequence[Item], tied: Paths) -> Iterator[Item | list[Member]]:
    """The items; of numbered members that take turns, as `h[::2]` and the others, each kind as one list."""
    place = 0
    while place < len(items):
        end, first = place, items[place]
        while end < len(items) and _is_beside(first, items[end]):
            end += 1
        kinds = _kinds([item for item in items[place:end] if isinstance(item, Member)], tied)
        if kinds and 2 * len(kinds) <= end - place and all(_stride(kind) is not None for kind in kinds):
            yield from kinds
            place = end
        else:
            yield from items[place : max(end, place + 1)]
            place = max(end, place + 1)


def _is_beside(first: Item, other: Item) -> bool:
    """Whether two are members whose names are numbers behind the same others."""
    if not (isinstance(first, Member) and isinstance(other, Member)):
        return False
    return first.label[:-1] == other.label[:-1] and _place(first) is not None and _place(other) is not None


def _place(member: Member) -> int | None:
    digits = shown(member.label[-1:])
    return int(digits) if digits.isdecimal() else None


def _kinds(members: Sequence[Member], tied: Paths) -> list[list[Member]]:
    """The members, equal ones together, in the order of the first of each; none where they are of many kinds."""
    found: list[tuple[list[object], list[Member]]] = []
    for member in members:
        bare = _bare((member,), tied)
        same = next((kind for other, kind in found if other == bare), None)
        if same is not None:
            same.append(member)
        elif len(found) < MAX_KINDS:
            found.append((bare, [member]))
        else:
            return []
    return [kind for _, kind in found]


def _stride(members: Sequence[Member]) -> int | None:
    """How far the numbers of some members are apart; None where that changes."""
    places = [_place(member) or 0 for member in members]
    steps = {other - one for one, other in itertools.pairwise(places)}
    return steps.pop() if len(steps) == 1 else None if steps else 1


def _in_guard(lift: Lift, guard: Guard, made: tuple[Item, ...]) -> Content:
    return lift((guard._replace(items=made),))


def _in_loop(lift: Lift, loop: Loop, made: tuple[Item, ...]) -> Content:
    return lift((loop._replace(items=made),))


def _in_turns(lift: Lift, made: tuple[Item, ...]) -> Content:
    return lift((Turns(tuple((item,) for item in made)),))


def _of_turns(
    item: Turns, around: Group, lift: Lift, tied: Paths, ties: tuple[tuple[str, str], ...], amount: Size
) -> Iterator[Group]:
    """The turns of an unrolled loop; equal ones in a row are one group."""
    inside = partial(_in_turns, lift)
    place = 0
    while place < len(item.turns):
        end = place + 1
        while end < len(item.turns) and _bare(item.turns[end], tied) == _bare(item.turns[place], tied):
            end += 1
        for number, inner in enumerate(item.turns[place]):
            if isinstance(inner, Member):
                same = [turn[number] for turn in item.turns[place:end]]
                yield _group([one for one in same if isinstance(one, Member)], around, inside, tied, ties, amount)
            else:
                yield from _of_items([inner], around, inside, tied, ties, amount)
        place = end


def _bare(turn: tuple[Item, ...], tied: Paths) -> list[object]:
    """What makes turns equal: what they hold, and what of it is tied."""
    return [
        (item.content, item.mark, item.active, below(tied, item.label)) if isinstance(item, Member) else item
        for item in turn
    ]


def _group(
    members: Sequence[Member],
    around: Group,
    lift: Lift,
    tied: Paths,
    ties: tuple[tuple[str, str], ...],
    amount: Size,
) -> Group:
    first, last = members[0], members[-1]
    copies, inside, inner_tied = _taken_apart(first.content, below(tied, first.label))
    amount = times(times(amount, copies), len(members))
    refilled = [_refilled(member.content) for member in members]

    def lifted(content: Content) -> Content:
        made = tuple(member._replace(content=refill(content)) for member, refill in zip(members, refilled, strict=True))
        return around.lifted(lift(made))

    mark = combined(around.mark, first.mark)
    total = times(around.times, amount)
    path = (*around.path, *(_step(piece) for piece in first.label))
    known = (*ties, *_inner_ties(around))
    made = Group(first.label, last.label, inside, mark, amount, total, path, inner_tied, known, lifted, around.part)
    return made._replace(active=first.active, note=first.note)


def _step(piece: Piece) -> str:
    return shown((piece,))


def _inner_ties(around: Group) -> Iterator[tuple[str, str]]:
    """The ties of what is further out that lead into this group, without the way to it."""
    name = shown(around.first)
    for left, right in around.ties:
        if name and left.startswith(f"{name}."):
            yield left[len(name) + 1 :], right


def _range_name(first: str, last: str, stride: int) -> str:
    """`layers.0` to `layers.11` as `layers.0…11`; every other one as `layers.0,2…10`."""
    if first == last:
        return first
    one, other = re.fullmatch(r"(.*?)(\d+)", first), re.fullmatch(r"(.*?)(\d+)", last)
    if one and other and one[1] == other[1]:
        second = int(one[2]) + stride
        if stride == 1 or second == int(other[2]):
            return f"{one[1]}{one[2]}{'…' if stride == 1 else ','}{other[2]}"
        return f"{one[1]}{one[2]},{second}…{other[2]}"
    return f"{first} … {last}"


def number(form: Node) -> Exact | None:
    """The number of a form without open sizes, else None."""
    return None if any(isinstance(part, Symbol | Index) for part in walk(form)) else value(form)


def deepest(group: Group, depth: int) -> Iterator[Group]:
    """The groups `depth` levels below a group, and those above that have nothing inside: together the whole."""
    for inner in groups(group):
        if depth <= 1 or inner.is_leaf:
            yield inner
        else:
            yield from deepest(inner, depth - 1)


def tree_of(group: Group, depth: int = -1, level: int = 0) -> Iterator[tuple[int, Group]]:
    """All groups inside a group with their levels, each before what is inside it; -1 is any depth."""
    for inner in groups(group):
        yield level, inner
        if depth != 1 and not inner.is_leaf:
            yield from tree_of(inner, depth - 1, level + 1)
