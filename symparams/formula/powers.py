"""Powers with symbolic exponents, split to one base and one term each: 2^(3i+1) is 2·(2^i)³, 4^i is (2^i)²."""

from __future__ import annotations

from .exact import exact
from .monomials import UNIT, Monomial
from .nodes import Exact, Iverson, Node, Number, Power
from .terms import (
    ONE_TERM,
    Polynomial,
    any_power,
    content,
    generator,
    number_power,
    raised,
    read,
    scaled,
)
from .writing import written

MAX_TRIAL = 1 << 10


def symbolic_power(base: Polynomial, exponent: Polynomial) -> Polynomial:
    """base ^ exponent; products are split, which holds where the factors are ≥ 0 or the exponent is an integer."""
    number = exponent.constant
    if number is not None:
        return any_power(base, number)
    if not base.terms:
        return generator(Power(Number(0), exponent.node()))
    factor, monomial, rest = content(base)
    result = number_to(factor, exponent)
    for gen, old in monomial:
        result = result * generator_to(gen, scaled(exponent, old))
    return result if rest is ONE_TERM else result * base_to(rest.node(), exponent)


def number_to(base: Exact, exponent: Polynomial) -> Polynomial:
    """A number to a symbolic exponent, as powers of its primes."""
    result = base_to(Number(-1), exponent) if base < 0 else ONE_TERM
    for prime, times in primes(-base if base < 0 else base).items():
        result = result * base_to(Number(prime), scaled(exponent, times))
    return result


def primes(number: Exact) -> dict[int, int]:
    """Prime → exponent; a large rest stays one factor."""
    found: dict[int, int] = {}
    for part, sign in ((number.numerator, 1), (number.denominator, -1)):
        divisor = 2
        while divisor * divisor <= part and divisor < MAX_TRIAL:
            while part % divisor == 0:
                found[divisor] = found.get(divisor, 0) + sign
                part //= divisor
            divisor += 1
        if part > 1:
            found[part] = found.get(part, 0) + sign
    return found


def generator_to(gen: Node, exponent: Polynomial) -> Polynomial:
    """A generator to a symbolic exponent; exponents of a power multiply."""
    if isinstance(gen, Power):
        return symbolic_power(read(gen.left), read(gen.right) * exponent)
    if isinstance(gen, Iverson):
        return generator(Power(gen, exponent.node()))
    return base_to(gen, exponent)


def base_to(base: Node, exponent: Polynomial) -> Polynomial:
    """One base to a symbolic exponent, a factor for each of the exponent's terms."""
    result = ONE_TERM
    for monomial, factor in exponent.terms.items():
        result = result * base_to_term(base, monomial, factor)
    return result


def base_to_term(base: Node, monomial: Monomial, factor: Exact) -> Polynomial:
    """One base to one term of an exponent."""
    if monomial != UNIT:
        is_sign = isinstance(base, Number) and base.value == -1
        return generator(Power(base, written({monomial: 1})), exact(factor % 2 if is_sign else factor))
    if isinstance(base, Number):
        return number_power(base.value, factor)
    inner = read(base)
    return raised(inner, factor.numerator) if factor.denominator == 1 else any_power(inner, factor)
