"""What the library says of a layer of `torch.nn`: its parameters, and whether it has tensors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache

from ...model.catalogue import idle
from ...model.files import library_index, library_module
from ...syntax import tree

Signature = tuple[tuple[tuple[str, str, str], ...] | None, frozenset[str], bool]


@cache
def layer_signature(name: str) -> Signature:
    """A layer's parameters with their defaults, those without influence on a count, and whether it has tensors."""
    if name not in library_index():
        return None, frozenset(), True
    found = library_module(name)
    assert found is not None
    params = tuple((param.name, _default(param), param.kind) for param in found.definition.params)
    without_influence = frozenset(idle(found.definition)) - _asked_for(found.definition.body)
    return params, without_influence, _owns(found.definition.body)


def _asked_for(body: Sequence[tree.Statement]) -> set[str]:
    """The parameters of which a layer wants one given: `require a is not None or b is not None`."""
    wanted = [one.condition for one in body if isinstance(one, tree.Require) and isinstance(one.condition, tree.Logic)]
    return {
        part.operands[0].name
        for condition in wanted
        if condition.op == "or" and all(_is_given(part) for part in condition.operands)
        for part in condition.operands
        if isinstance(part, tree.Comparison) and isinstance(part.operands[0], tree.Name)
    }


def _is_given(condition: tree.Expr) -> bool:
    return isinstance(condition, tree.Comparison) and condition.ops == ("is not",)


def _default(param: tree.Parameter) -> str:
    default = param.default
    if isinstance(default, tree.Constant):
        return str(default.value)
    if isinstance(default, tree.Text):
        return json.dumps(default.value)
    return "" if default is None else default.text if isinstance(default, tree.Num) else "…"


def _owns(body: Sequence[tree.Statement]) -> bool:
    for statement in body:
        if isinstance(statement, (tree.Member, tree.For)):
            return True
        if isinstance(statement, tree.If):
            return True
    return False
