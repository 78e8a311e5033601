"""Arithmetic on sizes; what is known of them decides quotients, remainders and roundings where it can."""

from __future__ import annotations

from collections.abc import Callable

from .build import Size, minus, node, over, plain, plus, power, times
from .facts import Facts
from .nodes import Ceil, Floor, Mod, Node
from .polynomial import is_integer, polynomial


def floor_of(size: Size, facts: Facts) -> Size:
    """The greatest integer not above a size."""
    if not isinstance(size, Node):
        return int(size // 1)
    simple = polynomial(Floor(size), facts)
    if simple.constant is not None:
        return simple.constant
    if any(isinstance(part, Floor) for part in simple.generators):
        return Floor(size)
    return size if polynomial(size, facts) == simple else plain(simple.node())


def ceil_of(size: Size, facts: Facts) -> Size:
    """The least integer not below a size."""
    if not isinstance(size, Node):
        return -int(-size // 1)
    simple = polynomial(Ceil(size), facts)
    if simple.constant is not None:
        return simple.constant
    return size if polynomial(size, facts) == simple else Ceil(size)


def floor_divide(left: Size, right: Size, facts: Facts) -> Size:
    """left // right. Raises: `ZeroDivisionError`."""
    if right == 0:
        raise ZeroDivisionError
    return floor_of(over(left, right), facts)


def modulo(left: Size, right: Size, facts: Facts) -> Size:
    """left % right. Raises: `ZeroDivisionError`."""
    if not isinstance(left, Node) and not isinstance(right, Node):
        return left % right
    if right == 0:
        raise ZeroDivisionError
    if right == 1 and is_integer(polynomial(node(left), facts), facts):
        return 0
    simple = polynomial(Mod(node(left), node(right)), facts)
    return simple.constant if simple.constant is not None else Mod(node(left), node(right))


OPERATIONS: dict[str, Callable[[Size, Size, Facts], Size]] = {
    "+": lambda left, right, facts: plus(left, right),
    "-": lambda left, right, facts: minus(left, right),
    "*": lambda left, right, facts: times(left, right),
    "/": lambda left, right, facts: over(left, right),
    "**": lambda left, right, facts: power(left, right),
    "//": floor_divide,
    "%": modulo,
}
