"""Why a printed number is off: cut off for rounded, thousands for millions, 2^20 for a million, swapped digits, a ratio upside down.

A number with the digits that it is printed in, and the true one → the slips of print that turn the one into the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from typing import NamedTuple

from ..formula.nodes import Exact

LEAST_DIGITS = 5
SCALES = {3: "a thousand times", 6: "a million times", 9: "a billion times", 1: "ten times", 2: "a hundred times"}
BYTES = {4: "32", 2: "16", 8: "64"}


class Shown(NamedTuple):
    """A number in print: what its last digit stands for, and the unit behind it, `M` for a million."""

    value: Fraction
    digit: Fraction
    unit: Fraction = Fraction(1)
    suffix: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether every digit is printed."""
        return self.digit == 1 and self.unit == 1

    def means(self, number: Exact) -> bool:
        """Whether a number rounds to this one."""
        return abs(number - self.value) * 2 <= self.digit

    def told(self, number: Exact) -> str:
        """A number as this one is printed: in its unit, with as many decimals."""
        steps = floor(Fraction(number) / self.digit + Fraction(1, 2))
        rounded = steps * self.digit / self.unit
        decimals = len(str(max(1, int(self.unit / self.digit)))) - 1
        return f"{float(rounded):,.{decimals}f}{self.suffix}"


def slips(shown: Shown, truth: Exact) -> Iterator[str]:
    """The slips of print by which a number is told for the true one, the likeliest first; none where nothing fits."""
    if truth <= 0 or shown.value <= 0 or shown.means(truth):
        return
    rounded = list(_rounding(shown, truth))
    yield from rounded
    if rounded:
        return
    yield from _digits(shown, truth)
    yield from _units(shown, truth)
    yield from _ratios(shown, truth)


def _rounding(shown: Shown, truth: Exact) -> Iterator[str]:
    """Cut off or rounded up, where the nearest number in as many digits is another."""
    steps = Fraction(truth) / shown.digit
    for way, words in ((floor, "cut off, not rounded"), (ceil, "rounded up, not to the nearest")):
        if not shown.is_whole and way(steps) * shown.digit == shown.value:
            yield f"{words}: in as many digits it is {shown.told(truth)}"


def _digits(shown: Shown, truth: Exact) -> Iterator[str]:
    """Two digits swapped, or one mistyped, left out or typed twice, in a number of many digits."""
    one, other = str(shown.value), str(truth)
    if not shown.is_whole or not other.isdigit() or min(len(one), len(other)) < LEAST_DIGITS:
        return
    if len(one) == len(other):
        places = [place for place, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
        if len(places) == 1:
            yield f"one digit is another: {truth:,}"
        elif len(places) == 2 and one[places[0]] == other[places[1]] and one[places[1]] == other[places[0]]:
            yield f"two digits are swapped: {truth:,}"
    elif _without_one(one, other):
        yield f"a digit is missing: {truth:,}"
    elif _without_one(other, one):
        yield f"a digit too many: {truth:,}"


def _without_one(short: str, long: str) -> bool:
    return len(long) == len(short) + 1 and any(long[:place] + long[place + 1 :] == short for place in range(len(long)))


def _units(shown: Shown, truth: Exact) -> Iterator[str]:
    """Another power of ten, powers of two for those of ten, bytes for numbers."""
    is_long = shown.value >= 100 * shown.digit  # a number of one or two digits is near another at some power of ten
    for power, words in SCALES.items() if is_long or not shown.is_whole else ():
        for factor, way in ((Fraction(10) ** power, "too little"), (Fraction(1, 10**power), "too much")):
            moved = Shown(shown.value * factor, shown.digit * factor)
            if moved.means(truth) and (is_long or power >= 2):
                yield f"{words} {way}"
                return
            if power >= 3 and way == "too little" and moved.digit * floor(truth / moved.digit) == moved.value:
                yield f"{words} {way}, and cut off"
                return
    for step in range(1, 5):
        if shown.unit == 1000**step and Shown(shown.value, shown.digit).means(
            Fraction(truth) * 1000**step / 1024**step
        ):
            yield f"counted in units of {1024**step:,}, not of {1000**step:,}: it is {shown.told(truth)}"
    for size, bits in BYTES.items():
        if not shown.is_whole and shown.means(truth * size):
            yield f"the size in bytes, {bits} bits for each number"


def _ratios(shown: Shown, truth: Exact) -> Iterator[str]:
    """What is left for what is saved, a ratio upside down, and one measured by the other network."""
    if not isinstance(truth, Fraction):
        return
    told = f"{float(truth):.3g}"
    for other, words in (
        (1 - truth, f"1 - {told}: what is left for what is saved, or the other way"),
        (1 / truth, f"1 / {told}: the ratio upside down"),
        (truth - 1, f"{told} - 1: how much more for how many times"),
        (1 / truth - 1, f"1 / {told} - 1: how much more by the other one's count"),
        (truth / (1 - truth) if truth < 1 else truth, f"{told} / (1 - {told}): measured by the smaller one's count"),
    ):
        if shown.means(other):
            yield words
            return
