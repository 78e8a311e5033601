"""The plan of a model: modules, tensors, layers and loops, in which sizes, depths and cuts are expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Union

from .cases import Test
from .fitting import Expression, number
from .layers import Layer, expressions


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


def expressions_in(plan: Plan) -> Iterator[Expression]:
    """The expressions of a plan."""
    if isinstance(plan, TensorPlan):
        yield from plan.sizes
    elif isinstance(plan, Layer):
        yield from (one for _, value in plan.arguments for one in expressions(value))
    elif isinstance(plan, Repeated):
        yield plan.amount
        yield from expressions_in(plan.content)
    else:
        for member in plan.members:
            yield from (member.start, member.stop)
            if member.test is not None and member.test.bound is not None:
                yield member.test.bound
            yield from expressions_in(member.content)


def rounded_in(plan: Plan) -> set[str]:
    """The sizes that a plan rounds, or of which it takes the greater one."""
    return {name for one in expressions_in(plan) if one.is_rounded for name in one.names}


def conditions_in(plan: Plan) -> set[str]:
    """The sizes that a plan's conditions ask for."""
    if isinstance(plan, Repeated):
        return conditions_in(plan.content)
    members = plan.members if isinstance(plan, ModulePlan) else ()
    own = {name for member in members for name in re.findall(r"[^\W\d]\w*", member.condition)} - {"and"}
    return own.union(*(conditions_in(member.content) for member in members))


def sizes_in(plan: Plan) -> set[str]:
    """The sizes that occur in a plan."""
    return conditions_in(plan).union(*(one.names for one in expressions_in(plan)))
