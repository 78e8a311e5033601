"""The plan of a model: modules, tensors, layers and loops, in which sizes, depths and cuts are expressions."""

from __future__ import annotations

import re
from typing import NamedTuple, Union

from .cases import Test
from .fitting import Expression, number
from .layers import Layer


class TensorPlan(NamedTuple):
    """A tensor: its sizes, and its mark, `frozen`, `buffer` or none."""

    sizes: tuple[Expression, ...]
    mark: str


class ModulePlan(NamedTuple):
    """A module of the model's own: its class and its members in order."""

    cls: str
    members: tuple[MemberPlan, ...]


class Repeated(NamedTuple):
    """So many equal ones, named 0, 1, …"""

    amount: Expression
    content: Plan


class MemberPlan(NamedTuple):
    """A member. label: its name, with `{}` for the index of a loop; variable, start, stop: of the loop, or no variable.

    test: which turns have the member, where it isn't all; offset: what the number in the name exceeds the index by;
    condition: the sizes at which it is there, where it isn't always.
    """

    label: str
    content: Plan
    variable: str = ""
    start: Expression = number(0)
    stop: Expression = number(0)
    test: Test | None = None
    offset: int = 0
    condition: str = ""


Plan = Union[TensorPlan, Layer, ModulePlan, Repeated]


def sizes_in(plan: Plan) -> set[str]:
    """The sizes that occur in a plan."""
    if isinstance(plan, TensorPlan):
        return set().union(*(size.names for size in plan.sizes))
    if isinstance(plan, Layer):
        return plan.names
    if isinstance(plan, Repeated):
        return plan.amount.names | sizes_in(plan.content)
    found: set[str] = set()
    for member in plan.members:
        found |= sizes_in(member.content) | member.start.names | member.stop.names
        found |= set(re.findall(r"[^\W\d]\w*", member.condition))
        found |= member.test.bound.names if member.test is not None and member.test.bound is not None else set()
    return found
