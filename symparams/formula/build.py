"""Makes formulas: sizes by the rules for values, and written forms by the rules for text.

A *size* is a plain exact number or, when symbols are open, a node. Sizes enter a formula as one number, or as a tree with
one coefficient in front and equal factors as powers. *Written* forms keep the numbers of the owning text where they stand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple

from ..errors import Finding, ModelError
from .exact import MAX_BITS, exact, short, told, too_long
from .exact import product as exact_product
from .nodes import ONE, ZERO, Exact, Index, Iverson, Negative, Node, Number, Power, Product, Quotient, Series, Sum
from .work import spend

TERMS_OF_A_STEP = 4

Size = int | Fraction | Node


class Faint(Number):
    """A number that stands for a parameter's default: it vanishes, with its operator, where it is neutral."""

    __slots__ = ()


class Decided(Faint):
    """A number that a decided condition chose: neutral it vanishes, and a term that it makes 0 vanishes whole."""

    __slots__ = ()


def node(size: Size) -> Node:
    """The size as a formula."""
    return size if isinstance(size, Node) else Number(size)


def solid(formula: Node) -> Node:
    """The formula without the mark of a faint number."""
    return Number(formula.value) if isinstance(formula, Faint) else formula


# ------------------------------------------------------------------------------------------------------ sizes


class Factors(NamedTuple):
    """A product taken apart: its one coefficient, and its open factors with their exponents in the order met."""

    coefficient: Exact
    powers: dict[Node, Size]


def factors(size: Size) -> Factors:
    """The coefficient and the open factors of a size; a denominator's factors have negative exponents."""
    powers: dict[Node, Size] = {}
    coefficient = _take(size, 1, powers)
    return Factors(exact(coefficient), {base: power for base, power in powers.items() if power != 0})


def _take(size: Size, sign: int, powers: dict[Node, Size]) -> Exact:
    if not isinstance(size, Node):
        return size if sign == 1 else Fraction(1) / size
    if isinstance(size, Number):
        return _take(size.value, sign, powers)
    if isinstance(size, Negative):
        return -_take(size.inner, sign, powers)
    if isinstance(size, Product):
        coefficient: Exact = 1
        for part in size.parts:
            coefficient = coefficient * _take(part, sign, powers)
        return coefficient
    if isinstance(size, Quotient):
        return _take(size.left, sign, powers) * _take(size.right, -sign, powers)
    if isinstance(size, Power) and not isinstance(size.left, Number):
        _raise_power(powers, size.left, times(plain(size.right), sign))
        return 1
    _raise_power(powers, size, sign)
    return 1


def _raise_power(powers: dict[Node, Size], base: Node, exponent: Size) -> None:
    powers[base] = plus(powers[base], exponent) if base in powers else exponent


def plain(formula: Node) -> Size:
    """The size that a formula is: its number where it is one."""
    return formula.value if isinstance(formula, Number) else formula


def join(parts: Factors) -> Size:
    """The size with these factors: the coefficient in front, negative exponents below a fraction bar."""
    above = [_power_node(base, power) for base, power in parts.powers.items() if not _is_negative(power)]
    below = [_power_node(base, times(power, -1)) for base, power in parts.powers.items() if _is_negative(power)]
    coefficient = parts.coefficient
    if coefficient == 0 or not (above or below):
        return exact(coefficient)
    size = coefficient if coefficient > 0 else -coefficient
    if size.numerator != 1 or not above:
        above.insert(0, Number(size.numerator))
    if size.denominator != 1:
        below.insert(0, Number(size.denominator))
    result = fraction(above, below)
    return Negative(result) if coefficient < 0 else result


def fraction(above: Sequence[Node], below: Sequence[Node]) -> Node:
    """The quotient of two rows of factors; plain products where nothing stands below."""
    top = row(Product, above, ONE)
    return Quotient(top, row(Product, below, ONE)) if below else top


def row(kind: type[Product] | type[Sum], parts: Sequence[Node], empty: Node) -> Node:
    """The sum or product of the parts; the part itself where there is one, `empty` where there is none."""
    if not parts:
        return empty
    return parts[0] if len(parts) == 1 else kind(tuple(parts))


def _power_node(base: Node, exponent: Size) -> Node:
    return base if exponent == 1 else Power(base, node(exponent))


def _is_negative(exponent: Size) -> bool:
    if isinstance(exponent, Node):
        return isinstance(exponent, Negative)
    return exponent < 0


def times(left: Size, right: Size) -> Size:
    """The product of two sizes."""
    if not isinstance(left, Node) and not isinstance(right, Node):
        return exact_product(left, right)
    if left == 0 or right == 0:
        return 0
    if left == 1:
        return right
    if right == 1:
        return left
    first, second = factors(left), factors(right)
    powers = dict(first.powers)
    for base, exponent in second.powers.items():
        _raise_power(powers, base, exponent)
    kept = {base: exponent for base, exponent in powers.items() if exponent != 0}
    return join(Factors(exact_product(first.coefficient, second.coefficient), kept))


def over(left: Size, right: Size) -> Size:
    """The exact quotient of two sizes; equal open factors cancel."""
    if right == 0:
        raise ZeroDivisionError
    if not isinstance(left, Node) and not isinstance(right, Node):
        return short(exact(Fraction(left) / right))
    below = factors(right)
    inverse = {base: times(exponent, -1) for base, exponent in below.powers.items()}
    return times(left, join(Factors(exact(Fraction(1) / below.coefficient), inverse)))


def plus(left: Size, right: Size) -> Size:
    """The sum of two sizes; numbers meet, like terms stay as they are."""
    if not isinstance(left, Node) and not isinstance(right, Node):
        return short(exact(left + right))
    terms: list[Node] = []
    constant: Exact = 0
    for part in (left, right):
        for term in _terms(part):
            if isinstance(term, Node):
                terms.append(term)
            else:
                constant += term
    spend(len(terms) // TERMS_OF_A_STEP)
    if constant < 0 and terms:
        terms.append(Negative(Number(-constant)))
    elif constant != 0:
        terms.append(Number(exact(constant)))
    return plain(row(Sum, terms, ZERO))


def _terms(size: Size) -> Iterable[Size]:
    if isinstance(size, Sum):
        for part in size.parts:
            yield from _terms(part)
    elif isinstance(size, Number):
        yield size.value
    elif isinstance(size, Negative) and isinstance(size.inner, Number):
        yield exact(-size.inner.value)
    else:
        yield size


def minus(left: Size, right: Size) -> Size:
    """The difference of two sizes; 0 where they are the same formula."""
    if left == right:
        return 0
    if isinstance(right, Sum):
        result = left
        for part in right.parts:
            result = plus(result, times(plain(part), -1))
        return _without_opposites(result)
    return _without_opposites(plus(left, times(right, -1)))


def _without_opposites(size: Size) -> Size:
    """The sum without pairs of a term and its negative, as in `k + 1 - k`."""
    if not isinstance(size, Sum):
        return size
    kept: list[Node] = []
    for part in size.parts:
        opposite = part.inner if isinstance(part, Negative) else Negative(part)
        if opposite in kept:
            kept.remove(opposite)
        else:
            kept.append(part)
    return plain(row(Sum, kept, ZERO))


def power(base: Size, exponent: Size) -> Size:
    """A size to a power; exponents of powers and products multiply."""
    if not isinstance(base, Node) and not isinstance(exponent, Node):
        return number_power(base, exponent)
    if exponent == 0:
        return 1
    if exponent == 1 or base == 1:
        return base
    if isinstance(base, Node) and isinstance(exponent, int):
        parts = factors(base)
        powers = {inner: times(old, exponent) for inner, old in parts.powers.items()}
        return join(Factors(number_power(parts.coefficient, exponent), powers))
    return Power(node(base), node(exponent))


def number_power(base: Exact, exponent: Exact) -> Exact:
    """A number to a power, exactly. Raises: `LimitError` where the result has more than 100,000 bits."""
    if exponent.denominator != 1:
        return _root(base, Fraction(exponent))
    size = max(abs(base.numerator), base.denominator).bit_length()
    if size > 1 and (size - 1) * abs(int(exponent)) > MAX_BITS:
        too_long("power")
    if exponent < 0 and base == 0:
        raise ZeroDivisionError
    if exponent < 0:
        base = Fraction(base)
    return exact(base ** int(exponent))


def _root(base: Exact, exponent: Fraction) -> Exact:
    if exponent.denominator == 2 and base >= 0:
        from math import isqrt

        above, below = isqrt(base.numerator), isqrt(base.denominator)
        if above * above == base.numerator and below * below == base.denominator:
            return number_power(exact(Fraction(above, below)), exponent.numerator)
    raise ModelError(Finding("not-exact", f"{told(base)} to the power {told(exponent)} isn't an exact number"))


# ------------------------------------------------------------------------------------------------------ written forms


class Operand(NamedTuple):
    """One factor of a written product: a formula, whether it stands below the bar, and whether a name brought it."""

    formula: Node
    is_below: bool = False
    is_value: bool = False


def written_product(operands: Iterable[Operand]) -> Node:
    """The product as written.

    Numbers of the text stay in place; coefficients that names brought multiply and go before the first open factor;
    equal open factors become powers at the first one's place and cancel against those below the bar.
    """
    work = _WrittenProduct()
    for operand in operands:
        work.add(operand.formula, operand.is_below, operand.is_value)
    return work.result()


class _WrittenProduct:
    """A written product being gathered."""

    def __init__(self) -> None:
        self.rows: tuple[list[Node], list[Node]] = ([], [])
        self.powers: dict[Node, Size] = {}
        self.coefficient: Exact = 1
        self.vanishes = False

    def add(self, formula: Node, is_below: bool, is_value: bool) -> None:
        if isinstance(formula, Number):
            self._add_number(formula, is_below, is_value)
        elif isinstance(formula, Product):
            for part in formula.parts:
                self.add(part, is_below, is_value)
        elif isinstance(formula, Quotient):
            self.add(formula.left, is_below, is_value)
            self.add(formula.right, not is_below, is_value)
        elif isinstance(formula, Negative):
            self.coefficient = -self.coefficient
            self.add(formula.inner, is_below, is_value)
        else:
            self._add_open(formula, -1 if is_below else 1)

    def _add_number(self, number: Number, is_below: bool, is_value: bool) -> None:
        if isinstance(number, Decided) and number.value == 0 and not is_below:
            self.vanishes = True
        if isinstance(number, Faint) and number.value == 1:
            return
        if is_below and number.value == 0:
            raise ZeroDivisionError
        if is_value:
            self.coefficient = (
                self.coefficient * number.value if not is_below else Fraction(self.coefficient) / number.value
            )
        else:
            self.rows[is_below].append(solid(number))

    def _add_open(self, formula: Node, sign: int) -> None:
        base, exponent = formula, 1
        if isinstance(formula, Sum) and formula.bracketed:
            base = Sum(formula.parts)
        if isinstance(formula, Power) and not isinstance(formula.left, Number):
            base, exponent = formula.left, plain(formula.right)  # type: ignore[assignment]
        if base not in self.powers:
            self.powers[base] = times(exponent, sign)
            self.rows[sign < 0].append(base)
        else:
            self.powers[base] = plus(self.powers[base], times(exponent, sign))

    def result(self) -> Node:
        if self.vanishes:
            return Decided(0)
        above, below = self._rows()
        coefficient = exact(self.coefficient)
        size = coefficient if coefficient > 0 else -coefficient
        if size.numerator != 1:
            place = next((i for i, part in enumerate(above) if not isinstance(part, Number)), len(above))
            above.insert(place, Number(size.numerator))
        if size.denominator != 1:
            below.insert(0, Number(size.denominator))
        if not above and not below:
            formula: Node = Faint(1)
        else:
            formula = fraction(above, below)
        return Negative(solid(formula)) if coefficient < 0 else formula

    def _rows(self) -> tuple[list[Node], list[Node]]:
        above: list[Node] = []
        below: list[Node] = []
        for line, is_below in ((self.rows[0], False), (self.rows[1], True)):
            for part in line:
                if part not in self.powers:
                    (below if is_below else above).append(part)
                    continue
                exponent = self.powers[part]
                if exponent == 0:
                    continue
                if _is_negative(exponent):
                    below.append(_power_node(part, times(exponent, -1)))
                else:
                    above.append(_power_node(part, exponent))
        return above, below


def written_sum(terms: Iterable[Node]) -> Node:
    """The sum as written: sums inside are flat, except that a member's, a measure's or a turn's sum keeps its brackets.

    Brackets directly around bracketed sums say nothing more and go; faint zeros vanish.
    """
    parts: list[Node] = []
    for term in terms:
        if isinstance(term, Faint) and term.value == 0:
            continue
        if isinstance(term, Sum) and (not term.bracketed or any(_is_bracketed(part) for part in term.parts)):
            parts.extend(term.parts)
        else:
            parts.append(solid(term))
    if len(parts) > 1:
        return Sum(tuple(parts))
    return parts[0] if parts else Decided(0)


def _is_bracketed(formula: Node) -> bool:
    return isinstance(formula, Sum) and formula.bracketed


def written_negative(formula: Node) -> Node:
    """`-a` as written."""
    if isinstance(formula, Faint) and formula.value == 0:
        return formula
    if isinstance(formula, Negative):
        return formula.inner
    return Negative(solid(formula))


def written_power(base: Node, exponent: Node) -> Node:
    """`a ^ b` as written; a faint exponent 1 vanishes, powers of an open power multiply."""
    if isinstance(exponent, Faint) and exponent.value == 1:
        return base
    if isinstance(base, Faint) and base.value == 1:
        return base
    if isinstance(base, Power) and not isinstance(base.left, Number):
        return Power(base.left, node(times(plain(base.right), plain(exponent))))
    return Power(solid(base), solid(exponent))


def grouped(formula: Node) -> Node:
    """The formula as one turn, member or measure: a sum of two or more terms keeps its brackets in a sum."""
    if isinstance(formula, Sum) and not formula.bracketed:
        return Sum(formula.parts, True)
    return formula


def repeated(count: Size, formula: Node, index: Index | None = None, start: Size = 0, stop: Size = 0) -> Node:
    """A turn's formula `count` times, or summed over the index where it depends on it; nothing stays nothing."""
    from .nodes import contains

    if isinstance(formula, Faint) and formula.value == 0:
        return formula
    if index is not None and contains(formula, index):
        return Series(index, node(start), node(stop), solid(formula))
    return written_product([Operand(node(count), is_value=isinstance(count, Node)), Operand(solid(formula))])


def guarded(known: Node, formula: Node) -> Node:
    """`[c]·a`; the bracket alone where a is 1."""
    if isinstance(formula, Number) and formula.value == 0:
        return formula
    if isinstance(formula, Number) and formula.value == 1:
        return Iverson(known)
    return written_product([Operand(Iverson(known)), Operand(solid(formula))])
