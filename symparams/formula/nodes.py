"""The expression tree that every formula is: small immutable nodes that keep the shape an author wrote.

Nodes only hold; `build` makes them by the rules of values and of the written form, `value` evaluates them,
`polynomial` and `algebra` compute with them, and `render` prints them.
Each node carries its unfolded size and depth, so that a short text can't grow a tree that no walk survives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from operator import is_

from ..errors import Finding, LimitError

MAX_SIZE = 1_000_000
MAX_DEPTH = 200
REMEMBERED = 8  # from so many nodes on a formula remembers its sizes
SHARED = 30  # from so many nodes on a formula may hold pieces in many places

Exact = int | Fraction


class Node:
    """A formula, or a piece of one. Equal nodes have the same class and equal fields; the hash is kept."""

    __slots__ = ("_hash", "_symbols", "depth", "key", "size")

    key: tuple[object, ...]
    size: int
    depth: int
    _symbols: tuple[Symbol, ...]

    def __init__(self, *fields: object) -> None:
        self.key = fields
        size, depth = 1, 0
        for child in self.children():
            size += child.size
            if child.depth > depth:
                depth = child.depth
        if size > MAX_SIZE:
            raise LimitError(Finding("limit-size", f"the formula has more than {MAX_SIZE:,} terms when written out"))
        if depth >= MAX_DEPTH:
            raise LimitError(Finding("limit-depth", f"the formula is nested more than {MAX_DEPTH} levels deep"))
        self.size = size
        self.depth = depth + 1
        self._hash = hash((type(self), fields))

    def children(self) -> tuple[Node, ...]:
        """The nodes directly below this one, in the order they are written."""
        return ()

    def rebuild(self, change: Callable[[Node], Node]) -> Node:
        """The same kind of node over changed children; itself where none changed."""
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return type(self), self.key  # made anew, since the hashes of texts differ from process to process

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other) or self._hash != other._hash:
            return False
        if self.key is other.key:
            return True
        return equal_pieces(self, other) if self.size >= SHARED else self.key == other.key

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.key))})"


def equal_pieces(left: Node, right: Node) -> bool:
    """Whether two large formulas are equal; pieces that stand in many places are compared once."""
    waiting: list[tuple[object, object]] = [(left, right)]
    seen: set[tuple[int, int]] = set()
    pairs: list[tuple[Node, Node]] = []
    while waiting:
        one, other = waiting.pop()
        if one is other:
            continue
        if isinstance(one, Node) and isinstance(other, Node):
            if type(one) is not type(other) or one._hash != other._hash:
                return False
            if one.key is not other.key and (id(one), id(other)) not in seen:
                seen.add((id(one), id(other)))
                pairs.append((one, other))
                waiting.append((one.key, other.key))
        elif type(one) is tuple and type(other) is tuple:
            if len(one) != len(other):
                return False
            waiting += zip(one, other, strict=True)
        elif one != other:
            return False
    for one, other in pairs:
        other.key = one.key  # equal nodes hold the same fields from now on, which is seen at once
    return True


class Number(Node):
    """An exact number: an int, or a Fraction that is no integer."""

    __slots__ = ()

    def __init__(self, value: Exact) -> None:
        super().__init__(value.numerator if value.denominator == 1 else value)

    @property
    def value(self) -> Exact:
        return self.key[0]  # type: ignore[return-value]


class Symbol(Node):
    """A size by name. `kind` is `int` (an integer of at least `least`), `real` (positive) or `flag` (0 or 1).

    Symbols are one when their names are; kind and least are those of the first declaration, kept in the domain table
    of whoever evaluates (see `Domain`), so that they take no part in equality.
    """

    __slots__ = ()

    def __init__(self, name: str) -> None:
        super().__init__(name)

    @property
    def name(self) -> str:
        return self.key[0]  # type: ignore[return-value]


class Index(Node):
    """The counting variable of a loop over a symbolic range; `level` tells nested loops of the same name apart."""

    __slots__ = ()

    def __init__(self, name: str, level: int) -> None:
        super().__init__(name, level)

    @property
    def name(self) -> str:
        return self.key[0]  # type: ignore[return-value]

    @property
    def level(self) -> int:
        return self.key[1]  # type: ignore[return-value]


class _Row(Node):
    """A node over a row of children."""

    __slots__ = ()

    def __init__(self, parts: tuple[Node, ...], *rest: object) -> None:
        super().__init__(parts, *rest)

    @property
    def parts(self) -> tuple[Node, ...]:
        return self.key[0]  # type: ignore[return-value]

    def children(self) -> tuple[Node, ...]:
        return self.key[0]  # type: ignore[return-value]

    def rebuild(self, change: Callable[[Node], Node]) -> Node:
        parts = tuple([change(part) for part in self.parts])
        if all(map(is_, parts, self.parts)):
            return self
        return type(self)(parts, *self.key[1:])


class Sum(_Row):
    """`a + b + …`, two or more. `bracketed` marks the sum of a member, a measure or a turn, whose brackets stay in a sum."""

    __slots__ = ()

    def __init__(self, parts: tuple[Node, ...], bracketed: bool = False) -> None:
        super().__init__(parts, bracketed)

    @property
    def bracketed(self) -> bool:
        return self.key[1]  # type: ignore[return-value]


class Product(_Row):
    """`a * b * …`, two or more, in the order written; numbers may stand anywhere."""

    __slots__ = ()


class Max(_Row):
    """The largest of its parts."""

    __slots__ = ()


class Min(_Row):
    """The smallest of its parts."""

    __slots__ = ()


class All(_Row):
    """The condition that holds when all of its parts hold."""

    __slots__ = ()


class Any(_Row):
    """The condition that holds when one of its parts holds."""

    __slots__ = ()


class _Fixed(Node):
    """A node whose fields are all nodes."""

    __slots__ = ()

    def children(self) -> tuple[Node, ...]:
        return self.key  # type: ignore[return-value]

    def rebuild(self, change: Callable[[Node], Node]) -> Node:
        parts = [change(part) for part in self.children()]
        if all(new is old for new, old in zip(parts, self.children(), strict=True)):
            return self
        return type(self)(*parts)


class _Unary(_Fixed):
    __slots__ = ()

    def __init__(self, inner: Node) -> None:
        super().__init__(inner)

    @property
    def inner(self) -> Node:
        return self.key[0]  # type: ignore[return-value]


class _Binary(_Fixed):
    __slots__ = ()

    def __init__(self, left: Node, right: Node) -> None:
        super().__init__(left, right)

    @property
    def left(self) -> Node:
        return self.key[0]  # type: ignore[return-value]

    @property
    def right(self) -> Node:
        return self.key[1]  # type: ignore[return-value]


class Negative(_Unary):
    """`-a`; as a term of a sum it is a subtraction."""

    __slots__ = ()


class Floor(_Unary):
    """The greatest integer not above the inner formula."""

    __slots__ = ()


class Ceil(_Unary):
    """The least integer not below the inner formula."""

    __slots__ = ()


class Round(_Unary):
    """The nearest integer, halves to the even one as in Python."""

    __slots__ = ()


class Abs(_Unary):
    """The inner formula without its sign."""

    __slots__ = ()


class Log(_Unary):
    """The natural logarithm."""

    __slots__ = ()


class Log2(_Unary):
    """The logarithm to the base 2."""

    __slots__ = ()


class Power(_Binary):
    """`left ^ right`; a square root is the power 1/2."""

    __slots__ = ()


class Quotient(_Binary):
    """`left / right`, exactly."""

    __slots__ = ()


class Mod(_Binary):
    """`left - right * floor(left / right)`."""

    __slots__ = ()


class Iverson(_Unary):
    """The bracket `[condition]`: 1 where the condition holds, else 0."""

    __slots__ = ()


class Not(_Unary):
    """The condition that holds when the inner one doesn't."""

    __slots__ = ()


class Compare(Node):
    """The condition `left op right`; `op` is one of `== != < <= > >=`."""

    __slots__ = ()

    def __init__(self, op: str, left: Node, right: Node) -> None:
        super().__init__(op, left, right)

    @property
    def op(self) -> str:
        return self.key[0]  # type: ignore[return-value]

    @property
    def left(self) -> Node:
        return self.key[1]  # type: ignore[return-value]

    @property
    def right(self) -> Node:
        return self.key[2]  # type: ignore[return-value]

    def children(self) -> tuple[Node, ...]:
        return self.key[1:]  # type: ignore[return-value]

    def rebuild(self, change: Callable[[Node], Node]) -> Node:
        left, right = change(self.left), change(self.right)
        return self if left is self.left and right is self.right else Compare(self.op, left, right)


class Series(Node):
    """The sum of `body` over index = start … stop - 1; empty, so 0, where stop <= start."""

    __slots__ = ()

    def __init__(self, index: Index, start: Node, stop: Node, body: Node) -> None:
        super().__init__(index, start, stop, body)

    @property
    def index(self) -> Index:
        return self.key[0]  # type: ignore[return-value]

    @property
    def start(self) -> Node:
        return self.key[1]  # type: ignore[return-value]

    @property
    def stop(self) -> Node:
        return self.key[2]  # type: ignore[return-value]

    @property
    def body(self) -> Node:
        return self.key[3]  # type: ignore[return-value]

    def children(self) -> tuple[Node, ...]:
        return self.key[1:]  # type: ignore[return-value]

    def rebuild(self, change: Callable[[Node], Node]) -> Node:
        start, stop, body = change(self.start), change(self.stop), change(self.body)
        if start is self.start and stop is self.stop and body is self.body:
            return self
        return Series(self.index, start, stop, body)


ZERO = Number(0)
ONE = Number(1)

# Conditions stand inside Iverson brackets; a flag symbol is a condition by itself.
CONDITIONS = (Compare, All, Any, Not)


def symbols(node: Node) -> tuple[Symbol, ...]:
    """The open sizes of a formula, each once, in the order they are met; a long formula remembers them."""
    known: tuple[Symbol, ...] | None = getattr(node, "_symbols", None)
    if known is None:
        known = tuple(dict.fromkeys([part for part in walk(node) if isinstance(part, Symbol)]))
        if node.size >= REMEMBERED:
            node._symbols = known
    return known


def walk(node: Node) -> Iterator[Node]:
    """Every different node of a formula, parents first; a shared piece comes once."""
    stack, seen = [node], set[int]()
    while stack:
        part = stack.pop()
        if id(part) in seen:
            continue
        seen.add(id(part))
        yield part
        stack.extend(reversed(part.children()))


def contains(node: Node, wanted: Node) -> bool:
    """Whether `wanted` occurs in the formula."""
    return any(part == wanted for part in walk(node))
