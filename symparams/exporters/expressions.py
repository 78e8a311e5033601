"""Formulas → Python expressions in whole numbers: quotients that come out whole are `//`, floors and ceilings are exact."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable

from ..errors import Finding, ModelError
from ..formula import nodes
from ..formula.nodes import Node

SUM, PRODUCT, UNARY, POWER, ATOM = 1, 2, 3, 4, 5
COMPARE, NOT, AND, OR = 0, -1, -2, -3

Text = tuple[str, int]
Ratio = tuple[Text, Text]
ONE: Text = ("1", ATOM)


def python(node: Node) -> str:
    """The expression as Python, a whole number. Raises: `ModelError` for what Python's whole numbers can't say."""
    above, below = _ratio(node)
    return above[0] if below == ONE else f"{_in(above, PRODUCT)} // {_in(below, POWER)}"


def python_name(name: str) -> str:
    """A size's name as Python's; its own words get a `_`."""
    return f"{name}_" if keyword.iskeyword(name) else name


def condition(node: Node) -> str:
    """The condition as Python."""
    return _condition(node)[0]


def _in(text: Text, binding: int) -> str:
    return text[0] if text[1] >= binding else f"({text[0]})"


def _whole(node: Node) -> Text:
    """A node as a whole number, with how strongly its text binds."""
    above, below = _ratio(node)
    return above if below == ONE else (f"{_in(above, PRODUCT)} // {_in(below, POWER)}", PRODUCT)


def _ratio(node: Node) -> Ratio:
    """A node as a quotient of whole numbers."""
    reader = RATIOS.get(type(node))
    if reader is not None:
        return reader(node)
    whole = WHOLE.get(type(node))
    if whole is None:
        raise _wordless(type(node).__name__.lower())
    return whole(node), ONE


def _wordless(what: str) -> ModelError:
    message = f"{what} has no exact word in Python"
    return ModelError(Finding("export-expression", message, hint="give the sizes in it as numbers"))


# ------------------------------------------------------------------------------------------------------ quotients


def _number(node: nodes.Number) -> Ratio:
    value = node.value
    top: Text = (str(value.numerator), ATOM if value >= 0 else UNARY)
    return top, (str(value.denominator), ATOM)


def _symbol(node: nodes.Symbol | nodes.Index) -> Ratio:
    return (python_name(node.name), ATOM), ONE


def _sum(node: nodes.Sum) -> Ratio:
    parts = [_ratio(part) for part in node.parts]
    below = list(dict.fromkeys(part[1] for part in parts if part[1] != ONE))
    words = ""
    for above, under in parts:
        term = _times([above, *(one for one in below if one != under)])[0] if below else _in(above, SUM)
        if not words:
            words = term
        elif term.startswith("-"):
            words += f" - {term[1:]}"
        else:
            words += f" + {term}"
    return (words, SUM), _times(below) if below else ONE


def _negative(node: nodes.Negative) -> Ratio:
    above, below = _ratio(node.inner)
    return (f"-{_in(above, PRODUCT)}", SUM), below


def _product(node: nodes.Product) -> Ratio:
    parts = [_ratio(part) for part in node.parts]
    return _times(part[0] for part in parts), _times(part[1] for part in parts)


def _times(texts: Iterable[Text]) -> Text:
    factors = [text for text in texts if text != ONE]
    if not factors:
        return ONE
    return factors[0] if len(factors) == 1 else (" * ".join(_in(one, PRODUCT) for one in factors), PRODUCT)


def _quotient(node: nodes.Quotient) -> Ratio:
    (a, b), (c, d) = _ratio(node.left), _ratio(node.right)
    return _times([a, d]), _times([b, c])


def _power(node: nodes.Power) -> Ratio:
    above, below = _ratio(node.left)
    exponent = node.right
    if isinstance(exponent, nodes.Number) and exponent.value < 0:
        above, below, exponent = below, above, nodes.Number(-exponent.value)
    if isinstance(exponent, nodes.Number) and exponent.value.denominator == 2:  # of sizes, it comes out whole
        above, below = (f"int(math.sqrt({_whole(node.left)[0]}))", ATOM), ONE
        exponent = nodes.Number(exponent.value * 2)
    elif isinstance(exponent, nodes.Number) and exponent.value.denominator != 1:
        raise _wordless("a root")
    words = _whole(exponent)
    if words == ("1", ATOM):
        return above, below
    return tuple(  # type: ignore[return-value]
        one if one == ONE else (f"{_in(one, ATOM)} ** {_in(words, POWER)}", POWER) for one in (above, below)
    )


RATIOS: dict[type, Callable[..., Ratio]] = {
    nodes.Number: _number,
    nodes.Symbol: _symbol,
    nodes.Index: _symbol,
    nodes.Sum: _sum,
    nodes.Negative: _negative,
    nodes.Product: _product,
    nodes.Quotient: _quotient,
    nodes.Power: _power,
}


# ------------------------------------------------------------------------------------------------------ whole numbers


def _floor(node: nodes.Floor) -> Text:
    return _whole(node.inner)


def _ceil(node: nodes.Ceil) -> Text:
    above, below = _ratio(node.inner)
    return above if below == ONE else (f"-(-{_in(above, UNARY)} // {_in(below, POWER)})", UNARY)


def _round(node: nodes.Round) -> Text:
    above, below = _ratio(node.inner)
    return above if below == ONE else (f"round({_in(above, PRODUCT)} / {_in(below, POWER)})", ATOM)


def _log2(node: nodes.Log2) -> Text:
    return f"int(math.log2({_whole(node.inner)[0]}))", ATOM


def _call(name: str) -> Callable[..., Text]:
    return lambda node: (f"{name}({', '.join(_whole(part)[0] for part in node.parts)})", ATOM)


def _mod(node: nodes.Mod) -> Text:
    return f"{_in(_whole(node.left), PRODUCT)} % {_in(_whole(node.right), POWER)}", PRODUCT


def _absolute(node: nodes.Abs) -> Text:
    return f"abs({_whole(node.inner)[0]})", ATOM


def _bracket(node: nodes.Iverson) -> Text:
    return f"int({condition(node.inner)})", ATOM


def _series(node: nodes.Series) -> Text:
    start, stop = _whole(node.start), _whole(node.stop)
    turns = stop[0] if start[0] == "0" else f"{start[0]}, {stop[0]}"
    return f"sum({_whole(node.body)[0]} for {node.index.name} in range({turns}))", ATOM


WHOLE: dict[type, Callable[..., Text]] = {
    nodes.Floor: _floor,
    nodes.Ceil: _ceil,
    nodes.Round: _round,
    nodes.Log2: _log2,
    nodes.Max: _call("max"),
    nodes.Min: _call("min"),
    nodes.Mod: _mod,
    nodes.Abs: _absolute,
    nodes.Iverson: _bracket,
    nodes.Series: _series,
}


# ------------------------------------------------------------------------------------------------------ conditions


def _condition(node: Node) -> Text:
    if isinstance(node, nodes.Compare):
        left, right = _cross(node.left, node.right)
        return f"{left} {node.op} {right}", COMPARE
    if isinstance(node, nodes.Not):
        return f"not {_inside(node.inner, NOT)}", NOT
    if isinstance(node, nodes.Any) and (listed := _listed(node)):
        return listed, COMPARE
    if isinstance(node, nodes.All | nodes.Any):
        word, binding = (" and ", AND) if isinstance(node, nodes.All) else (" or ", OR)
        return word.join(_inside(part, binding + 1) for part in node.parts), binding
    return _whole(node)[0], ATOM


def _listed(node: nodes.Any) -> str:
    """That something is one of several numbers, `i % 8 in (1, 3)`; empty where it isn't that."""
    equal = [part for part in node.parts if isinstance(part, nodes.Compare) and part.op == "=="]
    numbers = [part.right.value for part in equal if isinstance(part.right, nodes.Number)]
    whole = [number for number in numbers if number == int(number)]
    if len(whole) != len(node.parts) or len({part.left for part in equal}) > 1:
        return ""
    above, below = _ratio(equal[0].left)
    return f"{_in(above, SUM)} in ({', '.join(map(str, whole))})" if below == ONE else ""


def _inside(node: Node, binding: int) -> str:
    words, own = _condition(node)
    return words if own >= binding else f"({words})"


def _cross(left: Node, right: Node) -> tuple[str, str]:
    """Both sides of a comparison as whole numbers, multiplied by what is below them."""
    (a, b), (c, d) = _ratio(left), _ratio(right)
    return _times([a, d])[0], _times([c, b])[0]
