"""Whether two formulas are equal for all sizes: proved, refuted by an example, or honestly undecided.

Normal form → cases → sympy for what is small, and a search for sizes where the two sides differ.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from ..errors import LimitError, SymparamsError
from .cases import difference, is_zero
from .examples import Sizes, counterexample
from .facts import NO_FACTS, Facts
from .nodes import ONE, Compare, Exact, Negative, Node, Not, Number, Quotient, Sum, Symbol
from .substitute import substitute
from .terms import Polynomial
from .value import value
from .work import limited, share

FEW_POINTS = 24


class Outcome(NamedTuple):
    """What came of a proof: kind is `proved`, `refuted` or `undecided`.

    `example` holds sizes for which the sides differ, `left` and `right` their values there; `difference` is
    left - right in closed form and `needed` what that form, or the proof, assumes; `method` is the road that decided.
    """

    kind: str
    example: Sizes = {}  # noqa: RUF012 - never changed
    left: Exact | None = None
    right: Exact | None = None
    difference: Node | None = None
    method: str = ""
    needed: tuple[Node, ...] = ()


def prove(left: Node, right: Node, op: str = "==", facts: Facts = NO_FACTS) -> Outcome:
    """The outcome of the claim `left op right`, op being == or !=.

    `a == b` is proved when it holds for all sizes that fit the facts, and refuted by one where it doesn't.
    `a != b` claims that the two formulas are not the same: it is proved by one example and refuted by their equality.
    """
    if op not in ("==", "!="):
        raise ValueError(op)
    with limited():
        outcome = equality(left, right, facts)
    if op == "==" or outcome.kind == "undecided":
        return outcome
    return outcome._replace(kind="refuted" if outcome.kind == "proved" else "proved")


def equality(left: Node, right: Node, facts: Facts) -> Outcome:
    """The outcome of `left == right`."""
    if left == right:
        return Outcome("proved", method="the same text")
    rest = rest_of(left, right, facts)
    if rest is not None and rest.is_zero:
        return Outcome("proved", method="normal form")
    example = counterexample(Compare("==", left, right), facts, points=FEW_POINTS)
    if example is None:
        method = proof(left, right, rest, facts)
        if method:
            return Outcome("proved", method=method)
        example = counterexample(Compare("==", left, right), facts)
        if example is None:
            return under_conditions(left, right, facts)
    return refuted(left, right, example, facts) if example is not None else Outcome("undecided")


def under_conditions(left: Node, right: Node, facts: Facts) -> Outcome:
    """The outcome where sums close only under conditions, as that of c^i for c != 1; where one fails, sizes are tried."""
    needed: list[Node] = []
    try:
        rest = difference(left, right, facts, needed)
        if not needed or not (rest.is_zero or is_zero(rest, facts)):
            return Outcome("undecided")
        conditions = [ratio_told(condition) for condition in dict.fromkeys(needed)]
        for condition in conditions:
            example = counterexample_against(condition, left, right, facts)
            if example is not None:
                return refuted(left, right, example, facts)
    except SymparamsError:
        return Outcome("undecided")
    return Outcome("proved", method="under conditions", needed=tuple(dict.fromkeys(conditions)))


def ratio_told(condition: Node) -> Node:
    """`r != 1` for a sum's `1/r != 1`."""
    if isinstance(condition, Compare) and condition.op == "!=" and condition.right == ONE:
        base = condition.left
        if isinstance(base, Quotient) and base.left == ONE:
            return Compare("!=", base.right, ONE)
    return condition


def counterexample_against(condition: Node, left: Node, right: Node, facts: Facts) -> Sizes | None:
    """Sizes for which a condition fails and the sides are different numbers."""
    claim = Compare("==", left, right)
    if isinstance(condition, Compare) and condition.op == "!=" and isinstance(condition.left, Symbol):
        at: dict[Node, Node] = {condition.left: condition.right}
        found = counterexample(Compare("==", substitute(left, at), substitute(right, at)), facts)
        fixed = condition.right.value if isinstance(condition.right, Number) else 1
        return {**found, condition.left.name: fixed} if found is not None else None
    return counterexample(claim, facts.with_assumption(Not(condition)))


def proof(left: Node, right: Node, rest: Polynomial | None, facts: Facts) -> str:
    """The name of the road on which the sides turn out equal, or the empty string."""
    if rest is None:
        return ""
    try:
        with share(2):
            if is_zero(rest, facts):
                return "cases"
    except LimitError:
        return ""
    from .algebra import is_simplified_zero

    return "simplification" if is_simplified_zero(rest.node(), facts) else ""


def rest_of(left: Node, right: Node, facts: Facts) -> Polynomial | None:
    """left - right, or None where that is beyond the limits."""
    try:
        with share(2):
            return difference(left, right, facts)
    except SymparamsError:
        return None


def refuted(left: Node, right: Node, example: Sizes, facts: Facts) -> Outcome:
    """The outcome that an example leaves, with the difference in closed form."""
    needed: list[Node] = []
    try:
        with share(2):
            rest = difference(left, right, facts, needed).node()
    except SymparamsError:
        rest = Sum((left, Negative(right)))
    values = value(left, example), value(right, example)
    return Outcome("refuted", example, *values, difference=rest, method="example", needed=tuple(needed))


def equal(left: Node, right: Node, facts: Facts = NO_FACTS) -> bool | None:
    """Whether the formulas are equal for all sizes (True), differ for some (False) or neither is shown; no sympy."""
    if left == right:
        return True
    with limited():
        return _equal(left, right, facts)


def _equal(left: Node, right: Node, facts: Facts) -> bool | None:
    rest = rest_of(left, right, facts)
    if rest is not None and rest.is_zero:
        return True
    if counterexample(Compare("==", left, right), facts, points=FEW_POINTS) is not None:
        return False
    with suppress(LimitError), share(2):
        if rest is not None and is_zero(rest, facts):
            return True
    return None if counterexample(Compare("==", left, right), facts) is None else False


__all__ = ["Outcome", "counterexample", "equal", "prove"]
