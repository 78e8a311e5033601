"""Floors of all remainders joined again: ⌊n/s⌋ + ⌊(n + 1)/s⌋ + … + ⌊(n + s - 1)/s⌋ of an integer n is n (Hermite's identity).

Such sums come from turns of a loop that were told apart, `h[::2]` and the others.
"""

from __future__ import annotations

from math import lcm

from .facts import Facts
from .monomials import Monomial
from .nodes import Exact, Floor
from .polynomial import is_integer
from .terms import NOTHING, Polynomial, constant, generator, read, scaled


def rejoined(base: Polynomial, facts: Facts) -> Polynomial:
    """The polynomial without floors that stand in it for all remainders, with coefficients of one sign."""
    floors = [gen for gen in base.generators if type(gen) is Floor]
    if len(floors) < 2:
        return base
    rows: dict[Polynomial, list[Floor]] = {}
    for floor in floors:
        inner = read(floor.inner)
        rows.setdefault(inner - constant(inner.constant_term), []).append(floor)
    for share, row in rows.items():
        steps = lcm(*[factor.denominator for factor in share.terms.values()])
        if len(row) == steps and is_integer(scaled(share, steps), facts):
            base = _without(base, row, scaled(share, steps))
    return base


def _without(base: Polynomial, row: list[Floor], whole: Polynomial) -> Polynomial:
    """The polynomial with `whole` for the sum of a row of floors, as often as all of them stand in it."""
    beside = [base.coefficients_in(floor).get(1, NOTHING).terms for floor in row]
    same: dict[Monomial, Exact] = {}
    for monomial in beside[0]:
        factors = [other.get(monomial, 0) for other in beside]
        if min(factors) > 0 or max(factors) < 0:
            same[monomial] = min(factors) if min(factors) > 0 else max(factors)
    if not same:
        return base
    common = Polynomial(same)
    for floor in row:
        base = base - common * generator(floor)
    return base + common * whole
