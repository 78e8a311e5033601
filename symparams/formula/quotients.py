"""Division of polynomials: exact where it goes without a rest, else by the denominator as one generator."""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn

from ..errors import Finding, SymparamsError
from .exact import exact
from .monomials import Monomial, over, term_order
from .nodes import Exact, Sum
from .terms import Polynomial, add_term, content, generator, rational_power, read, scaled
from .work import spend

MAX_DIVIDED = 2_000
MAX_LOOKED_AT = 20_000  # so many terms, in search of the first of those that are left, a division may look at
STEPS_OF_A_LOOK = 3


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
    lead, lead_factor = min(right.terms.items(), key=term_order)
    rest, found, looked_at = dict(left.terms), dict[Monomial, Exact](), 0
    while rest:
        looked_at += len(rest)
        spend(STEPS_OF_A_LOOK * len(rest))
        monomial = min(rest, key=lambda m: term_order((m, 1)))
        step = over(monomial, lead)
        if any(exponent < 0 for _, exponent in step) or looked_at > MAX_LOOKED_AT:
            return None
        factor = exact(Fraction(rest[monomial]) / lead_factor)
        found[step] = factor
        for part, number in (Polynomial({step: -factor}) * right).terms.items():
            add_term(rest, part, number)
    return Polynomial(found)


def reduced(base: Polynomial) -> Polynomial:
    """The polynomial with sums cancelled where they divide all that stands above them."""
    if not any(monomial and type(monomial[-1][0]) is Sum for monomial in base.terms):
        return base
    for gen in base.generators:
        if type(gen) is Sum:
            base = cancelled(base, gen)
    return base


def cancelled(base: Polynomial, gen: Sum) -> Polynomial:
    """The polynomial with one sum cancelled, power by power."""
    lowest = min(base.coefficients_in(gen), default=0)
    while lowest < 0 and lowest.denominator == 1:
        above = base.coefficients_in(gen).get(lowest)
        if above is not None:
            found = divided_exactly(above, read(gen)) if len(above.terms) > 1 else None
            if found is None:
                return base
            base = base - above * generator(gen, lowest) + found * generator(gen, lowest + 1)
        lowest += 1
    return base
