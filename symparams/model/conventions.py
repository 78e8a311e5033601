"""The conventions by which parameters are counted, side by side: all, trainable, without embeddings, active, …

Which tensors are embeddings, the network itself says: a table is an `Embedding`'s; the head is a linear layer that puts
out as many numbers as a table has rows; that table is the input's, and the others, with bare tensors of positions, are
the positions'. Where no head says it, the author's words do, or the number of rows, and a note says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ..formula.build import Size, node, solid, times
from ..formula.facts import ANY_NUMBERS
from ..formula.nodes import Exact, Negative, Node, Sum, Symbol, symbols
from ..formula.polynomial import Polynomial, polynomial
from ..syntax import tree
from .files import Unit
from .general import general_part, general_question, numbers_of, tidy, value_at
from .groups import number
from .inventory import COUNTED, NOTHING, Owned, family, inventory
from .listing import TensorRow
from .measure import measured
from .network import Part
from .paths import put_all
from .query import Question, deep, part_of

POSITION_NAME = re.compile(r"(^|[._])(w?pe|pos(ition(al|s)?)?)([._0-9]|_|$)|pos_?emb|position", re.IGNORECASE)
POSITION_WORDS = re.compile(r"\b(context|positions?|sequence)\b", re.IGNORECASE)
VOCABULARY_WORDS = re.compile(r"\b(vocabulary|vocab|tokens|words)\b", re.IGNORECASE)


class Convention(NamedTuple):
    """One way to count: its name, the general formula (None where the network is too irregular), the count, and what it says of itself."""

    name: str
    formula: Node | None
    number: Exact | None
    note: str = ""


class Roles(NamedTuple):
    """The tensors by the part they play; reason: how the input's table was told from the others where no head says it."""

    inputs: tuple[Owned, ...]
    positions: tuple[Owned, ...]
    head: tuple[Owned, ...]
    reason: str = ""


def conventions(asked: Question) -> list[Convention]:
    """The count by each convention that the network gives a meaning to; of the others, why not."""
    work = _Conventions(asked)
    with deep():
        return list(work.all())


class _Conventions:
    """A network and its general form, to be counted in several ways."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        self.part, world = part_of(asked)
        self.facts = world.facts
        self.general_part = general_part(asked)
        self.sizes = numbers_of(asked)
        general = general_question(asked) if self.general_part is not None else None
        self.every = inventory(self.part, self.facts, general)
        self.roles = roles(self.every, asked.unit)
        self.told: dict[Polynomial, Node] = {}

    def all(self) -> Iterator[Convention]:
        yield self.made("all", "params", (), 1, "every parameter, a tied one once")
        yield self.measure("trainable", "without what is frozen", "nothing is frozen")
        yield from self.embeddings()
        yield self.measure("active", "what serves one input", "every parameter serves each input")
        yield from self.tied_twice()
        yield self.with_buffers()

    def measure(self, which: str, words: str, same: str) -> Convention:
        """What one of the measures counts; `same` where it is all."""
        is_all = _polynomial(self.part, which) == _polynomial(self.part, "params")
        return self.made(which, which, (), 1, same if is_all else words)

    def embeddings(self) -> Iterator[Convention]:
        """Without the input's table; without the positions too; without the head too."""
        inputs, positions, head, reason = self.roles
        if not inputs and not positions:
            why = "there is no embedding here" + ("" if not head else f", though {_listed(head)} is a head")
            yield Convention("without embeddings", None, None, why)
            return
        if inputs:
            words = f"without {_listed(_own(inputs))}" + (f"; {reason}" if reason else "")
            yield self.made("without input embedding", "params", inputs, -1, words)
        else:
            yield Convention("without input embedding", None, None, reason or "no table of a vocabulary is here")
        if positions:
            yield self.made(
                "… and without positions",
                "params",
                (*inputs, *positions),
                -1,
                f"without {_listed(_own(positions))} too",
            )
        else:
            yield Convention("… and without positions", None, None, "no table or tensor of positions is here")
        yield self.head(inputs, positions, head)

    def head(self, inputs: Sequence[Owned], positions: Sequence[Owned], head: Sequence[Owned]) -> Convention:
        """Without embeddings and without the head."""
        name = "… and without head"
        if not head:
            return Convention(name, None, None, "no linear layer puts out as many numbers as a table has rows")
        words = f"without {_listed(_own(head))} too"
        if all(one.row.kind == "tied" for one in head):
            words = f"{_listed(head)} is tied, and counted with the embedding"
        return self.made(name, "params", (*inputs, *positions, *head), -1, words)

    def tied_twice(self) -> Iterator[Convention]:
        """Tied tensors counted wherever they stand."""
        tied = [one for one in self.every if one.row.kind == "tied"]
        if tied:
            yield self.made("tied counted twice", "params", tied, 1, f"with {_listed(tied)} as if untied")
        else:
            yield Convention("tied counted twice", None, None, "nothing is tied")

    def with_buffers(self) -> Convention:
        """With what is stored beside the parameters."""
        name = "with buffers"
        if _polynomial(self.part, "buffers") == NOTHING:
            return Convention(name, None, None, "there are no buffers")
        return self.made(name, "params", (), 1, "with what is stored and isn't learned", also="buffers")

    def made(self, name: str, which: str, rows: Sequence[Owned], sign: int, note: str, also: str = "") -> Convention:
        """A measure with some tensors more or less."""
        counted = [one for one in rows if sign > 0 or one.row.kind in COUNTED[which]]
        form = _changed(self.part, (which, also), [one.row for one in counted], sign)
        count = number(form)
        return Convention(name, self.formula(form, count, (which, also), counted, sign), count, note)

    def formula(
        self, own: Node, count: Exact | None, which: tuple[str, str], rows: Sequence[Owned], sign: int
    ) -> Node | None:
        """The same in the network's general sizes, where these give the count; None where it has no sizes."""
        if count is None:
            return self.tidied(own)
        opened = [one.opened for one in rows]
        if self.general_part is None or not all(opened):
            return None
        form = _changed(self.general_part, which, [row for row in opened if row is not None], sign)
        is_right = symbols(form) and value_at(form, self.sizes) == count
        return self.tidied(form) if is_right else None

    def tidied(self, form: Node) -> Node:
        """The form as a paper prints it; several conventions often count the same."""
        key = polynomial(form, ANY_NUMBERS)
        if key not in self.told:
            self.told[key] = tidy(form, self.facts)
        return self.told[key]


def _changed(part: Part, which: tuple[str, str], rows: Sequence[TensorRow], sign: int) -> Node:
    """Measures of a part, with tensors more or less."""
    terms = [_measured(part, one) for one in which if one]
    elements = [node(_elements(row)) for row in rows]
    terms += [Negative(amount) for amount in elements] if sign < 0 else elements
    return Sum(tuple(terms)) if len(terms) > 1 else terms[0]


def _elements(row: TensorRow) -> Size:
    amount = row.multiplicity
    for size in row.sizes:
        amount = times(amount, size)
    return amount


def _polynomial(part: Part, which: str) -> Polynomial:
    return polynomial(_measured(part, which), ANY_NUMBERS)


def _measured(part: Part, which: str) -> Node:
    return solid(put_all(measured(part.content, which, part.mark, active=part.active), part.put))


def _listed(rows: Iterable[Owned]) -> str:
    """The layers of tensors, or bare tensors, each once."""
    names = list(dict.fromkeys(_place(one) for one in rows))
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _own(rows: Sequence[Owned]) -> Sequence[Owned]:
    """Those that aren't tied to another tensor, or all where all are."""
    return [one for one in rows if one.row.kind != "tied"] or rows


def _place(one: Owned) -> str:
    return one.owner if family(one.layer) and one.owner else one.path


# ------------------------------------------------------------------------------------------------------ which is which


def roles(every: Sequence[Owned], unit: Unit) -> Roles:
    """The input's tables, the positions' tables and tensors, and the head among the tensors of a network."""
    tables = [one for one in every if one.is_table and one.row.kind != "buffer"]
    bare = [one for one in every if _is_bare_position(one, unit)]
    heads, reason = _likely([one for one in every if _is_head(one, tables)], unit)
    widths = {_width(one) for one in heads}
    inputs = [one for one in tables if _rows(one) in widths]
    if not inputs and tables:
        inputs, reason = _told_input(tables, unit)
    positions = [one for one in tables if one not in inputs] + bare
    bias = [one for one in every if _is_bias_of(one, heads)]
    return Roles(tuple(inputs), tuple(positions), tuple(dict.fromkeys((*heads, *bias))), reason)


def _width(one: Owned) -> Size | None:
    return one.layer.arguments.get("out_features")


def _rows(one: Owned) -> Size | None:
    return one.layer.arguments.get("num_embeddings")


def _likely(heads: list[Owned], unit: Unit) -> tuple[list[Owned], str]:
    """The heads of one width: of the tied one where one is tied, else of the vocabulary by its author's words, or the widest."""
    widths = list(dict.fromkeys(_width(one) for one in heads))
    if len(widths) < 2:
        return heads, ""
    told = {_width(one) for one in heads if one.row.kind == "tied"}
    reason = ""
    if not told:
        told = {_width(one) for one in heads if _is_described(one.opened or one.row, VOCABULARY_WORDS, unit)}
        reason = "its rows are the vocabulary by the words for its size"
    if not told and all(isinstance(width, int) for width in widths):
        told, reason = {max(width for width in widths if isinstance(width, int))}, "of two heads, the wider one's"
    return [one for one in heads if not told or _width(one) in told], reason if told else ""


def _is_head(one: Owned, tables: Sequence[Owned]) -> bool:
    """Whether it belongs to a linear layer, outside of the blocks, that puts out as many numbers as a table has rows."""
    width = _width(one)
    if family(one.layer) != "linear" or "[*]" in one.path or width is None:
        return False
    return any(
        _rows(table) == width and one.layer.arguments.get("in_features") == table.layer.arguments.get("embedding_dim")
        for table in tables
    )


def _is_bias_of(one: Owned, heads: Sequence[Owned]) -> bool:
    """Whether it is a bare bias beside a head, which some networks state outside of the layer."""
    return one.is_bias and any(
        one.row.sizes == (_width(head),) and one.owner == head.owner.rpartition(".")[0] for head in heads
    )


def _is_bare_position(one: Owned, unit: Unit) -> bool:
    """Whether it is a tensor of no layer that its name, or the words for one of its sizes, says to be of positions."""
    if family(one.layer) or one.row.kind == "buffer" or len(one.row.sizes) < 2:
        return False
    return bool(POSITION_NAME.search(one.tensor)) or (
        "[*]" not in one.path and _is_described(one.opened or one.row, POSITION_WORDS, unit)
    )


def _is_described(row: TensorRow, words: re.Pattern[str], unit: Unit) -> bool:
    """Whether a size of the tensor is a symbol that its author describes with such words."""
    for size in row.sizes:
        if isinstance(size, Symbol):
            found = unit.find(size.name)
            if found is not None and isinstance(found[0], tree.Declared) and words.search(found[0].description):
                return True
    return False


def _told_input(tables: Sequence[Owned], unit: Unit) -> tuple[list[Owned], str]:
    """The input's tables where there is no head, and how they are told from the others."""
    told = [one for one in tables if _is_described(one.opened or one.row, VOCABULARY_WORDS, unit)]
    if told:
        return told, "no head is here; its rows are the vocabulary by the words for its size"
    rest = [one for one in tables if not _says_position(one, unit)]
    if len(rest) == 1:
        return rest, "no head is here; it is the only table that isn't of positions" if len(tables) > 1 else ""
    counts = [(_rows(one), one) for one in rest]
    numbers = [count for count, _ in counts if isinstance(count, int)]
    if rest and len(numbers) == len(counts):
        most = max(numbers)
        return [one for count, one in counts if count == most], "no head is here; it is the table with the most rows"
    names = ", ".join(_place(one) for one in tables)
    return [], f"no head is here, and nothing says which of {names} is the input's"


def _says_position(one: Owned, unit: Unit) -> bool:
    return bool(POSITION_NAME.search(one.owner)) or _is_described(one.opened or one.row, POSITION_WORDS, unit)
