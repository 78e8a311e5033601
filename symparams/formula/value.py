"""The exact number that a formula is for given sizes, and whether a condition holds for them.

Nothing is ever a float: what isn't exact, too long or not defined is an error that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import floor

from ..errors import Finding, LimitError, ValueNeeded
from .exact import divided, exact, log, log2, power, short
from .exact import product as times
from .facts import NO_FACTS
from .nodes import (
    Abs,
    All,
    Any,
    Ceil,
    Compare,
    Exact,
    Floor,
    Index,
    Iverson,
    Log,
    Log2,
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
    Round,
    Series,
    Sum,
    Symbol,
    symbols,
)
from .substitute import substitute
from .work import spend

MAX_TURNS = 50_000
FEW_TURNS = 200
NUMBERS_OF_A_STEP = 2
PARTS_OF_A_STEP = 8

COMPARISONS: dict[str, Callable[[Exact, Exact], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def value(node: Node, sizes: Mapping[str, Exact] | None = None) -> Exact:
    """The exact number that the formula is for these sizes; a flag is 0 or 1.

    A product with a bracket that is 0 is 0, whatever its other factors, as in `x if a != b else 0`.
    Raises: `ValueNeeded` naming all open sizes, `LimitError`, `SymparamsError` for what is no exact number.
    """
    if type(node) is Number:
        return node.value
    walk = Evaluation(node, sizes or {})
    result = walk.number(node)
    spend(len(walk.done) // NUMBERS_OF_A_STEP)
    return result


def condition_value(node: Node, sizes: Mapping[str, Exact] | None = None) -> bool:
    """Whether the condition holds for these sizes."""
    walk = Evaluation(node, sizes or {})
    result = walk.truth(node)
    spend(1 + len(walk.done) // NUMBERS_OF_A_STEP)
    return result


class Evaluation:
    """One walk over a formula, with the numbers found so far by identity."""

    def __init__(self, node: Node, sizes: Mapping[str, Exact]) -> None:
        missing = [symbol.name for symbol in symbols(node) if symbol.name not in sizes]
        if missing:
            many = "values are" if len(missing) > 1 else "a value is"
            raise ValueNeeded(Finding("value-needed", f"{many} needed for {', '.join(missing)}"))
        self.sizes = sizes
        self.indexes: dict[Node, int] = {}
        self.done: dict[int, Exact] = {}
        self.turns = 0

    def number(self, node: Node) -> Exact:
        """The number that a formula is; each piece is worked out once."""
        key = id(node)
        found = self.done.get(key)
        if found is None:
            found = self.done[key] = short(NUMBERS[type(node)](self, node))
        return found

    def truth(self, node: Node) -> bool:
        """Whether a condition holds."""
        match node:
            case Compare():
                return COMPARISONS[node.op](self.number(node.left), self.number(node.right))
            case All():
                return all(map(self.truth, node.parts))
            case Any():
                return any(map(self.truth, node.parts))
            case Not():
                return not self.truth(node.inner)
            case _:
                return bool(self.number(node))

    def symbol(self, node: Symbol) -> Exact:
        """The size given for a name."""
        given = self.sizes[node.name]
        return int(given) if isinstance(given, bool) else exact(given)

    def index(self, node: Index) -> Exact:
        """The turn that a loop is in."""
        if node not in self.indexes:
            raise ValueNeeded(Finding("value-needed", f"{node.name} has a value only inside of its loop"))
        return self.indexes[node]

    def sum(self, node: Sum) -> Exact:
        """The sum of the parts."""
        spend(len(node.parts) // PARTS_OF_A_STEP)
        result: Exact = 0
        for part in node.parts:
            result += self.number(part)
        return exact(result)

    def product(self, node: Product) -> Exact:
        """The product of the parts, brackets first."""
        spend(len(node.parts) // PARTS_OF_A_STEP)
        for part in node.parts:
            if isinstance(part, Iverson) and not self.number(part):
                return 0
        result: Exact = 1
        for part in node.parts:
            result = times(result, self.number(part))
        return result

    def mod(self, node: Mod) -> Exact:
        """What division leaves, with the sign of the right side as in Python."""
        left, right = self.number(node.left), self.number(node.right)
        return exact(left - right * floor(divided(left, right)))

    def series(self, node: Series) -> Exact:
        """The sum over a loop's turns, in closed form where there are many and one exists."""
        start, stop = self.number(node.start), self.number(node.stop)
        if start.denominator != 1 or stop.denominator != 1:
            raise LimitError(Finding("not-an-integer", f"a loop can't run from {start} to {stop}"))
        if stop - start > FEW_TURNS:
            found = self.closed(node, int(start), int(stop))
            if found is not None:
                return found
        return self.looped(node, int(start), int(stop))

    def looped(self, node: Series, start: int, stop: int) -> Exact:
        """The sum turn by turn."""
        self.turns += max(0, stop - start)
        if self.turns > MAX_TURNS:
            raise LimitError(Finding("limit-turns", f"a sum has more than {MAX_TURNS:,} terms and no closed form"))
        changing = dependents(node.body, node.index)
        spend(max(0, stop - start) * (1 + len(changing)))
        outer = self.indexes.get(node.index)
        result: Exact = 0
        for turn in range(start, stop):
            self.forget(changing)
            self.indexes[node.index] = turn
            result += self.number(node.body)
        self.forget(changing)
        if outer is None:
            self.indexes.pop(node.index, None)
        else:
            self.indexes[node.index] = outer
        return exact(result)

    def forget(self, changing: list[int]) -> None:
        """Drop the numbers that hold for one turn only."""
        for key in changing:
            self.done.pop(key, None)

    def closed(self, node: Series, start: int, stop: int) -> Exact | None:
        """The sum by its closed form, or None."""
        from .polynomial import polynomial
        from .sums import summed
        from .terms import constant

        known: dict[Node, Node] = {symbol: Number(self.symbol(symbol)) for symbol in symbols(node.body)}
        known |= {index: Number(turn) for index, turn in self.indexes.items() if index != node.index}
        try:
            body = polynomial(substitute(node.body, known), NO_FACTS)
        except LimitError:
            return None
        found = summed(body, node.index, constant(start), constant(stop))
        return found.constant if found is not None else None


def dependents(node: Node, index: Index) -> list[int]:
    """The identities of all pieces of a formula whose number changes with the index."""
    found: dict[int, bool] = {}
    stack = [node]
    while stack:
        part = stack[-1]
        children = part.children()
        missing = [child for child in children if id(child) not in found]
        if id(part) in found or not missing:
            stack.pop()
            found[id(part)] = part == index or any(found[id(child)] for child in children)
        else:
            stack.extend(missing)
    return [key for key, depends in found.items() if depends]


NUMBERS: dict[type[Node], Callable[..., Exact]] = {
    Number: lambda walk, node: node.value,
    Symbol: Evaluation.symbol,
    Index: Evaluation.index,
    Sum: Evaluation.sum,
    Product: Evaluation.product,
    Negative: lambda walk, node: -walk.number(node.inner),
    Quotient: lambda walk, node: divided(walk.number(node.left), walk.number(node.right)),
    Power: lambda walk, node: power(walk.number(node.left), walk.number(node.right)),
    Mod: Evaluation.mod,
    Floor: lambda walk, node: floor(walk.number(node.inner)),
    Ceil: lambda walk, node: -floor(-walk.number(node.inner)),
    Round: lambda walk, node: round(walk.number(node.inner)),
    Abs: lambda walk, node: abs(walk.number(node.inner)),
    Log: lambda walk, node: log(walk.number(node.inner)),
    Log2: lambda walk, node: log2(walk.number(node.inner)),
    Max: lambda walk, node: max(map(walk.number, node.parts)),
    Min: lambda walk, node: min(map(walk.number, node.parts)),
    Iverson: lambda walk, node: int(walk.truth(node.inner)),
    Series: Evaluation.series,
    Compare: lambda walk, node: int(walk.truth(node)),
    All: lambda walk, node: int(walk.truth(node)),
    Any: lambda walk, node: int(walk.truth(node)),
    Not: lambda walk, node: int(walk.truth(node)),
}
