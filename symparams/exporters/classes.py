"""Bodies of classes that are equal but for their sizes → classes, the sizes that differ being their arguments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import groupby
from typing import NamedTuple, Union

from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Index, Node, Symbol, walk
from ..formula.polynomial import Polynomial, polynomial
from .expressions import python, python_name

SLOT = re.compile("\x00([sco])(\\d+)(?::(\\w+):(\\w+))?\x00")
OPTION = "\x00o"
MIN_REPEATED = 3


Way = Union[int, str, tuple[int, "Way"]]  # to a size of a use: a slot, an argument, or a way inside the use of a call


class Instance(NamedTuple):
    """One use of a body: the sizes of its slots, the arguments of the module that it was, and the uses inside it, call by call."""

    slots: tuple[Node, ...]
    arguments: Mapping[str, Node]
    inside: tuple[Instance, ...]

    def at(self, way: Way) -> Node:
        """The size that a way leads to."""
        if isinstance(way, tuple):
            return self.inside[way[0]].at(way[1])
        return self.slots[way] if isinstance(way, int) else self.arguments[way]

    def running(self) -> Iterator[str]:
        """The sizes in it that change from turn to turn of a loop."""
        for one in (*self.slots, *self.arguments.values()):
            if indexes_in(one):
                yield python(one)
        for inner in self.inside:
            yield from inner.running()


class Body(NamedTuple):
    """A class but for its sizes: lines with marks for slots and calls.

    base: the class of PyTorch's that it specialises; words: what the sizes of its slots may be called;
    calls: the classes that it makes; free: the names that conditions and ranges use; loops: those that its own
    loops give; running: the sizes that change from turn to turn of these.
    """

    name: str
    base: str
    lines: tuple[str, ...]
    words: tuple[str, ...]
    calls: tuple[Body, ...]
    free: tuple[str, ...]
    loops: frozenset[str]
    running: tuple[str, ...]


class Written(NamedTuple):
    """A class of the file: its name, its arguments, and the texts of its slots and of what its calls give.

    sources: of arguments that differ from use to use, where a use tells them.
    """

    name: str
    arguments: tuple[str, ...]
    slots: Mapping[Way, str]
    given: Mapping[tuple[int, str], str]
    sources: Mapping[str, Way]


class Bodies:
    """The bodies met so far with their instances, the innermost first."""

    def __init__(self) -> None:
        self.uses: dict[Body, dict[int, Instance]] = {}

    def add(self, body: Body, instance: Instance) -> None:
        """Note one use of a body; instances are kept, so that their ids stay theirs."""
        self.uses.setdefault(body, {})[id(instance)] = instance

    def classes(self) -> dict[Body, Written]:
        """The classes of the file, the innermost first."""
        found: dict[Body, Written] = {}
        for body, uses in self.uses.items():
            name = unused(body.name, {one.name for one in found.values()})
            found[body] = _Class(body, list(uses.values()), found).written(name)
        return found

    def text(self, classes: Mapping[Body, Written], root: Body, signature: Sequence[str]) -> Iterator[str]:
        """The text of each class."""
        for body, written in classes.items():
            arguments = "".join(f", {one}" for one in (signature if body == root else written.arguments))
            head = (
                f"class {written.name}(nn.{body.base}):\n    def __init__(self{arguments}):\n        super().__init__()"
            )
            lines = repeated([self._filled(line, body, written, classes) for line in body.lines])
            yield "\n".join([head, *(f"        {line}" for line in lines)])

    @staticmethod
    def _filled(line: str, body: Body, written: Written, classes: Mapping[Body, Written]) -> str:
        def put(match: re.Match[str]) -> str:
            place = int(match.group(2))
            if match.group(1) == "s":
                return written.slots[place]
            if match.group(1) == "o":
                size = written.slots[place]
                return "" if size == match.group(4) else f", {match.group(3)}={size}"
            inner = classes[body.calls[place]]
            return f"{inner.name}({', '.join(written.given[place, name] for name in inner.arguments)})"

        return SLOT.sub(put, line).replace("(, ", "(")


class _Class:
    """Finds the arguments of one class: the names that all uses share, and what tells them apart."""

    def __init__(self, body: Body, rows: list[Instance], known: Mapping[Body, Written]) -> None:
        self.body = body
        self.rows = rows
        self.known = known
        self.needed = dict.fromkeys(name for name in body.free if name not in body.loops)
        self.sources: dict[str, Way] = {}

    def written(self, name: str) -> Written:
        """The class under a name."""
        ways: dict[Way, str] = dict(enumerate(self.body.words))
        given: dict[tuple[int, str], Way] = {}
        texts: dict[Way, str] = {}
        for place, body in enumerate(self.body.calls):
            inner = self.known[body]
            for argument in inner.arguments:
                if argument in inner.sources:
                    way = given[place, argument] = (place, inner.sources[argument])
                    ways[way] = argument
                else:
                    given[place, argument] = texts[argument] = argument
                    self._need([argument])
        columns = {way: [row.at(way) for row in self.rows] for way in ways}
        texts |= {way: python(column[0]) for way, column in columns.items() if self._is_same(column)}
        texts |= {way: self._told(way, columns[way], ways[way]) for way in ways if way not in texts}
        order = {one: place for place, one in enumerate(self.rows[0].arguments)}
        names = sorted({**self.needed, **self.sources}, key=lambda one: order.get(one, len(order)))
        return Written(name, tuple(names), texts, {key: texts[way] for key, way in given.items()}, self.sources)

    def _need(self, names: Iterable[str]) -> None:
        self.needed |= dict.fromkeys(name for name in names if name not in self.body.loops)

    def _is_same(self, column: Sequence[Node]) -> bool:
        """Whether all uses agree on a size, so that its text stands in the class; its names are arguments then."""
        running = indexes_in(column[0])
        if self.body.loops.isdisjoint(running) and (running or any(one != column[0] for one in column)):
            return False
        self._need(names_in(column[0]))
        return True

    def _told(self, way: Way, column: Sequence[Node], word: str) -> str:
        """A size that differs: an argument of the module where it is one, or so many times of it, or a new one."""
        forms = [polynomial(one, ANY_NUMBERS) for one in column]
        for name in self.rows[0].arguments:
            if all(name in row.arguments for row in self.rows):
                times = _ratio(forms, [polynomial(row.arguments[name], ANY_NUMBERS) for row in self.rows])
                if times is not None:
                    told = self._argument(name, name)
                    return told if times == 1 else f"{times} * {told}"
        return self._argument(word, way)

    def _argument(self, word: str, way: Way) -> str:
        """The argument that a way tells, under a name that nothing else has."""
        for told, one in self.sources.items():
            if one == way:
                return told
        told = unused(word, {*self.needed, *self.sources, *(set(self.rows[0].arguments) - {way})})
        self.sources[told] = way
        return told


def repeated(lines: Iterable[str]) -> Iterator[str]:
    """The lines with those that append the same again and again as a loop."""
    for line, same in groupby(lines):
        count = len(list(same))
        if count < MIN_REPEATED or ".append(" not in line:
            yield from [line] * count
        else:
            indent = line[: len(line) - len(line.lstrip())]
            yield from (f"{indent}for _ in range({count}):", f"    {line}")


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
    """The open sizes of a form and the numbers of turns, in order."""
    return list(dict.fromkeys(python_name(part.name) for part in walk(form) if isinstance(part, Symbol | Index)))


def indexes_in(form: Node) -> list[str]:
    """The numbers of turns in a form that are open."""
    return [python_name(part.name) for part in walk(form) if isinstance(part, Index)]


def unused(name: str, taken: set[str]) -> str:
    """The name, with a number where it is taken."""
    count, found = 2, name
    while found in taken:
        found, count = f"{name}{count}", count + 1
    return found
