"""Floors as the ceilings that an author wrote: -⌊-x⌋ as ⌈x⌉, and ⌊n/q + (q - 1)/q⌋ of an integer n as ⌈n/q⌉.

The normal form knows floors alone, so that equal formulas are equal; this is the way back, for the eye.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from .exact import exact
from .facts import Facts
from .nodes import Ceil, Floor, Negative, Node, Number, Power, Product, Quotient, Sum, walk
from .polynomial import is_integer, polynomial
from .terms import Polynomial, scaled


def with_ceilings(node: Node, facts: Facts) -> Node:
    """The formula with those floors as ceilings that are shorter so."""
    if not any(isinstance(part, Floor) for part in walk(node)):
        return node
    return _changed(node, facts)


def _changed(node: Node, facts: Facts) -> Node:
    inner = node.rebuild(lambda part: _changed(part, facts))
    if isinstance(inner, Floor):
        return _ceiling(inner, facts)
    return _signs_outside(inner)


def _ceiling(floor: Floor, facts: Facts) -> Node:
    """A floor as a ceiling, where it is a turned one."""
    parts = floor.inner.parts if isinstance(floor.inner, Sum) else (floor.inner,)
    if _is_negative(parts[0]):
        return Negative(Ceil(_sum([_opposite(part) for part in parts])))
    if len(parts) > 1 and isinstance(parts[-1], Number):
        rest = polynomial(_sum(list(parts[:-1])), facts)
        if _is_raised(rest, Fraction(parts[-1].value), facts):
            return Ceil(_sum(list(parts[:-1])))
    return floor


def _is_raised(rest: Polynomial, number: Fraction, facts: Facts) -> bool:
    """Whether the number is (q - 1)/q, the most by which a multiple of 1/q stays below the next integer."""
    steps = lcm(*[factor.denominator for factor in rest.terms.values()])
    return steps > 2 and number == Fraction(steps - 1, steps) and is_integer(scaled(rest, steps), facts)


def _is_negative(part: Node) -> bool:
    return isinstance(part, Negative) or (isinstance(part, Number) and part.value < 0)


def _opposite(part: Node) -> Node:
    if isinstance(part, Negative):
        return part.inner
    return Number(exact(-part.value)) if isinstance(part, Number) else Negative(part)


def _sum(parts: list[Node]) -> Node:
    """The parts added, a positive one first where there is one."""
    ordered = sorted(parts, key=_is_negative) if _is_negative(parts[0]) else parts
    return ordered[0] if len(ordered) == 1 else Sum(tuple(ordered))


def _signs_outside(node: Node) -> Node:
    """The formula with the signs that came with ceilings in front of products, quotients and terms."""
    if isinstance(node, Negative) and isinstance(node.inner, Negative):
        return node.inner.inner
    if isinstance(node, Sum) and _is_negative(node.parts[0]):
        return _sum(list(node.parts))
    if isinstance(node, Quotient) and isinstance(node.left, Negative):
        return Negative(Quotient(node.left.inner, node.right))
    if isinstance(node, Power) and isinstance(node.left, Negative) and node.right == Number(2):
        return Power(node.left.inner, node.right)
    if isinstance(node, Product):
        turned = [part for part in node.parts if isinstance(part, Negative)]
        product = Product(tuple([part.inner if isinstance(part, Negative) else part for part in node.parts]))
        if turned:
            return Negative(product) if len(turned) % 2 else product
    return node
