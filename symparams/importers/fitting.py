"""Numbers seen at some sizes → the simplest exact expression in the sizes that gives them all.

Constants, products of powers, sums of few such products, then floors and roundings to a multiple. What fits the points is a
guess, which the caller holds against sizes that weren't used to find it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, permutations, product
from math import ceil, gcd, isqrt, log2
from typing import NamedTuple

Env = Mapping[str, int]
EXPONENTS = (0, 1, 2, -1)
UNITS = (2, 4, 8, 16, 32, 64, 100, 128, 256, 512, 1024)
KNOWN = {1: 1000, 2: 120, 3: 36, 4: 18}  # of how many products of powers sums of so many terms are tried
MAX_DENOMINATOR = 64  # of the coefficients of a sum
MAX_UNIT = 1024  # of which values are multiples
MAX_RATIO = 10_000  # of the denominator of what is rounded
MAX_DIVISOR = 4096  # of a product of sizes: a width over twice the number of heads
MAX_DOUBLING = 24  # of a size that stands in the exponent of 2
PRIME = 2**61 - 1  # what adds up does so in remainders too, and they are soon added
PLAIN = 9  # an expression of so much or less to say is taken without a look at roundings


class Power(NamedTuple):
    """A product of powers of sizes, each base once with an exponent that isn't 0: a size, `2^i`, or `floor(d/h)`."""

    factors: tuple[tuple[str, int], ...]

    @property
    def names(self) -> set[str]:
        """The sizes that occur."""
        return {name for base, _ in self.factors for name in _names(base)}

    def value(self, env: Env) -> Fraction:
        """The number at these sizes."""
        found = Fraction(1)
        for name, exponent in self.factors:
            base = _base(name, env)
            if exponent < 0 and base == 0:
                return Fraction(0)
            found *= Fraction(base) ** exponent
        return found


def _names(base: str) -> list[str]:
    """The sizes in a base."""
    return [name for name in re.findall(r"[^\W\d]\w*", base) if name != "floor" or base == name]


def _base(base: str, env: Env) -> int:
    if base in env:
        return env[base]
    if base.startswith("2^"):
        return int(2 ** env[base[2:]])
    over, under = _names(base)
    return env[over] // env[under]


class Expression(NamedTuple):
    """A sum of coefficient × product of powers; in a frame such as `{} // 2` or `64*ceil({}/64)` where one is needed."""

    terms: tuple[tuple[Fraction, Power], ...]
    frame: str = "{}"

    @property
    def names(self) -> set[str]:
        """The sizes that occur."""
        return {name for _, power in self.terms for name in power.names}

    @property
    def is_rounded(self) -> bool:
        """Whether the numbers between multiples of something, or beyond a bound, have a value of a neighbour."""
        return self.frame != "{}" or any(
            base.startswith("floor") for _, power in self.terms for base, _ in power.factors
        )

    @property
    def constant(self) -> int | None:
        """The number that it is, where no size occurs."""
        if self.frame != "{}" or any(power.factors for _, power in self.terms):
            return None
        return int(sum(factor for factor, _ in self.terms))

    def text(self) -> str:
        """The expression in the language."""
        words = _sum_text(self.terms)
        is_divided = "{}/" in self.frame and not _is_atom(words)
        return self.frame.format(f"({words})" if is_divided else words)


def number(value: int) -> Expression:
    """The expression of a number."""
    return Expression(((Fraction(value), Power(())),) if value else ())


def _is_atom(words: str) -> bool:
    return words.replace("_", "").isalnum()


def _sum_text(terms: Sequence[tuple[Fraction, Power]]) -> str:
    if not terms:
        return "0"
    found = ""
    for factor, power in terms:
        words = _product_text(abs(factor), power)
        sign = "-" if factor < 0 else "+"
        found = (f"-{words}" if factor < 0 else words) if not found else f"{found} {sign} {words}"
    return found


def _product_text(factor: Fraction, power: Power) -> str:
    factor, two = _power_of_two(factor, power)
    plain = [(base, exponent) for base, exponent in power.factors if not base.startswith("2^")]
    above = [_power_text(base, exponent) for base, exponent in plain if exponent > 0]
    below = [_power_text(base, -exponent) for base, exponent in plain if exponent < 0]
    if two:
        (below if two.startswith("-") else above).append(f"2^{two.removeprefix('-')}")
    if factor.numerator != 1 or not above:
        above.insert(0, str(factor.numerator))
    if factor.denominator != 1:
        below.append(str(factor.denominator))
    words = "*".join(above)
    return words + "".join(f"/{one}" for one in below)


def _power_of_two(factor: Fraction, power: Power) -> tuple[Fraction, str]:
    """The exponent of 2 in words, with a minus before it where it divides, and the factor without the 2 that went into it."""
    sizes = [(base[2:], exponent) for base, exponent in power.factors if base.startswith("2^")]
    if not sizes:
        return factor, ""
    sizes.sort(key=lambda one: -one[1])
    is_below = sizes[0][1] < 0
    more = {Fraction(2): 1, Fraction(1, 2): -1}.get(factor, 0)
    words = ""
    for name, exponent in [*sizes, *([("1", more)] if more else [])]:
        exponent = -exponent if is_below else exponent
        times = name if abs(exponent) == 1 else f"{abs(exponent)}*{name}"
        words += f" {'-' if exponent < 0 else '+'} {times}" if words else times
    words = words if words.replace("_", "").isalnum() else f"({words})"
    return Fraction(1) if more else factor, f"-{words}" if is_below else words


def _power_text(base: str, exponent: int) -> str:
    return base if exponent == 1 else f"{base}^{exponent}"


# ------------------------------------------------------------------------------------------------------ fitting


def fit(values: Sequence[int], envs: Sequence[Env], last: Sequence[str] = ()) -> Expression | None:
    """The simplest expression that is these numbers at these sizes, or None.

    last: names to do without where that can be, such as the index of a loop.
    """
    if all(value == values[0] for value in values):
        return number(values[0])
    names = [name for name in envs[0] if len({env[name] for env in envs}) > 1 and not isinstance(envs[0][name], bool)]
    early = [name for name in names if name not in last]
    for known in (early, names) if len(early) < len(names) else (names,):
        found = _fit(values, envs, known, tuple(name for name in last if name in known))
        if found is not None:
            return found
    return None


def _fit(values: Sequence[int], envs: Sequence[Env], names: list[str], doubling: Sequence[str]) -> Expression | None:
    if not names or not _is_function(values, envs, names):
        return None
    told = [name for name in names if not _is_without(values, envs, names, name)]
    points = dict.fromkeys(zip(values, (tuple((name, env[name]) for name in told) for env in envs), strict=True))
    values, envs = [value for value, _ in points], [dict(env) for _, env in points]
    powers = _powers(told, doubling)
    if set(told) <= set(
        doubling
    ):  # few numbers in a row are soon said by something; only what one would write is meant
        plain = [power for power in powers if len(power.factors) <= 1]
        exact = _sparse([Fraction(value) for value in values], envs, plain, 2)
        return next((one for one in exact if all(factor.denominator == 1 for factor, _ in one.terms)), None)
    exact = [one for one in _sparse([Fraction(value) for value in values], envs, powers) if _is_meant(one, doubling)]
    best = min(exact, key=_length, default=None)
    if best is not None and _length(best) <= PLAIN:
        return best
    others = [best, _rounded(values, envs, powers), _clamped(values, envs, powers)]
    if best is None or len(best.terms) > 2:
        others.append(_derived(values, envs, told, doubling))
    found = min((one for one in others if one is not None), key=_length, default=None)
    return found or _squared(values, envs, powers)


def _is_meant(found: Expression, indexes: Sequence[str]) -> bool:
    """Whether the indexes of loops stand in it as one would write it: each in one way, and times whole numbers."""
    with_index = [(factor, power) for factor, power in found.terms if power.names & set(indexes)]
    ways = {name for _, power in with_index for name, _ in power.factors if name.removeprefix("2^") in indexes}
    return len(ways) <= len({way.removeprefix("2^") for way in ways}) and all(
        factor.denominator == 1 or any(way.startswith("2^") for way in ways) for factor, _ in with_index
    )


def _length(found: Expression) -> float:
    """How much there is to say: the signs of an expression, its numbers by their digits."""
    said = sum(
        1 + _complexity(power)[0] + log2(abs(factor.numerator)) + log2(factor.denominator)
        for factor, power in found.terms
    )
    units = [int(digits) for digits in re.findall(r"\d\d+", found.frame)]  # of rounding to a multiple
    return said + (0 if found.frame == "{}" else 3 + log2(max(units, default=1)))


def _is_function(values: Sequence[int], envs: Sequence[Env], names: list[str]) -> bool:
    """Whether the names alone settle the value."""
    seen: dict[tuple[int, ...], int] = {}
    return all(
        seen.setdefault(tuple(env[name] for name in names), value) == value
        for value, env in zip(values, envs, strict=True)
    )


def _powers(told: Sequence[str], doubling: Sequence[str], more: Sequence[str] = ()) -> list[Power]:
    """The products of powers that may occur, the simplest first."""
    bases = [*told, *(f"2^{name}" for name in doubling if name in told), *more]
    found = []
    for exponents in product(EXPONENTS, repeat=len(bases)) if len(bases) <= 4 else _few(len(bases)):
        factors = tuple((name, exponent) for name, exponent in zip(bases, exponents, strict=True) if exponent)
        below = any(name in doubling and exponent < 0 for name, exponent in factors)
        if len(factors) <= 4 and sum(abs(exponent) for _, exponent in factors) <= 4 and not below:
            found.append(Power(factors))
    found.sort(key=_complexity)
    return found


def _few(count: int) -> Iterator[tuple[int, ...]]:
    """Exponents of which at most three aren't 0."""
    for chosen in range(4):
        for places in combinations(range(count), chosen):
            for exponents in product((1, 2, -1), repeat=chosen):
                row = [0] * count
                for place, exponent in zip(places, exponents, strict=True):
                    row[place] = exponent
                yield tuple(row)


def _is_without(values: Sequence[int], envs: Sequence[Env], names: list[str], name: str) -> bool:
    """Whether a size never matters: points that differ in it alone have one value."""
    others = [other for other in names if other != name]
    pairs: dict[tuple[int, ...], set[int]] = {}
    counts: dict[tuple[int, ...], set[int]] = {}
    for value, env in zip(values, envs, strict=True):
        key = tuple(env[other] for other in others)
        pairs.setdefault(key, set()).add(value)
        counts.setdefault(key, set()).add(env[name])
    return any(len(seen) > 1 for seen in counts.values()) and all(len(seen) == 1 for seen in pairs.values())


def _complexity(power: Power) -> tuple[int, int]:
    return (sum(2 if exponent < 0 else exponent for _, exponent in power.factors), len(power.factors))


def _sparse(
    values: Sequence[Fraction], envs: Sequence[Env], powers: list[Power], most: int = len(KNOWN)
) -> list[Expression]:
    """Sums of at most so many terms that give the values, of each number of terms the one whose terms are the simplest."""
    found: list[Expression] = []
    columns = [[power.value(env) for env in envs] for power in powers[: KNOWN[1]]]
    residues = [[_residue(entry) for entry in column] for column in columns]
    wanted = [_residue(value) for value in values]
    for count, known in list(KNOWN.items())[:most]:
        for chosen in combinations(range(min(len(powers), known)), count):
            if not _may_add_up([residues[place] for place in chosen], wanted):
                continue
            factors = _solved([columns[place] for place in chosen], values)
            if factors is not None and len(values) > count:
                terms = [(factor, powers[place]) for factor, place in zip(factors, chosen, strict=True)]
                found.append(Expression(tuple(sorted(terms, key=lambda term: _order(term[1])))))
                break
        if found and _length(found[0]) <= PLAIN:
            break
    return found


def _order(power: Power) -> tuple[int, int]:
    """Higher powers before lower, the number last."""
    return (0 if power.factors else 1, -sum(exponent for _, exponent in power.factors))


def _residue(value: Fraction) -> int:
    return value.numerator * pow(value.denominator, -1, PRIME) % PRIME


def _may_add_up(columns: list[list[int]], values: list[int]) -> bool:
    """Whether columns times some coefficients can be the values, told by remainders; what can't be is mostly seen in few rows."""
    count = len(columns)
    pivots: list[tuple[int, list[int]]] = []
    for place, value in enumerate(values):
        row = [*(column[place] for column in columns), value]
        for at, pivot in pivots:
            times = row[at]
            if times:
                row = [(entry - times * other) % PRIME for entry, other in zip(row, pivot, strict=True)]
        at = next((at for at in range(count) if row[at]), count)
        if at < count:
            inverse = pow(row[at], -1, PRIME)
            pivots.append((at, [entry * inverse % PRIME for entry in row]))
        elif row[count]:
            return False
    return len(pivots) == count


def _solved(columns: list[list[Fraction]], values: Sequence[Fraction]) -> list[Fraction] | None:
    """Coefficients, none of them 0 and all of small denominators, with which the columns add up to the values."""
    rows = [[column[place] for column in columns] + [values[place]] for place in range(len(values))]
    count = len(columns)
    for pivot in range(count):
        best = next((row for row in rows[pivot:] if row[pivot] != 0), None)
        if best is None:
            return None
        rows.remove(best)
        rows.insert(pivot, best)
        scale = best[pivot]
        best[:] = [entry / scale for entry in best]
        for row in rows:
            if row is not best and row[pivot] != 0:
                times = row[pivot]
                row[:] = [entry - times * other for entry, other in zip(row, best, strict=True)]
        if pivot == 0 and count == 1 and any(row[1] != 0 for row in rows[1:]):
            return None
    if any(row[count] != 0 for row in rows[count:]):
        return None
    factors = [row[count] for row in rows[:count]]
    largest = MAX_DIVISOR if count == 1 else MAX_DENOMINATOR
    return factors if all(factor != 0 and factor.denominator <= largest for factor in factors) else None


# ------------------------------------------------------------------------------------------------------ rounding


def _rounded(values: Sequence[int], envs: Sequence[Env], powers: list[Power]) -> Expression | None:
    """One product of powers, rounded: up or down to a whole number or to a multiple of a unit."""
    found = []
    for power in powers:
        amounts = [power.value(env) for env in envs]
        if power.factors and all(amount > 0 for amount in amounts):
            for unit in _units(values):
                found += list(_framed(values, amounts, power, unit))
        if found:
            break
    return min(found, key=_length, default=None)


def _units(values: Sequence[int]) -> list[int]:
    """What all values are multiples of: 1, the usual units, and others, as so many heads."""
    common = gcd(*values)
    return [unit for unit in range(1, min(common, MAX_UNIT) + 1) if common % unit == 0] if common else []


def _framed(values: Sequence[int], amounts: list[Fraction], power: Power, unit: int) -> Iterator[Expression]:
    for frame, lowest, highest, rounds in _frames(unit):
        factor = _between(values, amounts, lowest, highest)
        pairs = zip(amounts, values, strict=True)
        if factor is None or any(rounds(factor * amount) != value for amount, value in pairs):
            continue
        is_share = (
            factor.numerator == 1 and frame == f"{unit}*floor({{}}/{unit})"
        )  # so many heads of what is left whole
        if is_share:
            yield Expression(((factor / unit, power),), f"{unit}*floor({{}})")
        elif unit == 1 or unit in UNITS:
            yield Expression(((factor, power),), frame)


def _squared(values: Sequence[int], envs: Sequence[Env], powers: list[Power]) -> Expression | None:
    """The square of a product of powers, rounded or not, and perhaps 1 or 2: patches of an image, and tokens of their own."""
    for more in (0, 1, 2):
        roots = [isqrt(max(value - more, 0)) for value in values]
        if all(root and root**2 == value - more for root, value in zip(roots, values, strict=True)):
            exact = _sparse([Fraction(root) for root in roots], envs, powers, 1)
            found = exact[0] if exact else _rounded(roots, envs, powers)
            if found is not None:
                base = found.frame if found.frame.startswith(("floor", "ceil")) else f"({found.frame})"
                return found._replace(frame=f"{base}^2" + (f" + {more}" if more else ""))
    return None


def _clamped(values: Sequence[int], envs: Sequence[Env], powers: list[Power]) -> Expression | None:
    """A sum of one or two products that never goes below a number, or above one: `max(d/16, 8)`."""
    for word, bound, least in (("max", min(values), max), ("min", max(values), min)):
        free = [place for place, value in enumerate(values) if value != bound]
        if len(values) - len(free) < 2 or len({values[place] for place in free}) < 2:
            continue
        for found in _sparse([Fraction(values[place]) for place in free], [envs[place] for place in free], powers, 2):
            amounts = [sum(factor * power.value(env) for factor, power in found.terms) for env in envs]
            if all(least(amount, bound) == value for amount, value in zip(amounts, values, strict=True)):
                return found._replace(frame=f"{word}({{}}, {bound})")
    return None


def _derived(
    values: Sequence[int], envs: Sequence[Env], told: Sequence[str], doubling: Sequence[str]
) -> Expression | None:
    """A sum of one or two products in which `floor(d/h)` stands as a size does, or powers of 2 with a size in the exponent."""
    floors = [
        f"floor({over}/{under})"
        for over, under in permutations(told, 2)
        if all(0 < env[under] <= env[over] for env in envs) and any(env[over] % env[under] for env in envs)
    ]
    doubles = [
        f"2^{name}" for name in told if name not in doubling and all(abs(env[name]) <= MAX_DOUBLING for env in envs)
    ]
    for more in (floors, doubles):
        powers = _powers(told, doubling, more) if more else []
        exact = [
            one for one in _sparse([Fraction(value) for value in values], envs, powers, 2) if _is_meant(one, doubling)
        ]
        if exact:
            return min(exact, key=_length)
    return None


Rounding = tuple[str, Callable[[int], Fraction], Callable[[int], Fraction], Callable[[Fraction], int]]


def _frames(unit: int) -> Iterator[Rounding]:
    """Ways to round: how it is written, the least and the greatest that become a value, and the rounding itself."""
    times = "" if unit == 1 else f"{unit}*"
    over = "{}" if unit == 1 else f"{{}}/{unit}"
    half = Fraction(unit, 2)
    yield (
        f"{times}ceil({over})",
        lambda value: Fraction(value - unit),
        lambda value: Fraction(value),
        lambda amount: unit * -(-amount // unit),
    )
    yield (
        f"{times}floor({over})",
        lambda value: Fraction(value),
        lambda value: Fraction(value + unit),
        lambda amount: int(unit * (amount // unit)),
    )
    if unit > 1:
        yield (
            f"{times}ceil(floor({{}})/{unit})",
            lambda value: Fraction(value - unit),
            lambda value: Fraction(value + 1),
            lambda amount: unit * -(-(amount // 1) // unit),
        )
    yield (
        f"{times}floor({over} + 1/2)",
        lambda value: value - half,
        lambda value: value + half,
        lambda amount: int(unit * ((amount + half) // unit)),
    )


def _between(
    values: Sequence[int],
    amounts: Sequence[Fraction],
    lowest: Callable[[int], Fraction],
    highest: Callable[[int], Fraction],
) -> Fraction | None:
    """The simplest factor for which each amount, times it, lies where it is rounded to its value."""
    low, high = lowest(values[0]) / amounts[0], highest(values[0]) / amounts[0]
    for value, amount in zip(values[1:], amounts[1:], strict=True):
        low, high = max(low, lowest(value) / amount), min(high, highest(value) / amount)
        if low > high:  # mostly seen in few
            return None
    if low > high or high <= 0:
        return None
    found = _simplest(low, high)
    if found.denominator > MAX_DENOMINATOR:  # a ratio such as 3.7362 is written in decimals
        decimals = (Fraction(ceil(low * 10**digits), 10**digits) for digits in range(1, 5))
        found = next((one for one in decimals if one <= high), found)
    return found if found.denominator <= MAX_RATIO else None


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction above 0 with the least denominator from low to high."""
    least = max(-(-low // 1), 1)
    if least <= high:
        return Fraction(least)
    whole = max(low // 1, 0)
    return (
        whole + 1 / _simplest(1 / (high - whole), 1 / (low - whole))
        if low > 0
        else 1 / _simplest(1 / high, 1 / high + 1)
    )
