r"""Tables of sizes, and their six formats: LaTeX with booktabs, Markdown, CSV, JSON, HTML and text.

A table holds cells that know what they are (a name, words, a formula, a count, a share, shapes); each format writes them
in its own way, digits aligned. Data flow: `Table` → cells as text → lines. LaTeX is written by `table_latex`, what the web shows by `table_web`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import Finding, UsageError
from ..formula.build import plain
from ..formula.nodes import Exact, Node, Number, Symbol, symbols
from .latex import PAPER, Notation, latex
from .latex import notation as notation_of
from .notation import digits
from .text import text as plain_text
from .text import unicode

if TYPE_CHECKING:
    import pandas


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


class Table(NamedTuple):
    """Rows of cells below titled columns; `total` is a last row that adds up the others.

    names: the LaTeX of sizes; notation: how formulas and digits look; caption and label: LaTeX.
    """

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: tuple[Cell, ...] | None = None
    names: Mapping[str, str] = {}
    notation: Notation = PAPER
    caption: str = ""
    label: str = ""

    def __str__(self) -> str:
        return self.text()

    def text(self, *, is_plain: bool = False) -> str:
        """For a terminal; `is_plain` keeps to ASCII where names do."""
        return text_table(self, is_plain=is_plain)

    def latex(self, *, caption: str = "", label: str = "", **notation: Any) -> str:
        r"""A booktabs `tabular`, in a `table` where there is a caption or label."""
        style = notation_of(**{**self.notation._asdict(), **notation})
        return written(
            "latex", self._replace(caption=caption or self.caption, label=label or self.label, notation=style)
        )

    def markdown(self) -> str:
        """As GitHub renders it, formulas between `$`."""
        return written("markdown", self)

    def csv(self) -> str:
        """Comma-separated values under the columns' keys; numbers bare, formulas as the language reads them."""
        return written("csv", self)

    def json(self) -> str:
        """An object with `columns`, `rows` and `total`; numbers are numbers, formulas are text."""
        return written("json", self)

    def html(self) -> str:
        """A `<table>`, formulas in MathML."""
        return written("html", self)

    def to_frame(self) -> pandas.DataFrame:
        """A pandas data frame; counts are Python's integers, so that none is rounded. Raises: `UsageError` without pandas."""
        try:
            import pandas
        except ModuleNotFoundError:
            hint = "pip install 'symparams[pandas]'"
            raise UsageError(Finding("extra", "a data frame needs pandas, which isn't installed", hint=hint)) from None
        keys, rows = _data(self)
        return pandas.DataFrame(rows, columns=keys, dtype=object)

    def _repr_html_(self) -> str:
        from .table_web import html_table

        return html_table(self, lambda formula: f"${formula}$")


def written(form: str, table: Table) -> str:
    """The table in one of the formats: `text`, `latex`, `markdown`, `csv`, `json` or `html`."""
    from .table_formats import FORMATS

    return FORMATS[form](table)


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


def formula(part: Node, table: Table) -> str:
    """A formula in LaTeX, on one line."""
    return latex(part, style_of(part, table), table.names)


def style_of(part: Node, table: Table) -> Notation:
    """The notation of a formula; where there are numbers alone, they stay where they were written, with signs between them."""
    is_bare = table.notation.product == "juxtaposed" and not symbols(part)
    return table.notation._replace(product="cdot") if is_bare else table.notation


def cells_of(table: Table, column: Column) -> list[Cell]:
    """The cells of a column, that of the last row too."""
    place = table.columns.index(column)
    return [row[place] for row in (*table.rows, *total_rows(table))]


def total_rows(table: Table) -> tuple[tuple[Cell, ...], ...]:
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


def shown_digits(value: Exact, table: Table) -> str:
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


# ------------------------------------------------------------------------------------------------------ data


def _data(table: Table) -> tuple[list[str], list[list[Any]]]:
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


def csv_table(table: Table) -> str:
    """See `Table.csv`."""
    import csv
    import io

    keys, rows = _data(table)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(keys)
    writer.writerows([["" if cell is None else cell for cell in row] for row in rows])
    return out.getvalue().rstrip("\n")


def json_table(table: Table) -> str:
    """See `Table.json`."""
    import json

    keys, rows = _data(table)
    found: dict[str, Any] = {"columns": keys, "rows": [dict(zip(keys, row, strict=True)) for row in rows]}
    if table.total is not None:
        total = {column.key: bare(cell) for column, cell in zip(table.columns, table.total, strict=True)}
        found["total"] = {key: cell for key, cell in total.items() if cell is not None}
    return json.dumps(found, ensure_ascii=False, indent=2)


# ------------------------------------------------------------------------------------------------------ text


def _text_cell(cell: Cell, table: Table, is_plain: bool) -> str:
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


def text_table(table: Table, *, is_plain: bool = False) -> str:
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
