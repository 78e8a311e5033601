"""Terms → a formula as papers write it expanded: degrees descend, numbers stand in front, divisors below a bar."""

from __future__ import annotations

from collections.abc import Mapping

from .exact import exact
from .monomials import Monomial, term_order
from .nodes import ZERO, Exact, Iverson, Negative, Node, Number, Power, Product, Quotient, Sum, Symbol, symbols, walk

MAX_BASE = 64


def written(terms: Mapping[Monomial, Exact]) -> Node:
    """The sum of the terms, by total degree descending, then alphabetically."""
    rows = sorted(terms.items(), key=term_order)
    if len(rows) > 1 and rows[0][1] < 0:  # a sum opens with a positive term where it has one of the same degree
        rows = positive_first(rows)
    parts = tuple([term(factor, monomial) for monomial, factor in rows])
    if not parts:
        return ZERO
    return parts[0] if len(parts) == 1 else Sum(parts)


def positive_first(rows: list[tuple[Monomial, Exact]]) -> list[tuple[Monomial, Exact]]:
    """The rows with the first positive one in front."""
    for place, row in enumerate(rows):
        if row[1] > 0:
            return [row, *rows[:place], *rows[place + 1 :]]
    return rows


def term(factor: Exact, monomial: Monomial) -> Node:
    """One term: coefficient, powers, and a fraction bar where something divides."""
    if factor < 0:
        return Negative(term(-factor, monomial)) if monomial else Number(factor)
    if not monomial:
        return Number(factor)
    above = [part for gen, exponent in monomial if exponent > 0 for part in (power(gen, exponent),)]
    below = [power(gen, -exponent) for gen, exponent in monomial if exponent < 0]
    if factor.numerator != 1 or not above:
        above.insert(0, Number(factor.numerator))
    if factor.denominator != 1:
        below.insert(0, Number(factor.denominator))
    return Quotient(product(above), product(below)) if below else product(above)


def product(parts: list[Node]) -> Node:
    """The parts multiplied; a single one is itself."""
    return parts[0] if len(parts) == 1 else Product(tuple(parts))


def power(gen: Node, exponent: Exact) -> Node:
    """A power of a generator; c^n to the k is written c^(k n), 2^n to the k as 4^n and so on; a flag's bracket is the flag."""
    if isinstance(gen, Iverson) and isinstance(gen.inner, Symbol):
        gen = gen.inner
    if exponent == 1:
        return gen
    if isinstance(gen, Power):
        base = gen.left.value if isinstance(gen.left, Number) else 0
        is_short = type(base) is int and base > 1 and exponent.denominator == 1 and exponent <= MAX_BASE.bit_length()
        if is_short and (whole := base ** int(exponent)) <= MAX_BASE:
            return Power(Number(whole), gen.right)
        return Power(gen.left, multiple(gen.right, exponent))
    return Power(gen, Number(exponent))


def multiple(node: Node, factor: Exact) -> Node:
    """A normalised term times a positive number."""
    if isinstance(node, Product) and isinstance(node.parts[0], Number):
        number = exact(node.parts[0].value * factor)
        return term(number, ()) if not node.parts[1:] else scaled(number, node.parts[1:])
    return scaled(factor, (node,))


def scaled(factor: Exact, parts: tuple[Node, ...]) -> Node:
    """A number times the parts, the denominator below a bar."""
    above = parts if factor.numerator == 1 else (Number(factor.numerator), *parts)
    result = product(list(above))
    return result if factor.denominator == 1 else Quotient(result, Number(factor.denominator))


def in_order_of(formula: Node, met: Mapping[Symbol, int], *, also_outermost: bool) -> Node:
    """The formula with terms of one degree in the order in which their sizes are met, as in `V + T + 13*L + 2`."""

    def changed(node: Node) -> Node:
        inner = turned(node.rebuild(changed))
        if not isinstance(inner, Sum) or (node is formula and not also_outermost):
            return inner
        rows = sorted(
            inner.parts, key=lambda part: (-degree(part), isinstance(part, Negative), -highest(part), ranks(part, met))
        )
        by_degree = [degree(part) for part in inner.parts]
        is_sorted = by_degree == sorted(by_degree, reverse=True)
        return Sum(tuple(rows)) if is_sorted else inner

    return changed(formula)


def turned(node: Node) -> Node:
    """The node; where it is the negative of a product with a difference, the product with the difference turned."""
    if not isinstance(node, Negative) or not isinstance(node.inner, Product):
        return node
    for place, part in enumerate(node.inner.parts):
        first, second = part.parts if isinstance(part, Sum) and len(part.parts) == 2 else (ZERO, ZERO)
        if isinstance(second, Negative):
            other = Sum((second.inner, Negative(first)))
            return Product((*node.inner.parts[:place], other, *node.inner.parts[place + 1 :]))
    return node


def ranks(part: Node, met: Mapping[Symbol, int]) -> list[int]:
    """When the sizes of a term were met, the earliest first; a number is the last."""
    return sorted({met.get(symbol, len(met)) for symbol in symbols(part)}) or [len(met) + 1]


def highest(part: Node) -> Exact:
    """The highest exponent in a term, so that squares stand before products."""
    powers = [each.right.value for each in walk(part) if isinstance(each, Power) and isinstance(each.right, Number)]
    return max(powers, default=1)


def degree(part: Node) -> Exact:
    """The total degree of a term as it is written."""
    if isinstance(part, Number):
        return 0
    if isinstance(part, Negative):
        return degree(part.inner)
    if isinstance(part, Product):
        return sum(map(degree, part.parts))
    if isinstance(part, Sum):
        return max(map(degree, part.parts))
    if isinstance(part, Quotient):
        return degree(part.left) - degree(part.right)
    if isinstance(part, Power) and isinstance(part.right, Number):
        return degree(part.left) * part.right.value
    return 1
