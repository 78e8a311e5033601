"""Where reading stands: the module that is being written, its parameters, and the names that a body sees."""

from __future__ import annotations

import ast
import keyword
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ..writing import RESERVED
from .nodes import Block, Change, For
from .scope import Scope
from .values import OPEN, Class, Config, Me, Row, Super, Text, Value, is_none

# Functions of the language that a size's name must not hide.
TAKEN = {
    "range", "zip", "enumerate", "len", "reversed", "list", "tuple", "sum", "prod", "min", "max", "abs", "round", "int",
    "floor", "ceil", "sqrt", "log", "log2", "single", "pair", "triple", "seq", "is_text", "forward", "measure", "save",
    "cache", "op", "convention", "with", "real", "flag", "it", "index", "pass", "import", "from", "if", "else", "for",
}  # fmt: skip


@dataclass(eq=False)
class Parameter:
    """A parameter of a module.

    argument: its name in Python; attribute: of a configuration, the attribute that it stands for; is_filled: whether
    None stands for the default; note: its type in Python; is_number: whether it was read as a number where Python asks.
    """

    name: str
    argument: str
    attribute: str = ""
    default: str = ""
    kind: str = ""
    is_named: bool = False
    is_filled: bool = False
    star: str = ""
    note: str = ""
    is_number: bool = False


@dataclass(eq=False)
class Writer:
    """A module or function of the language while it is written.

    kept: parameters that calls of the module name already; state: what `self.x` is; named: attributes of self that are
    definitions; top: names of the top of the text that it reads; base: the layer that it changes.
    """

    name: str
    cls: Class | None = None
    root: Block = field(default_factory=Block)
    params: list[Parameter] = field(default_factory=list)
    state: dict[str, Value] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)
    flags: set[str] = field(default_factory=set)
    top: set[str] = field(default_factory=set)
    loops: set[str] = field(default_factory=set)
    configs: dict[str, Config] = field(default_factory=dict)
    stars: list[ast.arg] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    holes: list[tuple[str, int]] = field(default_factory=list)
    base: str = ""
    doc: str = ""
    is_function: bool = False

    @contextmanager
    def unmarked(self) -> Iterator[None]:
        """Where Python only asks what must hold: it says nothing of what the parameters are."""
        flags, numbers = set(self.flags), [one for one in self.params if one.is_number]
        yield
        self.flags = flags
        for one in self.params:
            one.is_number = one in numbers

    def unused(self, name: str) -> str:
        """A name of the language that isn't taken in this module, near a Python name."""
        found = spelled(name)
        count = 2
        while found in self.taken or found in self.top:
            found = f"{spelled(name)}{'_' if name[-1:].isdigit() else ''}{count}"
            count += 1
        self.taken.add(found)
        return found


@dataclass(eq=False)
class Frame:
    """The names that a body sees, and the block that it writes to.

    outside: what was there before the loop that the body is in; loop: that loop, where the body is its own
    named: its variables that are definitions of the language, with the name there; counts: how often a name is assigned.
    """

    scope: Scope
    writer: Writer
    block: Block
    env: dict[str, Value]
    home: Class | None = None
    named: dict[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    outcome: Value | None = None
    is_dead: bool = False
    depth: int = 0
    trail: tuple[object, ...] = ()
    outside: frozenset[int] = frozenset()
    loop: For | None = None

    def inside(self, block: Block) -> Frame:
        """The same names, with their assignments kept apart, writing to another block."""
        return Frame(
            self.scope, self.writer, block, dict(self.env), self.home, dict(self.named), self.counts, None, False, self.depth,
            self.trail, self.outside,
        )  # fmt: skip


def spelled(name: str) -> str:
    """A Python name as a name of the language: a word that the language keeps gets an underscore."""
    return f"{name}_" if name in RESERVED or name in TAKEN or keyword.iskeyword(name) else name


def super_of(home: Class, frame: Frame) -> Super:
    """`super()` in a method of a class: of the network, or of another object whose method it is."""
    me = frame.env.get("self")
    return Super(home, None if me is None or isinstance(me, Me) else me)


def parameter_text(param: Parameter) -> Text:
    """What a parameter is inside its module."""
    return Text(param.name, value=OPEN, kind=param.kind)


def kind_of(value: Value) -> str:
    """What a default says of its parameter: a yes/no, a class, a string, a size, a list, or what may be None."""
    if isinstance(value, Row):
        is_flags = bool(value.items) and all(isinstance(one, Text) and one.kind == "flag" for one in value.values)
        return "flags" if is_flags else "row"
    if not isinstance(value, Text):
        return ""
    if value.kind in ("flag", "class"):
        return value.kind
    if is_none(value):
        return "maybe"
    return "text" if isinstance(value.value, str) else "size" if value.is_known else ""
