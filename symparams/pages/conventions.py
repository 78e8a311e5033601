"""Conventions side by side → a page: each with its formula, its count, and what it leaves out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..render.sheet import Column
from ..render.table import Table

if TYPE_CHECKING:
    from ..model.conventions import Convention
    from ..model.query import Question
    from ..render.sheet import Cell


def page(asked: Question, *, is_plain: bool = False) -> str:
    """The page for a terminal; `is_plain` keeps to ASCII."""
    from ..model.conventions import conventions

    return "\n".join([f"{asked.source.text}, by convention", "", table_of(conventions(asked)).text(is_plain=is_plain)])


def table_of(found: Sequence[Convention], names: Mapping[str, str] | None = None) -> Table:
    """The conventions as a table; a column that none fills is left out. names: the LaTeX of sizes."""
    columns = (
        Column("name", "Convention"),
        Column("formula", "Formula"),
        Column("params", "Parameters", True),
        Column("note", "What it says"),
    )
    rows = [_row(one) for one in found]
    kept = [place for place in range(len(columns)) if any(row[place] not in (None, "") for row in rows)]
    cells = tuple(tuple(row[place] for place in kept) for row in rows)
    return Table(tuple(columns[place] for place in kept), cells, names=names or {})


def _row(one: Convention) -> tuple[Cell, ...]:
    is_absent = one.formula is None and one.number is None
    return (one.name, "–" if is_absent else one.formula, one.number, one.note)
