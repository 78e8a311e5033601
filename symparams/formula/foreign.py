"""sympy expressions → formulas: which sympy symbols are sizes, and what their assumptions say of them.

A symbol without assumptions is a size, an integer of at least 1. `nonnegative` integers are at least 0; a symbol that is
real or positive without being an integer is a real number, as a width multiplier is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ..errors import Finding, UsageError
from .algebra import from_sympy, the_sympy
from .domain import ANY_SIZE, Domain
from .nodes import Node

NAME = re.compile(r"[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹][^\W⁰¹²³⁴⁵⁶⁷⁸⁹]*")
WORDS = frozenset(["if", "elif", "else", "for", "in", "not", "and", "or", "is", "True", "False", "None"])


def read_sympy(expr: Any, is_taken: Callable[[str], bool] = lambda name: False) -> tuple[Node, dict[str, Domain]]:
    """The formula that a sympy expression is, with the domains that its symbols tell.

    is_taken: whether a name means something else in the language. Raises: `UsageError` for what is no formula of sizes.
    """
    sympy = the_sympy()
    if not isinstance(expr, sympy.Expr):
        raise _refused(f"{expr} is no formula of sizes", "give a sympy expression")
    for number in expr.atoms(sympy.Float):
        raise _refused(f"{number} is a float, which isn't exact", f"write sympy.Rational('{_digits(number)}')")
    if expr.has(sympy.oo, -sympy.oo, sympy.zoo, sympy.nan, sympy.I, sympy.pi, sympy.E):
        raise _refused(f"{expr} is no exact number of sizes", "formulas have rational numbers")
    bound = {limit[0] for part in expr.atoms(sympy.Sum) for limit in part.limits}
    domains: dict[str, Domain] = {}
    for symbol in sorted(expr.atoms(sympy.Symbol) - bound, key=str):
        domain = domain_of(symbol, is_taken)
        if domains.setdefault(symbol.name, domain) != domain:
            hint = "declare it once, sympy.Symbol(name, integer=True, positive=True)"
            raise _refused(f"two sympy symbols are called {symbol.name}, and assume different things", hint)
    return from_sympy(expr), {name: domain for name, domain in domains.items() if domain != ANY_SIZE}


def _digits(number: Any) -> str:
    text = str(number).rstrip("0")
    return text if text and not text.endswith(".") else f"{text}0"


def domain_of(symbol: Any, is_taken: Callable[[str], bool]) -> Domain:
    """What a sympy symbol's assumptions say of the size. Raises: `UsageError` for what no size can be."""
    sympy, name = the_sympy(), symbol.name
    if isinstance(symbol, sympy.Dummy | sympy.Wild):
        raise _refused(f"{symbol} has no name of its own", f"use sympy.Symbol('{name.lstrip('_')}')")
    if not NAME.fullmatch(name) or name in WORDS:
        near = re.sub(r"\W+", "_", name.replace("{", "").replace("}", "")).strip("_")
        hint = f"name it {near}" if NAME.fullmatch(near) and near not in WORDS else "use a name such as d_model"
        raise _refused(f"the sympy symbol {name!r} has no name of the language", hint)
    if is_taken(name):
        raise _refused(f"{name} is a layer or a function of the language, not a size", "rename the sympy symbol")
    for assumption in ("negative", "nonpositive", "zero", "imaginary", "infinite"):
        if getattr(symbol, f"is_{assumption}"):
            hint = "sizes are integers of at least 1: sympy.Symbol(name, integer=True, positive=True)"
            raise _refused(f"the sympy symbol {name} is {assumption}, and a size can't be", hint)
    if not symbol.is_commutative or symbol.is_real is False:
        raise _refused(f"the sympy symbol {name} is no real number", "sizes are numbers")
    if symbol.is_integer:
        return Domain("int", 0) if symbol.is_nonnegative and not symbol.is_positive else ANY_SIZE
    return Domain("real", 0) if symbol.is_real else ANY_SIZE


def _refused(message: str, hint: str) -> UsageError:
    return UsageError(Finding("sympy", message, hint=hint))
