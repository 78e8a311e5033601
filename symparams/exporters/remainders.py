"""Loops over the turns of each remainder → one loop over all turns, with a condition for each kind of turn."""

from __future__ import annotations

from collections.abc import Sequence
from math import lcm

from ..formula.build import minus, node, over, plain
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Any, Compare, Floor, Index, Mod, Node, Number
from ..formula.polynomial import Polynomial, polynomial
from ..model.conditions import negation
from ..model.loops import alike
from ..model.network import Guard, Item, Loop, members
from ..model.putting import put_items

Kind = tuple[list[int], tuple[Item, ...]]  # the remainders of turns that are alike, and what such a turn makes


def in_order(items: Sequence[Item], tied: frozenset[Index]) -> tuple[Item, ...]:
    """The items with loops that take the turns of each remainder, one behind another, as one loop over all turns.

    Those whose indexes ties are said in stay as they are.
    """
    found: list[Item] = []
    place = 0
    while place < len(items):
        one = items[place]
        modulus = _modulus(one) if isinstance(one, Loop) else 0
        family = [one for one in items[place : place + modulus] if isinstance(one, Loop)]
        made = _joined(family, modulus) if modulus > 1 and tied.isdisjoint(loop.variable for loop in family) else None
        found.append(made or one)
        place += modulus if made else 1
    return tuple(found)


def _turns(loop: Loop) -> Polynomial | None:
    """What is rounded down to the number of a loop's turns, as a polynomial."""
    stop = node(loop.stop)
    if loop.start != 0 or not isinstance(stop, Floor):
        return None
    return polynomial(stop.inner, ANY_NUMBERS)


def _modulus(loop: Loop) -> int:
    """How many remainders there are where a loop takes the turns of one; 0 where it doesn't."""
    turns = _turns(loop)
    return lcm(*(_denominator(part) for part in turns.terms.values())) if turns is not None else 0


def _denominator(number: object) -> int:
    return int(getattr(number, "denominator", 1))


def _joined(family: Sequence[Loop], modulus: int) -> Loop | None:
    """One loop for those of all remainders; None where they aren't that."""
    tops = [top * modulus for loop in family if (top := _turns(loop)) is not None]
    variable = family[0].variable
    if len(tops) != modulus:
        return None
    gaps = {one: (one - tops[0]).constant for one in tops}  # the more turns, the smaller the remainder
    if None in gaps.values():
        return None
    first = max(tops, key=lambda one: gaps[one] or 0)
    remainders = [int((first - one).constant or 0) for one in tops]
    if sorted(remainders) != list(range(modulus)):
        return None
    rows = [
        (remainder, _at(loop, remainder, modulus, variable)) for remainder, loop in zip(remainders, family, strict=True)
    ]
    return Loop(
        variable, 0, plain((first - (modulus - 1)).node()), _sorted(_kinds(sorted(rows, key=_first)), modulus, variable)
    )


def _first(row: tuple[int, tuple[Item, ...]]) -> int:
    return row[0]


def _at(loop: Loop, remainder: int, modulus: int, variable: Index) -> tuple[Item, ...]:
    """What a loop's turn makes, said in the number of the turn among all."""
    return put_items(loop.items, loop.variable, over(minus(variable, remainder), modulus))


def _kinds(rows: Sequence[tuple[int, tuple[Item, ...]]]) -> list[Kind]:
    """The kinds of turns, the most frequent last."""
    kinds: list[Kind] = []
    for remainder, items in rows:
        same = next((numbers for numbers, others in kinds if _are_alike(others, items)), None)
        if same is None:
            kinds.append(([remainder], items))
        else:
            same.append(remainder)
    return sorted(kinds, key=lambda kind: len(kind[0]))


def _are_alike(one: tuple[Item, ...], other: tuple[Item, ...]) -> bool:
    """Whether turns make the same under the same names."""
    names, others = ([member.label for member in members(items)] for items in (one, other))
    return names == others and alike(one) == alike(other)


def _sorted(kinds: Sequence[Kind], modulus: int, variable: Index) -> tuple[Item, ...]:
    """What a turn makes: of the first kind whose condition holds, else of the last."""
    items = kinds[-1][1]
    for remainders, others in reversed(kinds[:-1]):
        condition = _condition(remainders, modulus, variable)
        opposite = negation(condition)
        assert isinstance(opposite, Node)
        items = (Guard(condition, others), Guard(opposite, items))
    return items


def _condition(remainders: Sequence[int], modulus: int, variable: Index) -> Node:
    """That a number leaves one of the remainders, by the smallest number that tells it."""
    for divisor in range(1, modulus + 1):
        if (
            modulus % divisor == 0
            and list(remainders) == list(range(remainders[0], modulus, divisor))
            and remainders[0] < divisor
        ):
            return Compare("==", Mod(variable, Number(divisor)), Number(remainders[0]))
    parts = [Compare("==", Mod(variable, Number(modulus)), Number(one)) for one in remainders]
    return Any(tuple(parts))
