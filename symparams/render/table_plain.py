"""Tables for programs and terminals: CSV, JSON, bare values, and text with its columns aligned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..formula.build import plain
from ..formula.nodes import Node, Number, Symbol
from .sheet import Cell, Code, Shapes, Share, Sheet, bare, padded_to, percent, shown_digits, total_rows
from .text import text as plain_text
from .text import unicode


def data(table: Sheet) -> tuple[list[str], list[list[Any]]]:
    """The keys and rows of bare values; how often a member stands in the whole is a column of its own."""
    keys = [column.key for column in table.columns]
    rows = [[bare(cell) for cell in row] for row in table.rows]
    times = [[cell.copies for cell in row if isinstance(cell, Code)] for row in table.rows]
    if any(copies is not None for row in times for copies in row) and "times" not in keys:
        place = keys.index("name") + 1
        keys.insert(place, "times")
        for row, (copies, *_) in zip(rows, times, strict=True):
            row.insert(place, 1 if copies is None else bare(plain(copies)))
    return keys, rows


def csv_table(table: Sheet) -> str:
    """See `Table.csv`."""
    import csv
    import io

    keys, rows = data(table)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(keys)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue().rstrip("\n")


def json_table(table: Sheet) -> str:
    """See `Table.json`."""
    import json

    keys, rows = data(table)
    found: dict[str, Any] = {"columns": keys, "rows": [dict(zip(keys, row, strict=True)) for row in rows]}
    if table.total is not None:
        total = {column.key: bare(cell) for column, cell in zip(table.columns, table.total, strict=True)}
        found["total"] = {key: cell for key, cell in total.items() if cell is not None}
    return json.dumps(found, ensure_ascii=False, indent=2)


# ------------------------------------------------------------------------------------------------------ text


def _text_cell(cell: Cell, table: Sheet, is_plain: bool) -> str:
    if cell is None:
        return ""
    formula_text = plain_text if is_plain else unicode
    if isinstance(cell, Code):
        times = f" ×{_factor(cell.shown, formula_text)}" if cell.shown is not None else ""
        return "  " * cell.level + cell.before + (cell.short or cell.name) + times
    if isinstance(cell, Share):
        return f"{percent(cell)}%"
    if isinstance(cell, Shapes):
        return ", ".join("×".join(_factor(size, formula_text) for size in row) or "1" for row in cell.rows)
    if isinstance(cell, Node):
        return formula_text(cell)
    return cell if isinstance(cell, str) else shown_digits(cell, table)


def _factor(size: Node, formula_text: Callable[[Node], str]) -> str:
    shown = formula_text(size)
    return shown if isinstance(size, Number | Symbol) else f"({shown})"


PLAIN = str.maketrans({"─": "-", "×": "x", "…": "..", "–": "-", "\u202f": " "})


def text_table(table: Sheet, *, is_plain: bool = False) -> str:
    """See `Table.text`."""
    titles = [column.title for column in table.columns]
    body = [[_text_cell(cell, table, is_plain) for cell in row] for row in (*table.rows, *total_rows(table))]
    if is_plain:
        body = [[cell.translate(PLAIN) for cell in row] for row in body]
    widths = [max(len(row[place]) for row in (titles, *body)) for place in range(len(titles))]
    lines = [
        "  ".join(padded_to(*row) for row in zip(cells, widths, table.columns, strict=True)).rstrip()
        for cells in (titles, *body)
    ]
    rule = ("-" if is_plain else "─") * (sum(widths) + 2 * (len(widths) - 1))
    lines.insert(1, rule)
    if table.total is not None:
        lines.insert(-1, rule)
    return "\n".join([*([table.caption] if table.caption else []), *lines])
