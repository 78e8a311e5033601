"""What a formula, or the ratio of two, tends to as one of its sizes grows without end or goes to a number."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from ..errors import SymparamsError
from .algebra import ENDLESS, expanded, factored, sympy_limit
from .cases import is_zero
from .domain import Domain
from .examples import counterexample
from .facts import NO_FACTS, Facts
from .nodes import ONE, ZERO, Compare, Exact, Floor, Node, Quotient, Symbol, symbols
from .polynomial import polynomial
from .terms import Polynomial, constant, depends, generator, read, replaced, total


class Limit(NamedTuple):
    """Whether the limit is the one claimed, None where that isn't found out; and the limit, `ENDLESS`, or None."""

    holds: bool | None
    limit: Node | None = None


def limit_ratio(left: Node, right: Node, name: str, to: Exact | str = "oo", facts: Facts = NO_FACTS) -> Limit:
    """Whether left / right tends to 1 as the size grows ("oo") or goes to a number; where right is 0, left to 0."""
    symbol = Symbol(name)
    far = _far(symbol, [left, right], facts) if to == "oo" else facts
    try:
        upper, lower = polynomial(left, far), polynomial(right, far)
    except SymparamsError:
        return Limit(None)
    if to != "oo":
        moved = generator(symbol) + constant(Fraction(to))
        upper, lower = replaced(upper, symbol, moved), replaced(lower, symbol, moved)
    if lower.is_zero:
        return _vanishing(upper, left, name, to, facts)
    sign = 1 if to == "oo" else -1
    first, second = leading(upper, symbol, sign), leading(lower, symbol, sign)
    if first is None or second is None:
        return _by_sympy(Quotient(left, right), ONE, name, to, facts)
    (degree, one), (other_degree, other) = first, second
    if degree != other_degree:
        return Limit(False, _end(degree - other_degree, sign))
    if is_zero(one - other, facts):
        return Limit(True, ONE)
    if counterexample(Compare("==", one.node(), other.node()), facts) is None:
        return Limit(None)
    form = expanded if len(other.terms) == 1 else factored
    return Limit(False, form(Quotient(one.node(), other.node())))


def _far(symbol: Symbol, sides: list[Node], facts: Facts) -> Facts:
    """The facts where a size is larger than all others."""
    domain = Domain("real" if facts.domain(symbol.name).kind == "real" else "int", 10**9)
    others = dict.fromkeys(other for side in sides for other in symbols(side) if other != symbol)
    return facts.with_domains({symbol.name: domain}).with_assumption(*[Compare(">", symbol, other) for other in others])


def _end(degree: Exact, sign: int) -> Node:
    """The limit of a power that isn't 0."""
    return ENDLESS if degree * sign > 0 else ZERO


def _vanishing(base: Polynomial, left: Node, name: str, to: Exact | str, facts: Facts) -> Limit:
    """Whether a formula tends to 0; base is its normal form, moved to where the size goes."""
    if base.is_zero:
        return Limit(True, ZERO)
    sign = 1 if to == "oo" else -1
    first = leading(base, Symbol(name), sign)
    if first is None:
        return _by_sympy(left, ZERO, name, to, facts)
    degree, factor = first
    limit = _end(degree, sign) if degree else factor.node()
    return Limit(limit == ZERO, limit)


def _by_sympy(base: Node, expected: Node, name: str, to: Exact | str, facts: Facts) -> Limit:
    found = sympy_limit(base, name, to, facts)
    return Limit(None if found is None else found == expected, found)


def leading(base: Polynomial, symbol: Symbol, sign: int) -> tuple[Exact, Polynomial] | None:
    """(exponent, coefficient) of the highest power of a size (of the lowest one for sign -1), or None."""
    if sign > 0:
        base = without_floors(base, symbol)
    rows = base.coefficients_in(symbol)
    if not rows or any(gen != symbol and depends(gen, symbol) for gen in base.generators):
        return None
    exponent = max(rows) if sign > 0 else min(rows)
    return exponent, rows[exponent]


def without_floors(base: Polynomial, symbol: Symbol) -> Polynomial:
    """The polynomial with x for ⌊x⌋ where the error is of lower degree than the whole."""
    for gen in base.generators:
        if isinstance(gen, Floor) and depends(gen, symbol):
            opened = replaced(base, gen, read(gen.inner))
            rows = base.coefficients_in(gen)
            beside = total([row for exponent, row in rows.items() if exponent])
            if set(rows) <= {0, 1} and beside.degree_in(symbol) < opened.degree_in(symbol):
                base = opened
    return base
