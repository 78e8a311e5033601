"""What a piece of Python stands for while a constructor is read: texts of the language, rows of layers, classes, functions.

Python's tree → values → nodes of the language. Nothing is executed; what isn't known stays a text in the sizes' names.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Union

if TYPE_CHECKING:
    from .frames import Frame
    from .nodes import Append, Block, For
    from .scope import Scope

CHOICE, OR, AND, NOT, COMPARE, SUM, PRODUCT, SIGN, POWER, ATOM = range(10)
MAX_TURNS = 1000
MAX_RATIO = 1000


class Open:
    """The mark of a value that only the sizes decide."""


OPEN = Open()


class NotUnderstood(Exception):
    """A piece of Python that has no reading; `node` is the piece."""

    def __init__(self, reason: str, node: ast.AST | None = None, hides: bool = True) -> None:
        super().__init__(reason)
        self.hides = hides
        self.reason = reason
        self.node = node


@dataclass(frozen=True, eq=False)
class Text:
    """An expression of the language. strength: of its outermost operator; value: what Python would have, where known.

    kind: `flag` for a yes/no, `maybe` for what may be None, `module` for a layer or network; owns: False for a layer
    without tensors.
    """

    text: str
    strength: int = ATOM
    value: Any = OPEN
    kind: str = ""
    owns: bool = True
    mark: str = ""

    @property
    def is_known(self) -> bool:
        """Whether Python's value is known."""
        return self.value is not OPEN

    def within(self, strength: int) -> str:
        """The text, in brackets where it binds less than what is around it."""
        return self.text if self.strength >= strength else f"({self.text})"

    def as_strong(self, strength: int) -> Text:
        """The same with another strength."""
        return Text(self.text, strength, self.value, self.kind, self.owns)


@dataclass(eq=False)
class Row:
    """A list, tuple, dict or container of layers.

    items: key or None, and value, as far as they are known one by one; where a loop over a size or an open `if` adds to it,
    `nodes` are the places at which it grows. label: the member that it becomes, as soon as that is known; own: loops of a
    comprehension, which are written where the row becomes a member; home: the class of a dict with methods of its own.
    """

    kind: str
    items: list[tuple[str | None, Value]] = field(default_factory=list)
    block: Block | None = None
    nodes: list[Append] = field(default_factory=list)
    label: str | None = None
    is_open: bool = False
    is_placed: bool = False
    own: Block | None = None
    home: Class | None = None

    @property
    def values(self) -> list[Value]:
        """The values without their keys."""
        return [value for _, value in self.items]


@dataclass(frozen=True, eq=False)
class Range:
    """Python's range: its start, stop and step."""

    start: Text
    stop: Text
    step: Text


@dataclass(frozen=True, eq=False)
class Walk:
    """What `enumerate`, `zip` and `reversed` of something open go over.

    start: what `enumerate` counts from; loop, item: where a list that a loop made is gone over again, that loop and its item.
    """

    text: str
    start: int = 0
    loop: For | None = None
    item: Value | None = None


@dataclass(frozen=True, eq=False)
class Dotted:
    """A name of another package, `torch.nn.Linear`."""

    path: str

    @property
    def last(self) -> str:
        """Its last part."""
        return self.path.rpartition(".")[2]


@dataclass(frozen=True, eq=False)
class Class:
    """A class of a file that is read."""

    definition: ast.ClassDef
    scope: Scope

    @property
    def name(self) -> str:
        """Its name."""
        return self.definition.name


@dataclass(eq=False)
class Function:
    """A function, method or lambda with the names around it; `bound` is the object whose method it is.

    frame: where it is made, if inside of another; name: of the variable that holds it.
    """

    definition: Union[ast.FunctionDef, ast.Lambda]
    scope: Scope
    env: Mapping[str, Value]
    bound: Value | None = None
    home: Class | None = None
    frame: Frame | None = None
    name: str = ""


@dataclass(eq=False)
class Partial:
    """`functools.partial`: a callable with some of its arguments.

    frame: where it is made; name: of the variable that holds it; text: the function of the language that it became.
    """

    callee: Value
    args: Sequence[Value]
    named: Mapping[str, Value]
    frame: Frame | None = None
    name: str = ""
    text: Text | None = None


@dataclass(eq=False)
class Config:
    """An object whose attributes are sizes of the network.

    key: the parameter; given: what its constructor is given; derived: what its constructor makes of that, as soon as it
    is asked for; changed: attributes set in the code; presets: what a dict has that stands as its default; inside: of a
    configuration in another, where it is in that, `text.`; parts: configurations in this one.
    """

    key: str
    fields: Class | None
    given: dict[str, Value] = field(default_factory=dict)
    derived: dict[str, Value] | None = None
    changed: dict[str, Value] = field(default_factory=dict)
    presets: dict[str, Value] = field(default_factory=dict)
    inside: str = ""
    parts: dict[str, Config] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Me:
    """`self`."""


@dataclass(frozen=True, eq=False)
class Super:
    """`super()`, from a method of the class `home`. me: the object, where it is no network."""

    home: Class
    me: Value | None = None


@dataclass(frozen=True, eq=False)
class Path:
    """A member of the network: its path, and what stands there; made: of a member's member, what its own class says it is."""

    text: str
    value: Value
    made: Value | None = None


@dataclass(frozen=True, eq=False)
class Tensor:
    """A tensor of known sizes, or of unknown ones. mark: `param`, `frozen`, or nothing for what PyTorch doesn't register.

    trained: the condition under which a parameter trains, where that is open.
    """

    sizes: tuple[Text, ...] | None
    mark: str = ""
    trained: Text | None = None


@dataclass(frozen=True, eq=False)
class Words:
    """A string with holes: constant texts and expressions."""

    parts: tuple[Union[str, Text], ...]


@dataclass(frozen=True, eq=False)
class Method:
    """A method of a value that isn't `self`: `layers.append`."""

    owner: Value
    name: str


@dataclass(frozen=True, eq=False)
class Unknown:
    """What can't be read. hides: whether there may be parameters in it."""

    node: ast.AST
    reason: str
    hides: bool = True


Value = Union[
    Text, Row, Range, Walk, Dotted, Class, Function, Partial, Config, Me, Super, Path, Tensor, Words, Method, Unknown
]


def known(value: Any) -> Text:
    """A Python constant as a text of the language."""
    if isinstance(value, bool):
        return Text(str(value), ATOM, value, "flag")
    if value is None:
        return Text("None", ATOM, None)
    if isinstance(value, str):
        return Text(json.dumps(value, ensure_ascii=False), ATOM, value)
    if isinstance(value, (int, float)):
        text = number(value)
        return Text(text, SIGN if value < 0 else PRODUCT if "/" in text else ATOM, value)
    raise NotUnderstood(f"{value!r} is no size")


def number(value: float) -> str:
    """A number as the language writes it; a float of all its digits, 2.6666666666666665, as the ratio that it stands for."""
    if value != value or value in (float("inf"), -float("inf")):
        raise NotUnderstood(f"{value} is no size")
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = repr(value)
    ratio = Fraction(value).limit_denominator(MAX_RATIO) if len(text) > 16 else None
    return text if ratio is None or float(ratio) != value else str(ratio)


def as_index(value: Value) -> Value:
    """The number of a turn, whose arithmetic is done and not written."""
    if isinstance(value, Text) and isinstance(value.value, int) and value.kind == "":
        return replace(value, kind="index")
    if isinstance(value, Row) and value.kind == "tuple" and value.items:
        return Row("tuple", [(value.items[0][0], as_index(value.items[0][1])), *value.items[1:]], value.block)
    return value


def is_none(value: Value) -> bool:
    """Whether a value is Python's None."""
    return isinstance(value, Text) and value.is_known and value.value is None


def joined(operator: str, strength: int, parts: Sequence[Text], value: Any = OPEN, kind: str = "") -> Text:
    """Texts around an operator that is the same on both sides, such as `and`."""
    return Text(f" {operator} ".join(part.within(strength) for part in parts), strength, value, kind)


def inner(value: Value) -> Value:
    """The value at a path, or the value itself."""
    while isinstance(value, Path):
        value = value.value
    return value


def owns_tensors(value: Value) -> bool:
    """Whether a value may hold tensors; False for activations, None, and rows of them."""
    value = inner(value)
    if isinstance(value, Text):
        return value.owns and not is_none(value)
    if isinstance(value, Row):
        return value.is_open or any(owns_tensors(one) for one in value.values)
    return True


def flat(row: Row) -> Iterator[Text]:
    """The texts of a row of sizes; raises `NotUnderstood` for others."""
    for value in row.values:
        if not isinstance(value, Text):
            raise NotUnderstood("this is no list of sizes")
        yield value
