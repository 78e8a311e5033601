"""Equality case by case: brackets held or not, flags 0 or 1, each part as the largest, remainders of floors.

In the case a = b one is put for the other; cases that can't occur are dropped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import ceil

from ..errors import SymparamsError
from .domain import Domain
from .facts import Facts
from .nodes import (
    Abs,
    Compare,
    Floor,
    Index,
    Iverson,
    Max,
    Min,
    Mod,
    Negative,
    Node,
    Not,
    Number,
    Product,
    Quotient,
    Round,
    Sum,
    Symbol,
    walk,
)
from .polynomial import knowledge, polynomial
from .sign import is_nonnegative, is_positive
from .substitute import substitute
from .terms import Polynomial, generator, read

MAX_CASES = 64
MAX_REMAINDERS = 8

Case = tuple[Node, Facts]


def difference(left: Node, right: Node, facts: Facts, needed: list[Node] | None = None) -> Polynomial:
    """left - right in normal form."""
    return polynomial(left, facts, needed) - polynomial(right, facts, needed)


def is_zero(base: Polynomial, facts: Facts) -> bool:
    """Whether the polynomial is shown to be 0 wherever the facts hold, by at most 64 cases."""
    try:
        return _is_zero(solved(unified(base.node()), facts), [MAX_CASES])
    except SymparamsError:
        return False


def _is_zero(case: Case, budget: list[int]) -> bool:
    node, facts = case
    rest = cleared(polynomial(node, facts))
    if not rest.terms or is_impossible(facts):
        return True
    split = next(splits(rest, facts), None)
    if split is None or budget[0] <= 0:
        return False
    budget[0] -= len(split) - 1
    plain = rest.node()
    return budget[0] > 0 and all(_is_zero(taken(plain, facts, step), budget) for step in split)


# What makes a case of a formula: a condition that holds in it, or a symbol replaced, with the domain of a new one.
Step = Node | tuple[Symbol, Node, Domain | None, str]


def taken(node: Node, facts: Facts, step: Step) -> Case:
    """The formula and the facts in one case."""
    if isinstance(step, tuple):
        name, value, domain, new = step
        extended = facts.with_domains({new: domain}) if domain else facts
        return replaced_everywhere(node, extended, name, value)
    return solved(node, facts.with_assumption(step))


def cleared(base: Polynomial) -> Polynomial:
    """The polynomial times the sums that divide in it; it is 0 where the polynomial is."""
    for gen in base.generators:
        if isinstance(gen, Sum):
            lowest = min(dict(monomial).get(gen, 0) for monomial in base.terms)
            base = base * generator(gen, -lowest) if lowest < 0 else base
    return base


def splits(base: Polynomial, facts: Facts) -> Iterator[list[Step]]:
    """The ways to cut a formula into cases, the most telling first, innermost before outer."""
    parts = [part for gen in base.generators for part in walk(gen) if not is_bound(part, facts)]
    parts.sort(key=lambda part: part.depth)
    for kind, cut in CUTS:
        for part in parts:
            if isinstance(part, kind):
                steps = cut(part, facts)
                if steps and not any(step in facts.assumptions for step in steps):
                    yield steps


def is_bound(node: Node, facts: Facts) -> bool:
    """Whether a loop's index occurs that has no range among the facts."""
    return any(isinstance(part, Index) and part not in facts.ranges for part in walk(node))


def by_flag(gen: Iverson, facts: Facts) -> list[Step]:
    """A flag is 0 or 1."""
    return [gen.inner, Not(gen.inner)] if isinstance(gen.inner, Symbol) else []


def by_equality(gen: Iverson, facts: Facts) -> list[Step]:
    """Two sides are equal or not."""
    condition = gen.inner
    if isinstance(condition, Compare) and condition.op == "!=":
        return [Compare("==", condition.left, condition.right), condition]
    return []


def by_bracket(gen: Iverson, facts: Facts) -> list[Step]:
    """A condition holds or doesn't."""
    return [gen.inner, Not(gen.inner)]


def by_part(gen: Max | Min, facts: Facts) -> list[Step]:
    """One of two parts is the largest (smallest); of more, the first two are compared."""
    first, second = gen.parts[:2]
    return [Compare(">=", first, second), Compare("<=", first, second)]


def by_sign(gen: Abs, facts: Facts) -> list[Step]:
    """A number is at least 0 or at most 0."""
    return [Compare(">=", gen.inner, Number(0)), Compare("<=", gen.inner, Number(0))]


def by_remainder(gen: Floor, facts: Facts) -> list[Step]:
    """A size under a floor is q·m + r, for each remainder r of the floor's denominator q."""
    inner = read(gen.inner)
    for symbol in inner.generators:
        if isinstance(symbol, Symbol) and facts.domain(symbol.name).kind == "int":
            linear = inner.linear_in(symbol)
            slope = linear[0].constant if linear else None
            if slope is not None and 1 < slope.denominator <= MAX_REMAINDERS:
                return remainders(symbol, slope.denominator, facts)
    return []


def by_inner_floor(gen: Iverson, facts: Facts) -> list[Step]:
    """A condition on a floor is clear once its remainder is."""
    floors_inside = (part for part in walk(gen) if isinstance(part, Floor))
    return next((steps for part in floors_inside if (steps := by_remainder(part, facts))), [])


def remainders(symbol: Symbol, count: int, facts: Facts) -> list[Step]:
    """The size as count·m + r for r = 0 … count - 1, with a new size m."""
    least = ceil(facts.domain(symbol.name).least)
    steps: list[Step] = []
    for rest in range(count):
        new = f"{symbol.name}÷{count}"
        value = Sum((Product((Number(count), Symbol(new))), Number(rest)))
        steps.append((symbol, value, Domain("int", -((rest - least) // count)), new))
    return steps


def by_multiple(gen: Floor, facts: Facts) -> list[Step]:
    """A size that another one divides is a multiple of it."""
    for condition in facts.assumptions:
        if isinstance(condition, Compare) and condition.op == "==" and isinstance(condition.left, Mod):
            name, divisor = condition.left.left, condition.left.right
            if isinstance(name, Symbol) and condition.right == Number(0) and name not in walk(divisor):
                new = f"{name.name}÷"
                least = 1 if facts.domain(name.name).least >= 1 else 0
                return [(name, Product((divisor, Symbol(new))), Domain("int", least), new)]
    return []


CUTS: tuple[tuple[type[Node] | tuple[type[Node], ...], Callable[..., list[Step]]], ...] = (
    (Iverson, by_flag),
    (Iverson, by_inner_floor),
    (Iverson, by_equality),
    (Iverson, by_bracket),
    ((Max, Min), by_part),
    (Abs, by_sign),
    (Floor, by_multiple),
    (Floor, by_remainder),
)


def solved(node: Node, facts: Facts) -> Case:
    """The formula and the facts with sizes put for others, where an assumption says that they are equal."""
    for condition in facts.assumptions:
        if isinstance(condition, Compare) and condition.op == "==" and not isinstance(condition.left, Mod):
            found = solution(condition, facts)
            if found is not None:
                kept = tuple([other for other in facts.assumptions if other is not condition])
                return solved(*replaced_everywhere(node, Facts(facts.domains, kept, facts.ranges), *found))
    return node, facts


def solution(condition: Compare, facts: Facts) -> tuple[Symbol, Node] | None:
    """(size, value) that an equation gives, with the size free of fractions: a = b, a = 2·b + 1."""
    equation = difference(condition.left, condition.right, Facts(facts.domains))
    symbols = [gen for gen in equation.generators if isinstance(gen, Symbol)]
    for symbol in reversed(symbols):
        linear = equation.linear_in(symbol)
        if linear is not None and linear[0].constant in (1, -1):
            value = linear[1] * -(linear[0].constant or 1)
            return symbol, value.node()
    return None


def replaced_everywhere(node: Node, facts: Facts, name: Symbol, value: Node) -> Case:
    """The formula and the facts with a value put for a size; the size's domain becomes an assumption on the value."""
    mapping: dict[Node, Node] = {name: value}
    domain = facts.domain(name.name)
    assumptions = [substitute(condition, mapping) for condition in facts.assumptions]
    assumptions.append(Compare(">=", value, Number(domain.least if domain.kind == "int" else 0)))
    ranges = {i: (substitute(a, mapping), substitute(b, mapping)) for i, (a, b) in facts.ranges.items()}
    return substitute(node, mapping), Facts(facts.domains, tuple(assumptions), ranges)


def is_impossible(facts: Facts) -> bool:
    """Whether the facts contradict each other, as far as plain looking shows."""
    known = knowledge(facts)
    if any(fact.constant is not None and fact.constant < 0 for fact in known.nonnegative):
        return True
    if any(is_positive(-fact, known) for fact in known.nonnegative):
        return True
    for gen, number in known.settled.items():
        condition = gen.children()[0]
        if number and isinstance(condition, Compare) and condition.op == "!=":
            gap = read(condition.left) - read(condition.right)
            if is_nonnegative(gap, known) and is_nonnegative(-gap, known):
                return True
    return False


def unified(node: Node) -> Node:
    """The formula in fewer kinds of nodes: floors for roundings, and a + b - max(a, b) for min(a, b)."""
    done: dict[int, Node] = {}

    def changed(part: Node) -> Node:
        if id(part) not in done:
            new = part.rebuild(changed)
            done[id(part)] = as_floors(new.inner) if isinstance(new, Round) else as_max(new)
        return done[id(part)]

    return changed(node)


def as_max(node: Node) -> Node:
    """The smaller of two by the larger of them; anything else as it is."""
    if isinstance(node, Min) and len(node.parts) == 2:
        return Sum((*node.parts, Negative(Max(node.parts))))
    return node


def as_floors(inner: Node) -> Node:
    """The rounding of a number: ⌊x+1/2⌋, less 1 where that is x+1/2 and odd."""
    middle = Sum((inner, Number(Fraction(1, 2))))
    whole = Floor(middle)
    odd = Sum((whole, Negative(Product((Number(2), Floor(Quotient(whole, Number(2))))))))
    return Sum((whole, Negative(Product((Iverson(Compare("==", whole, middle)), odd)))))
