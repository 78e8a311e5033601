"""Bodies of classes that are equal but for their sizes → classes, the sizes that differ being their arguments."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Node, Symbol, walk
from ..formula.polynomial import Polynomial, polynomial
from .expressions import python, python_name

SLOT = re.compile("\x00([sc])(\\d+)\x00")


class Call(NamedTuple):
    """Where a body makes another class: the key of that one, and which of the body's slots are its own."""

    key: object
    start: int
    length: int


class Body(NamedTuple):
    """A class but for its sizes: lines with marks for slots and calls; free: the names that conditions and ranges use."""

    name: str
    lines: tuple[str, ...]
    calls: tuple[Call, ...]
    free: tuple[str, ...]

    @property
    def key(self) -> object:
        """What classes share that differ in slots only."""
        return (self.name, self.lines, self.calls, self.free)


class Instance(NamedTuple):
    """One use of a body: its slots, and the arguments of the module that it was."""

    slots: tuple[Node, ...]
    arguments: Mapping[str, Node]


class Written(NamedTuple):
    """A class of the file: its name, its arguments, and the text of each slot.

    sources: of arguments that differ from use to use, the slot that tells them, and how many times of them it is.
    """

    name: str
    arguments: tuple[str, ...]
    texts: Mapping[int, str]
    sources: Mapping[str, tuple[int, int]]


class Bodies:
    """The bodies met so far with their instances, the innermost first."""

    def __init__(self) -> None:
        self.bodies: dict[object, Body] = {}
        self.instances: dict[object, list[Instance]] = {}

    def add(self, body: Body, instance: Instance) -> None:
        """Note one use of a body."""
        self.bodies.setdefault(body.key, body)
        self.instances.setdefault(body.key, []).append(instance)

    def classes(self) -> dict[object, Written]:
        """The classes of the file, the innermost first."""
        found: dict[object, Written] = {}
        for key, body in self.bodies.items():
            found[key] = self._written(body, found)
        return found

    def _written(self, body: Body, known: Mapping[object, Written]) -> Written:
        rows = self.instances[body.key]
        texts: dict[int, str] = {}
        sources: dict[str, tuple[int, int]] = {}
        needed = dict.fromkeys(body.free)
        for place in range(len(rows[0].slots)):
            column = [row.slots[place] for row in rows]
            if all(one == column[0] for one in column):
                texts[place] = python(column[0])
                needed.update(dict.fromkeys(names_in(column[0])))
            else:
                texts[place] = self._column(place, rows, sources)
        for call in body.calls:
            inner = known[call.key]
            needed.update(dict.fromkeys(name for name in inner.arguments if name not in inner.sources))
        loops = {name for line in body.lines for name in re.findall(r"for (\w+) in range", line)}
        order = {name: place for place, name in enumerate(rows[0].arguments)}
        names = dict.fromkeys(name for name in (*needed, *sources) if name not in loops)
        arguments = sorted(names, key=lambda name: order.get(name, len(order)))
        return Written(unused(body.name, {one.name for one in known.values()}), tuple(arguments), texts, sources)

    @staticmethod
    def _column(place: int, rows: Sequence[Instance], sources: dict[str, tuple[int, int]]) -> str:
        """A slot that differs: an argument of the module where it is one, or so many times of it, or a new one."""
        forms = [polynomial(row.slots[place], ANY_NUMBERS) for row in rows]
        for name in rows[0].arguments:
            if all(name in row.arguments for row in rows):
                times = _ratio(forms, [polynomial(row.arguments[name], ANY_NUMBERS) for row in rows])
                if times is not None:
                    if name not in sources or times == 1:
                        sources[name] = (place, times)
                    return name if times == 1 else f"{times} * {name}"
        name = unused("n", {*sources, *rows[0].arguments})
        sources[name] = (place, 1)
        return name

    def text(self, classes: Mapping[object, Written], root: object, signature: Sequence[str]) -> Iterator[str]:
        """The text of each class."""
        for key, written in classes.items():
            body = self.bodies[key]
            arguments = ", ".join(signature if key == root else written.arguments)
            head = f"class {written.name}(nn.Module):\n    def __init__(self{', ' if arguments else ''}{arguments}):\n        super().__init__()"
            lines = [f"        {self._filled(line, body, written, classes)}" for line in body.lines]
            yield "\n".join([head, *lines])

    def _filled(self, line: str, body: Body, written: Written, classes: Mapping[object, Written]) -> str:
        def put(match: re.Match[str]) -> str:
            place = int(match.group(2))
            if match.group(1) == "s":
                return written.texts[place]
            return self._called(body.calls[place], written, classes)

        return SLOT.sub(put, line)

    def _called(self, call: Call, written: Written, classes: Mapping[object, Written]) -> str:
        inner = classes[call.key]
        given = []
        for name in inner.arguments:
            place, times = inner.sources.get(name, (-1, 1))
            text = name if place < 0 else written.texts[call.start + place]
            given.append(text if times == 1 else f"{_bracketed(text)} // {times}")
        return f"{inner.name}({', '.join(given)})"


def _bracketed(text: str) -> str:
    return text if re.fullmatch(r"\w+", text) else f"({text})"


def _ratio(forms: Sequence[Polynomial], others: Sequence[Polynomial]) -> int | None:
    """The whole number of times that one row always is another, or None."""
    ratios = set()
    for one, other in zip(forms, others, strict=True):
        if other.is_zero or one.is_zero:
            return None
        monomial, factor = next(iter(other.terms.items()))
        ratio = Fraction(one.terms.get(monomial, 0)) / Fraction(factor)
        if ratio == 0 or not (one - other * ratio).is_zero:
            return None
        ratios.add(ratio)
    ratio = ratios.pop()
    return int(ratio) if not ratios and ratio.denominator == 1 and ratio > 0 else None


def names_in(form: Node) -> list[str]:
    """The open sizes of a form, in order."""
    return list(dict.fromkeys(python_name(part.name) for part in walk(form) if isinstance(part, Symbol)))


def unused(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken."""
    count, found = 2, name
    while found in taken:
        found, count = f"{name}{count}", count + 1
    return found
