"""The lines of a module while they grow: blocks of nodes, what is said of them later, and their text.

A row of layers grows inside loops and `if`s before it is known which member it becomes; its labels are found at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Union

from .values import NotUnderstood, Partial, Row, Text, Value, inner

NAME = re.compile(r'"(?:[^"\\]|\\.)*"|[^\W\d]\w*')


@dataclass(eq=False)
class Member:
    """`label: text`; changes: what is said of what is inside it, `frozen weight`."""

    label: str
    text: str
    mark: str = ""
    changes: tuple[str, ...] = ()


@dataclass(eq=False)
class Append:
    """A place where a row grows by a value, or, with a key, gets a member of that name."""

    row: Row
    value: Value
    key: str | None = None
    label: str | None = None


@dataclass(eq=False)
class Place:
    """Where the items of a row that are known one by one become members."""

    row: Row


@dataclass(eq=False)
class Define:
    """`name = text`; params: of a function."""

    name: str
    text: str
    is_kept: bool = False
    operator: str = "="
    params: str = ""


@dataclass(eq=False)
class Line:
    """A statement as it is: `tie`, `require`, a comment."""

    text: str


@dataclass(eq=False)
class If:
    """A choice; the last condition may be empty, for `else`."""

    branches: list[tuple[str, Block]]


@dataclass(eq=False)
class For:
    """A repetition. count: the text of the number of turns, where it goes over `range(count)`."""

    targets: str
    iterable: str
    body: Block
    start: str = ""
    count: str = ""


Node = Union[Member, Append, Place, Define, Line, If, For]


@dataclass(eq=False)
class Block:
    """Statements, one below the other."""

    nodes: list[Node] = field(default_factory=list)

    def add(self, node: Node) -> None:
        """Put a statement at the end."""
        self.nodes.append(node)


def inner_blocks(node: Node) -> list[Block]:
    """The blocks inside a statement."""
    if isinstance(node, For):
        return [node.body]
    return [block for _, block in node.branches] if isinstance(node, If) else []


def walk(block: Block) -> Iterator[Node]:
    """All statements, in the order of the text."""
    for node in block.nodes:
        yield node
        for body in inner_blocks(node):
            yield from walk(body)


@dataclass(eq=False)
class Change:
    """What is said of members that stand already: `frozen PATH`, `drop PATH` or `PATH: VALUE`.

    place: where in the block it is said; words, line: of the Python.
    """

    path: str
    verb: str
    block: Block
    place: Line
    words: str
    line: int


def changed(change: Change) -> bool:
    """Write a change to the members that it is of; whether there are any."""
    nodes = change.block.nodes
    if not any(node is change.place for node in nodes):
        return False
    at = next(i for i, node in enumerate(nodes) if node is change.place)
    found = False
    for node in walk(Block(nodes[:at])):
        if not isinstance(node, Member):
            continue
        path, inside = change.path, change.path.startswith(f"{node.label}.")
        if change.verb == "frozen" and (
            not path or node.label == path or node.label.startswith((f"{path}.", f"{path}{{"))
        ):
            node.mark = node.mark or "frozen"
            found = True
        elif inside:
            rest = path.removeprefix(f"{node.label}.")
            words = f"{change.verb} {rest}" if change.verb in ("frozen", "drop") else f"{rest}: {change.verb}"
            node.changes = (*node.changes, words)
            found = True
    del nodes[at]
    return found


def names_in(text: str) -> set[str]:
    """The names in a text of the language, without its strings."""
    return {found for found in NAME.findall(text) if not found.startswith('"')}


def defined(block: Block) -> set[str]:
    """The names that statements give values."""
    return {node.name for node in walk(block) if isinstance(node, Define)}


def mentions(value: Value, name: str, depth: int) -> bool:
    """Whether a value is said in a name."""
    value = inner(value)
    if isinstance(value, Text):
        return name in names_in(value.text)
    if isinstance(value, Row) and depth < 5:
        return any(mentions(one, name, depth + 1) for one in [*value.values, *(node.value for node in value.nodes)])
    if isinstance(value, Partial):
        return any(mentions(one, name, depth) for one in [value.callee, *value.args, *value.named.values()])
    return False


def renamed(value: Value, name: str, other: str) -> Value:
    """A value that waits for its place, with another name for a definition. Raises: `NotUnderstood` for one that is read later."""
    if isinstance(value, Text):
        text = NAME.sub(lambda match: other if match[0] == name else match[0], value.text)
        return replace(value, text=text)
    if isinstance(value, Row) and not value.is_placed and value.own is None:
        value.items = [(key, renamed(one, name, other)) for key, one in value.items]
        return value
    if isinstance(value, Row) and value.is_placed:
        return value
    raise NotUnderstood(f"{name} gets another value before this is used")


def texts(node: Node) -> list[str]:
    """What a statement itself says that may name something."""
    if isinstance(node, Member):
        return [node.text, *node.changes, *re.findall(r"\{([^{}]*)\}", node.label)]
    if isinstance(node, Define):
        return [node.text]
    if isinstance(node, Line):
        return [] if node.text.startswith("#") else [node.text]
    if isinstance(node, If):
        return [condition for condition, _ in node.branches]
    return [node.iterable] if isinstance(node, For) else []


def pruned(block: Block) -> set[str]:
    """Leave out definitions that nothing reads, and what is empty then; the names that are left."""
    used: set[str] = set()
    waiting = []
    for node in walk(block):
        if isinstance(node, Define) and not node.is_kept:
            waiting.append(node)
        elif not isinstance(node, (If, For)):
            used.update(*map(names_in, texts(node)), ())
    containers = [node for node in walk(block) if isinstance(node, (If, For))]
    kept: set[int] = set()
    grows = True
    while grows:
        grows = False
        for node in waiting:
            if id(node) not in kept and node.name in used:
                kept.add(id(node))
                used.update(names_in(node.text))
                grows = True
        for outer in containers:
            if id(outer) not in kept and any(
                id(one) in kept or not isinstance(one, (Define, If, For)) or (isinstance(one, Define) and one.is_kept)
                for body in inner_blocks(outer)
                for one in walk(body)
            ):
                kept.add(id(outer))
                used.update(*map(names_in, texts(outer)), ())
                grows = True
    _drop(block, kept)
    return used


def _drop(block: Block, kept: set[int]) -> None:
    for node in block.nodes:
        for body in inner_blocks(node):
            _drop(body, kept)
    block.nodes = [
        node
        for node in block.nodes
        if not isinstance(node, (Define, If, For)) or id(node) in kept or (isinstance(node, Define) and node.is_kept)
    ]


def lines(block: Block) -> Iterator[str]:
    """The block as text, without indentation of its own."""
    for node in block.nodes:
        if isinstance(node, Member):
            yield f"{node.mark + ' ' if node.mark else ''}{node.label}: {node.text}{' with:' if node.changes else ''}"
            yield from (f"    {change}" for change in node.changes)
        elif isinstance(node, Define):
            yield f"{node.name}{f'({node.params})' * bool(node.params)} {node.operator} {node.text}"
        elif isinstance(node, Line):
            yield node.text
        elif isinstance(node, For):
            yield f"for {node.targets} in {node.iterable}:"
            yield from _body(node.body)
        elif isinstance(node, If):
            yield from _branches(node)


def _branches(node: If) -> Iterator[str]:
    for place, (condition, body) in enumerate(node.branches):
        yield f"{'elif' if place else 'if'} {condition}:" if condition else "else:"
        yield from _body(body)


def _body(block: Block) -> Iterator[str]:
    found = [f"    {line}" for line in lines(block)]
    yield from found if any(not line.lstrip().startswith("#") for line in found) else [*found, "    pass"]
