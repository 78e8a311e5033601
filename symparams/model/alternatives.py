"""Other arguments of a network's call under which it would have a claimed count: a size, a flag, an entry of a list.

Each argument in turn becomes a symbol; the count is a polynomial in it, whose integer roots are the sizes asked for. Where
it is none, the sizes near by and the usual ones are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import isqrt
from typing import Any, NamedTuple

from ..errors import SymparamsError
from ..formula.build import solid
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Exact, Symbol
from ..formula.polynomial import Polynomial, polynomial
from ..formula.work import limited
from ..syntax import tree
from .calls import generalised_recipe
from .measure import measured
from .query import GENERAL, Question, called, part_of, root_of, with_root, world_of
from .values import Recipe, Value
from .world import World

MAX_LIST = 8
MAX_WORK = 40_000
NEAR = (8, 64, 128, 1000, 1024)
USUAL = frozenset(
    {
        1,
        2,
        3,
        4,
        5,
        7,
        8,
        10,
        16,
        32,
        64,
        100,
        101,
        128,
        200,
        224,
        256,
        299,
        365,
        384,
        512,
        768,
        1000,
        1001,
        1024,
        1280,
        1536,
        2048,
    }
    | {
        2560,
        3072,
        4096,
        5120,
        8192,
        10_450,
        11_221,
        16_384,
        21_841,
        21_843,
        28_996,
        30_522,
        32_000,
        32_128,
        50_257,
        50_265,
        50_272,
    }
    | {50_280, 50_304, 51_200, 51_864, 51_865, 65_536, 100_000, 128_000, 128_256, 151_936, 250_002, 250_880, 256_000}
)
SURE = 512  # a size whose step changes the count by so much isn't right by chance
FEW = (1, 2, 4, 8, 16, 32, 64)
FAR = 4
ROUND = 64  # what is left out in a network changes another size by a round number


class Alternative(NamedTuple):
    """An argument, what it is, and what it would be; the lower the cost, the likelier."""

    name: str
    old: int
    new: int
    cost: float
    description: str = ""

    @property
    def words(self) -> str:
        """The change in words."""
        told = f" ({self.description})" if self.description else ""
        if isinstance(self.new, bool):
            return f"with {self.name} = {self.new}{told}"
        return f"with {self.name} = {self.new:,} for {self.old:,}{told}"


class _Argument(NamedTuple):
    """An argument's name and value, and the recipe with another value in its place."""

    name: str
    old: int
    put: Callable[[Value], Recipe]
    others: frozenset[int]
    description: str
    default: Value = None


class _Call(NamedTuple):
    """What is asked of a call, by which measure, whether many others may be made, and those that were made so far."""

    asked: Question
    measure: str
    is_small: bool
    shared: dict[object, Any]

    def of(self, made: Recipe) -> Polynomial:
        """The same of another recipe."""
        expr = with_root(self.asked.expr, tree.Name(GENERAL, root_of(self.asked.expr).span))
        part, _ = part_of(self.asked._replace(expr=expr, names=((GENERAL, made),)), self.shared)
        return polynomial(solid(measured(part.content, self.measure, part.mark, active=part.active)), ANY_NUMBERS)


def alternatives(asked: Question, measure: str, claimed: Exact, is_small: bool) -> Iterator[Alternative]:
    """The other arguments, one at a time, under which the part has the claimed count."""
    made = called(asked)
    if made is None:
        return
    call = _Call(asked, measure, is_small, {})
    seen = set()
    for argument in _arguments(made, world_of(asked)):
        if argument.name not in seen:
            seen.add(argument.name)
            yield from _of(argument, call, claimed)


def _arguments(made: Recipe, world: World) -> Iterator[_Argument]:
    """The arguments that are numbers, flags or lists of numbers, those of modules among the arguments too."""
    given = {name: made.arguments[name] for name in made.given}
    others = frozenset(one for one in made.arguments.values() if type(one) is int)

    def told(name: str) -> str:
        found = made.module.unit.find(name)
        return found[0].description if found is not None and isinstance(found[0], tree.Declared) else ""

    def put(name: str) -> Callable[[Value], Recipe]:
        return lambda new: generalised_recipe(made, {**given, name: new}, world)

    def default(name: str) -> Value:
        is_optional = any(param.name == name and param.default is not None for param in made.module.definition.params)
        rest = {other: given[other] for other in given if other != name}
        return generalised_recipe(made, rest, world).arguments[name] if is_optional and name in given else None

    for name, argument in made.arguments.items():
        if isinstance(argument, int):
            yield _Argument(name, argument, put(name), others, told(name), default(name))
        elif isinstance(argument, list) and len(argument) <= MAX_LIST and all(type(one) is int for one in argument):
            for place, entry in enumerate(argument):
                yield _Argument(f"{name}[{place}]", entry, _entry(argument, place, put(name)), others, "")
        elif isinstance(argument, Recipe):
            for inner in _arguments(argument, world):
                yield inner._replace(put=_composed(put(name), inner.put))


def _entry(entries: list[Value], place: int, put: Callable[[Value], Recipe]) -> Callable[[Value], Recipe]:
    return lambda new: put([*entries[:place], new, *entries[place + 1 :]])


def _composed(outer: Callable[[Value], Recipe], inner: Callable[[Value], Recipe]) -> Callable[[Value], Recipe]:
    return lambda new: outer(inner(new))


def _of(argument: _Argument, call: _Call, claimed: Exact) -> Iterator[Alternative]:
    """What one argument would be."""
    name, old = argument.name, argument.old
    if isinstance(old, bool):
        if _count(argument.put(not old), call) == claimed:
            yield Alternative(name, old, not old, 1.5, argument.description)
        return
    form = _form(argument, Symbol(name.replace("[", "_").replace("]", "")), call)
    if form is not None:
        found = [(new, _cost(argument, new, form)) for new in _roots(form, claimed)]
    elif call.is_small:
        tried = dict.fromkeys([*_near(old), *argument.others, *FEW])
        near = next((new for new in tried if _count(argument.put(new), call) == claimed), old)
        found = [(near, _cost(argument, near, []))]
    else:
        return
    for new, cost in found:
        if cost is not None and _count(argument.put(new), call) == claimed:  # a `require` may forbid it
            yield Alternative(name, old, new, cost, argument.description)


def _form(argument: _Argument, symbol: Symbol, call: _Call) -> list[Exact] | None:
    """The count's coefficients in an argument; None where it is no polynomial in it."""
    try:
        with limited(most=MAX_WORK):
            form = call.of(argument.put(symbol))
    except (SymparamsError, ValueError, TypeError, KeyError):
        return None
    found: dict[int, Exact] = {}
    for monomial, factor in form.terms.items():
        if len(monomial) > 1 or any(gen != symbol or type(power) is not int or power < 0 for gen, power in monomial):
            return None
        found[int(monomial[0][1]) if monomial else 0] = factor
    return [found.get(power, 0) for power in range(max(found, default=0) + 1)]


def _count(made: Recipe, call: _Call) -> Exact | None:
    try:
        with limited(most=MAX_WORK):
            return call.of(made).constant
    except (SymparamsError, ValueError, TypeError, KeyError):
        return None


# ------------------------------------------------------------------------------------------------------ sizes


def _roots(form: list[Exact], claimed: Exact) -> Iterator[int]:
    """The sizes at which a count of degree 1 or 2 is the claimed one."""
    rest = [form[0] - claimed, *form[1:]]
    found: list[Fraction] = []
    if len(rest) == 2 and rest[1]:
        found = [Fraction(-rest[0]) / rest[1]]
    elif len(rest) == 3:
        under = Fraction(rest[1]) ** 2 - 4 * rest[2] * rest[0]
        root = _root(under)
        found = [] if root is None else [(-rest[1] + root) / (2 * Fraction(rest[2]))]
    yield from (int(size) for size in found if size.denominator == 1 and size > 0)


def _root(number: Fraction) -> Fraction | None:
    if number < 0:
        return None
    root = Fraction(isqrt(number.numerator), isqrt(number.denominator))
    return root if root * root == number else None


def _cost(argument: _Argument, new: int, form: list[Exact]) -> float | None:
    """How far-fetched a size is; None for one that may be right by chance: far off, of too small a step, or with a round gap."""
    old = argument.old
    if new == old:
        return None
    if new == argument.default:
        return 1.8
    if abs(new - old) == 1 or new in argument.others:
        return 1.9
    if new in USUAL or new in set(_near(old)) or new in (2 * old, old // 2):
        return 2
    step = max(form[1], -form[1]) if len(form) == 2 else SURE
    is_by_chance = step < SURE or not old <= new * FAR <= old * FAR * FAR or (new - old) % ROUND == 0
    return None if is_by_chance else 4.5


def _near(size: int) -> Iterator[int]:
    yield from (size + 1, size - 1)
    for unit in NEAR:
        down = size // unit * unit
        for other in (down + unit, down):
            if 0 < other <= FAR * size and abs(other - size) not in (0, 1):
                yield other
