"""Questions → tables of sizes: the members of a network, its groups, or instances side by side.

Columns are found by name: what every table knows, then measures, then arguments and definitions, then paths.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from ..errors import Finding, ModelError, Source, UsageError, suggestion
from ..formula.build import node
from ..formula.nodes import Node
from ..formula.polynomial import Facts
from ..render.latex import PAPER, Notation
from ..render.names import latex_name
from ..render.sheet import Cell, Code, Column, Shapes, Share
from ..render.table import Table
from ..syntax import tree
from ..syntax.parse import parse_expression
from .evaluate import content, value
from .files import Unit
from .general import Pair, form_of, general_part, numbers_of, pairs
from .groups import Group, number, whole
from .measure import MEASURES
from .network import Network
from .paths import put_all
from .query import Question, ask, deep, frame_of, part_of, world_of
from .values import ModuleValue, Recipe, is_size

ROWS = ("members", "groups", "instances")

TITLES = {
    "name": "Layer",
    "type": "Type",
    "times": "Copies",
    "shape": "Shape",
    "formula": "Formula",
    "substituted": "With numbers",
    "each": "Each",
    "params": "Parameters",
    "trainable": "Trainable",
    "frozen": "Frozen",
    "buffers": "Buffers",
    "active": "Active",
    "rounded": "Parameters",
    "share": "Share",
    "tied": "Tied to",
}
INSTANCE_KEYS = ("name", "type", "formula", "substituted", "rounded", *MEASURES)
NUMBERS = {"times", "each", "share", "rounded", *MEASURES}


class Wanted(NamedTuple):
    """A column asked for: its key, and the title that the author gives it."""

    key: str
    title: str = ""


def wanted(columns: Sequence[str]) -> tuple[Wanted, ...]:
    """Columns as an author writes them, `name` or `name=Title`. Raises: `UsageError` for none, or one twice."""
    found: list[Wanted] = []
    for text in columns:
        key, _, title = (part.strip() for part in text.partition("="))
        if not key:
            raise UsageError(Finding("usage-columns", "a column has no name", hint=f"known are {', '.join(TITLES)}"))
        if key in (other.key for other in found):
            raise UsageError(Finding("usage-columns", f"the column {key} is asked for twice", hint="drop one"))
        found.append(Wanted(key, title))
    return tuple(found)


# ------------------------------------------------------------------------------------------------------ one network


def network_table(
    asked: Question,
    rows: str = "members",
    depth: int | None = None,
    columns: Sequence[str] = (),
    *,
    names: Mapping[str, str] | None = None,
    notation: Notation = PAPER,
) -> Table:
    """The members of a network level by level, or with `groups` those of one level, which add up to the whole."""
    part, world = part_of(asked)
    with deep():
        everything = whole(part)
        found = list(_rows(everything, asked, rows, depth))
        count = number(everything.form())
        chosen = wanted(columns) or tuple(map(Wanted, _usual(found, everything)))
        work = _NetworkRows(everything, count, world.facts, rows == "members", chosen)
        cells = [work.row(level, pair) for level, pair in found]
        titled = tuple(
            _column(one, "Layer", None if one.key in TITLES else _is_numeric(cells, place))
            for place, one in enumerate(chosen)
        )
        work.refuse_empty(cells)
        total = tuple(work.total(one.key, place) for place, one in enumerate(chosen))
    return Table(titled, tuple(cells), total if any(total[1:]) else None, names or {}, notation)


def _rows(everything: Group, asked: Question, rows: str, depth: int | None) -> Iterator[tuple[int, Pair]]:
    """The rows with their levels, each beside the group of the general network that it comes from."""
    general = general_part(asked)
    other = whole(general) if general is not None else None
    deepest = -1 if depth is None else depth
    if rows == "groups":
        deepest = 1 if depth is None else depth
    for level, pair in pairs(everything, other, deepest, numbers_of(asked)):
        if rows == "members":
            yield level, pair
        elif (pair.own.is_leaf or level == deepest - 1) and (pair.own.tied_to or not _is_nothing(pair.own)):
            yield 0, pair


def _is_nothing(group: Group) -> bool:
    return all(number(group.once(which)) == 0 for which in ("params", "buffers"))


def _usual(found: Sequence[tuple[int, Pair]], everything: Group) -> tuple[str, ...]:
    """The columns where none are asked for: numbers where there are any."""
    if number(everything.form()) is None:
        return ("name", "type", "formula")
    return ("name", "type", "formula", "params", "share")


def _column(one: Wanted, name: str, is_number: bool | None = None) -> Column:
    key = one.key
    title = one.title or (name if key == "name" else TITLES.get(key, key))
    return Column(key, title, key in NUMBERS if is_number is None else is_number)


class _NetworkRows:
    """The cells of the rows of one network."""

    def __init__(self, everything: Group, count: Any, facts: Facts, is_tree: bool, chosen: tuple[Wanted, ...]) -> None:
        self.everything, self.count, self.facts, self.is_tree = everything, count, facts, is_tree
        self.keys = [one.key for one in chosen]
        self.known: set[str] = set()  # the arguments met

    def row(self, level: int, pair: Pair) -> tuple[Cell, ...]:
        """The cells of one group."""
        return tuple(self.cell(key, level, pair) for key in self.keys)

    def cell(self, key: str, level: int, pair: Pair) -> Cell:
        """One cell, by the column's key."""
        made = getattr(self, f"_{key}", None)
        if made is not None:
            return made(level, pair)  # type: ignore[no-any-return]
        if key in MEASURES:
            return _counted(pair.own.form(key))
        return self._argument(key, pair.own)

    def _name(self, level: int, pair: Pair) -> Cell:
        group = pair.own
        amount = group.amount if self.is_tree else group.times
        shown = None if amount == 1 or "times" in self.keys else node(amount)
        copies = None if group.times == 1 else node(group.times)
        path = ".".join((*group.path[: len(group.path) - len(group.first)], group.name))
        return Code(path, group.name if self.is_tree else "", level, shown, copies)

    def _type(self, level: int, pair: Pair) -> Cell:
        return pair.own.kind or ("tensor" if pair.own.is_leaf else "")

    def _times(self, level: int, pair: Pair) -> Cell:
        return _counted(node(pair.own.times))

    def _shape(self, level: int, pair: Pair) -> Cell:
        group = pair.own
        rows = tuple(tuple(put_all(node(size), group.part.put) for size in one.sizes) for one in group.tensors)
        return Shapes(rows) if rows else None

    def _formula(self, level: int, pair: Pair) -> Cell:
        tied_to = pair.own.tied_to
        if tied_to and number(pair.own.form()) == 0:
            return Code(tied_to, before="tied to ")
        return form_of(pair.general or pair.own, self.facts)

    def _substituted(self, level: int, pair: Pair) -> Cell:
        return pair.own.form()

    def _each(self, level: int, pair: Pair) -> Cell:
        return _counted(pair.own.once())

    def _rounded(self, level: int, pair: Pair) -> Cell:
        count = number(pair.own.form())
        return rounded(count) if count is not None else None

    def _share(self, level: int, pair: Pair) -> Cell:
        count = number(pair.own.form())
        return Share(Fraction(count) / self.count) if count is not None and self.count else None

    def _tied(self, level: int, pair: Pair) -> Cell:
        return Code(pair.own.tied_to) if pair.own.tied_to else None

    def _argument(self, key: str, group: Group) -> Cell:
        given = group.content.arguments if isinstance(group.content, Network) else {}
        self.known.update(given)
        return told(given.get(key))

    def total(self, key: str, place: int) -> Cell:
        """The cell of the last row, which adds up the first level's."""
        if key in MEASURES:
            return _counted(self.everything.form(key))
        if key == "share" and self.count:
            return Share(Fraction(1))
        if key == "rounded" and self.count is not None:
            return rounded(self.count)
        return "Total" if place == 0 else None

    def refuse_empty(self, cells: Sequence[tuple[Cell, ...]]) -> None:
        """Raises: `UsageError` for a column that no row knows."""
        for place, key in enumerate(self.keys):
            if key in TITLES or key in self.known or any(row[place] is not None for row in cells):
                continue
            known = list(TITLES)
            hint = suggestion(key, known) or f"known are {', '.join(known)}, and the arguments of the members"
            raise UsageError(Finding("usage-columns", f"there is no column called {key}", hint=hint))


def _counted(form: Node) -> Cell:
    """A count where the form is closed, else the form."""
    found = number(form)
    return form if found is None else found


def told(found: Any) -> Cell:
    """The value of an argument as a cell."""
    if found is None or isinstance(found, Node):
        return found
    if isinstance(found, bool):
        return "yes" if found else "no"
    if is_size(found):
        return found  # type: ignore[no-any-return]
    if isinstance(found, ModuleValue):
        return found.name
    if isinstance(found, Recipe):
        return found.module.name
    if isinstance(found, list | tuple):
        return f"[{', '.join(_word(told(item)) for item in found)}]"
    return found if isinstance(found, str) else None


def _word(cell: Cell) -> str:
    from ..render.sheet import bare

    return str(bare(cell))


UNITS = (("T", 10**12), ("B", 10**9), ("M", 10**6), ("k", 10**3))


def rounded(count: Any) -> str:
    """A count in three digits, as papers quote it: `124M`, `1.56B`; below 1,000 the count itself."""
    count = Fraction(count)
    for unit, size in reversed(UNITS):
        digits = _three(count / size)
        if count >= 1000 and digits is not None:
            return digits + unit
    return str(count) if count < 1000 else f"{_half_up(count / UNITS[0][1])}T"


def _half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2))


def _three(value: Fraction) -> str | None:
    """Three digits of a number between 1 and 999, else None."""
    for places in (2, 1, 0):
        scaled = _half_up(value * 10**places)
        if scaled < 1000:
            return None if scaled < 10**places else _placed(scaled, places)
    return None


def _placed(scaled: int, places: int) -> str:
    shown = str(scaled)
    return shown if not places else f"{shown[:-places]}.{shown[-places:]}"


# ------------------------------------------------------------------------------------------------------ instances


def instances(unit: Unit) -> list[str]:
    """The names of the networks that a file makes of its modules, in order."""
    return [
        name
        for name, (statement, owner) in unit.names.items()
        if isinstance(statement, tree.Define) and owner is unit and is_instance(name, unit)
    ]


def is_instance(name: str, unit: Unit) -> bool:
    """Whether the name stands for a module with its arguments."""
    source = Source("<target>", name)
    return isinstance(recipe_of(Question(unit, source, parse_expression(source))), Recipe)


def recipe_of(asked: Question) -> Recipe | None:
    """The module with its arguments that a question is about, or None."""
    with deep():
        world = world_of(asked)
        frame = frame_of(asked, world)
        found = content(value(asked.expr, frame))
        if isinstance(found, ModuleValue):
            from .calls import bare

            found = bare(found, world, (frame.source, asked.expr.span))
    return found if isinstance(found, Recipe) else None


def instances_table(
    targets: Sequence[Question],
    columns: Sequence[str] = (),
    *,
    names: Mapping[str, str] | None = None,
    notation: Notation = PAPER,
    of_files: bool = False,
) -> Table:
    """Networks as rows, their sizes and counts as columns.

    of_files: whether they are all that files make; those whose sizes are open are left out then, where others' aren't.
    """
    rows = [_Instance(asked) for asked in targets]
    if of_files:
        rows = [row for row in rows if row.count is not None] or rows
    chosen = wanted(columns) or tuple(map(Wanted, ("name", *_sizes(rows), *_closing(rows))))
    cells = tuple(tuple(row.cell(one.key) for one in chosen) for row in rows)
    for place, one in enumerate(chosen):
        is_known = one.key in INSTANCE_KEYS or any(one.key in row.arguments for row in rows)
        if not is_known and all(row[place] is None for row in cells):
            known = list(dict.fromkeys(("name", *(name for row in rows for name in row.arguments), *MEASURES)))
            hint = suggestion(one.key, known) or f"known are {', '.join(known)}, and paths such as h.params"
            raise UsageError(Finding("usage-columns", f"there is no column called {one.key}", hint=hint))
    titled = tuple(
        _instance_column(one, rows, one.key in NUMBERS or _is_numeric(cells, place)) for place, one in enumerate(chosen)
    )
    return Table(titled, cells, None, names or {}, notation)


def _instance_column(one: Wanted, rows: Sequence[_Instance], is_number: bool) -> Column:
    """A column of instances; an argument's is titled as its name is set."""
    if one.title or one.key in INSTANCE_KEYS or not any(one.key in row.arguments for row in rows):
        return _column(one, "Model", is_number)
    return Column(one.key, one.key, is_number, _is_size_name(one.key))


def _is_size_name(key: str) -> bool:
    """Whether a column's name is set as a size is: `d`, `d_model`, but not `bias` or `h.params`."""
    return key.isidentifier() and (latex_name(key).kind == "letter" or not latex_name(key).text.startswith(r"\mathrm"))


def _is_numeric(cells: Sequence[tuple[Cell, ...]], place: int) -> bool:
    found = [row[place] for row in cells if row[place] is not None]
    return bool(found) and all(isinstance(cell, int | Fraction | Share) for cell in found)


def _sizes(rows: Sequence[_Instance]) -> list[str]:
    """The sizes that any of the instances sets, in the order of the parameters."""
    given = {name for row in rows for name in row.given}
    return list(dict.fromkeys(name for row in rows for name in row.arguments if name in given))


def _closing(rows: Sequence[_Instance]) -> tuple[str, ...]:
    return ("params",) if all(row.count is not None for row in rows) else ("formula",)


class _Instance:
    """One network as a row."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        self.part, self.world = part_of(asked)
        made = recipe_of(asked)
        self.arguments: Mapping[str, Any] = made.arguments if made else {}
        self.given = {*(made.given if made else ()), *(name for name, _ in asked.sizes if name in self.arguments)}
        with deep():
            self.whole = whole(self.part)
            self.count = number(self.whole.form())

    def cell(self, key: str) -> Cell:
        """One cell, by the column's key."""
        if key in self.arguments and key not in INSTANCE_KEYS:
            return told(self.arguments[key])
        if key == "name":
            return Code(self.asked.source.text)
        if key == "type":
            return self.whole.kind
        if key in MEASURES:
            with deep():
                return _counted(self.whole.form(key))
        if key == "formula":
            general = general_part(self.asked)
            with deep():
                return form_of(whole(general) if general is not None else self.whole, self.world.facts)
        if key == "substituted":
            return self.whole.form()
        if key == "rounded":
            return rounded(self.count) if self.count is not None else None
        return self._asked(key)

    def _asked(self, key: str) -> Cell:
        """What a path, a definition or a member of the network counts."""
        source = Source(self.asked.source.name, f"{self.asked.source.text}.{key}")
        try:
            answer = ask(self.asked._replace(source=source, expr=parse_expression(source), measure=""))
        except ModelError:
            return None
        return _counted(answer.form)
