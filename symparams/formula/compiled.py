"""Formulas → Python functions: straight code on exact numbers, made once and fast at every call.

The code is made from the tree alone, with names of its own, so that nothing in a formula's text can run. Sizes outside of
the domains or against what is assumed, and whatever has no exact number, are left to the caller's `edge`.
"""

from __future__ import annotations

import keyword
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any as Anything

from ..errors import Finding, LimitError, SymparamsError
from .exact import divided, exact, log, log2, power
from .facts import Facts
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
    walk,
)
from .polynomial import polynomial
from .value import MAX_TURNS

MAX_INLINE = 400
MAX_NESTED = 25
MAX_EXPONENT = 64
INDENT = "    "

Function = Callable[..., Anything]


def compiled(node: Node, names: Sequence[str], facts: Facts, edge: Function) -> Function:
    """The function of a formula, its arguments being the sizes in this order.

    edge: called with the same arguments where the code doesn't answer. Returns ints, and Fractions that are none.
    """
    params = [python_name(name) for name in names]
    code = Code({name: f"a{place}" for place, name in enumerate(names)})
    guards = [GUARDS[facts.domain(name).kind](code.names[name], facts.domain(name).least) for name in names]
    code.line(f"def formula({', '.join(params)}):")
    code.indent += 1
    for param, name in zip(params, names, strict=True):
        code.line(f"{code.names[name]} = {param}")
    code.line("try:")
    code.indent += 1
    for guard in guards:
        code.line(f"if {guard}:")
        code.indent += 1
    for assumption in facts.assumptions:
        if not has_index(assumption):
            code.line(f"if {code.condition(assumption)}:")
            code.indent += 1
    code.count([node])
    code.line(f"return _exact({code.of(node)})")
    code.indent = 1
    code.line("except _ERRORS:")
    code.line(f"{INDENT}pass")
    code.line(f"return _edge({', '.join(code.names[name] for name in names)})")
    return code.function(edge)


def python_name(name: str) -> str:
    """The parameter's name: that of the size, with a `_` behind where Python has another use for it."""
    is_own = name.isidentifier() and not keyword.iskeyword(name) and unicodedata.normalize("NFKC", name) == name
    is_ours = name.startswith("_") or (name[:1] in "at" and name[1:].isdigit())
    return f"{name}_" if not is_own or is_ours else name


# How the code asks whether an argument lies in its domain.
GUARDS: dict[str, Callable[[str, Exact], str]] = {
    "int": lambda name, least: f"type({name}) is int and {name} >= {math.ceil(least)}",
    "flag": lambda name, least: f"(type({name}) is int or type({name}) is bool) and 0 <= {name} <= 1",
    "real": lambda name, least: (
        f"(type({name}) is int or type({name}) is _Fraction) and {name} > 0 and {name} >= {least.numerator}"
        + (f" / _Fraction({least.denominator})" if least.denominator != 1 else "")
    ),
}


class Code:
    """Python code being written: a formula's pieces as expressions, those used more than once as variables."""

    def __init__(self, names: dict[str, str]) -> None:
        self.names = names
        self.lines: list[str] = []
        self.indent = 0
        self.done: dict[int, str] = {}
        self.nested: dict[int, int] = {}
        self.uses: Counter[int] = Counter()
        self.constants: dict[str, Fraction] = {}
        self.indexes: dict[Node, str] = {}
        self.made = 0
        self.kept: list[Node] = []

    def function(self, edge: Function) -> Function:
        """What the code defines."""
        space: dict[str, Anything] = {**HELPERS, **self.constants, "_edge": edge}
        exec(compile("\n".join(self.lines), "<formula>", "exec"), space)
        return space["formula"]  # type: ignore[no-any-return]

    def line(self, text: str) -> None:
        """One more line at the present indentation."""
        self.lines.append(INDENT * self.indent + text)

    def count(self, nodes: Iterable[Node]) -> None:
        """Note how often each piece is used."""
        for node in nodes:
            for part in walk(node):
                self.uses.update(id(child) for child in part.children())

    def of(self, node: Node) -> str:
        """The expression of a formula; what is used again, or long, becomes a variable."""
        key = id(node)
        if key in self.done:
            return self.done[key]
        self.kept.append(node)  # so that no other node gets its identity
        text = WRITERS[type(node)](self, node)
        depth = 1 + max((self.nested.get(id(child), 0) for child in node.children()), default=0)
        is_leaf = isinstance(node, Number | Symbol | Index | Series)
        if not is_leaf and (self.uses[key] > 1 or len(text) > MAX_INLINE or depth > MAX_NESTED):
            text, depth = self.variable(text), 0
        self.done[key], self.nested[key] = text, depth
        return text

    def variable(self, text: str) -> str:
        """A new variable of that value."""
        name = f"t{self.made}"
        self.made += 1
        self.line(f"{name} = {text}")
        return name

    def number(self, node: Number) -> str:
        """A number; fractions are named, so that they are made once."""
        value = node.value
        if type(value) is int:
            return str(value) if value >= 0 else f"({value})"
        name = f"_c{len(self.constants)}"
        self.constants[name] = Fraction(value)
        return name

    def sum(self, node: Sum) -> str:
        """The terms, those below a minus taken away."""
        text = ""
        for part in node.parts:
            sign, inner = (" - ", part.inner) if isinstance(part, Negative) else (" + ", part)
            text += sign + self.of(inner)
        return f"({'0' if text.startswith(' -') else ''}{text.removeprefix(' + ')})"

    def product(self, node: Product) -> str:
        """The factors; where a bracket is 0 the others aren't looked at."""
        brackets = [part for part in node.parts if isinstance(part, Iverson)]
        text = " * ".join(self.of(part) for part in node.parts if not isinstance(part, Iverson)) or "1"
        if not brackets:
            return f"({text})"
        return f"({text} if {' and '.join(self.condition(bracket.inner) for bracket in brackets)} else 0)"

    def power(self, node: Power) -> str:
        """A small whole exponent is Python's own power."""
        exponent = node.right.value if isinstance(node.right, Number) else None
        if type(exponent) is int and 0 <= exponent <= MAX_EXPONENT:
            return f"({self.of(node.left)} ** {exponent})"
        return f"_power({self.of(node.left)}, {self.of(node.right)})"

    def floor(self, node: Floor) -> str:
        """A floor of a quotient is Python's own."""
        if isinstance(node.inner, Quotient):
            return f"({self.of(node.inner.left)} // {self.of(node.inner.right)})"
        return f"_floor({self.of(node.inner)})"

    def condition(self, node: Node) -> str:
        """A condition; a flag holds when it isn't 0."""
        match node:
            case Compare():
                return f"({self.of(node.left)} {node.op} {self.of(node.right)})"
            case All() | Any():
                word = " and " if isinstance(node, All) else " or "
                return f"({word.join(self.condition(part) for part in node.parts)})"
            case Not():
                return f"(not {self.condition(node.inner)})"
            case _:
                return f"({self.of(node)} != 0)"

    def series(self, node: Series) -> str:
        """A loop that adds up; what doesn't change from turn to turn is worked out before it."""
        for part in steady(node.body, node.index):
            self.of(part)
        start, stop = self.of(node.start), self.of(node.stop)
        result = self.variable("0")
        turn = self.indexes[node.index] = f"i{self.made}"
        self.line(f"for {turn} in _turns({start}, {stop}):")
        outer = dict(self.done), dict(self.nested)
        self.indent += 1
        self.line(f"{result} += {self.of(node.body)}")
        self.indent -= 1
        self.done, self.nested = outer
        return result


def steady(body: Node, index: Index) -> Iterator[Node]:
    """The largest pieces of a loop's body, beside names and numbers, that are the same in every turn."""
    stack, seen = [body], set[int]()
    while stack:
        part = stack.pop()
        if id(part) in seen or isinstance(part, Number | Symbol | Index):
            continue
        seen.add(id(part))
        if has_index(part):
            stack.extend(part.children())
        elif not isinstance(part, Compare | All | Any | Not):
            yield part


def closed(node: Node, facts: Facts) -> Node:
    """The formula with each Σ in closed form where it has one under the facts."""
    done: dict[int, Node] = {}

    def of(part: Node) -> Node:
        if id(part) not in done:
            done[id(part)] = (isinstance(part, Series) and closed_sum(part, facts)) or part.rebuild(of)
        return done[id(part)]

    return of(node) if any(isinstance(part, Series) for part in walk(node)) else node


def closed_sum(node: Series, facts: Facts) -> Node | None:
    """The closed form of one Σ, or None; where turns divide by what changes, a turn may divide by 0, and none is sure."""
    inside = list(walk(node))
    own = {part.index for part in inside if isinstance(part, Series)}
    if any(isinstance(part, Index) and part not in own for part in inside):
        return None
    if any(isinstance(part, Quotient | Mod) and has_index(part.right) for part in inside):
        return None
    try:
        found = polynomial(node, facts).node()
    except SymparamsError:
        return None
    return None if any(isinstance(part, Series) for part in walk(found)) else found


def has_index(node: Node) -> bool:
    """Whether the formula changes from turn to turn of some loop."""
    return any(isinstance(part, Index) for part in walk(node))


def turns(start: Exact, stop: Exact) -> range:
    """The turns of a loop. Raises: `LimitError` for too many, and for ends that are no integers."""
    if start.denominator != 1 or stop.denominator != 1 or stop - start > MAX_TURNS:
        raise LimitError(Finding("limit-turns", f"a sum has more than {MAX_TURNS:,} terms and no closed form"))
    return range(int(start), int(stop))


def over(left: Exact, right: Exact) -> Exact:
    """left / right, exactly."""
    if type(left) is int and type(right) is int:
        whole, rest = divmod(left, right)
        return Fraction(left, right) if rest else whole
    return divided(left, right)


HELPERS: dict[str, Anything] = {
    "_ERRORS": (ArithmeticError, SymparamsError),
    "_Fraction": Fraction,
    "_exact": exact,
    "_floor": math.floor,
    "_log": log,
    "_log2": log2,
    "_over": over,
    "_power": power,
    "_turns": turns,
}

WRITERS: dict[type[Node], Callable[[Code, Anything], str]] = {
    Number: Code.number,
    Symbol: lambda code, node: code.names[node.name],
    Index: lambda code, node: code.indexes[node],
    Sum: Code.sum,
    Product: Code.product,
    Negative: lambda code, node: f"(-{code.of(node.inner)})",
    Quotient: lambda code, node: f"_over({code.of(node.left)}, {code.of(node.right)})",
    Power: Code.power,
    Mod: lambda code, node: f"({code.of(node.left)} % {code.of(node.right)})",
    Floor: Code.floor,
    Ceil: lambda code, node: f"(-_floor(-{code.of(node.inner)}))",
    Round: lambda code, node: f"round({code.of(node.inner)})",
    Abs: lambda code, node: f"abs({code.of(node.inner)})",
    Log: lambda code, node: f"_log({code.of(node.inner)})",
    Log2: lambda code, node: f"_log2({code.of(node.inner)})",
    Max: lambda code, node: f"max({', '.join(map(code.of, node.parts))})",
    Min: lambda code, node: f"min({', '.join(map(code.of, node.parts))})",
    Iverson: lambda code, node: f"(1 if {code.condition(node.inner)} else 0)",
    Series: Code.series,
    **dict.fromkeys((Compare, All, Any, Not), lambda code, node: f"(1 if {code.condition(node)} else 0)"),
}
