"""Polynomials arranged as authors like them: as products of factors, or collected by what makes them shortest."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import NamedTuple

from .exact import exact
from .monomials import Monomial, order, over, term_order, times
from .nodes import Compare, Exact, Iverson, Negative, Node, Number, Power, Quotient, Sum
from .terms import ONE_TERM, Polynomial, common_monomial, content, generator
from .writing import power, product

# Up to so many terms, brackets go so many levels deep.
DEPTHS = ((24, 3), (60, 2), (400, 1))
MAX_TRIED = 8
BRACKETS = 2
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}

# Polynomials without common monomial or number → their factors with multiplicities.
Split = Callable[[Polynomial], list[tuple[Polynomial, int]]]


class Factors(NamedTuple):
    """number · monomial · sums, each sum with its exponent."""

    number: Exact
    monomial: Monomial
    sums: tuple[tuple[Node, int], ...]

    def node(self, by: Monomial = ()) -> Node:
        """The product as a formula; the powers in `by` come last."""
        if self.number < 0:
            return Negative(self._replace(number=-self.number).node(by))
        above = [power(gen, exponent) for gen, exponent in self.monomial if exponent > 0]
        above += [self.sum_power(inner, exponent) for inner, exponent in self.sums]
        above += [power(gen, exponent) for gen, exponent in by if exponent > 0]
        below = [power(gen, -exponent) for gen, exponent in (*self.monomial, *by) if exponent < 0]
        if self.number.numerator != 1 or not above:
            above.insert(0, Number(self.number.numerator))
        if self.number.denominator != 1:
            below.insert(0, Number(self.number.denominator))
        return Quotient(product(above), product(below)) if below else product(above)

    def among(self, by: Monomial) -> Node:
        """The product with the powers in `by` among its other sizes, `L*d*(d + 3)`; last where it has none or no sum."""
        has_sizes = any(exponent > 0 for _, exponent in self.monomial)
        return self._replace(monomial=times(self.monomial, by)).node() if has_sizes and self.sums else self.node(by)

    @staticmethod
    def sum_power(inner: Node, exponent: int) -> Node:
        """A power of a sum."""
        return inner if exponent == 1 else Power(inner, Number(exponent))


class Arranger:
    """Finds forms of polynomials; those already found are kept."""

    def __init__(self, split: Split) -> None:
        self.split = split
        self.found: dict[tuple[Polynomial, int], Node] = {}
        self.parts: dict[Polynomial, list[tuple[Polynomial, int]]] = {}

    def best(self, base: Polynomial, depth: int) -> Node:
        """The shortest of the expanded, factored and collected forms, with brackets in at most `depth` levels."""
        key = (base, depth)
        if key not in self.found:
            self.found[key] = min(self.forms(base, depth), key=cost)
        return self.found[key]

    def forms(self, base: Polynomial, depth: int) -> list[Node]:
        """All forms that are tried."""
        depth = min(depth, next((most for count, most in DEPTHS if len(base.terms) <= count), 0))
        if len(base.terms) < 2 or not depth:
            return [base.node()]
        factors = [self.factors(base, level).node() for level in {0, depth - 1}]
        return [base.node(), *factors, *self.collected_forms(base, depth)]

    def collected_forms(self, base: Polynomial, depth: int) -> list[Node]:
        """The forms collected by each size that stands in more than one term."""
        counts = {gen: sum(any(gen == other for other, _ in m) for m in base.terms) for gen in base.generators}
        often = sorted((gen for gen in counts if counts[gen] > 1), key=lambda gen: (-counts[gen], order(gen)))
        return [self.collected(base, gen, depth - 1, is_asked=False) for gen in often[:MAX_TRIED]]

    def factors(self, base: Polynomial, depth: int) -> Factors:
        """The polynomial as number · monomial · sums, each sum in its best form."""
        if len(base.terms) < 2:
            number, monomial, _ = content(base) if base.terms else (0, (), ONE_TERM)
            return Factors(number, monomial, ())
        number, monomial, rest = content(base)
        brackets = common_brackets(rest)
        if brackets:
            inner = self.factors(without_brackets(rest, brackets), depth)
            return Factors(exact(number * inner.number), times(times(monomial, brackets), inner.monomial), inner.sums)
        if rest not in self.parts:
            self.parts[rest] = self.split(rest)
        parts = self.parts[rest]
        if len(parts) == 1 and parts[0][1] == 1:
            number, monomial, rest = without_fractions(base)
            if is_turned(rest):
                number, rest = -number, -rest
            return Factors(number, monomial, ((self.factor(rest, depth), 1),))
        number = exact(prod([part.constant for part, _ in parts if part.constant is not None], start=number))
        sums = [(part, exponent) for part, exponent in parts if part.constant is None]
        ordered = sorted(sums, key=lambda part: (len(part[0].terms), [order(gen) for gen in part[0].generators]))
        return Factors(number, monomial, tuple([(self.factor(part, depth), exponent) for part, exponent in ordered]))

    def factor(self, part: Polynomial, depth: int) -> Node:
        """One factor in its best form; 1 less the bracket of a comparison is the bracket of its opposite."""
        gens = part.generators
        if len(gens) == 1 and isinstance(gens[0], Iverson) and part == 1 - generator(gens[0]):
            inner = gens[0].inner
            if isinstance(inner, Compare):
                return Iverson(Compare(OPPOSITE[inner.op], inner.left, inner.right))
        return self.best(part, depth)

    def collected(self, base: Polynomial, gen: Node, depth: int, *, is_asked: bool = True) -> Node:
        """The polynomial by descending powers of a generator, each coefficient factored or collected.

        is_asked: whether the powers stand behind their coefficients, or among the sizes of these.
        """
        gen = base.own(gen)
        rows = base.coefficients_in(gen)
        parts: list[Node] = []
        for exponent in sorted(rows, reverse=True):
            if exponent:
                parts.append(self.row(rows[exponent], ((gen, exponent),), depth, is_asked))
            else:
                parts += summands(self.best(rows[exponent], depth))
        if len(parts) < 2:
            return parts[0] if parts else Number(0)
        return Sum(tuple(parts))

    def row(self, coefficient: Polynomial, by: Monomial, depth: int, is_asked: bool) -> Node:
        """A coefficient times a power."""
        if len(coefficient.terms) == 1:
            return self.factors(coefficient, depth).node(by)
        choices = [self.factors(coefficient, level) for level in sorted({0, depth})]
        if depth:
            choices.append(Factors(1, (), ((self.best(coefficient, depth), 1),)))
        return min([one.node(by) if is_asked else one.among(by) for one in choices], key=cost)


def common_brackets(base: Polynomial) -> Monomial:
    """The brackets and flags that stand in every term."""
    gens = [gen for gen in base.generators if isinstance(gen, Iverson)]
    return tuple([(gen, 1) for gen in gens if all(any(gen == other for other, _ in m) for m in base.terms)])


def without_brackets(base: Polynomial, brackets: Monomial) -> Polynomial:
    """The polynomial without brackets that stand in every term; being their own squares, they don't divide."""
    return Polynomial({tuple([pair for pair in m if pair not in brackets]): factor for m, factor in base.terms.items()})


def is_turned(base: Polynomial) -> bool:
    """Whether a sum reads better with the other sign: its first term is negative, or all but a number are brackets'."""
    if base.constant_term and all(isinstance(gen, Iverson) for gen in base.generators):
        return base.constant_term < 0
    return min(base.terms.items(), key=term_order)[1] < 0


def without_fractions(base: Polynomial) -> tuple[Exact, Monomial, Polynomial]:
    """(number, monomial, rest): like content, but what divides only some terms stays with them: 2d²·(1 + n/h)."""
    number, _, _ = content(base)
    common = common_monomial(base)
    monomial = tuple([(gen, exponent) for gen, exponent in common if exponent > 0 or is_everywhere(base, gen)])
    rest = {over(m, monomial): exact(Fraction(factor) / number) for m, factor in base.terms.items()}
    return number, monomial, Polynomial(rest)


def is_everywhere(base: Polynomial, gen: Node) -> bool:
    """Whether a generator divides in all terms."""
    return all(dict(monomial).get(gen, 0) < 0 for monomial in base.terms)


def summands(node: Node) -> list[Node]:
    """The terms of a sum; anything else is one."""
    return list(node.parts) if isinstance(node, Sum) else [node]


def cost(node: Node) -> int:
    """How long a formula is to read: its signs, and a little more for each level of brackets in brackets."""
    return node.size + BRACKETS * nesting(node)


def nesting(node: Node, inside: int = 0) -> int:
    """The number of sums that stand as factors, those inside of others counted once for each level."""
    count = 0
    for child in node.children():
        is_bracket = isinstance(child, Sum) and not isinstance(node, Sum)
        deeper = inside + 1 if is_bracket else inside
        count += (deeper if is_bracket and deeper > 1 else 0) + nesting(child, deeper)
    return count
