"""The normal form: formulas equal by plain arithmetic become one polynomial, and conditions decided.

Formula → `Normal` (one walk under given facts) → `Polynomial`. What arithmetic can't open (a floor, a bracket, the
largest of several, a sum that doesn't close) becomes a generator, itself in normal form. Nothing here imports sympy.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from .exact import log, log2
from .facts import NO_FACTS, Facts, Knowledge
from .nodes import (
    Abs,
    All,
    Any,
    Ceil,
    Compare,
    Exact,
    Floor,
    Index,
    Iverson,
    Log,
    Log2,
    Max,
    Min,
    Mod,
    Negative,
    Node,
    Not,
    Number,
    Power,
    Product,
    Quotient,
    Round,
    Series,
    Sum,
    Symbol,
    walk,
)
from .opaque import absolute, at_least, floored, largest, lookup, rounded, unequal
from .powers import symbolic_power
from .quotients import quotient, reduced
from .sign import is_nonnegative, is_positive, is_whole
from .substitute import substitute
from .sums import range_condition, summed
from .terms import NOTHING, ONE_TERM, Polynomial, constant, depends, generator, total
from .work import limited, spend

MAX_UNROLLED = 1_000
MIN_KEPT = 8
MAX_DIVISORS = 8
MAX_FORMS = 2_000
STEPS_OF_A_WALK = 10
STEPS_OF_A_PART = 2
STEPS_OF_A_NODE = 2  # beside those of the polynomials that it takes
NESTED = (Floor, Ceil, Round, Max, Min, Mod, Power)  # what stands in itself again and again where modules do
SMALL = 100  # a formula of fewer nodes takes no steps worth counting by itself


def polynomial(node: Node, facts: Facts = NO_FACTS, needed: list[Node] | None = None) -> Polynomial:
    """The formula in normal form, under the facts.

    A Σ is closed where it can be. Where that takes a condition which the facts don't decide, the condition is added to
    `needed` and the form holds under it; without such a list the Σ stays.
    Raises: `LimitError` for more than 10^5 terms or too many steps, `SymparamsError` for a division by zero.
    """
    spend(STEPS_OF_A_WALK)
    walk = Normal(knowledge(facts), needed)
    if node.size < SMALL:
        return walk.of(node)
    with limited():
        return walk.of(node)


def decide(condition: Node, facts: Facts = NO_FACTS) -> bool | None:
    """Whether the condition holds wherever the facts do (True), nowhere (False), or isn't decided by plain looking."""
    spend(STEPS_OF_A_WALK)
    walk = Normal(knowledge(facts), None)
    if condition.size < SMALL:
        return walk.decided(condition)
    with limited():
        return walk.decided(condition)


def nonnegative(base: Polynomial, facts: Facts = NO_FACTS) -> bool:
    """Whether the polynomial is shown to be at least 0 wherever the facts hold."""
    return is_nonnegative(base, knowledge(facts))


def is_integer(base: Polynomial, facts: Facts = NO_FACTS) -> bool:
    """Whether the polynomial is shown to be an integer wherever the facts hold."""
    return is_whole(base, knowledge(facts))


def knowledge(facts: Facts) -> Knowledge:
    """The facts in polynomials, worked out once for equal facts."""
    if facts.knowledge is None:
        facts.knowledge = learned(facts)
    return facts.knowledge


@lru_cache(maxsize=1 << 10)
def learned(facts: Facts) -> Knowledge:
    """The facts in polynomials; divisibility comes first, since it turns floors to quotients."""
    known, conditions = started(facts)
    for condition in conditions:
        learn(condition, known)
    known.forms.clear()  # what was worked out from a part of the facts
    return known


def started(facts: Facts) -> tuple[Knowledge, Sequence[Node]]:
    """What is known before the assumptions that are still to be learned: the rest of them, where they would come last."""
    base = facts.base
    while base is not None and base.knowledge is None:
        base = base.base
    known, conditions = Knowledge(facts.domains), facts.assumptions
    if base is not None and base.knowledge is not None:
        new = conditions[len(base.assumptions) :]
        if not any(map(is_divisibility, new)) or all(map(is_divisibility, conditions)):
            known, conditions = base.knowledge.more(), new
    for index in [index for index in facts.ranges if index not in known.ranges]:
        start, stop = facts.ranges[index]
        normal = Normal(known, None)
        known.ranges[index] = (normal.of(start), normal.of(stop))
    return known, sorted(conditions, key=lambda node: not is_divisibility(node))


def is_divisibility(condition: Node) -> bool:
    """Whether the condition says `a % b == 0`."""
    is_equality = isinstance(condition, Compare) and condition.op == "=="
    return is_equality and isinstance(condition.left, Mod) and condition.right == Number(0)  # type: ignore[attr-defined]


def learn(condition: Node, known: Knowledge) -> None:
    """Add a condition that holds to the knowledge."""
    if isinstance(condition, All):
        for part in condition.parts:
            learn(part, known)
        return
    normal = Normal(known, None)
    holds = normal.condition(condition)
    if is_divisibility(condition):
        known.integral.append(quotient(normal.of(condition.left.left), normal.of(condition.left.right)))  # type: ignore[attr-defined]
    elif isinstance(condition, Compare):
        learn_comparison(condition.op, normal.of(condition.left) - normal.of(condition.right), known)
    elif isinstance(condition, Not) and isinstance(condition.inner, Compare):
        inner = condition.inner
        learn_comparison(OPPOSITE[inner.op], normal.of(inner.left) - normal.of(inner.right), known)
    learn_bracket(holds, known)
    known.signs = {question: True for question, answer in known.signs.items() if answer}
    known.wholes = {question: True for question, answer in known.wholes.items() if answer}


def learn_bracket(holds: Polynomial, known: Knowledge) -> None:
    """Settle the bracket that a condition is made of, if it is a single one."""
    if len(holds.terms) > 2 or holds.constant is not None:
        return
    for gen in holds.generators:
        if isinstance(gen, Iverson) and holds == generator(gen):
            known.settled[gen] = 1
        elif isinstance(gen, Iverson) and holds == ONE_TERM - generator(gen):
            known.settled[gen] = 0


def learn_comparison(op: str, difference: Polynomial, known: Knowledge) -> None:
    """Add `difference op 0` as polynomials that are at least 0."""
    step = 1 if is_whole(difference, known) else 0
    facts = {
        "==": [difference, -difference],
        ">=": [difference],
        ">": [difference - step],
        "<=": [-difference],
        "<": [-difference - step],
        "!=": [],
    }[op]
    known.nonnegative += [fact for fact in facts if fact.constant is None or fact.constant < 0]


OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


class Normal:
    """One walk to the normal form under what is known; pieces are memoised by identity."""

    def __init__(self, known: Knowledge, needed: list[Node] | None) -> None:
        self.known = known
        self.needed = needed
        self.done: dict[int, tuple[Node, Polynomial]] = {}

    def of(self, node: Node) -> Polynomial:
        """The normal form of a formula; what is small is worked out anew rather than kept."""
        if node.size < MIN_KEPT:
            return FORMS[type(node)](self, node)
        found = self.done.get(id(node))
        if found is None:
            spend(STEPS_OF_A_NODE)
            form = self.nested(node) if isinstance(node, NESTED) else FORMS[type(node)](self, node)
            found = self.done[id(node)] = (node, form)
        return found[1]

    def nested(self, node: Node) -> Polynomial:
        """The normal form of a floor or a power, kept for other walks under the same facts where it adds no condition."""
        if self.needed is not None:
            return FORMS[type(node)](self, node)
        forms = self.known.forms
        found = forms.get(node)
        if found is None:
            found = FORMS[type(node)](self, node)
            if len(forms) >= MAX_FORMS:
                forms.clear()
            forms[node] = found
        return found

    def symbol(self, node: Symbol) -> Polynomial:
        """A size; a flag stands as its bracket, which is its own square."""
        if self.known.domain(node.name).kind == "flag":
            return lookup(Iverson(node), self.known)
        return generator(node)

    def sum(self, node: Sum) -> Polynomial:
        """The sum of the parts."""
        spend(STEPS_OF_A_PART * len(node.parts))
        parts = []
        for part in node.parts:
            parts.append(self.of(part))
        return reduced(total(parts))

    def product(self, node: Product) -> Polynomial:
        """The product of the parts, expanded; brackets first, since one that is 0 ends it."""
        result = ONE_TERM
        for part in sorted(node.parts, key=lambda part: not isinstance(part, Iverson)):
            result = result * self.of(part)
            if not result.terms:
                return NOTHING
        return reduced(result)

    def divided(self, above: Polynomial, below: Node) -> Polynomial:
        """A polynomial divided by a formula, factor by factor."""
        if isinstance(below, Product):
            for part in below.parts:
                above = self.divided(above, part)
            return above
        if isinstance(below, Power) and isinstance(below.right, Number) and below.right.value in range(MAX_DIVISORS):
            for _ in range(int(below.right.value)):
                above = self.divided(above, below.left)
            return above
        return quotient(above, self.of(below))

    def mod(self, node: Mod) -> Polynomial:
        """a % b as a - b·⌊a/b⌋."""
        left, right = self.of(node.left), self.of(node.right)
        return left - right * floored(quotient(left, right), self.known)

    def logarithm(self, node: Log | Log2) -> Polynomial:
        """The logarithm of 1 or of a power of 2; else opaque."""
        inner = self.of(node.inner)
        number = inner.constant
        if number is not None and number > 0 and isinstance(node, Log) and number == 1:
            return constant(log(number))
        if number is not None and number > 0 and isinstance(node, Log2) and is_power_of_2(number):
            return constant(log2(number))
        return generator(type(node)(inner.node()))

    def condition(self, node: Node) -> Polynomial:
        """The bracket of a condition: 1 where it holds, else 0."""
        match node:
            case Compare():
                return self.comparison(node)
            case All():
                result = ONE_TERM
                for part in node.parts:
                    result = result * self.condition(part) if result.terms else result
                return result
            case Any():
                result = ONE_TERM
                for part in node.parts:
                    result = result * (1 - self.condition(part)) if result.terms else result
                return 1 - result
            case Not():
                return 1 - self.condition(node.inner)
            case Symbol():
                return lookup(Iverson(node), self.known)
            case _:
                return unequal(self.of(node), self.known)

    def comparison(self, node: Compare) -> Polynomial:
        """The bracket of a comparison: [a ≠ b] or [p ≥ 0] of one polynomial, or 1 less it."""
        difference = self.of(node.left) - self.of(node.right)
        match node.op:
            case "!=":
                return unequal(difference, self.known)
            case "==":
                return 1 - unequal(difference, self.known)
            case ">=":
                return at_least(difference, self.known)
            case "<=":
                return at_least(-difference, self.known)
            case ">":
                return 1 - at_least(-difference, self.known)
            case _:
                return 1 - at_least(difference, self.known)

    def decided(self, node: Node) -> bool | None:
        """What a condition is, part by part."""
        match node:
            case All():
                answers = [self.decided(part) for part in node.parts]
                return False if False in answers else None if None in answers else True
            case Any():
                answers = [self.decided(part) for part in node.parts]
                return True if True in answers else None if None in answers else False
            case Not():
                answer = self.decided(node.inner)
                return None if answer is None else not answer
            case _:
                number = self.condition(node).constant
                return None if number is None else bool(number)

    def series(self, node: Series) -> Polynomial:
        """The sum over a range, term by term: closed, unrolled, or a Σ with what is free of the index outside."""
        start, stop = self.of(node.start), self.of(node.stop)
        if is_nonnegative(start - stop, self.known):
            return NOTHING
        known = self.known.inside(node.index, start, stop)
        needed = list[Node]() if self.needed is not None else None
        body = Normal(known, needed).of(node.body)
        if self.needed is not None and needed:
            self.needed += [condition for condition in needed if not depends(condition, node.index)]
        return total([self.one_sum(Polynomial({m: f}), node, start, stop) for m, f in body.terms.items()])

    def one_sum(self, term: Polynomial, node: Series, start: Polynomial, stop: Polynomial) -> Polynomial:
        """The sum over the range of one term."""
        needed: list[Node] = []
        closed = summed(term, node.index, start, stop, needed)
        if closed is not None and self.may_need([range_condition(start, stop), *needed]):
            return closed
        first, last = start.constant, stop.constant
        if first is not None and last is not None and last - first <= MAX_UNROLLED:
            inner = term.node()
            turns = range(int(first), int(last))
            return total([Normal(self.known, None).of(substitute(inner, {node.index: Number(t)})) for t in turns])
        return open_sum(term, node.index, start, stop)

    def may_need(self, conditions: list[Node]) -> bool:
        """Whether the conditions are known to hold, or may be asked for."""
        open_conditions = [condition for condition in conditions if self.decided(condition) is not True]
        if open_conditions and self.needed is None:
            return False
        for condition in open_conditions:
            if self.decided(condition) is False:
                return False
        if self.needed is not None:
            self.needed += [condition for condition in open_conditions if condition not in self.needed]
        return True


def is_power_of_2(number: Exact) -> bool:
    """Whether the logarithm to the base 2 is an integer."""
    above, below = number.numerator, number.denominator
    return not (above & (above - 1) or below & (below - 1))


def open_sum(term: Polynomial, index: Index, start: Polynomial, stop: Polynomial) -> Polynomial:
    """The Σ over one term; what is free of the index stands outside.

    The index becomes `i` of a negative level, -1 for the innermost loop, so that equal sums are equal whatever their
    indexes are called and no index of a model is taken for it.
    """
    ((monomial, factor),) = term.terms.items()
    bound = tuple([pair for pair in monomial if depends(pair[0], index)])
    outside = Polynomial({tuple([pair for pair in monomial if pair not in bound]): factor})
    body = Polynomial({bound: 1}).node()
    inner = [part.index.level for part in walk(body) if isinstance(part, Series)]
    name = Index("i", min(inner, default=0) - 1)
    return outside * generator(Series(name, start.node(), stop.node(), substitute(body, {index: name})))


FORMS: dict[type[Node], Callable[..., Polynomial]] = {
    Number: lambda walk, node: constant(node.value),
    Symbol: Normal.symbol,
    Index: lambda walk, node: generator(node),
    Sum: Normal.sum,
    Product: Normal.product,
    Negative: lambda walk, node: -walk.of(node.inner),
    Quotient: lambda walk, node: reduced(walk.divided(walk.of(node.left), node.right)),
    Power: lambda walk, node: symbolic_power(walk.of(node.left), walk.of(node.right)),
    Mod: Normal.mod,
    Floor: lambda walk, node: floored(walk.of(node.inner), walk.known),
    Ceil: lambda walk, node: -floored(-walk.of(node.inner), walk.known),
    Round: lambda walk, node: rounded(walk.of(node.inner), walk.known),
    Abs: lambda walk, node: absolute(walk.of(node.inner), walk.known),
    Log: Normal.logarithm,
    Log2: Normal.logarithm,
    Max: lambda walk, node: largest(Max, [walk.of(part) for part in node.parts], walk.known),
    Min: lambda walk, node: largest(Min, [walk.of(part) for part in node.parts], walk.known),
    Iverson: lambda walk, node: walk.condition(node.inner),
    Series: Normal.series,
    Compare: Normal.condition,
    All: Normal.condition,
    Any: Normal.condition,
    Not: Normal.condition,
}

__all__ = [
    "NO_FACTS",
    "Facts",
    "Polynomial",
    "constant",
    "decide",
    "generator",
    "is_integer",
    "is_positive",
    "nonnegative",
    "polynomial",
]
