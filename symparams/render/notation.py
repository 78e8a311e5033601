"""What all printers share: binding strengths, and one walk over a formula that puts pieces of text together.

Data flow: node → (children's pieces, by the walk) → piece → … → text. A piece knows how strongly it binds; whoever
places it says how strongly it must, and the brackets follow from the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from ..errors import Finding, LimitError
from ..formula.nodes import Index, Node, Number, Quotient, Series, Sum, Symbol, walk

# From the loosest to the tightest. FRACTION is a quotient whose bar already groups it; SERIES reaches to the right.
LOOSEST, OR, AND, NOT, COMPARE, MOD, SUM, NEGATIVE, SERIES, QUOTIENT, PRODUCT, FRACTION, POWER, ATOM = range(14)

MAX_DIGITS = 4000
_TOO_BIG = 10**MAX_DIGITS

Operand = tuple[Node, int]


class Piece(NamedTuple):
    """A written part of a formula: its text without a leading minus, the strength of that text, and the minus.

    `kind` says what stands at its edges (`number`, `letter`, `word`, `bracket`, `fraction`, `operator`), for printers
    that put factors side by side; `tall` is higher than a line, `nested` counts
    the brackets in brackets that it holds.
    """

    text: str
    strength: int = ATOM
    sign: str = ""
    kind: str = "word"
    tall: bool = False
    nested: int = 0

    @property
    def binding(self) -> int:
        """How strongly the piece binds with its sign."""
        return min(self.strength, NEGATIVE) if self.sign else self.strength

    @property
    def whole(self) -> str:
        """The text with its sign."""
        return self.sign + self.text


class Writer:
    """One walk over a formula. A printer is a subclass with a row in `marks` for each kind of node.

    The walk is a loop, not a recursion, and writes a shared piece once; `style` is a printer's own number for the
    place where a piece stands (on the line, in an exponent).
    """

    marks: ClassVar[Mapping[type[Node], Callable[..., Piece]]] = {}

    def __init__(self, root: Node) -> None:
        self.index_names = index_names(root)

    def written(self, root: Node, style: int = 0) -> Piece:
        """The piece for a formula."""
        done: dict[tuple[int, int], Piece] = {}
        waiting: dict[tuple[int, int], Sequence[Operand]] = {}
        stack: list[Operand] = [(root, style)]
        while stack:
            node, style = stack[-1]
            key = (id(node), style)
            if key in done:
                stack.pop()
            elif key not in waiting:
                # Kept until the end, so that the identity of a made operand stays its own.
                waiting[key] = self.operands(node, style)
                stack.extend(reversed(waiting[key]))
            else:
                parts = [done[id(part), place] for part, place in waiting[key]]
                done[key] = self.mark(node)(self, node, parts, style)
                stack.pop()
        return done[key]

    def mark(self, node: Node) -> Callable[..., Piece]:
        """The row of `marks` for a node, or for the nearest class above its own."""
        return next(self.marks[kind] for kind in type(node).__mro__ if kind in self.marks)

    def operands(self, node: Node, style: int) -> Sequence[Operand]:
        """The formulas whose pieces make up the piece of `node`, each with its style."""
        return [(part, style) for part in node.children()]

    def bracketed(self, piece: Piece) -> Piece:
        """The piece in round brackets."""
        return Piece(f"({piece.whole})", ATOM, kind="bracket")

    def enclosed(self, piece: Piece, needs: int) -> Piece:
        """The piece, in brackets where it binds more loosely than its place needs."""
        return piece if piece.binding >= needs else self.bracketed(piece)

    def terms(self, node: Sum, parts: Sequence[Piece]) -> list[Piece]:
        """The terms of a sum; a bracketed sum keeps its brackets here and nowhere else."""
        return [
            self.enclosed(piece, NEGATIVE if isinstance(part, Sum) and part.bracketed else SUM)
            for part, piece in zip(node.parts, parts, strict=True)
        ]


def digits(value: int) -> str:
    """The digits of a number that isn't negative."""
    if value >= _TOO_BIG:
        raise LimitError(Finding("limit-digits", f"a number has more than {MAX_DIGITS:,} digits, too many to print"))
    return str(value)


def is_half(node: Node) -> bool:
    """Whether the node is the number 1/2, as the exponent of a square root is."""
    if isinstance(node, Number):
        return node.value * 2 == 1
    return isinstance(node, Quotient) and node.left == Number(1) and node.right == Number(2)


def index_names(root: Node) -> dict[Index, str]:
    """A name for each counting variable, different from every symbol's and from those of the loops around it."""
    order = list(walk(root))
    neighbours: dict[Index, set[Index]] = {}
    for node in order:
        if isinstance(node, Index):
            neighbours.setdefault(node, set())
        elif isinstance(node, Series):
            neighbours.setdefault(node.index, set())
    if not neighbours:
        return {}
    _meet(root, neighbours)
    names: dict[Index, str] = {}
    used = {node.name for node in order if isinstance(node, Symbol)}
    for index, others in neighbours.items():
        names[index] = free_name(index.name, used | {names[other] for other in others if other in names})
    return names


def _meet(root: Node, neighbours: dict[Index, set[Index]]) -> None:
    """Notes which counting variables occur in the range of which."""
    inside: dict[int, frozenset[Index]] = {}
    for node in postorder(root):
        found = frozenset[Index]().union(*[inside[id(part)] for part in node.children()])
        if isinstance(node, Series):
            for other in found - {node.index}:
                neighbours[node.index].add(other)
                neighbours[other].add(node.index)
        inside[id(node)] = found | {node.index} if isinstance(node, Series) else found
        if isinstance(node, Index):
            inside[id(node)] = frozenset((node,))


def postorder(root: Node) -> list[Node]:
    """Every different node of a formula, children first."""
    order: list[Node] = []
    stack, seen = [(root, False)], set[int]()
    while stack:
        node, ready = stack.pop()
        if ready:
            order.append(node)
        elif id(node) not in seen:
            seen.add(id(node))
            stack.append((node, True))
            stack.extend((part, False) for part in reversed(node.children()))
    return order


def free_name(name: str, used: set[str]) -> str:
    """The name, or with the first number behind it that makes it free."""
    candidate, number = name, 0
    while candidate in used:
        number += 1
        candidate = f"{name}{number}"
    return candidate
