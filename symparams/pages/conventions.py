"""Conventions side by side → a page: each with its formula, its count, and what it leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..render.table import Column, Table

if TYPE_CHECKING:
    from ..model.conventions import Convention
    from ..model.query import Question
    from ..render.table import Cell


def page(asked: Question) -> str:
    """The page for a terminal."""
    from ..model.conventions import conventions

    return "\n".join([f"{asked.source.text}, by convention", "", table_of(conventions(asked)).text()])


def table_of(found: Sequence[Convention]) -> Table:
    """The conventions as a table; a column that none fills is left out."""
    columns = (
        Column("name", "Convention"),
        Column("formula", "Formula"),
        Column("params", "Parameters", True),
        Column("note", "What it says"),
    )
    rows = [_row(one) for one in found]
    kept = [place for place in range(len(columns)) if any(row[place] not in (None, "") for row in rows)]
    return Table(tuple(columns[place] for place in kept), tuple(tuple(row[place] for place in kept) for row in rows))


def _row(one: Convention) -> tuple[Cell, ...]:
    is_absent = one.formula is None and one.number is None
    return (one.name, "–" if is_absent else one.formula, one.number, one.note)
