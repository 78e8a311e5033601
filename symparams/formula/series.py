"""Sums over a range without the Σ, and what they take for granted."""

from __future__ import annotations

from .facts import NO_FACTS, Facts
from .nodes import Index, Node
from .polynomial import decide
from .sums import range_condition, summed
from .terms import Polynomial


def closed_sum(
    term: Polynomial,
    index: Index,
    start: Polynomial,
    stop: Polynomial,
    facts: Facts = NO_FACTS,
    needed: list[Node] | None = None,
) -> Polynomial | None:
    """The sum of `term` over index = start … stop - 1 without the Σ, or None where it has no such form.

    It closes where the term is a polynomial in the index times powers c^index. Conditions c ≠ 1 that the facts leave
    open are added to `needed`; without such a list the sum isn't closed then.
    It holds for start ≤ stop: `range_condition(start, stop)` is the caller's to ask for, once for all terms.
    """
    conditions: list[Node] = []
    found = summed(term, index, start, stop, conditions)
    undecided = [condition for condition in conditions if decide(condition, facts) is not True]
    if undecided and needed is None:
        return None
    if needed is not None:
        needed += undecided
    return found


__all__ = ["closed_sum", "range_condition"]
