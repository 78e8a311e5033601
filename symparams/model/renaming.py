"""Networks under other names: a layer at distinct symbols is elaborated once, and renamed for all others of its pattern.

`Conv2d(c1, c2, k)` and `Conv2d(c2, c3, k)` differ in names only, and renaming symbols one to one changes nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ..formula.build import Size
from ..formula.nodes import Node, Symbol
from ..formula.substitute import substitute
from .network import Content, Copies, Guard, Item, Loop, Member, Network, Row, Template, Tensor, Turns
from .values import Argument, Definition, Recipe, recipe

Names = Mapping[Node, Node]


class Pattern(NamedTuple):
    """A recipe at numbered symbols, and what each of them stands for."""

    recipe: Recipe
    names: Names

    def symbols(self) -> list[str]:
        """The names of the symbols that it stands for."""
        return [symbol.name for symbol in self.names.values() if isinstance(symbol, Symbol)]


def pattern(made: Recipe) -> Pattern | None:
    """The recipe at symbols numbered in the order met, and what each of them stands for; None where a size is no symbol."""
    numbered: dict[Node, Node] = {}
    arguments = {}
    for name, argument in made.arguments.items():
        if isinstance(argument, Node):
            if not isinstance(argument, Symbol):
                return None
            if argument not in numbered:
                numbered[argument] = Symbol(f"\u2032{len(numbered)}")
            argument = numbered[argument]
        elif not isinstance(argument, int | str | None):
            return None
        arguments[name] = argument
    names = {number: symbol for symbol, number in numbered.items()}
    return Pattern(recipe(made.module, arguments, made.given, made.place), names)


def renamed(network: Network, names: Names, arguments: Mapping[str, object]) -> Network:
    """The network with its symbols renamed."""
    new = Network(network.name, arguments)
    new.name_later(lambda: {name: _value(entry, names) for name, entry in network.named.items()})
    new.items = tuple([_item(item, names) for item in network.items])
    new.written = None if network.written is None else substitute(network.written, names)
    new.tied, new.ties, new.kept, new.pairs = network.tied, network.ties, network.kept, network.pairs
    new.docstring, new.flags, new.absent = network.docstring, network.flags, network.absent
    return new


def _item(item: Item, names: Names) -> Item:
    if isinstance(item, Member):
        active = None if item.active is None else _size(item.active, names)
        label = tuple([piece if isinstance(piece, str) else _template(piece, names) for piece in item.label])
        return Member(label, _content(item.content, names), item.mark, active, item.place)
    if isinstance(item, Guard):
        return Guard(substitute(item.condition, names), tuple([_item(inner, names) for inner in item.items]))
    if isinstance(item, Turns):
        return Turns(tuple([tuple([_item(inner, names) for inner in turn]) for turn in item.turns]))
    items = tuple([_item(inner, names) for inner in item.items])
    return Loop(item.variable, _size(item.start, names), _size(item.stop, names), items)


def _content(content: Content, names: Names) -> Content:
    if isinstance(content, Tensor):
        sizes = tuple([_size(size, names) for size in content.sizes])
        return Tensor(sizes, tuple([_size(form, names) for form in content.written]))  # type: ignore[misc]
    if isinstance(content, Copies):
        return Copies(_size(content.amount, names), _content(content.inner, names))
    if isinstance(content, Row):
        return Row(tuple([_item(inner, names) for inner in content.items]), content.is_spread)
    arguments = {name: _value(argument, names) for name, argument in content.arguments.items()}
    new = renamed(content, names, arguments)
    origin = content.origin
    new.origin = recipe(origin.module, arguments, origin.given, origin.place)
    return new


def _template(piece: Template, names: Names) -> Template:
    return Template(tuple([part if isinstance(part, str) else substitute(part, names) for part in piece.parts]))


def _size(size: Size, names: Names) -> Size:
    if isinstance(size, Symbol):
        return names.get(size, size)
    return substitute(size, names) if isinstance(size, Node) else size


def _value(entry: object, names: Names) -> object:
    if isinstance(entry, Node):
        return _size(entry, names)
    if isinstance(entry, Argument):
        return Argument(_value(entry.value, names), entry.is_default)
    if isinstance(entry, Definition):
        return Definition(
            _value(entry.value, names), None if entry.written is None else substitute(entry.written, names)
        )
    if type(entry) in (list, tuple):
        return type(entry)([_value(part, names) for part in entry])  # type: ignore[attr-defined, call-arg]
    return entry
