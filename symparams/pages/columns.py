"""Rows of a page in columns that fit the screen: a tree's branch and name, a formula, a count, its share, a bar.

What there is no room for goes, the least needed first: the bar, the formula beside a number, the share.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from ..formula.nodes import Exact, Node
from .screen import GAP, Screen

MIN_FORMULA = 12
MIN_NAME = 8
MIN_LABEL = 20
MAX_FORMULA = 64  # beside numbers; what is longer is cut, so that the numbers stay near
BAR = 8
WIDE = 100  # from this width on there are bars
EIGHTHS = " ▏▎▍▌▋▊▉█"


class Cells(NamedTuple):
    """What stands beside a name; is_beside: the count is of what isn't counted, as a buffer's."""

    formula: Node | None
    number: Exact | None
    share: Fraction | None
    is_beside: bool = False


class Row(NamedTuple):
    """One row: the branch of the tree, name, what it is, notes on it, and its cells."""

    branch: str
    name: str
    kind: str
    notes: tuple[str, ...]
    cells: Cells
    is_one_of_many: bool = False


class Columns(NamedTuple):
    """The widths of the columns; 0 for one that isn't there."""

    label: int
    formula: int
    number: int
    share: int
    bar: int


def drawn(rows: list[Row], title: str, screen: Screen) -> Iterator[str]:
    """The rows as lines, none wider than the screen, with a line of titles where there are numbers."""
    shown = [_words(row, screen) for row in rows]
    columns = _columns(shown, title, screen.width)
    if columns.number:
        yield screen.ink(_titles(columns, title), "dim")
    for row, words in zip(rows, shown, strict=True):
        yield _line(row, words, columns, screen).rstrip()


class Words(NamedTuple):
    """A row in words: the label's pieces, formula, count, share."""

    branch: str
    name: str
    what: str
    formula: str
    number: str
    share: str


def _words(row: Row, screen: Screen) -> Words:
    cells = row.cells
    what = ", ".join(filter(None, (row.kind, *row.notes)))
    formula = "" if cells.formula is None or cells.number == 0 else screen.formula(cells.formula)
    if cells.is_beside and formula:
        formula = "" if cells.number is not None else f"({formula})"
    count = "" if cells.number is None else f"({cells.number:,})" if cells.is_beside else f"{cells.number:,}"
    share = "" if cells.share is None else f"{float(100 * cells.share):.1f}%"
    return Words(
        screen.prose(row.branch),
        screen.prose(row.name),
        screen.prose(f": {what}" if what else ""),
        formula,
        count,
        share,
    )


def _columns(rows: list[Words], title: str, width: int) -> Columns:
    def longest(cells: list[str]) -> int:
        return max(map(len, cells), default=0)

    label = longest([row.branch + row.name + row.what for row in rows])
    count = longest([row.number for row in rows])
    count = max(count, len(title)) if count else 0
    share = max(longest([row.share for row in rows]), len("share")) if any(row.share for row in rows) else 0
    formula = longest([row.formula for row in rows])
    formula = min(max(formula, len("formula")), MAX_FORMULA) if count and formula else formula
    bar = BAR if share and width >= WIDE else 0
    if share and width - _taken(count, share) < MIN_LABEL:
        share = 0
    left = width - _taken(count, share, bar)
    capped = min(label, max(MIN_LABEL, width // 2))
    room = left - capped - len(GAP)
    if count and (room < MIN_FORMULA or not formula):
        return Columns(min(label, left), 0, count, share, bar)
    capped = min(label, max(capped, left - len(GAP) - formula))
    return Columns(capped, min(formula, left - capped - len(GAP)), count, share, bar)


def _taken(*widths: int) -> int:
    return sum(len(GAP) + width for width in widths if width)


def _titles(columns: Columns, title: str) -> str:
    cells = [" " * columns.label]
    cells += ["formula".ljust(columns.formula)[: columns.formula]] if columns.formula else []
    cells += [title.rjust(columns.number)]
    cells += ["share".rjust(columns.share)] if columns.share else []
    return GAP.join(cells)


def _line(row: Row, words: Words, columns: Columns, screen: Screen) -> str:
    cells = [_label(row, words, columns.label, screen)]
    if columns.formula:
        cells.append(cut_formula(words.formula, columns.formula, screen).ljust(columns.formula))
    if columns.number:
        is_quiet = row.cells.is_beside or not row.cells.number
        cells.append(screen.ink(words.number.rjust(columns.number), *(["dim"] if is_quiet else [])))
    if columns.share:
        cells.append(words.share.rjust(columns.share))
    if columns.bar:
        cells.append(screen.ink(bar(row.cells.share, columns.bar, screen), "cyan"))
    return GAP.join(cells)


def _label(row: Row, words: Words, room: int, screen: Screen) -> str:
    branch = words.branch
    name, what = cut_label(words.name, words.what, room - len(branch), screen)
    style = () if branch else ("bold",)
    padding = " " * (room - len(branch) - len(name) - len(what))
    return screen.ink(branch, "dim") + screen.ink(name, *style) + screen.ink(what, *_style(row)) + padding


def _style(row: Row) -> tuple[str, ...]:
    """The colour of what a row is: plain kinds step back, notes stand out."""
    if any(note.startswith("tied") for note in row.notes):
        return ("blue",)
    if any(note.startswith(("added", "replaced")) for note in row.notes):
        return ("green",)
    if any(note in ("frozen", "buffer") for note in row.notes):
        return ("yellow",)
    return ("dim",)


def cut_label(name: str, what: str, room: int, screen: Screen) -> tuple[str, str]:
    """A name and what it is, shortened in the name's middle, then at the end, so that both can be told."""
    sign = screen.ellipsis
    if len(name) + len(what) <= room:
        return name, what
    left = room - len(what) - len(sign)
    if left >= MIN_NAME:
        end = left // 3
        return name[: left - end] + sign + name[len(name) - end :], what
    if len(name) <= room - MIN_NAME:
        return name, screen.cut(what, room - len(name))
    return screen.cut(name, max(room, 1)), ""


def cut_formula(words: str, room: int, screen: Screen) -> str:
    """A formula that fits, cut behind one of its signs where it must be."""
    if len(words) <= room:
        return words
    kept = words[: max(room - len(screen.ellipsis), 0)]
    end = max((kept.rfind(sign) + len(sign) for sign in (" + ", " - ", "·", "*", "(") if sign in kept), default=0)
    return (kept[:end] if end >= len(kept) // 2 else kept) + screen.ellipsis


def bar(share: Fraction | None, width: int, screen: Screen) -> str:
    """A share as a bar, in eighths of a sign where the screen has them."""
    if not share:
        return ""
    if not screen.has_unicode:
        return "#" * round(share * width)
    eighths = round(share * width * 8)
    return "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()


def wrapped(words: str, room: int) -> list[str]:
    """A long formula over several lines, broken before its signs where that can be."""
    pieces = [
        part
        for piece in re.split(r" (?=[+-] )", words)
        for part in ([piece] if len(piece) + len(GAP) <= room else piece.split(" "))
    ]
    lines, line = [], ""
    for piece in pieces:
        if line and len(line) + 1 + len(piece) > room:
            lines.append(line)
            line = GAP + piece
        else:
            line = f"{line} {piece}" if line else piece
    return [*lines, line]
