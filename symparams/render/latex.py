r"""Formulas as LaTeX in the notation that an author chooses: `(k^{2} \cdot C_{\mathrm{in}} + 1) \cdot 64`.

Data flow: node → pieces, by the walk of `notation` → LaTeX with soft marks where lines may break → `layout`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import ClassVar, NamedTuple

from ..errors import Finding, UsageError, suggestion
from ..formula.nodes import (
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
    symbols,
)
from .layout import CLOSE, FACTOR, JOINT, OPEN, TERM, sealed
from .names import LatexName, given_name, latex_name, spelled_name
from .notation import (
    AND,
    ATOM,
    COMPARE,
    FRACTION,
    MOD,
    NOT,
    OR,
    POWER,
    PRODUCT,
    QUOTIENT,
    SERIES,
    SUM,
    Operand,
    Piece,
    Writer,
    digits,
    is_half,
)


class Notation(NamedTuple):
    r"""How formulas look.

    product: `cdot`, `times`, or `juxtaposed` (`2Vd`, numbers in front).
    powers: `k^{2}`, or where False `k \cdot k`.
    names: `roman` (`C_{\mathrm{in}}`), or `typed`.
    digits: `plain`, `grouped` (`61{,}706`), `thin` (`61\,706`), or `num` (siunitx' `\num{61706}`).
    """

    product: str = "cdot"
    powers: bool = True
    names: str = "roman"
    digits: str = "plain"


CHOICES: Mapping[str, tuple[str | bool, ...]] = {
    "product": ("cdot", "times", "juxtaposed"),
    "powers": (True, False),
    "names": ("roman", "typed"),
    "digits": ("plain", "grouped", "thin", "num"),
}

ARTICLE = Notation()
PAPER = Notation(product="juxtaposed", digits="grouped")

# Where a piece stands: on the line of the page, inside brackets or a function, in a script or fraction.
LINE, INSIDE, SCRIPT = range(3)

MAX_REPEATED = 12

TIMES = {"cdot": r" \cdot ", "times": r" \times ", "juxtaposed": r" \cdot "}

# Factors that stand side by side without a space; a number never stands on the right.
TIGHT = frozenset(
    [("number", "letter"), ("number", "bracket"), ("letter", "letter"), ("letter", "bracket"), ("bracket", "bracket")]
)

GROUPS: Mapping[str, tuple[str, int]] = {"grouped": ("{,}", 4), "thin": (r"\,", 5)}

SIGNS = {"==": "=", "!=": r"\neq", "<": "<", "<=": r"\leq", ">": ">", ">=": r"\geq"}

FENCES: Mapping[type[Node], tuple[str, str, str]] = {
    Floor: ("", r"\lfloor", r"\rfloor"),
    Ceil: ("", r"\lceil", r"\rceil"),
    Abs: ("", r"\lvert", r"\rvert"),
    Round: (r"\operatorname{round}", "(", ")"),
    Log: (r"\ln", "(", ")"),
    Log2: (r"\log_{2}", "(", ")"),
    Max: (r"\max", "(", ")"),
    Min: (r"\min", "(", ")"),
    Iverson: ("", "[", "]"),
}


def notation(**options: object) -> Notation:
    """The notation with these options; an unknown option or value is a `UsageError`."""
    for name, value in options.items():
        if name not in CHOICES:
            hint = suggestion(name, CHOICES) or f"known are {', '.join(CHOICES)}"
            raise UsageError(Finding("usage-notation", f"unknown option of notation: {name}", hint=hint))
        if value not in CHOICES[name]:
            known = ", ".join(map(str, CHOICES[name]))
            raise UsageError(Finding("usage-notation", f"{name} can't be {value}", hint=f"known are {known}"))
    return Notation(**options)  # type: ignore[arg-type]


def latex(node: Node, notation: Notation = ARTICLE, names: Mapping[str, str] | None = None) -> str:
    """The formula as LaTeX for math mode, on one line; `names` holds what `symbol … as "…"` gives."""
    return sealed(marked(node, notation, names))


def marked(node: Node, notation: Notation = ARTICLE, names: Mapping[str, str] | None = None) -> str:
    """The formula as LaTeX with the soft marks of `layout`."""
    return LatexWriter(node, notation, names or {}).written(node).whole


class LatexWriter(Writer):
    """Writes LaTeX with soft marks."""

    marks: ClassVar[Mapping[type[Node], Callable[..., Piece]]]

    def __init__(self, root: Node, notation: Notation, names: Mapping[str, str]) -> None:
        super().__init__(root)
        self.notation = notation
        self.names = self.named(root, names if notation.names == "roman" else {})
        self.times = TIMES[notation.product]
        self.is_juxtaposed = notation.product == "juxtaposed"

    def named(self, root: Node, given: Mapping[str, str]) -> dict[str, LatexName]:
        """The LaTeX of each name; where two would look the same (`n1`, `n_1`), the second is spelled out."""
        names: dict[str, LatexName] = {}
        for name in [*(symbol.name for symbol in symbols(root)), *self.index_names.values()]:
            if name in given:
                names[name] = given_name(given[name])
            elif name not in names:
                looks = latex_name(name, self.notation.names)
                spelled = name.encode("ascii", "backslashreplace").decode()
                names[name] = spelled_name(spelled) if looks in names.values() else looks
        return names

    def operands(self, node: Node, style: int) -> Sequence[Operand]:
        """The parts of a node with their styles: fractions become small inside brackets, and slashes in scripts."""
        kind = type(node)
        if kind is Product or self.is_repeated(node):
            return [(part, _inner(part, style)) for part in self.factors(node)]
        if kind is Series:
            return _series_operands(node, style)
        styles = _STYLES.get(kind, _same)(node, style)
        return list(zip(node.children(), styles, strict=True))

    def is_repeated(self, node: Node) -> bool:
        """Whether a power is written as repeated factors."""
        if self.notation.powers or not (isinstance(node, Power) and isinstance(node.right, Number)):
            return False
        return node.right.value in range(2, MAX_REPEATED + 1)

    def factors(self, node: Node) -> list[Node]:
        """The factors in the order of the page: juxtaposed, numbers stand in front and powers of numbers next."""
        parts = list(node.parts) if isinstance(node, Product) else [node]
        factors: list[Node] = []
        for part in parts:
            if isinstance(part, Power) and self.is_repeated(part):
                factors += [part.left] * part.right.value  # type: ignore[attr-defined]
            else:
                factors.append(part)
        return sorted(factors, key=_numeral) if self.is_juxtaposed else factors

    def bracketed(self, piece: Piece) -> Piece:
        """The piece in round brackets, which grow where what they hold is tall or, juxtaposed, holds brackets."""
        big = min(piece.nested, 2) if self.is_juxtaposed else 0
        left, right = (r"\left(", r"\right)") if piece.tall else _ROUND[big]
        text = f"{OPEN}{left}{piece.whole}{CLOSE}{right}"
        return Piece(text, ATOM, kind="bracket", tall=piece.tall, nested=piece.nested + 1)

    def shown(self, value: int) -> str:
        """The digits of a number in the notation's groups."""
        plain = digits(value)
        if self.notation.digits == "num":
            return rf"\num{{{plain}}}"
        mark, least = GROUPS.get(self.notation.digits, ("", 0))
        if not mark or len(plain) < least:
            return plain
        head = len(plain) % 3
        return mark.join([plain[:head]] * (head > 0) + [plain[at : at + 3] for at in range(head, len(plain), 3)])

    # The marks, a method for each kind of node.

    def _number(self, node: Number, parts: Sequence[Piece], style: int) -> Piece:
        sign = "-" if node.value < 0 else ""
        over, under = self.shown(abs(node.value.numerator)), self.shown(node.value.denominator)
        if node.value.denominator == 1:
            return Piece(over, ATOM, sign, "number")
        return _fraction(over, under, True, style)._replace(kind="number", sign=sign)

    def _symbol(self, node: Symbol, parts: Sequence[Piece], style: int) -> Piece:
        name = self.names[node.name]
        return Piece(name.text, kind=name.kind)

    def _index(self, node: Index, parts: Sequence[Piece], style: int) -> Piece:
        name = self.names[self.index_names[node]]
        return Piece(name.text, kind=name.kind)

    def _sum(self, node: Sum, parts: Sequence[Piece], style: int) -> Piece:
        first, *rest = terms = self.terms(node, parts)
        tail = "".join(f"{TERM} {term.sign or '+'} {term.text}" for term in rest)
        return Piece(first.text + tail, SUM, first.sign, "operator", *_size(terms))

    def _product(self, node: Product, parts: Sequence[Piece], style: int) -> Piece:
        return self._row(self.factors(node), parts)

    def _row(self, factors: Sequence[Node], pieces: Sequence[Piece]) -> Piece:
        """Factors side by side; a series at the end needs no brackets, and a number's minus goes before all."""
        first, *rest = pieces
        sign = first.sign if isinstance(factors[0], Number) else ""
        row = [first._replace(sign="") if sign else first, *rest]
        row = [self.enclosed(piece, PRODUCT) for piece in row[:-1]] + [self.enclosed(row[-1], SERIES)]
        if row[-1].sign or row[-1].strength == QUOTIENT:
            row[-1] = self.bracketed(row[-1])
        joints = [f"{FACTOR}{self.joint(left, right)}{JOINT}" for left, right in pairwise(row)]
        text = row[0].text + "".join(joint + piece.text for joint, piece in zip(joints, row[1:], strict=True))
        strength = min(PRODUCT, row[-1].strength)
        return Piece(text, strength, sign, "operator", *_size(row))

    def joint(self, left: Piece, right: Piece) -> str:
        """What stands between two factors."""
        if not self.is_juxtaposed or right.kind == "number":
            return self.times
        if (left.kind, right.kind) not in TIGHT:
            return r"\,"
        # `\alpha d` needs a space in TeX, though none is seen.
        return " " if left.text[0] == "\\" and right.text[0].isalpha() else ""

    def _negative(self, node: Negative, parts: Sequence[Piece], style: int) -> Piece:
        return self.enclosed(parts[0], SERIES)._replace(sign="-")

    def _quotient(self, node: Quotient, parts: Sequence[Piece], style: int) -> Piece:
        if style == SCRIPT:
            return _slash(self.enclosed(parts[0], PRODUCT).whole, self.enclosed(parts[1], POWER).whole)
        return _fraction(parts[0].whole, parts[1].whole, _is_simple(node), style)

    def _power(self, node: Power, parts: Sequence[Piece], style: int) -> Piece:
        if self.is_repeated(node):
            return self._row(self.factors(node), parts)
        base = parts[0]
        if is_half(node.right):
            return Piece(rf"\sqrt{{{sealed(base.whole)}}}", kind="operator", tall=base.tall)
        base = self.enclosed(base, ATOM)
        # A name with a superscript of its own takes no second one.
        is_raised = isinstance(node.left, Symbol) and ("^" in base.text or "'" in base.text)
        text = f"{{{base.text}}}" if is_raised else base.text
        return Piece(f"{text}^{{{sealed(parts[1].whole)}}}", POWER, "", base.kind, base.tall, base.nested)

    def _modulus(self, node: Mod, parts: Sequence[Piece], style: int) -> Piece:
        left, right = pieces = [self.enclosed(part, PRODUCT) for part in parts]
        return Piece(sealed(rf"{left.text} \bmod {right.text}"), MOD, "", "operator", *_size(pieces))

    def _fenced(self, node: Node, parts: Sequence[Piece], style: int) -> Piece:
        """A function, or what has brackets of its own."""
        name, left, right = FENCES[type(node)]
        tall, nested = _size(parts)
        inner = sealed(", ".join(part.whole for part in parts))
        space = " " if left[0] == "\\" else ""
        if tall:
            left, right = rf"\left{left}", rf"\right{right}"
        strength = FRACTION if type(node) in (Log, Log2) else ATOM
        return Piece(f"{name}{left}{space}{inner}{space}{right}", strength, "", "operator", tall, nested + 1)

    def _compare(self, node: Compare, parts: Sequence[Piece], style: int) -> Piece:
        left, right = (self.enclosed(part, MOD).whole for part in parts)
        return Piece(f"{left} {SIGNS[node.op]} {right}", COMPARE, "", "operator", *_size(parts))

    def _every(self, node: All, parts: Sequence[Piece], style: int) -> Piece:
        pieces = [self.enclosed(part, NOT) for part in parts]
        return Piece(r" \land ".join(piece.whole for piece in pieces), AND, "", "operator", *_size(pieces))

    def _some(self, node: Any, parts: Sequence[Piece], style: int) -> Piece:
        pieces = [self.enclosed(part, AND) for part in parts]
        return Piece(r" \lor ".join(piece.whole for piece in pieces), OR, "", "operator", *_size(pieces))

    def _negation(self, node: Not, parts: Sequence[Piece], style: int) -> Piece:
        inner = self.enclosed(parts[0], ATOM)
        return Piece(rf"\neg {inner.whole}", NOT, "", "operator", *_size([inner]))

    def _series(self, node: Series, parts: Sequence[Piece], style: int) -> Piece:
        start, last, body = parts
        body = self.enclosed(body, SERIES)
        if body.sign:
            body = self.bracketed(body)
        index = self.names[self.index_names[node.index]].text
        text = rf"\sum_{{{index}={sealed(start.whole)}}}^{{{sealed(last.whole)}}} {body.text}"
        return Piece(text, SERIES, "", "operator", True, body.nested)


LatexWriter.marks = {
    Number: LatexWriter._number,
    Symbol: LatexWriter._symbol,
    Index: LatexWriter._index,
    Sum: LatexWriter._sum,
    Product: LatexWriter._product,
    Negative: LatexWriter._negative,
    Quotient: LatexWriter._quotient,
    Power: LatexWriter._power,
    Mod: LatexWriter._modulus,
    **dict.fromkeys(FENCES, LatexWriter._fenced),
    Compare: LatexWriter._compare,
    All: LatexWriter._every,
    Any: LatexWriter._some,
    Not: LatexWriter._negation,
    Series: LatexWriter._series,
}

_ROUND = (("(", ")"), (r"\bigl(", r"\bigr)"), (r"\Bigl(", r"\Bigr)"))


def last(stop: Node) -> Node:
    """`stop - 1`, the last value of a counting variable, with its numbers put together."""
    parts = stop.parts if isinstance(stop, Sum) else (stop,)
    number = parts[-1].value if isinstance(parts[-1], Number) else 0
    if isinstance(parts[-1], Number):
        parts = parts[:-1]
    rest = parts if number == 1 and parts else (*parts, Number(number - 1))
    return rest[0] if len(rest) == 1 else Sum(rest)


def _series_operands(node: Node, style: int) -> Sequence[Operand]:
    start, stop, body = node.children()
    return [(start, SCRIPT), (last(stop), SCRIPT), (body, _inner(body, style))]


def _inner(part: Node, style: int) -> int:
    """The style of a part that comes into brackets if it is a sum."""
    return max(style, INSIDE) if isinstance(part, Sum) else style


def _same(node: Node, style: int) -> list[int]:
    return [style] * len(node.children())


def _sum_styles(node: Node, style: int) -> list[int]:
    return [_inner(part, style) if isinstance(part, Sum) and part.bracketed else style for part in node.children()]


def _floor_styles(node: Node, style: int) -> list[int]:
    return [SCRIPT if _is_simple(node.children()[0]) else style]


def _inside(node: Node, style: int) -> list[int]:
    return [max(style, INSIDE)] * len(node.children())


_STYLES: Mapping[type[Node], Callable[[Node, int], list[int]]] = {
    Sum: _sum_styles,
    Negative: lambda node, style: [_inner(node.children()[0], style)],
    Power: lambda node, style: [_inner(node.children()[0], style), SCRIPT],
    Quotient: lambda node, style: [SCRIPT, SCRIPT],
    Floor: _floor_styles,
    Ceil: _floor_styles,
    **dict.fromkeys((Round, Abs, Log, Log2, Max, Min, Iverson), _inside),
}


def _is_simple(node: Node) -> bool:
    """Whether both sides of a quotient are single signs, which can be read small."""
    return isinstance(node, Quotient) and all(isinstance(part, Number | Symbol | Index) for part in node.children())


def _numeral(factor: Node) -> int:
    """The place of a factor in a juxtaposed product."""
    if isinstance(factor, Power):
        return 1 if isinstance(factor.left, Number) else 2
    return 0 if isinstance(factor, Number) else 2


def _slash(over: str, under: str) -> Piece:
    return Piece(sealed(f"{over}/{under}"), QUOTIENT, kind="fraction")


def _fraction(over: str, under: str, is_simple: bool, style: int) -> Piece:
    if style == SCRIPT:
        return _slash(over, under)
    is_small = is_simple and style == INSIDE
    text = rf"\{'t' * is_small}frac{{{sealed(over)}}}{{{sealed(under)}}}"
    return Piece(text, FRACTION, kind="fraction", tall=not is_small)


def _size(pieces: Sequence[Piece]) -> tuple[bool, int]:
    """Whether one of the pieces is tall, and the deepest nesting of their brackets."""
    return any(piece.tall for piece in pieces), max(piece.nested for piece in pieces)
