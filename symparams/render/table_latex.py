r"""Tables as LaTeX: booktabs rules, digits aligned, siunitx' columns where asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction

from ..errors import Finding, UsageError
from ..formula.nodes import Exact, Node, Sum, Symbol
from .latex import TIMES, Notation, latex, marked
from .layout import Row, lines, measure, one_line
from .names import latex_name
from .sheet import Cell, Code, Column, Shapes, Share, Sheet, cells_of, decimal, in_groups, percent, style_of, total_rows

PADDED = 90  # a cell of so many signs moves the others of its column
LINE = 67.0  # the width of a page of the article class, in digits
CELL = 40.0  # the most that a formula takes of it in a cell
LEAST = 24.0
GAP = 2.4  # between columns

_SIGNS = re.compile(r"\\[A-Za-z]+(?:\{\})?|[\\{}$_^ ]")
_TEXT_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "%": r"\%", "#": r"\#", "&": r"\&", "_": r"\_",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "…": r"\dots{}", "×": r"$\times$", "–": "--",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''", "·": r"$\cdot$",
}  # fmt: skip


def _broken(cell: Node, table: Sheet, room: float) -> str:
    """A formula in a cell, over several lines where it is wider than the room."""
    style = style_of(cell, table)
    row = Row((marked(cell, style, table.names),))
    if measure(one_line(row)) <= room:
        return f"${one_line(row)}$"
    broken = r" \\ ".join(lines(row, room, TIMES[style.product]))
    return rf"$\begin{{aligned}}[t]{broken}\end{{aligned}}$"


def escaped(words: str) -> str:
    """Words as LaTeX; letters that pdflatex may lack are spelled by their numbers."""
    return "".join(_TEXT_SIGNS.get(sign) or (sign if " " <= sign <= "~" else _spelled(sign)) for sign in words)


def _spelled(sign: str) -> str:
    return f"${latex_name(sign).text}$"


def code(words: str) -> str:
    """A name of the code as LaTeX."""
    return rf"\texttt{{{escaped(words)}}}"


def digits_of(value: Exact, notation: Notation) -> str:
    r"""The digits of a count outside of formulas: `124,439,808`, and for siunitx' columns bare."""
    if isinstance(value, Fraction) and value.denominator != 1:
        return decimal(value).replace("-", "-" if notation.digits == "num" else "$-$")
    mark = {"grouped": ",", "thin": r"\,"}.get(notation.digits, "")
    return in_groups(int(value), mark, 4 if mark == "," else 5).replace("-", "$-$" if mark else "-")


def _room(table: Sheet) -> float:
    """The width that a formula may take in a cell, beside the other columns."""
    taken = GAP * len(table.columns)
    for column in table.columns:
        cells = [cell for cell in cells_of(table, column) if not isinstance(cell, Node)]
        shown = [column.title, *(_latex_cell(cell, table) for cell in cells)]
        taken += max(len(_SIGNS.sub("", words)) for words in shown)
    return CELL if taken > LINE else max(LEAST, min(CELL, LINE - taken))


def _latex_cell(cell: Cell, table: Sheet, room: float = CELL) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Code):
        times = rf" $\times {latex(cell.shown, table.notation, table.names)}$" if cell.shown is not None else ""
        return r"\quad " * cell.level + escaped(cell.before) + code(cell.short or cell.name) + times
    if isinstance(cell, Share):
        return percent(cell)
    if isinstance(cell, Shapes):
        return ", ".join(f"${shape(row, table)}$" for row in cell.rows)
    if isinstance(cell, Node):
        return _broken(cell, table, room)
    return escaped(cell) if isinstance(cell, str) else digits_of(cell, table.notation)


def latex_table(table: Sheet) -> str:
    """See `Table.latex`."""
    uses_num = table.notation.digits == "num"
    room = _room(table)
    body = [[_latex_cell(cell, table, room) for cell in row] for row in (*table.rows, *total_rows(table))]
    titles = [latex_title(column, table) for column in table.columns]
    spec = "".join(_spec(place, column, table, uses_num) for place, column in enumerate(table.columns))
    if uses_num:
        titles = [
            f"{{{title}}}" if column.is_number else title for title, column in zip(titles, table.columns, strict=True)
        ]
        body = [[_in_s(cell, column) for cell, column in zip(row, table.columns, strict=True)] for row in body]
    widths = [
        max(len(row[place]) for row in (titles, *body) if len(row[place]) <= PADDED) for place in range(len(titles))
    ]
    lines = [_latex_row(row, widths) for row in (titles, *body)]
    rules = [r"\midrule", lines.pop()] if table.total is not None else []
    inner = [
        rf"\begin{{tabular}}{{@{{}}{spec}@{{}}}}",
        r"\toprule",
        lines[0],
        r"\midrule",
        *lines[1:],
        *rules,
        r"\bottomrule",
        r"\end{tabular}",
    ]
    needs = r"% \usepackage{booktabs" + (",siunitx" if uses_num else "") + "}"
    if not (table.caption or table.label):
        return "\n".join([needs, *inner])
    head = [r"\begin{table}", r"\centering"]
    head += [rf"\caption{{{caption(table.caption)}}}"] if table.caption else []
    head += [rf"\label{{{label(table.label)}}}"] if table.label else []
    head += [r"\smallskip"] if table.caption else []
    return "\n".join([needs, *head, *inner, r"\end{table}"])


def _latex_row(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [cell.ljust(width) for cell, width in zip(cells, widths, strict=True)]
    row = " & ".join(padded) + r" \\"
    return f"{row}\n\\addlinespace" if r"\begin{aligned}" in row else row


def latex_title(column: Column, table: Sheet) -> str:
    """A column's title in LaTeX."""
    if column.is_symbol:
        return f"${latex(Symbol(column.title), table.notation, table.names)}$"
    title = escaped(column.title)
    return title + r" (\%)" if any(isinstance(cell, Share) for cell in cells_of(table, column)) else title


def _spec(place: int, column: Column, table: Sheet, uses_num: bool) -> str:
    if not column.is_number:
        return "l"
    if not uses_num:
        return "r"
    shown = [_latex_cell(cell, table) for cell in cells_of(table, column)]
    numbers = [cell.partition(".") for cell in shown if re.fullmatch(r"-?[\d.]+", cell)]
    whole = max((len(before) for before, _, _ in numbers), default=1)
    after = max((len(rest) for _, _, rest in numbers), default=0)
    return f"S[table-format={whole}{f'.{after}' if after else ''}]"


def _in_s(cell: str, column: Column) -> str:
    """What isn't a number stands in braces in a column of siunitx."""
    return f"{{{cell}}}" if column.is_number and cell and not re.fullmatch(r"-?[\d.]+", cell) else cell


def caption(words: str) -> str:
    """A caption in LaTeX as its author wrote it. Raises: `UsageError` for what would break the page around it."""
    depth = 0
    for match in re.finditer(r"\\.|\$[^$]*\$|[{}%#&_^\n]", words, re.DOTALL):
        sign = match[0]
        depth += (sign == "{") - (sign == "}")
        if sign in ("%", "#", "&", "_", "^") or depth < 0 or sign == "\n":
            told = "a line break" if sign == "\n" else sign
            hint = (
                f"write \\{sign}"
                if sign in "%#&_"
                else "put it into $…$"
                if sign == "^"
                else "give each { its }, on one line"
            )
            raise UsageError(Finding("usage-caption", f"the caption holds {told} where LaTeX can't take it", hint=hint))
    if depth or words.endswith("\\"):
        raise UsageError(Finding("usage-caption", "the caption's braces aren't closed", hint="give each { its }"))
    return words


def label(words: str) -> str:
    """A label of LaTeX. Raises: `UsageError` for signs that no label may hold."""
    if not re.fullmatch(r"[A-Za-z0-9:._/+ -]+", words):
        message = f"{words!r} can't be a label of LaTeX"
        raise UsageError(Finding("usage-label", message, hint="use letters, digits, `:`, `-`, as in tab:gpt2"))
    return words


def shape(row: tuple[Node, ...], table: Sheet) -> str:
    r"""A tensor's shape in LaTeX: `3d \times d`."""
    sizes = [latex(size, table.notation, table.names) for size in row]
    return (
        r" \times ".join(f"({size})" if isinstance(part, Sum) else size for part, size in zip(row, sizes, strict=True))
        or "1"
    )
