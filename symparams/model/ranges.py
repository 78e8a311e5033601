"""What all loops share: names bound to a turn's item, and a world in which an index ranges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import Source, Span
from ..formula.build import Size, minus, node, plain
from ..formula.domain import Domain
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Compare, Index, Node, contains, symbols, walk
from ..formula.polynomial import decide, polynomial
from ..syntax import tree
from .frame import Frame
from .values import Value
from .world import World, fail


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


def difference(stop: Size, start: Size) -> Size:
    """How many turns there are from start to stop; `L - (L - 1)` is 1."""
    if start == 0 or not (isinstance(start, Node) or isinstance(stop, Node)):
        return minus(stop, start)
    return plain((polynomial(node(stop), ANY_NUMBERS) - polynomial(node(start), ANY_NUMBERS)).node())


def has_turns(start: Size, stop: Size, world: World, source: Source, span: Span, *, is_piece: bool = False) -> bool:
    """Whether a range may have turns; that it doesn't end before it starts is assumed where it can't be told.

    A range that ends before it starts is empty, but the piece of one that was cut can't: its end lies in the range.

    Raises: `Split` where that depends on the index of a loop around, whose range is cut there; `ModelError` where
    it does so in another way.
    """
    condition = Compare(">=", node(stop), node(start))
    is_empty = decide(Compare("<=", node(stop), node(start)), world.facts) is True
    if is_empty and (not is_piece or decide(condition, world.facts) is True):
        return False
    if natural(condition, world.facts):
        return True
    if any(isinstance(part, Index) for part in walk(condition)):
        if world.decide(condition) is True:
            return True
        message = "whether this range has turns differs from turn to turn of the loop around it"
        raise fail("undecided", message, source, span, hint="give the ends of the ranges as numbers")
    world.assume(condition, "", source, span)
    return not is_empty


def with_index(world: Any, index: Index, start: Size, stop: Size, action: Callable[[], Any]) -> Any:
    """Do something while the index of a loop ranges over start … stop - 1."""
    facts = world.facts
    world.facts = facts.with_index(index, node(start), node(stop))
    world.indexes.append(index)
    try:
        return action()
    finally:
        world.indexes.pop()
        old = set(facts.assumptions)
        kept = [known for known in world.facts.assumptions if known not in old and not contains(known, index)]
        world.facts = facts.with_assumption(*kept)


def natural(known: Node, facts: Any) -> bool:
    """Whether a condition holds for all sizes of at least 0, so that nobody needs to be told."""
    for symbol in symbols(known):
        old = facts.domains.get(symbol.name)
        if old is None or (old.kind == "int" and old.least > 0):
            facts = facts.with_domains({symbol.name: Domain("int", 0)})
    return decide(known, facts) is True
