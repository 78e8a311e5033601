"""What an expression of the language can stand for besides numbers, formulas, strings, lists, `True`, `False` and `None`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import Source, Span
from ..formula.build import Size
from ..formula.nodes import Node, Symbol
from ..syntax import tree

if TYPE_CHECKING:
    from .files import Unit
    from .frame import Frame

Value = Any


class ModuleValue(NamedTuple):
    """A module as a value: `block=Bottleneck`."""

    definition: tree.Module
    unit: Unit

    @property
    def name(self) -> str:
        """The module's name."""
        return self.definition.name


class Recipe(NamedTuple):
    """A module with its arguments, from which any number of equal copies can be made; `place` is where it was called."""

    module: ModuleValue
    arguments: Mapping[str, Value]
    given: frozenset[str]
    place: tuple[Source, Span]
    key: object


class Edited(NamedTuple):
    """A network that the statements of a `with` change; `names` holds what its text takes from around it.

    function: the library's function that was called for it, or "".
    """

    base: Value
    block: tree.With
    names: Mapping[str, Value]
    unit: Unit
    place: tuple[Source, Span]
    key: object
    function: str = ""


class Existing(NamedTuple):
    """What stands in a place of a network that is being changed: `it`. One object, so that ties know it again."""

    content: Any
    mark: str
    active: Size | None
    identity: object


MADE = (Recipe, Edited, Existing)


class Multiple(NamedTuple):
    """`amount * value`: copies of a recipe, or of a multiple."""

    amount: Size
    value: Value


class FunctionValue(NamedTuple):
    """A function of the language with the frame that it was written in; `reads` are the names that a body's one mentions."""

    definition: tree.Function
    frame: Frame
    reads: frozenset[str] = frozenset()

    def reached(self) -> dict[str, Value]:
        """The local names that a body's function reads, itself or by the functions beside it, as they are now."""
        found: dict[str, Value] = {}
        waiting = [self]
        while waiting:
            for name in waiting.pop().reads - found.keys():
                frame: Frame | None = self.frame
                while frame is not None and name not in frame.names:
                    frame = frame.outer
                if frame is not None:
                    entry = found[name] = frame.names[name]
                    if isinstance(entry, FunctionValue) and entry.frame is self.frame:
                        waiting.append(entry)
        return found

    @property
    def key(self) -> object:
        """A key of the function and of all that it reads now: with equal keys and arguments it has equal results."""
        if not self.reads:
            return ("function", id(self.definition))
        read = [(name, self._key_of(entry)) for name, entry in sorted(self.reached().items())]
        labels = self.frame.members.labels if self.frame.members is not None else {}
        has_members = any(not isinstance(label[0], str) or label[0] in self.reads for label in labels)
        return ("function", id(self.definition), *read, *([self.frame.members, len(labels)] if has_members else []))

    def _key_of(self, entry: Value) -> object:
        entry = entry.value if isinstance(entry, Definition | Argument) else entry
        if isinstance(entry, FunctionValue) and entry.frame is self.frame:
            return ("function", id(entry.definition))
        return value_key(entry)


class Builtin(NamedTuple):
    """A function that the language comes with."""

    name: str
    call: Callable[..., Value]


class Stretch(NamedTuple):
    """A row of symbolic length: `item(i)` for the index start <= i < stop."""

    name: str
    start: Size
    stop: Size
    item: Callable[[Size], Value]


class Choice(NamedTuple):
    """One of two values that no number can stand for, by a condition that is still open."""

    condition: Node
    then: Value
    otherwise: Value


class Definition(NamedTuple):
    """A named value with the form in which it was written, where that is a formula."""

    value: Value
    written: Node | None


class Argument(NamedTuple):
    """A parameter's value in its own module; `is_default` where it equals its default."""

    value: Value
    is_default: bool


def is_size(value: Value) -> bool:
    """Whether the value is a number or a formula."""
    kind = type(value)
    return kind is int or kind is Fraction or isinstance(value, Node)


def kind_of(value: Value) -> str:
    """What a value is, in a user's words."""
    if value is None:
        return "None"
    for kinds, words in _KINDS:
        if isinstance(value, kinds):
            return words
    return "a part of a network"


_KINDS: tuple[tuple[Any, str], ...] = (
    (bool, "a yes/no"),
    ((int, Fraction, Node), "a number"),
    (str, "a string"),
    ((ModuleValue, FunctionValue, Builtin), "a module or function that isn't called"),
    ((Recipe, Edited), "a module"),
    (Existing, "a member"),
    (Multiple, "a multiple of a module"),
    (Choice, "a choice that can't be decided"),
    (Stretch, "a list of symbolic length"),
    ((list, tuple, range), "a list"),
)


def value_key(value: Value) -> object:
    """A hashable key by which equal values are one; `True` and `1` stay two."""
    kind = type(value)
    if kind is int or kind is str or kind is Symbol or value is None:
        return value
    if kind is bool:
        return ("bool", value)
    if isinstance(value, list | tuple) and type(value) in (list, tuple):
        return ("list", *map(value_key, value))
    if isinstance(value, Recipe | Edited | FunctionValue):
        return value.key
    if isinstance(value, Existing):
        return value.identity
    if isinstance(value, Multiple):
        return ("multiple", value.amount, value_key(value.value))
    if isinstance(value, ModuleValue):
        return ("module", id(value.definition))
    if isinstance(value, Choice):
        return ("choice", value.condition, value_key(value.then), value_key(value.otherwise))
    if isinstance(value, Fraction | Node):
        return value
    return ("object", id(value), value)


def open_in(value: Value) -> bool:
    """Whether a symbol or a loop's index is open in the value."""
    if isinstance(value, Node):
        return True
    if isinstance(value, list) or type(value) is tuple:
        return any(open_in(item) for item in value)
    if isinstance(value, Recipe):
        return any(open_in(argument) for argument in value.arguments.values())
    if isinstance(value, Edited):
        return open_in(value.base) or any(open_in(given) for given in value.names.values())
    if isinstance(value, Multiple):
        return open_in(value.amount) or open_in(value.value)
    return isinstance(value, Stretch | Choice | Existing)


def module_of(value: Value) -> ModuleValue | None:
    """The module that a network is made from, whatever was changed since; None for what isn't one."""
    while not isinstance(value, ModuleValue | None):
        if isinstance(value, Existing):
            value = getattr(value.content, "origin", None)
        elif isinstance(value, Edited):
            value = value.base
        else:
            return value.module if isinstance(value, Recipe) else None
    return value


def edited(base: Value, block: tree.With, names: Mapping[str, Value], unit: Unit, place: tuple[Source, Span]) -> Edited:
    """A network with the changes of a `with`."""
    key = ("with", id(block), value_key(base), *map(value_key, names.values()))
    return Edited(base, block, names, unit, place, key)


def existing(content: Any, mark: str, active: Size | None) -> Existing:
    """What stands in a place, by itself."""
    return Existing(content, mark, active, ("existing", Held(content), mark, active))


class Held:
    """An object that is equal to itself alone, and kept."""

    __slots__ = ("held",)

    def __init__(self, held: object) -> None:
        self.held = held

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Held) and other.held is self.held

    def __hash__(self) -> int:
        return id(self.held)


def recipe(
    module: ModuleValue, arguments: Mapping[str, Value], given: frozenset[str], place: tuple[Source, Span]
) -> Recipe:
    """The recipe of a module with all of its arguments."""
    key = ("recipe", id(module.definition), *map(value_key, arguments.values()))
    return Recipe(module, arguments, given, place, key)
