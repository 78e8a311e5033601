"""Monomials: rows of (generator, exponent) in one fixed order, and the order in which papers write terms."""

from __future__ import annotations

import re
from functools import lru_cache

from .exact import exact
from .nodes import Exact, Index, Iverson, Node, Number, Power, Sum, Symbol

# A monomial is a row of (generator, exponent) in the order of `order`; a generator is a size, or a normalised node
# that is opaque to the arithmetic. A Sum stands only with an exponent that is negative or no integer.
Monomial = tuple[tuple[Node, Exact], ...]

UNIT: Monomial = ()
DIGITS = re.compile(r"(\d+)")
LONG = 500  # nodes of a generator that is no longer ordered by all of its text
Order = tuple[int, tuple[object, ...]]


@lru_cache(maxsize=1 << 16)
def order(gen: Node) -> Order:
    """Where a generator stands in a product: numbers and their powers, brackets, names, opaque ones, sums."""
    if isinstance(gen, Symbol):
        return (3, natural(gen.name))
    if isinstance(gen, Index):
        return (4, (natural(gen.name), gen.level))
    if isinstance(gen, Iverson):
        return order(gen.inner) if isinstance(gen.inner, Symbol) else (2, (in_words(gen),))
    if isinstance(gen, Power):
        return (1 if isinstance(gen.left, Number) else 5, (in_words(gen),))
    if isinstance(gen, Number):
        return (0, ("", gen.value))
    return (6 if isinstance(gen, Sum) else 5, (in_words(gen),))


def in_words(gen: Node) -> str:
    """A text that tells a generator from all others, and is the same in every process; of a long one a short text."""
    if gen.size <= LONG:
        return repr(gen)
    from hashlib import blake2b

    done: dict[int, str] = {}

    def digest(part: object) -> str:
        if isinstance(part, Node):
            if id(part) not in done:
                fields = type(part).__name__ + "(" + ",".join(map(digest, part.key))
                done[id(part)] = blake2b(fields.encode(), digest_size=16).hexdigest()
            return done[id(part)]
        return f"({','.join(map(digest, part))})" if isinstance(part, tuple) else repr(part)

    return f"{type(gen).__name__}({gen.size:09}{digest(gen)}"


def natural(name: str) -> tuple[object, ...]:
    """A name cut into text and numbers, so that n2 comes before n10."""
    return tuple(int(part) if place % 2 else part for place, part in enumerate(DIGITS.split(name)))


def pair_order(pair: tuple[Node, Exact]) -> Order:
    """The order of a monomial's pair: that of its generator."""
    return order(pair[0])


def term_order(term: tuple[Monomial, Exact]) -> tuple[object, ...]:
    """The order of terms: total degree descending, then by generators, higher powers first."""
    monomial = term[0]
    degree = sum(exponent for gen, exponent in monomial if order(gen)[0] > 2)
    return (-degree, not monomial, tuple([(*order(gen), -exponent) for gen, exponent in monomial]))


def times(left: Monomial, right: Monomial) -> Monomial:
    """The product of two monomials."""
    if not left:
        return right
    if not right:
        return left
    if order(left[-1][0]) < order(right[0][0]):
        return left + right
    powers = dict(left)
    has_new = False
    for gen, exponent in right:
        if gen in powers:
            powers[gen] = joined(gen, powers[gen] + exponent)
        else:
            powers[gen] = exponent
            has_new = True
    pairs = [pair for pair in powers.items() if pair[1]]
    return tuple(sorted(pairs, key=pair_order) if has_new else pairs)


def joined(gen: Node, exponent: Exact) -> Exact:
    """The exponent that counts: a bracket is 0 or 1 and so is its own square; (-1)^n squared is 1."""
    if type(gen) is Symbol:
        return exact(exponent)
    if isinstance(gen, Iverson):
        return 1
    if isinstance(gen, Power) and isinstance(gen.left, Number) and gen.left.value == -1:
        return exponent % 2
    return exact(exponent)


def over(left: Monomial, right: Monomial) -> Monomial:
    """The quotient of two monomials, with negative exponents where it must."""
    return times(left, tuple([(gen, -exponent) for gen, exponent in right]))
