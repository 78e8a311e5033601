"""Tables as Markdown that GitHub renders, and as HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

from ..formula.nodes import Node
from .latex import Notation, latex
from .mathml import mathml
from .sheet import Cell, Code, Shapes, Share, Sheet, formula, padded_to, percent, shown_digits, total_rows
from .table_latex import latex_title, shape


def math_in_markdown(tex: str) -> str:
    r"""A formula as GitHub renders it in a line: `$…$`, with backticks inside where Markdown would take its signs for its own.

    Markdown reads a backslash before a sign, `*`, `|`, and a `_` after a sign, before the formula is seen.
    """
    tex = re.sub(r"\\, ?(?=([A-Za-z])?)", lambda found: r"\thinspace" + (" " if found[1] else ""), tex)
    return f"$`{tex}`$" if re.search(r"\\[^A-Za-z]|[*`|<~]|[^A-Za-z0-9]_", tex) else f"${tex}$"


def _markdown_cell(cell: Cell, table: Sheet) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Code):
        times = (
            math_in_markdown(rf"\times {latex(cell.shown, table.notation, table.names)}")
            if cell.shown is not None
            else ""
        )
        return (
            "&emsp;" * cell.level
            + cell.before
            + markdown_code(cell.short or cell.name)
            + (f" {times}" if times else "")
        )
    if isinstance(cell, Share):
        return f"{percent(cell)}%"
    if isinstance(cell, Shapes):
        return ", ".join(math_in_markdown(shape(row, table)) for row in cell.rows)
    if isinstance(cell, Node):
        return math_in_markdown(formula(cell, table))
    return markdown_words(cell) if isinstance(cell, str) else shown_digits(cell, table)


def markdown_code(name: str) -> str:
    """A name of the code in Markdown, that of a table too."""
    return "`" + name.replace("|", "\\|") + "`"


def markdown_words(words: str) -> str:
    """Words in Markdown, none of their signs read as its own."""
    return re.sub(r"([\\`*_{}\[\]<>|#$~])", r"\\\1", words)


def markdown_table(table: Sheet) -> str:
    """See `Table.markdown`."""
    table = table._replace(notation=without_num(table.notation))
    titles = [
        math_in_markdown(latex_title(column, table)[1:-1]) if column.is_symbol else markdown_words(column.title)
        for column in table.columns
    ]
    body = [[_markdown_cell(cell, table) for cell in row] for row in table.rows]
    if table.total is not None:
        body.append([f"**{cell}**" if cell else "" for cell in (_markdown_cell(cell, table) for cell in table.total)])
    widths = [max(3, *(len(row[place]) for row in (titles, *body))) for place in range(len(titles))]
    rules = [
        "-" * (width - 1) + ":" if column.is_number else "-" * width
        for width, column in zip(widths, table.columns, strict=True)
    ]
    lines = [_markdown_row(row, widths, table) for row in (titles, rules, *body)]
    return "\n".join([*lines, *(["", markdown_words(table.caption)] if table.caption else [])])


def _markdown_row(cells: Sequence[str], widths: Sequence[int], table: Sheet) -> str:
    padded = [padded_to(*row) for row in zip(cells, widths, table.columns, strict=True)]
    return f"| {' | '.join(padded)} |"


def _html_cell(cell: Cell, table: Sheet, math: Callable[[str], str]) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Code):
        times = (
            " " + math(rf"\times {latex(cell.shown, table.notation, table.names)}") if cell.shown is not None else ""
        )
        indent = f' style="margin-left: {1.5 * cell.level:g}em"' if cell.level else ""
        return f"{escape(cell.before)}<code{indent}>{escape(cell.short or cell.name)}</code>{times}"
    if isinstance(cell, Share):
        return f"{percent(cell)}%"
    if isinstance(cell, Shapes):
        return ", ".join(math(shape(row, table)) for row in cell.rows)
    if isinstance(cell, Node):
        return math(formula(cell, table))
    return escape(cell) if isinstance(cell, str) else shown_digits(cell, table)


def html_table(table: Sheet, math: Callable[[str], str]) -> str:
    """The table as HTML, with what writes its formulas."""
    table = table._replace(notation=without_num(table.notation))
    title = [
        math(latex_title(column, table)[1:-1]) if column.is_symbol else escape(column.title) for column in table.columns
    ]

    def row(cells: Sequence[str], tag: str) -> str:
        styled = [
            f'<{tag} style="text-align: {"right" if column.is_number else "left"}">{cell}</{tag}>'
            for cell, column in zip(cells, table.columns, strict=True)
        ]
        return f"<tr>{''.join(styled)}</tr>"

    body = [row([_html_cell(cell, table, math) for cell in cells], "td") for cells in table.rows]
    foot = [row([_html_cell(cell, table, math) for cell in cells], "th") for cells in total_rows(table)]
    return "\n".join(
        [
            '<table style="border-collapse: collapse; font-variant-numeric: tabular-nums">',
            *([f"<caption>{escape(table.caption)}</caption>"] if table.caption else []),
            f"<thead>{row(title, 'th')}</thead>",
            "<tbody>",
            *body,
            "</tbody>",
            *([f"<tfoot>{foot[0]}</tfoot>"] if foot else []),
            "</table>",
        ]
    )


def html_page(table: Sheet) -> str:
    """See `Table.html`."""
    return html_table(table, mathml)


def without_num(notation: Notation) -> Notation:
    r"""The notation without siunitx' `\num`, which no browser knows."""
    return notation._replace(digits="grouped") if notation.digits == "num" else notation
