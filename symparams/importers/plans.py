"""The plan of a model: modules, tensors, layers and loops, in which sizes, depths and cuts are expressions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, Union

from .cases import Test
from .fitting import Expression, number
from .layers import Layer, conditions, expressions


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
    if isinstance(plan, Layer):
        return {name for words in conditions(plan) for name in _names(words)}
    members = plan.members if isinstance(plan, ModulePlan) else ()
    own = {name for member in members for name in _names(member.condition)}
    return own.union(*(conditions_in(member.content) for member in members))


def _names(condition: str) -> set[str]:
    return set(re.findall(r"[^\W\d]\w*", condition)) - {"and", "not"}


def sizes_in(plan: Plan) -> set[str]:
    """The sizes that occur in a plan."""
    return conditions_in(plan).union(*(one.names for one in expressions_in(plan)))


def stacked(plan: ModulePlan) -> Layer | None:
    """The call that makes a TransformerEncoder or TransformerDecoder of equal layers of PyTorch's; None for anything else."""
    named = {member.label: member.content for member in plan.members if not member.condition}
    layers, norm = named.get("layers", named.get("layers.0")), named.get("norm")
    amount, layer = (layers.amount, layers.content) if isinstance(layers, Repeated) else (number(1), layers)
    parts = [part for part in (layer, norm) if part is not None]
    if plan.cls not in ("TransformerEncoder", "TransformerDecoder") or len(parts) < len(plan.members):
        return None
    if not isinstance(layer, Layer) or any(not isinstance(part, Layer) or part.mark for part in parts):
        return None
    first = "encoder_layer" if plan.cls == "TransformerEncoder" else "decoder_layer"
    last = (("norm", norm),) if isinstance(norm, Layer) else ()
    return Layer(plan.cls, ((first, layer), ("num_layers", amount), *last), 3, "")
