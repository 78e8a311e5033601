"""Formulas as numbers of Python: `+ - * / // % **` with one another, ints, Fractions and sympy, comparisons and equality."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from ..errors import Finding, SymparamsError, UsageError, ValueNeeded
from ..formula.nodes import Compare, Exact, Number
from ..formula.polynomial import decide, polynomial
from ..formula.value import value
from ..model.computed import Asked, Computed, Stated, Term, answer
from ..model.forms import listed
from .given import is_sympy, number

if TYPE_CHECKING:
    from .formulas import Formula
    from .outcomes import Outcome


NOTHING = Stated(Number(0))


def binary(op: str, *, is_inverse: bool = False) -> tuple[Callable[..., Any], Callable[..., Any]]:
    """The method of an operator and its reflected one."""

    def left(self: Arithmetic, other: Any) -> Any:
        return joined(op, self, other, is_inverse)

    def right(self: Arithmetic, other: Any) -> Any:
        return joined(op, other, self, is_inverse)

    return left, right


def unary(op: str) -> Callable[..., Any]:
    """The method of an operator with one operand."""

    def apply(self: Arithmetic) -> Any:
        return self._computed(Computed(op, (term(self),)))

    return apply


def comparison(op: str) -> Callable[..., Any]:
    """The method of an order: decided by the numbers, or for all sizes, else an error."""

    def compare(self: Arithmetic, other: Any) -> Any:
        return ordered(op, self, other)

    return compare


class Arithmetic:
    """What formulas do as numbers.

    The result remembers both sides: their sources, what they assume, their sizes' domains and LaTeX names. `==` and
    `hash` go by the normal form: formulas are equal that are the same once multiplied out. `<` and its like are decided
    by numbers, or where one side is greater for all sizes.
    Raises: `UsageError` for a float, which isn't exact.
    """

    __slots__ = ()
    # Left operands of sympy and numpy leave the operation to the formula.
    _op_priority = 1000.0
    __array_ufunc__ = None

    __add__, __radd__ = binary("+")
    __sub__, __rsub__ = binary("+", is_inverse=True)
    __mul__, __rmul__ = binary("*")
    __truediv__, __rtruediv__ = binary("*", is_inverse=True)
    __floordiv__, __rfloordiv__ = binary("//")
    __mod__, __rmod__ = binary("%")
    __pow__, __rpow__ = binary("**")
    __abs__, __floor__, __ceil__ = unary("abs"), unary("floor"), unary("ceil")
    __lt__, __le__, __gt__, __ge__ = comparison("<"), comparison("<="), comparison(">"), comparison(">=")

    def __neg__(self) -> Formula:
        return self._computed(Computed("+", (term(self, is_inverse=True),)))

    def __pos__(self) -> Formula:
        return self  # type: ignore[return-value]

    def __round__(self, digits: None = None) -> Formula:
        if digits is not None:
            raise UsageError(Finding("usage-digits", "a formula is rounded to an integer", hint="write round(formula)"))
        return self._computed(Computed("round", (term(self),)))

    def __divmod__(self, other: Any) -> Any:
        return self // other, self % other

    def __rdivmod__(self, other: Any) -> Any:
        return other // self, other % self

    def _computed(self, asked: Computed) -> Formula:
        from .formulas import Formula

        return Formula(asked)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, float) and other.is_integer():
            other = int(other)
        if isinstance(other, str | float | complex):
            return NotImplemented
        try:
            found = operand(other)
        except SymparamsError:
            return NotImplemented  # no formula is equal to what is none
        return key(self) == key_of(found) if found is not None else NotImplemented

    def __hash__(self) -> int:
        found = key(self)
        return hash(found)

    def __bool__(self) -> bool:
        return key(self) != 0

    def __int__(self) -> int:
        found = closed(self)
        return int(found)

    def __index__(self) -> int:
        found = closed(self)
        if found.denominator != 1:
            raise UsageError(Finding("usage-size", f"{found} is no integer", hint="round it: math.floor(formula)"))
        return int(found)

    def __format__(self, how: str) -> str:
        """A number as Python formats numbers; an open formula as it formats texts."""
        if not how:
            return str(self)
        try:
            return format(closed(self), how)
        except ValueNeeded:
            if re.fullmatch(r"(.?[<>^])?\d*s?", how) is None:
                raise
            return format(str(self), how)

    def __float__(self) -> float:
        return float(closed(self))


def term(given: Any, *, is_inverse: bool = False) -> Term:
    """A formula as an operand, in the form that it has."""
    return Term(given._asked, given._form, given._by, is_inverse)


def operand(given: Any) -> Term | None:
    """What Python gives beside an operator as an operand; None for what knows nothing of formulas.

    Raises: `UsageError` for floats, texts, modules, and what sympy has that is no formula of sizes.
    """
    from .modules import Module

    if isinstance(given, Arithmetic):
        return term(given)
    if is_sympy(given):
        from ..formula.facts import Facts
        from ..formula.foreign import read_sympy

        form, domains = read_sympy(given)
        return Term(Stated(form, Facts(domains)))
    if isinstance(given, Module):
        hint = f"for its count, write .params after it: {given.name}.params"
        raise UsageError(Finding("not-a-number", f"{given.name} is a module, not a number", hint=hint))
    if isinstance(given, str):
        hint = f"write symparams.formula({given!r})"
        raise UsageError(Finding("not-a-number", f"{given!r} is a text, not a number", hint=hint))
    found = number(given)
    return Term(Stated(Number(found))) if found is not None else None


def joined(op: str, left: Any, right: Any, is_inverse: bool) -> Any:
    """The formula `left op right`; a chain of sums or of products is one row."""
    from .formulas import Formula
    from .modules import Module

    if op == "*" and not is_inverse and isinstance(right, Module):
        return NotImplemented  # so many copies of a module
    first, second = operand(left), operand(right)
    if first is None or second is None:
        return NotImplemented
    if op == "+" and first.asked == NOTHING and not is_inverse:
        return right  # what Python's own `sum` begins with
    if is_inverse:
        if op == "*" and second.asked == NOTHING:
            raise UsageError(Finding("division-by-zero", "a formula is divided by 0"))
        second = second._replace(is_inverse=True)
    asked = first.asked
    is_row = op in ("+", "*") and first.form == "written" and isinstance(asked, Computed)
    if is_row and isinstance(asked, Computed) and asked.op == op and not asked.sizes and len(asked.terms) > 1:
        return Formula(Computed(op, (*asked.terms, second)))
    return Formula(Computed(op, (first, second)))


# ------------------------------------------------------------------------------------------------------ comparing


def key(given: Any) -> object:
    """By what a formula is equal to others: its normal form under what it assumes, a plain number where it is one."""
    if given._key is None:
        given._key = normal(given.answer.form, given.answer.facts)
    return given._key


def key_of(given: Term) -> object:
    """The same of an operand."""
    found = answer(given.asked)
    return normal(found.form, found.facts)


def normal(form: Any, facts: Any) -> object:
    """The normal form; the formula as written where that is beyond the limits."""
    try:
        found = polynomial(form, facts)
    except SymparamsError:
        return form
    return found if found.constant is None else found.constant


def closed(given: Any) -> Exact:
    """The number of a formula without open sizes. Raises: `ValueNeeded` for others."""
    found = given.answer.form
    left = given.symbols
    if left:
        refuse_open(left, "it is a number once they are set")
    return value(found)


def refuse_open(names: list[str], what: str, verb: str = "set") -> NoReturn:
    """Refuse what only a number can do."""
    are = "is" if len(names) == 1 else "are"
    example = ", ".join(f"{name}=…" for name in names)
    raise ValueNeeded(Finding("open-sizes", f"{listed(names)} {are} open", hint=f"{what}: {verb}({example})"))


def ordered(op: str, left: Any, right: Any) -> Any:
    """Whether `left op right` holds: for the numbers, or for all sizes. Raises: `ValueNeeded` where the sizes decide."""
    other = operand(right)
    if other is None:
        return NotImplemented
    difference = answer(Computed("+", (term(left), other._replace(is_inverse=not other.is_inverse))))
    known = decide(Compare(op, difference.form, Number(0)), difference.facts)
    if known is None:
        from ..formula.nodes import symbols

        names = [symbol.name for symbol in symbols(difference.form)]
        refuse_open(names, f"which side is greater depends on {'it' if len(names) == 1 else 'them'}")
    return known


def equality(left: Any, right: Any) -> Outcome:
    """What comes of the claim that two formulas are equal for all sizes that both assume."""
    from ..model.checks import equal_sides
    from .outcomes import Outcome

    other = operand(right)
    if other is None:
        message = f"a formula is compared with a formula, not with {type(right).__name__}"
        raise UsageError(Finding("not-a-number", message, hint="give a Formula, a number or a sympy expression"))
    both = answer(Computed("+", (term(left), other)))
    sides = [left.answer, answer(other.asked)]
    text = f"{left} == {right}"
    found = equal_sides(Outcome("proved", text, 0), sides[0].form, sides[1].form, both.facts, both.assumptions)
    return Outcome(*found)


__all__ = ["Arithmetic", "Asked", "equality"]
