"""What arithmetic can't open, in normal form: floors, roundings, absolute values, largest and smallest, brackets.

Each function takes polynomials and gives one; what stays opaque is one generator, the same for equal formulas.
"""

from __future__ import annotations

from fractions import Fraction
from math import floor, gcd, lcm

from .exact import exact
from .facts import Knowledge
from .monomials import UNIT, Monomial, over, term_order
from .nodes import ZERO, Abs, Compare, Exact, Floor, Iverson, Max, Min, Node, Round, Sum
from .sign import denominator, is_nonnegative, is_positive, is_positive_generator, is_whole, is_whole_term
from .terms import (
    NOTHING,
    ONE_TERM,
    Polynomial,
    common_monomial,
    common_number,
    constant,
    content,
    generator,
    read,
    scaled,
    total,
)


def floored(base: Polynomial, known: Knowledge) -> Polynomial:
    """⌊base⌋: integers stand outside, coefficients of the rest are below 1, and bounds decide what they can."""
    if is_whole(base, known):
        return base
    outside, rest = integer_part(base, known)
    # Cutting the coefficient of a bracket may hide between which integers the whole lies: (1 - [c])/2 is below 1.
    has_brackets = any(isinstance(gen, Iverson) for gen in base.generators)
    for part, beside in ((base, NOTHING), (rest, outside)) if has_brackets else ((rest, outside),):
        for turn in (0, -1, 1):
            if is_nonnegative(part - turn, known) and is_positive(turn + 1 - part, known):
                return beside + turn
    inner = unnested(rest, known)
    if inner is not None:
        return outside + floored(inner, known)
    return outside + canonical_floor(rest, base, known)


def integer_part(base: Polynomial, known: Knowledge) -> tuple[Polynomial, Polynomial]:
    """(integers, rest) of which it is the sum; coefficients of integers are cut to below 1 in the rest."""
    outside: dict[Monomial, Exact] = {}
    rest: dict[Monomial, Exact] = {}
    for monomial, factor in base.terms.items():
        if is_whole_term(factor, monomial, known):
            outside[monomial] = factor
        elif is_whole_term(1, monomial, known):
            rest[monomial] = exact(factor - floor(factor))
            if floor(factor):
                outside[monomial] = floor(factor)
        else:
            rest[monomial] = factor
    return Polynomial(outside), Polynomial(rest)


def unnested(rest: Polynomial, known: Knowledge) -> Polynomial | None:
    """⌊(⌊x⌋ + m) / n⌋ is ⌊(x + m) / n⌋ for integers m and n ≥ 1; None where there is no such floor inside."""
    for monomial, factor in rest.terms.items():
        for gen, exponent in monomial:
            if isinstance(gen, Floor) and exponent == 1:
                share = Polynomial({over(monomial, ((gen, 1),)): factor})
                divisor = share**-1
                others = rest - share * generator(gen)
                if is_whole(divisor, known) and is_positive(divisor, known) and is_whole(others * divisor, known):
                    return share * read(gen.inner) + others
    return None


def canonical_floor(rest: Polynomial, base: Polynomial, known: Knowledge) -> Polynomial:
    """The floor of the rest of a base as a generator; of ⌊x⌋ and -⌊-x + …⌋ the one with the smaller coefficients."""
    if all(is_whole_term(1, monomial, known) for monomial in rest.terms):
        return canonical_fraction(rest, base)
    if min(rest.terms.items(), key=term_order)[1] > 0:
        return generator(Floor(rest.node()))
    step = denominator(rest)
    if not (is_whole(rest * step, known) and is_positive(step, known)):
        return generator(Floor(rest.node()))
    return -1 - floored(-rest - step**-1, known)


def canonical_fraction(rest: Polynomial, base: Polynomial) -> Polynomial:
    """The floor of fractions of integers: the constant is cut to steps of the denominator, and ⌈n/q⌉ is ⌊(n+q-1)/q⌋.

    Halves are turned only where the base opens with a negative one, so that ⌊(d+1)/2⌋ and ⌊d/2⌋ both stay.
    """
    shares = {monomial: factor for monomial, factor in rest.terms.items() if monomial}
    steps = lcm(*[factor.denominator for factor in shares.values()])
    number = Fraction(floor(rest.constant_term * steps), steps)
    turned = {monomial: 1 - factor for monomial, factor in shares.items()}
    other = Fraction(steps - 1, steps) - number
    names = sorted(shares, key=lambda monomial: term_order((monomial, 1)))
    first, second = [shares[name] for name in names], [turned[name] for name in names]
    if first < second or (first == second and base.terms[names[0]] > 0):
        return generator(Floor(total([Polynomial(shares), constant(number)]).node()))
    inner = total([Polynomial(turned), constant(other)])
    return Polynomial(dict.fromkeys(shares, 1)) - generator(Floor(inner.node()))


def rounded(base: Polynomial, known: Knowledge) -> Polynomial:
    """The nearest integer; a floor where there are no halves to be taken to the even side."""
    if is_whole(base, known):
        return base
    steps = lcm(*[factor.denominator for factor in base.terms.values()])
    if steps % 2 and is_whole(scaled(base, steps), known):
        return floored(base + Fraction(1, 2), known)
    number = base.constant
    return constant(round(number)) if number is not None else generator(Round(base.node()))


def absolute(base: Polynomial, known: Knowledge) -> Polynomial:
    """The absolute value, by the sign where it is known."""
    if is_nonnegative(base, known):
        return base
    if is_nonnegative(-base, known):
        return -base
    factor, monomial, rest = content(base)
    outside, inside = apart(monomial, known)
    inner = Polynomial({inside: 1}) * rest
    return Polynomial({outside: -factor if factor < 0 else factor}) * generator(Abs(inner.node()))


def apart(monomial: Monomial, known: Knowledge) -> tuple[Monomial, Monomial]:
    """The factors that are known to be > 0, and the others."""
    outside = tuple([pair for pair in monomial if is_positive_generator(pair[0], known)])
    return outside, tuple([pair for pair in monomial if pair not in outside])


def largest(kind: type[Max] | type[Min], parts: list[Polynomial], known: Knowledge) -> Polynomial:
    """The largest (smallest) of several: what can't be it goes, what all share stands outside."""
    sign = 1 if kind is Max else -1
    kept = undominated([inner for part in parts for inner in opened(kind, part)], sign, known)
    if len(kept) == 1:
        return kept[0]
    shared = Polynomial({m: f for m, f in kept[0].terms.items() if all(p.terms.get(m) == f for p in kept)})
    return shared + shared_factor(kind, [part - shared for part in kept], known)


def opened(kind: type[Max] | type[Min], part: Polynomial) -> list[Polynomial]:
    """The parts of a largest within a largest."""
    gens = part.generators
    if len(gens) == 1 and isinstance(gens[0], kind) and part == generator(gens[0]):
        return [read(inner) for inner in gens[0].parts]
    return [part]


def undominated(parts: list[Polynomial], sign: int, known: Knowledge) -> list[Polynomial]:
    """The parts without those that another one always reaches."""
    kept: list[Polynomial] = []
    for part in parts:
        if not any(is_nonnegative((other - part) * sign, known) for other in kept):
            kept = [other for other in kept if not is_nonnegative((part - other) * sign, known)]
            kept.append(part)
    return kept


def shared_factor(kind: type[Max] | type[Min], parts: list[Polynomial], known: Knowledge) -> Polynomial:
    """The largest as a generator, with a common positive factor outside."""
    number = common_number([factor for part in parts for factor in part.terms.values()])
    together = Polynomial({m: 1 for part in parts for m in part.terms})
    shared = [pair for pair in common_monomial(together) if type(pair[0]) is not Sum]
    outside, _ = apart(tuple(shared), known) if all(part.terms for part in parts) else (UNIT, UNIT)
    factor = Polynomial({outside: number})
    divisor = factor**-1
    rows = sorted((part * divisor for part in parts), key=lambda part: [term_order(t) for t in part.sorted_terms()])
    return factor * generator(kind(tuple([row.node() for row in rows])))


def lookup(gen: Iverson, known: Knowledge) -> Polynomial:
    """A bracket, or the number that it is known to be."""
    number = known.settled.get(gen)
    return generator(gen) if number is None else constant(number)


def unequal(difference: Polynomial, known: Knowledge) -> Polynomial:
    """The bracket [difference ≠ 0]."""
    number = difference.constant
    if number is not None:
        return ONE_TERM if number else NOTHING
    rest = without_positive(difference, known)
    if not rest.terms:
        return NOTHING
    if rest.constant is not None or is_positive(rest, known) or is_positive(-rest, known) or is_odd(rest, known):
        return ONE_TERM
    if is_nonnegative(rest, known) and is_nonnegative(-rest, known):
        return NOTHING
    if min(rest.terms.items(), key=term_order)[1] < 0:
        rest = -rest
    return lookup(Iverson(Compare("!=", *sides(rest))), known)


def without_positive(difference: Polynomial, known: Knowledge) -> Polynomial:
    """The difference divided by all common factors that are > 0; the sign stays."""
    factor, monomial, rest = content(difference)
    if not factor:
        return NOTHING
    _, inside = apart(monomial, known)
    return scaled(Polynomial({inside: 1}) * rest, 1 if factor > 0 else -1)


def is_odd(rest: Polynomial, known: Knowledge) -> bool:
    """Whether integers with a common divisor stand beside a number that it doesn't divide, as in 2a - 2b + 1."""
    shares = [factor for monomial, factor in rest.terms.items() if monomial]
    if any(share.denominator != 1 for share in shares) or not all(is_whole_term(1, m, known) for m in rest.terms):
        return False
    divisor = gcd(*[share.numerator for share in shares])
    return bool(rest.constant_term % divisor)


def at_least(difference: Polynomial, known: Knowledge) -> Polynomial:
    """The bracket [difference ≥ 0]."""
    number = difference.constant
    if number is not None:
        return ONE_TERM if number >= 0 else NOTHING
    if is_nonnegative(difference, known):
        return ONE_TERM
    if is_positive(-difference, known):
        return NOTHING
    rest = without_positive(difference, known)
    is_turned = min(rest.terms.items(), key=term_order)[1] < 0
    if not is_whole(rest, known):
        op = ">" if is_turned else ">="
        bracket = lookup(Iverson(Compare(op, *sides(-rest if is_turned else rest))), known)
    else:
        bracket = whole_bracket(-rest - 1 if is_turned else rest, known)
    return 1 - bracket if is_turned else bracket


def whole_bracket(rest: Polynomial, known: Knowledge) -> Polynomial:
    """The bracket [rest ≥ 0] of integers, cut by the common divisor of what varies: [2a ≥ 3] is [a ≥ 2]."""
    shares = {monomial: factor for monomial, factor in rest.terms.items() if monomial}
    if not shares:
        return constant(int(rest.constant_term >= 0))
    divisor = common_number(shares.values())
    number = floor(Fraction(rest.constant_term) / divisor)
    cut = scaled(Polynomial(shares), exact(Fraction(1) / divisor)) + number
    left, right = sides(cut)
    if number == -1 and any(factor < 0 for monomial, factor in cut.terms.items() if monomial):
        return lookup(Iverson(Compare(">", *sides(cut + 1))), known)
    return lookup(Iverson(Compare(">=", left, right)), known)


def sides(difference: Polynomial) -> tuple[Node, Node]:
    """The two sides of a comparison with 0: positive terms left, negative ones right; a number alone is right."""
    left = Polynomial({m: factor for m, factor in difference.terms.items() if factor > 0})
    right = left - difference
    if not right.terms and UNIT in left.terms:
        number = left.terms[UNIT]
        return (left - number).node(), constant(-number).node()
    return left.node(), right.node() if right.terms else ZERO
