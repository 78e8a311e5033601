"""The network that a module's recipe states: members with their tensors, conditions, turns and loops, as an immutable tree.

Equal recipes share one network; what a place adds to it (a mark, a tie of an outer module) stays with the place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, Union

from ..errors import Source, Span
from ..formula.build import Size
from ..formula.domain import Assumption
from ..formula.nodes import Index, Node

Piece = Union[str, "Template"]
Path = tuple[Piece, ...]
Pair = tuple[Path, Path, Union[Node, None]]


class Template(NamedTuple):
    """A piece of a name with an open part: texts and formulas in a row."""

    parts: tuple[str | Node, ...]


class Tensor(NamedTuple):
    """A tensor's sizes, and each size as it was written; no sizes make one number."""

    sizes: tuple[Size, ...]
    written: tuple[Node, ...]


class Copies(NamedTuple):
    """`amount` equal copies, named 0, 1, …"""

    amount: Size
    inner: Content


class Member(NamedTuple):
    """A named tensor, network or row of copies. mark is "", "frozen" or "buffer"; active of it serve one input.

    note: what a `with` did here, `added` or `replaced Linear`, else "".
    """

    label: tuple[Piece, ...]
    content: Content
    mark: str
    active: Size | None
    place: tuple[Source, Span]
    note: str = ""


class Change(NamedTuple):
    """One statement of a `with`: its word (`frozen`, `replaced`, `added`, `dropped`, …), where, and what was done there."""

    word: str
    where: str
    what: str


class Guard(NamedTuple):
    """Members that are there when the condition holds."""

    condition: Node
    items: tuple[Item, ...]


class Turns(NamedTuple):
    """The turns of a loop that was unrolled."""

    turns: tuple[tuple[Item, ...], ...]


class Loop(NamedTuple):
    """Members that are there once for each start <= variable < stop, of a symbolic range."""

    variable: Index
    start: Size
    stop: Size
    items: tuple[Item, ...]


class Row(NamedTuple):
    """Members seen together: those below a dotted name, or with `is_spread` all turns of a loop."""

    items: tuple[Item, ...]
    is_spread: bool = False


Item = Union[Member, Guard, Turns, Loop]


class Network:
    """A module at given arguments.

    items: its members in order; named: its definitions and arguments; written: the form that `write` states, or None;
    tied: the paths whose tensors are counted elsewhere (see `ties`), kept: and where; origin: its recipe; assumptions: what must hold with symbols;
    flags: which of the marks `frozen`, `buffer`, `active` occur inside; forms: the measures already worked out.
    pairs: the paths that ties join, with the condition of each; is_edited: whether its items are no longer what its origin
    says, remade: by which `with`, changes: by which of its statements; absent: the members that its text states but aren't there.
    """

    __slots__ = (
        "_named",
        "absent",
        "arguments",
        "assumptions",
        "changes",
        "docstring",
        "flags",
        "forms",
        "is_edited",
        "items",
        "kept",
        "name",
        "origin",
        "pairs",
        "remade",
        "tied",
        "ties",
        "written",
    )

    def __init__(self, name: str, arguments: Mapping[str, Any]) -> None:
        self.name = name
        self.arguments = arguments
        self._named: Mapping[str, Any] | Callable[[], Mapping[str, Any]] = {}
        self.items: tuple[Item, ...] = ()
        self.written: Node | None = None
        self.tied: frozenset[tuple[Any, ...]] = frozenset()
        self.ties: tuple[tuple[str, str], ...] = ()
        self.kept: Mapping[Path, Path] = {}
        self.origin: Any = None
        self.assumptions: tuple[Assumption, ...] = ()
        self.docstring = ""
        self.flags: frozenset[str] = frozenset()
        self.forms: dict[object, Node] = {}
        self.pairs: tuple[Pair, ...] = ()
        self.is_edited = False
        self.remade: Any = None
        self.changes: tuple[Change, ...] = ()
        self.absent: dict[Any, None] = {}

    def again(self, items: tuple[Item, ...], arguments: Mapping[str, Any] | None = None) -> Network:
        """The network with other items; what was worked out from them isn't there yet."""
        new = Network(self.name, self.arguments if arguments is None else arguments)
        new.items = items
        new._named, new.written, new.docstring, new.origin = self._named, self.written, self.docstring, self.origin
        new.tied, new.ties, new.kept, new.pairs = self.tied, self.ties, self.kept, self.pairs
        new.assumptions, new.flags, new.absent = self.assumptions, self.flags, dict(self.absent)
        new.is_edited, new.remade, new.changes = self.is_edited, self.remade, self.changes
        return new

    def __repr__(self) -> str:
        return f"<{self.name}>"

    @property
    def named(self) -> Mapping[str, Any]:
        """The definitions and arguments by name."""
        if callable(self._named):
            self._named = self._named()
        return self._named

    def name_later(self, named: Callable[[], Mapping[str, Any]]) -> None:
        """Leave the definitions and arguments to be worked out when they are asked for."""
        self._named = named


Content = Union[Tensor, Network, Copies, Row]


def flags_of(items: Iterable[Item]) -> frozenset[str]:
    """Which marks occur anywhere inside: `frozen`, `buffer`, `active`, `tied`."""
    found: set[str] = set()
    for member in members(items):
        found.update({member.mark} - {""})
        if member.active is not None:
            found.add("active")
        content = member.content
        while isinstance(content, Copies):
            content = content.inner
        if isinstance(content, Network):
            found |= content.flags
    return frozenset(found)


def members(items: Iterable[Item]) -> Iterable[Member]:
    """Every member of a row of items, those under conditions and in loops too."""
    for item in items:
        if isinstance(item, Member):
            yield item
        elif isinstance(item, Turns):
            for turn in item.turns:
                yield from members(turn)
        else:
            yield from members(item.items)


class Part(NamedTuple):
    """A place in a network: what is there, how what is around marks it, and which turn of each loop it is."""

    content: Content
    mark: str = ""
    active: Size | None = None
    put: tuple[tuple[Index, Size], ...] = ()
