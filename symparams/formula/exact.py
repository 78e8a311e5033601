"""Exact arithmetic on ints and Fractions, guarded: what isn't an exact number or is too long to write is an error.

`value` computes numbers with it, `terms` and `polynomial` the coefficients.
"""

from __future__ import annotations

from fractions import Fraction
from math import isqrt
from typing import NoReturn

from ..errors import Finding, LimitError, SymparamsError
from .nodes import Exact
from .work import spend

MAX_BITS = 100_000
MAX_TOLD_BITS = 2_000  # a longer number is told by its length
LONG_BITS = 2_000  # a longer number takes steps
STEPS_OF_A_FRACTION = 8  # since both sides are divided by what they share


def exact(number: Exact) -> Exact:
    """The number as an int where it is one."""
    if type(number) is int:
        return number
    return number.numerator if number.denominator == 1 else number


def divided(left: Exact, right: Exact) -> Exact:
    """left / right, exactly."""
    if not right:
        raise SymparamsError(Finding("division-by-zero", f"{left} is divided by 0"))
    return exact(Fraction(left) / right)


def short(number: Exact) -> Exact:
    """The number itself, which takes steps where it is long; an error where it is longer than the limit."""
    bits = length(number)
    if bits > LONG_BITS:
        if bits > MAX_BITS:
            too_long()
        longs = bits // LONG_BITS
        spend(longs if type(number) is int else STEPS_OF_A_FRACTION * longs**2)
    return number


def length(number: Exact) -> int:
    """How many bits a number has, the larger side of a fraction."""
    if type(number) is int:
        return number.bit_length()
    return max(number.numerator.bit_length(), number.denominator.bit_length())


def product(left: Exact, right: Exact) -> Exact:
    """left · right; of two long numbers it takes more steps than their length says."""
    least = min(length(left), length(right))
    if least > LONG_BITS:
        spend((least // LONG_BITS) ** 2)
    return exact(short(left * right))


def power(base: Exact, exponent: Exact) -> Exact:
    """base ^ exponent where that is an exact number short enough to write."""
    if type(exponent) is not int and exponent.denominator != 1:
        return power(root(base, exponent.denominator), exponent.numerator)
    if base == 0 and exponent < 0:
        raise SymparamsError(Finding("division-by-zero", f"0 to the power {told(exponent)} divides by 0"))
    if base not in (-1, 0, 1) and (length(base) - 1) * abs(exponent.numerator) > MAX_BITS:
        too_long()
    if exponent < 0:
        return exact(Fraction(1) / Fraction(base) ** int(-exponent))
    return exact(base ** int(exponent))


def told(number: Exact) -> str:
    """A number in a message; of a long one its length in bits."""
    bits = length(number)
    return str(number) if bits <= MAX_TOLD_BITS else f"a number of {bits:,} bits"


def root(base: Exact, degree: int) -> Exact:
    """The root of that degree where it is an exact number."""
    found = perfect_root(base, degree)
    if found is None:
        name = "square root" if degree == 2 else f"root of degree {told(degree)}"
        inexact(f"the {name} of {told(base)}")
    return found


def perfect_root(base: Exact, degree: int) -> Exact | None:
    """The root of that degree, or None where it isn't an exact number."""
    if base < 0:
        return None
    above, below = whole_root(base.numerator, degree), whole_root(base.denominator, degree)
    return exact(Fraction(above, below)) if above is not None and below is not None else None


def whole_root(number: int, degree: int) -> int | None:
    """The integer whose power is the number, or None."""
    if degree == 2:
        found = isqrt(number)
    else:
        found, above = 0, 1 << (number.bit_length() // degree + 1)
        while above - found > 1:
            middle = (found + above) // 2
            if middle**degree <= number:
                found = middle
            else:
                above = middle
    return found if found**degree == number else None


def log2(number: Exact) -> int:
    """The logarithm to the base 2 of a power of 2."""
    above, below = number.numerator, number.denominator
    if above <= 0 or above & (above - 1) or below & (below - 1):
        inexact(f"log2 of {told(number)}")
    return above.bit_length() - below.bit_length()


def log(number: Exact) -> int:
    """The natural logarithm of 1, the only exact one."""
    if number != 1:
        inexact(f"log of {told(number)}")
    return 0


def inexact(what: str) -> NoReturn:
    """Refuse what would have to be rounded."""
    raise SymparamsError(
        Finding("not-exact", f"{what} isn't an exact number", hint="round it as the authors do: floor, ceil or round")
    )


def too_long(what: str = "number") -> NoReturn:
    """Refuse a number with more digits than the limit."""
    raise LimitError(Finding("limit-digits", f"a {what} comes out larger than the limit of {MAX_BITS:,} bits"))
