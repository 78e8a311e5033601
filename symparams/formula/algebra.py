"""What needs sympy: formulas as sympy expressions and back, common factors, limits, simplification.

The only file that imports sympy, and only inside of its functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any as Anything

from ..errors import Finding, SymparamsError
from . import nodes
from .arranged import Arranger, is_turned
from .ceilings import with_ceilings
from .domain import ANY_SIZE, Domain
from .exact import MAX_BITS, exact, too_long
from .facts import NO_FACTS, Facts
from .monomials import Monomial
from .nodes import Compare, Exact, Floor, Index, Node, Number, Power, Symbol, walk
from .polynomial import polynomial
from .residues import rejoined
from .substitute import substitute
from .terms import NOTHING, ONE_TERM, Polynomial, constant

MAX_GCD_TERMS = 400
MAX_GCD_GENERATORS = 12
MAX_FACTORED_TERMS = 60
MAX_FACTORED_GENERATORS = 4
MAX_FACTORED_DEGREE = 12
MAX_SIMPLIFIED = 60
DEPTH = 3
ENDLESS = Symbol("oo")  # the limit of what grows without end


def the_sympy() -> Anything:
    """The package, imported when it is first needed; it takes longer to load than all the rest."""
    import sympy

    return sympy


def expanded(node: Node, facts: Facts = NO_FACTS) -> Node:
    """The formula multiplied out, like terms added, sums over ranges closed where the facts allow."""
    return with_ceilings(rejoined(polynomial(node, facts), facts).node(), facts)


def factored(node: Node, facts: Facts = NO_FACTS) -> Node:
    """The formula as a product of its factors, each multiplied out."""
    base = rejoined(polynomial(node, facts), facts)
    made = Arranger(factors).factors(base, 0).node() if len(base.terms) > 1 else base.node()
    return with_ceilings(made, facts)


def collected(node: Node, facts: Facts = NO_FACTS, by: str | None = None) -> Node:
    """The formula by descending powers of a size, with factored coefficients; without a name, the shortest form."""
    base = rejoined(polynomial(node, facts), facts)
    arranger = Arranger(factors)
    made = arranger.best(base, DEPTH) if by is None else arranger.collected(base, Symbol(by), 1)
    return with_ceilings(made, facts)


def factors(base: Polynomial) -> list[tuple[Polynomial, int]]:
    """The factors of a polynomial without common monomial, with multiplicities; itself where that would take long."""
    gens = base.generators
    is_plain = all(exponent > 0 and exponent.denominator == 1 for exponent in exponents(base))
    if not is_plain or not 1 < len(base.terms) <= MAX_GCD_TERMS:
        return [(base, 1)]
    linear = [found for gen in gens if base.degree_in(gen) == 1 for found in (base.coefficients_in(gen),)]
    if linear:
        rows = min(linear, key=lambda rows: min(len(row.terms) for row in rows.values()))
        return by_linear(base, rows)
    is_small = len(base.terms) <= MAX_FACTORED_TERMS and len(gens) <= MAX_FACTORED_GENERATORS
    if not is_small or max(exponents(base)) > MAX_FACTORED_DEGREE:
        return [(base, 1)]
    sign, found = ring_element(base, gens).factor_list()
    return with_sign(int(sign), [(from_ring(factor, gens), times) for factor, times in found])


def exponents(base: Polynomial) -> list[Exact]:
    """All exponents that occur."""
    return [exponent for monomial in base.terms for _, exponent in monomial]


def by_linear(base: Polynomial, rows: Mapping[Exact, Polynomial]) -> list[tuple[Polynomial, int]]:
    """The factors of a·x + b: those of the common factor of a and b, and what is left, which has no more."""
    upper, lower = rows[1], rows.get(0, NOTHING)
    gens = base.generators
    if min(len(upper.terms), len(lower.terms)) < 2 or len(gens) > MAX_GCD_GENERATORS:
        return [(base, 1)]
    common = ring_element(upper, gens).gcd(ring_element(lower, gens))
    if len(common) < 2:
        return [(base, 1)]
    inner = from_ring(common, gens)
    rest = from_ring(ring_element(base, gens).exquo(common), gens)
    return with_sign(1, merged([(rest, 1), *factors(inner)]))


def merged(found: list[tuple[Polynomial, int]]) -> list[tuple[Polynomial, int]]:
    """Equal factors as one."""
    counts: dict[Polynomial, int] = {}
    for factor, times in found:
        counts[factor] = counts.get(factor, 0) + times
    return list(counts.items())


def with_sign(sign: int, found: list[tuple[Polynomial, int]]) -> list[tuple[Polynomial, int]]:
    """The factors, each turned to open with a positive term, and -1 where that leaves a sign over."""
    turned: list[tuple[Polynomial, int]] = []
    for part, times in found:
        if is_turned(part):
            part, sign = -part, sign * (-1) ** times
        if part != ONE_TERM:
            turned.append((part, times))
    return turned if sign > 0 else [(constant(-1), 1), *turned]


def ring_element(base: Polynomial, gens: list[Node]) -> Anything:
    """The polynomial in sympy's ring over the integers; its coefficients are integers."""
    sympy = the_sympy()
    domain = sympy.ring([f"x{place}" for place in range(len(gens))], sympy.ZZ)[0]
    places = {gen: place for place, gen in enumerate(gens)}
    terms = {}
    for monomial, factor in base.terms.items():
        row = [0] * len(gens)
        for gen, exponent in monomial:
            row[places[gen]] = int(exponent)
        terms[tuple(row)] = sympy.ZZ(int(factor))
    return domain.from_dict(terms)


def from_ring(element: Anything, gens: list[Node]) -> Polynomial:
    """An element of sympy's ring as a polynomial."""
    terms: dict[Monomial, Exact] = {}
    for row, factor in element.terms():
        terms[tuple([(gen, exponent) for gen, exponent in zip(gens, row, strict=True) if exponent])] = int(factor)
    return Polynomial(terms)


def is_simplified_zero(node: Node, facts: Facts) -> bool:
    """Whether sympy's `simplify` makes 0 of a small formula."""
    kinds = {type(part) for part in walk(node)}
    if node.size > MAX_SIMPLIFIED or not kinds & {Power, nodes.Log, nodes.Log2} or kinds & {nodes.Series, nodes.Round}:
        return False
    sympy = the_sympy()
    try:
        return bool(sympy.simplify(to_sympy(node, facts.domains)) == 0)
    except (SymparamsError, ArithmeticError, ValueError, TypeError, NotImplementedError, RecursionError):
        return False


def sympy_limit(base: Node, name: str, to: Exact | str, facts: Facts) -> Node | None:
    """What a formula tends to as a size grows (to "oo") or goes to a number, by sympy, `ENDLESS` where it grows without end.

    None for what is long or beyond it.
    """
    kinds = {type(part) for part in walk(base)}
    if base.size > MAX_SIMPLIFIED or kinds & {nodes.Round, nodes.Series, nodes.Iverson, nodes.Mod}:
        return None
    sympy = the_sympy()
    try:
        symbol = to_sympy(Symbol(name), facts.domains)
        expr = to_sympy(base, facts.domains)
        found = sympy.simplify(sympy.limit(expr, symbol, sympy.oo if to == "oo" else sympy.Rational(to)))
        return ENDLESS if found.is_infinite else from_sympy(found)
    except (SymparamsError, ArithmeticError, LookupError, ValueError, TypeError, NotImplementedError, RecursionError):
        return None


def to_sympy(node: Node, domains: Mapping[str, Domain] | None = None) -> Anything:
    """The formula as a sympy expression; sizes are symbols with the assumptions of their domains."""
    done: dict[int, Anything] = {}

    def of(part: Node) -> Anything:
        if id(part) not in done:
            done[id(part)] = TO_SYMPY[type(part)](part, of, domains or {})
        return done[id(part)]

    try:
        return of(node)
    except ZeroDivisionError:
        raise SymparamsError(Finding("division-by-zero", "the formula divides by zero")) from None


def for_users(node: Node, domains: Mapping[str, Domain]) -> Anything:
    """The formula as a sympy expression whose sizes are those that `sympy.symbols` makes of their names."""
    import sympy

    found = to_sympy(node, domains)
    return found.xreplace({size: sympy.Symbol(size.name) for size in found.free_symbols})


def sympy_symbol(node: Symbol, of: Anything, domains: Mapping[str, Domain]) -> Anything:
    """A size as a sympy symbol."""
    sympy = the_sympy()
    domain = domains.get(node.name, ANY_SIZE)
    if domain.kind == "real":
        return sympy.Symbol(node.name, positive=True)
    if domain.kind == "flag" or domain.least == 0:
        return sympy.Symbol(node.name, integer=True, nonnegative=True)
    return sympy.Symbol(node.name, integer=True, positive=True if domain.least > 0 else None)


def index_name(node: Index) -> str:
    """The name of an index, with its level where it isn't the outermost."""
    return f"{node.name}_{node.level}" if node.level else node.name


def sympy_call(name: str) -> Callable[..., Anything]:
    """A node whose children are the arguments of a sympy function."""

    def convert(node: Node, of: Callable[[Node], Anything], domains: Anything) -> Anything:
        sympy = the_sympy()
        return getattr(sympy, name)(*[of(part) for part in node.children()])

    return convert


def sympy_bracket(node: Node, of: Callable[[Node], Anything], domains: Anything) -> Anything:
    """A bracket, or a condition that is counted, as 1 where it holds, else 0."""
    sympy = the_sympy()
    condition = node.inner if isinstance(node, nodes.Iverson) else node
    return sympy.Piecewise((1, as_condition(condition, of)), (0, True))


def sympy_power(node: Power, of: Callable[[Node], Anything], domains: Anything) -> Anything:
    """A power; one of numbers that would be longer than the limit is refused before sympy works it out."""
    base, exponent = of(node.left), of(node.right)
    if base.is_Rational and exponent.is_Integer and base not in (-1, 0, 1):
        bits = max(int(base.p).bit_length(), int(base.q).bit_length())
        if (bits - 1) * abs(int(exponent)) > MAX_BITS:
            too_long()
    return the_sympy().Pow(base, exponent)


def as_condition(node: Node, of: Callable[[Node], Anything]) -> Anything:
    """A condition for sympy; a flag holds when it isn't 0."""
    sympy = the_sympy()
    match node:
        case Compare():
            table = {"==": sympy.Eq, "!=": sympy.Ne, "<": sympy.Lt, "<=": sympy.Le, ">": sympy.Gt, ">=": sympy.Ge}
            return table[node.op](of(node.left), of(node.right))
        case nodes.All():
            return sympy.And(*[as_condition(part, of) for part in node.parts])
        case nodes.Any():
            return sympy.Or(*[as_condition(part, of) for part in node.parts])
        case nodes.Not():
            return sympy.Not(as_condition(node.inner, of))
        case _:
            return sympy.Ne(of(node), 0)


def sympy_series(node: nodes.Series, of: Callable[[Node], Anything], domains: Anything) -> Anything:
    """A Σ as sympy's, whose upper end is included."""
    sympy = the_sympy()
    return sympy.Sum(of(node.body), (of(node.index), of(node.start), of(node.stop) - 1))


def sympy_number(node: Number, of: Anything, domains: Anything) -> Anything:
    """An exact number."""
    sympy = the_sympy()
    return sympy.Rational(node.value.numerator, node.value.denominator)


def sympy_index(node: Index, of: Anything, domains: Anything) -> Anything:
    """A loop's index."""
    sympy = the_sympy()
    return sympy.Symbol(index_name(node), integer=True)


def sympy_round(node: nodes.Round, of: Callable[[Node], Anything], domains: Anything) -> Anything:
    """Rounding is a function that sympy knows nothing of."""
    sympy = the_sympy()
    return sympy.Function("round", integer=True)(of(node.inner))


def sympy_log2(node: nodes.Log2, of: Callable[[Node], Anything], domains: Anything) -> Anything:
    """The logarithm to the base 2."""
    sympy = the_sympy()
    return sympy.log(of(node.inner), 2)


TO_SYMPY: dict[type[Node], Callable[..., Anything]] = {
    Number: sympy_number,
    Symbol: sympy_symbol,
    Index: sympy_index,
    nodes.Sum: sympy_call("Add"),
    nodes.Product: sympy_call("Mul"),
    nodes.Negative: lambda node, of, domains: -of(node.inner),
    nodes.Quotient: lambda node, of, domains: of(node.left) / of(node.right),
    Power: sympy_power,
    nodes.Mod: sympy_call("Mod"),
    Floor: sympy_call("floor"),
    nodes.Ceil: sympy_call("ceiling"),
    nodes.Abs: sympy_call("Abs"),
    nodes.Max: sympy_call("Max"),
    nodes.Min: sympy_call("Min"),
    nodes.Log: sympy_call("log"),
    nodes.Log2: sympy_log2,
    nodes.Round: sympy_round,
    nodes.Iverson: sympy_bracket,
    Compare: sympy_bracket,
    nodes.All: sympy_bracket,
    nodes.Any: sympy_bracket,
    nodes.Not: sympy_bracket,
    nodes.Series: sympy_series,
}


def from_sympy(expr: Anything) -> Node:
    """The formula of a sympy expression, in the order in which sympy prints it.

    Raises: `SymparamsError` for functions that no formula of sizes has.
    """
    sympy = the_sympy()
    if expr.is_Rational:
        return Number(exact(Fraction(int(expr.p), int(expr.q))))
    if expr.is_Symbol:
        return Symbol(expr.name)
    if expr.is_Add:
        return nodes.Sum(tuple([from_sympy(part) for part in expr.as_ordered_terms()]))
    if expr.is_Mul:
        return from_product(expr)
    if expr.is_Pow:
        return from_power(expr)
    if isinstance(expr, sympy.Piecewise):
        return from_piecewise(expr)
    if isinstance(expr, sympy.Sum):
        return from_sum(expr)
    kind = FROM_SYMPY.get(type(expr).__name__)
    if kind is None:
        raise SymparamsError(Finding("sympy", f"{expr} is no formula of sizes"))
    parts = [from_sympy(part) for part in expr.args]
    return kind(tuple(parts)) if kind in (nodes.Max, nodes.Min) else kind(*parts)


FROM_SYMPY: dict[str, Callable[..., Node]] = {
    "floor": Floor,
    "ceiling": nodes.Ceil,
    "round": nodes.Round,
    "Abs": nodes.Abs,
    "Max": nodes.Max,
    "Min": nodes.Min,
    "Mod": nodes.Mod,
    "log": nodes.Log,
}


def from_product(expr: Anything) -> Node:
    """A product: signs in front, what divides below a bar."""
    if expr.could_extract_minus_sign():
        return nodes.Negative(from_sympy(-expr))
    above, below = expr.as_numer_denom()
    if below != 1:
        return nodes.Quotient(from_sympy(above), from_sympy(below))
    return nodes.Product(tuple([from_sympy(part) for part in expr.as_ordered_factors()]))


def from_power(expr: Anything) -> Node:
    """A power; a negative one divides."""
    base, exponent = expr.as_base_exp()
    if exponent.could_extract_minus_sign():
        return nodes.Quotient(Number(1), from_sympy(base**-exponent))
    return Power(from_sympy(base), from_sympy(exponent))


def from_piecewise(expr: Anything) -> Node:
    """Values under conditions, as a sum of brackets times values."""
    parts: list[Node] = []
    earlier: list[Node] = []
    for value, condition in expr.args:
        own = [] if condition is the_sympy().true else [from_condition(condition)]
        held = (*[nodes.Not(other) for other in earlier], *own)
        earlier += own
        bracket = nodes.Iverson(held[0] if len(held) == 1 else nodes.All(held)) if held else None
        if value != 0:
            parts.append(joined(bracket, from_sympy(value)))
    return nodes.Sum(tuple(parts)) if len(parts) > 1 else parts[0] if parts else Number(0)


def joined(bracket: Node | None, value: Node) -> Node:
    """A bracket times a value."""
    if bracket is None:
        return value
    return bracket if value == Number(1) else nodes.Product((bracket, value))


def from_condition(expr: Anything) -> Node:
    """A condition of sympy's."""
    sympy = the_sympy()
    if isinstance(expr, sympy.core.relational.Relational):
        return Compare(str(expr.rel_op), from_sympy(expr.lhs), from_sympy(expr.rhs))
    kinds = {sympy.And: nodes.All, sympy.Or: nodes.Any}
    for kind, node in kinds.items():
        if isinstance(expr, kind):
            return node(tuple([from_condition(part) for part in expr.args]))
    if isinstance(expr, sympy.Not):
        return nodes.Not(from_condition(expr.args[0]))
    raise SymparamsError(Finding("sympy", f"{expr} is no condition on sizes"))


def from_sum(expr: Anything) -> Node:
    """A Σ of sympy's, one index after the other."""
    body = from_sympy(expr.function)
    for name, start, stop in expr.limits:
        index = Index(name.name, 0)
        body = nodes.Series(
            index, from_sympy(start), from_sympy(stop + 1), substitute(body, {Symbol(name.name): index})
        )
    return body


__all__ = ["collected", "expanded", "factored", "from_sympy", "is_simplified_zero", "sympy_limit", "to_sympy"]
