"""Sizes to try: small, distinct, readable ones first, that lie in their domains and fit the assumptions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import product
from random import Random

from ..errors import SymparamsError
from .exact import exact
from .facts import Facts
from .nodes import All, Compare, Exact, Mod, Node, Number, Symbol, symbols
from .value import condition_value, value
from .work import Exhausted, share, spend

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53)
READABLE = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 16, 24, 32, 64, 128, 100, 1000)
HALVES = (1, Fraction(1, 2), 2, Fraction(3, 2))
MAX_POINTS = 400
MAX_WORK = 400_000
SHARE = 2  # a search may take one of so many parts of the steps that are left
LARGEST_SHARE = 12  # no point may take more than one of so many parts of the steps that are left

Sizes = dict[str, Exact]


def counterexample(claim: Node, facts: Facts, *, points: int = MAX_POINTS) -> Sizes | None:
    """Sizes that fit the facts and for which the claim, a condition, is false; None where none was found."""
    points = max(8, min(points, MAX_WORK // (claim.size + 1)))
    with suppress(Exhausted), share(SHARE):
        for sizes in sample(claim, facts, points):
            if _fails(claim, sizes):
                own = {symbol.name for symbol in symbols(claim)}
                return {name: size for name, size in sizes.items() if name in own}
    return None


def _fails(claim: Node, sizes: Sizes) -> bool:
    """Whether the claim is false at a point; where it has no value, or none within reach, it isn't."""
    try:
        with share(LARGEST_SHARE):
            return not condition_value(claim, sizes)
    except SymparamsError:
        return False


def sample(claim: Node, facts: Facts, points: int) -> Iterator[Sizes]:
    """At most that many different points that fit the facts; the same ones at every call."""
    names = open_names(claim, facts)
    seen: set[tuple[Exact, ...]] = set()
    for tried, values in enumerate(candidates(names, facts)):
        if len(seen) >= points or tried > 4 * points:
            return
        sizes = repaired(dict(zip(names, values, strict=True)), facts)
        key = tuple(sizes.values())
        if key not in seen and fits(sizes, facts):
            seen.add(key)
            yield sizes


def open_names(claim: Node, facts: Facts) -> list[str]:
    """The sizes of the claim, and those that assumptions tie to them."""
    names = dict.fromkeys(symbol.name for symbol in symbols(claim))
    known = -1
    while known < len(names):
        known = len(names)
        for condition in facts.assumptions:
            own = [symbol.name for symbol in symbols(condition)]
            if any(name in names for name in own):
                names |= dict.fromkeys(own)
    return list(names)


def candidates(names: Sequence[str], facts: Facts) -> Iterator[tuple[Exact, ...]]:
    """Points in the order of preference: distinct primes, small ones, equal ones, then mixed ones without end."""
    random = Random(len(names))
    for step in range(3):
        yield tuple(in_domain(PRIMES[(place + step) % len(PRIMES)], name, facts) for place, name in enumerate(names))
        yield tuple(in_domain(PRIMES[(step - place) % 7 + step], name, facts) for place, name in enumerate(names))
    for number in (1, 2):
        yield tuple(in_domain(number, name, facts) for name in names)
    small = [small_values(name, facts) for name in names]
    if len(names) <= 4:
        yield from sorted(product(*small), key=sum)
    while True:
        pool: tuple[int, ...] = random.choice((PRIMES[:6], READABLE, (1, 2, 3, 4)))
        if random.random() < 0.25:
            pool = pool[: random.randint(1, 2)]
        parts = random.choice((1, 2, 4))  # a real number is tried between the integers too
        yield tuple(
            exact(Fraction(size, parts)) if facts.domain(name).kind == "real" else size
            for name in names
            for size in (in_domain(random.choice(pool), name, facts),)
        )


def small_values(name: str, facts: Facts) -> list[Exact]:
    """The first few values of a size."""
    domain = facts.domain(name)
    if domain.kind == "flag":
        return [0, 1]
    return list(HALVES) if domain.kind == "real" else [in_domain(offset + 1, name, facts) for offset in range(4)]


def in_domain(number: int, name: str, facts: Facts) -> Exact:
    """A value of the size's domain that is, or stands for, a given small number ≥ 1."""
    domain = facts.domain(name)
    if domain.kind == "flag":
        return number % 2
    if domain.kind == "real":
        return number
    return max(number, domain.least) if number > 4 else domain.least + number - 1 if domain.least != 1 else number


def repaired(sizes: Sizes, facts: Facts) -> Sizes:
    """The point moved, where that is simple, to where the assumptions hold."""
    for _ in range(2):
        for condition in facts.assumptions:
            parts = condition.parts if isinstance(condition, All) else (condition,)
            for part in parts:
                if isinstance(part, Compare):
                    repair(part, sizes)
    return sizes


def repair(condition: Compare, sizes: Sizes) -> None:
    """Move one size so that one comparison holds."""
    spend(1)
    try:
        if any(symbol.name not in sizes for symbol in symbols(condition)) or condition_value(condition, sizes):
            return
        left, op, right = condition.left, condition.op, condition.right
        if isinstance(left, Mod) and isinstance(left.left, Symbol) and op == "==" and right == Number(0):
            sizes[left.left.name] = sizes[left.left.name] * value(left.right, sizes)
        elif isinstance(left, Symbol) and op in SHIFTS:
            sizes[left.name] = value(right, sizes) + SHIFTS[op]
        elif isinstance(right, Symbol) and op in SHIFTS:
            sizes[right.name] = value(left, sizes) - SHIFTS[op]
    except Exhausted:
        raise
    except SymparamsError:
        return


SHIFTS = {"==": 0, ">=": 0, "<=": 0, ">": 1, "<": -1}


def fits(sizes: Sizes, facts: Facts) -> bool:
    """Whether the point lies in all domains and fits all assumptions that it decides."""
    if not all(is_in_domain(size, name, facts) for name, size in sizes.items()):
        return False
    return all(holds(condition, sizes) for condition in facts.assumptions)


def is_in_domain(size: Exact, name: str, facts: Facts) -> bool:
    """Whether a number is one of the size's values."""
    domain = facts.domain(name)
    if domain.kind == "flag":
        return size in (0, 1)
    return size > 0 if domain.kind == "real" else size.denominator == 1 and size >= domain.least


def holds(condition: Node, sizes: Sizes) -> bool:
    """Whether a condition holds, or speaks of other sizes only."""
    if not any(symbol.name in sizes for symbol in symbols(condition)):
        return True
    try:
        return condition_value(condition, sizes)
    except Exhausted:
        raise
    except SymparamsError:
        return False
