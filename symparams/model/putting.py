"""Networks at one turn of a loop: its index put into names, sizes, conditions and forms, all else left as it is.

A network that nothing changed is elaborated again from its source instead; this is for what `with` has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..formula.build import Size, node, plain
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Index, Node, Symbol, contains, walk
from ..formula.polynomial import NO_FACTS, decide, polynomial
from ..formula.substitute import substitute
from ..formula.value import value as number_of
from .network import Content, Copies, Guard, Item, Loop, Member, Network, Piece, Row, Template, Tensor, Turns
from .values import Argument, Definition, Edited, Existing, Multiple, Recipe, Value, edited, existing, recipe

At = Mapping[Node, Node]


def put_into(content: Content, index: Index, at: Size) -> Content:
    """The content with the index set; the same object where the index doesn't occur in it."""
    return _content(content, {index: node(at)}, {})


def put_items(items: Iterable[Item], index: Index, at: Size) -> tuple[Item, ...]:
    """The items with the index set; those under a condition that it decides stand alone, or not at all."""
    return _items(tuple(items), {index: node(at)}, {})


def under_condition(items: Iterable[Item], condition: Node) -> tuple[Item, ...]:
    """The items where a condition holds: those under another that it decides stand alone, or not at all."""
    facts = NO_FACTS.with_assumption(condition)
    found: list[Item] = []
    for item in items:
        known = decide(item.condition, facts) if isinstance(item, Guard) else None
        if isinstance(item, Guard) and known is not None:
            found += under_condition(item.items, condition) if known else ()
        else:
            found.append(item)
    return tuple(found)


def put_size(size: Size, at: At) -> Size:
    """The size with indexes set."""
    if not isinstance(size, Node) or not any(contains(size, index) for index in at):
        return size
    return renormalised(substitute(size, at))


def put_paths(paths: frozenset[Any], index: Index, at: Size) -> frozenset[Any]:
    """The paths with the index set in the names of turns."""
    if not any(isinstance(piece, Template) for path in paths for piece in path):
        return paths
    put: At = {index: node(at)}
    return frozenset(
        tuple([_piece(piece, put) if isinstance(piece, Template) else piece for piece in path]) for path in paths
    )


def put_label(label: tuple[Piece, ...], at: At) -> tuple[Piece, ...]:
    """The name with indexes set."""
    return tuple([piece if isinstance(piece, str) else _piece(piece, at) for piece in label])


def _piece(piece: Template, at: At) -> Piece:
    parts: list[str | Node] = []
    for part in piece.parts:
        found = part if isinstance(part, str) else _simple(substitute(part, at))
        if isinstance(found, str) and parts and isinstance(parts[-1], str):
            parts[-1] += found
        else:
            parts.append(found)
    return parts[0] if len(parts) == 1 and isinstance(parts[0], str) else Template(tuple(parts))


def _simple(form: Node) -> str | Node:
    size = plain(polynomial(form, ANY_NUMBERS).node())
    return size if isinstance(size, Node) else str(size)


def _content(content: Content, at: At, memo: dict[int, tuple[Content, Content]]) -> Content:
    if isinstance(content, Tensor):
        sizes = tuple([put_size(size, at) for size in content.sizes])
        if sizes == content.sizes:
            return content
        return Tensor(sizes, tuple([substitute(form, at) for form in content.written]))
    if isinstance(content, Copies):
        inner, amount = _content(content.inner, at, memo), put_size(content.amount, at)
        return content if inner is content.inner and amount == content.amount else Copies(amount, inner)
    if isinstance(content, Row):
        items = _items(content.items, at, memo)
        return content if items is content.items else content._replace(items=items)
    if id(content) not in memo:
        memo[id(content)] = content, _network(content, at, memo)
    return memo[id(content)][1]


def _network(network: Network, at: At, memo: dict[int, tuple[Content, Content]]) -> Network:
    items = _items(network.items, at, memo)
    if items is network.items:
        return network
    arguments = {name: put_value(argument, at) for name, argument in network.arguments.items()}
    new = network.again(items, arguments)
    new.name_later(lambda: {name: put_value(entry, at) for name, entry in network.named.items()})
    new.written = None if network.written is None else substitute(network.written, at)
    new.origin = put_value(network.origin, at)
    new.pairs = tuple(
        [(left, right, None if test is None else substitute(test, at)) for left, right, test in network.pairs]
    )
    new.tied = frozenset(
        tuple([substitute(step, at) if isinstance(step, Node) else step for step in path]) for path in network.tied
    )
    return new


def put_index(value: Value, index: Index, number: Size) -> Value:
    """The value with the loop's index set."""
    if isinstance(value, Node):
        return renormalised(substitute(value, {index: node(number)}))
    if type(value) in (list, tuple):
        return type(value)(put_index(item, index, number) for item in value)
    if isinstance(value, Multiple):
        return Multiple(plain(node(put_index(value.amount, index, number))), put_index(value.value, index, number))
    if isinstance(value, Recipe):
        arguments = {name: put_index(argument, index, number) for name, argument in value.arguments.items()}
        return recipe(value.module, arguments, value.given, value.place)
    if isinstance(value, Edited):
        names = {name: put_index(given, index, number) for name, given in value.names.items()}
        moved = edited(put_index(value.base, index, number), value.block, names, value.unit, value.place)
        return moved._replace(function=value.function)
    if isinstance(value, Existing):
        inside = put_into(value.content, index, number)
        return value if inside is value.content else existing(inside, value.mark, value.active)
    return value


def put_value(value: Any, at: At) -> Any:
    """A value of the language with indexes set."""
    if isinstance(value, Definition):
        return Definition(put_value(value.value, at), None if value.written is None else substitute(value.written, at))
    if isinstance(value, Argument):
        return Argument(put_value(value.value, at), value.is_default)
    for index, size in at.items():
        value = put_index(value, index, plain(size))  # type: ignore[arg-type]
    return value


def _items(items: tuple[Item, ...], at: At, memo: dict[int, tuple[Content, Content]]) -> tuple[Item, ...]:
    found = [made for item in items for made in _item(item, at, memo)]
    is_same = len(found) == len(items) and all(one is other for one, other in zip(found, items, strict=True))
    return items if is_same else tuple(found)


def _item(item: Item, at: At, memo: dict[int, tuple[Content, Content]]) -> list[Item]:
    if isinstance(item, Member):
        return [_member(item, at, memo)]
    if isinstance(item, Guard):
        condition = substitute(item.condition, at) if any(contains(item.condition, index) for index in at) else None
        inner = _items(item.items, at, memo)
        if condition is None:
            return [item if inner is item.items else Guard(item.condition, inner)]
        known = decide(condition, NO_FACTS)
        return [Guard(condition, inner)] if known is None else list(inner) if known else []
    if isinstance(item, Turns):
        turns = tuple([_items(turn, at, memo) for turn in item.turns])
        is_same = all(one is other for one, other in zip(turns, item.turns, strict=True))
        return [item if is_same else Turns(turns)]
    return [_loop(item, at, memo)]


def _loop(loop: Loop, at: At, memo: dict[int, tuple[Content, Content]]) -> Loop:
    start, stop = put_size(loop.start, at), put_size(loop.stop, at)
    inside = {index: size for index, size in at.items() if index != loop.variable}
    items = _items(loop.items, inside, memo if len(inside) == len(at) else {}) if inside else loop.items
    is_same = items is loop.items and start == loop.start and stop == loop.stop
    return loop if is_same else Loop(loop.variable, start, stop, items)


def _member(member: Member, at: At, memo: dict[int, tuple[Content, Content]]) -> Member:
    label = put_label(member.label, at)
    content = _content(member.content, at, memo)
    active = None if member.active is None else put_size(member.active, at)
    if content is member.content and label == member.label and active == member.active:
        return member
    return member._replace(label=label, content=content, active=active)


def renormalised(formula: Node) -> Size:
    """The formula as a size, after numbers were put in: computed where it is closed, in lowest form elsewhere."""
    if not any(isinstance(part, Symbol | Index) for part in walk(formula)):
        return number_of(formula)
    simple = polynomial(formula, ANY_NUMBERS)
    if simple.constant is not None:
        return simple.constant
    return formula
