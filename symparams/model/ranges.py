"""What all loops share: names bound to a turn's item, and a world in which an index ranges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import Span
from ..formula.build import Size, minus, node, over, plain
from ..formula.domain import Domain
from ..formula.nodes import Floor, Index, Node, contains, symbols
from ..formula.polynomial import decide, polynomial
from ..syntax import tree
from .frame import Frame
from .values import Value


def bind_targets(targets: tuple[tree.Target, ...], item: Value, frame: Frame, span: Span) -> None:
    """Bind the names of `for a, (b, c) in …` to one item."""
    if len(targets) == 1:
        _bind(targets[0], item, frame, span)
        return
    if type(item) not in (list, tuple) or len(item) != len(targets):
        message = f"{len(targets)} names are bound, but each item is {'a list of ' + str(len(item)) if type(item) in (list, tuple) else 'one value'}"
        raise frame.fail("unpack", message, span)
    for target, part in zip(targets, item, strict=True):
        _bind(target, part, frame, span)


def _bind(target: tree.Target, item: Value, frame: Frame, span: Span) -> None:
    if isinstance(target, str):
        frame.names[target] = item
    else:
        bind_targets(target, item, frame, span)


def floor(size: Size, modulus: int, facts: Any) -> Size:
    """size // modulus, decided where its formula says so."""
    quotient = over(size, modulus)
    if not isinstance(quotient, Node):
        return int(quotient // 1)
    simple = polynomial(Floor(quotient), facts)
    return simple.constant if simple.constant is not None else plain(simple.node())


def difference(stop: Size, start: Size) -> Size:
    """How many turns there are from start to stop; `L - (L - 1)` is 1."""
    if start == 0 or not (isinstance(start, Node) or isinstance(stop, Node)):
        return minus(stop, start)
    return plain((polynomial(node(stop)) - polynomial(node(start))).node())


def with_index(world: Any, index: Index, start: Size, stop: Size, action: Callable[[], Any]) -> Any:
    """Do something while the index of a loop ranges over start … stop - 1."""
    facts = world.facts
    world.facts = facts.with_index(index, node(start), node(stop))
    world.indexes.append(index)
    try:
        return action()
    finally:
        world.indexes.pop()
        kept = [
            known for known in world.facts.assumptions if known not in facts.assumptions and not contains(known, index)
        ]
        for known in kept:
            facts = facts.with_assumption(known)
        world.facts = facts


def natural(known: Node, facts: Any) -> bool:
    """Whether a condition holds for all sizes of at least 0, so that nobody needs to be told."""
    for symbol in symbols(known):
        old = facts.domains.get(symbol.name)
        if old is None or (old.kind == "int" and old.least > 0):
            facts = facts.with_domains({symbol.name: Domain("int", 0)})
    return decide(known, facts) is True
