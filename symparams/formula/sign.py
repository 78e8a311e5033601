"""Which polynomials are at least 0, and which are integers, whatever the sizes; what isn't shown is answered with no.

The test counts every size from its least value: then a polynomial without negative coefficients is at least 0. Where
there are some, it takes multiples of known facts away and looks again.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import product as combinations
from math import lcm

from ..errors import LimitError
from .exact import exact
from .facts import MAX_QUESTIONS, MAX_STEPS, Knowledge
from .monomials import Monomial, over, term_order
from .nodes import (
    Abs,
    Ceil,
    Compare,
    Exact,
    Floor,
    Index,
    Iverson,
    Max,
    Min,
    Node,
    Number,
    Power,
    Round,
    Series,
    Sum,
    Symbol,
    contains,
)
from .terms import Polynomial, common_monomial, constant, generator, read, replaced, scaled, total, without
from .work import Exhausted, spend

MAX_TESTED = 200
MAX_SHIFTED = 300
MAX_FACTS = 24
MAX_SPLITS = 6
MAX_SUPPOSED = 4
MAX_DEPTH = 4
MAX_TAKEN = 60
MAX_TRIES = 4
STEPS_OF_A_SIGN = 30  # about what adding so many terms takes


def is_nonnegative(base: Polynomial, known: Knowledge, *, strictly: bool = False) -> bool:
    """Whether the polynomial is shown to be ≥ 0, or > 0, wherever the facts hold."""
    key = (base, strictly)
    if key in known.signs:
        return known.signs[key]
    if known.depth > MAX_SUPPOSED or not known.questions[0] or not known.steps[0]:
        return False
    is_outermost = known.questions[0] == MAX_QUESTIONS
    known.questions[0] -= 1
    known.signs[key] = False  # what asks for itself on the way isn't shown
    try:
        known.signs[key] = _split(base, known, strictly, MAX_SPLITS)
    except LimitError as error:
        del known.signs[key]
        if isinstance(error, Exhausted):
            raise
        return False
    finally:
        if not (known.questions[0] and known.steps[0]) and not known.signs.get(key, True):
            del known.signs[key]  # not shown for want of patience, of which another question may have more
        if is_outermost:
            known.questions[0], known.steps[0] = MAX_QUESTIONS, MAX_STEPS
    return known.signs.get(key, False)


def is_positive(base: Polynomial, known: Knowledge) -> bool:
    """Whether the polynomial is shown to be > 0; an integer is so when it is ≥ 1."""
    return is_nonnegative(base, known, strictly=True)


def is_positive_generator(gen: Node, known: Knowledge) -> bool:
    """Whether a generator is shown to be > 0."""
    match gen:
        case Symbol():
            domain = known.domain(gen.name)
            return domain.kind == "real" or (domain.kind == "int" and domain.least > 0)
        case Number():
            return gen.value > 0
        case Power():
            return is_positive(read(gen.left), known)
        case Sum():
            return is_positive(read(gen), known)
        case _:
            return is_positive(generator(gen), known)


def _split(base: Polynomial, known: Knowledge, strictly: bool, splits: int) -> bool:
    """The test, case by case where brackets, largest and smallest stand in it."""
    if not known.questions[0] or not known.steps[0]:
        return False
    known.questions[0] -= 1
    spend(STEPS_OF_A_SIGN)
    if not base.terms:
        return not strictly
    if base.constant is not None:
        return base.constant > 0
    if len(base.terms) > MAX_TESTED:
        return _is_plain(base, known, strictly)
    rest = _without_positive_factors(base, known)
    if rest is None or not rest.terms:
        return rest is not None and not strictly
    for gen in rest.generators:
        if isinstance(gen, (Iverson, Max, Min, Abs)):
            return splits > 0 and (
                (_is_inside_floor(rest, gen) and _by_floors(rest, known, strictly, splits))
                or _by_one_part(rest, gen, known, strictly, splits - 1)
                or all(_split(part, extended, strictly, splits - 1) for part, extended in _cases(rest, gen, known))
            )
    return _bounded(rest, known, strictly, splits)


def _is_plain(base: Polynomial, known: Knowledge, strictly: bool) -> bool:
    if strictly or any(factor < 0 for factor in base.terms.values()):
        return False
    return all((least := _least(gen, known)) is not None and least >= 0 for gen in base.generators)


def _without_positive_factors(base: Polynomial, known: Knowledge) -> Polynomial | None:
    """The polynomial divided by common factors that are > 0; None where something of unknown sign divides."""
    kept = []
    for gen, exponent in common_monomial(base):
        if is_positive_generator(gen, known):
            kept.append((gen, exponent))
        elif exponent < 0:
            return None
    return without(base, tuple(kept))


def _by_one_part(base: Polynomial, gen: Node, known: Knowledge, strictly: bool, splits: int) -> bool:
    """Whether the test holds already with one part in the place of the largest (of the smallest, where that is taken away)."""
    linear = base.linear_in(gen) if isinstance(gen, (Max, Min)) else None
    if linear is None or linear[0].constant is None or (linear[0].constant > 0) is not isinstance(gen, Max):
        return False
    return any(_split(linear[0] * read(part) + linear[1], known, strictly, splits) for part in gen.children())


def _cases(base: Polynomial, gen: Node, known: Knowledge) -> list[tuple[Polynomial, Knowledge]]:
    """The polynomial with a generator replaced by each value that it can take, and what is known then."""
    if isinstance(gen, Iverson):
        held = _extended(known, _facts_of(gen.inner))
        return [(replaced(base, gen, constant(0)), known), (replaced(base, gen, constant(1)), held)]
    if isinstance(gen, Abs):
        inner = read(gen.inner)
        return [(replaced(base, gen, side), _extended(known, [side])) for side in (inner, -inner)]
    parts = [read(part) for part in gen.children()]
    sign = 1 if isinstance(gen, Max) else -1
    return [
        (replaced(base, gen, part), _extended(known, [(part - other) * sign for other in parts if other is not part]))
        for part in parts
    ]


def _facts_of(condition: Node) -> list[Polynomial]:
    if not isinstance(condition, Compare):
        return []
    difference = read(condition.left) - read(condition.right)
    table: dict[str, list[Polynomial]] = {
        "==": [difference, -difference],
        ">=": [difference],
        ">": [difference],
        "<=": [-difference],
        "<": [-difference],
    }
    return table.get(condition.op, [])


def _extended(known: Knowledge, facts: list[Polynomial]) -> Knowledge:
    if not facts:
        return known
    new = known.copy()
    new.nonnegative += facts
    return new


def _bounded(base: Polynomial, known: Knowledge, strictly: bool, splits: int) -> bool:
    """The test with every size moved to its least; then with each floor replaced by what it is at least, or at most."""
    return _by_shifting(base, known, strictly) or _by_floors(base, known, strictly, splits)


def _is_inside_floor(base: Polynomial, gen: Node) -> bool:
    """Whether a generator stands in a floor too, so that putting another for it leaves the floor as it is."""
    return any(isinstance(other, Floor) and contains(other, gen) for other in base.generators)


def _by_floors(base: Polynomial, known: Knowledge, strictly: bool, splits: int) -> bool:
    """The test with a floor replaced by what it is at least, or at most."""
    for gen in base.generators:
        if isinstance(gen, Floor) and splits > 0:
            linear = base.linear_in(gen)
            if linear is not None:
                parts = _by_bounds(linear, gen, known)
                if not strictly and is_whole(base, known):  # an integer is ≥ 0 when it is > -1
                    return any(_split(part + 1, known, True, splits - 1) for part in parts)
                return any(_split(part, known, strictly, splits - 1) for part in parts)
    return False


def _by_bounds(linear: tuple[Polynomial, Polynomial], gen: Floor, known: Knowledge) -> list[Polynomial]:
    """Polynomials that a·⌊x⌋ + b is at least, by x - 1 < ⌊x⌋ ≤ x."""
    slope, rest = linear
    inner = read(gen.inner)
    if is_nonnegative(-slope, known):
        return [slope * inner + rest]
    if not is_nonnegative(slope, known):
        return []
    step = denominator(inner)
    if not is_whole(inner * step, known) or not is_positive(step, known):
        return [slope * (inner - 1) + rest]
    return [slope * (inner - 1 + step**-1) + rest]


def denominator(base: Polynomial) -> Polynomial:
    """The least term that multiplies the polynomial free of denominators."""
    number = lcm(*[factor.denominator for factor in base.terms.values()])
    below = tuple([(gen, -exponent) for gen, exponent in common_monomial(base + 1) if exponent < 0])
    return Polynomial({below: number})


def _by_shifting(base: Polynomial, known: Knowledge, strictly: bool) -> bool:
    """The test with indexes counted from either end, and all other generators from their least value."""
    used = _nearest(base, known)
    indexes = _indexes([base, *used], known)
    for ends in combinations((0, 1), repeat=min(len(indexes), 2)):
        choice = dict.fromkeys(indexes, 0) | dict(zip(indexes, ends, strict=False))
        moved = [_counted(part, choice, known) for part in [base, *used, *_spans(indexes, known)]]
        shifted = [_shifted(part, known) for part in moved]
        if shifted[0] is None:
            return False
        facts = [part for part in shifted[1:] if part is not None]
        margin = _margin(shifted[0], known) if strictly else None
        tested, still_strictly = (shifted[0], strictly) if margin is None else (margin, False)
        if _without_facts(tested, facts, known, still_strictly, [MAX_TAKEN]):
            return True
    return False


def _nearest(base: Polynomial, known: Knowledge) -> list[Polynomial]:
    """The facts to be tried, those first that speak of little else than the polynomial and its indexes' ranges."""
    own = set(base.generators)
    for index in _indexes([base], known):
        own.update(gen for end in known.ranges[index] for gen in end.generators)
    facts = sorted(known.nonnegative, key=lambda fact: sum(gen not in own for gen in fact.generators))
    return facts[:MAX_FACTS]


def _margin(shifted: Polynomial, known: Knowledge) -> Polynomial | None:
    """An integer is > 0 when it is ≥ 1: the polynomial less its least step, where all of it is an integer."""
    if any(factor.denominator != 1 for factor in shifted.terms.values()):
        shifted = shifted * denominator(shifted)
    return shifted - 1 if is_whole(shifted, known) else None


def _indexes(parts: list[Polynomial], known: Knowledge) -> list[Index]:
    """The indexes with a range, each before those that its range speaks of."""
    found: list[Index] = []
    queue = [gen for part in parts for gen in part.generators if isinstance(gen, Index)]
    for index in queue:
        if index in found:
            found.remove(index)
        if index in known.ranges and len(queue) < MAX_FACTS:
            found.append(index)
            queue += [gen for end in known.ranges[index] for gen in end.generators if isinstance(gen, Index)]
    return found


def _spans(indexes: list[Index], known: Knowledge) -> list[Polynomial]:
    """For each index, what says that it stays within its range: index - start and stop - 1 - index, both ≥ 0."""
    result = []
    for index in indexes:
        start, stop = known.ranges[index]
        result += [generator(index) - start, stop - 1 - generator(index)]
    return result


def _counted(base: Polynomial, choice: dict[Index, int], known: Knowledge) -> Polynomial:
    """The polynomial with each index counted up from its start (0) or down from its last turn (1)."""
    for index, end in choice.items():
        start, stop = known.ranges[index]
        base = replaced(base, index, stop - 1 - generator(index) if end else start + generator(index))
    return base


def _shifted(base: Polynomial, known: Knowledge) -> Polynomial | None:
    """The polynomial in what each generator is above its least value; None where a generator has none, or that is long."""
    for gen in base.generators:
        least = 0 if isinstance(gen, Index) and gen in known.ranges else _least(gen, known)
        if least is None or any(e < 0 or e.denominator != 1 for m in base.terms for g, e in m if g == gen):
            return None
        if least:
            if sum(e for m in base.terms for g, e in m if g == gen) > MAX_SHIFTED:
                return None
            base = replaced(base, gen, generator(gen) + least)
    return base if len(base.terms) <= MAX_SHIFTED else None


def _least(gen: Node, known: Knowledge) -> Exact | None:
    """A number that the generator is never below, or None."""
    match gen:
        case Symbol():
            domain = known.domain(gen.name)
            return domain.least if domain.kind == "int" else 0
        case Iverson():
            return 0
        case Power():
            base, exponent = read(gen.left), read(gen.right)
            if is_nonnegative(base - 1, known) and is_nonnegative(exponent, known):
                return 1
            return 0 if is_nonnegative(base, known) else None
        case Floor() | Round() | Sum():
            return 0 if is_nonnegative(read(gen.children()[0] if len(gen.children()) == 1 else gen), known) else None
        case Series():
            return 0 if _is_body_nonnegative(gen, known) else None
        case Number():
            return 0
        case _:
            return None


def _is_body_nonnegative(gen: Series, known: Knowledge) -> bool:
    inner = known.inside(gen.index, read(gen.start), read(gen.stop))
    inner.depth += 1
    return is_nonnegative(read(gen.body), inner)


def _without_facts(
    base: Polynomial, facts: list[Polynomial], known: Knowledge, strictly: bool, steps: list[int], depth: int = 0
) -> bool:
    """Whether no negative term is left, after multiples of facts are taken away."""
    spend(len(base.terms))
    negative = min((term for term in base.terms.items() if term[1] < 0), key=term_order, default=None)
    if negative is None:
        return not strictly or any(_is_above_zero(monomial, known) for monomial in base.terms)
    if depth == MAX_DEPTH:
        return False
    for fact in facts:
        for monomial, factor in fact.terms.items():
            if not steps[0] or not known.steps[0]:
                return False
            if factor >= 0:
                continue
            rest = over(negative[0], monomial)
            if all(exponent > 0 for _, exponent in rest):
                steps[0] -= 1
                known.steps[0] -= 1
                left = total([scaled(base, -factor), Polynomial({rest: negative[1]}) * fact])
                if _without_facts(left, facts, known, strictly, steps, depth + 1):
                    return True
    return False


def _is_above_zero(monomial: Monomial, known: Knowledge) -> bool:
    """Whether a term with a positive coefficient, in moved generators, is > 0: a number, or positive reals alone."""
    return all(isinstance(gen, Symbol) and known.domain(gen.name).kind == "real" for gen, _ in monomial)


def is_whole(base: Polynomial, known: Knowledge) -> bool:
    """Whether the polynomial is shown to be an integer."""
    loose = {m: factor for m, factor in base.terms.items() if not is_whole_term(factor, m, known)}
    return not loose or any(is_whole_beside(Polynomial(loose), fact, known) for fact in known.integral)


def is_whole_beside(base: Polynomial, fact: Polynomial, known: Knowledge) -> bool:
    """Whether the polynomial is an integer multiple of a known integer sum, and an integer."""
    if len(fact.terms) < 2:
        return False
    monomial, factor = fact.sorted_terms()[0]
    times_it = Fraction(base.terms.get(monomial, 0)) / factor
    if not times_it or times_it.denominator != 1:
        return False
    rest = base - scaled(fact, exact(times_it))
    return all(is_whole_term(factor, m, known) for m, factor in rest.terms.items())


def is_whole_term(factor: Exact, monomial: Monomial, known: Knowledge, tries: int = MAX_TRIES) -> bool:
    """Whether one term is an integer: of integers alone, or of known integers such as d/h and a rest that is one."""
    fits = all(exponent > 0 and exponent.denominator == 1 for _, exponent in monomial)
    if factor.denominator == 1 and fits and all(is_whole_generator(gen, known) for gen, _ in monomial):
        return True
    if not tries:
        return False
    key = (monomial, factor, tries)
    found = known.wholes.get(key)
    if found is None:
        found = _is_whole_by_facts(factor, monomial, known, tries)
        if found or (known.questions[0] and known.steps[0]):
            known.wholes[key] = found
    return found


def _is_whole_by_facts(factor: Exact, monomial: Monomial, known: Knowledge, tries: int) -> bool:
    """Whether a term is an integer by what is known of others."""
    spend(1 + len(known.integral))
    for base in {gen.left.value for gen, _ in monomial if isinstance(gen, Power) and isinstance(gen.left, Number)}:
        freed = without_powers(base, factor, monomial, known)
        if freed is not None:
            return is_whole_term(*freed, known, tries - 1)
    for fact in known.integral:
        if len(fact.terms) == 1:
            ((part, number),) = fact.terms.items()
            if is_useful(part, number, factor, monomial, known):
                rest = exact(Fraction(factor) / number)
                if is_whole_term(rest, over(monomial, part), known, tries - 1):
                    return True
    return False


def without_powers(base: Exact, factor: Exact, monomial: Monomial, known: Knowledge) -> tuple[Exact, Monomial] | None:
    """A term without the powers of a number, where they are one integer together: 2^n·2^-i/2 is 2^(n-i-1) of i < n."""
    if base < 2 or base.denominator != 1:
        return None
    exponents = [constant(0)]
    others = []
    for gen, exponent in monomial:
        if isinstance(gen, Power) and gen.left == Number(base):
            exponents.append(scaled(read(gen.right), exponent))
        else:
            others.append((gen, exponent))
    while factor.denominator % base == 0:
        factor = exact(factor * base)
        exponents.append(constant(-1))
    together = total(exponents)
    return (factor, tuple(others)) if is_whole(together, known) and is_nonnegative(together, known) else None


def is_useful(part: Monomial, number: Exact, factor: Exact, monomial: Monomial, known: Knowledge) -> bool:
    """Whether dividing by a known integer term removes something of the denominator, or a factor that is no integer."""
    if factor.denominator != 1 and number.denominator != 1:
        return True
    below = {gen for gen, exponent in monomial if exponent < 0}
    loose = {gen for gen, exponent in monomial if exponent > 0 and not is_whole_generator(gen, known)}
    return any((exponent < 0 and gen in below) or (exponent > 0 and gen in loose) for gen, exponent in part)


def is_whole_generator(gen: Node, known: Knowledge) -> bool:
    """Whether a generator is an integer."""
    if isinstance(gen, Symbol):
        return known.domain(gen.name).kind != "real"
    test = WHOLE.get(type(gen))
    return test(gen, known) if test else False


def always(gen: Node, known: Knowledge) -> bool:
    """An integer by its kind."""
    return True


def if_parts_are(gen: Node, known: Knowledge) -> bool:
    """An integer if all that is in it is."""
    return all(is_whole(read(part), known) for part in gen.children())


def if_power_is(gen: Node, known: Knowledge) -> bool:
    """An integer if the base is one and the exponent is one that is at least 0."""
    return if_parts_are(gen, known) and is_nonnegative(read(gen.children()[1]), known)


WHOLE: dict[type[Node], Callable[[Node, Knowledge], bool]] = {
    Index: always,
    Floor: always,
    Ceil: always,
    Round: always,
    Iverson: always,
    Max: if_parts_are,
    Min: if_parts_are,
    Abs: if_parts_are,
    Series: if_parts_are,
    Power: if_power_is,
}
