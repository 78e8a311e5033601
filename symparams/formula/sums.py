"""Closed forms of sums over a range: polynomials in the index times powers such as 2^i, by the terms alone."""

from __future__ import annotations

from math import comb

from .monomials import Monomial
from .nodes import Compare, Index, Node, Number, Power
from .powers import symbolic_power
from .terms import NOTHING, ONE_TERM, Polynomial, constant, depends, generator, rational_power, read, total

MAX_DEGREE = 40

# One summand: the exponent of the index, the base c of c^index, and the factor that is free of the index.
Part = tuple[int, Polynomial, Polynomial]


def summed(
    term: Polynomial, index: Index, start: Polynomial, stop: Polynomial, needed: list[Node] | None = None
) -> Polynomial | None:
    """The sum of `term` over index = start … stop - 1 without the Σ, or None where it has no such form here.

    It holds for start ≤ stop, and for c ≠ 1 where c^index occurs with a symbolic c: the latter are added to `needed`.
    The condition on the range is the caller's to add (`range_condition`), since it is one for all terms.
    """
    parts = [part_of(monomial, index) for monomial in term.terms]
    if any(part is None for part in parts):
        return None
    groups: dict[tuple[int, Polynomial], list[Polynomial]] = {}
    for part, factor in zip(parts, term.terms.values(), strict=True):
        assert part is not None
        degree, base, rest = part
        groups.setdefault((degree, base), []).append(rest * factor)
    for _, base in groups:
        if base.constant is None and needed is not None:
            needed.append(Compare("!=", base.node(), Number(1)))
    return total([sum_of_power(d, base, start, stop) * total(rests) for (d, base), rests in groups.items()])


def range_condition(start: Polynomial, stop: Polynomial) -> Node:
    """The condition start ≤ stop, with the numbers on the right: `n >= 1` for range(1, n)."""
    difference = stop - start
    left = Polynomial({m: factor for m, factor in difference.terms.items() if factor > 0 and m})
    right = left - difference
    return Compare(">=", left.node(), right.node())


def part_of(monomial: Monomial, index: Index) -> Part | None:
    """One monomial taken apart by the index; None where the index stands deeper than as factor or linear exponent."""
    degree, base, rest = 0, ONE_TERM, ONE_TERM
    for gen, exponent in monomial:
        if gen == index:
            if exponent < 0 or exponent.denominator != 1 or exponent > MAX_DEGREE:
                return None
            degree = int(exponent)
        elif not depends(gen, index):
            rest = rest * generator(gen, exponent)
        else:
            factor = base_of(gen, index) if isinstance(gen, Power) else None
            if factor is None:
                return None
            base = base * symbolic_power(factor, constant(exponent))
    return degree, base, rest


def base_of(gen: Power, index: Index) -> Polynomial | None:
    """The c with gen = c^index, or None."""
    if depends(gen.left, index):
        return None
    linear = read(gen.right).linear_in(index)
    if linear is None or linear[1].terms or any(depends(part, index) for part in linear[0].generators):
        return None
    return symbolic_power(read(gen.left), linear[0])


def sum_of_power(degree: int, base: Polynomial, start: Polynomial, stop: Polynomial) -> Polynomial:
    """The sum of index^degree · base^index over index = start … stop - 1."""
    if base == ONE_TERM:
        coefficients = power_sums(degree)
        return at(coefficients, stop) - at(coefficients, start)
    coefficients = geometric_sums(degree, base)
    upper = symbolic_power(base, stop) * at(coefficients, stop)
    return upper - symbolic_power(base, start) * at(coefficients, start)


def at(coefficients: list[Polynomial], point: Polynomial) -> Polynomial:
    """The polynomial with these coefficients, lowest first, at a point."""
    result = NOTHING
    for coefficient in reversed(coefficients):
        result = result * point + coefficient
    return result


def power_sums(degree: int) -> list[Polynomial]:
    """The coefficients of F(n) = 0^degree + 1^degree + … + (n-1)^degree, lowest first.

    Source: n^(d+1) is the sum of (i+1)^(d+1) - i^(d+1), which the binomial theorem solves for the highest F.
    """
    rows: list[list[Polynomial]] = []
    for d in range(degree + 1):
        row = [NOTHING] * (d + 1) + [ONE_TERM]
        for lower in range(d):
            for place, coefficient in enumerate(rows[lower]):
                row[place] = row[place] - coefficient * comb(d + 1, lower)
        rows.append([coefficient * rational_power(constant(d + 1), -1) for coefficient in row])
    return rows[degree]


def geometric_sums(degree: int, base: Polynomial) -> list[Polynomial]:
    """The coefficients, lowest first, of the g with c^(n+1)·g(n+1) - c^n·g(n) = n^degree·c^n."""
    below = rational_power(base - 1, -1)
    found = [NOTHING] * (degree + 1)
    for place in range(degree, -1, -1):
        higher = total([found[m] * comb(m, place) for m in range(place + 1, degree + 1)])
        found[place] = ((ONE_TERM if place == degree else NOTHING) - base * higher) * below
    return found
