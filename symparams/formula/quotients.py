"""Division of polynomials: exact where it goes without a rest, else by the denominator as one generator."""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

from ..errors import Finding, SymparamsError
from .exact import exact
from .monomials import Monomial, over, term_order
from .nodes import Exact
from .terms import Polynomial, add_term, content, rational_power, scaled

MAX_DIVIDED = 2_000


def quotient(left: Polynomial, right: Polynomial) -> Polynomial:
    """left / right in normal form."""
    if not right.terms:
        refuse()
    if len(right.terms) > 1 and len(left.terms) > 1:
        exactly = divided_exactly(left, right)
        if exactly is not None:
            return exactly
    return left * rational_power(right, -1)


def refuse() -> NoReturn:
    """Refuse a division by a formula that is 0."""
    raise SymparamsError(Finding("division-by-zero", "something is divided by 0"))


def divided_exactly(left: Polynomial, right: Polynomial) -> Polynomial | None:
    """left / right where it goes without a rest, else None; both may have negative exponents."""
    if len(left.terms) > MAX_DIVIDED or len(right.terms) > len(left.terms):
        return None
    number, monomial, divisor = content(right)
    above, common, dividend = content(left)
    if not above:
        return left
    if not number:
        refuse()
    found = whole_quotient(dividend, divisor)
    if found is None:
        return None
    factor = exact(Fraction(above) / number)
    return scaled(found, factor) * Polynomial({over(common, monomial): 1})


def whole_quotient(left: Polynomial, right: Polynomial) -> Polynomial | None:
    """The quotient of polynomials without negative exponents, by long division in the order of terms."""
    lead, lead_factor = min(right.terms.items(), key=division_order)
    rest, found = dict(left.terms), dict[Monomial, Exact]()
    while rest:
        monomial = min(rest, key=lambda m: division_order((m, 1)))
        step = over(monomial, lead)
        if any(exponent < 0 for _, exponent in step) or len(found) > MAX_DIVIDED:
            return None
        factor = exact(Fraction(rest[monomial]) / lead_factor)
        found[step] = factor
        for part, number in (Polynomial({step: -factor}) * right).terms.items():
            add_term(rest, part, number)
    return Polynomial(found)


division_order = term_order
