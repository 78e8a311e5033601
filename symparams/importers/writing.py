"""A plan → text of the language: one module for each class of the model, with the sizes that differ as its parameters."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from ..model.files import library_index
from ..syntax.strings import literal
from .cases import Test
from .fitting import Expression
from .layers import Argument, Condition, Layer, expressions
from .merging import INDEXES
from .plans import MemberPlan, ModulePlan, Plan, Repeated, TensorPlan, conditions_in

RESERVED = {
    "module",
    "symbol",
    "check",
    "require",
    "tie",
    "write",
    "buffer",
    "frozen",
    "where",
    "active",
    "drop",
    "trainable",
}
KEYWORDS = {"if", "elif", "else", "for", "in", "not", "and", "or", "is", "True", "False", "None"}


class Slot(NamedTuple):
    """An expression in a module's text; what it is there, an argument's or size's name; the indexes of loops around it there."""

    expression: Expression
    hint: str
    inside: frozenset[str] = frozenset()


class Written(NamedTuple):
    """A module of the file. columns: which of its slots are parameters, by place → name; sizes: the model's own sizes in it."""

    name: str
    plan: ModulePlan
    columns: Mapping[int, str]
    sizes: tuple[str, ...]
    scaled: Mapping[int, tuple[str, Fraction]]


class Text:
    """The text of a plan as it grows: modules by their shape, the innermost first."""

    def __init__(self, sizes: Sequence[str], root: str) -> None:
        self.sizes = list(sizes)
        self.root = root
        self.groups: dict[object, list[list[Slot]]] = {}
        self.written: dict[object, Written] = {}
        self.lines: list[str] = []

    # -------------------------------------------------------------------------------------------------- shapes

    def gather(self, plan: ModulePlan) -> None:
        """Note the slots of every module of a plan, by its shape."""
        for member in plan.members:
            content = _inner(member.content)
            if isinstance(content, ModulePlan):
                self.gather(content)
        self.groups.setdefault(shape_of(plan), []).append(list(slots(plan)))

    def write(self, plan: ModulePlan) -> Written:
        """The module of a plan, written once for each shape."""
        shape = shape_of(plan)
        found = self.written.get(shape)
        if found is None:
            for member in plan.members:
                content = _inner(member.content)
                if isinstance(content, ModulePlan):
                    self.write(content)
            found = self.written[shape] = self._made(plan, shape)
            self.lines += [*self._body(found), ""]
        return found

    def _made(self, plan: ModulePlan, shape: object) -> Written:
        rows = self.groups[shape]
        columns: dict[int, str] = {}
        scaled: dict[int, tuple[str, Fraction]] = {}
        taken = set(self.sizes) | loop_variables(plan)
        for place, slot in enumerate(rows[0]):
            column = [row[place].expression for row in rows]
            names = column[0].names
            # what an inner loop's index is in can't be given from outside; the outer indexes in it are
            is_known = bool(names & slot.inside) or not names - set(self.sizes)
            if is_known and all(one == column[0] for one in column):
                continue
            times = self._scale(column, columns, rows)
            if times is not None:
                scaled[place] = times
            else:
                columns[place] = _unused(slot.hint, taken)
                taken.add(columns[place])
        inside = {
            name
            for place, slot in enumerate(rows[0])
            if place not in columns and place not in scaled
            for name in slot.expression.names - slot.inside
        } | conditions_in(plan)
        sizes = tuple(name for name in dict.fromkeys((*self.sizes, *INDEXES)) if name in inside)
        return Written(self._name(plan.cls), plan, columns, sizes, scaled)

    @staticmethod
    def _scale(
        column: list[Expression], columns: Mapping[int, str], rows: list[list[Slot]]
    ) -> tuple[str, Fraction] | None:
        """The parameter that the column always is so many times of."""
        for place, name in columns.items():
            ratios = {_ratio(one, row[place].expression) for one, row in zip(column, rows, strict=True)}
            if len(ratios) == 1 and None not in ratios:
                return name, ratios.pop()  # type: ignore[return-value]
        return None

    def _name(self, cls: str) -> str:
        taken = {one.name for one in self.written.values()} | set(library_index())
        name = cls if cls not in library_index() else f"{cls}Module"
        return _unused(name, taken)

    # -------------------------------------------------------------------------------------------------- text

    def _body(self, found: Written) -> Iterator[str]:
        params = [*found.sizes, *found.columns.values()]
        yield f"module {found.name}({', '.join(params)}):"
        cursor = iter(range(1_000_000))
        lines = []
        condition = ""
        for row in _grouped(found.plan.members):
            if row[0].condition and row[0].condition != condition:
                is_other = row[0].condition == negated(condition)
                lines.append("else:" if is_other else f"if {row[0].condition}:")
            condition = row[0].condition
            lines += [f"    {line}" if condition else line for line in self._row(row, found, cursor)]
        yield from (f"    {line}" for line in lines or ["pass"])

    def _row(self, row: list[MemberPlan], found: Written, cursor: Iterator[int]) -> Iterator[str]:
        """A member, or the members of one loop that stand at different turns of it."""
        if row[0].variable:
            yield from self._looped(row, found, cursor)
        else:
            yield self._line(row[0], found, cursor)

    def _looped(self, row: list[MemberPlan], found: Written, cursor: Iterator[int]) -> Iterator[str]:
        for place, member in enumerate(row):
            start, stop = (self._slot(found, next(cursor), one) for one in (member.start, member.stop))
            if member.offset:
                start, stop = "0", _less(stop, member.offset)
            if place == 0:
                yield f"for {member.variable} in range({stop if start == '0' else f'{start}, {stop}'}):"
            number = f"{member.variable} + {member.offset}" if member.offset else member.variable
            indent = "    "
            if member.test is not None:
                bound = "" if member.test.bound is None else self._slot(found, next(cursor), member.test.bound)
                words = member.test.text(member.variable, bound)
                yield f"    {'else' if not words else 'elif ' + words if place else 'if ' + words}:"
                indent = "        "
            yield indent + self._line(member, found, cursor, number)

    def _line(self, member: MemberPlan, found: Written, cursor: Iterator[int], number: str = "") -> str:
        pieces = [spelled(piece) for piece in (member.label.split("{}") if number else [member.label])]
        label = f"{{{number}}}".join(pieces)
        return f"{_mark(member.content)}{label}: {self._content(member.content, found, cursor)}"

    def _content(self, content: Plan, found: Written, cursor: Iterator[int]) -> str:
        if isinstance(content, TensorPlan):
            return f"[{', '.join(self._slot(found, next(cursor), size) for size in content.sizes)}]"
        if isinstance(content, Repeated):
            count = self._slot(found, next(cursor), content.amount)
            count = count if count.replace("_", "").isalnum() else f"({count})"
            inner = self._content(content.content, found, cursor)
            return f"{count} * {f'({inner})' if isinstance(content.content, Repeated) else inner}"
        if isinstance(content, Layer):
            return self._layer(content, found, cursor)
        module = self.written[shape_of(content)]
        places = {place: next(cursor) for place in range(len(list(slots(content))))}
        own = list(slots(content))
        words = [*module.sizes, *(self._slot(found, places[place], own[place].expression) for place in module.columns)]
        return f"{module.name}({', '.join(words)})"

    def _layer(self, content: Layer, found: Written, cursor: Iterator[int]) -> str:
        arguments = [
            self._argument(name, value, found, cursor, place >= content.unnamed)
            for place, (name, value) in enumerate(content.arguments)
        ]
        words = f"{content.cls}({', '.join(arguments)})"
        for call in content.calls:
            given = [
                f'{name}="{value}"' if isinstance(value, str) else f"{name}={value}" for name, value in call.arguments
            ]
            words = f"{call.function}({', '.join([words, *given])})"
        return words

    def _argument(self, name: str, value: Argument, found: Written, cursor: Iterator[int], is_named: bool) -> str:
        if isinstance(value, Expression):
            words = self._slot(found, next(cursor), value)
        elif isinstance(value, Layer):
            words = self._layer(value, found, cursor)
        elif isinstance(value, Condition):
            words = value.text
        elif expressions(value):
            items = [self._slot(found, next(cursor), one) for one in expressions(value)]
            words = items[0] if len(items) == 1 else f"({', '.join(items)})"
        else:
            words = f'"{value}"' if isinstance(value, str) else str(value)
        return f"{name}={words}" if is_named else words

    @staticmethod
    def _slot(found: Written, place: int, expression: Expression) -> str:
        if place in found.columns:
            return found.columns[place]
        if place in found.scaled:
            name, ratio = found.scaled[place]
            above = name if ratio.numerator == 1 else f"{ratio.numerator}*{name}"
            return above if ratio.denominator == 1 else f"{above}/{ratio.denominator}"
        return expression.text()


def spelled(name: str) -> str:
    """Names of PyTorch's, with dots between, as the language writes them: `x{"-"}y`, `heads.{"if"}`."""
    return ".".join(map(_piece, name.split(".")))


def _piece(name: str) -> str:
    """One name: odd signs stand in holes, a word that the language keeps as a whole."""
    return f'{{"{name}"}}' if name in KEYWORDS else re.sub(r"[^\w]+", lambda match: f"{{{literal(match[0])}}}", name)


def _grouped(members: Sequence[MemberPlan]) -> Iterator[list[MemberPlan]]:
    """The members one by one, those of one loop that differ in the turns together."""
    row: list[MemberPlan] = []
    for member in members:
        joins = row and member.test is not None and row[0].test is not None and row[-1].test != Test()
        if joins and (member.label, member.start, member.stop) == (row[0].label, row[0].start, row[0].stop):
            row.append(member)
            continue
        if row:
            yield row
        row = [member]
    if row:
        yield row


def negated(condition: str) -> str:
    """What holds where a condition of one comparison or yes/no doesn't; nothing for several."""
    if " and " in condition:
        return ""
    for one, other in (("==", "!="), ("<", ">=")):
        for sign, turned in ((one, other), (other, one)):
            if f" {sign} " in condition:
                return condition.replace(f" {sign} ", f" {turned} ")
    return condition.removeprefix("not ") if condition.startswith("not ") else f"not {condition}"


def _less(words: str, offset: int) -> str:
    """What is by so much less: `n` for `n + 1` and 1."""
    tail = f" + {offset}"
    if words.isdigit():
        return str(int(words) - offset)
    return words.removesuffix(tail) if words.endswith(tail) else f"{words} - {offset}"


def _mark(content: Plan) -> str:
    mark = content.mark if isinstance(content, TensorPlan | Layer) else ""
    return f"{mark} " if mark else ""


def _inner(content: Plan) -> Plan:
    return _inner(content.content) if isinstance(content, Repeated) else content


def _ratio(one: Expression, other: Expression) -> Fraction | None:
    """How many times of the other one is, or None."""
    if one.frame != "{}" or other.frame != "{}" or not other.terms or len(one.terms) != len(other.terms):
        return None
    powers = {power: factor for factor, power in other.terms}
    ratios = {factor / powers[power] if power in powers else None for factor, power in one.terms}
    return ratios.pop() if len(ratios) == 1 else None


def _unused(name: str, taken: set[str]) -> str:
    name = f"{name}_" if keyword.iskeyword(name) or name in RESERVED else name
    count = 2
    found = name
    while found in taken:
        found = f"{name}{'_' if name[-1].isdigit() else ''}{count}"
        count += 1
    return found


def slots(plan: Plan) -> Iterator[Slot]:
    """The expressions of a plan in the order of its text, those of inner modules too."""
    if isinstance(plan, TensorPlan):
        yield from (
            Slot(size, f"n{place + 1}" if len(plan.sizes) > 1 else "n") for place, size in enumerate(plan.sizes)
        )
    elif isinstance(plan, Layer):
        for name, value in plan.arguments:
            yield from slots(value) if isinstance(value, Layer) else (Slot(one, name) for one in expressions(value))
    elif isinstance(plan, Repeated):
        yield Slot(plan.amount, "count")
        yield from slots(plan.content)
    else:
        for member in plan.members:
            if member.variable:
                yield from (Slot(member.start, "start"), Slot(member.stop, "count"))
            if member.test is not None and member.test.bound is not None:
                yield Slot(member.test.bound, "bound")
            around = {member.variable} - {""}
            yield from (slot._replace(inside=slot.inside | around) for slot in slots(member.content))


def loop_variables(plan: Plan) -> set[str]:
    """The indexes of all loops in a plan."""
    content = _inner(plan)
    if not isinstance(content, ModulePlan):
        return set()
    found = {member.variable for member in content.members if member.variable}
    return found.union(*(loop_variables(member.content) for member in content.members))


def shape_of(plan: Plan) -> object:
    """What two plans share that differ in expressions only."""
    if isinstance(plan, TensorPlan):
        return ("tensor", len(plan.sizes), plan.mark)
    if isinstance(plan, Layer):
        arguments = tuple((name, _shape_of_argument(value)) for name, value in plan.arguments)
        return ("layer", plan.cls, arguments, plan.mark, plan.calls)
    if isinstance(plan, Repeated):
        return ("repeated", shape_of(plan.content))
    members = tuple(
        (m.label, m.variable, m.test and m.test.shape, m.condition, shape_of(m.content)) for m in plan.members
    )
    return ("module", plan.cls, members)


def _shape_of_argument(value: Argument) -> object:
    if isinstance(value, Layer):
        return shape_of(value)
    return len(expressions(value)) if expressions(value) else value


def text_of(plan: ModulePlan, sizes: Sequence[str], ties: Sequence[str]) -> tuple[str, str]:
    """The file's text, the model's module last and with these ties, and its name."""
    made = Text(sizes, plan.cls)
    made.gather(plan)
    root = made.write(plan)
    lines = made.lines[:-1] + [f"    {line}" for line in ties]
    # the model's own module names every size, so that a call may give each
    header = f"module {root.name}({', '.join(sizes)}):"
    first = max(place for place, line in enumerate(lines) if line.startswith(f"module {root.name}("))
    lines[first] = header
    return "\n".join(lines) + "\n", root.name
