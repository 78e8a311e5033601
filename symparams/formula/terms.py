"""Sparse polynomials over the rationals, without sympy: sums of coefficient × monomial, exponents may be negative.

`polynomial` brings formulas into this form; `Polynomial.node` gives them back, expanded and sorted as papers like it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import gcd, lcm

from ..errors import Finding, LimitError
from .exact import LONG_BITS, exact, length, perfect_root, power, short
from .monomials import UNIT, Monomial, order, over, term_order, times
from .nodes import Exact, Index, Iverson, Negative, Node, Number, Power, Product, Quotient, Series, Sum, Symbol
from .work import spend
from .writing import written

MAX_TERMS = 100_000
MAX_STEPS = 400_000


class Polynomial:
    """A sum of terms; `terms` maps each monomial to its coefficient, never 0. Equal formulas have equal terms."""

    __slots__ = ("terms",)

    def __init__(self, terms: dict[Monomial, Exact]) -> None:
        self.terms = terms

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Polynomial) and self.terms == other.terms

    def __hash__(self) -> int:
        return hash(frozenset(self.terms.items()))

    def __repr__(self) -> str:
        return f"Polynomial({self.node()!r})"

    def __add__(self, other: Polynomial | Exact) -> Polynomial:
        return total((self, wrapped(other)))

    __radd__ = __add__

    def __neg__(self) -> Polynomial:
        return Polynomial({monomial: -factor for monomial, factor in self.terms.items()})

    def __sub__(self, other: Polynomial | Exact) -> Polynomial:
        return total((self, -wrapped(other)))

    def __rsub__(self, other: Exact) -> Polynomial:
        return constant(other) - self

    def __mul__(self, other: Polynomial | Exact) -> Polynomial:
        return product(self, wrapped(other))

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Polynomial:
        return raised(self, exponent)

    @property
    def is_zero(self) -> bool:
        """Whether it is 0."""
        return not self.terms

    @property
    def constant(self) -> Exact | None:
        """The number that it is, or None."""
        if not self.terms:
            return 0
        return self.terms.get(UNIT) if len(self.terms) == 1 else None

    @property
    def constant_term(self) -> Exact:
        """The term without generators."""
        return self.terms.get(UNIT, 0)

    @property
    def generators(self) -> list[Node]:
        """All generators, each once, in order."""
        return sorted({gen for monomial in self.terms for gen, _ in monomial}, key=order)

    def is_free_of(self, name: Node) -> bool:
        """Whether a Symbol or Index occurs nowhere, also not inside of opaque generators."""
        return not any(depends(gen, name) for gen in self.generators)

    def degree_in(self, gen: Node) -> Exact:
        """The highest exponent of a generator; 0 where it doesn't occur, also for the zero polynomial."""
        gen = self.own(gen)
        return max((dict(monomial).get(gen, 0) for monomial in self.terms), default=0)

    def coefficients_in(self, gen: Node) -> dict[Exact, Polynomial]:
        """Exponent → what stands beside that power of the generator; an opaque one that holds it is free of it."""
        gen = self.own(gen)
        found: dict[Exact, dict[Monomial, Exact]] = {}
        for monomial, factor in self.terms.items():
            exponent: Exact = 0
            rest = monomial
            for place, (other, power_of_it) in enumerate(monomial):
                if other is gen or other == gen:
                    exponent, rest = power_of_it, monomial[:place] + monomial[place + 1 :]
                    break
            found.setdefault(exponent, {})[rest] = factor
        return {exponent: Polynomial(terms) for exponent, terms in found.items()}

    def linear_in(self, gen: Node) -> tuple[Polynomial, Polynomial] | None:
        """(a, b) with self = a·gen + b and gen in neither, or None."""
        found = self.coefficients_in(gen)
        name = gen if isinstance(gen, (Symbol, Index)) else None
        if not set(found) <= {0, 1} or (name and not all(part.is_free_of(name) for part in found.values())):
            return None
        return found.get(1, NOTHING), found.get(0, NOTHING)

    def own(self, gen: Node) -> Node:
        """The generator as it stands in the monomials: a flag is there as its bracket, which is its own square."""
        flag = Iverson(gen) if isinstance(gen, Symbol) else gen
        return flag if flag is not gen and any(flag == other for m in self.terms for other, _ in m) else gen

    def sorted_terms(self) -> list[tuple[Monomial, Exact]]:
        """The terms by total degree descending, then alphabetically."""
        return sorted(self.terms.items(), key=term_order)

    def node(self) -> Node:
        """The formula, expanded: numbers first in a product, negative exponents below a fraction bar."""
        return written(self.terms)


def wrapped(value: Polynomial | Exact) -> Polynomial:
    """A number as a polynomial; a polynomial as itself."""
    return value if isinstance(value, Polynomial) else constant(value)


def constant(value: Exact) -> Polynomial:
    """The polynomial that is a number."""
    return Polynomial({UNIT: exact(value)} if value else {})


def generator(gen: Node, exponent: Exact = 1) -> Polynomial:
    """The polynomial that is a power of one generator."""
    return Polynomial({((gen, exponent),): 1})


NOTHING = Polynomial({})
ONE_TERM = Polynomial({UNIT: 1})


def total(parts: Iterable[Polynomial]) -> Polynomial:
    """The sum of polynomials."""
    terms: dict[Monomial, Exact] = {}
    for part in parts:
        for monomial, factor in part.terms.items():
            add_term(terms, monomial, factor)
        spend(1 + len(part.terms) // 4)
        within_limit(len(terms))
    return Polynomial(terms)


def add_term(terms: dict[Monomial, Exact], monomial: Monomial, factor: Exact) -> None:
    """Add one term to a dictionary that is being built."""
    old = terms.get(monomial)
    if old is None:
        terms[monomial] = factor
        return
    factor = exact(short(old + factor))
    if factor:
        terms[monomial] = factor
    else:
        del terms[monomial]


def within_limit(count: int, limit: int = MAX_TERMS) -> None:
    """Refuse a polynomial of more terms than the limit."""
    if count > limit:
        raise LimitError(Finding("limit-terms", f"the expanded formula has more than {MAX_TERMS:,} terms"))


def product(left: Polynomial, right: Polynomial) -> Polynomial:
    """The product, expanded."""
    if left is ONE_TERM or right is ONE_TERM:
        return right if left is ONE_TERM else left
    pairs = len(left.terms) * len(right.terms)
    within_limit(pairs, MAX_STEPS)
    spend(4 + pairs + pairs * (min(longest(left), longest(right)) // LONG_BITS) ** 2)
    terms: dict[Monomial, Exact] = {}
    loose: list[Polynomial] = []
    for one, factor in left.terms.items():
        for other, second in right.terms.items():
            monomial = times(one, other)
            if not monomial or is_settled(monomial):
                add_term(terms, monomial, exact(factor * second))
            else:
                loose.append(settled(monomial, exact(factor * second)))
        within_limit(len(terms))
    for factor in terms.values():
        short(factor)
    return total([Polynomial(terms), *loose]) if loose else Polynomial(terms)


def longest(base: Polynomial) -> int:
    """The bits of the longest coefficient."""
    return max(map(length, base.terms.values()), default=0)


def is_settled(monomial: Monomial) -> bool:
    """Whether no power of a number or of a sum is left to be multiplied out."""
    if not monomial or not (type(monomial[0][0]) is Number or type(monomial[-1][0]) is Sum):
        return True
    return not any(is_loose(gen, exponent) for gen, exponent in monomial)


def is_loose(gen: Node, exponent: Exact) -> bool:
    """Whether a power of a generator must be multiplied out."""
    return (type(gen) is Sum and exponent >= 1) or (type(gen) is Number and not 0 < exponent < 1)


def settled(monomial: Monomial, factor: Exact) -> Polynomial:
    """A term with the whole powers of its numbers and sums multiplied out."""
    kept = [(gen, exponent) for gen, exponent in monomial if not is_loose(gen, exponent)]
    result = Polynomial({tuple(kept): factor})
    for gen, exponent in monomial:
        if is_loose(gen, exponent):
            whole = exponent // 1
            result = result * raised(read(gen), whole)
            result = result * generator(gen, exact(exponent - whole)) if exponent != whole else result
    return result


def raised(base: Polynomial, exponent: int) -> Polynomial:
    """The power with an integer exponent; a negative one divides."""
    if len(base.terms) <= 1 or exponent < 0:
        return rational_power(base, exponent)
    result, square = ONE_TERM, base
    while exponent:
        if exponent & 1:
            result = result * square
        exponent >>= 1
        square = square * square if exponent else square
    return result


def rational_power(base: Polynomial, exponent: Exact) -> Polynomial:
    """The power of one term, or of a sum as a whole; the sum's own factors are taken out of it first.

    A root takes generators to be ≥ 0; a caller that doesn't know that keeps the power opaque.
    """
    if not base.terms:
        return constant(power(0, exponent))
    factor, monomial, rest = content(base)
    result = number_power(factor, exponent) * monomial_power(monomial, exponent)
    return result if rest is ONE_TERM else result * generator(rest.node(), exponent)


def monomial_power(monomial: Monomial, exponent: Exact) -> Polynomial:
    """The power of a monomial."""
    raised_pairs = tuple([(gen, 1 if is_bracket(gen, exponent) else exact(old * exponent)) for gen, old in monomial])
    if exponent == 0:
        return ONE_TERM
    return Polynomial({raised_pairs: 1}) if is_settled(raised_pairs) else settled(raised_pairs, 1)


def is_bracket(gen: Node, exponent: Exact) -> bool:
    """Whether that power of a generator is the generator itself."""
    return exponent > 0 and isinstance(gen, Iverson)


def number_power(base: Exact, exponent: Exact) -> Polynomial:
    """The power of a number; a root that isn't exact stays as a generator."""
    if exponent.denominator == 1 or perfect_root(base, exponent.denominator) is not None:
        return constant(power(base, exponent))
    whole = exponent // 1
    return constant(power(base, whole)) * generator(Number(base), exact(exponent - whole))


def content(base: Polynomial) -> tuple[Exact, Monomial, Polynomial]:
    """(number, monomial, rest) whose product it is; the rest has coprime integers, the first one positive."""
    if len(base.terms) == 1:
        ((monomial, factor),) = base.terms.items()
        return factor, monomial, ONE_TERM
    monomial = common_monomial(base)
    rest = without(base, monomial)
    if any(type(gen) is Sum for gen, _ in monomial):  # multiplied out, it may have common factors again
        factor, inner, rest = content(rest) if rest.terms else (0, UNIT, ONE_TERM)
        return factor, times(monomial, inner), rest
    factor = common_number(rest.terms.values())
    if min(rest.terms.items(), key=term_order)[1] < 0:
        factor = -factor
    return factor, monomial, scaled(rest, Fraction(1) / factor)


def without(base: Polynomial, monomial: Monomial) -> Polynomial:
    """The polynomial divided by a monomial."""
    return base * Polynomial({over(UNIT, monomial): 1}) if monomial else base


def common_monomial(base: Polynomial) -> Monomial:
    """The greatest monomial that divides all terms (with negative exponents, the least denominators)."""
    lowest: dict[Node, Exact] = {}
    for gen in base.generators:
        if not isinstance(gen, Iverson):
            lowest[gen] = min(dict(monomial).get(gen, 0) for monomial in base.terms)
    return tuple([(gen, exponent) for gen, exponent in lowest.items() if exponent])


def common_number(factors: Iterable[Exact]) -> Exact:
    """The greatest number that leaves coprime integers."""
    above, below = 0, 1
    for factor in factors:
        above, below = gcd(above, factor.numerator), lcm(below, factor.denominator)
    return exact(Fraction(above, below))


def scaled(base: Polynomial, factor: Exact) -> Polynomial:
    """The polynomial times a number."""
    if factor == 1:
        return base
    return Polynomial({monomial: exact(old * factor) for monomial, old in base.terms.items()} if factor else {})


def depends(node: Node, name: Node) -> bool:
    """Whether a Symbol or Index occurs freely in a node."""
    if node == name:
        return True
    if isinstance(node, Series) and node.index == name:
        return depends(node.start, name) or depends(node.stop, name)
    return any(depends(child, name) for child in node.children())


def read(node: Node, leaf: Callable[[Node], Polynomial] = generator) -> Polynomial:
    """A normalised formula as a polynomial again, by plain arithmetic; `leaf` may replace its generators."""
    match node:
        case Number():
            return constant(node.value)
        case Sum():
            return total([read(part, leaf) for part in node.parts])
        case Product():
            result = ONE_TERM
            for part in node.parts:
                result = result * read(part, leaf)
            return result
        case Negative():
            return -read(node.inner, leaf)
        case Quotient():
            return read(node.left, leaf) * rational_power(read(node.right, leaf), -1)
        case Power(right=Number()):
            return any_power(read(node.left, leaf), node.right.key[0])  # type: ignore[arg-type]
        case Power():
            return read_power(node, leaf)
        case _:
            return leaf(node)


def read_power(node: Power, leaf: Callable[[Node], Polynomial]) -> Polynomial:
    """A normalised power with a symbolic exponent: c^(3n) is the cube of c^n."""
    exponent = read(node.right)
    if len(exponent.terms) != 1:
        return leaf(node)
    ((monomial, factor),) = exponent.terms.items()
    return any_power(leaf(Power(node.left, written({monomial: 1})) if factor != 1 else node), factor)


def any_power(base: Polynomial, exponent: Exact) -> Polynomial:
    """The power with a number as exponent."""
    return raised(base, exponent.numerator) if exponent.denominator == 1 else rational_power(base, exponent)


def replaced(base: Polynomial, gen: Node, value: Polynomial) -> Polynomial:
    """The polynomial with a generator replaced by a polynomial; opaque generators that hold it stay as they are."""
    return total([rest * any_power(value, exponent) for exponent, rest in base.coefficients_in(gen).items()])
