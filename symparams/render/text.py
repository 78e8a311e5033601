"""Formulas as text that the language reads back: in ASCII for files and pipes, in Unicode for screens.

`text(node)` gives `(k^2*C_in + 1)*C_out`, `unicode(node)` gives `(k²·C_in + 1)·C_out`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, NamedTuple

from ..formula.nodes import (
    ONE,
    Abs,
    All,
    Any,
    Ceil,
    Compare,
    Floor,
    Index,
    Iverson,
    Log,
    Log2,
    Max,
    Min,
    Mod,
    Negative,
    Node,
    Not,
    Number,
    Power,
    Product,
    Quotient,
    Round,
    Series,
    Sum,
    Symbol,
)
from .notation import (
    AND,
    ATOM,
    COMPARE,
    LOOSEST,
    MOD,
    NOT,
    OR,
    POWER,
    PRODUCT,
    QUOTIENT,
    SUM,
    Operand,
    Piece,
    Writer,
    digits,
    is_half,
)


class Marks(NamedTuple):
    """The signs of a text: what stands between factors, around a floor, for a comparison."""

    times: str
    powers: str
    floor: tuple[str, str]
    ceil: tuple[str, str]
    compare: Mapping[str, str]


ASCII = Marks("*", "", ("floor(", ")"), ("ceil(", ")"), {})
UNICODE = Marks("·", "⁰¹²³⁴⁵⁶⁷⁸⁹", ("⌊", "⌋"), ("⌈", "⌉"), {"!=": "≠", "<=": "≤", ">=": "≥"})


def text(node: Node) -> str:
    """The formula as ASCII text of the language, with the value of the formula when it is read back."""
    return TextWriter(node, ASCII).written(node).whole


def unicode(node: Node, *, grouped: bool = False) -> str:
    """The formula with `·`, `²` and `≠`, which the language reads back too.

    grouped: numbers as `1,024`, for the eye alone.
    """
    return TextWriter(node, UNICODE, grouped).written(node).whole


class TextWriter(Writer):
    """Writes the language's own expressions."""

    marks: ClassVar[Mapping[type[Node], Callable[..., Piece]]]

    def __init__(self, root: Node, signs: Marks, grouped: bool = False) -> None:
        super().__init__(root)
        self.signs = signs
        self.grouped = grouped

    def operands(self, node: Node, style: int) -> Sequence[Operand]:
        """The parts of a node; of a product with Iverson brackets the rest of it and the condition."""
        if isinstance(node, Product) and _has_iverson(node):
            return [(part, style) for part in _conditional(node)]
        return super().operands(node, style)

    def _number(self, node: Number, parts: Sequence[Piece], style: int) -> Piece:
        sign = "-" if node.value < 0 else ""
        over, under = abs(node.value.numerator), node.value.denominator
        if under > 1:
            return Piece(f"{self.shown(over)}/{self.shown(under)}", QUOTIENT, sign)
        return Piece(self.shown(over), ATOM, sign)

    def shown(self, value: int) -> str:
        """The digits of a number, in groups of three where asked."""
        return f"{int(digits(value)):,}" if self.grouped else digits(value)

    def _symbol(self, node: Symbol, parts: Sequence[Piece], style: int) -> Piece:
        return Piece(node.name)

    def _index(self, node: Index, parts: Sequence[Piece], style: int) -> Piece:
        return Piece(self.index_names[node])

    def _sum(self, node: Sum, parts: Sequence[Piece], style: int) -> Piece:
        first, *rest = self.terms(node, parts)
        tail = "".join(f" {term.sign or '+'} {term.text}" for term in rest)
        return Piece(first.text + tail, SUM, first.sign)

    def _product(self, node: Product, parts: Sequence[Piece], style: int) -> Piece:
        if _has_iverson(node):
            return _chosen(parts)
        pieces, last = list(parts), len(parts) - 1
        sign = pieces[0].sign if isinstance(node.parts[0], Number) else ""
        if sign:
            pieces[0] = pieces[0]._replace(sign="")
        # `a*b/c` is (a*b)/c, of the same value as a*(b/c).
        ends = isinstance(node.parts[-1], Quotient) and not pieces[-1].sign
        needs = [QUOTIENT if ends and place == last else PRODUCT for place in range(len(pieces))]
        factors = [self.enclosed(piece, need).whole for piece, need in zip(pieces, needs, strict=True)]
        return Piece(self.signs.times.join(factors), QUOTIENT if ends else PRODUCT, sign)

    def _negative(self, node: Negative, parts: Sequence[Piece], style: int) -> Piece:
        return self.enclosed(parts[0], QUOTIENT)._replace(sign="-")

    def _quotient(self, node: Quotient, parts: Sequence[Piece], style: int) -> Piece:
        over, under = self.enclosed(parts[0], PRODUCT), self.enclosed(parts[1], POWER)
        return Piece(f"{over.text}/{under.text}", QUOTIENT)

    def _power(self, node: Power, parts: Sequence[Piece], style: int) -> Piece:
        base, exponent = parts
        if is_half(node.right):
            return Piece(f"sqrt({base.whole})")
        base = self.enclosed(base, ATOM)
        raised = self.raised(node.right)
        return Piece(base.text + (raised or f"^{self.enclosed(exponent, ATOM).text}"), POWER)

    def raised(self, exponent: Node) -> str:
        """The exponent in raised digits, where the signs have them for it."""
        if not (self.signs.powers and isinstance(exponent, Number)):
            return ""
        value = exponent.value
        is_natural = isinstance(value, int) and value >= 0
        return "".join(self.signs.powers[int(digit)] for digit in digits(int(value))) if is_natural else ""

    def _modulus(self, node: Mod, parts: Sequence[Piece], style: int) -> Piece:
        left, right = (self.enclosed(part, POWER).text for part in parts)
        return Piece(f"{left} % {right}", MOD)

    def _floor(self, node: Floor, parts: Sequence[Piece], style: int) -> Piece:
        return Piece(parts[0].whole.join(self.signs.floor))

    def _ceil(self, node: Ceil, parts: Sequence[Piece], style: int) -> Piece:
        return Piece(parts[0].whole.join(self.signs.ceil))

    def _call(self, node: Node, parts: Sequence[Piece], style: int) -> Piece:
        return Piece(f"{WORDS[type(node)]}({', '.join(part.whole for part in parts)})")

    def _iverson(self, node: Iverson, parts: Sequence[Piece], style: int) -> Piece:
        return _chosen([Piece("1"), parts[0]])

    def _compare(self, node: Compare, parts: Sequence[Piece], style: int) -> Piece:
        left, right = (self.enclosed(part, MOD).whole for part in parts)
        return Piece(f"{left} {self.signs.compare.get(node.op, node.op)} {right}", COMPARE)

    def _every(self, node: All, parts: Sequence[Piece], style: int) -> Piece:
        return Piece(" and ".join(self.enclosed(part, NOT).whole for part in parts), AND)

    def _some(self, node: Any, parts: Sequence[Piece], style: int) -> Piece:
        return Piece(" or ".join(self.enclosed(part, AND).whole for part in parts), OR)

    def _negation(self, node: Not, parts: Sequence[Piece], style: int) -> Piece:
        return Piece(f"not {self.enclosed(parts[0], NOT).whole}", NOT)

    def _series(self, node: Series, parts: Sequence[Piece], style: int) -> Piece:
        start, stop, body = (self.enclosed(part, LOOSEST).whole for part in parts)
        span = stop if node.start == Number(0) else f"{start}, {stop}"
        return Piece(f"sum({body} for {self.index_names[node.index]} in range({span}))")


WORDS: Mapping[type[Node], str] = {
    Round: "round",
    Abs: "abs",
    Log: "log",
    Log2: "log2",
    Max: "max",
    Min: "min",
}

TextWriter.marks = {
    Number: TextWriter._number,
    Symbol: TextWriter._symbol,
    Index: TextWriter._index,
    Sum: TextWriter._sum,
    Product: TextWriter._product,
    Negative: TextWriter._negative,
    Quotient: TextWriter._quotient,
    Power: TextWriter._power,
    Mod: TextWriter._modulus,
    Floor: TextWriter._floor,
    Ceil: TextWriter._ceil,
    **dict.fromkeys(WORDS, TextWriter._call),
    Iverson: TextWriter._iverson,
    Compare: TextWriter._compare,
    All: TextWriter._every,
    Any: TextWriter._some,
    Not: TextWriter._negation,
    Series: TextWriter._series,
}


def _has_iverson(node: Product) -> bool:
    return any(isinstance(part, Iverson) for part in node.parts)


def _conditional(node: Product) -> tuple[Node, Node]:
    """What a product with Iverson brackets is where their conditions hold, and the condition."""
    conditions = tuple([part.inner for part in node.parts if isinstance(part, Iverson)])
    rest = tuple([part for part in node.parts if not isinstance(part, Iverson)])
    chosen = Product(rest) if len(rest) > 1 else rest[0] if rest else ONE
    return chosen, All(conditions) if len(conditions) > 1 else conditions[0]


def _chosen(parts: Sequence[Piece]) -> Piece:
    """`(x if c else 0)`, in brackets of its own."""
    chosen, condition = parts
    return Piece(f"({chosen.whole} if {condition.whole} else 0)")
