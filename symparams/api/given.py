"""What Python gives, as values of the language: ints, Fractions, texts, sympy expressions and formulas."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from numbers import Number as AnyNumber
from numbers import Rational
from typing import TYPE_CHECKING, Any, Union

from ..errors import Finding, Source, UsageError
from ..formula.exact import exact
from ..formula.nodes import Exact
from ..model.computed import Asked
from ..model.values import Value
from ..syntax.parse import parse_expression

if TYPE_CHECKING:
    import sympy

    from .formulas import Formula
    from .modules import Module

Given = Union[int, Fraction, bool, str, "Formula", "Module", "sympy.Expr", None, "list[Given]", "tuple[Given, ...]"]
Operand = Union[int, Fraction, "Formula", "sympy.Expr"]


def is_sympy(given: Any) -> bool:
    """Whether something is sympy's; where sympy isn't imported, nothing is."""
    return "sympy" in sys.modules and isinstance(given, sys.modules["sympy"].Basic)


def number(given: Any) -> Exact | None:
    """The exact number that something is, None where it is no number. Raises: `UsageError` for a float, with the way out."""
    if isinstance(given, Rational):
        return exact(Fraction(int(given.numerator), int(given.denominator)))
    if isinstance(given, Decimal) and given.is_finite():
        return exact(Fraction(given))
    if isinstance(given, AnyNumber):
        raise inexact(given)
    return None


def inexact(given: Any) -> UsageError:
    """The error for a number that isn't exact."""
    kind = type(given).__name__
    digits = str(given)
    plain = digits.replace(".", "", 1).lstrip("-").isdigit()
    way = f"{digits.removesuffix('.0')}" if digits.endswith(".0") else f'Fraction("{digits}")'
    hint = f"write {way}" if plain else "give an int or a Fraction"
    return UsageError(Finding("usage-inexact", f"{digits} is a {kind}, which isn't exact", hint=hint))


def given_values(sizes: Mapping[str, Given], asked: Asked) -> dict[str, Value]:
    """Sizes given from outside as values: texts are expressions of the language."""
    return {name: given_value(name, size, asked) for name, size in sizes.items()}


def given_value(name: str, size: Given, asked: Asked) -> Value:
    """One size given from outside, `"4*d"`, 768, a Formula or a sympy expression, as a value.

    Raises: `UsageError` for anything else.
    """
    from .formulas import Formula
    from .modules import Module

    if isinstance(size, Formula):
        return size.node
    if isinstance(size, Module):
        return _of_module(size)
    if isinstance(size, bool) or size is None:
        return size
    if isinstance(size, list | tuple):
        return [given_value(name, item, asked) for item in size]
    if isinstance(size, str):
        return _of_text(name, size, asked)
    if is_sympy(size):
        from ..formula.build import plain
        from ..formula.foreign import read_sympy

        return plain(read_sympy(size)[0])
    try:
        found = number(size)
    except UsageError as error:
        raise _refused(name, size, error.findings[0].hint) from None
    if found is None:
        raise _refused(name, size, "give an int, a Fraction, a sympy expression or text")
    return found


def _of_module(given: Module) -> Value:
    """A module as a value: uncalled as `block=Bottleneck`, or with its arguments."""
    from ..model.evaluate import value
    from ..model.query import deep, frame_of, world_of
    from .building import definition

    found = definition(given._question)
    if found is not None and not given._question.sizes:
        return found
    with deep():
        return value(given._question.expr, frame_of(given._question, world_of(given._question)))


def _refused(name: str, size: Any, hint: str) -> UsageError:
    return UsageError(Finding("usage-size", f"{name} can't be {type(size).__name__}", hint=hint))


def _of_text(name: str, size: str, asked: Asked) -> Value:
    from ..model.computed import units
    from ..model.evaluate import value
    from ..model.frame import Frame
    from ..model.world import World

    source = Source(f"<{name}>", size)
    frame = Frame(World(free="all"), units(asked)[0], source)
    frame.is_asked = True
    return value(parse_expression(source), frame)
