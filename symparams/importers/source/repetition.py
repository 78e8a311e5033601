"""What Python's loops do, by their syntax alone: what they count, fill and ask for."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .python import assigned, leaves

FILLING = {"append", "extend", "insert"}
LISTED = (ast.List, ast.ListComp)


def counted_loop(statement: ast.While) -> tuple[ast.For, tuple[str, ast.expr]] | None:
    """A `while` that counts by one as a `for`, and its counter with what it is behind it; None for others."""
    test, last = statement.test, statement.body[-1]
    if not isinstance(last, ast.AugAssign) or not isinstance(last.target, ast.Name) or ast.unparse(last.value) != "1":
        return None
    name, body = last.target.id, statement.body[:-1]
    if not body or any(leaves(one) or name in assigned([one]) for one in body):
        return None
    zero: ast.expr = ast.Constant(0)
    is_up = isinstance(last.op, ast.Add)
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Lt if is_up else ast.Gt):
        counter, end = test.left, test.comparators[0]
    elif isinstance(test, ast.BinOp) and isinstance(test.op, ast.Sub) and not is_up:
        counter, end = test.left, test.right
    else:
        counter, end = test, zero
    uses = any(isinstance(one, ast.Name) and one.id == name for part in body for one in ast.walk(part))
    if not (isinstance(counter, ast.Name) and counter.id == name) or (uses and not is_up) or (is_up and end is zero):
        return None
    turns = ast.unparse(end if is_up else ast.BinOp(counter, ast.Sub(), end) if end is not zero else counter)
    head = f"for {name} in range({name}, {turns})" if is_up else f"for _ in range({turns})"
    made = ast.parse(f"{head}: pass").body[0]
    assert isinstance(made, ast.For)
    made.body = body
    return ast.copy_location(made, statement), (name, end)


def put_into(statement: ast.AST) -> list[str]:
    """The variables that a statement gives items by their keys, `layers[name] = module`."""
    nodes = [
        node for node in ast.walk(statement) if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
    ]
    return [node.value.id for node in nodes if isinstance(node.value, ast.Name)]


def grows_itself(name: str, body: Sequence[ast.stmt]) -> bool:
    """Whether statements make a new value of a variable from the old one, `block = Block(block)`."""
    return any(
        isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in node.targets)
        and any(isinstance(one, ast.Name) and one.id == name for one in ast.walk(node.value))
        for statement in body
        for node in ast.walk(statement)
    )


def asked_while_filled(body: Sequence[ast.stmt]) -> ast.expr | None:
    """A list that a body fills and asks for something too, `len(blocks)` or `if not blocks`: in each turn it is another."""
    nodes = [node for statement in body for node in ast.walk(statement)]
    calls = [node.func for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    filled = [one.value for one in calls if one.attr in FILLING]
    filled += [one.target for one in nodes if isinstance(one, ast.AugAssign) and isinstance(one.value, LISTED)]
    targets = [target for one in nodes if isinstance(one, ast.Assign) for target in one.targets]
    anew = {ast.unparse(one) for target in targets for one in ast.walk(target) if isinstance(one, ast.expr)}
    rows = {ast.unparse(one) for one in filled} - anew
    receivers = set(map(id, filled))
    reads = [one for one in nodes if isinstance(one, (ast.Name, ast.Attribute)) and isinstance(one.ctx, ast.Load)]
    return next((one for one in reads if id(one) not in receivers and ast.unparse(one) in rows), None)
