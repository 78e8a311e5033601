"""What a table holds, whatever its format: cells that know what they are (a name, words, a formula, a count, a share, shapes).

Each format writes the cells in its own way, digits aligned; what several of them need is here too.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from ..formula.nodes import Exact, Node, symbols
from .latex import PAPER, Notation, latex
from .notation import digits
from .text import text as plain_text


class Code(NamedTuple):
    """A name of the code: `h.attn`; `level` deep in a tree, where it stands as `short`; `before` are words before it.

    shown: how many copies are shown beside it, those in one of what is around; copies: how many there are in the whole.
    """

    name: str
    short: str = ""
    level: int = 0
    shown: Node | None = None
    copies: Node | None = None
    before: str = ""


class Share(NamedTuple):
    """A part of the whole."""

    of_one: Fraction


class Shapes(NamedTuple):
    """The shapes of some tensors."""

    rows: tuple[tuple[Node, ...], ...]


Cell = str | Code | Node | Exact | Share | Shapes | None


class Column(NamedTuple):
    """A column: its key, the title that a format prints (LaTeX where it is a size), and whether digits are aligned."""

    key: str
    title: str
    is_number: bool = False
    is_symbol: bool = False


class Sheet(NamedTuple):
    """What stands in a table: rows of cells below titled columns; `total` is a last row that adds up the others.

    names: the LaTeX of sizes; notation: how formulas and digits look; caption and label: LaTeX.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    names: Mapping[str, str] = {}
    notation: Notation = PAPER
    caption: str = ""
    label: str = ""


def bare(cell: Cell) -> Any:
    """A cell as Python's own value: int, float of a share or fraction, text, None."""
    if isinstance(cell, Code):
        return cell.before + cell.name
    if isinstance(cell, Share):
        return float(cell.of_one)
    if isinstance(cell, Shapes):
        return ", ".join(f"[{', '.join(plain_text(size) for size in row)}]" for row in cell.rows)
    if isinstance(cell, Node):
        return plain_text(cell)
    return float(cell) if isinstance(cell, Fraction) else cell


# ------------------------------------------------------------------------------------------------------ parts of formats


def formula(part: Node, table: Sheet) -> str:
    """A formula in LaTeX, on one line."""
    return latex(part, style_of(part, table), table.names)


def style_of(part: Node, table: Sheet) -> Notation:
    """The notation of a formula; where there are numbers alone, they stay where they were written, with signs between them."""
    is_bare = table.notation.product == "juxtaposed" and not symbols(part)
    return table.notation._replace(product="cdot") if is_bare else table.notation


def cells_of(table: Sheet, column: Column) -> list[Cell]:
    """The cells of a column, that of the last row too."""
    place = table.columns.index(column)
    return [row[place] for row in (*table.rows, *total_rows(table))]


def total_rows(table: Sheet) -> tuple[tuple[Cell, ...], ...]:
    """The last row, where there is one."""
    return (table.total,) if table.total is not None else ()


def percent(share: Share) -> str:
    """A share in percent with one decimal, rounded exactly, halves up."""
    tenths = int(share.of_one * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}"


def in_groups(value: int, mark: str, least: int) -> str:
    """The digits in groups of three, from so many digits on."""
    shown = digits(abs(value))
    if mark and len(shown) >= least:
        head = len(shown) % 3
        shown = mark.join([shown[:head]] * (head > 0) + [shown[at : at + 3] for at in range(head, len(shown), 3)])
    return ("-" if value < 0 else "") + shown


def shown_digits(value: Exact, table: Sheet) -> str:
    """The digits of a count in text, Markdown and HTML."""
    if isinstance(value, Fraction) and value.denominator != 1:
        return decimal(value)
    mark = {"plain": "", "thin": "\u202f"}.get(table.notation.digits, ",")
    return in_groups(int(value), mark, 5 if mark == "\u202f" else 4)


def decimal(value: Fraction) -> str:
    """A fraction with three decimals, rounded exactly, halves up."""
    scaled = int(abs(value) * 1000 + Fraction(1, 2))
    return f"{'-' if value < 0 else ''}{scaled // 1000}.{scaled % 1000:03d}"


def padded_to(cell: str, width: int, column: Column) -> str:
    """A cell as wide as its column, numbers on the right."""
    return cell.rjust(width) if column.is_number else cell.ljust(width)
