"""Formulas on NumPy arrays: 64-bit arithmetic while every intermediate number is sure to fit, and exact integers beyond.

Before each step the largest numbers of its operands are looked at, so that nothing ever wraps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any as Anything

from .facts import Facts
from .nodes import (
    Abs,
    All,
    Any,
    Ceil,
    Compare,
    Floor,
    Index,
    Iverson,
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
    Series,
    Sum,
    Symbol,
    walk,
)

MAX_TURNS = 10_000
LIMIT = 2**63

Array = Anything


class Wide(Exception):
    """A number may not fit into 64 bits, is no integer, or needs a rule that arrays don't have."""


def on_arrays(node: Node, facts: Facts, arrays: Mapping[str, Array]) -> Array:
    """The formula at arrays of 64-bit integers that broadcast together.

    Raises: `Wide` where 64 bits may not do, or where a size lies outside of its domain or against an assumption.
    """
    work = Arrays(arrays)
    for name, array in arrays.items():
        domain = facts.domain(name)
        least, most = (0, 1) if domain.kind == "flag" else (domain.least, LIMIT)
        work.demand((array >= least) & (array <= most - (most == LIMIT)) & ((array > 0) | (domain.kind != "real")))
    for condition in facts.assumptions:
        if not any(isinstance(part, Index) for part in walk(condition)):
            work.demand(work.truth(condition))
    return work.of(node)


class Arrays:
    """One walk over a formula, with the arrays found so far."""

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        import numpy

        self.numpy = numpy
        self.arrays = arrays
        self.indexes: dict[Node, Array] = {}
        self.done: dict[int, Array] = {}

    def demand(self, condition: Array) -> None:
        """Give up where a condition doesn't hold everywhere."""
        if not self.numpy.all(condition):
            raise Wide

    def most(self, array: Array) -> int:
        """The largest number without its sign."""
        return max(abs(int(array.max())), abs(int(array.min()))) if array.size else 0

    def fitting(self, bound: int) -> None:
        """Give up where a number could be as large as that."""
        if bound >= LIMIT:
            raise Wide

    def number(self, value: Anything) -> Array:
        """A number as an array."""
        if type(value) is not int:
            raise Wide
        self.fitting(abs(value))
        return self.numpy.int64(value)

    def of(self, node: Node) -> Array:
        """The array that a formula is; each piece is worked out once."""
        key = id(node)
        if key not in self.done:
            rule = RULES.get(type(node))
            if rule is None:
                raise Wide
            self.done[key] = rule(self, node)
        return self.done[key]

    def truth(self, node: Node) -> Array:
        """Where a condition holds."""
        match node:
            case Compare():
                return COMPARISONS[node.op](self.of(node.left), self.of(node.right))
            case All() | Any():
                parts = [self.truth(part) for part in node.parts]
                joined = parts[0]
                for part in parts[1:]:
                    joined = joined & part if isinstance(node, All) else joined | part
                return joined
            case Not():
                return self.numpy.logical_not(self.truth(node.inner))
            case _:
                return self.of(node) != 0

    def bracket(self, node: Node) -> Array:
        """1 where a condition holds, else 0."""
        return self.numpy.asarray(self.truth(node)).astype(self.numpy.int64)

    def sum(self, node: Sum) -> Array:
        """The sum of the parts."""
        result = self.of(node.parts[0])
        for part in node.parts[1:]:
            result = self.plus(result, self.of(part))
        return result

    def plus(self, left: Array, right: Array) -> Array:
        """The sum of two arrays."""
        self.fitting(self.most(left) + self.most(right))
        return left + right

    def product(self, node: Product) -> Array:
        """The product of the parts."""
        result = self.of(node.parts[0])
        for part in node.parts[1:]:
            factor = self.of(part)
            self.fitting(self.most(result) * self.most(factor))
            result = result * factor
        return result

    def quotient(self, node: Quotient) -> Array:
        """The quotient where nothing is left over."""
        left, right = self.of(node.left), self.of(node.right)
        self.demand(right != 0)
        self.demand(left % right == 0)
        return left // right

    def floor(self, node: Floor) -> Array:
        """The floor of a quotient, or of what is an integer."""
        if not isinstance(node.inner, Quotient):
            return self.of(node.inner)
        left, right = self.of(node.inner.left), self.of(node.inner.right)
        self.demand(right != 0)
        return left // right

    def ceil(self, node: Ceil) -> Array:
        """The ceiling of a quotient, or of what is an integer."""
        if not isinstance(node.inner, Quotient):
            return self.of(node.inner)
        left, right = self.of(node.inner.left), self.of(node.inner.right)
        self.demand(right != 0)
        return -(-left // right)

    def mod(self, node: Mod) -> Array:
        """What division leaves, with the sign of the right side."""
        left, right = self.of(node.left), self.of(node.right)
        self.demand(right != 0)
        return left % right

    def power(self, node: Power) -> Array:
        """A power with exponents that are at least 0."""
        base, exponent = self.of(node.left), self.of(node.right)
        self.demand(exponent >= 0)
        most, times = self.most(base), self.most(exponent)
        self.fitting(times if most < 2 else LIMIT if times > 63 else most**times)
        return base**exponent

    def series(self, node: Series) -> Array:
        """The sum turn by turn, each where it is inside of the range."""
        start, stop = self.of(node.start), self.of(node.stop)
        result = self.numpy.int64(0)
        first, last = int(start.min()), int(stop.max())
        if last - first > MAX_TURNS:
            raise Wide
        outer = self.done
        for turn in range(first, last):
            self.done = dict(outer)
            self.indexes[node.index] = self.numpy.int64(turn)
            is_inside = (start <= turn) & (turn < stop)
            result = self.plus(result, self.numpy.where(is_inside, self.of(node.body), 0))
        self.done = outer
        return result

    def row(self, node: Max | Min) -> Array:
        """The largest or smallest of the parts."""
        pick = self.numpy.maximum if isinstance(node, Max) else self.numpy.minimum
        result = self.of(node.parts[0])
        for part in node.parts[1:]:
            result = pick(result, self.of(part))
        return result


COMPARISONS: dict[str, Callable[[Array, Array], Array]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}

RULES: dict[type[Node], Callable[[Arrays, Anything], Array]] = {
    Number: lambda walk, node: walk.number(node.value),
    Symbol: lambda walk, node: walk.arrays[node.name],
    Index: lambda walk, node: walk.indexes[node],
    Sum: Arrays.sum,
    Product: Arrays.product,
    Negative: lambda walk, node: -walk.of(node.inner),
    Quotient: Arrays.quotient,
    Power: Arrays.power,
    Mod: Arrays.mod,
    Floor: Arrays.floor,
    Ceil: Arrays.ceil,
    Abs: lambda walk, node: abs(walk.of(node.inner)),
    Max: Arrays.row,
    Min: Arrays.row,
    Iverson: lambda walk, node: walk.bracket(node.inner),
    Series: Arrays.series,
    **dict.fromkeys((Compare, All, Any, Not), Arrays.bracket),
}
