"""How modules, files and outcomes show themselves in notebooks: plain HTML tables in the page's own colours.

No colour of text or paper is set, so that they read in light and in dark; formulas are text, so that they need no script.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING

from ..errors import SymparamsError
from ..formula.nodes import Node, Sum
from ..model import outline
from ..pages.outcomes import told
from ..pages.show import assumption_text
from ..render.sheet import Cell, Code, Share
from ..render.table import Table
from ..render.text import unicode
from ..syntax import tree
from .building import definition
from .formulas import Formula
from .outcomes import Outcome

if TYPE_CHECKING:
    from .files import File
    from .modules import Module

LINE = "1px solid rgba(128, 128, 128, 0.35)"
TABLE = "border-collapse: collapse; font-variant-numeric: tabular-nums; margin: 0.4em 0"
CELL = "padding: 0.15em 0.7em; vertical-align: top"
BAR = "background: linear-gradient(to left, rgba(70, 130, 180, 0.3) {share:.1%}, transparent {share:.1%})"
MARKS = {
    "proved": ("✓", "#2e9e44"),
    "refuted": ("✗", "#d9413a"),
    "undecided": ("?", "#c98a00"),
    "error": ("!", "#d9413a"),
}
MAX_ROWS = 200
MAX_FORMULA = 240
MAX_BITS = 1_000
TITLES = {"name": "", "type": "", "formula": "formula", "params": "params", "share": "share"}
MEASURES = ("params", "trainable", "frozen", "buffers", "active")


def module_html(module: Module) -> str:
    """A module: its members with formulas, counts and shares, its totals, and what they assume."""
    try:
        totals = [(which, getattr(module, which)) for which in MEASURES]
        columns = ["name", "type", "formula"] if totals[0][1].symbols else list(TITLES)
        table = module.table(columns=columns)
        told = [(which, formula) for which, formula in totals if is_told(which, formula, totals[0][1])]
        foot = [total_row(which, formula, len(columns)) for which, formula in told]
        body = list(member_rows(table))
    except SymparamsError as error:
        return unbuilt_html(module, error)
    head = row([title(name) for name in columns], "th")
    return "".join([headline(module), html_table([head], body, foot), *assumed(totals[0][1])])


def is_told(which: str, formula: Formula, params: Formula) -> bool:
    """Whether a total says more than the parameters do."""
    if which == "params":
        return True
    return bool(formula) if which in ("frozen", "buffers") else formula != params


def unbuilt_html(module: Module, error: SymparamsError) -> str:
    """A module that needs more than sizes, by its signature; else what is wrong."""
    found = definition(module._question)
    if found is None:
        return f"<pre>{escape(str(error))}</pre>"
    return f"{headline(module)}<pre>{escape(outline.docstring(found.definition))}</pre>"


def headline(module: Module) -> str:
    """The module's name or call, and its first sentence."""
    found = definition(module._question)
    if found is None:
        return f"<div><code>{escape(module.name)}</code></div>"
    words = outline.summary(found.definition)
    head = outline.signature(found.definition, found.unit)
    return f"<div><code>{escape(head)}</code>{' – ' + escape(words) if words else ''}</div>"


def title(name: str) -> tuple[str, str]:
    """A column's title."""
    return TITLES[name], "text-align: right" if name in ("params", "share") else "text-align: left"


def member_rows(table: Table) -> Iterable[str]:
    """A row for each member, those inside of others set in."""
    for place, cells in enumerate(table.rows):
        if place == MAX_ROWS:
            more = f"… {len(table.rows) - MAX_ROWS} more: .table(), .tensors()"
            yield row([(more, f"text-align: left; {CELL}")], "td")
            return
        yield row([cell_html(cell) for cell in cells], "td")


def cell_html(cell: Cell) -> tuple[str, str]:
    """A cell's HTML and its style."""
    if isinstance(cell, Code):
        times = f" × {escape(factor(cell.shown))}" if cell.shown is not None else ""
        words = f"{escape(cell.before)}<code>{escape(cell.short or cell.name)}</code>{times}"
        return words, f"text-align: left; white-space: nowrap; padding-left: {0.7 + 1.3 * cell.level:g}em"
    if isinstance(cell, Share):
        share = float(cell.of_one)
        return f"{share:.1%}", f"text-align: right; {BAR.format(share=share)}"
    if isinstance(cell, Node):
        return formula_html(cell), "text-align: left"
    if cell is None or isinstance(cell, str):
        return escape(cell or ""), "text-align: left; opacity: 0.75"
    return number_html(cell), "text-align: right"


def factor(node: Node) -> str:
    """A formula as a factor."""
    return f"({unicode(node)})" if isinstance(node, Sum) else unicode(node)


def number_html(number: object) -> str:
    """A number, its digits in groups."""
    if not isinstance(number, int):
        return escape(str(number))
    return f"{number:,}" if number.bit_length() < MAX_BITS else f"an integer of {number.bit_length():,} bits"


def formula_html(node: Node) -> str:
    """A formula as text; the end of a long one is left out."""
    words = unicode(node)
    return escape(words if len(words) <= MAX_FORMULA else words[: MAX_FORMULA - 1] + "…")


def total_row(which: str, formula: Formula, width: int) -> str:
    """The whole of one measure: its number, or its formula while sizes are open."""
    cells = [(which, "text-align: left"), *[("", "")] * (width - 1)]
    if formula.symbols:
        cells[2] = (formula_html(formula.node), "text-align: left; font-weight: normal")
    else:
        cells[min(3, width - 1)] = (number_html(formula.value()), f"text-align: {'right' if width > 3 else 'left'}")
    return row(cells, "th")


def assumed(formula: Formula) -> Iterable[str]:
    """What a formula assumes, a line each."""
    for item in formula.assumptions:
        yield f'<div style="opacity: 0.75">assuming {escape(assumption_text(item))}</div>'


def row(cells: Sequence[tuple[str, str]], tag: str) -> str:
    """A row of cells, each with its style."""
    made = "".join(f'<{tag} style="{CELL}; {style}">{words}</{tag}>' for words, style in cells)
    return f"<tr>{made}</tr>"


def html_table(head: Sequence[str], body: Sequence[str], foot: Sequence[str] = ()) -> str:
    """A table with lines below its head and above its foot."""
    parts = [
        f'<thead style="border-bottom: {LINE}">{"".join(head)}</thead>' if head else "",
        f"<tbody>{''.join(body)}</tbody>",
        f'<tfoot style="border-top: {LINE}">{"".join(foot)}</tfoot>' if foot else "",
    ]
    return f'<table style="{TABLE}">{"".join(parts)}</table>'


# ------------------------------------------------------------------------------------------------------ files, outcomes


def file_html(file: File) -> str:
    """A file: its modules with their formulas, its instances with their counts."""
    words = "".join(f"<div>{escape(paragraph)}</div>" for paragraph in outline.heading(file._unit)[:1])
    body = [row(file_row(file, name), "td") for name in file.names]
    return f"<div><code>{escape(file._unit.source.name)}</code></div>{words}{html_table([], body)}"


def file_row(file: File, name: str) -> list[tuple[str, str]]:
    """A name of a file, and what is counted there."""
    found, unit = file._unit.names[name]
    head = outline.signature(found, unit) if isinstance(found, tree.Module) else name
    cells = [(f"<code>{escape(head)}</code>", "text-align: left")]
    try:
        asked = file[name]
        formula = asked if isinstance(asked, Formula) else asked.params
        told = ("", "") if formula.symbols else (number_html(formula.value()), "text-align: right")
        return [*cells, (formula_html(formula.node), "text-align: left"), told]
    except SymparamsError:
        words = outline.summary(found) if isinstance(found, tree.Module) else ""
        return [*cells, (escape(words), "text-align: left; opacity: 0.75"), ("", "")]


def outcomes_html(outcomes: Sequence[Outcome]) -> str:
    """Claims, each with what came of it and why."""
    if not outcomes:
        return "<div>no checks</div>"
    return html_table([], [row(outcome_row(outcome), "td") for outcome in outcomes])


def outcome_row(outcome: Outcome) -> list[tuple[str, str]]:
    """One claim."""
    mark, colour = MARKS[outcome.status]
    source = f' <span style="opacity: 0.75">{escape(outcome.citation)}</span>' if outcome.citation else ""
    why = "<br>".join(escape(line).replace("  ", "&nbsp; ") for line in told(outcome))
    words = f'<div style="opacity: 0.85; font-family: monospace">{why}</div>' if why else ""
    return [
        (f'<span style="color: {colour}; font-weight: bold">{mark} {outcome.status}</span>', "white-space: nowrap"),
        (f"<code>{escape(outcome.text)}</code>{source}{words}", "text-align: left"),
    ]
